/* The ids of all namespaces that live: listns(2), since Linux 6.19.
 *
 * Only those are listed whose owner gives the caller CAP_SYS_ADMIN, and those that the caller is in.  A namespace
 * that nobody can come to any more is not listed, though a socket or a mapping may keep it: it is inactive. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listing {
	uint64_t *ids; /* in order; kept from use to use */
	size_t count, capacity;
};

/* Takes a new one.  Returns 0, or -errno: -ENOSYS before Linux 6.19; it is empty then. */
int listing_take(struct listing *listing);
bool listing_has(const struct listing *listing, uint64_t id);
/* Has this process CAP_SYS_ADMIN in the initial user namespace? */
bool listing_is_privileged(void);
/* May this process have all in its listings, of processes that it sees? */
bool listing_is_whole(void);
void listing_done(struct listing *listing);
