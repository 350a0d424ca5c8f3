#include "scanner/changes.h"

#include "model/util.h"
#include "scanner/source.h"

#include <errno.h>

struct mark {
	pid_t pid;
	uint64_t serial; /* the first sweep that saw the change */
};

struct changes {
	struct feed *feed;  /* NULL where it has ended */
	struct mark *marks; /* with @sorted by pid, each once */
	size_t count, room;
	bool sorted;
	uint64_t all_serial; /* before that one, everybody has changed */
};

int changes_new(struct changes **ret_changes)
{
	struct feed *feed;
	int r = feed_new(&feed);

	if (r < 0)
		return r;
	*ret_changes = xcalloc(1, sizeof(**ret_changes));
	(*ret_changes)->feed = feed;
	(*ret_changes)->all_serial = sweep_last_serial() + 1;
	return 0;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	feed_free(changes->feed);
	free(changes->marks);
	free(changes);
}

int changes_fd(const struct changes *changes)
{
	return changes->feed ? feed_fd(changes->feed) : -1;
}

static void mark(struct changes *changes, pid_t pid)
{
	struct mark *last = changes->count ? &changes->marks[changes->count - 1] : NULL;
	const struct mark new = {.pid = pid, .serial = sweep_last_serial() + 1};

	/* A fork brings two records, an exec with its name as well. */
	if (last && last->pid == pid && last->serial == new.serial)
		return;
	array_reserve(changes->marks, changes->room, changes->count + 1);
	changes->marks[changes->count++] = new;
	changes->sorted = false;
}

static void mark_all(struct changes *changes)
{
	changes->all_serial = sweep_last_serial() + 1;
	changes->count = 0;
}

static bool is_move(const struct feed_record *record, pid_t newborn)
{
	if (record->kind == FEED_NAMESPACES)
		return record->tid != newborn;
	return record->kind == FEED_EXEC;
}

struct news changes_take(struct changes *changes, pid_t but)
{
	struct news news = {.moved = false};
	struct feed_record record;
	pid_t newborn = 0;
	int r;

	while (changes->feed && (r = feed_next(changes->feed, &record)) != 0) {
		if (r < 0) {
			mark_all(changes);
			news = (struct news){.moved = true, .any = true};
		}
		if (r < 0 && r != -EOVERFLOW) {
			feed_free(changes->feed);
			changes->feed = NULL;
		}
		if (r < 0)
			continue;
		mark(changes, record.pid);
		if (record.pid != but) {
			news.any = true;
			news.moved |= is_move(&record, newborn);
		}
		newborn = record.kind == FEED_FORK ? record.tid : 0;
	}
	return news;
}

/* By pid; of one, the latest first. */
static int compare_marks(const void *a, const void *b)
{
	const struct mark *left = a, *right = b;

	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return left->serial > right->serial ? -1 : left->serial < right->serial;
}

static void sort_marks(struct changes *changes)
{
	size_t kept = 0;

	if (changes->sorted || changes->count == 0)
		return;
	qsort(changes->marks, changes->count, sizeof(*changes->marks), compare_marks);
	for (size_t i = 0; i < changes->count; i++) {
		if (kept == 0 || changes->marks[kept - 1].pid != changes->marks[i].pid)
			changes->marks[kept++] = changes->marks[i];
	}
	changes->count = kept;
	changes->sorted = true;
}

bool changes_since(struct changes *changes, pid_t pid, uint64_t serial)
{
	size_t from = 0, to;

	if (!changes->feed || serial < changes->all_serial)
		return true;
	sort_marks(changes);
	to = changes->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (changes->marks[middle].pid < pid)
			from = middle + 1;
		else
			to = middle;
	}
	return from < changes->count && changes->marks[from].pid == pid &&
	       changes->marks[from].serial > serial;
}

void changes_forget(struct changes *changes, uint64_t serial)
{
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++) {
		if (changes->marks[i].serial > serial)
			changes->marks[kept++] = changes->marks[i];
	}
	changes->count = kept;
	if (changes->all_serial < serial)
		changes->all_serial = serial;
}
