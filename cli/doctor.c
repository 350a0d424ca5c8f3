/* nsscope doctor: what works here, and what to do about the rest. */
#include "scanner/doctor.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "lessons/play/preflight.h"
#include "lessons/stage/refusal.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/want.h"
#include "tui/tui.h"

#include <errno.h>
#include <langinfo.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

const struct cli_usage doctor_usage = {
    .command = "doctor",
    .forms = N_("nsscope doctor [OPTION]..."),
    .about = N_(
        "Reports what works on this machine: which types of namespaces the kernel has, which may "
        "be created, what can be read, which limits and settings forbid something, which lessons "
        "can be played; and what to do about it.  Each type, and each call that a lesson makes, is "
        "tried in processes that exit at once, in namespaces of their own.  Nothing is changed."),
    .exits = N_("0 all that nsscope needs works, 1 not all could be written, 2 wrong usage, 3 "
                "something is forbidden or missing that it or a lesson can't do without."),
};

enum { SIGN_COLS = 2 };

enum verdict {
	GOOD,
	BAD,
	NEUTRAL, /* missing or refused, and nsscope does without */
};

struct report {
	struct doctor doctor;
	struct line line;
	bool has_title;
	bool forbidden;  /* something that nsscope or a lesson can't do without */
	char *last_cure; /* of the section; NULL: none so far */
};

/* --- Printing --------------------------------------------------------------------------------- */

/* Begins a section; @text is translated. */
static void print_title(struct report *report, const char *text)
{
	if (report->has_title)
		report_line(&report->line, 0);
	report->has_title = true;
	free(report->last_cure);
	report->last_cure = NULL;
	line_adds(&report->line, STYLE_TITLE, text);
	report_wrapped(&report->line, 0, report_text_cols());
}

/* Prints "✔ what: meaning"; both are translated. */
__attribute__((format(printf, 4, 5))) static void print_finding(
    struct report *report, enum verdict verdict, const char *what, const char *format, ...)
{
	static const struct {
		enum style style;
		const char *utf8, *ascii;
	} signs[] = {
	    [GOOD] = {STYLE_OK, "✔ ", "+ "},
	    [BAD] = {STYLE_FAIL, "✘ ", "x "},
	    [NEUTRAL] = {STYLE_DIM, "– ", "- "},
	};
	va_list args;

	va_start(args, format);
	autofree char *meaning = xvasprintf(format, args);
	va_end(args);
	line_add_symbol(
	    &report->line, signs[verdict].style, signs[verdict].utf8, signs[verdict].ascii);
	line_adds(&report->line, STYLE_STRONG, what);
	line_adds(&report->line, STYLE_PLAIN, _(": "));
	line_adds(&report->line, STYLE_PLAIN, meaning);
	report_wrapped(&report->line, SIGN_COLS, report_text_cols());
}

/* Prints a command that cures the last finding, or words; once where it is the same as before in the
 * section.  It is not wrapped, so that it can be copied. */
__attribute__((format(printf, 3, 4))) static void print_cure(
    struct report *report, bool as_root, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *command = xvasprintf(format, args);
	va_end(args);
	if (report->last_cure && strcmp(command, report->last_cure) == 0) {
		free(command);
		return;
	}
	free(report->last_cure);
	report->last_cure = command;
	line_pad(&report->line, SIGN_COLS);
	line_add_symbol(&report->line, STYLE_DIM, "→ ", "-> ");
	if (as_root && geteuid() != 0 && report->doctor.confinement.no_new_privs)
		line_adds(&report->line, STYLE_PLAIN,
		    _("as root, and not from here, where no_new_privs is set: "));
	else if (as_root && geteuid() != 0)
		line_adds(&report->line, STYLE_CODE, "sudo ");
	line_adds(&report->line, STYLE_CODE, command);
	report_line(&report->line, 0);
	line_clear(&report->line);
}

/* --- The kernel, and what may be made --------------------------------------------------------- */

