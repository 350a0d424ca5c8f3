/* What the tests of the stage share: a child process for each test, as root or as nobody, that
 * plays calls and looks at what becomes of the actors.
 *
 * The whole program stands in throw-away namespaces (actors_isolate), so that a mistake of an actor
 * can't reach the machine. */
#pragma once

#include "lessons/stage/stage.h"

#include <stdio.h>
#include <unistd.h>

/* In a test's child, which cmocka knows nothing of. */
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

/* Moves the program into namespaces of its own; actors_isolated says whether it had the privilege. */
void actors_isolate(void);
bool actors_isolated(void);

enum actors_role { AS_ROOT, AS_NOBODY };

/* Becomes nobody, if @role says so. */
void actors_take_role(enum actors_role role);

/* Runs @play in a child that is the reaper of all its descendants and must have none in the end.
 * Returns whether all its checks held. */
bool actors_play(enum actors_role role, void (*play)(void));

/* The stage of a play, with the actors of @names ("A C"). */
struct stage *actors_stage(const char *names);
struct stage *actors_setup(const struct stage_setup *setup, const char *names);

/* Begins a call, written "A: sethostname("ns1")", "A: getpid() -> me"; waits for what it comes to.
 * Returns as stage_call and stage_io. */
int actors_begin(struct stage *stage, const char *line);
int actors_wait(struct stage *stage, struct stage_answer *ret_answer);

/* Both; the call must come to an answer. */
struct stage_answer actors_call(struct stage *stage, const char *line);
struct stage_answer actors_callf(struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A stage on which much has happened: namespaces, inits, generations, an actor that left.  There
 * are A (host name "ns1"), P, B, D, E; B and E are inits of PID namespaces. */
struct stage *actors_script(void);

/* Stops @pid, and waits until it is stopped. */
void actors_stop(pid_t pid);

/* Waits until all descendants are gone, reaping them.  Returns how many there were. */
int actors_reap(void);

/* The text of the link @link of @pid, "uts:[…]". */
void actors_link(pid_t pid, const char *link, char *ret, size_t room);

/* The first line of /proc/PID/status that begins with @word. */
void actors_status(pid_t pid, const char *word, char *ret, size_t room);

/* Has this process no children, not even dead ones? */
bool actors_alone(void);

/* The number of open descriptors of @pid. */
int actors_descriptors(pid_t pid);
