#include "tui/views/view_lab.h"

#include "lessons/play/render.h"
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/screen.h"

#include <errno.h>
#include <string.h>

/* --- Painting --------------------------------------------------------------------------------- */

/* The form is composed line by line; an item that does not fit goes to the next one. */
struct form {
	struct lab_view *view;
	struct line line;
	size_t cols, indent;
	bool focused;
};

static void end_line(struct form *form)
{
	if (form->line.cols == 0)
		return;
	lines_wrap_line(&form->view->pager.lines, &form->line, form->indent, form->cols);
	line_clear(&form->line);
}

/* The word that a line of the form begins with. */
static void begin_line(struct form *form, const char *word)
{
	end_line(form);
	line_adds(&form->line, STYLE_DIM, word);
	line_adds(&form->line, STYLE_PLAIN, " ");
	line_pad(&form->line, form->indent);
}

/* Adds @text, an item of its own. */
static void add_item(struct form *form, size_t item, const struct line *text)
{
	struct lab_view *view = form->view;
	bool here = form->focused && view->item == item;

	if (form->line.cols > form->indent && form->line.cols + text->cols > form->cols) {
		end_line(form);
		line_pad(&form->line, form->indent);
	}
	view->places[item] = (struct lab_place){
	    .line = view->pager.lines.count,
	    .col = form->line.cols,
	    .cols = text->cols,
	};
	line_append(&form->line, text, 0, text->cols);
	if (here)
		line_restyle(&form->line, view->places[item].col, STYLE_MATCH);
	line_adds(&form->line, STYLE_PLAIN, "  ");
}

/* "[x] 8 uts", "(*) unshare": @sign, @key and @word. */
static void add_choice(struct form *form, size_t item, bool picked, const char sign[4],
    const char *key, const char *word)
{
	struct line text;

	line_init_verbatim(&text, form->line.charset);
	line_add(&text, STYLE_PLAIN, sign, 1);
	line_add(&text, STYLE_STRONG, picked ? sign + 1 : " ", 1);
	line_add(&text, STYLE_PLAIN, sign + 2, 1);
	line_adds(&text, STYLE_PLAIN, " ");
	line_adds(&text, STYLE_KEY, key);
	line_adds(&text, picked ? STYLE_STRONG : STYLE_PLAIN, word);
	add_item(form, item, &text);
	line_done(&text);
}

static void add_actors(struct form *form, const struct lab *lab)
{
	const struct lab_process *actor = &lab->request.actor;
	size_t count;
	const struct actor_ref *actors = lab_actors(lab, &count);
	struct line text;

	begin_line(form, _("Who"));
	line_init_verbatim(&text, form->line.charset);
	line_adds(&text, STYLE_KEY, "a");
	for (size_t i = 0; i < count; i++) {
		bool acts = actor->name && strcmp(actors[i].name, actor->name) == 0;

		line_addf(
		    &text, acts ? STYLE_ACTOR : STYLE_DIM, acts ? " [%s]" : " %s", actors[i].name);
	}
	add_item(form, LAB_ITEM_ACTOR, &text);
	line_done(&text);
}

static void add_ways(struct form *form, const struct lab_request *request)
{
	begin_line(form, _("How"));
	for (size_t way = 0; way < LAB_WAY_COUNT; way++) {
		/* The key is the word's first letter. */
		const char key[] = {lab_way_names[way][0], '\0'};

		add_choice(form, LAB_ITEM_WAY + way, request->way == (enum lab_way)way, "(*)", key,
		    lab_way_names[way] + 1);
	}
}

static void add_types(struct form *form, const struct lab_request *request)
{
	begin_line(form, _("What"));
	for (size_t type = 0; type < NS_TYPE_COUNT; type++) {
		const char key[] = {(char)('1' + type), ' ', '\0'};

		add_choice(form, LAB_ITEM_TYPE + type, request->types & (1u << type), "[x]", key,
		    ns_types[type].name);
	}
	add_choice(form, LAB_ITEM_ROOT, request->maps_root, "[x]", "r ",
	    _("root in a new user namespace"));
}

static void add_target(struct form *form, const struct lab_request *request)
{
	const struct lab_process *target = &request->target;

	if (request->way != LAB_SETNS)
		return;
	begin_line(form, _("Into"));
	if (!target->pid)
		line_adds(&form->line, STYLE_WARN, _("select a process in the tree first"));
	else if (target->name)
		line_addf(&form->line, STYLE_ACTOR, "[%s] %d", target->name, (int)target->pid);
	else
		line_addf(&form->line, STYLE_PLAIN, "%d", (int)target->pid);
}

