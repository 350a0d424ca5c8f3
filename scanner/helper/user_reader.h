/* The work of a responder that asks for names of users, by user id: getpwuid_r(3).  Whoever answers for
 * nsswitch.conf(5), a directory on the network say, may take as long as it likes.
 *
 * It has no capability, and gains none (sandbox.h); it keeps root's files in reach, as root's asking always did. */
#pragma once

#include "scanner/helper/responder.h"

extern const struct responder_work user_reader;
