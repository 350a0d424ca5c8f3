/* The calls that an actor can make: the one table that the check of a script, the actors and the
 * help are told from.
 *
 * Every call says whom its effect may reach.  The actor looks at that before it makes the call, so
 * a new call that says nothing is never made (actor.c).
 */
#pragma once

#include "lessons/stage.h"
#include "model/nstype.h"

enum {
	CALL_ARGUMENTS_MAX = 4,
	CALL_TEXT_MAX = 255,
	ACTOR_NAME_MAX = 16,
};

/* One argument, read and checked. */
struct call_value {
	long number;                  /* flags, numbers */
	size_t len;                   /* of text, which may hold NULs */
	char text[CALL_TEXT_MAX + 1]; /* strings, names of actors */
};

/* What an argument may be; the letters of call.signature. */
#define ARGUMENT_FLAGS     'f' /* CLONE_NEWUTS|CLONE_NEWPID, or 0 */
#define ARGUMENT_NUMBER    'n' /* 17, 0x11 */
#define ARGUMENT_STRING    's' /* "ns1" */
#define ARGUMENT_NEW_ACTOR 'a' /* B: nobody is called so yet */

/* Whom an effect may reach: those inside the actor's namespaces of these types, which must then be
 * others than the stage began in; or nobody but the actor itself and its children. */
#define REACHES_INSIDE(type) (1u << (type))
#define REACHES_ITSELF       (1u << 31)

struct actor;

struct call {
	const char *name;      /* "unshare" */
	const char *signature; /* one letter for each argument */
	const char *form;      /* "unshare(FLAG|FLAG…)" */
	const char *doc;       /* what it does, one sentence, msgid */
	unsigned reaches;      /* 0: never told, so the call is refused */
	bool ends_actor;       /* the call is over when the actor is gone */
	/* Runs in the actor. */
	void (*run)(
	    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer);
};

extern const struct call calls[]; /* ends with a NULL name */

/* Finds and reads a call.  @ret_arguments: CALL_ARGUMENTS_MAX of them.
 * Returns 0 or -EINVAL with @message filled (translated; holds bytes of the script). */
int call_read(const char *name, const char *const *arguments, size_t argument_count,
    const struct call **ret_call, struct call_value *ret_arguments, char *message,
    size_t message_bytes);
