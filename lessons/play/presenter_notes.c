#include "lessons/play/presenter_notes.h"

#include "lessons/play/xdg_file.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define FIRST_LINE "nsscope notes 1"

enum { FILE_BYTES_MAX = 256 * 1024 };

static char *presenter_notes_path(void)
{
	return home_path(HOME_RUNTIME, "notes", true);
}

/* --- Writing ------------------------------------------------------------------------------------ */

static void put_notes(FILE *to, const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++) {
		if (step->blocks[i].kind == BLOCK_NOTES)
			fprintf(to, "\n%s", step->blocks[i].notes);
	}
}

/* @text: prose, of which indented code and answers may have several lines. */
static void put_prose(FILE *to, const char *text)
{
	for (; *text; text++)
		putc(*text == '\n' ? ' ' : *text, to);
}

static void put_question(FILE *to, const struct lesson_block *block)
{
	fputs("question", to);
	for (size_t i = 0; i < block->prose_count; i++) {
		putc(' ', to);
		put_prose(to, block->prose[i].text);
	}
	putc('\n', to);
	for (size_t i = 0; i < block->choice_count; i++) {
		if (!block->choices[i].right)
			continue;
		fprintf(to, "answer %zu ", i + 1);
		put_prose(to, block->choices[i].text);
		putc('\n', to);
	}
}

static void put_questions(FILE *to, const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++) {
		if (step->blocks[i].kind == BLOCK_PREDICT)
			put_question(to, &step->blocks[i]);
	}
}

/* When the lesson that is reported began; 0: none is. */
static time_t lesson_began;

static void put_text(FILE *to, const struct lesson *lesson, size_t at, bool over)
{
	fprintf(to, "%s\nlesson %s\n", FIRST_LINE, lesson->name);
	fprintf(to, "step %zu %zu\n", at, lesson->step_count - 1);
	fprintf(to, "began %lld %d\n", (long long)lesson_began, lesson->minutes);
	fprintf(to, "title %s\n", lesson->title);
	fprintf(to, "here %s\n", lesson->steps[at].title);
	if (at + 1 < lesson->step_count)
		fprintf(to, "next %s\n", lesson->steps[at + 1].title);
	if (over)
		fputs("over\n", to);
	put_questions(to, &lesson->steps[at]);
	put_notes(to, &lesson->steps[at]);
}

int presenter_notes_note(const struct lesson *lesson, size_t step, bool over)
{
	autofree char *path = presenter_notes_path();
	char *text = NULL;
	size_t len = 0;
	FILE *to;
	int r;

	if (!path)
		return -ENOENT;
	to = open_memstream(&text, &len);
	if (!to)
		return -errno;
	if (!lesson_began)
		lesson_began = time(NULL);
	put_text(to, lesson, step < lesson->step_count ? step : lesson->step_count - 1, over);
	fclose(to);
	if (over)
		lesson_began = 0;
	r = home_write(path, text, len);
	free(text);
	return r;
}

/* --- Reading ------------------------------------------------------------------------------------ */

/* What follows @word and a blank at the beginning of @line; NULL: it begins otherwise. */
static const char *behind(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 && line[len] == ' ' ? line + len + 1 : NULL;
}

static void take_text(char **field, const char *line, const char *word)
{
	const char *text = behind(line, word);

	if (text && !*field)
		*field = xstrdup(text);
}

static void take_question(struct presenter_notes *presenter_notes, const char *text)
{
	size_t count = presenter_notes->question_count++;

	presenter_notes->questions = xrealloc(presenter_notes->questions,
	    presenter_notes->question_count * sizeof(*presenter_notes->questions));
	presenter_notes->questions[count] = (struct presenter_question){.text = xstrdup(text)};
}

/* An answer without a question is passed over. */
static void take_answer(struct presenter_notes *presenter_notes, const char *text)
{
	struct presenter_question *question;
	char *rest;

	if (!presenter_notes->question_count)
		return;
	question = &presenter_notes->questions[presenter_notes->question_count - 1];
	if (question->answer)
		return;
	question->number = (size_t)strtoul(text, &rest, 10);
	question->answer = xstrdup(rest + (*rest == ' '));
}

static void take_line(struct presenter_notes *presenter_notes, const char *line)
{
	const char *step = behind(line, "step"), *began = behind(line, "began");
	const char *question = behind(line, "question"), *answer = behind(line, "answer");
	char *rest;

	take_text(&presenter_notes->lesson, line, "lesson");
	take_text(&presenter_notes->title, line, "title");
	take_text(&presenter_notes->here, line, "here");
	take_text(&presenter_notes->next, line, "next");
	if (step) {
		presenter_notes->step = (size_t)strtoul(step, &rest, 10);
		presenter_notes->last = (size_t)strtoul(rest, NULL, 10);
	}
	if (began) {
		presenter_notes->began = (time_t)strtoll(began, &rest, 10);
		presenter_notes->minutes = (int)strtol(rest, NULL, 10);
	}
	if (question)
		take_question(presenter_notes, question);
	if (answer)
		take_answer(presenter_notes, answer);
	presenter_notes->over |= strcmp(line, "over") == 0;
}

int presenter_notes_parse(const char *text, size_t len, struct presenter_notes *ret_playing)
{
	struct presenter_notes presenter_notes = {0};
	autofree char *copy = xstrndup(text, len);
	char *at = copy;

	for (size_t number = 0; *at && *at != '\n'; number++) {
		char *end = at + strcspn(at, "\n");
		bool more = *end;

		*end = '\0';
		if (number == 0 && strcmp(at, FIRST_LINE) != 0)
			return -EBADMSG;
		take_line(&presenter_notes, at);
		at = end + more;
	}
	presenter_notes.notes = xstrdup(*at ? at + 1 : "");
	if (!presenter_notes.lesson || !presenter_notes.title || !presenter_notes.here) {
		presenter_notes_done(&presenter_notes);
		return -EBADMSG;
	}
	*ret_playing = presenter_notes;
	return 0;
}

int presenter_notes_read(struct presenter_notes *ret_playing)
{
	autofree char *path = presenter_notes_path();
	autofree char *text = NULL;
	size_t len = 0;
	int r = path ? home_read(path, FILE_BYTES_MAX, &text, &len) : -ENOENT;

	if (r < 0)
		return r;
	return text ? presenter_notes_parse(text, len, ret_playing) : -ENOENT;
}

void presenter_notes_done(struct presenter_notes *presenter_notes)
{
	free(presenter_notes->lesson);
	free(presenter_notes->title);
	free(presenter_notes->here);
	free(presenter_notes->next);
	free(presenter_notes->notes);
	for (size_t i = 0; i < presenter_notes->question_count; i++) {
		free(presenter_notes->questions[i].text);
		free(presenter_notes->questions[i].answer);
	}
	free(presenter_notes->questions);
	*presenter_notes = (struct presenter_notes){0};
}

/* The file is replaced each time, so it is its folder that is watched; inotify(7). */
int presenter_notes_watch(void)
{
	autofree char *path = presenter_notes_path();
	char *slash;
	int fd, r;

	if (!path)
		return -ENOENT;
	r = home_make_folders(path);
	if (r < 0)
		return r;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		return -errno;
	slash = strrchr(path, '/');
	*slash = '\0';
	if (inotify_add_watch(fd, path, IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}
