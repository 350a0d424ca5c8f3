/* What doctor says of the lessons is what happens when they are played: where containers forbid something,
 * or let through what a lesson shows to be refused.  Each place here is one that a container's program
 * makes, made without it. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LESSONS_MAX = 4 };

struct place {
	unsigned long flags; /* CLONE_NEW… */
	int (*go)(void);     /* 0, or 1 where the kernel can't make such a place */
	bool as_nobody;
	const char *lessons[LESSONS_MAX]; /* that are played there */
	const char *said[LESSONS_MAX];    /* by doctor, whatever its lines */
	const char *not_said;
};

/* Is @lesson among those that doctor says can be played, in however many lines? */
static bool can_be_played(const char *output, const char *lesson)
{
	autofree char *words = xstrdup(output), *word = xasprintf(" %s,", lesson);
	autofree char *last = xasprintf(" %s:", lesson);
	char *to = words, *end, *at;

	for (const char *from = output; *from; from++)
		if (!(strchr(" \n", *from) && to > words && to[-1] == ' '))
			*to++ = *from == '\n' ? ' ' : *from;
	*to = '\0';
	end = strstr(words, ": can be played");
	if (!end)
		return false;
	end[1] = '\0';
	for (at = end; at > words && strncmp(at, "✔", strlen("✔")) != 0;)
		at--;
	return strstr(at, word) || strstr(at, last);
}

static void play(const char *doctor, const char *lesson)
{
	autofree char *words = xasprintf("--plain %s", lesson);
	struct run run = command_run(cli_lesson, "lesson", words, "C.UTF-8", -1);
	int said = can_be_played(doctor, lesson) ? EXIT_DONE : EXIT_FORBIDDEN;

	if (run.status != said)
		fprintf(stderr, "%s ended with %d; doctor: %s\n%s", lesson, run.status, doctor,
		    run.output);
	require(run.status == said);
	require(!strstr(run.output, "This kernel differs here"));
	run_done(&run);
}

