/* Tables of /proc in which each line is a thing: mountinfo, net/tcp, sysvipc/shm. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct stage_answer;

/* Finds the first line of @path whose word @column, from 0, is the number @number.
 * @ret: gets the line with its blanks squeezed, cut where there is no room.
 * Returns 0, -ENODATA (no such line) or another -errno. */
int table_find(
    const char *path, size_t column, unsigned long long number, char *ret, size_t capacity);

/* Saw the line @line of @path, "PATH: line"; "/proc/self/" is shown with @pid, the actor's as the
 * caller sees it.  @mark: put before the line, "- " where it is there no more. */
void table_saw(
    struct stage_answer *answer, pid_t pid, const char *path, const char *mark, const char *line);
