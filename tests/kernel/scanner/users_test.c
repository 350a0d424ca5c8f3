/* Names of users that do not come.  Over /etc/passwd lies, in a mount namespace of the test's own, a FIFO that nobody
 * writes to: whoever opens it waits.  Or a file with a lease on it, fcntl(2): whoever opens that waits until the lease
 * is given back, and reads it then. */
#include "model/base/util.h"
#include "scanner/scan/phases.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"
#include "tests/unit/fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char folder[] = "/tmp/users.XXXXXX";

/* Over /etc/passwd, for the length of a test. */
static void cover_passwd(const char *path)
{
	assert_int_equal(mount(path, "/etc/passwd", NULL, MS_BIND, NULL), 0);
}

static void silence(void)
{
	autofree char *fifo = xasprintf("%s/fifo", folder);

	assert_int_equal(mkfifo(fifo, 0600), 0);
	cover_passwd(fifo);
}

/* A passwd in which user 0 is @name.  Returns a descriptor of it. */
static int name_root(const char *name)
{
	autofree char *path = xasprintf("%s/passwd", folder);
	autofree char *line = xasprintf("%s:x:0:0::/:/bin/sh\n", name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	cover_passwd(path);
	return fd;
}

/* Holds up whoever opens @fd's file from now on. */
static void hold(int fd)
{
	signal(SIGIO, SIG_IGN);
	if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0)
		skip_because("kernel: this file system has no leases");
}

static void let_go(int fd)
{
	assert_int_equal(fcntl(fd, F_SETLEASE, F_UNLCK), 0);
}

/* The next graph, of init and a process, both root's. */
static struct graph *next_graph(struct users *users, const struct graph *prev)
{
	struct context context = {.builder = fixture_builder(prev, "1 init uid=0; 40 sh uid=0")};

	users_begin(users, &context);
	while (!users_step(users, 0))
		;
	return graph_freeze(context.builder);
}

static const char *user_of(const struct graph *graph)
{
	const char *one = fixture_process(graph, 1)->user,
	           *other = fixture_process(graph, 40)->user;

	assert_true(one == other || (one && other && strcmp(one, other) == 0));
	return one;
}

/* Until an answer changes what the next scan tells. */
static void wait_for_names(struct users *users)
{
	do {
		struct pollfd names = {.fd = users_fd(users), .events = POLLIN};

		assert_true(names.fd >= 0);
		assert_int_equal(poll(&names, 1, -1), 1);
	} while (!users_hear(users));
}

/* The first graph that has names: on a busy machine these may come later than a scan waits. */
static struct graph *first_named(struct users *users)
{
	struct graph *graph = next_graph(users, NULL);

	if (user_of(graph))
		return graph;
	graph_unref(graph);
	wait_for_names(users);
	return next_graph(users, NULL);
}

static void a_sweep_goes_on_without_names(void **state)
{
	struct users *users;
	struct graph *first, *second;

	(void)state;
	need_test_machine();
	silence();
	users = users_new(false);
	first = next_graph(users, NULL);
	assert_null(user_of(first));
	assert_true(users_fd(users) >= 0);
	assert_false(users_hear(users));
	second = next_graph(users, first);
	assert_null(user_of(second));
	graph_unref(second);
	graph_unref(first);
	users_free(users);
}

static void a_name_that_comes_late_is_told_by_the_next_sweep(void **state)
{
	struct users *users;
	struct graph *first, *second;

	(void)state;
	need_test_machine();
	autoclose int passwd = name_root("toor");
	hold(passwd);
	users = users_new(false);
	first = next_graph(users, NULL);
	assert_null(user_of(first));
	let_go(passwd);
	wait_for_names(users);
	second = next_graph(users, first);
	assert_string_equal(user_of(second), "toor");
	assert_int_equal(users_fd(users), -1);
	graph_unref(second);
	graph_unref(first);
	users_free(users);
}

