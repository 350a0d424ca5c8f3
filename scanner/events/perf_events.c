#include "scanner/events/perf_events.h"

#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

enum {
	/* Of all rings together, and of one: 256 KiB hold a thousand forks. */
	RINGS_BYTES_MAX = 4 << 20,
	RING_BYTES_MIN = 16 << 10,
	RING_BYTES_MAX = 256 << 10,
	RECORD_BYTES_MAX = 256, /* PERF_NAMESPACES, the largest, takes 144 */
	ONLINE_BYTES = 512,
	WAKES_AT_ONCE = 64,
};

static const char online_path[] = "/sys/devices/system/cpu/online";

struct ring {
	int fd;
	struct perf_event_mmap_page *page; /* the first page, before the data */
	char *data;
	uint64_t bytes; /* of data, a power of two */
	uint64_t head;  /* where this round ends */
};

struct perf_events {
	int epoll;
	int online;                     /* a descriptor on online_path */
	char online_text[ONLINE_BYTES]; /* what that said */
	struct ring *rings;             /* one for each processor */
	size_t ring_count, ring_capacity;
	size_t page_bytes;
	bool in_round;
	size_t at; /* the ring that is read */
};

static void close_rings(struct perf_events *perf_events)
{
	for (size_t i = 0; i < perf_events->ring_count; i++) {
		struct ring *ring = &perf_events->rings[i];

		if (ring->page)
			munmap(ring->page, perf_events->page_bytes + ring->bytes);
		close(ring->fd);
	}
	perf_events->ring_count = 0;
}

/* --- Opening ---------------------------------------------------------------------------------- */

