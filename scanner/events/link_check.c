#include "scanner/events/link_check.h"

#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_read.h"

#include <fcntl.h>
#include <stdio.h>

bool links_differ(const struct process *process)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	struct link_reading links[NS_LINK_COUNT] = {0};
	bool wanted[NS_LINK_COUNT];
	char path[32];

	if (process->life.ended_ms || process->read_status[NS_UTS] != READ_OK)
		return false;
	for (int link = 0; link < NS_LINK_COUNT; link++)
		wanted[link] = process->read_status[link] == READ_OK;
	snprintf(path, sizeof(path), "/proc/%d/ns", (int)process->id.pid);
	autoclose int ns_dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns_dir < 0)
		return true;
	read_some_links(ns_dir, wanted, links);
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (wanted[link] && (links[link].read_status != READ_OK ||
		                        links[link].ino != process->ns[link]->id.ino))
			return true;
	}
	return false;
}
