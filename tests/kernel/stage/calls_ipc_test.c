/* The calls of ipc on the real kernel: names belong to a namespace, and outside of one of the
 * stage's nothing is made. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* --- System V: keys ---------------------------------------------------------------------------- */

static void play_keys(void)
{
	struct stage *stage = actors_stage("A B");

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "B: unshare(CLONE_NEWIPC)");
	/* A new namespace is empty: the first object has the number 0 in each. */
	expect_result(stage, "A: shmget(17, 4096, IPC_CREAT|IPC_EXCL)", 0, 0);
	expect_result(stage, "A: msgget(0x11, IPC_CREAT)", 0, 0);
	expect_result(stage, "A: semget(17, 2, IPC_CREAT)", 0, 0);
	expect_result(stage, "A: shmget(17, 4096, IPC_CREAT|IPC_EXCL)", -1, EEXIST);
	expect_result(stage, "A: shmget(17, 4096, 0)", 0, 0);
	expect_result(stage, "A: semget(17, 2, 0)", 0, 0);

	expect_result(stage, "B: shmget(17, 4096, 0)", -1, ENOENT);
	expect_result(stage, "B: msgget(17, 0)", -1, ENOENT);
	expect_result(stage, "B: semget(17, 2, 0)", -1, ENOENT);
	expect_result(stage, "B: shmget(17, 4096, IPC_CREAT)", 0, 0);
	expect_result(stage, "A: shmget(18, -1, IPC_CREAT)", -1, EINVAL);

	/* With the namespace its objects go. */
	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_result(stage, "A: shmget(17, 4096, 0)", -1, ENOENT);
	stage_free(stage);
	CHECK(shmget(17, 1, 0) == -1 && errno == ENOENT);
	CHECK(msgget(17, 0) == -1 && errno == ENOENT);
	CHECK(semget(17, 0, 0) == -1 && errno == ENOENT);
}

static void play_shared_memory(void)
{
	struct stage *stage = actors_stage("A B");

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "B: unshare(CLONE_NEWIPC)");
	expect_success(stage, "A: shmget(17, 8, IPC_CREAT) -> id");
	expect_success(stage, "B: shmget(17, 8, IPC_CREAT) -> id");
	expect_text(stage, "A: shm_read(id)", "");
	expect_result(stage, "A: shm_write(id, \"of A\")", 0, 0);
	expect_result(stage, "B: shm_write(id, \"of B\")", 0, 0);
	expect_text(stage, "A: shm_read(id)", "of A");
	expect_text(stage, "B: shm_read(id)", "of B");
	expect_result(stage, "A: shm_write(id, \"1234567\")", 0, 0);
	expect_text(stage, "A: shm_read(id)", "1234567");
	expect_result(stage, "A: shm_write(id, \"12345678\")", -1, EMSGSIZE);
	expect_text(stage, "A: shm_read(id)", "1234567");
	expect_result(stage, "A: shm_write(id, \"\")", 0, 0);
	expect_text(stage, "A: shm_read(id)", "");
	expect_result(stage, "A: shm_read(4711)", -1, EINVAL);
	expect_result(stage, "A: shm_write(-1, \"x\")", -1, EINVAL);
	stage_free(stage);
}

/* A child is born into the namespace of its parent, and there what one writes the other reads. */
static void play_members_share(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "A: shmget(17, 4096, IPC_CREAT) -> id");
	expect_success(stage, "A: fork(B)");
	expect_success(stage, "B: shm_write(id, \"hello\")");
	expect_text(stage, "A: shm_read(id)", "hello");
	stage_free(stage);
}

/* --- POSIX: message queues ----------------------------------------------------------------------- */

static void play_queues(void)
{
	struct stage *stage = actors_stage("A B");
	char longest[300] = "A: mq_send(q, \"";

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "B: unshare(CLONE_NEWIPC)");
	expect_result(stage, "A: mq_open(\"/q\", O_RDWR)", -1, ENOENT);
	expect_success(stage, "A: mq_open(\"/q\", O_CREAT|O_EXCL|O_RDWR) -> q");
	expect_result(stage, "A: mq_open(\"/q\", O_CREAT|O_EXCL|O_RDWR)", -1, EEXIST);
	expect_result(stage, "B: mq_open(\"/q\", O_RDWR)", -1, ENOENT);
	expect_result(stage, "A: mq_open(\"q\", O_RDWR)", -1, EINVAL);

	expect_result(stage, "A: mq_send(q, \"one\")", 0, 0);
	expect_result(stage, "A: mq_send(q, \"two\")", 0, 0);
	expect_text(stage, "A: mq_receive(q)", "one");
	expect_text(stage, "A: mq_receive(q)", "two");
	memset(longest + strlen(longest), 'x', 256);
	memcpy(longest + strlen(longest), "\")", 3);
	expect_result(stage, longest, 0, 0);
	CHECK(strlen(actors_call(stage, "A: mq_receive(q)").text) == 256);

	expect_result(stage, "A: mq_unlink(\"/q\")", 0, 0);
	expect_result(stage, "A: mq_unlink(\"/q\")", -1, ENOENT);
	expect_result(stage, "A: mq_open(\"/q\", O_RDWR)", -1, ENOENT);
	/* Its name is gone, not the queue. */
	expect_result(stage, "A: mq_send(q, \"three\")", 0, 0);
	expect_text(stage, "A: mq_receive(q)", "three");
	expect_result(stage, "A: mq_send(3, \"to the socket\")", -1, EBADF);
	expect_result(stage, "A: mq_receive(4711)", -1, EBADF);
	stage_free(stage);
}

