/* The terms of checks: one table for the parser, the evaluation and docs/lessons.md. */
#pragma once

#include "lessons/script/check.h"
#include "lessons/script/lesson.h"

#include <limits.h>

enum { VALUE_TEXT_BYTES = 256 };

/* A term's number has no upper limit; negated: no lower limit. */
#define TERM_ENDLESS LONG_MAX

/* The kind of a term's value. */
enum value_kind {
	VALUE_UNKNOWN,
	VALUE_NS,
	VALUE_ABOVE, /* a user namespace above nsscope's own: the kernel names none, ioctl_nsfs(2) */
	VALUE_STRING,
	VALUE_NUMBER
};

struct value {
	enum value_kind kind;
	struct ns_id ns;
	bool below; /* VALUE_NS: it is nsscope's own, or below that, so it is none above */
	long number;
	size_t len;                  /* of text */
	char text[VALUE_TEXT_BYTES]; /* of a string, or why the value is not known; raw */
};

enum term_gives {
	GIVES_NUMBER,
	GIVES_STRING,
	GIVES_NS,      /* of the type of its LINK, or of the namespace in its parentheses */
	GIVES_USER_NS, /* a user namespace, whatever is in its parentheses */
	GIVES_SAME,    /* what the term in its parentheses gives */
};

/* The argument in its parentheses. */
enum term_takes {
	TAKES_WHO,      /* an actor, or me */
	TAKES_WHO_LINK, /* and one of the links of /proc/PID/ns */
	TAKES_NS,       /* a term that gives a namespace */
	TAKES_TERM,     /* any term that isn't a literal */
};

/* The snapshot that a term is evaluated in. */
enum term_snapshot { SNAPSHOT_SAME, SNAPSHOT_START, SNAPSHOT_BEFORE };

/* The input of a term's function. */
struct term_view {
	const struct check_context *context;   /* its graph is there */
	const char *who;                       /* TAKES_WHO, TAKES_WHO_LINK: the word */
	const struct actor_state *actor_state; /* of the same; NULL: it was never an actor */
	const struct process *process;         /* the same; NULL only where the term is of_gone */
	enum ns_link link;                     /* TAKES_WHO_LINK */
	const struct ns *ns;                   /* TAKES_NS; NULL only where the term is of_gone */
};

struct term {
	const char *name; /* "members" */
	const char *form; /* "members(NS)" */
	const char *doc;  /* its value */
	enum term_gives gives;
	enum term_takes takes;
	enum term_snapshot snapshot;
	unsigned types;                 /* TAKES_NS: one bit for each valid type; 0: all */
	bool of_gone;                   /* valid also for a process or namespace that is gone */
	bool of_past;                   /* meaningful only for a namespace of an earlier snapshot */
	bool is_past;                   /* it gives a namespace of an earlier snapshot */
	long least, most;               /* GIVES_NUMBER: the range of its values */
	const char *(*word)(size_t at); /* GIVES_STRING: all its values; NULL: any */
	/* Fills @value, which is {0}: unknown. */
	void (*evaluate)(const struct term_view *view, struct value *value);
};

extern const struct term terms[]; /* ends with a NULL name */

/* Evaluates a term in the snapshot @context, which is one of @contexts. */
void term_evaluate(const struct lesson_term *term, const struct check_context *context,
    const struct check_contexts *contexts, struct value *value);

/* The learners of a task: "you", "you2". */
extern const char *const lesson_you_words[CHECK_CONTEXT_YOU_MAX];

/* Makes @value unknown, with the reason. */
void value_unknown(struct value *value, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Evaluates members(NS). */
void term_members(const struct term_view *view, struct value *value);
