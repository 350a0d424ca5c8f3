#include "lessons/calls.h"
#include "lessons/literal.h"
#include "model/i18n.h"
#include "model/nearest.h"
#include "model/util.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 63, CALL_COUNT_MAX = 64 };

/* What to say behind "there is no such …": the nearest words, or where to look. */
static void no_such_call(const char *name, char *message, size_t message_bytes)
{
	const char *words[CALL_COUNT_MAX];
	const char *nearest;
	size_t count = 0;

	for (const struct call *call = calls; call->name && count < array_len(words); call++)
		words[count++] = call->name;
	nearest = nearest_word(name, words, count);
	if (nearest)
		snprintf(message, message_bytes, _("no call is named \"%s\": did you mean %s?"),
		    name, nearest);
	else
		snprintf(message, message_bytes, _("no call is named \"%s\""), name);
}

static void no_such_flag(const char *word, char *message, size_t message_bytes)
{
	const char *words[NS_TYPE_COUNT];
	const char *nearest;

	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		words[i] = ns_types[i].flag_name;
	nearest = nearest_word(word, words, array_len(words));
	if (nearest)
		snprintf(message, message_bytes, _("\"%s\" is no namespace flag: did you mean %s?"),
		    word, nearest);
	else
		snprintf(message, message_bytes, _("\"%s\" is no namespace flag"), word);
}

static const struct call *find_call(const char *name)
{
	for (const struct call *call = calls; call->name; call++) {
		if (strcmp(call->name, name) == 0)
			return call;
	}
	return NULL;
}

/* Reads one word of a flags argument.  Returns false where there is no such flag. */
static bool add_flag(const char *word, long *flags)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (strcmp(word, ns_types[i].flag_name) == 0) {
			*flags |= (long)ns_types[i].flag;
			return true;
		}
	}
	return false;
}

static int read_flags(
    const char *text, struct call_value *value, char *message, size_t message_bytes)
{
	const char *at = text;

	if (strcmp(text, "0") == 0)
		return 0;
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
		if (!add_flag(word, &value->number) || (*at != '\0' && *at != '|')) {
			no_such_flag(word, message, message_bytes);
			return -EINVAL;
		}
		if (*at == '\0')
			return 0;
		at++;
	}
}

static int read_number(
    const char *text, struct call_value *value, char *message, size_t message_bytes)
{
	char *end;

	errno = 0;
	value->number = strtol(text, &end, 0);
	if (errno == 0 && end != text && *end == '\0' && !isspace((unsigned char)text[0]))
		return 0;
	snprintf(message, message_bytes, _("\"%s\" is no number"), text);
	return -EINVAL;
}

static int read_string(
    const char *text, struct call_value *value, char *message, size_t message_bytes)
{
	int r = literal_read(text, value->text, sizeof(value->text), &value->len);

	if (r == -E2BIG)
		snprintf(
		    message, message_bytes, _("the string has more than %d bytes"), CALL_TEXT_MAX);
	else if (r < 0)
		snprintf(message, message_bytes,
		    _("%s is no string as in C: \"…\" with \\n, \\x41, \\\""), text);
	return r < 0 ? -EINVAL : 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int read_actor(
    const char *text, struct call_value *value, char *message, size_t message_bytes)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                          "0123456789_-");

	if (is_letter(text[0]) && text[len] == '\0' && len <= ACTOR_NAME_MAX) {
		memcpy(value->text, text, len + 1);
		value->len = len;
		return 0;
	}
	snprintf(message, message_bytes,
	    _("\"%s\" can't name an actor: a letter, then letters, digits, _ and -, at most %d"),
	    text, ACTOR_NAME_MAX);
	return -EINVAL;
}

static int read_argument(
    char kind, const char *text, struct call_value *value, char *message, size_t message_bytes)
{
	switch (kind) {
	case ARGUMENT_FLAGS:
		return read_flags(text, value, message, message_bytes);
	case ARGUMENT_NUMBER:
		return read_number(text, value, message, message_bytes);
	case ARGUMENT_STRING:
		return read_string(text, value, message, message_bytes);
	default:
		return read_actor(text, value, message, message_bytes);
	}
}

int call_read(const char *name, const char *const *arguments, size_t argument_count,
    const struct call **ret_call, struct call_value *ret_arguments, char *message,
    size_t message_bytes)
{
	const struct call *call = find_call(name);

	if (!call) {
		no_such_call(name, message, message_bytes);
		return -EINVAL;
	}
	if (strlen(call->signature) != argument_count) {
		snprintf(message, message_bytes, _("the call has %zu arguments and wants %zu: %s"),
		    argument_count, strlen(call->signature), call->form);
		return -EINVAL;
	}
	memset(ret_arguments, 0, CALL_ARGUMENTS_MAX * sizeof(*ret_arguments));
	for (size_t i = 0; i < argument_count; i++) {
		int r = read_argument(
		    call->signature[i], arguments[i], &ret_arguments[i], message, message_bytes);
		if (r < 0)
			return r;
	}
	*ret_call = call;
	return 0;
}

int stage_check_call(const char *name, const char *const *arguments, size_t argument_count,
    char *message, size_t message_bytes)
{
	struct call_value values[CALL_ARGUMENTS_MAX];
	const struct call *call;

	return call_read(name, arguments, argument_count, &call, values, message, message_bytes);
}
