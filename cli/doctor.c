/* nsscope doctor: what works here, and the cure for what doesn't. */
#include "cli/doctor_visit.h"

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "lessons/play/preflight.h"
#include "lessons/play/probe.h"
#include "lessons/stage/refusal.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/tui.h"

#include <errno.h>
#include <langinfo.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

/* --- Printing --------------------------------------------------------------------------------- */

void doctor_title(struct visit *visit, const char *text)
{
	if (visit->has_title)
		report_line(&visit->line, 0);
	visit->has_title = true;
	visit->last_cure[0] = '\0';
	line_adds(&visit->line, STYLE_TITLE, text);
	report_wrapped(&visit->line, 0);
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

void doctor_find(struct visit *visit, enum verdict verdict, const char *what, const char *meaning)
{
	add_sign(&visit->line, verdict);
	line_adds(&visit->line, STYLE_STRONG, what);
	line_adds(&visit->line, STYLE_PLAIN, _(": "));
	line_adds(&visit->line, STYLE_PLAIN, meaning);
	report_wrapped(&visit->line, SIGN_COLS);
}

void doctor_cure(struct visit *visit, bool as_root, const char *format, ...)
{
	va_list args;
	char command[sizeof(visit->last_cure)];

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (strcmp(command, visit->last_cure) == 0)
		return;
	snprintf(visit->last_cure, sizeof(visit->last_cure), "%s", command);
	line_pad(&visit->line, SIGN_COLS);
	line_add_symbol(&visit->line, STYLE_DIM, "→ ", "-> ");
	if (as_root && geteuid() != 0 && visit->doctor.confinement.no_new_privs)
		line_adds(&visit->line, STYLE_PLAIN,
		    _("as root, and not from here, where no_new_privs is set: "));
	else if (as_root && geteuid() != 0)
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

	doctor_title(visit, _("The kernel"));
	line_addf(&visit->line, STYLE_PLAIN, "  Linux %s", doctor->kernel);
	report_wrapped(&visit->line, SIGN_COLS);
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
		doctor_find(visit, VERDICT_NEUTRAL, ns_types[type].name, meaning);
	}
	if (all)
		doctor_find(visit, VERDICT_GOOD, _("Types"), _("the kernel has all eight"));
}

static void find_refusal(struct visit *visit, enum nstype type, int error)
{
	const struct refused_call call = {
	    .call = "unshare", .detail = "", .user = true, .type = type, .error = -error};
	struct refusal refusal = refusal_of(&call, &visit->doctor.confinement);

	doctor_find(visit, VERDICT_BAD, ns_types[type].name, refusal.why);
	if (refusal.cure)
		doctor_cure(visit, false, "%s", refusal.cure);
	refusal_done(&refusal);
}

/* Alone, or with a user namespace around it, as the lessons do.  Returns whether it may be made. */
static bool try_type(struct visit *visit, enum nstype type)
{
	const struct ns_type_info *info = &ns_types[type];
	int alone = probe_unshare(info->flag);
	int user = alone == 0 ? 0 : probe_unshare(ns_types[NS_USER].flag);
	int within = alone == 0 || user ? user : probe_unshare(info->flag | ns_types[NS_USER].flag);

	if (alone == 0) {
		doctor_find(visit, VERDICT_GOOD, info->name, _("may be made"));
		return true;
	}
	if (within == 0) {
		doctor_find(visit, VERDICT_GOOD, info->name,
		    _("may be made within a user namespace of one's own"));
		return true;
	}
	/* What forbids that is not about the type. */
	if (user && type != NS_USER && alone == -EPERM &&
	    !(visit->doctor.confinement.caps >> CAP_SYS_ADMIN & 1))
		doctor_find(visit, VERDICT_BAD, info->name,
		    _("may be made only within a user namespace, and none may be made: see user"));
	else
		find_refusal(visit, type, user && type != NS_USER ? alone : within);
	return false;
}

