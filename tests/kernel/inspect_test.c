/* Looking into namespaces of each type, as root and as an unprivileged user who made them. */
#include "model/inspection_lines.h"
#include "model/util.h"
#include "scanner/inspect.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

enum { NOBODY = 65534 };

/* CLONE_NEWUSER while an unprivileged user tests, else 0. */
static unsigned long user_flag;

static int map_self(void)
{
	return user_flag ? map_root(NOBODY, NOBODY) : 0;
}

static struct graph *sweep(void)
{
	static const struct scan_options options = {.hostnames = false};
	struct graph *graph;
	struct scan *scan;

	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	scan_free(scan);
	return graph;
}

static const struct ns *ns_of(const struct graph *graph, pid_t pid, enum ns_type type)
{
	const struct process *process = graph_process_by_pid(graph, pid);

	require(process && process->ns[type]);
	return process->ns[type];
}

/* Looks into the namespace of @pid. */
static struct inspection *look(pid_t pid, enum ns_type type)
{
	struct graph *graph = sweep();
	struct inspection *inspection = inspect_once(graph, ns_of(graph, pid, type));

	graph_unref(graph);
	require(inspection->error == 0);
	require(inspection_find(inspection, FACT_JOIN));
	return inspection;
}

static enum join_how how(const struct inspection *inspection)
{
	return inspection_find(inspection, FACT_JOIN)->join.how;
}

static bool text_is(const struct fact_text *text, const char *string)
{
	return text->data && text->len == strlen(string) &&
	       memcmp(text->data, string, text->len) == 0;
}

/* The fact of @kind whose first text is @first. */
static const struct fact *named(
    const struct inspection *inspection, enum fact_kind kind, const char *first)
{
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == kind &&
		    text_is(&inspection->facts[i].texts[0], first))
			return &inspection->facts[i];
	}
	return NULL;
}

/* --- uts ------------------------------------------------------------------------------------- */

static int name_both(const void *name)
{
	int r = map_self();

	if (r == 0)
		r = name_host(name);
	if (r == 0)
		r = setdomainname("example", 7);
	return r;
}

static int body_uts(void)
{
	struct member blue = member_start(user_flag | CLONE_NEWUTS, name_both, "blue\033[31m");
	struct inspection *inspection;

	/* A stopped member is as good as any. */
	require(kill(blue.pid, SIGSTOP) == 0);
	inspection = look(blue.pid, NS_UTS);
	const struct fact *fact = inspection_find(inspection, FACT_HOST);

	require(how(inspection) == JOIN_DONE);
	require(fact && text_is(&fact->texts[0], "blue\033[31m"));
	require(text_is(&fact->texts[1], "example"));
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
	if (map_self() < 0)
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
	    member_start(user_flag | CLONE_NEWIPC | CLONE_NEWNS, make_objects, NULL);
	struct inspection *inspection = look(box.pid, NS_IPC);
	const struct fact *shm = find_sysv(inspection, SYSV_SHM);
	const struct fact *msg = find_sysv(inspection, SYSV_MSG);
	const struct fact *sem = find_sysv(inspection, SYSV_SEM);

	require(how(inspection) == JOIN_DONE);
	require(shm && shm->sysv.key == 0x11 && shm->sysv.size == 8192 && shm->sysv.users == 0);
	require(shm->sysv.mode == 0640);
	require(msg && msg->sysv.key == 0x22 && msg->sysv.size == 1);
	require(sem && sem->sysv.key == 0xfedcba98 && sem->sysv.size == 3);
	require(named(inspection, FACT_QUEUE, "/a queue\n"));
	require(inspection_count(inspection, FACT_QUEUE) == 1);
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

/* --- net ------------------------------------------------------------------------------------- */

static int run(const char *command)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid < 0 ? -errno : wait_status(pid);
}

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
	const int *told = arg;
	pid_t other;

	if (map_self() < 0)
		return -1;
	other = member_fork(CLONE_NEWNET, NULL, NULL);
	if (other < 0 || write(told[1], &other, sizeof(other)) != sizeof(other))
		return -1;
	autofree char *command =
	    xasprintf("ip link add v0 type veth peer name v1 netns %d && ip link set lo up && "
	              "ip address add 10.9.0.1/24 dev v0 && ip link set v0 up",
	        (int)other);
	return run(command) || listen_at(SOCK_STREAM, "127.0.0.1", 8080) ||
	       listen_at(SOCK_DGRAM, "10.9.0.1", 53) || listen_abstract();
}

