/* A lesson as it is written: a Markdown file, parsed into steps.
 *
 *     # UTS: copy, then diverge            the title
 *     ```lesson                            facts of the lesson, `word: value` lines
 *     name: uts
 *     kernel: 3.8
 *     types: uts
 *     group: type
 *     actors: A
 *     needs: ip ping                       programs that must be in PATH; cgroup: groups of v2
 *     stage: user mnt                      the namespaces of the actors: none, or user and types
 *     minutes: 10                          that it takes
 *     ```
 *     Prose before the first step is the introduction.
 *     ## A leaves                          begins a step
 *     ```view                              how the tree is shown from here on: its grouping, what is
 *     group: owner                         unfolded, which actor is pointed at
 *     point: A user
 *     ```
 *     Prose.
 *     - [ ] a wrong choice                 a list whose items begin with [ ] or [x] is a prediction:
 *                                          the paragraph before it is the question
 *         why it is tempting               (further paragraphs of an item: its answer)
 *     - [x] the right one
 *     ```do                                calls, one a line: ACTOR: call(arguments) = expected
 *     A: unshare(CLONE_NEWUTS)             and "-> variable", which gets the result
 *     A: sethostname("") = EINVAL
 *     ```
 *     ```check                             claims, one a line: sum == sum; also != < <= > >=
 *     ns(A, uts) != ns(me, uts)
 *     hostname(A) == "ns1"
 *     members(ns(A, uts)) == before(members(ns(A, uts))) + 1
 *     ```
 *     ```sh                                commands that do the same by hand: shown, never run
 *     unshare --uts
 *     ```
 *     ```turn                              a task for the learner, alone in another terminal: checks
 *     ns(you, uts) != ns(me, uts)          of a process (you; you2: of a second one) for which all
 *     hostname(you) == "mine"              of them hold
 *     ```
 *     1. Which call makes one?             right behind it a list: the hints, from vague to plain
 *     2. `unshare` knows an option …
 *     ```solution                          then what solves it, a command a line; shown when asked for
 *     unshare --uts sh -c '…'
 *     ```
 *     ```notes                             for the speaker in front of a class; no Markdown
 *     Ask who has renamed a server.
 *     ```
 *     ```when                              what follows is for some kernels only, until the next one
 *     not exec-enters-time                 or the step's end; also `kernel 6.2`; `always`
 *     ```
 *
 * Terms of a check: those of terms.c, of an actor or of me, which is nsscope itself; A.fd, a
 * variable that a call of A set; "a string"; a number.  Numbers may be added and taken away.
 *
 * A step plays its blocks in order.  What follows a prediction, a do or a check is shown when
 * that was answered, done, seen.  A lesson file is hostile input: the parser takes any bytes, and
 * text of it is shown through line.h only.
 */
#pragma once

#include "lessons/stage/stage_setup.h"
#include "model/base/line.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	LESSON_BYTES_MAX = 1024 * 1024,
	LESSON_LINE_BYTES_MAX = 4000,
	LESSON_PARAGRAPH_BYTES_MAX = 16 * 1024,
	LESSON_STEPS_MAX = 200,
	LESSON_BLOCKS_MAX = 100,  /* in a step */
	LESSON_LINES_MAX = 100,   /* in a do or check block */
	LESSON_ACTORS_MAX = 64,   /* those that fork brings in included */
	LESSON_CHOICES_MAX = 9,   /* a digit key for each */
	LESSON_ARGUMENTS_MAX = 8, /* of a call or a term */
	LESSON_DEPTH_MAX = 4,     /* of lists and quotes */
	LESSON_TERM_DEPTH_MAX = 6,
	LESSON_SUM_MAX = 8, /* terms in it */
	LESSON_HINTS_LEAST = 2,
	LESSON_HINTS_MAX = 9,
	LESSON_NEEDS_MAX = 16,
	LESSON_MINUTES_MAX = 600,
};

enum block_kind {
	BLOCK_PROSE,
	BLOCK_PREDICT,
	BLOCK_DO,
	BLOCK_CHECK,
	BLOCK_SHELL,
	BLOCK_TURN,
	BLOCK_NOTES,
	BLOCK_VIEW,
};

