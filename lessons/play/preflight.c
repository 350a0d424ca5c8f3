#include "lessons/play/preflight.h"

#include "lessons/play/player.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/program.h"
#include "lessons/stage/refusal.h"
#include "lessons/stage/stage.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"
#include "scanner/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

int probe_unshare(uint64_t flags)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	/* Every errno fits an exit status. */
	if (child == 0)
		_exit(unshare((int)flags) == 0 ? 0 : errno);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECANCELED;
}

/* --- Findings --------------------------------------------------------------------------------- */

/* Takes the texts over.  @why: NULL where all is well. */
static void find(struct preflight *preflight, char *what, char *why, char *cure)
{
	preflight->findings =
	    xrealloc(preflight->findings, (preflight->count + 1) * sizeof(*preflight->findings));
	preflight->findings[preflight->count++] =
	    (struct finding){.what = what, .ok = !why, .why = why, .cure = cure};
	preflight->playable = preflight->playable && !why;
}

/* --- The trials --------------------------------------------------------------------------------- */

enum { WAIT_MS = 5000 };

#define FIRST "T" /* the stage's first actor */

#define PRIVATE_MOUNTS                                                                             \
	"A: unshare(CLONE_NEWNS)\n"                                                                \
	"A: mount(\"none\", \"/\", \"\", MS_REC|MS_PRIVATE)\n"
#define TMPFS "A: mount(\"none\", \"/tmp\", \"tmpfs\", 0)\n"
#define OPEN_UTS                                                                                   \
	"A: unshare(CLONE_NEWUTS)\n"                                                               \
	"A: open(\"/proc/self/ns/uts\", O_RDONLY) -> uts\n"
#define MAPPED                                                                                     \
	"A: unshare(CLONE_NEWUSER)\n"                                                              \
	"A: write_file(\"/proc/self/setgroups\", \"deny\")\n"                                      \
	"A: write_file(\"/proc/self/uid_map\", \"0 {uid} 1\\n\")\n"                                \
	"A: write_file(\"/proc/self/gid_map\", \"0 {gid} 1\\n\")\n"

/* A lesson that makes the call @call, with @holds somewhere in its line, is tried by @calls, written as
 * a lesson writes them.  The last of them is what may be refused. */
