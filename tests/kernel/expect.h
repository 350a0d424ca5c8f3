/* What a call of a play (troupe.h) must come to. */
#pragma once

#include "tests/kernel/troupe.h"

/* It gives the text @text. */
void expect_text(struct stage *stage, const char *line, const char *text);

/* It returns @result with the errno @error, 0 for none, and was not refused.  Gives the answer. */
struct stage_answer expect_result(struct stage *stage, const char *line, long result, int error);

/* It comes to the errno @error, 0 for none, and was not refused. */
void expect_errno(struct stage *stage, const char *line, int error);

/* It doesn't fail.  Returns what it returned. */
long expect_success(struct stage *stage, const char *line);

/* The actor does not make it. */
void expect_refused(struct stage *stage, const char *line);
