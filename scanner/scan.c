#include "scanner/scan.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/bpf/bpf_look.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/responder.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/want.h"
#include "scanner/scan/incremental.h"
#include "scanner/scan/phases.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/source.h"

#include <errno.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>

enum phase {
	PHASE_IDLE,
	PHASE_SOURCE,
	PHASE_USERS,
	PHASE_CMDLINES,
	PHASE_VERIFY,
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
	struct incremental *incremental; /* NULL until the first one */
	struct mounts *mounts;
	struct cmdlines *cmdlines;
	struct users *users;
	struct hostnames *hostnames; /* NULL when they are not wanted */
	enum phase phase;
	struct context context;
	struct verify verify;
	struct cgroups cgroups;
	struct netnsids netnsids;
	struct unseen unseen;
	struct graph *prev;
	double worked_ms;
};

/* All that reading takes (privileges.h): /proc of other users, their sockets, what only root may list; perf
 * and BPF, with the memory for them. */
static uint64_t raise_privileges(void)
{
	return privileges_raise(PRIVILEGES_PROC | CAP_BIT(CAP_NET_ADMIN) | CAP_BIT(CAP_SYS_ADMIN) |
	                        CAP_BIT(CAP_PERFMON) | CAP_BIT(CAP_BPF) | CAP_BIT(CAP_IPC_LOCK) |
	                        CAP_BIT(CAP_SYS_RESOURCE));
}

/* --- The source ------------------------------------------------------------------------------ */

const char *const scan_source_names[SCAN_SOURCE_COUNT] = {
    [SCAN_PROC] = "proc",
    [SCAN_BPF] = "bpf",
    [SCAN_AUTO] = "auto",
};

static enum scan_source preferred = SCAN_PROC;

void scan_prefer(enum scan_source source)
{
	preferred = source;
}

enum scan_source scan_preferred(void)
{
	return preferred;
}

char *scan_error_text(int error)
{
	struct bpf_refusal refusal = bpf_why_last();
	autofree char *why = NULL;

	if (error == -ENOENT)
		return xstrdup(_("/proc is not mounted; as root: mount -t proc proc /proc"));
	if (error_is_want(error))
		return want_text(error);
	if (error != -EOPNOTSUPP || refusal.what == BPF_NO_OBSTACLE)
		return xasprintf(
		    _("can't read the machine's processes from /proc: %s"), strerror(-error));
	why = bpf_refusal_text(&refusal);
	return xasprintf(_("--source bpf can't be had here: %s"), why);
}

static enum scan_source wanted_source(const struct scan *scan)
{
	return scan->options.source == SCAN_PREFERRED ? preferred : scan->options.source;
}

/* The number of tasks from which BPF is worthwhile: loading it costs as much as reading some two thousand
 * processes from /proc. */
enum { BPF_FROM_TASKS = 1000 };

static bool is_bpf_worthwhile(void)
{
	struct sysinfo machine;

	return sysinfo(&machine) == 0 && machine.procs >= BPF_FROM_TASKS;
}

/* Starts the helper for host names now if the source needs it.  Returns 0 or -errno. */
static int start_helper(struct scan *scan)
{
	return scan->hostnames && !scan->ops->reports_hostnames ? hostnames_start(scan->hostnames)
	                                                        : 0;
}

static int open_source(struct scan *scan, const struct source_ops *ops)
{
	scan->ops = ops;
	return ops->open(&scan->options, &scan->source);
}

/* Opens the source that the options request.
 * Returns 0, -EOPNOTSUPP (it must be "bpf", which is not available), or an error of its open. */
static int choose_source(struct scan *scan)
{
	enum scan_source wanted = wanted_source(scan);
	struct bpf_refusal refusal = {.what = BPF_NO_OBSTACLE};
	bool few = wanted == SCAN_AUTO && !is_bpf_worthwhile();
	int r;

	/* What forbids BPF for any number of processes is the reason to report. */
	if (few && bpf_look_may(&refusal) == 0)
		refusal.what = BPF_FEW;
	if (few || wanted == SCAN_PROC) {
		bpf_why_note(&refusal);
		return open_source(scan, &proc_source);
	}
	r = open_source(scan, &bpf_source);
	if (r < 0 && wanted == SCAN_AUTO)
		return open_source(scan, &proc_source);
	/* Without /proc there is no source at all. */
	return r < 0 && bpf_why_last().what != BPF_NO_OBSTACLE ? -EOPNOTSUPP : r;
}

static void replace_source(struct scan *scan, const struct source_ops *ops, struct source *source)
{
	scan->ops->close(scan->source);
	scan->ops = ops;
	scan->source = source;
}

/* Opens "proc" when "bpf" has failed, if that is allowed.
 * Returns 0, or what the scan returns for @error: -EOPNOTSUPP for "bpf", with the reason in bpf_why_last.
 * Without /proc no source works: that stays -ENOENT. */
