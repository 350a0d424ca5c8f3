/* What is in a user, a pid and an ipc namespace. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/inspection_parts.h"

enum { LISTED_MAX = 200, FEW_CAPS = 5 };

/* --- user ------------------------------------------------------------------------------------ */

static const char *id_word(bool group)
{
	return group ? "gid" : "uid";
}

static void add_root(const struct detail *detail, const struct inspection *inspection)
{
	struct line line = detail_field(detail, _("Root"));
	bool mapped = false, any = false;

	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind != FACT_ID_RANGE || fact->range.group)
			continue;
		any = true;
		if (fact->range.inside || !fact->range.count)
			continue;
		mapped = true;
		if (fact->range.outside == UINT32_MAX)
			line_adds(&line, STYLE_STRONG, _("uid 0 inside is no user here"));
		else if (fact->range.outside == 0)
			line_adds(&line, STYLE_STRONG, _("uid 0 inside is root here, too"));
		else
			line_addf(&line, STYLE_STRONG, _("uid 0 inside is uid %u here"),
			    (unsigned)fact->range.outside);
	}
	if (!any)
		line_adds(&line, STYLE_WARN, _("no user: its map is empty"));
	else if (!mapped)
		line_adds(&line, STYLE_PLAIN, _("no user: uid 0 is not mapped"));
	detail_field_end(detail, &line);
}

static void add_range(const struct detail *detail, const struct fact *fact)
{
	const char *word = id_word(fact->range.group);
	unsigned in = fact->range.inside, out = fact->range.outside;
	unsigned more = fact->range.count - 1;
	struct line line = detail_line(detail);

	if (!more)
		line_addf(&line, STYLE_PLAIN, _("%s %u inside is %u here"), word, in, out);
	else if (fact->range.count == UINT32_MAX && in == out)
		line_addf(&line, STYLE_PLAIN, _("every %s is the same inside and here"), word);
	else
		line_addf(&line, STYLE_PLAIN, _("%s %u to %u inside are %u to %u here"), word, in,
		    in + more, out, out + more);
	detail_wrap(detail, &line, INSPECTION_INDENT);
}

static void add_ranges(const struct detail *detail, const struct inspection *inspection)
{
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == FACT_ID_RANGE)
			add_range(detail, &inspection->facts[i]);
	}
	inspection_left_out(detail, inspection, FACT_ID_RANGE);
}

/* The names of the capabilities in @set. */
static void add_cap_names(struct line *line, uint64_t set)
{
	bool first = true;

	for (int i = 0; i < 64; i++) {
		const char *name = capability_name(i);

		if (!(set >> i & 1))
			continue;
		line_adds(line, STYLE_PLAIN, first ? "" : ", ");
		first = false;
		if (name)
			line_adds(line, STYLE_PLAIN, name);
		else
			line_addf(line, STYLE_PLAIN, "%d", i);
	}
}

static void add_caps(const struct detail *detail, const struct fact *fact)
{
	static const char *const reasons[] = {
	    [CAPS_OWN] = N_("nsscope runs in it"),
	    [CAPS_ABOVE] = N_("what nsscope holds outside, it holds here too"),
	    [CAPS_CREATOR] = N_("this user created it or one of its ancestors"),
	    [CAPS_NONE] = N_("it is not below the user namespace of nsscope"),
	};
	struct line line = detail_field(detail, _("You can"));
	uint64_t lacking = fact->caps.known & ~fact->caps.held;

	if (!lacking) {
		line_adds(&line, STYLE_STRONG, _("all: every capability"));
	} else if (!fact->caps.held) {
		line_adds(&line, STYLE_STRONG, _("nothing: no capability"));
	} else if (__builtin_popcountll(lacking) <= FEW_CAPS) {
		line_adds(&line, STYLE_STRONG, _("all but "));
		add_cap_names(&line, lacking);
	} else {
		add_cap_names(&line, fact->caps.held);
	}
	if ((unsigned)fact->caps.why < array_len(reasons))
		line_addf(&line, STYLE_DIM, _(" (%s)"), _(reasons[fact->caps.why]));
	detail_field_end(detail, &line);
}

void inspection_user(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *setgroups = inspection_find(inspection, FACT_SETGROUPS);
	const struct fact *caps = inspection_find(inspection, FACT_CAPS);

	/* Without a member there is no map to read. */
	if (setgroups || inspection_find(inspection, FACT_ID_RANGE)) {
		add_root(detail, inspection);
		add_ranges(detail, inspection);
	}
	if (setgroups)
		detail_field_text(detail, "setgroups", STYLE_PLAIN,
		    setgroups->setgroups.allowed
		        ? _("allowed: groups may be dropped and taken inside")
		        : _("denied: no process inside can drop or add groups"));
	if (caps)
		add_caps(detail, caps);
}

/* --- pid ------------------------------------------------------------------------------------- */

/* Its PIDs from here inwards: "2771 → 4 → 1 sh". */
static void add_member(const struct detail *detail, const struct process *process)
{
	struct line line = detail_line(detail);

	for (int level = 0; level < process->pid_levels; level++) {
		if (level)
			line_add_symbol(&line, STYLE_DIM, " → ", " -> ");
		line_addf(&line, STYLE_PID, "%d", (int)process->pids[level]);
	}
	line_adds(&line, STYLE_PLAIN, " ");
	line_adds(&line, STYLE_PLAIN, process->comm);
	detail_wrap(detail, &line, INSPECTION_INDENT);
}

