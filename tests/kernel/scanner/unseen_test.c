/* What keeps a namespace and cannot be seen, tried one by one: the table of docs/holders.md.
 *
 * An actor is in a new namespace, leaves it with something left behind, and lets go of that.  Between these, scans
 * must say: it is there; it is held by something that cannot be seen, or has ended; it has ended. */
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "scanner/nsfs/nsfs.h"
#include "tests/kernel/reasons.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Whether it lives when it was left: as it is held, since Linux 6.19 too; until then; or not at all. */
enum after { ALWAYS, UNTIL_6_19, NEVER };

struct left {
	const char *link; /* of /proc/PID/ns, by which the actor or its child is in the namespace */
	int (*enter)(void);
	int (*leave)(void);
	int (*release)(void);
	enum after after;
};

/* Shared with the actors. */
static struct facts {
	uint64_t ino;
	int fd;
} * facts;

static char folder[32]; /* a file system of its own is on it */

/* --- What the actors do ------------------------------------------------------------------------ */

static int left_fd = -1, own_fd = -1, ends[2];
static void *mapped;
static pid_t child;

static int get_in(unsigned long flag, const char *link)
{
	autofree char *path = xasprintf("/proc/self/ns/%s", link);

	own_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (own_fd < 0 || unshare((int)flag) < 0)
		return -errno;
	facts->ino = ino_at(path);
	return 0;
}

static int get_out(void)
{
	int r = setns(own_fd, 0);

	close(own_fd);
	return r < 0 ? -errno : 0;
}

static int release_fd(void)
{
	return close(left_fd);
}

/* A segment of System V. */
static int enter_shm(void)
{
	int r = get_in(CLONE_NEWIPC, "ipc"),
	    id = r < 0 ? r : shmget(IPC_PRIVATE, 4096, 0600 | IPC_CREAT);

	mapped = id < 0 ? NULL : shmat(id, NULL, 0);
	return mapped && mapped != (void *)-1 ? 0 : -1;
}

static int release_shm(void)
{
	return shmdt(mapped);
}

/* A message queue. */
static int enter_queue(void)
{
	int r = get_in(CLONE_NEWIPC, "ipc");

	left_fd = r < 0 ? r : (int)syscall(SYS_mq_open, "left", O_RDWR | O_CREAT, 0600, NULL);
	return left_fd < 0 ? -1 : 0;
}

/* A descriptor in flight. */
static int enter_flight(void)
{
	return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0
	           ? -1
	           : get_in(CLONE_NEWUTS, "uts");
}

static int leave_flight(void)
{
	autoclose int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	char data = 'x', control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec part = {.iov_base = &data, .iov_len = 1};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(ends[0], &message, 0) < 0 ? -1 : get_out();
}

static int release_flight(void)
{
	close(ends[0]);
	return close(ends[1]);
}

/* Files of /proc. */
static int enter_net(void)
{
	return get_in(CLONE_NEWNET, "net");
}

static int leave_net_file(void)
{
	left_fd = open("/proc/self/net/dev", O_RDONLY | O_CLOEXEC);
	return left_fd < 0 ? -1 : get_out();
}

