/* The calls that an actor can make: one table for the check of a script, the actors and the help.
 * It comes in families, each in a file of its own (actor_ns.c, …).
 *
 * Every call says which processes its effect may reach.  The actor looks at that before it makes the call, so
 * a new call that says nothing is never made (actor.c).
 */
#pragma once

#include "lessons/stage/stage.h"
#include "model/graph/nstype.h"

enum {
	CALL_ARGUMENTS_MAX = 5,
	CALL_TEXT_MAX = 1023,
	CALL_NAME_MAX = 31,
	ACTOR_NAME_MAX = 16,
};

/* One argument, read and checked; all 0 where an optional one was left out. */
struct call_value {
	bool given;
	long number;                  /* of words, numbers, descriptors, pids */
	size_t len;                   /* of text, which may hold NULs */
	char text[CALL_TEXT_MAX + 1]; /* strings, names of actors */
};

/* What an argument may be; the letters of call.signature.  Those behind a '?' may be left out. */
#define ARGUMENT_WORDS      'f' /* CLONE_NEWUTS|CLONE_NEWPID: of the next table of call.words */
#define ARGUMENT_NUMBER     'n' /* 17, 0x11, -1, or a variable of the actor */
#define ARGUMENT_DESCRIPTOR 'd' /* a variable of the actor, or a number */
#define ARGUMENT_STRING     's' /* "ns1", with placeholders: "/proc/{A}/ns/uts" */
#define ARGUMENT_NEW_ACTOR  'a' /* B: no actor has that name yet */
/* B: an actor, running or exited.  .text is its name, .number its pid as the caller sees it; its pidfd
 * comes along as actor.passed_fd, -1 where it never had one. */
#define ARGUMENT_ACTOR 'w'
/* {B}: as before; or a number or a variable: .text is "" then, and no pidfd comes. */
#define ARGUMENT_PID 'p'

/* Names of numbers. */
struct call_word {
	const char *word;
	long number;
};

struct call_words {
	const char *what;             /* "namespace flag", msgid: what a wrong word isn't */
	const struct call_word *list; /* ends with a NULL word */
	bool joined;                  /* by |, and 0 is none of them; else one word alone */
	bool namespaces;              /* CLONE_NEWUTS, … too */
};

/* The reach of an effect: processes inside the actor's namespaces of these types, which must then
 * differ from those that the stage began in; or only the actor itself and its children. */
#define REACHES_INSIDE(type) (1u << (type))
#define REACHES_ITSELF       (1u << 31)
/* The call looks itself, by what its arguments say, and refuses with answer_refuse. */
#define REACHES_BY_ARGUMENTS (1u << 30)
/* Only where all file systems but those of the stage are read-only for good (origin.sealed), and
 * only together with REACHES_INSIDE(NS_MNT). */
#define REACHES_SEALED (1u << 29)

enum { COMMAND_NOT_FOUND = 127 }; /* of sh and its like, as a shell reports it of a command */

struct actor;

struct call {
	const char *name;      /* "unshare" */
	const char *signature; /* one letter for each argument */
	const struct call_words *words[2];
	const char *form; /* "unshare(FLAG|FLAG…)" */
	const char *doc;  /* what it does, one sentence: for docs/lessons.md */
	/* How C writes it, where that is another call: "%1" is the first argument as
	 * written.  NULL where it is the same. */
	const char *c;
	unsigned reaches; /* 0: not stated, so the call is refused */
	bool gives_text;  /* the answer is text, not a number */
	bool ends_actor;  /* the call is over when the actor is gone */
	bool ends_named;  /* the actor that an argument names may be gone then */
	unsigned seconds; /* that it waits at most, for what may never come; 0: it doesn't wait */
	/* CAP_SYS_ADMIN, …: the capability without which the kernel refuses it with EPERM, where there is
	 * one for whatever its arguments are; else 0. */
	int capability;
	/* After it a namespace may have another holder, or one less: a member, a descriptor, a mount,
	 * a socket. */
	bool changes_holders;
	/* Runs in the actor, and fills its answer. */
	void (*run)(struct actor *actor);
};

/* The families; each ends with a NULL name.  A new one is listed in calls.c too. */
extern const struct call descriptor_calls[];
extern const struct call file_calls[];
extern const struct call ns_calls[];
extern const struct call process_calls[];
extern const struct call signal_calls[];
extern const struct call uts_calls[];
extern const struct call ipc_calls[];
extern const struct call mount_calls[];
extern const struct call net_calls[];
extern const struct call time_calls[];
extern const struct call shell_calls[];

/* All families, ends with NULL. */
extern const struct call *const call_families[];

/* NULL for none. */
const struct call *call_find(const char *name);

/* The values of names in arguments. */
struct call_scope {
	const void *context;
	/* The text of a placeholder, "A", "me", "uid", "A.fd".  NULL: any name has a value.
	 * Returns 0 or -errno; -EINVAL with the message filled where there is no such name. */
	int (*placeholder)(
	    const struct call_scope *scope, const char *name, char *ret, size_t capacity);
	/* The number of a variable of the actor that makes the call; likewise. */
	int (*variable)(const struct call_scope *scope, const char *name, long *ret_number);
	char *message; /* for the first mistake, translated; holds bytes of the script */
	size_t message_bytes;
};

struct call_reading {
	const struct call *call;
	struct call_value arguments[CALL_ARGUMENTS_MAX];
};

/* Finds and reads a call.
 * Returns 0, -EINVAL with the scope's message filled, or what a function of the scope returned. */
int call_read(const struct call_scope *scope, const char *name, const char *const *arguments,
    size_t argument_count, struct call_reading *ret_reading);

/* The call as C writes it, with its arguments as written.  To be freed; NULL where it is the same. */
char *call_as_c(const struct call *call, const char *const *arguments, size_t argument_count);

/* Reads the string literal @word, with its quotes, escapes as in C (C11 6.4.4.4, and \e, \{, \}); for the arguments
 * of calls and for what is expected of them.
 * @ret: gets the bytes and a NUL behind them; they may hold NULs too. @capacity: of @ret, at least 1.
 * Returns 0, -EINVAL (no literal, an unknown escape, a number above 255) or -E2BIG. */
int literal_read(const char *word, char *ret, size_t capacity, size_t *ret_len);

/* Reads a string literal as written, with its placeholders.  Returns as call_read. */
int call_string_read(
    const struct call_scope *scope, const char *word, char *ret, size_t capacity, size_t *ret_len);

/* Fills the scope's message.  Returns -EINVAL. */
int call_fail(const struct call_scope *scope, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
