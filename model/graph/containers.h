/* Which container: the owner of namespaces, where there is evidence.
 *
 * Container runtimes, sandboxes and ip-netns(8) leave evidence: the path of the cgroup of their
 * processes, command lines, or the mount point of a net namespace. One table in containers.c has them
 * all; what matches no row has no name. Nothing is guessed, but a process chooses its own command
 * line, so a view can show the clue beside the name.
 *
 * The initial namespaces, or the references in their place (ns.reference), belong to no container. */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

enum container_kind {
	CONTAINER_DOCKER,
	CONTAINER_PODMAN,
	CONTAINER_CONTAINERD,
	CONTAINER_CRI_O,
	CONTAINER_KUBERNETES, /* of a pod; the runtime is unknown */
	CONTAINER_LXC,
	CONTAINER_NSPAWN, /* systemd-nspawn(1) */
	CONTAINER_FLATPAK,
	CONTAINER_BUBBLEWRAP,
	CONTAINER_CHROMIUM, /* the sandbox of Chromium, and of programs that are built on it */
	CONTAINER_FIREFOX,  /* the same of Firefox */
	CONTAINER_CNI,      /* the network of a pod */
	CONTAINER_IP_NETNS, /* ip-netns(8) */
	CONTAINER_KIND_COUNT,
};

/* The evidence, the most trustworthy first. */
enum container_clue {
	CONTAINER_BY_CGROUP,         /* the path of a member's cgroup */
	CONTAINER_BY_MOUNT,          /* the mount point of its file */
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

/* "docker", "systemd-nspawn", "ip netns", …: for views and JSON, never translated. */
extern const char *const container_kind_names[CONTAINER_KIND_COUNT];
/* "cgroup", "mount", "parent", "command": for JSON. */
extern const char *const container_clue_names[CONTAINER_CLUE_COUNT];
/* A phrase for people, translated: "from the path of its cgroup". */
const char *container_clue_text(enum container_clue clue);

/* The container of @ns, by the cgroup of its oldest member, its mount point, or the command line of
 * that member or its parent, in this order. Returns false where none is known. */
bool container_of_ns(const struct ns *ns, struct container *ret_container);

/* The container of @process: by its own cgroup, where that was read, else by the first of its
 * namespaces with a known container. A process with only initial namespaces has none. */
bool container_of_process(const struct process *process, struct container *ret_container);

/* Appends "docker web" or "docker 4f1c2ab3d4e5", and the kind alone where nothing else is known. */
void container_add(const struct container *container, enum style style, struct line *line);

/* --- For sources and tests ------------------------------------------------------------------- */

/* The most informative path of the lines of a /proc/PID/cgroup: one that the table has, else that of
 * the unified hierarchy, else of "name=systemd", else the first. cgroups(7)
 * @text: @len bytes, borrowed, which the result points into.
 * Returns NULL where no line has the right form. */
const char *container_cgroup_path(const char *text, size_t len, size_t *ret_len);

/* The container of a cgroup's path; @path has @len bytes. clue is CONTAINER_BY_CGROUP. */
bool container_of_cgroup(const char *path, size_t len, struct container *ret_container);

/* The container of the mount point of a namespace's file. */
bool container_of_mount(const char *path, struct container *ret_container);

/* The container of a command line, @len bytes with arguments separated by NUL: that of its process
 * (CONTAINER_BY_COMMAND), or of its children (CONTAINER_BY_PARENT_COMMAND). */
bool container_of_command(
    const char *cmdline, size_t len, enum container_clue clue, struct container *ret_container);
