#include "tui/views/scene.h"

#include "model/base/util.h"
#include "tui/views/views.h"

#include <unistd.h>

void scene_begin(struct scene *scene)
{
	struct live *live = scene->live;

	scene->arranged = false;
	scene->folds_before = live->folds;
	live->folds = folds_new();
	live->options.folds = live->folds;
}

void scene_end(struct scene *scene)
{
	struct live *live = scene->live;

	free(scene->members);
	scene->members = NULL;
	scene->count = scene->capacity = 0;
	live_set_actors(live, NULL, 0);
	live->options.folds = scene->folds_before;
	folds_free(live->folds);
	live->folds = scene->folds_before;
	scene->folds_before = NULL;
	live_rebuild(live);
}

void scene_set_actors(struct scene *scene, const struct actor_ref *actors, size_t count)
{
	const struct graph *graph = scene->live->shown;

	array_reserve(scene->members, scene->capacity, count + 1);
	for (size_t i = 0; i < count; i++)
		scene->members[i] = actors[i];
	scene->count = scene->actor_count = count;
	/* In the /proc of another PID namespace, our PID is that of another process. */
	if (graph && !graph->stats.foreign_proc)
		scene->members[scene->count++] = (struct actor_ref){.pid = getpid(), .name = "me"};
}

static bool has_type(const struct scene *scene, enum nstype type)
{
	return scene->types & (1u << type);
}

static void keep_visible(const struct scene *scene)
{
	autofree pid_t *pids = xcalloc(scene->count + 1, sizeof(*pids));

	for (size_t i = 0; i < scene->count; i++)
		pids[i] = scene->members[i].pid;
	live_set_actors(scene->live, pids, scene->count);
}

static bool has_actor(const struct live *live, const struct ns *ns)
{
	const struct outline_actors *actors = &live->options.actors;

	for (size_t i = 0; i < actors->count; i++) {
		const struct process *process = graph_process_by_pid(live->shown, actors->pids[i]);

		if (process && process->ns[ns->id.type] == ns)
			return true;
	}
	return false;
}

static void fold_types(const struct scene *scene)
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		struct row_key key = {.kind = ROW_TYPE, .type = type};

		if (scene->types)
			folds_set(scene->live->folds, &key, !has_type(scene, type));
	}
}

/* Does @ns make long lists that the lesson is not about? Decided for all groupings at once: the
 * user may change the grouping meanwhile. */
static bool is_folded_for(const struct scene *scene, const struct ns *ns)
{
	return ns->id.type == NS_PID || ns->id.type == NS_USER || has_type(scene, ns->id.type);
}

/* Folds what was there before, except ancestors of actors, which stay visible; and what appears
 * later without an actor in it.  The user folds the rest. */
static void fold_others(const struct scene *scene, bool first)
{
	struct live *live = scene->live;

	for (size_t i = 0; i < live->shown->ns_count; i++) {
		const struct ns *ns = live->shown->namespaces[i];
		struct row_key key = {.kind = ROW_NS, .ns = ns->id};

		if (!is_folded_for(scene, ns))
			continue;
		if (first || !has_actor(live, ns))
			folds_set(live->folds, &key, true);
	}
}

void scene_arrange(struct scene *scene)
{
	if (!scene->live->shown)
		return;
	keep_visible(scene);
	if (!scene->arranged)
		fold_types(scene);
	fold_others(scene, !scene->arranged);
	scene->arranged = true;
	live_rebuild(scene->live);
}

/* The creation time of the newest of the scene's namespaces that @process is in. */
static uint64_t newest_start(const struct scene *scene, const struct process *process)
{
	uint64_t newest = process->life.appeared_ms;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		if (ns && has_type(scene, type) && ns->life.appeared_ms > newest)
			newest = ns->life.appeared_ms;
	}
	return newest;
}

static bool is_row_of(const struct row *row, const struct process *process)
{
	return row->key.kind == ROW_PROCESS && process_id_equal(&row->key.process, &process->id);
}

/* The row of @process that the scene shows; by owner, where that one is folded, its first visible
 * row.  ROW_NONE for none. */
static uint32_t row_to_point_at(const struct scene *scene, const struct process *process)
{
	const struct outline *outline = &scene->live->outline;
	enum grouping grouping = scene->live->options.grouping;
	bool any_type = grouping == GROUP_BY_PID || !scene->types;
	uint32_t first = ROW_NONE;

	for (uint32_t at = 0; at < outline->count; at++) {
		if (!is_row_of(&outline->rows[at], process))
			continue;
		if (any_type || has_type(scene, outline->rows[at].key.ns.type))
			return at;
		if (grouping == GROUP_BY_OWNER && first == ROW_NONE)
			first = at;
	}
	return first;
}

bool scene_point_at(const struct scene *scene, pid_t pid, unsigned types)
{
	const struct graph *graph = scene->live->shown;
	const struct process *process = graph ? graph_process_by_pid(graph, pid) : NULL;
	struct scene of_types = *scene;
	uint32_t at;

	if (types)
		of_types.types = types;
	at = process ? row_to_point_at(&of_types, process) : ROW_NONE;
	if (at != ROW_NONE)
		tree_view_present(scene->tree, at);
	return at != ROW_NONE;
}

void scene_point(const struct scene *scene)
{
	const struct process *newest = NULL;
	uint64_t start_ms = 0;

	for (size_t i = 0; i < scene->actor_count && scene->live->shown; i++) {
		const struct process *process =
		    graph_process_by_pid(scene->live->shown, scene->members[i].pid);

		if (!process || newest_start(scene, process) < start_ms)
			continue;
		newest = process;
		start_ms = newest_start(scene, process);
	}
	uint32_t at = newest ? row_to_point_at(scene, newest) : ROW_NONE;
	if (at != ROW_NONE)
		tree_view_present(scene->tree, at);
}

void scene_set(struct scene *scene)
{
	struct outline *outline = &scene->live->outline;

	if (scene->arranged || !scene->live->shown)
		return;
	scene_arrange(scene);
	for (uint32_t at = 0; at < outline->count; at++) {
		const struct row_key *key = &outline->rows[at].key;

		if (key->kind == ROW_TYPE && has_type(scene, key->type)) {
			tree_view_lead(scene->tree, at);
			return;
		}
	}
}
