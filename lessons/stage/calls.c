#include "lessons/stage/calls.h"

#include "lessons/stage/variables.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- String literals ------------------------------------------------------------------------ */

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Reads digits of @base at *@at, at most @most of them.  Returns the byte, or -EINVAL. */
static int read_digits(const char **at, int base, int most)
{
	int value = 0, digits = 0;

	for (; digits < most && digit_value(**at) < base; digits++, (*at)++) {
		value = value * base + digit_value(**at);
		if (value > 255)
			return -EINVAL;
	}
	return digits ? value : -EINVAL;
}

/* Reads what follows a backslash.  Returns the byte, or -EINVAL. */
static int read_escape(const char **at)
{
	static const char letters[] = "abfnrtve\\\"'?{}";
	static const char bytes[] = "\a\b\f\n\r\t\v\x1b\\\"'?{}";
	const char *letter;

	if (**at >= '0' && **at <= '7')
		return read_digits(at, 8, 3);
	if (**at == 'x') {
		(*at)++;
		/* C takes every hexadecimal digit that follows, and so do we. */
		return read_digits(at, 16, 1 << 16);
	}
	if (**at == '\0')
		return -EINVAL;
	letter = strchr(letters, **at);
	if (!letter)
		return -EINVAL;
	(*at)++;
	return (unsigned char)bytes[letter - letters];
}

int literal_read(const char *word, char *ret, size_t capacity, size_t *ret_len)
{
	const char *at = word;
	size_t len = 0;

	if (*at++ != '"')
		return -EINVAL;
	while (*at != '"') {
		int byte;

		if (*at == '\0')
			return -EINVAL;
		if (*at == '\\') {
			at++;
			byte = read_escape(&at);
			if (byte < 0)
				return byte;
		} else {
			byte = (unsigned char)*at++;
		}
		if (len + 1 >= capacity)
			return -E2BIG;
		ret[len++] = (char)byte;
	}
	if (at[1] != '\0')
		return -EINVAL;
	ret[len] = '\0';
	*ret_len = len;
	return 0;
}

/* --- The table -------------------------------------------------------------------------------- */

enum { CALL_COUNT_MAX = 128 };

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

const struct call *const call_families[] = {
    ns_calls,
    process_calls,
    signal_calls,
    file_calls,
    descriptor_calls,
    uts_calls,
    ipc_calls,
    mount_calls,
    net_calls,
    time_calls,
    shell_calls,
    NULL,
};

const struct call *call_find(const char *name)
{
	for (size_t i = 0; call_families[i]; i++) {
		for (const struct call *call = call_families[i]; call->name; call++) {
			if (strcmp(call->name, name) == 0)
				return call;
		}
	}
	return NULL;
}