static void examine_kernel(struct report *report)
{
	const struct doctor *doctor = &report->doctor;
	bool all = true;

	print_title(report, _("The kernel"));
	line_addf(&report->line, STYLE_PLAIN, "  Linux %s", doctor->kernel);
	report_wrapped(&report->line, SIGN_COLS, report_text_cols());
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (doctor->type_there[type])
			continue;
		all = false;
		print_finding(report, NEUTRAL, ns_types[type].name,
		    kernel_is_since(doctor->kernel, ns_types[type].since)
		        ? _("missing, though Linux %s and later have it: this kernel was "
		            "built without it, or imitates Linux, as gVisor does")
		        : _("this kernel is too old: it takes Linux %s"),
		    ns_types[type].since);
	}
	if (all)
		print_finding(report, GOOD, _("Types"), _("the kernel has all eight"));
}

static void find_refusal(struct report *report, enum nstype type, int error)
{
	const struct refused_call call = {
	    .call = "unshare", .detail = "", .user = true, .type = type, .error = -error};
	struct refusal refusal = refusal_of(&call, &report->doctor.confinement);

	print_finding(report, BAD, ns_types[type].name, "%s", refusal.why);
	if (refusal.cure)
		print_cure(report, false, "%s", refusal.cure);
	refusal_done(&refusal);
}

/* Alone, or with a user namespace around it, as the lessons do.  Returns whether it may be made. */
static bool try_type(struct report *report, enum nstype type)
{
	const struct ns_type_info *info = &ns_types[type];
	int alone = probe_unshare(info->flag);
	int user = alone == 0 ? 0 : probe_unshare(ns_types[NS_USER].flag);
	int within = alone == 0 || user ? user : probe_unshare(info->flag | ns_types[NS_USER].flag);

	if (alone == 0) {
		print_finding(report, GOOD, info->name, _("may be created"));
		return true;
	}
	if (within == 0) {
		print_finding(
		    report, GOOD, info->name, _("may be created within your own user namespace"));
		return true;
	}
	/* What forbids that is not about the type. */
	if (user && type != NS_USER && alone == -EPERM &&
	    !(report->doctor.confinement.caps >> CAP_SYS_ADMIN & 1))
		print_finding(report, BAD, info->name,
		    _("may be created only within a user namespace, and none may be created: see "
		      "user"));
	else
		find_refusal(report, type, user && type != NS_USER ? alone : within);
	return false;
}

