/* The built-in lessons, played by tests one by one: each in a child process of its own (troupe.h). */
#pragma once

#include "tests/kernel/play.h"
#include "tests/kernel/troupe.h"

/* The lesson that the child plays. */
extern const struct lesson_source *each_source;

/* Is everything tried (LESSON_WHOLE=1, as make soak-lessons does), or what make test has time for? */
bool each_is_whole(void);

/* Skips the running test where @role can't be played here.  As root: only where the whole program is in
 * namespaces of its own. */
void each_need(enum actors_role role);

/* Plays @child for the lesson each_source, and fails the test unless all its checks hold. */
void each_play(enum actors_role role, void (*child)(void));

/* All languages have the same calls and checks (lessons_test), so one will do for most tests. */
enum each_of {
	EACH_LESSON,      /* in English */
	EACH_TRANSLATION, /* in every language */
	EACH_SAMPLE,      /* some, in English: for what is the player's work and no lesson's */
};

/* A test that is run for each of these lessons, as a test of its own: NAME(LESSON). */
struct each_test {
	const char *name;
	void (*run)(void);
	enum each_of of;
};
#define EACH_TEST(name, of)                                                                        \
	{                                                                                          \
#name, name, of                                                                    \
	}

/* The main function: runs @tests, @count of them.  Returns how many failed. */
int each_run(const struct each_test *tests, size_t count);

/* Begins the lesson each_source, and ends it. */
struct lesson *each_begin(struct play *play);
void each_end(struct play *play, struct lesson *lesson);

/* Nothing of the step @at is done, and what stood before it all came out well. */
void each_check_beginning(struct play *play, size_t at);
