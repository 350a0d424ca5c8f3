/* The names of a scan's users, looked up by helper processes (user_reader.h): the lookup may ask a
 * directory on the network.
 *
 * Each user id is looked up when it is first seen, and again from time to time.  A scan waits for an
 * answer for RESPONDER_LATE_MS at most.  Then its processes keep the name of the previous graph, or
 * have none and show their numbers.  The helper keeps waiting; the scan after its answer has the name. */
#pragma once

#include "scanner/scan/source.h"

struct users;

/* @unwanted: the caller shows no names, so none are looked up. */
struct users *users_new(bool unwanted);
void users_free(struct users *users); /* ends the helpers; NULL is fine */

/* Call it when all processes are in the builder.  @context: borrowed until the last step. */
void users_begin(struct users *users, struct context *context);
/* Works until clock_us() passes @until_us.  Returns whether it is done: processes have their names. */
bool users_step(struct users *users, uint64_t until_us);

/* Makes the next scan look up all names again. */
void users_refresh(struct users *users);

/* A descriptor to poll for POLLIN: there may be answers.  -1 when none are pending. */
int users_fd(const struct users *users);
/* Takes answers.  Returns whether there are names that no scan has used yet. */
bool users_hear(struct users *users);

/* The processor time of the helpers so far. */
uint64_t users_worked_us(const struct users *users);
