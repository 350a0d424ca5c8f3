/* Whose namespaces: from what runtimes leave, and from nothing else. */
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* As docker, podman, containerd and CRI-O name theirs. */
#define ID    "4f1c2ab3d4e5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f"
#define OTHER "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define UID   "2b8c9a2e-1234-4abc-8def-0123456789ab"
#define UID_  "2b8c9a2e_1234_4abc_8def_0123456789ab"

enum { NOBODY = CONTAINER_KIND_COUNT };

struct sample {
	const char *text;
	int kind; /* or NOBODY */
	const char *id, *name;
};

static void check(const struct sample *sample, bool found, const struct container *container)
{
	if (found != (sample->kind != NOBODY))
		fail_msg("%s: %s", sample->text,
		    found ? container_kind_names[container->kind] : "unnamed");
	if (!found)
		return;
	if (container->kind != (enum container_kind)sample->kind)
		fail_msg("%s: %s", sample->text, container_kind_names[container->kind]);
	assert_string_equal(container->id, sample->id ? sample->id : "");
	assert_string_equal(container->name, sample->name ? sample->name : "");
}

static void paths_of_cgroups(void **state)
{
	static const struct sample samples[] = {
	    /* v2 and v1, by systemd and by directories. */
	    {"/system.slice/docker-" ID ".scope", CONTAINER_DOCKER, ID, NULL},
	    {"/system.slice/docker-" ID ".scope/init.scope", CONTAINER_DOCKER, ID, NULL},
	    {"/docker/" ID, CONTAINER_DOCKER, ID, NULL},
	    {"/docker/" ID "/system.slice/nginx.service", CONTAINER_DOCKER, ID, NULL},
	    {"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
	        CONTAINER_DOCKER, ID, NULL},
	    {"/system.slice/system.slice:docker:" ID, CONTAINER_DOCKER, ID, NULL},
	    {"/../../docker/" ID, CONTAINER_DOCKER, ID, NULL},
	    {"/machine.slice/libpod-" ID ".scope", CONTAINER_PODMAN, ID, NULL},
	    {"/machine.slice/libpod-" ID ".scope/container", CONTAINER_PODMAN, ID, NULL},
	    {"/libpod_parent/libpod-" ID, CONTAINER_PODMAN, ID, NULL},
	    {"/system.slice/web.service/libpod-payload-" ID, CONTAINER_PODMAN, ID, NULL},
	    {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	     ".scope/container",
	        CONTAINER_PODMAN, ID, NULL},
	    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_
	     ".slice/cri-containerd-" ID ".scope",
	        CONTAINER_CONTAINERD, ID, NULL},
	    {"/system.slice/containerd.service/kubepods-besteffort-pod" UID_
	     ".slice:cri-containerd:" ID,
	        CONTAINER_CONTAINERD, ID, NULL},
	    {"/user.slice/nerdctl-" ID ".scope", CONTAINER_CONTAINERD, ID, NULL},
	    {"/kubepods.slice/kubepods-pod" UID_ ".slice/crio-" ID ".scope", CONTAINER_CRI_O, ID,
	        NULL},
	    {"/kubepods/besteffort/pod" UID "/crio-" ID, CONTAINER_CRI_O, ID, NULL},
	    {"/kubepods/burstable/pod" UID "/" ID, CONTAINER_KUBERNETES, ID, NULL},
	    {"/kubepods.slice/kubepods-pod" UID_ ".slice/docker-" ID ".scope", CONTAINER_DOCKER, ID,
	        NULL},
	    {"/lxc.payload.web", CONTAINER_LXC, NULL, "web"},
	    {"/lxc.payload.web/init.scope", CONTAINER_LXC, NULL, "web"},
	    {"/lxc.payload/web/system.slice", CONTAINER_LXC, NULL, "web"},
	    {"/lxc/web-1", CONTAINER_LXC, NULL, "web-1"},
	    {"/machine.slice/systemd-nspawn@deb12.service", CONTAINER_NSPAWN, NULL, "deb12"},
	    {"/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/init.scope",
	        CONTAINER_NSPAWN, NULL, "my-box"},
	    {"/machine.slice/machine-deb\\x2d12.scope/payload", CONTAINER_NSPAWN, NULL, "deb-12"},
	    {"/user.slice/user-1000.slice/user@1000.service/app.slice/"
	     "app-flatpak-org.mozilla.firefox-12345.scope",
	        CONTAINER_FLATPAK, NULL, "org.mozilla.firefox"},
	    /* Containers in containers: the innermost. */
	    {"/docker/" OTHER "/docker/" ID, CONTAINER_DOCKER, ID, NULL},
	    {"/lxc.payload.web/system.slice/docker-" ID ".scope", CONTAINER_DOCKER, ID, NULL},

	    /* What is no container's. */
	    {"/", NOBODY, NULL, NULL},
	    {"", NOBODY, NULL, NULL},
	    {"/init.scope", NOBODY, NULL, NULL},
	    {"/system.slice/docker.service", NOBODY, NULL, NULL},
	    {"/system.slice/containerd.service", NOBODY, NULL, NULL},
	    {"/user.slice/user-1000.slice/session-3.scope", NOBODY, NULL, NULL},
	    {"/machine.slice/libpod-conmon-" ID ".scope", NOBODY, NULL, NULL},
	    {"/machine.slice/machine-qemu\\x2d1\\x2dwin.scope", NOBODY, NULL, NULL},
	    {"/system.slice/crio-conmon-" ID ".scope", NOBODY, NULL, NULL},
	    {"/lxc.monitor.web", NOBODY, NULL, NULL},
	    {"/kubepods/burstable/pod" UID, NOBODY, NULL, NULL},
	    /* What is nearly one's: an id too short, too long, with another letter; a part. */
	    {"/docker/4f1c2ab3d4e5", NOBODY, NULL, NULL},
	    {"/docker/" ID "0", NOBODY, NULL, NULL},
	    {"/docker/" ID ".scope", NOBODY, NULL, NULL},
	    {"/docker/g" ID, NOBODY, NULL, NULL},
	    {"/docker-" ID, NOBODY, NULL, NULL},
	    {"/mydocker-" ID ".scope", NOBODY, NULL, NULL},
	    {"/docker/buildkit", NOBODY, NULL, NULL},
	    {"/lxc/", NOBODY, NULL, NULL},
	    {"/lxc.payload.", NOBODY, NULL, NULL},
	    {"docker/" ID, NOBODY, NULL, NULL}, /* no path begins so */
	    {"/app-flatpak-x-.scope", NOBODY, NULL, NULL},
	    {"/kubepods/podx/" ID, NOBODY, NULL, NULL},
	    {"/kubepods/pod" UID "0/" ID, NOBODY, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < array_len(samples); i++) {
		/* Of its exact size, so that a read past the end is noticed. */
		size_t len = strlen(samples[i].text);
		autofree char *exact = xstrndup(samples[i].text, len);
		struct container container;

		check(&samples[i], container_of_cgroup(exact, len, &container), &container);
	}
}

