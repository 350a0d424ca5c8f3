#include "lessons/play/learner.h"

#include "lessons/script/check.h"
#include "lessons/script/lesson.h"
#include "lessons/script/terms.h"
#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum {
	WHOLE_MAX = 32, /* of the processes that may be "you", the newest are looked at in pairs */
	PAIRS_MAX = 100000, /* that are looked at for one graph */
	ANCESTORS_MAX = 64, /* far more than there are between a shell and what it starts */
};

/* The process that a line is about. */
enum subject { OF_NOBODY, OF_YOU, OF_YOU2, OF_BOTH };

/* The person whose process it is. */
struct person {
	uid_t loginuid;
	uid_t user;    /* that began the terminal, or else the first one below root's processes */
	bool terminal; /* the process or an ancestor has one */
};

struct search {
	const struct learner_search *given;
	const struct process *me; /* nsscope; NULL: the graph has not seen it */
	struct person user;       /* of nsscope */
	const struct lesson_check *lines;
	size_t count;
	enum subject subjects[LESSON_LINES_MAX];
	bool significant[LESSON_LINES_MAX]; /* of OF_YOU: it does not hold for nsscope itself */
	size_t most;                        /* lines OF_YOU */
	bool rest_holds;                    /* do those OF_NOBODY hold? */
	bool paired;                        /* are there lines OF_YOU2 or OF_BOTH? */

	const struct process *best; /* NULL: none */
	size_t best_score;
	const struct process *whole[WHOLE_MAX]; /* all lines OF_YOU hold; newest first */
	size_t whole_count;
};

/* --- Lines ------------------------------------------------------------------------------------ */

static enum subject subject_of(const struct lesson_check *line)
{
	bool you = lesson_check_names(line, lesson_you_words[0]);
	bool you2 = lesson_check_names(line, lesson_you_words[1]);

	if (you)
		return you2 ? OF_BOTH : OF_YOU;
	return you2 ? OF_YOU2 : OF_NOBODY;
}

/* With @you for "you" and @you2 for "you2"; NULL: none. */
static bool holds(const struct lesson_check *line, const struct check_contexts *contexts,
    const struct process *you, const struct process *you2, struct check_record *ret_record)
{
	struct check_contexts with = *contexts;
	struct check_record record;

	with.you[0] = you ? you->id : (struct process_id){0};
	with.you[1] = you2 ? you2->id : (struct process_id){0};
	check_evaluate(line, &with, &record);
	if (ret_record)
		*ret_record = record;
	return record.outcome == OUTCOME_HELD;
}

/* How many lines OF_YOU hold for @you.  @ret_significant: how many of these are significant. */
static size_t score(const struct search *search, const struct check_contexts *contexts,
    const struct process *you, size_t *ret_significant)
{
	size_t held = 0, significant = 0;

	for (size_t i = 0; i < search->count; i++) {
		if (search->subjects[i] != OF_YOU ||
		    !holds(&search->lines[i], contexts, you, NULL, NULL))
			continue;
		held++;
		significant += search->significant[i];
	}
	if (ret_significant)
		*ret_significant = significant;
	return held;
}

static void read_lines(struct search *search)
{
	const struct check_contexts *now = search->given->now;
	const struct process *me = search->me;

	search->rest_holds = true;
	for (size_t i = 0; i < search->count; i++) {
		const struct lesson_check *line = &search->lines[i];

		search->subjects[i] = subject_of(line);
		switch (search->subjects[i]) {
		case OF_NOBODY:
			search->rest_holds =
			    search->rest_holds && holds(line, now, NULL, NULL, NULL);
			break;
		case OF_YOU:
			search->most++;
			search->significant[i] = !me || !holds(line, now, me, NULL, NULL);
			break;
		default:
			search->paired = true;
			break;
		}
	}
}

/* --- Processes -------------------------------------------------------------------------------- */

