#include "scanner/bpf/trace.h"

#include "model/base/util.h"
#include "scanner/bpf/bpf_types.h"
#include "scanner/bpf/bpf_why.h"
#include "scanner/nsfs/nsfs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "scanner/bpf/generated/events.skel.h"

struct trace {
	struct events_bpf *programs;
	struct ring_buffer *ring;
	struct record_event event; /* the one that was taken last */
	bool taken;
	uint64_t lost; /* as reported last */
};

/* Takes one record and no more. */
static int take(void *data, void *record, size_t bytes)
{
	struct trace *trace = data;

	memset(&trace->event, 0, sizeof(trace->event));
	memcpy(&trace->event, record, bytes < sizeof(trace->event) ? bytes : sizeof(trace->event));
	trace->taken = true;
	return -ECANCELED;
}

static int open_programs(struct trace *trace)
{
	struct bpf_types types;
	size_t bytes;
	const void *elf = events_bpf__elf_bytes(&bytes);
	int r;

	trace->programs = events_bpf__open_opts(bpf_types_begin(&types, elf, bytes));
	r = trace->programs ? 0 : -errno;
	if (trace->programs) {
		trace->programs->rodata->number_of_unshare = SYS_unshare;
		trace->programs->rodata->number_of_setns = SYS_setns;
		trace->programs->rodata->number_of_sethostname = SYS_sethostname;
		trace->programs->rodata->kernel_has_ids = nsfs_has_ids(NS_UTS);
		trace->programs->rodata->kernel_has_mnt_ids = nsfs_has_ids(NS_MNT);
		r = events_bpf__load(trace->programs);
	}
	bpf_types_end(&types);
	return r;
}

/* Compares what they have read of this process with /proc.  Returns 0, or -EPROTO: the structures of this
 * kernel differ from those that we know. */
static int try_own(const struct trace *trace)
{
	const struct record_ref *read = &trace->programs->bss->reader;
	autoclose int fd = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	struct ns own = {.id = {.type = NS_PID, .ino = read->ino, .unique = read->id}};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	own.id.dev = st.st_dev;
	return nsfs_is_same(&own, fd) ? 0 : -EPROTO;
}

/* Makes the programs note this process as their reader. */
static int introduce(struct trace *trace)
{
	struct bpf_link *link = bpf_program__attach_iter(trace->programs->progs.meet_reader, NULL);
	char nothing[8];
	int r;

	if (!link)
		return -errno;
	autoclose int fd = bpf_iter_create(bpf_link__fd(link));
	r = fd < 0 || read(fd, nothing, sizeof(nothing)) < 0 ? -errno : 0;
	bpf_link__destroy(link);
	return r < 0 ? r : try_own(trace);
}

int trace_new(struct trace **ret_trace, struct bpf_refusal *ret_why)
{
	struct trace *trace;
	int r = bpf_why_not(ret_why);

	if (r < 0)
		return r;
	libbpf_set_print(NULL);
	trace = xcalloc(1, sizeof(*trace));
	r = open_programs(trace);
	if (r == 0)
		r = introduce(trace);
	if (r == 0) {
		trace->ring =
		    ring_buffer__new(bpf_map__fd(trace->programs->maps.ring), take, trace, NULL);
		r = trace->ring ? events_bpf__attach(trace->programs) : -errno;
	}
	if (r < 0) {
		bpf_why_failed(r, ret_why);
		trace_free(trace);
		return r;
	}
	*ret_trace = trace;
	return 0;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	ring_buffer__free(trace->ring);
	events_bpf__destroy(trace->programs);
	free(trace);
}

int trace_fd(const struct trace *trace)
{
	return ring_buffer__epoll_fd(trace->ring);
}

bool trace_next(struct trace *trace, struct record_event *ret_event)
{
	trace->taken = false;
	ring_buffer__consume(trace->ring);
	if (trace->taken)
		*ret_event = trace->event;
	return trace->taken;
}

uint64_t trace_lost(struct trace *trace)
{
	uint64_t all = __atomic_load_n(&trace->programs->bss->lost, __ATOMIC_RELAXED);
	uint64_t since = all - trace->lost;

	trace->lost = all;
	return since;
}
