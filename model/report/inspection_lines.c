#include "model/report/inspection_lines.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/detail.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum {
	INDENT = 2,
	LISTED_MAX = 200, /* members of a PID namespace */
	FEW_CAPS = 5,
	/* netdevice(7); the model includes no header of the system's networking. */
	FLAG_UP = 0x1,
	FLAG_LOOPBACK = 0x8,
	FLAG_LOWER_UP = 0x10000,
};

/* The names of what could not be read, where one fact is for several. */
static const char *const fact_names[FACT_KIND_COUNT] = {
    [FACT_HOST] = N_("the names"),
    [FACT_INTERFACE] = N_("the interfaces"),
    [FACT_ADDRESS] = N_("the addresses"),
    [FACT_ROUTES] = N_("the routes"),
    [FACT_LISTENER] = N_("the listening sockets"),
    [FACT_SOCKETS] = N_("the unix sockets"),
    [FACT_MOUNT] = N_("the mounts"),
    [FACT_SYSV] = N_("the System V objects"),
    [FACT_QUEUE] = N_("the POSIX message queues"),
    [FACT_PID_MAX] = N_("the greatest PID"),
    [FACT_ID_RANGE] = N_("the maps of IDs"),
    [FACT_CLOCKS] = N_("the offsets of the clocks"),
    [FACT_CGROUP] = N_("the cgroup of a member"),
};

static void add_text(struct line *line, enum style style, const struct fact_text *text)
{
	if (text->data)
		line_add(line, style, text->data, text->len);
}

static void add_left_out(
    const struct detail *detail, const struct inspection *inspection, enum fact_kind kind)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_LEFT_OUT, fact));) {
		if (fact->left_out.what == kind)
			detail_more(detail, 0, (unsigned)fact->left_out.count);
	}
}

/* --- How it was read ------------------------------------------------------------------------- */

static const char *error_text(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return _("this user may not join it: that takes CAP_SYS_ADMIN in the user "
		         "namespace that "
		         "owns it");
	case ENOENT:
	case ESRCH:
	case ESTALE:
		return _("the process that led there has exited or moved");
	case ETIMEDOUT:
		return _("it took too long");
	case EINVAL:
		return _("the kernel lets no process join it from here");
	default:
		return strerror(error);
	}
}

static void add_no_facts(const struct detail *detail, const struct inspection *inspection)
{
	struct line line = detail_line(detail);

	if (inspection->error == -ENOENT)
		line_adds(&line, STYLE_WARN,
		    _("No visible process leads there, so nsscope can't look inside."));
	else
		line_addf(&line, STYLE_WARN, _("nsscope could not look inside: %s."),
		    error_text(-inspection->error));
	detail_wrap(detail, &line, 0);
}

static void add_refusal(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *join = inspection_find(inspection, FACT_JOIN);

	if (!join || join->join.how != JOIN_REFUSED)
		return;
	detail_add(detail, 0, STYLE_WARN,
	    inspection->count > 1 ? _("Not joined: %s. Below is what /proc shows.")
	                          : _("Not joined: %s."),
	    error_text(join->join.error));
}

static const char *failure_text(const struct fact *fact)
{
	if (fact->failed.what == FACT_PID_MAX && fact->failed.error == EXDEV)
		return _(
		    "since Linux 6.14 each PID namespace has its own, and only its members can "
		    "read it");
	return strerror(fact->failed.error);
}

static void add_failures(const struct detail *detail, const struct inspection *inspection)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_FAILED, fact));) {
		if (!fact_names[fact->failed.what])
			continue;
		detail_add(detail, INDENT, STYLE_WARN, _("Not read: %s (%s)."),
		    _(fact_names[fact->failed.what]), failure_text(fact));
	}
}

/* --- uts ------------------------------------------------------------------------------------- */

