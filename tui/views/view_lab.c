#include "tui/views/view_lab.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/views/lab_paint.h"

#include <errno.h>

bool lab_view_running(const struct lab_view *view)
{
	return view->lab != NULL;
}

const struct cast_member *lab_view_cast(struct lab_view *view, size_t *ret_count)
{
	size_t count = 0;
	const struct cast_member *cast = view->lab ? lab_cast(view->lab, &count) : NULL;

	cast_list_set(&view->cast, view->live->shown, cast, count);
	*ret_count = view->cast.count;
	return view->cast.members;
}

static struct scene scene_of(struct lab_view *view)
{
	struct scene scene = {
	    .live = view->live,
	    .tree = view->tree,
	    .arranged = view->arranged,
	    .types = (1u << NS_TYPE_COUNT) - 1,
	};

	scene.cast = lab_view_cast(view, &scene.cast_count);
	lab_cast(view->lab, &scene.actor_count);
	return scene;
}

static void set_scene(struct lab_view *view)
{
	struct scene scene = scene_of(view);

	scene_set(&scene);
	view->arranged = scene.arranged;
}

/* What is selected in the tree is whose namespaces are joined. */
static void aim(struct lab_view *view)
{
	const struct graph *graph = view->live->shown;
	const struct row *row = ui_state_subject(view->ui_state);
	const struct process *target = NULL;

	if (graph && row && row->key.kind == ROW_PROCESS)
		target = graph_process(graph, &row->key.process);
	lab_aim(view->lab, graph, target);
}

/* --- Its life ------------------------------------------------------------------------------------ */

void lab_view_open(struct lab_view *view)
{
	struct live *live = view->live;

	if (view->lab)
		return;
	view->lab = lab_new();
	lab_pick(view->lab, NS_UTS, true);
	lab_set_maps_root(view->lab, true);
	view->item = LAB_ITEM_TYPE + NS_UTS;
	view->pager.top = view->told = 0;
	view->asked = view->arranged = false;
	view->requested = ACTION_NONE;
	view->folds_before = live->folds;
	live->folds = folds_new();
	live->options.folds = live->folds;
	live_rebuild(live);
	set_scene(view);
	aim(view);
}

void lab_view_close(struct lab_view *view)
{
	struct live *live = view->live;

	if (!view->lab)
		return;
	lab_free(view->lab);
	view->lab = NULL;
	cast_list_done(&view->cast);
	pager_done(&view->pager);
	live_set_cast(live, NULL, 0);
	live->options.folds = view->folds_before;
	folds_free(live->folds);
	live->folds = view->folds_before;
	view->folds_before = NULL;
	live_rebuild(live);
}

/* A key that comes while the lab looks is not lost. */
static void do_it(struct lab_view *view)
{
	enum action requested = view->requested;

	if (requested == ACTION_NONE || lab_state(view->lab) != LAB_READY)
		return;
	view->requested = ACTION_NONE;
	if (requested == ACTION_LAB_END)
		lab_end_actor(view->lab);
	else
		lab_do(view->lab);
}

bool lab_view_pump(struct lab_view *view, uint64_t now_ms)
{
	if (!view->lab)
		return false;
	set_scene(view);
	aim(view);
	do_it(view);
	if (view->asked || !lab_wants_graph(view->lab))
		return false;
	view->asked = true;
	return live_demand(view->live, now_ms);
}

void lab_view_swept(struct lab_view *view)
{
	struct scene scene;
	size_t count, last;

	if (!view->lab || !view->asked)
		return;
	view->asked = false;
	lab_see(view->lab, view->live->shown);
	scene = scene_of(view);
	scene_arrange(&scene);
	view->arranged = scene.arranged;
	/* At its beginning nothing has happened to anybody: the selection is the person's. */
	lab_calls(view->lab, &count, &last);
	if (count > 0)
		scene_point(&scene);
	aim(view);
}

int lab_view_shell_place(const struct lab_view *view, struct shell_place *ret_place)
{
	const char *name = view->lab ? lab_request(view->lab)->actor.name : NULL;

	return name ? lab_shell_place(view->lab, name, ret_place) : -ESRCH;
}

/* --- What is picked ------------------------------------------------------------------------------ */

static void go_to_item(struct lab_view *view, size_t item)
{
	view->item = item;
	view->moved = true;
}

void lab_view_choose(struct lab_view *view, size_t type)
{
	if (!view->lab || type >= NS_TYPE_COUNT)
		return;
	lab_pick(view->lab, (enum nstype)type, !(lab_request(view->lab)->types & (1u << type)));
	go_to_item(view, LAB_ITEM_TYPE + type);
}

