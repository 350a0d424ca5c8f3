/* The helper process that reads host names. */
#include "scanner/helper/hostname_helper.h"

#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

static int ask(struct hostname_helper *helper, pid_t pid, uint64_t ino, struct uts_names *names)
{
	autofree char *link = xasprintf("/proc/%d/ns/uts", (int)pid);
	autoclose int fd = open(link, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : hostname_helper_ask(helper, fd, ino);

	while (r == 0)
		r = hostname_helper_answer(helper, clock_us() + 10000, names);
	return r;
}

static int name_domain(const void *name)
{
	if (name_host(name) < 0)
		return -errno;
	return setdomainname("a domain", 8);
}

/* The helper of @pid, found from outside, by the name that it has once it has answered; 0 for
 * none. */
static pid_t helper_of(pid_t pid)
{
	static const struct scan_options plain = {.hostnames = false};
	pid_t found = 0;
	struct scan *scan;
	struct graph *graph;

	require(scan_new(&plain, &scan) == 0);
	graph = sweep_now(scan, NULL);
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (process->ppid == pid && strcmp(process->comm, "nsscope-probe") == 0)
			found = process->id.pid;
	}
	graph_unref(graph);
	scan_free(scan);
	return found;
}

static void signal_helper(int number)
{
	pid_t helper = helper_of(getpid());

	assert_true(helper > 0); /* 0 would be everybody here */
	assert_int_equal(kill(helper, number), 0);
}

static void it_answers_or_says_why_not(void **state)
{
	struct hostname_helper *helper;
	struct uts_names names = {.node = ""};
	struct member member;
	uint64_t ino;

	(void)state;
	need_test_machine();
	assert_int_equal(hostname_helper_new(&helper), 0);
	member = member_start(CLONE_NEWUTS, name_domain, "a host");
	ino = link_ino(member.pid, "uts");
	assert_int_equal(ask(helper, member.pid, ino + 1, &names), -ESTALE);
	assert_string_equal(names.node, "");
	assert_int_equal(ask(helper, member.pid, ino, &names), 1);
	assert_string_equal(names.node, "a host");
	assert_string_equal(names.domain, "a domain");
	/* It has come back: what it can read next is what it could read before. */
	assert_int_equal(link_ino(helper_of(getpid()), "uts"), link_ino(getpid(), "uts"));
	member_end(&member);
	assert_int_equal(ask(helper, member.pid, ino, &names), -ENOENT);
	hostname_helper_free(helper);
	assert_int_equal(helper_of(getpid()), 0);
}

static int ask_about_root(void)
{
	uint64_t ino = 1;
	struct uts_names names;
	struct hostname_helper *helper;

	require(hostname_helper_new(&helper) == 0);
	require(ask(helper, 1, ino, &names) == -EACCES);
	hostname_helper_free(helper);
	return 0;
}

static void a_refusal_is_told(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("only root can be another user");
	as_nobody(ask_about_root);
}

static size_t count_entries(pid_t pid, const char *folder)
{
	autofree char *path = xasprintf("/proc/%d/%s", pid, folder);
	DIR *dir = opendir(path);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* . and .. */
}

static void it_holds_nothing_of_its_asker(void **state)
{
	struct uts_names names;
	struct hostname_helper *helper;
	int inherited[2];
	pid_t pid;

	(void)state;
	need_test_machine();
	assert_int_equal(pipe(inherited), 0); /* without O_CLOEXEC, even */
	assert_int_equal(hostname_helper_new(&helper), 0);
	assert_int_equal(ask(helper, getpid(), link_ino(getpid(), "uts"), &names), 1);
	pid = helper_of(getpid());
	assert_int_not_equal(pid, 0);
	/* Its socket, /dev/null twice, its own uts namespace. */
	assert_int_equal(count_entries(pid, "fd"), 4);
	assert_int_equal(getsid(pid), pid);
	hostname_helper_free(helper);
	close(inherited[0]);
	close(inherited[1]);
}

static void a_helper_that_died_is_started_again(void **state)
{
	uint64_t ino;
	struct uts_names names;
	struct hostname_helper *helper;

	(void)state;
	need_test_machine();
	ino = link_ino(getpid(), "uts");
	assert_int_equal(hostname_helper_new(&helper), 0);
	assert_int_equal(ask(helper, getpid(), ino, &names), 1);
	signal_helper(SIGKILL);
	assert_int_not_equal(ask(helper, getpid(), ino, &names), 1);
	assert_int_equal(ask(helper, getpid(), ino, &names), 1);
	hostname_helper_free(helper);
}

static void a_helper_that_hangs_is_given_up(void **state)
{
	uint64_t ino, begin_us, took_us;
	struct uts_names names;
	struct hostname_helper *helper;

	(void)state;
	need_test_machine();
	ino = link_ino(getpid(), "uts");
	assert_int_equal(hostname_helper_new(&helper), 0);
	assert_int_equal(ask(helper, getpid(), ino, &names), 1);
	signal_helper(SIGSTOP);
	begin_us = clock_us();
	assert_int_equal(ask(helper, getpid(), ino, &names), -ETIMEDOUT);
	took_us = clock_us() - begin_us;
	assert_true(took_us >= 200000);
	assert_int_equal(ask(helper, getpid(), ino, &names), 1);
	hostname_helper_free(helper);
}

static int start_hostname_helper(const void *arg)
{
	static struct hostname_helper *helper;
	struct uts_names names;

	(void)arg;
	if (hostname_helper_new(&helper) < 0)
		return -1;
	/* It has its name once it has answered. */
	return ask(helper, getpid(), link_ino(getpid(), "uts"), &names) == 1 ? 0 : -1;
}

/* Not even SIGKILL leaves it behind. */
static void it_ends_with_its_asker(void **state)
{
	struct member asker;
	struct pollfd pollfd = {.events = POLLIN};
	pid_t helper;

	(void)state;
	need_test_machine();
	asker = member_start(0, start_hostname_helper, NULL);
	helper = helper_of(asker.pid);
	assert_int_not_equal(helper, 0);
	pollfd.fd = (int)syscall(SYS_pidfd_open, helper, 0); /* 5.3 */
	if (pollfd.fd < 0)
		skip_because("pidfd_open: %s", strerror(errno));
	kill(asker.pid, SIGKILL);
	assert_int_equal(poll(&pollfd, 1, -1), 1);
	close(pollfd.fd);
	member_end(&asker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_answers_or_says_why_not),
	    cmocka_unit_test(a_refusal_is_told),
	    cmocka_unit_test(it_holds_nothing_of_its_asker),
	    cmocka_unit_test(a_helper_that_died_is_started_again),
	    cmocka_unit_test(a_helper_that_hangs_is_given_up),
	    cmocka_unit_test(it_ends_with_its_asker),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
