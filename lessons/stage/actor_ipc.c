/* The calls that make and use System V IPC objects and POSIX message queues: what an IPC namespace
 * holds.  ipc_namespaces(7) */
#include "lessons/stage/actor.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

enum {
	OWNER_ONLY =
	    0600, /* of every object: every process that reaches it by name is the actors' user */
	QUEUE_MESSAGES = 10,
	QUEUE_WAIT_SECONDS = 2,
};

/* The line of the object @id; its number is the second word in all three tables.  They show the IPC
 * namespace of the process that opens them.  proc(5) */
static void saw_object(struct actor *actor, const char *path, long id)
{
	char line[200];

	if (!actor->answer.error &&
	    proc_row(path, 1, (unsigned long long)id, line, sizeof(line)) == 0)
		answer_saw_row(actor, path, "", line);
}

static void call_shmget(struct actor *actor)
{
	/* A negative size becomes one that no kernel has. */
	answer_result(
	    actor, shmget((key_t)actor->arguments[0].number, (size_t)actor->arguments[1].number,
	               (int)actor->arguments[2].number | OWNER_ONLY));
	saw_object(actor, "/proc/sysvipc/shm", actor->answer.result);
}

static void call_msgget(struct actor *actor)
{
	answer_result(actor, msgget((key_t)actor->arguments[0].number,
	                         (int)actor->arguments[1].number | OWNER_ONLY));
	saw_object(actor, "/proc/sysvipc/msg", actor->answer.result);
}

static void call_semget(struct actor *actor)
{
	answer_result(
	    actor, semget((key_t)actor->arguments[0].number, (int)actor->arguments[1].number,
	               (int)actor->arguments[2].number | OWNER_ONLY));
	saw_object(actor, "/proc/sysvipc/sem", actor->answer.result);
}

/* Attaches the segment @id.  Returns its address with the size, or NULL with errno. */
static char *attach(long id, int flags, size_t *ret_bytes)
{
	struct shmid_ds status;
	char *segment;

	if (shmctl((int)id, IPC_STAT, &status) < 0)
		return NULL;
	segment = shmat((int)id, NULL, flags);
	if (segment == (void *)-1)
		return NULL;
	*ret_bytes = status.shm_segsz;
	return segment;
}

static void call_shm_write(struct actor *actor)
{
	size_t bytes;
	char *segment = attach(actor->arguments[0].number, 0, &bytes);

	if (!segment) {
		answer_error(actor, errno);
		return;
	}
	if (actor->arguments[1].len < bytes) {
		memcpy(segment, actor->arguments[1].text, actor->arguments[1].len);
		segment[actor->arguments[1].len] = '\0';
		answer_result(actor, 0);
	} else {
		answer_error(actor, EMSGSIZE);
	}
	shmdt(segment);
	saw_object(actor, "/proc/sysvipc/shm", actor->arguments[0].number);
}

static void call_shm_read(struct actor *actor)
{
	size_t bytes;
	const char *segment = attach(actor->arguments[0].number, SHM_RDONLY, &bytes);

	if (!segment) {
		answer_error(actor, errno);
		return;
	}
	if (bytes > sizeof(actor->answer.text) - 1)
		bytes = sizeof(actor->answer.text) - 1;
	memcpy(actor->answer.text, segment, strnlen(segment, bytes));
	shmdt(segment);
	answer_result(actor, 0);
}

/* A queue has no line in /proc, but its descriptor can be read: "QSIZE:5 NOTIFY:0 …".
 * mq_overview(7) */
static void saw_queue(struct actor *actor, long queue)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/fd/%ld", queue);
	if (!actor->answer.error)
		answer_saw_line(actor, path, "");
}

static void call_mq_open(struct actor *actor)
{
	struct mq_attr attributes = {.mq_maxmsg = QUEUE_MESSAGES, .mq_msgsize = CALL_TEXT_MAX + 1};

	answer_result(
	    actor, mq_open(actor->arguments[0].text, (int)actor->arguments[1].number | O_CLOEXEC,
	               OWNER_ONLY, &attributes));
	saw_queue(actor, actor->answer.result);
}

/* The C library wants the end of waiting, by the clock that no time namespace changes. */
static struct timespec queue_deadline(void)
{
	struct timespec deadline;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += QUEUE_WAIT_SECONDS;
	return deadline;
}

static void call_mq_send(struct actor *actor)
{
	struct timespec deadline = queue_deadline();
	mqd_t queue = (mqd_t)actor->arguments[0].number;

	answer_result(actor,
	    mq_timedsend(queue, actor->arguments[1].text, actor->arguments[1].len, 0, &deadline));
	saw_queue(actor, queue);
}