/* Only the look-up by name ends at a namespace: what is open stays open, on both sides. */
static void play_queue_across(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "A: mq_open(\"/q\", O_CREAT|O_RDWR) -> q");
	expect_success(stage, "A: fork(B)");
	expect_success(stage, "B: unshare(CLONE_NEWIPC)");
	expect_result(stage, "B: mq_open(\"/q\", O_RDWR)", -1, ENOENT);
	expect_result(stage, "B: mq_send(q, \"from B\")", 0, 0);
	expect_text(stage, "A: mq_receive(q)", "from B");
	stage_free(stage);
}

/* Nobody waits for ever: not for a message, not for room. */
static void play_queues_wait(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	expect_success(stage, "A: mq_open(\"/q\", O_CREAT|O_RDWR) -> q");
	expect_result(stage, "A: mq_receive(q)", -1, ETIMEDOUT);
	for (int i = 0; i < 10; i++)
		expect_result(stage, "A: mq_send(q, \"\")", 0, 0);
	expect_result(stage, "A: mq_send(q, \"\")", -1, ETIMEDOUT);
	expect_success(stage, "A: mq_open(\"/q\", O_RDWR|O_NONBLOCK) -> now");
	expect_result(stage, "A: mq_send(now, \"\")", -1, EAGAIN);
	stage_free(stage);
}

/* --- What was seen ------------------------------------------------------------------------------- */

static void play_seen(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");
	char path[64];
	long queue;

	expect_success(stage, "A: unshare(CLONE_NEWIPC)");
	CHECK(begins(actors_call(stage, "A: shmget(17, 4096, IPC_CREAT)").saw,
	    "/proc/sysvipc/shm: 17 0 600 4096 "));
	CHECK(begins(actors_call(stage, "A: shmget(18, 100, IPC_CREAT)").saw,
	    "/proc/sysvipc/shm: 18 1 600 100 "));
	CHECK(begins(
	    actors_call(stage, "A: shm_write(1, \"x\")").saw, "/proc/sysvipc/shm: 18 1 600 100 "));
	CHECK(begins(actors_call(stage, "A: msgget(17, IPC_CREAT)").saw,
	    "/proc/sysvipc/msg: 17 0 600 0 0 "));
	CHECK(begins(actors_call(stage, "A: semget(17, 3, IPC_CREAT)").saw,
	    "/proc/sysvipc/sem: 17 0 600 3 "));
	CHECK(actors_call(stage, "A: shmget(19, 100, 0)").saw[0] == '\0');

	queue = expect_success(stage, "A: mq_open(\"/q\", O_CREAT|O_RDWR) -> q");
	snprintf(path, sizeof(path), "/proc/%d/fd/%ld: QSIZE:3 ", (int)a, queue);
	CHECK(begins(actors_call(stage, "A: mq_send(q, \"abc\")").saw, path));
	snprintf(path, sizeof(path), "/proc/%d/fd/%ld: QSIZE:0 ", (int)a, queue);
	CHECK(begins(actors_call(stage, "A: mq_receive(q)").saw, path));
	stage_free(stage);
}

/* --- Fail closed --------------------------------------------------------------------------------- */

static void play_refused(void)
{
	static const char *const lines[] = {
	    "A: shmget(17, 4096, IPC_CREAT)",
	    "A: msgget(17, IPC_CREAT)",
	    "A: semget(17, 1, IPC_CREAT)",
	    "A: shm_write(0, \"escaped\")",
	    "A: shm_read(0)",
	    "A: mq_open(\"/nsscope-escaped\", O_CREAT|O_RDWR)",
	    "A: mq_send(3, \"escaped\")",
	    "A: mq_receive(3)",
	    "A: mq_unlink(\"/nsscope-escaped\")",
	};
	struct stage *stage = actors_stage("A");

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	/* Other types don't help. */
	expect_success(
	    stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWUTS|CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWPID)");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	CHECK(shmget(17, 1, 0) == -1 && errno == ENOENT);
	CHECK(msgget(17, 0) == -1 && errno == ENOENT);
	CHECK(semget(17, 0, 0) == -1 && errno == ENOENT);
	CHECK(mq_open("/nsscope-escaped", O_RDONLY) == -1 && errno == ENOENT);
	stage_free(stage);
}

/* --- As cmocka sees it --------------------------------------------------------------------------- */

BOTH_ROLES(keys)
BOTH_ROLES(shared_memory)
BOTH_ROLES(members_share)
BOTH_ROLES(queues)
BOTH_ROLES(queue_across)
ONE_ROLE(as_nobody, queues_wait)
BOTH_ROLES(seen)
BOTH_ROLES(refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(keys),
	    TEST_ROLES(shared_memory),
	    TEST_ROLES(members_share),
	    TEST_ROLES(queues),
	    TEST_ROLES(queue_across),
	    cmocka_unit_test(queues_wait_as_nobody),
	    TEST_ROLES(seen),
	    TEST_ROLES(refused),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
