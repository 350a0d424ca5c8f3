/* Runs a command of nsscope in a child, and keeps what it prints. */
#pragma once

#include <stdbool.h>

/* What a run of the command gave. */
struct run {
	char *output, *errors;
	int status; /* exit status, or 128 and the signal */
};

/* Runs @command with @name and the words of @arguments, in @locale; its output goes to @out, or is
 * kept where that is negative.  Fails the test where no process can be made. */
struct run command_run(int (*command)(int argc, char **argv), const char *name,
    const char *arguments, const char *locale, int out);
void run_done(struct run *run);

/* Does @text say it, in however many lines? */
bool says(const char *text, const char *said);

void assert_has(const char *text, const char *needle);

/* No control character but newlines; @ascii: and none past ASCII. */
void assert_plain(const char *text, bool ascii);

/* The command ends with 2 after one line on standard error with @meant in it. */
void assert_wrong_use(int (*command)(int argc, char **argv), const char *name,
    const char *arguments, const char *meant);

/* What it does where the disk is full, or the reader went away. */
void assert_ends_well(
    int (*command)(int argc, char **argv), const char *name, const char *arguments);