static void call_mq_receive(struct actor *actor)
{
	struct timespec deadline = queue_deadline();
	mqd_t queue = (mqd_t)actor->arguments[0].number;
	struct mq_attr attributes;
	autofree char *message = NULL;
	ssize_t len;

	if (mq_getattr(queue, &attributes) < 0) {
		answer_error(actor, errno);
		return;
	}
	message = xmalloc((size_t)attributes.mq_msgsize + 1);
	len = mq_timedreceive(queue, message, (size_t)attributes.mq_msgsize, NULL, &deadline);
	answer_result(actor, len);
	if (len < 0)
		return;
	answer_text(actor, message, (size_t)len);
	saw_queue(actor, queue);
}

static void call_mq_unlink(struct actor *actor)
{
	answer_result(actor, mq_unlink(actor->arguments[0].text));
}

static const struct call_words get_flags = {
    .what = N_("flag of an IPC object"),
    .list =
        (const struct call_word[]){
            {"IPC_CREAT", IPC_CREAT},
            {"IPC_EXCL", IPC_EXCL},
            {NULL, 0},
        },
    .joined = true,
};

static const struct call_words queue_flags = {
    .what = N_("flag of a message queue"),
    .list =
        (const struct call_word[]){
            {"O_RDONLY", O_RDONLY},
            {"O_WRONLY", O_WRONLY},
            {"O_RDWR", O_RDWR},
            {"O_CREAT", O_CREAT},
            {"O_EXCL", O_EXCL},
            {"O_NONBLOCK", O_NONBLOCK},
            {NULL, 0},
        },
    .joined = true,
};

const struct call ipc_calls[] = {
    {.name = "shmget",
        .signature = "nnf",
        .words = {&get_flags},
        .form = "shmget(KEY, SIZE, IPC_CREAT|IPC_EXCL)",
        .doc = "finds or makes the shared memory of a key; its number in the ipc namespace",
        .c = "shmget(%1, %2, %3|0600)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_shmget},
    {.name = "msgget",
        .signature = "nf",
        .words = {&get_flags},
        .form = "msgget(KEY, IPC_CREAT|IPC_EXCL)",
        .doc = "finds or makes the message queue of a key; its number in the ipc namespace",
        .c = "msgget(%1, %2|0600)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_msgget},
    {.name = "semget",
        .signature = "nnf",
        .words = {&get_flags},
        .form = "semget(KEY, COUNT, IPC_CREAT|IPC_EXCL)",
        .doc = "finds or makes the semaphores of a key; their number in the ipc namespace",
        .c = "semget(%1, %2, %3|0600)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_semget},
    {.name = "shm_write",
        .signature = "ns",
        .form = "shm_write(ID, \"TEXT\")",
        .doc = "writes to shared memory, from its beginning",
        .c = "strcpy(shmat(%1, NULL, 0), %2)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_shm_write},
    {.name = "shm_read",
        .signature = "n",
        .form = "shm_read(ID)",
        .doc = "reads the text in shared memory",
        .c = "shmat(%1, NULL, SHM_RDONLY)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .gives_text = true,
        .run = call_shm_read},
    {.name = "mq_open",
        .signature = "sf",
        .words = {&queue_flags},
        .form = "mq_open(\"/NAME\", O_CREAT|O_RDWR)",
        .doc = "opens a POSIX message queue of the ipc namespace, or makes one",
        .c = "mq_open(%1, %2, 0600, NULL)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_mq_open},
    {.name = "mq_send",
        .signature = "ds",
        .form = "mq_send(QUEUE, \"TEXT\")",
        .doc = "puts a message into a queue",
        .c = "mq_send(%1, %2, strlen(%2), 0)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_mq_send},
    {.name = "mq_receive",
        .signature = "d",
        .form = "mq_receive(QUEUE)",
        .doc = "takes a message out of a queue; waits 2 seconds for one",
        .c = "mq_receive(%1, text, sizeof(text), NULL)",
        .reaches = REACHES_INSIDE(NS_IPC),
        .gives_text = true,
        .seconds = QUEUE_WAIT_SECONDS,
        .run = call_mq_receive},
    {.name = "mq_unlink",
        .signature = "s",
        .form = "mq_unlink(\"/NAME\")",
        .doc = "takes the name of a message queue away",
        .reaches = REACHES_INSIDE(NS_IPC),
        .run = call_mq_unlink},
    {.name = NULL},
};
