/* Inspecting namespaces of each type, as root and as the unprivileged user that created them. */
#include "model/base/util.h"
#include "model/report/inspection_lines.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

/* --- uts ------------------------------------------------------------------------------------- */

static int body_uts(void)
{
	struct member blue =
	    member_start(inside_user_flag | CLONE_NEWUTS, inside_name, "blue\033[31m");
	struct inspection *inspection;

	/* A stopped member is as good as any. */
	require(kill(blue.pid, SIGSTOP) == 0);
	inspection = inside_look(blue.pid, NS_UTS);
	const struct fact *fact = inspection_find(inspection, FACT_HOST);

	require(inside_how(inspection) == JOIN_DONE);
	require(fact && inside_text_is(&fact->texts[0], "blue\033[31m"));
	require(inside_text_is(&fact->texts[1], "example"));
	inspection_free(inspection);
	member_end(&blue);
	return 0;
}

/* --- ipc ------------------------------------------------------------------------------------- */

static int make_objects(const void *unused)
{
	struct {
		long type;
		char text[4];
	} message = {.type = 1, .text = "abc"};
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 16};
	int queue;

	(void)unused;
	if (inside_map() < 0)
		return -1;
	queue = msgget(0x22, IPC_CREAT | 0600);
	return shmget(0x11, 8192, IPC_CREAT | 0640) < 0 || queue < 0 ||
	       msgsnd(queue, &message, sizeof(message.text), 0) < 0 ||
	       semget((key_t)0xfedcba98, 3, IPC_CREAT | 0600) < 0 ||
	       mq_open("/a queue\n", O_CREAT | O_RDWR | O_CLOEXEC, 0600, &attributes) < 0;
}

static const struct fact *find_sysv(const struct inspection *inspection, enum sysv_kind what)
{
	const struct fact *found = NULL;

	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind != FACT_SYSV || fact->sysv.what != what)
			continue;
		require(!found); /* only those of the member */
		found = fact;
	}
	return found;
}

static int body_ipc(void)
{
	struct member box =
	    member_start(inside_user_flag | CLONE_NEWIPC | CLONE_NEWNS, make_objects, NULL);
	struct inspection *inspection = inside_look(box.pid, NS_IPC);
	const struct fact *shm = find_sysv(inspection, SYSV_SHM);
	const struct fact *msg = find_sysv(inspection, SYSV_MSG);
	const struct fact *sem = find_sysv(inspection, SYSV_SEM);

	require(inside_how(inspection) == JOIN_DONE);
	require(shm && shm->sysv.key == 0x11 && shm->sysv.size == 8192 && shm->sysv.users == 0);
	require(shm->sysv.mode == 0640);
	require(msg && msg->sysv.key == 0x22 && msg->sysv.size == 1);
	require(sem && sem->sysv.key == 0xfedcba98 && sem->sysv.size == 3);
	require(inside_named(inspection, FACT_QUEUE, "/a queue\n"));
	require(inspection_count(inspection, FACT_QUEUE) == 1);
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

/* --- net ------------------------------------------------------------------------------------- */

static int listen_at(int type, const char *address, uint16_t port)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &name.sin_addr);
	return fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0 ||
	       (type == SOCK_STREAM && listen(fd, 1) < 0);
}

static int listen_abstract(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0two\nlines"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0 || listen(fd, 1) < 0;
}

/* Connects the new net namespace with another new one, which is that of a child.  The child's PID
 * goes through the pipe @arg. */
static int make_pair(const void *arg)
{
	const int *ends = arg;
	pid_t other;

	if (inside_map() < 0)
		return -1;
	other = member_fork(CLONE_NEWNET, NULL, NULL);
	if (other < 0 || write(ends[1], &other, sizeof(other)) != sizeof(other))
		return -1;
	autofree char *command =
	    xasprintf("ip link add v0 type veth peer name v1 netns %d && ip link set lo up && "
	              "ip address add 10.9.0.1/24 dev v0 && ip link set v0 up",
	        (int)other);
	return inside_run(command) || listen_at(SOCK_STREAM, "127.0.0.1", 8080) ||
	       listen_at(SOCK_DGRAM, "10.9.0.1", 53) || listen_abstract();
}

