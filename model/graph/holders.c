#include "model/graph/holders.h"

#include "model/base/i18n.h"

const char *const holder_kind_names[HOLDER_KIND_COUNT] = {
    [HOLDER_PROCESS] = "process",
    [HOLDER_THREAD] = "thread",
    [HOLDER_FOR_CHILDREN] = "for_children",
    [HOLDER_FD] = "fd",
    [HOLDER_SOCKET] = "socket",
    [HOLDER_MOUNT] = "mount",
    [HOLDER_CHILD] = "child",
    [HOLDER_OWNED] = "owned",
    [HOLDER_TUN] = "tun",
    [HOLDER_UNSEEN] = "unseen",
};

bool holder_is_descriptor(enum holder_kind kind)
{
	return kind == HOLDER_FD || kind == HOLDER_SOCKET || kind == HOLDER_TUN;
}

void holders_begin(struct holder_walk *walk, const struct ns *ns, uint32_t members_max)
{
	*walk = (struct holder_walk){
	    .ns = ns,
	    .member = ns->first_member,
	    .members_left = members_max,
	};
}

bool holders_next(struct holder_walk *walk, struct holder *ret_holder)
{
	while (walk->member && walk->members_left) {
		const struct process *member = walk->member;

		walk->member = member->next_member[walk->ns->id.type];
		if (member->life.ended_ms)
			continue;
		walk->members_left--;
		*ret_holder = (struct holder){.kind = HOLDER_PROCESS, .fd = -1, .process = member};
		return true;
	}
	if (walk->at >= walk->ns->holder_count)
		return false;
	*ret_holder = walk->ns->holders[walk->at++];
	return true;
}

static void add_process(const struct process *process, struct line *line)
{
	line_addf(line, STYLE_PID, "%d", (int)process->id.pid);
	line_addf(line, STYLE_PLAIN, " %s", process->comm);
}

static void add_owner(const struct holder *holder, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _(" of "));
	if (holder->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)holder->tid);
	add_process(holder->process, line);
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
	return mnt && !mnt->reference;
}

static void add_mount(const struct holder *holder, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _("a bind mount "));
	line_adds(line, STYLE_STRONG, holder->path);
	if (!is_elsewhere(holder->ns))
		return;
	line_adds(line, STYLE_PLAIN, _(" in "));
	add_ns(holder->ns, line);
}

void holder_add(const struct holder *holder, struct line *line)
{
	switch (holder->kind) {
	case HOLDER_PROCESS:
		line_adds(line, STYLE_PLAIN, _("process "));
		add_process(holder->process, line);
		break;
	case HOLDER_THREAD:
		line_addf(line, STYLE_PLAIN, _("thread %d"), (int)holder->thread->tid);
		add_owner(holder, line);
		break;
	case HOLDER_FOR_CHILDREN:
		if (holder->thread)
			line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)holder->thread->tid);
		add_process(holder->process, line);
		line_adds(line, STYLE_PLAIN, _(", which has it for its next child"));
		break;
	case HOLDER_FD:
		line_addf(line, STYLE_PLAIN, _("descriptor %d"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_SOCKET:
		line_addf(line, STYLE_PLAIN, _("socket %d"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_TUN:
		line_addf(line, STYLE_PLAIN, _("descriptor %d (/dev/net/tun)"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_MOUNT:
		add_mount(holder, line);
		break;
	case HOLDER_CHILD:
		add_ns(holder->ns, line);
		line_adds(line, STYLE_PLAIN, _(", which is below it"));
		break;
	case HOLDER_OWNED:
		add_ns(holder->ns, line);
		line_adds(line, STYLE_PLAIN, _(", which it owns"));
		break;
	case HOLDER_UNSEEN:
		line_adds(line, STYLE_PLAIN, _("something that cannot be seen"));
		break;
	case HOLDER_KIND_COUNT:
		break;
	}
}
