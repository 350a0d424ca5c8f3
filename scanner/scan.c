#include "scanner/scan.h"

#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/responder.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/want.h"
#include "scanner/scan/cgroups.h"
#include "scanner/scan/cmdlines.h"
#include "scanner/scan/hostnames.h"
#include "scanner/scan/incremental.h"
#include "scanner/scan/mounts.h"
#include "scanner/scan/netnsids.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/source.h"
#include "scanner/scan/unseen.h"
#include "scanner/scan/users.h"
#include "scanner/scan/verify.h"
#include "scanner/source_choice.h"

#include <errno.h>
#include <sys/utsname.h>
#include <time.h>

enum phase {
	PHASE_IDLE,
	PHASE_SOURCE,
	PHASE_USERS,
	PHASE_CMDLINES,
	PHASE_CONFIRM,
	PHASE_CGROUPS,
	PHASE_MOUNTS,
	PHASE_UNSEEN,
	PHASE_HOSTNAMES,
	PHASE_NETNSIDS,
	PHASE_DONE,
};

struct scan {
	struct scan_options options;
	const struct source_ops *ops;
	struct source *source;
	struct brief *brief; /* NULL until one is wanted */
	struct mounts *mounts;
	struct cmdlines *cmdlines;
	struct users *users;
	struct hostnames *hostnames; /* NULL where these are not wanted */
	enum phase phase;
	struct sweep sweep;
	struct confirm confirm;
	struct cgroups cgroups;
	struct netnsids netnsids;
	struct unseen unseen;
	struct graph *prev;
	double worked_ms;
};

/* All that asking the kernel takes (privileges.h): /proc of others, their sockets, what only root may list; perf
 * and BPF, with the memory for it. */
static uint64_t raise_privileges(void)
{
	return privileges_raise(PRIVILEGES_PROC | CAP_BIT(CAP_NET_ADMIN) | CAP_BIT(CAP_SYS_ADMIN) |
	                        CAP_BIT(CAP_PERFMON) | CAP_BIT(CAP_BPF) | CAP_BIT(CAP_IPC_LOCK) |
	                        CAP_BIT(CAP_SYS_RESOURCE));
}

/* A helper, where somebody must ask. */
static int need_hostnames(struct scan *scan)
{
	return scan->options.hostnames && !scan->hostnames && !scan->ops->tells_hostnames
	           ? hostnames_new(&scan->hostnames)
	           : 0;
}

int scan_new(const struct scan_options *options, struct scan **ret_scan)
{
	autoprivileges uint64_t before = raise_privileges();
	struct scan *scan = xcalloc(1, sizeof(*scan));
	int r;

	scan->options = *options;
	unseen_init(&scan->unseen);
	scan->sweep.listed = &scan->unseen.listing;
	scan->mounts = mounts_new();
	scan->cmdlines = cmdlines_new(options);
	scan->users = users_new(options->no_texts);
	if (options->together)
		cmdlines_ahead(scan->cmdlines);
	r = source_choose(options, &scan->ops, &scan->source);
	if (r == 0)
		r = need_hostnames(scan);
	if (r < 0) {
		scan_free(scan);
		return r;
	}
	*ret_scan = scan;
	return 0;
}

static struct changes *changes_of(const struct scan *scan)
{
	return scan->ops->changes(scan->source);
}

void scan_leave_out(struct scan *scan, pid_t session)
{
	autoprivileges uint64_t before = raise_privileges();
	struct changes *changes = changes_of(scan);

	if (changes && session && session != scan->sweep.left_out)
		changes_leave_out(changes, session);
	scan->sweep.left_out = session;
}

int scan_news_fd(const struct scan *scan)
{
	struct changes *changes = changes_of(scan);

	return changes ? changes_fd(changes) : -1;
}

struct news scan_news(struct scan *scan)
{
	autoprivileges uint64_t before = raise_privileges();
	struct changes *changes = changes_of(scan);

	return changes ? changes_take(changes, scan->sweep.helper_pid)
	               : (struct news){.moved = false};
}

