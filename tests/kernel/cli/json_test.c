/* nsscope json: its schema, and that it says what independent readers say. */
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <jansson.h>
#include <sched.h>
#include <sys/prctl.h>

enum { CROWD = 20 };

/* The population that everything here is asked about. */
static struct member members[8];
static size_t member_count;

enum { UTS, NESTED, OWNER, TIMED, CROWDED };

static int make_crowd(const void *arg)
{
	(void)arg;
	for (int i = 0; i < CROWD; i++)
		if (member_fork(0, NULL, NULL) < 0)
			return -ECHILD;
	return member_fork(CLONE_NEWPID, NULL, NULL) < 0 ? -ECHILD : 0;
}

static int own_something(const void *arg)
{
	(void)arg;
	if (map_root(0, 0) < 0)
		return -EPERM;
	return member_fork(CLONE_NEWUSER | CLONE_NEWUTS, NULL, NULL) < 0 ? -ECHILD : 0;
}

static int unshare_time(const void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWTIME);
}

/* What an unprivileged reader may see of: its own. */
static int become_nobody(const void *arg)
{
	(void)arg;
	if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0 ||
	    prctl(PR_SET_DUMPABLE, 1) < 0)
		return -errno;
	return unshare(CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWIPC);
}

static int populate(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	members[UTS] = member_start(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET, NULL, NULL);
	members[NESTED] = member_start(CLONE_NEWPID | CLONE_NEWNS, NULL, NULL);
	members[OWNER] = member_start(CLONE_NEWUSER | CLONE_NEWCGROUP, own_something, NULL);
	members[TIMED] = member_start(0, unshare_time, NULL);
	members[CROWDED] = member_start(CLONE_NEWPID, make_crowd, NULL);
	member_count = CROWDED + 1;
	if (room_has_users())
		members[member_count++] = member_start(0, become_nobody, NULL);
	return 0;
}

static int depopulate(void **state)
{
	(void)state;
	while (member_count > 0)
		member_end(&members[--member_count]);
	return 0;
}

static struct output run_json(bool as_nobody, const char *option)
{
	const char *argv[] = {nsscope_path(), "json", option, NULL};

	return tool_run((char *const *)argv, as_nobody);
}

static json_t *read_json(bool as_nobody)
{
	struct output output = run_json(as_nobody, NULL);
	json_t *object = json_loads(output.text, JSON_REJECT_DUPLICATES, NULL);

	assert_int_equal(output.status, 0);
	assert_non_null(object);
	output_done(&output);
	return object;
}

static json_int_t number_of(const json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

static const json_t *find(const json_t *list, const char *key, json_int_t number)
{
	const json_t *item;
	size_t index;

	json_array_foreach(list, index, item)
	{
		if (json_integer_value(json_object_get(item, key)) == number)
			return item;
	}
	return NULL;
}

static const json_t *process_with(const json_t *graph, pid_t pid)
{
	return find(json_object_get(graph, "processes"), "pid", pid);
}

static json_int_t inode_of(const json_t *graph, pid_t pid, const char *link)
{
	return number_of(json_object_get(process_with(graph, pid), "ns"), link);
}

static const json_t *ns_with(const json_t *graph, json_int_t inode)
{
	return find(json_object_get(graph, "namespaces"), "inode", inode);
}

/* --- The schema ------------------------------------------------------------------------------ */

/* A key, and the letters of what may be there: i integer, r real, s string, b boolean, a array,
 * o object, n null. */
struct key {
	const char *name, *kinds;
};

static char kind_of(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_INTEGER:
		return 'i';
	case JSON_REAL:
		return 'r';
	case JSON_STRING:
		return 's';
	case JSON_TRUE:
	case JSON_FALSE:
		return 'b';
	case JSON_ARRAY:
		return 'a';
	case JSON_OBJECT:
		return 'o';
	case JSON_NULL:
		break;
	}
	return 'n';
}

/* Exactly these keys, in this order. */
static void expect_keys(const json_t *object, const struct key *keys, size_t count)
{
	const char *name;
	json_t *value;
	size_t at = 0;

	assert_true(json_is_object(object));
	json_object_foreach((json_t *)object, name, value)
	{
		assert_true(at < count);
		assert_string_equal(name, keys[at].name);
		if (!strchr(keys[at].kinds, kind_of(value)))
			fail_msg(
			    "%s is of kind %c, not of %s", name, kind_of(value), keys[at].kinds);
		at++;
	}
	assert_int_equal(at, count);
}

