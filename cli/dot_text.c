#include "cli/dot_text.h"

#include <ctype.h>
#include <string.h>

void dot_text(FILE *out, const struct line *line)
{
	for (const char *at = line->text ? line->text : ""; *at; at++) {
		switch (*at) {
		case '"':
		case '\\':
			fprintf(out, "\\%c", *at);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			putc(*at, out);
		}
	}
}

void mermaid_text(FILE *out, const struct line *line)
{
	for (const char *at = line->text ? line->text : ""; *at; at++) {
		unsigned char byte = (unsigned char)*at;

		if (byte >= 0x80 || isalnum(byte) || strchr(" .,:-_/=+@", byte))
			putc(byte, out);
		else
			fprintf(out, "#%d;", byte);
	}
}
