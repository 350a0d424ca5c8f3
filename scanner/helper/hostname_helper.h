/* The helper process that looks inside namespaces, so that the calling process joins none.
 *
 * It is forked once, begins no process where it has the privilege to join, which is in effect only while it
 * does (sandbox.h), holds nothing but its socket and its own uts namespace, waits in its own
 * session so that no key of the terminal reaches it, and ends at the end of file of its socket,
 * also when the asking process was killed.  It is back in its own namespace before it answers.
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
void hostname_helper_free(struct hostname_helper *hostname_helper);

/* The helper that runs now, 0 where none could be started. */
pid_t hostname_helper_pid(const struct hostname_helper *hostname_helper);

/* Asks for the names of the uts namespace with the inode @ino, that @pid (as in /proc) is a
 * member of.  One question at a time: the answer must be waited for.
 * Returns 0, -ENOENT or -ESRCH (the member has ended), -EACCES, or another -errno where the helper can't be
 * asked (and could not be started again). */
int hostname_helper_ask_uts(struct hostname_helper *hostname_helper, pid_t pid, uint64_t ino);
/* The same for the one behind @fd, borrowed. */
int hostname_helper_ask_uts_fd(struct hostname_helper *hostname_helper, int fd, uint64_t ino);

/* Drops the question whose answer is not waited for any more. */
void hostname_helper_forget(struct hostname_helper *hostname_helper);

/* Waits for the answer until clock_us() passes @until_us, looking at least once.
 * Returns 1 (@ret_names is filled), 0 (not yet), or -errno: -EPERM or -EACCES (the namespace may
 * not be joined), -ENOENT or -ESRCH (the member has ended), -ESTALE (it is in another namespace
 * by now), -ETIMEDOUT (no answer within 200 ms: the helper was started anew) or another. */
int hostname_helper_answer(
    struct hostname_helper *hostname_helper, uint64_t until_us, struct uts_names *ret_names);
