#include "tests/unit/fixture.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_WORDS = 40, MAX_PIDS = 40 };

/* One line, cut into words; quotes are resolved. */
struct words {
	char *text; /* owned; the words stand in it */
	char *items[MAX_WORDS];
	int count;
};

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	if (!found)
		fail_msg("fixture: '%c' is no hex digit", c);
	return (int)(found - digits);
}

/* Takes the character at *@at behind a backslash. */
static char take_escape(const char **at)
{
	char c = *(*at)++;

	switch (c) {
	case 'n':
		return '\n';
	case 'x':
		c = (char)(hex_digit((*at)[0]) << 4);
		c = (char)(c | hex_digit((*at)[1]));
		*at += 2;
		return c;
	default:
		return c;
	}
}

/* Cuts the line at *@at into words, and moves *@at to the next line. */
static void take_line(const char **at, struct words *words)
{
	char *to = xmalloc(strlen(*at) + 1);
	bool quoted = false, inside = false;

	*words = (struct words){.text = to};
	for (; **at && (quoted || (**at != '\n' && **at != ';'));) {
		char c = *(*at)++;

		if (!quoted && (c == ' ' || c == '\t')) {
			if (inside)
				*to++ = '\0';
			inside = false;
			continue;
		}
		if (!inside) {
			assert_true(words->count < MAX_WORDS);
			words->items[words->count++] = to;
			inside = true;
		}
		if (c == '"')
			quoted = !quoted;
		else
			*to++ = quoted && c == '\\' ? take_escape(at) : c;
	}
	assert_false(quoted);
	*to = '\0';
	if (**at)
		++*at;
}

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t number = strtoull(text, &end, 10);

	if (end == text || *end)
		fail_msg("fixture: \"%s\" is no number", text);
	return number;
}

static bool why_of(const char *text, enum read_status *ret_why)
{
	static const char *const names[] = {
	    [READ_DENIED] = "denied",
	    [READ_GONE] = "gone",
	    [READ_ZOMBIE] = "zombie",
	    [READ_UNSUPPORTED] = "unsupported",
	    [READ_EMPTY] = "empty",
	    [READ_NEVER] = "never",
	};

	for (size_t i = READ_DENIED; i < array_len(names); i++) {
		if (!strcmp(text, names[i])) {
			*ret_why = (enum read_status)i;
			return true;
		}
	}
	return false;
}

static struct ns *add_ns(struct graph_builder *builder, enum nstype type, uint64_t ino);

/* An edge of a namespace or a link of a process, as @value says. */
static const struct ns *edge_of(
    struct graph_builder *builder, enum nstype type, const char *value, enum read_status *ret_why)
{
	if (why_of(value, ret_why))
		return NULL;
	*ret_why = READ_OK;
	if (!strcmp(value, "none"))
		return NULL;
	if (!strcmp(value, "initial"))
		return add_ns(builder, type, ns_types[type].initial_ino);
	return add_ns(builder, type, number_of(value));
}

static struct ns *add_ns(struct graph_builder *builder, enum nstype type, uint64_t ino)
{
	return graph_add_ns(builder, type, FIXTURE_DEV, ino, NULL);
}

/* What the text does not say of a namespace. */
static void set_defaults(struct graph_builder *builder, struct ns *ns)
{
	enum nstype type = ns->id.type;
	bool initial = ns->id.ino == ns_types[type].initial_ino;
	const char *parent = !initial && (type == NS_PID || type == NS_USER) ? "initial" : "none";
	const char *owner = initial && type == NS_USER ? "none" : "initial";

	if (ns->owner_uid_status == READ_NEVER)
		ns->owner_uid_status = type == NS_USER ? READ_OK : READ_UNSUPPORTED;
	if (ns->parent_status == READ_NEVER)
		ns->parent = edge_of(builder, type, parent, &ns->parent_status);
	if (ns->owner_status == READ_NEVER)
		ns->owner = edge_of(builder, NS_USER, owner, &ns->owner_status);
}

/* The value of @word if it is KEY=VALUE with this key, else NULL. */
static const char *value_of(const char *word, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(word, key, len) && word[len] == '=' ? word + len + 1 : NULL;
}

static const char *copy(struct graph_builder *builder, const char *text)
{
	return graph_text_copy(builder, text, strlen(text));
}

static void set_pids(struct graph_builder *builder, struct process *process, const char *value)
{
	pid_t pids[MAX_PIDS];
	int count = 0;
	autofree char *list = xstrdup(value);
	char *rest = list;
	char *pid;

	while ((pid = strsep(&rest, ","))) {
		assert_true(count < MAX_PIDS);
		pids[count++] = (pid_t)number_of(pid);
	}
	process->pids = graph_pids_copy(builder, pids, (size_t)count);
	process->pid_levels = count;
}

