/* What lies below the root of another process is not opened, whoever put what there, unless it is a
 * namespace.  The victims are files of the test's own, and inotify(7) tells whether somebody opened one. */
#include "model/base/util.h"
#include "scanner/nsfs/mounts.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"
#include "tests/unit/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PLACE "/mnt/way/ns"

/* In a folder of the test's, outside of the members' mounts. */
static char victim[64];

enum { VICTIM_FD = 50 };

/* What prepare gets. */
struct trap {
	enum nstype type;
	int told[2]; /* the inode of the namespace goes through it */
};

static void make_victim(mode_t type)
{
	snprintf(victim, sizeof(victim), "%s/victim", folder_make());
	require(mknod(victim, type | 0600, 0) == 0);
}

static void remove_victim(void)
{
	unlink(victim);
	folder_remove();
}

/* A new namespace of @trap's type that only a mount at PLACE keeps; this process is back in its own. */
static int hold_by_mount(const struct trap *trap)
{
	autofree char *link = xasprintf("/proc/self/ns/%s", ns_types[trap->type].name);
	autoclose int own = open(link, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint64_t ino;

	if (own < 0 || unshare((int)ns_types[trap->type].flag) < 0 || stat(link, &st) < 0)
		return -errno;
	ino = st.st_ino;
	if (mount(link, PLACE, NULL, MS_BIND, NULL) < 0 ||
	    setns(own, (int)ns_types[trap->type].flag) < 0)
		return -errno;
	return write(trap->told[1], &ino, sizeof(ino)) == sizeof(ino) ? 0 : -EIO;
}

/* The way to the mount point is covered by another mount, with a symbolic link to the victim in it.  That
 * is a whole path, which a plain open(2) takes from the opener's own root. */
static int set_trap(const void *arg)
{
	const struct trap *trap = arg;
	int r;

	if (mount("x", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir("/mnt/way", 0700) < 0 ||
	    mknod(PLACE, S_IFREG | 0600, 0) < 0)
		return -errno;
	r = hold_by_mount(trap);
	if (r < 0)
		return r;
	if (mount("x", "/mnt/way", "tmpfs", 0, NULL) < 0 || symlink(victim, PLACE) < 0)
		return -errno;
	return 0;
}

static const struct ns *find_ns(const struct graph *graph, enum nstype type, uint64_t ino)
{
	for (size_t i = 0; i < graph->ns_count; i++)
		if (graph->namespaces[i]->id.type == type && graph->namespaces[i]->id.ino == ino)
			return graph->namespaces[i];
	return NULL;
}

/* How often was what @watch looks at opened since? */
static size_t count_opens(int watch)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t bytes = read(watch, events, sizeof(events));

	return bytes < 0 ? 0 : (size_t)bytes / sizeof(struct inotify_event);
}

static int watch_victim(void)
{
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	require(watch >= 0 && inotify_add_watch(watch, victim, IN_OPEN) >= 0);
	return watch;
}

static void link_in_the_way(mode_t type_of_victim, enum nstype type)
{
	struct trap trap = {.type = type};
	struct inspection *inspection;
	struct graph *graph;
	const struct ns *ns;
	uint64_t ino;

	make_victim(type_of_victim);
	require(pipe2(trap.told, O_CLOEXEC) == 0);
	struct member member = member_start(CLONE_NEWNS, set_trap, &trap);
	require(read(trap.told[0], &ino, sizeof(ino)) == sizeof(ino));
	autoclose int watch = watch_victim();
	graph = inside_sweep();
	ns = find_ns(graph, type, ino);
	if (ns) {
		inspection = inspect_once(graph, ns);
		require(inspection_find(inspection, FACT_HOST) == NULL);
		inspection_free(inspection);
	}
	assert_int_equal(count_opens(watch), 0);
	assert_non_null(ns); /* else nothing was tried */
	/* The watch does see who opens it. */
	autoclose int opened = open(victim, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(opened >= 0);
	assert_int_equal(count_opens(watch), 1);
	close(trap.told[0]);
	close(trap.told[1]);
	graph_unref(graph);
	member_end(&member);
	remove_victim();
}

static void a_link_in_the_way_is_not_followed(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root: what a member mounts is its own");
	link_in_the_way(S_IFREG, NS_UTS);
	link_in_the_way(S_IFIFO, NS_UTS);
	link_in_the_way(S_IFIFO, NS_NET);
	link_in_the_way(S_IFREG, NS_IPC);
}

/* --- A descriptor that is on something else by now -------------------------------------------- */

static int hold_victim(const void *unused)
{
	int fd;

	(void)unused;
	fd = open(victim, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 || dup3(fd, VICTIM_FD, O_CLOEXEC) < 0 ? -errno : 0;
}

/* A graph that is older than what @pid does: there a namespace is behind VICTIM_FD. */
static struct graph *older_graph(pid_t pid)
{
	struct graph_builder *builder = graph_builder_new(NULL);
	const struct process_id id = {.pid = pid, .start_ticks = 1};
	struct process *process = graph_add_process(builder, &id);
	const struct holder holder = {.kind = HOLDER_FD, .process = process, .fd = VICTIM_FD};

	graph_set_machine(builder, "host", "kernel", "test");
	process->comm = graph_text_copy(builder, "member", 6);
	process->state = 'S';
	process->pids = graph_pids_copy(builder, &id.pid, 1);
	process->pid_levels = 1;
	graph_add_holder(builder, graph_add_ns(builder, NS_UTS, 4, 1, NULL), &holder);
	return graph_freeze(builder);
}

static void what_a_descriptor_became_is_not_opened(void **state)
{
	struct inspection *inspection;
	struct graph *graph;

	(void)state;
	need_test_machine();
	make_victim(S_IFIFO);
	struct member member = member_start(0, hold_victim, NULL);
	autoclose int watch = watch_victim();

	graph = older_graph(member.pid);
	inspection = inspect_once(graph, graph->namespaces[0]);
	assert_int_equal(inside_how(inspection), JOIN_REFUSED);
	assert_int_equal(inspection_find(inspection, FACT_JOIN)->join.error, ESTALE);
	assert_int_equal(count_opens(watch), 0);
	inspection_free(inspection);
	graph_unref(graph);
	member_end(&member);
	remove_victim();
}

/* Mounts and names change without end, and none of them is on the way. */
static _Noreturn void storm(const char *place)
{
	autofree char *one = xasprintf("%s/one", place), *other = xasprintf("%s/other", place);

	require(mkdir(one, 0755) == 0);
	for (;;) {
		mount("storm", one, "tmpfs", 0, NULL);
		umount2(one, MNT_DETACH);
		rename(one, other);
		rename(other, one);
	}
}

static void what_changes_elsewhere_hides_no_mount_point(void **state)
{
	enum { OPENS = 20000 };
	const char *place = folder_make();
	pid_t stormy;
	int refused = 0;

	(void)state;
	need_test_machine();
	assert_int_equal(mount("none", place, "tmpfs", 0, NULL), 0);
	folder_write("ns", "");
	autofree char *point = xasprintf("%s/ns", place);
	assert_int_equal(mount("/proc/self/ns/uts", point, NULL, MS_BIND, NULL), 0);
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fflush(NULL);
	stormy = fork();
	if (stormy == 0)
		storm(place);
	assert_true(stormy > 0);
	for (int i = 0; i < OPENS; i++) {
		autoclose int fd = mount_point_open(root, point);

		if (fd == -ENOSYS || fd == -EINVAL)
			break; /* before Linux 5.12 */
		refused += fd < 0;
	}
	kill(stormy, SIGKILL);
	waitpid(stormy, NULL, 0);
	assert_int_equal(umount2(point, 0), 0);
	umount2(place, MNT_DETACH);
	folder_remove();
	assert_int_equal(refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_link_in_the_way_is_not_followed),
	    cmocka_unit_test(what_a_descriptor_became_is_not_opened),
	    cmocka_unit_test(what_changes_elsewhere_hides_no_mount_point),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