static bool has_listener(
    const struct inspection *inspection, const char *name, const char *address, unsigned port)
{
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind == FACT_LISTENER && inside_text_is(&fact->texts[0], name) &&
		    inside_text_is(&fact->texts[1], address) && fact->listener.port == port)
			return true;
	}
	return false;
}

static void check_pair(pid_t pid, pid_t other)
{
	struct inspection *inspection = inside_look(pid, NS_NET);
	const struct fact *v0 = inside_named(inspection, FACT_INTERFACE, "v0");
	const struct fact *lo = inside_named(inspection, FACT_INTERFACE, "lo");
	const struct fact *address = inside_named(inspection, FACT_ADDRESS, "10.9.0.1");
	const struct fact *sockets = inspection_find(inspection, FACT_SOCKETS);
	const struct fact *routes = inspection_find(inspection, FACT_ROUTES);

	require(inside_how(inspection) == JOIN_DONE);
	require(lo && (lo->interface.flags & 0x9) == 0x9); /* up, loopback */
	require(v0 && inside_text_is(&v0->texts[1], "veth") && v0->texts[2].len == 17);
	require(v0->interface.link_elsewhere);
	require(v0->interface.link_ino == link_ino(other, "net"));
	require(address && address->address.prefix == 24);
	require(address->address.index == v0->interface.index);
	require(has_listener(inspection, "tcp", "127.0.0.1", 8080));
	require(has_listener(inspection, "udp", "10.9.0.1", 53));
	require(inspection_count(inspection, FACT_LISTENER) == 2);
	/* Its name has two lines, and is one all the same. */
	require(sockets && sockets->sockets.unix_listening == 1 && sockets->sockets.abstract == 1);
	require(routes && routes->routes.v4 == 1);
	inspection_free(inspection);

	inspection = inside_look(other, NS_NET);
	const struct fact *v1 = inside_named(inspection, FACT_INTERFACE, "v1");

	require(v1 && !(v1->interface.flags & 1));
	require(v1->interface.link_ino == link_ino(pid, "net"));
	require(inspection_count(inspection, FACT_LISTENER) == 0);
	inspection_free(inspection);
}

static int body_net(void)
{
	int ends[2];
	pid_t other;
	struct member box;

	require(pipe2(ends, O_CLOEXEC) == 0);
	box = member_start(inside_user_flag | CLONE_NEWNET, make_pair, ends);
	require(read(ends[0], &other, sizeof(other)) == sizeof(other));
	check_pair(box.pid, other);
	close(ends[0]);
	close(ends[1]);
	member_end(&box);
	return 0;
}

/* --- net, where the kernel lacks a module ----------------------------------------------------- */

static int make_unix(const void *unused)
{
	struct sockaddr_un file = {.sun_family = AF_UNIX, .sun_path = "/tmp/unix\nx: y"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)unused;
	/* In a mount namespace of its own: no other process sees the file. */
	return inside_map() < 0 || mount("tmpfs", "/tmp", "tmpfs", 0, NULL) < 0 || fd < 0 ||
	       bind(fd, (struct sockaddr *)&file, sizeof(file)) < 0 || listen_abstract();
}

