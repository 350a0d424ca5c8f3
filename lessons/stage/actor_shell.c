/* The calls that run a line of the shell: what a person would type, where one system call tells too
 * little (ip link add …).
 *
 * A line may do anything, so more is asked of the actor than of any other call: that it left all
 * types that a line could reach outside by, and that file systems are read-only but for the stage's
 * own.  PIDs need no namespace of the actor's: the line gets its own (command.h). */
#include "lessons/stage/actor.h"
#include "lessons/stage/answer.h"
#include "lessons/stage/command.h"
#include "model/base/i18n.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum { LINE_MS_MAX = 10000 };

static void call_sh(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int r =
	    line_run(arguments[0].text, WIRE_FD, LINE_MS_MAX, answer->text, sizeof(answer->text));

	(void)actor;
	errno = r < 0 ? -r : 0;
	answer_result(answer, r < 0 ? -1 : r);
	answer->failed = r > 0;
}

static void call_sh_read(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	call_sh(actor, arguments, answer);
	answer->text[strcspn(answer->text, "\n")] = '\0';
}

/* For what the kernel does by and by: a link's carrier, the end of a network namespace. */
static void call_sh_until(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	const struct timespec slice = {.tv_nsec = 50L * 1000 * 1000};
	struct timespec now;
	time_t last_s;

	clock_gettime(CLOCK_MONOTONIC, &now);
	last_s = now.tv_sec + LINE_MS_MAX / 1000;
	for (;;) {
		answer->text[0] = '\0';
		call_sh(actor, arguments, answer);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (answer->error || !answer->failed || answer->result == COMMAND_NOT_FOUND)
			return;
		if (now.tv_sec > last_s) {
			answer_error(answer, ETIMEDOUT);
			return;
		}
		nanosleep(&slice, NULL);
	}
}

#define REACHES_LINE                                                                               \
	(REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT) | REACHES_INSIDE(NS_NET) |               \
	    REACHES_INSIDE(NS_IPC) | REACHES_SEALED)

const struct call shell_calls[] = {
    {
        .name = "sh",
        .signature = "s",
        .form = "sh(\"LINE\")",
        .doc = "runs a line of the shell, 10 seconds at most; its exit status",
        .c = "system(%1)",
        .reaches = REACHES_LINE,
        .changes_holders = true,
        .seconds = LINE_MS_MAX / 1000,
        .run = call_sh,
    },
    {
        .name = "sh_read",
        .signature = "s",
        .form = "sh_read(\"LINE\")",
        .doc = "runs a line of the shell, and reads the first line that it prints",
        .c = "popen(%1, \"r\")",
        .reaches = REACHES_LINE,
        .gives_text = true,
        .changes_holders = true,
        .seconds = LINE_MS_MAX / 1000,
        .run = call_sh_read,
    },
    {
        .name = "sh_until",
        .signature = "s",
        .form = "sh_until(\"LINE\")",
        .doc =
            N_("runs a line of the shell, again and again until it succeeds, 10 seconds at most"),
        .c = "while (system(%1) != 0)",
        .reaches = REACHES_LINE,
        .seconds = LINE_MS_MAX / 1000,
        .changes_holders = true,
        .run = call_sh_until,
    },
    {.name = NULL},
};
