#include "cli/complete.h"

#include "cli/commands.h"
#include "cli/language.h"
#include "cli/report.h"
#include "lessons/library.h"
#include "model/i18n.h"
#include "model/util.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct place {
	const struct cli_usage *usage; /* of the command; or nsscope's own, before there is one */
	char *const *words;            /* the last one is not finished */
	size_t count;
	const char *last;         /* what is completed: the last word, or what is behind its = */
	const char *before;       /* what stands before that in the word: "--by=", or "" */
	const char *arguments[8]; /* behind the command, but for the last */
	size_t argument_count;
};

/* --- Telling ---------------------------------------------------------------------------------- */

static void tell(const struct place *place, const char *word, const char *about)
{
	struct line line;

	if (strncmp(word, place->last, strlen(place->last)) != 0)
		return;
	line_init_verbatim(&line, report_charset());
	line_addf(&line, STYLE_PLAIN, "%s%s", place->before, word);
	printf("%s\t", line.text);
	line_clear(&line);
	line_add(&line, STYLE_PLAIN, about, strcspn(about, "\n"));
	printf("%s\n", line.text ? line.text : "");
	line_done(&line);
}

static void tell_lessons(const struct place *place)
{
	struct library *library = library_new(language_code(), NULL);

	for (size_t i = 0; i < library->count; i++) {
		const struct library_entry *entry = &library->entries[i];
		struct lesson_error error = {0};
		struct lesson *lesson;

		if (library_load(library, entry, &lesson, &error) < 0) {
			tell(place, entry->name, "");
			continue;
		}
		tell(place, entry->name, lesson->title);
		lesson_free(lesson);
	}
	library_free(library);
}

static void tell_inodes(const struct place *place, enum nstype type)
{
	const struct scan_options options = {0};
	struct graph *graph;

	if (report_scan("completion", &options, &graph) != EXIT_SUCCESS)
		return;
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (ns->id.type != type)
			continue;
		autofree char *word = xasprintf("%s:%" PRIu64, ns_types[type].name, ns->id.ino);
		autofree char *about = xasprintf(
		    ngettext("%u process", "%u processes", ns->member_count), ns->member_count);

		tell(place, word, about);
	}
	graph_unref(graph);
}

/* TYPE:INODE; the inodes when the type is there. */
static void tell_namespaces(const struct place *place)
{
	const char *colon = strchr(place->last, ':');

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *word = xasprintf("%s:", ns_types[type].name);

		if (!colon)
			tell(place, word, _(ns_types[type].isolates));
		else if (strncmp(place->last, word, strlen(word)) == 0)
			tell_inodes(place, type);
	}
}

/* T,T,…: the last one. */
static void tell_types(const struct place *place)
{
	const char *comma = strrchr(place->last, ',');
	int done = comma ? (int)(comma - place->last) + 1 : 0;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *word = xasprintf("%.*s%s", done, place->last, ns_types[type].name);

		tell(place, word, _(ns_types[type].isolates));
	}
}

static bool is_literal(const char *form)
{
	for (; *form; form++) {
		if (islower((unsigned char)*form))
			return true;
	}
	return false;
}

/* @form: one of those between | in what an option or a command takes. */
static void tell_form(const struct place *place, const char *form)
{
	if (is_literal(form))
		tell(place, form, "");
	else if (strcmp(form, "PID") == 0)
		puts(":pids");
	else if (strcmp(form, "FILE") == 0)
		puts(":files");
	else if (strcmp(form, "DIR") == 0)
		puts(":folders");
	else if (strcmp(form, "TYPE:INODE") == 0)
		tell_namespaces(place);
	else if (strncmp(form, "T[,", 3) == 0)
		tell_types(place);
	else if (strcmp(form, "NAME") == 0 && strcmp(place->usage->command, "lesson") == 0)
		tell_lessons(place);
}

static void tell_forms(const struct place *place, const char *forms)
{
	autofree char *copy = xstrdup(forms);
	char *form, *rest = copy;

	while ((form = strsep(&rest, "|")))
		tell_form(place, form);
}

/* --- Options ---------------------------------------------------------------------------------- */

