/* Random populations: the graph must say of each what its members say of themselves, no more and no less,
 * what an independent reader of /proc says, and what lsns(8) says where that can see it.  Of some the command
 * lines do not answer; some are looked at by somebody without privileges, too, and through /proc with other options.
 *
 * POPULATION_SEED: the first seed, 1; POPULATIONS: how many, 50. */
#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "tests/kernel/population.h"
#include "tests/kernel/proc_reader.h"
#include "tests/kernel/same_graph.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

static char folder[] = "/tmp/population.XXXXXX";
static uint32_t seed; /* of the population that is looked at */

#define expect(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_error("population with seed %u: ", seed);                            \
			print_error(__VA_ARGS__);                                                  \
			fail_msg("%s", #condition);                                                \
			abort(); /* not reached; checkers do not know that */                      \
		}                                                                                  \
	} while (0)

/* --- With their own record --------------------------------------------------------------------- */

static void expect_links(const struct record *record, const struct ns *const *links)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		uint64_t ino = links[link] ? links[link]->id.ino : 0;

		/* A zombie has let go of the others: namespaces(7). */
		if (record->zombie && link != NS_PID && link != NS_USER)
			continue;
		expect(ino == record->ino[link], "%s of %d/%d is %llu, not %llu\n",
		    ns_link_names[link], record->pid, record->tid, (unsigned long long)ino,
		    (unsigned long long)record->ino[link]);
	}
}

static const struct thread *thread_of(const struct process *process, pid_t tid)
{
	const struct thread *thread = process->first_thread;

	while (thread && thread->tid != tid)
		thread = thread->next;
	return thread;
}

static void expect_task(const struct graph *graph, const struct record *record)
{
	const struct process *process = graph_process_by_pid(graph, record->pid);
	const struct thread *thread;

	expect(process, "process %d is not there\n", record->pid);
	thread = thread_of(process, record->tid);
	if (record->pid == record->tid)
		expect(!thread, "process %d is a thread, too\n", record->pid);
	expect_links(record, thread ? thread->ns : process->ns);
}

static bool keeps(const struct holder *holder, const struct record *record)
{
	static const enum holder_kind kinds[] = {
	    [RECORD_FD] = HOLDER_FD, [RECORD_SOCKET] = HOLDER_SOCKET, [RECORD_TUN] = HOLDER_TUN};

	if (record->kind == RECORD_MOUNT)
		return holder->kind == HOLDER_MOUNT && holder->ns &&
		       holder->ns->id.ino == record->ino[1];
	return holder->kind == kinds[record->kind] && holder->fd == record->fd &&
	       holder->process->id.pid == record->pid && holder->tid == record->tid;
}

static void expect_held(const struct graph *graph, const struct record *record)
{
	uint32_t found = 0;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		for (uint32_t at = 0; at < ns->holder_count; at++)
			found += ns->id.ino == record->ino[0] && keeps(&ns->holders[at], record);
	}
	expect(found == 1, "%u times that something of %d keeps %llu\n", found, record->pid,
	    (unsigned long long)record->ino[0]);
}

/* Since Linux 7.1 a PID namespace whose init has ended looks like one before its first process. */
static bool shows_empty_ones(const struct graph *graph)
{
	return kernel_is_since(graph->kernel, "7.1");
}

static void expect_state(const struct graph *graph, const struct record *record)
{
	const struct ns *ns = graph_ns_by_ino(graph, NS_PID, record->ino[0]);
	enum pid_ns_state told;

	expect(ns, "pid:[%llu] is not there\n", (unsigned long long)record->ino[0]);
	told = pid_ns_state(graph, ns);
	expect(told == record->state ||
	           (told == PID_NS_EMPTY && !ns->member_count && shows_empty_ones(graph)),
	    "pid:[%llu] is told as \"%s\", not \"%s\"\n", (unsigned long long)record->ino[0],
	    pid_ns_state_name(told) ?: "unknown", pid_ns_state_name(record->state));
}

static bool inherited[64];

/* Sockets that this process has, such as those to helpers of its scans, are in the members as well: they are
 * forked, and execute nothing. */