static int open_event(int cpu)
{
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(attr),
	    .config = PERF_COUNT_SW_DUMMY, /* it counts nothing: only the records are wanted */
	    .namespaces = 1,
	    .task = 1,
	    .comm = 1,
	    .comm_exec = 1,
	    .sample_id_all = 1,
	    .sample_type = PERF_SAMPLE_TIME,
	    .use_clockid = 1,
	    .clockid = CLOCK_MONOTONIC,
	    .watermark = 1,
	    .wakeup_watermark = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* @bytes: of the ring.  Returns 0 or -errno. */
static int open_ring(struct perf_events *perf_events, int cpu, uint64_t bytes)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = open_event(cpu);
	struct ring *ring;
	void *page;

	if (fd == -ENODEV) /* it went offline meanwhile */
		return 0;
	if (fd < 0)
		return fd;
	array_reserve(perf_events->rings, perf_events->ring_capacity, perf_events->ring_count + 1);
	ring = &perf_events->rings[perf_events->ring_count++];
	*ring = (struct ring){.fd = fd, .bytes = bytes};
	page =
	    mmap(NULL, perf_events->page_bytes + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	ring->page = page;
	ring->data = (char *)page + perf_events->page_bytes;
	return epoll_ctl(perf_events->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static uint64_t ring_bytes(int processors)
{
	uint64_t bytes = RING_BYTES_MAX;

	while (bytes > RING_BYTES_MIN && bytes * (uint64_t)processors > RINGS_BYTES_MAX)
		bytes /= 2;
	return bytes;
}

/* Calls open_ring for each processor of a list like "0-3,8"; with a @perf_events of NULL it only counts
 * them.  Returns how many, or -errno. */
static int for_each_processor(const char *list, struct perf_events *perf_events, uint64_t bytes)
{
	int count = 0;

	for (const char *at = list; *at >= '0' && *at <= '9';) {
		char *end;
		long from = strtol(at, &end, 10), to = from;

		if (*end == '-')
			to = strtol(end + 1, &end, 10);
		for (long cpu = from; cpu <= to; cpu++, count++) {
			int r = perf_events ? open_ring(perf_events, (int)cpu, bytes) : 0;

			if (r < 0)
				return r;
		}
		at = *end == ',' ? end + 1 : end;
	}
	return count;
}

/* Reads which processors are online.  Returns 0 or -errno. */
static int read_online(const struct perf_events *perf_events, char ret_text[ONLINE_BYTES])
{
	ssize_t len = pread(perf_events->online, ret_text, ONLINE_BYTES - 1, 0);

	if (len <= 0)
		return len < 0 ? -errno : -ENOENT;
	ret_text[len] = '\0';
	return 0;
}

/* Watches the processors that are online now.  Returns 0 or -errno. */
static int open_rings(struct perf_events *perf_events)
{
	int count, r = read_online(perf_events, perf_events->online_text);

	close_rings(perf_events);
	if (r < 0)
		return r;
	count = for_each_processor(perf_events->online_text, NULL, 0);
	if (count == 0)
		return -ENOENT;
	r = for_each_processor(perf_events->online_text, perf_events, ring_bytes(count));
	return r < 0 ? r : 0;
}

int perf_events_new(struct perf_events **ret_perf_events)
{
	struct perf_events *perf_events = xcalloc(1, sizeof(*perf_events));
	int r = 0;

	perf_events->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	perf_events->epoll = epoll_create1(EPOLL_CLOEXEC);
	perf_events->online = open(online_path, O_RDONLY | O_CLOEXEC);
	if (perf_events->epoll < 0 || perf_events->online < 0)
		r = -errno;
	if (r == 0)
		r = open_rings(perf_events);
	if (r < 0) {
		perf_events_free(perf_events);
		return r;
	}
	*ret_perf_events = perf_events;
	return 0;
}

void perf_events_free(struct perf_events *perf_events)
{
	if (!perf_events)
		return;
	close_rings(perf_events);
	free(perf_events->rings);
	close_fd(&perf_events->online);
	close_fd(&perf_events->epoll);
	free(perf_events);
}

int perf_events_fd(const struct perf_events *perf_events)
{
	return perf_events->epoll;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* As the kernel writes them, with the time that sample_id_all adds at their end. */
struct task_record {
	uint32_t pid, ppid, tid, ptid;
};

/* Copies @bytes from @at, around the end of the ring. */
static void copy_out(const struct ring *ring, uint64_t at, void *to, size_t bytes)
{
	uint64_t from = at & (ring->bytes - 1);
	size_t first = ring->bytes - from < bytes ? (size_t)(ring->bytes - from) : bytes;

	memcpy(to, ring->data + from, first);
	memcpy((char *)to + first, ring->data, bytes - first);
}

/* Fills in the task and the time of the record with @header at @at. */
static void read_task(const struct ring *ring, uint64_t at, const struct perf_event_header *header,
    struct perf_record *record)
{
	struct task_record task;
	uint32_t ids[2];

	copy_out(ring, at + header->size - sizeof(record->time_ns), &record->time_ns,
	    sizeof(record->time_ns));
	if (header->type == PERF_RECORD_FORK || header->type == PERF_RECORD_EXIT) {
		copy_out(ring, at + sizeof(*header), &task, sizeof(task));
		record->pid = (pid_t)task.pid;
		record->tid = (pid_t)task.tid;
		record->forked_from = header->type == PERF_RECORD_FORK ? (pid_t)task.ppid : 0;
	} else {
		copy_out(ring, at + sizeof(*header), ids, sizeof(ids));
		record->pid = (pid_t)ids[0];
		record->tid = (pid_t)ids[1];
		record->forked_from = 0;
	}
}

/* Returns 1, 0 (no record that is reported), or -EOVERFLOW. */
static int read_record(const struct ring *ring, uint64_t at, const struct perf_event_header *header,
    struct perf_record *ret_record)
{
	switch (header->type) {
	case PERF_RECORD_LOST:
		return -EOVERFLOW;
	case PERF_RECORD_FORK:
		ret_record->kind = PERF_FORK;
		break;
	case PERF_RECORD_EXIT:
		ret_record->kind = PERF_EXIT;
		break;
	case PERF_RECORD_NAMESPACES:
		ret_record->kind = PERF_NAMESPACES;
		break;
	case PERF_RECORD_COMM:
		ret_record->kind =
		    header->misc & PERF_RECORD_MISC_COMM_EXEC ? PERF_EXEC : PERF_COMM;
		break;
	default:
		return 0;
	}
	read_task(ring, at, header, ret_record);
	return ret_record->pid > 0;
}

/* The same for the next record of @ring that is one; 0 at the end of the round. */
static int next_of_ring(struct ring *ring, struct perf_record *ret_record)
{
	uint64_t at = ring->page->data_tail;
	int r = 0;

	while (r == 0 && at < ring->head) {
		struct perf_event_header header;

		copy_out(ring, at, &header, sizeof(header));
		r = read_record(ring, at, &header, ret_record);
		at += header.size;
	}
	/* What was copied out is read before the kernel may write over it. */
	__atomic_store_n(&ring->page->data_tail, at, __ATOMIC_RELEASE);
	return r;
}

/* A full ring takes no record, and one that says so only when there is room again, with the next
 * that comes.  Returns -EOVERFLOW where it may have been full, or 0. */
static int begin_ring(struct ring *ring)
{
	ring->head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	return ring->head - ring->page->data_tail + RECORD_BYTES_MAX > ring->bytes ? -EOVERFLOW : 0;
}

/* Returns 0, -EOVERFLOW, or another -errno. */
static int begin_round(struct perf_events *perf_events)
{
	struct epoll_event events[WAKES_AT_ONCE];
	char text[ONLINE_BYTES];
	int r = read_online(perf_events, text), overflow = 0;

	if (r == 0 && strcmp(text, perf_events->online_text) != 0) {
		r = open_rings(perf_events);
		overflow = -EOVERFLOW;
	}
	if (r < 0)
		return r;
	/* A ring that was read stays readable until the next poll: a wait must not end because of
	 * that. */
	for (size_t i = 0; i < perf_events->ring_count; i += WAKES_AT_ONCE)
		epoll_wait(perf_events->epoll, events, WAKES_AT_ONCE, 0);
	for (size_t i = 0; i < perf_events->ring_count; i++) {
		if (begin_ring(&perf_events->rings[i]) < 0)
			overflow = -EOVERFLOW;
	}
	perf_events->in_round = true;
	perf_events->at = 0;
	return overflow;
}

int perf_events_next(struct perf_events *perf_events, struct perf_record *ret_record)
{
	int r = perf_events->in_round ? 0 : begin_round(perf_events);

	while (r == 0 && perf_events->at < perf_events->ring_count) {
		r = next_of_ring(&perf_events->rings[perf_events->at], ret_record);
		if (r == 0)
			perf_events->at++;
	}
	perf_events->in_round = r == 1 || r == -EOVERFLOW;
	return r;
}
