#include "lessons/play/lab.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- What a request amounts to -------------------------------------------------------------- */

const char *const lab_way_names[LAB_WAY_COUNT] = {"unshare", "clone", "setns"};

static bool has(unsigned types, enum nstype type)
{
	return types & (1u << type);
}

bool lab_request_makes_user(const struct lab_request *request)
{
	return request->way != LAB_SETNS && has(request->types, NS_USER);
}

const char *lab_request_objection(const struct lab_request *request)
{
	if (!request->actor.pid)
		return _("no actor is left: X begins anew");
	if (!request->types && request->way != LAB_CLONE)
		return _("pick a type first: Space, or its digit");
	if (request->way == LAB_CLONE && !request->child)
		return _("there are as many actors as can be: X begins anew");
	if (request->way != LAB_SETNS)
		return NULL;
	if (!request->target.pid)
		return _("select in the tree the process whose namespaces to join");
	if (!request->target.name)
		return _("nsscope joins only what its actors made: by hand, the command does it");
	if (request->target.pid == request->actor.pid)
		return _("that is itself: select another process in the tree");
	return NULL;
}

/* --- The command line --------------------------------------------------------------------------- */

/* The options of unshare(1) and nsenter(1), which are the same. */
static const char *const options[NS_TYPE_COUNT] = {
    [NS_CGROUP] = "--cgroup",
    [NS_IPC] = "--ipc",
    [NS_MNT] = "--mount",
    [NS_NET] = "--net",
    [NS_PID] = "--pid",
    [NS_TIME] = "--time",
    [NS_USER] = "--user",
    [NS_UTS] = "--uts",
};

/* @user: what follows "--user". */
static void add_types(FILE *to, unsigned types, const char *user)
{
	if (has(types, NS_USER))
		fprintf(to, " %s%s", options[NS_USER], user);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (i != NS_USER && has(types, (enum nstype)i))
			fprintf(to, " %s", options[i]);
	}
}

/* A process in another user namespace has no rights in the others unless that is joined too; and there
 * setgroups(2) is denied, which nsenter would call. */
static void add_nsenter(FILE *to, const struct lab_process *target, unsigned types)
{
	fprintf(to, "nsenter --target %d", (int)target->pid);
	add_types(to, types | (target->differing & 1u << NS_USER), " --preserve-credentials");
}

static void add_unshare(FILE *to, const struct lab_request *request)
{
	unsigned types = request->types;
	bool maps = request->maps_root;

	if (request->actor.home) {
		/* The user namespace of the stage serves where one is needed for the rights. */
		maps = maps || !has(types, NS_USER);
		types |= 1u << NS_USER;
	} else {
		add_nsenter(to, &request->actor, request->actor.differing);
		fputc(' ', to);
	}
	fprintf(to, "unshare%s", request->way == LAB_CLONE ? " --fork" : "");
	add_types(to, types, maps ? " --map-root-user" : "");
	/* The system call changes no propagation of mounts; unshare(1) would. */
	if (has(types, NS_MNT))
		fputs(" --propagation unchanged", to);
}

char *lab_request_command(const struct lab_request *request)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to;

	if (!request->actor.pid || (request->way == LAB_SETNS && !request->target.pid) ||
	    (request->way != LAB_CLONE && !request->types))
		return NULL;
	to = open_memstream(&text, &len);
	if (!to)
		return NULL;
	if (request->way == LAB_SETNS)
		add_nsenter(to, &request->target, request->types);
	else
		add_unshare(to, request);
	fclose(to);
	return text;
}

/* --- The calls ---------------------------------------------------------------------------------- */

static char *flags_of(unsigned types)
{
	char text[NS_TYPE_COUNT * 24] = "";
	size_t len = 0;

	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (has(types, (enum nstype)i))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
			    len ? "|" : "", ns_types[i].flag_name);
	}
	return xstrdup(len ? text : "0");
}

/* @first, @second: taken over; NULL for none. */
static struct plan_call *add_call(
    struct lab_plan *plan, const char *actor, const char *name, char *first, char *second)
{
	struct plan_call *call = &plan->calls[plan->count++];

	*call = (struct plan_call){.name = name, .arguments = {first, second}};
	snprintf(call->actor, sizeof(call->actor), "%s", actor);
	call->argument_count = (first != NULL) + (second != NULL);
	return call;
}

/* As unshare --map-root-user does it.  user_namespaces(7): an own id may be mapped, a group only
 * where setgroups(2) is denied. */