static void names_are_the_kernels_bytes(void **state)
{
	char path[1000] = "/lxc/";
	struct container container;

	(void)state;
	assert_true(container_of_cgroup("/lxc/a\x1b[31m\\x1b\xff", 16, &container));
	assert_string_equal(container.name, "a\x1b[31m\x1b\xff");
	/* Half an escape, and one of a NUL, which no name holds. */
	assert_true(container_of_cgroup("/lxc/a\\x2", 9, &container));
	assert_string_equal(container.name, "a\\x2");
	assert_true(container_of_cgroup("/lxc/a\\x00b", 11, &container));
	assert_string_equal(container.name, "ab");
	/* Longer than any file name. */
	memset(path + 5, 'x', sizeof(path) - 6);
	assert_true(container_of_cgroup(path, strlen(path), &container));
	assert_int_equal(strlen(container.name), CONTAINER_NAME_BYTES - 1);
}

static void the_line_that_tells_most(void **state)
{
	static const struct {
		const char *lines, *path; /* NULL: none */
	} samples[] = {
	    {"0::/docker/" ID "\n", "/docker/" ID},
	    {"0::/docker/" ID " (deleted)\n", "/docker/" ID},
	    {"12:pids:/docker/" ID "\n1:name=systemd:/docker/" ID "\n0::/\n", "/docker/" ID},
	    {"12:pids:/\n3:cpu,cpuacct:/docker/" ID "\n0::/system.slice/x.service\n",
	        "/docker/" ID},
	    {"12:pids:/user.slice\n1:name=systemd:/user.slice/s.scope\n0::/user.slice/t.scope\n",
	        "/user.slice/t.scope"},
	    {"12:pids:/user.slice\n1:name=systemd:/user.slice/s.scope\n0::/\n",
	        "/user.slice/s.scope"},
	    {"12:pids:/user.slice\n", "/user.slice"},
	    {"0::/\n", "/"},
	    {"0::/a:b", "/a:b"},
	    {"", NULL},
	    {"\n\n", NULL},
	    {"0:", NULL},
	    {"0::", NULL},
	    {"0::x\n", NULL},
	    {"nonsense\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < array_len(samples); i++) {
		size_t path_len = 0;
		const char *path =
		    container_cgroup_path(samples[i].lines, strlen(samples[i].lines), &path_len);
		autofree char *copy = path ? xstrndup(path, path_len) : NULL;

		assert_int_equal(!path, !samples[i].path);
		if (path)
			assert_string_equal(copy, samples[i].path);
	}
}

static void places_of_mounts(void **state)
{
	static const struct sample samples[] = {
	    {"/run/netns/blue", CONTAINER_IP_NETNS, NULL, "blue"},
	    {"/var/run/netns/blue", CONTAINER_IP_NETNS, NULL, "blue"},
	    {"/run/netns/cni-" UID, CONTAINER_CNI, NULL, NULL},
	    {"/run/netns/netns-" UID, CONTAINER_PODMAN, NULL, NULL},
	    {"/run/user/1000/netns/netns-" UID, CONTAINER_PODMAN, NULL, NULL},
	    {"/run/docker/netns/0a1b2c3d4e5f", CONTAINER_DOCKER, NULL, "0a1b2c3d4e5f"},
	    {"/run/netns/", NOBODY, NULL, NULL},
	    {"/run/netns/a/b", NOBODY, NULL, NULL},
	    {"/tmp/run/netns/blue", NOBODY, NULL, NULL},
	    {"/run/utsns/blue", NOBODY, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < array_len(samples); i++) {
		struct container container;

		check(&samples[i], container_of_mount(samples[i].text, &container), &container);
	}
}

static void check_commands(const struct sample *samples, size_t count, enum container_clue clue)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(samples[i].text);
		autofree char *cmdline = xmalloc(len);
		struct container container;

		for (size_t at = 0; at < len; at++)
			cmdline[at] = samples[i].text[at] == '|' ? '\0' : samples[i].text[at];
		check(
		    &samples[i], container_of_command(cmdline, len, clue, &container), &container);
	}
}