static int leave_net_folder(void)
{
	left_fd = open("/proc/self/net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return left_fd < 0 ? -1 : get_out();
}

/* The ring of a packet socket, packet(7). */
static int leave_ring(void)
{
	struct tpacket_req request = {
	    .tp_block_size = 4096, .tp_block_nr = 2, .tp_frame_size = 2048, .tp_frame_nr = 4};
	autoclose int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return -1;
	mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return mapped == MAP_FAILED ? -1 : get_out();
}

static int release_ring(void)
{
	return munmap(mapped, 8192);
}

/* A child in a new namespace. */
static int enter_child(unsigned long flags, const char *link, int (*prepare)(void))
{
	autofree char *path = NULL;
	char byte;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	child = (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0);
	if (child == 0) {
		if (!prepare || prepare() == 0)
			(void)!write(ends[1], "+", 1);
		for (;;)
			pause();
	}
	if (child < 0 || read(ends[0], &byte, 1) != 1)
		return -1;
	path = xasprintf("/proc/%d/ns/%s", child, link);
	facts->ino = ino_at(path);
	left_fd = (int)syscall(SYS_pidfd_open, child, 0);
	return left_fd < 0 ? -1 : 0;
}

static int leave_child(void)
{
	return kill(child, SIGKILL) < 0 || waitpid(child, NULL, 0) != child ? -1 : 0;
}

static int enter_pid(void)
{
	return enter_child(CLONE_NEWPID, "pid", NULL);
}

static int mount_proc(void)
{
	return mount("proc", folder, "proc", 0, NULL);
}

static int enter_proc(void)
{
	return enter_child(CLONE_NEWPID, "pid", mount_proc) < 0 ? -1 : close(left_fd);
}

static int release_proc(void)
{
	return umount(folder);
}

static int open_file(void)
{
	facts->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return facts->fd < 0 ? -1 : 0;
}

/* With one table, what the child opens is the actor's, too. */
static int enter_user(void)
{
	if (enter_child(CLONE_NEWUSER | CLONE_FILES, "user", open_file) < 0)
		return -1;
	close(left_fd);
	left_fd = facts->fd;
	return 0;
}

/* --- The table --------------------------------------------------------------------------------- */

static const struct left a_mapped_segment = {"ipc", enter_shm, get_out, release_shm, UNTIL_6_19};
static const struct left a_message_queue = {"ipc", enter_queue, get_out, release_fd, NEVER};
static const struct left a_descriptor_in_flight = {
    "uts", enter_flight, leave_flight, release_flight, ALWAYS};
static const struct left a_file_of_proc_net = {
    "net", enter_net, leave_net_file, release_fd, UNTIL_6_19};
static const struct left a_folder_of_proc_net = {
    "net", enter_net, leave_net_folder, release_fd, NEVER};
static const struct left a_mapped_packet_socket = {
    "net", enter_net, leave_ring, release_ring, UNTIL_6_19};
static const struct left a_pidfd_of_the_dead = {
    "pid", enter_pid, leave_child, release_fd, UNTIL_6_19};
static const struct left a_mounted_proc = {
    "pid", enter_proc, leave_child, release_proc, UNTIL_6_19};
static const struct left a_file_opened_inside = {
    "user", enter_user, leave_child, release_fd, UNTIL_6_19};

/* --- Looking ----------------------------------------------------------------------------------- */

static _Noreturn void act(const struct left *left, int order)
{
	int (*const steps[])(void) = {left->enter, left->leave, left->release};
	char byte;

	for (size_t i = 0; i < array_len(steps); i++) {
		if (read(order, &byte, 1) != 1 || steps[i]() < 0 || write(order, "+", 1) != 1)
			_exit(1);
	}
	(void)!read(order, &byte, 1);
	_exit(0);
}

static void next_step(int actor)
{
	char byte;

	assert_int_equal(write(actor, ".", 1), 1);
	if (read(actor, &byte, 1) != 1)
		skip_because("kernel: it does not let this be tried");
}

static const struct ns *sweep_for(struct scan *scan, struct graph **graph, enum nstype type)
{
	struct graph *before = *graph;

	*graph = sweep_now(scan, before);
	graph_unref(before);
	return graph_ns_by_ino(*graph, type, facts->ino);
}

static bool is_held(const struct left *left)
{
	struct listing listing = {.ids = NULL};
	bool has_listns = listing_take(&listing) == 0;

	listing_done(&listing);
	return left->after == ALWAYS || (left->after == UNTIL_6_19 && !has_listns);
}

/* Linux 7.2 lets only those in the initial PID namespace open one that they are not in by its handle. */
static void need_handles(const struct ns *ns)
{
	autoclose int any = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int r = nsfs_exists(ns, any);

	if (r < 0)
		skip_because(
		    "kernel: it opens no handle of another namespace here (%s)", strerror(-r));
}

static void try_left(const struct left *left)
{
	const struct scan_options options = {.fds = true};
	struct graph *graph = NULL;
	const struct ns *ns;
	struct scan *scan;
	enum nstype type;
	uint64_t unique;
	int order[2];
	pid_t actor;

	need_test_machine();
	need_source();
	assert_true(ns_type_from_name(left->link, &type));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, order), 0);
	assert_int_equal(scan_new(&options, &scan), 0);
	actor = fork();
	if (actor == 0) {
		close(order[0]);
		act(left, order[1]);
	}
	close(order[1]);
	next_step(order[0]);
	ns = sweep_for(scan, &graph, type);
	assert_non_null(ns);
	unique = ns->id.unique;
	if (!unique)
		skip_because("kernel: it has no ids of namespaces (6.18)");
	need_handles(ns);

	next_step(order[0]);
	ns = sweep_for(scan, &graph, type);
	assert_int_equal(ns != NULL, is_held(left));
	if (ns) {
		assert_int_equal(ns->id.unique, unique);
		assert_int_equal(ns->member_count, 0);
		assert_int_equal(ns->holder_count, 1);
		assert_int_equal(ns->holders[0].kind, HOLDER_UNSEEN);
		assert_int_equal(ns->owner_status, READ_OK);
		/* And stays so. */
		ns = sweep_for(scan, &graph, type);
		assert_non_null(ns);
		assert_int_equal(ns->holders[0].kind, HOLDER_UNSEEN);
	}

	/* The kernel may let go some time later. */
	next_step(order[0]);
	while ((ns = sweep_for(scan, &graph, type)))
		assert_int_equal(ns->id.unique, unique);
	close(order[0]);
	wait_status(actor);
	graph_unref(graph);
	scan_free(scan);
}

#define try(left)                                                                                  \
	static void left##_is_tried(void **state)                                                  \
	{                                                                                          \
		(void)state;                                                                       \
		try_left(&left);                                                                   \
	}

try(a_mapped_segment) try(a_message_queue) try(a_descriptor_in_flight) try(a_file_of_proc_net)
    try(a_folder_of_proc_net) try(a_mapped_packet_socket) try(a_pidfd_of_the_dead)
        try(a_mounted_proc) try(a_file_opened_inside)

    /* --- All of them ------------------------------------------------------------------------------ */

    static int set_up(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	facts =
	    mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	snprintf(folder, sizeof(folder), "/tmp/unseen.XXXXXX");
	return facts == MAP_FAILED || !mkdtemp(folder) ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	umount2(folder, MNT_DETACH); /* of a test that was skipped half way */
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_mapped_segment_is_tried),
	    cmocka_unit_test(a_message_queue_is_tried),
	    cmocka_unit_test(a_descriptor_in_flight_is_tried),
	    cmocka_unit_test(a_file_of_proc_net_is_tried),
	    cmocka_unit_test(a_folder_of_proc_net_is_tried),
	    cmocka_unit_test(a_mapped_packet_socket_is_tried),
	    cmocka_unit_test(a_pidfd_of_the_dead_is_tried),
	    cmocka_unit_test(a_mounted_proc_is_tried),
	    cmocka_unit_test(a_file_opened_inside_is_tried),
	};

	test_machine_enter();
	return run_with_each_source(tests, set_up, tear_down);
}
