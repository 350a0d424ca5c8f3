#include "cli/report.h"

#include "cli/cli.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"
#include "model/report/detail.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

enum { WRAP_COLS = 80 }; /* wider text is hard to read */

/* The first failure of report_line, which stdio doesn't keep. */
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

__attribute__((format(printf, 1, 0))) static char *format_text(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	return text;
}

void report_error(const char *command, const char *format, ...)
{
	struct line line;
	va_list args;

	va_start(args, format);
	autofree char *text = format_text(format, args);
	va_end(args);

	line_init_verbatim(&line, report_charset());
	line_addf(&line, STYLE_PLAIN, "nsscope%s%s: ", *command ? " " : "", command);
	line_adds(&line, STYLE_FAIL, text ? text : format);
	fprintf(stderr, "%s\n", line.text);
	line_done(&line);
}

static const struct option *option_by_value(const struct option *options, int value)
{
	for (; options->name; options++) {
		if (options->val == value)
			return options;
	}
	return NULL;
}

/* The long option nearest to @word ("--knd=3" too), or NULL. */
static const char *nearest_option(const char *word, const struct option *options)
{
	size_t count = 0;

	while (options[count].name)
		count++;

	autofree const char **names = xcalloc(count + 1, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = options[i].name;

	autofree char *name = xstrndup(word, strcspn(word, "="));
	return nearest_word(name, names, count);
}

int report_bad_option(const char *command, int got, char **argv, const struct option *options)
{
	const char *word = argv[optind - 1];
	const struct option *known = optopt ? option_by_value(options, optopt) : NULL;

	if (known && got == ':') {
		report_error(command, _("option --%s needs a value"), known->name);
	} else if (known) {
		report_error(command, _("option --%s takes no value"), known->name);
	} else if (optopt) {
		report_error(command, _("there is no option -%c"), optopt);
	} else {
		const char *nearest = nearest_option(word + strspn(word, "-"), options);

		if (nearest)
			report_error(
			    command, _("there is no option %s; is --%s meant?"), word, nearest);
		else
			report_error(command, _("there is no option %s; see nsscope%s%s --help"),
			    word, *command ? " " : "", command);
	}
	return EXIT_USAGE;
}

int report_bad_value(const char *command, const char *option, const char *value,
    const char *const *words, size_t count)
{
	const char *nearest = nearest_word(value, words, count);
	struct line valid;

	line_init_verbatim(&valid, CHARSET_ASCII);
	for (size_t i = 0; i < count; i++)
		line_addf(&valid, STYLE_PLAIN, "%s%s", i ? ", " : "", words[i]);
	if (nearest)
		report_error(command, _("--%s takes no \"%s\"; is %s meant?  (%s)"), option, value,
		    nearest, valid.text);
	else
		report_error(
		    command, _("--%s takes no \"%s\", but one of: %s"), option, value, valid.text);
	line_done(&valid);
	return EXIT_USAGE;
}

int report_source(const char *command, const char *value)
{
	const char *const *names = scan_source_names + SCAN_PREFERRED + 1;
	const int count = SCAN_SOURCE_COUNT - SCAN_PREFERRED - 1;

	for (int i = 0; i < count; i++) {
		if (strcmp(value, names[i]) == 0) {
			scan_prefer((enum scan_source)(SCAN_PREFERRED + 1 + i));
			return EXIT_DONE;
		}
	}
	return report_bad_value(command, "source", value, names, (size_t)count);
}

int report_grouping(const char *command, const char *value, enum grouping *ret_grouping)
{
	if (grouping_from_name(value, ret_grouping))
		return EXIT_DONE;
	return report_bad_value(command, "by", value, grouping_names, GROUPING_COUNT);
}

int report_surplus(const char *command, const char *argument)
{
	report_error(command, _("nothing can be done with \"%s\"; see nsscope%s%s --help"),
	    argument, *command ? " " : "", command);
	return EXIT_USAGE;
}

int report_number(
    const char *text, unsigned long least, unsigned long most, unsigned long *ret_number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	unsigned long number = strtoul(text, &end, 10);
	if (errno || *end || number < least || number > most)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

int report_pid(const char *text, pid_t *ret_pid)
{
	unsigned long number;

	if (report_number(text, 1, INT_MAX, &number) < 0)
		return -EINVAL;
	*ret_pid = (pid_t)number;
	return 0;
}

int report_ns(const char *text, enum nstype *ret_type, uint64_t *ret_ino)
{
	const char *digits = strchr(text, ':');
	unsigned long long ino;
	enum nstype type;
	bool bracket;
	char *end;

	if (!digits)
		return -EINVAL;
	autofree char *name = xstrndup(text, (size_t)(digits - text));
	bracket = *++digits == '[';
	digits += bracket;
	if (digits[0] < '0' || digits[0] > '9' || !ns_type_from_name(name, &type))
		return -EINVAL;
	errno = 0;
	ino = strtoull(digits, &end, 10);
	if (errno || strcmp(end, bracket ? "]" : "") != 0)
		return -EINVAL;
	*ret_type = type;
	*ret_ino = ino;
	return 0;
}

int report_scan_error(const char *command, int error)
{
	autofree char *text = scan_error_text(error);

	report_error(command, "%s", text);
	return error == -ENOENT || error == -EOPNOTSUPP || error == -EACCES || error == -EPERM
	           ? EXIT_FORBIDDEN
	           : EXIT_FAILED;
}

int report_no_process(const char *command, pid_t pid)
{
	switch (process_why_missing(pid)) {
	case -EPERM:
		report_error(command,
		    _("process %d is refused: /proc is mounted with hidepid=1, see proc(5); run "
		      "this "
		      "as root"),
		    (int)pid);
		return EXIT_FORBIDDEN;
	case -EACCES:
		report_error(command,
		    _("process %d is not in sight: /proc hides it (hidepid), see proc(5); run this "
		      "as "
		      "root"),
		    (int)pid);
		return EXIT_FORBIDDEN;
	default:
		report_error(command, _("there is no process %d"), (int)pid);
		return EXIT_FAILED;
	}
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

void report_wrapped(struct line *line, size_t indent)
{
	size_t cols = report_cols();
	struct lines lines = {0};

	lines_wrap_line(&lines, line, indent, cols && cols < WRAP_COLS ? cols : WRAP_COLS);
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
	line_clear(line);
}

int report_finish(const char *command, int status)
{
	bool failed = ferror(stdout);
	int why = write_errno;

	/* Some file systems tell only at the close that a block had no room. */
	errno = 0;
	if ((fflush(stdout) != 0 || fclose(stdout) != 0) && !why)
		why = errno;
	if (failed && !why)
		why = EIO;
	if (!why || why == EPIPE)
		return status;
	if (why == ECANCELED)
		report_error(command, _("standard output was not read to the end"));
	else
		report_error(command, _("can't write to standard output: %s"), strerror(why));
	return EXIT_FAILED;
}