static void set_cmdline(struct graph_builder *builder, struct process *process, const char *value)
{
	autofree char *text = xstrdup(value);

	process->cmdline_len = strlen(text);
	for (size_t i = 0; i < process->cmdline_len; i++) {
		if (text[i] == '|')
			text[i] = '\0';
	}
	process->cmdline = graph_text_copy(builder, text, process->cmdline_len);
}

/* Notes in @values what @word says of links. */
static bool take_link(const char *word, const char *values[NS_LINK_COUNT])
{
	const char *all = value_of(word, "all");
	bool known = all;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const char *value = all ? all : value_of(word, ns_link_names[link]);

		if (!value)
			continue;
		known = true;
		values[link] = value;
		if (link == NS_PID)
			values[LINK_PID_FOR_CHILDREN] = value;
		else if (link == NS_TIME)
			values[LINK_TIME_FOR_CHILDREN] = value;
	}
	return known;
}

static void set_links(
    struct graph_builder *builder, struct process *process, const char *const values[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++)
		process->ns[link] = edge_of(builder, ns_link_type((enum ns_link)link), values[link],
		    &process->read_status[link]);
}

static bool set_process_word(
    struct graph_builder *builder, struct process *process, const char *word)
{
	const char *value;

	if ((value = value_of(word, "parent")))
		process->ppid = (pid_t)number_of(value);
	else if ((value = value_of(word, "uid")))
		process->uid = (uid_t)number_of(value);
	else if ((value = value_of(word, "login")))
		process->user = copy(builder, value);
	else if ((value = value_of(word, "state")))
		process->state = value[0];
	else if ((value = value_of(word, "threads")))
		process->threads = (int)number_of(value);
	else if ((value = value_of(word, "pids")))
		set_pids(builder, process, value);
	else if ((value = value_of(word, "cmd")))
		set_cmdline(builder, process, value);
	else if ((value = value_of(word, "cgroup_path")))
		process->cgroup = copy(builder, value);
	else if (!strcmp(word, "kernel"))
		process->kernel_thread = true;
	else if (!strcmp(word, "exiting"))
		process->exiting = true;
	else if (!value_of(word, "start"))
		return false;
	return true;
}

static void add_process(struct graph_builder *builder, const struct words *words)
{
	struct process_id id = {.pid = (pid_t)number_of(words->items[0])};
	const char *links[NS_LINK_COUNT];
	struct process *process;

	assert_true(words->count >= 2);
	id.start_ticks = id.pid == 1 ? 1 : 100;
	for (int i = 2; i < words->count; i++) {
		if (value_of(words->items[i], "start"))
			id.start_ticks = number_of(value_of(words->items[i], "start"));
	}
	process = graph_add_process(builder, &id);
	process->comm = copy(builder, words->items[1]);
	process->ppid = id.pid == 1 ? 0 : 1;
	process->state = 'S';
	take_link("all=initial", links);
	for (int i = 2; i < words->count; i++) {
		if (!set_process_word(builder, process, words->items[i]) &&
		    !take_link(words->items[i], links))
			fail_msg("fixture: \"%s\" says nothing of a process", words->items[i]);
	}
	set_links(builder, process, links);
}

static void set_ns_word(struct graph_builder *builder, struct ns *ns, const char *word)
{
	const char *value;

	if ((value = value_of(word, "parent")))
		ns->parent = edge_of(builder, ns->id.type, value, &ns->parent_status);
	else if ((value = value_of(word, "owner")))
		ns->owner = edge_of(builder, NS_USER, value, &ns->owner_status);
	else if ((value = value_of(word, "owner_uid")))
		ns->owner_uid = (uid_t)number_of(value);
	else if ((value = value_of(word, "unique")))
		ns->id.unique = number_of(value);
	else if ((value = value_of(word, "linkname")))
		ns->named_by_link = (ns->name = copy(builder, value));
	else if ((value = value_of(word, "name")))
		ns->name = copy(builder, value);
	else if ((value = value_of(word, "netnsid")))
		ns->netnsid = (int32_t)number_of(value);
	else if ((value = value_of(word, "hostname")))
		ns->hostname = copy(builder, value);
	else if (!strcmp(word, "initial"))
		ns->initial = true;
	else if (!strcmp(word, "unseen"))
		ns->unseen = true;
	else
		fail_msg("fixture: \"%s\" says nothing of a namespace", word);
}

static void describe_ns(struct graph_builder *builder, const struct words *words)
{
	enum nstype type;
	struct ns *ns;

	assert_true(words->count >= 3);
	if (!ns_type_from_name(words->items[1], &type))
		fail_msg("fixture: \"%s\" is no type", words->items[1]);
	if (!strcmp(words->items[2], "initial"))
		ns = add_ns(builder, type, ns_types[type].initial_ino);
	else
		ns = add_ns(builder, type, number_of(words->items[2]));
	for (int i = 3; i < words->count; i++)
		set_ns_word(builder, ns, words->items[i]);
}

