#include "cli/options.h"

#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/detail.h"
#include "model/view/settings.h"

#include <string.h>

enum {
	HELP_COLS = 80,
	HELP_COLS_LEAST = 40,
	NAME_COLS_MAX = 26, /* what is longer has its summary on the next line */
};

enum common_value {
	COMMON_ASCII = 0x10000,
	COMMON_LANG,
	COMMON_SOURCE,
	COMMON_HELP,
};

static const struct cli_option common[OPTIONS_COMMON] = {
    {"lang", 0, "en|zh", SETTINGS_HELP_LANG, COMMON_LANG},
    {"ascii", 0, NULL, SETTINGS_HELP_ASCII, COMMON_ASCII},
    {"help", 'h', NULL, N_("show this"), COMMON_HELP},
    {"source", 0, "auto|bpf|proc",
        N_("read by BPF programs, or from /proc; auto: by BPF where that can be had"),
        COMMON_SOURCE},
};

const struct cli_option *options_at(const struct cli_usage *usage, size_t index)
{
	size_t own = 0;

	while (usage->options && usage->options[own].name)
		own++;
	if (index < own)
		return &usage->options[index];
	/* --source is the last of them. */
	return index - own < array_len(common) - usage->reads_nothing ? &common[index - own] : NULL;
}

/* --- Reading them ----------------------------------------------------------------------------- */

void options_begin(struct options *options, const struct cli_usage *usage, int argc, char **argv)
{
	const struct cli_option *option;
	size_t count = 0;
	char *letter;

	*options = (struct options){.usage = usage, .argc = argc, .argv = argv};
	letter = options->letters;
	if (usage->commands)
		*letter++ = '+';
	*letter++ = ':';
	for (; (option = options_at(usage, count)) && count < array_len(options->table) - 1;
	     count++) {
		options->table[count] = (struct option){
		    .name = option->name,
		    .has_arg = option->argument ? required_argument : no_argument,
		    .val = option->letter ? option->letter : option->value,
		};
		if (option->letter)
			*letter++ = option->letter;
	}
	opterr = 0;
	optind = 0; /* getopt begins anew, getopt(3) NOTES */
}

/* Of what getopt_long gave; 0 for an error. */
static int option_value(const struct cli_usage *usage, int got)
{
	const struct cli_option *option;

	for (size_t i = 0; (option = options_at(usage, i)); i++) {
		if (got == (option->letter ? option->letter : option->value))
			return option->value;
	}
	return 0;
}

static int stop(struct options *options, int status)
{
	options->status = status;
	return OPTIONS_STOP;
}

int options_next(struct options *options)
{
	const char *command = options->usage->command;

	for (;;) {
		int got = getopt_long(
		    options->argc, options->argv, options->letters, options->table, NULL);
		int value = got < 0 ? 0 : option_value(options->usage, got);

		if (got < 0)
			return OPTIONS_END;
		switch (value) {
		case 0:
			return stop(options,
			    report_bad_option(command, got, options->argv, options->table));
		case COMMON_ASCII:
			report_use_ascii();
			language_use_ascii();
			break;
		case COMMON_LANG:
			if (!language_set(optarg))
				return stop(options, report_bad_value(command, "lang", optarg,
				                         language_codes, LANGUAGE_COUNT));
			break;
		case COMMON_SOURCE:
			value = report_source(command, optarg);
			if (value != EXIT_DONE)
				return stop(options, value);
			break;
		case COMMON_HELP:
			options_help(options->usage);
			return stop(options, report_finish(command, EXIT_DONE));
		default:
			return value;
		}
	}
}

/* --- Telling of them -------------------------------------------------------------------------- */

static size_t help_cols(void)
{
	size_t cols = report_cols();

	if (cols == 0 || cols > HELP_COLS)
		return HELP_COLS;
	return cols < HELP_COLS_LEAST ? HELP_COLS_LEAST : cols;
}

/* Prints @line wrapped, and empties it. */
static void print_wrapped(struct line *line, size_t indent)
{
	struct lines lines = {0};

	lines_wrap_line(&lines, line, indent, help_cols());
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
	line_clear(line);
}

/* Prints the lines of @text, the first one behind what is in @line, the others below that. */
static void print_text(struct line *line, const char *text)
{
	size_t indent = line->cols;

	for (;;) {
		size_t len = strcspn(text, "\n");

		line_pad(line, indent);
		line_add(line, STYLE_PLAIN, text, len);
		print_wrapped(line, indent);
		if (!text[len])
			return;
		text += len + 1;
	}
}

/* Puts "  -h, --help" into @line. */
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

/* Behind a name in @line comes what it means, in the column @indent. */
static void print_summary(struct line *line, size_t indent, const char *summary)
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
		print_summary(line, indent + 2, _(option->summary));
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
		print_summary(line, indent + 2, _(command->summary));
	}
}

void options_help(const struct cli_usage *usage)
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
