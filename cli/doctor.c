/* nsscope doctor: what works here, and the cure for what doesn't. */
#include "scanner/doctor.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "lessons/play/preflight.h"
#include "lessons/play/probe.h"
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
    .about =
        N_("Tells what works on this machine: which types of namespaces the kernel has, which "
           "may be made, what can be read, which limits and switches stand in the way, which "
           "lessons can be played; and the cure.  Each type, and each call that a lesson makes, "
           "is tried in processes that end at once, in namespaces of their own.  Nothing is "
           "changed."),
    .exits = N_("0 all that nsscope needs works, 1 not all could be written, 2 wrong usage, 3 "
                "something is forbidden or missing that it or a lesson can't do without."),
};

enum { SIGN_COLS = 2 };

enum verdict {
	VERDICT_GOOD,
	VERDICT_BAD,
	VERDICT_NEUTRAL, /* missing or refused, and nsscope does without */
};

struct report {
	struct doctor doctor;
	struct line line;
	bool has_title;
	bool forbidden; /* something that nsscope or a lesson can't do without */
	char last_cure[256];
};

/* --- Printing --------------------------------------------------------------------------------- */

/* Begins a section; @text is translated. */
static void print_title(struct report *report, const char *text)
{
	if (report->has_title)
		report_line(&report->line, 0);
	report->has_title = true;
	report->last_cure[0] = '\0';
	line_adds(&report->line, STYLE_TITLE, text);
	report_wrapped(&report->line, 0, report_text_cols());
}

static void add_sign(struct line *line, enum verdict verdict)
{
	if (verdict == VERDICT_GOOD)
		line_add_symbol(line, STYLE_OK, "✔ ", "+ ");
	else if (verdict == VERDICT_BAD)
		line_add_symbol(line, STYLE_FAIL, "✘ ", "x ");
	else
		line_add_symbol(line, STYLE_DIM, "– ", "- ");
}

/* Prints "✔ what: meaning"; both are translated. */
static void print_finding(
    struct report *report, enum verdict verdict, const char *what, const char *meaning)
{
	add_sign(&report->line, verdict);
	line_adds(&report->line, STYLE_STRONG, what);
	line_adds(&report->line, STYLE_PLAIN, _(": "));
	line_adds(&report->line, STYLE_PLAIN, meaning);
	report_wrapped(&report->line, SIGN_COLS, report_text_cols());
}

/* Prints a command that cures the last finding, or words; once where it is the same as before in the
 * section.  It is not wrapped: it is there to be copied. */
__attribute__((format(printf, 3, 4))) static void print_cure(
    struct report *report, bool as_root, const char *format, ...)
{
	va_list args;
	char command[sizeof(report->last_cure)];

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (strcmp(command, report->last_cure) == 0)
		return;
	snprintf(report->last_cure, sizeof(report->last_cure), "%s", command);
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
		autofree char *meaning = NULL;

		if (doctor->type_there[type])
			continue;
		all = false;
		meaning =
		    xasprintf(kernel_is_since(doctor->kernel, ns_types[type].since)
		                  ? _("missing, though Linux %s and later have it: this kernel was "
		                      "built without it, or imitates Linux, as gVisor does")
		                  : _("this kernel is too old: it takes Linux %s"),
		        ns_types[type].since);
		print_finding(report, VERDICT_NEUTRAL, ns_types[type].name, meaning);
	}
	if (all)
		print_finding(report, VERDICT_GOOD, _("Types"), _("the kernel has all eight"));
}

static void find_refusal(struct report *report, enum nstype type, int error)
{
	const struct refused_call call = {
	    .call = "unshare", .detail = "", .user = true, .type = type, .error = -error};
	struct refusal refusal = refusal_of(&call, &report->doctor.confinement);

	print_finding(report, VERDICT_BAD, ns_types[type].name, refusal.why);
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
		print_finding(report, VERDICT_GOOD, info->name, _("may be made"));
		return true;
	}
	if (within == 0) {
		print_finding(report, VERDICT_GOOD, info->name,
		    _("may be made within a user namespace of one's own"));
		return true;
	}
	/* What forbids that is not about the type. */
	if (user && type != NS_USER && alone == -EPERM &&
	    !(report->doctor.confinement.caps >> CAP_SYS_ADMIN & 1))
		print_finding(report, VERDICT_BAD, info->name,
		    _("may be made only within a user namespace, and none may be made: see user"));
	else
		find_refusal(report, type, user && type != NS_USER ? alone : within);
	return false;
}

