#include "tests/kernel/silent_fs.h"

#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum {
	REQUEST_BYTES = 256 << 10, /* the kernel wants room for the longest one */
	KEPT_MAX = 1024,
	MINOR = 31, /* the protocol of Linux 5.4 is as new as any of this */
};

/* What the test says to the server, which says how many requests it keeps. */
enum word { SILENCE, ANSWER, COUNT };

struct server {
	int device, talk;
	const struct silent_file *files;
	size_t count;
	bool silent;
	char *kept[KEPT_MAX];
	size_t kept_count;
};

/* --- What there is ------------------------------------------------------------------------------ */

/* Numbers of nodes: the root's is FUSE_ROOT_ID, the others' follow. */
static const struct silent_file *file_of(const struct server *server, uint64_t node)
{
	static const struct silent_file root = {"", S_IFDIR | 0755, NULL};

	return node == FUSE_ROOT_ID ? &root : &server->files[node - FUSE_ROOT_ID - 1];
}

/* The name of @file where it stands right in the folder @folder, else NULL. */
static const char *name_in(const struct silent_file *file, const struct silent_file *folder)
{
	size_t len = strlen(folder->path);
	const char *name = file->path + len + (len > 0);

	if (strncmp(file->path, folder->path, len) != 0 || (len > 0 && file->path[len] != '/'))
		return NULL;
	return strchr(name, '/') ? NULL : name;
}

static void fill_attr(const struct server *server, uint64_t node, struct fuse_attr *ret_attr)
{
	const struct silent_file *file = file_of(server, node);

	*ret_attr = (struct fuse_attr){.ino = node,
	    .mode = file->mode,
	    .nlink = 1,
	    .size = file->content ? strlen(file->content) : 0,
	    .blksize = 4096};
}

/* --- Answers ------------------------------------------------------------------------------------ */

static void reply(const struct server *server, const struct fuse_in_header *in, int error,
    const void *data, size_t len)
{
	struct fuse_out_header out = {
	    .len = (uint32_t)(sizeof(out) + len), .error = -error, .unique = in->unique};
	const struct iovec parts[] = {
	    {.iov_base = &out, .iov_len = sizeof(out)},
	    {.iov_base = (void *)data, .iov_len = len},
	};

	/* Who asked may have been killed meanwhile: ENOENT. */
	(void)!writev(server->device, parts, array_len(parts));
}

static void answer_init(const struct server *server, const struct fuse_in_header *in)
{
	const struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION,
	    .minor = MINOR,
	    .max_write = 4096,
	    .max_background = 64,
	    .congestion_threshold = 48,
	    .max_pages = 1,
	    .time_gran = 1};

	reply(server, in, 0, &out, sizeof(out));
}

/* Nothing may be kept by the kernel, so each look asks again. */
static void answer_lookup(
    const struct server *server, const struct fuse_in_header *in, const char *name)
{
	const struct silent_file *folder = file_of(server, in->nodeid);

	for (size_t i = 0; i < server->count; i++) {
		const char *own = name_in(&server->files[i], folder);
		struct fuse_entry_out out = {.nodeid = FUSE_ROOT_ID + 1 + i};

		if (!own || strcmp(own, name) != 0)
			continue;
		fill_attr(server, out.nodeid, &out.attr);
		reply(server, in, 0, &out, sizeof(out));
		return;
	}
	reply(server, in, ENOENT, NULL, 0);
}

static void answer_attr(const struct server *server, const struct fuse_in_header *in)
{
	struct fuse_attr_out out = {.attr_valid = 0};

	fill_attr(server, in->nodeid, &out.attr);
	reply(server, in, 0, &out, sizeof(out));
}

static void answer_text(
    const struct server *server, const struct fuse_in_header *in, uint64_t offset, size_t most)
{
	const char *text = file_of(server, in->nodeid)->content;
	size_t len = text ? strlen(text) : 0;
	size_t from = offset < len ? (size_t)offset : len;

	reply(server, in, 0, text ? text + from : NULL, len - from < most ? len - from : most);
}

static void answer_folder(
    const struct server *server, const struct fuse_in_header *in, const struct fuse_read_in *read)
{
	const struct silent_file *folder = file_of(server, in->nodeid);
	char data[4096];
	size_t len = 0;

	for (size_t i = (size_t)read->offset; i < server->count; i++) {
		const char *name = name_in(&server->files[i], folder);
		struct fuse_dirent entry = {.ino = FUSE_ROOT_ID + 1 + i, .off = i + 1};
		size_t bytes;

		if (!name)
			continue;
		entry.namelen = (uint32_t)strlen(name);
		entry.type = (server->files[i].mode & S_IFMT) >> 12;
		bytes = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry.namelen);
		if (len + bytes > sizeof(data) || len + bytes > read->size)
			break;
		memset(data + len, 0, bytes);
		memcpy(data + len, &entry, FUSE_NAME_OFFSET);
		memcpy(data + len + FUSE_NAME_OFFSET, name, entry.namelen);
		len += bytes;
	}
	reply(server, in, 0, data, len);
}

