/* nsscope doctor: what works here, and the cure for what doesn't. */
#include "scanner/doctor.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "lessons/trial.h"
#include "model/i18n.h"
#include "model/util.h"
#include "tui/tui.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct cli_usage usage = {
    .command = "doctor",
    .forms = N_("nsscope doctor [OPTION]..."),
    .about =
        N_("Tells what works on this machine: which types of namespaces the kernel has, which "
           "may be made, what can be read, which limits and switches stand in the way; and the "
           "cure.  Each type is tried in a child process that ends at once.  Nothing is "
           "changed."),
    .exits = N_("0 all that nsscope needs works, 1 not all could be written, 2 wrong usage, 3 "
                "something that it can't do without is forbidden."),
};

enum { SIGN_COLS = 2 };

enum verdict {
	VERDICT_GOOD,
	VERDICT_BAD,
	VERDICT_NEUTRAL, /* missing or closed, and nsscope does without */
};

/* What was found so far. */
struct visit {
	struct doctor doctor;
	struct line line;
	bool has_title;
	bool forbidden; /* something that nsscope can't do without */
};

/* --- Printing --------------------------------------------------------------------------------- */

static void title(struct visit *visit, const char *text)
{
	if (visit->has_title)
		report_line(&visit->line, 0);
	visit->has_title = true;
	line_adds(&visit->line, STYLE_TITLE, text);
	report_wrapped(&visit->line, 0);
}

static void add_sign(struct line *line, enum verdict verdict)
{
	if (verdict == VERDICT_GOOD)
		line_add_sign(line, STYLE_OK, "✔ ", "+ ");
	else if (verdict == VERDICT_BAD)
		line_add_sign(line, STYLE_FAIL, "✘ ", "x ");
	else
		line_add_sign(line, STYLE_DIM, "– ", "- ");
}

/* One finding: "✔ what: meaning". */
static void find(struct visit *visit, enum verdict verdict, const char *what, const char *meaning)
{
	add_sign(&visit->line, verdict);
	line_adds(&visit->line, STYLE_STRONG, what);
	line_adds(&visit->line, STYLE_PLAIN, ": ");
	line_adds(&visit->line, STYLE_PLAIN, meaning);
	report_wrapped(&visit->line, SIGN_COLS);
}

/* A command that cures the last finding; it is not wrapped, so that it can be copied. */
__attribute__((format(printf, 3, 4))) static void cure(
    struct visit *visit, bool as_root, const char *format, ...)
{
	va_list args;
	char command[256];

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	line_pad(&visit->line, SIGN_COLS);
	line_add_sign(&visit->line, STYLE_DIM, "→ ", "-> ");
	if (as_root && geteuid() != 0)
		line_adds(&visit->line, STYLE_CODE, "sudo ");
	line_adds(&visit->line, STYLE_CODE, command);
	report_line(&visit->line, 0);
	line_clear(&visit->line);
}

/* --- The kernel, and what may be made --------------------------------------------------------- */

static void examine_kernel(struct visit *visit)
{
	const struct doctor *doctor = &visit->doctor;
	bool all = true;

	title(visit, _("The kernel"));
	line_addf(&visit->line, STYLE_PLAIN, "  Linux %s", doctor->kernel);
	report_wrapped(&visit->line, SIGN_COLS);
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *meaning = NULL;

		if (doctor->type_there[type])
			continue;
		all = false;
		meaning = xasprintf(_("this kernel has no such type; those since %s may have"),
		    ns_types[type].since);
		find(visit, VERDICT_NEUTRAL, ns_types[type].name, meaning);
	}
	if (all)
		find(visit, VERDICT_GOOD, _("Types"), _("the kernel has all eight"));
}