static void add_maps(struct lab_plan *plan, const char *actor)
{
	static const char *const files[][2] = {
	    {"\"/proc/self/setgroups\"", "\"deny\""},
	    {"\"/proc/self/uid_map\"", "\"0 0 1\""},
	    {"\"/proc/self/gid_map\"", "\"0 0 1\""},
	};

	for (size_t i = 0; i < array_len(files); i++)
		add_call(plan, actor, "write_file", xstrdup(files[i][0]), xstrdup(files[i][1]));
}

void lab_request_plan(const struct lab_request *request, struct lab_plan *ret_plan)
{
	const char *actor = request->actor.name;

	*ret_plan = (struct lab_plan){.count = 0};
	if (lab_request_objection(request))
		return;
	switch (request->way) {
	case LAB_UNSHARE:
		add_call(ret_plan, actor, "unshare", flags_of(request->types), NULL);
		break;
	case LAB_CLONE:
		add_call(ret_plan, actor, request->types ? "clone" : "fork",
		    xstrdup(request->child), request->types ? flags_of(request->types) : NULL);
		actor = request->child;
		break;
	default:
		add_call(ret_plan, actor, "pidfd_open", xstrdup(request->target.name), NULL)
		    ->variable = "p";
		add_call(ret_plan, actor, "setns", xstrdup("p"), flags_of(request->types));
		add_call(ret_plan, actor, "close", xstrdup("p"), NULL);
		break;
	}
	if (lab_request_makes_user(request) && request->maps_root)
		add_maps(ret_plan, actor);
}

void lab_plan_done(struct lab_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		for (size_t k = 0; k < plan->calls[i].argument_count; k++)
			free(plan->calls[i].arguments[k]);
	}
	plan->count = 0;
}

/* A call as it is written in a lesson, "fork(B)"; to be freed. */
static char *plan_call_source(const struct plan_call *call)
{
	bool two = call->argument_count == 2;

	return xasprintf("%s(%s%s%s)", call->name, call->argument_count ? call->arguments[0] : "",
	    two ? ", " : "", two ? call->arguments[1] : "");
}

/* A process is a number in C, and a child has no name. */
static char *in_c(const struct lab_request *request, const struct plan_call *call)
{
	autofree char *pid = xasprintf("%d", (int)request->target.pid);
	const char *arguments[] = {call->arguments[0], call->arguments[1]};
	char *text;

	if (strcmp(call->name, "fork") == 0)
		return xstrdup("fork()");
	if (strcmp(call->name, "pidfd_open") == 0)
		arguments[0] = pid;
	text = call_as_c(call_find(call->name), arguments, call->argument_count);
	return text ? text : plan_call_source(call);
}

char *lab_request_code(const struct lab_request *request)
{
	struct lab_plan plan;
	char *text = NULL;
	size_t len = 0;
	FILE *to = NULL;

	lab_request_plan(request, &plan);
	if (plan.count)
		to = open_memstream(&text, &len);
	for (size_t i = 0; to && i < plan.count; i++) {
		autofree char *code = in_c(request, &plan.calls[i]);
		const char *variable = plan.calls[i].variable;

		fprintf(to, "%s%s%s%s;", i ? "\n" : "", variable ? variable : "",
		    variable ? " = " : "", code);
	}
	if (to)
		fclose(to);
	lab_plan_done(&plan);
	return text;
}

enum {
	CALLS_KEPT = 100,
	ACTORS_MAX = 26, /* A to Z */
};

/* --- Life --------------------------------------------------------------------------------------- */

static void begin(struct lab *lab)
{
	static const char *const names[] = {"A", "B"};
	static const struct stage_setup setup = {.kind = STAGE_USER};
	int r = stage_new(&setup, names, array_len(names), &lab->stage);

	if (r < 0) {
		lab->stage = NULL;
		lab->state = LAB_FAILED;
		lab->problem = stage_problem();
		return;
	}
	snprintf(lab->actor, sizeof(lab->actor), "%s", names[0]);
	lab->child[0] = (char)('A' + array_len(names));
	lab->state = LAB_LOOKING;
}

static void forget_calls(struct lab *lab)
{
	for (size_t i = 0; i < lab->count; i++)
		free(lab->calls[i].source);
	lab->count = lab->last = 0;
}