static const struct key graph_keys[] = {{"format", "s"}, {"taken_at", "s"}, {"kernel", "s"},
    {"host", "s"}, {"source", "s"}, {"sweep_ms", "r"}, {"visible", "o"}, {"namespaces", "a"},
    {"processes", "a"}};
static const struct key visible_keys[] = {{"processes", "i"}, {"denied", "i"}, {"vanished", "i"},
    {"hidden", "b"}, {"fds_denied", "i"}, {"foreign_proc", "b"}, {"names_late", "b"},
    {"types_missing", "a"}};
static const struct key ns_keys[] = {{"type", "s"}, {"inode", "i"}, {"id", "sn"}, {"initial", "bn"},
    {"parent", "in"}, {"parent_unread", "sn"}, {"level", "in"}, {"owner", "in"},
    {"owner_unread", "sn"}, {"owner_uid", "in"}, {"name", "sn"}, {"named_by", "sn"},
    {"netnsid", "in"}, {"container", "on"}, {"state", "sn"}, {"processes", "i"},
    {"first_pid", "in"}, {"kept_by", "a"}};
static const struct key kept_by_keys[] = {
    {"kind", "s"}, {"pid", "in"}, {"tid", "in"}, {"fd", "in"}, {"path", "sn"}, {"inode", "in"}};
static const struct key process_keys[] = {{"pid", "i"}, {"start_ticks", "i"}, {"ppid", "i"},
    {"comm", "s"}, {"cmdline", "sn"}, {"cmdline_cut", "b"}, {"cmdline_late", "b"}, {"cgroup", "sn"},
    {"uid", "i"}, {"state", "s"}, {"exiting", "b"}, {"threads", "i"}, {"pids", "a"},
    {"pids_cut", "b"}, {"ns", "o"}, {"unreadable", "sn"}, {"unread", "o"}};
static const struct key link_keys[] = {{"cgroup", "in"}, {"ipc", "in"}, {"mnt", "in"},
    {"net", "in"}, {"pid", "in"}, {"pid_for_children", "in"}, {"time", "in"},
    {"time_for_children", "in"}, {"user", "in"}, {"uts", "in"}};

static void expect_schema(const json_t *graph)
{
	const json_t *item, *reason;
	size_t index, inner;

	expect_keys(graph, graph_keys, array_len(graph_keys));
	assert_string_equal(json_string_value(json_object_get(graph, "format")), "nsscope/1");
	expect_keys(json_object_get(graph, "visible"), visible_keys, array_len(visible_keys));
	json_array_foreach(json_object_get(graph, "namespaces"), index, item)
	{
		expect_keys(item, ns_keys, array_len(ns_keys));
		json_array_foreach(json_object_get(item, "kept_by"), inner, reason)
		{
			expect_keys(reason, kept_by_keys, array_len(kept_by_keys));
		}
	}
	assert_true(index > NS_TYPE_COUNT);
	json_array_foreach(json_object_get(graph, "processes"), index, item)
	{
		expect_keys(item, process_keys, array_len(process_keys));
		expect_keys(json_object_get(item, "ns"), link_keys, array_len(link_keys));
	}
	assert_int_equal(index, number_of(json_object_get(graph, "visible"), "processes"));
}

static void every_key_is_there_in_its_place(void **state)
{
	json_t *graph;

	(void)state;
	need_test_machine();
	graph = read_json(false);
	expect_schema(graph);
	json_decref(graph);
	if (room_has_users()) {
		graph = read_json(true);
		expect_schema(graph);
		json_decref(graph);
	}
}

/* --- What it says ---------------------------------------------------------------------------- */

static size_t count_reasons(const json_t *ns, const char *kind)
{
	const json_t *reason;
	size_t index, count = 0;

	json_array_foreach(json_object_get(ns, "kept_by"), index, reason)
	{
		count += strcmp(json_string_value(json_object_get(reason, "kind")), kind) == 0;
	}
	return count;
}

static const json_t *reason_of(const json_t *ns, const char *kind)
{
	const json_t *reason;
	size_t index;

	json_array_foreach(json_object_get(ns, "kept_by"), index, reason)
	{
		if (strcmp(json_string_value(json_object_get(reason, "kind")), kind) == 0)
			return reason;
	}
	fail_msg("no %s keeps it", kind);
	return NULL;
}

