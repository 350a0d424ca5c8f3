#include "lessons/table.h"
#include "lessons/answer.h"
#include "model/util.h"

#include <errno.h>
#include <stdio.h>
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

static void squeeze_into(const char *line, char *ret, size_t room)
{
	const char *at = line + strspn(line, BLANKS);
	size_t len = 0;

	while (*at && len + 2 < room) {
		size_t word = strcspn(at, BLANKS);

		if (len)
			ret[len++] = ' ';
		if (word > room - 1 - len)
			word = room - 1 - len;
		memcpy(ret + len, at, word);
		len += word;
		at = next_word(at);
	}
	ret[len] = '\0';
}

int table_find(const char *path, size_t column, unsigned long long number, char *ret, size_t room)
{
	autofree char *line = NULL;
	size_t line_room = 0;
	int fd = answer_open_proc(path);
	FILE *table = fd < 0 ? NULL : fdopen(fd, "r");
	int r = -ENODATA;

	if (!table) {
		r = -errno;
		close_fd(&fd);
		return r;
	}
	while (r == -ENODATA && getline(&line, &line_room, table) >= 0) {
		if (!has_number(line, column, number))
			continue;
		squeeze_into(line, ret, room);
		r = 0;
	}
	fclose(table);
	return r;
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
