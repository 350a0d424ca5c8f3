/* Which step somebody is at, told to another terminal through a file. */
#include "lessons/play/presenter_notes.h"
#include "model/base/util.h"
#include "tests/unit/folder.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT                                                                                       \
	"# My `own`\n\n```lesson\nname: own\nactors: A\nminutes: 7\n```\n\nHello.\n\n## One\n\n"   \
	"```notes\nFirst.\n\nover\n```\n\n```do\nA: getpid()\n```\n\n```notes\nThen.\n```\n\n"     \
	"Which *one*?\n\n- [ ] This\n- [x] `That`\n\n## Two\n\nB.\n"

static struct lesson *lesson;

/* In place of the C library's: the tests say what time it is. */
static time_t fake_now;

time_t time(time_t *ret_now)
{
	if (ret_now)
		*ret_now = fake_now;
	return fake_now;
}

static int begin(void **state)
{
	struct lesson_error error;

	(void)state;
	unsetenv("XDG_RUNTIME_DIR");
	setenv("XDG_STATE_HOME", folder_make(), 1);
	return lesson_parse(TEXT, strlen(TEXT), "en", &lesson, &error);
}

static int end(void **state)
{
	(void)state;
	lesson_free(lesson);
	lesson = NULL;
	folder_remove();
	return 0;
}

static void is_told_and_read(void **state)
{
	struct presenter_notes presenter_notes;

	(void)state;
	assert_int_equal(presenter_notes_read(&presenter_notes), -ENOENT);
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(presenter_notes_read(&presenter_notes), 0);
	assert_string_equal(presenter_notes.lesson, "own");
	assert_string_equal(presenter_notes.title, "My `own`");
	assert_string_equal(presenter_notes.here, "One");
	assert_string_equal(presenter_notes.next, "Two");
	/* All notes of the step; what stands in them is no word of the file's. */
	assert_string_equal(presenter_notes.notes, "First.\n\nover\n\nThen.\n");
	assert_int_equal(presenter_notes.question_count, 1);
	assert_string_equal(presenter_notes.questions[0].text, "Which *one*?");
	assert_string_equal(presenter_notes.questions[0].answer, "`That`");
	assert_int_equal(presenter_notes.questions[0].number, 2);
	assert_int_equal(presenter_notes.minutes, 7);
	assert_int_equal(presenter_notes.step, 1);
	assert_int_equal(presenter_notes.last, 2);
	assert_false(presenter_notes.over);
	presenter_notes_done(&presenter_notes);
	/* The last one, and behind it. */
	assert_int_equal(presenter_notes_note(lesson, 3, true), 0);
	assert_int_equal(presenter_notes_read(&presenter_notes), 0);
	assert_string_equal(presenter_notes.here, "Two");
	assert_null(presenter_notes.next);
	assert_string_equal(presenter_notes.notes, "");
	assert_int_equal(presenter_notes.question_count, 0);
	assert_true(presenter_notes.over);
	presenter_notes_done(&presenter_notes);
}

static time_t began_of_report(void)
{
	struct presenter_notes presenter_notes;
	time_t began;

	assert_int_equal(presenter_notes_read(&presenter_notes), 0);
	began = presenter_notes.began;
	presenter_notes_done(&presenter_notes);
	return began;
}

static void the_clock_starts_with_the_lesson(void **state)
{
	(void)state;
	presenter_notes_note(lesson, 0, true);
	fake_now = 1000;
	assert_int_equal(presenter_notes_note(lesson, 0, false), 0);
	assert_int_equal(began_of_report(), 1000);
	/* Another step, later: the lesson began when it did. */
	fake_now = 1060;
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(began_of_report(), 1000);
	/* A lesson that is begun anew has a clock of its own. */
	assert_int_equal(presenter_notes_note(lesson, 1, true), 0);
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(began_of_report(), 1060);
}

static mode_t mode_of(const char *folder, const char *name)
{
	autofree char *path = xasprintf("%s/%s", folder, name);
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

static void is_for_nobody_else(void **state)
{
	autofree char *state_home = xstrdup(getenv("XDG_STATE_HOME"));
	autofree char *runtime = xasprintf("%s/run", state_home);

	(void)state;
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(mode_of(state_home, "nsscope"), 0700);
	assert_int_equal(mode_of(state_home, "nsscope/notes"), 0600);
	/* A runtime folder that others may write to is none. */
	assert_int_equal(mkdir(runtime, 0755), 0);
	assert_int_equal(chmod(runtime, 0777), 0);
	setenv("XDG_RUNTIME_DIR", runtime, 1);
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_null(folder_read("run/nsscope/notes"));
	assert_int_equal(chmod(runtime, 0700), 0);
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(mode_of(runtime, "nsscope/notes"), 0600);
	unsetenv("XDG_RUNTIME_DIR");
}

static void a_change_is_noticed(void **state)
{
	int fd = presenter_notes_watch();
	struct pollfd news = {.fd = fd, .events = POLLIN};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(poll(&news, 1, 0), 0);
	assert_int_equal(presenter_notes_note(lesson, 1, false), 0);
	assert_int_equal(poll(&news, 1, -1), 1);
	close(fd);
}

static void other_files_are_none(void **state)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    "nsscope notes 2\nlesson a\ntitle b\nhere c\n",
	    "nsscope notes 1\n",
	    "nsscope notes 1\nlesson a\n\ntitle b\nhere c\n",
	    "nsscope notes 1\nlesson a\ntitle b\n",
	};
	struct presenter_notes presenter_notes;

	(void)state;
	for (size_t i = 0; i < array_len(texts); i++)
		assert_int_equal(
		    presenter_notes_parse(texts[i], strlen(texts[i]), &presenter_notes), -EBADMSG);
	/* What isn't understood is passed over, what is said twice counts once. */
	static const char odd[] =
	    "nsscope notes 1\nhere c\nwhat\ntitle b\ntitle d\nstep x\nanswer 1 a\n"
	    "question b\nanswer 2 c\nanswer 3 d\nquestion e\nbegan x\nlesson a";

	assert_int_equal(presenter_notes_parse(odd, strlen(odd), &presenter_notes), 0);
	assert_string_equal(presenter_notes.title, "b");
	assert_int_equal(presenter_notes.step, 0);
	assert_int_equal(presenter_notes.question_count, 2);
	assert_int_equal(presenter_notes.questions[0].number, 2);
	assert_string_equal(presenter_notes.questions[0].answer, "c");
	assert_null(presenter_notes.questions[1].answer);
	assert_int_equal(presenter_notes.began, 0);
	assert_string_equal(presenter_notes.notes, "");
	presenter_notes_done(&presenter_notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(is_told_and_read, begin, end),
	    cmocka_unit_test_setup_teardown(the_clock_starts_with_the_lesson, begin, end),
	    cmocka_unit_test_setup_teardown(is_for_nobody_else, begin, end),
	    cmocka_unit_test_setup_teardown(a_change_is_noticed, begin, end),
	    cmocka_unit_test_setup_teardown(other_files_are_none, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
