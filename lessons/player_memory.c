#include "lessons/player_memory.h"

#include "model/util.h"

#include <string.h>

static void people_done(struct person *people, size_t count)
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

static void add_person(struct memory *memory, const char *name, struct process_id id)
{
	for (size_t i = 0; i < memory->people_count; i++)
		if (!strcmp(memory->people[i].name, name))
			return;
	memory->people[memory->people_count++] = (struct person){xstrdup(name), id};
}

void memory_set(struct memory *memory, const struct graph *graph, const struct cast_member *cast,
    size_t cast_count, const struct variables *variables)
{
	struct memory old = *memory;

	*memory = (struct memory){.graph = graph_ref(graph)};
	memory->people = xcalloc(cast_count + old.people_count + 1, sizeof(*memory->people));
	for (size_t i = 0; i < cast_count; i++) {
		const struct process *process = graph_process_by_pid(graph, cast[i].pid);

		add_person(memory, cast[i].name,
		    process ? process->id : (struct process_id){.pid = cast[i].pid});
	}
	for (size_t i = 0; i < old.people_count; i++)
		add_person(memory, old.people[i].name, old.people[i].id);
	variables_copy(&memory->variables, variables);
	memory_done(&old);
}

void memory_copy(struct memory *to, const struct memory *from)
{
	memory_done(to);
	to->graph = from->graph ? graph_ref(from->graph) : NULL;
	to->people = xcalloc(from->people_count + 1, sizeof(*to->people));
	for (size_t i = 0; i < from->people_count; i++)
		add_person(to, from->people[i].name, from->people[i].id);
	variables_copy(&to->variables, &from->variables);
}

struct sight memory_sight(const struct memory *memory)
{
	return (struct sight){
	    .graph = memory->graph,
	    .people = memory->people,
	    .people_count = memory->people_count,
	    .variables = &memory->variables,
	};
}
