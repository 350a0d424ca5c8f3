/* The calls that run a line of the shell: what a person would type, where one system call tells too
 * little (ip link add …).
 *
 * A line may do anything, so more is asked of the actor than of any other call: that it left all
 * types that a line could reach outside by, and that file systems are read-only but for the stage's
 * own.  PIDs need no namespace of the actor's: the line gets its own (command.h). */
#include "lessons/actor.h"
#include "lessons/answer.h"
#include "lessons/command.h"
#include "model/i18n.h"

#include <errno.h>
#include <string.h>

enum { LINE_MS_MAX = 10000 };

static void call_sh(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int r = command_run(
	    arguments[0].text, WIRE_FD, LINE_MS_MAX, answer->text, sizeof(answer->text));

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

#define REACHES_LINE                                                                               \
	(REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT) | REACHES_INSIDE(NS_NET) |               \
	    REACHES_INSIDE(NS_IPC) | REACHES_SEALED)

const struct call shell_calls[] = {
    {
        .name = "sh",
        .signature = "s",
        .form = "sh(\"LINE\")",
        .doc = N_("runs a line of the shell, 10 seconds at most; its exit status"),
        .c = "system(%1)",
        .reaches = REACHES_LINE,
        .changes_holders = true,
        .run = call_sh,
    },
    {
        .name = "sh_read",
        .signature = "s",
        .form = "sh_read(\"LINE\")",
        .doc = N_("runs a line of the shell, and reads the first line that it prints"),
        .c = "popen(%1, \"r\")",
        .reaches = REACHES_LINE,
        .gives_text = true,
        .changes_holders = true,
        .run = call_sh_read,
    },
    {.name = NULL},
};
