#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

enum {
	WAIT_US = 60000, /* what the kernel frees late is gone by then, as a rule */
	NAP_US = 1000,
	AT_ONCE = 16,     /* between two looks at the clock */
	LIST_BYTES = 512, /* about 20 processes at once */
};

void unseen_init(struct unseen *unseen)
{
	*unseen = (struct unseen){.proc = -1, .any = -1};
}

static void stop(struct unseen *unseen)
{
	close_fd(&unseen->proc);
	close_fd(&unseen->any);
}

void unseen_done(struct unseen *unseen)
{
	stop(unseen);
	listing_done(&unseen->listing);
	listing_done(&unseen->known);
	free(unseen->ones);
}

/* Where processes are invisible, so are the holders of most listed namespaces. */
void unseen_scan_begins(struct unseen *unseen)
{
	if (!listing_is_whole() || listing_take(&unseen->listing) < 0)
		unseen->listing.count = 0;
}

static void note_known(struct unseen *unseen)
{
	struct graph_builder *builder = unseen->context->builder;
	size_t count = graph_builder_ns_count(builder);

	array_reserve(unseen->known.ids, unseen->known.capacity, count + 1);
	for (size_t i = 0; i < count; i++)
		unseen->known.ids[i] = graph_builder_ns(builder, i)->id.unique;
	unseen->known.count = count;
	listing_sort(&unseen->known);
}

void unseen_begin(struct unseen *unseen, struct context *context)
{
	stop(unseen);
	unseen->context = context;
	unseen->count = unseen->listed_at = unseen->before_at = unseen->stage = 0;
	unseen->wait_until_us = 0;
	unseen->any = openat(context->proc, "self/ns/uts", O_RDONLY | O_CLOEXEC);
	note_known(unseen);
}

static void note(struct unseen *unseen, const struct ns_id *id, bool is_new)
{
	for (size_t i = 0; i < unseen->count; i++) {
		if (unseen->ones[i].id.unique == id->unique)
			return;
	}
	array_reserve(unseen->ones, unseen->capacity, unseen->count + 1);
	unseen->ones[unseen->count++] = (struct unseen_one){.id = *id, .is_new = is_new};
}

/* --- Candidates ---------------------------------------------------------------------------- */

/* A namespace of the previous graph that this scan has not found, and that may still exist. */
static void look_at_before(struct unseen *unseen, const struct ns *before)
{
	if (before->life.ended_ms || !before->id.unique || before->initial ||
	    listing_has(&unseen->known, before->id.unique) || nsfs_exists(before, unseen->any) < 0)
		return;
	note(unseen, &before->id, !before->unseen);
}

static void look_at_listed(struct unseen *unseen, uint64_t unique)
{
	struct ns_id id = {.unique = unique};
	struct stat st;

	/* Where not all descriptors were looked at in this scan, one of the others may be it. */
	if (listing_has(&unseen->known, unique) || !unseen->context->fds_whole)
		return;
	autoclose int fd = nsfs_open_by_id(unique);
	if (fd < 0 || fstat(fd, &st) < 0 || nsfs_type(fd, &id.type) < 0)
		return;
	id.dev = st.st_dev;
	id.ino = st.st_ino;
	note(unseen, &id, true);
}

/* Returns whether all were looked at. */
static bool step_look(struct unseen *unseen)
{
	const struct graph *before = graph_builder_prev(unseen->context->builder);

	if (before && unseen->before_at < before->ns_count)
		look_at_before(unseen, before->namespaces[unseen->before_at++]);
	else if (unseen->listed_at < unseen->listing.count)
		look_at_listed(unseen, unseen->listing.ids[unseen->listed_at++]);
	else
		return true;
	return false;
}

/* --- Checks -------------------------------------------------------------------------------- */

static bool has_new(const struct unseen *unseen)
{
	for (size_t i = 0; i < unseen->count; i++) {
		if (unseen->ones[i].is_new)
			return true;
	}
	return false;
}

static void drop(struct unseen *unseen, size_t at)
{
	unseen->ones[at] = unseen->ones[--unseen->count];
}

static void drop_ended(struct unseen *unseen)
{
	for (size_t i = unseen->count; i-- > 0;) {
		const struct ns ns = {.id = unseen->ones[i].id};

		if (nsfs_exists(&ns, unseen->any) < 0)
			drop(unseen, i);
	}
}

/* A little at once, since the caller has more to do.  Returns whether the wait is over. */
static bool step_wait(struct unseen *unseen)
{
	const struct timespec nap = {.tv_nsec = NAP_US * 1000};

	if (!unseen->wait_until_us)
		unseen->wait_until_us = clock_us() + WAIT_US;
	drop_ended(unseen);
	if (!has_new(unseen) || clock_us() >= unseen->wait_until_us)
		return true;
	nanosleep(&nap, NULL);
	return false;
}

/* Drops those that the process @name has joined by now. */
static void drop_joined(void *arg, const char *name)
{
	struct unseen *unseen = arg;

	for (size_t i = unseen->count; i-- > 0 && proc_pid_of(name) > 0;) {
		autofree char *link =
		    xasprintf("%s/ns/%s", name, ns_types[unseen->ones[i].id.type].name);
		uint64_t ino;

		if (read_ns_link(unseen->context->proc, link, unseen->ones[i].id.type, &ino) == 0 &&
		    ino == unseen->ones[i].id.ino)
			drop(unseen, i);
	}
}

/* Returns whether all processes were checked. */
static bool step_again(struct unseen *unseen)
{
	if (!has_new(unseen))
		return true;
	if (unseen->proc < 0)
		unseen->proc =
		    openat(unseen->context->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return proc_entries_read(unseen->proc, LIST_BYTES, drop_joined, unseen) <= 0;
}

static void add(struct unseen *unseen, const struct unseen_one *one)
{
	struct graph_builder *builder = unseen->context->builder;
	struct ns *ns = nsfs_add(builder, one->id.type, one->id.dev, one->id.ino);
	int fd;

	/* What is above another one is known with that. */
	if (!nsfs_asked(ns)) {
		fd = nsfs_open_handle(&one->id, unseen->any);
		if (fd >= 0)
			nsfs_ask_fd(builder, ns, fd);
	}
	ns->unseen = nsfs_asked(ns) && ns->id.unique == one->id.unique;
}

static void end(struct unseen *unseen)
{
	for (size_t i = 0; i < unseen->count; i++)
		add(unseen, &unseen->ones[i]);
	stop(unseen);
}

bool unseen_step(struct unseen *unseen, uint64_t until_us)
{
	static bool (*const steps[])(struct unseen *) = {step_look, step_wait, step_again};

	for (unsigned i = 1; unseen->stage < array_len(steps); i++) {
		unseen->stage += steps[unseen->stage](unseen);
		if ((i % AT_ONCE == 0 || unseen->stage == 1) && clock_us() >= until_us)
			break;
	}
	if (unseen->stage < array_len(steps))
		return false;
	end(unseen);
	return true;
}