/* The request as a command, and in C. */
static void add_equals(struct form *form, const struct lab_request *request)
{
	struct lines *lines = &form->view->pager.lines;
	autofree char *command = lab_request_command(request);
	autofree char *code = lab_request_code(request);

	end_line(form);
	if (command) {
		line_adds(&form->line, STYLE_DIM, "$ ");
		line_adds(&form->line, STYLE_CODE, command);
		lines_wrap_line(lines, &form->line, 4, form->cols);
		line_clear(&form->line);
	}
	for (const char *at = code; at && *at;) {
		size_t len = strcspn(at, "\n");
		autofree char *one = xstrndup(at, len);

		if (at == code)
			line_addf(&form->line, STYLE_DIM, _("in C: %s"), one);
		else
			line_addf(&form->line, STYLE_DIM, "      %s", one);
		lines_wrap_line(lines, &form->line, 8, form->cols);
		line_clear(&form->line);
		at += len + (at[len] == '\n');
	}
}

static void add_calls(struct form *form, const struct lab *lab, size_t from, size_t end)
{
	const struct render render = {
	    .charset = form->line.charset,
	    .cols = form->cols,
	    .lines = &form->view->pager.lines,
	};
	size_t count, last;
	const struct lab_call *calls = lab_calls(lab, &count, &last);

	for (size_t i = from; i < end; i++) {
		const struct render_call call = {
		    .actor = calls[i].actor,
		    .name = calls[i].name,
		    .source = calls[i].source,
		    .answer = &calls[i].answer,
		};

		render_call(&render, &call);
	}
}

/* The last call, then the earlier ones, newest first. */
static void add_done(struct form *form, const struct lab *lab)
{
	struct lines *lines = &form->view->pager.lines;
	size_t count, last;

	lab_calls(lab, &count, &last);
	if (count > 0)
		lines_add(lines, form->line.charset);
	form->view->results = lines->count;
	if (count == 0)
		return;
	add_calls(form, lab, last, count);
	if (last == 0)
		return;
	lines_add(lines, form->line.charset);
	lines_wrap(lines, form->line.charset, STYLE_DIM, _("Before that:"), 0, form->cols);
	for (size_t i = last; i > 0; i--)
		add_calls(form, lab, i - 1, i);
}

static void make_text(struct lab_view *view, bool focused)
{
	struct form form = {
	    .view = view,
	    .cols = (size_t)view->view.area.cols,
	    .indent = 6,
	    .focused = focused,
	};
	const struct lab *lab = view->lab;

	pager_clear(&view->pager);
	line_init_verbatim(&form.line, view->view.charset);
	if (lab->state == LAB_FAILED) {
		lines_wrap(
		    &view->pager.lines, view->view.charset, STYLE_FAIL, lab->problem, 0, form.cols);
	} else {
		add_actors(&form, lab);
		add_ways(&form, &lab->request);
		add_types(&form, &lab->request);
		add_target(&form, &lab->request);
		add_equals(&form, &lab->request);
		add_done(&form, lab);
	}
	line_done(&form.line);
}

static void paint_state(const struct lab_view *view)
{
	const struct area *area = &view->view.area;
	const char *objection = lab_request_objection(&view->lab->request);
	struct line line;

	line_init_verbatim(&line, view->view.charset);
	switch (view->lab->state) {
	case LAB_READY:
		line_adds(&line, objection ? STYLE_WARN : STYLE_STRONG,
		    objection ? objection : _("Enter: run"));
		break;
	case LAB_ACTING:
		line_adds(&line, STYLE_DIM, _("an actor is at work"));
		break;
	case LAB_LOOKING:
		line_adds(&line, STYLE_DIM, _("looking at the machine"));
		break;
	case LAB_FAILED:
		line_adds(&line, STYLE_PLAIN, _("X: again, q: leave"));
		break;
	}
	row_paint(area, area->rows - 1, &line, LOOK_PLAIN);
	line_done(&line);
}

static void paint_title(const struct lab_view *view, bool focused)
{
	struct line line;

	line_init_verbatim(&line, view->view.charset);
	line_adds(&line, STYLE_TITLE, _("Lab"));
	if (stage_gave_up_root(view->lab->stage))
		line_addf(&line, STYLE_DIM, ": %s", _("without root, sealed off"));
	pager_title(&view->pager, &view->view.area, &line, focused);
	line_done(&line);
}

/* The top line that makes the result of the last call visible from its first line on. */
static size_t results_top(const struct lab_view *view, size_t rows)
{
	size_t count = view->pager.lines.count;

	if (count <= rows)
		return 0;
	return view->results + rows < count ? view->results : count - rows;
}

/* Scrolls to the result of the last call, and keeps it visible while the form above grows and
 * shrinks; or to the item that the keys are on. */
static void scroll(struct lab_view *view, size_t rows)
{
	size_t line = view->places[view->item].line, calls, last;

	lab_calls(view->lab, &calls, &last);
	if (calls != view->painted || (view->at_results && !view->moved)) {
		view->pager.top = results_top(view, rows);
		view->painted = calls;
		view->at_results = calls > 0;
	} else if (view->moved && rows > 0) {
		if (line < view->pager.top)
			view->pager.top = line;
		else if (line >= view->pager.top + rows)
			view->pager.top = line - rows + 1;
		view->at_results = false;
	}
	view->moved = false;
}

