#include "model/report/compare_sight.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/detail_parts.h"

#include <string.h>

enum { TYPE_COLS = 8, WORD_COLS = 19, OVERFLOW_UID = 65534 };

enum uid_check_context compare_uid_seen(uid_t uid, const struct process *of,
    const struct process *viewer, const struct inspection *user, uid_t *ret_uid)
{
	bool any = false;

	if (viewer && viewer->ns[NS_USER] && viewer->ns[NS_USER] == of->ns[NS_USER]) {
		*ret_uid = uid;
		return UID_SEEN;
	}
	for (size_t i = 0; user && !user->error && i < user->count; i++) {
		const struct fact *fact = &user->facts[i];

		if (fact->kind != FACT_ID_RANGE || fact->range.group)
			continue;
		any = true;
		/* An id without a place here is told as the greatest number. */
		if (fact->range.outside == UINT32_MAX || uid < fact->range.outside ||
		    uid - fact->range.outside >= fact->range.count)
			continue;
		*ret_uid = fact->range.inside + (uid - fact->range.outside);
		return UID_SEEN;
	}
	/* An empty map is told by a fact too: FACT_SETGROUPS or FACT_CAPS alone. */
	if (!any && (!user || user->error || !inspection_find(user, FACT_SETGROUPS)))
		return UID_NOT_KNOWN;
	*ret_uid = OVERFLOW_UID;
	return UID_UNMAPPED;
}

/* --- Type by type ----------------------------------------------------------------------------- */

static void add_ns(const struct detail *detail, const struct ns *ns, struct line *line)
{
	const struct ns_letters *ns_letters = detail->context->ns_letters;

	if (!ns) {
		line_adds(line, STYLE_WARN, "?");
		return;
	}
	if (ns_letters)
		line_add_ns_letter(line, ns_letters_label(ns_letters, ns, line->charset),
		    ns_letters_hue(ns_letters, ns));
	line_addf(
	    line, STYLE_NS, " %s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
}

static void add_type(
    const struct detail *detail, enum nstype type, const struct comparison *comparison)
{
	static const char *const words[] = {
	    [SAME] = N_("same"),
	    [DIFFERENT] = N_("different"),
	    [SAMENESS_UNKNOWN] = N_("not known"),
	};
	static const enum style styles[] = {
	    [SAME] = STYLE_PLAIN, [DIFFERENT] = STYLE_STRONG, [SAMENESS_UNKNOWN] = STYLE_WARN};
	struct line line = detail_line(detail);

	line_adds(&line, STYLE_TITLE, ns_types[type].name);
	line_pad(&line, TYPE_COLS);
	line_adds(&line, styles[comparison->sameness], _(words[comparison->sameness]));
	line_pad(&line, WORD_COLS);
	add_ns(detail, comparison->ns[0], &line);
	if (comparison->sameness != SAME) {
		line_adds(&line, STYLE_PLAIN, " | ");
		add_ns(detail, comparison->ns[1], &line);
	}
	detail_wrap(detail, &line, TYPE_COLS);
	line = detail_line(detail);
	line_pad(&line, TYPE_COLS);
	line_adds(&line, STYLE_PLAIN, comparison->meaning);
	detail_wrap(detail, &line, TYPE_COLS);
}

/* --- What one sees of the other --------------------------------------------------------------- */

struct check_context {
	const struct detail *detail;
	const struct process *who[2]; /* A, B */
	const struct compare_known *known;
	int from; /* 0: A looks at B */
};

static void add_pid(const struct check_context *check_context)
{
	pid_t pid = compare_pid_seen(
	    check_context->who[!check_context->from], check_context->who[check_context->from]);
	struct line line = detail_field(check_context->detail, "PID");

	if (pid > 0)
		line_addf(&line, STYLE_PID, "%d", (int)pid);
	else if (pid == 0)
		line_adds(
		    &line, STYLE_STRONG, _("none: it is not seen there, and no signal reaches it"));
	else
		line_adds(&line, STYLE_WARN, _("not known: what is above can't be seen from here"));
	detail_field_end(check_context->detail, &line);
}

static void add_uid(const struct check_context *check_context)
{
	const struct process *from = check_context->who[check_context->from],
	                     *to = check_context->who[!check_context->from];
	uid_t uid = 0;
	struct line line = detail_field(check_context->detail, "uid");

	switch (compare_uid_seen(to->uid, from, check_context->known->viewer,
	    check_context->known->user[check_context->from], &uid)) {
	case UID_SEEN:
		line_addf(&line, STYLE_STRONG, "%u", (unsigned)uid);
		break;
	case UID_UNMAPPED:
		line_addf(&line, STYLE_STRONG, _("%u (nobody): not mapped there"), (unsigned)uid);
		break;
	case UID_NOT_KNOWN:
		line_adds(&line, STYLE_WARN, _("not known: the map there was not read"));
		break;
	}
	detail_field_end(check_context->detail, &line);
}

static const char *hostname_of(const struct process *process)
{
	return process->ns[NS_UTS] ? process->ns[NS_UTS]->hostname : NULL;
}

/* uname(2) tells the name of one's own UTS namespace, nobody else's. */
static void add_host(const struct check_context *check_context)
{
	const struct process *from = check_context->who[check_context->from],
	                     *to = check_context->who[!check_context->from];
	const char *own = hostname_of(from), *theirs = hostname_of(to);
	struct line line = detail_field(check_context->detail, _("Host name"));

	if (from->ns[NS_UTS] && from->ns[NS_UTS] == to->ns[NS_UTS])
		line_adds(&line, STYLE_PLAIN, _("the one that both have: "));
	else
		line_adds(&line, STYLE_PLAIN, _("its own: "));
	line_adds(&line, own ? STYLE_STRONG : STYLE_WARN, own ? own : _("not known"));
	if (from->ns[NS_UTS] && to->ns[NS_UTS] && from->ns[NS_UTS] != to->ns[NS_UTS]) {
		line_adds(&line, STYLE_PLAIN, _("; that of the other, which it can't see: "));
		line_adds(
		    &line, theirs ? STYLE_STRONG : STYLE_WARN, theirs ? theirs : _("not known"));
	}
	detail_field_end(check_context->detail, &line);
}

/* What is mounted at the root of a mount namespace: the last one hides the others. */
static const struct fact *root_mount(const struct inspection *mnt)
{
	const struct fact *found = NULL;

	for (size_t i = 0; mnt && !mnt->error && i < mnt->count; i++) {
		const struct fact *fact = &mnt->facts[i];

		if (fact->kind == FACT_MOUNT && fact->texts[0].len == 1 && fact->texts[0].data &&
		    fact->texts[0].data[0] == '/')
			found = fact;
	}
	return found;
}

static void add_text(struct line *line, enum style style, const struct fact_text *text)
{
	if (text->data)
		line_add(line, style, text->data, text->len);
}

static void add_root_of(const struct check_context *check_context, int who, struct line *line)
{
	const char *root = check_context->known->root[who];
	const struct fact *mount = root_mount(check_context->known->mnt[who]);

	if (root)
		line_adds(line, STYLE_CODE, root);
	else
		line_adds(line, STYLE_WARN, _("not known"));
	/* The link says where it is in its own mount namespace; at "/" the mount says what. */
	if (root && strcmp(root, "/") == 0 && mount) {
		line_add_bracket(line, STYLE_DIM, true);
		add_text(line, STYLE_DIM, &mount->texts[2]);
		line_adds(line, STYLE_DIM, " ");
		add_text(line, STYLE_DIM, &mount->texts[3]);
		line_add_bracket(line, STYLE_DIM, false);
	}
}

static void add_roots(const struct check_context *check_context)
{
	const struct ns *a = check_context->who[0]->ns[NS_MNT],
	                *b = check_context->who[1]->ns[NS_MNT];
	const char *const *root = check_context->known->root;
	struct line line;

	for (int who = 0; who < 2; who++) {
		line = detail_field(check_context->detail, who == 0 ? "A" : "B");
		add_root_of(check_context, who, &line);
		detail_field_end(check_context->detail, &line);
	}
	if (!root[0] || !root[1] || !a || !b)
		return;
	detail_text(check_context->detail, STYLE_PLAIN,
	    a != b
	        ? _("Each path is one in its own mount namespace: the same path may lead to other "
	            "files.")
	    : strcmp(root[0], root[1]) == 0
	        ? _("The same root: a path leads both to the same file.")
	        : _("The same mounts, another root: one of them is in a chroot."));
}

static void add_check_context(const struct check_context *check_context)
{
	detail_heading(check_context->detail,
	    check_context->from == 0 ? _("What A sees of B") : _("What B sees of A"));
	add_pid(check_context);
	add_uid(check_context);
	add_host(check_context);
}

/* --- The whole -------------------------------------------------------------------------------- */

static void add_who(const struct detail *detail, int who, const struct process *process)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_KEY, "%c", "AB"[who]);
	line_addf(&line, STYLE_PID, "  %d", (int)process->id.pid);
	line_adds(&line, STYLE_PLAIN, "  ");
	line_adds(&line, STYLE_STRONG, process->comm);
	if (process->life.ended_ms)
		line_addf(&line, STYLE_DEAD, "%s", _(" (ended)"));
	detail_wrap(detail, &line, 3);
}

