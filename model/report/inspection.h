/* What is in one namespace: facts that a helper process (scanner/helper/inspect.h) read there.
 *
 * A fact is a record of one kind with numbers of its own and up to FACT_TEXTS texts, which are raw
 * bytes from the system: show them through line.h only.  Facts cross a pipe from the helper to the
 * asking process, both of one program, so their numbers travel as they lie in memory; what arrives
 * is checked all the same.
 */
#pragma once

#include "model/graph/graph.h"

enum fact_kind {
	FACT_JOIN,      /* always there: whether the namespace was joined */
	FACT_FAILED,    /* something could not be read */
	FACT_LEFT_OUT,  /* there are more facts of a kind than were sent */
	FACT_HOST,      /* uts; texts: node name, domain name */
	FACT_INTERFACE, /* net; texts: name, kind ("veth"), MAC as text */
	FACT_ADDRESS,   /* net; texts: the address, as text; interface: after its FACT_INTERFACE */
	FACT_ROUTES,    /* net: how many */
	FACT_LISTENER,  /* net; texts: "tcp", address */
	FACT_SOCKETS,   /* net: how many */
	FACT_MOUNT,     /* mnt; texts: mount point, root, type, source */
	FACT_SYSV,      /* ipc: one object */
	FACT_QUEUE,     /* ipc; texts: the queue's name, with its slash */
	FACT_PID_MAX,   /* pid */
	FACT_ID_RANGE,  /* user: a line of uid_map or gid_map */
	FACT_SETGROUPS, /* user */
	FACT_CAPS,      /* user */
	FACT_CLOCKS,    /* time */
	FACT_CGROUP,    /* cgroup; texts: the controllers (empty: the unified hierarchy), a member's
	                 * path as seen from here, the same as seen inside (NULL: not known) */
	FACT_KIND_COUNT,
};

enum {
	FACT_TEXTS = 4,
	FACT_TEXT_BYTES_MAX = 8192,
	FACTS_MAX = 4096,
};

/* What FACT_JOIN says. */
enum join_how {
	JOIN_DONE,     /* read from inside */
	JOIN_OWN,      /* nsscope is itself in it */
	JOIN_NEEDLESS, /* all can be read from outside */
	JOIN_REFUSED,  /* only what /proc alone gives; error says why */
};

enum sysv_kind { SYSV_SHM, SYSV_MSG, SYSV_SEM };

enum caps_why {
	CAPS_OWN,     /* it is nsscope's own user namespace: as they are */
	CAPS_ABOVE,   /* it is below nsscope's own: what is held there holds below too */
	CAPS_CREATOR, /* this user made it or one above it: all of them */
	CAPS_NONE,    /* it is not below nsscope's own: none */
};

struct fact_text {
	const char *data; /* NULL: none */
	size_t len;
};

struct fact {
	enum fact_kind kind;
	union {
		struct {
			enum join_how how;
			int error; /* errno, with JOIN_REFUSED */
		} join;
		struct {
			enum fact_kind what;
			int error; /* errno */
		} failed;
		struct {
			enum fact_kind what;
			uint32_t count;
		} left_out;
		struct {
			uint32_t index, link_index; /* link_index 0: none */
			uint32_t flags;             /* IFF_… of netdevice(7) */
			bool flags_known;
			bool link_elsewhere; /* the other end is in another namespace */
			uint64_t link_ino;   /* which; 0: not known */
		} interface;
		struct {
			uint32_t index; /* of the interface; 0: not known */
			uint8_t prefix;
		} address;
		struct {
			uint32_t v4, v6; /* of the main table */
		} routes;
		struct {
			uint16_t port;
		} listener;
		struct {
			uint32_t udp;                      /* bound */
			uint32_t unix_listening, abstract; /* abstract: names */
		} sockets;
		struct {
			uint32_t shared, master; /* peer groups; 0: not */
			uint32_t id, parent_id;
			bool unbindable, read_only;
		} mount;
		struct {
			enum sysv_kind what;
			uint32_t key;
			int32_t id;
			uint64_t size;  /* bytes, messages, semaphores */
			uint64_t users; /* SYSV_SHM: attached */
			uint32_t uid, mode;
		} sysv;
		struct {
			uint32_t uid, mode;
		} queue;
		struct {
			uint32_t max;
		} pid_max;
		struct {
			bool group; /* gid_map */
			uint32_t inside, outside, count;
		} range;
		struct {
			bool allowed;
		} setgroups;
		struct {
			uint64_t held, known; /* bits by the numbers of capabilities(7) */
			enum caps_why why;
		} caps;
		struct {
			int64_t monotonic_ns, boottime_ns; /* inside, minus here */
			int64_t booted_at;                 /* as seen inside; seconds since 1970 */
		} clocks;
	};
	struct fact_text texts[FACT_TEXTS];
};

struct inspection {
	struct ns_id id; /* what was inspected; set by the asking side */
	int error;       /* 0, or -errno: there are no facts then.  -ETIMEDOUT: it took too long */
	struct fact *facts;
	size_t count;
	char *bytes; /* as it came, what the texts point into */
	size_t len;
};

/* Appends @fact as it crosses the pipe to @data.  Texts past FACT_TEXT_BYTES_MAX are cut. */
void fact_encode(const struct fact *fact, char **data, size_t *len, size_t *capacity);

/* Takes over @data, @len bytes of encoded facts from malloc(3), in any case.
 * Returns 0, or -EBADMSG where they are not whole or not such facts. */
int inspection_decode(char *data, size_t len, struct inspection **ret_inspection);
/* An inspection without facts. */
struct inspection *inspection_failed(int error);
void inspection_free(struct inspection *inspection); /* NULL is fine */

/* Do both have the same facts? */
bool inspection_equal(const struct inspection *a, const struct inspection *b);

/* The next fact of @kind after @after, or the first where that is NULL; NULL for none. */
const struct fact *inspection_next(
    const struct inspection *inspection, enum fact_kind kind, const struct fact *after);
/* The first fact of @kind, or NULL. */
const struct fact *inspection_find(const struct inspection *inspection, enum fact_kind kind);
/* How many there are. */
size_t inspection_count(const struct inspection *inspection, enum fact_kind kind);

/* The name of the capability with this number ("sys_admin"), or NULL. */
const char *capability_name(int number);