static bool has_listener(
    const struct inspection *inspection, const char *name, const char *address, unsigned port)
{
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind == FACT_LISTENER && text_is(&fact->texts[0], name) &&
		    text_is(&fact->texts[1], address) && fact->listener.port == port)
			return true;
	}
	return false;
}

static void check_pair(pid_t pid, pid_t other)
{
	struct inspection *inspection = look(pid, NS_NET);
	const struct fact *v0 = named(inspection, FACT_INTERFACE, "v0");
	const struct fact *lo = named(inspection, FACT_INTERFACE, "lo");
	const struct fact *address = named(inspection, FACT_ADDRESS, "10.9.0.1");
	const struct fact *sockets = inspection_find(inspection, FACT_SOCKETS);
	const struct fact *routes = inspection_find(inspection, FACT_ROUTES);

	require(how(inspection) == JOIN_DONE);
	require(lo && (lo->interface.flags & 0x9) == 0x9); /* up, loopback */
	require(v0 && text_is(&v0->texts[1], "veth") && v0->texts[2].len == 17);
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

	inspection = look(other, NS_NET);
	const struct fact *v1 = named(inspection, FACT_INTERFACE, "v1");

	require(v1 && !(v1->interface.flags & 1));
	require(v1->interface.link_ino == link_ino(pid, "net"));
	require(inspection_count(inspection, FACT_LISTENER) == 0);
	inspection_free(inspection);
}

static int body_net(void)
{
	int told[2];
	pid_t other;
	struct member box;

	require(pipe2(told, O_CLOEXEC) == 0);
	box = member_start(user_flag | CLONE_NEWNET, make_pair, told);
	require(read(told[0], &other, sizeof(other)) == sizeof(other));
	check_pair(box.pid, other);
	close(told[0]);
	close(told[1]);
	member_end(&box);
	return 0;
}

/* --- mnt ------------------------------------------------------------------------------------- */

#define EVIL "/mnt/a\nb\033[31m"

