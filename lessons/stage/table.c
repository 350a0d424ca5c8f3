#include "lessons/stage/table.h"
#include "lessons/stage/answer.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

static const char *next_word(const char *at)
{
	at += strcspn(at, BLANKS);
	return at + strspn(at, BLANKS);
}

static bool has_number(const char *line, size_t column, unsigned long long number)
{
	const char *word = line + strspn(line, BLANKS);
	char *end;

	while (column--)
		word = next_word(word);
	return strtoull(word, &end, 10) == number && end != word;
}

static void squeeze_into(const char *line, char *ret, size_t capacity)
{
	const char *at = line + strspn(line, BLANKS);
	size_t len = 0;

	while (*at && len + 2 < capacity) {
		size_t word = strcspn(at, BLANKS);

		if (len)
			ret[len++] = ' ';
		if (word > capacity - 1 - len)
			word = capacity - 1 - len;
		memcpy(ret + len, at, word);
		len += word;
		at = next_word(at);
	}
	ret[len] = '\0';
}

int table_find(
    const char *path, size_t column, unsigned long long number, char *ret, size_t capacity)
{
	int fd = answer_open_proc(path), r = -ENODATA, error;
	struct proc_lines table = PROC_LINES_OF(fd);
	char *line;

	if (fd < 0)
		return -errno;
	while (r == -ENODATA && (line = proc_lines_next(&table, NULL))) {
		if (!has_number(line, column, number))
			continue;
		squeeze_into(line, ret, capacity);
		r = 0;
	}
	error = proc_lines_close(&table);
	return r == -ENODATA && error ? error : r;
}

void table_saw(
    struct stage_answer *answer, pid_t pid, const char *path, const char *mark, const char *line)
{
	static const char self[] = "/proc/self/";

	if (strncmp(path, self, strlen(self)) == 0)
		answer_saw(answer, "/proc/%d/%s: ", (int)pid, path + strlen(self));
	else
		answer_saw(answer, "%s: ", path);
	/* A long line is shown as far as it fits. */
	answer_saw(answer, "%s%.*s", mark,
	    (int)(sizeof(answer->saw) - strlen(answer->saw) - strlen(mark) - 1), line);
}
