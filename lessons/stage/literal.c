#include "lessons/stage/literal.h"

#include <errno.h>
#include <string.h>

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
static int read_number(const char **at, int base, int most)
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
		return read_number(at, 8, 3);
	if (**at == 'x') {
		(*at)++;
		/* C takes every hexadecimal digit that follows, and so do we. */
		return read_number(at, 16, 1 << 16);
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
