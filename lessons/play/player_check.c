#include "lessons/play/player_check.h"

#include "lessons/script/terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void evaluate_sum(const struct lesson_sum *sum, const struct check_contexts *check_contexts,
    struct value *ret_value)
{
	term_evaluate(&sum->terms[0], &check_contexts->now, check_contexts, ret_value);
	for (size_t i = 1; i < sum->term_count && ret_value->kind == VALUE_NUMBER; i++) {
		const struct lesson_term *term = &sum->terms[i];
		struct value value = {0};
		long number = ret_value->number;

		term_evaluate(term, &check_contexts->now, check_contexts, &value);
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

void check_evaluate(const struct lesson_check *check, const struct check_contexts *check_contexts,
    struct check_record *ret_record)
{
	struct value left = {0}, right = {0};

	evaluate_sum(&check->left, check_contexts, &left);
	evaluate_sum(&check->right, check_contexts, &right);
	ret_record->check = check;
	ret_record->unknown = is_unknown(&left, &right) || is_unknown(&right, &left);
	ret_record->outcome = holds(&left, check->relation, &right) ? OUTCOME_HELD : OUTCOME_FAILED;
	write_value(&left, ret_record->left, sizeof(ret_record->left));
	write_value(&right, ret_record->right, sizeof(ret_record->right));
}
