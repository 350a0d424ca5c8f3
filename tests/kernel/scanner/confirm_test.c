/* Claims on a namespace that nobody confirms, of as many as there may be: a turn looks at a few of them. */
#include "model/base/util.h"
#include "scanner/scan/phases.h"
#include "tests/kernel/skip.h"

#include <fcntl.h>

enum {
	PROCESSES = 500,
	THREADS = 500,       /* of the last process */
	PID_FIRST = 1 << 23, /* above PID_MAX_LIMIT: none is there */
	TASKS = PROCESSES + THREADS,
};

/* All claim to be in @ns. */
static void add_tasks(struct context *context, struct ns *ns)
{
	struct process *process = NULL;

	for (int i = 0; i < PROCESSES; i++) {
		process = graph_add_process(
		    context->builder, &(struct process_id){.pid = PID_FIRST + i, .start_ticks = 1});
		process->ns[NS_UTS] = ns;
		process->read_status[NS_UTS] = READ_OK;
	}
	for (int i = 0; i < THREADS; i++) {
		struct thread *thread =
		    graph_add_thread(context->builder, process, PID_FIRST + PROCESSES + i);

		thread->ns[NS_UTS] = ns;
		thread->read_status[NS_UTS] = READ_OK;
	}
	ns_notes(ns)->member = PID_FIRST;
	ns_notes(ns)->last_member = PID_FIRST + TASKS - 1;
	ns_notes(ns)->seen_now = true;
}

static void a_turn_is_short_however_many_claim_to_be_in_it(void **state)
{
	struct context context = {.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	const struct thread *thread;
	struct verify verify;
	struct ns *ns;
	int turns = 1;

	(void)state;
	context.builder = graph_builder_new(NULL);
	ns = graph_add_ns(context.builder, NS_UTS, 4, 4026540000, NULL);
	ns->id.unique = 77;
	add_tasks(&context, ns);
	verify_begin(&verify, &context);
	while (!verify_step(&verify, 0))
		turns++;
	/* Each was asked, and then its claim was taken back, but for the first. */
	assert_true(turns >= 2 * TASKS);
	assert_ptr_equal(graph_builder_process(context.builder, 0)->ns[NS_UTS], ns);
	for (size_t i = 1; i < PROCESSES; i++) {
		const struct process *process = graph_builder_process(context.builder, i);

		assert_null(process->ns[NS_UTS]);
		assert_int_equal(process->read_status[NS_UTS], READ_GONE);
	}
	thread = graph_builder_process(context.builder, PROCESSES - 1)->first_thread;
	for (int i = 0; i < THREADS; i++, thread = thread->next)
		assert_null(thread->ns[NS_UTS]);
	assert_null(thread);
	graph_builder_free(context.builder);
	close(context.proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_turn_is_short_however_many_claim_to_be_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
