/* An actor: a process that makes one named call at a time and answers with its result; and what its calls need to
 * fill the answer. */
#pragma once

#include "lessons/stage/confine.h"
#include "lessons/stage/wire.h"

struct actor_thread;

struct actor {
	char name[ACTOR_NAME_MAX + 1];
	struct actor_world *world;
	pid_t seen_pid; /* its own pid as the caller sees it */

	/* The call that it makes. */
	const struct call_value *arguments;
	/* Came with the call: the socket of the new actor, or the pidfd of the one that an argument
	 * names; -1 for none.  Closed after the call. */
	int passed_fd;
	struct stage_answer answer;

	struct actor_thread *thread; /* begun by thread_unshare; NULL for none */
	bool ends;                   /* after this answer, with exit_status */
	int exit_status;
};

/* Becomes the actor @name on @socket, in a process that was just forked, and ends with it.  What is
 * open stays so. */
_Noreturn void actor_main(int socket, const char *name, struct actor_world *world);

/* Becomes @actor in the program that it executed, and answers that call, execve, first. */
_Noreturn void actor_go_on(struct actor *actor);

/* --- Answers ---------------------------------------------------------------------------------- */

/* Takes what a system call returned; errno must still be its own. */
void answer_result(struct actor *actor, long result);
/* The call failed with @error, an errno. */
void answer_error(struct actor *actor, int error);
/* The actor doesn't make the call, because it could be seen outside. */
void answer_refuse(struct actor *actor);
/* The negative result of a path_… function (confine.h). */
void answer_path(struct actor *actor, int result);

/* Gives @len bytes as text, up to the first NUL; what doesn't fit is left out. */
void answer_text(struct actor *actor, const char *data, size_t len);

/* Appends to what was seen; a piece that doesn't fit is left out whole. */
void answer_saw(struct actor *actor, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Saw the first line of @path that begins with @key ("" for the first of all): "PATH: line", with
 * blanks squeezed; the actor's pid instead of "self". */
void answer_saw_line(struct actor *actor, const char *path, const char *key);
/* Saw a link, "/proc/PID/ns/uts -> uts:[…]", or behind others ", uts -> uts:[…]".  @tid: of that thread of the
 * actor, "/proc/PID/task/TID/ns/uts"; 0: of the actor. */
void answer_saw_link(struct actor *actor, pid_t tid, const char *link);
/* Saw a descriptor, "/proc/PID/fd/4 -> uts:[…]", or behind others ", 5 -> …". */
void answer_saw_fd(struct actor *actor, int fd);

/* Saw the line @line of a table of /proc as answer_saw_line.  @mark: put before the line, "- " where it is there
 * no more. */
void answer_saw_row(struct actor *actor, const char *path, const char *mark, const char *line);

/* --- Files of /proc --------------------------------------------------------------------------- */

/* Reads the first line of @fd or @path that begins with @key into @ret, without @key; blanks
 * at its ends are left out, others squeezed to one.
 * Returns the length, -ENODATA where there is no such line, or another -errno. */
int proc_line_fd(int fd, const char *key, char *ret, size_t capacity);
int proc_line(const char *path, const char *key, char *ret, size_t capacity);

/* Finds the first line of @path, a table in which each line is a thing (mountinfo, net/tcp, sysvipc/shm), whose word
 * @column, from 0, is the number @number.
 * @ret: gets the line with its blanks squeezed, cut where there is no room.
 * Returns 0, -ENODATA (no such line) or another -errno. */
int proc_row(
    const char *path, size_t column, unsigned long long number, char *ret, size_t capacity);

/* --- Descriptors that calls are given --------------------------------------------------------- */

enum { DESCRIPTOR_WAIT_MS = 2000 }; /* for something to happen; then it is EAGAIN */

/* Reads the descriptor that argument @at names.  Returns it, or -1 with EBADF answered for one of
 * the actor's own, which carry its orders. */
int descriptor_of(struct actor *actor, size_t at);

/* Is the process behind @pidfd the init of a PID namespace?  @ret_levels: how many PID namespaces it
 * has a number in, from that of PROC_FD inwards.  False where that is unknown. */
bool descriptor_is_init(int pidfd, int *ret_levels);

/* In how many the caller has one.  0 where that is unknown. */
int descriptor_own_levels(void);
