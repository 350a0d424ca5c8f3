#include "model/base/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void (*oom_handler)(void);

_Noreturn void out_of_memory(void)
{
	if (oom_handler)
		oom_handler();
	abort();
}

void *xmalloc(size_t bytes)
{
	/* malloc(0) may give NULL, which is not a failure: ask for a byte instead. */
	void *memory = malloc(bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xcalloc(size_t count, size_t bytes)
{
	void *memory = calloc(count ? count : 1, bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xrealloc(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *string)
{
	return xstrndup(string, strlen(string));
}

char *xstrndup(const char *data, size_t len)
{
	size_t used = strnlen(data, len);
	char *copy = xmalloc(used + 1);

	memcpy(copy, data, used);
	copy[used] = '\0';
	return copy;
}

char *xasprintf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		out_of_memory();
	va_end(arguments);
	return text;
}

void *array_reserve_bytes(void *array, size_t *capacity, size_t count, size_t element_bytes)
{
	size_t wanted, bytes;

	if (count <= *capacity)
		return array;
	wanted = *capacity < 8 ? 8 : *capacity;
	while (wanted < count) {
		if (wanted > SIZE_MAX / 2)
			out_of_memory();
		wanted *= 2;
	}
	if (__builtin_mul_overflow(wanted, element_bytes, &bytes))
		out_of_memory();
	array = xrealloc(array, bytes);
	*capacity = wanted;
	return array;
}

static void read_version(const char *text, unsigned long ret_parts[2])
{
	char *end;

	ret_parts[0] = strtoul(text, &end, 10);
	ret_parts[1] = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
}

bool kernel_is_since(const char *release, const char *wanted)
{
	unsigned long have[2], want[2];

	read_version(release, have);
	read_version(wanted, want);
	return have[0] != want[0] ? have[0] > want[0] : have[1] >= want[1];
}
