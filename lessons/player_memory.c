#include "lessons/player_memory.h"

#include "model/util.h"

void memory_done(struct memory *memory)
{
	for (size_t i = 0; i < memory->cast_count; i++)
		free((char *)memory->cast[i].name);
	free(memory->cast);
	graph_unref(memory->graph);
	*memory = (struct memory){0};
}

void memory_set(struct memory *memory, const struct graph *graph, const struct cast_member *cast,
    size_t cast_count)
{
	memory_done(memory);
	memory->graph = graph_ref(graph);
	memory->cast = xcalloc(cast_count + 1, sizeof(*cast));
	memory->cast_count = cast_count;
	for (size_t i = 0; i < cast_count; i++)
		memory->cast[i] = (struct cast_member){cast[i].pid, xstrdup(cast[i].name)};
}

struct sight memory_sight(const struct memory *memory)
{
	return (struct sight){memory->graph, memory->cast, memory->cast_count};
}
