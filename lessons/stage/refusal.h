/* Why a call failed: what its errno means, and, where the kernel itself would permit it, what confines this process, by
 * its name, and what helps.  One table for nsscope doctor, and for what is tried before a lesson begins. */
#pragma once

#include "lessons/stage/stage.h"
#include "model/graph/nstype.h"
#include "scanner/doctor.h"

struct refusal {
	char *why;  /* translated */
	char *cure; /* translated, or a command; NULL where none is known */
};

/* What was refused. */
struct refused_call {
	const char *call; /* "unshare", "mount", "write" */
	const char
	    *detail; /* the path that was to be written, the file system: "proc"; "" for none */
	bool user;   /* it was to make a user namespace */
	enum nstype type; /* that was to be made; NS_TYPE_COUNT for none, or several */
	int error;        /* an errno; ECANCELED where the call killed its caller */
};

/* Of a caller with all capabilities over what the call concerns, for user namespaces with none.  To be
 * ended with refusal_done. */
struct refusal refusal_of(const struct refused_call *call, const struct confinement *confinement);
void refusal_done(struct refusal *refusal);

/* @source: the call as written, for those that mean something else of another file; NULL: not known.
 * Translated; NULL where nothing more is to be said than strerror(3) does. */
const char *errno_meaning(const char *call, const char *source, int error);

/* Did @call fail because a limit of this process, its user or its cgroup is reached?  Then the kernel is as
 * it should be. */
bool errno_is_limit(const char *call, int error);

/* The same of the answer of a call; NULL, too, where it went well or was not made. */
const char *errno_meaning_of_answer(
    const char *call, const char *source, const struct stage_answer *answer);
