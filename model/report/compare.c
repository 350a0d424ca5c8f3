#include "model/report/compare.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/detail.h"

#include <string.h>

enum lineage { LINE_NO, LINE_YES, LINE_UNKNOWN };

/* Is @above @ns itself, or above it? */
static enum lineage is_above(const struct ns *above, const struct ns *ns)
{
	const struct ns *top = ns;

	for (; ns; ns = ns->parent) {
		if (ns == above)
			return LINE_YES;
		top = ns;
	}
	return top->parent_status == READ_OK ? LINE_NO : LINE_UNKNOWN;
}

/* The PIDs begin at the scanner's PID namespace, so a process with only one level is a member of that
 * one, which is an ancestor of all that the scanner sees. */
pid_t compare_pid_seen(const struct process *process, const struct process *of)
{
	const struct ns *theirs = of->ns[NS_PID], *own = process->ns[NS_PID];
	int level = of->pid_levels - 1;

	if (of->pids_cut)
		return -1;
	if (level == 0)
		return process->pids[0];
	if (process->pids_cut)
		return -1;
	if (level >= process->pid_levels)
		return 0;
	if (!theirs || !own)
		return -1;
	switch (is_above(theirs, own)) {
	case LINE_YES:
		return process->pids[level];
	case LINE_NO:
		return 0;
	default:
		/* Of one depth, and not the same one. */
		return level == process->pid_levels - 1 ? 0 : -1;
	}
}

/* --- What it means ---------------------------------------------------------------------------- */

struct pair {
	const struct process *a, *b, *viewer;
	const struct comparison *comparison;
};

static bool is_same(const struct pair *pair)
{
	return pair->comparison->sameness == SAME;
}

static char *cgroup_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(
		    _("The paths in /proc/PID/cgroup are relative to the same root for both."));
	return xstrdup(_("The paths in /proc/PID/cgroup are relative to different roots. That is "
	                 "only a view: limits come from the cgroups themselves."));
}

static char *ipc_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("A System V key or the name of a POSIX message queue finds the "
		                 "same object for both."));
	return xstrdup(_("The same System V key or queue name finds different objects, or none. "
	                 "Pipes, sockets and memory that they inherited work all the same."));
}

static char *mnt_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(
		    _("They have the same mounts: what one mounts, the other sees, unless "
		      "a chroot gave one of them another root."));
	return xstrdup(_("Each has mounts and a root of its own: what one mounts reaches the other "
	                 "only where propagation is shared."));
}

static char *net_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("They have the same interfaces and ports, and can talk over "
		                 "loopback and abstract sockets."));
	return xstrdup(_("Each has interfaces, ports and a loopback of its own: 127.0.0.1 of one "
	                 "is not that of the other. They need a link such as veth, or a socket "
	                 "in a file system that both see."));
}

static char *seen_pids(const struct pair *pair)
{
	pid_t a = compare_pid_seen(pair->a, pair->b);
	pid_t b = compare_pid_seen(pair->b, pair->a);

	if (a > 0 && b > 0)
		return xasprintf(_("They see each other: for both, A is PID %d and B is PID %d."),
		    (int)a, (int)b);
	if (b > 0)
		return xasprintf(_("A sees B, as PID %d; B doesn't see A."), (int)b);
	if (a > 0)
		return xasprintf(_("B sees A, as PID %d; A doesn't see B."), (int)a);
	if (a == 0 && b == 0)
		return xstrdup(_("Neither sees the other: no PID names it there."));
	return xstrdup(_("What is above their PID namespaces can't be seen from here, so it is not "
	                 "known whether one sees the other."));
}

/* No process can be created in a PID namespace whose init exits or has exited. */
static bool is_closed(const struct ns *ns)
{
	const struct process *init = ns ? pid_ns_init(ns) : NULL;

	return init && (init->exiting || (init->state == 'Z' && init->threads <= 1));
}

static char *pid_meaning(const struct pair *pair)
{
	autofree char *seen = seen_pids(pair);
	bool a = is_closed(pair->a->ns[NS_PID]), b = is_closed(pair->b->ns[NS_PID]);

	if (!a && !b)
		return xstrdup(seen);
	return xasprintf("%s%s", seen,
	    a && b ? _(" No process can be created in either PID namespace any more: its init has "
	               "ended or is "
	               "ending.")
	    : a ? _(" No process can be created in the PID namespace of A any more: its init has "
	            "ended or is "
	            "ending.")
	        : _(" No process can be created in the PID namespace of B any more: its init has "
	            "ended or is "
	            "ending."));
}

static char *time_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("Their boot-time clocks show the same time."));
	return xstrdup(_("Their boot-time clocks may show different times, by a constant offset; "
	                 "the wall clock is the same."));
}

/* User ids are those of the viewer's user namespace, so a process in it sees them. */
static char *same_users(const struct pair *pair)
{
	const struct ns *ns = pair->comparison->ns[0];

	if (!pair->viewer || !ns || pair->viewer->ns[NS_USER] != ns)
		return xstrdup(_("A user id means the same user to both."));
	return xasprintf(
	    _("A user id means the same user to both: A has user id %u, B has user id %u."),
	    pair->a->uid, pair->b->uid);
}

