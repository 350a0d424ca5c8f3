/* What is known of namespaces that nobody is in: the host name of a uts namespace, and by which number
 * a net namespace is known here, through whatever keeps them. */
#include "model/base/util.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

static char mount_path[] = "/tmp/nsscope-orphan-XXXXXX";
static struct scan *scan;

static int set_up(void **state)
{
	static const struct scan_options options = {.hostnames = true, .fds = true};
	int fd;

	(void)state;
	if (room_missing)
		return 0;
	fd = mkstemp(mount_path);
	if (fd < 0)
		return -1;
	close_fd(&fd);
	return scan_new(&options, &scan);
}

static int tear_down(void **state)
{
	(void)state;
	scan_free(scan);
	if (!room_missing)
		unlink(mount_path);
	return 0;
}

/* In a member: holds a descriptor on the namespace at @path. */
static int hold(const void *path)
{
	return open(path, O_RDONLY) < 0 ? -errno : 0;
}

static struct member holder_of(pid_t pid, const char *link)
{
	autofree char *path = xasprintf("/proc/%d/ns/%s", (int)pid, link);

	return member_start(0, hold, path);
}

static void bind_ns(pid_t pid, const char *link)
{
	autofree char *path = xasprintf("/proc/%d/ns/%s", (int)pid, link);

	assert_int_equal(mount(path, mount_path, NULL, MS_BIND, NULL), 0);
}

static const struct ns *orphan(const struct graph *graph, enum nstype type, uint64_t ino)
{
	const struct ns *ns = graph_ns_by_ino(graph, type, ino);

	assert_non_null(ns);
	assert_int_equal(ns->member_count, 0);
	return ns;
}

static void assert_named(uint64_t ino, const char *name)
{
	struct graph *graph = sweep_now(scan, NULL);
	const struct ns *ns = orphan(graph, NS_UTS, ino);

	assert_non_null(ns->hostname);
	assert_string_equal(ns->hostname, name);
	graph_unref(graph);
}

static void a_host_name_behind_a_descriptor(void **state)
{
	struct member member, holder;
	uint64_t ino;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUTS, name_host, "held");
	ino = link_ino(member.pid, "uts");
	holder = holder_of(member.pid, "uts");
	member_end(&member);
	assert_named(ino, "held");
	member_end(&holder);
}

static void a_host_name_behind_a_mount(void **state)
{
	struct member member;
	uint64_t ino;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUTS, name_host, "mounted");
	ino = link_ino(member.pid, "uts");
	bind_ns(member.pid, "uts");
	member_end(&member);
	assert_named(ino, "mounted");
	assert_int_equal(umount2(mount_path, MNT_DETACH), 0);
}

/* The owner of the namespace is a user namespace below ours. */
static void a_host_name_that_its_owner_gave(void **state)
{
	struct member member, holder;
	uint64_t ino;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUSER | CLONE_NEWUTS, name_host, "owned");
	ino = link_ino(member.pid, "uts");
	holder = holder_of(member.pid, "uts");
	member_end(&member);
	assert_named(ino, "owned");
	member_end(&holder);
}

/* --- Numbers of net namespaces ---------------------------------------------------------------- */

/* As ip-link(8) shows it of nsscope0; -1 where it shows none. */
static int number_by_ip(void)
{
	static const char *const argv[] = {"ip", "-o", "link", "show", "nsscope0", NULL};
	struct output output = tool_run((char *const *)argv, false);
	const char *text = strstr(output.text, "link-netnsid ");
	int number = text ? (int)strtol(text + strlen("link-netnsid "), NULL, 10) : -1;

	output_done(&output);
	return number;
}

static int32_t number_of(uint64_t ino)
{
	struct graph *graph = sweep_now(scan, NULL);
	const struct ns *ns = graph_ns_by_ino(graph, NS_NET, ino);
	int32_t number;

	assert_non_null(ns);
	assert_int_equal(inside_ns(graph, getpid(), NS_NET)->netnsid, -1);
	number = ns->netnsid;
	graph_unref(graph);
	return number;
}

static void numbers_of_net_namespaces(void **state)
{
	struct member member, other, holder;
	autofree char *command = NULL;
	uint64_t ino;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWNET, NULL, NULL);
	other = member_start(CLONE_NEWNET, NULL, NULL);
	ino = link_ino(member.pid, "net");
	assert_int_equal(number_of(ino), -1);
	command =
	    xasprintf("ip link add nsscope0 type veth peer name nsscope1 netns %d 2>/dev/null",
	        (int)member.pid);
	if (inside_run(command) != 0) {
		member_end(&member);
		member_end(&other);
		skip_because("no ip(8) that makes a veth pair: iproute2, and the kernel's veth");
	}
	assert_true(number_by_ip() >= 0);
	assert_int_equal(number_of(ino), number_by_ip());
	assert_int_equal(number_of(link_ino(other.pid, "net")), -1);

	/* Nobody is in it any more. */
	bind_ns(member.pid, "net");
	holder = holder_of(member.pid, "net");
	member_end(&member);
	assert_int_equal(number_of(ino), number_by_ip());
	assert_int_equal(umount2(mount_path, MNT_DETACH), 0);
	assert_int_equal(number_of(ino), number_by_ip());
	assert_int_equal(inside_run("ip link delete nsscope0"), 0);
	member_end(&holder);
	member_end(&other);
}

static void nothing_stays_open(void **state)
{
	struct member member, holder;
	size_t before;
	uint64_t ino;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUTS | CLONE_NEWNET, NULL, NULL);
	ino = link_ino(member.pid, "uts");
	bind_ns(member.pid, "uts");
	holder = holder_of(member.pid, "net");
	member_end(&member);
	graph_unref(sweep_now(scan, NULL));
	before = open_descriptors();
	for (int i = 0; i < 5; i++) {
		struct graph *graph = sweep_now(scan, NULL);

		orphan(graph, NS_UTS, ino);
		graph_unref(graph);
	}
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(umount2(mount_path, MNT_DETACH), 0);
	member_end(&holder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_host_name_behind_a_descriptor),
	    cmocka_unit_test(a_host_name_behind_a_mount),
	    cmocka_unit_test(a_host_name_that_its_owner_gave),
	    cmocka_unit_test(numbers_of_net_namespaces),
	    cmocka_unit_test(nothing_stays_open),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