static void it_says_what_keeps_a_namespace(void **state)
{
	const json_t *uts, *user, *crowd, *owned;
	json_t *graph;

	(void)state;
	need_test_machine();
	graph = read_json(false);
	uts = ns_with(graph, inode_of(graph, members[UTS].pid, "uts"));
	assert_int_equal(json_array_size(json_object_get(uts, "kept_by")), 1);
	assert_int_equal(number_of(reason_of(uts, "process"), "pid"), members[UTS].pid);
	assert_int_equal(number_of(uts, "processes"), 1);
	assert_int_equal(number_of(uts, "first_pid"), members[UTS].pid);
	assert_true(json_is_null(json_object_get(uts, "owner_uid")));

	user = ns_with(graph, inode_of(graph, members[OWNER].pid, "user"));
	owned = ns_with(graph, number_of(reason_of(user, "owned"), "inode"));
	assert_string_equal(json_string_value(json_object_get(owned, "type")), "cgroup");
	assert_int_equal(number_of(user, "owner_uid"), 0);
	assert_int_equal(
	    number_of(ns_with(graph, number_of(reason_of(user, "child"), "inode")), "parent"),
	    number_of(user, "inode"));

	crowd = ns_with(graph, inode_of(graph, members[CROWDED].pid, "pid"));
	assert_int_equal(number_of(crowd, "processes"), CROWD + 1);
	assert_int_equal(count_reasons(crowd, "process"), 16);
	assert_int_equal(count_reasons(crowd, "child"), 1);
	if (link_ino(getpid(), "time") != 0) {
		const json_t *time =
		    ns_with(graph, inode_of(graph, members[TIMED].pid, "time_for_children"));

		assert_int_equal(number_of(time, "processes"), 0);
		assert_true(json_is_null(json_object_get(time, "first_pid")));
		assert_int_equal(
		    number_of(reason_of(time, "for_children"), "pid"), members[TIMED].pid);
	}
	json_decref(graph);
}

/* Finds in @ours the namespace of @theirs, an item of the list of lsns. */
static void expect_same_ns(const json_t *ours, const json_t *theirs)
{
	assert_non_null(ours);
	assert_string_equal(json_string_value(json_object_get(ours, "type")),
	    json_string_value(json_object_get(theirs, "type")));
	assert_int_equal(number_of(ours, "processes"), number_of(theirs, "nprocs"));
}

/* Each of the two programs sees itself as one more process in the same place. */
static void compare_with_lsns(bool as_nobody)
{
	static const char *const argv[] = {"lsns", "-J", "-o", "NS,TYPE,NPROCS,PID", NULL};
	struct output theirs = tool_run((char *const *)argv, as_nobody), ours;
	json_t *lsns, *graph;
	const json_t *list, *item;
	size_t index, with_members = 0;

	if (theirs.status == 127)
		skip_because("there is no lsns");
	ours = run_json(as_nobody, NULL);
	assert_int_equal(theirs.status, 0);
	assert_int_equal(ours.status, 0);
	lsns = json_loads(theirs.text, 0, NULL);
	graph = json_loads(ours.text, 0, NULL);
	list = json_object_get(lsns, "namespaces");
	assert_true(json_array_size(list) > NS_TYPE_COUNT);
	json_array_foreach(list, index, item)
	{
		const json_t *ns = ns_with(graph, number_of(item, "ns"));
		bool alone = number_of(item, "pid") == theirs.pid;

		expect_same_ns(ns, item);
		assert_int_equal(
		    number_of(ns, "first_pid"), alone ? ours.pid : number_of(item, "pid"));
	}
	json_array_foreach(json_object_get(graph, "namespaces"), index, item)
	{
		with_members += number_of(item, "processes") > 0;
	}
	assert_int_equal(with_members, json_array_size(list));
	json_decref(lsns);
	json_decref(graph);
	output_done(&theirs);
	output_done(&ours);
}

static void lsns_says_the_same(void **state)
{
	(void)state;
	need_test_machine();
	compare_with_lsns(false);
}

static void need_users(void)
{
	need_test_machine();
	if (!room_has_users())
		skip_because("only root can be another user");
}

static void lsns_says_the_same_to_nobody(void **state)
{
	(void)state;
	need_users();
	compare_with_lsns(true);
}

