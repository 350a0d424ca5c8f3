/* Asking the kernel: sweeps over a source that each fill a graph builder.
 *
 * A sweep is cut into slices: scan_step works for about as long as it is told and returns, so that
 * an event loop stays awake.  A process that vanishes in mid-read never ends a sweep, nothing here
 * holds a descriptor on a namespace for longer than it takes to ask about it, and the calling
 * process joins nothing: host names are read by a helper process (prober.h).
 */
#pragma once

#include "model/graph.h"
#include "scanner/changes.h"

#include <stdbool.h>
#include <stdint.h>

/* What a scan reads from. */
enum scan_source {
	SCAN_PREFERRED, /* what scan_prefer said */
	SCAN_PROC,
	SCAN_BPF,
	SCAN_AUTO, /* BPF where there are many processes; where there are few, or that can't be
	            * had, /proc */
	SCAN_SOURCE_COUNT,
};

/* "proc", "bpf", "auto", in the order of enum scan_source; NULL for SCAN_PREFERRED. */
extern const char *const scan_source_names[SCAN_SOURCE_COUNT];

/* What stands in the way of reading by BPF programs. */
enum bpf_obstacle {
	BPF_NO_OBSTACLE,
	BPF_LEFT_OUT,     /* of this build */
	BPF_NO_TYPES,     /* the kernel has no BTF */
	BPF_FORBIDDEN,    /* want of capabilities */
	BPF_LOCKED,       /* kernel_lockdown(7) */
	BPF_REFUSED,      /* by the verifier, or the kernel is older than what they use */
	BPF_FOREIGN_PROC, /* /proc shows another PID namespace: that is what people see */
	BPF_HIDDEN,       /* /proc hides processes of others (hidepid), and so should we */
	BPF_FEW,          /* SCAN_AUTO: /proc is read sooner than the programs are loaded */
	BPF_DIFFERS,      /* they were tried, and this process's own namespaces came out wrong */
	BPF_FAILED,       /* they were loaded, and a read of what they tell has failed */
};

struct bpf_refusal {
	enum bpf_obstacle what;
	int error; /* errno, 0 for none */
};

/* Two or three words, for people, translated. */
const char *bpf_obstacle_name(enum bpf_obstacle what);
/* A sentence without its full stop, for people, translated.  The caller frees it. */
char *bpf_refusal_text(const struct bpf_refusal *why);

struct scan_options {
	enum scan_source source;
	bool hostnames; /* read the host names of uts namespaces; needs a helper process */
	bool feed; /* where it may, ask the kernel who changes (feed.h); what has not is not read
	            * again in the next sweep */
	bool
	    together; /* read with several threads where nothing is known yet; not for a program that
	                * may fork meanwhile */
	bool fds;     /* look through descriptors and sockets for namespaces that they keep */
	/* How long each sweep may look for new ones, 0 for as long as it takes.  What is left is
	 * looked through by the next sweeps, in turn; those that kept something always are. */
	unsigned fds_budget_us;
	/* How long each sweep may read the command lines of processes that were there before, 0 for
	 * as long as it takes; the rest keep what was read of them, and are read by the next sweeps,
	 * in turn.  Only where the source tells who has called execve(2): "bpf". */
	unsigned cmdlines_budget_us;
	bool no_cmdlines; /* nobody will show them */
};

struct scan;

/* What SCAN_PREFERRED means from now on, in all of this program; SCAN_PROC where nobody said. */
void scan_prefer(enum scan_source source);

enum scan_source scan_preferred(void);

/* Why the last scan_new or scan_step that tried for BPF did not get it; BPF_NO_OBSTACLE where it
 * did. */
struct bpf_refusal scan_why_no_bpf(void);

/* What is to be told of @error (-errno) of scan_new, scan_begin or scan_step: a sentence for people, translated,
 * which names the source that failed, and why.  The caller frees it. */
char *scan_error_text(int error);

/* Opens a source.
 * Returns 0, -ENOENT (/proc is not mounted), -EOPNOTSUPP (SCAN_BPF can't be had, see
 * scan_why_no_bpf), or another -errno. */
int scan_new(const struct scan_options *options, struct scan **ret_scan);
void scan_free(struct scan *scan); /* ends the helper too; NULL is fine */

/* A descriptor to be polled for POLLIN between sweeps: somebody changed.  -1 where there is no feed.
 * It may be another one after each sweep. */
int scan_news_fd(const struct scan *scan);
/* Takes what came since the last call or sweep; own doings are no news (changes_take).  The next
 * sweep knows of it. */
struct news scan_news(struct scan *scan);

/* The descriptors of @pids, copied, are looked through by every sweep that looks at descriptors,
 * whatever it may spend: who opens one for a lesson must be seen at once. */
void scan_always(struct scan *scan, const pid_t *pids, size_t count);

/* Begins a sweep; one under way is dropped.
 * @prev: the graph before, referenced until the sweep ends; NULL for none.
 * Returns 0 or -errno. */
int scan_begin(struct scan *scan, const struct graph *prev);

/* The same for one that can't wait, since somebody moved.  What costs much and changes without a record of the
 * feed may be taken from @prev: who keeps namespaces by descriptors and mounts, command lines, and numbers
 * of net namespaces.  Where that won't do it becomes a whole sweep; scan_is_brief tells. */
int scan_begin_brief(struct scan *scan, const struct graph *prev);

/* Was @graph, of a sweep, made by a brief one? */
bool scan_is_brief(const struct graph *graph);

/* Works for about @budget_us microseconds.
 * Returns 1 when the sweep is done, 0 when there is more, -errno when /proc is gone. */
int scan_step(struct scan *scan, uint64_t budget_us);

/* Leaves a helper that looks into namespaces, and whom it starts, out of what is read from now on:
 * it would be told as a member.
 * @session: as inspect_session gives it; 0 for none. */
void scan_leave_out(struct scan *scan, pid_t session);

bool scan_running(const struct scan *scan);

/* "proc" or "bpf": what is read from now. */
const char *scan_source_name(const struct scan *scan);

/* Hands over the filled builder of a sweep that is done (to graph_carry, graph_seal). */
struct graph_builder *scan_take(struct scan *scan);

/* A whole sweep at once, for reports.  Returns 0 or -errno. */
int scan_once(struct scan *scan, struct graph **ret_graph);