static const struct probe {
	const char *what, *call, *holds;
	const char *calls;
	bool bare; /* without a user namespace around it, also where the stage has made none */
	/* The kernel is to refuse the last of them: what a lesson shows must not work here. */
	bool refused;
	const char *why,
	    *cure; /* where a line of a shell is the last, or nothing is refused: msgids */
} probes[] = {
    {.what = "sethostname",
        .call = "sethostname",
        .calls = "A: unshare(CLONE_NEWUTS)\nA: sethostname(\"trial\")\n"},
    {.what = "clone", .call = "clone", .calls = "A: clone(B, CLONE_NEWUTS)\n"},
    {.what = "setns",
        .call = "setns",
        .calls = OPEN_UTS "A: unshare(CLONE_NEWUTS)\nA: setns(uts, CLONE_NEWUTS)\n"},
    {.what = "ioctl_nsfs", .call = "ioctl", .calls = OPEN_UTS "A: ioctl(uts, NS_GET_USERNS)\n"},
    {.what = "pthread_create",
        .call = "thread_unshare",
        .calls = "A: thread_unshare(CLONE_NEWUTS)\n"},
    {.what = "pidfd_open", .call = "pidfd_open", .calls = "A: fork(B)\nA: pidfd_open(B)\n"},
    {.what = "kill", .call = "kill", .calls = "A: fork(B)\nA: kill({B}, SIGTERM)\n"},
    {.what = "prctl", .call = "prctl", .calls = "A: prctl(PR_SET_CHILD_SUBREAPER, 1)\n"},
    {.what = "uid_map", .call = "write_file", .holds = "_map\"", .calls = MAPPED, .bare = true},
    {.what = "timens_offsets",
        .call = "write_file",
        .holds = "timens_offsets",
        .calls = "A: unshare(CLONE_NEWTIME)\n"
                 "A: write_file(\"/proc/self/timens_offsets\", \"boottime 3600 0\\n\")\n"},
    {.what = "/proc/sys/user",
        .call = "write_file",
        .holds = "\"/proc/sys/user/",
        .calls = MAPPED "A: write_file(\"/proc/sys/user/max_uts_namespaces\", \"100\")\n",
        .bare = true},
    {.what = "/proc/sys/kernel",
        .call = "write_file",
        .holds = "\"/proc/sys/kernel/",
        .calls = "A: unshare(CLONE_NEWIPC)\n"
                 "A: write_file(\"/proc/sys/kernel/msgmni\", \"17\")\n"},
    {.what = "mount tmpfs", .call = "mount", .holds = "\"tmpfs\"", .calls = PRIVATE_MOUNTS TMPFS},
    {.what = "mount proc",
        .call = "mount",
        .holds = "\"proc\"",
        .calls = "A: unshare(CLONE_NEWPID)\n" PRIVATE_MOUNTS
                 "A: fork(B)\nB: mount(\"proc\", \"/tmp\", \"proc\", 0)\n"},
    {.what = "umount2",
        .call = "umount2",
        .calls = PRIVATE_MOUNTS TMPFS "A: umount2(\"/tmp\", 0)\n"},
    {.what = "pivot_root",
        .call = "pivot_root",
        .calls = PRIVATE_MOUNTS TMPFS "A: chdir(\"/tmp\")\nA: pivot_root(\".\", \".\")\n"},
    {.what = "chroot", .call = "chroot", .calls = PRIVATE_MOUNTS "A: chroot(\"/tmp\")\n"},
    {.what = "shmget",
        .call = "shmget",
        .calls = "A: unshare(CLONE_NEWIPC)\nA: shmget(1, 4096, IPC_CREAT)\n"},
    {.what = "msgget",
        .call = "msgget",
        .calls = "A: unshare(CLONE_NEWIPC)\nA: msgget(1, IPC_CREAT)\n"},
    {.what = "semget",
        .call = "semget",
        .calls = "A: unshare(CLONE_NEWIPC)\nA: semget(1, 1, IPC_CREAT)\n"},
    {.what = "mq_open",
        .call = "mq_open",
        .calls = "A: unshare(CLONE_NEWIPC)\nA: mq_open(\"/trial\", O_CREAT|O_RDWR)\n"},
    {.what = "tcp",
        .call = "tcp_listen",
        .calls = "A: unshare(CLONE_NEWNET)\nA: tcp_listen(\"0.0.0.0\", 8080)\n"},
    {.what = "unix",
        .call = "unix_listen",
        .calls = "A: unshare(CLONE_NEWNET)\nA: unix_listen(\"@trial\")\n"},
    {.what = "sh", .call = "sh", .calls = "A: sh(\"true\")\n"},
    {.what = "sh", .call = "sh_read", .calls = "A: sh(\"true\")\n"},
    {.what = "lo",
        .call = "sh",
        .holds = "ip link set lo up",
        .calls = "A: unshare(CLONE_NEWNET)\nA: sh(\"ip link set lo up\")\n",
        .why = N_("ip can't bring lo up in a network namespace")},
    {.what = "veth",
        .call = "sh",
        .holds = "type veth",
        .calls = "A: unshare(CLONE_NEWNET)\n"
                 "A: sh(\"ip link add trial type veth peer name other\")\n",
        .why = N_("ip can't create a veth pair: the kernel's module may be missing"),
        .cure = "modprobe veth"},
    {.what = "gid_map",
        .call = "write_file",
        .holds = "gid_map\"",
        .calls = "A: unshare(CLONE_NEWUSER)\n"
                 "A: write_file(\"/proc/self/uid_map\", \"0 {uid} 1\\n\")\n"
                 "A: write_file(\"/proc/self/gid_map\", \"0 {gid} 1\\n\")\n",
        .bare = true,
        .refused = true,
        .why = N_("setgroups is denied in this user namespace already, so the kernel lets a "
                  "group be mapped at once"),
        .cure = N_("run nsscope outside that user namespace")},
    {.what = "mount proc",
        .call = "mount",
        .holds = "\"proc\"",
        .calls = PRIVATE_MOUNTS TMPFS "A: mkdir(\"/tmp/proc\")\n"
                                      "A: chdir(\"/tmp\")\n"
                                      "A: pivot_root(\".\", \".\")\n"
                                      "A: umount2(\".\", MNT_DETACH)\n"
                                      "A: unshare(CLONE_NEWPID)\n"
                                      "A: fork(B)\nB: mount(\"proc\", \"/proc\", \"proc\", 0)\n",
        .refused = true,
        .why = N_("another /proc lies below the root of this mount namespace, as in "
                  "systemd-nspawn, so the kernel lets one be mounted always"),
        .cure = N_("enter the root by pivot_root(2), as other containers do")},
};

