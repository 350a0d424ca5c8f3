/* The calls that make, join and ask namespaces. */
#include "lessons/actor.h"
#include "lessons/answer.h"
#include "model/i18n.h"

#include <sched.h>

static const struct call_word no_more_words[] = {{NULL, 0}};

static const struct call_words namespace_flags = {
    .what = N_("namespace flag"),
    .list = no_more_words,
    .joined = true,
    .namespaces = true,
};

/* Where the link of a type stands after unshare: those two change for the children only.
 * unshare(2) */
static const char *changed_link(enum ns_type type)
{
	if (type == NS_PID)
		return ns_link_names[LINK_PID_FOR_CHILDREN];
	if (type == NS_TIME)
		return ns_link_names[LINK_TIME_FOR_CHILDREN];
	return ns_types[type].name;
}

static void call_unshare(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, unshare((int)arguments[0].number));
	if (answer->error)
		return;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if ((uint64_t)arguments[0].number & ns_types[i].flag)
			answer_saw_link(answer, actor->seen_pid, changed_link((enum ns_type)i));
	}
}

const struct call ns_calls[] = {
    {
        .name = "unshare",
        .signature = "f",
        .words = {&namespace_flags},
        .form = "unshare(FLAG|FLAG…)",
        .doc = N_("makes a new namespace for each flag and moves the caller in; pid and time: its "
                  "children only"),
        .reaches = REACHES_ITSELF,
        .run = call_unshare,
    },
    {.name = NULL},
};
