/* Looking into the namespaces of members of a room (room.h). */
#pragma once

#include "scanner/helper/inspect.h"
#include "tests/kernel/room.h"

#include <stdbool.h>

enum { NOBODY_ID = 65534 };

/* CLONE_NEWUSER while an unprivileged user tests, else 0. */
extern unsigned long inside_user_flag;

/* For prepare: maps the user where there is a new user namespace.  0 or -errno. */
int inside_map(void);
/* The same, then takes the host name @name and the domain "example". */
int inside_name(const void *name);
/* For prepare: mounts of each propagation below /mnt. */
int inside_mount(const void *unused);
/* The shared one's mount point. */
#define INSIDE_EVIL "/mnt/a\nb\033[31m"

/* Runs a shell's command.  Its exit status, or -errno. */
int inside_run(const char *command);

struct graph *inside_sweep(void);
const struct ns *inside_ns(const struct graph *graph, pid_t pid, enum nstype type);
/* Looks into the namespace of @pid. */
struct inspection *inside_look(pid_t pid, enum nstype type);

enum join_how inside_how(const struct inspection *inspection);
bool inside_text_is(const struct fact_text *text, const char *string);
/* The fact of @kind whose first text is @first, or NULL. */
const struct fact *inside_named(
    const struct inspection *inspection, enum fact_kind kind, const char *first);