enum { PROBES = array_len(probes) };

/* What the kernel is to refuse need not work here.  Another error comes only from a call that is made. */
static bool is_to_be_refused(const struct lesson_call *call)
{
	return call->expected && !strcmp(call->expected, "EPERM");
}

/* Calls @look for each call of the lesson that is to work, or to be @refused, until it returns true.
 * Returns whether it did. */
static bool any_call(const struct lesson *lesson, bool refused,
    bool (*look)(const struct lesson_call *call, const void *data), const void *data)
{
	for (size_t step = 0; step < lesson->step_count; step++) {
		const struct lesson_step *now = &lesson->steps[step];

		for (size_t i = 0; i < now->block_count; i++)
			for (size_t j = 0; j < now->blocks[i].call_count; j++)
				if (is_to_be_refused(&now->blocks[i].calls[j]) == refused &&
				    look(&now->blocks[i].calls[j], data))
					return true;
	}
	return false;
}

static bool stands_for(const struct lesson_call *call, const void *data)
{
	const struct probe *probe = data;

	return !strcmp(probe->call, call->name) &&
	       (!probe->holds || strstr(call->source, probe->holds));
}

static bool makes(const struct lesson_call *call, const void *data)
{
	const enum nstype *type = data;

	return (!strcmp(call->name, "unshare") || !strcmp(call->name, "clone")) &&
	       strstr(call->source, ns_types[*type].flag_name);
}

/* Does it make checks about what is written with @term, "dead("? */
static bool checks(const struct lesson *lesson, const char *term)
{
	for (size_t step = 0; step < lesson->step_count; step++) {
		const struct lesson_step *now = &lesson->steps[step];

		for (size_t i = 0; i < now->block_count; i++)
			for (size_t j = 0; j < now->blocks[i].check_count; j++)
				if (strstr(now->blocks[i].checks[j].source, term))
					return true;
	}
	return false;
}

/* Is the lesson about the type, or does it make one? */
static bool wants_type(const struct lesson *lesson, enum nstype type)
{
	for (size_t i = 0; i < lesson->type_count; i++)
		if (strcmp(lesson->types[i], ns_types[type].name) == 0)
			return true;
	return any_call(lesson, false, makes, &type);
}

/* The trials that the lesson's calls want, each once. */
static size_t want(const struct lesson *lesson, const struct probe *ret_wanted[PROBES])
{
	const char *before = "";
	size_t count = 0;

	for (size_t i = 0; i < PROBES; i++) {
		bool same = !strcmp(before, probes[i].what);

		bool joins = !strcmp(probes[i].call, "setns") && checks(lesson, "hostname(");

		if (!same &&
		    (joins || any_call(lesson, probes[i].refused, stands_for, &probes[i]))) {
			ret_wanted[count++] = &probes[i];
			before = probes[i].what;
		}
	}
	return count;
}