static int make_mounts(const void *unused)
{
	(void)unused;
	return map_self() < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	       mount("source", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir(EVIL, 0700) < 0 ||
	       mkdir("/mnt/slave", 0700) < 0 || mkdir("/mnt/alone", 0700) < 0 ||
	       mount("x", EVIL, "tmpfs", 0, NULL) < 0 ||
	       mount(NULL, EVIL, NULL, MS_SHARED, NULL) < 0 ||
	       mount(EVIL, "/mnt/slave", NULL, MS_BIND, NULL) < 0 ||
	       mount(NULL, "/mnt/slave", NULL, MS_SLAVE, NULL) < 0 ||
	       mount("x", "/mnt/alone", "tmpfs", MS_RDONLY, NULL) < 0 ||
	       mount(NULL, "/mnt/alone", NULL, MS_UNBINDABLE, NULL) < 0;
}

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
	struct member box = member_start(user_flag | CLONE_NEWNS, make_mounts, NULL);
	struct graph *graph = sweep();
	const struct ns *ns = ns_of(graph, box.pid, NS_MNT);
	struct inspection *inspection = inspect_once(graph, ns);
	const struct fact *plain = named(inspection, FACT_MOUNT, "/mnt");
	const struct fact *shared = named(inspection, FACT_MOUNT, EVIL);
	const struct fact *slave = named(inspection, FACT_MOUNT, "/mnt/slave");
	const struct fact *alone = named(inspection, FACT_MOUNT, "/mnt/alone");

	require(plain && !plain->mount.shared && !plain->mount.master && !plain->mount.read_only);
	require(text_is(&plain->texts[1], "/") && text_is(&plain->texts[2], "tmpfs"));
	require(text_is(&plain->texts[3], "source"));
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

/* --- user ------------------------------------------------------------------------------------ */

static int map_maker(const void *unused)
{
	(void)unused;
	return map_root(user_flag ? NOBODY : 0, user_flag ? NOBODY : 0);
}

static int body_user(void)
{
	struct member box = member_start(CLONE_NEWUSER, map_maker, NULL);
	struct inspection *inspection = look(box.pid, NS_USER);
	const struct fact *caps = inspection_find(inspection, FACT_CAPS);
	const struct fact *range = inspection_find(inspection, FACT_ID_RANGE);

	require(
	    range && !range->range.group && range->range.inside == 0 && range->range.count == 1);
	require(range->range.outside == (user_flag ? NOBODY : 0));
	require(inspection_count(inspection, FACT_ID_RANGE) == 2);
	require(inspection_find(inspection, FACT_SETGROUPS));
	require(caps && caps->caps.why == CAPS_CREATOR);
	require(caps->caps.known & (1ULL << CAP_SYS_ADMIN));
	require(caps->caps.held == caps->caps.known);
	inspection_free(inspection);
	member_end(&box);

	/* One's own, and there with no more than one has. */
	inspection = look(getpid(), NS_USER);
	caps = inspection_find(inspection, FACT_CAPS);
	require(caps && caps->caps.why == CAPS_OWN);
	require(!user_flag || caps->caps.held == 0);
	inspection_free(inspection);
	return 0;
}

/* --- time ------------------------------------------------------------------------------------ */

static int shift_clocks(const void *arg)
{
	static const char offsets[] = "monotonic 86400 0\nboottime -5 250000000\n";
	const int *told = arg;
	pid_t child;
	int fd;

	if (map_self() < 0 || unshare(CLONE_NEWTIME) < 0)
		return -1;
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, offsets, strlen(offsets)) < 0)
		return -1;
	close(fd);
	child = member_fork(0, NULL, NULL);
	return child < 0 || write(told[1], &child, sizeof(child)) != sizeof(child);
}

static int body_time(void)
{
	struct timespec real, boot;
	struct member box;
	int told[2];
	pid_t child;

	require(pipe2(told, O_CLOEXEC) == 0);
	box = member_start(user_flag, shift_clocks, told);
	require(read(told[0], &child, sizeof(child)) == sizeof(child));
	struct inspection *inspection = look(child, NS_TIME);
	const struct fact *clocks = inspection_find(inspection, FACT_CLOCKS);

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	require(clocks && clocks->clocks.monotonic_ns == 86400 * INT64_C(1000000000));
	require(clocks->clocks.boottime_ns == INT64_C(-4750000000));
	/* The machine booted later, seen from inside. */
	int64_t later = clocks->clocks.booted_at - (real.tv_sec - boot.tv_sec);
	require(later >= 2 && later <= 7);
	inspection_free(inspection);
	close(told[0]);
	close(told[1]);
	member_end(&box);
	return 0;
}

/* --- pid and cgroup -------------------------------------------------------------------------- */

static int map_only(const void *unused)
{
	(void)unused;
	return map_self();
}

static int body_pid(void)
{
	struct member box = member_start(user_flag | CLONE_NEWPID, map_only, NULL);
	struct inspection *inspection = look(box.pid, NS_PID);
	const struct fact *max = inspection_find(inspection, FACT_PID_MAX);

	require(how(inspection) == JOIN_DONE);
	require(max && max->pid_max.max > 300);
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

static int body_cgroup(void)
{
	struct member box = member_start(user_flag | CLONE_NEWCGROUP, map_only, NULL);
	struct inspection *inspection = look(box.pid, NS_CGROUP);

	require(how(inspection) == JOIN_DONE);
	require(inspection_count(inspection, FACT_CGROUP) > 0);
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		/* Whoever makes one is at its root. */
		require(fact->kind != FACT_CGROUP || text_is(&fact->texts[2], "/"));
	}
	inspection_free(inspection);
	member_end(&box);
	return 0;
}

