#include "model/report/inspection_lines.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/inspection_parts.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* What could not be read, where one fact stands for more. */
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

void inspection_add(struct line *line, enum style style, const struct fact_text *text)
{
	if (text->data)
		line_add(line, style, text->data, text->len);
}

void inspection_left_out(
    const struct detail *detail, const struct inspection *inspection, enum fact_kind kind)
{
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];
		struct line line;

		if (fact->kind != FACT_LEFT_OUT || fact->left_out.what != kind)
			continue;
		line = detail_line(detail);
		line_addf(&line, STYLE_DIM, _("and %u more"), (unsigned)fact->left_out.count);
		detail_wrap(detail, &line, 0);
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
	struct line line;

	if (!join || join->join.how != JOIN_REFUSED)
		return;
	line = detail_line(detail);
	line_addf(&line, STYLE_WARN,
	    inspection->count > 1 ? _("Not joined: %s. Below is what /proc shows.")
	                          : _("Not joined: %s."),
	    error_text(join->join.error));
	detail_wrap(detail, &line, 0);
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
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];
		struct line line;

		if (fact->kind != FACT_FAILED || !fact_names[fact->failed.what])
			continue;
		line = detail_line(detail);
		line_addf(&line, STYLE_WARN, _("Not read: %s (%s)."),
		    _(fact_names[fact->failed.what]), failure_text(fact));
		detail_wrap(detail, &line, INSPECTION_INDENT);
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
	inspection_add(&line, STYLE_STRONG, &host->texts[0]);
	detail_field_end(detail, &line);
	line = detail_field(detail, _("Domain"));
	inspection_add(&line, STYLE_PLAIN, &host->texts[1]);
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

/* The namespace's root as seen from here, from a member's path @outside and @inside.  Returns its
 * length within @outside, or -1 where it can't be told: the member is not below the root. */
static long root_len(const struct fact_text *outside, const struct fact_text *inside)
{
	size_t tail = inside->len;

	if (tail == 1 && inside->data[0] == '/')
		tail = 0;
	if (!inside->data || tail > outside->len ||
	    (inside->len >= 3 && memcmp(inside->data, "/..", 3) == 0))
		return -1;
	if (memcmp(outside->data + outside->len - tail, inside->data, tail) != 0)
		return -1;
	return (long)(outside->len - tail);
}

static bool is_same(const struct fact_text *a, const struct fact_text *b)
{
	return a->len == b->len && !a->data == !b->data &&
	       (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

/* Do both tell the same of two hierarchies? */
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
			inspection_add(line, STYLE_DIM, &fact->texts[0]);
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
	inspection_add(&line, STYLE_CODE, &fact->texts[1]);
	if (fact->texts[2].data) {
		line_adds(&line, STYLE_PLAIN, _(", which it sees as "));
		inspection_add(&line, STYLE_CODE, &fact->texts[2]);
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

/* --- All ------------------------------------------------------------------------------------- */

static void add_facts(
    const struct detail *detail, const struct ns *ns, const struct inspection *inspection)
{
	switch (ns->id.type) {
	case NS_CGROUP:
		add_cgroups(detail, inspection);
		break;
	case NS_IPC:
		inspection_ipc(detail, inspection);
		break;
	case NS_MNT:
		inspection_mnt(detail, inspection);
		break;
	case NS_NET:
		inspection_net(detail, inspection);
		break;
	case NS_PID:
		inspection_pid(detail, ns, inspection);
		break;
	case NS_TIME:
		add_time(detail, inspection);
		break;
	case NS_USER:
		inspection_user(detail, inspection);
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