static void add_uts(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *host = inspection_find(inspection, FACT_HOST);
	struct line line;

	if (!host)
		return;
	line = detail_field(detail, _("Host name"));
	add_text(&line, STYLE_STRONG, &host->texts[0]);
	detail_field_end(detail, &line);
	line = detail_field(detail, _("Domain"));
	add_text(&line, STYLE_PLAIN, &host->texts[1]);
	detail_field_end(detail, &line);
}

/* --- time ------------------------------------------------------------------------------------ */

/* "365 days 0:00:01.500 ahead" */
static void add_offset(const struct detail *detail, const char *label, int64_t offset_ns)
{
	struct line line = detail_field(detail, label);
	uint64_t ms = (offset_ns < 0 ? 0 - (uint64_t)offset_ns : (uint64_t)offset_ns) / 1000000;
	uint64_t seconds = ms / 1000, days = seconds / 86400;

	if (!ms) {
		line_adds(&line, STYLE_PLAIN, _("as here"));
		detail_field_end(detail, &line);
		return;
	}
	if (days)
		line_addf(&line, STYLE_STRONG, ngettext("%llu day ", "%llu days ", days),
		    (unsigned long long)days);
	line_addf(&line, STYLE_STRONG, "%llu:%02llu:%02llu",
	    (unsigned long long)(seconds / 3600 % 24), (unsigned long long)(seconds / 60 % 60),
	    (unsigned long long)(seconds % 60));
	if (ms % 1000)
		line_addf(&line, STYLE_STRONG, ".%03llu", (unsigned long long)(ms % 1000));
	line_addf(&line, STYLE_PLAIN, " %s", offset_ns < 0 ? _("behind here") : _("ahead of here"));
	detail_field_end(detail, &line);
}

