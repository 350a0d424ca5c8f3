/* The messages between the caller, the stage process and the actors: whole messages over
 * SOCK_SEQPACKET sockets.  Both ends are the same program, so a message is a struct.
 *
 * All children keep one socket, always as descriptor WIRE_FD, and the stage and its actors PROC_FD;
 * nothing else.
 */
#pragma once

#include "lessons/stage/calls.h"

enum {
	WIRE_FD = 3,
	/* The /proc of the person, as no actor can change it (stage_setup.h): by it an actor knows
	 * its namespaces also where its paths begin elsewhere, as after chroot(2), or lead to a
	 * new mount. */
	PROC_FD = 4,
};

enum wire_order {
	ORDER_CALL, /* to an actor: make a call; with a socket for the new actor if it starts one, or with the
	               pidfd of the actor that it names */
	ORDER_START, /* to the stage process: start the actor @name on the socket that comes along
	              */
	ORDER_WATCH, /* to the stage process: the pidfd that comes along must be gone in the end */
};

struct wire_request {
	enum wire_order order;
	char name[ACTOR_NAME_MAX + 1];
	char call[CALL_NAME_MAX + 1];
	pid_t pid; /* the actor's as the caller sees it, for stage_answer.saw */
	struct call_value arguments[CALL_ARGUMENTS_MAX];
};

enum wire_kind {
	REPLY_HELLO,  /* the first of every process; its sender's pid comes as a credential */
	REPLY_ANSWER, /* the call is over */
};

struct wire_reply {
	enum wire_kind kind;
	char step[48]; /* hello: what could not be done, "" for nothing */
	struct stage_answer
	    answer; /* hello: .error of that step; .text for the new actor's NSpid */
};

/* Sends one message, with the descriptor @passed_fd if it isn't negative.  Never raises SIGPIPE.
 * Returns 0 or -errno; -EPIPE when the other end is gone. */
int wire_send(int socket, const void *message, size_t bytes, int passed_fd, int flags);

/* Receives one message of exactly @bytes.
 * @ret_pid: the sender as the kernel reports it in our PID namespace, where SO_PASSCRED is set;
 * @ret_fd: a passed descriptor, the caller's to close, or -1.  Either may be NULL. Returns 1, 0
 * when the other end is gone, -EAGAIN, -EBADMSG (another length) or another -errno. */
int wire_receive(int socket, void *message, size_t bytes, int flags, pid_t *ret_pid, int *ret_fd);

/* Makes @socket descriptor WIRE_FD, instead of what that was.  Returns 0 or -errno. */
int wire_take(int socket);

/* Makes @socket descriptor WIRE_FD and closes every other behind @last, which is WIRE_FD or PROC_FD.
 * Returns 0 or -errno. */
int wire_keep_only(int socket, int last);

/* Makes standard input, output and error /dev/null.  Returns 0 or -errno. */
int wire_null_streams(void);

/* fork(2) of a process that does not execute: no signal reaches the child before signals_reset (helper.h), since it has
 * the caller's handlers, and want of memory does not touch the caller's screen.  Returns as fork(2), or -errno. */
pid_t fork_without_signals(void);
