/* A file system of a test's own that answers only while the test wants it to, as one on a network whose server has
 * gone.  Its server speaks the protocol of fuse(4) itself.
 *
 * While it is silent it takes requests and keeps them: whoever made one sleeps and can't be killed.  With its server
 * the kernel ends it, and lets all of them go; the server ends with the test, however that ends. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct silent_file {
	const char *path;    /* from the file system's root, without a slash at its beginning */
	mode_t mode;         /* S_IFDIR, S_IFREG or S_IFLNK, and permissions */
	const char *content; /* of a file; where a link leads; NULL for none */
};

struct silent_fs {
	pid_t pid; /* of the server */
	int talk;
};

/* Mounts it on the folder @where, with @files, each behind the folder that it is in; borrowed.  It answers.
 * Returns 0, or -errno of /dev/fuse and mount(2). */
int silent_fs_mount(
    const char *where, const struct silent_file *files, size_t count, struct silent_fs *ret_fs);

/* From now on nothing is answered; until silent_fs_answer, which answers what was kept, too. */
void silent_fs_silence(struct silent_fs *fs);
void silent_fs_answer(struct silent_fs *fs);
/* How many requests wait for an answer. */
size_t silent_fs_waiting(struct silent_fs *fs);

/* Ends the server; what waits for it fails with ENOTCONN.  The mount stays, and fails too. */
void silent_fs_end(struct silent_fs *fs);