static void command_lines(void **state)
{
	static const struct sample own[] = {
	    {"bwrap|--unshare-pid|--|sh", CONTAINER_BUBBLEWRAP, NULL, NULL},
	    {"/usr/bin/bwrap|--args|42", CONTAINER_BUBBLEWRAP, NULL, NULL},
	    {"/opt/google/chrome/chrome|--type=zygote|--crashpad", CONTAINER_CHROMIUM, NULL,
	        "chrome"},
	    {"/usr/share/code/code --type=renderer --enable-crash-reporter", CONTAINER_CHROMIUM,
	        NULL, "code"},
	    {"/usr/lib/firefox/firefox|-contentproc|-childID|1", CONTAINER_FIREFOX, NULL,
	        "firefox"},
	    {"sh|-c|bwrap", NOBODY, NULL, NULL},
	    {"bwrapper|x", NOBODY, NULL, NULL},
	    {"chrome|--no-first-run", NOBODY, NULL, NULL},
	    {"chrome|--type=zygotes", NOBODY, NULL, NULL},
	    {"x|a --type=zygote", NOBODY, NULL, NULL}, /* within an argument */
	    {"conmon|-c|" ID "|-n|web|--exit-dir|/run/libpod/exits", NOBODY, NULL, NULL},
	    {"|", NOBODY, NULL, NULL},
	    {"", NOBODY, NULL, NULL},
	};
	static const struct sample parents[] = {
	    {"/usr/bin/conmon|--api-version|1|-c|" ID "|-n|web|--exit-dir|/run/libpod/exits",
	        CONTAINER_PODMAN, ID, "web"},
	    {"/usr/bin/conmon|-b|/x|-c|" ID "|--exit-dir|/var/run/crio/exits|-n|k8s_POD_dns",
	        CONTAINER_CRI_O, ID, "k8s_POD_dns"},
	    {"conmon|-c|" ID, NOBODY, NULL, NULL},
	    {"/usr/bin/containerd-shim-runc-v2|-namespace|moby|-id|" ID "|-address|/x",
	        CONTAINER_DOCKER, ID, NULL},
	    {"containerd-shim-runc-v2|-namespace|default|-id|redis", CONTAINER_CONTAINERD, NULL,
	        "redis"},
	    {"[lxc monitor] /var/lib/lxc web", CONTAINER_LXC, NULL, "web"},
	    {"systemd-nspawn|-D|/srv/deb|--machine=deb12", CONTAINER_NSPAWN, NULL, "deb12"},
	    {"systemd-nspawn|-M|deb12|-b", CONTAINER_NSPAWN, NULL, "deb12"},
	    {"systemd-nspawn|-b|-M", CONTAINER_NSPAWN, NULL, NULL}, /* no value */
	    {"bwrap|--unshare-pid|--|sh", CONTAINER_BUBBLEWRAP, NULL, NULL},
	    {"[lxc monitor] ", NOBODY, NULL, NULL},
	    {"bash", NOBODY, NULL, NULL},
	};

	(void)state;
	check_commands(own, array_len(own), CONTAINER_BY_COMMAND);
	check_commands(parents, array_len(parents), CONTAINER_BY_PARENT_COMMAND);
}

