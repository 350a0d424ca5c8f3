/* A room of its own for a test program: new namespaces that end with it, a /proc of its own, and
 * members that it starts in namespaces of their own.  Nothing that is done in the room can be seen
 * outside, and only the room's processes are seen inside. */
#pragma once

#include "scanner/scan.h"

/* Goes on in a new user (where the caller is not root), PID, mount, uts, ipc and net namespace,
 * with /proc mounted anew and a PID 1 that does nothing but reap; the caller waits for it and ends with its status.
 * Where the caller is not root, the program begins again in the room, without arguments.
 * Returns 0, or -errno where namespaces can't be made here: then nothing has happened. */
int test_machine_enter(void);

/* Why test_machine_enter failed, for skip_because; NULL where the room was entered. */
extern const char *room_missing;

/* Skips the running test unless the room was entered. */
void need_test_machine(void);

/* Can root of this room become another user? */
bool room_has_users(void);

/* An assertion that also works in a child: there it ends the child with status 1, where cmocka's
 * would go on with the next test in it. */
#define require(condition) require_at((condition), #condition, __FILE__, __LINE__)
void require_at(bool holds, const char *condition, const char *file, int line);

/* A process that waits until it is let go. */
struct member {
	pid_t pid; /* as in the room's PID namespace */
	int hold;  /* closing it ends the member, and all that prepare started and that reads it */
};

/* Starts a member in new namespaces (CLONE_NEW…, not CLONE_NEWTIME, which clone(2) can't take) and
 * waits until @prepare, which may be NULL, has given 0 in it.  Fails the test where that fails. */
struct member member_start(unsigned long flags, int (*prepare)(const void *arg), const void *arg);
/* Starts a member that is another program, which waits by reading its standard input. */
struct member member_exec(char *const argv[]);
/* Ends the member and reaps it. */
void member_end(struct member *member);

/* For prepare: starts a process that waits as long as the member; fork(2) with CLONE_… flags.
 * Returns its pid or -errno. */
pid_t member_fork(unsigned long flags, int (*prepare)(const void *arg), const void *arg);

/* Waits until the member is let go; for threads of it too. */
void member_wait(void);

/* For prepare, in a new user namespace: maps its root to @uid and @gid outside.  0 or -errno. */
int map_root(uid_t uid, gid_t gid);
/* The same, to who started the member: nobody else can be mapped without privileges.  user_namespaces(7) */
int map_starter(void);

/* For prepare: sets the host name, but only in another uts namespace than the room's own. */
int name_host(const void *name);

/* Makes a time namespace with @offsets, as /proc/PID/timens_offsets takes them; the next children begin in it.
 * Returns a descriptor of it, or -errno.  time_namespaces(7) */
int make_time_ns(const char *offsets);
/* Skips the running test where the kernel has none. */
void need_time_ns(void);

/* The inode of /proc/PID/ns/LINK; 0 where it can't be read. */
uint64_t link_ino(pid_t pid, const char *link);

/* How many descriptors this process has open. */
size_t open_descriptors(void);

/* One scan with @prev as the graph before, which may be NULL.  Fails the test where it fails. */
struct graph *sweep_now(struct scan *scan, const struct graph *prev);

/* Runs @body in a child with the user and group id 65534, and fails the test unless it gives 0.
 * What it asserts, it asserts with require.  Only where room_has_users. */
void as_nobody(int (*body)(void));
/* The same in every room: where there is no other user, the child has no capability, so it may not look at
 * processes that have some, and /proc hides those from it as it would another user's. */
void as_powerless(int (*body)(void));
/* The same for who starts members that call map_starter, for which user 0 of the room needs CAP_SETFCAP. */
void as_powerless_mapper(int (*body)(void));

/* Waits for a child's end; its exit status, or 128 and its signal. */
int wait_status(pid_t pid);
