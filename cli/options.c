#include "cli/options.h"

#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/settings.h"
#include "scanner/scan.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>

enum {
	OPTIONS_MAX = 32,
	HELP_COLS_MIN = 40,
	NAME_COLS_MAX = 26, /* after a longer name the summary is on the next line */
};

/* --- Options of all commands ------------------------------------------------------------------ */

/* Their values are the usage of the command. */

static int take_lang(const struct cli_option *option, void *values, const char *argument)
{
	const struct cli_usage *usage = values;

	if (language_set(argument))
		return OPTIONS_GO_ON;
	return options_bad_value(
	    usage->command, option->name, argument, language_codes, LANGUAGE_COUNT);
}

static int take_ascii(const struct cli_option *option, void *values, const char *argument)
{
	(void)option, (void)values, (void)argument;
	report_use_ascii();
	language_use_ascii();
	return OPTIONS_GO_ON;
}

static void print_help(const struct cli_usage *usage);

static int take_help(const struct cli_option *option, void *values, const char *argument)
{
	const struct cli_usage *usage = values;

	(void)option, (void)argument;
	print_help(usage);
	return report_finish(usage->command, EXIT_DONE);
}

static int take_source(const struct cli_option *option, void *values, const char *argument)
{
	const struct cli_usage *usage = values;
	const char *const *names = scan_source_names + SCAN_PREFERRED + 1;
	const size_t count = SCAN_SOURCE_COUNT - SCAN_PREFERRED - 1;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(argument, names[i]) == 0) {
			scan_prefer((enum scan_source)(SCAN_PREFERRED + 1 + i));
			return OPTIONS_GO_ON;
		}
	}
	return options_bad_value(usage->command, option->name, argument, names, count);
}

static const struct cli_option common[] = {
    {"lang", 0, "en|zh", SETTINGS_HELP_LANG, .take = take_lang},
    {"ascii", 0, NULL, SETTINGS_HELP_ASCII, .take = take_ascii},
    {"help", 'h', NULL, N_("show this"), .take = take_help},
    {"source", 0, "auto|bpf|proc",
        N_("read by BPF programs, or from /proc; auto: by BPF where that works"),
        .take = take_source},
};

static size_t own_count(const struct cli_usage *usage)
{
	size_t count = 0;

	while (usage->options && usage->options[count].name)
		count++;
	return count;
}

const struct cli_option *options_at(const struct cli_usage *usage, size_t index)
{
	size_t own = own_count(usage);

	if (index < own)
		return &usage->options[index];
	/* --source is the last of them. */
	return index - own < array_len(common) - usage->reads_nothing ? &common[index - own] : NULL;
}

/* --- Errors ----------------------------------------------------------------------------------- */

int options_bad_value(const char *command, const char *option, const char *value,
    const char *const *words, size_t count)
{
	const char *nearest = nearest_word(value, words, count);
	struct line valid;

	line_init_verbatim(&valid, CHARSET_ASCII);
	for (size_t i = 0; i < count; i++)
		line_addf(&valid, STYLE_PLAIN, "%s%s", i ? ", " : "", words[i]);
	if (nearest)
		report_error(command, _("--%s: invalid value \"%s\"; did you mean %s?  (%s)"),
		    option, value, nearest, valid.text);
	else
		report_error(
		    command, _("--%s: invalid value \"%s\" (use %s)"), option, value, valid.text);
	line_done(&valid);
	return EXIT_USAGE;
}

int options_surplus(const char *command, const char *argument)
{
	report_error(command, _("nothing can be done with \"%s\"; see nsscope%s%s --help"),
	    argument, *command ? " " : "", command);
	return EXIT_USAGE;
}

/* @word: "--knd" or "--knd=3".  Returns EXIT_USAGE. */
static int unknown_option(const struct cli_usage *usage, const char *word)
{
	const char *command = usage->command, *begin = word + strspn(word, "-");
	autofree char *name = xstrndup(begin, strcspn(begin, "="));
	const struct cli_option *option;
	const char *names[OPTIONS_MAX], *nearest;
	size_t count = 0;

	for (; count < OPTIONS_MAX && (option = options_at(usage, count)); count++)
		names[count] = option->name;
	nearest = nearest_word(name, names, count);
	if (nearest)
		report_error(command, _("unknown option %s; did you mean --%s?"), word, nearest);
	else
		report_error(command, _("unknown option %s; see nsscope%s%s --help"), word,
		    *command ? " " : "", command);
	return EXIT_USAGE;
}

