#include "tests/unit/outline_text.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void print_ns(FILE *out, const struct ns *ns)
{
	if (ns->id.ino == ns_types[ns->id.type].initial_ino)
		fprintf(out, "%s:initial", ns_types[ns->id.type].name);
	else
		fprintf(out, "%s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
}

static void print_row(FILE *out, const struct row *row)
{
	switch (row->key.kind) {
	case ROW_TYPE:
		fputs(ns_types[row->key.type].name, out);
		break;
	case ROW_NS:
		print_ns(out, row->ns);
		break;
	case ROW_PROCESS:
		fprintf(out, "%d %s", (int)row->process->id.pid, row->process->comm);
		break;
	case ROW_THREAD:
		fprintf(out, "thread %d %s", (int)row->thread->tid, row->thread->comm);
		break;
	case ROW_MEMBERS:
		fputs("members", out);
		break;
	case ROW_NS_GROUP:
		fprintf(out, "room of %d %s: %u", (int)row->ns_group->first->id.pid,
		    row->ns_group->first->comm, row->ns_group->processes);
		if (row->ns_group->threads)
			fprintf(out, "+%u", row->ns_group->threads);
		break;
	case ROW_UNKNOWN:
		fprintf(out, "unknown %s", read_status_name(row->key.why));
		break;
	case ROW_NOTE:
		fprintf(out, "note %s",
		    row->key.why == READ_OK ? "kernel" : read_status_name(row->key.why));
		break;
	}
}

char *outline_text(const struct outline *outline)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];

		fprintf(out, "%*s", 2 * row->depth, "");
		print_row(out, row);
		if (row->folded)
			fprintf(out, " (+%u)", row->hidden);
		fputs(row->joined ? " joined" : "", out);
		fputs(row->matched ? " *" : "", out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

void assert_outline(
    const struct graph *graph, const struct outline_options *options, const char *expected)
{
	struct outline outline = {0};

	outline_build(&outline, graph, options);
	assert_outline_sound(&outline, options->actors.count > 0);
	autofree char *text = outline_text(&outline);
	outline_done(&outline);
	assert_string_equal(text, expected);
}

uint32_t outline_row(const struct outline *outline, const char *what)
{
	for (uint32_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];
		autofree char *name = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&name, &len);

		assert_non_null(out);
		if (row->process)
			fprintf(out, "%d", (int)row->process->id.pid);
		else
			print_row(out, row);
		fclose(out);
		if (strcmp(name, what) == 0)
			return i;
	}
	fail_msg("no row \"%s\"", what);
	return ROW_NONE;
}

void assert_outline_sound(const struct outline *outline, bool with_cast)
{
	autofree uint32_t *last_child = xcalloc(outline->count + 1, sizeof(*last_child));
	uint32_t last_root = ROW_NONE;

	for (uint32_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];

		last_child[i] = ROW_NONE;
		if (row->parent == ROW_NONE) {
			assert_int_equal(row->depth, 0);
			last_root = i;
			continue;
		}
		/* Parents stand before their children, and none of another's rows between. */
		assert_true(row->parent < i);
		const struct row *parent = &outline->rows[row->parent];
		assert_int_equal(row->depth, parent->depth + 1);
		assert_true(parent->has_children);
		assert_true(outline->rows[i - 1].depth + 1 >= row->depth);
		last_child[row->parent] = i;
	}
	for (uint32_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];
		bool open = row->has_children && !row->folded;

		assert_true(!open || last_child[i] != ROW_NONE);
		assert_true(open || last_child[i] == ROW_NONE || (with_cast && row->folded));
		assert_true(!row->folded || row->has_children);
		assert_true((row->hidden > 0) == row->folded);
		assert_true(row->last ==
		            (i == (row->parent == ROW_NONE ? last_root : last_child[row->parent])));
	}
}
