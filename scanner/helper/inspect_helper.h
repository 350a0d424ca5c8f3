/* The helper of inspect.h: what it is asked, and the parts that read, one or more for each type.
 * Only inspect.c and inspect_*.c include this. */
#pragma once

#include "model/report/inspection.h"
#include "scanner/proc/proc_file.h"

enum { INSPECT_WAYS_MAX = 4 };

/* A way to a namespace. */
struct inspect_way {
	char *path;   /* a link below /proc, or where it is mounted; NULL of a socket */
	bool mounted; /* at path, as the process root sees it, or where that is 0 as we do */
	pid_t root;
	unsigned long step; /* 0, or the ioctl that leads on from there: NS_GET_PARENT, … */
	pid_t pid;          /* of a member, where the way leads through one; else 0 */
	int socket;         /* with SIOCGSKNS: its number; else -1 */
	bool of_thread;     /* the socket is in the table of the thread pid */
	bool by_id;         /* nothing leads there, but the kernel opens it by its id */
	struct ns_id id;
};

/* Another net namespace, in which the other end of an interface may be. */
struct inspect_peer {
	pid_t pid;              /* of a process in it, or 0 */
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
	bool own;              /* the helper began in it */
	uint64_t own_user;     /* the inode of the user namespace that it began in */
	uint64_t capabilities; /* what it began with, which is what nsscope has */
	struct inspect_clocks clocks;
	char *data; /* encoded facts */
	size_t len, room;
	uint32_t counts[FACT_KIND_COUNT];
};

/* Answers, writing to descriptor 0.  Never returns. */
_Noreturn void inspect_serve(const struct inspect_question *question);

/* --- For the parts that read --- */

/* All is joined and opened that has to be: gives up what only that takes (sandbox.h). */
void inspect_joined(struct inspect_helper *helper);

/* Tells @fact, unless there were too many of its kind already: then it is counted. */
void inspect_tell(struct inspect_helper *helper, const struct fact *fact);
void inspect_tell_failed(struct inspect_helper *helper, enum fact_kind what, int error);
struct fact_text inspect_text(const char *string); /* NULL: none */

/* Opens what stands at the beginning of @way, which is a namespace or a socket and nothing else: what
 * lies on a path, or behind somebody's descriptor, may be anything by now.  Returns it or -errno. */
int inspect_open_way(const struct inspect_helper *helper, const struct inspect_way *way);

/* proc_lines_open (proc_file.h), with the capabilities that files of another process may take. */
int inspect_open_lines(struct proc_lines *lines, int dir, const char *name);
/* Ends the reading of @lines (proc_file.h), and tells where that did not come to the end. */
void inspect_close_lines(
    struct inspect_helper *helper, struct proc_lines *lines, enum fact_kind what);
/* Cuts @line at its blanks.  Returns how many words there are, at most @max. */
size_t inspect_words(char *line, char **words, size_t max);
/* Reads digits of @base up to the end or another character; 0 where there are none. */
uint64_t inspect_number(const char *digits, int base);

/* In the namespace. */
void inspect_uts(struct inspect_helper *helper);
void inspect_ipc(struct inspect_helper *helper);
/* Interfaces, addresses, routes and unix sockets by netlink(7); @dir: /proc/self of the helper. */
void inspect_net(struct inspect_helper *helper, int dir);

/* From files of @dir: /proc/PID of a member, or /proc/self of the helper in it. */
void inspect_mnt(struct inspect_helper *helper, int dir);
/* Of a mount namespace that no process is in, by its id and without joining it (far_mounts.h).  Returns false where
 * the kernel doesn't tell it so; nothing is told then. */
bool inspect_mnt_by_id(struct inspect_helper *helper);
void inspect_user(struct inspect_helper *helper, int dir);
/* Nobody joins a PID namespace, or forks into one: its members may do much with who comes. */
void inspect_pid(struct inspect_helper *helper);
/* The helper's clocks must be filled. */
void inspect_time(struct inspect_helper *helper, int dir);
void inspect_sockets(struct inspect_helper *helper, int dir);
/* What inspect_net tells, as far as files tell it. */
void inspect_net_files(struct inspect_helper *helper, int dir);

/* Before anything is joined. */
/* Fills helper->clocks. */
void inspect_own_clocks(struct inspect_helper *helper);
/* What the helper may do in the user namespace. */
void inspect_caps(struct inspect_helper *helper);
