/* Random populations: processes in namespaces of all types, nested, with threads, descriptors, bind
 * mounts, orphans and zombies; with threads that have descriptor and mount tables of their own, sockets and
 * /dev/net/tun of other net namespaces, PID namespaces whose init has ended or cannot end, thousands of
 * groups and long command lines.  Each of them tells, from inside, which namespaces it is in, so that
 * there is a record that owes nothing to the scanner. */
#pragma once

#include "model/graph/ns.h"
#include "model/graph/nstype.h"
#include "tests/kernel/room.h"

enum { RECORD_MAX = 1024 };

enum record_kind {
	RECORD_TASK,   /* a process, or a thread where tid is not pid */
	RECORD_FD,     /* @pid holds @fd on ino[0]; @tid: in that thread's own table, else 0 */
	RECORD_SOCKET, /* the same of a socket of the net namespace ino[0] */
	RECORD_TUN,    /* the same of /dev/net/tun */
	RECORD_MOUNT,  /* a bind mount of ino[0] in the mount namespace ino[1] */
	RECORD_PID_NS, /* the PID namespace ino[0] is in @state */
};

struct record {
	enum record_kind kind;
	bool zombie;    /* only its pid and user namespaces can be seen */
	pid_t pid, tid; /* as in the room */
	int fd;
	enum pid_ns_state state;
	uint64_t ino[NS_LINK_COUNT]; /* 0: there is none that could be opened */
};

/* What a run of many populations must have had, each where it can be had. */
enum made {
	MADE_OWN_TABLE,    /* a thread with a table of descriptors of its own */
	MADE_OWN_MOUNTS,   /* a thread with a mount namespace of its own */
	MADE_TUN,          /* /dev/net/tun, open in a net namespace that nothing else keeps */
	MADE_TUN_DEVICE,   /* the same, attached to a device */
	MADE_DEAD_HELD,    /* a PID namespace without an init, kept by a descriptor */
	MADE_DEAD_MOUNTED, /* by a bind mount */
	MADE_DEAD_AWAITED, /* by who is to have children in it */
	MADE_ENDING,       /* a PID namespace whose init cannot end */
	MADE_ALL_GROUPS,   /* as many groups as the kernel allows */
	MADE_LONG_COMMAND, /* a command line longer than 64 kB */
	MADE_COUNT
};
extern const char *const made_names[MADE_COUNT];

/* How often it was made, and how often it could not be had here, since population_init. */
size_t population_made(enum made what);
size_t population_refused(enum made what);

struct population {
	struct member members[8];
	int count;
};

/* What was recorded since population_start; shared with the members. */
const struct record *population_records(size_t *ret_count);

/* To be called once, before the first one; @folder: an empty one to mount on, borrowed for good.
 * Returns 0 or -1. */
int population_init(const char *folder);
/* Makes the population that follows from @seed.  Fails the test where that fails. */
void population_start(struct population *population, uint32_t seed);
/* Ends all of it, and waits until it is gone. */
void population_end(struct population *population);