/* The option that @word is, "--by", also with its value behind a "="; NULL for none. */
static const struct cli_option *find_option(const struct cli_usage *usage, const char *word)
{
	const struct cli_option *option;

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	for (size_t i = 0; (option = options_at(usage, i)); i++) {
		if (strncmp(word + 2, option->name, strcspn(word + 2, "=")) == 0 &&
		    strlen(option->name) == strcspn(word + 2, "="))
			return option;
	}
	return NULL;
}

static void tell_options(const struct place *place)
{
	const struct cli_option *option;

	for (size_t i = 0; (option = options_at(place->usage, i)); i++) {
		autofree char *word =
		    xasprintf("--%s%s", option->name, option->argument ? "=" : "");

		tell(place, word, _(option->summary));
	}
}

/* --- Arguments -------------------------------------------------------------------------------- */

/* What stands in the place of an argument, of one way of calling the command: "nsscope lesson check
 * FILE".  NULL when there is none, or the arguments before it are those of another way.  To be
 * freed. */
static char *argument_form(const struct place *place, const char *form, size_t len)
{
	autofree char *copy = xstrndup(form, len);
	char *word, *rest = copy;
	size_t at = 0;

	(void)strsep(&rest, " "); /* nsscope, and the command */
	(void)strsep(&rest, " ");
	while ((word = strsep(&rest, " "))) {
		if (!strcmp(word, "[OPTION]...") || strchr("-|", word[*word == '[']))
			continue;
		word += *word == '[';
		if (at == place->argument_count)
			return xstrndup(word, strcspn(word, "]"));
		if (is_literal(word) && strcmp(word, place->arguments[at]) != 0)
			return NULL;
		at++;
	}
	return NULL;
}

static bool told_before(char *const *told, size_t count, const char *form)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(told[i], form) == 0)
			return true;
	}
	return false;
}

static void tell_arguments(const struct place *place)
{
	const char *forms = place->usage->forms;
	char *told[16];
	size_t count = 0;

	while (*forms && count < array_len(told)) {
		size_t len = strcspn(forms, "\n");
		char *form = argument_form(place, forms, len);

		forms += len + (forms[len] == '\n');
		if (!form)
			continue;
		if (!told_before(told, count, form))
			tell_forms(place, form);
		told[count++] = form;
	}
	while (count > 0)
		free(told[--count]);
}

static void tell_commands(const struct place *place)
{
	for (const struct cli_command *command = cli_commands; command->name; command++)
		tell(place, command->name, _(command->summary));
}

/* --- Where the last word stands --------------------------------------------------------------- */

static const struct cli_usage *find_command(const char *word)
{
	const struct cli_command *command = cli_commands;

	while (command->name && strcmp(command->name, word) != 0)
		command++;
	return command->name ? options_usage(command) : NULL;
}

/* Goes through the words before the last.
 * Returns the option whose value the last one is; NULL for none. */
static const struct cli_option *read_words(struct place *place)
{
	for (size_t i = 0; i + 1 < place->count; i++) {
		const struct cli_option *option = find_option(place->usage, place->words[i]);

		if (option && option->argument && !strchr(place->words[i], '=')) {
			if (i + 2 == place->count)
				return option;
			i++;
		} else if (*place->words[i] == '-') {
			continue;
		} else if (place->usage == &main_usage) {
			place->usage = find_command(place->words[i]);
			if (!place->usage)
				return NULL;
		} else if (place->argument_count < array_len(place->arguments)) {
			place->arguments[place->argument_count++] = place->words[i];
		}
	}
	return NULL;
}

void complete_words(char *const *words, size_t count)
{
	struct place place = {.usage = &main_usage, .words = words, .count = count, .before = ""};
	const struct cli_option *option;
	autofree char *before = NULL;
	const char *equals;

	place.last = count ? words[count - 1] : "";
	option = read_words(&place);
	if (!place.usage)
		return;
	equals = strchr(place.last, '=');
	if (!option && equals) {
		option = find_option(place.usage, place.last);
		before = xstrndup(place.last, (size_t)(equals - place.last) + 1);
		place.before = before;
		place.last = equals + 1;
	}
	if (option && option->argument)
		tell_forms(&place, option->argument);
	else if (*place.last == '-')
		tell_options(&place);
	else if (place.usage == &main_usage)
		tell_commands(&place);
	else
		tell_arguments(&place);
}
