/* Arguments that are words: CLONE_NEWUTS|CLONE_NEWPID. */
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"

#include <errno.h>
#include <string.h>

enum { WORD_MAX = 63, WORDS_MAX = 96 };

static int no_such_word(
    const struct call_scope *scope, const struct call_words *words, const char *word)
{
	const char *list[WORDS_MAX];
	const char *nearest;
	size_t count = 0;

	for (size_t i = 0; words->namespaces && i < NS_TYPE_COUNT; i++)
		list[count++] = ns_types[i].flag_name;
	for (const struct call_word *at = words->list; at->word && count < WORDS_MAX; at++)
		list[count++] = at->word;
	nearest = nearest_word(word, list, count);
	if (nearest)
		return call_fail(
		    scope, _("\"%s\" is no %s: did you mean %s?"), word, _(words->what), nearest);
	return call_fail(scope, _("\"%s\" is no %s"), word, _(words->what));
}

/* Returns false where there is no such word. */
static bool add_word(const struct call_words *words, const char *word, long *number)
{
	for (size_t i = 0; words->namespaces && i < NS_TYPE_COUNT; i++) {
		if (strcmp(word, ns_types[i].flag_name) == 0) {
			*number |= (long)ns_types[i].flag;
			return true;
		}
	}
	for (const struct call_word *at = words->list; at->word; at++) {
		if (strcmp(word, at->word) == 0) {
			*number |= at->number;
			return true;
		}
	}
	return false;
}

int call_words_read(const struct call_scope *scope, const struct call_words *words,
    const char *text, long *ret_number)
{
	const char *at = text;
	long number = 0;

	if (words->joined && strcmp(text, "0") == 0) {
		*ret_number = 0;
		return 0;
	}
	for (;;) {
		char word[WORD_MAX + 1];
		size_t len;

		at += strspn(at, " \t");
		len = strcspn(at, "| \t");
		if (len > WORD_MAX)
			len = WORD_MAX;
		memcpy(word, at, len);
		word[len] = '\0';
		at += strcspn(at, "| \t");
		at += strspn(at, " \t");
		if (!add_word(words, word, &number) || (*at != '\0' && *at != '|'))
			return no_such_word(scope, words, word);
		if (*at == '\0')
			break;
		if (!words->joined)
			return call_fail(scope, _("%s stands alone, without |"), word);
		at++;
	}
	*ret_number = number;
	return 0;
}