static char *seen_users(const struct pair *pair)
{
	const struct ns *viewed = pair->viewer ? pair->viewer->ns[NS_USER] : NULL;

	if (viewed && viewed == pair->comparison->ns[1])
		return xasprintf(_(" B sees A with user id %u."), pair->a->uid);
	if (viewed && viewed == pair->comparison->ns[0])
		return xasprintf(_(" A sees B with user id %u."), pair->b->uid);
	return xstrdup("");
}

static char *user_meaning(const struct pair *pair)
{
	const struct ns *const *ns = pair->comparison->ns;
	autofree char *seen = NULL;

	if (is_same(pair))
		return same_users(pair);
	seen = seen_users(pair);
	if (is_above(ns[0], ns[1]) == LINE_YES)
		return xasprintf(
		    _("B's user ids are mapped into a namespace below A's: privilege in "
		      "A's reaches into B's, not the other way.%s"),
		    seen);
	if (is_above(ns[1], ns[0]) == LINE_YES)
		return xasprintf(
		    _("A's user ids are mapped into a namespace below B's: privilege in "
		      "B's reaches into A's, not the other way.%s"),
		    seen);
	return xasprintf(_("A user ID means a different user to each; privileges in one give none "
	                   "in the other.%s"),
	    seen);
}

static char *uts_meaning(const struct pair *pair)
{
	const struct ns *const *ns = pair->comparison->ns;
	const char *a = ns[0] ? ns[0]->hostname : NULL, *b = ns[1] ? ns[1]->hostname : NULL;

	if (is_same(pair)) {
		if (!a)
			return xstrdup(_("They share a host name, which could not be read."));
		return xasprintf(_("They share the host name \"%s\": both see it change."), a);
	}
	if (!a || !b)
		return xstrdup(_("Each has a host name of its own; not both could be read."));
	if (strcmp(a, b) == 0)
		return xasprintf(
		    _("Each has a host name of its own, though both are \"%s\" now."), a);
	return xasprintf(_("Each has a host name of its own: \"%s\" for A, \"%s\" for B."), a, b);
}

static char *(*const meanings[NS_TYPE_COUNT])(const struct pair *pair) = {
    [NS_CGROUP] = cgroup_meaning,
    [NS_IPC] = ipc_meaning,
    [NS_MNT] = mnt_meaning,
    [NS_NET] = net_meaning,
    [NS_PID] = pid_meaning,
    [NS_TIME] = time_meaning,
    [NS_USER] = user_meaning,
    [NS_UTS] = uts_meaning,
};

static char *unknown_meaning(const struct comparison *comparison)
{
	const enum read_status *read_status = comparison->read_status;

	if (read_status[0] != READ_OK && read_status[1] != READ_OK)
		return xasprintf(_("Not known of either: %s"), read_status_text(read_status[0]));
	if (read_status[0] != READ_OK)
		return xasprintf(_("Not known of A: %s"), read_status_text(read_status[0]));
	return xasprintf(_("Not known of B: %s"), read_status_text(read_status[1]));
}

/* PIDs at every level are known also where the link is refused. */
static char *unknown_pid_meaning(const struct pair *pair)
{
	autofree char *unknown = unknown_meaning(pair->comparison), *known = NULL;

	if (compare_pid_seen(pair->a, pair->b) < 0 || compare_pid_seen(pair->b, pair->a) < 0)
		return xstrdup(unknown);
	known = pid_meaning(pair);
	return xasprintf("%s %s", unknown, known);
}

static char *meaning_of(const struct pair *pair, enum nstype type)
{
	if (pair->comparison->sameness != SAMENESS_UNKNOWN)
		return meanings[type](pair);
	return type == NS_PID ? unknown_pid_meaning(pair) : unknown_meaning(pair->comparison);
}

void compare_processes(const struct process *a, const struct process *b,
    const struct process *viewer, struct comparison ret[NS_TYPE_COUNT])
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		struct comparison *comparison = &ret[type];
		struct pair pair = {a, b, viewer, comparison};

		*comparison = (struct comparison){
		    .ns = {a->ns[type], b->ns[type]},
		    .read_status = {a->read_status[type], b->read_status[type]},
		};
		if (a == b)
			comparison->sameness = SAME;
		else if (!a->ns[type] || !b->ns[type])
			comparison->sameness = SAMENESS_UNKNOWN;
		else
			comparison->sameness = a->ns[type] == b->ns[type] ? SAME : DIFFERENT;
		comparison->meaning = meaning_of(&pair, type);
	}
}

void comparisons_done(struct comparison comparisons[NS_TYPE_COUNT])
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		free(comparisons[type].meaning);
}

/* --- Lines ------------------------------------------------------------------------------------ */

enum { TYPE_COLS = 8, WORD_COLS = 19, OVERFLOW_UID = 65534 };