/* --- Calling ------------------------------------------------------------------------------------ */

struct session {
	struct stage *stage;
	const struct lesson *lesson;
	struct confinement confinement;
	char actor[ACTOR_NAME_MAX + 1], child[ACTOR_NAME_MAX + 1];
	char child_pid[ACTOR_NAME_MAX + 3]; /* "{C1}" */
	bool made_nothing; /* some type can't be made: calls that need it say nothing more */
	struct preflight *preflight;
};

/* Waits until the call is over.  Returns 0 or an errno; ECANCELED where it killed the actor. */
static int await(struct stage *stage, struct stage_answer *ret_answer)
{
	int64_t deadline_ms = clock_ms() + WAIT_MS;

	for (;;) {
		struct pollfd fds[3];
		size_t count = stage_poll(stage, fds, array_len(fds));
		int64_t left_ms = deadline_ms - clock_ms();
		int r;

		if (left_ms <= 0)
			return ETIMEDOUT;
		if (poll(fds, (nfds_t)count, (int)left_ms) < 0 && errno != EINTR)
			return errno;
		r = stage_io(stage, ret_answer);
		if (r < 0)
			return ECANCELED;
		if (r > 0)
			return ret_answer->error;
	}
}

/* The child that a trial makes is one of its own. */
static const char *actor_for(const struct session *session, const char *word)
{
	if (strcmp(word, "A") == 0)
		return session->actor;
	if (strcmp(word, "{B}") == 0)
		return session->child_pid;
	return strcmp(word, "B") == 0 ? session->child : word;
}

/* Returns 0 or an errno, as await. */
static int make_call(
    const struct session *session, const struct lesson_call *call, struct stage_answer *ret_answer)
{
	const char *arguments[CALL_ARGUMENTS_MAX];
	const struct stage_request request = {
	    .actor = actor_for(session, call->actor),
	    .name = call->name,
	    .arguments = arguments,
	    .argument_count = call->argument_count,
	    .variable = call->variable,
	};
	int r;

	for (size_t i = 0; i < call->argument_count; i++)
		arguments[i] = actor_for(session, call->arguments[i]);
	*ret_answer = (struct stage_answer){0};
	r = stage_call(session->stage, &request);
	return r < 0 ? -r : await(session->stage, ret_answer);
}

/* --- What was refused --------------------------------------------------------------------------- */

/* What a call concerns, of its arguments as written: the file system that is mounted, the path that is
 * written. */
static char *detail_of(const struct lesson_call *call)
{
	const char *argument = "\"\"";

	if (!strcmp(call->name, "mount") && call->argument_count > 2)
		argument = call->arguments[2];
	else if (!strcmp(call->name, "write_file") && call->argument_count > 0)
		argument = call->arguments[0];
	return xstrndup(argument + 1, strlen(argument) - 2);
}

/* What an actor calls where a lesson's word is another. */
static const char *system_call(const char *name)
{
	if (!strcmp(name, "thread_unshare"))
		return "unshare";
	if (!strcmp(name, "write_file"))
		return "write";
	if (!strcmp(name, "tcp_listen") || !strcmp(name, "unix_listen"))
		return "socket";
	return name;
}

static void find_refused(const struct session *session, const struct probe *probe, enum nstype type,
    const struct lesson_call *call, const struct stage_answer *answer, int error)
{
	autofree char *detail = detail_of(call);
	const struct refused_call refused = {
	    .call = system_call(call->name),
	    .detail = detail,
	    .user = strstr(call->source, "CLONE_NEWUSER"),
	    .type = type,
	    .error = error,
	};

	if (error) {
		struct refusal refusal = refusal_of(&refused, &session->confinement);

		find(session->preflight, xstrdup(probe->what), refusal.why, refusal.cure);
	} else if (probe->why) {
		find(session->preflight, xstrdup(probe->what), xstrdup(_(probe->why)),
		    probe->cure ? xstrdup(_(probe->cure)) : NULL);
	} else {
		find(session->preflight, xstrdup(probe->what),
		    xasprintf(_("%s failed with status %ld"), call->source, answer->result), NULL);
	}
}

