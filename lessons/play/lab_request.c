#include "lessons/play/lab_request.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdio.h>
#include <string.h>

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
		return _("select in the tree the process whose namespaces are to be joined");
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

/* Who is in another user namespace has no rights in the others unless it is joined too; and there
 * setgroups(2) is denied, which nsenter would call. */
static void add_nsenter(FILE *to, const struct lab_process *target, unsigned types)
{
	fprintf(to, "nsenter --target %d", (int)target->pid);
	add_types(to, types | (target->apart & 1u << NS_USER), " --preserve-credentials");
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
		add_nsenter(to, &request->actor, request->actor.apart);
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

char *plan_call_source(const struct plan_call *call)
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
