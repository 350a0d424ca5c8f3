/* Which container: whose namespaces these are, where somebody has said so.
 *
 * Container runtimes, sandboxes and ip-netns(8) leave their mark outside of what they make: in the
 * path of the cgroup that they put their processes into, on command lines, or in where they mount a
 * net namespace.  One table in containers.c has them all; what fits no row is not named.  Nothing is
 * guessed, yet a command line is its process's own word: whoever shows a name can show by what clue
 * it is known.
 *
 * The initial namespaces, or those that stand for them (ns.reference), are nobody's.
 */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

enum container_kind {
	CONTAINER_DOCKER,
	CONTAINER_PODMAN,
	CONTAINER_CONTAINERD,
	CONTAINER_CRI_O,
	CONTAINER_KUBERNETES, /* of a pod; by which runtime isn't told */
	CONTAINER_LXC,
	CONTAINER_NSPAWN, /* systemd-nspawn(1) */
	CONTAINER_FLATPAK,
	CONTAINER_BUBBLEWRAP,
	CONTAINER_CHROMIUM, /* the sandbox of Chromium, and of all that is built on it */
	CONTAINER_FIREFOX,  /* the same of Firefox */
	CONTAINER_CNI,      /* the network of a pod */
	CONTAINER_IP_NETNS, /* ip-netns(8) */
	CONTAINER_KIND_COUNT,
};

/* By what it is known, the most trustworthy first. */
enum container_clue {
	CONTAINER_BY_CGROUP,         /* the path of a member's cgroup */
	CONTAINER_BY_MOUNT,          /* where its file is mounted */
	CONTAINER_BY_PARENT_COMMAND, /* the command line of a member's parent */
	CONTAINER_BY_COMMAND,        /* the command line of a member */
	CONTAINER_CLUE_COUNT,
};

enum { CONTAINER_ID_CHARS = 64, CONTAINER_NAME_BYTES = 256 };

struct container {
	enum container_kind kind;
	enum container_clue clue;
	char id[CONTAINER_ID_CHARS + 1]; /* hexadecimal digits; "" where none is known */
	char name[CONTAINER_NAME_BYTES]; /* raw; "" where none is known */
};

/* "docker", "systemd-nspawn", "ip netns", …: for people and JSON, never translated. */
extern const char *const container_kind_names[CONTAINER_KIND_COUNT];
/* "cgroup", "mount", "parent", "command": for JSON. */
extern const char *const container_clue_names[CONTAINER_CLUE_COUNT];
/* A phrase for people, translated: "from the path of its cgroup". */
const char *container_clue_text(enum container_clue clue);

/* Whose namespace @ns is: what its oldest member's cgroup, the place of its mount, or the command line
 * of that member or its parent says, in this order.  Returns false where that isn't known. */
bool container_of_ns(const struct ns *ns, struct container *ret_container);

/* In whose namespaces @process is: by its own cgroup, where that was read, else by the first of its
 * namespaces that is known.  Nobody's is who lives in the initial ones only. */
bool container_of_process(const struct process *process, struct container *ret_container);

/* Appends "docker web" or "docker 4f1c2ab3d4e5", and the kind alone where nothing else is known. */
void container_add(const struct container *container, enum style style, struct line *line);

/* --- For sources and tests ------------------------------------------------------------------- */

/* Of the lines of a /proc/PID/cgroup the path that tells the most: one that the table knows, else
 * that of the unified hierarchy, else of "name=systemd", else the first.  cgroups(7)
 * @text: @len bytes, borrowed, which the result points into.
 * Returns NULL where no line has the form of one. */
const char *container_cgroup_path(const char *text, size_t len, size_t *ret_len);

/* What the path of a cgroup says; @path has @len bytes.  clue is CONTAINER_BY_CGROUP. */
bool container_of_cgroup(const char *path, size_t len, struct container *ret_container);

/* What the place says at which a namespace's file is mounted. */
bool container_of_mount(const char *path, struct container *ret_container);

/* What a command line, @len bytes with arguments separated by NUL, says of its process
 * (CONTAINER_BY_COMMAND), or of its process's children (CONTAINER_BY_PARENT_COMMAND). */
bool container_of_command(
    const char *cmdline, size_t len, enum container_clue clue, struct container *ret_container);
