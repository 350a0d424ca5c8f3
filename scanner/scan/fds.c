#include "scanner/scan/fds.h"

#include "model/base/hash.h"
#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_read.h"
#include "scanner/proc/want.h"
#include "scanner/scan/scan_context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

enum {
	LIST_BYTES = 16384,       /* about 680 descriptors at once */
	THREAD_LIST_BYTES = 4096, /* about 160 threads */
	TUN_MAJOR = 10,           /* /dev/net/tun: Documentation/admin-guide/devices.txt */
	TUN_MINOR = 200,
	NOT_OPENED = -1, /* of pidfd */
	REFUSED = -2,
};

struct fds {
	struct context *context;
	struct hash socket_nets, old_socket_nets; /* used in this round, in the last one */
	unsigned budget_us;
	uint64_t spent_us; /* in this scan, of the budget */
	pid_t turn_from;   /* the first process that has its turn in this scan */
	pid_t next_turn;   /* the first one that the budget did not reach; 0 for none */

	/* The process under way. */
	struct process *process;
	int dir, fd_dir, task_dir; /* -1 where there is none */
	int pidfd;                 /* of the process, or of the thread that tid names */
	bool on_budget;
	bool shared_done; /* the table of the process was looked through */
	struct own_tables tables;
	size_t table_at; /* in tables, the next one */
	pid_t tid;       /* the thread whose table is read; 0: that of the process */
};

struct fds *fds_new(unsigned budget_us)
{
	struct fds *fds = xcalloc(1, sizeof(*fds));

	fds->budget_us = budget_us;
	fds->dir = fds->fd_dir = fds->task_dir = -1;
	fds->pidfd = NOT_OPENED;
	return fds;
}

static void stop_table(struct fds *fds)
{
	close_fd(&fds->fd_dir);
	close_fd(&fds->pidfd);
	fds->pidfd = NOT_OPENED;
}

static void stop(struct fds *fds)
{
	stop_table(fds);
	close_fd(&fds->task_dir);
	close_fd(&fds->dir);
}

void fds_free(struct fds *fds)
{
	if (!fds)
		return;
	stop(fds);
	own_tables_done(&fds->tables);
	hash_done(&fds->socket_nets);
	hash_done(&fds->old_socket_nets);
	free(fds);
}

void fds_begin(struct fds *fds, struct context *context)
{
	stop(fds);
	if (fds->next_turn == 0) {
		hash_done(&fds->old_socket_nets);
		fds->old_socket_nets = fds->socket_nets;
		fds->socket_nets = (struct hash){0};
	}
	fds->context = context;
	fds->spent_us = 0;
	fds->turn_from = fds->next_turn;
	fds->next_turn = 0;
}

static bool is_always(const struct context *context, pid_t pid)
{
	for (size_t i = 0; i < context->always_count; i++)
		if (context->always[i] == pid)
			return true;
	return false;
}

bool fds_wanted(struct fds *fds, const struct process *process)
{
	const struct process *before;

	if (process->kernel_thread || context_is_ours(fds->context, process))
		return false;
	fds->on_budget = false;
	if (fds->budget_us == 0)
		return true;
	if (is_always(fds->context, process->id.pid))
		return true;
	before = graph_builder_process_before(fds->context->builder, &process->id);
	if (before && process_notes(before)->held_count)
		return true;
	if (process->id.pid < fds->turn_from || fds->next_turn)
		return false;
	if (fds->spent_us >= fds->budget_us) {
		fds->next_turn = process->id.pid;
		return false;
	}
	fds->on_budget = true;
	return true;
}

bool fds_whole(const struct fds *fds)
{
	return fds->turn_from == 0 && fds->next_turn == 0;
}

void fds_start(struct fds *fds, int dir, struct process *process)
{
	stop(fds);
	fds->dir = dir;
	fds->process = process;
	fds->shared_done = false;
	fds->tid = 0;
	fds->table_at = 0;
}

/* Who has the table of the process.  Where the first thread has ended it has let go of the descriptors,
 * which the others may still share. */
static pid_t shared_by(const struct process *process)
{
	return process->state == 'Z' && process->first_thread ? process->first_thread->tid
	                                                      : process->id.pid;
}

