#include "tests/kernel/machine.h"

#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/tool.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* --- Parts ---------------------------------------------------------------------------------- */

static void draw_names(FILE *to)
{
	struct utsname names;

	require(uname(&names) == 0);
	fprintf(to, "host %s domain %s\n", names.nodename, names.domainname);
}

/* The text of a file, each line behind the file's name; nothing where there is none. */
static void draw_file(FILE *to, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0)
		fprintf(to, "%s %s", path, line);
	free(line);
	if (file)
		fclose(file);
}

/* What a line of the shell prints, each line of it behind @what. */
static void draw_output(FILE *to, const char *what, const char *line)
{
	char shell[] = "sh", option[] = "-c";
	autofree char *copy = xstrdup(line);
	struct output output = tool_run((char *[]){shell, option, copy, NULL}, false);
	char *rest = output.text, *word;

	while (rest && (word = strsep(&rest, "\n")))
		fprintf(to, "%s %s\n", what, word);
	output_done(&output);
}

/* The firewall's rules where nft is installed, else nothing. */
static void draw_network(FILE *to)
{
	draw_output(to, "link", "ip -details -oneline link");
	draw_output(to, "address", "ip -oneline address");
	draw_output(to, "route", "ip route show table all");
	draw_output(to, "rule", "nft list ruleset");
	draw_file(to, "/proc/net/unix");
}

static void draw_ipc(FILE *to)
{
	draw_file(to, "/proc/sysvipc/msg");
	draw_file(to, "/proc/sysvipc/sem");
	draw_file(to, "/proc/sysvipc/shm");
	draw_file(to, "/proc/sys/kernel/msgmni");
	draw_output(to, "queue", "ls /dev/mqueue");
}

/* The group that this process is in, and the groups below it. */
static void draw_cgroups(FILE *to)
{
	draw_file(to, "/proc/self/cgroup");
	draw_output(to, "cgroup",
	    "root=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) &&\n"
	    "find \"$root$(sed -n 's/^0:://p' /proc/self/cgroup)\" -type d");
}

static bool is_number(const char *name)
{
	return *name && name[strspn(name, "0123456789")] == 0;
}

/* Each process of the room, with its name and its namespaces. */
static void draw_processes(FILE *to)
{
	struct dirent **entries;
	int count = scandir("/proc", &entries, NULL, versionsort);

	require(count > 0);
	for (int i = 0; i < count; i++) {
		static const char *const links[] = {"cgroup", "ipc", "mnt", "net", "pid",
		    "pid_for_children", "time", "time_for_children", "user", "uts"};

		for (size_t j = 0; is_number(entries[i]->d_name) && j < array_len(links); j++) {
			autofree char *path =
			    xasprintf("/proc/%s/ns/%s", entries[i]->d_name, links[j]);
			char target[64] = "";

			if (readlink(path, target, sizeof(target) - 1) > 0)
				fprintf(
				    to, "process %s %s %s\n", entries[i]->d_name, links[j], target);
			else
				fprintf(to, "process %s %s unread\n", entries[i]->d_name, links[j]);
		}
		free(entries[i]);
	}
	free(entries);
}

/* --- All ------------------------------------------------------------------------------------ */

char *machine_picture(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	require(to);
	draw_names(to);
	draw_file(to, "/proc/self/timens_offsets");
	draw_file(to, "/proc/self/mountinfo");
	draw_network(to);
	draw_ipc(to);
	draw_cgroups(to);
	draw_processes(to);
	require(fclose(to) == 0);
	return text;
}

void machine_print_difference(const char *before, const char *after)
{
	while (*before || *after) {
		size_t a = strcspn(before, "\n"), b = strcspn(after, "\n");

		if (a != b || memcmp(before, after, a) != 0) {
			fprintf(
			    stderr, "before: %.*s\nafter:  %.*s\n", (int)a, before, (int)b, after);
			return;
		}
		before += a + (before[a] == '\n');
		after += b + (after[b] == '\n');
	}
}
