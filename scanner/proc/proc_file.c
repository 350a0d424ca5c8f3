#include "scanner/proc/proc_file.h"

#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	LINES_BYTES = 8192
}; /* of one read; the kernel gives a page at once, or one longer record */

static ssize_t read_some(int fd, char *to, size_t capacity)
{
	ssize_t len;

	do
		len = read(fd, to, capacity);
	while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

/* --- In one piece -------------------------------------------------------------------------------- */

void proc_text_done(struct proc_text *text)
{
	if (text->grown)
		free(text->data);
	*text = (struct proc_text){.data = NULL};
}

static void grow(struct proc_text *text, size_t most)
{
	size_t capacity = text->capacity < 2048 ? 4096 : text->capacity * 2;
	char *data;

	if (capacity > most + 1)
		capacity = most + 1;
	data = xrealloc(text->grown ? text->data : NULL, capacity);
	if (!text->grown && text->len)
		memcpy(data, text->data, text->len);
	text->data = data;
	text->capacity = capacity;
	text->grown = true;
}

int proc_text_read_fd(struct proc_text *text, int fd, size_t most)
{
	ssize_t bytes = 0;
	size_t wanted;

	text->len = 0;
	text->cut = false;
	do {
		size_t capacity;

		if (text->capacity < most + 1 && text->len + 1 >= text->capacity)
			grow(text, most);
		capacity = text->capacity < most + 1 ? text->capacity : most + 1;
		wanted = capacity - 1 - text->len;
		if (wanted == 0) {
			bytes = read_some(fd, &text->next, 1);
			text->cut = bytes > 0;
			break;
		}
		bytes = read_some(fd, text->data + text->len, wanted);
		if (bytes > 0)
			text->len += (size_t)bytes;
	} while (bytes > 0 && (size_t)bytes == wanted);
	if (bytes < 0)
		text->len = 0;
	if (text->capacity)
		text->data[text->len] = '\0';
	return bytes < 0 ? (int)bytes : 0;
}

int proc_text_read(struct proc_text *text, int dir, const char *name, size_t most)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return proc_text_read_fd(text, fd, most);
	int error = errno;

	text->len = 0;
	text->cut = false;
	return -error;
}

bool proc_rest_is_nul(const struct proc_text *text, int fd)
{
	char rest[4096];
	ssize_t len = 0;

	if (!text->cut || text->next)
		return !text->cut;
	while ((len = read_some(fd, rest, sizeof(rest))) > 0)
		for (ssize_t i = 0; i < len; i++)
			if (rest[i])
				return false;
	return len == 0;
}

int proc_number_read(int dir, const char *name, long *ret_number)
{
	char first[64], *end;
	autotext struct proc_text text = PROC_TEXT(first);
	int r = proc_text_read(&text, dir, name, PROC_TEXT_MAX);
	long number;

	if (r < 0)
		return r;
	number = strtol(text.data, &end, 10);
	if (end == text.data)
		return -EBADMSG;
	*ret_number = number;
	return 0;
}

bool proc_is_own(void)
{
	char self[16] = "";
	ssize_t len = readlink("/proc/self", self, sizeof(self) - 1);

	return len > 0 && strtol(self, NULL, 10) == getpid();
}

/* --- Record by record ---------------------------------------------------------------------------- */

int proc_lines_open(struct proc_lines *lines, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	*lines = (struct proc_lines){.fd = fd};
	return 0;
}

int proc_lines_close(struct proc_lines *lines)
{
	int error = lines->error;

	close_fd(&lines->fd);
	free(lines->text);
	*lines = (struct proc_lines)PROC_LINES_CLOSED;
	return error;
}

/* Makes room behind what is left. */
static void make_space(struct proc_lines *lines)
{
	size_t left = lines->len - lines->at;

	if (lines->at && left)
		memmove(lines->text, lines->text + lines->at, left);
	lines->at = 0;
	lines->len = left;
	/* No newline in all of that: proc_lines_take has looked. */
	if (left > PROC_LINE_MAX) {
		lines->skipping = true;
		lines->error = -EFBIG;
		lines->len = 0;
	}
	/* One for the NUL behind a last line that has no newline. */
	array_reserve(lines->text, lines->capacity, lines->len + LINES_BYTES + 1);
}

void proc_lines_more(struct proc_lines *lines)
{
	ssize_t bytes;

	make_space(lines);
	bytes = read_some(lines->fd, lines->text + lines->len, LINES_BYTES);
	if (bytes > 0)
		lines->len += (size_t)bytes;
	else
		lines->ended = true;
	if (bytes < 0)
		lines->error = (int)bytes;
}

/* Passes over the rest of a line that is too long.  Returns whether it has come to the end of it. */
static bool skip(struct proc_lines *lines)
{
	const char *at = lines->text + lines->at;
	const char *newline = memchr(at, '\n', lines->len - lines->at);

	lines->at = newline ? (size_t)(newline - lines->text) + 1 : lines->len;
	lines->skipping = !newline;
	return newline != NULL;
}

char *proc_lines_take(struct proc_lines *lines, size_t *ret_len)
{
	char *line, *newline;
	size_t left;

	if (lines->at == lines->len || (lines->skipping && !skip(lines)))
		return NULL;
	line = lines->text + lines->at;
	left = lines->len - lines->at;
	newline = left ? memchr(line, '\n', left) : NULL;
	/* What an error cut off is no line. */
	if (!newline && (!left || !lines->ended || lines->error < 0))
		return NULL;
	if (!newline)
		newline = line + left;
	*newline = '\0';
	lines->at =
	    newline < lines->text + lines->len ? (size_t)(newline - lines->text) + 1 : lines->len;
	if (ret_len)
		*ret_len = (size_t)(newline - line);
	return line;
}

char *proc_lines_next(struct proc_lines *lines, size_t *ret_len)
{
	char *line;

	while (!(line = proc_lines_take(lines, ret_len)) && !lines->ended)
		proc_lines_more(lines);
	return line ? line : proc_lines_take(lines, ret_len);
}
