/* A picture of the machine, as a test in a room (room.h) sees it: what a lesson must leave as it was. */
#pragma once

/* Host and domain name, offsets of the clocks, mounts with their propagation, interfaces, addresses,
 * routes and firewall rules, IPC objects, control groups, processes and namespaces; a line each.
 * Returns a text to be freed. */
char *machine_picture(void);

/* Prints on standard error the first line in which the pictures differ. */
void machine_print_difference(const char *before, const char *after);
