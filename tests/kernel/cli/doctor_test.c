/* nsscope doctor where all is well, and where something is forbidden. */
#include "cli/cli.h"
#include "lessons/play/preflight.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/doctor.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static struct run run_doctor(const char *locale)
{
	return command_run(cli_doctor, "doctor", "", locale, -1);
}

/* Calls @body, which returns 0, in a child process: its changes end with it. */
static void in_a_child(int (*body)(const void *arg))
{
	struct member member = member_start(CLONE_NEWNS | CLONE_NEWUSER, body, NULL);

	member_end(&member);
}

/* In a user namespace with one ID, unshare -Ur, root can't be given up, and doctor says so. */
static void need_lessons_of_root(void)
{
	if (geteuid() == 0 && !room_has_users())
		skip_because("needs several user IDs: else lessons can't give root up");
}

static void all_is_well(void **state)
{
	uint64_t before[NS_TYPE_COUNT];
	struct utsname machine;
	struct run run;

	(void)state;
	need_test_machine();
	need_lessons_of_root();
	uname(&machine);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		before[type] = link_ino(getpid(), ns_types[type].name);
	run = run_doctor("C.UTF-8");
	assert_string_equal(run.errors, "");
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, machine.release);
	assert_plain(run.output, false);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *made = xasprintf("✔ %s: may be created", ns_types[type].name);
		autofree char *limit = xasprintf("user.max_%s_namespaces: ", ns_types[type].name);

		if (before[type])
			assert_has(run.output, made);
		assert_has(run.output, limit);
		assert_int_equal(link_ino(getpid(), ns_types[type].name), before[type]);
	}
	assert_has(run.output, "✔ /proc/self/ns: works");
	assert_has(run.output, "✔ /proc: it belongs to this PID namespace");
	assert_has(run.output, "kernel.unprivileged_userns_clone: ");
	assert_has(run.output, "\nAll that nsscope needs works here.\n");
	run_done(&run);

	run = run_doctor("C");
	assert_plain(run.output, true);
	assert_has(run.output, "+ /proc/self/ns: works");
	assert_has(run.output, "-> export LC_ALL=C.UTF-8");
	run_done(&run);
	assert_ends_well(cli_doctor, "doctor", "");
}

/* The trial leaves neither a child nor a namespace. */
static void a_trial_leaves_nothing(void **state)
{
	uint64_t uts;

	(void)state;
	need_test_machine();
	uts = link_ino(getpid(), "uts");
	assert_int_equal(probe_unshare(CLONE_NEWUTS | CLONE_NEWPID), 0);
	assert_int_equal(probe_unshare(1), -EINVAL);
	assert_int_equal(link_ino(getpid(), "uts"), uts);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int examine_as_nobody(void)
{
	struct run run = run_doctor("C.UTF-8");

	require(strstr(run.output, "– /proc/1/ns: "));
	require(strstr(run.output, "→ sudo nsscope\n"));
	require(strstr(run.output, "– perf_event_open: the kernel doesn't report changes"));
	require(strstr(run.output, "CAP_PERFMON"));
	require(run.status == EXIT_DONE || run.status == EXIT_FORBIDDEN);
	require((run.status == EXIT_DONE) == !strstr(run.output, "✘ uts: "));
	run_done(&run);
	return 0;
}

static void an_unprivileged_user_learns_what_root_may(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	as_nobody(examine_as_nobody);
}

static int forbid_uts(const void *arg)
{
	autoclose int limit = -1;
	struct run run;

	(void)arg;
	require(map_root(geteuid(), getegid()) == 0 || map_root(0, 0) == 0);
	limit = open("/proc/sys/user/max_uts_namespaces", O_WRONLY | O_CLOEXEC);
	require(limit >= 0 && write(limit, "0", 1) == 1);
	run = run_doctor("C.UTF-8");
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.output, "✘ uts: the limit is reached"));
	require(strstr(run.output, "✔ ipc: may be created"));
	require(strstr(run.output, "✘ user.max_uts_namespaces: 0: none may be created\n"
	                           "  → "));
	require(strstr(run.output, "sysctl -w user.max_uts_namespaces=15000\n"));
	require(strstr(run.output, "\nSomething that nsscope or a lesson"));
	run_done(&run);
	return 0;
}

/* The limit of a user namespace of its own: nothing outside changes. */
static void a_limit_of_zero_is_found(void **state)
{
	(void)state;
	need_test_machine();
	in_a_child(forbid_uts);
}

static int cover_proc(const void *arg)
{
	struct run run;

	(void)arg;
	require(mount("tmpfs", "/proc", "tmpfs", 0, NULL) == 0);
	run = run_doctor("C.UTF-8");
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.output, "✘ /proc: it is not mounted"));
	require(strstr(run.output, "mount -t proc proc /proc\n"));
	require(!strstr(run.output, "this kernel has no"));
	require(strstr(run.output, "– user.max_uts_namespaces: not known\n"));
	run_done(&run);
	return 0;
}

