/* The privileges of another process, for a shell that gets no more than these. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct shell_privileges {
	unsigned uids[3], gids[3]; /* real, effective, saved; in the user namespace of the caller */
	gid_t *groups;
	size_t group_count;
	uint64_t inheritable, permitted, effective, bounding, ambient;
	bool no_new_privs;
	struct rlimit limits[RLIM_NLIMITS];
	bool limited[RLIM_NLIMITS]; /* could be read */
};

/* Reads those of the process whose directory of /proc is @dir; ids are those of the present user namespace,
 * so join it first.  The groups are the caller's to free.  Returns 0 or -errno. */
int shell_privileges_read(int dir, struct shell_privileges *ret_privileges);

/* Takes the groups alone, before anything is joined: in there it may be forbidden.  Returns 0 or -errno. */
int shell_privileges_groups(int dir);

/* Makes them those of the calling process, but for limits that may not be raised: of those the hard ones, and the
 * soft ones only as far as they must.  A seccomp filter can't be had of another process.
 * @ret_step: what failed.  Returns 0 or -errno. */
int shell_privileges_take(const struct shell_privileges *privileges, const char **ret_step);

/* Takes the soft limits, too; for a process that only has to become the shell. */
void shell_privileges_limit(const struct shell_privileges *privileges);
