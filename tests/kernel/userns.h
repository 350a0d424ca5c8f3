/* Whether user namespaces, and mount namespaces of one's own, can be made here, for tests that can't do
 * without. */
#pragma once

/* Why not; NULL where they can be.  As this user: nobody may be refused what root may. */
const char *userns_missing(void);

/* Skips the running test where they can't be made. */
void need_userns(void);

/* Skips the running test where the mounts of a new mount namespace can't be made private, as unshare --mount
 * does: without privileges, and in a chroot, whose root directory is no mount point.  mount(2), EINVAL */
void need_private_mounts(void);

/* Skips the running test where no lesson can have its stage: without privileges that takes a user namespace. */
void need_stage(void);
