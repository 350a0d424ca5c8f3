#include "scanner/cmdlines_ahead.h"

#include "model/util.h"
#include "scanner/crew.h"
#include "scanner/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct place {
	pid_t pid;
	size_t from, len; /* in the text */
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
};

static void read_one(struct cmdlines_ahead *ahead, pid_t pid)
{
	char name[32];
	ssize_t bytes;
	size_t len;

	snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	array_reserve(ahead->text, ahead->text_room, ahead->text_len + CMDLINE_BYTES_MAX);
	bytes =
	    read_begin(ahead->proc, name, ahead->text + ahead->text_len, (size_t)CMDLINE_BYTES_MAX);
	len = bytes > 0 ? parse_cmdline_len(ahead->text + ahead->text_len, (size_t)bytes) : 0;
	if (len == 0)
		return;
	array_reserve(ahead->places, ahead->room, ahead->count + 1);
	ahead->places[ahead->count++] =
	    (struct place){.pid = pid, .from = ahead->text_len, .len = len};
	ahead->text_len += len;
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
	free(ahead->places);
	free(ahead->text);
	free(ahead);
}

bool cmdlines_ahead_find(
    struct cmdlines_ahead *ahead, pid_t pid, const char **ret_text, size_t *ret_len)
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
	return true;
}
