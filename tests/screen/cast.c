#include "tests/screen/cast.h"

#include "model/base/util.h"

#include <jansson.h>

/* Takes over @json. */
static void put(FILE *out, json_t *json)
{
	json_dumpf(json, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(json);
}

void cast_begin(FILE *out, int rows, int cols, const char *title)
{
	put(out, json_pack("{s:i, s:i, s:i, s:s, s:{s:s}}", "version", 2, "width", cols, "height",
	             rows, "title", title, "env", "TERM", "xterm-256color"));
}

void cast_piece(FILE *out, double seconds, const char *bytes, size_t len)
{
	if (len > 0)
		put(out, json_pack("[f, s, s%]", seconds, "o", bytes, len));
}
