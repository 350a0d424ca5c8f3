/* The helper of inspect.h: its request, and the functions that read, one or more for each type.
 * Only inspect.c and inspect_*.c include this. */
#pragma once

#include "model/report/inspection.h"
#include "scanner/proc/proc_file.h"

enum { INSPECT_WAYS_MAX = 4 };

/* A way to a namespace. */
struct inspect_way {
	char *path;   /* a link below /proc, or where it is mounted; NULL of a socket */
	bool mounted; /* path is as the process root sees it; with root 0, as this process does */
	pid_t root;
	unsigned long step; /* 0, or the ioctl that leads on from there: NS_GET_PARENT, … */
	pid_t pid;          /* of a member, if the way leads through one; else 0 */
	int socket;         /* with SIOCGSKNS: its number; else -1 */
	bool of_thread;     /* the socket is in the table of the thread pid */
	bool by_id;         /* no path leads there, but the kernel opens it by its id */
	struct ns_id id;
};

/* Another net namespace, which may contain the peer of an interface. */
struct inspect_peer {
	pid_t pid;              /* of a member, or 0 */
	struct inspect_way way; /* else: where it can be opened, without a step */
	int fd;                 /* opened that way, before the helper joins; negative: not */
	uint64_t ino;
};

struct inspect_question {
	struct ns_id id;
	struct inspect_way ways[INSPECT_WAYS_MAX];
	size_t way_count;
	struct inspect_peer *peers; /* only for net */
	size_t peer_count;
};

/* The clocks of the helper's own time namespace. */
struct inspect_clocks {
	int64_t monotonic_ns, boottime_ns; /* against the initial one */
	int64_t booted_at;                 /* as seen here; seconds since 1970 */
};

struct inspect_helper {
	const struct inspect_question *question;
	int proc;              /* /proc, which stays what it is whatever is joined */
	int root;              /* the root directory that nsscope has; the helper's is empty */
	int ns;                /* the namespace */
	int member;            /* /proc/PID of a member, or -1 */
	bool own;              /* the helper was a member from its start */
	uint64_t own_user;     /* the inode of its user namespace at its start */
	uint64_t capabilities; /* those at its start, which nsscope has */
	struct inspect_clocks clocks;
	char *data; /* encoded facts */
	size_t len, capacity;
	uint32_t counts[FACT_KIND_COUNT];
};

/* Answers, writing to descriptor 0.  Never returns. */
_Noreturn void inspect_serve(const struct inspect_question *question);

/* --- For the functions that read --- */

/* After all joins and opens: drops the capabilities that only those need (sandbox.h). */
void inspect_joined(struct inspect_helper *helper);

/* Reports @fact.  Beyond a limit for its kind it is only counted. */
void inspect_report(struct inspect_helper *helper, const struct fact *fact);
void inspect_report_failed(struct inspect_helper *helper, enum fact_kind what, int error);
struct fact_text inspect_text(const char *string); /* NULL: none */

/* proc_lines_open (proc_file.h), with the capabilities that files of another process may take. */
int inspect_open_lines(struct proc_lines *lines, int dir, const char *name);
/* Closes @lines (proc_file.h), and reports an error that ended the reading early. */
void inspect_close_lines(
    struct inspect_helper *helper, struct proc_lines *lines, enum fact_kind what);
/* Cuts @line at its blanks.  Returns how many words there are, at most @max. */
size_t inspect_words(char *line, char **words, size_t max);
/* Reads digits of @base up to the end or another character; 0 where there are none. */
uint64_t inspect_number(const char *digits, int base);

/* In the namespace. */
void inspect_ipc(struct inspect_helper *helper);
/* Interfaces, addresses, routes and unix sockets by netlink(7); @dir: /proc/self of the helper. */
void inspect_net(struct inspect_helper *helper, int dir);

/* From files of @dir: /proc/PID of a member, or /proc/self of the helper in it. */
void inspect_mnt(struct inspect_helper *helper, int dir);
/* A mount namespace without members, by its id and without joining it (nsfs/mounts.h).  Returns false
 * when the kernel does not support that; nothing is reported then. */
bool inspect_mnt_by_id(struct inspect_helper *helper);
void inspect_user(struct inspect_helper *helper, int dir);
/* The helper never joins a PID namespace or forks into one: members could act on it there. */
void inspect_pid(struct inspect_helper *helper);
/* The helper's clocks must be filled. */
void inspect_time(struct inspect_helper *helper, int dir);
void inspect_sockets(struct inspect_helper *helper, int dir);
/* What inspect_net reports, as far as files contain it. */
void inspect_net_files(struct inspect_helper *helper, int dir);

/* Before anything is joined. */
/* Fills helper->clocks. */
void inspect_own_clocks(struct inspect_helper *helper);
/* What the helper may do in the user namespace. */
void inspect_caps(struct inspect_helper *helper);
