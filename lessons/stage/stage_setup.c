#include "lessons/stage/stage_setup.h"

#include "lessons/stage/actor.h"
#include "lessons/stage/confine.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* --- Facts of a setup ------------------------------------------------------------------------ */

static const enum nstype may[] = {NS_MNT, NS_NET, NS_IPC, NS_UTS, NS_CGROUP};

bool stage_setup_may(const char *type)
{
	for (size_t i = 0; i < array_len(may); i++) {
		if (strcmp(type, ns_types[may[i]].name) == 0)
			return true;
	}
	return false;
}

/* Does that setup make everything read-only but what the stage makes itself? */
static bool seals_mounts(const struct stage_setup *setup)
{
	return setup->kind == STAGE_USER && (setup->types & (1u << NS_MNT));
}

/* Sealing takes mount_setattr(2). */
const char *stage_setup_kernel(const struct stage_setup *setup)
{
	return seals_mounts(setup) ? "5.12" : NULL;
}

/* --- Signals, standard streams, /proc -------------------------------------------------------- */

static void begin_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	signals_reset();
	/* Ignored, a child is reaped by the kernel as it exits, also one that is inherited from an
	 * actor; the actors keep this.  So no zombie holds up the end of a PID namespace.
	 * wait(2), pid_namespaces(7) */
	sigaction(SIGCHLD, &action, NULL);
}

/* Opens /proc as PROC_FD: of a mount namespace in which no actor can mount anything over it.  Where
 * there is none, that descriptor leads nowhere: actors then read nothing, and change nothing. */
static int keep_proc(void)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = proc < 0 ? STDIN_FILENO : proc;

	if (fd != PROC_FD && dup3(fd, PROC_FD, O_CLOEXEC) < 0)
		return -errno;
	if (proc >= 0 && proc != PROC_FD)
		close(proc);
	return 0;
}

/* --- Privileges ------------------------------------------------------------------------------ */

int stage_give_up_root(const char **ret_step)
{
	if (getuid() == 0 || geteuid() == 0) {
		*ret_step = "setgroups";
		if (setgroups(0, NULL) < 0)
			return -errno;
		*ret_step = "setresgid(65533, 65533, 65533)";
		if (setresgid(STAGE_UID, STAGE_UID, STAGE_UID) < 0)
			return -errno;
		*ret_step = "setresuid(65533, 65533, 65533)";
		if (setresuid(STAGE_UID, STAGE_UID, STAGE_UID) < 0)
			return -errno;
	}
	/* Those that didn't come from being root stay else; ambient ones go with the permitted.
	 * capabilities(7) */
	*ret_step = "capset";
	return privileges_set(0, 0);
}

/* --- Namespaces ------------------------------------------------------------------------------ */

static int write_file(const char *path, const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -errno;
	written = write(fd, text, strlen(text));
	if (written < 0)
		return -errno;
	return (size_t)written == strlen(text) ? 0 : -EIO;
}

/* Moves into new namespaces, among them a user namespace in which we are root; a process without
 * privilege may map nothing but itself, and only after setgroups is denied.
 * user_namespaces(7) */
static int unshare_user(int flags, const char **ret_step)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[32];
	int r;

	*ret_step = "unshare(CLONE_NEWUSER)";
	if (unshare(CLONE_NEWUSER | flags) < 0)
		return -errno;
	*ret_step = "/proc/self/setgroups";
	r = write_file(*ret_step, "deny");
	if (r < 0 && r != -ENOENT) /* since 3.19 */
		return r;
	*ret_step = "/proc/self/uid_map";
	snprintf(map, sizeof(map), "0 %u 1", uid);
	r = write_file(*ret_step, map);
	if (r < 0)
		return r;
	*ret_step = "/proc/self/gid_map";
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_file(*ret_step, map);
}

/* --- Sealing ---------------------------------------------------------------------------------- */

static int set_read_only(const char *path, unsigned flags, bool read_only)
{
	struct mount_attr attributes = {0};

	if (read_only)
		attributes.attr_set = MOUNT_ATTR_RDONLY;
	else
		attributes.attr_clr = MOUNT_ATTR_RDONLY;
	return (int)syscall(
	    SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof(attributes));
}

