#include "lessons/player_check.h"

#include "lessons/cursor.h"
#include "lessons/literal.h"
#include "model/i18n.h"
#include "model/util.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum kind { KIND_UNKNOWN, KIND_NS, KIND_STRING, KIND_NUMBER };

struct value {
	enum kind kind;
	struct ns_id ns;
	long number;
	size_t len;     /* of text */
	char text[256]; /* of a string, or why the value is not known */
};

__attribute__((format(printf, 2, 3))) static void unknown(
    struct value *value, const char *format, ...)
{
	va_list args;

	value->kind = KIND_UNKNOWN;
	va_start(args, format);
	vsnprintf(value->text, sizeof(value->text), format, args);
	va_end(args);
}

/* NULL with @value filled where there is no such process to be seen. */
static const struct process *find_who(const struct lesson_term *who, const struct sight *sight,
    const struct sights *sights, struct value *value)
{
	const struct process *process;
	struct process_id id = {0};

	if (!strcmp(who->word, "me"))
		id.pid = sights->me;
	for (size_t i = 0; i < sight->people_count; i++)
		if (!strcmp(who->word, sight->people[i].name))
			id = sight->people[i].id;
	process = sight->graph && id.pid ? graph_process_by_pid(sight->graph, id.pid) : NULL;
	if (process && id.start_ticks && !process_id_equal(&process->id, &id))
		process = NULL; /* the number is another's now */
	if (!process)
		unknown(value, _("%s is not there"), who->word);
	return process;
}

static void link_value(const struct process *process, const char *name, struct value *value)
{
	for (size_t link = 0; link < NS_LINK_COUNT; link++) {
		if (strcmp(name, ns_link_names[link]) != 0)
			continue;
		if (process->unread[link] != READ_OK) {
			unknown(value, "%s", unread_text(process->unread[link]));
			return;
		}
		value->kind = KIND_NS;
		value->ns = process->ns[link]->id;
	}
}

static void hostname_value(const struct process *process, struct value *value)
{
	const struct ns *uts = process->ns[NS_UTS];

	if (process->unread[NS_UTS] != READ_OK) {
		unknown(value, "%s", unread_text(process->unread[NS_UTS]));
	} else if (!uts->hostname) {
		unknown(value, _("its host name could not be read"));
	} else {
		value->kind = KIND_STRING;
		value->len = strnlen(uts->hostname, sizeof(value->text) - 1);
		memcpy(value->text, uts->hostname, value->len);
		value->text[value->len] = 0;
	}
}

static void member_count(const struct sight *sight, struct value *value)
{
	const struct ns *ns;

	if (value->kind != KIND_NS)
		return;
	ns = sight->graph ? graph_ns(sight->graph, &value->ns) : NULL;
	value->kind = KIND_NUMBER;
	value->number = ns && !ns->life.died_ms ? (long)ns->member_count : 0;
}

static void literal_value(const char *word, struct value *value)
{
	if (cursor_number(word, &value->number)) {
		value->kind = KIND_NUMBER;
		return;
	}
	value->kind = KIND_STRING;
	if (literal_read(word, value->text, sizeof(value->text), &value->len) < 0)
		unknown(value, "%s", word); /* the parser lets none through */
}

static void evaluate(const struct lesson_term *term, const struct sight *sight,
    const struct sights *sights, struct value *value)
{
	const struct lesson_term *first = term->arguments;
	const struct process *process;

	if (!term->is_call) {
		literal_value(term->word, value);
	} else if (!strcmp(term->word, "start")) {
		evaluate(first, &sights->start, sights, value);
	} else if (!strcmp(term->word, "before")) {
		evaluate(first, &sights->before, sights, value);
	} else if (!strcmp(term->word, "members")) {
		evaluate(first, sight, sights, value);
		member_count(sight, value);
	} else if ((process = find_who(first, sight, sights, value))) {
		if (!strcmp(term->word, "ns")) {
			link_value(process, first[1].word, value);
		} else if (!strcmp(term->word, "hostname")) {
			hostname_value(process, value);
		} else {
			value->kind = KIND_NUMBER;
			value->number = process->id.pid;
		}
	}
}

static void write_value(const struct value *value, char *to, size_t bytes)
{
	switch (value->kind) {
	case KIND_UNKNOWN:
		snprintf(to, bytes, "%.*s", (int)bytes - 1, value->text);
		break;
	case KIND_NS:
		snprintf(to, bytes, "%s:%" PRIu64, ns_types[value->ns.type].name, value->ns.ino);
		break;
	case KIND_STRING:
		snprintf(to, bytes, "\"%.*s\"", (int)bytes - 3, value->text);
		break;
	case KIND_NUMBER:
		snprintf(to, bytes, "%ld", value->number);
		break;
	}
}

static bool equal(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == KIND_NS)
		return ns_id_equal(&a->ns, &b->ns);
	if (a->kind == KIND_NUMBER)
		return a->number == b->number;
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

void check_evaluate(
    const struct lesson_check *check, const struct sights *sights, struct check_record *ret_record)
{
	struct value left = {0}, right = {0};
	bool known, holds;

	evaluate(&check->left, &sights->now, sights, &left);
	evaluate(&check->right, &sights->now, sights, &right);
	known = left.kind != KIND_UNKNOWN && right.kind != KIND_UNKNOWN;
	holds = known && equal(&left, &right) == !!check->equal;
	ret_record->check = check;
	ret_record->outcome = holds ? OUTCOME_HELD : OUTCOME_FAILED;
	write_value(&left, ret_record->left, sizeof(ret_record->left));
	write_value(&right, ret_record->right, sizeof(ret_record->right));
}
