/* The calls about files. */
#include "lessons/stage/actor_path.h"
#include "lessons/stage/answer.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const struct call_word open_words[] = {
    {"O_RDONLY", O_RDONLY},
    {"O_WRONLY", O_WRONLY},
    {"O_RDWR", O_RDWR},
    {"O_CREAT", O_CREAT},
    {"O_EXCL", O_EXCL},
    {"O_TRUNC", O_TRUNC},
    {"O_APPEND", O_APPEND},
    {"O_DIRECTORY", O_DIRECTORY},
    {"O_PATH", O_PATH},
    {NULL, 0},
};

static const struct call_words open_flags = {
    .what = N_("flag of open"),
    .list = open_words,
    .joined = true,
};

/* As open(2) gives: the lowest number that is free.  The way there took some. */
static int lowest(int fd)
{
	int low = fcntl(fd, F_DUPFD_CLOEXEC, PROC_FD + 1);

	if (low < 0)
		return fd;
	close(low < fd ? fd : low);
	return low < fd ? low : fd;
}

static void call_open(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = path_open(actor, arguments[0].text, (int)arguments[1].number);

	if (fd < 0) {
		path_answer(answer, fd);
		return;
	}
	fd = lowest(fd);
	answer_result(answer, fd);
	answer_saw_fd(answer, actor->seen_pid, fd);
}

static void call_read_file(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	autoclose int fd = path_open(actor, arguments[0].text, O_RDONLY);
	int r;

	if (fd < 0) {
		path_answer(answer, fd);
		return;
	}
	r = answer_line_fd(fd, arguments[1].text, answer->text, sizeof(answer->text));
	if (r < 0)
		answer_error(answer, -r);
	else
		answer_result(answer, r);
}

static void call_write_file(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	autoclose int fd = path_open_to_write(actor, arguments[0].text);
	ssize_t written;

	if (fd < 0) {
		path_answer(answer, fd);
		return;
	}
	written = write(fd, arguments[1].text, arguments[1].len);
	answer_result(answer, written < 0 ? -1 : 0);
	if (answer->error)
		return;
	if ((size_t)written != arguments[1].len)
		answer_error(answer, EIO);
	answer_saw_line(answer, actor->seen_pid, arguments[0].text, "");
}

static void call_readlink(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	ssize_t len = readlink(arguments[0].text, answer->text, sizeof(answer->text) - 1);

	(void)actor;
	answer_result(answer, len);
	answer->text[len < 0 ? 0 : len] = '\0';
}

static void call_access(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor;
	answer_result(answer, access(arguments[0].text, F_OK));
}

/* --- Changing --------------------------------------------------------------------------------- */

static void call_mkdir(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	const char *name;
	autoclose int folder = path_open_folder(actor, arguments[0].text, &name);

	if (folder < 0)
		path_answer(answer, folder);
	else
		answer_result(answer, mkdirat(folder, name, 0755));
}

static void call_symlink(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	const char *name;
	autoclose int folder = path_open_folder(actor, arguments[1].text, &name);

	if (folder < 0)
		path_answer(answer, folder);
	else
		answer_result(answer, symlinkat(arguments[0].text, folder, name));
}

static void call_unlink(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	const char *name;
	autoclose int folder = path_open_folder(actor, arguments[0].text, &name);

	if (folder < 0)
		path_answer(answer, folder);
	else
		answer_result(answer, unlinkat(folder, name, 0));
}

const struct call file_calls[] = {
    {
        .name = "open",
        .signature = "sf",
        .words = {&open_flags},
        .form = "open(\"PATH\", FLAG|FLAG…)",
        .doc = "opens a file, a folder or a namespace; for writing only what the lesson made",
        .reaches = REACHES_BY_ARGUMENTS,
        .changes_holders = true,
        .run = call_open,
    },
    {
        .name = "read_file",
        .signature = "s?s",
        .form = "read_file(\"PATH\", \"KEY\")",
        .doc = "reads the first line of a file, or what stands behind the word KEY that a line "
               "begins with",
        .c = "read(open(%1, O_RDONLY), …)",
        .reaches = REACHES_BY_ARGUMENTS,
        .gives_text = true,
        .run = call_read_file,
    },
    {
        .name = "write_file",
        .signature = "ss",
        .form = "write_file(\"PATH\", \"TEXT\")",
        .doc = "writes a text into a file",
        .c = "write(open(%1, O_WRONLY), %2)",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_write_file,
    },
    {
        .name = "readlink",
        .signature = "s",
        .form = "readlink(\"PATH\")",
        .doc = "reads where a symbolic link points to",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_readlink,
    },
    {
        .name = "access",
        .signature = "s",
        .form = "access(\"PATH\")",
        .doc = "looks whether there is a file",
        .c = "access(%1, F_OK)",
        .reaches = REACHES_ITSELF,
        .run = call_access,
    },
    {
        .name = "mkdir",
        .signature = "s",
        .form = "mkdir(\"PATH\")",
        .doc = "makes a folder, where the lesson made the file system",
        .c = "mkdir(%1, 0755)",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_mkdir,
    },
    {
        .name = "symlink",
        .signature = "ss",
        .form = "symlink(\"TARGET\", \"PATH\")",
        .doc = "makes a symbolic link, where the lesson made the file system",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_symlink,
    },
    {
        .name = "unlink",
        .signature = "s",
        .form = "unlink(\"PATH\")",
        .doc = "removes a file, where the lesson made the file system",
        .reaches = REACHES_BY_ARGUMENTS,
        .changes_holders = true,
        .run = call_unlink,
    },
    {.name = NULL},
};
