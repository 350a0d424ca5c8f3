#include "scanner/scan/name_links.h"

#include "model/base/util.h"
#include "scanner/proc/parse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where ip-netns(8) looks; /var/run is a link to /run nearly everywhere. */
static const char *const folders[] = {"/run/netns", "/var/run/netns"};

struct name_link {
	pid_t pid;
	enum nstype type;
	char *name;
};

struct found {
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

/* The errand: what the links of the folder @arg say, one behind the other. */
static int read_folder(void *arg, struct bytes *answer)
{
	int fd = open(arg, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
		bytes_put_number(answer, (uint64_t)link.pid, sizeof(link.pid));
		bytes_put_number(answer, link.type, sizeof(link.type));
		bytes_put_text(answer, entry->d_name, strlen(entry->d_name));
	}
	if (dir)
		closedir(dir);
	return 0;
}

static void take_answer(struct found *found, const struct bytes *answer)
{
	struct byte_reader reader = {.data = answer->data, .len = answer->len};

	while (reader_ok(&reader) && reader.at < reader.len) {
		struct name_link link = {
		    .pid = (pid_t)read_number(&reader, sizeof(link.pid), INT32_MAX, "a PID"),
		    .type = (enum nstype)read_number(
		        &reader, sizeof(link.type), NS_TYPE_COUNT - 1, "a type")};
		size_t len;
		const char *name = read_text(&reader, NAME_MAX, &len, "a name");

		if (!reader_ok(&reader))
			break;
		link.name = xstrndup(name, len);
		array_reserve(found->items, found->room, found->count + 1);
		found->items[found->count++] = link;
	}
}

/* The first link to a namespace of @pid; @found->count for none. */
static size_t first_of(const struct found *found, pid_t pid)
{
	size_t first = lower_bound(i, found->count, found->items[i].pid < pid);

	return first < found->count && found->items[first].pid == pid ? first : found->count;
}

static void give_names(const struct found *found, struct context *context)
{
	for (size_t i = 0; i < graph_builder_process_count(context->builder); i++) {
		const struct process *process = graph_builder_process(context->builder, i);

		for (size_t at = first_of(found, process->id.pid);
		     at < found->count && found->items[at].pid == process->id.pid; at++) {
			const struct name_link *link = &found->items[at];
			const struct ns *linked = process->ns[link->type];
			struct ns *ns;

			if (!linked || linked->name)
				continue;
			ns = graph_add_ns(context->builder, linked->id.type, linked->id.dev,
			    linked->id.ino, NULL);
			ns->name =
			    graph_text_copy(context->builder, link->name, strlen(link->name));
			ns->named_by_link = true;
		}
	}
}

static void take_names(struct context *context, const struct bytes *answer)
{
	struct found found = {.count = 0};

	take_answer(&found, answer);
	if (found.count) {
		qsort(found.items, found.count, sizeof(*found.items), compare_links);
		give_names(&found, context);
	}
	for (size_t i = 0; i < found.count; i++)
		free(found.items[i].name);
	free(found.items);
}

void name_links_done(struct name_links *links)
{
	errand_free(links->errand);
	links->errand = NULL;
}

static void read_next(struct name_links *links)
{
	const char *folder = folders[links->at];

	links->error = errand_start(folder, ERRAND_MS, read_folder, (void *)folder, &links->errand);
}

void name_links_begin(struct name_links *links, struct context *context)
{
	name_links_done(links);
	links->context = context;
	/* The numbers in another PID namespace's /proc are not those of the graph. */
	links->at = graph_stats(context->builder)->foreign_proc ? array_len(folders) : 0;
	if (links->at < array_len(folders))
		read_next(links);
}

bool name_links_step(struct name_links *links, uint64_t until_us)
{
	struct scan_stats *stats = graph_stats(links->context->builder);

	while (links->at < array_len(folders)) {
		struct bytes answer = {.data = NULL};

		if (links->errand && !errand_step(links->errand, until_us, &links->error, &answer))
			return false;
		name_links_done(links);
		stats->names_late |= links->error == -ETIMEDOUT;
		links->at = answer.len ? array_len(folders) : links->at + 1;
		take_names(links->context, &answer);
		bytes_done(&answer);
		if (links->at < array_len(folders))
			read_next(links);
	}
	return true;
}
