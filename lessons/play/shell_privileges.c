#include "lessons/play/shell_privileges.h"

#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The value of @key in /proc/PID/status; NULL where it has no such line.  proc_pid_status(5) */
static const char *line_of(const char *status, const char *key)
{
	autofree char *start = xasprintf("\n%s:\t", key);
	const char *at = strstr(status, start);

	return at ? at + strlen(start) : NULL;
}

static bool read_ids(const char *status, const char *key, unsigned ids[3])
{
	const char *at = line_of(status, key);

	return at && parse_numbers(at, ids, 3) == 0;
}

static bool read_set(const char *status, const char *key, uint64_t *ret)
{
	const char *at = line_of(status, key);

	if (!at)
		return false;
	*ret = strtoull(at, NULL, 16);
	return true;
}

static void read_groups(const char *status, struct shell_privileges *privileges)
{
	const char *at = line_of(status, "Groups");
	size_t capacity = 0;

	while (at) {
		char *end;
		unsigned long group;

		at += strspn(at, " ");
		group = strtoul(at, &end, 10);
		if (end == at || *at == '\n')
			return;
		array_reserve(privileges->groups, capacity, privileges->group_count + 1);
		privileges->groups[privileges->group_count++] = (gid_t)group;
		at = end;
	}
}

static rlim_t limit_of(const char *word)
{
	return *word == 'u' ? RLIM_INFINITY : (rlim_t)strtoull(word, NULL, 10);
}

/* By the file, since prlimit(2) takes CAP_SYS_RESOURCE.  Behind a heading each resource has a line, in the
 * order of their numbers, with a name of 25 columns in front.  proc_pid_limits(5) */
static void read_limits(int dir, struct shell_privileges *privileges)
{
	enum { NAME_COLUMNS = 25 };
	autotext struct proc_text file = {.data = NULL};
	const char *line;
	int resource = 0;

	if (proc_text_read(&file, dir, "limits", PROC_TEXT_MAX) < 0)
		return;
	line = strchr(file.data, '\n');
	for (; line && line[1] && resource < (int)RLIM_NLIMITS; line = strchr(line + 1, '\n')) {
		char soft[32], hard[32];

		if (strcspn(line + 1, "\n") <= NAME_COLUMNS ||
		    sscanf(line + 1 + NAME_COLUMNS, "%31s %31s", soft, hard) != 2)
			return;
		privileges->limits[resource] =
		    (struct rlimit){.rlim_cur = limit_of(soft), .rlim_max = limit_of(hard)};
		privileges->limited[resource++] = true;
	}
}

int shell_privileges_read(int dir, struct shell_privileges *ret_privileges)
{
	struct shell_privileges own = {.groups = NULL};
	autotext struct proc_text status = {.data = NULL};
	const char *no_new;
	int r = proc_text_read(&status, dir, "status", PROC_TEXT_MAX);

	if (r < 0)
		return r;
	if (!read_ids(status.data, "Uid", own.uids) || !read_ids(status.data, "Gid", own.gids) ||
	    !read_set(status.data, "CapInh", &own.inheritable) ||
	    !read_set(status.data, "CapPrm", &own.permitted) ||
	    !read_set(status.data, "CapEff", &own.effective) ||
	    !read_set(status.data, "CapBnd", &own.bounding) ||
	    !read_set(status.data, "CapAmb", &own.ambient))
		return -EBADMSG;
	no_new = line_of(status.data, "NoNewPrivs");
	own.no_new_privs = no_new && *no_new == '1';
	read_groups(status.data, &own);
	read_limits(dir, &own);
	*ret_privileges = own;
	return 0;
}

static int bound(uint64_t bounding)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (bounding >> cap & 1 || prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -errno;
	}
	return 0;
}

static int set_capabilities(const struct shell_privileges *privileges)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++)
		data[i] = (struct __user_cap_data_struct){
		    .effective = (uint32_t)(privileges->effective >> (i * 32)),
		    .permitted = (uint32_t)(privileges->permitted >> (i * 32)),
		    .inheritable = (uint32_t)(privileges->inheritable >> (i * 32)),
		};
	if (syscall(SYS_capset, &head, data) < 0)
		return -errno;
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (privileges->ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	}
	return 0;
}

/* The hard limits while raising them is allowed still. */
static void bound_limits(const struct shell_privileges *privileges)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (!privileges->limited[i] || syscall(SYS_prlimit64, 0, i, NULL, &limit) < 0)
			continue;
		limit.rlim_max = privileges->limits[i].rlim_max;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		syscall(SYS_prlimit64, 0, i, &limit, NULL);
	}
}

void shell_privileges_limit(const struct shell_privileges *privileges)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++)
		if (privileges->limited[i])
			syscall(SYS_prlimit64, 0, i, &privileges->limits[i], NULL);
}

/* Where a user namespace forbids it (/proc/PID/setgroups) they can be theirs already.  The kernel keeps them in
 * order, and tells them so here and in /proc/PID/status. */
static int set_groups(const struct shell_privileges *privileges)
{
	autofree gid_t *own = NULL;
	size_t size = privileges->group_count * sizeof(*own);
	int count;

	if (setgroups(privileges->group_count, privileges->groups) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;
	count = getgroups(0, NULL);
	if (count < 0 || (size_t)count != privileges->group_count)
		return -EPERM;
	own = xmalloc(size + sizeof(*own));
	if (getgroups(count, own) != count || (size && memcmp(own, privileges->groups, size) != 0))
		return -EPERM;
	return 0;
}

int shell_privileges_groups(int dir)
{
	struct shell_privileges theirs = {.groups = NULL};
	autotext struct proc_text status = {.data = NULL};
	int r = proc_text_read(&status, dir, "status", PROC_TEXT_MAX);

	if (r < 0)
		return r;
	read_groups(status.data, &theirs);
	if (setgroups(theirs.group_count, theirs.groups) < 0)
		r = -errno;
	free(theirs.groups);
	return r;
}

int shell_privileges_take(const struct shell_privileges *privileges, const char **ret_step)
{
	const unsigned *uids = privileges->uids, *gids = privileges->gids;
	int r;

	bound_limits(privileges);
	*ret_step = "PR_CAPBSET_DROP";
	r = bound(privileges->bounding);
	if (r < 0)
		return r;
	*ret_step = "setgroups";
	r = set_groups(privileges);
	if (r < 0)
		return r;
	*ret_step = "setresgid";
	if (setresgid(gids[0], gids[1], gids[2]) < 0)
		return -errno;
	*ret_step = "setresuid";
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresuid(uids[0], uids[1], uids[2]) < 0)
		return -errno;
	*ret_step = "capset";
	r = set_capabilities(privileges);
	if (r < 0)
		return r;
	*ret_step = "PR_SET_NO_NEW_PRIVS";
	return privileges->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}
