/* A program that is installed carries nothing with it.  In the single file cli/static/files.c stands in
 * the place of this one. */
#include "cli/builtin.h"

#include <stddef.h>

const char *builtin_folder(void)
{
	return NULL;
}

void builtin_remove(void)
{
}
