/* Prose and predictions: what of Markdown a lesson keeps. */
#include "lessons/script/lesson_parse.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <string.h>
#include <utf8proc.h>

enum { PROSE_MAX = 200 };

/* --- Text of inlines ------------------------------------------------------------------------ */

struct text {
	char *data;
	size_t len, capacity;
	bool broken; /* a line ended here */
};

static int32_t first_of(const char *data, size_t len)
{
	utf8proc_int32_t codepoint = 0;

	utf8proc_iterate((const unsigned char *)data, (utf8proc_ssize_t)len, &codepoint);
	return codepoint;
}

static int32_t last_of(const char *data, size_t len)
{
	size_t at = len - 1;

	while (at && ((unsigned char)data[at] & 0xc0) == 0x80)
		at--;
	return first_of(data + at, len - at);
}

/* Chinese and Japanese are written without blanks, so a line that ends between two of their
 * characters (or one and such punctuation as Latin script shares with them) is joined without. */
static bool joins_without_blank(int32_t before, int32_t after)
{
	bool before_wide = before >= 0x2e80, after_wide = after >= 0x2e80;
	bool before_shared = before >= 0x2010 && before <= 0x2027;
	bool after_shared = after >= 0x2010 && after <= 0x2027;

	return (before_wide && (after_wide || after_shared)) || (before_shared && after_wide);
}

static void text_add(struct text *text, const char *data)
{
	size_t len = data ? strlen(data) : 0;

	if (!len)
		return;
	array_reserve(text->data, text->capacity, text->len + len + 2);
	if (text->broken && text->len &&
	    !joins_without_blank(last_of(text->data, text->len), first_of(data, len)))
		text->data[text->len++] = ' ';
	text->broken = false;
	memcpy(text->data + text->len, data, len);
	text->len += len;
	text->data[text->len] = 0;
}

static void add_link_target(struct text *text, cmark_node *link)
{
	cmark_node *child = cmark_node_first_child(link);
	const char *url = cmark_node_get_url(link);
	const char *shown = child ? cmark_node_get_literal(child) : NULL;

	/* <http://…> shows its target already. */
	if (!url || !*url || (shown && !strcmp(shown, url)))
		return;
	text_add(text, " (");
	text_add(text, url);
	text_add(text, ")");
}

static int add_inline(struct lesson_parse *parse, struct text *text, cmark_node *node, bool enters)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		text_add(text, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_CODE:
		text_add(text, "`");
		text_add(text, cmark_node_get_literal(node));
		text_add(text, "`");
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		text->broken = true;
		break;
	case CMARK_NODE_EMPH:
		text_add(text, "*");
		break;
	case CMARK_NODE_STRONG:
		text_add(text, "**");
		break;
	case CMARK_NODE_LINK:
		if (!enters)
			add_link_target(text, node);
		break;
	case CMARK_NODE_HTML_INLINE:
		return lesson_fail(parse->error, cmark_node_get_start_line(node), 0,
		    _("HTML has no place in a lesson: \"%.40s\""), cmark_node_get_literal(node));
	default: /* images show their description, which is text */
		break;
	}
	return 0;
}

