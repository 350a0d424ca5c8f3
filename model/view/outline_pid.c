/* The grouping by PID-namespace hierarchy.
 *
 * Every process and every PID namespace is a node. A namespace is a child of the process that created
 * it, as far as is known: the parent of its init. A process is a child of its parent when both are in
 * the same PID namespace, else of the node of its namespace.
 *
 * The graph was read while processes came and went, so it may contradict itself: parents may be
 * missing, or be each other's. In any case, each process has one row. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

enum { UNKNOWN, COLLECTED, ELSEWHERE };

struct pid_view {
	struct outline_tree *tree;
	const struct graph *graph;
	bool kernel_threads;
	size_t first_ns; /* of the PID namespaces in graph->namespaces */
	size_t ns_count;
	uint32_t ns_node;     /* the node of the first one; that of process i is i */
	const struct ns *own; /* the PID namespace that the scanner's numbers belong to */
	const struct ns **in; /* for each process its PID namespace, NULL for unknown */
	uint32_t *parents;    /* for each node its parent */
	uint32_t *inits;      /* for each PID namespace the node of its init */
	bool *linked;         /* for each PID namespace */
	uint8_t *collected;   /* for each process: is it below the note on unreadable ones? */
	uint32_t note;        /* the node of that note, or ROW_NONE */
};

static uint32_t node_of_ns(const struct pid_view *view, const struct ns *ns)
{
	if (!ns || ns->id.type != NS_PID)
		return ROW_NONE;
	return view->ns_node + (uint32_t)(ns->index - view->first_ns);
}

static uint32_t own_node(const struct pid_view *view)
{
	return node_of_ns(view, view->own);
}

static bool left_out(const struct pid_view *view, const struct process *process)
{
	return process->kernel_thread && !view->kernel_threads;
}

static pid_t innermost_pid(const struct process *process)
{
	return process->pid_levels > 0 ? process->pids[process->pid_levels - 1] : process->id.pid;
}

/* With one level in NSpid a process is in the PID namespace that /proc was mounted in.
 * proc_pid_status(5) */
static const struct ns *find_own(const struct graph *graph)
{
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (process->pid_levels <= 1 && !process->pids_cut && process->ns[NS_PID] &&
		    !process->life.ended_ms)
			return process->ns[NS_PID];
	}
	return graph->reference[NS_PID];
}

/* Finds the PID namespace of each process: from its link; else, with one level, it is the
 * scanner's; else it is that of a child with as many levels, since a child is in its parent's
 * namespace or in one below.  pid_namespaces(7) */
static void place_in_namespaces(struct pid_view *view)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		view->in[i] = process->ns[NS_PID];
		if (!view->in[i] && process->pid_levels <= 1 && !process->pids_cut)
			view->in[i] = view->own;
	}
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *child = graph->processes[i];
		const struct process *parent = child->parent;

		while (view->in[child->index] && parent && !view->in[parent->index] &&
		       parent->pid_levels == child->pid_levels) {
			view->in[parent->index] = view->in[child->index];
			child = parent;
			parent = child->parent;
		}
	}
}

/* The first running init of each namespace; where none runs, the first that exited. */
static void find_inits(struct pid_view *view)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < view->ns_count; i++)
		view->inits[i] = ROW_NONE;
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		const struct ns *ns = view->in[i];

		if (!ns || innermost_pid(process) != 1)
			continue;
		uint32_t *init = &view->inits[ns->index - view->first_ns];
		if (*init == ROW_NONE ||
		    (graph->processes[*init]->life.ended_ms && !process->life.ended_ms))
			*init = (uint32_t)i;
	}
}

static bool is_init(const struct pid_view *view, const struct process *process)
{
	const struct ns *ns = view->in[process->index];

	return ns && view->inits[ns->index - view->first_ns] == process->index;
}

/* Was @process put into its namespace from outside, by setns(2)?  Only said where it is known. */
static bool is_joined(
    const struct pid_view *view, const struct process *process, const struct process *parent)
{
	const struct ns *ns = view->in[process->index];

	if (!ns || is_init(view, process) || process->kernel_thread || process->pids_cut)
		return false;
	if (!parent)
		return process->ppid == 0;
	if (view->in[parent->index])
		return view->in[parent->index] != ns;
	return parent->pid_levels != process->pid_levels;
}

