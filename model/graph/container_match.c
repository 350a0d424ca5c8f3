#include "model/graph/container_match.h"

#include <string.h>

enum { POD_DIGITS = 32 };

/* What stands where in a text. */
struct match {
	const char *end; /* of the text */
	const char *id, *name;
	size_t name_len;
};

static bool is_digit(char c, bool hex)
{
	return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f');
}

static size_t count_digits(const char *at, const char *end, bool hex)
{
	const char *from = at;

	while (at < end && is_digit(*at, hex))
		at++;
	return (size_t)(at - from);
}

static size_t pod_len(const char *at, const char *end)
{
	const char *from = at;
	int digits = 0;

	for (; at < end && digits < POD_DIGITS; at++) {
		if (is_digit(*at, true))
			digits++;
		else if (*at != '-' && *at != '_')
			break;
	}
	return digits == POD_DIGITS ? (size_t)(at - from) : 0;
}

static size_t component_len(const char *at, const char *end)
{
	const char *slash = memchr(at, '/', (size_t)(end - at));

	return (size_t)((slash ? slash : end) - at);
}

static bool takes(const char **pattern, const char *token)
{
	size_t len = strlen(token);

	if (strncmp(*pattern, token, len) != 0)
		return false;
	*pattern += len;
	return true;
}

static bool is_open(const char *pattern)
{
	return strncmp(pattern, "{name}", 6) == 0 || strncmp(pattern, "{any}", 5) == 0;
}

/* Takes letters and tokens up to a {name} or {any} or the end of @pattern.  Returns where that is in the
 * text, or NULL where it does not fit. */
static const char *take_fixed(const char **pattern, const char *at, struct match *match)
{
	while (**pattern && !is_open(*pattern)) {
		size_t len = 0;

		if (takes(pattern, "{id}")) {
			len = count_digits(at, match->end, true) == CONTAINER_ID_CHARS
			          ? CONTAINER_ID_CHARS
			          : 0;
			match->id = at;
		} else if (takes(pattern, "{pod}")) {
			len = pod_len(at, match->end);
		} else if (takes(pattern, "{number}")) {
			len = count_digits(at, match->end, false);
		} else if (at < match->end && *at == *(*pattern)++) {
			len = 1;
		}
		if (len == 0)
			return NULL;
		at += len;
	}
	return at;
}

static const char *take_all(const char *pattern, const char *at, struct match *match)
{
	size_t len;

	at = take_fixed(&pattern, at, match);
	if (!at || !*pattern)
		return at;
	if (takes(&pattern, "{name}"))
		match->name = at;
	else
		takes(&pattern, "{any}");
	for (len = component_len(at, match->end); len > 0; len--) {
		const char *rest = pattern, *end = take_fixed(&rest, at + len, match);

		match->name_len = len;
		if (end && (end == match->end || *end == '/'))
			return end;
	}
	return NULL;
}

static int hex_value(char c)
{
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

void container_set_name(struct container *container, const char *name, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && used < sizeof(container->name) - 1; i++) {
		char byte = name[i];

		if (byte == '\\' && len - i >= 4 && name[i + 1] == 'x' &&
		    hex_value(name[i + 2]) >= 0 && hex_value(name[i + 3]) >= 0) {
			byte = (char)(hex_value(name[i + 2]) << 4 | hex_value(name[i + 3]));
			i += 3;
		}
		if (byte)
			container->name[used++] = byte;
	}
	container->name[used] = '\0';
}

size_t container_match(
    const char *pattern, const char *text, size_t len, struct container *ret_container)
{
	struct match match = {.end = text + len};
	const char *end = take_all(pattern, text, &match);

	if (!end || (end != match.end && *end != '/'))
		return 0;
	ret_container->id[0] = ret_container->name[0] = '\0';
	if (match.id) {
		memcpy(ret_container->id, match.id, CONTAINER_ID_CHARS);
		ret_container->id[CONTAINER_ID_CHARS] = '\0';
	}
	if (match.name)
		container_set_name(ret_container, match.name, match.name_len);
	return (size_t)(end - text);
}
