#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/helper/responder.h"
#include "scanner/proc/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
	LATE_MAX = 4,       /* helpers that wait for one user each */
	STARTS_MAX = 3,     /* helpers in one scan that end by themselves, before it does without */
	WAITS_MS = 60000,   /* a helper for one user, before it is ended */
	REFRESH_MS = 60000, /* before what is known is asked for again */
	USERS_MAX = 4096,   /* that are kept */
	AT_ONCE = 256,      /* between two looks at the clock */
};

struct user {
	uid_t uid;
	char *name;         /* NULL where it has none, or none is known */
	const char *copied; /* in the builder of this scan, NULL until it is given */
	bool known;         /* a helper has answered */
	bool seen;          /* in this scan */
	bool wanted;        /* it will be asked for */
	bool asked;         /* and was, without an answer yet */
	struct responder_pause pause;
};

/* A helper that waits for one user. */
struct late {
	struct responder *reader;
	uid_t uid;
	uint64_t since_us;
};

enum stage { STAGE_COLLECT, STAGE_WAIT, STAGE_GIVE };

struct users {
	bool unwanted;
	int epoll;                /* of the helpers */
	struct responder *reader; /* NULL where none runs */
	bool asked;               /* it has a question to answer */
	unsigned starts;          /* in this scan */
	struct late late[LATE_MAX];
	size_t late_count;
	struct user *items; /* by uid */
	size_t count, capacity;
	uint64_t refresh_us;    /* when what is known is asked for again */
	uint64_t ended_work_us; /* of helpers that have ended */
	bool changed;           /* a name, and no scan has given it */

	/* The scan under way. */
	struct context *context;
	enum stage stage;
	size_t at;
	uint64_t since_us; /* it waits */
};

/* --- Users -------------------------------------------------------------------------------------- */

static size_t place_of(const struct users *users, uid_t uid)
{
	return lower_bound(i, users->count, users->items[i].uid < uid);
}

static struct user *find(const struct users *users, uid_t uid)
{
	size_t at = place_of(users, uid);

	return at < users->count && users->items[at].uid == uid ? &users->items[at] : NULL;
}

/* Finds @uid, which is asked for where it is new, or has not answered long ago. */
static struct user *note(struct users *users, uid_t uid)
{
	size_t at = place_of(users, uid);
	struct user *user;

	if (at == users->count || users->items[at].uid != uid) {
		array_reserve(users->items, users->capacity, users->count + 1);
		memmove(users->items + at + 1, users->items + at,
		    (users->count - at) * sizeof(*users->items));
		users->items[at] = (struct user){.uid = uid};
		users->count++;
	}
	user = &users->items[at];
	if (!user->known && !user->asked && !responder_pauses(&user->pause))
		user->wanted = true;
	return user;
}

/* Users may come and go without end. */
static void forget_old(struct users *users)
{
	size_t left = 0;

	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].asked || users->items[i].seen)
			users->items[left++] = users->items[i];
		else
			free(users->items[i].name);
	}
	users->count = left;
}

void users_refresh(struct users *users)
{
	for (size_t i = 0; i < users->count; i++) {
		struct user *user = &users->items[i];

		user->wanted = user->wanted ||
		               (user->known && !user->asked && !responder_pauses(&user->pause));
	}
	users->refresh_us = clock_us() + REFRESH_MS * 1000ULL;
}

/* --- Helpers ------------------------------------------------------------------------------------ */

static void end_reader(struct users *users, struct responder *reader)
{
	if (!reader)
		return;
	users->ended_work_us += responder_worked_us(reader);
	responder_free(reader);
}

/* Asks again for all users of the pending question, but for those of late helpers. */
static void lose_question(struct users *users)
{
	users->reader = NULL;
	users->asked = false;
	for (size_t i = 0; i < users->count; i++) {
		struct user *user = &users->items[i];

		user->wanted = user->wanted || user->asked;
		user->asked = false;
	}
	for (size_t i = 0; i < users->late_count; i++) {
		struct user *user = find(users, users->late[i].uid);

		if (user) {
			user->asked = true;
			user->wanted = false;
		}
	}
}