static void answer(const struct server *server, const char *request)
{
	const struct fuse_in_header *in = (const void *)request;
	const char *rest = request + sizeof(*in);
	const struct fuse_read_in *read = (const void *)rest;
	const struct fuse_open_out opened = {.fh = 0};
	const struct fuse_statfs_out space = {.st = {.bsize = 4096, .namelen = 255}};

	switch (in->opcode) {
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return; /* expect no answer */
	case FUSE_INIT:
		answer_init(server, in);
		return;
	case FUSE_LOOKUP:
		answer_lookup(server, in, rest);
		return;
	case FUSE_GETATTR:
		answer_attr(server, in);
		return;
	case FUSE_READLINK:
		answer_text(server, in, 0, SIZE_MAX);
		return;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		reply(server, in, 0, &opened, sizeof(opened));
		return;
	case FUSE_READ:
		answer_text(server, in, read->offset, read->size);
		return;
	case FUSE_READDIR:
		answer_folder(server, in, read);
		return;
	case FUSE_STATFS:
		reply(server, in, 0, &space, sizeof(space));
		return;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
	case FUSE_DESTROY:
		reply(server, in, 0, NULL, 0);
		return;
	default:
		reply(server, in, ENOSYS, NULL, 0);
	}
}

/* --- The server --------------------------------------------------------------------------------- */

static void keep(struct server *server, const char *request)
{
	const struct fuse_in_header *in = (const void *)request;

	/* These wait for nothing. */
	if (in->opcode == FUSE_FORGET || in->opcode == FUSE_BATCH_FORGET ||
	    in->opcode == FUSE_INTERRUPT || server->kept_count == KEPT_MAX)
		return;
	server->kept[server->kept_count] = xmalloc(in->len);
	memcpy(server->kept[server->kept_count++], request, in->len);
}

static void take_request(struct server *server, char *request)
{
	ssize_t len = read(server->device, request, REQUEST_BYTES);

	if (len < 0 && errno == ENODEV)
		_exit(0); /* unmounted */
	if (len < (ssize_t)sizeof(struct fuse_in_header))
		return;
	if (server->silent)
		keep(server, request);
	else
		answer(server, request);
}

static void take_word(struct server *server)
{
	size_t kept;
	char word;

	if (read(server->talk, &word, 1) != 1)
		_exit(0);
	server->silent = word == SILENCE || (word == COUNT && server->silent);
	for (size_t i = 0; !server->silent && i < server->kept_count; i++) {
		answer(server, server->kept[i]);
		free(server->kept[i]);
	}
	if (!server->silent)
		server->kept_count = 0;
	kept = server->kept_count;
	if (write(server->talk, &kept, sizeof(kept)) != sizeof(kept))
		_exit(0);
}

static int begin(struct server *server, const char *where)
{
	autofree char *data = NULL;

	server->device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (server->device < 0)
		return -errno;
	data = xasprintf("fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", server->device);
	return mount("silent", where, "fuse", MS_NOSUID | MS_NODEV, data) < 0 ? -errno : 0;
}

static _Noreturn void serve(struct server *server, const char *where)
{
	static char request[REQUEST_BYTES];
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	r = begin(server, where);
	/* The kernel's own request: before it has its answer, waits for others can be killed. */
	if (r == 0)
		take_request(server, request);
	if (write(server->talk, &r, sizeof(r)) != sizeof(r) || r < 0)
		_exit(1);
	for (;;) {
		struct pollfd polled[] = {
		    {.fd = server->device, .events = POLLIN},
		    {.fd = server->talk, .events = POLLIN},
		};

		if (poll(polled, array_len(polled), -1) < 0)
			continue;
		/* A word holds for what comes after it. */
		if (polled[1].revents)
			take_word(server);
		else if (polled[0].revents)
			take_request(server, request);
	}
}

/* --- The test ----------------------------------------------------------------------------------- */

int silent_fs_mount(
    const char *where, const struct silent_file *files, size_t count, struct silent_fs *ret_fs)
{
	struct server server = {.files = files, .count = count};
	int talk[2], r = -EPIPE;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(talk[0]);
		server.talk = talk[1];
		serve(&server, where);
	}
	close(talk[1]);
	if (pid < 0 || read(talk[0], &r, sizeof(r)) != sizeof(r) || r < 0) {
		close(talk[0]);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		return r;
	}
	*ret_fs = (struct silent_fs){.pid = pid, .talk = talk[0]};
	return 0;
}

static size_t say(struct silent_fs *fs, enum word word)
{
	char byte = (char)word;
	size_t kept = 0;

	if (write(fs->talk, &byte, 1) != 1 || read(fs->talk, &kept, sizeof(kept)) != sizeof(kept))
		abort();
	return kept;
}

void silent_fs_silence(struct silent_fs *fs)
{
	say(fs, SILENCE);
}

void silent_fs_answer(struct silent_fs *fs)
{
	say(fs, ANSWER);
}

size_t silent_fs_waiting(struct silent_fs *fs)
{
	return say(fs, COUNT);
}

void silent_fs_end(struct silent_fs *fs)
{
	if (fs->pid <= 0)
		return;
	kill(fs->pid, SIGKILL);
	waitpid(fs->pid, NULL, 0);
	close(fs->talk);
	fs->pid = 0;
}
