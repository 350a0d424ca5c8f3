/* What is in a net and in a mount namespace. */
#include "model/base/i18n.h"
#include "model/report/inspection_parts.h"

#include <string.h>

/* netdevice(7); the model includes no header of the system's networking. */
enum { FLAG_UP = 0x1, FLAG_LOOPBACK = 0x8, FLAG_LOWER_UP = 0x10000 };

/* --- Interfaces ------------------------------------------------------------------------------ */

static const struct fact *find_interface(const struct inspection *inspection, uint32_t index)
{
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind == FACT_INTERFACE && fact->interface.index == index)
			return fact;
	}
	return NULL;
}

static bool is_kind(const struct fact *fact, const char *kind)
{
	return fact->texts[1].data && fact->texts[1].len == strlen(kind) &&
	       memcmp(fact->texts[1].data, kind, fact->texts[1].len) == 0;
}

/* The other end of a veth, or what the interface stands on. */
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
			inspection_add(line, STYLE_STRONG, &other->texts[0]);
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
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];
		struct line line;

		if (fact->kind != FACT_ADDRESS || fact->address.index != index)
			continue;
		line = detail_line(detail);
		line_pad(&line, INSPECTION_INDENT);
		inspection_add(&line, STYLE_CODE, &fact->texts[0]);
		line_addf(&line, STYLE_CODE, "/%u", (unsigned)fact->address.prefix);
		detail_wrap(detail, &line, INSPECTION_INDENT);
	}
}

static void add_interface(
    const struct detail *detail, const struct inspection *inspection, const struct fact *fact)
{
	struct line line = detail_line(detail);
	uint32_t flags = fact->interface.flags;

	inspection_add(&line, STYLE_STRONG, &fact->texts[0]);
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
		inspection_add(&line, STYLE_PLAIN, &fact->texts[1]);
		if (fact->texts[2].data)
			line_adds(&line, STYLE_DIM, _(", "));
		inspection_add(&line, STYLE_DIM, &fact->texts[2]);
	}
	add_link(detail, inspection, fact, &line);
	detail_wrap(detail, &line, INSPECTION_INDENT);
	if (fact->interface.index)
		add_addresses(detail, inspection, fact->interface.index);
}

/* --- Sockets --------------------------------------------------------------------------------- */

static void add_listeners(const struct detail *detail, const struct inspection *inspection)
{
	struct line line = detail_field(detail, _("Listening"));
	unsigned count = 0;

	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];
		bool v6;

		if (fact->kind != FACT_LISTENER)
			continue;
		v6 = fact->texts[1].data && memchr(fact->texts[1].data, ':', fact->texts[1].len);
		if (count++)
			line_adds(&line, STYLE_DIM, _(", "));
		inspection_add(&line, STYLE_PLAIN, &fact->texts[0]);
		line_adds(&line, STYLE_CODE, v6 ? " [" : " ");
		inspection_add(&line, STYLE_CODE, &fact->texts[1]);
		line_addf(&line, STYLE_CODE, "%s:%u", v6 ? "]" : "", (unsigned)fact->listener.port);
	}
	if (!count)
		line_adds(&line, STYLE_PLAIN, _("no TCP or UDP socket"));
	detail_field_end(detail, &line);
	inspection_left_out(detail, inspection, FACT_LISTENER);
}

void inspection_net(const struct detail *detail, const struct inspection *inspection)
{
	const struct fact *routes = inspection_find(inspection, FACT_ROUTES);
	const struct fact *sockets = inspection_find(inspection, FACT_SOCKETS);
	struct line line;

	if (inspection_count(inspection, FACT_INTERFACE) == 0)
		return;
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == FACT_INTERFACE)
			add_interface(detail, inspection, &inspection->facts[i]);
	}
	inspection_left_out(detail, inspection, FACT_INTERFACE);
	add_addresses(detail, inspection, 0);
	if (routes) {
		line = detail_field(detail, _("Routes"));
		line_addf(&line, STYLE_PLAIN, _("%u for IPv4, %u for IPv6 in the main table"),
		    (unsigned)routes->routes.v4, (unsigned)routes->routes.v6);
		detail_field_end(detail, &line);
	}
	add_listeners(detail, inspection);
	if (sockets) {
		line = detail_field(detail, _("Unix"));
		line_addf(&line, STYLE_PLAIN, _("%u listening, %u abstract names"),
		    (unsigned)sockets->sockets.unix_listening, (unsigned)sockets->sockets.abstract);
		detail_field_end(detail, &line);
	}
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

	inspection_add(&line, STYLE_CODE, &fact->texts[0]);
	line_adds(&line, STYLE_PLAIN, " ");
	inspection_add(&line, STYLE_PLAIN, &fact->texts[2]);
	add_propagation(fact, &line);
	if (fact->mount.read_only)
		line_addf(&line, STYLE_DIM, " %s", _("read-only"));
	if (!is_slash(&fact->texts[1])) {
		line_adds(&line, STYLE_DIM, _(" of "));
		inspection_add(&line, STYLE_DIM, &fact->texts[1]);
	}
	if (fact->texts[3].len &&
	    (fact->texts[3].len != fact->texts[2].len ||
	        memcmp(fact->texts[3].data, fact->texts[2].data, fact->texts[2].len) != 0)) {
		line_adds(&line, STYLE_DIM, _(" from "));
		inspection_add(&line, STYLE_DIM, &fact->texts[3]);
	}
	detail_wrap(detail, &line, INSPECTION_INDENT);
}

/* How many there are, and how they propagate. */
static void add_mount_count(const struct detail *detail, const struct inspection *inspection)
{
	unsigned all = 0, shared = 0, slaves = 0, unbindable = 0, private = 0;
	struct line line = detail_line(detail);

	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		if (fact->kind != FACT_MOUNT)
			continue;
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

void inspection_mnt(const struct detail *detail, const struct inspection *inspection)
{
	if (inspection_count(inspection, FACT_MOUNT) == 0)
		return;
	add_mount_count(detail, inspection);
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == FACT_MOUNT)
			add_mount(detail, &inspection->facts[i]);
	}
	inspection_left_out(detail, inspection, FACT_MOUNT);
}
