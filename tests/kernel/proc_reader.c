#include "tests/kernel/proc_reader.h"

#include "model/base/util.h"
#include "model/graph/ns.h"
#include "tests/kernel/skip.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum {
	KEPT_BYTES = 65536,  /* of a command line */
	EXITING = 0x4,       /* PF_EXITING of include/linux/sched.h */
	FLAGS_AFTER_COMM = 7 /* proc_pid_stat(5), field 9: the seventh after comm */
};

/* Of /proc/PID/ns, by enum nstype and what follows it; not those that the scanner reads by. */
static const char *const link_names[NS_LINK_COUNT] = {
    [NS_CGROUP] = "cgroup",
    [NS_IPC] = "ipc",
    [NS_MNT] = "mnt",
    [NS_NET] = "net",
    [NS_PID] = "pid",
    [NS_TIME] = "time",
    [NS_USER] = "user",
    [NS_UTS] = "uts",
    [LINK_PID_FOR_CHILDREN] = "pid_for_children",
    [LINK_TIME_FOR_CHILDREN] = "time_for_children",
};

/* A link "TYPE:[INODE]", or why it is none. */
struct seen_link {
	int error;
	uint64_t ino;
};

struct seen_process {
	pid_t pid;
	char state;
	bool exiting;
	int threads;
	int levels;
	pid_t last_pid; /* in its own PID namespace */
	struct seen_link links[NS_LINK_COUNT];
};

struct reader {
	const struct graph *graph;
	int differences;
	uint32_t refused;
	struct seen_process *processes;
	size_t count, room;
	uint64_t *mnts; /* whose tables were read */
	size_t mnt_count, mnt_room;
	size_t fds, mounts;
};

__attribute__((format(printf, 3, 4))) static void expect(
    struct reader *reader, bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	reader->differences++;
	va_start(args, format);
	autofree char *text = NULL;
	if (vasprintf(&text, format, args) >= 0)
		print_error("%s\n", text);
	va_end(args);
}

/* --- Plain reading ---------------------------------------------------------------------------- */

/* The whole file @path, and a NUL behind it.  NULL and errno where that fails. */
static char *whole_file(const char *path, size_t *ret_len)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, room = 4096;
	char *text = fd < 0 ? NULL : xmalloc(room);
	ssize_t bytes = 0;

	while (text && (bytes = read(fd, text + len, room - len - 1)) > 0) {
		len += (size_t)bytes;
		if (room - len < 2048)
			text = xrealloc(text, room *= 2);
	}
	if (!text || bytes < 0) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	*ret_len = len;
	return text;
}

/* What stands behind "@key:" in a file such as status; "" for nothing. */
static const char *field(const char *text, const char *key)
{
	autofree char *wanted = xasprintf("\n%s:", key);
	const char *found = strstr(text, wanted);

	return found ? found + strlen(wanted) : "";
}

static long number(const char *text, const char *key)
{
	return strtol(field(text, key), NULL, 10);
}

/* The inode in "@type:[INODE]"; 0 where @text is no such thing. */
static uint64_t ino_in(const char *text, const char *type)
{
	size_t len = strlen(type);

	if (strncmp(text, type, len) != 0 || strncmp(text + len, ":[", 2) != 0)
		return 0;
	return strtoull(text + len + 2, NULL, 10);
}

/* The namespace in @text: its inode, or 0. */
static uint64_t ns_in(const char *text, enum nstype *ret_type)
{
	uint64_t ino = 0;

	for (int type = 0; type < NS_TYPE_COUNT && !ino; type++) {
		ino = ino_in(text, link_names[type]);
		*ret_type = (enum nstype)type;
	}
	return ino;
}

static bool read_text(const char *path, char text[static 128])
{
	ssize_t len = readlink(path, text, 127);

	text[len > 0 ? len : 0] = '\0';
	return len >= 0;
}

static void read_links(const char *task, struct seen_link links[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		autofree char *path = xasprintf("%s/ns/%s", task, link_names[link]);
		char text[128];
		enum nstype type;

		links[link] = (struct seen_link){.error = 0};
		if (!read_text(path, text))
			links[link].error = errno;
		else
			links[link].ino = ns_in(text, &type);
	}
}

