/* The names of a scan's users, looked up by helper processes (user_reader.h): who answers for them may be a
 * directory on the network.
 *
 * Each user id is asked for when it is first seen, and from time to time again.  A scan waits for an answer
 * for RESPONDER_LATE_MS at most.  Then its processes have the name that they had in the graph before, or none,
 * and their numbers are shown; the helper goes on waiting, and the scan after its answer has the name. */
#pragma once

#include "scanner/scan/source.h"

struct users;

/* @unwanted: nobody will show names, and none are asked for. */
struct users *users_new(bool unwanted);
void users_free(struct users *users); /* ends the helpers; NULL is fine */

/* To be called when all processes are in the builder.  @context: borrowed until the last step. */
void users_begin(struct users *users, struct context *context);
/* Works until clock_us() passes @until_us.  Returns whether it is done: processes have their names. */
bool users_step(struct users *users, uint64_t until_us);

/* All that are known are asked for again by the next scan. */
void users_refresh(struct users *users);

/* To be polled for POLLIN: there may be answers.  -1 where none are waited for. */
int users_fd(const struct users *users);
/* Takes answers.  Returns whether there are names that no scan has given to its processes yet. */
bool users_hear(struct users *users);

/* What the helpers have worked so far, of a processor. */
uint64_t users_worked_us(const struct users *users);
