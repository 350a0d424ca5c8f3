/* told <GRAPH: what nsscope json says, in the lines of reader.c; and, for comparing one source with the other, "also"
 * lines of what the reader doesn't know. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static long long number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static void tell_process(const json_t *process)
{
	const json_t *read_status = json_object_get(process, "unread"), *value;
	const char *name, *sign = "";
	long long pid = number(process, "pid"), start = number(process, "start_ticks");
	size_t index;

	json_object_foreach(json_object_get(process, "ns"), name, value)
	{
		printf("link %lld %lld %s ", pid, start, name);
		if (json_is_integer(value))
			printf("%lld\n", (long long)json_integer_value(value));
		else
			printf("%s\n", text(read_status, name));
	}
	printf("pids %lld %lld ", pid, start);
	json_array_foreach(json_object_get(process, "pids"), index, value)
	{
		printf("%s%lld", sign, (long long)json_integer_value(value));
		sign = ",";
	}
	printf("\nof %lld %lld %lld %lld\n", pid, start, number(process, "ppid"),
	    number(process, "uid"));
	printf("also process %lld %lld comm %s cmdline %s cgroup %s threads %lld\n", pid, start,
	    text(process, "comm"), text(process, "cmdline"), text(process, "cgroup"),
	    number(process, "threads"));
}

static void tell_holder(const json_t *holder, const char *type, long long inode)
{
	const char *kind = text(holder, "kind");

	if (strcmp(kind, "thread") == 0)
		printf("thread %lld %lld %s %lld\n", number(holder, "pid"), number(holder, "tid"),
		    type, inode);
	else if (strcmp(kind, "fd") == 0)
		printf("fd %lld %lld %s %lld\n", number(holder, "pid"), number(holder, "fd"), type,
		    inode);
	else if (strcmp(kind, "mount") == 0)
		printf("mount %s %lld\n", type, inode);
	else if (strcmp(kind, "process") != 0)
		printf("also kept %s %lld by %s of %lld %lld\n", type, inode, kind,
		    number(holder, "pid"), number(holder, "inode"));
}

static void tell_namespace(const json_t *ns)
{
	const char *type = text(ns, "type");
	long long inode = number(ns, "inode");
	const json_t *holder;
	size_t index;

	printf("ns %s %lld\n", type, inode);
	if (json_is_integer(json_object_get(ns, "owner")))
		printf("owner %s %lld %lld\n", type, inode, number(ns, "owner"));
	if (json_is_integer(json_object_get(ns, "parent")))
		printf("parent %s %lld %lld\n", type, inode, number(ns, "parent"));
	printf("also %s %lld id %s initial %d level %lld name %s owner %s uid %lld parent %s "
	       "processes %lld\n",
	    type, inode, text(ns, "id"), json_is_true(json_object_get(ns, "initial")),
	    number(ns, "level"), text(ns, "name"), text(ns, "owner_unread"),
	    number(ns, "owner_uid"), text(ns, "parent_unread"), number(ns, "processes"));
	json_array_foreach(json_object_get(ns, "kept_by"), index, holder)
	    tell_holder(holder, type, inode);
}

int main(void)
{
	json_error_t error;
	json_t *graph = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	const json_t *each;
	size_t index;

	if (!graph) {
		fprintf(stderr, "told: line %d: %s\n", error.line, error.text);
		return 1;
	}
	json_array_foreach(json_object_get(graph, "processes"), index, each) tell_process(each);
	json_array_foreach(json_object_get(graph, "namespaces"), index, each) tell_namespace(each);
	printf("source %s\n", text(graph, "source"));
	json_decref(graph);
	return 0;
}
