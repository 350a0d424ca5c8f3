/* What the parts of nsscope doctor share: doctor.c and doctor_read.c. */
#pragma once

#include "model/base/line.h"
#include "scanner/doctor.h"

enum verdict {
	VERDICT_GOOD,
	VERDICT_BAD,
	VERDICT_NEUTRAL, /* missing or closed, and nsscope does without */
};

/* What was found so far. */
struct visit {
	struct doctor doctor;
	struct line line;
	bool has_title;
	bool forbidden; /* something that nsscope can't do without, or a lesson */
	char last_cure[256];
};

/* Begins a section; @text is translated. */
void doctor_title(struct visit *visit, const char *text);
/* One finding: "✔ what: meaning", translated. */
void doctor_find(struct visit *visit, enum verdict verdict, const char *what, const char *meaning);
/* A command that cures the last finding, or words; it is not wrapped, so that it can be copied.  The same
 * one is told once in a section. */
__attribute__((format(printf, 3, 4))) void doctor_cure(
    struct visit *visit, bool as_root, const char *format, ...);

/* What can be read of the machine, from /proc and else; and what it is read from. */
void doctor_read(struct visit *visit);