static const char *const ps_links[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

/* Compares a line of ps: pid, ppid, the eight inodes or "-".  Returns whether the process is one
 * that nsscope saw, too: not ps itself. */
static bool compare_line(const json_t *graph, char *line)
{
	char *at = line;
	const json_t *process = process_with(graph, (pid_t)strtol(at, &at, 10));

	if (!process)
		return false;
	assert_int_equal(number_of(process, "ppid"), strtol(at, &at, 10));
	for (size_t i = 0; i < array_len(ps_links); i++) {
		const json_t *inode = json_object_get(json_object_get(process, "ns"), ps_links[i]);

		at += strspn(at, " ");
		if (*at == '-') {
			assert_true(json_is_null(inode));
			at++;
		} else {
			assert_int_equal(json_integer_value(inode), strtoll(at, &at, 10));
		}
	}
	assert_int_equal(strspn(at, " "), strlen(at));
	return true;
}

static void compare_with_ps(bool as_nobody)
{
	static const char *const argv[] = {"ps", "-e", "--no-headers", "-o",
	    "pid,ppid,cgroupns,ipcns,mntns,netns,pidns,timens,userns,utsns", NULL};
	struct output output;
	json_t *graph = read_json(as_nobody);
	size_t seen = 0, unseen = 0;
	char *line, *rest;

	output = tool_run((char *const *)argv, as_nobody);
	if (output.status == 127)
		skip_because("there is no ps");
	assert_int_equal(output.status, 0);
	rest = output.text;
	while ((line = strsep(&rest, "\n")) && *line) {
		if (compare_line(graph, line))
			seen++;
		else
			unseen++;
	}
	assert_int_equal(unseen, 1); /* ps */
	assert_int_equal(seen + 1, json_array_size(json_object_get(graph, "processes")));
	json_decref(graph);
	output_done(&output);
}

static void ps_says_the_same(void **state)
{
	(void)state;
	need_test_machine();
	compare_with_ps(false);
}

static void ps_says_the_same_to_nobody(void **state)
{
	(void)state;
	need_users();
	compare_with_ps(true);
}

static void what_nobody_may_not_read_is_null_and_says_so(void **state)
{
	const json_t *root, *own;
	json_t *graph;

	(void)state;
	need_users();
	graph = read_json(true);
	root = process_with(graph, getpid());
	own = process_with(graph, members[member_count - 1].pid);
	assert_string_equal(json_string_value(json_object_get(root, "unreadable")), "denied");
	assert_true(json_is_null(json_object_get(json_object_get(root, "ns"), "uts")));
	assert_true(json_is_null(json_object_get(own, "unreadable")));
	assert_int_equal(
	    number_of(ns_with(graph, inode_of(graph, members[member_count - 1].pid, "user")),
	        "owner_uid"),
	    65534);
	assert_true(number_of(json_object_get(graph, "visible"), "denied") > 0);
	json_decref(graph);
}

/* --- The command ----------------------------------------------------------------------------- */

static void the_layout_can_be_chosen(void **state)
{
	struct output pretty, compact;

	(void)state;
	need_test_machine();
	pretty = run_json(false, "--pretty");
	compact = run_json(false, "--compact");
	assert_int_equal(pretty.status, 0);
	assert_int_equal(compact.status, 0);
	assert_ptr_equal(strchr(compact.text, '\n'), compact.text + compact.len - 1);
	assert_int_equal(strncmp(pretty.text, "{\n  \"format\": ", 14), 0);
	assert_string_equal(pretty.text + pretty.len - 3, "\n}\n");
	output_done(&pretty);
	output_done(&compact);
}

static void expect_status(const char *const argv[], int status, const char *text)
{
	struct output output = tool_run((char *const *)argv, false);

	assert_int_equal(output.status, status);
	assert_int_equal(strncmp(output.text, text, strlen(text)), 0);
	if (!*text)
		assert_int_equal(output.len, 0);
	output_done(&output);
}

static void wrong_use_and_a_full_disk_differ(void **state)
{
	const char *nsscope = nsscope_path();

	(void)state;
	need_test_machine();
	expect_status((const char *[]){nsscope, "json", "--help", NULL}, 0, "Usage: nsscope json");
	expect_status((const char *[]){nsscope, "json", "--compct", NULL}, 2, "");
	expect_status((const char *[]){nsscope, "json", "--compact=1", NULL}, 2, "");
	expect_status((const char *[]){nsscope, "json", "1", NULL}, 2, "");
	expect_status(
	    (const char *[]){"sh", "-c", "exec \"$0\" json >/dev/full", nsscope, NULL}, 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_there_in_its_place),
	    cmocka_unit_test(it_says_what_keeps_a_namespace),
	    cmocka_unit_test(lsns_says_the_same),
	    cmocka_unit_test(lsns_says_the_same_to_nobody),
	    cmocka_unit_test(ps_says_the_same),
	    cmocka_unit_test(ps_says_the_same_to_nobody),
	    cmocka_unit_test(what_nobody_may_not_read_is_null_and_says_so),
	    cmocka_unit_test(the_layout_can_be_chosen),
	    cmocka_unit_test(wrong_use_and_a_full_disk_differ),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, populate, depopulate);
}