static void a_missing_proc_is_found(void **state)
{
	(void)state;
	need_test_machine();
	in_a_child(cover_proc);
}

/* --- Filters --------------------------------------------------------------------------------- */

/* From now on the call @number gets @answer: SECCOMP_RET_….  seccomp(2) */
static void filter(unsigned number, unsigned answer)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, answer),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {array_len(code), code};

	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	require(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

struct filtered {
	unsigned number, answer;
	const char *said;     /* by doctor */
	const char *hindered; /* a lesson that makes the call */
};

/* Doctor names the filter and the lesson, and the lesson does not begin. */
static int see_filtered(const void *arg)
{
	const struct filtered *filtered = arg;
	autofree char *words = xasprintf("--plain %s", filtered->hindered);
	struct run run;

	filter(filtered->number, filtered->answer);
	run = run_doctor("C.UTF-8");
	require(run.status == EXIT_FORBIDDEN);
	require(says(run.output, filtered->said));
	require(strstr(run.output, "– seccomp: a filter is set"));
	require(strstr(run.output, "seccomp=unconfined"));
	require(!strstr(run.output, "All that nsscope needs"));
	run_done(&run);
	run = command_run(cli_lesson, "lesson", words, "C.UTF-8", -1);
	require(run.status == EXIT_FORBIDDEN);
	require(says(run.output, "a seccomp filter"));
	require(!strstr(run.output, "This kernel differs here"));
	run_done(&run);
	return 0;
}

static void filters_are_named(void **state)
{
	static const struct filtered all[] = {
	    {SYS_sethostname, SECCOMP_RET_ERRNO | EPERM, "sethostname: a seccomp filter refuses",
	        "uts"},
	    {SYS_sethostname, SECCOMP_RET_KILL_PROCESS, "sethostname: a seccomp filter kills",
	        "uts"},
	    {SYS_pivot_root, SECCOMP_RET_ERRNO | EPERM, "pivot_root: a seccomp filter refuses",
	        "root"},
	    {SYS_setns, SECCOMP_RET_ERRNO | EPERM, "setns: a seccomp filter refuses", "uts"},
	    {SYS_unshare, SECCOMP_RET_ERRNO | EPERM, "✘ net: a seccomp filter refuses unshare",
	        "ipc"},
	    {SYS_unshare, SECCOMP_RET_KILL_PROCESS, "✘ net: a seccomp filter kills", "ipc"},
	    {SYS_mount, SECCOMP_RET_ERRNO | EPERM, "a seccomp filter refuses mount", "mounts"},
	    {SYS_mount_setattr, SECCOMP_RET_ERRNO | ENOSYS, "a seccomp filter hides mount_setattr",
	        "net"},
	};

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root: else its lessons can't give it up");
	for (size_t i = 0; i < array_len(all); i++) {
		struct member member = member_start(CLONE_NEWNS, see_filtered, &all[i]);

		member_end(&member);
	}
}

/* --- Control groups --------------------------------------------------------------------------- */

/* As before cgroup v2 was first mounted. */
static int without_groups(int (*command)(int argc, char **argv), int argc, char **argv)
{
	const char text[] = "4:memory:/\n1:name=systemd:/\n";
	autoclose int file = -1;

	require(mount("tmpfs", "/mnt", "tmpfs", 0, NULL) == 0);
	file = open("/mnt/cgroup", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	require(write(file, text, strlen(text)) == (ssize_t)strlen(text));
	require(mount("/mnt/cgroup", "/proc/self/cgroup", NULL, MS_BIND, NULL) == 0);
	return command(argc, argv);
}

static int doctor_without_groups(int argc, char **argv)
{
	return without_groups(cli_doctor, argc, argv);
}

static int lesson_without_groups(int argc, char **argv)
{
	return without_groups(cli_lesson, argc, argv);
}

static int see_no_groups(const void *arg)
{
	struct run run = command_run(doctor_without_groups, "doctor", "", "C.UTF-8", -1);

	(void)arg;
	require(run.status == EXIT_FORBIDDEN);
	require(says(run.output, "✘ cgroup: cgroup v2: no process is in a group of it"));
	run_done(&run);
	run = command_run(lesson_without_groups, "lesson", "--plain cgroup", "C.UTF-8", -1);
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.output, "✘ cgroup v2: "));
	require(!strstr(run.output, "This kernel differs here"));
	run_done(&run);
	return 0;
}

/* Processes are in groups, wherever their tree is mounted. */
static int see_groups_without_a_tree(const void *arg)
{
	struct run run;

	(void)arg;
	if (umount2("/sys", MNT_DETACH) < 0)
		return 0; /* another test's mount */
	run = command_run(cli_lesson, "lesson", "--plain cgroup", "C.UTF-8", -1);
	require(run.status == EXIT_DONE);
	require(!strstr(run.output, "✘"));
	run_done(&run);
	return 0;
}

