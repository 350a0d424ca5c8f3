/* The built-in lessons, played by tests one by one: each in a child process of its own (troupe.h). */
#pragma once

#include "tests/kernel/play.h"
#include "tests/kernel/troupe.h"

/* The lesson that the child plays. */
extern const struct lesson_source *each_source;

/* The program plays only the lessons whose number in the order of teaching is each_part modulo
 * each_parts, where there are too many for the time that a program has; else all. */
extern size_t each_part, each_parts;

/* One at a time: where another player's helper, which just looks in, would be taken for a leftover. */
extern bool each_alone;

/* Is everything tried (LESSON_WHOLE=1, as make soak-lessons does), or what make test has time for? */
bool each_is_whole(void);

/* Is the lesson each_source in English, and in this program's part? */
bool each_is_mine(void);

/* Skips the running test where @role can't be played here.  As root: only where the whole test
 * stands in namespaces of its own. */
void each_need(enum actors_role role);

/* Plays @child for every lesson, in English: all languages have the same calls and checks
 * (lessons_test), so one will do for most tests.  Several at a time, as there are processors. */
void each_lesson(enum actors_role role, void (*child)(void));
void each_lesson_unasked(enum actors_role role, void (*child)(void)); /* without each_need */

/* Plays @child for some lessons only: for what is the player's work and no lesson's. */
void each_sample(enum actors_role role, void (*child)(void));

/* For every lesson in every language, one after the other: tasks are solved by the first process
 * that does, whoever started it. */
void each_translation(enum actors_role role, void (*child)(void));

/* Children at work, as many at a time as there are processors. */
struct each_worker_pool {
	size_t working;
	size_t failed;
};

/* Runs @job (0: all is well) in a child of @worker_pool, when there is room; each_join waits for all, and
 * returns how many failed. */
void each_let(struct each_worker_pool *worker_pool, int (*job)(const void *what), const void *what);
size_t each_join(struct each_worker_pool *worker_pool);

/* Begins the lesson each_source, and ends it. */
struct lesson *each_begin(struct play *play);
void each_end(struct play *play, struct lesson *lesson);

/* Nothing of the step @at is done, and what stood before it all came out well. */
void each_check_beginning(struct play *play, size_t at);
