/* What stands around the actors of a lesson: its fact "stage:". */
#pragma once

#include <stdbool.h>

enum stage_kind {
	/* The actors stand where nsscope stands, as root; whoever isn't root gets a user namespace
	 * first, with himself as its root. */
	STAGE_DEFAULT,
	/* No privilege and no namespace: root becomes the user 65534 first. */
	STAGE_NONE,
	/* A user namespace for everybody, in which the actors are root, and more namespaces with
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
