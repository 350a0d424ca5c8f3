/* The helper: the way into the namespace, and what is read there. */
#include "scanner/helper/inspect_helper.h"

#include "model/base/util.h"
#include "scanner/helper/inspect.h"
#include "scanner/helper/join.h"
#include "scanner/helper/sandbox.h"
#include "scanner/nsfs/mounts.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

enum { REPORTED_MAX = 500 }; /* of one kind */

/* Links of /proc/PID, descriptors of others, and files of /proc/PID with hidepid: ptrace access. */
static const uint64_t of_processes = CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_DAC_READ_SEARCH);

/* --- Answers --------------------------------------------------------------------------------- */

void inspect_report(struct inspect_helper *helper, const struct fact *fact)
{
	if (helper->counts[fact->kind]++ < REPORTED_MAX)
		fact_encode(fact, &helper->data, &helper->len, &helper->capacity);
}

void inspect_report_failed(struct inspect_helper *helper, enum fact_kind what, int error)
{
	struct fact fact = {.kind = FACT_FAILED, .failed = {.what = what, .error = error}};

	inspect_report(helper, &fact);
}

struct fact_text inspect_text(const char *string)
{
	return (struct fact_text){.data = string, .len = string ? strlen(string) : 0};
}

static void report_left_out(struct inspect_helper *helper)
{
	for (int kind = 0; kind < FACT_KIND_COUNT; kind++) {
		struct fact fact = {.kind = FACT_LEFT_OUT};

		if (helper->counts[kind] <= REPORTED_MAX)
			continue;
		fact.left_out.what = (enum fact_kind)kind;
		fact.left_out.count = helper->counts[kind] - REPORTED_MAX;
		inspect_report(helper, &fact);
	}
}

static _Noreturn void answer(struct inspect_helper *helper)
{
	report_left_out(helper);
	for (size_t at = 0; at < helper->len;) {
		ssize_t bytes = write(0, helper->data + at, helper->len - at);

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes <= 0)
			_exit(1);
		at += (size_t)bytes;
	}
	_exit(0);
}

static void report_join(struct inspect_helper *helper, enum join_how how, int error)
{
	struct fact fact = {.kind = FACT_JOIN, .join = {.how = how, .error = error}};

	inspect_report(helper, &fact);
}

/* --- Reading files --------------------------------------------------------------------------- */

void inspect_close_lines(
    struct inspect_helper *helper, struct proc_lines *lines, enum fact_kind what)
{
	int r = proc_lines_close(lines);

	if (r < 0)
		inspect_report_failed(helper, what, -r);
}

size_t inspect_words(char *line, char **words, size_t max)
{
	size_t count = 0;
	char *word;

	while (count < max && (word = strsep(&line, " \t\n"))) {
		if (*word)
			words[count++] = word;
	}
	return count;
}

uint64_t inspect_number(const char *digits, int base)
{
	return strtoull(digits, NULL, base);
}

int inspect_open_lines(struct proc_lines *lines, int dir, const char *name)
{
	int r;

	sandbox_raise(of_processes);
	r = proc_lines_open(lines, dir, name);
	sandbox_lower();
	return r;
}

/* --- The way in ------------------------------------------------------------------------------ */

/* Nothing leads there, but the kernel opens it by its id. */
static int open_by_id(const struct inspect_helper *helper, const struct ns_id *id)
{
	autoclose int any = nsfs_open(helper->proc, helper->proc, "self/ns/uts");
	int fd;

	sandbox_raise(CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_DAC_READ_SEARCH));
	fd = nsfs_open_handle(id, any);
	sandbox_lower();
	return fd;
}

