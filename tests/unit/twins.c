#include "tests/unit/twins.h"

#include "model/record/graph_codec.h"
#include "tests/kernel/same_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_same_process(const struct process *a, const struct process *b)
{
	assert_true(!a == !b);
	if (a)
		assert_true(process_id_equal(&a->id, &b->id));
}

static void assert_same_holders(const struct ns *a, const struct ns *b)
{
	assert_int_equal(a->holder_count, b->holder_count);
	for (uint32_t i = 0; i < a->holder_count; i++) {
		const struct holder *left = &a->holders[i], *right = &b->holders[i];

		assert_int_equal(left->kind, right->kind);
		assert_int_equal(left->fd, right->fd);
		assert_int_equal(left->tid, right->tid);
		assert_same_process(left->process, right->process);
		assert_int_equal(
		    left->thread ? left->thread->tid : 0, right->thread ? right->thread->tid : 0);
		assert_string_equal(left->path ? left->path : "", right->path ? right->path : "");
		assert_int_equal(
		    left->ns ? left->ns->number : 0, right->ns ? right->ns->number : 0);
	}
}

/* What sealing sets. */
static void assert_same_edges(const struct graph *a, const struct graph *b)
{
	for (size_t i = 0; i < a->process_count; i++) {
		const struct process *left = a->processes[i], *right = b->processes[i];

		assert_same_process(left->parent, right->parent);
		assert_same_process(left->first_child, right->first_child);
		assert_same_process(left->next_sibling, right->next_sibling);
		assert_int_equal(process_notes(left)->held_count, process_notes(right)->held_count);
		for (int type = 0; type < NS_TYPE_COUNT; type++)
			assert_same_process(left->next_member[type], right->next_member[type]);
	}
	for (size_t i = 0; i < a->ns_count; i++) {
		assert_same_process(a->namespaces[i]->first_member, b->namespaces[i]->first_member);
		assert_same_holders(a->namespaces[i], b->namespaces[i]);
	}
}

void assert_twins(const struct graph *a, const struct graph *b)
{
	struct bytes left = {0}, right = {0};

	assert_int_equal(graph_differences(a, b, 0), 0);
	assert_int_equal(a->living_count, b->living_count);
	assert_int_equal(a->living_ns_count, b->living_ns_count);
	assert_same_edges(a, b);
	/* And all the rest, as texts, times and who is dead. */
	graph_pack(a, &left);
	graph_pack(b, &right);
	assert_int_equal(left.len, right.len);
	assert_memory_equal(left.data, right.data, left.len);
	bytes_done(&left);
	bytes_done(&right);
}