static void examine_making(struct visit *visit)
{
	doctor_title(visit, _("What may be made here"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (visit->doctor.type_there[type] && !try_type(visit, type))
			visit->forbidden = true;
	}
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

static void examine_limits(struct visit *visit)
{
	const struct doctor *doctor = &visit->doctor;

	doctor_title(visit, _("Limits"));
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		enum setting setting = (enum setting)(SETTING_MAX + type);
		const char *name = doctor_setting_name(setting);
		autofree char *meaning = NULL;

		if (doctor->settings_errno[setting] == -ENOENT) {
			doctor_find(visit, VERDICT_NEUTRAL, name,
			    why_missing(doctor, _("this kernel has no such limit")));
		} else if (doctor->settings_errno[setting] < 0) {
			doctor_find(visit, VERDICT_NEUTRAL, name,
			    strerror(-doctor->settings_errno[setting]));
		} else if (doctor->settings[setting] == 0) {
			doctor_find(visit, VERDICT_BAD, name, _("0: none may be made"));
			doctor_cure(visit, true, "sysctl -w %s=15000", name);
		} else {
			meaning = xasprintf(_("%ld for each user"), doctor->settings[setting]);
			doctor_find(visit, VERDICT_GOOD, name, meaning);
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
		doctor_find(visit, sees_no_settings(doctor) ? VERDICT_NEUTRAL : VERDICT_GOOD, name,
		    why_missing(doctor, _("this kernel has no such switch: it forbids nothing")));
		return;
	}
	if (doctor->settings_errno[setting] < 0) {
		doctor_find(
		    visit, VERDICT_NEUTRAL, name, strerror(-doctor->settings_errno[setting]));
		return;
	}
	if (doctor->settings[setting] != bad) {
		doctor_find(visit, VERDICT_GOOD, name, good_text);
		return;
	}
	/* Root makes namespaces all the same. */
	doctor_find(visit, geteuid() == 0 ? VERDICT_NEUTRAL : VERDICT_BAD, name, bad_text);
	doctor_cure(visit, true, "sysctl -w %s=%ld", name, 1 - bad);
}

static void examine_switches(struct visit *visit)
{
	doctor_title(visit, _("Switches"));
	examine_switch(visit, SETTING_USERNS_CLONE, 0, _("unprivileged users may make namespaces"),
	    _("unprivileged users may make no user namespace, so no other either"));
	examine_switch(visit, SETTING_APPARMOR, 1,
	    _("AppArmor lets unprivileged user namespaces be used"),
	    _("AppArmor takes the capabilities from an unprivileged user namespace: nothing can be "
	      "done in it"));
	const struct confinement *confinement = &visit->doctor.confinement;

	if (confinement->seccomp > 0)
		doctor_find(visit, VERDICT_NEUTRAL, "seccomp",
		    _("a filter is set, as in containers: calls may fail that the kernel itself "
		      "would "
		      "allow"));
	else if (confinement->seccomp == 0)
		doctor_find(visit, VERDICT_GOOD, "seccomp", _("no filter is set"));
	else
		doctor_find(visit, VERDICT_NEUTRAL, "seccomp", _("not known"));
	if (confinement->no_new_privs)
		doctor_find(visit, VERDICT_NEUTRAL, "no_new_privs",
		    _("set: sudo and su give no privileges here"));
	if (confinement->label[0])
		doctor_find(visit, VERDICT_NEUTRAL, _("Security module"), confinement->label);
	if (confinement->chrooted)
		doctor_find(visit, VERDICT_NEUTRAL, "chroot",
		    _("nsscope runs in one, where the kernel makes no user namespace"));
	if (confinement->no_ids)
		doctor_find(visit, VERDICT_NEUTRAL, "uid_map",
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

static void tell_hindrances(struct visit *visit, struct hindrances *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct hindrance *item = &all->items[i];
		autofree char *meaning = xasprintf(_("%s: %s"), item->what, item->why);

		visit->forbidden = true;
		doctor_find(visit, VERDICT_BAD, item->lessons, meaning);
		if (item->cure)
			doctor_cure(visit, false, "%s", item->cure);
		free(item->what);
		free(item->why);
		free(item->cure);
		free(item->lessons);
	}
	free(all->items);
}

static void examine_lessons(struct visit *visit)
{
	struct hindrances all = {.count = 0};
	autofree char *playable = xstrdup("");

	doctor_title(visit, _("Lessons (their calls were tried)"));
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		/* The calls are the same in every language. */
		if (strcmp(source->language, "en") == 0)
			examine_lesson(source, &all, &playable);
	}
	if (*playable)
		doctor_find(visit, VERDICT_GOOD, playable, _("can be played"));
	tell_hindrances(visit, &all);
}

/* --- The terminal ----------------------------------------------------------------------------- */

static void examine_terminal(struct visit *visit)
{
	const char *codeset = nl_langinfo(CODESET), *name = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	autofree char *color_text = NULL;
	int colors = -1;

	doctor_title(visit, _("The terminal"));
	if (strcmp(codeset, "UTF-8") == 0) {
		doctor_find(visit, VERDICT_GOOD, _("Locale"), codeset);
	} else {
		doctor_find(visit, VERDICT_NEUTRAL, _("Locale"),
		    _("it is not UTF-8, so only ASCII characters are drawn"));
		doctor_cure(visit, false, "export LC_ALL=C.UTF-8");
	}
	if (tui_terminal(&colors) < 0) {
		doctor_find(visit, VERDICT_BAD, "TERM",
		    _("it is not set, unknown, or can't move its cursor: the explorer won't open"));
		doctor_cure(visit, false, "export TERM=xterm-256color");
		return;
	}
	doctor_find(visit, VERDICT_GOOD, "TERM", name);
	color_text = colors > 0 ? xasprintf("%d", colors) : xstrdup(_("none"));
	if (no_color && *no_color)
		doctor_find(visit, VERDICT_NEUTRAL, _("Colors"), _("NO_COLOR is set"));
	else
		doctor_find(
		    visit, colors >= 8 ? VERDICT_GOOD : VERDICT_NEUTRAL, _("Colors"), color_text);
}

int cli_doctor(int argc, char **argv)
{
	struct visit visit = {.forbidden = false};
	struct options options;

	options_begin(&options, &doctor_usage, argc, argv);
	if (options_next(&options) == OPTIONS_STOP)
		return options.status;
	if (optind < argc)
		return report_surplus("doctor", argv[optind]);
	line_init_verbatim(&visit.line, report_charset());
	doctor_examine(&visit.doctor);
	examine_kernel(&visit);
	examine_making(&visit);
	doctor_read(&visit);
	examine_limits(&visit);
	examine_switches(&visit);
	examine_lessons(&visit);
	examine_terminal(&visit);
	report_line(&visit.line, 0);
	if (visit.forbidden)
		line_adds(&visit.line, STYLE_FAIL,
		    _("Something that nsscope or a lesson can't do without is forbidden or missing "
		      "here: see above."));
	else
		line_adds(&visit.line, STYLE_OK, _("All that nsscope needs works here."));
	report_wrapped(&visit.line, 0);
	line_done(&visit.line);
	return report_finish("doctor", visit.forbidden ? EXIT_FORBIDDEN : EXIT_DONE);
}
