#include "scanner/scan/netnsids.h"

#include "model/base/util.h"
#include "scanner/nsfs/netlink.h"
#include "scanner/proc/clock.h"
#include "scanner/scan/scan_context.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum { ANSWER_BYTES = 8192 };

/* The number in one answer to RTM_GETNSID; -1 for none. */
static int32_t number_in(const struct nlmsghdr *message)
{
	size_t head = NLMSG_LENGTH(sizeof(struct rtgenmsg));
	const struct rtattr *attribute =
	    (const struct rtattr *)((const char *)message + NLMSG_ALIGN(head));
	int len = (int)message->nlmsg_len - (int)NLMSG_ALIGN(head);
	int32_t number = -1;

	if (message->nlmsg_type != RTM_NEWNSID)
		return -1;
	for (; RTA_OK(attribute, len); attribute = RTA_NEXT(attribute, len)) {
		if (attribute->rta_type == NETNSA_NSID && RTA_PAYLOAD(attribute) >= sizeof(number))
			memcpy(&number, RTA_DATA(attribute), sizeof(number));
	}
	return number;
}

/* Reads one datagram.  Returns whether more follow; @ret_number is the highest that was in it, and
 * is left where there was none. */
static bool take_answer(int socket, int32_t *ret_number)
{
	_Alignas(struct nlmsghdr) char bytes[ANSWER_BYTES];
	ssize_t got = recv(socket, bytes, sizeof(bytes), 0);
	const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
	bool more = false;

	for (unsigned len = got < 0 ? 0 : (unsigned)got; NLMSG_OK(message, len);
	     message = NLMSG_NEXT(message, len)) {
		int32_t number = number_in(message);

		if (number > *ret_number)
			*ret_number = number;
		more = (message->nlmsg_flags & NLM_F_MULTI) && message->nlmsg_type != NLMSG_DONE;
	}
	return more;
}

/* Has any other net namespace a number here?  -1: none. */
static int32_t highest_number(int socket)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
	} request = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
	                 .nlmsg_type = RTM_GETNSID,
	                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
	int32_t number = -1;

	if (send(socket, &request, request.head.nlmsg_len, 0) < 0)
		return -1;
	while (take_answer(socket, &number))
		;
	return number;
}

/* The number of the one behind @fd; -1 for none. */
static int32_t number_of(int socket, int fd)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
		char padding[3];
		struct rtattr attribute;
		int32_t value;
	} request = {.head = {.nlmsg_len = sizeof(request),
	                 .nlmsg_type = RTM_GETNSID,
	                 .nlmsg_flags = NLM_F_REQUEST},
	    .attribute = {.rta_len = RTA_LENGTH(sizeof(int32_t)), .rta_type = NETNSA_FD},
	    .value = fd};
	int32_t number = -1;

	if (send(socket, &request, sizeof(request), 0) == sizeof(request))
		take_answer(socket, &number);
	return number;
}

void netnsids_stop(struct netnsids *netnsids)
{
	if (netnsids->context)
		close_fd(&netnsids->socket);
	netnsids->context = NULL;
}

void netnsids_begin(struct netnsids *netnsids, struct context *context)
{
	/* The kernel answers before send(2) returns; this is for a case that nobody has seen. */
	const struct timeval limit = {.tv_usec = 100000};

	netnsids_stop(netnsids);
	*netnsids = (struct netnsids){.context = context, .socket = netlink_open(NETLINK_ROUTE)};
	if (netnsids->socket < 0)
		return;
	setsockopt(netnsids->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (highest_number(netnsids->socket) >= 0)
		return;
	close(netnsids->socket);
	netnsids->socket = -1;
}

static void ask(const struct netnsids *netnsids, struct ns *ns, int fd)
{
	if (fd < 0)
		return;
	ns->netnsid = number_of(netnsids->socket, fd);
	close(fd);
}

/* Returns whether there was one more. */
static bool ask_next(struct netnsids *netnsids)
{
	struct context *context = netnsids->context;

	if (netnsids->at < graph_builder_ns_count(context->builder)) {
		struct ns *ns = graph_builder_ns(context->builder, netnsids->at++);

		if (ns->id.type == NS_NET && ns->seen_by)
			ask(netnsids, ns, places_open_member(context, ns, ns->seen_by));
		return true;
	}
	if (netnsids->place < context->place_count) {
		const struct ns_place *place = &context->places[netnsids->place++];

		if (place->ns->id.type == NS_NET && !place->ns->seen_by && place->ns->netnsid < 0)
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