static void add_time(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *clocks = inspection_find(inspection, FACT_CLOCKS);
	struct tm local;
	time_t seconds;

	if (!clocks)
		return;
	add_offset(detail, _("Monotonic"), clocks->clocks.monotonic_ns);
	add_offset(detail, _("Boot time"), clocks->clocks.boottime_ns);
	seconds = (time_t)clocks->clocks.booted_at;
	if (localtime_r(&seconds, &local)) {
		struct line line = detail_field(detail, _("Booted"));

		line_addf(&line, STYLE_PLAIN, "%04d-%02d-%02d %02d:%02d:%02d", local.tm_year + 1900,
		    local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
		line_addf(&line, STYLE_DIM, "%s", _(" as seen inside"));
		detail_field_end(detail, &line);
	}
}

/* --- cgroup ---------------------------------------------------------------------------------- */

/* The namespace's root as seen from here, from a member's path @outside and @inside. Returns its
 * length within @outside, or -1 where it is unknown: the member is not below the root. */
static long root_len(const struct fact_text *outside, const struct fact_text *inside)
{
	size_t tail = inside->len;

	if (tail == 1 && inside->data[0] == '/')
		tail = 0;
	if (!inside->data || !outside->data || tail > outside->len ||
	    (inside->len >= 3 && memcmp(inside->data, "/..", 3) == 0))
		return -1;
	if (memcmp(outside->data + outside->len - tail, inside->data, tail) != 0)
		return -1;
	return (long)(outside->len - tail);
}

static bool is_same(const struct fact_text *a, const struct fact_text *b)
{
	if (!a->data || !b->data)
		return a->data == b->data;
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Do both have the same paths in two hierarchies? */
static bool is_same_cgroup(const struct fact *a, const struct fact *b)
{
	return a->kind == FACT_CGROUP && b->kind == FACT_CGROUP &&
	       is_same(&a->texts[1], &b->texts[1]) && is_same(&a->texts[2], &b->texts[2]);
}

/* The controllers of all hierarchies that are as the one of fact number @at. */
static void add_hierarchies(const struct inspection *inspection, size_t at, struct line *line)
{
	const char *between = "";

	line_add_bracket(line, STYLE_DIM, true);
	for (size_t i = at; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (!is_same_cgroup(fact, &inspection->facts[at]))
			continue;
		line_adds(line, STYLE_DIM, between);
		if (fact->texts[0].len)
			add_text(line, STYLE_DIM, &fact->texts[0]);
		else
			line_adds(line, STYLE_DIM, "cgroup2");
		between = _(", ");
	}
	line_add_bracket(line, STYLE_DIM, false);
}

static void add_cgroup(const struct detail *detail, const struct inspection *inspection, size_t at)
{
	const struct fact *fact = &inspection->facts[at];
	struct line line = detail_field(detail, _("Root"));
	long len = root_len(&fact->texts[1], &fact->texts[2]);

	if (len >= 0)
		line_add(&line, STYLE_CODE, len ? fact->texts[1].data : "/", len ? (size_t)len : 1);
	else
		line_adds(&line, STYLE_WARN, _("not known"));
	add_hierarchies(inspection, at, &line);
	line_adds(&line, STYLE_PLAIN, _("; a member is in "));
	add_text(&line, STYLE_CODE, &fact->texts[1]);
	if (fact->texts[2].data) {
		line_adds(&line, STYLE_PLAIN, _(", which it sees as "));
		add_text(&line, STYLE_CODE, &fact->texts[2]);
	}
	detail_field_end(detail, &line);
}

static void add_cgroups(const struct detail *detail, const struct inspection *inspection)
{
	for (size_t i = 0; i < inspection->count; i++) {
		bool seen = inspection->facts[i].kind != FACT_CGROUP;

		for (size_t before = 0; before < i && !seen; before++)
			seen = is_same_cgroup(&inspection->facts[before], &inspection->facts[i]);
		if (!seen)
			add_cgroup(detail, inspection, i);
	}
}

/* --- user ------------------------------------------------------------------------------------ */

static const char *id_word(bool group)
{
	return group ? "gid" : "uid";
}

static void add_root(const struct detail *detail, const struct inspection *inspection)
{
	struct line line = detail_field(detail, _("Root"));
	bool mapped = false, any = false;

	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_ID_RANGE, fact));) {
		if (fact->range.group)
			continue;
		any = true;
		if (fact->range.inside || !fact->range.count)
			continue;
		mapped = true;
		if (fact->range.outside == UINT32_MAX)
			line_adds(&line, STYLE_STRONG, _("uid 0 inside is no user here"));
		else if (fact->range.outside == 0)
			line_adds(&line, STYLE_STRONG, _("uid 0 inside is root here, too"));
		else
			line_addf(&line, STYLE_STRONG, _("uid 0 inside is uid %u here"),
			    (unsigned)fact->range.outside);
	}
	if (!any)
		line_adds(&line, STYLE_WARN, _("no user: its map is empty"));
	else if (!mapped)
		line_adds(&line, STYLE_PLAIN, _("no user: uid 0 is not mapped"));
	detail_field_end(detail, &line);
}

static void add_range(const struct detail *detail, const struct fact *fact)
{
	const char *word = id_word(fact->range.group);
	unsigned in = fact->range.inside, out = fact->range.outside;
	unsigned more = fact->range.count - 1;
	struct line line = detail_line(detail);

	if (!more)
		line_addf(&line, STYLE_PLAIN, _("%s %u inside is %u here"), word, in, out);
	else if (fact->range.count == UINT32_MAX && in == out)
		line_addf(&line, STYLE_PLAIN, _("every %s is the same inside and here"), word);
	else
		line_addf(&line, STYLE_PLAIN, _("%s %u to %u inside are %u to %u here"), word, in,
		    in + more, out, out + more);
	detail_wrap(detail, &line, INDENT);
}

static void add_ranges(const struct detail *detail, const struct inspection *inspection)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_ID_RANGE, fact));)
		add_range(detail, fact);
	add_left_out(detail, inspection, FACT_ID_RANGE);
}

/* The names of the capabilities in @set. */
static void add_cap_names(struct line *line, uint64_t set)
{
	bool first = true;

	for (int i = 0; i < 64; i++) {
		const char *name = capability_name(i);

		if (!(set >> i & 1))
			continue;
		line_adds(line, STYLE_PLAIN, first ? "" : ", ");
		first = false;
		if (name)
			line_adds(line, STYLE_PLAIN, name);
		else
			line_addf(line, STYLE_PLAIN, "%d", i);
	}
}

