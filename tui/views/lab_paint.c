#include "tui/views/lab_paint.h"

#include "lessons/play/render.h"
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/screen.h"

#include <string.h>

/* The form is composed line by line; an item that has no room goes to the next one. */
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

/* "[x] 8 uts" */
static void add_box(struct form *form, size_t item, bool picked, const char *key, const char *word)
{
	struct line text;

	line_init_verbatim(&text, form->line.charset);
	line_adds(&text, STYLE_PLAIN, "[");
	line_adds(&text, STYLE_STRONG, picked ? "x" : " ");
	line_adds(&text, STYLE_PLAIN, "] ");
	line_adds(&text, STYLE_KEY, key);
	line_adds(&text, STYLE_PLAIN, " ");
	line_adds(&text, picked ? STYLE_STRONG : STYLE_PLAIN, word);
	add_item(form, item, &text);
	line_done(&text);
}

static void add_actors(struct form *form, const struct lab *lab)
{
	const struct lab_process *actor = &lab_request(lab)->actor;
	size_t count;
	const struct cast_member *cast = lab_cast(lab, &count);
	struct line text;

	begin_line(form, _("Who"));
	line_init_verbatim(&text, form->line.charset);
	line_adds(&text, STYLE_KEY, "a");
	for (size_t i = 0; i < count; i++) {
		bool acts = actor->name && strcmp(cast[i].name, actor->name) == 0;

		line_addf(
		    &text, acts ? STYLE_ACTOR : STYLE_DIM, acts ? " [%s]" : " %s", cast[i].name);
	}
	add_item(form, LAB_ITEM_ACTOR, &text);
	line_done(&text);
}

static void add_ways(struct form *form, const struct lab_request *request)
{
	begin_line(form, _("How"));
	for (size_t way = 0; way < LAB_WAY_COUNT; way++) {
		bool picked = request->way == (enum lab_way)way;
		struct line text;

		line_init_verbatim(&text, form->line.charset);
		line_adds(&text, STYLE_PLAIN, "(");
		line_adds(&text, STYLE_STRONG, picked ? "*" : " ");
		line_adds(&text, STYLE_PLAIN, ") ");
		/* The key is the word's first letter. */
		line_add(&text, STYLE_KEY, lab_way_names[way], 1);
		line_adds(&text, picked ? STYLE_STRONG : STYLE_PLAIN, lab_way_names[way] + 1);
		add_item(form, LAB_ITEM_WAY + way, &text);
		line_done(&text);
	}
}

static void add_types(struct form *form, const struct lab_request *request)
{
	begin_line(form, _("What"));
	for (size_t type = 0; type < NS_TYPE_COUNT; type++) {
		char key[2] = {(char)('1' + type), '\0'};

		add_box(form, LAB_ITEM_TYPE + type, request->types & (1u << type), key,
		    ns_types[type].name);
	}
	add_box(form, LAB_ITEM_ROOT, request->maps_root, "r", _("root in a new user namespace"));
}

static void add_target(struct form *form, const struct lab_request *request)
{
	const struct lab_process *target = &request->target;

	if (request->way != LAB_SETNS)
		return;
	begin_line(form, _("Into"));
	if (!target->pid)
		line_adds(&form->line, STYLE_WARN, _("whose? Select a process in the tree"));
	else if (target->name)
		line_addf(&form->line, STYLE_ACTOR, "[%s] %d", target->name, (int)target->pid);
	else
		line_addf(&form->line, STYLE_PLAIN, "%d", (int)target->pid);
}

/* The wish as a command, and in C. */
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

/* What was done last, and behind it what was done before, newest first. */
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
	line_init_verbatim(&form.line, view->live->charset);
	if (lab_state(lab) == LAB_FAILED) {
		lines_wrap(&view->pager.lines, view->live->charset, STYLE_FAIL, lab_problem(lab), 0,
		    form.cols);
	} else {
		add_actors(&form, lab);
		add_ways(&form, lab_request(lab));
		add_types(&form, lab_request(lab));
		add_target(&form, lab_request(lab));
		add_equals(&form, lab_request(lab));
		add_done(&form, lab);
	}
	line_done(&form.line);
}

static void paint_state(const struct lab_view *view)
{
	const struct area *area = &view->view.area;
	const char *objection = lab_request_objection(lab_request(view->lab));
	struct line line;

	line_init_verbatim(&line, view->live->charset);
	switch (lab_state(view->lab)) {
	case LAB_READY:
		line_adds(&line, objection ? STYLE_WARN : STYLE_STRONG,
		    objection ? objection : _("Enter: do it"));
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
	line_fit(&line, (size_t)area->cols);
	screen_line(&line, area->y + area->rows - 1, area->x, area->cols, LOOK_PLAIN);
	line_done(&line);
}

static void paint_title(const struct lab_view *view, bool focused)
{
	struct line line;

	line_init_verbatim(&line, view->live->charset);
	line_adds(&line, STYLE_TITLE, _("Lab"));
	if (lab_gave_up_root(view->lab))
		line_addf(&line, STYLE_DIM, ": %s", _("without root, sealed off"));
	pager_title(&view->pager, &view->view.area, view->live->charset, &line, focused);
	line_done(&line);
}

/* Where the text begins so that what came of the last deed is in sight, from its first line on. */
static size_t results_top(const struct lab_view *view, size_t rows)
{
	size_t count = view->pager.lines.count;

	if (count <= rows)
		return 0;
	return view->results + rows < count ? view->results : count - rows;
}

/* Goes to what came of the last deed, and stays there while the wish before it grows and shrinks; or
 * to the item that the keys went to. */
static void scroll(struct lab_view *view, size_t rows)
{
	size_t line = view->places[view->item].line, calls, last;

	lab_calls(view->lab, &calls, &last);
	if (calls != view->told || (view->led && !view->moved)) {
		view->pager.top = results_top(view, rows);
		view->told = calls;
		view->led = calls > 0;
	} else if (view->moved && rows > 0) {
		if (line < view->pager.top)
			view->pager.top = line;
		else if (line >= view->pager.top + rows)
			view->pager.top = line - rows + 1;
		view->led = false;
	}
	view->moved = false;
}

void lab_view_paint(struct view *base, bool focused)
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
