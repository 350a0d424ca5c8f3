/* What the commands without a screen share: the scan, messages, and a standard output whose errors
 * are reported.
 *
 * Where a function takes a @command, "" is nsscope itself. */
#pragma once

#include "model/report/detail.h"
#include "scanner/scan.h"

#include <stdbool.h>
#include <sys/types.h>

/* --- Standard output -------------------------------------------------------------------------- */

/* The characters that are printed: those of the locale, or only ASCII after report_use_ascii. */
enum charset report_charset(void);
/* Only ASCII from now on. */
void report_use_ascii(void);

/* The columns of the terminal on standard output; 0 where it is no terminal, or has no size. */
size_t report_cols(void);
/* The columns of prose: those of the terminal, at most 80. */
size_t report_text_cols(void);

/* Prints @line and a newline, without blanks at its end.
 * @cols: where to cut it; 0 for not at all. */
void report_line(struct line *line, size_t cols);
/* Prints @lines and frees them. */
void report_lines(struct lines *lines);
/* Prints @line, wrapped between words at @cols (0: not wrapped), each line after the first indented
 * by @indent columns.  Empties @line. */
void report_wrapped(struct line *line, size_t indent, size_t cols);

/* Writes out what was printed so far.  Returns false on an error: the command can end. */
bool report_flush(void);
/* Writes out all and closes standard output.
 * Returns @status, or EXIT_FAILED after a message where a write failed.  A reader that closed its
 * end is no error. */
int report_finish(const char *command, int status);

/* Fills the context that rows of @graph are printed with.  Returns its letters, to be freed by the
 * caller when the context is not used any more. */
struct ns_letters *report_context(const struct graph *graph, struct rowline_context *ret_context);

/* --- Messages --------------------------------------------------------------------------------- */

/* Prints "nsscope COMMAND: …" and a newline on standard error, sanitised. */
void report_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reports why /proc does not list @pid, which the user named.  Returns EXIT_FAILED where there is no
 * such process, else EXIT_FORBIDDEN. */
int report_no_process(const char *command, pid_t pid);

/* The same for a namespace.  Returns EXIT_FAILED. */
int report_no_namespace(const char *command, enum nstype type, uint64_t ino);

/* EXIT_FORBIDDEN for an -errno that says so, else EXIT_FAILED. */
int report_status(int error);

/* Reports why a scan failed.
 * @error: of scan_new, scan_begin or scan_step.  Returns the exit status. */
int report_scan_error(const char *command, int error);

/* Scans the machine once.
 * Returns EXIT_DONE, or another exit status after a message. */
int report_scan(const char *command, const struct scan_options *options, struct graph **ret_graph);