static void add_caps(const struct detail *detail, const struct fact *fact)
{
	static const char *const reasons[] = {
	    [CAPS_OWN] = N_("nsscope runs in it"),
	    [CAPS_ABOVE] = N_("what nsscope holds outside, it holds here too"),
	    [CAPS_CREATOR] = N_("this user created it or one of its ancestors"),
	    [CAPS_NONE] = N_("it is not below the user namespace of nsscope"),
	};
	struct line line = detail_field(detail, _("You can"));
	uint64_t lacking = fact->caps.known & ~fact->caps.held;

	if (!lacking) {
		line_adds(&line, STYLE_STRONG, _("all: every capability"));
	} else if (!fact->caps.held) {
		line_adds(&line, STYLE_STRONG, _("nothing: no capability"));
	} else if (__builtin_popcountll(lacking) <= FEW_CAPS) {
		line_adds(&line, STYLE_STRONG, _("all but "));
		add_cap_names(&line, lacking);
	} else {
		add_cap_names(&line, fact->caps.held);
	}
	if ((unsigned)fact->caps.why < array_len(reasons))
		line_addf(&line, STYLE_DIM, _(" (%s)"), _(reasons[fact->caps.why]));
	detail_field_end(detail, &line);
}

static void add_user(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *setgroups = inspection_find(inspection, FACT_SETGROUPS);
	const struct fact *caps = inspection_find(inspection, FACT_CAPS);

	/* Without a member there is no map to read. */
	if (setgroups || inspection_find(inspection, FACT_ID_RANGE)) {
		add_root(detail, inspection);
		add_ranges(detail, inspection);
	}
	if (setgroups)
		detail_field_text(detail, "setgroups", STYLE_PLAIN,
		    setgroups->setgroups.allowed
		        ? _("allowed: groups may be dropped and taken inside")
		        : _("denied: no process inside can drop or add groups"));
	if (caps)
		add_caps(detail, caps);
}

/* --- pid ------------------------------------------------------------------------------------- */

/* Its PIDs from here inwards: "2771 → 4 → 1 sh". */
static void add_member(const struct detail *detail, const struct process *process)
{
	struct line line = detail_line(detail);

	for (int level = 0; level < process->pid_levels; level++) {
		if (level)
			line_add_symbol(&line, STYLE_DIM, " → ", " -> ");
		line_addf(&line, STYLE_PID, "%d", (int)process->pids[level]);
	}
	line_adds(&line, STYLE_PLAIN, " ");
	line_adds(&line, STYLE_PLAIN, process->comm);
	detail_wrap(detail, &line, INDENT);
}

static void add_members(const struct detail *detail, const struct ns *ns)
{
	unsigned listed = 0, left = 0;

	for (const struct process *process = ns->first_member; process;
	     process = process->next_member[NS_PID]) {
		if (process->life.ended_ms || process->kernel_thread)
			continue;
		if (listed++ < LISTED_MAX)
			add_member(detail, process);
		else
			left++;
	}
	detail_more(detail, 0, left);
}

static void add_pid(
    const struct detail *detail, const struct ns *ns, const struct inspection *inspection)
{
	const struct fact *max = inspection_find(inspection, FACT_PID_MAX);
	const struct process *init = pid_ns_init(ns);
	struct line line = detail_field(detail, _("Init"));

	if (init) {
		line_addf(&line, STYLE_PID, "%d ", (int)init->id.pid);
		line_adds(&line, STYLE_PLAIN, init->comm);
	} else {
		const char *state = pid_ns_state_short(pid_ns_state(detail->context->graph, ns));

		line_adds(&line, STYLE_WARN, state ? state : _("not visible"));
	}
	detail_field_end(detail, &line);
	if (max)
		detail_fieldf(detail, _("Greatest"), STYLE_PLAIN, _("PIDs are below %u (pid_max)"),
		    (unsigned)max->pid_max.max);
	detail_text(detail, STYLE_DIM, _("PIDs of its members, from here inwards:"));
	add_members(detail, ns);
}