static int open_mounted(const struct inspect_helper *helper, const struct inspect_way *way)
{
	autofree char *name = xasprintf("%d/root", (int)way->root);
	autoclose int root = -1;
	int fd;

	if (way->root) {
		sandbox_raise(of_processes);
		root = openat(helper->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		sandbox_lower();
	}
	if (way->root && root < 0)
		return -errno;
	sandbox_raise(CAP_BIT(CAP_DAC_READ_SEARCH));
	fd = mount_point_open_ns(helper->proc, way->root ? root : helper->root, way->path, true);
	sandbox_lower();
	return fd;
}

static int open_link(const struct inspect_helper *helper, const char *path)
{
	int fd;

	sandbox_raise(of_processes);
	fd = nsfs_open(helper->proc, helper->proc, path);
	sandbox_lower();
	return fd;
}

/* Opens the first step of @way, if it is a namespace or a socket: a path, or the descriptor of another
 * process, may lead to any file by now.  Returns a descriptor or -errno. */
static int open_way(const struct inspect_helper *helper, const struct inspect_way *way)
{
	int process, fd;

	if (way->mounted)
		return open_mounted(helper, way);
	if (way->by_id)
		return open_by_id(helper, &way->id);
	if (way->socket < 0)
		return open_link(helper, way->path);
	/* 5.3; of threads 6.9 */
	process = (int)syscall(SYS_pidfd_open, way->pid, way->of_thread ? OWN_TABLES_PIDFD : 0);
	if (process < 0)
		return -errno;
	sandbox_raise(of_processes);
	fd = (int)syscall(SYS_pidfd_getfd, process, way->socket, 0); /* 5.6 */
	sandbox_lower();
	fd = fd < 0 ? -errno : fd;
	close(process);
	return fd;
}

/* Takes the descriptor at the end of @way where it is the namespace that was asked for.
 * Returns 0 or an errno. */
static int try_way(struct inspect_helper *helper, const struct inspect_way *way)
{
	const struct ns_id *id = &helper->question->id;
	struct stat st;
	int fd = open_way(helper, way);

	if (fd >= 0 && way->step) {
		int next;

		sandbox_raise(way->step == NSFS_OF_SOCKET ? CAP_BIT(CAP_NET_ADMIN) : 0);
		next = ioctl(fd, way->step);
		sandbox_lower();
		next = next < 0 ? -errno : next;
		close(fd);
		fd = next;
	}
	if (fd < 0)
		return -fd;
	if (fstat(fd, &st) < 0 || st.st_ino != id->ino || st.st_dev != id->dev) {
		close(fd);
		return ESTALE;
	}
	helper->ns = fd;
	return 0;
}

/* Opens /proc/PID of the member that @way leads through; still that one, since its link is looked
 * at again through the descriptor. */
static void open_member(struct inspect_helper *helper, const struct inspect_way *way)
{
	const struct ns_id *id = &helper->question->id;
	autofree char *name = xasprintf("%d", (int)way->pid);
	autofree char *link = xasprintf("ns/%s", ns_types[id->type].name);
	struct stat st;

	sandbox_raise(of_processes);
	helper->member = openat(helper->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (helper->member >= 0 && (fstatat(helper->member, link, &st, 0) < 0 ||
	                               st.st_ino != id->ino || st.st_dev != id->dev))
		close_fd(&helper->member);
	sandbox_lower();
}

/* Returns 0 or the errno of the first way. */
static int find_way(struct inspect_helper *helper)
{
	const struct inspect_question *question = helper->question;
	int first = ENOENT;

	for (size_t i = 0; i < question->way_count; i++) {
		const struct inspect_way *way = &question->ways[i];
		int error = try_way(helper, way);

		if (!error) {
			if (way->pid && way->socket < 0)
				open_member(helper, way);
			return 0;
		}
		if (i == 0)
			first = error;
	}
	return first;
}

/* Those that no process is in, and that can be opened by a descriptor or a mount only, while there are descriptors
 * to be had. */
static void open_peers(const struct inspect_helper *helper)
{
	const struct inspect_question *question = helper->question;

	for (size_t i = 0; i < question->peer_count; i++) {
		struct inspect_peer *peer = &question->peers[i];

		if (!peer->pid)
			peer->fd = open_way(helper, &peer->way);
		if (peer->fd == -EMFILE)
			return;
	}
}

static bool is_own(int proc, const struct ns_id *id)
{
	autofree char *path = xasprintf("self/ns/%s", ns_types[id->type].name);
	struct stat st;

	return fstatat(proc, path, &st, 0) == 0 && st.st_ino == id->ino && st.st_dev == id->dev;
}

/* Returns whether the files of a member contain all that is reported. */
static bool needs_no_join(const struct inspect_helper *helper)
{
	enum nstype type = helper->question->id.type;

	if (type == NS_PID)
		return true;
	return helper->member >= 0 && (type == NS_MNT || type == NS_USER || type == NS_TIME);
}

static int self_dir(const struct inspect_helper *helper)
{
	return openat(helper->proc, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* --- The types ------------------------------------------------------------------------------- */

static void inspect_uts(struct inspect_helper *helper)
{
	struct fact fact = {.kind = FACT_HOST};
	struct utsname machine;

	if (uname(&machine) < 0)
		return inspect_report_failed(helper, FACT_HOST, errno);
	fact.texts[0] = inspect_text(machine.nodename);
	fact.texts[1] = inspect_text(machine.domainname);
	inspect_report(helper, &fact);
}

/* The lines of /proc/PID/cgroup, whose paths are those of the cgroup namespace that the reader is in now;
 * proc_pid_cgroup(5).  Returns how many, at most @max; the lines are for the caller to free. */
static size_t read_cgroups(struct proc_lines *file, char **lines, size_t max)
{
	size_t count = 0, len;
	const char *line;

	while (count < max && (line = proc_lines_next(file, &len)))
		lines[count++] = xstrndup(line, len);
	proc_lines_close(file);
	return count;
}

/* Cuts "4:memory:/path".  Returns false where it is no such line. */
static bool cut_cgroup(char *line, struct fact_text *controllers, struct fact_text *path)
{
	char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;

	if (!second)
		return false;
	*controllers = (struct fact_text){.data = first + 1, .len = (size_t)(second - first) - 1};
	*path = inspect_text(second + 1);
	return true;
}

static void report_cgroups(
    struct inspect_helper *helper, char **outside, size_t count, char **inside, size_t inside_count)
{
	for (size_t i = 0; i < count; i++) {
		struct fact fact = {.kind = FACT_CGROUP};
		struct fact_text ignored;

		if (!cut_cgroup(outside[i], &fact.texts[0], &fact.texts[1]))
			continue;
		/* The same process, so the same hierarchies in the same order. */
		if (i < inside_count)
			cut_cgroup(inside[i], &ignored, &fact.texts[2]);
		inspect_report(helper, &fact);
	}
}

static void inspect_cgroup(struct inspect_helper *helper)
{
	enum { HIERARCHIES_MAX = 32 };
	char *outside[HIERARCHIES_MAX], *inside[HIERARCHIES_MAX];
	autoclose int self = self_dir(helper);
	int dir = helper->member >= 0 ? helper->member : self;
	struct proc_lines from_outside = PROC_LINES_CLOSED, from_inside = PROC_LINES_CLOSED;
	size_t count, inside_count = 0;
	int r;

	/* Opened twice, since only the first read asks the kernel. */
	inspect_open_lines(&from_outside, dir, "cgroup");
	inspect_open_lines(&from_inside, dir, "cgroup");
	count = read_cgroups(&from_outside, outside, HIERARCHIES_MAX);
	sandbox_keep(join_capabilities(NS_CGROUP));
	r = helper->own ? 0 : join_by_all_means(helper->own_user, helper->ns, NS_CGROUP);
	close_fd(&self);
	inspect_joined(helper);
	if (r == 0)
		inside_count = read_cgroups(&from_inside, inside, HIERARCHIES_MAX);
	report_join(helper, helper->own ? JOIN_OWN : r ? JOIN_REFUSED : JOIN_DONE, -r);
	report_cgroups(helper, outside, count, inside, inside_count);
	if (!count)
		inspect_report_failed(helper, FACT_CGROUP, ENOENT);
	answer(helper); /* nothing is freed before the end */
}

void inspect_joined(struct inspect_helper *helper)
{
	close_fd(&helper->root);
	close_fd(&helper->ns);
	close_fd(&helper->member);
	close_fd(&helper->proc);
	sandbox_close();
}

static void read_inside(struct inspect_helper *helper)
{
	enum nstype type = helper->question->id.type;
	autoclose int self = self_dir(helper);

	/* The other has something to open there yet. */
	if (type != NS_IPC)
		inspect_joined(helper);
	switch (type) {
	case NS_UTS:
		inspect_uts(helper);
		break;
	case NS_IPC:
		inspect_ipc(helper);
		break;
	case NS_NET:
		inspect_net(helper, self);
		inspect_sockets(helper, self);
		break;
	case NS_MNT:
		inspect_mnt(helper, self);
		break;
	case NS_USER:
		inspect_user(helper, self);
		break;
	case NS_TIME:
		inspect_time(helper, self);
		break;
	default:
		break;
	}
}

/* Reads the files of a member, without joining. */
static void read_outside(struct inspect_helper *helper)
{
	if (helper->question->id.type == NS_PID) {
		sandbox_keep(0);
		return inspect_pid(helper);
	}
	/* None of these is joined. */
	sandbox_keep(of_processes);
	if (helper->member < 0)
		return;
	switch (helper->question->id.type) {
	case NS_MNT:
		inspect_mnt(helper, helper->member);
		break;
	case NS_USER:
		inspect_user(helper, helper->member);
		break;
	case NS_TIME:
		inspect_time(helper, helper->member);
		break;
	case NS_NET:
		inspect_net_files(helper, helper->member);
		inspect_sockets(helper, helper->member);
		break;
	default:
		break;
	}
}

/* By way of the user namespace; never a PID namespace. */
static uint64_t types_to_join(enum nstype type)
{
	if (type == NS_PID)
		return 0;
	/* A view of the message queues may take a mount namespace. */
	return ns_types[type].flag | CLONE_NEWUSER | (type == NS_IPC ? CLONE_NEWNS : 0);
}

_Noreturn void inspect_serve(const struct inspect_question *question)
{
	enum nstype type = question->id.type;
	struct inspect_helper helper = {
	    .question = question,
	    .proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	    .root = -1,
	    .ns = -1,
	    .member = -1,
	    .capabilities = privileges_effective(),
	};
	struct stat user;
	int r;

	alarm(INSPECT_LIMIT_MS / 1000 + 1); /* also when the main process has exited */
	helper.own = is_own(helper.proc, &question->id);
	helper.root = openat(helper.proc, "self/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fstatat(helper.proc, "self/ns/user", &user, 0) == 0)
		helper.own_user = user.st_ino;
	/* Mounts are reported relative to the root directory, so inspecting a mount namespace keeps it. */
	sandbox_enter(&(struct sandbox){
	    .work = SANDBOX_INSPECT,
	    .empty_root = type != NS_MNT,
	    .alone = true,
	    .joins = types_to_join(type),
	    .capabilities = of_processes | CAP_BIT(CAP_NET_ADMIN) | join_capabilities(NS_MNT),
	});
	r = -find_way(&helper);
	if (type == NS_NET)
		open_peers(&helper);
	if (r < 0 && !helper.own) {
		report_join(&helper, JOIN_REFUSED, -r);
		answer(&helper);
	}
	if (type == NS_CGROUP)
		inspect_cgroup(&helper);
	if (type == NS_USER)
		inspect_caps(&helper); /* before they change */
	if (type == NS_TIME)
		inspect_own_clocks(&helper);
	if (needs_no_join(&helper)) {
		report_join(&helper, helper.own ? JOIN_OWN : JOIN_NEEDLESS, 0);
		read_outside(&helper);
		answer(&helper);
	}
	if (type == NS_MNT && !helper.own) {
		size_t before = helper.len;

		report_join(&helper, JOIN_NEEDLESS, 0);
		if (inspect_mnt_by_id(&helper))
			answer(&helper);
		helper.len = before;
		helper.counts[FACT_JOIN] = 0;
	}
	/* The files of a member are read where joining is refused. */
	sandbox_keep(join_capabilities(NS_MNT) | of_processes);
	if (!helper.own)
		r = join_by_all_means(helper.own_user, helper.ns, type);
	else
		r = 0;
	report_join(&helper, helper.own ? JOIN_OWN : r < 0 ? JOIN_REFUSED : JOIN_DONE, -r);
	if (r < 0)
		read_outside(&helper);
	else
		read_inside(&helper);
	answer(&helper);
}
