/* The grouping by room: who lives in the same eight namespaces, see ns_groups.h.
 *
 * Ordered by a type, rooms stand below the namespaces of that type: so one look tells who shares
 * it and in what these differ all the same.  Who could not be placed stands below a note that says
 * why. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

static void add_members(struct outline_tree *tree, uint32_t parent,
    const struct ns_group_member *members, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (members[i].thread) {
			tree_add_thread(tree, parent, members[i].thread, NULL);
			continue;
		}
		uint32_t node = tree_add(tree, ROW_PROCESS, 1);

		tree->nodes[node].process = members[i].process;
		tree_link(tree, node, parent);
	}
}

/* What the room stands below.  @last: the namespace of the room before and its node. */
static uint32_t place_of(struct outline_tree *tree, const struct ns *ns, uint32_t *last)
{
	if (!ns)
		return ROW_NONE;
	if (*last != ROW_NONE && tree->nodes[*last].ns == ns)
		return *last;
	*last = tree_add(tree, ROW_NS, 1);
	tree->nodes[*last].ns = ns;
	tree_link(tree, *last, ROW_NONE);
	return *last;
}

static void add_ns_groups(struct outline_tree *tree, enum nstype type)
{
	const struct ns_groups *ns_groups = &tree->ns_groups;
	uint32_t last = ROW_NONE;

	for (size_t i = 0; i < ns_groups->count; i++) {
		const struct ns_group *ns_group = &ns_groups->groups[i];
		uint32_t parent = ROW_NONE;

		if (type < NS_TYPE_COUNT)
			parent = place_of(tree, ns_group->ns[type], &last);
		uint32_t node = tree_add(tree, ROW_NS_GROUP, 1);

		tree->nodes[node].ns_group = ns_group;
		tree_link(tree, node, parent);
		add_members(tree, node, ns_group->members, ns_group->member_count);
	}
}

static void note_unplaced(struct outline_tree *tree)
{
	const struct ns_groups *ns_groups = &tree->ns_groups;

	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		uint32_t count = ns_groups->unplaced[why];

		if (!count)
			continue;
		uint32_t note = tree_note(tree, ROW_NONE, 0, why,
		    xasprintf(ngettext("%u process stands in no room: %s",
		                  "%u processes stand in no room: %s", count),
		        count, read_status_text(why)));

		add_members(tree, note, ns_groups->members + ns_groups->first_unplaced[why], count);
	}
}

void tree_by_group(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	ns_groups_build(&tree->ns_groups, graph, options->kernel_threads, &options->ns_groups);
	add_ns_groups(tree, ns_groups_order_type(&options->ns_groups));
	note_unplaced(tree);
	tree_note_kernel_threads(tree, ROW_NONE, tree->ns_groups.kernel_threads);
}