/* Alone, or with a user namespace around it, as the lessons do.  Returns whether it may be made. */
static bool try_type(struct visit *visit, enum ns_type type)
{
	const struct ns_type_info *info = &ns_types[type];
	int alone = trial_unshare(info->flag);
	int within = alone == 0 ? 0 : trial_unshare(info->flag | ns_types[NS_USER].flag);

	if (alone == 0) {
		find(visit, VERDICT_GOOD, info->name, _("may be made"));
		return true;
	}
	if (within == 0) {
		find(visit, VERDICT_GOOD, info->name,
		    _("may be made within a user namespace of one's own"));
		return true;
	}
	find(visit, VERDICT_BAD, info->name, trial_refusal(within));
	return false;
}

static void examine_making(struct visit *visit)
{
	title(visit, _("What may be made here"));
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		if (visit->doctor.type_there[type] && !try_type(visit, type))
			visit->forbidden = true;
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
    [FACILITY_SOCKET_NET] = N_("network namespaces that only a socket keeps are not found"),
    [FACILITY_PIDFD_GETFD] =
        N_("network namespaces that only another's socket keeps are not found"),
    [FACILITY_STATMOUNT] = N_("mounts are read from mountinfo, as they are anyway"),
    [FACILITY_BPF] = N_("processes are read one by one from /proc, which costs more"),
    [FACILITY_FEED] =
        N_("the kernel doesn't tell who changes, so all is read again in each sweep, which costs "
           "more"),
};

/* The first kernel that has it: namespaces(7), ioctl_nsfs(2), and the pages of the calls. */
static const char *const since[FACILITY_COUNT] = {
    [FACILITY_PARENT] = "4.9",
    [FACILITY_ID] = "6.18",
    [FACILITY_SOCKET_NET] = "4.10",
    [FACILITY_PIDFD_GETFD] = "5.6",
    [FACILITY_STATMOUNT] = "6.8",
    [FACILITY_FEED] = "4.12",
};

/* Why it doesn't work, and what would help.  The caller frees it. */
static char *why_not(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	if (facility == FACILITY_BPF)
		return xstrdup(bpf_obstacle_text(doctor->bpf));
	if (since[facility] && (error == -ENOSYS || error == -ENOTTY || error == -EINVAL))
		return xasprintf(
		    _("the kernel hasn't got it, or a filter hides it: Linux %s and later have it"),
		    since[facility]);
	if (facility == FACILITY_FIRST_LINKS && geteuid() == 0)
		return xstrdup(
		    _("root may be forbidden it too: it takes CAP_SYS_PTRACE in the user "
		      "namespace of PID 1, and no security module that refuses; a container "
		      "is given it with --cap-add SYS_PTRACE"));
	if (facility == FACILITY_FEED && (error == -EACCES || error == -EPERM))
		return xstrdup(
		    _("it takes CAP_PERFMON in the initial user namespace; a container is "
		      "given it with --cap-add PERFMON"));
	return xstrdup(strerror(-error));
}

/* Would root have it? */
static bool is_for_root(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	return facility == FACILITY_FIRST_LINKS ||
	       ((facility == FACILITY_FEED || facility == FACILITY_SOCKET_NET) &&
	           (error == -EPERM || error == -EACCES)) ||
	       (facility == FACILITY_BPF && doctor->bpf == BPF_FORBIDDEN);
}

static void examine_reading(struct visit *visit)
{
	const int *facilities = visit->doctor.facilities;

	title(visit, _("What can be read"));
	for (enum facility facility = 0; facility < FACILITY_COUNT; facility++) {
		bool essential = facility == FACILITY_OWN_LINKS;
		autofree char *meaning = NULL;
		autofree char *reason = NULL;

		if (facilities[facility] == 0) {
			find(visit, VERDICT_GOOD, doctor_facility_name(facility), _("works"));
			continue;
		}
		reason = why_not(&visit->doctor, facility);
		meaning = xasprintf("%s (%s)", _(without[facility]), reason);
		find(visit, essential ? VERDICT_BAD : VERDICT_NEUTRAL,
		    doctor_facility_name(facility), meaning);
		visit->forbidden |= essential;
		if (is_for_root(&visit->doctor, facility) && geteuid() != 0)
			cure(visit, true, "nsscope");
	}
}

