/* The calls of net on the real kernel: each network namespace has its own ports and names. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define NAME_108                                                                                   \
	"@2345678901234567890123456789012345678901234567890123456789012345678901234567890"         \
	"1234567890123456789012345678"

/* --- TCP --------------------------------------------------------------------------------------- */

/* A kernel may have been built, or booted, without. */
static bool has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0;
}

static void play_fresh_stack(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	/* Its loopback device is down, so not even this machine is in reach. */
	expect_result(stage, "A: tcp_connect(\"127.0.0.1\", 8080)", -1, ENETUNREACH);
	expect_result(stage, "A: tcp_connect(\"192.0.2.1\", 80)", -1, ENETUNREACH);
	stage_free(stage);
}

static void play_ports(void)
{
	struct stage *stage = actors_stage("A B");

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	expect_success(stage, "B: unshare(CLONE_NEWNET)");
	expect_success(stage, "A: tcp_listen(\"0.0.0.0\", 8080) -> fd");
	expect_result(stage, "A: tcp_listen(\"0.0.0.0\", 8080)", -1, EADDRINUSE);
	expect_success(stage, "B: tcp_listen(\"0.0.0.0\", 8080) -> fd");
	/* 0 is any port. */
	expect_success(stage, "A: tcp_listen(\"0.0.0.0\", 0)");
	expect_success(stage, "A: tcp_listen(\"0.0.0.0\", 0)");
	stage_free(stage);
}

static void play_wrong_addresses(void)
{
	static const char *const lines[] = {
	    "A: tcp_listen(\"localhost\", 80)",
	    "A: tcp_listen(\"\", 80)",
	    "A: tcp_listen(\"127.0.0.1\", -1)",
	    "A: tcp_listen(\"127.0.0.1\", 65536)",
	    "A: tcp_connect(\"127.0.0.1.\", 80)",
	    "A: tcp_connect(\"fe80::1%lo\", 80)",
	};
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_result(stage, lines[i], -1, EINVAL);
	stage_free(stage);
}

/* --- Names of sockets ---------------------------------------------------------------------------- */

static void play_abstract_names(void)
{
	struct stage *stage = actors_stage("A B");

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	expect_result(stage, "A: unix_connect(\"@door\")", -1, ECONNREFUSED);
	expect_success(stage, "A: unix_listen(\"@door\") -> fd");
	expect_result(stage, "A: unix_listen(\"@door\")", -1, EADDRINUSE);
	expect_result(stage, "A: unix_connect(\"@door\")", 0, 0);
	expect_result(stage, "A: unix_connect(\"@doo\")", -1, ECONNREFUSED);
	expect_success(stage, "A: fork(C)");
	expect_result(stage, "C: unix_connect(\"@door\")", 0, 0);

	expect_success(stage, "B: unshare(CLONE_NEWNET)");
	expect_result(stage, "B: unix_connect(\"@door\")", -1, ECONNREFUSED);
	expect_success(stage, "B: unix_listen(\"@door\")");
	expect_result(stage, "A: unix_listen(\"" NAME_108 "\")", -1, ENAMETOOLONG);
	stage_free(stage);
}

/* A path leads through network namespaces, not through mount namespaces. */
static void play_paths(void)
{
	static const struct stage_setup sealed = {
	    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET};
	struct stage *stage = actors_setup(&sealed, "A B");

	expect_success(stage, "B: unshare(CLONE_NEWNET)");
	expect_success(stage, "A: unix_listen(\"/tmp/door\") -> fd");
	expect_result(stage, "A: unix_listen(\"/tmp/door\")", -1, EADDRINUSE);
	expect_result(stage, "A: unix_connect(\"/tmp/door\")", 0, 0);
	expect_result(stage, "B: unix_connect(\"/tmp/door\")", 0, 0);
	expect_success(stage, "B: unshare(CLONE_NEWNS)");
	expect_success(stage, "B: mount(\"none\", \"/tmp\", \"tmpfs\", 0)");
	expect_result(stage, "B: unix_connect(\"/tmp/door\")", -1, ENOENT);
	expect_result(stage, "A: unix_listen(\"/etc/nsscope-escaped\")", -1, EROFS);
	stage_free(stage);
	CHECK(access("/tmp/door", F_OK) == -1 && errno == ENOENT);
}

/* --- What was seen ------------------------------------------------------------------------------- */