/* It is not asked again so soon. */
static void give_up(struct users *users, uid_t uid)
{
	struct user *user = find(users, uid);

	if (!user)
		return;
	user->asked = user->wanted = false;
	responder_pause_longer(&user->pause);
}

/* The helper has ended, perhaps by what it was at. */
static void lose_reader(struct users *users)
{
	uint32_t uid;
	bool at_one = responder_at(users->reader, &uid);

	end_reader(users, users->reader);
	lose_question(users);
	if (at_one)
		give_up(users, uid);
}

static bool start(struct users *users)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (users->starts++ >= STARTS_MAX || responder_new(&user_reader, &users->reader) < 0)
		return false;
	if (epoll_ctl(users->epoll, EPOLL_CTL_ADD, responder_fd(users->reader), &event) == 0)
		return true;
	end_reader(users, users->reader);
	users->reader = NULL;
	return false;
}

/* Asks for some of those that are wanted, where a helper is free or may be had. */
static void ask_some(struct users *users)
{
	uint32_t uids[RESPONDER_KEYS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < users->count && !users->asked && count < array_len(uids); i++) {
		if (users->items[i].wanted)
			uids[count++] = users->items[i].uid;
	}
	while (count && !users->asked && (users->reader || start(users))) {
		users->asked = responder_ask(users->reader, uids, count) == 0;
		if (!users->asked)
			lose_reader(users);
	}
	for (size_t i = 0; i < count && users->asked; i++) {
		struct user *user = find(users, uids[i]);

		user->asked = true;
		user->wanted = false;
	}
}

/* Leaves the helper with the user that it waits for. */
static void leave_late(struct users *users)
{
	struct late late = {.reader = users->reader, .since_us = clock_us()};

	if (users->late_count == LATE_MAX || !responder_at(users->reader, &late.uid))
		return;
	users->late[users->late_count++] = late;
	/* It did its work, so this start is not held against it. */
	users->starts = 0;
	lose_question(users);
}

/* --- Answers ------------------------------------------------------------------------------------ */

static void take_answer(struct users *users, const struct responder_answer *answer)
{
	struct user *user = find(users, answer->key);
	char *name = answer->len ? xstrndup(answer->text, answer->len) : NULL;

	if (!user) {
		free(name);
		return;
	}
	users->changed =
	    users->changed || !name != !user->name || (name && strcmp(name, user->name) != 0);
	free(user->name);
	user->name = name;
	user->known = true;
	user->asked = user->wanted = false;
	user->pause = (struct responder_pause){0};
}

/* Takes what has come from @reader.  Returns 0, or -errno where it has ended. */
static int take_from(struct users *users, struct responder *reader)
{
	struct responder_answer answer;
	int r;

	while ((r = responder_take(reader, &answer)) > 0) {
		if (answer.failed)
			give_up(users, answer.key);
		else if (!answer.last)
			take_answer(users, &answer);
		else if (reader == users->reader)
			users->asked = false;
	}
	return r;
}

/* Takes the answers of late helpers; ends those that have waited for too long. */
static void take_late(struct users *users)
{
	size_t left = 0;

	for (size_t i = 0; i < users->late_count; i++) {
		struct late *late = &users->late[i];
		int r = take_from(users, late->reader);
		const struct user *user = find(users, late->uid);
		bool waits = user && user->asked;

		if (r == 0 && waits && clock_us() - late->since_us < WAITS_MS * 1000ULL) {
			users->late[left++] = *late;
			continue;
		}
		if (waits)
			give_up(users, late->uid);
		end_reader(users, late->reader);
	}
	users->late_count = left;
}

static void take_all(struct users *users)
{
	if (users->reader && take_from(users, users->reader) < 0)
		lose_reader(users);
	take_late(users);
}

int users_fd(const struct users *users)
{
	return users->asked || users->late_count ? users->epoll : -1;
}

bool users_hear(struct users *users)
{
	take_all(users);
	return users->changed;
}

uint64_t users_worked_us(const struct users *users)
{
	uint64_t worked_us = users->ended_work_us;

	if (users->reader)
		worked_us += responder_worked_us(users->reader);
	for (size_t i = 0; i < users->late_count; i++)
		worked_us += responder_worked_us(users->late[i].reader);
	return worked_us;
}

