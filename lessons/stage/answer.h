/* What an actor answers: helpers for the families of calls. */
#pragma once

#include "lessons/stage/calls.h"

/* Takes what a system call returned; errno must still be its own. */
void answer_result(struct stage_answer *answer, long result);
/* The call failed with @error, an errno. */
void answer_error(struct stage_answer *answer, int error);
/* The actor doesn't make the call, because it could be seen outside. */
void answer_refuse(struct stage_answer *answer);

/* Gives @len bytes as text, up to the first NUL; what doesn't fit is left out. */
void answer_text(struct stage_answer *answer, const char *data, size_t len);

/* Appends to what was seen; a piece that doesn't fit is left out whole. */
void answer_saw(struct stage_answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Saw the first line of @path that begins with @key ("" for the first of all): "PATH: line", with
 * blanks squeezed.  @pid: the actor's as the caller sees it, shown instead of "self". */
void answer_saw_line(struct stage_answer *answer, pid_t pid, const char *path, const char *key);
/* Saw a link, "/proc/PID/ns/uts -> uts:[…]", or behind others ", uts -> uts:[…]". */
void answer_saw_link(struct stage_answer *answer, pid_t pid, const char *link);
/* Of the thread @tid of this process, "/proc/PID/task/TID/ns/uts -> uts:[…]". */
void answer_saw_link_of(struct stage_answer *answer, pid_t pid, pid_t tid, const char *link);

/* Saw a descriptor, "/proc/PID/fd/4 -> uts:[…]", or behind others ", 5 -> …". */
void answer_saw_fd(struct stage_answer *answer, pid_t pid, int fd);

/* Opens @path for reading; below /proc in the /proc of the person, also where the actor's paths lead
 * elsewhere.  Returns the descriptor, or -1 with errno. */
int answer_open_proc(const char *path);

/* Reads the first line of @fd or @path that begins with @key into @ret, without @key; blanks
 * at its ends are left out, others squeezed to one.
 * Returns the length, -ENODATA where there is no such line, or another -errno. */
int answer_line_fd(int fd, const char *key, char *ret, size_t capacity);
int answer_line(const char *path, const char *key, char *ret, size_t capacity);
