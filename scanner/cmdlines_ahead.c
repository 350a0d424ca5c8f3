#include "scanner/cmdlines_ahead.h"

#include "model/util.h"
#include "scanner/crew.h"
#include "scanner/proc_read.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	pid_t pid;
	size_t from, len; /* in the text */
	bool cut;
};

struct cmdlines_ahead {
	int proc;
	pthread_t hand;
	bool joined;
	atomic_bool stop;
	/* The thread's until it has ended. */
	struct place *places; /* in order of pid; of those who have a command line */
	size_t count, room;
	char *text;
	size_t text_len, text_room;
	struct proc_text line; /* the one that is read; used again */
	struct cmdline_budget budget;
};

static void read_one(struct cmdlines_ahead *ahead, pid_t pid)
{
	struct proc_text *line = &ahead->line;
	struct place place = {.pid = pid, .from = ahead->text_len};
	char name[32];

	snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	read_cmdline(ahead->proc, name, line);
	if (line->len == 0)
		return;
	place.len = cmdline_kept(&ahead->budget, line->len);
	place.cut = line->cut || place.len < line->len;
	array_reserve(ahead->places, ahead->room, ahead->count + 1);
	ahead->places[ahead->count++] = place;
	array_reserve(ahead->text, ahead->text_room, ahead->text_len + place.len);
	memcpy(ahead->text + ahead->text_len, line->data, place.len);
	ahead->text_len += place.len;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static void *read_all(void *data)
{
	struct cmdlines_ahead *ahead = data;
	int fd = openat(ahead->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (proc && !atomic_load(&ahead->stop) && (entry = readdir(proc))) {
		pid_t pid = proc_pid_of(entry->d_name);

		if (pid > 0)
			read_one(ahead, pid);
	}
	if (proc)
		closedir(proc);
	else
		close_fd(&fd);
	/* /proc lists them in their order, but does not promise it. */
	if (ahead->count)
		qsort(ahead->places, ahead->count, sizeof(*ahead->places), compare_places);
	return NULL;
}

struct cmdlines_ahead *cmdlines_ahead_new(int proc)
{
	struct cmdlines_ahead *ahead = xcalloc(1, sizeof(*ahead));
	sigset_t all, before;
	int r;

	ahead->proc = proc;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = crew_hands(SIZE_MAX) > 0 ? pthread_create(&ahead->hand, NULL, read_all, ahead) : -1;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r == 0)
		return ahead;
	free(ahead);
	return NULL;
}

static void join(struct cmdlines_ahead *ahead)
{
	if (!ahead->joined)
		pthread_join(ahead->hand, NULL);
	ahead->joined = true;
}

void cmdlines_ahead_free(struct cmdlines_ahead *ahead)
{
	if (!ahead)
		return;
	atomic_store(&ahead->stop, true);
	join(ahead);
	proc_text_done(&ahead->line);
	free(ahead->places);
	free(ahead->text);
	free(ahead);
}

bool cmdlines_ahead_find(
    struct cmdlines_ahead *ahead, pid_t pid, const char **ret_text, size_t *ret_len, bool *ret_cut)
{
	const struct place wanted = {.pid = pid};
	const struct place *found;

	join(ahead);
	found = ahead->count ? bsearch(&wanted, ahead->places, ahead->count, sizeof(*ahead->places),
	                           compare_places)
	                     : NULL;
	if (!found)
		return false;
	*ret_text = ahead->text + found->from;
	*ret_len = found->len;
	*ret_cut = found->cut;
	return true;
}
