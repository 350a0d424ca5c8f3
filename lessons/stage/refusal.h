/* Why a call is refused here that the kernel itself would permit the caller: what confines this
 * process, by its name, and what helps.  One table for nsscope doctor, and for what is tried before a
 * lesson begins. */
#pragma once

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