static int close_mounts(const char **ret_step)
{
	*ret_step = "mount(MS_REC|MS_PRIVATE)";
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	*ret_step = "mount_setattr(AT_RECURSIVE, MOUNT_ATTR_RDONLY)";
	if (set_read_only("/", AT_RECURSIVE, true) < 0)
		return -errno;
	/* The maps of a user namespace and the like are written there.  What was read-only before
	 * can't be given back, and stays. */
	set_read_only("/proc", 0, false);
	return 0;
}

/* Device files may be written also where their file system is read-only, so that a terminal of the
 * person's is not beyond reach: only those stay whose change is invisible to others. */
static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};

static int keep_devices(int *kept)
{
	for (size_t i = 0; i < array_len(devices); i++) {
		char path[32];

		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		kept[i] = (int)syscall(
		    SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (kept[i] < 0 && errno != ENOENT)
			return -errno;
	}
	return 0;
}

static int place_devices(const int *kept)
{
	for (size_t i = 0; i < array_len(devices); i++) {
		char path[32];

		if (kept[i] < 0)
			continue;
		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		if (mknod(path, S_IFREG | 0600, 0) < 0 ||
		    syscall(SYS_move_mount, kept[i], "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) <
		        0)
			return -errno;
	}
	if (symlink("/proc/self/fd", "/dev/fd") < 0 || symlink("fd/0", "/dev/stdin") < 0 ||
	    symlink("fd/1", "/dev/stdout") < 0 || symlink("fd/2", "/dev/stderr") < 0 ||
	    mkdir("/dev/shm", 0700) < 0 || chmod("/dev/shm", 01777) < 0 ||
	    mkdir("/dev/mqueue", 0755) < 0)
		return -errno;
	return 0;
}

static int fresh_devices(const char **ret_step)
{
	int kept[array_len(devices)] = {-1, -1, -1, -1, -1};
	int r;

	*ret_step = "open_tree(/dev)";
	r = keep_devices(kept);
	if (r == 0) {
		*ret_step = "mount(tmpfs, /dev)";
		r = mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC,
		        "mode=755,size=64k,nr_inodes=64") < 0
		        ? -errno
		        : place_devices(kept);
	}
	for (size_t i = 0; i < array_len(devices); i++)
		close_fd(&kept[i]);
	return r;
}

static int fresh_folders(const char **ret_step)
{
	*ret_step = "mount(tmpfs, /tmp)";
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV,
	        "mode=1777,size=16m,nr_inodes=4096") < 0)
		return -errno;
	*ret_step = "mount(tmpfs, /run)";
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV,
	        "mode=755,size=16m,nr_inodes=4096") < 0)
		return -errno;
	return fresh_devices(ret_step);
}

/* Moves into a user namespace, in which the caller is root, and with it into those of the types
 * @setup.  Seals the mounts, where a mount namespace is among them: all is private and read-only,
 * and a second user namespace within the first keeps it so, since what comes from another user
 * namespace is locked; mount_namespaces(7).  PROC_FD is opened anew in the first of the two.  Fresh
 * are /tmp, /run and /dev; /proc stays writable, where the kernel decides file by file. */
static int make_userns(const struct stage_setup *setup, const char **ret_step)
{
	bool seals = seals_mounts(setup);
	int flags = 0, r = 0;

	for (size_t i = 0; i < array_len(may); i++) {
		if (setup->types & (1u << may[i]))
			flags |= (int)ns_types[may[i]].flag;
	}
	if (seals) {
		r = unshare_user(CLONE_NEWNS, ret_step);
		if (r == 0)
			r = close_mounts(ret_step);
		/* The mounts of the person aren't read-only, and from a folder of one ".." leads to
		 * the others. */
		if (r == 0) {
			*ret_step = "/proc";
			r = keep_proc();
		}
	}
	if (r == 0)
		r = unshare_user(flags, ret_step);
	return r == 0 && seals ? fresh_folders(ret_step) : r;
}

/* --- All of it, in this order ---------------------------------------------------------------- */

static int set_up(int socket, const struct stage_plan *plan, const char **ret_step)
{
	int r;

	*ret_step = "close_range";
	r = wire_keep_only(socket, WIRE_FD);
	if (r < 0)
		return r;
	*ret_step = "/dev/null";
	r = wire_null_streams();
	if (r < 0)
		return r;
	*ret_step = "/proc";
	r = keep_proc();
	if (r < 0)
		return r;
	r = plan->give_up_root ? stage_give_up_root(ret_step) : 0;
	if (r < 0)
		return r;
	*ret_step = "prctl";
	/* A program that changed its user is not dumpable, and its /proc files are root's: then the
	 * maps can't be written, nor its namespaces be seen.  proc(5) */
	if (prctl(PR_SET_NAME, "nsscope-stage") < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ||
	    prctl(PR_SET_DUMPABLE, 1) < 0)
		return -errno;
	*ret_step = "setsid";
	if (setsid() < 0 || chdir("/") < 0)
		return -errno;
	return plan->make_userns ? make_userns(&plan->setup, ret_step) : 0;
}