static int fall_back(struct scan *scan, int error)
{
	struct source *source;

	if (scan->ops != &bpf_source)
		return error;
	if (error != -ENOENT) {
		if (bpf_why_last().what == BPF_NO_OBSTACLE)
			bpf_why_note(&(struct bpf_refusal){.what = BPF_FAILED, .error = -error});
		error = -EOPNOTSUPP;
	}
	if (wanted_source(scan) != SCAN_AUTO || proc_source.open(&scan->options, &source) < 0)
		return error;
	replace_source(scan, &proc_source, source);
	return start_helper(scan);
}

/* Opens "bpf" when there are now enough processes. */
static void take_better(struct scan *scan)
{
	struct source *better;

	if (scan->ops == &proc_source && wanted_source(scan) == SCAN_AUTO &&
	    bpf_why_last().what == BPF_FEW && is_bpf_worthwhile() &&
	    bpf_source.open(&scan->options, &better) == 0)
		replace_source(scan, &bpf_source, better);
}

/* --- Opening --------------------------------------------------------------------------------- */

int scan_new(const struct scan_options *options, struct scan **ret_scan)
{
	autoprivileges uint64_t before = raise_privileges();
	struct scan *scan = xcalloc(1, sizeof(*scan));
	int r;

	scan->options = *options;
	unseen_init(&scan->unseen);
	scan->context.listed = &scan->unseen.listing;
	scan->mounts = mounts_new();
	scan->cmdlines = cmdlines_new(options);
	scan->users = users_new(options->no_texts);
	if (options->hostnames)
		scan->hostnames = hostnames_new();
	r = choose_source(scan);
	if (r == 0)
		r = start_helper(scan);
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

	if (changes && session && session != scan->context.left_out)
		changes_leave_out(changes, session);
	scan->context.left_out = session;
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

	return changes ? changes_take(changes, scan->context.helper_pid)
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

/* Drops an unfinished scan, or one that was not taken. */
static void drop_context(struct scan *scan)
{
	graph_builder_free(scan->context.builder);
	scan->context.builder = NULL;
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
	drop_context(scan);
	hostnames_free(scan->hostnames);
	incremental_free(scan->incremental);
	mounts_free(scan->mounts);
	unseen_done(&scan->unseen);
	if (scan->source)
		scan->ops->close(scan->source);
	cmdlines_free(scan->cmdlines);
	users_free(scan->users);
	free(scan->context.cmdline_requests);
	free(scan->context.uts.items);
	free(scan->context.mnt.items);
	free(scan->context.places);
	free(scan->context.doubts);
	free(scan->context.always);
	free(scan);
}

static void describe_machine(struct scan *scan)
{
	struct utsname machine;
	struct timespec now;

	uname(&machine);
	graph_set_machine(
	    scan->context.builder, machine.nodename, machine.release, scan->ops->name);
	clock_gettime(CLOCK_REALTIME, &now);
	graph_stats(scan->context.builder)->taken_at_ms =
	    (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	/* Start times are those of the reader's time namespace, as this clock is. */
	clock_gettime(CLOCK_BOOTTIME, &now);
	graph_stats(scan->context.builder)->taken_at_ticks =
	    ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec) /
	    (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

void scan_always(struct scan *scan, const pid_t *pids, size_t count)
{
	struct context *context = &scan->context;

	context->always = xrealloc(context->always, (count + 1) * sizeof(*pids));
	for (size_t i = 0; i < count; i++)
		context->always[i] = pids[i];
	context->always_count = count;
}

/* --- A scan ---------------------------------------------------------------------------------- */

/* Reads kernel events, before anything else is read. */
static void take_changes(struct scan *scan)
{
	struct changes *changes = changes_of(scan);

	if (!changes)
		return;
	changes_forget(changes, scan->prev ? scan->prev->stats.looked_serial : 0);
	changes_take(changes, 0);
}

/* Returns 0, -EAGAIN (it takes a full scan), or another -errno. */
static int begin_incremental(struct scan *scan)
{
	int r = scan->incremental ? 0 : incremental_new(&scan->incremental);

	return r < 0 ? r
	             : incremental_begin(scan->incremental, &scan->context, changes_of(scan),
	                   scan->ops->reads_refused);
}

static void begin_context(struct scan *scan, const struct graph *prev, bool incremental)
{
	struct context *context = &scan->context;
	struct scan_stats *stats;

	scan->prev = prev ? graph_ref(prev) : NULL;
	context->builder = graph_builder_new(prev);
	stats = graph_stats(context->builder);
	stats->serial = scan_last_serial() + 1;
	stats->looked_serial = prev && incremental ? prev->stats.looked_serial : stats->serial;
	context->prev_serial = prev ? prev->stats.serial : 0;
	context->incremental = prev && incremental;
	context->fds_whole = false;
	context->uts.count = context->mnt.count = 0;
	context->doubt_count = context->place_count = 0;
	context->cmdlines = (struct cmdline_budget){0};
	context->helper_pid = scan->hostnames ? hostnames_helper(scan->hostnames) : 0;
	describe_machine(scan);
}

static int begin(struct scan *scan, const struct graph *prev, bool incremental)
{
	autoprivileges uint64_t before = raise_privileges();
	uint64_t start_us = clock_us();
	int r;

	drop_context(scan);
	helper_reap_killed();
	/* Later opens are not checked one by one: there must be enough descriptors. */
	if (descriptors_left() < DESCRIPTORS_LEAST)
		return -EMFILE;
	if (prev)
		take_better(scan);
	begin_context(scan, prev, incremental);
	if (scan->options.fds && !scan->context.incremental)
		unseen_scan_begins(&scan->unseen);
	take_changes(scan);
	cmdlines_begin(scan->cmdlines, &scan->context);
	/* Only now: this scan takes all events up to here into account. */
	scan_count_begun();
	r = scan->ops->begin(scan->source, &scan->context);
	if (r == 0 && scan->context.incremental && begin_incremental(scan) < 0)
		return begin(scan, prev, false);
	if (r < 0) {
		r = fall_back(scan, r);
		if (r == 0)
			return begin(scan, prev, false);
		drop_context(scan);
		return r;
	}
	if (!scan->context.incremental)
		mounts_prepare(scan->mounts, &scan->context);
	scan->phase = PHASE_SOURCE;
	scan->worked_ms = (double)(clock_us() - start_us) / 1e3;
	return 0;
}

int scan_begin(struct scan *scan, const struct graph *prev)
{
	return begin(scan, prev, false);
}

int scan_begin_incremental(struct scan *scan, const struct graph *prev)
{
	return begin(scan, prev, true);
}

bool scan_is_incremental(const struct graph *graph)
{
	return graph->stats.looked_serial != graph->stats.serial;
}

/* Begins again after @error of the source: a full scan after an incremental one, from /proc after "bpf".
 * Returns 0 or -errno. */
static int begin_again(struct scan *scan, int error)
{
	struct graph *prev = scan->prev ? graph_ref(scan->prev) : NULL;
	int r = scan->context.incremental ? 0 : fall_back(scan, error);

	if (r == 0)
		r = scan_begin(scan, prev);
	graph_unref(prev);
	return r;
}

/* Continues the current phase until @until_us.  Returns 1 when it is done, 0, or -errno. */
static int step_phase(struct scan *scan, uint64_t until_us)
{
	switch (scan->phase) {
	case PHASE_SOURCE:
		cmdlines_take(scan->cmdlines);
		return scan->context.incremental ? incremental_step(scan->incremental, until_us)
		                                 : scan->ops->step(scan->source, until_us);
	case PHASE_USERS:
		return users_step(scan->users, until_us);
	case PHASE_CMDLINES:
		return cmdlines_step(scan->cmdlines, until_us);
	case PHASE_VERIFY:
		return verify_step(&scan->verify, until_us);
	case PHASE_CGROUPS:
		return cgroups_step(&scan->cgroups, until_us);
	case PHASE_MOUNTS:
		return mounts_step(scan->mounts, until_us);
	case PHASE_UNSEEN:
		return unseen_step(&scan->unseen, until_us);
	case PHASE_HOSTNAMES:
		return scan->hostnames ? hostnames_step(scan->hostnames, until_us) : 1;
	case PHASE_NETNSIDS:
		return netnsids_step(&scan->netnsids, until_us);
	case PHASE_IDLE:
	case PHASE_DONE:
		break;
	}
	return 0;
}

/* Returns whether the current phase is not wanted, or an incremental scan has copied its results. */
static bool is_omitted(const struct scan *scan)
{
	if (scan->phase == PHASE_UNSEEN)
		return scan->context.incremental || !scan->options.fds;
	return scan->context.incremental &&
	       (scan->phase == PHASE_MOUNTS || scan->phase == PHASE_NETNSIDS);
}

static void next_phase(struct scan *scan)
{
	struct context *context = &scan->context;

	do
		scan->phase++;
	while (is_omitted(scan));
	if (scan->phase == PHASE_USERS)
		users_begin(scan->users, context);
	if (scan->phase == PHASE_CMDLINES)
		cmdlines_ask(scan->cmdlines);
	if (scan->phase == PHASE_VERIFY)
		verify_begin(&scan->verify, context);
	if (scan->phase == PHASE_CGROUPS)
		cgroups_begin(&scan->cgroups, context);
	if (scan->phase == PHASE_MOUNTS)
		mounts_begin(scan->mounts, context);
	if (scan->phase == PHASE_UNSEEN)
		unseen_begin(&scan->unseen, context);
	if (scan->phase == PHASE_HOSTNAMES && scan->hostnames)
		hostnames_begin(scan->hostnames, context);
	if (scan->phase == PHASE_NETNSIDS)
		netnsids_begin(&scan->netnsids, context);
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
		if (r < 0) {
			drop_context(scan);
			return r;
		}
		next_phase(scan);
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
	struct graph_builder *builder = scan->context.builder;

	graph_stats(builder)->scan_ms = scan->worked_ms;
	if (scan->context.own_pid > 0)
		graph_note_own(builder, scan->context.own_pid);
	scan->context.builder = NULL;
	drop_context(scan);
	return builder;
}

int scan_once(struct scan *scan, struct graph **ret_graph)
{
	int r = scan_begin(scan, NULL);

	while (r == 0)
		r = scan_step(scan, 1000000);
	if (r < 0)
		return r;
	*ret_graph = graph_freeze(scan_take(scan));
	return 0;
}
