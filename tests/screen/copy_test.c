/* What is copied to the terminal's clipboard; the manual pages. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"
#include "tests/unit/folder.h"
#include "tui/core/osc52.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct subject subject;
static char name[16];

static int make_subject(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "rig%d", (int)getpid());
	return subject_start(
	    &(struct subject_options){.comm = name, .args = {"it's", "\033]52;c;AAAA\a", "a=b"}},
	    &subject);
}

static int end_subject(void **state)
{
	(void)state;
	subject_end(&subject);
	return 0;
}

static void select_subject(struct rig *rig)
{
	rig_type(rig, "/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, name);
}

static void the_id_is_copied(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.cols = 120});
	autofree char *pid = xasprintf("%d", (int)subject.pid);
	autofree char *sequence = osc52_sequence(pid, strlen(pid));
	autofree char *expected = xasprintf("copied, where the terminal allows it: %s", pid);

	(void)state;
	select_subject(rig);
	rig_type(rig, "y");
	rig_wait_row(rig, -1, expected);
	rig_wait_raw(rig, sequence, 0);
	/* A namespace is named as the commands take it. */
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "g+j");
	explorer_wait_selected(rig, " cgroup:");
	rig_type(rig, "y");
	rig_wait_row(rig, -1, "it: cgroup:");
	explorer_quit(rig);
}

/* What the last sequence of OSC 52 in the stream copies; to be freed. */
static char *copied(struct rig *rig)
{
	static const char begin[] = "\033]52;c;";
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t raw_len, len = 0;
	const char *raw = rig_raw(rig, &raw_len), *at = NULL;
	char *text = xcalloc(raw_len + 1, 1);
	unsigned group = 0;
	int bits = 0;

	for (const char *next = memmem(raw, raw_len, begin, strlen(begin)); next;
	     next = memmem(next + 1, raw_len - (size_t)(next + 1 - raw), begin, strlen(begin)))
		at = next + strlen(begin);
	assert_non_null(at);
	for (; *at && strchr(digits, *at); at++) {
		group = group << 6 | (unsigned)(strchr(digits, *at) - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			text[len++] = (char)(group >> bits);
		}
	}
	return text;
}

/* Its command line holds a sequence that would copy something else. */
static void a_hostile_command_line_is_copied_as_it_is_shown(void **state)
{
	static const char tail[] = " 'it'\\''s' '\\e]52;c;AAAA\\x07' a=b";
	struct rig *rig = explorer_open(&(struct rig_options){.cols = 200});

	(void)state;
	select_subject(rig);
	rig_type(rig, "Y");
	rig_wait_row(rig, -1, "copied, where the terminal allows it:");
	autofree char *text = copied(rig);

	assert_true(strlen(text) > strlen(tail));
	assert_string_equal(text + strlen(text) - strlen(tail), tail);
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	explorer_quit(rig);
}

static void a_console_has_no_clipboard_and_says_so(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.term = "linux"});
	size_t len;

	(void)state;
	rig_type(rig, "y");
	rig_wait_row(rig, -1, "this terminal has no clipboard: ");
	assert_null(strstr(rig_raw(rig, &len), "]52;"));
	explorer_quit(rig);
}

/* A man of the test's own: the variable that makes it be found. */
static const char *make_man(const char *script)
{
	static char variable[200];
	const char *folder = folder_make();
	autofree char *path = xasprintf("%s/man", folder);

	folder_write("man", script);
	assert_int_equal(chmod(path, 0755), 0);
	snprintf(variable, sizeof(variable), "PATH=%s:/usr/bin:/bin", folder);
	return variable;
}

/* It says what it was asked for, and waits for a line. */
static void the_manual_page_of_the_type_is_shown(void **state)
{
	const char *variable = make_man("#!/bin/sh\necho \"page $1 $2\"\nread -r line\n");
	struct rig *rig = explorer_open(&(struct rig_options){.env = {variable}});

	(void)state;
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "gM");
	rig_wait(rig, "page 7 cgroup_namespaces");
	rig_type(rig, "\r");
	rig_wait_row(rig, -1, "Help");
	rig_wait_row(rig, 0, "by type");
	explorer_quit(rig);
}

static void a_missing_page_is_told(void **state)
{
	const char *variable = make_man("#!/bin/sh\nexit 16\n");
	struct rig *rig = explorer_open(&(struct rig_options){.env = {variable}});

	(void)state;
	rig_type(rig, "M");
	rig_wait_row(rig, -1, "man has no such page");
	explorer_quit(rig);
}

static void a_missing_man_is_told(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.env = {"PATH=/dev/null/none"}});

	(void)state;
	rig_type(rig, "M");
	rig_wait_row(rig, -1, "man is not installed");
	explorer_quit(rig);
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(the_id_is_copied, rig_free_all),
	    cmocka_unit_test_teardown(
	        a_hostile_command_line_is_copied_as_it_is_shown, rig_free_all),
	    cmocka_unit_test_teardown(a_console_has_no_clipboard_and_says_so, rig_free_all),
	    cmocka_unit_test_teardown(the_manual_page_of_the_type_is_shown, end),
	    cmocka_unit_test_teardown(a_missing_page_is_told, end),
	    cmocka_unit_test_teardown(a_missing_man_is_told, rig_free_all),
	};

	return cmocka_run_group_tests(tests, make_subject, end_subject);
}