/* The numbers in the folder @path, in order. */
static pid_t *numbers_in(const char *path, size_t *ret_count)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	pid_t *numbers = NULL;
	size_t count = 0, room = 0;

	while (dir && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		array_reserve(numbers, room, count + 1);
		numbers[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	if (dir)
		closedir(dir);
	*ret_count = count;
	return numbers;
}

/* --- Links and threads ------------------------------------------------------------------------ */

static bool is_refusal(int error)
{
	return error == EACCES || error == EPERM;
}

static void compare_links(struct reader *reader, const char *task, const struct seen_link *links,
    const struct ns *const *ns, const enum read_status *read_status)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		uint64_t ino = ns[link] ? ns[link]->id.ino : 0;
		bool refused = is_refusal(links[link].error);

		expect(reader, ino == links[link].ino, "%s/ns/%s: %llu is told, not %llu", task,
		    link_names[link], (unsigned long long)ino, (unsigned long long)links[link].ino);
		expect(reader,
		    !refused || read_status[link] == READ_DENIED ||
		        read_status[link] == READ_ZOMBIE,
		    "%s/ns/%s: it is refused, told is \"%s\"", task, link_names[link],
		    read_status_name(read_status[link]));
		expect(reader, refused || read_status[link] != READ_DENIED,
		    "%s/ns/%s: it is not refused", task, link_names[link]);
	}
}

static bool same_links(const struct seen_link *a, const struct seen_link *b)
{
	for (int link = 0; link < NS_LINK_COUNT; link++)
		if (a[link].ino != b[link].ino)
			return false;
	return true;
}

static const struct thread *told_thread(const struct process *process, pid_t tid)
{
	const struct thread *thread = process->first_thread;

	while (thread && (thread->tid != tid || !thread_diverged(thread)))
		thread = thread->next;
	return thread;
}

static void see_mounts(struct reader *reader, const char *task, uint64_t mnt);

static void compare_thread(struct reader *reader, const struct seen_process *seen,
    const struct process *process, pid_t tid)
{
	autofree char *task = xasprintf("/proc/%d/task/%d", seen->pid, tid);
	const struct thread *thread = told_thread(process, tid);
	struct seen_link links[NS_LINK_COUNT];
	bool apart;

	if (tid == seen->pid) {
		expect(reader, !thread, "%s: the first thread is told apart", task);
		return;
	}
	read_links(task, links);
	/* What is refused tells nothing of where it is. */
	if (is_refusal(links[NS_USER].error) && !thread)
		return;
	apart = seen->state == 'Z' || !same_links(links, seen->links);
	expect(reader, apart == (thread != NULL), "%s: it is %stold apart", task,
	    thread ? "" : "not ");
	if (thread && apart)
		compare_links(reader, task, links, thread->ns, thread->read_status);
	see_mounts(reader, task, links[NS_MNT].ino);
}

/* --- Holders ---------------------------------------------------------------------------------- */

static size_t count_fd_holders(const struct ns *ns, pid_t pid, pid_t tid, int fd)
{
	size_t count = 0;

	for (uint32_t i = 0; ns && i < ns->holder_count; i++)
		count += ns->holders[i].kind == HOLDER_FD && ns->holders[i].fd == fd &&
		         ns->holders[i].tid == tid && ns->holders[i].process->id.pid == pid;
	return count;
}

/* The descriptors of the table at @task; @tid: 0 for the one of the process. */
static void see_table(struct reader *reader, const char *task, pid_t pid, pid_t tid)
{
	autofree char *folder = xasprintf("%s/fd", task);
	size_t count;
	autofree pid_t *fds = numbers_in(folder, &count);

	for (size_t i = 0; i < count; i++) {
		autofree char *path = xasprintf("%s/%d", folder, fds[i]);
		char text[128];
		enum nstype type;
		uint64_t ino = read_text(path, text) ? ns_in(text, &type) : 0;

		if (!ino)
			continue;
		reader->fds++;
		expect(reader,
		    count_fd_holders(graph_ns_by_ino(reader->graph, type, ino), pid, tid, fds[i]) ==
		        1,
		    "%s is on %s, and is not told once as a holder", path, text);
	}
}

/* Is the table of @tid that of one of the @count threads @before it? */
static bool is_known_table(pid_t tid, const pid_t *before, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (syscall(SYS_kcmp, tid, before[i], KCMP_FILES, 0, 0) == 0)
			return true;
	return false;
}

/* Its first thread has let go of the table of the process where it has ended. */
static void see_tables(
    struct reader *reader, const struct seen_process *seen, const pid_t *tids, size_t count)
{
	size_t first = seen->state == 'Z' && count > 1 ? 1 : 0;

	if (seen->pid == getpid())
		return;
	for (size_t i = first; i < count; i++) {
		autofree char *task = xasprintf("/proc/%d/task/%d", seen->pid, tids[i]);

		if (i == first || !is_known_table(tids[i], tids + first, i - first))
			see_table(reader, task, seen->pid, i == first ? 0 : tids[i]);
	}
}