int scan_users_fd(const struct scan *scan)
{
	return users_fd(scan->users);
}

bool scan_hear_users(struct scan *scan)
{
	return users_hear(scan->users);
}

/* Drops the sweep under way, or the one that nobody took. */
static void drop_sweep(struct scan *scan)
{
	graph_builder_free(scan->sweep.builder);
	scan->sweep.builder = NULL;
	graph_unref(scan->prev);
	scan->prev = NULL;
	if (scan->hostnames)
		hostnames_drop(scan->hostnames);
	netnsids_stop(&scan->netnsids);
	scan->phase = PHASE_IDLE;
}

void scan_free(struct scan *scan)
{
	autoprivileges uint64_t before = raise_privileges();
	if (!scan)
		return;
	drop_sweep(scan);
	hostnames_free(scan->hostnames);
	brief_free(scan->brief);
	mounts_free(scan->mounts);
	unseen_done(&scan->unseen);
	if (scan->source)
		scan->ops->close(scan->source);
	cmdlines_free(scan->cmdlines);
	users_free(scan->users);
	free(scan->sweep.unread);
	free(scan->sweep.uts.items);
	free(scan->sweep.mnt.items);
	free(scan->sweep.places);
	free(scan->sweep.doubts);
	free(scan->sweep.always);
	free(scan);
}

