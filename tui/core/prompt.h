/* One line of typed text at the bottom of the screen. */
#pragma once

#include "model/base/line.h"
#include "tui/core/view.h"

enum prompt_result {
	PROMPT_EDITED, /* the text may have changed */
	PROMPT_ENTERED,
	PROMPT_CANCELLED,
};

struct prompt {
	bool open;
	const char *label; /* static, translated */
	char *text;        /* UTF-8, NUL-terminated; NULL before the first prompt_open */
	size_t len, capacity;
	size_t cursor; /* in bytes */
};

/* @label: borrowed while it is open.  @text: the initial text. */
void prompt_open(struct prompt *prompt, const char *label, const char *text);
void prompt_done(struct prompt *prompt);

/* Takes a key (keys.h); closes the prompt when the answer is not PROMPT_EDITED. */
enum prompt_result prompt_key(struct prompt *prompt, int key);

/* Paints it and sets the cursor. */
void prompt_paint(const struct prompt *prompt, enum charset charset, const struct area *area);
