/* Commands, options, keys, settings. */
#include "cli/commands.h"
#include "docs/man/tables.h"
#include "model/i18n.h"
#include "model/settings.h"
#include "model/util.h"
#include "tui/keys.h"

#include <string.h>

static void put_forms(const struct roff *roff, const char *forms)
{
	while (*forms) {
		size_t len = strcspn(forms, "\n");
		autofree char *form = xstrndup(forms, len);

		roff_form(roff, form);
		fputs("\n", roff->to);
		forms += len;
		if (*forms++ != '\n')
			return;
		fputs(".br\n", roff->to);
	}
}

void table_synopsis(const struct roff *roff)
{
	put_forms(roff, _(main_usage.forms));
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		const struct cli_usage *usage = options_usage(command);

		if (!usage)
			continue;
		fputs(".br\n", roff->to);
		put_forms(roff, _(usage->forms));
	}
}

static void put_option(const struct roff *roff, const struct cli_option *option)
{
	autofree char *name = xasprintf("--%s", option->name);

	fputs(".TP\n", roff->to);
	if (option->letter)
		fprintf(roff->to, "\\fB\\-%c\\fR, ", option->letter);
	roff_form(roff, name);
	if (option->argument) {
		fputc('=', roff->to);
		roff_form(roff, _(option->argument));
	}
	fputc('\n', roff->to);
	roff_text(roff, _(option->summary));
}

void table_options(const struct roff *roff)
{
	const struct cli_option *option;

	for (size_t i = 0; (option = options_at(&main_usage, i)); i++)
		put_option(roff, option);
}

static void put_more(const struct roff *roff, struct mores *mores, const char *command)
{
	for (size_t i = 0; i < mores->count; i++) {
		if (strcmp(mores->items[i].command, command) != 0)
			continue;
		fputs(mores->items[i].text, roff->to);
		mores->items[i].used = true;
	}
}

static void put_command(
    const struct roff *roff, struct mores *mores, const struct cli_command *command)
{
	const struct cli_usage *usage = options_usage(command);

	fprintf(roff->to, ".SS \"nsscope %s\"\n", command->name);
	if (!usage) {
		roff_text(roff, _(command->summary));
		return;
	}
	put_forms(roff, _(usage->forms));
	fputs(".PP\n", roff->to);
	roff_text(roff, _(usage->about));
	put_more(roff, mores, command->name);
	for (size_t i = 0; usage->options && usage->options[i].name; i++)
		put_option(roff, &usage->options[i]);
	if (usage->notes) {
		fputs(".PP\n", roff->to);
		roff_text(roff, _(usage->notes));
	}
	fputs(".PP\n", roff->to);
	roff_words(roff, _("Exit status: "));
	roff_text(roff, _(usage->exits));
}

void table_commands(const struct roff *roff, struct mores *mores)
{
	for (const struct cli_command *command = cli_commands; command->name; command++)
		put_command(roff, mores, command);
}

/* As the help screen parts them (tui/view_help.c). */
void table_keys(const struct roff *roff, bool lesson)
{
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		if (!(binding->places & ~(PLACE_LESSON | PLACE_STAGED)) != lesson)
			continue;
		fputs(".TP\n\\fB", roff->to);
		roff_words(roff, _(binding->keys));
		fputs("\\fR\n", roff->to);
		roff_text(roff, _(binding->help));
	}
}

void table_settings(const struct roff *roff)
{
	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++) {
		const struct settings_info *info = &settings_table[key];
		autofree char *choices = settings_choices(key);

		fputs(".TP\n", roff->to);
		roff_form(roff, info->name);
		fputs(" = \\fI", roff->to);
		roff_words(roff, choices);
		fputs("\\fR\n", roff->to);
		roff_text(roff, _(info->help));
	}
}
