#include "lessons/play/preflight.h"

#include "lessons/play/probe.h"
#include "lessons/stage/program.h"
#include "lessons/stage/stage.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* Takes the texts over.  @why: NULL where all is well. */
static void find(struct preflight *preflight, char *what, char *why, char *cure)
{
	preflight->findings =
	    xrealloc(preflight->findings, (preflight->count + 1) * sizeof(*preflight->findings));
	preflight->findings[preflight->count++] =
	    (struct finding){.what = what, .ok = !why, .why = why, .cure = cure};
	preflight->playable = preflight->playable && !why;
}

/* --- The kernel ------------------------------------------------------------------------------- */

static void examine_kernel(struct preflight *preflight, const char *wanted)
{
	struct utsname names;
	char *why = NULL;

	if (uname(&names) < 0)
		why = xstrdup(strerror(errno));
	else if (!kernel_is_since(names.release, wanted))
		why = xasprintf(_("this is Linux %s"), names.release);
	find(preflight, xasprintf("Linux %s", wanted), why, NULL);
}

/* --- /proc ------------------------------------------------------------------------------------ */

/* Actors are found, and looked at, by the numbers that this /proc gives them.  Returns whether it will do. */
static bool examine_proc(struct preflight *preflight)
{
	const char *command = "mount -t proc proc /proc";
	char text[16];
	ssize_t len = readlink("/proc/self", text, sizeof(text) - 1);

	if (len > 0) {
		text[len] = '\0';
		if (strtol(text, NULL, 10) == getpid())
			return true;
		command = "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'";
	}
	find(preflight, xstrdup("/proc"),
	    xstrdup(len > 0
	                ? _("it belongs to another PID namespace: its numbers are not this one's")
	                : _("it is not mounted, or can't be read")),
	    xasprintf("%s%s", geteuid() == 0 ? "" : "sudo ", command));
	return false;
}

/* --- What it does --------------------------------------------------------------------------------- */

static void take_trial(void *data, const struct probe_finding *finding)
{
	find(data, xstrdup(finding->what), finding->why, finding->cure);
}

/* --- What else is needed ---------------------------------------------------------------------- */

/* Processes are in a group of cgroup v2 since it was first mounted, wherever that was; here it need not be.
 * cgroups(7), /proc/PID/cgroup; Linux cgrp_dfl_visible */
static bool has_cgroup2(void)
{
	struct proc_lines groups;
	const char *line;
	bool found = false;

	if (proc_lines_open(&groups, AT_FDCWD, "/proc/self/cgroup") < 0)
		return false;
	while (!found && (line = proc_lines_next(&groups, NULL)))
		found = strncmp(line, "0::", 3) == 0;
	proc_lines_close(&groups);
	return found;
}

/* Where Debian and its like keep a program whose package is called otherwise. */
static const struct {
	const char *program, *package;
} packages[] = {
    {"ip", "iproute2"},
    {"ss", "iproute2"},
    {"ping", "iputils-ping"},
    {"nft", "nftables"},
    {"nc", "netcat-openbsd"},
    {"unshare", "util-linux"},
    {"nsenter", "util-linux"},
    {"lsns", "util-linux"},
    {"setpriv", "util-linux"},
    {"findmnt", "util-linux"},
    {"mount", "mount"},
    {"umount", "mount"},
    {"seq", "coreutils"},
    {"sleep", "coreutils"},
    {"pivot_root", "util-linux"},
};

static void examine_need(struct preflight *preflight, const char *need)
{
	const char *package = need;
	autofree char *file = program_find(need, getenv("PATH"));
	bool known = false;

	if (!strcmp(need, "cgroup")) {
		if (has_cgroup2())
			find(preflight, xstrdup("cgroup v2"), NULL, NULL);
		else
			find(preflight, xstrdup("cgroup v2"),
			    xstrdup(_("no process is in a group of it: it was never mounted")),
			    xstrdup("mkdir -p /mnt/cgroup2 && mount -t cgroup2 none /mnt/cgroup2"));
		return;
	}
	for (size_t i = 0; i < array_len(packages); i++) {
		if (strcmp(need, packages[i].program) != 0)
			continue;
		package = packages[i].package;
		known = true;
	}
	/* Those of this table are spoken to as their packages' program understands it. */
	if (file && known && program_is_applet(file, getenv("PATH")))
		find(preflight, xstrdup(need),
		    xasprintf(
		        _("it is BusyBox's or Toybox's, which prints something else than that of "
		          "%s"),
		        package),
		    xasprintf(_("install the package %s"), package));
	else if (file)
		find(preflight, xstrdup(need), NULL, NULL);
	else
		find(preflight, xstrdup(need), xstrdup(_("there is no such program here")),
		    xasprintf(_("install the package %s"), package));
}

void lesson_preflight(const struct lesson *lesson, struct preflight *ret_preflight)
{
	struct preflight preflight = {.playable = true};
	const char *kernel = lesson->kernel, *stage_kernel = stage_setup_kernel(&lesson->stage);

	if (stage_kernel && (!kernel || kernel_is_since(stage_kernel, kernel)))
		kernel = stage_kernel;
	if (kernel)
		examine_kernel(&preflight, kernel);
	for (size_t i = 0; i < lesson->need_count; i++)
		examine_need(&preflight, lesson->needs[i]);
	/* Without it all else that fails says nothing. */
	if (examine_proc(&preflight))
		probe_lesson(lesson, take_trial, &preflight);
	*ret_preflight = preflight;
}

void preflight_done(struct preflight *preflight)
{
	for (size_t i = 0; i < preflight->count; i++) {
		free(preflight->findings[i].what);
		free(preflight->findings[i].why);
		free(preflight->findings[i].cure);
	}
	free(preflight->findings);
	*preflight = (struct preflight){0};
}
