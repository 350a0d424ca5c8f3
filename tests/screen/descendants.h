/* The processes that a program has started, and their UTS namespaces: none of either may outlive it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { DESCENDANTS_MAX = 32 };

struct descendant {
	pid_t pid;
	int pidfd;
	uint64_t uts_ino, uts_id; /* id: NS_GET_ID, 0 before Linux 6.18 */
};

struct descendants {
	struct descendant items[DESCENDANTS_MAX];
	size_t count;
};

/* Finds all that are below @pid now, by the parents in /proc. */
void descendants_find(pid_t pid, struct descendants *ret);
/* How many are members of another UTS namespace than the caller, but for nsscope's helpers. */
size_t descendants_apart(const struct descendants *descendants);
/* Waits until every one has ended and is reaped or a zombie. */
void descendants_wait(const struct descendants *descendants);
/* Is any process on the machine a member of one of their namespaces that is not the caller's? */
bool descendants_left(const struct descendants *descendants);
void descendants_done(struct descendants *descendants);