/* --- Reading them ----------------------------------------------------------------------------- */

/* The value that getopt_long(3) has for option number @index. */
static int getopt_value(const struct cli_usage *usage, size_t index)
{
	const struct cli_option *option = options_at(usage, index);

	return option->letter ? option->letter : UCHAR_MAX + 1 + (int)index;
}

/* Finds the option with this value.  Returns NULL, or the option and its number. */
static const struct cli_option *find_option(
    const struct cli_usage *usage, int value, size_t *ret_index)
{
	const struct cli_option *option;

	for (size_t i = 0; (option = options_at(usage, i)); i++) {
		if (value == getopt_value(usage, i)) {
			*ret_index = i;
			return option;
		}
	}
	return NULL;
}

/* @got: '?' or ':', with opterr 0.  Returns EXIT_USAGE. */
static int bad_option(const struct cli_usage *usage, int got, const char *word)
{
	size_t index;
	const struct cli_option *known = optopt ? find_option(usage, optopt, &index) : NULL;

	if (known && got == ':')
		report_error(usage->command, _("option --%s needs a value"), known->name);
	else if (known)
		report_error(usage->command, _("option --%s takes no value"), known->name);
	else if (optopt)
		report_error(usage->command, _("unknown option -%c"), optopt);
	else
		return unknown_option(usage, word);
	return EXIT_USAGE;
}

/* Sets the member of @values that @option is for. */
static int set_member(const struct cli_usage *usage, const struct cli_option *option, void *values)
{
	void *member = (char *)values + option->offset;

	if (!option->argument) {
		*(bool *)member = true;
	} else if (!option->max) {
		*(const char **)member = optarg;
	} else if (options_number(optarg, option->min, option->max, member) < 0) {
		report_error(usage->command, _("--%s takes a number from %lu to %lu, not \"%s\""),
		    option->name, option->min, option->max, optarg);
		return EXIT_USAGE;
	}
	return OPTIONS_GO_ON;
}

/* What getopt_long(3) takes. */
static void fill_tables(const struct cli_usage *usage, struct option *table, char *letters)
{
	const struct cli_option *option;

	if (usage->commands)
		*letters++ = '+';
	*letters++ = ':';
	for (size_t i = 0; i < OPTIONS_MAX && (option = options_at(usage, i)); i++) {
		table[i] = (struct option){
		    .name = option->name,
		    .has_arg = option->argument ? required_argument : no_argument,
		    .val = getopt_value(usage, i),
		};
		if (option->letter)
			*letters++ = option->letter;
	}
}

int options_read(const struct cli_usage *usage, int *argc, char ***argv, void *values)
{
	struct option table[OPTIONS_MAX + 1] = {0};
	char letters[OPTIONS_MAX + sizeof("+:")] = "";
	int got, status = OPTIONS_GO_ON;

	fill_tables(usage, table, letters);
	opterr = 0;
	optind = 0; /* getopt begins anew, getopt(3) NOTES */
	while (status == OPTIONS_GO_ON &&
	       (got = getopt_long(*argc, *argv, letters, table, NULL)) >= 0) {
		size_t index;
		const struct cli_option *option = find_option(usage, got, &index);

		if (!option)
			status = bad_option(usage, got, (*argv)[optind - 1]);
		else if (option->take)
			status = option->take(
			    option, index < own_count(usage) ? values : (void *)usage, optarg);
		else
			status = set_member(usage, option, values);
	}
	*argc -= optind;
	*argv += optind;
	if (status == OPTIONS_GO_ON && usage->operands_max >= 0 && *argc > usage->operands_max)
		return options_surplus(usage->command, (*argv)[usage->operands_max]);
	return status;
}

/* --- Arguments -------------------------------------------------------------------------------- */

