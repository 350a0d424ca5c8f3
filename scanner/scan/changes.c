#include "scanner/scan/changes.h"

#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/scan/source.h"

#include <errno.h>
#include <unistd.h>

enum {
	OWN_DEPTH = 4,       /* generations of helpers */
	OWN_MAX = 32,        /* helpers that are known by their numbers; further ones are news */
	CAPACITY_MIN = 1024, /* so many elements are kept room for */
};

struct mark {
	pid_t pid;
	uint64_t serial; /* the first scan that saw the change */
};

/* What is news unless it is our own doing. */
struct event {
	pid_t pid;
	pid_t forked_from; /* 0 for no fork */
	bool moved, ended;
};

struct changes {
	struct perf_events *perf_events; /* NULL where it has ended */
	struct mark *ns_letters;         /* with @sorted by pid, each once */
	size_t count, capacity;
	bool sorted;
	uint64_t all_serial;  /* before that one, every process has changed */
	struct event *events; /* of the present changes_take */
	size_t event_count, event_capacity;
	pid_t own[OWN_MAX]; /* our helpers, and their children */
	size_t own_count;
};

int changes_new(struct changes **ret_changes)
{
	struct perf_events *perf_events;
	int r = perf_events_new(&perf_events);

	if (r < 0)
		return r;
	*ret_changes = xcalloc(1, sizeof(**ret_changes));
	(*ret_changes)->perf_events = perf_events;
	(*ret_changes)->all_serial = scan_last_serial() + 1;
	return 0;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	perf_events_free(changes->perf_events);
	free(changes->ns_letters);
	free(changes->events);
	free(changes);
}

int changes_fd(const struct changes *changes)
{
	return changes->perf_events ? perf_events_fd(changes->perf_events) : -1;
}

static void mark(struct changes *changes, pid_t pid)
{
	struct mark *last = changes->count ? &changes->ns_letters[changes->count - 1] : NULL;
	const struct mark new = {.pid = pid, .serial = scan_last_serial() + 1};

	/* A fork brings two records, an exec with its name as well. */
	if (last && last->pid == pid && last->serial == new.serial)
		return;
	array_reserve(changes->ns_letters, changes->capacity, changes->count + 1);
	changes->ns_letters[changes->count++] = new;
	changes->sorted = false;
}

static void mark_all(struct changes *changes)
{
	changes->all_serial = scan_last_serial() + 1;
	changes->count = 0;
}

static bool is_move(const struct perf_record *record, pid_t newborn)
{
	if (record->kind == PERF_NAMESPACES)
		return record->tid != newborn;
	return record->kind == PERF_EXEC;
}

static void note(struct changes *changes, const struct perf_record *record, bool moved)
{
	struct event *event;

	mark(changes, record->pid);
	array_reserve(changes->events, changes->event_capacity, changes->event_count + 1);
	event = &changes->events[changes->event_count++];
	*event = (struct event){.pid = record->pid,
	    .forked_from = record->forked_from,
	    .moved = moved,
	    .ended = record->kind == PERF_EXIT && record->tid == record->pid};
}

/* Takes all records.  Returns whether some were lost. */
static bool take_records(struct changes *changes)
{
	struct perf_record record;
	bool lost = false;
	pid_t newborn = 0;
	int r;

	changes->event_count = 0;
	while (changes->perf_events && (r = perf_events_next(changes->perf_events, &record)) != 0) {
		if (r == 1) {
			note(changes, &record, is_move(&record, newborn));
			newborn = record.kind == PERF_FORK ? record.tid : 0;
			continue;
		}
		mark_all(changes);
		lost = true;
		if (r != -EOVERFLOW) {
			perf_events_free(changes->perf_events);
			changes->perf_events = NULL;
		}
	}
	return lost;
}

static pid_t forked_from(const struct changes *changes, pid_t pid)
{
	for (size_t i = 0; i < changes->event_count; i++) {
		const struct event *event = &changes->events[i];

		if (event->pid == pid && event->forked_from && event->forked_from != pid)
			return event->forked_from;
	}
	return 0;
}

static size_t own_at(const struct changes *changes, pid_t pid)
{
	size_t at = 0;

	while (at < changes->own_count && changes->own[at] != pid)
		at++;
	return at;
}

static bool is_known(const struct changes *changes, pid_t pid)
{
	return own_at(changes, pid) < changes->own_count;
}

