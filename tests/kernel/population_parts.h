/* What the files of population.c share; see population.h. */
#pragma once

#include "tests/kernel/population.h"

/* The next random number of @seed. */
uint32_t population_next(uint32_t *seed);
bool population_one_in(uint32_t *seed, uint32_t n);

/* Counts what was made, or could not be. */
void population_note(enum made what, bool is_made);

/* In members only.  The record is shared with the test. */
struct record *population_record(enum record_kind kind);
/* The calling thread tells where it is. */
struct record *population_record_task(void);
/* The number behind the link "/proc/self" or "/proc/thread-self" of the room's /proc. */
pid_t population_number(const char *link);
uint64_t population_ino(const char *path);
/* A child of the caller that is a zombie, which it recorded. */
void population_leave_zombie(void);

/* A socket or a descriptor of /dev/net/tun in a net namespace that nothing else keeps. */
void population_hold_net(uint32_t *seed);
/* A process that has had the init of another PID namespace: it has ended, is a zombie, or cannot end. */
void population_start_without_init(uint32_t *seed);
/* A program with a command line that may be very long. */
void population_start_program(uint32_t *seed);
/* Supplementary groups, up to thousands, where that is allowed. */
void population_join_groups(uint32_t *seed);
