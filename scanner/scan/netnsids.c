#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/nsfs/netlink.h"
#include "scanner/proc/clock.h"
#include "scanner/scan/scan_context.h"

#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static void take_any(void *arg, const struct nlmsghdr *message)
{
	const struct rtattr *nsid =
	    netlink_attribute(message, sizeof(struct rtgenmsg), NETNSA_NSID);
	bool *any = arg;

	*any = *any || (nsid && (int32_t)netlink_number(nsid) >= 0);
}

/* Returns whether any other net namespace has an id here. */
static bool has_any_id(int socket)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
	} request = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
	                 .nlmsg_type = RTM_GETNSID,
	                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
	bool any = false;

	netlink_ask(socket, &request.head, take_any, &any);
	return any;
}

void netnsids_stop(struct netnsids *netnsids)
{
	if (netnsids->context)
		close_fd(&netnsids->socket);
	netnsids->context = NULL;
}

void netnsids_begin(struct netnsids *netnsids, struct context *context)
{
	/* The kernel answers before send(2) returns; the limit is a precaution. */
	const struct timeval limit = {.tv_usec = 100000};

	netnsids_stop(netnsids);
	*netnsids = (struct netnsids){.context = context, .socket = netlink_open(NETLINK_ROUTE)};
	if (netnsids->socket < 0)
		return;
	setsockopt(netnsids->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (has_any_id(netnsids->socket))
		return;
	close(netnsids->socket);
	netnsids->socket = -1;
}

static void ask(const struct netnsids *netnsids, struct ns *ns, int fd)
{
	if (fd < 0)
		return;
	ns->netnsid = netlink_nsid(netnsids->socket, NETNSA_FD, fd);
	close(fd);
}

/* Returns whether there was one more. */
static bool ask_next(struct netnsids *netnsids)
{
	struct context *context = netnsids->context;

	if (netnsids->at < graph_builder_ns_count(context->builder)) {
		struct ns *ns = graph_builder_ns(context->builder, netnsids->at++);

		if (ns->id.type == NS_NET && ns_notes(ns)->member)
			ask(netnsids, ns, places_open_member(context, ns, ns_notes(ns)->member));
		return true;
	}
	if (netnsids->place < context->place_count) {
		const struct ns_place *place = &context->places[netnsids->place++];

		if (place->ns->id.type == NS_NET && !ns_notes(place->ns)->member &&
		    place->ns->netnsid < 0)
			ask(netnsids, place->ns, places_open(context, place));
		return true;
	}
	return false;
}

bool netnsids_step(struct netnsids *netnsids, uint64_t until_us)
{
	while (netnsids->socket >= 0 && ask_next(netnsids)) {
		if (clock_us() >= until_us)
			return false;
	}
	netnsids_stop(netnsids);
	return true;
}