int lesson_inline_text(struct lesson_parse *parse, struct cmark_node *node, char **ret_text)
{
	struct text text = {.data = xstrdup(""), .capacity = 1};
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type event;
	int r = 0;

	while (r >= 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		r = add_inline(parse, &text, cmark_iter_get_node(iter), event == CMARK_EVENT_ENTER);
	cmark_iter_free(iter);
	if (r < 0) {
		free(text.data);
		return r;
	}
	*ret_text = text.data;
	return 0;
}

/* --- Blocks --------------------------------------------------------------------------------- */

struct lesson_block *lesson_block(struct lesson_parse *parse, enum block_kind kind, int line)
{
	struct lesson_step *step = &parse->lesson->steps[parse->lesson->step_count - 1];
	struct lesson_block *block;

	if (kind == BLOCK_PROSE && step->block_count &&
	    step->blocks[step->block_count - 1].kind == kind &&
	    step->blocks[step->block_count - 1].condition == parse->condition)
		return &step->blocks[step->block_count - 1];
	if (step->block_count == LESSON_BLOCKS_MAX) {
		lesson_fail(
		    parse->error, line, 0, _("a step has at most %d blocks"), LESSON_BLOCKS_MAX);
		return NULL;
	}
	step->blocks = xrealloc(step->blocks, (step->block_count + 1) * sizeof(*step->blocks));
	block = &step->blocks[step->block_count++];
	*block = (struct lesson_block){.kind = kind, .line = line, .condition = parse->condition};
	return block;
}

/* Adds to a block of prose.  @text: taken, also after an error. */
static int add_prose(
    struct lesson_parse *parse, enum prose_kind kind, int depth, char *text, int line)
{
	struct lesson_block *block = lesson_block(parse, BLOCK_PROSE, line);

	if (block && block->prose_count == PROSE_MAX) {
		lesson_fail(
		    parse->error, line, 0, _("more than %d paragraphs in one piece"), PROSE_MAX);
		block = NULL;
	}
	if (!block) {
		free(text);
		return -EBADMSG;
	}
	block->prose = xrealloc(block->prose, (block->prose_count + 1) * sizeof(*block->prose));
	block->prose[block->prose_count++] =
	    (struct lesson_prose){.kind = kind, .depth = depth, .text = text};
	return 0;
}

static int take_paragraph(
    struct lesson_parse *parse, cmark_node *node, enum prose_kind kind, int depth, const char *mark)
{
	int line = cmark_node_get_start_line(node);
	autofree char *text = NULL;
	int r = lesson_inline_text(parse, node, &text);

	if (r < 0)
		return r;
	return add_prose(parse, kind, depth, xasprintf("%s%s", mark, text), line);
}

static int take_children(struct lesson_parse *parse, cmark_node *node, int depth)
{
	for (node = cmark_node_first_child(node); node; node = cmark_node_next(node)) {
		int r = cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH
		            ? take_paragraph(parse, node, PROSE_QUOTE, depth, "")
		            : lesson_take_prose(parse, node, depth + 1);

		if (r < 0)
			return r;
	}
	return 0;
}

static int take_item(struct lesson_parse *parse, cmark_node *item, int depth, const char *mark)
{
	cmark_node *node = cmark_node_first_child(item);
	int r = 0;

	if (node && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH) {
		r = take_paragraph(parse, node, PROSE_ITEM, depth, mark);
		node = cmark_node_next(node);
	}
	for (; r >= 0 && node; node = cmark_node_next(node))
		r = lesson_take_prose(parse, node, depth + 1);
	return r;
}

static int take_list(struct lesson_parse *parse, cmark_node *list, int depth)
{
	bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
	int number = cmark_node_get_list_start(list);

	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		autofree char *mark = ordered ? xasprintf("%d. ", number) : xstrdup("- ");
		int r = take_item(parse, item, depth, mark);

		if (r < 0)
			return r;
		if (ordered)
			number++;
	}
	return 0;
}

/* Comments are for the lesson's authors. */
static int take_html(struct lesson_parse *parse, cmark_node *node)
{
	const char *html = cmark_node_get_literal(node);

	if (html && !strncmp(html, "<!--", 4))
		return 0;
	return lesson_fail_at(
	    parse, node, _("HTML has no place in a lesson, but <!-- comments -->"));
}

static int take_code(struct lesson_parse *parse, cmark_node *node, int depth)
{
	char *text = xstrdup(cmark_node_get_literal(node));
	size_t len = strlen(text);

	if (*cmark_node_get_fence_info(node)) {
		free(text);
		return lesson_fail_at(
		    parse, node, _("such a block can't be inside a list or a quote"));
	}
	if (len && text[len - 1] == '\n')
		text[len - 1] = 0;
	return add_prose(parse, PROSE_CODE, depth, text, cmark_node_get_start_line(node));
}

int lesson_take_prose(struct lesson_parse *parse, struct cmark_node *node, int depth)
{
	if (depth > LESSON_DEPTH_MAX)
		return lesson_fail_at(parse, node, _("lists or quotes in one another, too deep"));
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		return take_paragraph(parse, node, PROSE_PARAGRAPH, depth, "");
	case CMARK_NODE_HEADING:
		return take_paragraph(parse, node, PROSE_PARAGRAPH, depth, "");
	case CMARK_NODE_LIST:
		return take_list(parse, node, depth);
	case CMARK_NODE_BLOCK_QUOTE:
		return take_children(parse, node, depth);
	case CMARK_NODE_CODE_BLOCK:
		return take_code(parse, node, depth);
	case CMARK_NODE_HTML_BLOCK:
		return take_html(parse, node);
	default: /* a rule, which is only drawn */
		return 0;
	}
}

/* --- Predictions ---------------------------------------------------------------------------- */

static bool choice_mark(const char *text, int *ret_right)
{
	if (strncmp(text, "[ ] ", 4) != 0 && strncmp(text, "[x] ", 4) != 0)
		return false;
	*ret_right = text[1] == 'x';
	return true;
}

bool lesson_is_prediction(struct cmark_node *list)
{
	struct lesson_error ignored;
	struct lesson_parse quiet = {.error = &ignored};

	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		cmark_node *first = cmark_node_first_child(item);
		autofree char *text = NULL;
		int right;

		if (first && cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH &&
		    lesson_inline_text(&quiet, first, &text) >= 0 && choice_mark(text, &right))
			return true;
	}
	return false;
}

int lesson_item_text(
    struct lesson_parse *parse, struct cmark_node *node, const char *what, char **ret_text)
{
	autofree char *text = NULL;

