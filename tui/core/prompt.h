/* One line of typed text at the bottom of the screen. */
#pragma once

#include "model/base/line.h"
#include "tui/core/view.h"

enum prompt_result {
	PROMPT_EDITED, /* the text may have changed */
	PROMPT_OTHER,  /* the prompt has no use for the key */
	PROMPT_ENTERED,
	PROMPT_CANCELLED,
};

struct prompt {
	bool open;
	const char *label; /* translated; borrowed while it is open */
	char *text;        /* UTF-8, NUL-terminated; NULL before the first prompt_open */
	size_t len, capacity;
	size_t cursor; /* in bytes */
	/* Called with each @key (keys.h) after it was taken; the prompt is closed before PROMPT_ENTERED
	 * and PROMPT_CANCELLED.  May open it again. */
	void (*on_key)(void *data, enum prompt_result result, int key);
	void *data;
};

/* @text: the initial text. */
void prompt_open(struct prompt *prompt, const char *label, const char *text,
    void (*on_key)(void *data, enum prompt_result result, int key), void *data);
void prompt_done(struct prompt *prompt);

/* Replaces the text. */
void prompt_set(struct prompt *prompt, const char *text);
/* Takes a key while it is open. */
void prompt_press(struct prompt *prompt, int key);

/* Paints it and sets the cursor. */
void prompt_paint(const struct prompt *prompt, enum charset charset, const struct area *area);