static void examine_making(struct report *report)
{
	print_title(report, _("What may be created here"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (report->doctor.type_there[type] && !try_type(report, type))
			report->forbidden = true;
	}
}

/* --- What can be read ------------------------------------------------------------------------- */

static const struct facility_info {
	const char *without; /* what it means where it doesn't work: msgid */
	const char *since;   /* namespaces(7), ioctl_nsfs(2), and the pages of the calls */
	const char *denied;  /* what EPERM and EACCES mean: msgid; NULL: what strerror(3) says */
	int cap;             /* with which root has it; 0: not a matter of root */
	bool unprivileged;   /* it needs no capability: only a filter refuses it */
} facility_infos[FACILITY_COUNT] = {
    [FACILITY_OWN_LINKS] = {.without = N_("nothing is known about namespaces")},
    [FACILITY_FIRST_LINKS] =
        {.without = N_("the namespaces of other users' processes can't be read; they are counted"),
            .denied = N_("root may be forbidden it too: it takes CAP_SYS_PTRACE in the user "
                         "namespace of PID 1, and no security module that refuses; a container "
                         "is given it with --cap-add SYS_PTRACE"),
            .cap = CAP_SYS_PTRACE},
    [FACILITY_PARENT] = {.without = N_("how PID and user namespaces nest is unknown"),
        .since = "4.9"},
    [FACILITY_ID] = {.without = N_("a reused inode is recognized by its members only"),
        .since = "6.18"},
    [FACILITY_HANDLE] = {.without =
                             N_("that a namespace was freed is known only after a full scan"),
        .since = "6.18",
        .unprivileged = true},
    [FACILITY_LISTNS] =
        {.without = N_(
             "namespaces without a visible holder are known only if they were visible before"),
            .since = "6.19",
            .denied = N_("it takes CAP_SYS_ADMIN in the initial user namespace, and to be in the "
                         "initial PID namespace")},
    [FACILITY_SOCKET_NET] = {.without =
                                 N_("network namespaces that only a socket holds are not found"),
        .since = "4.10",
        .denied = N_("it takes CAP_NET_ADMIN in the user namespace that owns the network "
                     "namespace; a container is given it with --cap-add NET_ADMIN"),
        .cap = CAP_NET_ADMIN},
    [FACILITY_PIDFD_GETFD] =
        {.without = N_("network namespaces that only another process's socket holds are not found"),
            .since = "5.6",
            .unprivileged = true},
    [FACILITY_STATMOUNT] = {.without = N_("mounts are read from mountinfo, as they are anyway"),
        .since = "6.8",
        .unprivileged = true},
    [FACILITY_BPF] = {.without = N_("processes are read one by one from /proc, which costs more"),
        .cap = CAP_PERFMON},
    [FACILITY_TRACE] = {.without = N_("events come from comparing two scans: short-lived processes "
                                      "and single calls are not seen"),
        .cap = CAP_PERFMON},
    [FACILITY_PERF_EVENTS] = {.without = N_("the kernel doesn't report changes, so each scan reads "
                                            "everything again, which costs more"),
        .since = "4.12",
        .denied = N_("it takes CAP_PERFMON in the initial user namespace; a container is given "
                     "it with --cap-add PERFMON"),
        .cap = CAP_PERFMON},
};

static bool is_refused(int error)
{
	return error == -EPERM || error == -EACCES;
}

/* Why BPF programs can't be loaded for @facility; NULL where it is another facility. */
static const struct bpf_refusal *find_bpf_refusal(
    const struct doctor *doctor, enum facility facility)
{
	return facility == FACILITY_BPF     ? &doctor->bpf
	       : facility == FACILITY_TRACE ? &doctor->trace
	                                    : NULL;
}

/* Why it doesn't work, and what would help.  The caller frees it. */
static char *why_not(const struct doctor *doctor, enum facility facility)
{
	const struct facility_info *info = &facility_infos[facility];
	const struct bpf_refusal *bpf = find_bpf_refusal(doctor, facility);
	int error = doctor->facilities[facility];
	/* The kernel has no such call, or no such request. */
	bool missing =
	    error == -ENOSYS || error == -ENOTTY || error == -EINVAL || error == -EOPNOTSUPP;

	if (bpf && bpf->what != BPF_NO_OBSTACLE)
		return bpf_refusal_text(bpf);
	if (bpf)
		return xstrdup(strerror(-error));
	if (info->since && missing && !kernel_is_since(doctor->kernel, info->since))
		return xasprintf(
		    _("this kernel is too old: Linux %s and later have it"), info->since);
	if (doctor->confinement.seccomp == 2 &&
	    (missing || (info->unprivileged && error == -EPERM)))
		return xstrdup(_("a seccomp filter refuses it, as in containers"));
	if (info->since && missing)
		return xasprintf(
		    _("this kernel lacks it, though Linux %s and later have it"), info->since);
	if (facility == FACILITY_PERF_EVENTS && error == -ENOENT)
		return xstrdup(_("/sys is not mounted, which lists the processors"));
	if (info->denied && is_refused(error) &&
	    (facility != FACILITY_FIRST_LINKS || geteuid() == 0))
		return xstrdup(_(info->denied));
	return xstrdup(strerror(-error));
}

/* Would root have it?  Not without the capability in the bounding set, as in containers; capabilities(7). */
static bool is_for_root(const struct doctor *doctor, enum facility facility)
{
	const struct bpf_refusal *bpf = find_bpf_refusal(doctor, facility);
	bool refused =
	    bpf ? bpf->what == BPF_FORBIDDEN
	        : facility == FACILITY_FIRST_LINKS || is_refused(doctor->facilities[facility]);
	int cap = facility_infos[facility].cap;

	return geteuid() != 0 && refused && cap && prctl(PR_CAPBSET_READ, cap) == 1;
}

static void examine_reading(struct report *report)
{
	const int *facilities = report->doctor.facilities;

	print_title(report, _("What can be read"));
	for (enum facility facility = 0; facility < FACILITY_COUNT; facility++) {
		const char *name = doctor_facility_name(facility);
		bool essential = facility == FACILITY_OWN_LINKS;
		autofree char *reason = NULL;

		if (facilities[facility] == 0) {
			print_finding(report, GOOD, name, _("works"));
			continue;
		}
		reason = why_not(&report->doctor, facility);
		/* hidepid: then the processes are not counted either. */
		if (facility == FACILITY_FIRST_LINKS && facilities[facility] == -ENOENT &&
		    facilities[FACILITY_OWN_LINKS] == 0)
			print_finding(report, NEUTRAL, name,
			    _("/proc hides the processes of other users: they are not "
			      "counted either"));
		else
			print_finding(report, essential ? BAD : NEUTRAL, name, _("%s (%s)"),
			    _(facility_infos[facility].without), reason);
		report->forbidden |= essential;
		if (is_for_root(&report->doctor, facility))
			print_cure(report, true, "nsscope");
	}
}

static void examine_proc(struct report *report)
{
	const struct scan_options options = {.source = SCAN_PROC};
	struct graph *graph = NULL;
	struct scan *scan = NULL;
	int r = scan_new(&options, &scan);

	if (r == 0)
		r = scan_once(scan, &graph);
	scan_free(scan);
	if (r < 0 || !graph) {
		autofree char *want = want_text(r);

		/* Too few descriptors, say, are not a matter of /proc. */
		print_finding(report, BAD, "/proc", "%s",
		    want ? want : _("it is not mounted, or can't be read"));
		if (!want)
			print_cure(report, true, "mount -t proc proc /proc");
		report->forbidden = true;
		return;
	}
	if (graph->stats.foreign_proc) {
		print_finding(report, BAD, "/proc",
		    _("it belongs to another PID namespace: its numbers are not this one's"));
		print_cure(report, true,
		    "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'");
	} else {
		print_finding(report, GOOD, "/proc", _("it belongs to this PID namespace"));
	}
	if (graph->stats.hidden)
		print_finding(
		    report, NEUTRAL, "hidepid", _("/proc hides the processes of other users"));
	else if (graph_refused(graph))
		print_finding(report, NEUTRAL, "hidepid",
		    _("/proc lists the processes of other users and refuses all else (hidepid=1)"));
	else
		print_finding(report, GOOD, "hidepid", _("no process is hidden"));
	if (graph->stats.hidden || graph_refused(graph))
		print_cure(report, true, "mount -o remount,hidepid=0 /proc");
	if (graph->stats.names_late)
		print_finding(report, NEUTRAL, "/run/netns",
		    _("its file system does not answer: names that links give there are missing"));
	graph_unref(graph);
}

/* What the explorer and the reports read from. */
static void examine_source(struct report *report)
{
	struct scan *scan = NULL;
	struct bpf_refusal why;
	int r = scan_new(&(struct scan_options){.no_texts = true}, &scan);

	why = bpf_why_last();
	if (r < 0) {
		autofree char *text = scan_error_text(r);

		print_finding(report, BAD, _("Source"), "%s", text);
		report->forbidden = true;
		return;
	}
	if (strcmp(scan_source_name(scan), "bpf") == 0) {
		print_finding(
		    report, GOOD, _("Source"), _("bpf, not /proc, since that costs less"));
	} else if (why.what != BPF_NO_OBSTACLE) {
		autofree char *reason = bpf_refusal_text(&why);

		print_finding(report, GOOD, _("Source"), _("/proc, not bpf: %s"), reason);
	} else {
		print_finding(report, GOOD, _("Source"), _("/proc, as it was asked for"));
	}
	scan_free(scan);
}

/* --- Limits and switches ---------------------------------------------------------------------- */

/* Prints that @setting could not be read.  Returns false where it could.
 * @verdict, @missing: where the kernel has no such setting. */
static bool print_unreadable(
    struct report *report, enum setting setting, enum verdict verdict, const char *missing)
{
	const struct doctor *doctor = &report->doctor;
	const char *name = doctor_setting_name(setting);
	int error = doctor->settings_errno[setting];

	if (error == 0)
		return false;
	/* Without /proc/sys the kernel may have it all the same. */
	if (error == -ENOENT && doctor->confinement.no_sys)
		print_finding(
		    report, NEUTRAL, name, _("not known: this /proc has no sys (subset=pid)"));
	else if (error == -ENOENT && doctor->facilities[FACILITY_OWN_LINKS] < 0)
		print_finding(report, NEUTRAL, name, _("not known"));
	else if (error == -ENOENT)
		print_finding(report, verdict, name, "%s", missing);
	else
		print_finding(report, NEUTRAL, name, "%s", strerror(-error));
	return true;
}

static void examine_limits(struct report *report)
{
	print_title(report, _("Limits"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		enum setting setting = (enum setting)(SETTING_MAX + type);
		const char *name = doctor_setting_name(setting);
		long limit = report->doctor.settings[setting];

		if (print_unreadable(report, setting, NEUTRAL, _("this kernel has no such limit")))
			continue;
		if (limit != 0) {
			print_finding(report, GOOD, name, _("%ld for each user"), limit);
			continue;
		}
		print_finding(report, BAD, name, _("0: none may be created"));
		print_cure(report, true, "sysctl -w %s=15000", name);
	}
}

/* @bad: the value that forbids. */
static void examine_switch(struct report *report, enum setting setting, long bad,
    const char *good_text, const char *bad_text)
{
	const char *name = doctor_setting_name(setting);

	if (print_unreadable(
	        report, setting, GOOD, _("this kernel has no such switch: it forbids nothing")))
		return;
	if (report->doctor.settings[setting] != bad) {
		print_finding(report, GOOD, name, "%s", good_text);
		return;
	}
	/* Root makes namespaces all the same. */
	print_finding(report, geteuid() == 0 ? NEUTRAL : BAD, name, "%s", bad_text);
	print_cure(report, true, "sysctl -w %s=%ld", name, 1 - bad);
}

static void examine_switches(struct report *report)
{
	print_title(report, _("Switches"));
	examine_switch(report, SETTING_USERNS_CLONE, 0,
	    _("unprivileged users may create namespaces"),
	    _("unprivileged users may create no user namespace, so no other type either"));
	examine_switch(report, SETTING_APPARMOR, 1,
	    _("AppArmor lets unprivileged user namespaces be used"),
	    _("AppArmor takes the capabilities from an unprivileged user namespace: nothing can be "
	      "done in it"));
	const struct confinement *confinement = &report->doctor.confinement;

	if (confinement->seccomp > 0)
		print_finding(report, NEUTRAL, "seccomp",
		    _("a filter is set, as in containers: calls may fail that the kernel itself "
		      "would "
		      "allow"));
	else if (confinement->seccomp == 0)
		print_finding(report, GOOD, "seccomp", _("no filter is set"));
	else
		print_finding(report, NEUTRAL, "seccomp", _("not known"));
	if (confinement->no_new_privs)
		print_finding(
		    report, NEUTRAL, "no_new_privs", _("set: sudo and su give no privileges here"));
	if (confinement->label[0])
		print_finding(report, NEUTRAL, _("Security module"), "%s", confinement->label);
	if (confinement->chrooted)
		print_finding(report, NEUTRAL, "chroot",
		    _("nsscope runs in one, where the kernel makes no user namespace"));
	if (confinement->no_ids)
		print_finding(report, NEUTRAL, "uid_map",
		    _("this user or group has no ID in its user namespace"));
}

/* --- The lessons ------------------------------------------------------------------------------ */

/* What lessons need and don't get, each once. */
struct hindrance {
	char *why, *cure; /* as in struct finding */
	char *what;       /* "mnt, net": what is hindered by it */
	char *lessons;    /* "calls, uts" */
};

struct hindrances {
	struct hindrance *items;
	size_t count, capacity;
};

/* Is @c a character of a lesson's name or a path, and not of a separator? */
static bool is_of_item(char c)
{
	return c > ' ' && c != ',' && !(c & 0x80);
}

static bool has_item(const char *list, const char *item)
{
	size_t len = strlen(item);

	for (const char *at = list; (at = strstr(at, item)); at++)
		if ((at == list || !is_of_item(at[-1])) && !is_of_item(at[len]))
			return true;
	return false;
}

/* Adds an item to a list, unless it is there. */
static void add_item(char **list, const char *item)
{
	char *longer;

	if (has_item(*list, item))
		return;
	longer = xasprintf("%s%s%s", *list, **list ? _(", ") : "", item);
	free(*list);
	*list = longer;
}

static void hinder(struct hindrances *all, const char *lesson, const struct finding *finding)
{
	size_t i = 0;

	while (i < all->count && strcmp(all->items[i].why, finding->why) != 0)
		i++;
	if (i == all->count) {
		array_reserve(all->items, all->capacity, ++all->count);
		all->items[i] = (struct hindrance){.what = xstrdup(""),
		    .why = xstrdup(finding->why),
		    .cure = finding->cure ? xstrdup(finding->cure) : NULL,
		    .lessons = xstrdup("")};
	}
	add_item(&all->items[i].what, finding->what);
	add_item(&all->items[i].lessons, lesson);
}

/* Tries it as it is tried before it begins. */
static void examine_lesson(
    const struct lesson_source *source, struct hindrances *all, char **playable)
{
	struct lesson *lesson;
	struct lesson_error error;
	struct preflight preflight;

	if (lesson_parse(source->data, (size_t)(source->end - source->data), source->language,
	        &lesson, &error) < 0)
		return;
	/* What is for other kernels need not work on this one. */
	lesson_fit(lesson);
	lesson_preflight(lesson, &preflight);
	if (preflight.playable)
		add_item(playable, lesson->name);
	for (size_t i = 0; i < preflight.count; i++)
		if (!preflight.findings[i].ok)
			hinder(all, lesson->name, &preflight.findings[i]);
	preflight_done(&preflight);
	lesson_free(lesson);
}

static void print_hindrances(struct report *report, struct hindrances *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct hindrance *item = &all->items[i];

		report->forbidden = true;
		print_finding(report, BAD, item->lessons, _("%s: %s"), item->what, item->why);
		if (item->cure)
			print_cure(report, false, "%s", item->cure);
		free(item->what);
		free(item->why);
		free(item->cure);
		free(item->lessons);
	}
	free(all->items);
}

static void examine_lessons(struct report *report)
{
	struct hindrances all = {.count = 0};
	autofree char *playable = xstrdup("");

	print_title(report, _("Lessons (their calls were tried)"));
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		/* The calls are the same in every language. */
		if (strcmp(source->language, "en") == 0)
			examine_lesson(source, &all, &playable);
	}
	if (*playable)
		print_finding(report, GOOD, playable, _("can be played"));
	print_hindrances(report, &all);
}

