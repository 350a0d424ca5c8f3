/* Makes a manual page from its template:
 *
 *     manual LANGUAGE VERSION TEMPLATE >PAGE
 *
 * A template is roff(7), but for lines that begin with @.  @NAME stands for what is made from the
 * table of that name; "@more COMMAND" … "@end" is told of a command behind what its table says;
 * @version within a line is the version.
 */
#include "cli/language.h"
#include "docs/man/tables.h"
#include "model/util.h"

#include <errno.h>
#include <string.h>

struct page {
	struct roff roff;
	const char *version;
	struct mores mores;
};

static void tables_keys(const struct roff *roff)
{
	table_keys(roff, false);
}

static void tables_lesson_keys(const struct roff *roff)
{
	table_keys(roff, true);
}

static const struct {
	const char *name;
	void (*put)(const struct roff *roff);
} tables[] = {
    {"synopsis", table_synopsis},
    {"options", table_options},
    {"keys", tables_keys},
    {"lesson-keys", tables_lesson_keys},
    {"settings", table_settings},
    {"blocks", table_blocks},
    {"facts", table_facts},
    {"calls", table_calls},
    {"words", table_words},
    {"terms", table_terms},
};

/* How lines of Chinese are broken: anywhere, but not before 。 and not behind （.  groff(7), cflags */
static const char breaks[] =
    ".if \\n[.x]>0 \\{\\\n"
    ".class [CJKnormal] \\[u2E80]-\\[u2FFF] \\[u3400]-\\[u9FFF]\n"
    ".class [CJKbefore] \\[u3001] \\[u3002] \\[u300D] \\[u300F] "
    "\\[u300B] \\[uFF01] \\[uFF09] \\[uFF0C] \\[uFF1A] \\[uFF1B] \\[uFF1F]\n"
    ".class [CJKafter] \\[u300C] \\[u300E] \\[u300A] \\[uFF08]\n"
    ".cflags 512 \\C'[CJKnormal]'\n"
    ".cflags 196 \\C'[CJKbefore]'\n"
    ".cflags 266 \\C'[CJKafter]'\n"
    ".\\}\n"
    ".ad l\n";

/* A line of the template, as it is but for @version and, in English, what is past ASCII. */
static void put_line(const struct page *page, const char *line)
{
	while (*line) {
		if (strncmp(line, "@version", 8) == 0) {
			fputs(page->version, page->roff.to);
			line += 8;
		} else if ((unsigned char)*line >= 0x80) {
			size_t len = 0;

			while ((unsigned char)line[len] >= 0x80)
				len++;
			autofree char *wide = xstrndup(line, len);

			roff_words(&page->roff, wide);
			line += len;
		} else {
			fputc(*line++, page->roff.to);
		}
	}
}

static int put_table(struct page *page, const char *name)
{
	if (strcmp(name, "commands") == 0) {
		table_commands(&page->roff, &page->mores);
		return 0;
	}
	for (size_t i = 0; i < array_len(tables); i++) {
		if (strcmp(name, tables[i].name) == 0) {
			tables[i].put(&page->roff);
			return 0;
		}
	}
	fprintf(stderr, "manual: there is no table @%s\n", name);
	return -EINVAL;
}

static struct more *begin_more(struct page *page, const char *command)
{
	struct mores *mores = &page->mores;

	array_reserve(mores->items, mores->room, mores->count + 1);
	mores->items[mores->count] = (struct more){.command = xstrdup(command)};
	return &mores->items[mores->count++];
}

/* Lines from @at on, until @end or the last.  Returns 0 or -errno. */
static int put_lines(struct page *page, char **lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (lines[i][0] == '@' && strncmp(lines[i], "@version", 8) != 0) {
			if (put_table(page, lines[i] + 1) < 0)
				return -EINVAL;
			continue;
		}
		put_line(page, lines[i]);
		fputc('\n', page->roff.to);
		if (!page->roff.ascii && strncmp(lines[i], ".TH ", 4) == 0)
			fputs(breaks, page->roff.to);
	}
	return 0;
}

/* Takes the texts behind @more out of @lines, as roff; *@count becomes smaller. */
static int take_mores(struct page *page, char **lines, size_t *count)
{
	size_t left = 0;

	for (size_t i = 0; i < *count; i++) {
		if (strncmp(lines[i], "@more ", 6) != 0) {
			lines[left++] = lines[i];
			continue;
		}
		struct more *more = begin_more(page, lines[i] + 6);
		size_t begin = ++i, bytes;
		FILE *to = page->roff.to;

		while (i < *count && strcmp(lines[i], "@end") != 0)
			i++;
		page->roff.to = open_memstream(&more->text, &bytes);
		if (!page->roff.to)
			return -errno;
		if (put_lines(page, lines + begin, i - begin) < 0)
			return -EINVAL;
		fclose(page->roff.to);
		page->roff.to = to;
	}
	*count = left;
	return 0;
}

static int unused_mores(const struct mores *mores)
{
	int error = 0;

	for (size_t i = 0; i < mores->count; i++) {
		if (mores->items[i].used)
			continue;
		fprintf(stderr, "manual: @more of \"%s\", which is no command\n",
		    mores->items[i].command);
		error = -EINVAL;
	}
	return error;
}

static int read_lines(const char *path, char ***ret_lines, size_t *ret_count)
{
	FILE *file = fopen(path, "re");
	char **lines = NULL, *line = NULL;
	size_t count = 0, room = 0, bytes = 0;
	ssize_t len;

	if (!file)
		return -errno;
	while ((len = getline(&line, &bytes, file)) > 0) {
		array_reserve(lines, room, count + 1);
		lines[count++] = xstrndup(line, (size_t)len - (line[len - 1] == '\n'));
	}
	free(line);
	fclose(file);
	*ret_lines = lines;
	*ret_count = count;
	return 0;
}

/* Prints the page.  A line break is a blank, which Chinese has not: lines are joined where both sides
 * of it are past ASCII and none is a request. */
static void print_page(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *next = text[len] ? text + len + 1 : text + len;
		bool joins = len && *text != '.' && (unsigned char)text[len - 1] >= 0x80 &&
		             (unsigned char)*next >= 0x80;

		fwrite(text, 1, len, stdout);
		if (!joins)
			putchar('\n');
		text = next;
	}
}

int main(int argc, char **argv)
{
	struct page page = {0};
	autofree char *text = NULL;
	size_t text_len;
	char **lines = NULL;
	size_t count = 0;
	int r;

	if (argc != 4 || !language_set(argv[1])) {
		fputs("usage: manual LANGUAGE VERSION TEMPLATE\n", stderr);
		return 2;
	}
	page.roff.ascii = strcmp(argv[1], "en") == 0;
	page.version = argv[2];
	r = read_lines(argv[3], &lines, &count);
	if (r < 0) {
		fprintf(stderr, "manual: %s: %s\n", argv[3], strerror(-r));
		return 1;
	}
	page.roff.to = open_memstream(&text, &text_len);
	if (!page.roff.to)
		return 1;
	puts(".\\\" Made from a template and the program's tables by docs/man/main.c.");
	if (take_mores(&page, lines, &count) < 0 || put_lines(&page, lines, count) < 0 ||
	    unused_mores(&page.mores) < 0)
		return 1;
	fclose(page.roff.to);
	print_page(text);
	return fflush(stdout) == 0 ? 0 : 1;
}