/* Octal escapes, in place: proc_pid_mounts(5). */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		if (from[0] == '\\' && isdigit((unsigned char)from[1])) {
			const char digits[] = {from[1], from[2], from[3], '\0'};

			*to = (char)strtol(digits, NULL, 8);
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

static void see_mount(struct reader *reader, char *line, uint64_t mnt)
{
	bool nsfs = strstr(line, " - nsfs ");
	const char *root = NULL;
	char *path = NULL, *rest = line;
	size_t found = 0;
	enum nstype type;

	for (int i = 0; i < 5 && nsfs; i++) {
		root = path;
		path = strsep(&rest, " ");
	}
	if (!root || !path)
		return;
	uint64_t ino = ns_in(root, &type);
	const struct ns *ns = ino ? graph_ns_by_ino(reader->graph, type, ino) : NULL;
	unescape(path);
	for (uint32_t i = 0; ns && i < ns->holder_count; i++)
		found += ns->holders[i].kind == HOLDER_MOUNT && ns->holders[i].ns &&
		         ns->holders[i].ns->id.ino == mnt && strcmp(ns->holders[i].path, path) == 0;
	reader->mounts++;
	expect(reader, found == 1, "%s is mounted on %s in mnt:[%llu], and told %zu times", root,
	    path, (unsigned long long)mnt, found);
}

/* The bind mounts in the mount namespace @mnt of @task, once for each. */
static void see_mounts(struct reader *reader, const char *task, uint64_t mnt)
{
	autofree char *path = xasprintf("%s/mountinfo", task);
	size_t len;

	for (size_t i = 0; i < reader->mnt_count; i++)
		if (reader->mnts[i] == mnt)
			return;
	autofree char *text = mnt ? whole_file(path, &len) : NULL;
	if (!text)
		return;
	array_reserve(reader->mnts, reader->mnt_room, reader->mnt_count + 1);
	reader->mnts[reader->mnt_count++] = mnt;
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
		see_mount(reader, line, mnt);
}

static bool was_read(const struct reader *reader, const struct ns *mnt)
{
	for (size_t i = 0; mnt && i < reader->mnt_count; i++)
		if (reader->mnts[i] == mnt->id.ino)
			return true;
	return false;
}

/* No holder is told that is none. */
static void compare_holders(struct reader *reader)
{
	size_t fds = 0, mounts = 0;

	for (size_t i = 0; i < reader->graph->ns_count; i++) {
		const struct ns *ns = reader->graph->namespaces[i];

		for (uint32_t at = 0; at < ns->holder_count; at++) {
			const struct holder *holder = &ns->holders[at];

			fds += holder->kind == HOLDER_FD;
			mounts += holder->kind == HOLDER_MOUNT && was_read(reader, holder->ns);
		}
	}
	expect(reader, fds == reader->fds, "%zu descriptors are told, not %zu", fds, reader->fds);
	expect(reader, mounts == reader->mounts, "%zu bind mounts are told, not %zu", mounts,
	    reader->mounts);
}

/* --- Processes -------------------------------------------------------------------------------- */

/* Its numbers, outermost first. */
static void compare_numbers(struct reader *reader, struct seen_process *seen,
    const struct process *process, const char *status)
{
	const char *at = field(status, "NSpid");
	char *end;
	long found;

	for (; *at && *at != '\n' && (found = strtol(at, &end, 10), end != at); at = end) {
		expect(reader,
		    process->pid_levels > seen->levels && process->pids[seen->levels] == found,
		    "%d: its number on level %d is %ld", seen->pid, seen->levels, found);
		seen->last_pid = (pid_t)found;
		seen->levels++;
		if (*end == '\n')
			break;
	}
	expect(reader, process->pid_levels == seen->levels && !process->pids_cut,
	    "%d: told are %d levels, not %d", seen->pid, process->pid_levels, seen->levels);
}

static void compare_cmdline(struct reader *reader, const char *task, const struct process *process)
{
	autofree char *path = xasprintf("%s/cmdline", task);
	struct stat st;
	size_t len = 0;

	/* A FIFO lies over it: who opens that waits. */
	if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode)) {
		expect(reader, process->cmdline_late && !process->cmdline,
		    "%s does not answer, and is not told as late", path);
		return;
	}
	autofree char *text = whole_file(path, &len);
	size_t kept;
	bool cut;

	while (text && len && text[len - 1] == '\0')
		len--;
	cut = len > KEPT_BYTES;
	kept = cut ? KEPT_BYTES : len;
	expect(reader, !process->cmdline_late, "%s is told as late", path);
	expect(reader, process->cmdline_cut == cut, "%s has %zu bytes, and is told as %s", path,
	    len, process->cmdline_cut ? "cut" : "whole");
	expect(reader,
	    process->cmdline_len == kept &&
	        (!kept || (text && process->cmdline && memcmp(process->cmdline, text, kept) == 0)),
	    "%s has %zu bytes, %zu are told, or others", path, len, process->cmdline_len);
}