/* The one look: what they share and what not. */
static void add_summary(const struct detail *detail, const struct comparison *comparisons)
{
	static const struct {
		enum sameness sameness;
		const char *label;
	} kinds[] = {
	    {SAME, N_("Shared")}, {DIFFERENT, N_("Separate")}, {SAMENESS_UNKNOWN, N_("Not known")}};

	for (size_t k = 0; k < array_len(kinds); k++) {
		struct line line = detail_field(detail, _(kinds[k].label));
		unsigned count = 0;

		for (int type = 0; type < NS_TYPE_COUNT; type++) {
			if (comparisons[type].sameness == kinds[k].sameness)
				line_addf(&line, STYLE_NS, "%s%s", count++ ? _(", ") : "",
				    ns_types[type].name);
		}
		if (!count && kinds[k].sameness == SAMENESS_UNKNOWN) {
			line_done(&line);
			continue;
		}
		if (!count)
			line_adds(&line, STYLE_DIM, _("nothing"));
		detail_field_end(detail, &line);
	}
}

void compare_lines(const struct rowline_context *context, const struct process *a,
    const struct process *b, const struct compare_known *known, struct lines *lines)
{
	const struct detail detail = {.context = context, .lines = lines};
	struct comparison comparisons[NS_TYPE_COUNT];
	struct check_context check_context = {.detail = &detail, .who = {a, b}, .known = known};

	compare_processes(a, b, known->viewer, comparisons);
	add_who(&detail, 0, a);
	add_who(&detail, 1, b);
	add_summary(&detail, comparisons);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		lines_add(lines, context->charset);
		add_type(&detail, type, &comparisons[type]);
	}
	comparisons_done(comparisons);
	for (check_context.from = 0; check_context.from < 2; check_context.from++)
		add_check_context(&check_context);
	detail_heading(&detail, _("Roots"));
	add_roots(&check_context);
}
