#include "tests/kernel/reasons.h"

#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

bool unprivileged;

uint64_t ino_at(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

int become(unsigned long flags)
{
	if (!unprivileged)
		return flags ? unshare((int)flags) : 0;
	if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0 ||
	    prctl(PR_SET_DUMPABLE, 1) < 0)
		return -1;
	return unshare((int)flags | CLONE_NEWUSER);
}

int become_user(void)
{
	if (!unprivileged)
		return 0;
	if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0)
		return -1;
	return prctl(PR_SET_DUMPABLE, 1);
}

/* --- What is in the JSON ---------------------------------------------------------------------- */

json_t *look(pid_t *ret_pid)
{
	const char *argv[] = {nsscope_path(), "json", NULL};
	struct output output = tool_run((char *const *)argv, unprivileged);
	json_t *graph = json_loads(output.text, 0, NULL);

	assert_int_equal(output.status, 0);
	assert_non_null(graph);
	if (ret_pid)
		*ret_pid = output.pid;
	output_done(&output);
	return graph;
}

const json_t *ns_in(const json_t *graph, uint64_t ino)
{
	const json_t *ns;
	size_t at;

	json_array_foreach(json_object_get(graph, "namespaces"), at, ns)
	{
		if ((uint64_t)json_integer_value(json_object_get(ns, "inode")) == ino)
			return ns;
	}
	fail_msg("namespace %llu is not there", (unsigned long long)ino);
	return NULL;
}

char *reasons_in(const json_t *ns)
{
	static const char *const numbers[] = {"pid", "tid", "fd", "inode"};
	const json_t *reason;
	size_t at;
	char *text = xstrdup("");

	json_array_foreach(json_object_get(ns, "kept_by"), at, reason)
	{
		const json_t *path = json_object_get(reason, "path");
		char *longer = xasprintf("%s%s%s", text, *text ? "; " : "",
		    json_string_value(json_object_get(reason, "kind")));

		free(text);
		text = longer;
		for (size_t i = 0; i < array_len(numbers); i++) {
			const json_t *number = json_object_get(reason, numbers[i]);

			if (!json_is_integer(number))
				continue;
			longer =
			    xasprintf("%s %s %lld", text, numbers[i], json_integer_value(number));
			free(text);
			text = longer;
		}
		if (json_is_string(path)) {
			longer = xasprintf("%s %s", text, json_string_value(path));
			free(text);
			text = longer;
		}
	}
	return text;
}

void expect_kept(const json_t *graph, uint64_t ino, const char *format, ...)
{
	const json_t *ns = ns_in(graph, ino);
	autofree char *reasons = reasons_in(ns);
	autofree char *wanted = NULL;
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&wanted, format, args) >= 0);
	va_end(args);
	assert_string_equal(reasons, wanted);
	assert_int_equal(json_integer_value(json_object_get(ns, "processes")), 0);
	assert_true(json_is_null(json_object_get(ns, "first_pid")));
	/* Known, though nobody is in it. */
	assert_true(json_is_integer(json_object_get(ns, "owner")) || unprivileged);
}

void for_each_user(void (*body)(void), bool also_nobody)
{
	need_test_machine();
	unprivileged = false;
	body();
	if (!also_nobody || !room_has_users())
		return;
	unprivileged = true;
	body();
	unprivileged = false;
}

int open_orphan(unsigned long flags, const char *link, int open_flags)
{
	autofree char *path = NULL;
	int up[2], fd;
	char byte;
	pid_t child;

	if (pipe2(up, O_CLOEXEC) < 0)
		return -1;
	child = fork();
	if (child == 0) {
		if (unshare((int)flags | (unprivileged ? CLONE_NEWUSER : 0)) == 0)
			(void)!write(up[1], "+", 1);
		for (;;)
			pause();
	}
	close(up[1]);
	path = xasprintf("/proc/%d/ns/%s", child, link);
	fd = read(up[0], &byte, 1) == 1 ? open(path, open_flags) : -1;
	close(up[0]);
	kill(child, SIGKILL);
	wait_status(child);
	return fd;
}