static void end(struct lab *lab)
{
	stage_free(lab->stage);
	lab->stage = NULL;
	lab->problem = NULL;
	lab->has_home = false;
	lab_plan_done(&lab->plan);
	forget_calls(lab);
}

struct lab *lab_new(void)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	lab->request = (struct lab_request){.types = 1u << NS_UTS, .maps_root = true};
	begin(lab);
	return lab;
}

void lab_free(struct lab *lab)
{
	if (!lab)
		return;
	end(lab);
	free(lab->calls);
	free(lab);
}

void lab_reset(struct lab *lab)
{
	end(lab);
	begin(lab);
}

/* --- The request --------------------------------------------------------------------------------- */

static bool is_home(const struct lab *lab, const struct process *process)
{
	for (size_t i = 0; i < NS_TYPE_COUNT && lab->has_home; i++) {
		if (process->ns[i] && !ns_id_equal(&process->ns[i]->id, &lab->home[i]))
			return false;
	}
	return true;
}

static struct lab_process describe(
    const struct lab *lab, const struct graph *graph, pid_t pid, const char *name)
{
	const struct process *process = graph ? graph_process_by_pid(graph, pid) : NULL;
	const struct process *me = graph ? graph_process_by_pid(graph, getpid()) : NULL;
	struct lab_process known = {.pid = pid, .name = name, .home = true};

	if (!process || !me)
		return known;
	known.home = is_home(lab, process);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (process->ns[i] && me->ns[i] && process->ns[i] != me->ns[i])
			known.differing |= 1u << i;
	}
	return known;
}

/* The name of the actor with this pid; NULL for none. */
static const char *actor_name(const struct lab *lab, pid_t pid)
{
	size_t count;
	const struct actor_ref *actors = lab_actors(lab, &count);

	for (size_t i = 0; i < count; i++) {
		if (actors[i].pid == pid)
			return actors[i].name;
	}
	return NULL;
}

void lab_aim(struct lab *lab, const struct graph *graph, const struct process *target)
{
	pid_t pid = target && !target->life.ended_ms ? target->id.pid : 0;
	const char *name = pid ? actor_name(lab, pid) : NULL;

	snprintf(lab->target, sizeof(lab->target), "%s", name ? name : "");
	lab->request.actor =
	    describe(lab, graph, lab->stage ? stage_pid(lab->stage, lab->actor) : 0, lab->actor);
	lab->request.target = describe(lab, graph, pid, name ? lab->target : NULL);
	lab->request.child = lab->child[0] > 'Z' ? NULL : lab->child;
}

void lab_step_actor(struct lab *lab, int step)
{
	size_t count, at = 0;
	const struct actor_ref *actors = lab_actors(lab, &count);

	lab->actor[0] = count ? lab->actor[0] : '\0';
	while (at < count && strcmp(actors[at].name, lab->actor) != 0)
		at++;
	if (!count)
		return;
	/* Where that one is gone, the first. */
	at = at == count ? 0 : (at + count + (size_t)step) % count;
	snprintf(lab->actor, sizeof(lab->actor), "%s", actors[at].name);
}

/* --- Doing it ----------------------------------------------------------------------------------- */

static void record(struct lab *lab, const struct plan_call *call, const struct stage_answer *answer)
{
	struct lab_call *made;

	if (lab->count == CALLS_KEPT) {
		free(lab->calls[0].source);
		memmove(lab->calls, lab->calls + 1, --lab->count * sizeof(*lab->calls));
		lab->last -= lab->last > 0;
	}
	array_reserve(lab->calls, lab->capacity, lab->count + 1);
	made = &lab->calls[lab->count++];
	*made = (struct lab_call){.source = plan_call_source(call), .answer = *answer};
	snprintf(made->actor, sizeof(made->actor), "%s", call->actor);
	snprintf(made->name, sizeof(made->name), "%s", call->name);
}

/* Makes the next calls, until one is to be waited for. */
static void go_on(struct lab *lab)
{
	lab->state = LAB_ACTING;
	while (lab->next < lab->plan.count) {
		const struct plan_call *call = &lab->plan.calls[lab->next];
		const struct stage_request request = {
		    .actor = call->actor,
		    .name = call->name,
		    .arguments = (const char *const *)call->arguments,
		    .argument_count = call->argument_count,
		    .variable = call->variable,
		};
		struct stage_answer answer = {.result = -1};
		int r = stage_call(lab->stage, &request);

		if (r >= 0)
			return;
		answer.error = -r;
		record(lab, call, &answer);
		break;
	}
	lab_plan_done(&lab->plan);
	lab->state = LAB_LOOKING;
}

