/* What the commands without a screen share: options, the scan, and a standard output that tells
 * when it could not be written.
 *
 * Where a function takes a @command, "" stands for nsscope itself. */
#pragma once

#include "model/base/line.h"
#include "model/view/outline.h"
#include "scanner/scan.h"

#include <getopt.h>
#include <stdbool.h>

/* What standard output takes: by the locale's character set, and by report_use_ascii. */
enum charset report_charset(void);

/* No character but those of ASCII from now on: asked for on the command line. */
void report_use_ascii(void);

/* The columns of the terminal on standard output; 0 where it is none, or doesn't say. */
size_t report_cols(void);

/* Prints "nsscope COMMAND: …" and a newline on standard error, sanitised. */
void report_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For getopt_long's '?' and ':' (opterr is 0, the option string begins with ':'): says what is
 * wrong with the option, and which valid one was probably meant.
 * @got: '?' or ':'.  Returns EXIT_USAGE. */
int report_bad_option(const char *command, int got, char **argv, const struct option *options);

/* The same for an argument that is none of the @count @words that @option takes. */
int report_bad_value(const char *command, const char *option, const char *value,
    const char *const *words, size_t count);

/* Does what --source says, for all of this program.  Returns EXIT_DONE, or EXIT_USAGE after a
 * message. */
int report_source(const char *command, const char *value);

/* Says why @pid, which somebody named, is not there.  Returns EXIT_FAILED where there is no such process, or
 * EXIT_FORBIDDEN. */
int report_no_process(const char *command, pid_t pid);

/* Reads what --by takes.  Returns EXIT_DONE, or EXIT_USAGE after a message. */
int report_grouping(const char *command, const char *value, enum grouping *ret_grouping);

/* The same for arguments of a command that takes none. */
int report_surplus(const char *command, const char *argument);

/* Reads a number of decimal digits from 1 to INT_MAX.
 * Returns 0, or -EINVAL (no such number). */
int report_pid(const char *text, pid_t *ret_pid);

/* Reads a number of decimal digits from @least to @most.
 * Returns 0, or -EINVAL (no such number). */
int report_number(
    const char *text, unsigned long least, unsigned long most, unsigned long *ret_number);

/* Reads "uts:4026531838", also with the number in brackets as the links have it.
 * Returns 0, or -EINVAL (no such text). */
int report_ns(const char *text, enum nstype *ret_type, uint64_t *ret_ino);

/* Says why the machine could not be read.
 * @error: of scan_new, scan_begin or scan_step.  Returns the exit status. */
int report_scan_error(const char *command, int error);

/* Scans the machine once.
 * Returns EXIT_DONE, or another exit status after a message on standard error. */
int report_scan(const char *command, const struct scan_options *options, struct graph **ret_graph);

/* Prints @line and a newline on standard output, without blanks at its end.
 * @cols: to cut at; 0 for not. */
void report_line(struct line *line, size_t cols);

/* Writes out what was printed so far.  Returns false where that fails: there is no use in going on. */
bool report_flush(void);

/* Prints @line, wrapped between words at the terminal's width, at most 80; what follows the first
 * of its lines is indented by @indent columns.  Empties it. */
void report_wrapped(struct line *line, size_t indent);

/* Flushes standard output.
 * Returns @status, or EXIT_FAILED after a message where something could not be written.  A reader
 * that went away is no failure. */
int report_finish(const char *command, int status);
