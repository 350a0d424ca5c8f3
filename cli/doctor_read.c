#include "cli/doctor_visit.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What it means where it doesn't work: msgids. */
static const char *const without[FACILITY_COUNT] = {
    [FACILITY_OWN_LINKS] = N_("nothing can be told of namespaces"),
    [FACILITY_FIRST_LINKS] =
        N_("the namespaces of other users' processes can't be read; they are counted"),
    [FACILITY_PARENT] = N_("how PID and user namespaces nest can't be told"),
    [FACILITY_ID] = N_("an inode that is used again is told from its members only"),
    [FACILITY_HANDLE] = N_("that a namespace has ended is known only when all was read again"),
    [FACILITY_LISTNS] =
        N_("namespaces that nothing in sight keeps are known only if they were in sight before"),
    [FACILITY_SOCKET_NET] = N_("network namespaces that only a socket keeps are not found"),
    [FACILITY_PIDFD_GETFD] =
        N_("network namespaces that only another's socket keeps are not found"),
    [FACILITY_STATMOUNT] = N_("mounts are read from mountinfo, as they are anyway"),
    [FACILITY_BPF] = N_("processes are read one by one from /proc, which costs more"),
    [FACILITY_TRACE] = N_(
        "events come from comparing two scans: processes that live for a moment and single calls "
        "are not seen"),
    [FACILITY_PERF_EVENTS] =
        N_("the kernel doesn't tell who changes, so all is read again in each scan, which costs "
           "more"),
};

/* The first kernel that has it: namespaces(7), ioctl_nsfs(2), and the pages of the calls. */
static const char *const since[FACILITY_COUNT] = {
    [FACILITY_PARENT] = "4.9",
    [FACILITY_ID] = "6.18",
    [FACILITY_HANDLE] = "6.18",
    [FACILITY_LISTNS] = "6.19",
    [FACILITY_SOCKET_NET] = "4.10",
    [FACILITY_PIDFD_GETFD] = "5.6",
    [FACILITY_STATMOUNT] = "6.8",
    [FACILITY_PERF_EVENTS] = "4.12",
};

static const struct bpf_refusal *refusal_of(const struct doctor *doctor, enum facility facility)
{
	return facility == FACILITY_BPF ? &doctor->bpf : &doctor->trace;
}

/* Has the kernel no such call, or no such request? */
static bool is_missing(int error)
{
	return error == -ENOSYS || error == -ENOTTY || error == -EINVAL || error == -EOPNOTSUPP;
}

/* Is it one that asks for no capability, or none that is lacking, so that only a filter refuses it? */
static bool by_filter(const struct doctor *doctor, enum facility facility, int error)
{
	bool asks_nothing = facility == FACILITY_HANDLE || facility == FACILITY_PIDFD_GETFD ||
	                    facility == FACILITY_STATMOUNT;

	return doctor->confinement.seccomp == 2 &&
	       (is_missing(error) || (asks_nothing && error == -EPERM));
}

/* Why it doesn't work, and what would help.  The caller frees it. */
static char *why_not(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	if (facility == FACILITY_BPF || facility == FACILITY_TRACE) {
		const struct bpf_refusal *why = refusal_of(doctor, facility);

		return why->what != BPF_NO_OBSTACLE ? bpf_refusal_text(why)
		                                    : xstrdup(strerror(-error));
	}
	if (since[facility] && is_missing(error) &&
	    !kernel_is_since(doctor->kernel, since[facility]))
		return xasprintf(
		    _("this kernel is too old: Linux %s and later have it"), since[facility]);
	if (by_filter(doctor, facility, error))
		return xstrdup(_("a seccomp filter refuses it, as in containers"));
	if (since[facility] && is_missing(error))
		return xasprintf(
		    _("this kernel lacks it, though Linux %s and later have it"), since[facility]);
	if (facility == FACILITY_SOCKET_NET && error == -EPERM)
		return xstrdup(
		    _("it takes CAP_NET_ADMIN in the user namespace that owns the network "
		      "namespace; a container is given it with --cap-add NET_ADMIN"));
	if (facility == FACILITY_PERF_EVENTS && error == -ENOENT)
		return xstrdup(_("/sys is not mounted, which lists the processors"));
	if (facility == FACILITY_FIRST_LINKS && geteuid() == 0 && error != -ENOENT)
		return xstrdup(
		    _("root may be forbidden it too: it takes CAP_SYS_PTRACE in the user "
		      "namespace of PID 1, and no security module that refuses; a container "
		      "is given it with --cap-add SYS_PTRACE"));
	if (facility == FACILITY_PERF_EVENTS && (error == -EACCES || error == -EPERM))
		return xstrdup(
		    _("it takes CAP_PERFMON in the initial user namespace; a container is "
		      "given it with --cap-add PERFMON"));
	if (facility == FACILITY_LISTNS && error == -EPERM)
		return xstrdup(
		    _("it takes CAP_SYS_ADMIN in the initial user namespace, and to be in the "
		      "initial PID namespace"));
	return xstrdup(strerror(-error));
}

/* The capability that it takes, where root is asked for. */
static int capability_of(enum facility facility)
{
	if (facility == FACILITY_FIRST_LINKS)
		return CAP_SYS_PTRACE;
	return facility == FACILITY_SOCKET_NET ? CAP_NET_ADMIN : CAP_PERFMON;
}

