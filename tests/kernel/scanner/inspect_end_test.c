/* Looking into namespaces where that is refused, hangs, or takes another way; and the command. */
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

/* --- What is refused, and what hangs --------------------------------------------------------- */

static int become_nobody(const void *unused)
{
	(void)unused;
	return setgroups(0, NULL) < 0 || setresgid(NOBODY_ID, NOBODY_ID, NOBODY_ID) < 0 ||
	       setresuid(NOBODY_ID, NOBODY_ID, NOBODY_ID) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0;
}

static pid_t given_away;

static int body_refused(void)
{
	struct inspection *inspection = inside_look(given_away, NS_NET);

	require(inside_how(inspection) == JOIN_REFUSED);
	require(inspection_find(inspection, FACT_JOIN)->join.error == EPERM);
	require(inside_named(inspection, FACT_INTERFACE, "lo")); /* as /proc tells it */
	inspection_free(inspection);
	inspection = inside_look(given_away, NS_UTS);
	require(inside_how(inspection) == JOIN_REFUSED && inspection->count == 1);
	inspection_free(inspection);
	return 0;
}

/* A namespace that root made, of a process that is now nobody's: it can be seen, not joined. */
static void refused_with_what_proc_tells(void **state)
{
	(void)state;
	need_test_machine();
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
	if (inside_mount(NULL))
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
	need_test_machine();
	struct member member = member_start(CLONE_NEWNS, make_many_mounts, NULL);
	struct graph *graph = inside_sweep();

	assert_int_equal(inspect_start(graph, inside_ns(graph, member.pid, NS_MNT), &inspect), 0);
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
	assert_int_equal(inspect_start(graph, inside_ns(graph, member.pid, NS_MNT), &inspect), 0);
	helper = find_child(member.pid);
	inspect_free(inspect);
	assert_int_equal(kill(helper, 0), -1);

	/* And all of them arrive where it is let be. */
	inspection = inspect_once(graph, inside_ns(graph, member.pid, NS_MNT));
	assert_int_equal(inspection->error, 0);
	assert_true(inspection_count(inspection, FACT_MOUNT) > 400);
	inspection_free(inspection);
	graph_unref(graph);
	member_end(&member);
}

/* Is @pid within wait4(2)? */
static bool waits(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/syscall", (int)pid);
	FILE *file = fopen(path, "re");
	long number = -1;

	if (file && fscanf(file, "%ld", &number) != 1)
		number = -1;
	if (file)
		fclose(file);
	return number == SYS_wait4;
}

/* Traces @helper, whose parent can't reap it before this process ends.  That is when @orders is closed, with status 0;
 * or when the parent waits for it, with status 1. */
static _Noreturn void hold_up(pid_t helper, int orders, int ready)
{
	struct pollfd closed = {.fd = orders};
	char byte = 0;

	if (ptrace(PTRACE_SEIZE, helper, 0, 0) < 0 || ptrace(PTRACE_INTERRUPT, helper, 0, 0) < 0)
		byte = 1;
	if (write(ready, &byte, 1) != 1 || byte)
		_exit(2);
	while (poll(&closed, 1, 0) == 0) {
		/* When that is closed it waits for this process. */
		if (waits(getppid()) && poll(&closed, 1, 0) == 0)
			_exit(1);
	}
	_exit(0);
}