static bool is_actor(const struct check_context *context, const struct process *process)
{
	for (size_t i = 0; i < context->actor_count; i++)
		if (process_id_equal(&context->actors[i].id, &process->id))
			return true;
	return false;
}

/* Does @process descend from @pid?  Not @pid itself. */
static bool descends_from(const struct process *process, pid_t pid)
{
	for (int i = 0; (process = process->parent) && i < ANCESTORS_MAX; i++)
		if (process->id.pid == pid)
			return true;
	return false;
}

/* Is it a process of an nsscope: the program, a helper, the stage, an actor, or what one of these has started?  A
 * shell that nsscope has opened, and what that starts, is the learner's own. */
static bool is_of_nsscope(const struct process *process)
{
	const struct process *at = process;

	for (int i = 0; at && i < ANCESTORS_MAX; i++, at = at->parent) {
		if (strcmp(at->comm, "nsscope-shell") == 0)
			return at == process;
		if (strcmp(at->comm, "nsscope") == 0 || strncmp(at->comm, "nsscope-", 8) == 0 ||
		    strncmp(at->comm, "actor-", 6) == 0)
			return true;
	}
	return false;
}

/* tty_nr, behind the session, is not 0 where there is a controlling terminal.  proc_pid_stat(5) */
static bool has_terminal(const struct proc_text *stat)
{
	const char *at;
	struct stat_head head;

	if (parse_stat_head(stat->data, stat->len, &head) < 0)
		return false;
	at = head.name + head.name_len + 1;
	for (int word = 0; word < 4; word++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	return strtol(at, NULL, 10) != 0;
}

struct learner_login learner_login_read(pid_t pid)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	struct learner_login login = {.loginuid = LOGINUID_UNSET};
	char path[48], first[512];
	autotext struct proc_text text = PROC_TEXT(first);

	snprintf(path, sizeof(path), "/proc/%d/loginuid", (int)pid);
	if (proc_text_read(&text, AT_FDCWD, path, PROC_TEXT_MAX) == 0 && text.len > 0)
		login.loginuid = (uid_t)strtoul(text.data, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	login.terminal =
	    proc_text_read(&text, AT_FDCWD, path, PROC_TEXT_MAX) == 0 && has_terminal(&text);
	return login;
}

static struct person person_of(const struct search *search, const struct process *process)
{
	struct person person = {.loginuid = LOGINUID_UNSET};
	const struct process *at = process;

	for (int i = 0; at && i < ANCESTORS_MAX; i++, at = at->parent) {
		struct learner_login login = {.loginuid = LOGINUID_UNSET};

		if (search->given->login_of)
			login = search->given->login_of(at->id.pid);
		if (at == process)
			person.loginuid = login.loginuid;
		/* login(1) is root's, on the terminal of the user that logs in. */
		if (login.terminal && strcmp(at->comm, "login") != 0) {
			person.terminal = true;
			person.user = at->uid;
		} else if (!person.terminal && at->uid != 0) {
			person.user = at->uid;
		}
	}
	return person;
}

/* Is it the process of another person than the user of nsscope, or a service's? */
static bool is_of_another(const struct search *search, const struct process *process)
{
	const struct person *user = &search->user;
	struct person other;

	if (!search->me)
		return false;
	other = person_of(search, process);
	if (user->terminal && !other.terminal)
		return true;
	return user->loginuid != LOGINUID_UNSET ? other.loginuid != user->loginuid
	                                        : other.user != user->user;
}

/* Can't it be the learner?  See learner.h; where there is a pupil, only what descends from it can. */
static bool is_left_out(const struct search *search, const struct process *process)
{
	const struct check_contexts *now = search->given->now;

	if (is_actor(&now->now, process))
		return true;
	if (search->given->pupil)
		return !descends_from(process, search->given->pupil);
	if (search->given->subshell && descends_from(process, search->given->subshell))
		return false;
	return process->id.pid == now->me || descends_from(process, now->me) ||
	       is_of_nsscope(process) || is_of_another(search, process);
}

static bool is_newer(const struct process *a, const struct process *b)
{
	if (a->id.start_ticks != b->id.start_ticks)
		return a->id.start_ticks > b->id.start_ticks;
	return a->id.pid > b->id.pid;
}

/* As it was when the task began; NULL where it was not. */
static const struct process *at_start(const struct search *search, const struct process *process)
{
	const struct graph *graph = search->given->start->now.graph;

	return graph ? graph_process(graph, &process->id) : NULL;
}

static bool may_be_learner(const struct process *process)
{
	return !process->kernel_thread && !process->life.ended_ms;
}

static void offer_best(struct search *search, const struct process *process, size_t held)
{
	const struct process *before;

	if (search->best && (held < search->best_score ||
	                        (held == search->best_score && !is_newer(process, search->best))))
		return;
	before = at_start(search, process);
	if (before && score(search, search->given->start, before, NULL) >= held)
		return;
	if (is_left_out(search, process))
		return;
	search->best = process;
	search->best_score = held;
}

static void keep_whole(struct search *search, const struct process *process)
{
	const struct process **list = search->whole;
	size_t *count = &search->whole_count, at;

	if (*count == WHOLE_MAX && !is_newer(process, list[*count - 1]))
		return;
	if (is_left_out(search, process))
		return;
	*count += *count < WHOLE_MAX;
	for (at = *count - 1; at > 0 && is_newer(process, list[at - 1]); at--)
		list[at] = list[at - 1];
	list[at] = process;
}

static void look_at(struct search *search, const struct process *process)
{
	size_t significant = 0, held;

	if (!may_be_learner(process))
		return;
	held = score(search, search->given->now, process, &significant);
	if (significant > 0)
		offer_best(search, process, held);
	if (held == search->most)
		keep_whole(search, process);
}

/* --- Both together ---------------------------------------------------------------------------- */

static bool all_hold(const struct search *search, const struct check_contexts *contexts,
    const struct process *you, const struct process *you2)
{
	for (size_t i = 0; i < search->count; i++)
		if (!holds(&search->lines[i], contexts, you, you2, NULL))
			return false;
	return true;
}

/* Do all lines hold now, and did one not when the task began? */
static bool is_done_by(
    const struct search *search, const struct process *you, const struct process *you2)
{
	if (!all_hold(search, search->given->now, you, you2))
		return false;
	return !at_start(search, you) || (you2 && !at_start(search, you2)) ||
	       !all_hold(search, search->given->start, you, you2);
}

/* The partner with which @you has done it: NULL for none. */
static const struct process *find_other(
    const struct search *search, const struct process *you, size_t *pairs)
{
	const struct graph *graph = search->given->now->now.graph;

	for (size_t i = graph->process_count; i > 0 && *pairs < PAIRS_MAX; i--) {
		const struct process *other = graph->processes[i - 1];

		if (other == you || !may_be_learner(other))
			continue;
		++*pairs;
		if (is_done_by(search, you, other) && !is_left_out(search, other))
			return other;
	}
	return NULL;
}

static bool find_done(
    const struct search *search, const struct process *ret_found[CHECK_CONTEXT_YOU_MAX])
{
	size_t pairs = 0;

	for (size_t i = 0; search->rest_holds && i < search->whole_count; i++) {
		const struct process *you = search->whole[i];
		const struct process *other =
		    search->paired ? find_other(search, you, &pairs) : NULL;

		if (!other && (search->paired || !is_done_by(search, you, NULL)))
			continue;
		ret_found[0] = you;
		ret_found[1] = other;
		return true;
	}
	return false;
}

/* How many of the lines hold that name "you2". */
static size_t pair_score(const struct search *search, const struct check_contexts *contexts,
    const struct process *you, const struct process *you2)
{
	size_t held = 0;

	for (size_t i = 0; i < search->count; i++)
		held += search->subjects[i] >= OF_YOU2 &&
		        holds(&search->lines[i], contexts, you, you2, NULL);
	return held;
}

/* The best "you2" beside the best "you"; the newest.  NULL for none. */
static const struct process *best_other(const struct search *search)
{
	const struct check_contexts *now = search->given->now, *start = search->given->start;
	const struct graph *graph = now->now.graph;
	const struct process *me = search->me, *best = NULL;
	/* What holds of nsscope too is not significant. */
	size_t most = me ? pair_score(search, now, search->best, me) : 0;

	for (size_t i = 0; search->paired && i < graph->process_count; i++) {
		const struct process *other = graph->processes[i];
		size_t held;

		if (other == search->best || !may_be_learner(other))
			continue;
		held = pair_score(search, now, search->best, other);
		if (held < most || (held == most && (!best || !is_newer(other, best))))
			continue;
		if (is_left_out(search, other) ||
		    (at_start(search, other) &&
		        pair_score(search, start, search->best, other) >= held))
			continue;
		best = other;
		most = held;
	}
	return best;
}

/* Did the line come true, since the task began, of nsscope itself?  Then it was done in a
 * namespace that was there before. */
static bool came_true_elsewhere(const struct search *search, size_t line)
{
	const struct check_contexts *now = search->given->now, *start = search->given->start;
	const struct lesson_check *check = &search->lines[line];
	const struct process *me = search->me;
	const struct process *before = me ? at_start(search, me) : NULL;

	return before && search->subjects[line] == OF_YOU && holds(check, now, me, NULL, NULL) &&
	       !holds(check, start, before, NULL, NULL);
}

/* --- What came of it -------------------------------------------------------------------------- */

static void fill_learner(const struct process *process, struct learner *ret_learner)
{
	*ret_learner = (struct learner){0};
	if (!process)
		return;
	ret_learner->id = process->id;
	for (size_t i = 0; process->comm[i] && i + 1 < sizeof(ret_learner->comm); i++)
		ret_learner->comm[i] = process->comm[i];
}

static void fill_line(const struct search *search,
    const struct process *const found[CHECK_CONTEXT_YOU_MAX], size_t line,
    struct check_record *ret_check)
{
	bool held = holds(&search->lines[line], search->given->now, found[0], found[1], ret_check);

	ret_check->elsewhere = !held && came_true_elsewhere(search, line);
}

static void fill_lines(const struct search *search,
    const struct process *const found[CHECK_CONTEXT_YOU_MAX], struct check_record *ret_checks)
{
	bool any = found[0] || found[1];

	for (size_t i = 0; i < search->count; i++) {
		if (any)
			fill_line(search, found, i, &ret_checks[i]);
		else
			ret_checks[i] = (struct check_record){.check = &search->lines[i]};
	}
}

bool learner_find(const struct learner_search *given,
    struct learner ret_learners[CHECK_CONTEXT_YOU_MAX], struct check_record *ret_checks)
{
	const struct graph *graph = given->now->now.graph;
	const struct process *found[CHECK_CONTEXT_YOU_MAX] = {NULL};
	struct search search = {
	    .given = given,
	    .me = graph_process_by_pid(graph, given->now->me),
	    .lines = given->block->checks,
	    .count = given->block->check_count,
	};
	bool done;

	if (search.me)
		search.user = person_of(&search, search.me);
	read_lines(&search);
	for (size_t i = 0; i < graph->process_count; i++)
		look_at(&search, graph->processes[i]);
	done = find_done(&search, found);
	if (!done) {
		found[0] = search.best;
		found[1] = best_other(&search);
	}
	for (int i = 0; i < CHECK_CONTEXT_YOU_MAX; i++)
		fill_learner(found[i], &ret_learners[i]);
	fill_lines(&search, found, ret_checks);
	return done;
}
