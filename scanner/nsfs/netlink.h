/* Asking the kernel by netlink(7). */
#pragma once

/* Opens a socket that only the kernel can answer: who has CAP_NET_ADMIN over the network namespace, as root
 * of a container, could send to it else, and says what he likes.
 * @protocol: NETLINK_ROUTE, …  Returns the descriptor, or -1 with errno. */
int netlink_open(int protocol);