static void groups_are_needed(void **state)
{
	autoclose int file = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	char groups[4096] = "";
	struct member member;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWNS, see_no_groups, NULL);
	member_end(&member);
	if (file < 0 || read(file, groups, sizeof(groups) - 1) <= 0 || !strstr(groups, "0::"))
		skip_because("kernel: cgroup v2 was never mounted");
	member = member_start(CLONE_NEWNS, see_groups_without_a_tree, NULL);
	member_end(&member);
}

/* --- Where it runs --------------------------------------------------------------------------- */

/* /proc of the processes alone: the limits hold all the same. */
static int see_processes_alone(const void *arg)
{
	struct run run;

	(void)arg;
	if (mount("proc", "/proc", "proc", 0, "subset=pid") < 0)
		return 0; /* before Linux 5.8 */
	run = run_doctor("C.UTF-8");
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.output, "– user.max_uts_namespaces: not known: this /proc has no sys "
	                           "(subset=pid)\n"));
	require(!strstr(run.output, "this kernel has no such"));
	require(says(run.output, "✘ rooms, user, ipc, net, limits, cgroup, container: "));
	require(says(run.output, "this /proc has only processes (subset=pid)"));
	run_done(&run);
	return 0;
}

static void a_proc_of_processes_alone_is_found(void **state)
{
	struct member member;

	(void)state;
	need_test_machine();
	need_lessons_of_root();
	member = member_start(CLONE_NEWNS, see_processes_alone, NULL);
	member_end(&member);
}

static void maps_are_read(void **state)
{
	(void)state;
	assert_true(id_is_mapped("         0          0 4294967295\n", 0));
	assert_true(id_is_mapped("0 0 4294967295\n", 4294967294));
	assert_false(id_is_mapped("0 0 4294967295\n", 4294967295));
	assert_true(id_is_mapped("0 1000 1\n1 100000 65536\n", 65536));
	assert_false(id_is_mapped("0 1000 1\n1 100000 65536\n", 65537));
	assert_false(id_is_mapped("", 0));
	assert_false(id_is_mapped("x", 0));
}

/* What is said to be the reason in there, of a user namespace that the kernel refuses: by doctor, and by
 * a lesson, which does not begin. */
static void expect_refusal(const char *reason)
{
	struct run run;

	require(probe_unshare(CLONE_NEWUSER) == -EPERM);
	if (access("/usr", F_OK) < 0)
		return; /* nor is there a locale for doctor */
	run = run_doctor("C.UTF-8");
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.output, "✘ user: the kernel makes no user namespace for a "));
	require(says(run.output, reason));
	require(!strstr(run.output, "seccomp filter"));
	run_done(&run);
	run = command_run(cli_lesson, "lesson", "--plain rooms", "C.UTF-8", -1);
	require(run.status == EXIT_FORBIDDEN);
	require(says(run.output, reason));
	run_done(&run);
}

/* All that there was, at another place. */
static int chroot_to_a_mount(const void *arg)
{
	(void)arg;
	require(map_root(geteuid(), getegid()) == 0 || map_root(0, 0) == 0);
	require(mount("/", "/mnt", NULL, MS_BIND | MS_REC, NULL) == 0);
	require(chroot("/mnt") == 0 && chdir("/") == 0);
	expect_refusal("in a chroot");
	return 0;
}

static int chroot_to_a_folder(const void *arg)
{
	(void)arg;
	require(map_root(geteuid(), getegid()) == 0 || map_root(0, 0) == 0);
	require(mount("tmpfs", "/mnt", "tmpfs", 0, NULL) == 0 && mkdir("/mnt/root", 0755) == 0);
	require(chroot("/mnt/root") == 0 && chdir("/") == 0);
	expect_refusal("in a chroot");
	return 0;
}

static int have_no_id(const void *arg)
{
	(void)arg;
	expect_refusal("without an ID");
	return 0;
}

/* user_namespaces(7) has more reasons than switches and filters. */
static void a_refusal_has_its_cause(void **state)
{
	(void)state;
	need_test_machine();
	in_a_child(chroot_to_a_mount);
	in_a_child(chroot_to_a_folder);
	in_a_child(have_no_id);
}

static void wrong_use(void **state)
{
	(void)state;
	assert_wrong_use(cli_doctor, "doctor", "x", "\"x\"");
	assert_wrong_use(cli_doctor, "doctor", "--cure", "--cure");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_is_well),
	    cmocka_unit_test(a_trial_leaves_nothing),
	    cmocka_unit_test(an_unprivileged_user_learns_what_root_may),
	    cmocka_unit_test(a_limit_of_zero_is_found),
	    cmocka_unit_test(a_missing_proc_is_found),
	    cmocka_unit_test(filters_are_named),
	    cmocka_unit_test(groups_are_needed),
	    cmocka_unit_test(a_refusal_has_its_cause),
	    cmocka_unit_test(a_proc_of_processes_alone_is_found),
	    cmocka_unit_test(maps_are_read),
	    cmocka_unit_test(wrong_use),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