	for (; node; node = cmark_node_next(node)) {
		autofree char *more = NULL;
		char *before = text;
		int r;

		if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
			return lesson_fail_at(parse, node, what);
		r = lesson_inline_text(parse, node, &more);
		if (r < 0)
			return r;
		text = before ? xasprintf("%s %s", before, more) : xstrdup(more);
		free(before);
	}
	*ret_text = text;
	text = NULL;
	return 0;
}

static int take_choice(struct lesson_parse *parse, cmark_node *item, struct lesson_choice *choice)
{
	cmark_node *node = cmark_node_first_child(item);
	autofree char *text = NULL;
	int r;

	if (!node || cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
		return lesson_fail_at(parse, item, _("a choice begins with [ ] or [x] and words"));
	r = lesson_inline_text(parse, node, &text);
	if (r < 0)
		return r;
	if (!choice_mark(text, &choice->right))
		return lesson_fail_at(parse, item, _("a choice begins with [ ] or [x] and words"));
	choice->text = xstrdup(text + 4);
	return lesson_item_text(
	    parse, cmark_node_next(node), _("a choice's answer is of paragraphs"), &choice->answer);
}

/* The paragraph before the list leaves the prose and becomes the question. */
static struct lesson_block *begin_prediction(struct lesson_parse *parse, cmark_node *list)
{
	struct lesson_step *step = &parse->lesson->steps[parse->lesson->step_count - 1];
	struct lesson_block *before =
	    step->block_count ? &step->blocks[step->block_count - 1] : NULL;
	struct lesson_block *block;
	struct lesson_prose question;

	if (!before || before->kind != BLOCK_PROSE || before->condition != parse->condition ||
	    before->prose[before->prose_count - 1].kind != PROSE_PARAGRAPH) {
		lesson_fail_at(parse, list, _("a prediction needs a question before its choices"));
		return NULL;
	}
	question = before->prose[--before->prose_count];
	if (!before->prose_count) {
		free(before->prose);
		step->block_count--;
	}
	block = lesson_block(parse, BLOCK_PREDICT, cmark_node_get_start_line(list));
	if (!block) {
		free(question.text);
		return NULL;
	}
	block->prose = xcalloc(1, sizeof(*block->prose));
	block->prose[block->prose_count++] = question;
	return block;
}

int lesson_take_prediction(struct lesson_parse *parse, struct cmark_node *list)
{
	struct lesson_block *block = begin_prediction(parse, list);
	int right = 0;

	if (!block)
		return -EBADMSG;
	block->choices = xcalloc(LESSON_CHOICES_MAX, sizeof(*block->choices));
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		int r;

		if (block->choice_count == LESSON_CHOICES_MAX)
			return lesson_fail(parse->error, cmark_node_get_start_line(item), 0,
			    _("more than %d choices"), LESSON_CHOICES_MAX);
		r = take_choice(parse, item, &block->choices[block->choice_count++]);
		if (r < 0)
			return r;
		right += block->choices[block->choice_count - 1].right;
	}
	if (block->choice_count < 2)
		return lesson_fail_at(parse, list, _("a prediction needs two choices at least"));
	if (right != 1)
		return lesson_fail_at(parse, list, _("one choice, and only one, is right: [x]"));
	return 0;
}

/* --- The inline markup that is left --------------------------------------------------------- */

static const struct {
	const char *text;
	enum style style;
} delimiters[] = {
    {"`", STYLE_CODE},
    {"**", STYLE_STRONG}, /* before the mark that it begins with */
    {"*", STYLE_STRONG},
};

/* A span in delimiters at the very beginning of @text.  Returns its length with them, 0 for none. */
static size_t marked(const char *text, struct prose_span *ret_span)
{
	for (size_t i = 0; i < array_len(delimiters); i++) {
		size_t mark_len = strlen(delimiters[i].text);
		const char *from = text + mark_len, *end;

		if (strncmp(text, delimiters[i].text, mark_len) != 0)
			continue;
		end = strstr(from, delimiters[i].text);
		if (!end || end == from || *from == ' ')
			continue;
		*ret_span = (struct prose_span){from, (size_t)(end - from), delimiters[i].style};
		return (size_t)(end - text) + mark_len;
	}
	return 0;
}

bool prose_next(const char **text, struct prose_span *ret_span)
{
	const char *from = *text;
	size_t len;

	if (!*from)
		return false;
	len = marked(from, ret_span);
	if (!len) {
		struct prose_span ignored;

		/* A mark of no use ("2 * 3") is stepped over, as many as there are. */
		len = strspn(from, "`*");
		len += strcspn(from + len, "`*");
		while (from[len] && !marked(from + len, &ignored)) {
			len += strspn(from + len, "`*");
			len += strcspn(from + len, "`*");
		}
		*ret_span = (struct prose_span){from, len, STYLE_PLAIN};
	}
	*text = from + len;
	return true;
}

char *prose_plain(const char *text)
{
	char *plain = xmalloc(strlen(text) + 1), *to = plain;
	struct prose_span span;

	while (prose_next(&text, &span)) {
		memcpy(to, span.text, span.len);
		to += span.len;
	}
	*to = 0;
	return plain;
}
