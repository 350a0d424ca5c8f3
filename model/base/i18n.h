/* gettext's two usual macros. Text for the reader is in _("…") where it is used at run time, or in
 * N_("…") in a table and in _() where the table is read. */
#pragma once

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)