/* Memory that the actors share with each other, and that ends with the last of them. */
static struct actor_world *make_world(const struct stage_plan *plan)
{
	struct actor_world *world =
	    mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (world == MAP_FAILED)
		return NULL;
	confine_begin(world, seals_mounts(&plan->setup));
	return world;
}

/* --- The process ----------------------------------------------------------------------------- */

static int say_hello(const char *step, int error)
{
	struct wire_reply hello;

	memset(&hello, 0, sizeof(hello));
	hello.kind = REPLY_HELLO;
	if (error)
		snprintf(hello.step, sizeof(hello.step), "%s", step);
	hello.answer.error = -error;
	return wire_send(WIRE_FD, &hello, sizeof(hello), -1, 0);
}

/* First the socket with the orders, then the actors, as pidfds in the order they started in: a child always
 * follows its parent.  A pidfd reports POLLHUP when its process is reaped: since Linux 6.9. */
struct watched {
	struct pollfd *fds;
	size_t count, capacity;
};

/* Returns false where there is no memory. */
static bool watch(struct watched *watched, int fd, short events)
{
	if (watched->count == watched->capacity) {
		size_t capacity = watched->capacity ? 2 * watched->capacity : 16;
		struct pollfd *grown = realloc(watched->fds, capacity * sizeof(*grown));

		if (!grown)
			return false;
		watched->fds = grown;
		watched->capacity = capacity;
	}
	watched->fds[watched->count++] = (struct pollfd){.fd = fd, .events = events};
	return true;
}

/* An open pidfd holds the PID namespaces of its process. */
static void let_reaped_go(struct watched *watched)
{
	size_t left = 1;

	for (size_t i = 1; i < watched->count; i++) {
		if (watched->fds[i].revents & POLLHUP)
			close(watched->fds[i].fd);
		else
			watched->fds[left++] = watched->fds[i];
	}
	watched->count = left;
}

static int await_order(struct watched *watched, struct wire_request *request, int *ret_fd)
{
	do {
		if (poll(watched->fds, watched->count, -1) < 0 && errno != EINTR)
			break;
		let_reaped_go(watched);
	} while (!watched->fds[0].revents);
	return wire_receive(WIRE_FD, request, sizeof(*request), 0, NULL, ret_fd);
}

static void start_actor(int socket, const char *name, struct actor_world *world)
{
	if (fork() == 0) {
		if (wire_keep_only(socket, PROC_FD) < 0)
			_exit(EXIT_FAILURE);
		actor_main(WIRE_FD, name, world);
	}
	/* Where fork failed the caller reads end of file instead of a hello. */
	close(socket);
}

static void serve(struct watched *watched, struct actor_world *world)
{
	struct wire_request request;
	int passed_fd;

	while (await_order(watched, &request, &passed_fd) == 1) {
		if (passed_fd < 0)
			continue;
		if (request.order == ORDER_START)
			start_actor(passed_fd, request.name, world);
		/* One that can't be remembered is only that much slower to go: its actor ends by the end of
		 * file on its socket. */
		else if (!watch(watched, passed_fd, 0))
			close(passed_fd);
	}
}

_Noreturn void stage_process_main(int socket, const struct stage_plan *plan)
{
	struct actor_world *world = make_world(plan);
	struct watched watched = {.count = 0};
	const char *step = "mmap";
	int r;

	begin_signals();
	r = set_up(socket, plan, &step);
	if (!world || !watch(&watched, WIRE_FD, POLLIN))
		r = -ENOMEM;
	if (say_hello(step, r) < 0 || r < 0)
		_exit(EXIT_FAILURE);
	serve(&watched, world);
	/* The actors read the same end of file and go by themselves; this is for one that hangs or
	 * is stopped.  Leaves first, then the inits that wait for them. */
	while (watched.count > 1)
		syscall(SYS_pidfd_send_signal, watched.fds[--watched.count].fd, SIGKILL, NULL, 0);
	while (wait(NULL) >= 0 || errno == EINTR)
		;
	_exit(EXIT_SUCCESS);
}