/* --- ipc ------------------------------------------------------------------------------------- */

static void add_sysv(const struct detail *detail, const struct fact *fact)
{
	unsigned long long size = fact->sysv.size;
	struct line line = detail_line(detail);

	line_pad(&line, INDENT);
	line_addf(&line, STYLE_PLAIN, _("key %#010x, id %d, "), (unsigned)fact->sysv.key,
	    (int)fact->sysv.id);
	switch (fact->sysv.what) {
	case SYSV_SHM:
		line_addf(&line, STYLE_STRONG, ngettext("%llu byte", "%llu bytes", size), size);
		line_addf(&line, STYLE_PLAIN, _(", attached by %llu"),
		    (unsigned long long)fact->sysv.users);
		break;
	case SYSV_MSG:
		line_addf(
		    &line, STYLE_STRONG, ngettext("%llu message", "%llu messages", size), size);
		break;
	case SYSV_SEM:
		line_addf(
		    &line, STYLE_STRONG, ngettext("%llu semaphore", "%llu semaphores", size), size);
		break;
	}
	line_addf(&line, STYLE_DIM, ", uid %u, %03o", (unsigned)fact->sysv.uid,
	    (unsigned)fact->sysv.mode);
	detail_wrap(detail, &line, INDENT);
}

static void add_sysv_list(
    const struct detail *detail, const struct inspection *inspection, enum sysv_kind what)
{
	static const char *const labels[] = {
	    [SYSV_SHM] = N_("System V shared memory"),
	    [SYSV_MSG] = N_("System V message queues"),
	    [SYSV_SEM] = N_("System V semaphore sets"),
	};
	struct line line = detail_line(detail);
	unsigned count = 0;

	for (const struct fact *fact = NULL; (fact = inspection_next(inspection, FACT_SYSV, fact));)
		count += fact->sysv.what == what;
	line_addf(&line, STYLE_PLAIN, _("%s: %u"), _(labels[what]), count);
	detail_wrap(detail, &line, 0);
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_SYSV, fact));) {
		if (fact->sysv.what == what)
			add_sysv(detail, fact);
	}
}

static bool failed(const struct inspection *inspection, enum fact_kind what)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_FAILED, fact));) {
		if (fact->failed.what == what)
			return true;
	}
	return false;
}

static void add_ipc(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *join = inspection_find(inspection, FACT_JOIN);
	struct line line;

	if (!join || join->join.how == JOIN_REFUSED)
		return;
	if (!failed(inspection, FACT_SYSV)) {
		for (int what = SYSV_SHM; what <= SYSV_SEM; what++)
			add_sysv_list(detail, inspection, (enum sysv_kind)what);
		add_left_out(detail, inspection, FACT_SYSV);
	}
	if (failed(inspection, FACT_QUEUE))
		return;
	detail_add(detail, 0, STYLE_PLAIN, _("%s: %u"), _("POSIX message queues"),
	    (unsigned)inspection_count(inspection, FACT_QUEUE));
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_QUEUE, fact));) {
		line = detail_line(detail);
		line_pad(&line, INDENT);
		add_text(&line, STYLE_CODE, &fact->texts[0]);
		line_addf(&line, STYLE_DIM, ", uid %u, %03o", (unsigned)fact->queue.uid,
		    (unsigned)fact->queue.mode);
		detail_wrap(detail, &line, INDENT);
	}
	add_left_out(detail, inspection, FACT_QUEUE);
}

/* --- Interfaces ------------------------------------------------------------------------------ */

static const struct fact *find_interface(const struct inspection *inspection, uint32_t index)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_INTERFACE, fact));) {
		if (fact->interface.index == index)
			return fact;
	}
	return NULL;
}