static void examine_making(struct report *report)
{
	print_title(report, _("What may be made here"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (report->doctor.type_there[type] && !try_type(report, type))
			report->forbidden = true;
	}
}

/* --- What can be read ------------------------------------------------------------------------- */

/* What it means where it doesn't work: msgids. */
static const char *const without[FACILITY_COUNT] = {
    [FACILITY_OWN_LINKS] = N_("nothing can be told of namespaces"),
    [FACILITY_FIRST_LINKS] =
        N_("the namespaces of other users' processes can't be read; they are counted"),
    [FACILITY_PARENT] = N_("how PID and user namespaces nest can't be told"),
    [FACILITY_ID] = N_("an inode that is used again is told from its members only"),
    [FACILITY_HANDLE] = N_("that a namespace has ended is known only when all was read again"),
    [FACILITY_LISTNS] =
        N_("namespaces that nothing in sight keeps are known only if they were in sight before"),
    [FACILITY_SOCKET_NET] = N_("network namespaces that only a socket keeps are not found"),
    [FACILITY_PIDFD_GETFD] =
        N_("network namespaces that only another's socket keeps are not found"),
    [FACILITY_STATMOUNT] = N_("mounts are read from mountinfo, as they are anyway"),
    [FACILITY_BPF] = N_("processes are read one by one from /proc, which costs more"),
    [FACILITY_TRACE] = N_(
        "events come from comparing two scans: processes that live for a moment and single calls "
        "are not seen"),
    [FACILITY_PERF_EVENTS] =
        N_("the kernel doesn't tell who changes, so all is read again in each scan, which costs "
           "more"),
};

/* The first kernel that has it: namespaces(7), ioctl_nsfs(2), and the pages of the calls. */
static const char *const since[FACILITY_COUNT] = {
    [FACILITY_PARENT] = "4.9",
    [FACILITY_ID] = "6.18",
    [FACILITY_HANDLE] = "6.18",
    [FACILITY_LISTNS] = "6.19",
    [FACILITY_SOCKET_NET] = "4.10",
    [FACILITY_PIDFD_GETFD] = "5.6",
    [FACILITY_STATMOUNT] = "6.8",
    [FACILITY_PERF_EVENTS] = "4.12",
};

static const struct bpf_refusal *bpf_refusal_of(const struct doctor *doctor, enum facility facility)
{
	return facility == FACILITY_BPF ? &doctor->bpf : &doctor->trace;
}

/* Has the kernel no such call, or no such request? */
static bool is_missing(int error)
{
	return error == -ENOSYS || error == -ENOTTY || error == -EINVAL || error == -EOPNOTSUPP;
}

/* Is it one that asks for no capability, or none that is lacking, so that only a filter refuses it? */
static bool by_filter(const struct doctor *doctor, enum facility facility, int error)
{
	bool asks_nothing = facility == FACILITY_HANDLE || facility == FACILITY_PIDFD_GETFD ||
	                    facility == FACILITY_STATMOUNT;

	return doctor->confinement.seccomp == 2 &&
	       (is_missing(error) || (asks_nothing && error == -EPERM));
}

/* Why it doesn't work, and what would help.  The caller frees it. */
static char *why_not(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	if (facility == FACILITY_BPF || facility == FACILITY_TRACE) {
		const struct bpf_refusal *why = bpf_refusal_of(doctor, facility);

		return why->what != BPF_NO_OBSTACLE ? bpf_refusal_text(why)
		                                    : xstrdup(strerror(-error));
	}
	if (since[facility] && is_missing(error) &&
	    !kernel_is_since(doctor->kernel, since[facility]))
		return xasprintf(
		    _("this kernel is too old: Linux %s and later have it"), since[facility]);
	if (by_filter(doctor, facility, error))
		return xstrdup(_("a seccomp filter refuses it, as in containers"));
	if (since[facility] && is_missing(error))
		return xasprintf(
		    _("this kernel lacks it, though Linux %s and later have it"), since[facility]);
	if (facility == FACILITY_SOCKET_NET && error == -EPERM)
		return xstrdup(
		    _("it takes CAP_NET_ADMIN in the user namespace that owns the network "
		      "namespace; a container is given it with --cap-add NET_ADMIN"));
	if (facility == FACILITY_PERF_EVENTS && error == -ENOENT)
		return xstrdup(_("/sys is not mounted, which lists the processors"));
	if (facility == FACILITY_FIRST_LINKS && geteuid() == 0 && error != -ENOENT)
		return xstrdup(
		    _("root may be forbidden it too: it takes CAP_SYS_PTRACE in the user "
		      "namespace of PID 1, and no security module that refuses; a container "
		      "is given it with --cap-add SYS_PTRACE"));
	if (facility == FACILITY_PERF_EVENTS && (error == -EACCES || error == -EPERM))
		return xstrdup(
		    _("it takes CAP_PERFMON in the initial user namespace; a container is "
		      "given it with --cap-add PERFMON"));
	if (facility == FACILITY_LISTNS && error == -EPERM)
		return xstrdup(
		    _("it takes CAP_SYS_ADMIN in the initial user namespace, and to be in the "
		      "initial PID namespace"));
	return xstrdup(strerror(-error));
}

/* The capability that it takes, where root is asked for. */
static int capability_of(enum facility facility)
{
	if (facility == FACILITY_FIRST_LINKS)
		return CAP_SYS_PTRACE;
	return facility == FACILITY_SOCKET_NET ? CAP_NET_ADMIN : CAP_PERFMON;
}

/* Would root have it?  Not what is missing from the bounding set, as in containers; capabilities(7). */
static bool is_for_root(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	if (prctl(PR_CAPBSET_READ, capability_of(facility)) != 1)
		return false;
	return facility == FACILITY_FIRST_LINKS ||
	       ((facility == FACILITY_PERF_EVENTS || facility == FACILITY_SOCKET_NET) &&
	           (error == -EPERM || error == -EACCES)) ||
	       ((facility == FACILITY_BPF || facility == FACILITY_TRACE) &&
	           bpf_refusal_of(doctor, facility)->what == BPF_FORBIDDEN);
}

static void examine_reading(struct report *report)
{
	const int *facilities = report->doctor.facilities;

	print_title(report, _("What can be read"));
	for (enum facility facility = 0; facility < FACILITY_COUNT; facility++) {
		bool essential = facility == FACILITY_OWN_LINKS;
		autofree char *meaning = NULL;
		autofree char *reason = NULL;

		if (facilities[facility] == 0) {
			print_finding(
			    report, VERDICT_GOOD, doctor_facility_name(facility), _("works"));
			continue;
		}
		reason = why_not(&report->doctor, facility);
		/* Nor are those counted that are not in sight. */
		if (facility == FACILITY_FIRST_LINKS && facilities[facility] == -ENOENT &&
		    facilities[FACILITY_OWN_LINKS] == 0)
			meaning =
			    xstrdup(_("/proc hides the processes of other users: they are not "
			              "counted either"));
		else
			meaning = xasprintf(_("%s (%s)"), _(without[facility]), reason);
		print_finding(report, essential ? VERDICT_BAD : VERDICT_NEUTRAL,
		    doctor_facility_name(facility), meaning);
		report->forbidden |= essential;
		if (is_for_root(&report->doctor, facility) && geteuid() != 0)
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

		/* With descriptors too few, say, it is no matter of /proc. */
		print_finding(report, VERDICT_BAD, "/proc",
		    want ? want : _("it is not mounted, or can't be read"));
		if (!want)
			print_cure(report, true, "mount -t proc proc /proc");
		report->forbidden = true;
		return;
	}
	if (graph->stats.foreign_proc) {
		print_finding(report, VERDICT_BAD, "/proc",
		    _("it belongs to another PID namespace: its numbers are not this one's"));
		print_cure(report, true,
		    "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'");
	} else {
		print_finding(report, VERDICT_GOOD, "/proc", _("it belongs to this PID namespace"));
	}
	if (graph->stats.hidden) {
		print_finding(report, VERDICT_NEUTRAL, "hidepid",
		    _("/proc hides the processes of other users"));
		print_cure(report, true, "mount -o remount,hidepid=0 /proc");
	} else if (graph_refused(graph)) {
		print_finding(report, VERDICT_NEUTRAL, "hidepid",
		    _("/proc lists the processes of other users and refuses all else (hidepid=1)"));
		print_cure(report, true, "mount -o remount,hidepid=0 /proc");
	} else {
		print_finding(report, VERDICT_GOOD, "hidepid", _("no process is hidden"));
	}
	if (graph->stats.names_late)
		print_finding(report, VERDICT_NEUTRAL, "/run/netns",
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

		print_finding(report, VERDICT_BAD, _("Source"), text);
		report->forbidden = true;
		return;
	}
	if (strcmp(scan_source_name(scan), "bpf") == 0) {
		print_finding(
		    report, VERDICT_GOOD, _("Source"), _("bpf, not /proc, since that costs less"));
	} else if (why.what != BPF_NO_OBSTACLE) {
		autofree char *reason = bpf_refusal_text(&why);
		autofree char *text = xasprintf(_("/proc, not bpf: %s"), reason);

		print_finding(report, VERDICT_GOOD, _("Source"), text);
	} else {
		print_finding(report, VERDICT_GOOD, _("Source"), _("/proc, as it was asked for"));
	}
	scan_free(scan);
}

/* --- Limits and switches ---------------------------------------------------------------------- */

/* Is there no /proc/sys, so that a setting which is not to be seen may hold all the same? */
static bool sees_no_settings(const struct doctor *doctor)
{
	return doctor->facilities[FACILITY_OWN_LINKS] < 0 || doctor->confinement.no_sys;
}

/* Why a setting is not there: @text, unless there is nothing to look into. */
static const char *why_missing(const struct doctor *doctor, const char *text)
{
	if (doctor->confinement.no_sys)
		return _("not known: this /proc has no sys (subset=pid)");
	return sees_no_settings(doctor) ? _("not known") : text;
}

static void examine_limits(struct report *report)
{
	const struct doctor *doctor = &report->doctor;

	print_title(report, _("Limits"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		enum setting setting = (enum setting)(SETTING_MAX + type);
		const char *name = doctor_setting_name(setting);
		autofree char *meaning = NULL;

		if (doctor->settings_errno[setting] == -ENOENT) {
			print_finding(report, VERDICT_NEUTRAL, name,
			    why_missing(doctor, _("this kernel has no such limit")));
		} else if (doctor->settings_errno[setting] < 0) {
			print_finding(report, VERDICT_NEUTRAL, name,
			    strerror(-doctor->settings_errno[setting]));
		} else if (doctor->settings[setting] == 0) {
			print_finding(report, VERDICT_BAD, name, _("0: none may be made"));
			print_cure(report, true, "sysctl -w %s=15000", name);
		} else {
			meaning = xasprintf(_("%ld for each user"), doctor->settings[setting]);
			print_finding(report, VERDICT_GOOD, name, meaning);
		}
	}
}

/* @bad: the value that forbids. */
static void examine_switch(struct report *report, enum setting setting, long bad,
    const char *good_text, const char *bad_text)
{
	const struct doctor *doctor = &report->doctor;
	const char *name = doctor_setting_name(setting);

	if (doctor->settings_errno[setting] == -ENOENT) {
		print_finding(report, sees_no_settings(doctor) ? VERDICT_NEUTRAL : VERDICT_GOOD,
		    name,
		    why_missing(doctor, _("this kernel has no such switch: it forbids nothing")));
		return;
	}
	if (doctor->settings_errno[setting] < 0) {
		print_finding(
		    report, VERDICT_NEUTRAL, name, strerror(-doctor->settings_errno[setting]));
		return;
	}
	if (doctor->settings[setting] != bad) {
		print_finding(report, VERDICT_GOOD, name, good_text);
		return;
	}
	/* Root makes namespaces all the same. */
	print_finding(report, geteuid() == 0 ? VERDICT_NEUTRAL : VERDICT_BAD, name, bad_text);
	print_cure(report, true, "sysctl -w %s=%ld", name, 1 - bad);
}

static void examine_switches(struct report *report)
{
	print_title(report, _("Switches"));
	examine_switch(report, SETTING_USERNS_CLONE, 0, _("unprivileged users may make namespaces"),
	    _("unprivileged users may make no user namespace, so no other either"));
	examine_switch(report, SETTING_APPARMOR, 1,
	    _("AppArmor lets unprivileged user namespaces be used"),
	    _("AppArmor takes the capabilities from an unprivileged user namespace: nothing can be "
	      "done in it"));
	const struct confinement *confinement = &report->doctor.confinement;

	if (confinement->seccomp > 0)
		print_finding(report, VERDICT_NEUTRAL, "seccomp",
		    _("a filter is set, as in containers: calls may fail that the kernel itself "
		      "would "
		      "allow"));
	else if (confinement->seccomp == 0)
		print_finding(report, VERDICT_GOOD, "seccomp", _("no filter is set"));
	else
		print_finding(report, VERDICT_NEUTRAL, "seccomp", _("not known"));
	if (confinement->no_new_privs)
		print_finding(report, VERDICT_NEUTRAL, "no_new_privs",
		    _("set: sudo and su give no privileges here"));
	if (confinement->label[0])
		print_finding(report, VERDICT_NEUTRAL, _("Security module"), confinement->label);
	if (confinement->chrooted)
		print_finding(report, VERDICT_NEUTRAL, "chroot",
		    _("nsscope runs in one, where the kernel makes no user namespace"));
	if (confinement->no_ids)
		print_finding(report, VERDICT_NEUTRAL, "uid_map",
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

/* Is @c a letter of a lesson's name or a path, and not what stands between two of them? */
static bool is_of_word(char c)
{
	return c > ' ' && c != ',' && !(c & 0x80);
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++)
		if ((at == list || !is_of_word(at[-1])) && !is_of_word(at[len]))
			return true;
	return false;
}

/* Adds a word to a list, unless it is there. */
static void add_word(char **list, const char *word)
{
	char *longer;

	if (has_word(*list, word))
		return;
	longer = xasprintf("%s%s%s", *list, **list ? _(", ") : "", word);
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
	add_word(&all->items[i].what, finding->what);
	add_word(&all->items[i].lessons, lesson);
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
		add_word(playable, lesson->name);
	for (size_t i = 0; i < preflight.count; i++)
		if (!preflight.findings[i].ok)
			hinder(all, lesson->name, &preflight.findings[i]);
	preflight_done(&preflight);
	lesson_free(lesson);
}

static void tell_hindrances(struct report *report, struct hindrances *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct hindrance *item = &all->items[i];
		autofree char *meaning = xasprintf(_("%s: %s"), item->what, item->why);

		report->forbidden = true;
		print_finding(report, VERDICT_BAD, item->lessons, meaning);
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
		print_finding(report, VERDICT_GOOD, playable, _("can be played"));
	tell_hindrances(report, &all);
}

/* --- The terminal ----------------------------------------------------------------------------- */

static void examine_terminal(struct report *report)
{
	const char *codeset = nl_langinfo(CODESET), *name = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	autofree char *color_text = NULL;
	int colors = -1;

	print_title(report, _("The terminal"));
	if (strcmp(codeset, "UTF-8") == 0) {
		print_finding(report, VERDICT_GOOD, _("Locale"), codeset);
	} else {
		print_finding(report, VERDICT_NEUTRAL, _("Locale"),
		    _("it is not UTF-8, so only ASCII characters are drawn"));
		print_cure(report, false, "export LC_ALL=C.UTF-8");
	}
	if (tui_terminal(&colors) < 0) {
		print_finding(report, VERDICT_BAD, "TERM",
		    _("it is not set, unknown, or can't move its cursor: the explorer won't open"));
		print_cure(report, false, "export TERM=xterm-256color");
		return;
	}
	print_finding(report, VERDICT_GOOD, "TERM", name);
	color_text = colors > 0 ? xasprintf("%d", colors) : xstrdup(_("none"));
	if (no_color && *no_color)
		print_finding(report, VERDICT_NEUTRAL, _("Colors"), _("NO_COLOR is set"));
	else
		print_finding(
		    report, colors >= 8 ? VERDICT_GOOD : VERDICT_NEUTRAL, _("Colors"), color_text);
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
	return report_finish("doctor", report.forbidden ? EXIT_FORBIDDEN : EXIT_DONE);
}
