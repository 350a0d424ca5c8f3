#include "lessons/play/xdg_file.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int stat_it(void *arg, struct bytes *answer)
{
	struct stat status;

	if (stat(arg, &status) < 0)
		return -errno;
	bytes_put(answer, &status, sizeof(status));
	return 0;
}

/* Returns 0, -ETIMEDOUT (it does not answer) or another -errno. */
static int status_of(const char *path, struct stat *ret_status)
{
	struct bytes answer;
	int r = errand_run(path, ERRAND_MS, stat_it, (void *)path, &answer);

	if (r == 0)
		memcpy(ret_status, answer.data, sizeof(*ret_status));
	bytes_done(&answer);
	return r;
}

static bool is_ours(const char *home)
{
	struct stat status;

	return geteuid() != 0 || status_of(home, &status) != 0 || status.st_uid == 0;
}

/* The specification wants it to be the user's alone; another one may be a trap. */
static bool is_private(const char *folder)
{
	struct stat status;

	return status_of(folder, &status) == 0 && status.st_uid == geteuid() &&
	       !(status.st_mode & (S_IRWXG | S_IRWXO));
}

static const struct {
	const char *variable, *usual;
} places[] = {
    [HOME_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [HOME_STATE] = {"XDG_STATE_HOME", ".local/state"},
    [HOME_RUNTIME] = {"XDG_RUNTIME_DIR", NULL},
};

bool home_is_own(enum home_kind kind)
{
	const char *folder = getenv(places[kind].variable);
	struct stat status;

	if (!folder || *folder != '/')
		folder = getenv("HOME");
	return folder && status_of(folder, &status) == 0 && status.st_uid == geteuid();
}

char *home_path(enum home_kind kind, const char *name, bool to_write)
{
	const char *folder = getenv(places[kind].variable), *home = getenv("HOME");

	/* A relative path is to be ignored, says the specification. */
	if (kind == HOME_RUNTIME && !(folder && *folder == '/' && is_private(folder)))
		return home_path(HOME_STATE, name, to_write);
	if (folder && *folder == '/')
		return !to_write || is_ours(folder) ? xasprintf("%s/nsscope/%s", folder, name)
		                                    : NULL;
	if (!home || *home != '/' || (to_write && !is_ours(home)))
		return NULL;
	return xasprintf("%s/%s/nsscope/%s", home, places[kind].usual, name);
}

struct reading {
	const char *path;
	size_t most;
};

static int read_it(void *arg, struct bytes *answer)
{
	const struct reading *reading = arg;
	/* A FIFO or a terminal there is not waited for. */
	autoclose int fd = open(reading->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	ssize_t n;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	bytes_reserve(answer, reading->most + 1);
	while (answer->len < reading->most &&
	       (n = read(fd, answer->data + answer->len, reading->most - answer->len)) != 0) {
		if (n < 0)
			return -errno;
		answer->len += (size_t)n;
	}
	return 0;
}

int home_read(const char *path, size_t most, char **ret_text, size_t *ret_len)
{
	struct reading reading = {.path = path, .most = most};
	struct bytes answer;
	int r = errand_run(path, ERRAND_MS, read_it, &reading, &answer);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR) {
		bytes_done(&answer);
		return r;
	}
	if (r < 0) {
		bytes_done(&answer);
		*ret_text = NULL;
		*ret_len = 0;
		return 0;
	}
	bytes_put(&answer, "", 1);
	*ret_text = (char *)answer.data;
	*ret_len = answer.len - 1;
	return 0;
}

/* As the specification asks. */
static int make_folders(const char *path)
{
	autofree char *folder = xstrdup(path);

	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int make_them(void *arg, struct bytes *answer)
{
	(void)answer;
	return make_folders(arg);
}

int home_make_folders(const char *path)
{
	struct bytes none;
	int r = errand_run(path, ERRAND_MS, make_them, (void *)path, &none);

	bytes_done(&none);
	return r;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int write_beside(const char *beside, mode_t mode, const char *text, size_t len)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, text, len);
	if (r >= 0 && fchmod(fd, mode) < 0)
		r = -errno;
	/* Else a crash of the machine soon after may leave the name with nothing in it: fsync(2).  There are
	 * file systems that can't. */
	if (r >= 0 && fsync(fd) < 0 && errno != EINVAL && errno != EROFS && errno != ENOSYS)
		r = -errno;
	if (close(fd) < 0 && r >= 0)
		r = -errno;
	return r;
}

enum { LINKS_MAX = 40 }; /* as the kernel follows; path_resolution(7) */

/* The file that @path leads to, by symbolic links, also where there is none yet: the link of a dotfile
 * whose folder is not there.  To be freed. */
static char *place_of(const char *path)
{
	char *place = realpath(path, NULL);

	if (place)
		return place;
	place = xstrdup(path);
	for (int i = 0; i < LINKS_MAX; i++) {
		const char *slash = strrchr(place, '/');
		char target[PATH_MAX], *next;
		ssize_t len = readlink(place, target, sizeof(target) - 1);

		if (len < 0)
			break;
		target[len] = '\0';
		next = *target == '/' || !slash
		           ? xstrdup(target)
		           : xasprintf("%.*s%s", (int)(slash - place + 1), place, target);
		free(place);
		place = next;
	}
	return place;
}

struct writing {
	const char *path, *text;
	size_t len;
	/* A file that a person named: only a regular one, and an older one only with replace; else a file of nsscope's
	 * own, whose folders it makes. */
	bool named, replace;
	pid_t pid; /* of nsscope itself, which its files beside are named by */
};

/* What a shell would give a new file: umask(2) can only be read by setting it. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return 0666 & ~mask;
}

/* No file that came in the meantime is overwritten: renameat2(2), 3.15; NFS and FUSE don't know
 * that flag, but link(2) overwrites none either. */
static int give_name(const char *beside, const char *place)
{
	if (renameat2(AT_FDCWD, beside, AT_FDCWD, place, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL || link(beside, place) < 0)
		return -errno;
	return unlink(beside) < 0 ? -errno : 0;
}

static int write_it(void *arg, struct bytes *answer)
{
	const struct writing *writing = arg;
	/* Where the file is a link, the one that it leads to is written. */
	autofree char *place = place_of(writing->path);
	autofree char *beside = xasprintf("%s.%d", place, (int)writing->pid);
	struct stat status;
	bool there = stat(place, &status) == 0;
	mode_t mode = writing->named ? usual_mode() : 0600;
	int r = 0;

	(void)answer;
	if (writing->named && there && !S_ISREG(status.st_mode))
		return -ENOTSUP;
	if (writing->named && there && !writing->replace)
		return -EEXIST;
	if (!writing->named)
		r = make_folders(place);
	if (r < 0)
		return r;
	if (!writing->named)
		unlink(
		    beside); /* of a process that was killed in the midst of it, and had this PID */
	r = write_beside(beside, there ? status.st_mode & 0777 : mode, writing->text, writing->len);
	if (r == -EEXIST)
		return -EBUSY; /* another process's, and not the file itself */
	if (r >= 0 && writing->named && !there)
		r = give_name(beside, place);
	else if (r >= 0 && rename(beside, place) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

static int write_file(struct writing *writing, int limit_ms)
{
	struct bytes none;
	int r;

	writing->pid = getpid();
	r = errand_run(writing->path, limit_ms, write_it, writing, &none);
	bytes_done(&none);
	return r;
}

int home_write(const char *path, const char *text, size_t len)
{
	return write_file(&(struct writing){.path = path, .text = text, .len = len}, ERRAND_MS);
}

int home_write_named(const char *path, const char *text, size_t len, bool replace)
{
	struct writing writing = {
	    .path = path, .text = text, .len = len, .named = true, .replace = replace};

	return write_file(&writing, ERRAND_ASKED_MS);
}