static void play_seen(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");
	char begin[64];
	const char *saw;
	struct stage_answer answer;

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	answer = actors_call(stage, "A: tcp_listen(\"127.0.0.1\", 8080)");
	snprintf(
	    begin, sizeof(begin), "/proc/%d/net/tcp: 0: 0100007F:1F90 00000000:0000 0A ", (int)a);
	CHECK(strncmp(answer.saw, begin, strlen(begin)) == 0);
	if (has_ipv6()) {
		answer = actors_call(stage, "A: tcp_listen(\"::\", 8081)");
		snprintf(begin, sizeof(begin), "/proc/%d/net/tcp6: ", (int)a);
		CHECK(strncmp(answer.saw, begin, strlen(begin)) == 0);
		CHECK(strstr(answer.saw, ":1F91 "));
	}
	answer = actors_call(stage, "A: unix_listen(\"@door\")");
	snprintf(begin, sizeof(begin), "/proc/%d/net/unix: ", (int)a);
	CHECK(strncmp(answer.saw, begin, strlen(begin)) == 0);
	saw = strrchr(answer.saw, ' ');
	CHECK(saw && strcmp(saw, " @door") == 0);
	CHECK(actors_call(stage, "A: unix_connect(\"@door\")").saw[0] == '\0');
	stage_free(stage);
}

/* --- Fail closed --------------------------------------------------------------------------------- */

/* Somebody else's door can be seen there, and knocked at by nobody. */
static void play_paths_of_others(void)
{
	static const struct stage_setup sealed = {
	    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char folder[] = "/var/tmp/nsscope-XXXXXX", line[200];
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stage *stage;

	CHECK(door >= 0 && mkdtemp(folder));
	CHECK(chmod(folder, 0755) == 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/door", folder);
	CHECK(bind(door, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(chmod(address.sun_path, 0777) == 0 && listen(door, 1) == 0);
	stage = actors_setup(&sealed, "A");
	snprintf(line, sizeof(line), "A: unix_connect(\"%s\")", address.sun_path);
	expect_refused(stage, line);
	snprintf(line, sizeof(line), "A: symlink(\"%s\", \"/tmp/door\")", address.sun_path);
	expect_success(stage, line);
	expect_refused(stage, "A: unix_connect(\"/tmp/door\")");
	stage_free(stage);
	CHECK(unlink(address.sun_path) == 0 && rmdir(folder) == 0);
	close(door);
}

static void play_refused(void)
{
	static const char *const lines[] = {
	    "A: tcp_listen(\"127.0.0.1\", 0)",
	    "A: tcp_connect(\"127.0.0.1\", 80)",
	    "A: unix_listen(\"@nsscope-escaped\")",
	    "A: unix_connect(\"@nsscope-escaped\")",
	    "A: unix_listen(\"/tmp/nsscope-escaped\")",
	    "A: unix_connect(\"/tmp/nsscope-escaped\")",
	};
	struct stage *stage = actors_stage("A");

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	/* Other types don't help. */
	expect_success(
	    stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWUTS|CLONE_NEWNS|CLONE_NEWIPC|CLONE_NEWPID)");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	stage_free(stage);
}

/* A path is a file, and belongs to no network namespace. */
static void play_paths_refused(void)
{
	static const char *const lines[] = {
	    "A: unix_listen(\"/tmp/nsscope-escaped\")",
	    "A: unix_connect(\"/tmp/nsscope-escaped\")",
	    "A: unix_listen(\"relative\")",
	    "A: unix_listen(\"\\0/tmp/nsscope-escaped\")",
	    "A: unix_connect(\"\")",
	};
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	/* Not even in a mount namespace of its own: files may be the same in both. */
	expect_success(stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWNS)");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_refused(stage, lines[i]);
	CHECK(access("/tmp/nsscope-escaped", F_OK) == -1 && errno == ENOENT);
	stage_free(stage);
}

/* --- As cmocka sees it --------------------------------------------------------------------------- */

BOTH_ROLES(fresh_stack)
BOTH_ROLES(ports)
BOTH_ROLES(wrong_addresses)
BOTH_ROLES(abstract_names)
BOTH_ROLES(paths)
BOTH_ROLES(paths_of_others)
BOTH_ROLES(seen)
BOTH_ROLES(refused)
BOTH_ROLES(paths_refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(fresh_stack),
	    TEST_ROLES(ports),
	    TEST_ROLES(wrong_addresses),
	    TEST_ROLES(abstract_names),
	    TEST_ROLES(paths),
	    TEST_ROLES(paths_of_others),
	    TEST_ROLES(seen),
	    TEST_ROLES(refused),
	    TEST_ROLES(paths_refused),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
