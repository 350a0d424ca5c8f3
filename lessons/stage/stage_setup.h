/* The namespaces and privileges of a lesson's actors: its fact "stage:". */
#pragma once

#include <stdbool.h>

enum stage_kind {
	/* The actors are in nsscope's namespaces, as root.  Without root, the stage makes a user
	 * namespace first, and is root in it. */
	STAGE_DEFAULT,
	/* No privilege and no namespace: root becomes the user 65534 first. */
	STAGE_NONE,
	/* A user namespace for all actors, in which they are root, and more namespaces with
	 * it; root becomes the user 65534 first.  With a mount namespace everything that can be seen
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
