/* Patterns for the texts that container runtimes leave.  Private to containers.c and
 * container_table.c.
 *
 * A pattern is text with these in it:
 *
 *     {id}      64 hexadecimal digits, in lower case
 *     {pod}     a pod's uid: hexadecimal digits and '-' or '_', 32 digits
 *     {number}  decimal digits
 *     {name}    what has no '/' in it and is not empty; as much as can be
 *     {any}     the same, of which nothing is kept; one of the two at most stands in a pattern
 */
#pragma once

#include "model/graph/containers.h"

/* Does @pattern fit the beginning of @text, up to its end or a '/'?  Then what {id} and {name} stood
 * for is put into @ret_container, with \xNN in names undone as systemd-escape(1) does, and how much
 * of @text was used is returned; else 0. */
size_t container_match(
    const char *pattern, const char *text, size_t len, struct container *ret_container);

/* Sets what a pattern's {name} would be to @len bytes of @name, cut where they are too long. */
void container_set_name(struct container *container, const char *name, size_t len);
