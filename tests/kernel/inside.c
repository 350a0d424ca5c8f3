#include "tests/kernel/inside.h"

#include "model/base/util.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

unsigned long inside_user_flag;

int inside_map(void)
{
	return inside_user_flag ? map_starter() : 0;
}

struct graph *inside_sweep(void)
{
	static const struct scan_options options = {.hostnames = false};
	struct graph *graph;
	struct scan *scan;

	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	scan_free(scan);
	return graph;
}

const struct ns *inside_ns(const struct graph *graph, pid_t pid, enum nstype type)
{
	const struct process *process = graph_process_by_pid(graph, pid);

	require(process && process->ns[type]);
	return process->ns[type];
}

struct inspection *inside_look(pid_t pid, enum nstype type)
{
	struct graph *graph = inside_sweep();
	struct inspection *inspection = inspect_once(graph, inside_ns(graph, pid, type));

	graph_unref(graph);
	require(inspection->error == 0);
	require(inspection_find(inspection, FACT_JOIN));
	return inspection;
}

enum join_how inside_how(const struct inspection *inspection)
{
	return inspection_find(inspection, FACT_JOIN)->join.how;
}

bool inside_text_is(const struct fact_text *text, const char *string)
{
	return text->data && text->len == strlen(string) &&
	       memcmp(text->data, string, text->len) == 0;
}

const struct fact *inside_named(
    const struct inspection *inspection, enum fact_kind kind, const char *first)
{
	for (size_t i = 0; i < inspection->count; i++) {
		if (inspection->facts[i].kind == kind &&
		    inside_text_is(&inspection->facts[i].texts[0], first))
			return &inspection->facts[i];
	}
	return NULL;
}

int inside_name(const void *name)
{
	int r = inside_map();

	if (r == 0)
		r = name_host(name);
	if (r == 0)
		r = setdomainname("example", 7);
	return r;
}

int inside_run(const char *command)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid < 0 ? -errno : wait_status(pid);
}

int inside_mount(const void *unused)
{
	(void)unused;
	return inside_map() < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	       mount("source", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir(INSIDE_EVIL, 0700) < 0 ||
	       mkdir("/mnt/slave", 0700) < 0 || mkdir("/mnt/alone", 0700) < 0 ||
	       mount("x", INSIDE_EVIL, "tmpfs", 0, NULL) < 0 ||
	       mount(NULL, INSIDE_EVIL, NULL, MS_SHARED, NULL) < 0 ||
	       mount(INSIDE_EVIL, "/mnt/slave", NULL, MS_BIND, NULL) < 0 ||
	       mount(NULL, "/mnt/slave", NULL, MS_SLAVE, NULL) < 0 ||
	       mount("x", "/mnt/alone", "tmpfs", MS_RDONLY, NULL) < 0 ||
	       mount(NULL, "/mnt/alone", NULL, MS_UNBINDABLE, NULL) < 0;
}