static uint32_t place_of_process(
    const struct pid_view *view, const struct process *process, const struct process *parent)
{
	const struct ns *ns = view->in[process->index];

	if (is_init(view, process) || view->tree->nodes[process->index].joined)
		return node_of_ns(view, ns);
	if (parent && !left_out(view, parent))
		return parent->index;
	return node_of_ns(view, ns ? ns : view->own);
}

static uint32_t place_of_ns(const struct pid_view *view, const struct ns *ns)
{
	uint32_t init = view->inits[ns->index - view->first_ns];

	if (ns == view->own)
		return ROW_NONE;
	if (init != ROW_NONE) {
		const struct process *parent = view->graph->processes[init]->parent;

		if (parent && !left_out(view, parent))
			return parent->index;
	}
	if (ns->parent)
		return node_of_ns(view, ns->parent);
	/* Its init was seen through the scanner's /proc, so it is somewhere below. */
	return init != ROW_NONE ? own_node(view) : ROW_NONE;
}

/* Opens every circle: torn data may make processes each other's ancestors. */
static void break_circles(struct pid_view *view)
{
	size_t count = view->tree->count;
	autofree uint32_t *seen = xcalloc(count + 1, sizeof(*seen));

	for (uint32_t start = 0; start < count; start++) {
		uint32_t at = start;

		while (at != ROW_NONE && !seen[at]) {
			seen[at] = start + 1;
			at = view->parents[at];
		}
		/* Only the way from this start can close a circle: others' ways are known to end.
		 */
		if (at != ROW_NONE && seen[at] == start + 1)
			view->parents[at] = own_node(view);
	}
}

static void link_ns(struct pid_view *view, size_t i)
{
	uint32_t node = view->ns_node + (uint32_t)i;

	if (!view->linked[i])
		tree_link(view->tree, node, view->parents[node]);
	view->linked[i] = true;
}

/* Siblings are in order of pid, a namespace in the place of its init, one without init at the end. */
static uint32_t link_all(struct pid_view *view)
{
	const struct graph *graph = view->graph;
	uint32_t left_out_count = 0;

	if (view->own)
		link_ns(view, view->own->index - view->first_ns);
	for (uint32_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (left_out(view, process)) {
			left_out_count += !process->life.ended_ms;
			continue;
		}
		if (is_init(view, process))
			link_ns(view, view->in[i]->index - view->first_ns);
		tree_link(view->tree, i, view->parents[i]);
	}
	for (size_t i = 0; i < view->ns_count; i++)
		link_ns(view, i);
	return left_out_count;
}

static void add_nodes(struct pid_view *view)
{
	const struct graph *graph = view->graph;

	tree_add(view->tree, ROW_PROCESS, graph->process_count);
	view->ns_node = tree_add(view->tree, ROW_NS, view->ns_count);
	for (size_t i = 0; i < graph->process_count; i++)
		view->tree->nodes[i].process = graph->processes[i];
	for (size_t i = 0; i < view->ns_count; i++)
		view->tree->nodes[view->ns_node + i].ns = graph->namespaces[view->first_ns + i];
}

/* Before the processes are linked, so that threads come before children. */
static void link_threads(const struct pid_view *view)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct thread *thread = graph->processes[i]->first_thread;

		for (; thread && !left_out(view, graph->processes[i]); thread = thread->next) {
			/* One that is with its process again is nothing to be shown. */
			if (thread->life.ended_ms || thread_diverged(thread))
				tree_add_member(
				    view->tree, (uint32_t)i, graph->processes[i], thread, NULL);
		}
	}
}

/* Of a process of another user /proc shows the name and the parent, but no namespace.  proc(5) */
static bool is_unreadable(const struct process *process)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (process->read_status[link] != READ_DENIED &&
		    process->read_status[link] != READ_UNSUPPORTED)
			return false;
	}
	return process->read_status[NS_UTS] == READ_DENIED && !process->kernel_thread;
}

