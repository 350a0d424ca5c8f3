/* The calls about names: those of a uts namespace. */
#include "lessons/stage/actor.h"
#include "lessons/stage/answer.h"

#include <linux/capability.h>
#include <unistd.h>

static void call_sethostname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, sethostname(arguments[0].text, arguments[0].len));
	if (!answer->error)
		answer_saw_line(answer, actor->seen_pid, "/proc/sys/kernel/hostname", "");
}

static void call_gethostname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, gethostname(answer->text, sizeof(answer->text)));
}

static void call_setdomainname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, setdomainname(arguments[0].text, arguments[0].len));
	if (!answer->error)
		answer_saw_line(answer, actor->seen_pid, "/proc/sys/kernel/domainname", "");
}

static void call_getdomainname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, getdomainname(answer->text, sizeof(answer->text)));
}

const struct call uts_calls[] = {
    {
        .name = "sethostname",
        .signature = "s",
        .form = "sethostname(\"NAME\")",
        .doc = "sets the host name of the uts namespace, at most 64 bytes",
        .reaches = REACHES_INSIDE(NS_UTS),
        .capability = CAP_SYS_ADMIN,
        .run = call_sethostname,
    },
    {
        .name = "gethostname",
        .signature = "",
        .form = "gethostname()",
        .doc = "reads the host name of the uts namespace",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_gethostname,
    },
    {
        .name = "setdomainname",
        .signature = "s",
        .form = "setdomainname(\"NAME\")",
        .doc = "sets the NIS domain name of the uts namespace, at most 64 bytes",
        .reaches = REACHES_INSIDE(NS_UTS),
        .capability = CAP_SYS_ADMIN,
        .run = call_setdomainname,
    },
    {
        .name = "getdomainname",
        .signature = "",
        .form = "getdomainname()",
        .doc = "reads the NIS domain name of the uts namespace",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_getdomainname,
    },
    {.name = NULL},
};
