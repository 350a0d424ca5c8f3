/* Asking the kernel by netlink(7). */
#pragma once

/* Opens a socket that accepts messages from the kernel only.  Else a process with CAP_NET_ADMIN over the
 * network namespace, such as root in a container, could send forged answers.
 * @protocol: NETLINK_ROUTE, …  Returns the descriptor, or -1 with errno. */
int netlink_open(int protocol);
