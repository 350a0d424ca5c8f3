/* The first lesson, played by keys from its beginning to its end, in both languages, as root and
 * without privileges; and ended in the middle by a signal that can't be handled. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/userns.h"
#include "tests/screen/descendants.h"
#include "tests/screen/explorer.h"

#include <locale.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <cmocka.h>

#define IN_ROOM(name)                                                                              \
	"unshare --user --map-root-user --uts sh -c 'hostname " name "; exec sleep 300'\n"
#define HALF_DONE IN_ROOM("theirs")
#define DONE      IN_ROOM("mine")

enum { NOBODY = 65534, TREE_COLS = 98, PRESSES_MAX = 400 };

static char machine[sizeof(((struct utsname *)0)->nodename)];

static int remember_machine(void **state)
{
	struct utsname names;

	(void)state;
	if (uname(&names) < 0)
		return -1;
	memcpy(machine, names.nodename, sizeof(machine));
	return 0;
}

static void assert_machine_as_before(void)
{
	struct utsname names;

	assert_int_equal(uname(&names), 0);
	assert_string_equal(names.nodename, machine);
}

/* Takes the texts of the screen in @language, from the catalogue that the program uses. */
static void speak(const char *language)
{
	autofree char *folder = xstrdup(rig_nsscope());
	char *slash = strrchr(folder, '/');
	autofree char *catalogues = NULL;

	if (slash)
		*slash = '\0';
	catalogues = xasprintf("%s/locale", slash ? folder : ".");
	setenv("LANGUAGE", strcmp(language, "zh") ? "en" : "zh_CN", 1);
	setlocale(LC_MESSAGES, "C");          /* so that gettext forgets the language before */
	setlocale(LC_MESSAGES, "C_XX.UTF-8"); /* see use_messages in cli/language.c */
	bindtextdomain("nsscope", catalogues);
	bind_textdomain_codeset("nsscope", "UTF-8");
	textdomain("nsscope");
}

enum wait_for {
	WAITS_NOT,
	WAITS_FOR_SPACE,
	WAITS_FOR_ANSWER,
	WAITS_FOR_TASK,
	ENDED_WELL,
	ENDED_BADLY
};

static enum wait_for lesson_state(struct rig *rig)
{
	const char *text = rig_text(rig);

	if (strstr(text, _("Lesson complete: every result is what the lesson expects.")))
		return ENDED_WELL;
	if (strstr(text, _("The lesson can't go on.")) || strstr(text, "✘ ns(") ||
	    strstr(text, "✘ hostname("))
		return ENDED_BADLY;
	if (strstr(text, _("PageDown: show the answer")))
		return WAITS_FOR_ANSWER;
	if (strstr(text, _("Your turn. h: hint, n: skip this task")))
		return WAITS_FOR_TASK;
	if (strstr(text, _("Space: continue")) || strstr(text, _("Space: scroll")))
		return WAITS_FOR_SPACE;
	return WAITS_NOT;
}

static bool waits(struct rig *rig, void *data)
{
	(void)data;
	return lesson_state(rig) != WAITS_NOT;
}

static bool has_changed(struct rig *rig, void *before)
{
	return strcmp(rig_text(rig), before) != 0;
}

/* Presses what the lesson asks for.  Returns false at its end. */
static bool press_on(struct rig *rig, bool *ret_well)
{
	autofree char *before = NULL;

	rig_wait_for(rig, waits, NULL, "the lesson to want something");
	before = xstrdup(rig_text(rig));
	switch (lesson_state(rig)) {
	case WAITS_FOR_SPACE:
		rig_type(rig, " ");
		break;
	case WAITS_FOR_ANSWER:
		rig_type(rig, "3");
		break;
	case WAITS_FOR_TASK:
		rig_type(rig, "n");
		break;
	case ENDED_WELL:
		*ret_well = true;
		return false;
	default:
		*ret_well = false;
		return false;
	}
	rig_wait_for(rig, has_changed, before, "an answer to the key");
	return true;
}

