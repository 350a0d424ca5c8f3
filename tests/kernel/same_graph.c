#include "tests/kernel/same_graph.h"

#include "tests/kernel/skip.h"

static int differ(bool same, int pid, const char *what)
{
	if (!same)
		print_error("%d: other %s\n", pid, what);
	return !same;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_ns(const struct ns *a, const struct ns *b)
{
	return a == b || (a && b && ns_id_equal(&a->id, &b->id));
}

static bool same_links(const struct ns *const a[NS_LINK_COUNT],
    const struct ns *const b[NS_LINK_COUNT], const enum read_status a_unread[NS_LINK_COUNT],
    const enum read_status b_unread[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++)
		if (a_unread[link] != b_unread[link] || !same_ns(a[link], b[link]))
			return false;
	return true;
}

/* From @thread on the first that stands apart: one that has come back is told once more only where
 * it was known to have been away. */
static const struct thread *if_different(const struct thread *thread)
{
	while (thread && !thread_diverged(thread))
		thread = thread->next;
	return thread;
}

static bool same_threads(const struct process *a, const struct process *b)
{
	const struct thread *left = if_different(a->first_thread),
	                    *right = if_different(b->first_thread);

	for (; left && right; left = if_different(left->next), right = if_different(right->next))
		if (left->tid != right->tid || !same_text(left->comm, right->comm) ||
		    !same_links(left->ns, right->ns, left->read_status, right->read_status))
			return false;
	return !left && !right;
}

/* Who waits may be just about to; the rest stays until something is done. */
static char lasting_state(char state)
{
	return state == 'R' || state == 'D' ? 'S' : state;
}

static int compare_processes(const struct process *a, const struct process *b)
{
	int pid = (int)a->id.pid, differences = 0;

	differences += differ(process_id_equal(&a->id, &b->id), pid, "id");
	differences += differ(a->ppid == b->ppid, pid, "parent");
	differences += differ(same_text(a->comm, b->comm), pid, "name");
	differences +=
	    differ(a->cmdline_len == b->cmdline_len && !a->cmdline == !b->cmdline &&
	               (!a->cmdline || memcmp(a->cmdline, b->cmdline, a->cmdline_len) == 0),
	        pid, "command line");
	differences += differ(a->uid == b->uid && same_text(a->user, b->user), pid, "user");
	differences += differ(lasting_state(a->state) == lasting_state(b->state), pid, "state");
	differences += differ(a->kernel_thread == b->kernel_thread, pid, "kind");
	differences += differ(a->exiting == b->exiting, pid, "exiting");
	differences += differ(a->threads == b->threads, pid, "number of threads");
	differences +=
	    differ(a->pid_levels == b->pid_levels &&
	               memcmp(a->pids, b->pids, (size_t)a->pid_levels * sizeof(*a->pids)) == 0,
	        pid, "numbers");
	differences +=
	    differ(same_links(a->ns, b->ns, a->read_status, b->read_status), pid, "links");
	differences += differ(same_threads(a, b), pid, "threads");
	return differences;
}

static int compare_namespaces(const struct ns *a, const struct ns *b)
{
	int ino = (int)(a->id.ino & 0x7fffffff), differences = 0;

	differences += differ(ns_id_equal(&a->id, &b->id), ino, "namespace");
	differences +=
	    differ(a->initial == b->initial && a->reference == b->reference, ino, "kind");
	differences += differ(
	    a->parent_status == b->parent_status && same_ns(a->parent, b->parent), ino, "parent");
	differences +=
	    differ(a->owner_status == b->owner_status && same_ns(a->owner, b->owner), ino, "owner");
	differences +=
	    differ(a->owner_uid_status == b->owner_uid_status && a->owner_uid == b->owner_uid, ino,
	        "owner's uid");
	differences += differ(same_text(a->name, b->name), ino, "name");
	differences += differ(a->netnsid == b->netnsid, ino, "net id");
	differences += differ(same_text(a->hostname, b->hostname), ino, "host name");
	differences += differ(a->member_count == b->member_count, ino, "number of members");
	differences += differ(a->holder_count == b->holder_count, ino, "number of keepers");
	return differences;
}

static const struct ns *ns_like(const struct graph *graph, const struct ns_id *id)
{
	for (size_t i = 0; i < graph->ns_count; i++)
		if (ns_id_equal(&graph->namespaces[i]->id, id))
			return graph->namespaces[i];
	return NULL;
}

static void print_ns(const struct ns *ns)
{
	const struct holder *holder = ns->holder_count ? ns->holders : NULL;

	print_error("%s:[%llu] (id %llu, generation %u), %u members, %u keepers",
	    ns_types[ns->id.type].name, (unsigned long long)ns->id.ino,
	    (unsigned long long)ns->id.unique, ns->id.generation, ns->member_count,
	    ns->holder_count);
	if (holder)
		print_error(", the first of kind %d, by %d, descriptor %d", holder->kind,
		    holder->process ? (int)holder->process->id.pid : 0, holder->fd);
	print_error("\n");
}

/* What is in @a alone. */
static void print_missing(const struct graph *a, const struct graph *b, const char *where)
{
	for (size_t i = 0; i < a->process_count; i++)
		if (!graph_process(b, &a->processes[i]->id))
			print_error("only in the %s: process %d (%s)\n", where,
			    (int)a->processes[i]->id.pid, a->processes[i]->comm);
	for (size_t i = 0; i < a->ns_count; i++) {
		if (ns_like(b, &a->namespaces[i]->id))
			continue;
		print_error("only in the %s: ", where);
		print_ns(a->namespaces[i]);
	}
}

int graph_differences(const struct graph *a, const struct graph *b, pid_t but)
{
	int differences = differ(a->process_count == b->process_count, 0, "number of processes") +
	                  differ(a->ns_count == b->ns_count, 0, "number of namespaces");

	if (differences) {
		print_missing(a, b, "first");
		print_missing(b, a, "second");
		return differences;
	}
	for (size_t i = 0; i < a->process_count; i++) {
		if (a->processes[i]->id.pid != but)
			differences += compare_processes(a->processes[i], b->processes[i]);
	}
	for (size_t i = 0; i < a->ns_count; i++)
		differences += compare_namespaces(a->namespaces[i], b->namespaces[i]);
	return differences;
}
