#include "lessons/preflight.h"

#include "lessons/trial.h"
#include "model/i18n.h"
#include "model/nstype.h"
#include "model/util.h"
#include "scanner/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

static void read_version(const char *text, unsigned long ret_parts[2])
{
	char *end;

	ret_parts[0] = strtoul(text, &end, 10);
	ret_parts[1] = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
}

bool kernel_is_since(const char *release, const char *wanted)
{
	unsigned long have[2], want[2];

	read_version(release, have);
	read_version(wanted, want);
	return have[0] != want[0] ? have[0] > want[0] : have[1] >= want[1];
}

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

/* --- Types ------------------------------------------------------------------------------------ */

/* Alone, or with a user namespace around it, as the stage makes one. */
static void examine_type(struct preflight *preflight, enum nstype type)
{
	const struct ns_type_info *info = &ns_types[type];
	int r = trial_unshare(info->flag);

	if (r < 0 && type != NS_USER)
		r = trial_unshare(info->flag | ns_types[NS_USER].flag);
	if (r == 0)
		find(preflight, xstrdup(info->name), NULL, NULL);
	else
		find(preflight, xstrdup(info->name), xstrdup(trial_refusal(r)),
		    xstrdup(_("\"nsscope doctor\" tells what forbids it")));
}

/* --- What else is needed ---------------------------------------------------------------------- */

static bool is_program(const char *folder, size_t len, const char *name)
{
	autofree char *path = xasprintf("%.*s/%s", (int)len, folder, name);
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

bool program_is_there(const char *name, const char *path)
{
	static const char *const folders[] = {"/usr/local/sbin", "/usr/sbin", "/sbin"};

	for (size_t i = 0; i < array_len(folders); i++)
		if (is_program(folders[i], strlen(folders[i]), name))
			return true;
	while (path && *path) {
		size_t len = strcspn(path, ":");

		/* The present folder, by no name or by a relative one, is nobody's PATH here. */
		if (*path == '/' && is_program(path, len, name))
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static bool has_cgroup2(void)
{
	struct proc_lines mounts;
	const char *line;
	bool found = false;

	if (proc_lines_open(&mounts, AT_FDCWD, "/proc/self/mountinfo") < 0)
		return false;
	/* Behind the separator stands the type.  proc_pid_mountinfo(5) */
	while (!found && (line = proc_lines_next(&mounts, NULL))) {
		const char *type = strstr(line, " - ");

		found = type && !strncmp(type, " - cgroup2 ", 11);
	}
	proc_lines_close(&mounts);
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
};

static void examine_need(struct preflight *preflight, const char *need)
{
	const char *package = need;

	if (!strcmp(need, "cgroup")) {
		if (has_cgroup2())
			find(preflight, xstrdup("cgroup v2"), NULL, NULL);
		else
			find(preflight, xstrdup("cgroup v2"), xstrdup(_("it is not mounted")),
			    xstrdup("mount -t cgroup2 none /sys/fs/cgroup"));
		return;
	}
	if (program_is_there(need, getenv("PATH"))) {
		find(preflight, xstrdup(need), NULL, NULL);
		return;
	}
	for (size_t i = 0; i < array_len(packages); i++)
		if (!strcmp(need, packages[i].program))
			package = packages[i].package;
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
	for (size_t i = 0; i < lesson->type_count; i++) {
		enum nstype type;

		if (ns_type_from_name(lesson->types[i], &type))
			examine_type(&preflight, type);
	}
	for (size_t i = 0; i < lesson->need_count; i++)
		examine_need(&preflight, lesson->needs[i]);
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
