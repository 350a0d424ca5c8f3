/* A cache of the net namespaces of sockets, by the inode of the socket.
 *
 * A socket never changes its net namespace, and the kernel hands out 2^32 socket inodes before it
 * reuses one.  An entry without a lookup during one full round is dropped at the end of the next. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct socket_nets;

struct socket_nets *socket_nets_new(void);
void socket_nets_free(struct socket_nets *nets); /* NULL is fine */

/* Returns false when @socket_ino is not cached.  @ret_net_ino 0: it could not be read. */
bool socket_nets_get(struct socket_nets *nets, uint64_t socket_ino, uint64_t *ret_net_ino);
void socket_nets_put(struct socket_nets *nets, uint64_t socket_ino, uint64_t net_ino);

/* Ends a round: the descriptors of every process were read. */
void socket_nets_turn(struct socket_nets *nets);
