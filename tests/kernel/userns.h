/* Whether user namespaces can be made here, for tests that can't do without. */
#pragma once

/* Why not; NULL where they can be.  As this user: nobody may be refused what root may. */
const char *userns_missing(void);

/* Skips the running test where they can't be made. */
void need_userns(void);
