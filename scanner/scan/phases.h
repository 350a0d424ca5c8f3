/* The phases of a scan after its source, in their order (scan.c).
 *
 * Each begins when the one before is done; it borrows the context until its last step.  A step works until
 * clock_us() passes @until_us, and returns whether the phase is done.  Where a step returns an int, that is
 * 1, 0, or -errno.  NULL is fine for each function that frees. */
#pragma once

#include "scanner/nsfs/nsfs.h"
#include "scanner/scan/source.h"

/* --- User names ---
 *
 * Helper processes look them up (user_reader): the lookup may ask a directory on the network.  Each user id
 * is looked up when it is first seen, and again from time to time.  A scan waits for an answer for
 * RESPONDER_LATE_MS at most.  Then its processes keep the name of the previous graph, or have none and show
 * their numbers.  The helper keeps waiting; the scan after its answer has the name. */

struct users;

/* @unwanted: the caller shows no names, so none are looked up. */
struct users *users_new(bool unwanted);
void users_free(struct users *users); /* ends the helpers */

void users_begin(struct users *users, struct context *context);
bool users_step(struct users *users, uint64_t until_us);

/* Makes the next scan look up all names again. */
void users_refresh(struct users *users);

/* A descriptor to poll for POLLIN: there may be answers.  -1 when none are pending. */
int users_fd(const struct users *users);
/* Takes answers.  Returns whether there are names that no scan has used yet. */
bool users_hear(struct users *users);

/* The processor time of the helpers so far. */
uint64_t users_worked_us(const struct users *users);

/* --- Command lines ---
 *
 * Helper processes read them (cmdline_reader): a process can block a reader of its command line.  A helper
 * that is blocked stays with that process, and another helper reads the rest.  After RESPONDER_LATE_MS the
 * command line is reported as "does not answer", and the next attempt waits for a time that doubles.
 *
 * Where the source reports execve(2), a process that did not call it keeps the command line of the
 * previous graph once the budget of the scan is spent.  Programs may overwrite their arguments, so the
 * budget goes to all processes in turn.
 *
 * A helper reads later than the source.  The kernel would have to hand out all other PIDs before it
 * reuses one in between. */

struct cmdlines;

struct cmdlines *cmdlines_new(const struct scan_options *options);
void cmdlines_free(struct cmdlines *cmdlines); /* ends the helpers */

/* The processor time of the helpers so far. */
uint64_t cmdlines_worked_us(const struct cmdlines *cmdlines);

/* Call it before the source reads.  Without a previous graph, a helper begins to read all command lines
 * while the source reads the rest. */
void cmdlines_begin(struct cmdlines *cmdlines, struct context *context);

/* Takes the answers of helpers so far, while the source reads.  Never waits. */
void cmdlines_take(struct cmdlines *cmdlines);

/* Begins the phase: requests the command lines of processes that context_want_cmdline noted. */
void cmdlines_ask(struct cmdlines *cmdlines);
int cmdlines_step(struct cmdlines *cmdlines, uint64_t until_us);

/* --- Verification: inodes that the kernel reused within one scan ---
 *
 * Links show inodes, and a namespace is queried for its unique id only once in a scan.  The kernel
 * may give the inode of a freed namespace to a new one, so the link of a later process may show the
 * inode of a namespace that no longer exists.  But a namespace that still has its id at the end
 * existed all the time, and no other had its inode: one check of one member confirms all members.
 * When no member confirms it, only the queried process is known to have been a member; the links of
 * the others are reported as gone.
 *
 * A process that was not read again, since it has not changed (changes.h), is where it was when the
 * scan began.  A namespace that is known only from such processes needs no check.  When other
 * processes claim it and none confirms it, all claims are removed.
 *
 * Kernels without unique ids confirm nothing. */

enum verify_stage {
	VERIFY_BEGIN,   /* with the current namespace */
	VERIFY_CONFIRM, /* looks for a task that is still a member */
	VERIFY_REMOVE,  /* there is none: removes the claims */
};

struct verify {
	struct context *context;
	size_t at;         /* the current namespace */
	bool first_passed; /* the first claim on it was passed */
	enum verify_stage stage;
	size_t process;        /* of the builder: the next whose claims are checked */
	struct thread *thread; /* before it, those of this one and of what follows; NULL for none */
};

void verify_begin(struct verify *verify, struct context *context);
/* It reads the clock after each process and thread, since one namespace may have many members. */
bool verify_step(struct verify *verify, uint64_t until_us);

/* --- Cgroup paths, which identify the container of a namespace (model/graph/containers.h) ---
 *
 * Reading one path costs a quarter of what the rest of a process costs.  So only few processes are
 * read: the first visible member of each namespace that is not initial, and the init of each PID
 * namespace.  No event reports a move to another cgroup.  But a container moves a process before its
 * program starts, and a process that called execve(2) is read again.  So paths are copied from the
 * previous graph, and each scan reads a part of them again. */

