#include "scanner/proc/privileges.h"

#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	bool held;
	uint64_t permitted, effective;
} state;

static int get(struct __user_cap_header_struct *head, struct __user_cap_data_struct data[2])
{
	*head = (struct __user_cap_header_struct){.version = _LINUX_CAPABILITY_VERSION_3};
	return syscall(SYS_capget, head, data) < 0 ? -errno : 0;
}

uint64_t privileges_permitted(void)
{
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct data[2] = {{0}};

	return get(&head, data) < 0 ? 0 : (uint64_t)data[1].permitted << 32 | data[0].permitted;
}

uint64_t privileges_effective(void)
{
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct data[2] = {{0}};

	return get(&head, data) < 0 ? 0 : (uint64_t)data[1].effective << 32 | data[0].effective;
}

static int set(uint64_t permitted, uint64_t effective, uint64_t inheritable)
{
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct data[2] = {{0}};
	int r = get(&head, data);

	if (r < 0)
		return r;
	for (size_t i = 0; i < array_len(data); i++) {
		data[i].permitted &= (uint32_t)(permitted >> (i * 32));
		data[i].effective = data[i].permitted & (uint32_t)(effective >> (i * 32));
		data[i].inheritable &= (uint32_t)(inheritable >> (i * 32));
	}
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

int privileges_set(uint64_t permitted, uint64_t effective)
{
	return set(permitted, effective, 0);
}

/* Less is always granted, and what is permitted as well; capset(2). */
static void put_into_effect(uint64_t effective)
{
	if (set(UINT64_MAX, effective, UINT64_MAX) == 0)
		state.effective = effective;
}

/* A child is a helper, a stage or a shell, which has its own ways to give up what it does not need. */
static void release_in_child(void)
{
	privileges_release();
}

void privileges_hold(void)
{
	static bool registered;

	state.permitted = privileges_permitted();
	if (state.held || !state.permitted)
		return;
	if (!registered && pthread_atfork(NULL, NULL, release_in_child) != 0)
		return;
	registered = true;
	state.held = true;
	put_into_effect(0);
}

void privileges_release(void)
{
	if (!state.held)
		return;
	put_into_effect(state.permitted);
	state.held = false;
}

uint64_t privileges_raise(uint64_t capabilities)
{
	uint64_t before = state.effective;

	if (state.held && capabilities & state.permitted & ~before)
		put_into_effect(before | (capabilities & state.permitted));
	return before;
}

void privileges_restore(const uint64_t *before)
{
	int error = errno;

	if (state.held && state.effective != *before)
		put_into_effect(*before);
	errno = error;
}

/* --- Maps of ids ------------------------------------------------------------------------------ */

bool ids_are_global(const char *path)
{
	struct proc_lines map;
	uint32_t numbers[3] = {1}; /* from which, to which, how many */
	const char *line;
	bool global;

	if (proc_lines_open(&map, AT_FDCWD, path) < 0)
		return false;
	line = proc_lines_next(&map, NULL);
	global = line && parse_numbers(line, numbers, 3) == 0 && numbers[0] == 0 &&
	         numbers[1] == 0 && numbers[2] == UINT32_MAX;
	proc_lines_close(&map);
	return global;
}