static void describe_machine(struct scan *scan)
{
	struct utsname machine;
	struct timespec now;

	uname(&machine);
	graph_set_machine(scan->sweep.builder, machine.nodename, machine.release, scan->ops->name);
	clock_gettime(CLOCK_REALTIME, &now);
	graph_stats(scan->sweep.builder)->taken_at_ms =
	    (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	/* Start times are told in the time namespace of who reads them, as this clock is. */
	clock_gettime(CLOCK_BOOTTIME, &now);
	graph_stats(scan->sweep.builder)->taken_at_ticks =
	    ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec) /
	    (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

void scan_always(struct scan *scan, const pid_t *pids, size_t count)
{
	struct sweep *sweep = &scan->sweep;

	sweep->always = xrealloc(sweep->always, (count + 1) * sizeof(*pids));
	for (size_t i = 0; i < count; i++)
		sweep->always[i] = pids[i];
	sweep->always_count = count;
}

/* Takes "proc" where "bpf" has failed, if that is allowed.  Returns 0, or what the caller is told of @error. */
static int fall_back(struct scan *scan, int error)
{
	struct scan_options options = scan->options;
	struct source *source;

	error = source_failed(scan->ops, error);
	if (!source_may_fall_back(&options, scan->ops) || proc_source.open(&options, &source) < 0)
		return error;
	scan->ops->close(scan->source);
	scan->ops = &proc_source;
	scan->source = source;
	return need_hostnames(scan);
}

/* The machine may have grown. */
static void take_better(struct scan *scan)
{
	struct source *better;

	if (source_better(&scan->options, scan->ops, &better) < 0)
		return;
	scan->ops->close(scan->source);
	scan->ops = &bpf_source;
	scan->source = better;
}

/* Reads the feed, before anything else is read. */
static void take_changes(struct scan *scan)
{
	struct changes *changes = changes_of(scan);

	if (!changes)
		return;
	changes_forget(changes, scan->prev ? scan->prev->stats.looked_serial : 0);
	changes_take(changes, 0);
}

/* Returns 0, -EAGAIN (it takes a whole sweep), or another -errno. */
static int begin_brief(struct scan *scan)
{
	int r = scan->brief ? 0 : brief_new(&scan->brief);

	return r < 0 ? r
	             : brief_begin(
	                   scan->brief, &scan->sweep, changes_of(scan), scan->ops->reads_refused);
}

static int begin(struct scan *scan, const struct graph *prev, bool brief)
{
	autoprivileges uint64_t before = raise_privileges();
	uint64_t start_us = clock_us();
	struct sweep_stats *stats;
	int r;

	drop_sweep(scan);
	helper_reap_killed();
	/* What is opened later is not looked at one by one: it must be there. */
	if (descriptors_left() < DESCRIPTORS_LEAST)
		return -EMFILE;
	if (prev)
		take_better(scan);
	scan->prev = prev ? graph_ref(prev) : NULL;
	scan->sweep.builder = graph_builder_new(prev);
	stats = graph_stats(scan->sweep.builder);
	stats->serial = sweep_last_serial() + 1;
	scan->sweep.brief = brief && prev;
	stats->looked_serial = brief && prev ? prev->stats.looked_serial : stats->serial;
	scan->sweep.prev_serial = prev ? prev->stats.serial : 0;
	scan->sweep.uts.count = scan->sweep.mnt.count = 0;
	scan->sweep.doubt_count = scan->sweep.place_count = 0;
	scan->sweep.cmdlines = (struct cmdline_budget){0};
	if (scan->hostnames)
		scan->sweep.helper_pid = hostnames_helper(scan->hostnames);
	describe_machine(scan);
	scan->sweep.fds_whole = false;
	if (scan->options.fds && !scan->sweep.brief)
		unseen_sweep_begins(&scan->unseen);
	take_changes(scan);
	cmdlines_begin(scan->cmdlines, &scan->sweep);
	/* Only now: what was taken from the feed until here is known to this sweep. */
	sweep_count();
	r = scan->ops->begin(scan->source, &scan->sweep);
	if (r == 0 && scan->sweep.brief && begin_brief(scan) < 0)
		return begin(scan, prev, false);
	if (r < 0) {
		r = fall_back(scan, r);
		if (r == 0)
			return begin(scan, prev, false);
		drop_sweep(scan);
		return r;
	}
	if (!scan->sweep.brief)
		mounts_prepare(scan->mounts, &scan->sweep);
	scan->phase = PHASE_SOURCE;
	scan->worked_ms = (double)(clock_us() - start_us) / 1e3;
	return 0;
}

int scan_begin(struct scan *scan, const struct graph *prev)
{
	return begin(scan, prev, false);
}

int scan_begin_brief(struct scan *scan, const struct graph *prev)
{
	return begin(scan, prev, true);
}

bool scan_is_brief(const struct graph *graph)
{
	return graph->stats.looked_serial != graph->stats.serial;
}

/* Begins again after @error in mid-sweep: a whole one after a brief one, from /proc after another source.
 * Returns 0 or -errno. */
static int begin_again(struct scan *scan, int error)
{
	struct graph *prev = scan->prev ? graph_ref(scan->prev) : NULL;
	int r = scan->sweep.brief ? 0 : fall_back(scan, error);

	if (r == 0)
		r = scan_begin(scan, prev);
	graph_unref(prev);
	return r;
}

/* Goes on with the present phase until @until_us.  Returns 1 when it is done, 0, or -errno. */
static int step_phase(struct scan *scan, uint64_t until_us)
{
	switch (scan->phase) {
	case PHASE_SOURCE:
		cmdlines_take(scan->cmdlines);
		return scan->sweep.brief ? brief_step(scan->brief, until_us)
		                         : scan->ops->step(scan->source, until_us);
	case PHASE_USERS:
		return users_step(scan->users, until_us);
	case PHASE_CMDLINES:
		return cmdlines_step(scan->cmdlines, until_us);
	case PHASE_CONFIRM:
		return confirm_step(&scan->confirm, until_us);
	case PHASE_CGROUPS:
		return cgroups_step(&scan->cgroups, until_us);
	case PHASE_MOUNTS:
		return mounts_step(scan->mounts, until_us);
	case PHASE_UNSEEN:
		return unseen_step(&scan->unseen, until_us);
	case PHASE_HOSTNAMES:
		return !scan->hostnames || hostnames_step(scan->hostnames, until_us);
	case PHASE_NETNSIDS:
		return netnsids_step(&scan->netnsids, until_us);
	case PHASE_IDLE:
	case PHASE_DONE:
		break;
	}
	return 0;
}

/* Is there a namespace that the source could not ask for its name?  Where a whole sweep has missed one that has
 * members, these were just ending. */
static bool lacks_hostname(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->uts.count && sweep->brief; i++) {
		if (!sweep->uts.items[i].ns->hostname)
			return true;
	}
	for (size_t i = 0; i < sweep->place_count; i++) {
		const struct ns *ns = sweep->places[i].ns;

		if (ns->id.type == NS_UTS && !ns->seen_by && !ns->hostname)
			return true;
	}
	return false;
}

/* Returns 0, or -errno where no helper can be started. */
static int begin_hostnames(struct scan *scan)
{
	int r = 0;

	if (!scan->hostnames && scan->options.hostnames && lacks_hostname(&scan->sweep))
		r = hostnames_new(&scan->hostnames);
	if (scan->hostnames)
		hostnames_begin(scan->hostnames, &scan->sweep);
	return r;
}

/* What the present phase looks for was taken from the graph before, or is not wanted. */
static bool is_left_out(const struct scan *scan)
{
	if (scan->phase == PHASE_UNSEEN)
		return scan->sweep.brief || !scan->options.fds;
	return scan->sweep.brief && (scan->phase == PHASE_MOUNTS || scan->phase == PHASE_NETNSIDS);
}

/* Returns 0 or -errno. */
static int next_phase(struct scan *scan)
{
	int r = 0;

	scan->phase++;
	while (is_left_out(scan))
		scan->phase++;
	if (scan->phase == PHASE_USERS)
		users_begin(scan->users, &scan->sweep);
	if (scan->phase == PHASE_CMDLINES)
		cmdlines_ask(scan->cmdlines);
	if (scan->phase == PHASE_CONFIRM)
		confirm_begin(&scan->confirm, &scan->sweep);
	if (scan->phase == PHASE_CGROUPS)
		cgroups_begin(&scan->cgroups, &scan->sweep);
	if (scan->phase == PHASE_MOUNTS)
		mounts_begin(scan->mounts, &scan->sweep);
	if (scan->phase == PHASE_UNSEEN)
		unseen_begin(&scan->unseen, &scan->sweep);
	if (scan->phase == PHASE_HOSTNAMES)
		r = begin_hostnames(scan);
	if (scan->phase == PHASE_NETNSIDS)
		netnsids_begin(&scan->netnsids, &scan->sweep);
	return r;
}

int scan_step(struct scan *scan, uint64_t budget_us)
{
	autoprivileges uint64_t before = raise_privileges();
	uint64_t start_us = clock_us(), until_us = start_us + budget_us;
	int r;

	while (scan_running(scan) && (r = step_phase(scan, until_us)) != 0) {
		if (r < 0 && scan->phase == PHASE_SOURCE)
			r = begin_again(scan, r);
		if (r == 0)
			continue;
		if (r > 0)
			r = next_phase(scan);
		if (r < 0) {
			drop_sweep(scan);
			return r;
		}
		if (clock_us() >= until_us)
			break;
	}
	scan->worked_ms += (double)(clock_us() - start_us) / 1e3;
	return scan->phase == PHASE_DONE;
}

double scan_helpers_ms(const struct scan *scan)
{
	return (double)(cmdlines_worked_us(scan->cmdlines) + users_worked_us(scan->users)) / 1e3;
}

const char *scan_source_name(const struct scan *scan)
{
	return scan->ops->name;
}

bool scan_running(const struct scan *scan)
{
	return scan->phase != PHASE_IDLE && scan->phase != PHASE_DONE;
}

struct graph_builder *scan_take(struct scan *scan)
{
	struct graph_builder *builder = scan->sweep.builder;

	graph_stats(builder)->sweep_ms = scan->worked_ms;
	if (scan->sweep.own_pid > 0)
		graph_note_own(builder, scan->sweep.own_pid);
	scan->sweep.builder = NULL;
	drop_sweep(scan);
	return builder;
}

int scan_once(struct scan *scan, struct graph **ret_graph)
{
	int r = scan_begin(scan, NULL);

	while (r == 0)
		r = scan_step(scan, 1000000);
	if (r < 0)
		return r;
	*ret_graph = graph_seal(scan_take(scan));
	return 0;
}
