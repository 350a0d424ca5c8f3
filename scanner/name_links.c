#include "scanner/name_links.h"

#include "model/util.h"
#include "scanner/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* Where ip-netns(8) looks; /var/run is a link to /run nearly everywhere. */
static const char *const folders[] = {"/run/netns", "/var/run/netns"};

struct name_link {
	pid_t pid;
	enum nstype type;
	char *name;
};

struct name_links {
	struct name_link *items;
	size_t count, room;
};

static int compare_links(const void *a, const void *b)
{
	const struct name_link *left = a, *right = b;

	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* The links of the folder @path. */
static void read_folder(struct name_links *links, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (fd >= 0 && !dir)
		close_fd(&fd);
	while (dir && (entry = readdir(dir))) {
		char text[64];
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, text, sizeof(text));
		struct name_link link;

		if (len < 0 || parse_ns_path(text, (size_t)len, &link.pid, &link.type) < 0)
			continue;
		link.name = xstrdup(entry->d_name);
		array_reserve(links->items, links->room, links->count + 1);
		links->items[links->count++] = link;
	}
	if (dir)
		closedir(dir);
}

/* The first link to a namespace of @pid; @links->count for none. */
static size_t first_of(const struct name_links *links, pid_t pid)
{
	size_t first = lower_bound(i, links->count, links->items[i].pid < pid);

	return first < links->count && links->items[first].pid == pid ? first : links->count;
}

static void give_names(const struct name_links *links, struct sweep *sweep)
{
	for (size_t i = 0; i < graph_builder_process_count(sweep->builder); i++) {
		const struct process *process = graph_builder_process(sweep->builder, i);

		for (size_t at = first_of(links, process->id.pid);
		     at < links->count && links->items[at].pid == process->id.pid; at++) {
			const struct name_link *link = &links->items[at];
			const struct ns *linked = process->ns[link->type];
			struct ns *ns;

			if (!linked || linked->name)
				continue;
			ns = graph_add_ns(
			    sweep->builder, linked->id.type, linked->id.dev, linked->id.ino, NULL);
			ns->name = graph_text_copy(sweep->builder, link->name, strlen(link->name));
			ns->named_by_link = true;
		}
	}
}

void name_links_add(struct sweep *sweep)
{
	struct name_links links = {.count = 0};

	/* Its numbers are not those of the graph. */
	if (graph_stats(sweep->builder)->foreign_proc)
		return;
	for (size_t i = 0; i < array_len(folders) && !links.count; i++)
		read_folder(&links, folders[i]);
	if (links.count) {
		qsort(links.items, links.count, sizeof(*links.items), compare_links);
		give_names(&links, sweep);
	}
	for (size_t i = 0; i < links.count; i++)
		free(links.items[i].name);
	free(links.items);
}
