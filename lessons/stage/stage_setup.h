/* The namespaces and privileges of a lesson's actors, its fact "stage:"; and the stage process, which sets up both for
 * itself, so that the actors, its descendants, inherit them.  It starts the first actors, and exits last. */
#pragma once

#include <stdbool.h>

enum stage_kind {
	/* The actors are in nsscope's namespaces, as root.  Without root, the stage makes a user
	 * namespace first, and is root in it. */
	STAGE_DEFAULT,
	/* No privilege and no namespace: root becomes the user STAGE_UID first. */
	STAGE_NONE,
	/* A user namespace for all actors, in which they are root, and more namespaces with
	 * it; root becomes the user STAGE_UID first.  With a mount namespace everything that can be seen
	 * is read-only for good, but for /proc and fresh file systems on /tmp, /run and /dev. */
	STAGE_USER,
};

struct stage_setup {
	enum stage_kind kind;
	unsigned types; /* of STAGE_USER: 1u << NS_MNT, … */
};

/* The types that may come with STAGE_USER. */
bool stage_setup_may(const char *type);

/* The oldest Linux that has what the stage is made with, "5.12"; NULL: any. */
const char *stage_setup_kernel(const struct stage_setup *setup);

/* The user and group of actors that gave up root.  No user has this number (https://systemd.io/UIDS-GIDS).
 * It is not 65534, nobody: that is also what getuid(2) says where a user is not mapped, and a lesson shows
 * how the two differ. */
enum { STAGE_UID = 65533 };

/* Gives up root: becomes the user and group STAGE_UID, with no more groups and no capability.  A process
 * that isn't root only drops its capabilities.
 * Returns 0 or -errno with @ret_step, what could not be done. */
int stage_give_up_root(const char **ret_step);

/* What the stage process does before anything else. */
struct stage_plan {
	struct stage_setup setup;
	bool give_up_root, make_userns;
};

/* Becomes the stage process on @socket, in a process that was just forked with all signals
 * blocked; first carries out @plan and says hello, or the step that failed and its errno.  Ends when the other end of
 * @socket is closed, after it killed and reaped all its descendants. */
_Noreturn void stage_process_main(int socket, const struct stage_plan *plan);
