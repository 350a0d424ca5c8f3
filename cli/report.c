#include "cli/report.h"

#include "cli/cli.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TEXT_COLS_MAX = 80 }; /* wider text is hard to read */

/* The first error of report_line: stdio doesn't keep it. */
static int write_errno;

static bool ascii_wanted;

void report_use_ascii(void)
{
	ascii_wanted = true;
}

enum charset report_charset(void)
{
	if (ascii_wanted || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return CHARSET_ASCII;
	return CHARSET_UTF8;
}

size_t report_cols(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

size_t report_text_cols(void)
{
	size_t cols = report_cols();

	return cols && cols < TEXT_COLS_MAX ? cols : TEXT_COLS_MAX;
}

void report_error(const char *command, const char *format, ...)
{
	struct line line;
	va_list args;

	va_start(args, format);
	autofree char *text = xvasprintf(format, args);
	va_end(args);
	line_init_verbatim(&line, report_charset());
	line_addf(&line, STYLE_PLAIN, "nsscope%s%s: ", *command ? " " : "", command);
	line_adds(&line, STYLE_FAIL, text);
	fprintf(stderr, "%s\n", line.text);
	line_done(&line);
}

int report_status(int error)
{
	/* -ENOENT: no /proc; -EOPNOTSUPP: no BPF. */
	return error == -ENOENT || error == -EOPNOTSUPP || error == -EACCES || error == -EPERM
	           ? EXIT_FORBIDDEN
	           : EXIT_FAILED;
}

int report_scan_error(const char *command, int error)
{
	autofree char *text = scan_error_text(error);

	report_error(command, "%s", text);
	return report_status(error);
}

int report_no_process(const char *command, pid_t pid)
{
	int r = process_why_missing(pid);

	if (r == -EPERM)
		report_error(command,
		    _("process %d is refused: /proc is mounted with hidepid=1, see proc(5); run "
		      "this "
		      "as root"),
		    (int)pid);
	else if (r == -EACCES)
		report_error(command,
		    _("process %d is not visible: /proc hides it (hidepid), see proc(5); run this "
		      "as root"),
		    (int)pid);
	else
		report_error(command, _("there is no process %d"), (int)pid);
	return report_status(r);
}

int report_no_namespace(const char *command, enum nstype type, uint64_t ino)
{
	report_error(command, _("namespace %s:%llu was not found"), ns_types[type].name,
	    (unsigned long long)ino);
	return EXIT_FAILED;
}

int report_scan(const char *command, const struct scan_options *options, struct graph **ret_graph)
{
	struct scan *scan = NULL;
	int r = scan_new(options, &scan);

	if (r >= 0)
		r = scan_once(scan, ret_graph);
	scan_free(scan);
	return r >= 0 ? EXIT_DONE : report_scan_error(command, r);
}

struct ns_letters *report_context(const struct graph *graph, struct rowline_context *ret_context)
{
	struct ns_letters *ns_letters = ns_letters_new();

	ns_letters_update(ns_letters, graph);
	*ret_context = (struct rowline_context){
	    .charset = report_charset(),
	    .graph = graph,
	    .ns_letters = ns_letters,
	    .cols = report_cols(),
	};
	return ns_letters;
}

void report_line(struct line *line, size_t cols)
{
	if (cols)
		line_fit(line, cols);

	size_t len = line->text_len;
	while (len && line->text[len - 1] == ' ')
		len--;
	if ((len && fwrite(line->text, 1, len, stdout) < len) || putchar('\n') == EOF) {
		if (!write_errno)
			write_errno = errno;
	}
}

bool report_flush(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (!write_errno)
		write_errno = errno ? errno : EIO;
	return false;
}

void report_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		report_line(&lines->items[i], 0);
	lines_done(lines);
}

void report_wrapped(struct line *line, size_t indent, size_t cols)
{
	struct lines lines = {0};

	lines_wrap_line(&lines, line, indent, cols);
	report_lines(&lines);
	line_clear(line);
}

int report_finish(const char *command, int status)
{
	/* Some file systems report only at the close that there was no room for a block. */
	if (report_flush() && fclose(stdout) != 0)
		write_errno = errno;
	if (!write_errno || write_errno == EPIPE)
		return status;
	if (write_errno == ECANCELED)
		report_error(command, _("standard output was not read to the end"));
	else
		report_error(
		    command, _("can't write to standard output: %s"), strerror(write_errno));
	return EXIT_FAILED;
}