static void note_inherited(void)
{
	struct stat st;

	for (int fd = 0; fd < (int)array_len(inherited); fd++)
		inherited[fd] = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool is_inherited(int fd)
{
	return fd < (int)array_len(inherited) && inherited[fd];
}

/* No socket and no tun but those that were recorded; and every namespace is held by something in sight. */
static size_t count_seen_holders(const struct graph *graph)
{
	size_t seen = 0;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		expect(ns->initial || ns->member_count || ns->holder_count, "nothing keeps %llu\n",
		    (unsigned long long)ns->id.ino);
		expect(!ns->unseen, "it is told that nothing in sight holds %s:[%llu]\n",
		    ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
		for (uint32_t at = 0; at < ns->holder_count; at++)
			seen += (ns->holders[at].kind == HOLDER_SOCKET ||
			            ns->holders[at].kind == HOLDER_TUN) &&
			        !is_inherited(ns->holders[at].fd);
	}
	return seen;
}

static void compare_with_records(const struct graph *graph)
{
	size_t count, processes = 0, held = 0, threads = 0, threads_seen = 0;
	const struct record *records = population_records(&count);

	for (size_t i = 0; i < count; i++) {
		if (records[i].kind == RECORD_TASK) {
			expect_task(graph, &records[i]);
			processes += records[i].pid == records[i].tid;
			threads += records[i].pid != records[i].tid;
		} else if (records[i].kind == RECORD_PID_NS) {
			expect_state(graph, &records[i]);
		} else {
			expect_held(graph, &records[i]);
			held += records[i].kind == RECORD_SOCKET || records[i].kind == RECORD_TUN;
		}
	}
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct thread *thread = graph->processes[i]->first_thread;

		for (; thread; thread = thread->next)
			threads_seen++;
	}
	expect(threads_seen <= threads, "%zu threads apart\n", threads_seen);
	/* The room's init, and this process. */
	expect(graph->living_count == processes + 2, "%zu processes, %zu recorded\n",
	    graph->living_count, processes);

	expect(count_seen_holders(graph) == held, "%zu sockets, %zu recorded\n",
	    count_seen_holders(graph), held);
	expect(proc_differences(graph) == 0, "/proc says otherwise\n");
}

/* --- With lsns ---------------------------------------------------------------------------------- */

