#include "lessons/play/player_memory.h"

#include "model/base/util.h"

#include <string.h>

static void people_done(struct actor_state *people, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)people[i].name);
	free(people);
}

void memory_done(struct memory *memory)
{
	people_done(memory->people, memory->people_count);
	variables_done(&memory->variables);
	graph_unref(memory->graph);
	*memory = (struct memory){0};
}

/* Adds a copy of @actor_state, unless there is one of that name.  Returns what is there now. */
static struct actor_state *add_actor_state(
    struct memory *memory, const struct actor_state *actor_state)
{
	struct actor_state *added;

	for (size_t i = 0; i < memory->people_count; i++)
		if (!strcmp(memory->people[i].name, actor_state->name))
			return &memory->people[i];
	added = &memory->people[memory->people_count++];
	*added = *actor_state;
	added->name = xstrdup(actor_state->name);
	return added;
}

static void meet(struct memory *memory, const struct cast_member *member)
{
	const struct process *process = graph_process_by_pid(memory->graph, member->pid);
	const struct actor_state first = {.name = member->name, .id = {.pid = member->pid}};
	struct actor_state *actor_state = add_actor_state(memory, &first);

	if (!process)
		return;
	actor_state->id = process->id;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!process->ns[link])
			continue;
		actor_state->last[link] = process->ns[link]->id;
		actor_state->known[link] = true;
	}
}

void memory_set(struct memory *memory, const struct graph *graph, const struct cast_member *cast,
    size_t cast_count, const struct variables *variables)
{
	struct memory old = *memory;

	*memory = (struct memory){.graph = graph_ref(graph)};
	memory->people = xcalloc(cast_count + old.people_count + 1, sizeof(*memory->people));
	for (size_t i = 0; i < old.people_count; i++)
		add_actor_state(memory, &old.people[i]);
	for (size_t i = 0; i < cast_count; i++)
		meet(memory, &cast[i]);
	variables_copy(&memory->variables, variables);
	memory_done(&old);
}

void memory_copy(struct memory *to, const struct memory *from)
{
	memory_done(to);
	to->graph = from->graph ? graph_ref(from->graph) : NULL;
	to->people = xcalloc(from->people_count + 1, sizeof(*to->people));
	for (size_t i = 0; i < from->people_count; i++)
		add_actor_state(to, &from->people[i]);
	variables_copy(&to->variables, &from->variables);
}

struct check_context memory_check_context(const struct memory *memory)
{
	return (struct check_context){
	    .graph = memory->graph,
	    .people = memory->people,
	    .people_count = memory->people_count,
	    .variables = &memory->variables,
	};
}