static void examine_proc(struct visit *visit)
{
	const struct scan_options options = {.source = SCAN_PROC};
	struct graph *graph = NULL;
	struct scan *scan = NULL;
	int r = scan_new(&options, &scan);

	if (r == 0)
		r = scan_once(scan, &graph);
	scan_free(scan);
	if (r < 0 || !graph) {
		find(visit, VERDICT_BAD, "/proc", _("it is not mounted, or can't be read"));
		cure(visit, true, "mount -t proc proc /proc");
		visit->forbidden = true;
		return;
	}
	if (graph->stats.foreign_proc) {
		find(visit, VERDICT_BAD, "/proc",
		    _("it belongs to another PID namespace: its numbers are not this one's"));
		cure(visit, true,
		    "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'");
	} else {
		find(visit, VERDICT_GOOD, "/proc", _("it belongs to this PID namespace"));
	}
	if (graph->stats.hidden) {
		find(visit, VERDICT_NEUTRAL, "hidepid",
		    _("/proc hides the processes of other users"));
		cure(visit, true, "mount -o remount,hidepid=0 /proc");
	} else {
		find(visit, VERDICT_GOOD, "hidepid", _("no process is hidden"));
	}
	graph_unref(graph);
}

/* What the explorer and the reports read from. */
static void examine_source(struct visit *visit)
{
	struct scan *scan = NULL;
	struct bpf_refusal why;
	int r = scan_new(&(struct scan_options){.no_cmdlines = true}, &scan);

	why = scan_why_no_bpf();
	if (r < 0) {
		find(visit, VERDICT_BAD, _("Source"), bpf_obstacle_text(why.what));
		return;
	}
	if (strcmp(scan_source_name(scan), "bpf") == 0) {
		find(visit, VERDICT_GOOD, _("Source"), _("bpf, not /proc, since that costs less"));
	} else if (why.what != BPF_NO_OBSTACLE) {
		autofree char *text =
		    xasprintf(_("/proc, not bpf: %s"), bpf_obstacle_text(why.what));

		find(visit, VERDICT_GOOD, _("Source"), text);
	} else {
		find(visit, VERDICT_GOOD, _("Source"), _("/proc, as it was asked for"));
	}
	scan_free(scan);
}

/* --- Limits and switches ---------------------------------------------------------------------- */

/* Why a setting is not there: @text, unless there is no /proc to look into. */
static const char *why_missing(const struct visit *visit, const char *text)
{
	return visit->doctor.facilities[FACILITY_OWN_LINKS] < 0 ? _("not known") : text;
}

static void examine_limits(struct visit *visit)
{
	const struct doctor *doctor = &visit->doctor;

	title(visit, _("Limits"));
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		enum setting setting = (enum setting)(SETTING_MAX + type);
		const char *name = doctor_setting_name(setting);
		autofree char *meaning = NULL;

		if (doctor->settings_errno[setting] == -ENOENT) {
			find(visit, VERDICT_NEUTRAL, name,
			    why_missing(visit, _("this kernel has no such limit")));
		} else if (doctor->settings_errno[setting] < 0) {
			find(visit, VERDICT_NEUTRAL, name,
			    strerror(-doctor->settings_errno[setting]));
		} else if (doctor->settings[setting] == 0) {
			find(visit, VERDICT_BAD, name, _("0: none may be made"));
			cure(visit, true, "sysctl -w %s=15000", name);
		} else {
			meaning = xasprintf(_("%ld for each user"), doctor->settings[setting]);
			find(visit, VERDICT_GOOD, name, meaning);
		}
	}
}