static uint64_t number_in(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void expect_edge(
    const struct ns *ns, const char *name, const struct ns *edge, uint64_t theirs)
{
	/* lsns says 0 of what it can't see. */
	expect(theirs == 0 || (edge && edge->id.ino == theirs), "%s of %llu is %llu, not %llu\n",
	    name, (unsigned long long)ns->id.ino, edge ? (unsigned long long)edge->id.ino : 0ULL,
	    (unsigned long long)theirs);
}

/* Returns whether somebody is in it. */
static bool compare_ns(const struct graph *graph, const json_t *theirs)
{
	const char *name = json_string_value(json_object_get(theirs, "type"));
	const struct process *self = graph_process_by_pid(graph, getpid());
	uint64_t ino = number_in(theirs, "ns");
	const struct ns *ns;
	size_t helpers;
	enum nstype type;

	assert_true(ns_type_from_name(name, &type));
	helpers = proc_helpers_in(type, ino);
	if (helpers && helpers == number_in(theirs, "nprocs"))
		return false; /* of their sandboxes */
	ns = graph_ns_by_ino(graph, type, ino);
	expect(ns, "lsns sees %s:%llu\n", name, (unsigned long long)ino);
	/* lsns itself is one more in our own, and helpers of the scans are there. */
	expect(ns->member_count + (self->ns[type] == ns) + helpers == number_in(theirs, "nprocs"),
	    "%u members of %s:%llu, and %llu\n", ns->member_count, name, (unsigned long long)ino,
	    (unsigned long long)number_in(theirs, "nprocs"));
	expect_edge(ns, "parent", ns->parent, number_in(theirs, "pns"));
	expect_edge(ns, "owner", ns->owner, number_in(theirs, "ons"));
	return number_in(theirs, "nprocs") > 0;
}

static void compare_with_lsns(const struct graph *graph)
{
	static const char *const argv[] = {"lsns", "-J", "-o", "NS,TYPE,NPROCS,PNS,ONS", NULL};
	struct output output = tool_run((char *const *)argv, false);
	json_t *lsns = json_loads(output.text, 0, NULL);
	const json_t *theirs;
	size_t at, inhabited = 0;

	expect(output.status == 0 && lsns, "lsns ended with %d\n", output.status);
	json_array_foreach(json_object_get(lsns, "namespaces"), at, theirs)
	{
		inhabited -= compare_ns(graph, theirs);
	}
	for (size_t i = 0; i < graph->ns_count; i++)
		inhabited += graph->namespaces[i]->member_count > 0;
	expect(inhabited == 0, "lsns sees others\n");
	json_decref(lsns);
	output_done(&output);
}

/* --- All of them -------------------------------------------------------------------------------- */

static bool have_lsns(void)
{
	static const char *const argv[] = {"lsns", "-o", "NS,TYPE,NPROCS,PNS,ONS", NULL};
	struct output output = tool_run((char *const *)argv, false);
	bool have = output.status == 0;

	output_done(&output);
	return have;
}

static unsigned setting(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

/* Another source, and what it saw last. */
struct other {
	struct scan *scan; /* NULL where there is none */
	struct graph *graph;
};

static void compare_with_other(struct other *other, const struct graph *graph)
{
	struct graph *before = other->graph;

	if (!other->scan)
		return;
	other->graph = sweep_now(other->scan, before);
	graph_unref(before);
	expect(graph_differences(graph, other->graph, getpid()) == 0, "the sources differ\n");
	expect(proc_differences(other->graph) == 0, "/proc says otherwise than BPF\n");
}

/* --- What does not answer, and what is hidden --------------------------------------------------- */

static char fifo[64]; /* lies over command lines; nobody writes to it */

/* Some command lines, of one population in eight: it takes the time until one is told as late.  Not of the
 * first one: what is read for the first scan may have been read already. */
static void silence_some(void)
{
	size_t count;
	const struct record *records = population_records(&count);

	for (size_t i = seed % 9; i < count && seed % 8 == 2; i += 9) {
		autofree char *path = xasprintf("/proc/%d/cmdline", records[i].pid);

		if (records[i].kind == RECORD_TASK && records[i].pid == records[i].tid &&
		    !records[i].zombie)
			assert_int_equal(mount(fifo, path, NULL, MS_BIND, NULL), 0);
	}
}

static void let_answer(void)
{
	size_t count;
	const struct record *records = population_records(&count);

	for (size_t i = 0; i < count; i++) {
		autofree char *path = xasprintf("/proc/%d/cmdline", records[i].pid);

		if (records[i].kind == RECORD_TASK)
			umount2(path, MNT_DETACH);
	}
	/* Who has opened it comes to its end. */
	close(open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
}

/* Names as an old recipe for containers gives them, one that leads nowhere, and one that is none. */
static void link_names(void)
{
	size_t count;
	const struct record *records = population_records(&count);

	assert_int_equal(mkdir("/run/netns", 0755), 0);
	for (size_t i = 0; i < count; i += 5) {
		autofree char *name = xasprintf("/run/netns/name %zu", i);
		autofree char *target = xasprintf("/proc/%d/ns/net", records[i].pid);

		if (records[i].kind == RECORD_TASK)
			assert_int_equal(symlink(target, name), 0);
	}
	assert_int_equal(symlink("/proc/2147483647/ns/net", "/run/netns/stale"), 0);
	close(open("/run/netns/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static void unlink_names(void)
{
	DIR *dir = opendir("/run/netns");
	const struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir("/run/netns"), 0);
}

/* Options of proc(5); their names and the last three are of Linux 5.8. */
static const char *const proc_options[] = {
    "hidepid=0", "hidepid=1", "hidepid=2", "hidepid=4", "subset=pid", "subset=pid,hidepid=2"};
static size_t looks[array_len(proc_options)];
static int why_not[array_len(proc_options)]; /* errno of mounting it */

static const char *mounted; /* with these options */

static bool is_listed(const char *name)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;

	require(dir);
	while ((entry = readdir(dir)) && strcmp(entry->d_name, name) != 0)
		;
	closedir(dir);
	return entry;
}

/* PID 1 of the room may do more than this one, and so is hidden where anybody is.  By 1, others are refused and
 * not hidden; by 2 members of the group 0 see all, and root of "unshare -Ur" may be one. */
static bool is_hidden_from_us(void)
{
	bool hidden = !is_listed("1");

	if (strstr(mounted, "hidepid=4"))
		require(hidden);
	else if (strstr(mounted, "hidepid=2"))
		require(hidden || !room_has_users());
	else
		require(!hidden);
	return hidden;
}

static int look_as_powerless(void)
{
	const struct scan_options options = {.source = SCAN_PROC, .fds = true};
	struct graph *graph;
	struct scan *scan;

	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	require(proc_differences(graph) == 0);
	require(graph->stats.hidden == is_hidden_from_us());
	require(graph_process_by_pid(graph, getpid()));
	graph_unref(graph);
	scan_free(scan);
	return 0;
}

/* Root sees the same as before. */
static void compare_by(enum scan_source source)
{
	struct scan *scan = source_scan(source, (struct scan_options){.fds = true});
	struct graph *graph;

	if (!scan)
		return;
	graph = sweep_now(scan, NULL);
	compare_with_records(graph);
	graph_unref(graph);
	scan_free(scan);
}

/* One population in three, through each kind of /proc in turn. */
static void compare_through_other_proc(void)
{
	size_t kind = seed / 3 % array_len(proc_options);

	if (seed % 3 != 0)
		return;
	if (mount("proc", "/proc", "proc", 0, proc_options[kind]) < 0) {
		why_not[kind] = errno;
		return;
	}
	mounted = proc_options[kind];
	looks[kind]++;
	compare_by(SCAN_PROC);
	compare_by(SCAN_BPF);
	proc_hand_helpers_down();
	as_powerless(look_as_powerless);
	assert_int_equal(umount2("/proc", MNT_DETACH), 0);
}

/* --- Between two of them ------------------------------------------------------------------------ */

static bool was_there(const struct graph *before, const struct ns *ns)
{
	for (size_t i = 0; i < before->ns_count; i++)
		if (ns_id_equal(&before->namespaces[i]->id, &ns->id))
			return true;
	return false;
}

/* The kernel frees namespaces some time after their last process has ended: those of users when nobody may be
 * reading its credentials any more.  Until then they live, and nothing in sight holds them. */
static void wait_until_freed(const struct graph *graph, const struct graph *at_first)
{
	autoclose int any = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (was_there(at_first, ns))
			continue;
		while (nsfs_exists(ns, any) == 0)
			sched_yield();
	}
}

/* --- Was it all there? -------------------------------------------------------------------------- */

/* How many populations are enough for each kind of them? */
enum { ENOUGH = 50 };

static void expect_all_kinds(uint32_t count)
{
	for (enum made what = 0; what < MADE_COUNT; what++) {
		print_message("%s: %zu", made_names[what], population_made(what));
		if (population_refused(what))
			print_message(", %zu times not to be had", population_refused(what));
		print_message("\n");
		if (count >= ENOUGH)
			assert_true(population_made(what) || population_refused(what));
	}
	for (size_t kind = 0; kind < array_len(looks); kind++) {
		print_message("/proc with %s: %zu%s%s\n", proc_options[kind], looks[kind],
		    why_not[kind] ? ", not to be mounted: " : "",
		    why_not[kind] ? strerror(why_not[kind]) : "");
		if (count >= ENOUGH)
			assert_true(looks[kind] || why_not[kind]);
	}
}

/* That is compared above as well, where it is there. */
static void bpf_is_there(void **state)
{
	(void)state;
	need_test_machine();
	scan_free(need_bpf((struct scan_options){.fds = true}));
}

static void the_graph_says_what_the_members_say(void **state)
{
	const struct scan_options options = {.fds = true};
	struct other other = {.scan = source_scan(SCAN_BPF, options)};
	uint32_t first = setting("POPULATION_SEED", 1), count = setting("POPULATIONS", 50);
	struct population population;
	size_t processes = 0, namespaces = 0;
	struct graph *graph = NULL, *at_first;
	struct scan *scan;
	bool lsns;

	(void)state;
	need_test_machine();
	lsns = have_lsns();
	assert_int_equal(scan_new(&options, &scan), 0);
	at_first = sweep_now(scan, NULL);
	for (seed = first; seed < first + count; seed++) {
		struct graph *before = graph;

		note_inherited();
		population_start(&population, seed);
		silence_some();
		link_names();
		graph = sweep_now(scan, before);
		graph_unref(before);
		compare_with_records(graph);
		compare_with_other(&other, graph);
		if (lsns)
			compare_with_lsns(graph);
		let_answer();
		compare_through_other_proc();
		unlink_names();
		processes += graph->living_count;
		namespaces += graph->living_ns_count;
		population_end(&population);
		wait_until_freed(graph, at_first);
	}
	expect_all_kinds(count);
	graph_unref(at_first);
	print_message("%zu processes in %zu namespaces%s%s\n", processes, namespaces,
	    lsns ? "" : "; no lsns to compare with",
	    other.scan ? "; the source \"bpf\" agrees" : "; no BPF to compare with");
	graph_unref(graph);
	graph_unref(other.graph);
	scan_free(other.scan);
	scan_free(scan);
}

static int set_up(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	if (!mkdtemp(folder) || mount("none", folder, "tmpfs", 0, "mode=777") < 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) < 0)
		return -1;
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	if (mkfifo(fifo, 0600) < 0)
		return -1;
	return population_init(folder);
}

static int tear_down(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	umount2("/run", MNT_DETACH);
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_graph_says_what_the_members_say),
	    cmocka_unit_test(bpf_is_there),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