int options_number(
    const char *text, unsigned long min, unsigned long max, unsigned long *ret_number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	unsigned long number = strtoul(text, &end, 10);
	if (errno || *end || number < min || number > max)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

int options_pid(const char *text, pid_t *ret_pid)
{
	unsigned long number;

	if (options_number(text, 1, INT_MAX, &number) < 0)
		return -EINVAL;
	*ret_pid = (pid_t)number;
	return 0;
}

int options_ns(const char *text, enum nstype *ret_type, uint64_t *ret_ino)
{
	autofree char *copy = xstrdup(text);
	char *digits = strchr(copy, ':');
	unsigned long number;
	enum nstype type;
	size_t len;

	if (!digits)
		return -EINVAL;
	*digits++ = '\0';
	len = strlen(digits);
	if (digits[0] == '[' && digits[len - 1] == ']') {
		digits[len - 1] = '\0';
		digits++;
	}
	if (!ns_type_from_name(copy, &type) || options_number(digits, 0, ULONG_MAX, &number) < 0)
		return -EINVAL;
	*ret_type = type;
	*ret_ino = number;
	return 0;
}

/* --- The help --------------------------------------------------------------------------------- */

static size_t help_cols(void)
{
	size_t cols = report_text_cols();

	return cols < HELP_COLS_MIN ? HELP_COLS_MIN : cols;
}

/* Prints the lines of @text, the first one after what is in @line, the others below that.  Empties
 * @line. */
static void print_text(struct line *line, const char *text)
{
	size_t indent = line->cols;

	for (;;) {
		size_t len = strcspn(text, "\n");

		line_pad(line, indent);
		line_add(line, STYLE_PLAIN, text, len);
		report_wrapped(line, indent, help_cols());
		if (!text[len])
			return;
		text += len + 1;
	}
}

/* Adds "  -h, --help" to @line. */
static void add_option_name(struct line *line, const struct cli_option *option)
{
	if (option->letter)
		line_addf(line, STYLE_PLAIN, "  -%c, ", option->letter);
	else
		line_pad(line, 6);
	line_addf(line, STYLE_PLAIN, "--%s", option->name);
	if (option->argument)
		line_addf(line, STYLE_PLAIN, "=%s", _(option->argument));
}

/* Prints the name in @line with what it means, in column @indent. */
static void print_named(struct line *line, size_t indent, const char *summary)
{
	if (line->cols + 2 > indent) {
		report_line(line, 0);
		line_clear(line);
	}
	line_pad(line, indent);
	print_text(line, summary);
}

static void print_options(struct line *line, const struct cli_usage *usage)
{
	const struct cli_option *option;
	size_t indent = 0;

	for (size_t i = 0; (option = options_at(usage, i)); i++) {
		add_option_name(line, option);
		if (line->cols > indent && line->cols <= NAME_COLS_MAX)
			indent = line->cols;
		line_clear(line);
	}
	report_line(line, 0);
	print_text(line, _("Options:"));
	for (size_t i = 0; (option = options_at(usage, i)); i++) {
		add_option_name(line, option);
		print_named(line, indent + 2, _(option->summary));
	}
}

static void print_commands(struct line *line, const struct cli_command *commands)
{
	size_t indent = 0;

	for (const struct cli_command *command = commands; command->name; command++) {
		size_t cols = 2 + strlen(command->name);
		indent = cols > indent ? cols : indent;
	}
	report_line(line, 0);
	print_text(line, _("Commands:"));
	for (const struct cli_command *command = commands; command->name; command++) {
		line_addf(line, STYLE_PLAIN, "  %s", command->name);
		print_named(line, indent + 2, _(command->summary));
	}
}

/* Wrapped at 80 columns or less. */
static void print_help(const struct cli_usage *usage)
{
	struct line line;

	line_init_verbatim(&line, report_charset());
	line_adds(&line, STYLE_PLAIN, _("Usage: "));
	print_text(&line, _(usage->forms));
	report_line(&line, 0);
	print_text(&line, _(usage->about));
	if (usage->commands)
		print_commands(&line, usage->commands);
	print_options(&line, usage);
	if (usage->notes) {
		report_line(&line, 0);
		print_text(&line, _(usage->notes));
	}
	report_line(&line, 0);
	line_adds(&line, STYLE_PLAIN, _("Exit status: "));
	print_text(&line, _(usage->exits));
	line_done(&line);
}