/* One call of a do block. */
struct lesson_call {
	char *actor;      /* "A" */
	char *name;       /* "unshare" */
	char **arguments; /* as written: CLONE_NEWUTS, "ns1" (with its quotes), B */
	size_t argument_count;
	char *expected; /* "0", "EPERM", "\"ns1\"", "{A}"; NULL: anything but an error */
	char *variable; /* of the actor, that gets the result; NULL for none */
	char *source;   /* the call as written, without actor, expectation and variable */
	char *c;        /* the same as C writes it, NULL where that is no other: "write(open(…" */
	int line;       /* in the file, from 1 */
};

struct term;

enum lesson_term_kind {
	TERM_LITERAL,  /* a string or a number */
	TERM_VARIABLE, /* A.fd */
	TERM_CALL,     /* hostname(A) */
	TERM_NAME,     /* in the parentheses of a call: A, uts */
};

struct lesson_term {
	enum lesson_term_kind kind;
	char *word;              /* "\"ns1\"", "17", "hostname", "A", "uts"; of A.fd "A" */
	char *variable;          /* "fd"; else NULL */
	const struct term *term; /* of a call: what it means, terms.h; else NULL */
	struct lesson_term *arguments;
	size_t argument_count;
	int minus; /* in a sum: it is taken away */
};

/* One side of a check; all but single terms are numbers. */
struct lesson_sum {
	struct lesson_term *terms;
	size_t term_count;
	int varies; /* it is no literal */
};

enum lesson_relation {
	RELATION_EQUAL,
	RELATION_OTHER,
	RELATION_LESS,
	RELATION_AT_MAX,
	RELATION_MORE,
	RELATION_AT_LEAST,
	RELATION_COUNT,
};

extern const char *const lesson_relation_words[RELATION_COUNT]; /* "==", … */

struct lesson_check {
	struct lesson_sum left, right;
	enum lesson_relation relation;
	char *source; /* as written */
	int line;
};

struct lesson_choice {
	char *text;
	char *answer; /* why it is right, or tempting; NULL for none */
	int right;
};

/* Prose keeps its inline Markdown marks reduced to three: `code`, *emphasis*, **strong**, so that a
 * screen may style it; paragraphs, list items (their text begins with "- " or "1. "),
 * quotes and indented code are distinguished by the kind. */
enum prose_kind { PROSE_PARAGRAPH, PROSE_ITEM, PROSE_QUOTE, PROSE_CODE };

struct lesson_prose {
	enum prose_kind kind;
	int depth;  /* of nested lists and quotes, 0 for the outermost */
	char *text; /* UTF-8 as in the file, raw; one line but with PROSE_CODE */
};

/* What a view block says; it holds until another says otherwise. */
struct lesson_look {
	char *group;          /* the grouping to show, see grouping_names; NULL: as it is */
	unsigned types;       /* to be unfolded, 1u << type, …; 0: as it is */
	char *point;          /* the actor to select; NULL for none */
	unsigned point_types; /* in the namespace of this type, 1u << type; 0: wherever */
	unsigned said;        /* which lines there were */
};

struct feature;

/* What a when block says. */
struct lesson_condition {
	const struct feature *feature; /* feature.h; NULL: */
	char *kernel;                  /* the oldest that is meant, "6.2" */
	bool negated;
	int line;
};

struct lesson_block {
	enum block_kind kind;
	int line;
	const struct lesson_condition *condition; /* NULL: for every kernel */
	struct lesson_prose *prose; /* BLOCK_PROSE, and the question of BLOCK_PREDICT */
	size_t prose_count;
	struct lesson_choice *choices; /* BLOCK_PREDICT */
	size_t choice_count;
	struct lesson_call *calls; /* BLOCK_DO */
	size_t call_count;
	struct lesson_check *checks; /* BLOCK_CHECK, BLOCK_TURN */
	size_t check_count;
	char **hints; /* BLOCK_TURN: prose, with its marks */
	size_t hint_count;
	char *solution;          /* BLOCK_TURN: the lines as written */
	char *shell;             /* BLOCK_SHELL: the same */
	char *notes;             /* BLOCK_NOTES: the same */
	struct lesson_look look; /* BLOCK_VIEW */
};