#define HELPER "nsscope-" /* what their names begin with */

/* Helpers of the scan are none of the graph's.  @status: what the file of that name says. */
static bool is_helper(const char *status)
{
	return strncmp(status, "Name:\t" HELPER, strlen("Name:\t" HELPER)) == 0;
}

/* A helper that may not be read has no name to know it by, but is a child of who scans; whatever else that has
 * as children it may read. */
struct helpers {
	pid_t pids[64];
	size_t count;
};

static struct helpers handed_down;
static pid_t handed_down_by;

static bool may_be_helper(pid_t pid)
{
	size_t len;
	autofree char *path = xasprintf("/proc/%d/status", pid);
	autofree char *status = whole_file(path, &len);

	return status ? is_helper(status) : is_refusal(errno);
}

static void list_helpers(struct helpers *helpers)
{
	size_t len;
	autofree char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	autofree char *text = whole_file(path, &len);
	char *rest = text;

	helpers->count = 0;
	for (const char *word; rest && (word = strsep(&rest, " "));) {
		pid_t pid = (pid_t)strtol(word, NULL, 10);

		if (pid > 0 && may_be_helper(pid) && helpers->count < array_len(helpers->pids))
			helpers->pids[helpers->count++] = pid;
	}
}

void proc_hand_helpers_down(void)
{
	handed_down_by = getpid();
	list_helpers(&handed_down);
}

static bool is_among(const struct helpers *helpers, pid_t pid)
{
	for (size_t i = 0; i < helpers->count; i++)
		if (helpers->pids[i] == pid)
			return true;
	return false;
}

static bool is_refused_helper(pid_t pid)
{
	struct helpers own;

	list_helpers(&own);
	return is_among(&own, pid) || (handed_down_by != getpid() && is_among(&handed_down, pid));
}

static bool is_exiting(const char *task)
{
	autofree char *path = xasprintf("%s/stat", task);
	size_t len;
	autofree char *text = whole_file(path, &len);
	char *rest = text ? strrchr(text, ')') : NULL;
	const char *flags = NULL;

	for (int i = 0; rest && i <= FLAGS_AFTER_COMM; i++)
		flags = strsep(&rest, " ");
	return flags && (strtoul(flags, NULL, 10) & EXITING);
}

static void compare_process(struct reader *reader, pid_t pid)
{
	const struct process *process = graph_process_by_pid(reader->graph, pid);
	autofree char *task = xasprintf("/proc/%d", pid);
	autofree char *path = xasprintf("%s/status", task);
	autofree char *tasks = xasprintf("%s/task", task);
	struct seen_process seen = {.pid = pid};
	size_t len, count;
	autofree char *status = whole_file(path, &len);

	if (!status && is_refusal(errno)) {
		if (is_refused_helper(pid))
			return;
		expect(reader, !process, "%d is refused, and told", pid);
		reader->refused++;
		return;
	}
	/* Those of another process that scans may be told. */
	if (!status || (is_helper(status) && (number(status, "PPid") == getpid() || !process)))
		return;
	expect(reader, process, "%d is not told", pid);
	if (!process)
		return;
	seen.state = field(status, "State")[1];
	seen.threads = (int)number(status, "Threads");
	seen.exiting = is_exiting(task);
	expect(reader, process->ppid == number(status, "PPid"), "%d: another parent is told", pid);
	expect(
	    reader, process->threads == seen.threads, "%d: it has %d threads", pid, seen.threads);
	expect(reader, process->exiting == seen.exiting, "%d: it is %sexiting", pid,
	    seen.exiting ? "" : "not ");
	read_links(task, seen.links);
	compare_numbers(reader, &seen, process, status);
	compare_links(reader, task, seen.links, process->ns, process->read_status);
	compare_cmdline(reader, task, process);
	autofree pid_t *tids = numbers_in(tasks, &count);
	for (size_t i = 0; i < count; i++)
		compare_thread(reader, &seen, process, tids[i]);
	see_mounts(reader, task, seen.links[NS_MNT].ino);
	see_tables(reader, &seen, tids, count);
	array_reserve(reader->processes, reader->room, reader->count + 1);
	reader->processes[reader->count++] = seen;
}