static bool is_kind(const struct fact *fact, const char *kind)
{
	return fact->texts[1].data && fact->texts[1].len == strlen(kind) &&
	       memcmp(fact->texts[1].data, kind, fact->texts[1].len) == 0;
}

/* The peer of a veth, or the interface below this one. */
static void add_link(const struct detail *detail, const struct inspection *inspection,
    const struct fact *fact, struct line *line)
{
	const struct graph *graph = detail->context->graph;
	const struct ns *ns = NULL;
	const struct fact *other;

	/* Numbers of two namespaces may be equal. */
	if (!fact->interface.link_index || (!fact->interface.link_elsewhere &&
	                                       fact->interface.link_index == fact->interface.index))
		return;
	line_adds(line, STYLE_PLAIN,
	    is_kind(fact, "veth") ? _(", its other end is ") : _(", on top of "));
	if (!fact->interface.link_elsewhere) {
		other = find_interface(inspection, fact->interface.link_index);
		if (other)
			add_text(line, STYLE_STRONG, &other->texts[0]);
		else
			line_addf(line, STYLE_PLAIN, _("number %u"),
			    (unsigned)fact->interface.link_index);
		return;
	}
	line_addf(line, STYLE_PLAIN, _("number %u"), (unsigned)fact->interface.link_index);
	line_adds(line, STYLE_PLAIN, _(" in "));
	if (fact->interface.link_ino)
		ns = graph_ns_by_ino(graph, NS_NET, fact->interface.link_ino);
	if (ns)
		detail_add_ns(detail, ns, line);
	else
		line_adds(line, STYLE_WARN, _("an unknown namespace"));
}

static void add_addresses(
    const struct detail *detail, const struct inspection *inspection, uint32_t index)
{
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_ADDRESS, fact));) {
		struct line line;

		if (fact->address.index != index)
			continue;
		line = detail_line(detail);
		line_pad(&line, INDENT);
		add_text(&line, STYLE_CODE, &fact->texts[0]);
		line_addf(&line, STYLE_CODE, "/%u", (unsigned)fact->address.prefix);
		detail_wrap(detail, &line, INDENT);
	}
}

static void add_interface(
    const struct detail *detail, const struct inspection *inspection, const struct fact *fact)
{
	struct line line = detail_line(detail);
	uint32_t flags = fact->interface.flags;

	add_text(&line, STYLE_STRONG, &fact->texts[0]);
	if (fact->interface.flags_known) {
		line_adds(&line, STYLE_PLAIN, " ");
		if (!(flags & FLAG_UP))
			line_adds(&line, STYLE_WARN, "down");
		else if (!(flags & FLAG_LOWER_UP))
			line_adds(&line, STYLE_WARN, _("up, no carrier"));
		else
			line_adds(&line, STYLE_OK, "up");
	}
	if (flags & FLAG_LOOPBACK) {
		line_addf(&line, STYLE_DIM, "%s%s", _(", "), _("loopback"));
	} else {
		if (fact->texts[1].data)
			line_adds(&line, STYLE_PLAIN, _(", "));
		add_text(&line, STYLE_PLAIN, &fact->texts[1]);
		if (fact->texts[2].data)
			line_adds(&line, STYLE_DIM, _(", "));
		add_text(&line, STYLE_DIM, &fact->texts[2]);
	}
	add_link(detail, inspection, fact, &line);
	detail_wrap(detail, &line, INDENT);
	if (fact->interface.index)
		add_addresses(detail, inspection, fact->interface.index);
}

/* --- Sockets --------------------------------------------------------------------------------- */

static void add_listeners(const struct detail *detail, const struct inspection *inspection)
{
	struct line line = detail_field(detail, _("Listening"));
	unsigned count = 0;

	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_LISTENER, fact));) {
		bool v6;

		v6 = fact->texts[1].data && memchr(fact->texts[1].data, ':', fact->texts[1].len);
		if (count++)
			line_adds(&line, STYLE_DIM, _(", "));
		add_text(&line, STYLE_PLAIN, &fact->texts[0]);
		line_adds(&line, STYLE_CODE, v6 ? " [" : " ");
		add_text(&line, STYLE_CODE, &fact->texts[1]);
		line_addf(&line, STYLE_CODE, "%s:%u", v6 ? "]" : "", (unsigned)fact->listener.port);
	}
	if (!count)
		line_adds(&line, STYLE_PLAIN, _("no TCP or UDP socket"));
	detail_field_end(detail, &line);
	add_left_out(detail, inspection, FACT_LISTENER);
}