/* --- The terminal ----------------------------------------------------------------------------- */

static void examine_terminal(struct report *report)
{
	const char *codeset = nl_langinfo(CODESET), *name = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	int colors = -1;

	print_title(report, _("The terminal"));
	if (strcmp(codeset, "UTF-8") == 0) {
		print_finding(report, GOOD, _("Locale"), "%s", codeset);
	} else {
		print_finding(report, NEUTRAL, _("Locale"),
		    _("it is not UTF-8, so only ASCII characters are drawn"));
		print_cure(report, false, "export LC_ALL=C.UTF-8");
	}
	if (tui_terminal(&colors) < 0) {
		print_finding(report, BAD, "TERM",
		    _("it is not set, unknown, or can't move its cursor: the explorer won't open"));
		print_cure(report, false, "export TERM=xterm-256color");
		return;
	}
	print_finding(report, GOOD, "TERM", "%s", name);
	if (no_color && *no_color)
		print_finding(report, NEUTRAL, _("Colors"), _("NO_COLOR is set"));
	else if (colors > 0)
		print_finding(report, colors >= 8 ? GOOD : NEUTRAL, _("Colors"), "%d", colors);
	else
		print_finding(report, NEUTRAL, _("Colors"), _("none"));
}

int cli_doctor(int argc, char **argv)
{
	struct report report = {.forbidden = false};
	int status = options_read(&doctor_usage, &argc, &argv, NULL);

	if (status != OPTIONS_GO_ON)
		return status;
	line_init_verbatim(&report.line, report_charset());
	doctor_examine(&report.doctor);
	examine_kernel(&report);
	examine_making(&report);
	examine_reading(&report);
	examine_proc(&report);
	examine_source(&report);
	examine_limits(&report);
	examine_switches(&report);
	examine_lessons(&report);
	examine_terminal(&report);
	report_line(&report.line, 0);
	if (report.forbidden)
		line_adds(&report.line, STYLE_FAIL,
		    _("Something that nsscope or a lesson can't do without is forbidden or missing "
		      "here: see above."));
	else
		line_adds(&report.line, STYLE_OK, _("All that nsscope needs works here."));
	report_wrapped(&report.line, 0, report_text_cols());
	line_done(&report.line);
	free(report.last_cure);
	return report_finish("doctor", report.forbidden ? EXIT_FORBIDDEN : EXIT_DONE);
}
