#include "scanner/nsfs/netlink.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = 32768 };

int netlink_open(int protocol)
{
	static const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int error;

	/* From then on others get ECONNREFUSED. */
	if (fd < 0 || connect(fd, (const struct sockaddr *)&kernel, sizeof(kernel)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Takes the messages of one datagram.  Returns 1 when the answer is complete, 0, or -errno. */
static int take_messages(const char *bytes, size_t len,
    void (*take)(void *arg, const struct nlmsghdr *message), void *arg)
{
	const struct nlmsghdr *message = (const void *)bytes;

	for (; NLMSG_OK(message, len); message = NLMSG_NEXT(message, len)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 1;
		if (message->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *body =
			    netlink_body(message, NLMSG_ERROR, sizeof(*body));

			return body ? (body->error ? body->error : 1) : -EBADMSG;
		}
		take(arg, message);
		if (!(message->nlmsg_flags & NLM_F_MULTI))
			return 1;
	}
	return 0;
}

int netlink_ask(int socket, const struct nlmsghdr *request,
    void (*take)(void *arg, const struct nlmsghdr *message), void *arg)
{
	_Alignas(struct nlmsghdr) char bytes[ANSWER_BYTES];
	int r = send(socket, request, request->nlmsg_len, 0) < 0 ? -errno : 0;

	while (r == 0) {
		ssize_t len = recv(socket, bytes, sizeof(bytes), 0);

		if (len > 0)
			r = take_messages(bytes, (size_t)len, take, arg);
		else if (len == 0)
			r = -EPIPE;
		else if (errno != EINTR)
			r = -errno;
	}
	return r < 0 ? r : 0;
}

const void *netlink_body(const struct nlmsghdr *message, int type, size_t bytes)
{
	if (message->nlmsg_type != type || message->nlmsg_len < NLMSG_LENGTH(bytes))
		return NULL;
	return NLMSG_DATA(message);
}

const struct rtattr *netlink_attribute(const struct nlmsghdr *message, size_t bytes, int type)
{
	const struct rtattr *at =
	    (const void *)((const char *)NLMSG_DATA(message) + NLMSG_ALIGN(bytes));
	size_t left;

	if (message->nlmsg_len < NLMSG_SPACE(bytes))
		return NULL;
	for (left = NLMSG_PAYLOAD(message, bytes); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	}
	return NULL;
}

uint32_t netlink_number(const struct rtattr *attribute)
{
	uint32_t number = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(number))
		memcpy(&number, RTA_DATA(attribute), sizeof(number));
	return number;
}

static void take_nsid(void *arg, const struct nlmsghdr *message)
{
	const struct rtattr *nsid =
	    netlink_attribute(message, sizeof(struct rtgenmsg), NETNSA_NSID);
	int32_t *ret_nsid = arg;

	if (nsid)
		*ret_nsid = (int32_t)netlink_number(nsid);
}

int32_t netlink_nsid(int socket, uint16_t key, int value)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
		char padding[3];
		struct rtattr attribute;
		int32_t value;
	} request = {
	    .head = {.nlmsg_len = sizeof(request),
	        .nlmsg_type = RTM_GETNSID,
	        .nlmsg_flags = NLM_F_REQUEST},
	    .attribute = {.rta_len = RTA_LENGTH(sizeof(int32_t)), .rta_type = key},
	    .value = value,
	};
	int32_t nsid = -1;

	netlink_ask(socket, &request.head, take_nsid, &nsid);
	return nsid;
}