static void add_net(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *routes = inspection_find(inspection, FACT_ROUTES);
	const struct fact *sockets = inspection_find(inspection, FACT_SOCKETS);

	if (inspection_count(inspection, FACT_INTERFACE) == 0)
		return;
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_INTERFACE, fact));)
		add_interface(detail, inspection, fact);
	add_left_out(detail, inspection, FACT_INTERFACE);
	add_addresses(detail, inspection, 0);
	if (routes)
		detail_fieldf(detail, _("Routes"), STYLE_PLAIN,
		    _("%u for IPv4, %u for IPv6 in the main table"), (unsigned)routes->routes.v4,
		    (unsigned)routes->routes.v6);
	add_listeners(detail, inspection);
	if (sockets)
		detail_fieldf(detail, _("Unix"), STYLE_PLAIN, _("%u listening, %u abstract names"),
		    (unsigned)sockets->sockets.unix_listening, (unsigned)sockets->sockets.abstract);
}

/* --- Mounts ---------------------------------------------------------------------------------- */

static bool is_slash(const struct fact_text *text)
{
	return text->len == 1 && text->data[0] == '/';
}

static void add_propagation(const struct fact *fact, struct line *line)
{
	if (fact->mount.shared)
		line_addf(line, STYLE_STRONG, " shared:%u", (unsigned)fact->mount.shared);
	if (fact->mount.master)
		line_addf(line, STYLE_STRONG, " master:%u", (unsigned)fact->mount.master);
	if (fact->mount.unbindable)
		line_adds(line, STYLE_STRONG, " unbindable");
	if (!fact->mount.shared && !fact->mount.master && !fact->mount.unbindable)
		line_adds(line, STYLE_DIM, " private");
}

static void add_mount(const struct detail *detail, const struct fact *fact)
{
	struct line line = detail_line(detail);

	add_text(&line, STYLE_CODE, &fact->texts[0]);
	line_adds(&line, STYLE_PLAIN, " ");
	add_text(&line, STYLE_PLAIN, &fact->texts[2]);
	add_propagation(fact, &line);
	if (fact->mount.read_only)
		line_addf(&line, STYLE_DIM, " %s", _("read-only"));
	if (!is_slash(&fact->texts[1])) {
		line_adds(&line, STYLE_DIM, _(" of "));
		add_text(&line, STYLE_DIM, &fact->texts[1]);
	}
	if (fact->texts[3].len &&
	    (fact->texts[3].len != fact->texts[2].len ||
	        memcmp(fact->texts[3].data, fact->texts[2].data, fact->texts[2].len) != 0)) {
		line_adds(&line, STYLE_DIM, _(" from "));
		add_text(&line, STYLE_DIM, &fact->texts[3]);
	}
	detail_wrap(detail, &line, INDENT);
}

/* How many there are, and how they propagate. */
static void add_mount_count(const struct detail *detail, const struct inspection *inspection)
{
	unsigned all = 0, shared = 0, slaves = 0, unbindable = 0, private = 0;
	struct line line = detail_line(detail);

	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_MOUNT, fact));) {
		all++;
		shared += fact->mount.shared != 0;
		slaves += fact->mount.master != 0;
		unbindable += fact->mount.unbindable;
		private += !fact->mount.shared && !fact->mount.master && !fact->mount.unbindable;
	}
	line_addf(&line, STYLE_STRONG, ngettext("%u mount: ", "%u mounts: ", all), all);
	line_addf(&line, STYLE_PLAIN, _("%u shared, %u slave, %u private, %u unbindable"), shared,
	    slaves, private, unbindable);
	detail_wrap(detail, &line, 0);
}