/* Is @host in the tree's row of the namespace of @actor ("[A]")? */
static bool stands_in_host(struct rig *rig, const char *actor, const char *host)
{
	char above[TREE_COLS + 1] = "";
	int rows, cols;

	rig_size(rig, &rows, &cols);
	for (int row = 0; row < rows; row++) {
		char tree[TREE_COLS + 1];

		for (int col = 0; col < TREE_COLS; col++) {
			uint32_t c = rig_cell(rig, row, col).chars[0];

			tree[col] = c >= 0x20 && c < 0x7f ? (char)c : ' ';
		}
		tree[TREE_COLS] = '\0';
		if (strstr(tree, "uts:"))
			memcpy(above, tree, sizeof(above));
		else if (strstr(tree, actor))
			return strstr(above, host) != NULL;
	}
	return false;
}

static struct rig *open_lesson(const char *language, uid_t uid)
{
	struct rig *rig;

	speak(language);
	rig = rig_start(&(struct rig_options){
	    .rows = 60, .cols = 200, .args = {"--lang", language, "lesson", "uts"}, .uid = uid});
	rig_wait_row(rig, 0, "nsscope");
	return rig;
}

static void play(const char *language, uid_t uid)
{
	struct rig *rig = open_lesson(language, uid);
	bool well = false, ns1 = false, ns2 = false, renamed = false;
	struct descendants cast = {0};
	int presses = 0, status;

	while (press_on(rig, &well)) {
		ns1 = ns1 || stands_in_host(rig, "[A]", " ns1 ");
		ns2 = ns2 ||
		      (stands_in_host(rig, "[B]", " ns2 ") && stands_in_host(rig, "[P]", " ns1 "));
		if (!renamed && stands_in_host(rig, "[P]", " ns1-renamed ") &&
		    stands_in_host(rig, "[B]", " ns2 ")) {
			renamed = true;
			descendants_find(rig_pid(rig), &cast);
		}
		if (++presses > PRESSES_MAX)
			rig_fail(rig, "no end after %d keys", presses);
	}
	if (!well && uid && strstr(rig_text(rig), _("The lesson can't go on."))) {
		print_message("skip: user namespaces are forbidden to uid %d here\n", (int)uid);
		skip();
	}
	if (!well)
		rig_fail(rig, "the lesson did not come out as told");
	if (!ns1 || !ns2 || !renamed)
		rig_fail(rig, "the tree showed: ns1 %d, ns2 %d, ns1-renamed %d", ns1, ns2, renamed);
	assert_int_equal(descendants_apart(&cast), 3);
	assert_machine_as_before();
	rig_type(rig, "q");
	rig_wait_gone(rig, "[A]");
	rig_wait_gone(rig, _("Lesson complete: every result is what the lesson expects."));
	rig_type(rig, "q");
	status = rig_wait_exit(rig);
	if (status != 0)
		rig_fail(rig, "wait status 0x%x", (unsigned)status);
	rig_assert_restored(rig);
	rig_free(rig);
	descendants_wait(&cast);
	assert_false(descendants_left(&cast));
	descendants_done(&cast);
}

static void english_as_root(void **state)
{
	need_stage();
	(void)state;
	play("en", 0);
}

static void chinese_as_root(void **state)
{
	need_stage();
	(void)state;
	play("zh", 0);
}

/* Where the test itself is not privileged, the lesson is not either; it makes a user namespace first. */
static uid_t somebody(void)
{
	need_userns();
	return room_has_users() ? NOBODY : 0;
}

static void english_without_privileges(void **state)
{
	(void)state;
	play("en", somebody());
}

static void chinese_without_privileges(void **state)
{
	(void)state;
	play("zh", somebody());
}

static bool stand_together(struct rig *rig, void *data)
{
	int me, actor, col;

	(void)data;
	return rig_find(rig, "[me]", &me, &col) && rig_find(rig, "[A]", &actor, &col) &&
	       actor == me + 1;
}

static bool stand_apart(struct rig *rig, void *data)
{
	return !stand_together(rig, data);
}