/* --- Namespaces ------------------------------------------------------------------------------- */

/* By its init; a namespace without one is not asked for here. */
static void compare_pid_ns(struct reader *reader, const struct ns *ns)
{
	enum pid_ns_state told = pid_ns_state(reader->graph, ns);

	for (size_t i = 0; i < reader->count && !ns->initial; i++) {
		const struct seen_process *seen = &reader->processes[i];
		enum pid_ns_state state = PID_NS_ALIVE;

		if (seen->links[NS_PID].ino != ns->id.ino || seen->last_pid != 1)
			continue;
		if (seen->state == 'Z' && seen->threads <= 1)
			state = PID_NS_DEAD;
		else if (seen->exiting && seen->threads <= 1)
			state = PID_NS_ENDING;
		expect(reader, told == state, "pid:[%llu] is told as \"%s\", not \"%s\"",
		    (unsigned long long)ns->id.ino, pid_ns_state_name(told) ?: "unknown",
		    pid_ns_state_name(state));
	}
}

static void compare_members(struct reader *reader, const struct ns *ns)
{
	size_t members = 0;

	for (size_t i = 0; i < reader->count; i++)
		members += reader->processes[i].links[ns->id.type].ino == ns->id.ino;
	expect(reader, members == ns->member_count, "%s:[%llu] has %zu members, told are %u",
	    link_names[ns->id.type], (unsigned long long)ns->id.ino, members, ns->member_count);
}

/* ip-netns(8) has names in /run/netns; a bind mount's own name goes first. */
static void compare_name(struct reader *reader, const char *name)
{
	autofree char *path = xasprintf("/run/netns/%s", name);
	char text[128], *end;
	const struct ns *ns = NULL;
	bool same = false;
	long pid;

	if (!read_text(path, text) || strncmp(text, "/proc/", 6) != 0)
		return;
	pid = strtol(text + 6, &end, 10);
	for (size_t i = 0; i < reader->count && strcmp(end, "/ns/net") == 0; i++)
		if (reader->processes[i].pid == pid && reader->processes[i].links[NS_NET].ino)
			ns = graph_ns_by_ino(
			    reader->graph, NS_NET, reader->processes[i].links[NS_NET].ino);
	if (!ns)
		return;
	/* Where several links lead there, each of them will do. */
	if (ns->name && ns->named_by_link) {
		autofree char *other = xasprintf("/run/netns/%s", ns->name);

		same = faccessat(AT_FDCWD, other, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
	expect(reader, ns->name && (same || !ns->named_by_link), "%s names nothing", path);
}

static void compare_names(struct reader *reader)
{
	DIR *dir = opendir("/run/netns");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		compare_name(reader, entry->d_name);
	if (dir)
		closedir(dir);
}

int proc_differences(const struct graph *graph)
{
	struct reader reader = {.graph = graph};
	size_t count;
	autofree pid_t *pids = numbers_in("/proc", &count);

	for (size_t i = 0; i < count; i++)
		compare_process(&reader, pids[i]);
	expect(&reader, graph->living_count == reader.count, "%zu processes are told, not %zu",
	    graph->living_count, reader.count);
	expect(&reader, graph_refused(graph) == reader.refused,
	    "%u processes are told as refused, not %u", graph_refused(graph), reader.refused);
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (ns->life.ended_ms)
			continue;
		compare_members(&reader, ns);
		if (ns->id.type == NS_PID)
			compare_pid_ns(&reader, ns);
	}
	compare_holders(&reader);
	compare_names(&reader);
	free(reader.processes);
	free(reader.mnts);
	return reader.differences;
}

size_t proc_helpers_in(enum nstype type, uint64_t ino)
{
	size_t count, helpers = 0;
	autofree pid_t *pids = numbers_in("/proc", &count);

	for (size_t i = 0; i < count; i++) {
		autofree char *path = xasprintf("/proc/%d/comm", pids[i]);
		autofree char *link = xasprintf("/proc/%d/ns/%s", pids[i], link_names[type]);
		size_t len;
		autofree char *comm = whole_file(path, &len);
		char text[128];

		helpers += comm && strncmp(comm, HELPER, strlen(HELPER)) == 0 &&
		           read_text(link, text) && ino_in(text, link_names[type]) == ino;
	}
	return helpers;
}