static void set_way(struct lab_view *view, enum lab_way way)
{
	lab_set_way(view->lab, way);
	go_to_item(view, LAB_ITEM_WAY + way);
}

static void toggle_root(struct lab_view *view)
{
	lab_set_maps_root(view->lab, !lab_request(view->lab)->maps_root);
	go_to_item(view, LAB_ITEM_ROOT);
}

static void step_actor(struct lab_view *view)
{
	lab_step_actor(view->lab, 1);
	go_to_item(view, LAB_ITEM_ACTOR);
}

static void toggle(struct lab_view *view, size_t item)
{
	if (item == LAB_ITEM_ACTOR)
		step_actor(view);
	else if (item < LAB_ITEM_TYPE)
		set_way(view, (enum lab_way)(item - LAB_ITEM_WAY));
	else if (item < LAB_ITEM_ROOT)
		lab_view_choose(view, item - LAB_ITEM_TYPE);
	else
		toggle_root(view);
}

static void reset(struct lab_view *view)
{
	lab_reset(view->lab);
	view->pager.top = view->told = 0;
	view->led = false;
	/* A scan that was begun for what is gone now tells nothing. */
	view->asked = false;
	view->requested = ACTION_NONE;
}

static bool take(struct lab_view *view, enum action action)
{
	switch (action) {
	case ACTION_UP:
		go_to_item(view, view->item > 0 ? view->item - 1 : 0);
		return true;
	case ACTION_DOWN:
		go_to_item(view, view->item + 1 < LAB_ITEM_COUNT ? view->item + 1 : view->item);
		return true;
	case ACTION_LAB_TOGGLE:
		toggle(view, view->item);
		return true;
	case ACTION_LAB_UNSHARE:
		set_way(view, LAB_UNSHARE);
		return true;
	case ACTION_LAB_CLONE:
		set_way(view, LAB_CLONE);
		return true;
	case ACTION_LAB_SETNS:
		set_way(view, LAB_SETNS);
		return true;
	case ACTION_LAB_ROOT:
		toggle_root(view);
		return true;
	case ACTION_LAB_ACTOR:
		step_actor(view);
		return true;
	case ACTION_LAB_DO:
	case ACTION_LAB_END:
		view->requested = action;
		do_it(view);
		return true;
	case ACTION_LAB_RESET:
		reset(view);
		return true;
	default:
		return false;
	}
}

static bool lab_act(struct view *base, enum action action)
{
	struct lab_view *view = view_of(struct lab_view, base);

	if (!take(view, action)) {
		view->led = false;
		return pager_act(&view->pager, action);
	}
	aim(view);
	return true;
}

static void lab_click(struct view *base, int y, int x, bool twice)
{
	struct lab_view *view = view_of(struct lab_view, base);
	size_t line = view->pager.top + (size_t)(y > 0 ? y - 1 : 0), col = (size_t)x;

	(void)twice; /* each of two clicks toggles */
	if (y < 1 || y + 1 >= base->area.rows || lab_state(view->lab) == LAB_FAILED)
		return;
	for (size_t item = 0; item < LAB_ITEM_COUNT; item++) {
		const struct lab_place *place = &view->places[item];

		if (line == place->line && col >= place->col && col < place->col + place->cols)
			toggle(view, item);
	}
	aim(view);
}

static void lab_cursor(const struct view *base, int *ret_y, int *ret_x)
{
	const struct lab_view *view = view_of(const struct lab_view, base);
	const struct lab_place *place = &view->places[view->item];
	bool seen =
	    place->line >= view->pager.top && place->line < view->pager.top + view->pager.rows;

	*ret_y = seen ? 1 + (int)(place->line - view->pager.top) : 0;
	*ret_x = seen ? (int)place->col : 0;
}

static const char *const *lab_help(const struct view *view)
{
	static const char *const text[] = {
	    N_("How to use the lab"),
	    N_("Pick who acts, how, and which types of namespaces; below stands the same as a "
	       "command "
	       "line and as a call in C. Do it: what the call answered is told, and the tree "
	       "shows what came of it."),
	    N_("setns joins the namespaces of the process that is selected in the tree. Nothing "
	       "leaves the namespaces that the lab made, and all of it ends with the lab."),
	    NULL,
	};

	(void)view;
	return text;
}

static const struct view_ops lab_ops = {
    .paint = lab_view_paint,
    .act = lab_act,
    .click = lab_click,
    .cursor = lab_cursor,
    .help = lab_help,
};

void lab_view_init(struct lab_view *view, struct ui_state *ui_state, struct tree_view *tree)
{
	*view = (struct lab_view){
	    .view.ops = &lab_ops, .ui_state = ui_state, .live = ui_state->live, .tree = tree};
}