/* The initial namespace is full of others, on a small screen too: this test is among them. */
static void the_crowd_is_folded_away(void **state)
{
	need_stage();
	struct rig *rig;

	(void)state;
	speak("en");
	rig = rig_start(&(struct rig_options){.rows = 24, .cols = 80, .args = {"lesson", "uts"}});
	rig_wait(rig, "[me]");
	rig_type(rig, "nn");
	rig_wait_for(rig, stand_together, NULL, "[A] directly below [me]");
	/* Opened by hand they are all there, and folded again the two remain. */
	rig_type(rig, "\t");
	explorer_wait_selected(rig, "[A]");
	rig_type(rig, "h");
	explorer_wait_selected(rig, "uts:");
	rig_type(rig, "+");
	rig_wait_for(rig, stand_apart, NULL, "others between [me] and [A]");
	rig_type(rig, "-");
	rig_wait_for(rig, stand_together, NULL, "[A] directly below [me] again");
	rig_type(rig, "q");
	rig_wait_gone(rig, "[me]");
	explorer_quit(rig);
}

/* A learner, who types @line in another terminal and stays at it. */
struct learner {
	pid_t pid;
	int terminal;
};

static struct learner learner_begin(const char *line)
{
	struct learner learner;

	learner.pid = forkpty(&learner.terminal, NULL, NULL, NULL);
	if (learner.pid == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	assert_true(learner.pid > 0);
	return learner;
}

/* Kills the learner, whose line executes what it starts. */
static void learner_end(const struct learner *learner)
{
	assert_int_equal(kill(-learner->pid, SIGKILL), 0);
	assert_int_equal(waitpid(learner->pid, NULL, 0), learner->pid);
	close(learner->terminal);
}

/* From the hints to the solution, which is then done in the learner's place. */
static void a_task_is_hinted_at_and_seen(void **state)
{
	struct rig *rig;
	struct learner learner;
	bool well;

	(void)state;
	need_userns();
	rig = open_lesson("en", 0);
	while (rig_wait_for(rig, waits, NULL, "the lesson to want something"),
	    lesson_state(rig) != WAITS_FOR_TASK) {
		if (!press_on(rig, &well))
			rig_fail(rig, "ended before its task");
	}
	rig_wait(rig, "Nothing matches yet.");
	rig_type(rig, "h");
	rig_wait(rig, "Hint 1 of 3: ");
	rig_type(rig, "hh");
	rig_wait(rig, "Hint 3 of 3: ");
	assert_null(strstr(rig_text(rig), "exec sleep 300"));
	rig_type(rig, "h");
	rig_wait(rig, "exec sleep 300");
	/* Space and Enter leave nothing undone. */
	rig_type(rig, " \r");
	/* A learner does half of it, and then all of it. */
	learner = learner_begin(HALF_DONE);
	rig_wait(rig, "Closest match: sleep (");
	rig_wait(rig, "· hostname(you) == \"mine\"");
	rig_wait(rig, "it is \"theirs\", not \"mine\" yet");
	learner_end(&learner);
	learner = learner_begin(DONE);
	rig_wait(
	    rig, "✔ Done, by "); /* sleep, sh before it executes that, or hostname while it runs */
	rig_wait_gone(rig, "Your turn. h:");
	learner_end(&learner);
	assert_machine_as_before();
	rig_type(rig, "q");
	rig_wait_gone(rig, "Done, by");
	explorer_quit(rig);
}

static void goes_back_and_begins_again(void **state)
{
	need_stage();
	const char *introduction = "UTS: copy, then diverge";
	struct rig *rig = open_lesson("en", 0);
	bool well;

	(void)state;
	while (!stands_in_host(rig, "[A]", " ns1 ")) {
		if (!press_on(rig, &well))
			rig_fail(rig, "ended before A called itself ns1");
	}
	/* Back: the stage is made anew, and A gets its name again by the same calls. */
	rig_wait_for(rig, waits, NULL, "the lesson to want something");
	rig_type(rig, "bb");
	rig_wait(rig, "step 2 of");
	while (!stands_in_host(rig, "[A]", " ns1 ")) {
		if (!press_on(rig, &well))
			rig_fail(rig, "ended before A called itself ns1 again");
	}
	rig_wait_for(rig, waits, NULL, "the lesson to want something");
	rig_type(rig, "R");
	rig_wait_gone(rig, "step ");
	rig_wait(rig, introduction);
	assert_machine_as_before();
	rig_type(rig, "q");
	rig_wait_gone(rig, introduction);
	rig_type(rig, "q");
	assert_int_equal(rig_wait_exit(rig), 0);
	rig_assert_restored(rig);
	rig_free(rig);
}

static void kill_in_the_middle(uid_t uid)
{
	struct rig *rig = open_lesson("en", uid);
	struct descendants cast;
	bool well;
	int status;

	while (!stands_in_host(rig, "[B]", " ns2 ")) {
		if (press_on(rig, &well))
			continue;
		if (uid && strstr(rig_text(rig), _("The lesson can't go on."))) {
			print_message(
			    "skip: user namespaces are forbidden to uid %d here\n", (int)uid);
			skip();
		}
		rig_fail(rig, "ended before B called itself ns2");
	}
	descendants_find(rig_pid(rig), &cast);
	assert_int_equal(descendants_apart(&cast), 3);
	rig_signal(rig, SIGKILL);
	status = rig_wait_exit(rig);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	descendants_wait(&cast);
	assert_false(descendants_left(&cast));
	assert_machine_as_before();
	descendants_done(&cast);
	rig_free(rig);
}

static void sigkill_leaves_nothing(void **state)
{
	need_stage();
	(void)state;
	kill_in_the_middle(0);
}

static void sigkill_leaves_nothing_without_privileges(void **state)
{
	(void)state;
	kill_in_the_middle(somebody());
}

/* By owner each actor has one row in its user namespace, whatever else is in it; the one that has
 * left has a row in its new namespace, too. */
static void the_actors_by_owner(void **state)
{
	need_stage();
	struct rig *rig;
	bool well = false, moved = false;
	int members, me, col;

	(void)state;
	speak("en");
	rig = rig_start(&(struct rig_options){.rows = 60, .cols = 200, .args = {"lesson", "uts"}});
	rig_wait(rig, "[me]");
	rig_type(rig, "\t3");
	rig_wait_row(rig, 0, "by owner");
	rig_wait(rig, "owner uid");
	rig_wait(rig, "[me]");
	rig_wait_find(rig, " in it", &members, &col);
	rig_wait_find(rig, "[me]", &me, &col);
	assert_true(members < me);
	rig_send(rig, "\033[Z");
	while (!moved && press_on(rig, &well))
		moved = stands_in_host(rig, "[A]", " ns1 ");
	assert_true(moved);
	rig_type(rig, "q");
	rig_wait_gone(rig, "[me]");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(english_as_root, rig_free_all),
	    cmocka_unit_test_teardown(chinese_as_root, rig_free_all),
	    cmocka_unit_test_teardown(english_without_privileges, rig_free_all),
	    cmocka_unit_test_teardown(chinese_without_privileges, rig_free_all),
	    cmocka_unit_test_teardown(the_crowd_is_folded_away, rig_free_all),
	    cmocka_unit_test_teardown(the_actors_by_owner, rig_free_all),
	    cmocka_unit_test_teardown(a_task_is_hinted_at_and_seen, rig_free_all),
	    cmocka_unit_test_teardown(goes_back_and_begins_again, rig_free_all),
	    cmocka_unit_test_teardown(sigkill_leaves_nothing, rig_free_all),
	    cmocka_unit_test_teardown(sigkill_leaves_nothing_without_privileges, rig_free_all),
	};

	/* Root's machine may be full of other processes: by owner they would fill the screen, and some would match
	 * a task more closely than the learner. */
	if (geteuid() == 0)
		test_machine_enter();
	return cmocka_run_group_tests(tests, remember_machine, NULL);
}
