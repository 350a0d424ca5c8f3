#include "model/graph/containers.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/container_match.h"

#include <string.h>

enum {
	SHORT_ID_CHARS = 12, /* as the runtimes' own lists show them */
	MEMBERS_ASKED = 64,  /* of one namespace */
};

const char *const container_kind_names[CONTAINER_KIND_COUNT] = {
    [CONTAINER_DOCKER] = "docker",
    [CONTAINER_PODMAN] = "podman",
    [CONTAINER_CONTAINERD] = "containerd",
    [CONTAINER_CRI_O] = "cri-o",
    [CONTAINER_KUBERNETES] = "kubernetes",
    [CONTAINER_LXC] = "lxc",
    [CONTAINER_NSPAWN] = "systemd-nspawn",
    [CONTAINER_FLATPAK] = "flatpak",
    [CONTAINER_BUBBLEWRAP] = "bubblewrap",
    [CONTAINER_CHROMIUM] = "chromium sandbox",
    [CONTAINER_FIREFOX] = "firefox sandbox",
    [CONTAINER_CNI] = "cni",
    [CONTAINER_IP_NETNS] = "ip netns",
};

const char *const container_clue_names[CONTAINER_CLUE_COUNT] = {
    [CONTAINER_BY_CGROUP] = "cgroup",
    [CONTAINER_BY_MOUNT] = "mount",
    [CONTAINER_BY_PARENT_COMMAND] = "parent",
    [CONTAINER_BY_COMMAND] = "command",
};

const char *container_clue_text(enum container_clue clue)
{
	static const char *const texts[CONTAINER_CLUE_COUNT] = {
	    [CONTAINER_BY_CGROUP] = N_("by the path of its cgroup"),
	    [CONTAINER_BY_MOUNT] = N_("by where its file is mounted"),
	    [CONTAINER_BY_PARENT_COMMAND] = N_("by the command line of who started it"),
	    [CONTAINER_BY_COMMAND] = N_("by its own command line"),
	};

	return _(texts[clue]);
}

/* --- Of what is known of a process --------------------------------------------------------------------------- */

static bool by_command(
    const struct process *process, enum container_clue clue, struct container *ret_container)
{
	if (clue == CONTAINER_BY_PARENT_COMMAND)
		process = process->parent;
	return process && process->cmdline &&
	       container_of_command(process->cmdline, process->cmdline_len, clue, ret_container);
}

/* A cgroup's path has no name in it that a person gave, but who started the container may. */
static void complete(const struct process *process, struct container *container)
{
	struct container parents;

	if (!container->name[0] && by_command(process, CONTAINER_BY_PARENT_COMMAND, &parents) &&
	    strcmp(parents.id, container->id) == 0)
		memcpy(container->name, parents.name, sizeof(container->name));
}

static bool by_cgroup(const struct process *process, struct container *ret_container)
{
	if (!process->cgroup ||
	    !container_of_cgroup(process->cgroup, strlen(process->cgroup), ret_container))
		return false;
	complete(process, ret_container);
	return true;
}

/* --- Of a namespace --------------------------------------------------------------------------- */

static bool by_mount(const struct ns *ns, struct container *ret_container)
{
	for (uint32_t i = 0; i < ns->holder_count; i++) {
		const struct holder *holder = &ns->holders[i];

		if (holder->kind == HOLDER_MOUNT && container_of_mount(holder->path, ret_container))
			return true;
	}
	return false;
}

/* Who made @ns, or whom its maker put there: the oldest member.  The others may have joined, or be
 * in a container that shares this one namespace with its surroundings. */
static const struct process *oldest_of(const struct ns *ns)
{
	const struct process *oldest = ns->first_member, *member = oldest;

	for (int asked = 0; member && asked < MEMBERS_ASKED; asked++) {
		if (member->id.start_ticks < oldest->id.start_ticks)
			oldest = member;
		member = member->next_member[ns->id.type];
	}
	return oldest;
}

bool container_of_ns(const struct ns *ns, struct container *ret_container)
{
	const struct process *oldest = oldest_of(ns);

	if (ns->initial || ns->reference)
		return false;
	return (oldest && by_cgroup(oldest, ret_container)) || by_mount(ns, ret_container) ||
	       (oldest && (by_command(oldest, CONTAINER_BY_PARENT_COMMAND, ret_container) ||
	                      by_command(oldest, CONTAINER_BY_COMMAND, ret_container)));
}

/* --- Of a process ----------------------------------------------------------------------------- */

static bool is_isolated(const struct process *process)
{
	bool isolated = false;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		isolated |= ns && !ns->initial && !ns->reference;
	}
	return isolated;
}

bool container_of_process(const struct process *process, struct container *ret_container)
{
	/* The ones that are shared with other containers come last. */
	static const enum nstype order[] = {
	    NS_PID, NS_MNT, NS_CGROUP, NS_UTS, NS_IPC, NS_USER, NS_NET, NS_TIME};

	if (is_isolated(process) && by_cgroup(process, ret_container))
		return true;
	for (size_t i = 0; i < array_len(order); i++) {
		const struct ns *ns = process->ns[order[i]];

		if (ns && container_of_ns(ns, ret_container))
			return true;
	}
	return false;
}

void container_add(const struct container *container, enum style style, struct line *line)
{
	line_adds(line, style, container_kind_names[container->kind]);
	if (container->name[0])
		line_addf(line, style, " %s", container->name);
	else if (container->id[0])
		line_addf(line, style, " %.*s", SHORT_ID_CHARS, container->id);
}