/* --- Both roles ------------------------------------------------------------------------------ */

static int body_now_as_root(int (*body)(void))
{
	user_flag = 0;
	return body();
}

static int (*chosen)(void);

static int chosen_as_user(void)
{
	user_flag = CLONE_NEWUSER;
	return chosen();
}

/* Nothing is left behind: no descriptor, no child. */
static void in_role(int (*body)(void), bool as_user)
{
	size_t descriptors;

	need_room();
	if (!room_has_users())
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
BOTH(user)
BOTH(time)
BOTH(pid)
BOTH(cgroup)

static void need_veth(void)
{
	need_room();
	if (!room_has_users())
		return;
	if (run("ip link add nsscope0 type veth peer name nsscope1 2>/dev/null") != 0)
		skip_because("no ip(8) that makes a veth pair: iproute2, and the kernel's veth");
	assert_int_equal(run("ip link delete nsscope0"), 0);
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

/* --- What is refused, and what hangs --------------------------------------------------------- */

static int become_nobody(const void *unused)
{
	(void)unused;
	return setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	       setresuid(NOBODY, NOBODY, NOBODY) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0;
}

static pid_t given_away;

static int body_refused(void)
{
	struct inspection *inspection = look(given_away, NS_NET);

	require(how(inspection) == JOIN_REFUSED);
	require(inspection_find(inspection, FACT_JOIN)->join.error == EPERM);
	require(named(inspection, FACT_INTERFACE, "lo")); /* as /proc tells it */
	inspection_free(inspection);
	inspection = look(given_away, NS_UTS);
	require(how(inspection) == JOIN_REFUSED && inspection->count == 1);
	inspection_free(inspection);
	return 0;
}

/* A namespace that root made, of a process that is now nobody's: it can be seen, not joined. */
static void refused_with_what_proc_tells(void **state)
{
	(void)state;
	need_room();
	if (!room_has_users())
		skip_because("needs root for a room with users");
	struct member member = member_start(CLONE_NEWNET | CLONE_NEWUTS, become_nobody, NULL);

	given_away = member.pid;
	as_nobody(body_refused);
	member_end(&member);
}

static int make_many_mounts(const void *unused)
{
	(void)unused;
	if (make_mounts(NULL))
		return -1;
	for (int i = 0; i < 400; i++) {
		autofree char *path = xasprintf("/mnt/%0200d", i);

		if (mkdir(path, 0700) < 0 || mount("x", path, "tmpfs", 0, "size=4k") < 0)
			return -1;
	}
	return 0;
}

/* The only child of this process but @other. */
static pid_t find_child(pid_t other)
{
	autofree char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "re");
	char text[256];
	pid_t found = 0;

	if (!file)
		skip_because("kernel: no /proc/PID/task/TID/children");
	require(fgets(text, sizeof(text), file));
	fclose(file);
	for (char *at = text; *at && *at != '\n';) {
		pid_t pid = (pid_t)strtol(at, &at, 10);

		at += strspn(at, " ");
		if (pid != other)
			found = pid;
	}
	require(found > 0);
	return found;
}

/* A helper that tells more than a pipe holds can't end before it is read; stopped, it never will. */
static void one_that_hangs_is_killed(void **state)
{
	struct inspection *inspection = NULL;
	struct inspect *inspect;
	struct timespec from, to;

	(void)state;
	need_room();
	struct member member = member_start(CLONE_NEWNS, make_many_mounts, NULL);
	struct graph *graph = sweep();

	assert_int_equal(inspect_start(graph, ns_of(graph, member.pid, NS_MNT), &inspect), 0);
	pid_t helper = find_child(member.pid);
	assert_int_equal(kill(helper, SIGSTOP), 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	while (!inspect_io(inspect, &inspection)) {
		struct pollfd pollfd = {.fd = inspect_fd(inspect), .events = POLLIN};

		poll(&pollfd, 1, inspect_timeout(inspect));
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(inspection->error, -ETIMEDOUT);
	assert_true(to.tv_sec - from.tv_sec <= 3);
	inspect_free(inspect);
	inspection_free(inspection);
	assert_int_equal(kill(helper, 0), -1); /* ended, and reaped */

	/* One that nobody waits for any more ends, too. */
	assert_int_equal(inspect_start(graph, ns_of(graph, member.pid, NS_MNT), &inspect), 0);
	helper = find_child(member.pid);
	inspect_free(inspect);
	assert_int_equal(kill(helper, 0), -1);

	/* And all of them arrive where it is let be. */
	inspection = inspect_once(graph, ns_of(graph, member.pid, NS_MNT));
	assert_int_equal(inspection->error, 0);
	assert_true(inspection_count(inspection, FACT_MOUNT) > 400);
	inspection_free(inspection);
	graph_unref(graph);
	member_end(&member);
}

/* A graph in which a namespace like that of @pid is kept by @keeper alone. */
static struct graph *kept_by(pid_t pid, struct keeper keeper)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)pid);
	struct graph_builder *builder = graph_builder_new(NULL);
	const struct process_id self = {.pid = getpid(), .start_ticks = 1};
	struct process *process = graph_add_process(builder, &self);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	graph_set_machine(builder, "host", "kernel", "test");
	process->comm = graph_text_copy(builder, "self", 4);
	process->state = 'S';
	process->pids = graph_pids_copy(builder, &self.pid, 1);
	process->pid_levels = 1;
	keeper.process = keeper.kind == KEEPER_FD ? process : NULL;
	keeper.path =
	    keeper.path ? graph_text_copy(builder, keeper.path, strlen(keeper.path)) : NULL;
	graph_add_keeper(
	    builder, graph_add_ns(builder, NS_UTS, st.st_dev, st.st_ino, NULL), &keeper);
	return graph_seal(builder);
}

