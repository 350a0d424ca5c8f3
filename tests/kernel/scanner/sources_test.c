/* Both sources on the whole machine, with all that lives there: neither lists a process that the other
 * one lacks, and they agree on the links. */
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include "model/base/util.h"

static bool same_links(const struct process *a, const struct process *b)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!a->ns[link] != !b->ns[link] ||
		    (a->ns[link] && !ns_id_equal(&a->ns[link]->id, &b->ns[link]->id)))
			return false;
	}
	return true;
}

/* Whom /proc refuses, BPF may read; else what was so before and after was so in between. */
static void expect_same(const struct process *proc, const struct process *bpf)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (proc->read_status[link] == READ_DENIED)
			continue;
		assert_int_equal(proc->read_status[link], bpf->read_status[link]);
		if (proc->ns[link])
			assert_true(ns_id_equal(&proc->ns[link]->id, &bpf->ns[link]->id));
	}
	assert_int_equal(proc->uid, bpf->uid);
	assert_int_equal(proc->kernel_thread, bpf->kernel_thread);
	assert_int_equal(proc->pid_levels, bpf->pid_levels);
}

/* Returns how many were there all the time. */
static size_t compare(
    const struct graph *before, const struct graph *between, const struct graph *after)
{
	size_t stayed = 0;

	for (size_t i = 0; i < before->process_count; i++) {
		const struct process *first = before->processes[i];
		const struct process *last = graph_process(after, &first->id);
		const struct process *found = graph_process(between, &first->id);

		if (!last || !same_links(first, last) || first->state == 'Z' || last->state == 'Z')
			continue;
		if (!found)
			fail_msg("bpf lacks process %d", (int)first->id.pid);
		else
			expect_same(first, found);
		stayed++;
	}
	return stayed;
}

static void all_that_proc_lists_is_there(void **state)
{
	struct scan *proc, *bpf;

	(void)state;
	bpf = need_bpf((struct scan_options){.no_texts = true});
	proc = source_scan(SCAN_PROC, (struct scan_options){.no_texts = true});
	for (int look = 0; look < 2; look++) {
		struct graph *before = sweep_now(proc, NULL), *between = sweep_now(bpf, NULL);
		struct graph *after = sweep_now(proc, NULL);

		assert_true(compare(before, between, after) > 0);
		assert_non_null(graph_process_by_pid(between, 1));
		/* And the other way round: nothing but what /proc lists. */
		graph_unref(before);
		before = sweep_now(bpf, NULL);
		for (size_t i = 0; i < before->process_count; i++) {
			const struct process_id *id = &before->processes[i]->id;

			if (graph_process(between, id))
				assert_non_null(graph_process(after, id));
		}
		graph_unref(before);
		graph_unref(between);
		graph_unref(after);
	}
	scan_free(proc);
	scan_free(bpf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_that_proc_lists_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
