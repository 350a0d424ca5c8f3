/* Every lesson, on the real kernel: whatever ends the player, nothing of it is left.
 * tests/run.sh: 2 parts */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

enum { IDS_MAX = 256 };

struct trace {
	size_t id_count;
	struct ns_id ids[IDS_MAX]; /* of namespaces that the actors were in, and nobody else */
};

/* The namespaces of @play's cast in which neither this process nor its parent is. */
static void trace_namespaces(const struct play *play, struct trace *trace)
{
	const struct process *me = graph_process_by_pid(play->graph, getpid());
	size_t count;
	const struct actor_ref *cast = player_actors(play->player, &count);

	CHECK(me);
	for (size_t i = 0; i < count; i++) {
		const struct process *actor = graph_process_by_pid(play->graph, cast[i].pid);

		CHECK(actor);
		for (size_t type = 0; type < NS_TYPE_COUNT; type++) {
			const struct ns *ns = actor->ns[type];

			if (!ns || !ns->id.unique || ns == me->ns[type] ||
			    trace->id_count == IDS_MAX)
				continue;
			trace->ids[trace->id_count++] = ns->id;
		}
	}
}

/* Plays up to the end of the step @step, tells what it made, and waits to be killed. */
_Noreturn static void play_and_wait(enum actors_role role, size_t step, int out)
{
	struct trace trace = {0};
	struct play play;

	actors_take_role(role);
	each_begin(&play);
	play_through(&play, step);
	CHECK(player_failures(play.player) == 0);
	if (play.graph)
		trace_namespaces(&play, &trace);
	CHECK(write(out, &trace, sizeof(trace)) == (ssize_t)sizeof(trace));
	for (;;)
		pause();
}

static void check_gone(const struct trace *trace)
{
	struct scan *scan;
	struct graph *graph;

	CHECK(scan_new(&(struct scan_options){0}, &scan) == 0);
	CHECK(scan_once(scan, &graph) == 0);
	for (size_t i = 0; i < trace->id_count; i++)
		CHECK(!graph_ns(graph, &trace->ids[i]));
	graph_unref(graph);
	scan_free(scan);
}

/* Kills a player at the end of the step @step.  Returns the number of namespaces that it had. */
static size_t kill_at(enum actors_role role, size_t step)
{
	struct trace trace;
	int ends[2];
	pid_t player;

	CHECK(pipe(ends) == 0);
	player = fork();
	if (player == 0) {
		close(ends[0]);
		play_and_wait(role, step, ends[1]);
	}
	close(ends[1]);
	CHECK(read(ends[0], &trace, sizeof(trace)) == (ssize_t)sizeof(trace));
	close(ends[0]);
	CHECK(kill(player, SIGKILL) == 0);
	/* All that it leaves comes to this subreaper, and must end by itself. */
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	CHECK(errno == ECHILD);
	check_gone(&trace);
	return trace.id_count;
}

static void kill_everywhere(enum actors_role role)
{
	struct lesson *lesson = play_parse(each_source);
	struct utsname before, after;
	bool whole = each_is_whole();
	size_t namespaces = 0;

	uname(&before);
	for (size_t step = whole             ? 0
	                   : role == AS_ROOT ? 1
	                                     : 3;
	     step < lesson->step_count; step += whole ? 1 : 4)
		namespaces += kill_at(role, step);
	uname(&after);
	CHECK(strcmp(before.nodename, after.nodename) == 0);
	/* Where the kernel has no ids for them, that no process is left must do. */
	if (!namespaces)
		fprintf(stderr, "%s: no namespace was told apart\n", each_source->name);
	lesson_free(lesson);
}

static void play_killed_as_root(void)
{
	kill_everywhere(AS_ROOT);
}

/* The killer stays root: only the player becomes nobody. */
static void play_killed_as_nobody(void)
{
	kill_everywhere(AS_NOBODY);
}

static void nothing_is_left_by_sigkill(void)
{
	each_play(AS_ROOT, play_killed_as_root);
}

static void nothing_is_left_by_sigkill_as_nobody(void)
{
	each_need(AS_NOBODY);
	each_play(AS_ROOT, play_killed_as_nobody);
}

int main(void)
{
	static const struct each_test tests[] = {
	    EACH_TEST(nothing_is_left_by_sigkill, EACH_LESSON),
	    EACH_TEST(nothing_is_left_by_sigkill_as_nobody, EACH_LESSON),
	};

	return each_run(tests, array_len(tests));
}
