#include "tui/lesson_scene.h"

#include "model/util.h"

static bool has_type(const struct lesson *lesson, enum ns_type type)
{
	for (size_t i = 0; i < lesson->type_count; i++) {
		enum ns_type other;

		if (ns_type_from_name(lesson->types[i], &other) && other == type)
			return true;
	}
	return false;
}

static const struct process *cast_process(const struct lesson_view *view, size_t at)
{
	size_t count;
	const struct cast_member *cast = player_cast(view->player, &count);

	if (at >= count || !view->live->shown)
		return NULL;
	return graph_process_by_pid(view->live->shown, cast[at].pid);
}

static void set_cast(struct lesson_view *view)
{
	size_t count;
	const struct cast_member *cast = lesson_view_cast(view, &count);
	autofree pid_t *pids = xcalloc(count + 1, sizeof(*pids));

	for (size_t i = 0; i < count; i++)
		pids[i] = cast[i].pid;
	live_set_cast(view->live, pids, count);
}

static bool holds_cast(const struct live *live, const struct ns *ns)
{
	const struct outline_cast *cast = &live->options.cast;

	for (size_t i = 0; i < cast->count; i++) {
		const struct process *process = graph_process_by_pid(live->shown, cast->pids[i]);

		if (process && process->ns[ns->id.type] == ns)
			return true;
	}
	return false;
}

static void fold_types(struct lesson_view *view)
{
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		struct row_key key = {.kind = ROW_TYPE, .type = type};

		if (view->lesson->type_count > 0)
			folds_set(view->live->folds, &key, !has_type(view->lesson, type));
	}
}

/* Does @ns make long lists that the lesson is not about?  Told for all groupings at once: which one
 * is shown is the person's choice, and may change while the lesson runs. */
static bool is_folded_for(const struct lesson_view *view, const struct ns *ns)
{
	return ns->id.type == NS_PID || ns->id.type == NS_USER ||
	       has_type(view->lesson, ns->id.type);
}

/* Folds what was there before the lesson, but for what leads to the cast, which folds leave in
 * sight; and whatever appears later without any of the cast in it.  The others are the person's to
 * fold. */
static void fold_others(struct lesson_view *view, bool first)
{
	struct live *live = view->live;

	for (size_t i = 0; i < live->shown->ns_count; i++) {
		const struct ns *ns = live->shown->namespaces[i];
		struct row_key key = {.kind = ROW_NS, .ns = ns->id};

		if (!is_folded_for(view, ns))
			continue;
		if (first || !holds_cast(live, ns))
			folds_set(live->folds, &key, true);
	}
}

void lesson_scene_arrange(struct lesson_view *view)
{
	if (!view->live->shown)
		return;
	set_cast(view);
	if (!view->arranged)
		fold_types(view);
	fold_others(view, !view->arranged);
	view->arranged = true;
	live_rebuild(view->live);
}

/* When the newest of the namespaces that the lesson is about began that @process is in. */
static uint64_t newest_birth(const struct lesson_view *view, const struct process *process)
{
	uint64_t newest = process->life.born_ms;

	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		if (ns && has_type(view->lesson, type) && ns->life.born_ms > newest)
			newest = ns->life.born_ms;
	}
	return newest;
}

static bool is_row_of(const struct row *row, const struct process *process)
{
	return row->key.kind == ROW_PROCESS && process_id_equal(&row->key.process, &process->id);
}

/* The row of @process where the lesson looks; by owner, where that one is folded away, the first
 * that is shown.  ROW_NONE for none. */
static uint32_t row_to_point_at(const struct lesson_view *view, const struct process *process)
{
	const struct outline *outline = &view->live->outline;
	enum grouping grouping = view->live->options.grouping;
	bool any_type = grouping == GROUP_BY_PID || view->lesson->type_count == 0;
	uint32_t first = ROW_NONE;

	for (uint32_t at = 0; at < outline->count; at++) {
		if (!is_row_of(&outline->rows[at], process))
			continue;
		if (any_type || has_type(view->lesson, outline->rows[at].key.ns.type))
			return at;
		if (grouping == GROUP_BY_OWNER && first == ROW_NONE)
			first = at;
	}
	return first;
}

/* Selects the actor that something happened to last, as far as can be told. */
void lesson_scene_point(struct lesson_view *view)
{
	const struct process *newest = NULL;
	uint64_t born = 0;
	size_t count;

	player_cast(view->player, &count);
	for (size_t i = 0; i < count; i++) {
		const struct process *process = cast_process(view, i);

		if (!process || newest_birth(view, process) < born)
			continue;
		newest = process;
		born = newest_birth(view, process);
	}
	uint32_t at = newest ? row_to_point_at(view, newest) : ROW_NONE;
	if (at != ROW_NONE)
		tree_view_present(view->tree, at);
}

/* Folds the tree for the lesson, and begins at the type that it is about. */
void lesson_scene_set(struct lesson_view *view)
{
	struct outline *outline = &view->live->outline;

	if (view->arranged || !view->live->shown)
		return;
	lesson_scene_arrange(view);
	for (uint32_t at = 0; at < outline->count; at++) {
		const struct row_key *key = &outline->rows[at].key;

		if (key->kind == ROW_TYPE && has_type(view->lesson, key->type)) {
			tree_view_lead(view->tree, at);
			return;
		}
	}
}