/* --- One trial ---------------------------------------------------------------------------------- */

/* 0 replaces "{uid}". */
static void be_root(char *at)
{
	*at = '0';
	memset(at + 1, ' ', strlen("{uid}") - 1);
}

/* The calls of a trial, as a lesson with one do block. */
static struct lesson *read_calls(const struct session *session, const char *calls)
{
	autofree char *text = xasprintf("# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
	                                "```do\n%s```\n",
	    calls);
	struct lesson *lesson = NULL;
	struct lesson_error error;

	/* In a user namespace that the stage made each actor is root. */
	for (char *at = text; stage_in_userns(session->stage) && (at = strstr(at, "{uid}"));)
		be_root(at);
	for (char *at = text; stage_in_userns(session->stage) && (at = strstr(at, "{gid}"));)
		be_root(at);
	return lesson_parse(text, strlen(text), "en", &lesson, &error) < 0 ? NULL : lesson;
}

/* Makes the calls, as long as they work.  Returns whether all did.  @type: which the trial is to make;
 * NS_TYPE_COUNT for none. */
static bool try_calls(struct session *session, const struct probe *probe, enum nstype type,
    const struct lesson_block *block)
{
	for (size_t i = 0; i < block->call_count; i++) {
		const struct lesson_call *call = &block->calls[i];
		struct stage_answer answer;
		int error = make_call(session, call, &answer);
		bool last_refused = probe->refused && i + 1 == block->call_count;

		if (last_refused && error == EPERM)
			return true;
		if (!last_refused && !error && !answer.refused && !answer.failed)
			continue;
		/* By the actor itself, which says so where a lesson makes the call unconfined: that is the
		 * lesson's doing, not this machine's. */
		if (answer.refused)
			return false;
		/* That is found by trials of their own. */
		if (probe->refused && !last_refused)
			return false;
		/* That was found before. */
		if (type != NS_TYPE_COUNT || !session->made_nothing ||
		    strcmp(call->name, "unshare") != 0)
			find_refused(session, probe, type, call, &answer, error);
		return false;
	}
	return true;
}

/* A first actor, which does nothing else, forks one for each trial, which ends with it: so there are never
 * more than a lesson has itself. */
static bool make_actor(struct session *session, const struct probe *probe, enum nstype type)
{
	const struct probe making = {.what = probe->what};
	static char name[] = "fork", source[] = "fork(A)", first[] = FIRST;
	char *arguments[] = {session->actor};
	const struct lesson_call call = {
	    .actor = first,
	    .name = name,
	    .arguments = arguments,
	    .argument_count = array_len(arguments),
	    .source = source,
	};

	return try_calls(session, &making, type,
	    &(const struct lesson_block){.calls = (struct lesson_call *)&call, .call_count = 1});
}

/* Kills it, where it runs, and waits until it is gone: the next one may be one too many. */
static void end_actor(const struct session *session, const char *actor)
{
	struct pollfd pidfd = {.fd = stage_pidfd(session->stage, actor), .events = POLLIN};

	if (pidfd.fd >= 0 && syscall(SYS_pidfd_send_signal, pidfd.fd, SIGKILL, NULL, 0) == 0)
		poll(&pidfd, 1, WAIT_MS);
}

/* @number: of its actor. */
static void try_one(
    struct session *session, size_t number, const struct probe *probe, enum nstype type)
{
	/* Without privileges only a user namespace gives them. */
	bool alone = probe->bare || session->lesson->stage.kind != STAGE_NONE;
	autofree char *calls =
	    xasprintf("%s%s", alone ? "" : "A: unshare(CLONE_NEWUSER)\n", probe->calls);
	struct lesson *lesson = read_calls(session, calls);

