/* The helper process that reads host names inside UTS namespaces, so that the calling process joins
 * none.
 *
 * It is forked once.  With the privilege to join, it starts no process of its own; the privilege is in
 * effect only while it joins (sandbox.h).  It holds its socket and its own UTS namespace, nothing else.
 * It has its own session, so the terminal sends it no signals.  It exits at the end of file of its
 * socket, also after the calling process was killed.  It returns to its own namespace before it answers.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>
#include <sys/utsname.h>

struct hostname_helper;

struct uts_names {
	char node[sizeof(((struct utsname *)0)->nodename)];
	char domain[sizeof(((struct utsname *)0)->domainname)];
};

/* Returns 0, or -errno of socketpair(2) or fork(2). */
int hostname_helper_new(struct hostname_helper **ret_hostname_helper);
/* Ends the helper and waits for that; NULL is fine. */
void hostname_helper_free(struct hostname_helper *helper);

/* The PID of the helper, 0 when none could be started. */
pid_t hostname_helper_pid(const struct hostname_helper *helper);

/* Asks for the names of the UTS namespace behind @fd, borrowed, which has the inode @ino.  One query at a
 * time: wait for the answer.
 * Returns 0, or -errno when the helper cannot be reached, and could not be restarted. */
int hostname_helper_ask(struct hostname_helper *helper, int fd, uint64_t ino);

/* Drops the pending query. */
void hostname_helper_forget(struct hostname_helper *helper);

/* Waits for the answer until clock_us() passes @until_us; it polls at least once.
 * Returns 1 (@ret_names is filled), 0 (not yet), or -errno: -EPERM or -EACCES (the namespace may
 * not be joined), -ESTALE (the descriptor is on another one), -ETIMEDOUT (no answer within 200 ms: the helper was restarted) or another. */
int hostname_helper_answer(
    struct hostname_helper *helper, uint64_t until_us, struct uts_names *ret_names);
