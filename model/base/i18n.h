/* gettext's two usual words.  Text that a person reads stands in _("…") where it is used at run
 * time, or in N_("…") in a table and in _() where the table is read. */
#pragma once

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)
