/* A shell for the person, in a terminal: in the namespaces of an actor, or right here.
 *
 * The calling process joins nothing.  It forks a helper, which forks another process to join (the
 * user namespace and all the others in one setns(2)) and to become the shell, in a process group of
 * its own in the terminal's foreground.  The helper stays behind, outside of the namespaces, as the
 * subreaper of all that the shell starts.
 *
 * A shell in an actor's namespaces ends, with all that it started, when the actor ends, when the caller does,
 * SIGKILL included, and when the person leaves it: what the shell left in the background ends then too, in another
 * PID namespace as well; only where the helper is killed, what is in the background of another PID namespace is
 * its init's, and ends with that.  A shell right here is the person's own: it is only hung up on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The namespaces that it is to be in. */
struct shell_place {
	int pidfd; /* of the actor, borrowed; -1: right here */
	pid_t pid; /* of the same */
	/* The person's own: it does not end with that process; and where that one's user namespace
	 * has no number for us, it is root in there, as nsenter(1) is. */
	bool stays;
	bool as_process;            /* with no more privileges than that process has */
	bool give_up_root;          /* become the user STAGE_UID first, as the actor's stage did */
	const char *const *program; /* instead of the shell: words, looked up in PATH; NULL ends */
};

/* Its outcome. */
struct shell_result {
	int status;    /* as of waitpid(2), where error is 0 */
	int error;     /* it could not be started: the errno of @step */
	char step[48]; /* "setns", "/bin/sh" */
	/* What was started from the shell and goes on, since it is the child of another PID namespace's init by now:
	 * PIDs and names, "4711 sleep, 4712 cat"; raw text of the system.  Empty where there is nothing. */
	char left[160];
};

/* The person's LANGUAGE, which every shell gets; NULL: it is not set.  That of this program may say
 * what it speaks itself; gettext(3). */
extern const char *shell_language;

/* Each program that may start one calls this first, with its argv[0]: the process that joins becomes the program again,
 * and doesn't return from here. */
void shell_resume(const char *program);

/* --- On the caller's own terminal, its standard input ---------------------------------------- */

struct shell;

/* Starts one.  The terminal's modes must be those of a person's shell.
 * Returns 0 or -errno. */
int shell_start(const struct shell_place *place, struct shell **ret_shell);
/* A descriptor that is readable when it is over. */
int shell_fd(const struct shell *shell);
/* The helper, whose descendants are the shell and what it starts. */
pid_t shell_pid(const struct shell *shell);
/* Ends it, with all that it started, or hangs up on it (see above); it is not over yet then. */
void shell_hang_up(struct shell *shell);
/* Waits until it is over, frees it, and puts the caller back into the terminal's foreground.
 * Returns 0, or -ECHILD where the helper was killed and can't report. */
int shell_finish(struct shell *shell, struct shell_result *ret_result);

/* Kills and reaps all descendants of the calling process, which is a child subreaper and has the default action for
 * SIGCHLD.  What may not be killed stays. */
void shell_kill_children(void);

/* --- In another terminal, by another process of this program ---------------------------------- */

enum { SHELL_TICKET_BYTES = 64 };

/* Writes what the other process needs to find the actor, letters, digits and colons, into @ret.
 * Returns 0, or -ESRCH where it has ended. */
int shell_ticket(const struct shell_place *place, char ret[SHELL_TICKET_BYTES]);
/* The ticket of a process that is no actor, with the start time that it was seen with: a shell that
 * stays. */
void shell_ticket_of(
    pid_t pid, uint64_t start_ticks, bool as_process, char ret[SHELL_TICKET_BYTES]);
/* Reads such a ticket.  @ret_place: its pidfd is the caller's to close.
 * Returns 0, -EINVAL (no ticket), -ESRCH (the actor has ended) or another -errno. */
int shell_ticket_read(const char *ticket, struct shell_place *ret_place);
/* Does in the calling process, which must be the first of its terminal, what else the helper does. */
void shell_be_helper(const struct shell_place *place, struct shell_result *ret_result);
