/* A PID namespace for children that has no init yet: whether it can be seen depends on the kernel, so what
 * /proc says of it holds.  Here that is a folder. */
#include "model/base/util.h"
#include "scanner/bpf/bpf_add.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PID = 70 };

static const uint64_t CHILDREN = 4026532111;

/* The process as the programs tell it, added where /proc has @target for the link. */
static struct graph *add(const char *target)
{
	const char *folder = folder_make();
	struct context context = {.builder = graph_builder_new(NULL), .nsfs_dev = 4};
	struct bpf_add add = {.context = &context};
	struct record_task record = {.pid = PID,
	    .tid = PID,
	    .ppid = 1,
	    .threads = 1,
	    .levels = 1,
	    .flags = RECORD_NO_INIT,
	    .pids = {PID}};

	folder_write("70/ns/made", "");
	autofree char *link = xasprintf("%s/70/ns/pid_for_children", folder);
	if (target)
		assert_int_equal(symlink(target, link), 0);
	for (int i = 0; i < NS_LINK_COUNT; i++) {
		add.known[i] = true;
		record.links[i].ino = (__u32)(4026531000 + ns_link_type(i));
	}
	record.links[LINK_PID_FOR_CHILDREN].ino = (__u32)CHILDREN;
	context.proc = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(context.proc >= 0);
	bpf_add_process(&add, &record);
	close(context.proc);
	folder_remove();
	free(context.uts.items);
	free(context.mnt.items);
	return graph_freeze(context.builder);
}

static size_t count_pid_namespaces(const struct graph *graph)
{
	size_t count = 0;

	for (size_t i = 0; i < graph->ns_count; i++)
		count += graph->namespaces[i]->id.type == NS_PID;
	return count;
}

/* Linux 7.1 */
static void what_proc_shows_is_there(void **state)
{
	struct graph *graph = add("pid:[4026532111]");
	const struct process *process = graph_process_by_pid(graph, PID);

	(void)state;
	assert_int_equal(process->read_status[LINK_PID_FOR_CHILDREN], READ_OK);
	assert_true(process->ns[LINK_PID_FOR_CHILDREN]->id.ino == CHILDREN);
	assert_int_equal(count_pid_namespaces(graph), 2);
	graph_unref(graph);
}

static void expect_none(const char *target, enum read_status why)
{
	struct graph *graph = add(target);
	const struct process *process = graph_process_by_pid(graph, PID);

	assert_int_equal(process->read_status[LINK_PID_FOR_CHILDREN], why);
	assert_null(process->ns[LINK_PID_FOR_CHILDREN]);
	assert_int_equal(process->read_status[NS_PID], READ_OK);
	assert_int_equal(count_pid_namespaces(graph), 1);
	graph_unref(graph);
}

/* All before it. */
static void what_proc_does_not_show_is_not_there(void **state)
{
	(void)state;
	expect_none(NULL, READ_EMPTY);
}

static void who_moved_on_meanwhile_is_not_mixed_up(void **state)
{
	(void)state;
	expect_none("pid:[4026532222]", READ_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_proc_shows_is_there),
	    cmocka_unit_test(what_proc_does_not_show_is_not_there),
	    cmocka_unit_test(who_moved_on_meanwhile_is_not_mixed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
