#include "lessons/stage/variables.h"

#include "model/base/util.h"

#include <errno.h>
#include <string.h>

void variables_done(struct variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		free(variables->list[i].actor);
		free(variables->list[i].name);
		free(variables->list[i].text);
	}
	free(variables->list);
	*variables = (struct variables){0};
}

static struct variable *find(const struct variables *variables, const char *actor, const char *name)
{
	for (size_t i = 0; i < variables->count; i++)
		if (!strcmp(variables->list[i].actor, actor) &&
		    !strcmp(variables->list[i].name, name))
			return &variables->list[i];
	return NULL;
}

const struct variable *variables_find(
    const struct variables *variables, const char *actor, const char *name)
{
	return find(variables, actor, name);
}

static size_t count_of(const struct variables *variables, const char *actor)
{
	size_t count = 0;

	for (size_t i = 0; i < variables->count; i++)
		count += !strcmp(variables->list[i].actor, actor);
	return count;
}

int variables_set(
    struct variables *variables, const char *actor, const char *name, long number, const char *text)
{
	struct variable *variable = find(variables, actor, name);
	char *copy = NULL;

	if (!variable) {
		if (count_of(variables, actor) == VARIABLES_MAX)
			return -E2BIG;
		array_reserve(variables->list, variables->capacity, variables->count + 1);
		variable = &variables->list[variables->count++];
		*variable = (struct variable){.actor = xstrdup(actor), .name = xstrdup(name)};
	}
	if (text)
		copy = xstrdup(text); /* before the old one goes: it may be that one */
	free(variable->text);
	variable->is_text = text;
	variable->text = copy;
	variable->number = text ? 0 : number;
	return 0;
}

static void remove_at(struct variables *variables, size_t at)
{
	free(variables->list[at].actor);
	free(variables->list[at].name);
	free(variables->list[at].text);
	variables->count--;
	memmove(&variables->list[at], &variables->list[at + 1],
	    (variables->count - at) * sizeof(*variables->list));
}

void variables_unset(struct variables *variables, const char *actor, const char *name)
{
	const struct variable *variable = find(variables, actor, name);

	if (variable)
		remove_at(variables, (size_t)(variable - variables->list));
}

void variables_fork(struct variables *variables, const char *parent, const char *child)
{
	size_t count;

	for (size_t i = variables->count; i > 0; i--)
		if (!strcmp(variables->list[i - 1].actor, child))
			remove_at(variables, i - 1);
	count = variables->count;
	for (size_t i = 0; i < count; i++) {
		/* Setting may move the list. */
		const struct variable from = variables->list[i];

		if (!strcmp(from.actor, parent))
			variables_set(variables, child, from.name, from.number, from.text);
	}
}

void variables_copy(struct variables *to, const struct variables *from)
{
	variables_done(to);
	for (size_t i = 0; i < from->count; i++) {
		const struct variable *variable = &from->list[i];

		variables_set(
		    to, variable->actor, variable->name, variable->number, variable->text);
	}
}
