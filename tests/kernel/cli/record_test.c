/* nsscope record: what ends it, and that what it wrote until then can be read. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "model/record/recording.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/screen/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* A run that writes on a pipe, and what came from it. */
struct tape {
	pid_t pid;
	int pipe;
	struct bytes bytes;
};

/* Into @file, or where that is NULL into the pipe. */
static struct tape begin(const char *file)
{
	struct tape tape = {.pipe = -1};
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fflush(NULL);
	tape.pid = fork();
	assert_true(tape.pid >= 0);
	if (tape.pid == 0) {
		char words[2][24] = {"record", "--interval=50"};
		char *argv[] = {words[0], words[1], (char *)(uintptr_t)(file ? file : "-"), NULL};

		close(ends[0]);
		/* What is said on standard error is no part of what is tested here. */
		if (dup2(ends[1], STDOUT_FILENO) < 0 || !freopen("/dev/null", "w", stderr))
			_exit(99);
		_exit(cli_record(3, argv));
	}
	close(ends[1]);
	tape.pipe = ends[0];
	return tape;
}

/* Reads what comes next; false at the end. */
static bool read_on(struct tape *tape)
{
	ssize_t n;

	bytes_reserve(&tape->bytes, 4096);
	n = read(tape->pipe, tape->bytes.data + tape->bytes.len, 4096);
	assert_true(n >= 0);
	tape->bytes.len += (size_t)n;
	return n > 0;
}

static int end(struct tape *tape)
{
	int status;

	assert_int_equal(waitpid(tape->pid, &status, 0), tape->pid);
	if (tape->pipe >= 0)
		close(tape->pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* In the last readable snapshot, is @pid a member of the uts namespace @ino? */
static bool has_member(const struct tape *tape, pid_t pid, uint64_t ino)
{
	struct history_log *history_log = history_log_new(0, 0);
	struct history_log_reader reader = {.next = 0};
	struct recording_fault fault;
	bool found = false;

	recording_load(tape->bytes.data, tape->bytes.len, history_log, &fault);
	if (history_log_end(history_log) > history_log_first(history_log)) {
		struct graph *graph =
		    history_log_graph(history_log, &reader, history_log_end(history_log) - 1);
		const struct process *process;

		assert_non_null(graph);
		process = graph_process_by_pid(graph, pid);
		found = process && process->ns[NS_UTS] && process->ns[NS_UTS]->id.ino == ino;
		graph_unref(graph);
	}
	history_log_reader_done(&reader);
	history_log_free(history_log);
	return found;
}

static int load(const struct bytes *bytes, uint64_t *ret_moments)
{
	struct history_log *history_log = history_log_new(0, 0);
	struct recording_fault fault;
	int r = recording_load(bytes->data, bytes->len, history_log, &fault);

	*ret_moments = history_log_end(history_log) - history_log_first(history_log);
	history_log_free(history_log);
	return r;
}

/* What happens while it runs is in it; SIGINT ends it well. */
static void what_happens_is_recorded(void **state)
{
	struct tape tape;
	struct member member;
	uint64_t snapshots;

	(void)state;
	need_test_machine();
	tape = begin(NULL);
	while (!has_member(&tape, tape.pid, link_ino(tape.pid, "uts")))
		assert_true(read_on(&tape));
	member = member_start(CLONE_NEWUTS, NULL, NULL);
	while (!has_member(&tape, member.pid, link_ino(member.pid, "uts")))
		assert_true(read_on(&tape));
	member_end(&member);
	kill(tape.pid, SIGINT);
	while (read_on(&tape))
		;
	assert_int_equal(end(&tape), EXIT_DONE);
	assert_int_equal(load(&tape.bytes, &snapshots), 0);
	assert_true(snapshots >= 2);
	bytes_done(&tape.bytes);
}

/* Killed at once, it leaves the snapshots that were written. */
static void killed(void **state)
{
	struct tape tape;
	uint64_t snapshots;
	int r;

	(void)state;
	need_test_machine();
	tape = begin(NULL);
	do
		assert_true(read_on(&tape));
	while (load(&tape.bytes, &snapshots) < 0 && snapshots < 2);
	kill(tape.pid, SIGKILL);
	while (read_on(&tape))
		;
	assert_int_equal(end(&tape), 128 + SIGKILL);
	r = load(&tape.bytes, &snapshots);
	assert_true(r == -ENODATA || r == -EBADMSG);
	assert_true(snapshots >= 2);
	bytes_done(&tape.bytes);
}

/* A reader that goes away ends it, and it says so. */
static void a_reader_that_closes(void **state)
{
	struct tape tape;

	(void)state;
	need_test_machine();
	tape = begin(NULL);
	assert_true(read_on(&tape));
	close(tape.pipe);
	tape.pipe = -1;
	assert_int_equal(end(&tape), EXIT_FAILED);
	bytes_done(&tape.bytes);
}

static void read_file(const char *path, struct bytes *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	do {
		bytes_reserve(bytes, 4096);
		n = read(fd, bytes->data + bytes->len, 4096);
		assert_true(n >= 0);
		bytes->len += (size_t)n;
	} while (n > 0);
	close(fd);
}

/* On a full disk, what was written stays readable.  A limit on the size of files is as a full disk; the recording
 * reaches it, since every snapshot takes some bytes. */
static void a_full_disk(void **state)
{
	char path[] = "/tmp/nsscope-record-XXXXXX";
	struct rlimit before, limit;
	struct bytes bytes = {0};
	struct tape tape;
	uint64_t snapshots;
	int fd = mkstemp(path);

	(void)state;
	need_test_machine();
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	tape = begin(path);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(end(&tape), EXIT_FAILED);
	read_file(path, &bytes);
	assert_int_equal(load(&bytes, &snapshots), -ENODATA);
	assert_true(snapshots >= 2);
	bytes_done(&bytes);
	unlink(path);
}

static void wrong_use(void **state)
{
	(void)state;
	assert_wrong_use(cli_record, "record", "", "into which file?");
	assert_wrong_use(cli_record, "record", "a b", "nothing can be done with \"b\"");
	assert_wrong_use(cli_record, "record", "--interval=1 a", "from 50 to 60000");
	assert_wrong_use(cli_record, "record", "--for=0 a", "from 1 to");
	assert_wrong_use(cli_replay, "replay", "", "which file?");
	assert_wrong_use(cli_replay, "replay", "--tree --json a", "only one of");
	assert_wrong_use(cli_replay, "replay", "--plain --at=+1 a", "--at is for");
}

static void what_can_not_be_used(void **state)
{
	char path[] = "/tmp/nsscope-record-XXXXXX";
	int fd = mkstemp(path);
	struct run run;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	/* A file that is there is not written over without --force. */
	run = command_run(cli_record, "record", path, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "--force");
	run_done(&run);
	run = command_run(cli_replay, "replay", path, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "no recording");
	run_done(&run);
	unlink(path);
	run = command_run(cli_replay, "replay", path, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "No such file");
	run_done(&run);
	run = command_run(cli_record, "record", "/proc/there/is/no/such", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "can't be written");
	run_done(&run);
	/* What was never written can't be replayed. */
	run = command_run(cli_record, "record", "/dev/full", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "/dev/full can't be written: No space left on device\n");
	assert_null(strstr(run.errors, "moment"));
	run_done(&run);
}

/* Flips the last byte of the frame of snapshot @number in the file @path.  Returns where that frame begins. */
static size_t damage(const char *path, uint64_t number)
{
	struct history_log *history_log = history_log_new(0, 0);
	struct recording_fault fault;
	struct bytes bytes = {0};
	struct snapshot snapshot;
	uint8_t byte;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	read_file(path, &bytes);
	assert_int_equal(recording_load(bytes.data, bytes.len, history_log, &fault), 0);
	snapshot = *history_log_snapshot(history_log, number);
	byte = snapshot.data[snapshot.len - 1] ^ 1;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)(snapshot.offset + snapshot.len - 1)), 1);
	close(fd);
	history_log_free(history_log);
	bytes_done(&bytes);
	return snapshot.offset;
}

