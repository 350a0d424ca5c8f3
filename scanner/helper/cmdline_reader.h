/* The work of a responder that reads command lines by PID; a request for all reads each PID in /proc.
 *
 * Reading /proc/PID/cmdline takes the memory lock of PID and may fault in a page, so that process can
 * block a reader without limit.  Answers have no NULs at the end.
 *
 * The helper holds a descriptor on /proc.  Its only capabilities are those that open what hidepid
 * hides (sandbox.h).
 */
#pragma once

#include "scanner/helper/responder.h"

extern const struct responder_work cmdline_reader;