/* Helpers live for one question: the forks of all that lead to @pid are mostly in this round. */
static bool is_own(const struct changes *changes, pid_t pid, pid_t helper)
{
	for (int depth = 0; pid > 0 && depth < OWN_DEPTH; depth++) {
		if (pid == getpid() || pid == helper || helper_is_own(pid) ||
		    is_known(changes, pid))
			return true;
		pid = forked_from(changes, pid);
	}
	return false;
}

/* Takes what helpers have forked in this round for helpers.  Returns whether there was one. */
static bool find_own(struct changes *changes)
{
	size_t before = changes->own_count;

	for (size_t i = 0; i < changes->event_count; i++) {
		const struct event *event = &changes->events[i];

		if (event->forked_from && is_known(changes, event->forked_from))
			changes_leave_out(changes, event->pid);
	}
	return changes->own_count > before;
}

/* Their numbers may be others' next. */
static void forget_ended(struct changes *changes)
{
	for (size_t i = 0; i < changes->event_count && changes->own_count; i++) {
		size_t at = own_at(changes, changes->events[i].pid);

		if (changes->events[i].ended && at < changes->own_count)
			changes->own[at] = changes->own[--changes->own_count];
	}
}

void changes_leave_out(struct changes *changes, pid_t pid)
{
	if (changes->own_count < OWN_MAX && !is_known(changes, pid))
		changes->own[changes->own_count++] = pid;
}

struct news changes_take(struct changes *changes, pid_t helper)
{
	bool lost = take_records(changes);
	struct news news = {.moved = lost, .any = lost};

	if (lost)
		changes->own_count = 0; /* who knows who has ended */
	/* The records of several processors are not in their order. */
	for (int depth = 0; depth < OWN_DEPTH && find_own(changes); depth++)
		continue;
	for (size_t i = 0; i < changes->event_count && !news.moved; i++) {
		const struct event *event = &changes->events[i];

		if ((!news.any || event->moved) && !is_own(changes, event->pid, helper)) {
			news.any = true;
			news.moved |= event->moved;
		}
	}
	forget_ended(changes);
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
	qsort(changes->ns_letters, changes->count, sizeof(*changes->ns_letters), compare_marks);
	for (size_t i = 0; i < changes->count; i++) {
		if (kept == 0 || changes->ns_letters[kept - 1].pid != changes->ns_letters[i].pid)
			changes->ns_letters[kept++] = changes->ns_letters[i];
	}
	changes->count = kept;
	changes->sorted = true;
}

/* Where the mark of @pid is, or would be. */
static size_t mark_at(struct changes *changes, pid_t pid)
{
	sort_marks(changes);
	return lower_bound(i, changes->count, changes->ns_letters[i].pid < pid);
}

bool changes_known(const struct changes *changes, uint64_t serial)
{
	return changes->perf_events && serial >= changes->all_serial;
}

bool changes_since(struct changes *changes, pid_t pid, uint64_t serial)
{
	size_t at;

	if (!changes_known(changes, serial))
		return true;
	at = mark_at(changes, pid);
	return at < changes->count && changes->ns_letters[at].pid == pid &&
	       changes->ns_letters[at].serial > serial;
}

pid_t changes_next(struct changes *changes, pid_t pid, uint64_t serial)
{
	size_t at = mark_at(changes, pid + 1);

	while (at < changes->count && changes->ns_letters[at].serial <= serial)
		at++;
	return at < changes->count ? changes->ns_letters[at].pid : 0;
}

void changes_mark(struct changes *changes, pid_t pid)
{
	mark(changes, pid);
}

/* After a storm, the room that it took. */
static void give_back(struct changes *changes)
{
	if (changes->capacity > CAPACITY_MIN && changes->count < changes->capacity / 8) {
		changes->capacity = changes->count + CAPACITY_MIN / 2;
		changes->ns_letters =
		    xrealloc(changes->ns_letters, changes->capacity * sizeof(*changes->ns_letters));
	}
	if (changes->event_capacity > CAPACITY_MIN &&
	    changes->event_count < changes->event_capacity / 8) {
		changes->event_capacity = changes->event_count + CAPACITY_MIN / 2;
		changes->events =
		    xrealloc(changes->events, changes->event_capacity * sizeof(*changes->events));
	}
}

void changes_forget(struct changes *changes, uint64_t serial)
{
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++) {
		if (changes->ns_letters[i].serial > serial)
			changes->ns_letters[kept++] = changes->ns_letters[i];
	}
	changes->count = kept;
	if (changes->all_serial < serial)
		changes->all_serial = serial;
	give_back(changes);
}