static void open_table(struct fds *fds, pid_t tid)
{
	char name[32] = "fd";

	if (tid != fds->process->id.pid)
		snprintf(name, sizeof(name), "task/%d/fd", (int)tid);
	fds->fd_dir = openat(fds->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void open_shared(struct fds *fds)
{
	struct process *process = fds->process;

	open_table(fds, shared_by(process));
	if (fds->fd_dir >= 0) {
		process->fds_status = READ_OK;
	} else if (error_is_refusal(-errno)) {
		process->fds_status = READ_DENIED;
		graph_stats(fds->context->builder)->fds_denied++;
	} else {
		process->fds_status = error_is_end(-errno) ? READ_GONE : READ_NEVER;
	}
}

static void keep(struct fds *fds, enum holder_kind kind, int fd, struct ns *ns)
{
	const struct holder holder = {
	    .kind = kind, .fd = fd, .tid = fds->tid, .process = fds->process};

	graph_add_holder(fds->context->builder, ns, &holder);
	if (kind == HOLDER_FD)
		places_note(fds->context, ns, fds->tid ? fds->tid : fds->process->id.pid, fd, NULL);
}

/* --- Files of nsfs ---------------------------------------------------------------------------- */

static bool type_of_link(
    const struct fds *fds, const char *name, uint64_t ino, enum nstype *ret_type)
{
	char text[64];
	ssize_t len = readlinkat(fds->fd_dir, name, text, sizeof(text));
	uint64_t found;

	return len > 0 && parse_any_ns_link(text, (size_t)len, ret_type, &found) == 0 &&
	       found == ino;
}

static int open_nsfs(const struct fds *fds, const char *name)
{
	autoclose int path_fd = openat(fds->fd_dir, name, O_PATH | O_CLOEXEC);

	return path_fd < 0 ? -errno : nsfs_reopen(fds->context->proc, path_fd);
}

/* The descriptor @name is on the namespace @ino. */
static void see_nsfs(struct fds *fds, const char *name, uint64_t ino)
{
	struct context *context = fds->context;
	enum nstype type;
	bool known = type_of_link(fds, name, ino, &type);
	struct ns *ns = known ? nsfs_add(context->builder, type, context->nsfs_dev, ino) : NULL;
	int opened;

	if (ns && nsfs_asked(ns)) {
		keep(fds, HOLDER_FD, proc_pid_of(name), ns);
		return;
	}
	opened = open_nsfs(fds, name);
	if (!ns && opened >= 0 && nsfs_type(opened, &type) == 0)
		ns = nsfs_add(context->builder, type, context->nsfs_dev, ino);
	if (!ns) {
		close_fd(&opened);
		return;
	}
	if (opened >= 0)
		opened = nsfs_ask_fd(context->builder, ns, opened);
	/* -ESTALE: the descriptor is on something else by now. */
	if (opened < 0 && opened != -ESTALE)
		nsfs_refused(ns, -opened);
	if (opened != -ESTALE)
		keep(fds, HOLDER_FD, proc_pid_of(name), ns);
}

/* --- Sockets, and /dev/net/tun ---------------------------------------------------------------- */

/* The process of the directory; not another one with its PID, for that still answers. */
static void open_pidfd(struct fds *fds)
{
	pid_t pid = fds->tid ? fds->tid : fds->process->id.pid;
	struct stat st;

	fds->pidfd = (int)syscall(SYS_pidfd_open, pid, fds->tid ? OWN_TABLES_PIDFD : 0);
	if (fds->pidfd >= 0 && fstatat(fds->dir, "fd", &st, 0) < 0) {
		close(fds->pidfd);
		fds->pidfd = -1;
	}
	if (fds->pidfd < 0)
		fds->pidfd = REFUSED;
}

static bool is_tun(mode_t mode, unsigned major_number, unsigned minor_number)
{
	return S_ISCHR(mode) && major_number == TUN_MAJOR && minor_number == TUN_MINOR;
}

static bool is_askable(const struct stat *st)
{
	return S_ISSOCK(st->st_mode) || is_tun(st->st_mode, major(st->st_rdev), minor(st->st_rdev));
}

/* A descriptor on the net namespace of the socket or tun @number with the inode @ino, or -errno.
 * A copy of a socket moves it, in the controllers net_cls and net_prio of cgroup v1, into the cgroup of the
 * process that copies: pidfd_getfd(2) does that like SCM_RIGHTS. */
static int open_net_of(struct fds *fds, int number, uint64_t ino)
{
	struct stat st;
	int net;

	if (fds->pidfd == NOT_OPENED)
		open_pidfd(fds);
	if (fds->pidfd == REFUSED)
		return -EPERM;
	autoclose int fd = (int)syscall(SYS_pidfd_getfd, fds->pidfd, number, 0);

	if (fd < 0) {
		int error = errno;

		/* The same for all of its descriptors. */
		if (error == EPERM || error == EACCES || error == ENOSYS) {
			close(fds->pidfd);
			fds->pidfd = REFUSED;
		}
		return -error;
	}
	if (fstat(fd, &st) < 0 || st.st_ino != ino || !is_askable(&st))
		return -ESTALE;
	net = ioctl(fd, NSFS_OF_SOCKET);
	return net < 0 ? -errno : net;
}

/* The net namespace of the task that has the descriptors: a thread may have left that of its process. */
static const struct ns *own_net(const struct fds *fds)
{
	const struct process *process = fds->process;
	pid_t tid = fds->tid ? fds->tid : shared_by(process);

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		if (thread->tid == tid)
			return thread->ns[NS_NET];
	}
	return process->ns[NS_NET];
}

/* Asks for the net namespace of a socket.  Returns whether that may be remembered. */
static bool ask_socket(struct fds *fds, int number, uint64_t ino, uint64_t *ret_net_ino)
{
	struct graph_builder *builder = fds->context->builder;
	const struct ns *own_ns = own_net(fds);
	uint64_t own = own_ns ? own_ns->id.ino : 0;
	int net = open_net_of(fds, number, ino);
	struct stat st;
	struct ns *ns;

	*ret_net_ino = 0;
	if (net < 0)
		return fds->pidfd != REFUSED && net != -ESTALE && net != -EBADF;
	if (fstat(net, &st) < 0 || st.st_ino == own) {
		*ret_net_ino = own;
		close(net);
		return true;
	}
	*ret_net_ino = st.st_ino;
	ns = nsfs_add(builder, NS_NET, st.st_dev, st.st_ino);
	nsfs_ask_fd(builder, ns, net);
	return true;
}

/* A socket never changes its net namespace, and the kernel hands out 2^32 socket inodes before it reuses one,
 * so the answers are cached, 0 too: it could not be read.  An entry that was not used during one round, in
 * which all processes had their turn, is dropped at the end of the next.  hash_mix makes no two inodes equal. */
static void put_socket_net(struct fds *fds, uint64_t socket_ino, uint64_t net_ino)
{
	hash_put(&fds->socket_nets, hash_mix(socket_ino), (void *)(uintptr_t)(net_ino + 1));
}

static bool get_socket_net(struct fds *fds, uint64_t socket_ino, uint64_t *ret_net_ino)
{
	struct hash_walk now = {.hash = &fds->socket_nets, .value = hash_mix(socket_ino)};
	struct hash_walk old = {.hash = &fds->old_socket_nets, .value = now.value};
	const void *found = hash_next(&now);

	if (found) {
		*ret_net_ino = (uintptr_t)found - 1;
		return true;
	}
	found = hash_next(&old);
	if (!found)
		return false;
	*ret_net_ino = (uintptr_t)found - 1;
	put_socket_net(fds, socket_ino, *ret_net_ino);
	return true;
}

static void see_socket(struct fds *fds, const char *name, uint64_t ino)
{
	struct context *context = fds->context;
	const struct ns *own = own_net(fds);
	int number = proc_pid_of(name);
	uint64_t net_ino;
	struct ns *ns;

	/* Without its own net namespace there is nothing to compare with; and a PID of another
	 * namespace's /proc is none of ours. */
	if (!own || graph_stats(context->builder)->foreign_proc)
		return;
	if (!get_socket_net(fds, ino, &net_ino)) {
		if (!ask_socket(fds, number, ino, &net_ino))
			return;
		put_socket_net(fds, ino, net_ino);
	}
	if (net_ino == 0 || net_ino == own->id.ino)
		return;
	ns = nsfs_add(context->builder, NS_NET, context->nsfs_dev, net_ino);
	if (!nsfs_asked(ns))
		ask_socket(fds, number, ino, &net_ino);
	keep(fds, HOLDER_SOCKET, number, ns);
}

/* Each descriptor of /dev/net/tun has one net namespace, whether an interface is attached to it or not;
 * TUNSETIFF, ioctl(2).  All have one inode, so nothing is remembered. */
static void see_tun(struct fds *fds, const char *name, uint64_t ino)
{
	struct context *context = fds->context;
	const struct ns *own = own_net(fds);
	int number = proc_pid_of(name);
	uint64_t net_ino;

	if (!own || graph_stats(context->builder)->foreign_proc ||
	    !ask_socket(fds, number, ino, &net_ino) || !net_ino || net_ino == own->id.ino)
		return;
	keep(fds, HOLDER_TUN, number,
	    nsfs_add(context->builder, NS_NET, context->nsfs_dev, net_ino));
}

/* --- All descriptors of a process ------------------------------------------------------------- */

static void see(void *arg, const char *name)
{
	struct fds *fds = arg;
	const struct context *context = fds->context;
	struct statx st;

	if (name[0] < '0' || name[0] > '9' ||
	    statx(fds->fd_dir, name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) < 0)
		return;
	if (makedev(st.stx_dev_major, st.stx_dev_minor) == context->nsfs_dev)
		see_nsfs(fds, name, st.stx_ino);
	else if (S_ISSOCK(st.stx_mode))
		see_socket(fds, name, st.stx_ino);
	else if (is_tun(st.stx_mode, st.stx_rdev_major, st.stx_rdev_minor))
		see_tun(fds, name, st.stx_ino);
}

/* Reads some descriptors of the open table.  Returns whether all is done. */
static bool step_table(struct fds *fds)
{
	bool more = fds->fd_dir >= 0 && proc_entries_read(fds->fd_dir, LIST_BYTES, see, fds) > 0;

	if (!more)
		stop_table(fds);
	return !more;
}

/* May threads have tables of their own, and can that be asked?  kcmp(2) takes our numbers. */
static bool begin_threads(struct fds *fds)
{
	const struct process *process = fds->process;

	if (process->threads < 2 || process->fds_status != READ_OK ||
	    graph_stats(fds->context->builder)->foreign_proc)
		return false;
	fds->task_dir = openat(fds->dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own_tables_begin(&fds->tables);
	return fds->task_dir >= 0;
}

static void find_table(void *arg, const char *name)
{
	struct fds *fds = arg;
	pid_t tid = proc_pid_of(name);

	if (tid > 0)
		own_tables_is_new(&fds->tables, shared_by(fds->process), tid);
}

/* Finds some of the threads with a table of their own.  Returns whether all were checked. */
static bool step_threads(struct fds *fds)
{
	bool more = proc_entries_read(fds->task_dir, THREAD_LIST_BYTES, find_table, fds) > 0;

	if (!more)
		close_fd(&fds->task_dir);
	return !more;
}

/* Goes on to the next table.  Returns whether there is one. */
static bool next_table(struct fds *fds)
{
	if (!fds->shared_done) {
		fds->shared_done = true;
		fds->tables.count = 0;
		if (begin_threads(fds))
			return true;
	}
	if (fds->table_at == fds->tables.count)
		return false;
	fds->tid = fds->tables.items[fds->table_at++].tid;
	open_table(fds, fds->tid);
	return true;
}

bool fds_step(struct fds *fds)
{
	uint64_t start_us = fds->on_budget ? clock_us() : 0;
	bool done;

	if (!fds->shared_done && fds->fd_dir < 0)
		open_shared(fds);
	if (fds->task_dir >= 0)
		done = step_threads(fds) && !next_table(fds);
	else
		done = step_table(fds) && !next_table(fds);
	if (done)
		stop(fds);
	if (fds->on_budget)
		fds->spent_us += clock_us() - start_us;
	return done;
}