	if (!lesson)
		return;
	snprintf(session->actor, sizeof(session->actor), "T%zu", number);
	snprintf(session->child, sizeof(session->child), "C%zu", number);
	snprintf(session->child_pid, sizeof(session->child_pid), "{C%zu}", number);
	if (!make_actor(session, probe, type) ||
	    !try_calls(session, probe, type, &lesson->steps[1].blocks[0]))
		session->made_nothing |= type != NS_TYPE_COUNT;
	else if (type != NS_TYPE_COUNT)
		find(session->preflight, xstrdup(probe->what), NULL, NULL);
	end_actor(session, session->child);
	end_actor(session, session->actor);
	lesson_free(lesson);
}

static void try_type(struct session *session, size_t number, enum nstype type)
{
	autofree char *calls = xasprintf("A: unshare(%s)\n", ns_types[type].flag_name);
	const struct probe probe = {
	    .what = ns_types[type].name, .bare = type == NS_USER, .calls = calls};

	try_one(session, number, &probe, type);
}

/* --- A lesson ----------------------------------------------------------------------------------- */

/* What nsscope shows of the actors it reads from /proc, which may be closed to it where it can't trace
 * them.  ptrace(2) */
static void try_reading(const struct session *session)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC); /* as a scan */
	char path[48], text[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/uts", (int)stage_pid(session->stage, FIRST));
	if (readlink(path, text, sizeof(text)) >= 0 || errno == ENOENT)
		return;
	if (errno == EACCES && stage_gave_up_root(session->stage))
		find(session->preflight, xstrdup("CAP_SYS_PTRACE"),
		    xstrdup(_("the lesson's processes give up root, and without it nsscope "
		              "can't look at them then")),
		    xstrdup(_("let a container have it, --cap-add SYS_PTRACE; or play as an "
		              "ordinary user")));
	else
		find(session->preflight, xstrdup("/proc/PID/ns"),
		    xasprintf(_("the actors' namespaces can't be read: %s"), strerror(errno)),
		    NULL);
}

/* Host names are read by joining, which takes CAP_SYS_ADMIN in the actors' user namespace.  Its owner has
 * that, user_namespaces(7): nsscope itself, unless they gave up root. */
static void try_names(const struct session *session)
{
	if (!checks(session->lesson, "hostname(") || !stage_gave_up_root(session->stage) ||
	    session->confinement.caps >> CAP_SYS_ADMIN & 1)
		return;
	find(session->preflight, xstrdup("CAP_SYS_ADMIN"),
	    xstrdup(_("the lesson's processes give up root, and without it nsscope can't "
	              "read their host names then")),
	    xstrdup(
	        _("let a container have it, --cap-add SYS_ADMIN; or play as an ordinary user")));
}

/* Does the scanner see every member of a PID namespace? */
static bool sees_all_members(void)
{
	struct graph *graph = NULL;
	struct scan *scan = NULL;
	bool all = false;

	if (scan_new(&(struct scan_options){.source = SCAN_PROC, .no_texts = true}, &scan) == 0 &&
	    scan_once(scan, &graph) == 0)
		all = !graph->stats.hidden && graph_refused(graph) == 0;
	graph_unref(graph);
	scan_free(scan);
	return all;
}

/* Whether a PID namespace is dead is known only where no member of it can be hidden. */
static void try_members(const struct session *session)
{
	if (!checks(session->lesson, "dead(") || sees_all_members())
		return;
	find(session->preflight, xstrdup("hidepid"),
	    xstrdup(_("/proc hides the processes of other users, so it is not known whether "
	              "a PID namespace has members")),
	    xasprintf("%smount -o remount,hidepid=0 /proc", geteuid() == 0 ? "" : "sudo "));
}