static void the_name_of_the_graph_before_will_do(void **state)
{
	static const char others[] = "1 init uid=0 login=admin; 40 sh uid=0 login=admin";
	struct graph *before = fixture_graph(NULL, others), *now;
	struct users *users;

	(void)state;
	need_test_machine();
	silence();
	users = users_new(false);
	now = next_graph(users, before);
	assert_string_equal(user_of(now), "admin");
	graph_unref(now);
	graph_unref(before);
	users_free(users);
}

/* Meanwhile the old one is told, and nobody waits. */
static void a_name_that_has_changed_is_told(void **state)
{
	struct users *users;
	struct graph *first, *second, *third;

	(void)state;
	need_test_machine();
	close(name_root("toor"));
	users = users_new(false);
	first = first_named(users);
	assert_string_equal(user_of(first), "toor");
	assert_int_equal(umount2("/etc/passwd", MNT_DETACH), 0);
	autoclose int passwd = name_root("other");
	hold(passwd);
	users_refresh(users);
	second = next_graph(users, first);
	assert_string_equal(user_of(second), "toor");
	let_go(passwd);
	wait_for_names(users);
	third = next_graph(users, second);
	assert_string_equal(user_of(third), "other");
	graph_unref(third);
	graph_unref(second);
	graph_unref(first);
	users_free(users);
}

/* The first child of this process. */
static pid_t first_child(void)
{
	autofree char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	FILE *children = fopen(path, "re");
	int pid = 0;

	assert_non_null(children);
	assert_int_equal(fscanf(children, "%d", &pid), 1);
	fclose(children);
	return pid;
}

/* Another takes its work. */
static void a_helper_that_ends_is_replaced(void **state)
{
	struct users *users;
	struct graph *first, *second;
	siginfo_t end;
	pid_t helper;

	(void)state;
	need_test_machine();
	close(name_root("toor"));
	users = users_new(false);
	helper = first_child();
	first = first_named(users);
	assert_string_equal(user_of(first), "toor");
	kill(helper, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)helper, &end, WEXITED | WNOWAIT), 0);
	close(name_root("other"));
	users_refresh(users);
	graph_unref(next_graph(users, first));
	if (users_fd(users) >= 0)
		wait_for_names(users);
	second = next_graph(users, first);
	assert_string_equal(user_of(second), "other");
	graph_unref(second);
	graph_unref(first);
	users_free(users);
}

/* What stands in the row of @pid behind it. */
static const char *behind_pid(const char *tree, pid_t pid)
{
	for (const char *row = tree; row; row = strchr(row, '\n')) {
		char *behind;

		row += *row == '\n';
		if (strtol(row, &behind, 10) == pid)
			return behind + strspn(behind, " ");
	}
	fail_msg("process %d is not told", (int)pid);
	return NULL;
}

static void a_report_tells_numbers(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", NULL};
	autofree char *number = NULL;
	struct member other;
	struct output output;

	(void)state;
	need_test_machine();
	silence();
	other = member_start(0, NULL, NULL);
	output = tool_run((char *const *)tree, false);
	assert_int_equal(output.status, 0);
	assert_memory_equal(behind_pid(output.text, other.pid), "0 ", 2);
	output_done(&output);
	number = xasprintf("%d", (int)other.pid);
	const char *inspect[] = {nsscope_path(), "inspect", number, NULL};
	output = tool_run((char *const *)inspect, false);
	assert_non_null(strstr(output.text, "uid 0"));
	output_done(&output);
	member_end(&other);
}

static int set_up(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	snprintf(folder, sizeof(folder), "%s", "/tmp/users.XXXXXX");
	return mkdtemp(folder) && mount("none", folder, "tmpfs", 0, NULL) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	while (umount2("/etc/passwd", MNT_DETACH) == 0)
		;
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_sweep_goes_on_without_names),
	    TEST(a_name_that_comes_late_is_told_by_the_next_sweep),
	    TEST(the_name_of_the_graph_before_will_do),
	    TEST(a_name_that_has_changed_is_told),
	    TEST(a_helper_that_ends_is_replaced),
	    TEST(a_report_tells_numbers),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
