#include "lessons/stage/actor_execute.h"
#include "lessons/stage/answer.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* How the new program is called: with the number of a descriptor that it reads its memory from. */
#define PROGRAM "nsscope-actor:"

enum { DESCRIPTORS_MAX = 1024 };

/* What an actor knows.  The world is a copy: what others mount from now on is not known to be the
 * stage's. */
struct memory_of_actor {
	char name[ACTOR_NAME_MAX + 1];
	pid_t seen_pid;
	struct actor_world world;
};

/* All but the standard streams are closed by execve(2), or none. */
static void set_close_on_exec(bool close_on_exec)
{
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
		fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0);
}

static int write_memory(const struct actor *actor)
{
	struct memory_of_actor memory = {.seen_pid = actor->seen_pid, .world = *actor->world};
	int fd = memfd_create("actor", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	snprintf(memory.name, sizeof(memory.name), "%s", actor->name);
	if (pwrite(fd, &memory, sizeof(memory), 0) != sizeof(memory)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

void actor_execute(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	autoclose int memory = write_memory(actor);
	char program[sizeof(PROGRAM) + 16];
	char *const words[] = {program, NULL};

	(void)arguments;
	if (memory < 0) {
		answer_error(answer, -memory);
		return;
	}
	snprintf(program, sizeof(program), PROGRAM "%d", memory);
	set_close_on_exec(false);
	/* That of the person's /proc: where there is another one, or none, the program is the same. */
	syscall(SYS_execveat, PROC_FD, "self/exe", words, environ, 0);
	answer_result(answer, -1);
	set_close_on_exec(true);
}

static struct actor_world *map_world(void)
{
	struct actor_world *world =
	    mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return world == MAP_FAILED ? NULL : world;
}

static int read_memory(const char *number, struct memory_of_actor *memory)
{
	char *end;
	long fd = strtol(number, &end, 10);

	if (end == number || *end || fd <= PROC_FD || fd >= DESCRIPTORS_MAX ||
	    pread((int)fd, memory, sizeof(*memory), 0) != sizeof(*memory))
		return -EBADF;
	close((int)fd);
	memory->name[ACTOR_NAME_MAX] = '\0';
	return 0;
}

void stage_resume(const char *program)
{
	struct memory_of_actor memory;
	struct actor actor = {.passed_fd = -1};
	struct wire_reply reply = {.kind = REPLY_ANSWER};

	if (!program || strncmp(program, PROGRAM, strlen(PROGRAM)) != 0)
		return;
	actor.world = map_world();
	if (!actor.world || read_memory(program + strlen(PROGRAM), &memory) < 0)
		_exit(EXIT_FAILURE);
	set_close_on_exec(true);
	*actor.world = memory.world;
	actor.seen_pid = memory.seen_pid;
	memcpy(actor.name, memory.name, sizeof(actor.name));
	answer_saw_line(&reply.answer, actor.seen_pid, "/proc/self/status", "CapEff:");
	actor_go_on(&actor, &reply);
}
