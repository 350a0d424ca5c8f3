/* Queries to the kernel by netlink(7).
 *
 * An answer is accepted from the kernel only, and nothing is read beyond a message's length. */
#pragma once

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/* Opens a socket that accepts messages from the kernel only.  Otherwise a process with CAP_NET_ADMIN over
 * the network namespace, such as root in a container, could send forged answers.
 * @protocol: NETLINK_ROUTE, …  Returns a descriptor, or -1 with errno. */
int netlink_open(int protocol);

/* Sends @request, and calls @take for each message of the answer, borrowed.  It waits for the kernel, which
 * answers at once.
 * Returns 0 or -errno, that of the kernel's answer too; -EBADMSG: an error message that is cut off. */
int netlink_ask(int socket, const struct nlmsghdr *request,
    void (*take)(void *arg, const struct nlmsghdr *message), void *arg);

/* The body of @message.  Returns NULL when it is not of @type, or shorter than @bytes. */
const void *netlink_body(const struct nlmsghdr *message, int type, size_t bytes);

/* The attribute @type behind a body of @bytes; NULL for none. */
const struct rtattr *netlink_attribute(const struct nlmsghdr *message, size_t bytes, int type);

/* The number in @attribute; 0 when it is NULL or shorter. */
uint32_t netlink_number(const struct rtattr *attribute);

/* The id of another net namespace in that of @socket (NETLINK_ROUTE): RTM_GETNSID, rtnetlink(7).
 * @key: NETNSA_PID with a PID, or NETNSA_FD with a descriptor on the namespace.
 * Returns -1 when it has none. */
int32_t netlink_nsid(int socket, uint16_t key, int value);
