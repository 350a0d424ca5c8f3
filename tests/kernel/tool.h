/* Runs programs and keeps what they print. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct output {
	char *text; /* standard output, NUL-terminated behind len bytes */
	size_t len;
	pid_t pid;  /* that it had */
	int status; /* exit status, or 128 and the signal; 127: it could not be run */
};

/* Runs @argv (looked up in PATH) with standard input and standard error from and to /dev/null.
 * @as_nobody: with the user and group id 65534.
 * Fails the test where no process can be made. */
struct output tool_run(char *const argv[], bool as_nobody);
void output_done(struct output *output);

/* The nsscope under test: NSSCOPE_BIN, else build/nsscope.  Skips the test where there is none. */
const char *nsscope_path(void);