/* As socket(2) fails where the modules that answer of sockets are not there. */
static void forbid_sock_diag(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_SOCK_DIAG, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {array_len(code), code};

	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	require(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void check_unix(pid_t pid)
{
	struct inspection *inspection = inside_look(pid, NS_NET);
	const struct fact *sockets = inspection_find(inspection, FACT_SOCKETS);

	require(inside_how(inspection) == JOIN_DONE);
	require(inspection_count(inspection, FACT_FAILED) == 0);
	require(sockets && sockets->sockets.unix_listening == 1 && sockets->sockets.abstract == 1);
	inspection_free(inspection);
}

/* In a child, with which the filter ends. */
static int body_without_diag(void)
{
	struct member box =
	    member_start(inside_user_flag | CLONE_NEWNET | CLONE_NEWNS, make_unix, NULL);

	check_unix(box.pid);
	forbid_sock_diag();
	check_unix(box.pid);
	member_end(&box);
	return 0;
}

/* --- net, without a process at the other end -------------------------------------------------- */

static int connect_with(const void *pid)
{
	autofree char *command =
	    xasprintf("ip link add v0 type veth peer name v1 netns %d", (int)*(const pid_t *)pid);

	return inside_run(command);
}

/* Of the namespace at the other end only a bind mount at @path stays. */
static void check_mounted(const char *path)
{
	struct member far = member_start(CLONE_NEWNET, NULL, NULL);
	struct member near = member_start(CLONE_NEWNET, connect_with, &far.pid);
	autofree char *link = xasprintf("/proc/%d/ns/net", (int)far.pid);
	uint64_t ino = link_ino(far.pid, "net");

	assert_int_equal(mount(link, path, NULL, MS_BIND, NULL), 0);
	member_end(&far);
	struct inspection *inspection = inside_look(near.pid, NS_NET);
	const struct fact *v0 = inside_named(inspection, FACT_INTERFACE, "v0");

	assert_true(v0 && v0->interface.link_elsewhere);
	assert_int_equal(v0->interface.link_ino, ino);
	inspection_free(inspection);
	member_end(&near);
	assert_int_equal(umount(path), 0);
}

/* --- mnt ------------------------------------------------------------------------------------- */

static void check_no_control(const struct graph *graph, const struct ns *ns,
    const struct inspection *inspection, enum charset charset)
{
	const struct rowline_context context = {.charset = charset, .graph = graph, .cols = 40};
	struct lines lines = {0};

	inspection_lines(&context, ns, inspection, &lines);
	require(lines.count > 1);
	for (size_t i = 0; i < lines.count; i++) {
		for (size_t at = 0; at < lines.items[i].text_len; at++) {
			unsigned char byte = (unsigned char)lines.items[i].text[at];

			require(byte >= 0x20 && byte != 0x7f);
			require(byte < 0x80 || charset == CHARSET_UTF8);
		}
		require(lines.items[i].cols <= 40);
	}
	lines_done(&lines);
}

static int body_mnt(void)
{
	struct member box = member_start(inside_user_flag | CLONE_NEWNS, inside_mount, NULL);
	struct graph *graph = inside_sweep();
	const struct ns *ns = inside_ns(graph, box.pid, NS_MNT);
	struct inspection *inspection = inspect_once(graph, ns);
	const struct fact *plain = inside_named(inspection, FACT_MOUNT, "/mnt");
	const struct fact *shared = inside_named(inspection, FACT_MOUNT, INSIDE_EVIL);
	const struct fact *slave = inside_named(inspection, FACT_MOUNT, "/mnt/slave");
	const struct fact *alone = inside_named(inspection, FACT_MOUNT, "/mnt/alone");

	require(plain && !plain->mount.shared && !plain->mount.master && !plain->mount.read_only);
	require(inside_text_is(&plain->texts[1], "/") && inside_text_is(&plain->texts[2], "tmpfs"));
	require(inside_text_is(&plain->texts[3], "source"));
	require(shared && shared->mount.shared && !shared->mount.master);
	require(shared->mount.parent_id == plain->mount.id);
	require(slave && !slave->mount.shared && slave->mount.master == shared->mount.shared);
	require(alone && alone->mount.unbindable && alone->mount.read_only);
	check_no_control(graph, ns, inspection, CHARSET_UTF8);
	check_no_control(graph, ns, inspection, CHARSET_ASCII);
	inspection_free(inspection);
	graph_unref(graph);
	member_end(&box);
	return 0;
}

/* Opens the file @path and keeps it open. */
static int keep_open(const void *path)
{
	return open(path, O_RDONLY | O_CLOEXEC) < 0 ? -errno : 0;
}

static const struct ns *ns_with_ino(const struct graph *graph, enum nstype type, uint64_t ino)
{
	for (size_t i = 0; i < graph->ns_count; i++)
		if (graph->namespaces[i]->id.type == type && graph->namespaces[i]->id.ino == ino)
			return graph->namespaces[i];
	return NULL;
}

/* Where the kernel reports mounts by the ID of the namespace, no helper joins it; the result is that of a member's
 * mountinfo. */
static int body_mnt_without_a_process(void)
{
	static const struct scan_options options = {.fds = true};
	struct member box = member_start(CLONE_NEWNS | inside_user_flag, inside_mount, NULL);
	autofree char *link = xasprintf("/proc/%d/ns/mnt", (int)box.pid);
	struct inspection *before = inside_look(box.pid, NS_MNT), *after;
	uint64_t ino = link_ino(box.pid, "mnt");
	struct member holder = member_start(0, keep_open, link);
	struct utsname machine;
	struct graph *graph;
	struct scan *scan;
	size_t at = 0;

	member_end(&box);
	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	require(ns_with_ino(graph, NS_MNT, ino));
	after = inspect_once(graph, ns_with_ino(graph, NS_MNT, ino));
	require(uname(&machine) == 0);
	require(inside_how(after) ==
	        (kernel_is_since(machine.release, "6.13") ? JOIN_NEEDLESS : JOIN_DONE));
	require(inspection_count(after, FACT_MOUNT) == inspection_count(before, FACT_MOUNT));
	for (size_t i = 0; i < after->count; i++) {
		const struct fact *fact = &after->facts[i], *other;

		if (fact->kind != FACT_MOUNT)
			continue;
		while (before->facts[at].kind != FACT_MOUNT)
			at++;
		other = &before->facts[at++];
		require(memcmp(&fact->mount, &other->mount, sizeof(fact->mount)) == 0);
		for (size_t text = 0; text < FACT_TEXTS; text++) {
			require(fact->texts[text].len == other->texts[text].len);
			require(!fact->texts[text].len ||
			        memcmp(fact->texts[text].data, other->texts[text].data,
			            fact->texts[text].len) == 0);
		}
	}
	inspection_free(before);
	inspection_free(after);
	graph_unref(graph);
	scan_free(scan);
	member_end(&holder);
	return 0;
}

static int cover_root(const void *unused)
{
	(void)unused;
	if (inside_map() < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("cover", "/", "tmpfs", 0, NULL) < 0)
		return -errno;
	return 0;
}

/* The root of a process that joins is the mount over the first one. */
static int body_mnt_with_a_covered_root(void)
{
	static const struct scan_options options = {.fds = true};
	struct member box = member_start(CLONE_NEWNS | inside_user_flag, cover_root, NULL);
	autofree char *link = xasprintf("/proc/%d/ns/mnt", (int)box.pid);
	uint64_t ino = link_ino(box.pid, "mnt");
	struct member holder = member_start(0, keep_open, link);
	struct inspection *inspection;
	struct graph *graph;
	struct scan *scan;

	member_end(&box);
	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	require(ns_with_ino(graph, NS_MNT, ino));
	inspection = inspect_once(graph, ns_with_ino(graph, NS_MNT, ino));
	require(inspection_count(inspection, FACT_MOUNT) == 1);
	require(inside_text_is(&inspection_find(inspection, FACT_MOUNT)->texts[0], "/"));
	require(inside_text_is(&inspection_find(inspection, FACT_MOUNT)->texts[3], "cover"));
	inspection_free(inspection);
	graph_unref(graph);
	scan_free(scan);
	member_end(&holder);
	return 0;
}

/* --- user ------------------------------------------------------------------------------------ */

static int map_maker(const void *unused)
{
	(void)unused;
	return map_root(inside_user_flag ? NOBODY_ID : 0, inside_user_flag ? NOBODY_ID : 0);
}

static int body_user(void)
{
	struct member box = member_start(CLONE_NEWUSER, map_maker, NULL);
	struct inspection *inspection = inside_look(box.pid, NS_USER);
	const struct fact *caps = inspection_find(inspection, FACT_CAPS);
	const struct fact *range = inspection_find(inspection, FACT_ID_RANGE);

	require(
	    range && !range->range.group && range->range.inside == 0 && range->range.count == 1);
	require(range->range.outside == (inside_user_flag ? NOBODY_ID : 0));
	require(inspection_count(inspection, FACT_ID_RANGE) == 2);
	require(inspection_find(inspection, FACT_SETGROUPS));
	require(caps && caps->caps.why == CAPS_CREATOR);
	require(caps->caps.known & (1ULL << CAP_SYS_ADMIN));
	require(caps->caps.held == caps->caps.known);
	inspection_free(inspection);
	member_end(&box);

	/* One's own, and there with no more than one has. */
	inspection = inside_look(getpid(), NS_USER);
	caps = inspection_find(inspection, FACT_CAPS);
	require(caps && caps->caps.why == CAPS_OWN);
	require(!inside_user_flag || caps->caps.held == 0);
	inspection_free(inspection);
	return 0;
}

/* --- time ------------------------------------------------------------------------------------ */

static int shift_clocks(const void *arg)
{
	const int *ends = arg;
	pid_t child;

	if (inside_map() < 0)
		return -1;
	autoclose int later = make_time_ns("monotonic 86400 0\nboottime -5 250000000\n");
	if (later < 0)
		return -1;
	child = member_fork(0, NULL, NULL);
	return child < 0 || write(ends[1], &child, sizeof(child)) != sizeof(child);
}

static int body_time(void)
{
	struct timespec real, boot;
	struct member box;
	int ends[2];
	pid_t child;

	require(pipe2(ends, O_CLOEXEC) == 0);
	box = member_start(inside_user_flag, shift_clocks, ends);
	require(read(ends[0], &child, sizeof(child)) == sizeof(child));
	struct inspection *inspection = inside_look(child, NS_TIME);
	const struct fact *clocks = inspection_find(inspection, FACT_CLOCKS);

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	require(clocks && clocks->clocks.monotonic_ns == 86400 * INT64_C(1000000000));
	require(clocks->clocks.boottime_ns == INT64_C(-4750000000));
	/* The machine booted later, seen from inside. */
	int64_t later = clocks->clocks.booted_at - (real.tv_sec - boot.tv_sec);
	require(later >= 2 && later <= 7);
	inspection_free(inspection);
	close(ends[0]);
	close(ends[1]);
	member_end(&box);
	return 0;
}

/* --- pid and cgroup -------------------------------------------------------------------------- */

static int map_only(const void *unused)
{
	(void)unused;
	return inside_map();
}

/* Has each PID namespace a pid_max of its own?  Linux 6.14 */
static bool pid_max_is_each_ones(void)
{
	struct utsname machine;
	int major, minor;

	require(uname(&machine) == 0);
	require(sscanf(machine.release, "%d.%d", &major, &minor) == 2);
	return major > 6 || (major == 6 && minor >= 14);
}

static int body_pid(void)
{
	struct member box = member_start(inside_user_flag | CLONE_NEWPID, map_only, NULL);
	struct inspection *inspection = inside_look(box.pid, NS_PID);
	const struct fact *max = inspection_find(inspection, FACT_PID_MAX);
	const struct fact *failed = inspection_find(inspection, FACT_FAILED);

	require(inside_how(inspection) == JOIN_NEEDLESS);
	/* Not our own in the place of theirs. */
	if (pid_max_is_each_ones())
		require(!max && failed && failed->failed.what == FACT_PID_MAX &&
		        failed->failed.error == EXDEV);
	else
		require(max && max->pid_max.max > 300);
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

static int body_cgroup(void)
{
	struct member box = member_start(inside_user_flag | CLONE_NEWCGROUP, map_only, NULL);
	struct inspection *inspection = inside_look(box.pid, NS_CGROUP);

	require(inside_how(inspection) == JOIN_DONE);
	require(inspection_count(inspection, FACT_CGROUP) > 0);
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		/* The root of a new cgroup namespace is its creator's cgroup. */
		require(fact->kind != FACT_CGROUP || inside_text_is(&fact->texts[2], "/"));
	}
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

/* --- Both roles ------------------------------------------------------------------------------ */

static int body_now_as_root(int (*body)(void))
{
	inside_user_flag = 0;
	return body();
}

static int (*chosen)(void);

static int chosen_as_user(void)
{
	inside_user_flag = CLONE_NEWUSER;
	return chosen();
}

/* Nothing is left behind: no descriptor, no child. */
static void in_role(int (*body)(void), bool as_user)
{
	size_t descriptors;

	need_test_machine();
	if (as_user && !room_has_users())
		skip_because("needs root for a room with users");
	chosen = body;
	descriptors = open_descriptors();
	if (as_user)
		as_nobody(chosen_as_user);
	else
		assert_int_equal(body_now_as_root(body), 0);
	assert_int_equal(open_descriptors(), descriptors);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

#define BOTH(name)                                                                                 \
	static void name##_as_root(void **state)                                                   \
	{                                                                                          \
		(void)state;                                                                       \
		in_role(body_##name, false);                                                       \
	}                                                                                          \
	static void name##_as_a_user(void **state)                                                 \
	{                                                                                          \
		(void)state;                                                                       \
		in_role(body_##name, true);                                                        \
	}
BOTH(uts)
BOTH(ipc)
BOTH(mnt)
BOTH(mnt_without_a_process)
BOTH(mnt_with_a_covered_root)
BOTH(user)
BOTH(time)
BOTH(pid)
BOTH(cgroup)

static void need_veth(void)
{
	need_test_machine();
	if (inside_run("ip link add nsscope0 type veth peer name nsscope1 2>/dev/null") != 0)
		skip_because("no ip(8) that makes a veth pair: iproute2, and the kernel's veth");
	assert_int_equal(inside_run("ip link delete nsscope0"), 0);
}

static void net_as_root(void **state)
{
	(void)state;
	need_veth();
	in_role(body_net, false);
}

static void net_as_a_user(void **state)
{
	(void)state;
	need_veth();
	in_role(body_net, true);
}

static void net_without_diag(void **state)
{
	(void)state;
	in_role(body_without_diag, true);
}

static void net_with_a_mounted_other_end(void **state)
{
	char path[] = "/tmp/nsscope-inspect-XXXXXX";

	(void)state;
	need_veth();
	autoclose int fd = mkstemp(path);
	assert_true(fd >= 0);
	check_mounted(path);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(uts_as_root),
	    cmocka_unit_test(uts_as_a_user),
	    cmocka_unit_test(ipc_as_root),
	    cmocka_unit_test(ipc_as_a_user),
	    cmocka_unit_test(net_as_root),
	    cmocka_unit_test(net_without_diag),
	    cmocka_unit_test(net_as_a_user),
	    cmocka_unit_test(net_with_a_mounted_other_end),
	    cmocka_unit_test(mnt_as_root),
	    cmocka_unit_test(mnt_as_a_user),
	    cmocka_unit_test(mnt_without_a_process_as_root),
	    cmocka_unit_test(mnt_without_a_process_as_a_user),
	    cmocka_unit_test(mnt_with_a_covered_root_as_root),
	    cmocka_unit_test(mnt_with_a_covered_root_as_a_user),
	    cmocka_unit_test(user_as_root),
	    cmocka_unit_test(user_as_a_user),
	    cmocka_unit_test(time_as_root),
	    cmocka_unit_test(time_as_a_user),
	    cmocka_unit_test(pid_as_root),
	    cmocka_unit_test(pid_as_a_user),
	    cmocka_unit_test(cgroup_as_root),
	    cmocka_unit_test(cgroup_as_a_user),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