enum uid_view compare_uid_seen(uid_t uid, const struct process *of, const struct process *viewer,
    const struct inspection *user, uid_t *ret_uid)
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
		/* An id that is not mapped here is the greatest number. */
		if (fact->range.outside == UINT32_MAX || uid < fact->range.outside ||
		    uid - fact->range.outside >= fact->range.count)
			continue;
		*ret_uid = fact->range.inside + (uid - fact->range.outside);
		return UID_SEEN;
	}
	/* An empty map has FACT_SETGROUPS or FACT_CAPS alone. */
	if (!any && (!user || user->error || !inspection_find(user, FACT_SETGROUPS)))
		return UID_NOT_KNOWN;
	*ret_uid = OVERFLOW_UID;
	return UID_UNMAPPED;
}

/* --- Type by type ----------------------------------------------------------------------------- */

static void add_ns(const struct detail *detail, const struct ns *ns, struct line *line)
{
	if (!ns) {
		line_adds(line, STYLE_WARN, "?");
		return;
	}
	if (detail->context->ns_letters)
		ns_letters_add(detail->context->ns_letters, ns, STYLE_NS_LETTER, line);
	line_adds(line, STYLE_NS, " ");
	ns_id_add(&ns->id, STYLE_NS, line);
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

struct viewpoint {
	const struct detail *detail;
	const struct process *processes[2]; /* A, B */
	const struct compare_known *known;
	int from; /* 0: A looks at B */
};

static void add_pid(const struct viewpoint *view)
{
	pid_t pid = compare_pid_seen(view->processes[!view->from], view->processes[view->from]);
	struct line line = detail_field(view->detail, "PID");

	if (pid > 0)
		line_addf(&line, STYLE_PID, "%d", (int)pid);
	else if (pid == 0)
		line_adds(
		    &line, STYLE_STRONG, _("none: it is not seen there, and no signal reaches it"));
	else
		line_adds(&line, STYLE_WARN, _("not known: what is above can't be seen from here"));
	detail_field_end(view->detail, &line);
}

static void add_uid(const struct viewpoint *view)
{
	const struct process *from = view->processes[view->from],
	                     *to = view->processes[!view->from];
	uid_t uid = 0;
	struct line line = detail_field(view->detail, "uid");

	switch (compare_uid_seen(
	    to->uid, from, view->known->viewer, view->known->user[view->from], &uid)) {
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
	detail_field_end(view->detail, &line);
}

static const char *hostname_of(const struct process *process)
{
	return process->ns[NS_UTS] ? process->ns[NS_UTS]->hostname : NULL;
}

/* uname(2) returns the name of the caller's own UTS namespace only. */
static void add_host(const struct viewpoint *view)
{
	const struct process *from = view->processes[view->from],
	                     *to = view->processes[!view->from];
	const char *own = hostname_of(from), *theirs = hostname_of(to);
	struct line line = detail_field(view->detail, _("Host name"));

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
	detail_field_end(view->detail, &line);
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

static void add_root_of(const struct viewpoint *view, int side, struct line *line)
{
	const char *root = view->known->root[side];
	const struct fact *mount = root_mount(view->known->mnt[side]);

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

static void add_roots(const struct viewpoint *view)
{
	const struct ns *a = view->processes[0]->ns[NS_MNT], *b = view->processes[1]->ns[NS_MNT];
	const char *const *root = view->known->root;
	struct line line;

	for (int side = 0; side < 2; side++) {
		line = detail_field(view->detail, side == 0 ? "A" : "B");
		add_root_of(view, side, &line);
		detail_field_end(view->detail, &line);
	}
	if (!root[0] || !root[1] || !a || !b)
		return;
	detail_text(view->detail, STYLE_PLAIN,
	    a != b
	        ? _("Each path is one in its own mount namespace: the same path may lead to other "
	            "files.")
	    : strcmp(root[0], root[1]) == 0
	        ? _("The same root: a path leads both to the same file.")
	        : _("The same mounts, another root: one of them is in a chroot."));
}

static void add_view(const struct viewpoint *view)
{
	detail_heading(
	    view->detail, view->from == 0 ? _("What A sees of B") : _("What B sees of A"));
	add_pid(view);
	add_uid(view);
	add_host(view);
}

/* --- The whole -------------------------------------------------------------------------------- */

static void add_process(const struct detail *detail, int side, const struct process *process)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_KEY, "%c", "AB"[side]);
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
	struct viewpoint view = {.detail = &detail, .processes = {a, b}, .known = known};

	compare_processes(a, b, known->viewer, comparisons);
	add_process(&detail, 0, a);
	add_process(&detail, 1, b);
	add_summary(&detail, comparisons);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		lines_add(lines, context->charset);
		add_type(&detail, type, &comparisons[type]);
	}
	comparisons_done(comparisons);
	for (view.from = 0; view.from < 2; view.from++)
		add_view(&view);
	detail_heading(&detail, _("Roots"));
	add_roots(&view);
}
