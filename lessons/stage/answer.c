#include "lessons/stage/answer.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void answer_result(struct stage_answer *answer, long result)
{
	answer->result = result;
	answer->error = result < 0 ? errno : 0;
}

void answer_error(struct stage_answer *answer, int error)
{
	answer->result = -1;
	answer->error = error;
}

void answer_refuse(struct stage_answer *answer)
{
	answer_error(answer, EPERM);
	answer->refused = true;
}

void answer_text(struct stage_answer *answer, const char *data, size_t len)
{
	len = strnlen(data, len);
	if (len >= sizeof(answer->text))
		len = sizeof(answer->text) - 1;
	memcpy(answer->text, data, len);
	answer->text[len] = '\0';
}

void answer_saw(struct stage_answer *answer, const char *format, ...)
{
	size_t len = strlen(answer->saw);
	size_t capacity = sizeof(answer->saw) - len;
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(answer->saw + len, capacity, format, arguments);
	va_end(arguments);
	if (added < 0 || (size_t)added >= capacity)
		answer->saw[len] = '\0';
}

/* Leaves blanks out at both ends of @line, and makes others one.  Returns the length. */
static size_t squeeze(char *line)
{
	size_t len = 0;

	for (const char *at = line; *at; at++) {
		bool blank = *at == ' ' || *at == '\t' || *at == '\n';

		if (!blank)
			line[len++] = *at;
		else if (len && line[len - 1] != ' ')
			line[len++] = ' ';
	}
	if (len && line[len - 1] == ' ')
		len--;
	line[len] = '\0';
	return len;
}

int answer_line_fd(int fd, const char *key, char *ret, size_t capacity)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), r = -ENODATA, error;
	struct proc_lines file = PROC_LINES_OF(copy);
	size_t key_len = strlen(key);
	char *line;

	if (copy < 0)
		return -errno;
	while (r == -ENODATA && (line = proc_lines_next(&file, NULL))) {
		if (strncmp(line, key, key_len) != 0)
			continue;
		squeeze(line + key_len);
		snprintf(ret, capacity, "%s", line + key_len);
		r = (int)strlen(ret);
	}
	error = proc_lines_close(&file);
	return r == -ENODATA && error ? error : r;
}

int answer_open_proc(const char *path)
{
	static const char proc[] = "/proc/";
	bool is_proc = strncmp(path, proc, strlen(proc)) == 0;

	return is_proc ? openat(PROC_FD, path + strlen(proc), O_RDONLY | O_CLOEXEC)
	               : open(path, O_RDONLY | O_CLOEXEC);
}

int answer_line(const char *path, const char *key, char *ret, size_t capacity)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : answer_line_fd(fd, key, ret, capacity);
}

void answer_saw_line(struct stage_answer *answer, pid_t pid, const char *path, const char *key)
{
	static const char self[] = "/proc/self/";
	autoclose int fd = answer_open_proc(path);
	char line[200];

	if (fd < 0 || answer_line_fd(fd, key, line, sizeof(line)) < 0)
		return;
	if (answer->saw[0])
		answer_saw(answer, ", ");
	if (strncmp(path, self, strlen(self)) == 0)
		answer_saw(answer, "/proc/%d/%s", (int)pid, path + strlen(self));
	else
		answer_saw(answer, "%s", path);
	answer_saw(answer, ": %s%s%s", key, *key ? " " : "", line);
}

/* Saw the link @link of what is @of in our own folder of /proc, "" or "task/TID/". */
static void saw_link(struct stage_answer *answer, pid_t pid, const char *of, const char *link)
{
	char path[64], target[48];
	ssize_t len;

	if (answer->saw[0])
		answer_saw(answer, ", %s", link);
	else
		answer_saw(answer, "/proc/%d/%sns/%s", (int)pid, of, link);
	/* Of a thread we know the number that our own /proc shows. */
	snprintf(path, sizeof(path), "%sself/%sns/%s", *of ? "/proc/" : "", of, link);
	len = readlinkat(PROC_FD, path, target, sizeof(target) - 1);
	if (len > 0) {
		target[len] = '\0';
		answer_saw(answer, " -> %s", target);
	} else if (len == 0) {
		answer_saw(answer, ": EACCES"); /* see parse_ns_link */
	} else {
		/* A pid namespace has no link until its first process is there. */
		answer_saw(answer, ": %s", strerrorname_np(errno));
	}
}

void answer_saw_link(struct stage_answer *answer, pid_t pid, const char *link)
{
	saw_link(answer, pid, "", link);
}

void answer_saw_link_of(struct stage_answer *answer, pid_t pid, pid_t tid, const char *link)
{
	char of[32];

	snprintf(of, sizeof(of), "task/%d/", (int)tid);
	saw_link(answer, pid, of, link);
}

void answer_saw_fd(struct stage_answer *answer, pid_t pid, int fd)
{
	char path[48], target[128];
	ssize_t len;

	snprintf(path, sizeof(path), "self/fd/%d", fd);
	len = readlinkat(PROC_FD, path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	if (answer->saw[0])
		answer_saw(answer, ", %d -> %s", fd, target);
	else
		answer_saw(answer, "/proc/%d/fd/%d -> %s", (int)pid, fd, target);
}