/* @bad: the value that forbids. */
static void examine_switch(struct visit *visit, enum setting setting, long bad,
    const char *good_text, const char *bad_text)
{
	const struct doctor *doctor = &visit->doctor;
	const char *name = doctor_setting_name(setting);

	if (doctor->settings_errno[setting] == -ENOENT) {
		find(visit,
		    doctor->facilities[FACILITY_OWN_LINKS] < 0 ? VERDICT_NEUTRAL : VERDICT_GOOD,
		    name,
		    why_missing(visit, _("this kernel has no such switch: it forbids nothing")));
		return;
	}
	if (doctor->settings_errno[setting] < 0) {
		find(visit, VERDICT_NEUTRAL, name, strerror(-doctor->settings_errno[setting]));
		return;
	}
	if (doctor->settings[setting] != bad) {
		find(visit, VERDICT_GOOD, name, good_text);
		return;
	}
	/* Root makes namespaces all the same. */
	find(visit, geteuid() == 0 ? VERDICT_NEUTRAL : VERDICT_BAD, name, bad_text);
	cure(visit, true, "sysctl -w %s=%ld", name, 1 - bad);
}

static void examine_switches(struct visit *visit)
{
	title(visit, _("Switches"));
	examine_switch(visit, SETTING_USERNS_CLONE, 0, _("unprivileged users may make namespaces"),
	    _("unprivileged users may make no user namespace, so no other either"));
	examine_switch(visit, SETTING_APPARMOR, 1,
	    _("AppArmor lets unprivileged user namespaces be used"),
	    _("AppArmor takes the capabilities from an unprivileged user namespace: nothing can be "
	      "done in it"));
	if (visit->doctor.seccomp > 0)
		find(visit, VERDICT_NEUTRAL, "seccomp",
		    _("a filter is set, as in containers: calls may fail that the kernel itself "
		      "would "
		      "allow"));
	else if (visit->doctor.seccomp == 0)
		find(visit, VERDICT_GOOD, "seccomp", _("no filter is set"));
	else
		find(visit, VERDICT_NEUTRAL, "seccomp", _("not known"));
}

/* --- The terminal ----------------------------------------------------------------------------- */

static void examine_terminal(struct visit *visit)
{
	const char *codeset = nl_langinfo(CODESET), *name = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");
	autofree char *colour_text = NULL;
	int colours = -1;

	title(visit, _("The terminal"));
	if (strcmp(codeset, "UTF-8") == 0) {
		find(visit, VERDICT_GOOD, _("Locale"), codeset);
	} else {
		find(visit, VERDICT_NEUTRAL, _("Locale"),
		    _("it is not UTF-8, so only ASCII characters are drawn"));
		cure(visit, false, "export LC_ALL=C.UTF-8");
	}
	if (!name || !*name || tui_terminal(&colours) < 0) {
		find(visit, VERDICT_BAD, "TERM",
		    _("it is not set, unknown, or can't move its cursor: the explorer won't open"));
		cure(visit, false, "export TERM=xterm-256color");
		return;
	}
	find(visit, VERDICT_GOOD, "TERM", name);
	colour_text = colours > 0 ? xasprintf("%d", colours) : xstrdup(_("none"));
	if (no_colour && *no_colour)
		find(visit, VERDICT_NEUTRAL, _("Colours"), _("NO_COLOR is set"));
	else
		find(visit, colours >= 8 ? VERDICT_GOOD : VERDICT_NEUTRAL, _("Colours"),
		    colour_text);
}

int cli_doctor(int argc, char **argv)
{
	struct visit visit = {.forbidden = false};
	struct options options;

	options_begin(&options, &usage, argc, argv);
	if (options_next(&options) == OPTIONS_STOP)
		return options.status;
	if (optind < argc)
		return report_surplus("doctor", argv[optind]);
	line_init(&visit.line, report_charset());
	doctor_examine(&visit.doctor);
	examine_kernel(&visit);
	examine_making(&visit);
	examine_reading(&visit);
	examine_proc(&visit);
	examine_source(&visit);
	examine_limits(&visit);
	examine_switches(&visit);
	examine_terminal(&visit);
	report_line(&visit.line, 0);
	if (visit.forbidden)
		line_adds(&visit.line, STYLE_FAIL,
		    _("Something that nsscope can't do without is forbidden here: see above."));
	else
		line_adds(&visit.line, STYLE_OK, _("All that nsscope needs works here."));
	report_wrapped(&visit.line, 0);
	line_done(&visit.line);
	return report_finish("doctor", visit.forbidden ? EXIT_FORBIDDEN : EXIT_DONE);
}