/* @base: of a lab view that is open. */
static void lab_view_paint(struct view *base, bool focused)
{
	struct lab_view *view = view_of(struct lab_view, base);
	struct area body = base->area;

	make_text(view, focused);
	body.y++;
	body.rows = body.rows > 2 ? body.rows - 2 : 0;
	scroll(view, (size_t)body.rows);
	pager_paint(&view->pager, &body);
	paint_title(view, focused);
	paint_state(view);
}

/* --- The tree ------------------------------------------------------------------------------------ */

const struct actor_ref *lab_view_actors(struct lab_view *view, size_t *ret_count)
{
	size_t count;
	const struct actor_ref *actors = lab_actors(view->lab, &count);

	scene_set_actors(&view->scene, actors, count);
	*ret_count = view->scene.count;
	return view->scene.members;
}

static void set_scene(struct lab_view *view)
{
	size_t count;

	lab_view_actors(view, &count);
	scene_set(&view->scene);
}

/* setns joins the namespaces of the process selected in the tree. */
static void aim(struct lab_view *view)
{
	const struct graph *graph = view->view.live->shown;
	const struct row *row = ui_state_subject(view->view.ui_state);
	const struct process *target = NULL;

	if (graph && row && row->key.kind == ROW_PROCESS)
		target = graph_process(graph, &row->key.process);
	lab_aim(view->lab, graph, target);
}

/* --- Its life ------------------------------------------------------------------------------------ */

void lab_view_open(struct lab_view *view)
{
	if (view->lab)
		return;
	view->lab = lab_new();
	view->lab->request.types |= 1u << NS_UTS;
	view->lab->request.maps_root = true;
	view->item = LAB_ITEM_TYPE + NS_UTS;
	view->pager.top = view->painted = 0;
	view->asked = false;
	view->requested = ACTION_NONE;
	scene_begin(&view->scene);
	live_rebuild(view->view.live);
	set_scene(view);
	aim(view);
}

void lab_view_close(struct lab_view *view)
{
	if (!view->lab)
		return;
	lab_free(view->lab);
	view->lab = NULL;
	pager_done(&view->pager);
	scene_end(&view->scene);
}

/* A key during the lab's scan is not lost. */
static void do_it(struct lab_view *view)
{
	enum action requested = view->requested;

	if (requested == ACTION_NONE || view->lab->state != LAB_READY)
		return;
	view->requested = ACTION_NONE;
	if (requested == ACTION_LAB_END)
		lab_end_actor(view->lab);
	else
		lab_do(view->lab);
}

bool lab_view_pump(struct lab_view *view, uint64_t now_ms)
{
	set_scene(view);
	aim(view);
	do_it(view);
	if (view->asked || !lab_wants_graph(view->lab))
		return false;
	view->asked = true;
	return live_demand(view->view.live, now_ms);
}

void lab_view_scan_shown(struct lab_view *view)
{
	size_t count, last;

	if (!view->asked)
		return;
	view->asked = false;
	lab_see(view->lab, view->view.live->shown);
	lab_view_actors(view, &count);
	scene_arrange(&view->scene);
	/* At the start no actor has changed: the selection is the user's. */
	lab_calls(view->lab, &count, &last);
	if (count > 0)
		scene_point(&view->scene);
	aim(view);
}

int lab_view_shell_place(const struct lab_view *view, struct shell_place *ret_place)
{
	const char *name = view->lab ? view->lab->request.actor.name : NULL;

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
	view->lab->request.types ^= 1u << type;
	go_to_item(view, LAB_ITEM_TYPE + type);
}

static void set_way(struct lab_view *view, enum lab_way way)
{
	view->lab->request.way = way;
	go_to_item(view, LAB_ITEM_WAY + way);
}

static void toggle_root(struct lab_view *view)
{
	view->lab->request.maps_root = !view->lab->request.maps_root;
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
	view->pager.top = view->painted = 0;
	view->at_results = false;
	/* A scan demanded for the former stage does not count. */
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
		view->at_results = false;
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
	if (y < 1 || y + 1 >= base->area.rows || view->lab->state == LAB_FAILED)
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

static const char *const legend[] = {
    N_("How to use the lab"),
    N_("Choose the actor, the call and the types of namespaces; the same is shown below as a "
       "command line and as a C call. Run it: you see the result of the call, and the change in "
       "the tree."),
    N_("setns joins the namespaces of the process that is selected in the tree. Nothing leaves the "
       "namespaces that the lab made, and all of it ends with the lab."),
    NULL,
};

static const struct view_ops lab_ops = {
    .paint = lab_view_paint,
    .act = lab_act,
    .click = lab_click,
    .cursor = lab_cursor,
};

void lab_view_init(struct lab_view *view, const struct ui_state *ui_state, struct view *tree)
{
	*view = (struct lab_view){
	    .scene = {.live = ui_state->live, .tree = tree, .types = (1u << NS_TYPE_COUNT) - 1},
	};
	view_init(&view->view, &lab_ops, ui_state);
	view->view.help = legend;
}