static void add_mnt(const struct detail *detail, const struct inspection *inspection)
{
	if (inspection_count(inspection, FACT_MOUNT) == 0)
		return;
	add_mount_count(detail, inspection);
	for (const struct fact *fact = NULL;
	     (fact = inspection_next(inspection, FACT_MOUNT, fact));)
		add_mount(detail, fact);
	add_left_out(detail, inspection, FACT_MOUNT);
}

/* --- All ------------------------------------------------------------------------------------- */

static void add_facts(
    const struct detail *detail, const struct ns *ns, const struct inspection *inspection)
{
	switch (ns->id.type) {
	case NS_CGROUP:
		add_cgroups(detail, inspection);
		break;
	case NS_IPC:
		add_ipc(detail, inspection);
		break;
	case NS_MNT:
		add_mnt(detail, inspection);
		break;
	case NS_NET:
		add_net(detail, inspection);
		break;
	case NS_PID:
		add_pid(detail, ns, inspection);
		break;
	case NS_TIME:
		add_time(detail, inspection);
		break;
	case NS_USER:
		add_user(detail, inspection);
		break;
	case NS_UTS:
		add_uts(detail, inspection);
		break;
	default:
		break;
	}
}

void inspection_lines(const struct rowline_context *context, const struct ns *ns,
    const struct inspection *inspection, struct lines *lines)
{
	static const struct inspection none = {0};
	const struct detail detail = {.context = context, .lines = lines};
	struct line line = detail_line(&detail);

	lines_add(lines, context->charset);
	line_adds(&line, STYLE_TITLE, _("Inside "));
	detail_add_ns(&detail, ns, &line);
	detail_wrap(&detail, &line, 0);
	if (!inspection) {
		if (ns->id.type == NS_PID) /* most of it is known already */
			add_facts(&detail, ns, &none);
		detail_text(&detail, STYLE_DIM, _("…being read"));
		return;
	}
	if (inspection->error) {
		if (ns->id.type == NS_PID)
			add_facts(&detail, ns, &none);
		add_no_facts(&detail, inspection);
		return;
	}
	add_refusal(&detail, inspection);
	add_facts(&detail, ns, inspection);
	add_failures(&detail, inspection);
}

/* Its holders; not for a namespace's own row, whose details have them already. */
static void add_why(const struct detail *detail, const struct ns *ns)
{
	unsigned most = detail_most(detail), listed = 0;
	struct holder_walk walk;
	struct holder holder;
	struct line line;

	if (ns->life.ended_ms)
		return;
	detail_text(detail, STYLE_STRONG, _("Held by"));
	if (ns->initial) {
		line = detail_line(detail);
		line_pad(&line, INDENT);
		line_adds(&line, STYLE_PLAIN, _("the kernel (permanent)"));
		detail_wrap(detail, &line, INDENT);
	}
	holders_begin(&walk, ns, ns->initial ? 0 : most);
	for (; listed < most && holders_next(&walk, &holder); listed++) {
		line = detail_line(detail);
		line_pad(&line, INDENT);
		holder_add(&holder, &line);
		detail_wrap(detail, &line, INDENT);
	}
	unsigned all = ns->holder_count + (ns->initial ? 0 : ns->member_count);
	detail_more(detail, INDENT, all > listed ? all - listed : 0);
}

void inspector_lines(const struct rowline_context *context, const struct row *row,
    const struct inspector_ns *namespaces, size_t count, struct lines *lines)
{
	const struct detail detail = {.context = context, .row = row, .lines = lines};

	detail_lines(context, row, lines);
	for (size_t i = 0; i < count; i++) {
		const struct ns *ns = namespaces[i].ns;

		if (!namespaces[i].found && ns->life.ended_ms)
			continue;
		inspection_lines(context, ns, namespaces[i].found, lines);
		if (row->key.kind != ROW_NS)
			add_why(&detail, ns);
	}
}
