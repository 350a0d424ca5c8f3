/* Fuzzes the lesson parser: any bytes are a lesson or a mistake with a place, and what is a lesson
 * keeps to its limits. */
#include "lessons/script/check.h"
#include "lessons/script/lesson.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

static void check_prose(const struct lesson_prose *prose, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *plain = prose_plain(prose[i].text);

		CHECK(strlen(plain) <= strlen(prose[i].text));
		CHECK(prose[i].kind == PROSE_CODE || !strchr(prose[i].text, '\n'));
		CHECK(prose[i].depth <= LESSON_DEPTH_MAX);
		free(plain);
	}
}

static void check_sum(const struct lesson_sum *sum)
{
	CHECK(sum->term_count > 0 && sum->term_count <= LESSON_SUM_MAX);
	for (size_t i = 0; i < sum->term_count; i++) {
		const struct lesson_term *term = &sum->terms[i];

		CHECK((term->kind == TERM_CALL) == (term->term != NULL));
		CHECK((term->kind == TERM_CALL) == (term->argument_count > 0));
		CHECK((term->kind == TERM_VARIABLE) == (term->variable != NULL));
		CHECK(!sum->varies || sum->term_count > 1 || term->kind != TERM_LITERAL);
	}
}

/* One process in initial namespaces, of which the half can't be read. */
static struct graph *small_graph(void)
{
	struct graph_builder *builder = graph_builder_new(NULL);
	struct process *process = graph_add_process(builder, &(struct process_id){1, 1});

	graph_set_machine(builder, "host", "6.18.0", "fuzz");
	process->comm = graph_text_copy(builder, "a", 1);
	process->pids = graph_pids_copy(builder, (const pid_t[]){1, 7}, 2);
	process->pid_levels = 2;
	process->state = 'S';
	for (int link = 0; link < NS_TYPE_COUNT; link += 2) {
		process->read_status[link] = READ_OK;
		process->ns[link] = graph_add_ns(
		    builder, ns_link_type((enum ns_link)link), 4, ns_types[link].initial_ino, NULL);
	}
	return graph_freeze(builder);
}

/* Whatever was let through can be evaluated, and comes out as known or as a reason. */
static void check_check(const struct lesson_check *check)
{
	static struct graph *graph;
	static const char *const names[] = {"A", "B"};
	struct check_record record = {0};
	struct actor_state people[2];
	struct check_contexts contexts = {.me = 1};

	if (!graph)
		graph = small_graph();
	for (size_t i = 0; i < 2; i++)
		people[i] = (struct actor_state){.name = names[i], .id = {1, 1}};
	contexts.now = contexts.start = (struct check_context){graph, people, 2, NULL};
	CHECK(check->source && check->line > 0 && check->relation < RELATION_COUNT);
	check_sum(&check->left);
	check_sum(&check->right);
	CHECK(check->left.varies || check->right.varies);
	check_evaluate(check, &contexts, &record);
	CHECK(record.outcome != OUTCOME_OPEN && record.check == check);
	CHECK(memchr(record.left, 0, sizeof(record.left)));
	CHECK(memchr(record.right, 0, sizeof(record.right)));
}

static void check_block(const struct lesson_block *block)
{
	check_prose(block->prose, block->prose_count);
	CHECK(block->call_count <= LESSON_LINES_MAX);
	CHECK(block->check_count <= LESSON_LINES_MAX);
	CHECK((block->kind == BLOCK_DO) == (block->call_count > 0));
	CHECK(
	    (block->kind == BLOCK_CHECK || block->kind == BLOCK_TURN) == (block->check_count > 0));
	CHECK((block->kind == BLOCK_TURN) == (block->solution != NULL));
	CHECK((block->kind == BLOCK_NOTES) == (block->notes != NULL));
	CHECK((block->kind == BLOCK_VIEW) == (block->look.said != 0));
	CHECK(block->kind == BLOCK_VIEW || (!block->look.group && !block->look.point));
	CHECK((block->kind == BLOCK_TURN) == (block->hint_count >= LESSON_HINTS_LEAST));
	CHECK(block->hint_count <= LESSON_HINTS_MAX);
	for (size_t i = 0; i < block->hint_count; i++)
		CHECK(block->hints[i][0] && !strchr(block->hints[i], '\n'));
	CHECK((block->kind == BLOCK_SHELL) == (block->shell != NULL));
	CHECK((block->kind == BLOCK_PREDICT) == (block->choice_count > 1));
	for (size_t i = 0; i < block->call_count; i++) {
		CHECK(block->calls[i].argument_count <= LESSON_ARGUMENTS_MAX);
		CHECK(block->calls[i].source && block->calls[i].actor && block->calls[i].line > 0);
	}
	for (size_t i = 0; i < block->check_count; i++)
		check_check(&block->checks[i]);
}

static void check_steps(const struct lesson *lesson)
{
	CHECK(lesson->step_count <= LESSON_STEPS_MAX);
	CHECK(lesson->actor_count <= LESSON_ACTORS_MAX);
	for (size_t i = 0; i < lesson->step_count; i++) {
		CHECK(lesson->steps[i].block_count <= LESSON_BLOCKS_MAX);
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			check_block(&lesson->steps[i].blocks[j]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse((const char *)data, len, "en", &lesson, &error) < 0) {
		CHECK(!lesson);
		CHECK(error.message[0] && memchr(error.message, 0, sizeof(error.message)));
		CHECK(error.line >= 0 && error.column >= 0);
		CHECK(error.column <= LESSON_LINE_BYTES_MAX + 1);
		return 0;
	}
	CHECK(lesson->title && lesson->name && lesson->step_count > 1);
	check_steps(lesson);
	/* What is left for a kernel is a lesson, too. */
	lesson_fit(lesson);
	check_steps(lesson);
	CHECK(lesson->step_count > 0);
	lesson_free(lesson);
	return 0;
}
