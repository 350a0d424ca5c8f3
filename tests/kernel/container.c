#include "tests/kernel/container.h"

#include "scanner/proc/proc_read.h"
#include "tests/kernel/troupe.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void container_confine(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
	    {.effective = (uint32_t)CONTAINER_CAPS, .permitted = (uint32_t)CONTAINER_CAPS}};

	for (unsigned long cap = 0; cap < 64; cap++)
		if (!(CONTAINER_CAPS >> cap & 1))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	CHECK(syscall(SYS_capset, &head, data) == 0);
}

pid_t container_start(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	CHECK(pipe2(ready, O_CLOEXEC) == 0);
	pid = (pid_t)syscall(
	    SYS_clone, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, 0L);
	if (pid == 0) {
		CHECK(mount("proc", "/proc", "proc", 0, NULL) == 0);
		container_confine();
		signal(SIGCHLD, SIG_IGN);
		CHECK(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(pid > 0 && read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

void container_end(pid_t init)
{
	kill(init, SIGKILL);
	CHECK(waitpid(init, NULL, 0) == init);
}

struct shell_place container_place(pid_t init)
{
	struct shell_place place;
	char text[SHELL_TICKET_BYTES], path[32];
	uint64_t ticks;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)init);
	CHECK(read_start_ticks(AT_FDCWD, path, &ticks) == 0);
	shell_ticket_of(init, ticks, true, text);
	CHECK(shell_ticket_read(text, &place) == 0);
	return place;
}

int container_members(pid_t init)
{
	char theirs[64], path[64], link[64];
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int count = 0;

	CHECK(proc);
	actors_link(init, "pid", theirs, sizeof(theirs));
	while ((entry = readdir(proc))) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%.20s/ns/pid", entry->d_name);
		len = readlink(path, link, sizeof(link) - 1);
		link[len < 0 ? 0 : len] = '\0';
		count +=
		    entry->d_name[0] != 's' && entry->d_name[0] != 't' && strcmp(link, theirs) == 0;
	}
	closedir(proc);
	return count;
}