static bool is_ready(const struct lab *lab)
{
	return lab->state == LAB_READY;
}

bool lab_do(struct lab *lab)
{
	if (!is_ready(lab))
		return false;
	lab_request_plan(&lab->request, &lab->plan);
	if (!lab->plan.count)
		return false;
	lab->last = lab->count;
	lab->next = 0;
	go_on(lab);
	return true;
}

bool lab_end_actor(struct lab *lab)
{
	if (!is_ready(lab) || !lab->request.actor.pid)
		return false;
	lab->plan.calls[0] =
	    (struct plan_call){.name = "exit", .arguments = {xstrdup("0")}, .argument_count = 1};
	snprintf(lab->plan.calls[0].actor, sizeof(lab->actor), "%s", lab->actor);
	lab->plan.count = 1;
	lab->last = lab->count;
	lab->next = 0;
	go_on(lab);
	return true;
}

/* The name of a child is taken, once there was one. */
static void take_name(struct lab *lab, const struct plan_call *call)
{
	if (strcmp(call->arguments[0], lab->child) == 0)
		lab->child[0]++;
}

static void take_answer(struct lab *lab, const struct stage_answer *answer)
{
	const struct plan_call *call = &lab->plan.calls[lab->next];

	record(lab, call, answer);
	if (!answer->error && call->argument_count)
		take_name(lab, call);
	/* What fails ends it, but what was opened is closed. */
	lab->next++;
	while (answer->error && lab->next < lab->plan.count &&
	       strcmp(lab->plan.calls[lab->next].name, "close") != 0)
		lab->next++;
	go_on(lab);
}

const struct lab_call *lab_calls(const struct lab *lab, size_t *ret_count, size_t *ret_last)
{
	*ret_count = lab->count;
	*ret_last = lab->last;
	return lab->calls;
}

/* --- The event loop ----------------------------------------------------------------------------- */

size_t lab_poll(const struct lab *lab, struct pollfd *fds, size_t capacity)
{
	return lab->stage ? stage_poll(lab->stage, fds, capacity) : 0;
}

/* The actor may have exited. */
static void follow_actors(struct lab *lab)
{
	if (!stage_pid(lab->stage, lab->actor))
		lab_step_actor(lab, 0);
}

void lab_io(struct lab *lab)
{
	struct stage_answer answer = {0};
	int r;

	if (!lab->stage || lab->state == LAB_FAILED)
		return;
	r = stage_io(lab->stage, &answer);
	follow_actors(lab);
	if (r < 0 && lab->state != LAB_ACTING) {
		lab->state = LAB_FAILED;
		lab->problem = _("the lab's processes were ended from outside; X begins anew");
	}
	if (r == 0 || lab->state != LAB_ACTING)
		return;
	if (r < 0)
		answer = (struct stage_answer){.result = -1, .error = -r};
	take_answer(lab, &answer);
}

bool lab_wants_graph(const struct lab *lab)
{
	return lab->state == LAB_LOOKING;
}

static void find_home(struct lab *lab, const struct graph *graph)
{
	const struct process *process =
	    graph_process_by_pid(graph, stage_pid(lab->stage, lab->actor));

	if (lab->has_home || !process)
		return;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		lab->home[i] = process->ns[i] ? process->ns[i]->id : (struct ns_id){0};
	lab->has_home = true;
}

void lab_see(struct lab *lab, const struct graph *graph)
{
	if (lab->state != LAB_LOOKING)
		return;
	find_home(lab, graph);
	lab->state = LAB_READY;
}

/* --- Looking at it ------------------------------------------------------------------------------ */

const struct actor_ref *lab_actors(const struct lab *lab, size_t *ret_count)
{
	*ret_count = 0;
	return lab->stage ? stage_actors(lab->stage, ret_count) : NULL;
}

int lab_shell_place(const struct lab *lab, const char *actor, struct shell_place *ret_place)
{
	struct shell_place place = {.pidfd = -1};

	if (lab->stage) {
		place.pidfd = stage_pidfd(lab->stage, actor);
		place.pid = stage_pid(lab->stage, actor);
		place.give_up_root = stage_gave_up_root(lab->stage);
	}
	if (place.pidfd < 0)
		return -ESRCH;
	*ret_place = place;
	return 0;
}
