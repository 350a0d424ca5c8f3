/* Which net namespace a socket is of, remembered by the inode of the socket.
 *
 * A socket keeps its net namespace for life, and inodes of sockets are counted up to 2^32 before
 * they come again.  What was not looked up during a whole round is forgotten with the next. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct socket_nets;

struct socket_nets *socket_nets_new(void);
void socket_nets_free(struct socket_nets *nets); /* NULL is fine */

/* Returns false where nothing is known of @socket_ino.  @ret_net_ino 0: it could not be told. */
bool socket_nets_get(struct socket_nets *nets, uint64_t socket_ino, uint64_t *ret_net_ino);
void socket_nets_put(struct socket_nets *nets, uint64_t socket_ino, uint64_t net_ino);

/* A round is over: every process was looked through. */
void socket_nets_turn(struct socket_nets *nets);
