#include "scanner/doctor.h"

#include "model/base/util.h"
#include "scanner/bpf/trace.h"
#include "scanner/events/perf_events.h"
#include "scanner/helper/join.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Confinement ------------------------------------------------------------------------------ */

/* --- Seccomp, capabilities ---------------------------------------------------------------------- */

static int read_seccomp(void)
{
	char first[4096];
	autotext struct proc_text status = PROC_TEXT(first);
	const char *line;

	if (proc_text_read(&status, AT_FDCWD, "/proc/self/status", PROC_TEXT_MAX) < 0)
		return -1;
	line = strstr(status.data, "\nSeccomp:");
	return line ? (int)strtol(line + strlen("\nSeccomp:"), NULL, 10) : -1;
}

static bool has_no_new_privs(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* --- Maps --------------------------------------------------------------------------------------- */

bool id_is_mapped(const char *map, unsigned long id)
{
	for (;;) {
		unsigned long numbers[3]; /* inside, outside, how many */

		for (size_t i = 0; i < array_len(numbers); i++) {
			char *end;

			numbers[i] = strtoul(map, &end, 10);
			if (end == map)
				return false;
			map = end;
		}
		if (id >= numbers[0] && id - numbers[0] < numbers[2])
			return true;
	}
}

/* An id without a mapping is reported as the overflow id, which may be mapped or not. */
static bool is_in_map(const char *path, unsigned long id)
{
	struct proc_lines map = PROC_LINES_CLOSED;
	const char *line;
	bool mapped = false;

	/* What can't be read says nothing. */
	if (proc_lines_open(&map, AT_FDCWD, path) < 0)
		return true;
	while (!mapped && (line = proc_lines_next(&map, NULL)))
		mapped = id_is_mapped(line, id);
	return proc_lines_close(&map) < 0 || mapped;
}

/* "deny" is what unprivileged users write before they may map their group. */
static bool denies_setgroups(void)
{
	char first[16];
	autotext struct proc_text word = PROC_TEXT(first);

	return proc_text_read(&word, AT_FDCWD, "/proc/self/setgroups", PROC_TEXT_MAX) == 0 &&
	       strncmp(word.data, "deny", 4) == 0;
}

/* --- Mounts ------------------------------------------------------------------------------------- */

/* Is something mounted below /proc?  The mount point is field 5; proc_pid_mountinfo(5). */
static bool covers_proc(void)
{
	struct proc_lines mounts = PROC_LINES_CLOSED;
	const char *point;
	bool overlays = false;

	if (proc_lines_open(&mounts, AT_FDCWD, "/proc/self/mountinfo") < 0)
		return false;
	while (!overlays && (point = proc_lines_next(&mounts, NULL))) {
		for (int field = 1; point && field < 5; field++) {
			point = strchr(point, ' ');
			point += point != NULL;
		}
		overlays = point && strncmp(point, "/proc/", 6) == 0;
	}
	return proc_lines_close(&mounts) == 0 && overlays;
}

/* The root of a mount namespace is the root of a mount: STATX_ATTR_MOUNT_ROOT, 5.8.  statx(2) */
static bool has_no_mount_root(void)
{
	struct statx root;

	return statx(AT_FDCWD, "/", 0, STATX_INO, &root) == 0 &&
	       (root.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
	       !(root.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* A directory that is a mount point may be the root of a chroot, too.  Joining a mount namespace leads
 * to its own root, setns(2): is that another one?  Ends the child with 1 where it is. */
_Noreturn static void look_for_root(void)
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct statx before, after;
	unsigned want = STATX_INO | STATX_MNT_ID;

	if (own < 0 || statx(AT_FDCWD, "/", 0, want, &before) < 0 || join_ns(own, NS_MNT) < 0 ||
	    statx(AT_FDCWD, "/", 0, want, &after) < 0)
		_exit(0);
	if (before.stx_ino != after.stx_ino || before.stx_dev_major != after.stx_dev_major ||
	    before.stx_dev_minor != after.stx_dev_minor ||
	    ((before.stx_mask & after.stx_mask & STATX_MNT_ID) &&
	        before.stx_mnt_id != after.stx_mnt_id))
		_exit(1);
	_exit(0);
}

static bool has_other_root(void)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return false;
	if (child == 0)
		look_for_root();
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* --- Security modules --------------------------------------------------------------------------- */

/* AppArmor: "docker-default (enforce)", or "unconfined"; SELinux: a context, also where it refuses
 * nothing.  Smack and others are not known here. */
static void read_label(struct confinement *confinement)
{
	char first[sizeof(confinement->label)];
	autotext struct proc_text label = PROC_TEXT(first);

	if (proc_text_read(&label, AT_FDCWD, "/proc/self/attr/current", PROC_TEXT_MAX) < 0 ||
	    strstr(label.data, "unconfined") || strncmp(label.data, "kernel", 6) == 0)
		return;
	snprintf(confinement->label, sizeof(confinement->label), "%.*s",
	    (int)strcspn(label.data, "\n"), label.data);
}

void confinement_read(struct confinement *ret_confinement)
{
	*ret_confinement = (struct confinement){
	    .seccomp = read_seccomp(),
	    .caps = privileges_permitted(),
	    .no_new_privs = has_no_new_privs(),
	    .no_setgroups = denies_setgroups(),
	    .chrooted = has_no_mount_root() || has_other_root(),
	    .proc_covered = covers_proc(),
	    .no_ids = !is_in_map("/proc/self/uid_map", geteuid()) ||
	              !is_in_map("/proc/self/gid_map", getegid()),
	    .no_sys = access("/proc/self/ns", F_OK) == 0 && access("/proc/sys", F_OK) < 0 &&
	              errno == ENOENT,
	};
	read_label(ret_confinement);
}

static const char *const setting_names[SETTING_COUNT] = {
    [SETTING_USERNS_CLONE] = "kernel.unprivileged_userns_clone",
    [SETTING_APPARMOR] = "kernel.apparmor_restrict_unprivileged_userns",
    [SETTING_MAX + NS_CGROUP] = "user.max_cgroup_namespaces",
    [SETTING_MAX + NS_IPC] = "user.max_ipc_namespaces",
    [SETTING_MAX + NS_MNT] = "user.max_mnt_namespaces",
    [SETTING_MAX + NS_NET] = "user.max_net_namespaces",
    [SETTING_MAX + NS_PID] = "user.max_pid_namespaces",
    [SETTING_MAX + NS_TIME] = "user.max_time_namespaces",
    [SETTING_MAX + NS_USER] = "user.max_user_namespaces",
    [SETTING_MAX + NS_UTS] = "user.max_uts_namespaces",
};

static const char *const facility_names[FACILITY_COUNT] = {
    [FACILITY_OWN_LINKS] = "/proc/self/ns",
    [FACILITY_FIRST_LINKS] = "/proc/1/ns",
    [FACILITY_PARENT] = "NS_GET_PARENT",
    [FACILITY_ID] = "NS_GET_ID",
    [FACILITY_HANDLE] = "open_by_handle_at",
    [FACILITY_LISTNS] = "listns",
    [FACILITY_SOCKET_NET] = "SIOCGSKNS",
    [FACILITY_PIDFD_GETFD] = "pidfd_getfd",
    [FACILITY_STATMOUNT] = "statmount",
    [FACILITY_BPF] = "bpf",
    [FACILITY_TRACE] = "bpf tracepoints",
    [FACILITY_PERF_EVENTS] = "perf_event_open",
};

const char *doctor_facility_name(enum facility facility)
{
	return facility_names[facility];
}

const char *doctor_setting_name(enum setting setting)
{
	return setting_names[setting];
}

int doctor_read_setting(enum setting setting, long *ret)
{
	autofree char *path = xasprintf("/proc/sys/%s", setting_names[setting]);

	for (char *at = path + strlen("/proc/sys/"); *at; at++)
		*at = *at == '.' ? '/' : *at;
	return proc_number_read(AT_FDCWD, path, ret);
}

/* The initial namespace has no parent to be seen: EPERM is an answer too. */
static int ask_parent(int pid_ns)
{
	autoclose int parent = ioctl(pid_ns, NSFS_GET_PARENT);

	return parent >= 0 || errno == EPERM ? 0 : -errno;
}

static int ask_id(int ns)
{
	uint64_t id;

	return ioctl(ns, NSFS_GET_ID, &id) < 0 ? -errno : 0;
}

/* Of a PID namespace. */
static int ask_by_handle(int ns)
{
	struct ns own = {.id = {.type = NS_PID}};
	struct stat st;

	if (fstat(ns, &st) < 0)
		return -errno;
	own.id.ino = st.st_ino;
	ioctl(ns, NSFS_GET_ID, &own.id.unique);
	return nsfs_exists(&own, ns);
}

/* Every user gets some; all of them need CAP_SYS_ADMIN, in the initial PID namespace. */
static int ask_for_all(void)
{
	struct listing listing = {.ids = NULL};
	int r = listing_take(&listing);

	listing_done(&listing);
	if (r < 0)
		return r;
	return listing_is_whole() ? 0 : -EPERM;
}

/* CAP_NET_ADMIN is asked for in the namespace's own user namespace. */
static int ask_socket_net(void)
{
	autoclose int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autoclose int net = socket_fd < 0 ? -1 : ioctl(socket_fd, NSFS_OF_SOCKET);

	return net < 0 ? -errno : 0;
}

/* Of this process's own descriptor. */
static int get_descriptor(int fd)
{
	autoclose int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	autoclose int copy = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, fd, 0);

	return copy < 0 ? -errno : 0;
}

/* Without a request the kernel that has it finds fault with that. */
static int ask_statmount(void)
{
	if (syscall(STATMOUNT_CALL, NULL, NULL, 0, 0) < 0 && (errno == ENOSYS || errno == EPERM))
		return -errno;
	return 0;
}

static int try_perf_events(void)
{
	struct perf_events *perf_events;
	int r = perf_events_new(&perf_events);

	if (r == 0)
		perf_events_free(perf_events);
	return r;
}

/* All that a scan does, once. */
static int try_bpf(struct bpf_refusal *ret_why)
{
	const struct scan_options options = {.source = SCAN_BPF, .no_texts = true, .fds = true};
	struct graph *graph = NULL;
	struct scan *scan = NULL;
	int r = scan_new(&options, &scan);

	if (r == 0)
		r = scan_once(scan, &graph);
	*ret_why = bpf_why_last();
	graph_unref(graph);
	scan_free(scan);
	return r;
}

/* Starts a child process; @trace must report its fork and its exit.  Returns 0 or -errno. */
static int try_child(struct trace *trace)
{
	bool forked = false, ended = false;
	struct record_event event;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child < 0)
		return -errno;
	waitpid(child, NULL, 0);
	while (!(forked && ended) && trace_next(trace, &event)) {
		forked |= event.kind == RECORD_FORK && event.pid == child;
		ended |= event.kind == RECORD_EXIT && event.pid == child;
	}
	/* If events were lost, these may be among them. */
	return (forked && ended) || trace_lost(trace) > 0 ? 0 : -EPROTO;
}

static int try_trace(struct bpf_refusal *ret_why)
{
	struct trace *trace;
	int r = trace_new(&trace, ret_why);

	if (r < 0)
		return r;
	r = try_child(trace);
	if (r < 0)
		*ret_why = (struct bpf_refusal){.what = BPF_FAILED, .error = -r};
	trace_free(trace);
	return r;
}

static void try_facilities(int facilities[FACILITY_COUNT])
{
	autoclose int ns = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	int error = ns < 0 ? -errno : 0;
	uint64_t ino;

	facilities[FACILITY_OWN_LINKS] = access("/proc/self/ns", X_OK) < 0 ? -errno : 0;
	facilities[FACILITY_FIRST_LINKS] = read_ns_link(AT_FDCWD, "/proc/1/ns/pid", NS_PID, &ino);
	facilities[FACILITY_PARENT] = error ? error : ask_parent(ns);
	facilities[FACILITY_ID] = error ? error : ask_id(ns);
	facilities[FACILITY_HANDLE] = error ? error : ask_by_handle(ns);
	facilities[FACILITY_LISTNS] = ask_for_all();
	facilities[FACILITY_SOCKET_NET] = ask_socket_net();
	facilities[FACILITY_PIDFD_GETFD] = error ? error : get_descriptor(ns);
	facilities[FACILITY_STATMOUNT] = ask_statmount();
	facilities[FACILITY_PERF_EVENTS] = try_perf_events();
}

void doctor_examine(struct doctor *ret_doctor)
{
	struct utsname machine;

	*ret_doctor = (struct doctor){0};
	confinement_read(&ret_doctor->confinement);
	uname(&machine);
	snprintf(ret_doctor->kernel, sizeof(ret_doctor->kernel), "%s", machine.release);
	try_facilities(ret_doctor->facilities);
	ret_doctor->facilities[FACILITY_BPF] = try_bpf(&ret_doctor->bpf);
	ret_doctor->facilities[FACILITY_TRACE] = try_trace(&ret_doctor->trace);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *path = xasprintf("/proc/self/ns/%s", ns_types[type].name);
		uint64_t ino;

		/* Without /proc it is unknown; the trial will show it. */
		ret_doctor->type_there[type] = ret_doctor->facilities[FACILITY_OWN_LINKS] < 0 ||
		                               read_ns_link(AT_FDCWD, path, type, &ino) != -ENOENT;
	}
	for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
		ret_doctor->settings_errno[setting] =
		    doctor_read_setting(setting, &ret_doctor->settings[setting]);
}