/* Would root have it?  Not what is missing from the bounding set, as in containers; capabilities(7). */
static bool is_for_root(const struct doctor *doctor, enum facility facility)
{
	int error = doctor->facilities[facility];

	if (prctl(PR_CAPBSET_READ, capability_of(facility)) != 1)
		return false;
	return facility == FACILITY_FIRST_LINKS ||
	       ((facility == FACILITY_PERF_EVENTS || facility == FACILITY_SOCKET_NET) &&
	           (error == -EPERM || error == -EACCES)) ||
	       ((facility == FACILITY_BPF || facility == FACILITY_TRACE) &&
	           refusal_of(doctor, facility)->what == BPF_FORBIDDEN);
}

static void examine_reading(struct visit *visit)
{
	const int *facilities = visit->doctor.facilities;

	doctor_title(visit, _("What can be read"));
	for (enum facility facility = 0; facility < FACILITY_COUNT; facility++) {
		bool essential = facility == FACILITY_OWN_LINKS;
		autofree char *meaning = NULL;
		autofree char *reason = NULL;

		if (facilities[facility] == 0) {
			doctor_find(
			    visit, VERDICT_GOOD, doctor_facility_name(facility), _("works"));
			continue;
		}
		reason = why_not(&visit->doctor, facility);
		/* Nor are those counted that are not in sight. */
		if (facility == FACILITY_FIRST_LINKS && facilities[facility] == -ENOENT &&
		    facilities[FACILITY_OWN_LINKS] == 0)
			meaning =
			    xstrdup(_("/proc hides the processes of other users: they are not "
			              "counted either"));
		else
			meaning = xasprintf(_("%s (%s)"), _(without[facility]), reason);
		doctor_find(visit, essential ? VERDICT_BAD : VERDICT_NEUTRAL,
		    doctor_facility_name(facility), meaning);
		visit->forbidden |= essential;
		if (is_for_root(&visit->doctor, facility) && geteuid() != 0)
			doctor_cure(visit, true, "nsscope");
	}
}

static void examine_proc(struct visit *visit)
{
	const struct scan_options options = {.source = SCAN_PROC};
	struct graph *graph = NULL;
	struct scan *scan = NULL;
	int r = scan_new(&options, &scan);

	if (r == 0)
		r = scan_once(scan, &graph);
	scan_free(scan);
	if (r < 0 || !graph) {
		autofree char *want = want_text(r);

		/* With descriptors too few, say, it is no matter of /proc. */
		doctor_find(visit, VERDICT_BAD, "/proc",
		    want ? want : _("it is not mounted, or can't be read"));
		if (!want)
			doctor_cure(visit, true, "mount -t proc proc /proc");
		visit->forbidden = true;
		return;
	}
	if (graph->stats.foreign_proc) {
		doctor_find(visit, VERDICT_BAD, "/proc",
		    _("it belongs to another PID namespace: its numbers are not this one's"));
		doctor_cure(visit, true,
		    "unshare --mount sh -c 'mount -t proc proc /proc && exec nsscope'");
	} else {
		doctor_find(visit, VERDICT_GOOD, "/proc", _("it belongs to this PID namespace"));
	}
	if (graph->stats.hidden) {
		doctor_find(visit, VERDICT_NEUTRAL, "hidepid",
		    _("/proc hides the processes of other users"));
		doctor_cure(visit, true, "mount -o remount,hidepid=0 /proc");
	} else if (graph_refused(graph)) {
		doctor_find(visit, VERDICT_NEUTRAL, "hidepid",
		    _("/proc lists the processes of other users and refuses all else (hidepid=1)"));
		doctor_cure(visit, true, "mount -o remount,hidepid=0 /proc");
	} else {
		doctor_find(visit, VERDICT_GOOD, "hidepid", _("no process is hidden"));
	}
	if (graph->stats.names_late)
		doctor_find(visit, VERDICT_NEUTRAL, "/run/netns",
		    _("its file system does not answer: names that links give there are missing"));
	graph_unref(graph);
}

/* What the explorer and the reports read from. */
static void examine_source(struct visit *visit)
{
	struct scan *scan = NULL;
	struct bpf_refusal why;
	int r = scan_new(&(struct scan_options){.no_texts = true}, &scan);

	why = bpf_why_last();
	if (r < 0) {
		autofree char *text = scan_error_text(r);

		doctor_find(visit, VERDICT_BAD, _("Source"), text);
		visit->forbidden = true;
		return;
	}
	if (strcmp(scan_source_name(scan), "bpf") == 0) {
		doctor_find(
		    visit, VERDICT_GOOD, _("Source"), _("bpf, not /proc, since that costs less"));
	} else if (why.what != BPF_NO_OBSTACLE) {
		autofree char *reason = bpf_refusal_text(&why);
		autofree char *text = xasprintf(_("/proc, not bpf: %s"), reason);

		doctor_find(visit, VERDICT_GOOD, _("Source"), text);
	} else {
		doctor_find(visit, VERDICT_GOOD, _("Source"), _("/proc, as it was asked for"));
	}
	scan_free(scan);
}

void doctor_read(struct visit *visit)
{
	examine_reading(visit);
	examine_proc(visit);
	examine_source(visit);
}