/* An unreadable snapshot is reported with its place, and those before it are shown. */
static void what_is_damaged(void **state)
{
	static const struct tape_snapshot snapshots[] = {
	    {1000, "1 init; 40 first"},
	    {2000, "1 init; 40 first; 41 second"},
	    {3000, "1 init; 42 third"},
	    {4000, "1 init; 43 fourth"},
	};
	static const char *const shown[] = {
	    "", "--plain ", "--tree ", "--json ", "--tree --at=+3 "};
	autofree char *path = tape_write(snapshots, array_len(snapshots));
	size_t at = damage(path, 3);
	autofree char *place = xasprintf("is damaged: at byte %zu, expected", at);

	(void)state;
	for (size_t i = 0; i < array_len(shown); i++) {
		autofree char *arguments = xasprintf("%s%s", shown[i], path);
		struct run run = command_run(cli_replay, "replay", arguments, "C.UTF-8", -1);

		assert_int_equal(run.status, EXIT_FAILED);
		assert_has(run.errors, place);
		assert_has(run.output, "second");
		assert_null(strstr(run.output, "third"));
		run_done(&run);
	}
	damage(path, 1);
	for (size_t i = 0; i < array_len(shown); i++) {
		autofree char *arguments = xasprintf("%s%s", shown[i], path);
		struct run run = command_run(cli_replay, "replay", arguments, "C.UTF-8", -1);

		assert_int_equal(run.status, EXIT_FAILED);
		assert_has(run.errors, "is damaged: at byte 41, expected");
		assert_string_equal(run.output, "");
		run_done(&run);
	}
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_happens_is_recorded),
	    cmocka_unit_test(killed),
	    cmocka_unit_test(a_reader_that_closes),
	    cmocka_unit_test(a_full_disk),
	    cmocka_unit_test(wrong_use),
	    cmocka_unit_test(what_can_not_be_used),
	    cmocka_unit_test(what_is_damaged),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
