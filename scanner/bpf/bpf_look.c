#include "scanner/bpf/bpf_look.h"

#include "model/base/util.h"
#include "scanner/bpf/bpf_types.h"
#include "scanner/bpf/bpf_why.h"
#include "scanner/nsfs/nsfs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "scanner/bpf/generated/look.skel.h"

enum {
	RECORD_BYTES_MAX = sizeof(struct record_task),
	TASKS_BYTES = 32768, /* as much as the kernel gives at once; about 150 processes */
	FILES_BYTES = 256,   /* a read ends after that many RECORD_YIELD, each after some files */
};

struct bpf_look {
	struct look_bpf *programs;
	struct bpf_link *links[2]; /* by enum bpf_walk */
	int fd;                    /* of the walk; -1 for none */
	enum bpf_walk walk;
	size_t at, len; /* of the bytes */
	_Alignas(struct record_task) char bytes[TASKS_BYTES + RECORD_BYTES_MAX];
};

static int load(struct bpf_look *look)
{
	struct bpf_types types;
	size_t bytes;
	const void *elf = look_bpf__elf_bytes(&bytes);
	int r;

	look->programs = look_bpf__open_opts(bpf_types_begin(&types, elf, bytes));
	r = look->programs ? 0 : -errno;
	if (look->programs) {
		look->programs->rodata->kernel_has_ids = nsfs_has_ids(NS_UTS);
		look->programs->rodata->kernel_has_mnt_ids = nsfs_has_ids(NS_MNT);
		r = look_bpf__load(look->programs);
	}
	bpf_types_end(&types);
	return r;
}

static int attach(struct bpf_look *look)
{
	struct bpf_program *const programs[] = {
	    look->programs->progs.dump_task, look->programs->progs.dump_file};

	for (size_t i = 0; i < array_len(programs); i++) {
		look->links[i] = bpf_program__attach_iter(programs[i], NULL);
		if (!look->links[i])
			return -errno;
	}
	return 0;
}

int bpf_look_may(struct bpf_refusal *ret_why)
{
	return bpf_why_not(ret_why);
}

int bpf_look_new(struct bpf_look **ret_look, struct bpf_refusal *ret_why)
{
	struct bpf_look *look;
	int r = bpf_look_may(ret_why);

	if (r < 0)
		return r;
	look = xcalloc(1, sizeof(*look));
	look->fd = -1;
	libbpf_set_print(NULL);
	r = load(look);
	if (r == 0)
		r = attach(look);
	if (r < 0) {
		bpf_why_failed(r, ret_why);
		bpf_look_free(look);
		return r;
	}
	*ret_look = look;
	return 0;
}

void bpf_look_end(struct bpf_look *look)
{
	close_fd(&look->fd);
	look->at = look->len = 0;
}

void bpf_look_free(struct bpf_look *look)
{
	if (!look)
		return;
	bpf_look_end(look);
	for (size_t i = 0; i < array_len(look->links); i++)
		bpf_link__destroy(look->links[i]);
	look_bpf__destroy(look->programs);
	free(look);
}

int bpf_look_begin(struct bpf_look *look, enum bpf_walk walk, uint64_t context, bool names)
{
	bpf_look_end(look);
	look->programs->bss->context = context;
	look->programs->bss->wants_names = names;
	look->walk = walk;
	look->fd = bpf_iter_create(bpf_link__fd(look->links[walk]));
	return look->fd < 0 ? -errno : 0;
}

/* Reads more behind what is left.  Returns 1, 0 at the end, or -errno. */
static int read_more(struct bpf_look *look)
{
	size_t most = look->walk == BPF_WALK_TASKS ? TASKS_BYTES : FILES_BYTES;
	ssize_t len;

	memmove(look->bytes, look->bytes + look->at, look->len - look->at);
	look->len -= look->at;
	look->at = 0;
	/* EAGAIN: the kernel has passed a million without a record. */
	do
		len = read(look->fd, look->bytes + look->len, most);
	while (len < 0 && (errno == EINTR || errno == EAGAIN));
	if (len < 0)
		return -errno;
	look->len += (size_t)len;
	return len > 0;
}

/* The record at the front; NULL where not all of it is there.  A read may end within one. */
static const struct record_head *front(const struct bpf_look *look)
{
	const struct record_head *head = (const void *)(look->bytes + look->at);
	size_t there = look->len - look->at;

	return there >= sizeof(*head) && there >= head->bytes ? head : NULL;
}

int bpf_look_next(struct bpf_look *look, const struct record_head **ret_record)
{
	const struct record_head *record;
	int r;

	while (!(record = front(look))) {
		r = look->fd < 0 ? 0 : read_more(look);
		if (r <= 0)
			return r == 0 && look->at < look->len ? -EBADMSG : r;
	}
	if (record->bytes < sizeof(*record) || record->bytes > RECORD_BYTES_MAX)
		return -EBADMSG;
	look->at += record->bytes;
	*ret_record = record;
	return 1;
}