int call_fail(const struct call_scope *scope, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(scope->message, scope->message_bytes, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int no_such_call(const struct call_scope *scope, const char *name)
{
	const char *words[CALL_COUNT_MAX];
	const char *nearest;
	size_t count = 0;

	for (size_t i = 0; call_families[i]; i++) {
		for (const struct call *call = call_families[i];
		     call->name && count < CALL_COUNT_MAX; call++)
			words[count++] = call->name;
	}
	nearest = nearest_word(name, words, count);
	if (nearest)
		return call_fail(
		    scope, _("no call is named \"%s\": did you mean %s?"), name, nearest);
	return call_fail(scope, _("no call is named \"%s\""), name);
}

/* --- Words: CLONE_NEWUTS|CLONE_NEWPID ------------------------------------------------------- */

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

/* Reads the words of @text into @ret_number.  Returns 0 or -EINVAL with the message filled. */
static int read_words(const struct call_scope *scope, const struct call_words *words,
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
			return call_fail(scope, _("%s must be used alone, without |"), word);
		at++;
	}
	*ret_number = number;
	return 0;
}

/* --- Names: variables and placeholders -------------------------------------------------------- */

static bool is_variable(const char *text)
{
	size_t len = strspn(text, LETTERS DIGITS "_");

	return len && text[len] == '\0' && !strchr(DIGITS, text[0]) && len <= VARIABLE_NAME_MAX;
}

static int read_number(const struct call_scope *scope, const char *text, struct call_value *value)
{
	char *end;

	if (is_variable(text)) {
		value->number = 0;
		return scope->variable ? scope->variable(scope, text, &value->number) : 0;
	}
	errno = 0;
	value->number = strtol(text, &end, 0);
	if (errno == 0 && end != text && *end == '\0' && !isspace((unsigned char)text[0]))
		return 0;
	return call_fail(scope, _("\"%s\" is no number and no variable"), text);
}

static int read_placeholder(
    const struct call_scope *scope, const char *name, size_t len, char *ret, size_t capacity)
{
	char word[ACTOR_NAME_MAX + VARIABLE_NAME_MAX + 2];

	if (!len || len >= sizeof(word) || strspn(name, LETTERS DIGITS "_-.") < len)
		return call_fail(scope,
		    _("{%.*s} is no placeholder as {A}, {me}, {uid}, {A.fd}; a brace is \\{"),
		    (int)(len < sizeof(word) ? len : sizeof(word)), name);
	memcpy(word, name, len);
	word[len] = '\0';
	if (scope->placeholder)
		return scope->placeholder(scope, word, ret, capacity);
	snprintf(ret, capacity, "0");
	return 0;
}

/* Puts a placeholder's text into a literal: whatever could be read as more than a byte there is
 * written as a number.  Returns false where there is no room. */
static bool add_escaped(char *to, size_t capacity, const char *text)
{
	size_t len = 0;

	for (; *text; text++) {
		bool plain = strchr(LETTERS DIGITS " ./:-_", *text) != NULL;

		if (len + 5 > capacity)
			return false;
		len += (size_t)snprintf(
		    to + len, capacity - len, plain ? "%c" : "\\%03o", (unsigned char)*text);
	}
	return true;
}

int call_string_read(
    const struct call_scope *scope, const char *word, char *ret, size_t capacity, size_t *ret_len)
{
	char literal[4 * CALL_TEXT_MAX + 8] = "";
	size_t len = 0;
	int r = 0;

	for (const char *at = word; *at && r == 0; at++) {
		char text[256] = "";
		size_t inside = strcspn(at, "}");

		if (len + 2 >= sizeof(literal)) {
			r = -E2BIG;
		} else if (*at == '\\' && at[1]) {
			literal[len++] = *at++;
			literal[len++] = *at;
		} else if (*at != '{') {
			literal[len++] = *at;
		} else {
			if (at[inside] == '\0')
				inside = 0;
			r = read_placeholder(
			    scope, at + 1, inside ? inside - 1 : 0, text, sizeof(text));
			if (r < 0)
				return r;
			if (!add_escaped(literal + len, sizeof(literal) - len, text))
				r = -E2BIG;
			else
				len += strlen(literal + len);
			at += inside;
		}
		literal[len] = '\0';
	}
	if (r == 0)
		r = literal_read(literal, ret, capacity, ret_len);
	if (r == -E2BIG)
		return call_fail(scope, _("the string has more than %zu bytes"), capacity - 1);
	if (r < 0)
		return call_fail(
		    scope, _("%s is no string as in C: \"…\" with \\n, \\x41, \\\""), word);
	return 0;
}

/* --- Arguments -------------------------------------------------------------------------------- */

static int read_actor(const struct call_scope *scope, const char *text, struct call_value *value)
{
	size_t len = strspn(text, LETTERS DIGITS "_-");

	if (!strchr(DIGITS "_-", text[0]) && text[len] == '\0' && len <= ACTOR_NAME_MAX) {
		memcpy(value->text, text, len + 1);
		value->len = len;
		return 0;
	}
	return call_fail(scope,
	    _("\"%s\" can't name an actor: a letter, then letters, digits, _ and -, at most %d"),
	    text, ACTOR_NAME_MAX);
}

/* An actor that is or was there: its number, too. */
static int read_who(const struct call_scope *scope, const char *text, struct call_value *value)
{
	char number[32] = "0";
	int r = read_actor(scope, text, value);

	if (r == 0 && scope->placeholder)
		r = scope->placeholder(scope, text, number, sizeof(number));
	value->number = strtol(number, NULL, 10);
	return r;
}

static int read_pid(const struct call_scope *scope, const char *text, struct call_value *value)
{
	char name[ACTOR_NAME_MAX + 1];
	size_t len = strlen(text);
	int r;

	if (text[0] == '{' && len > 2 && len < sizeof(name) + 2 && text[len - 1] == '}') {
		snprintf(name, sizeof(name), "%.*s", (int)len - 2, text + 1);
		return read_who(scope, name, value);
	}
	r = read_number(scope, text, value);
	if (r == 0 && value->number <= 0 && !is_variable(text))
		return call_fail(scope, _("a process is a number above 0, or {A}"));
	return r;
}

static int read_argument(const struct call_scope *scope, char kind, const struct call_words *words,
    const char *text, struct call_value *value)
{
	value->given = true;
	switch (kind) {
	case ARGUMENT_WORDS:
		return read_words(scope, words, text, &value->number);
	case ARGUMENT_NUMBER:
	case ARGUMENT_DESCRIPTOR:
		return read_number(scope, text, value);
	case ARGUMENT_STRING:
		return call_string_read(scope, text, value->text, sizeof(value->text), &value->len);
	case ARGUMENT_PID:
		return read_pid(scope, text, value);
	case ARGUMENT_ACTOR:
		return read_who(scope, text, value);
	default:
		return read_actor(scope, text, value);
	}
}

static size_t least_count(const struct call *call)
{
	return strcspn(call->signature, "?");
}

static size_t most_count(const struct call *call)
{
	return strlen(call->signature) - (call->signature[least_count(call)] == '?');
}

static bool is_count(const struct call *call, size_t count)
{
	return count >= least_count(call) && count <= most_count(call);
}

static int wrong_count(const struct call_scope *scope, const struct call *call, size_t count)
{
	size_t least = least_count(call), most = most_count(call);

	if (least != most)
		return call_fail(scope, _("the call has %zu arguments and wants %zu to %zu: %s"),
		    count, least, most, call->form);
	return call_fail(
	    scope, _("the call has %zu arguments and wants %zu: %s"), count, least, call->form);
}

int call_read(const struct call_scope *scope, const char *name, const char *const *arguments,
    size_t argument_count, struct call_reading *ret_reading)
{
	const struct call *call = call_find(name);
	const struct call_words *const *words;
	const char *kind;

	if (!call)
		return no_such_call(scope, name);
	if (!is_count(call, argument_count))
		return wrong_count(scope, call, argument_count);
	memset(ret_reading, 0, sizeof(*ret_reading));
	words = call->words;
	kind = call->signature;
	for (size_t i = 0; i < argument_count; i++, kind++) {
		int r;

		kind += *kind == '?';
		r = read_argument(scope, *kind, *words, arguments[i], &ret_reading->arguments[i]);
		if (r < 0)
			return r;
		words += *kind == ARGUMENT_WORDS;
	}
	ret_reading->call = call;
	return 0;
}

char *call_as_c(const struct call *call, const char *const *arguments, size_t argument_count)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to;

	if (!call->c)
		return NULL;
	to = open_memstream(&text, &len);
	if (!to)
		return NULL;
	for (const char *at = call->c; *at; at++) {
		size_t number =
		    *at == '%' && at[1] >= '1' && at[1] <= '9' ? (size_t)(at[1] - '0') : 0;

		if (!number)
			fputc(*at, to);
		else
			fputs(number <= argument_count ? arguments[number - 1] : "…", to);
		at += number > 0;
	}
	fclose(to);
	return text;
}