static void add_members(const struct detail *detail, const struct ns *ns)
{
	unsigned listed = 0, left = 0;
	struct line line;

	for (const struct process *process = ns->first_member; process;
	     process = process->next_member[NS_PID]) {
		if (process->life.ended_ms || process->kernel_thread)
			continue;
		if (listed++ < LISTED_MAX)
			add_member(detail, process);
		else
			left++;
	}
	if (left) {
		line = detail_line(detail);
		line_addf(&line, STYLE_DIM, _("and %u more"), left);
		detail_wrap(detail, &line, 0);
	}
}

void inspection_pid(
    const struct detail *detail, const struct ns *ns, const struct inspection *inspection)
{
	const struct fact *max = inspection_find(inspection, FACT_PID_MAX);
	const struct process *init = pid_ns_init(ns);
	struct line line = detail_field(detail, _("Init"));

	if (init) {
		line_addf(&line, STYLE_PID, "%d ", (int)init->id.pid);
		line_adds(&line, STYLE_PLAIN, init->comm);
	} else {
		const char *state = pid_ns_state_short(pid_ns_state(detail->context->graph, ns));

		line_adds(&line, STYLE_WARN, state ? state : _("not visible"));
	}
	detail_field_end(detail, &line);
	if (max) {
		line = detail_field(detail, _("Greatest"));
		line_addf(&line, STYLE_PLAIN, _("PIDs are below %u (pid_max)"),
		    (unsigned)max->pid_max.max);
		detail_field_end(detail, &line);
	}
	detail_text(detail, STYLE_DIM, _("PIDs of its members, from here inwards:"));
	add_members(detail, ns);
}

/* --- ipc ------------------------------------------------------------------------------------- */

static void add_sysv(const struct detail *detail, const struct fact *fact)
{
	unsigned long long size = fact->sysv.size;
	struct line line = detail_line(detail);

	line_pad(&line, INSPECTION_INDENT);
	line_addf(&line, STYLE_PLAIN, _("key %#010x, id %d, "), (unsigned)fact->sysv.key,
	    (int)fact->sysv.id);
	switch (fact->sysv.what) {
	case SYSV_SHM:
		line_addf(&line, STYLE_STRONG, ngettext("%llu byte", "%llu bytes", size), size);
		line_addf(&line, STYLE_PLAIN, _(", attached by %llu"),
		    (unsigned long long)fact->sysv.users);
		break;
	case SYSV_MSG:
		line_addf(
		    &line, STYLE_STRONG, ngettext("%llu message", "%llu messages", size), size);
		break;
	case SYSV_SEM:
		line_addf(
		    &line, STYLE_STRONG, ngettext("%llu semaphore", "%llu semaphores", size), size);
		break;
	}
	line_addf(&line, STYLE_DIM, ", uid %u, %03o", (unsigned)fact->sysv.uid,
	    (unsigned)fact->sysv.mode);
	detail_wrap(detail, &line, INSPECTION_INDENT);
}

static void add_sysv_list(
    const struct detail *detail, const struct inspection *inspection, enum sysv_kind what)
{
	static const char *const labels[] = {
	    [SYSV_SHM] = N_("System V shared memory"),
	    [SYSV_MSG] = N_("System V message queues"),
	    [SYSV_SEM] = N_("System V semaphore sets"),
	};
	struct line line = detail_line(detail);
	unsigned count = 0;

	for (size_t i = 0; i < inspection->count; i++)
		count += inspection->facts[i].kind == FACT_SYSV &&
		         inspection->facts[i].sysv.what == what;
	line_addf(&line, STYLE_PLAIN, _("%s: %u"), _(labels[what]), count);
	detail_wrap(detail, &line, 0);
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind == FACT_SYSV && fact->sysv.what == what)
			add_sysv(detail, fact);
	}
}

static bool failed(const struct inspection *inspection, enum fact_kind what)
{
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == FACT_FAILED &&
		    inspection->facts[i].failed.what == what)
			return true;
	}
	return false;
}

void inspection_ipc(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *join = inspection_find(inspection, FACT_JOIN);
	struct line line;

	if (!join || join->join.how == JOIN_REFUSED)
		return;
	if (!failed(inspection, FACT_SYSV)) {
		for (int what = SYSV_SHM; what <= SYSV_SEM; what++)
			add_sysv_list(detail, inspection, (enum sysv_kind)what);
		inspection_left_out(detail, inspection, FACT_SYSV);
	}
	if (failed(inspection, FACT_QUEUE))
		return;
	line = detail_line(detail);
	line_addf(&line, STYLE_PLAIN, _("%s: %u"), _("POSIX message queues"),
	    (unsigned)inspection_count(inspection, FACT_QUEUE));
	detail_wrap(detail, &line, 0);
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind != FACT_QUEUE)
			continue;
		line = detail_line(detail);
		line_pad(&line, INSPECTION_INDENT);
		inspection_add(&line, STYLE_CODE, &fact->texts[0]);
		line_addf(&line, STYLE_DIM, ", uid %u, %03o", (unsigned)fact->queue.uid,
		    (unsigned)fact->queue.mode);
		detail_wrap(detail, &line, INSPECTION_INDENT);
	}
	inspection_left_out(detail, inspection, FACT_QUEUE);
}
