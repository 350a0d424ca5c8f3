/* The work of a responder that reads command lines, by PID; asked for all, those of all in /proc.
 *
 * Reading /proc/PID/cmdline takes the lock of PID's memory, and may have to wait for a page of it; so another
 * process can delay it for as long as it likes.  Answers are without the NULs at their end.
 *
 * It holds a descriptor on /proc, and has no capability but for opening what hidepid hides (sandbox.h).
 */
#pragma once

#include "scanner/helper/responder.h"

extern const struct responder_work cmdline_reader;