/* --- In a graph ------------------------------------------------------------------------------- */

static const char machine[] =
    "1 init cgroup_path=/docker/" ID "\n" /* whoever says so: the initial ones are nobody's */
    "30 conmon cmd=\"conmon|-c|" ID "|-n|web|--exit-dir|/run/libpod/exits\"\n"
    "31 sh parent=30 pid=300 pids=31,1 mnt=301 net=302 cgroup_path=/machine.slice/libpod-" ID
    ".scope\n"
    "32 nginx parent=31 pid=300 pids=32,2 mnt=301 net=302\n"
    "33 side parent=1 mnt=303 net=302 cgroup_path=/system.slice/docker-" OTHER ".scope\n"
    "40 bwrap uts=400 cmd=\"bwrap|--|sh\"\n"
    "38 sh uts=402 start=90\n"
    "39 bwrap parent=38 uts=402 net=402 cmd=\"bwrap|--|sh\"\n"
    "41 tool uts=401 cgroup_path=/system.slice/tool.service\n"
    "50 secret all=denied cgroup_path=/docker/" ID "\n"
    "ns net 500\n"
    "ns net 501\n"
    "mount net 500 /run/netns/blue 4026531832\n"
    "mount net 501 /run/netns/red 303\n";

static void assert_shown(bool found, const struct container *container, const char *text)
{
	struct line line;

	assert_int_equal(found, text != NULL);
	if (!found)
		return;
	line_init(&line, CHARSET_ASCII);
	container_add(container, STYLE_PLAIN, &line);
	assert_string_equal(line.text, text);
	line_done(&line);
}

