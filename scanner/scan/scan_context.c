#include "scanner/scan/scan_context.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/responder.h"
#include "scanner/nsfs/mounts.h"
#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static uint64_t last_serial;

uint64_t scan_last_serial(void)
{
	return last_serial;
}

void scan_count_begun(void)
{
	last_serial++;
}

void context_reach(struct context *context, struct ns *ns, pid_t pid)
{
	struct ns_members *members = ns->id.type == NS_UTS   ? &context->uts
	                             : ns->id.type == NS_MNT ? &context->mnt
	                                                     : NULL;

	ns_notes(ns)->last_member = pid;
	if (ns_notes(ns)->member)
		return;
	ns_notes(ns)->member = pid;
	if (!members)
		return;
	array_reserve(members->items, members->capacity, members->count + 1);
	members->items[members->count++] = (struct ns_member){.ns = ns, .pid = pid};
}

bool context_leaves_out(const struct context *context, pid_t pid, pid_t session)
{
	return (context->left_out && (pid == context->left_out || session == context->left_out)) ||
	       responder_is(pid) || errand_is(pid) || helper_is_killed(pid) ||
	       helper_is_killed(session);
}

bool context_is_ours(const struct context *context, const struct process *process)
{
	if (process->id.pid == context->own_pid)
		return true;
	/* fork(2) returned the helper's PID in our PID namespace, its innermost. */
	return process->ppid == context->own_pid && process->pid_levels > 0 &&
	       helper_is_own(process->pids[process->pid_levels - 1]);
}

void context_want_cmdline(struct context *context, struct process *process)
{
	if (process->kernel_thread || process->state == 'Z' || process->exiting)
		return;
	array_reserve(context->cmdline_requests, context->cmdline_request_capacity,
	    context->cmdline_request_count + 1);
	context->cmdline_requests[context->cmdline_request_count++] = process;
}

void context_give_cmdline(
    struct context *context, struct process *process, const char *text, size_t len, bool cut)
{
	size_t kept = cmdline_kept(&context->cmdlines, len);

	if (len == 0)
		return;
	process->cmdline = graph_text_copy(context->builder, text, kept);
	process->cmdline_len = kept;
	process->cmdline_cut = cut || kept < len;
}

/* --- Namespaces without members --------------------------------------------------------------- */

void places_note(struct context *context, struct ns *ns, pid_t pid, int fd, const char *path)
{
	if (ns_notes(ns)->member || (ns->id.type != NS_UTS && ns->id.type != NS_NET))
		return;
	array_reserve(context->places, context->place_capacity, context->place_count + 1);
	context->places[context->place_count++] =
	    (struct ns_place){.ns = ns, .pid = pid, .fd = fd, .path = path};
}

/* Is @fd, or the error that it is, on @ns?  Gives it back, or closes it. */
static int only_on(int fd, const struct ns *ns)
{
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && st.st_ino == ns->id.ino && st.st_dev == ns->id.dev))
		return fd;
	close(fd);
	return -ESTALE;
}

int places_open(const struct context *context, const struct ns_place *place)
{
	char name[48];
	int fd;

	if (place->fd >= 0) {
		snprintf(name, sizeof(name), "%d/fd/%d", (int)place->pid, place->fd);
		fd = nsfs_open(context->proc, context->proc, name);
	} else {
		snprintf(name, sizeof(name), "%d/root", (int)place->pid);
		autoclose int root = openat(context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd = root < 0 ? -errno
		              : mount_point_open_ns(context->proc, root, place->path, false);
	}
	return only_on(fd, place->ns);
}

int places_open_member(const struct context *context, const struct ns *ns, pid_t pid)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)pid, ns_types[ns->id.type].name);
	fd = openat(context->proc, name, O_RDONLY | O_CLOEXEC);
	return only_on(fd < 0 ? -errno : fd, ns);
}