struct cgroups {
	struct context *context;
	size_t at; /* the next process of the builder */
};

void cgroups_begin(struct cgroups *cgroups, struct context *context);
bool cgroups_step(struct cgroups *cgroups, uint64_t until_us);

/* --- Mount tables ---
 *
 * They have bind mounts that hold and name namespaces, such as those of ip-netns(8), and whether /proc hides
 * the processes of other users.  Symbolic links in /run/netns give names, too.
 *
 * Two kinds of tables are read (proc_pid_mountinfo(5)): the caller's own, and that of one member of
 * each other mount namespace, where permitted.  A table shows what is below the root directory of its
 * process.  For a mount namespace without a member the kernel is queried (nsfs/mounts.h). */

struct mounts;

struct mounts *mounts_new(void);
void mounts_free(struct mounts *mounts);

/* Starts the reads that may take long, before the source reads. */
void mounts_prepare(struct mounts *mounts, struct context *context);

/* A namespace that only a mount holds is queried through that mount. */
void mounts_begin(struct mounts *mounts, struct context *context);
bool mounts_step(struct mounts *mounts, uint64_t until_us);

/* --- Namespaces that exist without a visible holder ---
 *
 * A descriptor in flight in a unix socket holds one, a mapped System V segment, a file that was opened inside
 * a user namespace, …  There are two ways to find them.  Since Linux 6.19 listns(2) lists them, for root in
 * the initial PID namespace; elsewhere invisible processes hold most of what it lists.  Before, and for
 * every user, the kernel opens a namespace of the previous graph by its handle while it exists
 * (nsfs_exists).
 *
 * A scan takes time, so each new one is checked.  It must have existed when the scan began, and still
 * exist a while after the end: the kernel frees some namespaces later than their last holder (user
 * namespaces after an RCU grace period).  And no process may have joined it. */

struct unseen_one {
	struct ns_id id;
	bool is_new; /* it was not known to be unseen before */
};

struct unseen {
	struct context *context;
	struct listing listing; /* of when the scan began */
	struct listing known;   /* the ids of what the scan has found */
	struct unseen_one *ones;
	size_t count, capacity;
	size_t listed_at, before_at; /* the next one in the listing, in the previous graph */
	size_t stage;                /* looking, waiting, looking again */
	uint64_t wait_until_us;      /* 0: not begun */
	int proc;                    /* /proc, while processes are checked again; else -1 */
	int any;                     /* a descriptor on any namespace; -1 for none */
};

void unseen_init(struct unseen *unseen);
void unseen_done(struct unseen *unseen);

/* Call it before anything else is read. */
void unseen_scan_begins(struct unseen *unseen);
void unseen_begin(struct unseen *unseen, struct context *context);
bool unseen_step(struct unseen *unseen, uint64_t until_us);

/* --- Host names of UTS namespaces ---
 *
 * A helper process reads each name that the source has not reported (hostname_helper.h), in about 50
 * microseconds.  A full scan of /proc reads all of them, because no event reports sethostname(2). */

struct hostnames;

struct hostnames *hostnames_new(void);
void hostnames_free(struct hostnames *hostnames); /* ends the helper */

/* Starts the helper now; otherwise the first query does.  Returns 0 or -errno. */
int hostnames_start(struct hostnames *hostnames);

/* The PID of the current helper, in this process's PID namespace; 0 for none. */
pid_t hostnames_helper(const struct hostnames *hostnames);

/* Drops the pending query and ends its helper: the answer would be taken for that to the next query,
 * and the helper may be a member of the namespace that it reads. */
void hostnames_drop(struct hostnames *hostnames);

/* No query may be pending. */
void hostnames_begin(struct hostnames *hostnames, struct context *context);
/* A name that could not be read stays NULL.  -errno: no helper could be started. */
int hostnames_step(struct hostnames *hostnames, uint64_t until_us);

/* --- The ids of other net namespaces in the caller's own: rtnetlink(7), RTM_GETNSID ---
 *
 * The kernel assigns one when an interface has its peer in the other namespace, or on request (ip netns set);
 * ip-link(8) shows it as link-netnsid.  No event reports a new id, so each scan queries each namespace.  But
 * first it dumps all ids, and where there are none, as on most systems, that is all. */

struct netnsids {
	struct context *context;
	int socket;   /* -1 when there is nothing to query */
	size_t at;    /* the next namespace of the builder */
	size_t place; /* when these are done, the next place */
};

void netnsids_begin(struct netnsids *netnsids, struct context *context);
bool netnsids_step(struct netnsids *netnsids, uint64_t until_us); /* no socket is open when done */

/* Drops an unfinished run.  May be called before the first netnsids_begin. */
void netnsids_stop(struct netnsids *netnsids);