static void assert_ns(const struct graph *graph, enum nstype type, uint64_t ino, const char *text)
{
	struct container container;

	assert_shown(container_of_ns(fixture_ns(graph, type, ino), &container), &container, text);
}

static void assert_process(const struct graph *graph, pid_t pid, const char *text)
{
	struct container container;

	assert_shown(
	    container_of_process(fixture_process(graph, pid), &container), &container, text);
}

static void namespaces_bear_their_makers_names(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	assert_ns(graph, NS_PID, 300, "podman web");
	assert_ns(graph, NS_NET, 302, "podman web");
	assert_ns(graph, NS_MNT, 303, "docker 001122334455");
	assert_ns(graph, NS_UTS, 400, "bubblewrap");
	assert_ns(graph, NS_UTS, 401, NULL);
	assert_ns(graph, NS_UTS, 402, NULL); /* of the sh that bwrap was started in */
	assert_ns(graph, NS_NET, 402, "bubblewrap");
	assert_ns(graph, NS_NET, 500, "ip netns blue");
	assert_ns(graph, NS_NET, 501, "ip netns red");
	assert_ns(graph, NS_PID, 0, NULL);
	assert_ns(graph, NS_NET, 0, NULL);
	graph_unref(graph);
}

static void processes_are_named_for_where_they_live(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	assert_process(graph, 1, NULL);
	assert_process(graph, 31, "podman web");
	assert_process(graph, 32, "podman web"); /* nobody read its cgroup */
	assert_process(graph, 33, "docker 001122334455");
	assert_process(graph, 40, "bubblewrap");
	assert_process(graph, 41, NULL);
	assert_process(graph, 50, NULL); /* where it lives isn't known */
	graph_unref(graph);
}

/* Whoever joins a container's namespaces, with whatever number, doesn't make them his. */
static void the_oldest_member_tells(void **state)
{
	struct graph *graph = fixture_graph(NULL,
	    "1 init\n"
	    "20 nsenter net=302 start=500 cgroup_path=/user.slice\n"
	    "31 sh net=302 pid=300 pids=31,1 start=200 cgroup_path=/lxc.payload.web\n");

	(void)state;
	assert_ns(graph, NS_NET, 302, "lxc web");
	assert_process(graph, 20, "lxc web");
	graph_unref(graph);
}

static void another_parents_name_is_not_taken(void **state)
{
	struct graph *graph = fixture_graph(NULL,
	    "1 init\n"
	    "30 conmon cmd=\"conmon|-c|" OTHER "|-n|web|--exit-dir|/run/libpod/exits\"\n"
	    "31 sh parent=30 pid=300 pids=31,1 cgroup_path=/machine.slice/libpod-" ID ".scope\n");

	(void)state;
	assert_process(graph, 31, "podman 4f1c2ab3d4e5");
	graph_unref(graph);
}

static void the_ended_keep_their_cgroup(void **state)
{
	struct history *history = history_new(5000);
	const struct graph *graph;

	(void)state;
	fixture_push(history, 1000, machine);
	graph = fixture_push(history, 2000, "1 init\n");
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (process->id.pid == 41)
			assert_string_equal(process->cgroup, "/system.slice/tool.service");
	}
	assert_int_equal(graph->process_count, 10);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paths_of_cgroups),
	    cmocka_unit_test(names_are_the_kernels_bytes),
	    cmocka_unit_test(the_line_that_tells_most),
	    cmocka_unit_test(places_of_mounts),
	    cmocka_unit_test(command_lines),
	    cmocka_unit_test(namespaces_bear_their_makers_names),
	    cmocka_unit_test(processes_are_named_for_where_they_live),
	    cmocka_unit_test(the_oldest_member_tells),
	    cmocka_unit_test(another_parents_name_is_not_taken),
	    cmocka_unit_test(the_ended_keep_their_cgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