/* Does the way from @node upwards lead over unreadable processes only?  Notes it for all of them. */
static bool is_collected(struct pid_view *view, uint32_t node)
{
	size_t count = view->graph->process_count;
	uint32_t top = node;
	bool collected;

	while (top < count && view->collected[top] == UNKNOWN)
		top = view->parents[top];
	collected = top < count ? view->collected[top] == COLLECTED : top == own_node(view);
	for (; node != top; node = view->parents[node])
		view->collected[node] = collected ? COLLECTED : ELSEWHERE;
	return collected;
}

/* Collects the unreadable processes below one note, so that the others come first.  A process below such a one moves to
 * its namespace.  An unreadable process below another process, such as sudo(8) below a shell, stays where it is. */
static void collect_unreadable(struct pid_view *view)
{
	const struct graph *graph = view->graph;
	uint32_t collected = 0, readable = 0;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		bool counts = !process->life.ended_ms && !process->kernel_thread;

		view->collected[i] = is_unreadable(process) ? UNKNOWN : ELSEWHERE;
		readable += counts && view->collected[i] != UNKNOWN;
	}
	if (!readable)
		return;
	for (uint32_t i = 0; i < graph->process_count; i++)
		collected += is_collected(view, i) && !graph->processes[i]->life.ended_ms;
	if (!collected)
		return;
	view->note = tree_note_unlinked(view->tree, 0, READ_DENIED,
	    xasprintf(ngettext("%u unreadable process: permission denied (sudo nsscope shows it)",
	                  "%u unreadable processes: permission denied (sudo nsscope shows them)",
	                  collected),
	        collected));
	for (uint32_t node = 0; node < graph->process_count + view->ns_count; node++) {
		uint32_t parent = view->parents[node];

		if (node < graph->process_count && view->collected[node] == COLLECTED) {
			if (parent == own_node(view))
				view->parents[node] = view->note;
		} else if (parent < graph->process_count && view->collected[parent] == COLLECTED) {
			view->parents[node] = own_node(view);
		}
	}
}

static void find_places(struct pid_view *view)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		const struct process *parent = process->parent;

		view->tree->nodes[i].joined = is_joined(view, process, parent);
		view->parents[i] = place_of_process(view, process, parent);
	}
	for (size_t i = 0; i < view->ns_count; i++)
		view->parents[view->ns_node + i] =
		    place_of_ns(view, graph->namespaces[view->first_ns + i]);
}

void tree_by_pid(struct outline_tree *tree, const struct graph *graph,
    const struct outline_options *options, uint32_t *ret_root)
{
	const struct process *root = NULL;
	uint32_t kernel_threads;
	struct pid_view view = {
	    .tree = tree,
	    .graph = graph,
	    .kernel_threads = options->kernel_threads,
	    .own = find_own(graph),
	    .note = ROW_NONE,
	};

	*ret_root = ROW_NONE;
	if (options->root_pid) {
		root = graph_process_by_pid(graph, options->root_pid);
		if (!root)
			return;
		view.kernel_threads |= root->kernel_thread;
		*ret_root = root->index;
	}
	while (
	    view.first_ns < graph->ns_count && graph->namespaces[view.first_ns]->id.type < NS_PID)
		view.first_ns++;
	while (view.first_ns + view.ns_count < graph->ns_count &&
	       graph->namespaces[view.first_ns + view.ns_count]->id.type == NS_PID)
		view.ns_count++;

	autofree const struct ns **in =
	    xcalloc(graph->process_count + 1, sizeof(const struct ns *));
	autofree uint32_t *parents =
	    xcalloc(graph->process_count + view.ns_count + 1, sizeof(*parents));
	autofree uint32_t *inits = xcalloc(view.ns_count + 1, sizeof(*inits));
	autofree bool *linked = xcalloc(view.ns_count + 1, sizeof(*linked));
	autofree uint8_t *collected = xcalloc(graph->process_count + 1, sizeof(*collected));
	view.in = in;
	view.parents = parents;
	view.inits = inits;
	view.linked = linked;
	view.collected = collected;

	add_nodes(&view);
	place_in_namespaces(&view);
	find_inits(&view);
	find_places(&view);
	break_circles(&view);
	if (!root)
		collect_unreadable(&view);
	link_threads(&view);
	kernel_threads = link_all(&view);
	if (view.note != ROW_NONE)
		tree_link(tree, view.note, own_node(&view));
	tree_note_kernel_threads(tree, own_node(&view), kernel_threads);
}