/* A process of the text so far. */
static struct process *known_process(struct graph_builder *builder, const char *pid)
{
	struct process_id id = {.pid = (pid_t)number_of(pid)};

	id.start_ticks = id.pid == 1 ? 1 : 100;
	return graph_add_process(builder, &id);
}

static void add_thread(struct graph_builder *builder, const struct words *words)
{
	const char *links[NS_LINK_COUNT] = {NULL};
	struct process *process;
	struct thread *thread;

	assert_true(words->count >= 4);
	process = known_process(builder, words->items[1]);
	thread = graph_add_thread(builder, process, (pid_t)number_of(words->items[2]));
	thread->comm = copy(builder, words->items[3]);
	thread->start_ticks = 100;
	for (int i = 4; i < words->count; i++) {
		const char *start = value_of(words->items[i], "start");

		if (start)
			thread->start_ticks = number_of(start);
		else
			assert_true(take_link(words->items[i], links));
	}
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		thread->ns[link] = process->ns[link];
		thread->read_status[link] = process->read_status[link];
		if (links[link])
			thread->ns[link] = edge_of(builder, ns_link_type((enum ns_link)link),
			    links[link], &thread->read_status[link]);
	}
}

static struct ns *named_ns(struct graph_builder *builder, const char *type_name, const char *ino)
{
	enum nstype type;

	if (!ns_type_from_name(type_name, &type))
		fail_msg("fixture: \"%s\" is no type", type_name);
	return add_ns(builder, type, number_of(ino));
}

static void add_holder(struct graph_builder *builder, const struct words *words)
{
	struct holder holder = {.kind = HOLDER_FD, .fd = -1};

	assert_true(words->count == 5 || words->count == 6);
	if (!strcmp(words->items[0], "mount")) {
		holder.kind = HOLDER_MOUNT;
		holder.path = copy(builder, words->items[3]);
		holder.ns = named_ns(builder, "mnt", words->items[4]);
		graph_add_holder(
		    builder, named_ns(builder, words->items[1], words->items[2]), &holder);
		return;
	}
	if (!strcmp(words->items[0], "socket"))
		holder.kind = HOLDER_SOCKET;
	if (!strcmp(words->items[0], "tun"))
		holder.kind = HOLDER_TUN;
	if (words->count == 6)
		holder.tid = (pid_t)number_of(words->items[5]);
	holder.process = known_process(builder, words->items[1]);
	holder.fd = (int)number_of(words->items[2]);
	graph_add_holder(builder, named_ns(builder, words->items[3], words->items[4]), &holder);
}

static void add_line(struct graph_builder *builder, const struct words *words)
{
	static const char *const holders[] = {"fd", "socket", "tun", "mount"};

	for (size_t i = 0; i < array_len(holders); i++) {
		if (!strcmp(words->items[0], holders[i])) {
			add_holder(builder, words);
			return;
		}
	}
	if (!strcmp(words->items[0], "ns"))
		describe_ns(builder, words);
	else if (!strcmp(words->items[0], "own"))
		graph_note_own(builder, (pid_t)number_of(words->items[1]));
	else if (!strcmp(words->items[0], "thread"))
		add_thread(builder, words);
	else
		add_process(builder, words);
}

struct graph_builder *fixture_builder(const struct graph *prev, const char *text)
{
	struct graph_builder *builder = graph_builder_new(prev);
	struct words words;

	graph_set_machine(builder, "machine", "6.18.0", "fixture");
	graph_stats(builder)->taken_at_ticks = 1000;
	while (*text) {
		take_line(&text, &words);
		if (words.count)
			add_line(builder, &words);
		free(words.text);
	}
	for (size_t i = 0; i < graph_builder_ns_count(builder); i++)
		set_defaults(builder, graph_builder_ns(builder, i));
	return builder;
}

struct graph *fixture_graph(const struct graph *prev, const char *text)
{
	return graph_freeze(fixture_builder(prev, text));
}

const struct graph *fixture_push(struct history *history, uint64_t now_ms, const char *text)
{
	return history_push(history, fixture_builder(history_now(history), text), now_ms, NULL);
}

const struct process *fixture_process(const struct graph *graph, pid_t pid)
{
	const struct process *process = graph_process_by_pid(graph, pid);

	if (!process)
		fail_msg("no living process %d", (int)pid);
	return process;
}

const struct ns *fixture_ns(const struct graph *graph, enum nstype type, uint64_t ino)
{
	const struct ns *ns = graph_ns_by_ino(graph, type, ino ? ino : ns_types[type].initial_ino);

	if (!ns)
		fail_msg(
		    "no living namespace %s:%llu", ns_types[type].name, (unsigned long long)ino);
	return ns;
}