struct users *users_new(bool unwanted)
{
	struct users *users = xcalloc(1, sizeof(*users));

	users->unwanted = unwanted;
	users->refresh_us = clock_us() + REFRESH_MS * 1000ULL;
	users->epoll = epoll_create1(EPOLL_CLOEXEC);
	/* The modules load their files for the first name: this user's, who exists for sure.  If no helper
	 * can be started now, one may be later. */
	if (!unwanted) {
		note(users, geteuid());
		ask_some(users);
	}
	return users;
}

void users_free(struct users *users)
{
	if (!users)
		return;
	responder_free(users->reader);
	for (size_t i = 0; i < users->late_count; i++)
		responder_free(users->late[i].reader);
	for (size_t i = 0; i < users->count; i++)
		free(users->items[i].name);
	close_fd(&users->epoll);
	free(users->items);
	free(users);
}

/* --- A scan ------------------------------------------------------------------------------------ */

void users_begin(struct users *users, struct context *context)
{
	users->context = context;
	users->stage = STAGE_COLLECT;
	users->at = 0;
	users->starts = 0;
	if (users->count > USERS_MAX)
		forget_old(users);
	for (size_t i = 0; i < users->count; i++) {
		users->items[i].copied = NULL;
		users->items[i].seen = false;
	}
	if (clock_us() >= users->refresh_us)
		users_refresh(users);
	take_all(users);
}

/* Calls @each for processes until there are no more, or @until_us.  Returns whether there are no more. */
static bool for_some(struct users *users, uint64_t until_us,
    void (*each)(struct users *users, struct process *process))
{
	struct graph_builder *builder = users->context->builder;

	while (users->at < graph_builder_process_count(builder)) {
		each(users, graph_builder_process(builder, users->at++));
		if (users->at % AT_ONCE == 0 && clock_us() >= until_us)
			return false;
	}
	users->at = 0;
	return true;
}

static void collect(struct users *users, struct process *process)
{
	note(users, process->uid)->seen = true;
}

static void give(struct users *users, struct process *process)
{
	struct graph_builder *builder = users->context->builder;
	struct user *user = find(users, process->uid);
	const struct process *before;

	if (user && user->known) {
		if (user->name && !user->copied)
			user->copied = graph_text_copy(builder, user->name, strlen(user->name));
		process->user = user->copied;
		return;
	}
	before = graph_builder_process_before(builder, &process->id);
	process->user = before && before->user && before->uid == process->uid
	                    ? graph_text_copy(builder, before->user, strlen(before->user))
	                    : NULL;
}

/* Is an answer to be waited for? */
static bool lacks_any(const struct users *users)
{
	for (size_t i = 0; i < users->count; i++) {
		const struct user *user = &users->items[i];

		if (user->seen && !user->known && (user->wanted || user->asked))
			return true;
	}
	return false;
}

/* Returns whether all names have come, or are not waited for any longer. */
static bool wait_for_names(struct users *users, uint64_t until_us)
{
	for (;;) {
		uint64_t now_us = clock_us(), tick_us = now_us + RESPONDER_TICK_US;

		take_all(users);
		ask_some(users);
		/* Without a helper there will be no answer. */
		if (!lacks_any(users) || users_fd(users) < 0 ||
		    now_us - users->since_us >= RESPONDER_LATE_MS * 1000ULL)
			return true;
		if (now_us >= until_us)
			return false;
		responder_wait(users->epoll, tick_us < until_us ? tick_us : until_us);
		if (users->asked && responder_is_stuck(users->reader))
			leave_late(users);
	}
}

bool users_step(struct users *users, uint64_t until_us)
{
	if (users->unwanted)
		return true;
	if (users->stage == STAGE_COLLECT) {
		if (!for_some(users, until_us, collect))
			return false;
		users->stage = STAGE_WAIT;
		users->since_us = clock_us();
	}
	if (users->stage == STAGE_WAIT) {
		if (!wait_for_names(users, until_us))
			return false;
		users->stage = STAGE_GIVE;
		users->changed = false;
	}
	return for_some(users, until_us, give);
}
