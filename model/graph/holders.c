#include "model/graph/holders.h"

#include "model/base/i18n.h"

const char *const keeper_kind_names[KEEPER_KIND_COUNT] = {
    [KEEPER_PROCESS] = "process",
    [KEEPER_THREAD] = "thread",
    [KEEPER_FOR_CHILDREN] = "for_children",
    [KEEPER_FD] = "fd",
    [KEEPER_SOCKET] = "socket",
    [KEEPER_MOUNT] = "mount",
    [KEEPER_CHILD] = "child",
    [KEEPER_OWNED] = "owned",
    [KEEPER_TUN] = "tun",
    [KEEPER_UNSEEN] = "unseen",
};

bool keeper_is_descriptor(enum keeper_kind kind)
{
	return kind == KEEPER_FD || kind == KEEPER_SOCKET || kind == KEEPER_TUN;
}

void keepers_begin(struct keeper_walk *walk, const struct ns *ns, uint32_t members_max)
{
	*walk = (struct keeper_walk){
	    .ns = ns,
	    .member = ns->first_member,
	    .members_left = members_max,
	};
}

bool keepers_next(struct keeper_walk *walk, struct keeper *ret_keeper)
{
	while (walk->member && walk->members_left) {
		const struct process *member = walk->member;

		walk->member = member->next_member[walk->ns->id.type];
		if (member->life.died_ms)
			continue;
		walk->members_left--;
		*ret_keeper = (struct keeper){.kind = KEEPER_PROCESS, .fd = -1, .process = member};
		return true;
	}
	if (walk->at >= walk->ns->keeper_count)
		return false;
	*ret_keeper = walk->ns->keepers[walk->at++];
	return true;
}

static void add_process(const struct process *process, struct line *line)
{
	line_addf(line, STYLE_PID, "%d", (int)process->id.pid);
	line_addf(line, STYLE_PLAIN, " %s", process->comm);
}

static void add_owner(const struct keeper *keeper, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _(" of "));
	if (keeper->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)keeper->tid);
	add_process(keeper->process, line);
}

static void add_ns(const struct ns *ns, struct line *line)
{
	line_addf(
	    line, STYLE_NS, "%s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
	if (ns->name)
		line_addf(line, STYLE_NS, " \"%s\"", ns->name);
}

/* Is the mount where the reader would look for it? */
static bool is_elsewhere(const struct ns *mnt)
{
	return mnt && !mnt->baseline;
}

static void add_mount(const struct keeper *keeper, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _("a bind mount "));
	line_adds(line, STYLE_STRONG, keeper->path);
	if (!is_elsewhere(keeper->ns))
		return;
	line_adds(line, STYLE_PLAIN, _(" in "));
	add_ns(keeper->ns, line);
}

void keeper_add(const struct keeper *keeper, struct line *line)
{
	switch (keeper->kind) {
	case KEEPER_PROCESS:
		line_adds(line, STYLE_PLAIN, _("process "));
		add_process(keeper->process, line);
		break;
	case KEEPER_THREAD:
		line_addf(line, STYLE_PLAIN, _("thread %d"), (int)keeper->thread->tid);
		add_owner(keeper, line);
		break;
	case KEEPER_FOR_CHILDREN:
		if (keeper->thread)
			line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)keeper->thread->tid);
		add_process(keeper->process, line);
		line_adds(line, STYLE_PLAIN, _(", which has it for its next child"));
		break;
	case KEEPER_FD:
		line_addf(line, STYLE_PLAIN, _("descriptor %d"), keeper->fd);
		add_owner(keeper, line);
		break;
	case KEEPER_SOCKET:
		line_addf(line, STYLE_PLAIN, _("socket %d"), keeper->fd);
		add_owner(keeper, line);
		break;
	case KEEPER_TUN:
		line_addf(line, STYLE_PLAIN, _("descriptor %d (/dev/net/tun)"), keeper->fd);
		add_owner(keeper, line);
		break;
	case KEEPER_MOUNT:
		add_mount(keeper, line);
		break;
	case KEEPER_CHILD:
		add_ns(keeper->ns, line);
		line_adds(line, STYLE_PLAIN, _(", which is below it"));
		break;
	case KEEPER_OWNED:
		add_ns(keeper->ns, line);
		line_adds(line, STYLE_PLAIN, _(", which it owns"));
		break;
	case KEEPER_UNSEEN:
		line_adds(line, STYLE_PLAIN, _("something that cannot be seen"));
		break;
	case KEEPER_KIND_COUNT:
		break;
	}
}
