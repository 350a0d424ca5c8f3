#include "model/base/i18n.h"
#include "model/graph/graph_internal.h"

bool ns_id_equal(const struct ns_id *a, const struct ns_id *b)
{
	if (a->type != b->type || a->unique != b->unique)
		return false;
	if (a->unique)
		return true;
	return a->ino == b->ino && a->dev == b->dev && a->generation == b->generation;
}

uint64_t ns_id_hash(const struct ns_id *id)
{
	uint64_t hash;

	if (id->unique)
		return hash_mix(id->unique * NS_TYPE_COUNT + (uint64_t)id->type);
	hash = hash_ino(id->type, id->ino);
	return hash_mix(hash ^ (id->dev << 32) ^ id->generation);
}

bool process_id_equal(const struct process_id *a, const struct process_id *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks;
}

uint64_t process_id_hash(const struct process_id *id)
{
	return hash_mix(((uint64_t)id->pid << 40) ^ id->start_ticks);
}

static const char *const read_status_names[] = {
    [READ_OK] = "ok",
    [READ_DENIED] = "denied",
    [READ_GONE] = "gone",
    [READ_ZOMBIE] = "zombie",
    [READ_UNSUPPORTED] = "unsupported",
    [READ_EMPTY] = "empty",
    [READ_NEVER] = "not read",
};

static const char *const read_status_texts[] = {
    [READ_OK] = N_("It was read."),
    [READ_DENIED] = N_("The kernel refuses it to this user (ptrace access mode)."),
    [READ_GONE] = N_("It ended while it was read."),
    [READ_ZOMBIE] = N_("A zombie has let go of it already."),
    [READ_UNSUPPORTED] = N_("This kernel does not tell it."),
    [READ_EMPTY] = N_("The new namespace has no process yet: it begins with the next child."),
    [READ_NEVER] = N_("It was not asked for."),
};

const char *read_status_name(enum read_status why)
{
	return read_status_names[why];
}

const char *read_status_text(enum read_status why)
{
	return _(read_status_texts[why]);
}