static void by_descriptor_and_by_mount(void **state)
{
	(void)state;
	need_room();
	user_flag = 0;
	struct member blue = member_start(CLONE_NEWUTS, name_both, "blue");
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)blue.pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct keeper keepers[] = {
	    {.kind = KEEPER_FD, .fd = fd}, {.kind = KEEPER_MOUNT, .fd = -1, .path = path}};

	for (size_t i = 0; i < array_len(keepers); i++) {
		struct graph *graph = kept_by(blue.pid, keepers[i]);
		struct inspection *inspection = inspect_once(graph, graph->namespaces[0]);

		assert_int_equal(inspection->error, 0);
		assert_true(named(inspection, FACT_HOST, "blue"));
		inspection_free(inspection);
		graph_unref(graph);
	}
	member_end(&blue);
}

/* Where a bind mount was, a FIFO is by now: nobody waits for its other end. */
static void a_fifo_is_no_trap(void **state)
{
	char folder[] = "/tmp/nsscope-inspect-XXXXXX";

	(void)state;
	need_room();
	assert_non_null(mkdtemp(folder));
	autofree char *fifo = xasprintf("%s/fifo", folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	struct graph *graph =
	    kept_by(getpid(), (struct keeper){.kind = KEEPER_MOUNT, .fd = -1, .path = fifo});
	/* Not the own one, which needs no way. */
	struct member blue = member_start(CLONE_NEWUTS, NULL, NULL);
	struct graph *other =
	    kept_by(blue.pid, (struct keeper){.kind = KEEPER_MOUNT, .fd = -1, .path = fifo});
	struct inspection *inspection = inspect_once(other, other->namespaces[0]);

	assert_int_equal(inspection->error, 0);
	assert_int_equal(how(inspection), JOIN_REFUSED);
	assert_int_equal(inspection_find(inspection, FACT_JOIN)->join.error, ESTALE);
	inspection_free(inspection);
	inspection = inspect_once(graph, graph->namespaces[0]);
	assert_int_equal(how(inspection), JOIN_OWN);
	inspection_free(inspection);
	graph_unref(graph);
	graph_unref(other);
	member_end(&blue);
	unlink(fifo);
	rmdir(folder);
}

/* --- The command ----------------------------------------------------------------------------- */

static struct output command(const char *target, const char *option, bool as_user)
{
	const char *argv[] = {nsscope_path(), "inspect", target, option, NULL};

	return tool_run((char *const *)argv, as_user);
}

static void the_command_tells_it(void **state)
{
	(void)state;
	need_room();
	user_flag = 0;
	struct member blue = member_start(CLONE_NEWUTS, name_both, "blue\033[31m");
	autofree char *pid = xasprintf("%d", (int)blue.pid);
	autofree char *ns = xasprintf("uts:%llu", (unsigned long long)link_ino(blue.pid, "uts"));
	struct output output = command(pid, NULL, false);

	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "Host name blue\\e[31m\nDomain    example\n"));
	assert_null(strstr(output.text, "Listening")); /* its net is nothing of its own */
	output_done(&output);

	output = command(pid, "--all", false);
	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "Listening"));
	output_done(&output);

	output = command(ns, "--ascii", false);
	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "Domain    example\n"));
	for (size_t i = 0; i < output.len; i++)
		assert_true((unsigned char)output.text[i] < 0x7f && output.text[i] != '\033');
	output_done(&output);
	member_end(&blue);

	output = command(pid, NULL, false);
	assert_int_equal(output.status, 1);
	output_done(&output);
	output = command("uts:1", NULL, false);
	assert_int_equal(output.status, 1);
	output_done(&output);
	output = command("nte:1", NULL, false);
	assert_int_equal(output.status, 2);
	output_done(&output);
	output = command("--help", NULL, false);
	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "--all"));
	output_done(&output);
}