/* A file of /proc or /sys that a call reads is one that every user may read. */
static void try_file(const struct session *session, const struct lesson_call *call)
{
	const char *written = call->argument_count > 0 ? call->arguments[0] : "";
	char first[1024];
	autotext struct proc_text text = PROC_TEXT(first);
	autofree char *path = NULL;
	struct refusal refusal;
	int r;

	if (strcmp(call->name, "read_file") != 0 || strchr(written, '{') ||
	    (strncmp(written, "\"/proc/", 7) != 0 && strncmp(written, "\"/sys/", 6) != 0))
		return;
	path = xstrndup(written + 1, strlen(written) - 2);
	r = proc_text_read(&text, AT_FDCWD, path, PROC_TEXT_MAX);
	if (r >= 0)
		return;
	refusal = refusal_of(
	    &(struct refused_call){
	        .call = "open", .detail = path, .type = NS_TYPE_COUNT, .error = -r},
	    &session->confinement);
	find(session->preflight, xstrdup(path), refusal.why, refusal.cure);
}

static void try_files(const struct session *session)
{
	const struct lesson *lesson = session->lesson;

	for (size_t step = 0; step < lesson->step_count; step++)
		for (size_t i = 0; i < lesson->steps[step].block_count; i++)
			for (size_t j = 0; j < lesson->steps[step].blocks[i].call_count; j++)
				try_file(session, &lesson->steps[step].blocks[i].calls[j]);
}

/* Tries what @lesson is going to do, on a stage of the same kind, with actors of its own: to make each
 * type that the lesson is about, each of its calls that may be refused, and those that the lesson
 * expects to be refused where something here can let them through; to read what it reads.  Nothing of the lesson
 * itself is run. */
static void probe_lesson(const struct lesson *lesson, struct preflight *preflight)
{
	struct session session = {.lesson = lesson, .preflight = preflight};
	enum nstype types[NS_TYPE_COUNT];
	const struct probe *wanted[PROBES];
	size_t type_count = 0, probe_count = want(lesson, wanted), number = 0;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		if (wants_type(lesson, type))
			types[type_count++] = type;
	if (type_count + probe_count == 0)
		return;
	confinement_read(&session.confinement);
	if (stage_new(&lesson->stage, (const char *const[]){FIRST}, 1, &session.stage) < 0) {
		find(preflight, xstrdup(_("the stage")), xstrdup(stage_problem()), NULL);
		return;
	}
	try_reading(&session);
	try_names(&session);
	try_members(&session);
	try_files(&session);
	for (size_t i = 0; i < type_count; i++)
		try_type(&session, ++number, types[i]);
	for (size_t i = 0; i < probe_count; i++)
		try_one(&session, ++number, wanted[i], NS_TYPE_COUNT);
	stage_free(session.stage);
}

/* --- The kernel ------------------------------------------------------------------------------- */

static void examine_kernel(struct preflight *preflight, const char *wanted)
{
	struct utsname names;
	char *why = NULL;

	if (uname(&names) < 0)
		why = xstrdup(strerror(errno));
	else if (!kernel_is_since(names.release, wanted))
		why = xasprintf(_("this is Linux %s"), names.release);
	find(preflight, xasprintf("Linux %s", wanted), why, NULL);
}

/* --- /proc ------------------------------------------------------------------------------------ */

/* Actors are found, and looked at, by the numbers that this /proc gives them.  Returns whether it will do. */
static bool examine_proc(struct preflight *preflight)
{
	const char *command = "mount -t proc proc /proc";
	char text[16];
	ssize_t len = readlink("/proc/self", text, sizeof(text) - 1);

	if (len > 0) {
		text[len] = '\0';
		if (strtol(text, NULL, 10) == getpid())
			return true;
		command = "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'";
	}
	find(preflight, xstrdup("/proc"),
	    xstrdup(len > 0
	                ? _("it belongs to another PID namespace: its numbers are not this one's")
	                : _("it is not mounted, or can't be read")),
	    xasprintf("%s%s", geteuid() == 0 ? "" : "sudo ", command));
	return false;
}

