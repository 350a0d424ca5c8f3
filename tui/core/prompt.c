#include "tui/core/prompt.h"

#include "model/base/util.h"
#include "tui/core/screen.h"

#include <curses.h>
#include <string.h>
#include <utf8proc.h>

enum { PROMPT_BYTES = 200 };

void prompt_set(struct prompt *prompt, const char *text)
{
	array_reserve(prompt->text, prompt->capacity, PROMPT_BYTES + 1);
	prompt->cursor = prompt->len = strnlen(text, PROMPT_BYTES);
	memcpy(prompt->text, text, prompt->len);
	prompt->text[prompt->len] = '\0';
}

void prompt_open(struct prompt *prompt, const char *label, const char *text,
    void (*on_key)(void *data, enum prompt_result result, int key), void *data)
{
	prompt_set(prompt, text);
	prompt->label = label;
	prompt->on_key = on_key;
	prompt->data = data;
	prompt->open = true;
}

void prompt_done(struct prompt *prompt)
{
	free(prompt->text);
	*prompt = (struct prompt){0};
}

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct prompt *prompt, size_t at)
{
	while (at > 0 && continues(prompt->text[--at]))
		;
	return at;
}

static size_t after(const struct prompt *prompt, size_t at)
{
	if (at < prompt->len)
		at++;
	while (at < prompt->len && continues(prompt->text[at]))
		at++;
	return at;
}

/* Takes the bytes from @from to @to out; the cursor is left at @from. */
static void take_out(struct prompt *prompt, size_t from, size_t to)
{
	memmove(prompt->text + from, prompt->text + to, prompt->len - to + 1);
	prompt->len -= to - from;
	prompt->cursor = from;
}

static size_t word_start(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && prompt->text[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->text[at - 1] != ' ')
		at--;
	return at;
}

static void insert(struct prompt *prompt, int key)
{
	utf8proc_uint8_t bytes[4];
	size_t n = (size_t)utf8proc_encode_char(key, bytes);

	if (prompt->len + n > PROMPT_BYTES)
		return;
	memmove(prompt->text + prompt->cursor + n, prompt->text + prompt->cursor,
	    prompt->len - prompt->cursor + 1);
	memcpy(prompt->text + prompt->cursor, bytes, n);
	prompt->len += n;
	prompt->cursor += n;
}

/* Changes the text as @key says. */
static enum prompt_result edit(struct prompt *prompt, int key)
{
	switch (key) {
	case '\r':
	case '\n':
	case KEY_FUNCTION | KEY_ENTER:
		prompt->open = false;
		return PROMPT_ENTERED;
	case 0x1b:
	case 'G' & 0x1f:
		prompt->open = false;
		return PROMPT_CANCELLED;
	case 0x7f:
	case '\b':
	case KEY_FUNCTION | KEY_BACKSPACE:
		take_out(prompt, before(prompt, prompt->cursor), prompt->cursor);
		break;
	case KEY_FUNCTION | KEY_DC:
		take_out(prompt, prompt->cursor, after(prompt, prompt->cursor));
		break;
	case 'U' & 0x1f:
		take_out(prompt, 0, prompt->cursor);
		break;
	case 'W' & 0x1f:
		take_out(prompt, word_start(prompt), prompt->cursor);
		break;
	case KEY_FUNCTION | KEY_LEFT:
		prompt->cursor = before(prompt, prompt->cursor);
		break;
	case KEY_FUNCTION | KEY_RIGHT:
		prompt->cursor = after(prompt, prompt->cursor);
		break;
	case 'A' & 0x1f:
	case KEY_FUNCTION | KEY_HOME:
		prompt->cursor = 0;
		break;
	case 'E' & 0x1f:
	case KEY_FUNCTION | KEY_END:
		prompt->cursor = prompt->len;
		break;
	default:
		if (key < ' ' || key >= KEY_FUNCTION)
			return PROMPT_OTHER;
		insert(prompt, key);
		break;
	}
	return PROMPT_EDITED;
}

void prompt_press(struct prompt *prompt, int key)
{
	enum prompt_result result = edit(prompt, key);

	prompt->on_key(prompt->data, result, key);
}

void prompt_paint(const struct prompt *prompt, enum charset charset, const struct area *area)
{
	struct line whole, line;
	size_t cols = (size_t)area->cols, left = 0;

	line_init_verbatim(&whole, charset);
	line_init_verbatim(&line, charset);
	line_adds(&whole, STYLE_KEY, prompt->label);
	line_add(&whole, STYLE_PLAIN, prompt->text, prompt->cursor);
	size_t cursor = whole.cols;

	line_add(&whole, STYLE_PLAIN, prompt->text + prompt->cursor, prompt->len - prompt->cursor);
	if (cursor + 1 > cols)
		left = cursor + 1 - cols;
	line_append(&line, &whole, left, cols);
	screen_line(&line, area->y, area->x, area->cols, LOOK_PLAIN);
	screen_cursor(area->y, area->x + (int)(cursor - left), true);
	line_done(&whole);
	line_done(&line);
}