static void the_command_is_forbidden(void **state)
{
	(void)state;
	need_room();
	if (!room_has_users())
		skip_because("needs root for a room with users");
	struct member member = member_start(0, NULL, NULL);
	autofree char *pid = xasprintf("%d", (int)member.pid);
	struct output output = command(pid, NULL, true);

	/* Where nobody may not even run it there is nothing to tell. */
	if (output.status == 127)
		skip_because("nsscope is not to be run by others here");
	assert_int_equal(output.status, 3);
	output_done(&output);
	member_end(&member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(uts_as_root),
	    cmocka_unit_test(uts_as_a_user),
	    cmocka_unit_test(ipc_as_root),
	    cmocka_unit_test(ipc_as_a_user),
	    cmocka_unit_test(net_as_root),
	    cmocka_unit_test(net_as_a_user),
	    cmocka_unit_test(mnt_as_root),
	    cmocka_unit_test(mnt_as_a_user),
	    cmocka_unit_test(user_as_root),
	    cmocka_unit_test(user_as_a_user),
	    cmocka_unit_test(time_as_root),
	    cmocka_unit_test(time_as_a_user),
	    cmocka_unit_test(pid_as_root),
	    cmocka_unit_test(pid_as_a_user),
	    cmocka_unit_test(cgroup_as_root),
	    cmocka_unit_test(cgroup_as_a_user),
	    cmocka_unit_test(refused_with_what_proc_tells),
	    cmocka_unit_test(one_that_hangs_is_killed),
	    cmocka_unit_test(by_descriptor_and_by_mount),
	    cmocka_unit_test(a_fifo_is_no_trap),
	    cmocka_unit_test(the_command_tells_it),
	    cmocka_unit_test(the_command_is_forbidden),
	};

	room_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
