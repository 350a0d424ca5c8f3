/* A container without a user namespace: PID, mount and UTS namespaces, a /proc of its own, and root with
 * few capabilities, of which one lets it trace. */
#pragma once

#include "lessons/play/shell.h"

#include <linux/capability.h>

#define CONTAINER_CAPS (1ULL << CAP_SYS_PTRACE | 1ULL << CAP_KILL | 1ULL << CAP_CHOWN)

/* Gives up all capabilities of this process that the container has not. */
void container_confine(void);
/* Starts its init, which waits to be killed. */
pid_t container_start(void);
void container_end(pid_t init);
/* The namespaces of @init, for a shell that stays; its pidfd is the caller's to close. */
struct shell_place container_place(pid_t init);
/* The number of processes in the PID namespace of @init. */
int container_members(pid_t init);
