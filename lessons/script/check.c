#include "lessons/script/check.h"

#include "lessons/script/terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- Saved contexts ------------------------------------------------------------------------- */

static void actors_done(struct actor_state *actors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)actors[i].name);
	free(actors);
}

void saved_context_done(struct saved_context *saved)
{
	actors_done(saved->actors, saved->actor_count);
	variables_done(&saved->variables);
	graph_unref(saved->graph);
	*saved = (struct saved_context){0};
}

/* Adds a copy of @actor_state, unless there is one of that name.  Returns what is there now. */
static struct actor_state *add_actor_state(
    struct saved_context *saved, const struct actor_state *state)
{
	struct actor_state *added;

	for (size_t i = 0; i < saved->actor_count; i++)
		if (!strcmp(saved->actors[i].name, state->name))
			return &saved->actors[i];
	added = &saved->actors[saved->actor_count++];
	*added = *state;
	added->name = xstrdup(state->name);
	return added;
}

static void meet(struct saved_context *saved, const struct actor_ref *member)
{
	const struct process *process = graph_process_by_pid(saved->graph, member->pid);
	const struct actor_state first = {.name = member->name, .id = {.pid = member->pid}};
	struct actor_state *state = add_actor_state(saved, &first);

	if (!process)
		return;
	state->id = process->id;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!process->ns[link])
			continue;
		state->last[link] = process->ns[link]->id;
		state->known[link] = true;
	}
}

void saved_context_set(struct saved_context *saved, const struct graph *graph,
    const struct actor_ref *actors, size_t actor_count, const struct variables *variables)
{
	struct saved_context old = *saved;

	*saved = (struct saved_context){.graph = graph_ref(graph)};
	saved->actors = xcalloc(actor_count + old.actor_count + 1, sizeof(*saved->actors));
	for (size_t i = 0; i < old.actor_count; i++)
		add_actor_state(saved, &old.actors[i]);
	for (size_t i = 0; i < actor_count; i++)
		meet(saved, &actors[i]);
	variables_copy(&saved->variables, variables);
	saved_context_done(&old);
}

void saved_context_copy(struct saved_context *to, const struct saved_context *from)
{
	saved_context_done(to);
	to->graph = from->graph ? graph_ref(from->graph) : NULL;
	to->actors = xcalloc(from->actor_count + 1, sizeof(*to->actors));
	for (size_t i = 0; i < from->actor_count; i++)
		add_actor_state(to, &from->actors[i]);
	variables_copy(&to->variables, &from->variables);
}

struct check_context saved_context_get(const struct saved_context *saved)
{
	return (struct check_context){
	    .graph = saved->graph,
	    .actors = saved->actors,
	    .actor_count = saved->actor_count,
	    .variables = &saved->variables,
	};
}

/* --- Evaluating ----------------------------------------------------------------------------- */

static void evaluate_sum(
    const struct lesson_sum *sum, const struct check_contexts *contexts, struct value *ret_value)
{
	term_evaluate(&sum->terms[0], &contexts->now, contexts, ret_value);
	for (size_t i = 1; i < sum->term_count && ret_value->kind == VALUE_NUMBER; i++) {
		const struct lesson_term *term = &sum->terms[i];
		struct value value = {0};
		long number = ret_value->number;

		term_evaluate(term, &contexts->now, contexts, &value);
		if (value.kind != VALUE_NUMBER)
			*ret_value = value;
		else if (term->minus ? __builtin_sub_overflow(number, value.number, &number)
		                     : __builtin_add_overflow(number, value.number, &number))
			value_unknown(ret_value, _("too large a number"));
		else
			ret_value->number = number;
	}
}

static void write_value(const struct value *value, char *to, size_t bytes)
{
	switch (value->kind) {
	case VALUE_UNKNOWN:
	case VALUE_ABOVE:
		snprintf(to, bytes, "%.*s", (int)bytes - 1, value->text);
		break;
	case VALUE_NS:
		snprintf(to, bytes, "%s:%" PRIu64, ns_types[value->ns.type].name, value->ns.ino);
		break;
	case VALUE_STRING:
		snprintf(to, bytes, "\"%.*s\"", (int)bytes - 3, value->text);
		break;
	case VALUE_NUMBER:
		snprintf(to, bytes, "%ld", value->number);
		break;
	}
}

static bool equal(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NS)
		return ns_id_equal(&a->ns, &b->ns);
	if (a->kind == VALUE_NUMBER)
		return a->number == b->number;
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

/* Is it unknown whether they differ?  A namespace above is none of those below, whichever it is. */
static bool is_unknown(const struct value *a, const struct value *b)
{
	return a->kind == VALUE_UNKNOWN || (a->kind == VALUE_ABOVE && !b->below);
}

static bool holds(
    const struct value *left, enum lesson_relation relation, const struct value *right)
{
	if (is_unknown(left, right) || is_unknown(right, left))
		return false;
	if (left->kind == VALUE_ABOVE || right->kind == VALUE_ABOVE)
		return relation == RELATION_OTHER;
	if (left->kind != right->kind)
		return false;
	switch (relation) {
	case RELATION_EQUAL:
		return equal(left, right);
	case RELATION_OTHER:
		return !equal(left, right);
	case RELATION_LESS:
		return left->number < right->number;
	case RELATION_AT_MAX:
		return left->number <= right->number;
	case RELATION_MORE:
		return left->number > right->number;
	case RELATION_AT_LEAST:
		return left->number >= right->number;
	default:
		return false;
	}
}

void check_evaluate(const struct lesson_check *check, const struct check_contexts *contexts,
    struct check_record *ret_record)
{
	struct value left = {0}, right = {0};

	evaluate_sum(&check->left, contexts, &left);
	evaluate_sum(&check->right, contexts, &right);
	ret_record->check = check;
	ret_record->unknown = is_unknown(&left, &right) || is_unknown(&right, &left);
	ret_record->outcome = holds(&left, check->relation, &right) ? OUTCOME_HELD : OUTCOME_FAILED;
	write_value(&left, ret_record->left, sizeof(ret_record->left));
	write_value(&right, ret_record->right, sizeof(ret_record->right));
}
