#include "scanner/proc/root_link.h"

#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

int root_link_read(const struct process *process, char **ret_path)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	char path[PATH_MAX], name[32];
	uint64_t start = 0;

	snprintf(name, sizeof(name), "/proc/%d", (int)process->id.pid);
	autoclose int dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	ssize_t len = readlinkat(dir, "root", path, sizeof(path));
	if (len < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	/* What was read belongs to whoever is behind the descriptor still. */
	int r = read_start_ticks(dir, "stat", &start);
	if (r < 0 && r != -EBADMSG)
		return r;
	if (r < 0 || start != process->id.start_ticks)
		return -ESRCH;
	*ret_path = xstrndup(path, (size_t)len);
	return 0;
}