struct lesson_step {
	char *title;
	int line;
	struct lesson_block *blocks;
	size_t block_count;
};

struct lesson {
	char *name;     /* of the lesson block, also its file's name */
	char *language; /* "en", "zh": given by the caller */
	bool foreign;   /* not built in: asks before it runs a shell; set by its reader */
	char *title;
	char *kernel; /* the oldest that can play it, "3.8", or NULL */
	char **types; /* the namespace types that it needs, unshared by its actors */
	size_t type_count;
	char *group; /* the grouping to show, see grouping_names, or NULL */
	struct stage_setup stage;
	unsigned said; /* which facts there were */
	char **actors; /* those that the stage starts by itself */
	size_t actor_count;
	char **needs; /* programs that must be in PATH; "cgroup" for groups of cgroup v2 */
	size_t need_count;
	int minutes;               /* that it takes, 0 for unknown */
	struct lesson_step *steps; /* the first is the introduction, titled like the lesson */
	size_t step_count;
	struct lesson_condition **conditions; /* those of its blocks */
	size_t condition_count;
};

struct lesson_error {
	int line;          /* from 1; 0 for the whole file */
	int column;        /* from 1; 0 for the whole line */
	char message[400]; /* translated; holds bytes of the file: sanitise it */
};

/* Parses @len bytes.  Returns 0, or -EBADMSG with @ret_error filled (the first mistake). */
int lesson_parse(const char *data, size_t len, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error);
void lesson_free(struct lesson *lesson); /* NULL is fine */

/* Leaves out what is not for this kernel: blocks, and steps that had nothing else. */
void lesson_fit(struct lesson *lesson);

/* Fills @ret_error.  Returns -EBADMSG. */
int lesson_fail(struct lesson_error *ret_error, int line, int column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Is @word a whole number?  @ret_value: may be NULL. */
bool lesson_number(const char *word, long *ret_value);
/* The number of the errno called @name ("EPERM"), 0 for none. */
int lesson_errno(const char *name);

/* Does the call run a line of a shell? */
bool call_runs_shell(const struct lesson_call *call);

/* Does the check name the actor, or learner, @who? */
bool lesson_check_names(const struct lesson_check *check, const char *who);

/* --- Inline markup of prose: `code`, *emphasis*, **strong** --------------------------------------- */

struct prose_span {
	const char *text; /* borrowed, without the markup, not NUL-terminated */
	size_t len;
	enum style style; /* STYLE_PLAIN, STYLE_CODE, STYLE_STRONG for both kinds of emphasis */
};

/* Takes the next span from *@text, a string, and moves *@text behind it.  An opening delimiter
 * without a closing one is plain text.  Returns false at the end. */
bool prose_next(const char **text, struct prose_span *ret_span);

/* The text without its markup.  To be freed. */
char *prose_plain(const char *text);

/* --- The words that a lesson file is made of -------------------------------------------------- */

/* For docs/lessons.md and the manual page: the tables end with a NULL word, and are in the order of the code that reads
 * them. */
struct lesson_word {
	const char *word;
	const char *doc; /* code in `…` */
};

/* The kinds of fenced blocks. */
extern const struct lesson_word lesson_block_words[];
/* The facts of the block "lesson". */
extern const struct lesson_word lesson_fact_words[];
/* The lines of the block "view". */
extern const struct lesson_word lesson_view_words[];
/* The words of the block "when", but those of feature.h. */
extern const struct lesson_word lesson_when_words[];

/* --- The lessons that are built in ---------------------------------------------------------- */

struct lesson_source {
	const char *language, *name;
	const char *data, *end; /* the file's bytes */
};

/* The table of built-in lessons, in the order in which they are taught; ends with a NULL name.
 * Made from lessons/LANGUAGE/NAME.md when the program is built. */
extern const struct lesson_source lesson_sources[];

/* The lesson @name in @language, or in English where there is none.  NULL where there is no such
 * lesson. */
const struct lesson_source *lesson_find(const char *name, const char *language);

/* The language of built-in lessons that @locale begins with: "zh" for "zh_CN.UTF-8"; else "en". */
const char *lesson_language(const char *locale);