/* --- What else is needed ---------------------------------------------------------------------- */

/* Processes are in a group of cgroup v2 since it was first mounted, wherever that was; here it need not be.
 * cgroups(7), /proc/PID/cgroup; Linux cgrp_dfl_visible */
static bool has_cgroup2(void)
{
	struct proc_lines groups;
	const char *line;
	bool found = false;

	if (proc_lines_open(&groups, AT_FDCWD, "/proc/self/cgroup") < 0)
		return false;
	while (!found && (line = proc_lines_next(&groups, NULL)))
		found = strncmp(line, "0::", 3) == 0;
	proc_lines_close(&groups);
	return found;
}

/* Where Debian and its like keep a program whose package is called otherwise. */
static const struct {
	const char *program, *package;
} packages[] = {
    {"ip", "iproute2"},
    {"ss", "iproute2"},
    {"ping", "iputils-ping"},
    {"nft", "nftables"},
    {"nc", "netcat-openbsd"},
    {"unshare", "util-linux"},
    {"nsenter", "util-linux"},
    {"lsns", "util-linux"},
    {"setpriv", "util-linux"},
    {"findmnt", "util-linux"},
    {"mount", "mount"},
    {"umount", "mount"},
    {"seq", "coreutils"},
    {"sleep", "coreutils"},
    {"pivot_root", "util-linux"},
};

static void examine_need(struct preflight *preflight, const char *need)
{
	const char *package = need;
	autofree char *file = program_find(need, getenv("PATH"));
	bool known = false;

	if (!strcmp(need, "cgroup")) {
		if (has_cgroup2())
			find(preflight, xstrdup("cgroup v2"), NULL, NULL);
		else
			find(preflight, xstrdup("cgroup v2"),
			    xstrdup(_("no process is in a group of it: it was never mounted")),
			    xstrdup("mkdir -p /mnt/cgroup2 && mount -t cgroup2 none /mnt/cgroup2"));
		return;
	}
	for (size_t i = 0; i < array_len(packages); i++) {
		if (strcmp(need, packages[i].program) != 0)
			continue;
		package = packages[i].package;
		known = true;
	}
	/* Those of this table are spoken to as their packages' program understands it. */
	if (file && known && program_is_applet(file, getenv("PATH")))
		find(preflight, xstrdup(need),
		    xasprintf(
		        _("it is BusyBox's or Toybox's, which prints something else than that of "
		          "%s"),
		        package),
		    xasprintf(_("install the package %s"), package));
	else if (file)
		find(preflight, xstrdup(need), NULL, NULL);
	else
		find(preflight, xstrdup(need), xstrdup(_("there is no such program here")),
		    xasprintf(_("install the package %s"), package));
}

void lesson_preflight(const struct lesson *lesson, struct preflight *ret_preflight)
{
	struct preflight preflight = {.playable = true};
	const char *kernel = lesson->kernel, *stage_kernel = stage_setup_kernel(&lesson->stage);

	if (stage_kernel && (!kernel || kernel_is_since(stage_kernel, kernel)))
		kernel = stage_kernel;
	if (kernel)
		examine_kernel(&preflight, kernel);
	for (size_t i = 0; i < lesson->need_count; i++)
		examine_need(&preflight, lesson->needs[i]);
	/* Without it all else that fails says nothing. */
	if (examine_proc(&preflight))
		probe_lesson(lesson, &preflight);
	*ret_preflight = preflight;
}

void preflight_done(struct preflight *preflight)
{
	for (size_t i = 0; i < preflight->count; i++) {
		free(preflight->findings[i].what);
		free(preflight->findings[i].why);
		free(preflight->findings[i].cure);
	}
	free(preflight->findings);
	*preflight = (struct preflight){0};
}