/* A tracer that does not reap it, as a file system that does not answer. */
static void one_whose_end_is_held_up_holds_nobody_up(void **state)
{
	struct inspection *inspection = NULL;
	struct inspect *inspect;
	int orders[2], ready[2];
	char failed = 1;
	pid_t tracer;

	(void)state;
	need_test_machine();
	struct member member = member_start(CLONE_NEWNS, make_many_mounts, NULL);
	struct graph *graph = inside_sweep();

	assert_int_equal(pipe2(orders, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(inspect_start(graph, inside_ns(graph, member.pid, NS_MNT), &inspect), 0);
	pid_t helper = find_child(member.pid);
	fflush(NULL);
	tracer = fork();
	if (tracer == 0) {
		close(orders[1]);
		hold_up(helper, orders[0], ready[1]);
	}
	assert_int_equal(read(ready[0], &failed, 1), 1);
	if (!failed) {
		while (!inspect_io(inspect, &inspection)) {
			struct pollfd pollfd = {.fd = inspect_fd(inspect), .events = POLLIN};

			poll(&pollfd, 1, inspect_timeout(inspect));
		}
		assert_int_equal(inspection->error, -ETIMEDOUT);
		inspection_free(inspection);
	}
	inspect_free(inspect);
	close(orders[1]);
	int status = wait_status(tracer);

	helper_reap_killed();
	if (!failed) {
		assert_int_equal(status, 0);
		/* It is left out of what is read until it is reaped. */
		assert_int_equal(kill(helper, 0), -1);
	}
	close(orders[0]);
	close(ready[0]);
	close(ready[1]);
	graph_unref(graph);
	member_end(&member);
	if (failed)
		skip_because("this user may not trace a helper");
}

/* A graph in which a namespace like that of @pid is kept by @holder alone. */
static struct graph *held_by(pid_t pid, struct holder holder)
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
	holder.process = holder.kind == HOLDER_FD ? process : NULL;
	holder.path =
	    holder.path ? graph_text_copy(builder, holder.path, strlen(holder.path)) : NULL;
	graph_add_holder(
	    builder, graph_add_ns(builder, NS_UTS, st.st_dev, st.st_ino, NULL), &holder);
	return graph_freeze(builder);
}

static void by_descriptor_and_by_mount(void **state)
{
	(void)state;
	need_test_machine();
	inside_user_flag = 0;
	struct member blue = member_start(CLONE_NEWUTS, inside_name, "blue");
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)blue.pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	char point[] = "/tmp/nsscope-inspect-XXXXXX";
	const struct holder holders[] = {
	    {.kind = HOLDER_FD, .fd = fd}, {.kind = HOLDER_MOUNT, .fd = -1, .path = point}};

	close(mkstemp(point));
	assert_int_equal(mount(path, point, NULL, MS_BIND, NULL), 0);
	for (size_t i = 0; i < array_len(holders); i++) {
		struct graph *graph = held_by(blue.pid, holders[i]);
		struct inspection *inspection = inspect_once(graph, graph->namespaces[0]);

		assert_int_equal(inspection->error, 0);
		assert_true(inside_named(inspection, FACT_HOST, "blue"));
		inspection_free(inspection);
		graph_unref(graph);
	}
	assert_int_equal(umount2(point, MNT_DETACH), 0);
	unlink(point);
	member_end(&blue);
}

/* Where a bind mount was, a FIFO is by now: nobody waits for its other end. */
static void a_fifo_is_no_trap(void **state)
{
	char folder[] = "/tmp/nsscope-inspect-XXXXXX";

	(void)state;
	need_test_machine();
	assert_non_null(mkdtemp(folder));
	autofree char *fifo = xasprintf("%s/fifo", folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	struct graph *graph =
	    held_by(getpid(), (struct holder){.kind = HOLDER_MOUNT, .fd = -1, .path = fifo});
	/* Not the own one, which needs no way. */
	struct member blue = member_start(CLONE_NEWUTS, NULL, NULL);
	struct graph *other =
	    held_by(blue.pid, (struct holder){.kind = HOLDER_MOUNT, .fd = -1, .path = fifo});
	struct inspection *inspection = inspect_once(other, other->namespaces[0]);

	assert_int_equal(inspection->error, 0);
	assert_int_equal(inside_how(inspection), JOIN_REFUSED);
	assert_int_equal(inspection_find(inspection, FACT_JOIN)->join.error, ESTALE);
	inspection_free(inspection);
	inspection = inspect_once(graph, graph->namespaces[0]);
	assert_int_equal(inside_how(inspection), JOIN_OWN);
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
	need_test_machine();
	inside_user_flag = 0;
	struct member blue = member_start(CLONE_NEWUTS, inside_name, "blue\033[31m");
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
	need_test_machine();
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
	    cmocka_unit_test(refused_with_what_proc_tells),
	    cmocka_unit_test(one_that_hangs_is_killed),
	    cmocka_unit_test(one_whose_end_is_held_up_holds_nobody_up),
	    cmocka_unit_test(by_descriptor_and_by_mount),
	    cmocka_unit_test(a_fifo_is_no_trap),
	    cmocka_unit_test(the_command_tells_it),
	    cmocka_unit_test(the_command_is_forbidden),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