static int look_around(const void *arg)
{
	const struct place *place = arg;
	struct run run;

	if (place->go() != 0)
		return 0;
	if (place->as_nobody)
		require(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0 &&
		        setresuid(65534, 65534, 65534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
	run = command_run(cli_doctor, "doctor", "", "C.UTF-8", -1);
	for (size_t i = 0; i < LESSONS_MAX && place->said[i]; i++) {
		if (!says(run.output, place->said[i]))
			fprintf(
			    stderr, "doctor does not say \"%s\":\n%s", place->said[i], run.output);
		require(says(run.output, place->said[i]));
	}
	require(!place->not_said || !says(run.output, place->not_said));
	for (size_t i = 0; i < LESSONS_MAX && place->lessons[i]; i++)
		play(run.output, place->lessons[i]);
	run_done(&run);
	return 0;
}

static void go_to(const struct place *place)
{
	struct member member = member_start(place->flags | CLONE_NEWNS, look_around, place);

	member_end(&member);
}

/* --- User namespaces -------------------------------------------------------------------------- */

static void write_text(const char *path, const char *text)
{
	autoclose int file = open(path, O_WRONLY | O_CLOEXEC);

	require(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
}

/* As bubblewrap does for an ordinary user. */
static int deny_setgroups(void)
{
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/uid_map", "0 0 1");
	write_text("/proc/self/gid_map", "0 0 1");
	return 0;
}

static void in_a_user_namespace(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	go_to(&(const struct place){.flags = CLONE_NEWUSER,
	    .go = deny_setgroups,
	    .lessons = {"user", "owner", "rooms"},
	    .said = {"setgroups is denied in this user namespace"}});
}

/* --- Capabilities ----------------------------------------------------------------------------- */

static void lose(int cap)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	require(prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0);
	require(syscall(SYS_capget, &header, data) == 0);
	data[cap / 32].effective &= ~(1U << cap % 32);
	data[cap / 32].permitted &= ~(1U << cap % 32);
	data[cap / 32].inheritable &= ~(1U << cap % 32);
	require(syscall(SYS_capset, &header, data) == 0);
}

/* As podman run --cap-add SYS_PTRACE. */
static int lose_sys_admin(void)
{
	lose(CAP_SYS_ADMIN);
	lose(CAP_NET_ADMIN);
	return 0;
}

/* As systemd-nspawn does. */
static int lose_sys_time(void)
{
	lose(CAP_SYS_TIME);
	return 0;
}

static void without_a_capability(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	go_to(&(const struct place){.go = lose_sys_admin,
	    .lessons = {"user", "uts"},
	    .said = {"user, container: CAP_SYS_ADMIN: the lesson's processes give up root",
	        "it takes CAP_NET_ADMIN"}});
	go_to(&(const struct place){.go = lose_sys_time,
	    .lessons = {"time", "uts"},
	    .said = {"timens_offsets: CAP_SYS_TIME is missing, although you are root"}});
	/* Nor has root what is not in the bounding set. */
	go_to(&(const struct place){.go = lose_sys_admin,
	    .as_nobody = true,
	    .said = {
	        "SIOCGSKNS: network namespaces that only a socket holds are not found (it takes "
	        "CAP_NET_ADMIN in the user namespace that owns the network namespace; a "
	        "container is given it with --cap-add NET_ADMIN) ✔"}});
}

static int forbid_privileges(void)
{
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	return 0;
}

static void where_sudo_gives_nothing(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	go_to(&(const struct place){.go = forbid_privileges,
	    .as_nobody = true,
	    .said = {"no_new_privs: set: sudo and su give no privileges here",
	        "as root, and not from here, where no_new_privs is set: nsscope"},
	    .not_said = "→ sudo"});
}

/* --- Mounts ------------------------------------------------------------------------------------ */

/* As systemd-nspawn enters its root: what was the root before stays below it. */
static int move_root(void)
{
	require(mount("/", "/mnt", NULL, MS_BIND | MS_REC, NULL) == 0 && chdir("/mnt") == 0);
	require(mount(".", "/", NULL, MS_MOVE, NULL) == 0 && chroot(".") == 0);
	return 0;
}

static int enter_chroot(void)
{
	require(mount("/", "/mnt", NULL, MS_BIND | MS_REC, NULL) == 0);
	require(chroot("/mnt") == 0 && chdir("/") == 0);
	return 0;
}

static int stay(void)
{
	return 0;
}

static int lose_proc(void)
{
	require(mount("tmpfs", "/proc", "tmpfs", 0, NULL) == 0);
	return 0;
}

/* Linux 5.8 */
static int see_processes_alone(void)
{
	return mount("proc", "/proc", "proc", 0, "subset=pid") < 0;
}

static int hide_processes(void)
{
	require(mount("proc", "/proc", "proc", 0, "hidepid=2") == 0);
	return 0;
}

static void in_another_root(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	go_to(&(const struct place){.go = move_root,
	    .lessons = {"root", "mounts"},
	    .said = {"✘ root: mount proc: another /proc lies below the root"}});
	go_to(&(const struct place){.go = enter_chroot,
	    .as_nobody = true,
	    .lessons = {"uts", "user"},
	    .said = {
	        "✘ uts: may be created only within a user namespace, and none may be created"}});
}

static void with_another_proc(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	go_to(&(const struct place){.flags = CLONE_NEWPID,
	    .go = stay,
	    .lessons = {"owner", "init"},
	    .said = {"time, container: /proc: it belongs to another PID namespace"}});
	go_to(&(const struct place){.go = lose_proc,
	    .lessons = {"init", "uts"},
	    .said = {"time, container: /proc: it is not mounted"}});
	go_to(&(const struct place){.go = see_processes_alone,
	    .lessons = {"rooms", "cgroup", "container", "init"},
	    .said = {"/proc/meminfo"}});
	go_to(&(const struct place){.go = hide_processes,
	    .as_nobody = true,
	    .lessons = {"init", "uts"},
	    .said = {"init: hidepid: /proc hides the processes of other users",
	        "/proc/1/ns: /proc hides the processes of other users: they are not counted"}});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_a_user_namespace),
	    cmocka_unit_test(without_a_capability),
	    cmocka_unit_test(where_sudo_gives_nothing),
	    cmocka_unit_test(in_another_root),
	    cmocka_unit_test(with_another_proc),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
