/* What a lesson file can hold. */
#include "docs/man/tables.h"
#include "lessons/calls.h"
#include "lessons/lesson_words.h"
#include "lessons/terms.h"
#include "model/i18n.h"
#include "model/util.h"

#include <string.h>

static void put_words(const struct roff *roff, const struct lesson_word *words)
{
	for (; words->word; words++) {
		fprintf(roff->to, ".TP\n\\fB%s\\fR\n", words->word);
		roff_text(roff, _(words->doc));
	}
}

void table_blocks(const struct roff *roff)
{
	put_words(roff, lesson_block_words);
}

void table_facts(const struct roff *roff)
{
	put_words(roff, lesson_fact_words);
}

/* The namespaces that an actor must have left before it may. */
static void put_reaches(const struct roff *roff, unsigned reaches)
{
	const char *before = N_("Left before: ");

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!(reaches & REACHES_INSIDE(type)))
			continue;
		roff_words(roff, _(before));
		fprintf(roff->to, "\\fB%s\\fR", ns_types[type].name);
		before = ", ";
	}
	if (reaches & REACHES_SEALED)
		fputs(", \\fBstage: user mnt\\fR", roff->to);
	if (reaches & ~(REACHES_ITSELF | REACHES_BY_ARGUMENTS))
		fputs(".\n", roff->to);
	if (reaches & REACHES_BY_ARGUMENTS)
		roff_text(roff, _("What must have been left before is told by its arguments."));
}

void table_calls(const struct roff *roff)
{
	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			fputs(".TP\n", roff->to);
			roff_form(roff, call->form);
			fputc('\n', roff->to);
			roff_text(roff, _(call->doc));
			fputs(".br\n", roff->to);
			roff_text(
			    roff, call->gives_text ? _("Gives a text.") : _("Gives a number."));
			put_reaches(roff, call->reaches);
		}
	}
}

static void put_callers(const struct roff *roff, const struct call_words *words)
{
	const char *before = "";

	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			if (call->words[0] != words && call->words[1] != words)
				continue;
			fprintf(roff->to, "%s\\fB%s\\fR", before, call->name);
			before = ", ";
		}
	}
	fputc('\n', roff->to);
}

static void put_call_words(const struct roff *roff, const struct call_words *words)
{
	fputs(".TP\n", roff->to);
	put_callers(roff, words);
	roff_words(
	    roff, words->joined ? _("any of these, joined by |, or 0:") : _("one of these:"));
	for (int type = 0; words->namespaces && type < NS_TYPE_COUNT; type++)
		fprintf(roff->to, "\n%s", ns_types[type].flag_name);
	for (const struct call_word *word = words->list; word->word; word++)
		fprintf(roff->to, "\n%s", word->word);
	fputc('\n', roff->to);
}

/* Each kind of words at the first call that takes it. */
void table_words(const struct roff *roff)
{
	const struct call_words *told[64];
	size_t count = 0;

	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			for (size_t i = 0; i < array_len(call->words); i++) {
				size_t at = 0;

				while (at < count && told[at] != call->words[i])
					at++;
				if (!call->words[i] || at < count || count == array_len(told))
					continue;
				told[count++] = call->words[i];
				put_call_words(roff, call->words[i]);
			}
		}
	}
}

void table_terms(const struct roff *roff)
{
	static const char *const kinds[] = {
	    [GIVES_NUMBER] = N_("Gives a number."),
	    [GIVES_STRING] = N_("Gives a text."),
	    [GIVES_NS] = N_("Gives a namespace."),
	    [GIVES_USER_NS] = N_("Gives a namespace."),
	    [GIVES_SAME] = N_("Gives what TERM gives."),
	};

	for (const struct term *term = terms; term->name; term++) {
		fputs(".TP\n", roff->to);
		roff_form(roff, term->form);
		fputc('\n', roff->to);
		roff_text(roff, _(term->doc));
		fputs(".br\n", roff->to);
		roff_text(roff, _(kinds[term->gives]));
		for (size_t i = 0; term->word && term->word(i); i++)
			fprintf(roff->to, "\\fB\\(dq%s\\(dq\\fR\n", term->word(i));
	}
}
