/* Replaces bpf_look.c and trace.c in a build without BPF. */
#include "scanner/bpf/bpf_look.h"
#include "scanner/bpf/trace.h"

#include <errno.h>

int bpf_look_may(struct bpf_refusal *ret_why)
{
	*ret_why = (struct bpf_refusal){.what = BPF_LEFT_OUT, .error = ENOSYS};
	return -ENOSYS;
}

int bpf_look_new(struct bpf_look **ret_look, struct bpf_refusal *ret_why)
{
	(void)ret_look;
	return bpf_look_may(ret_why);
}

void bpf_look_free(struct bpf_look *look)
{
	(void)look;
}

int bpf_look_begin(struct bpf_look *look, enum bpf_walk walk, uint64_t context, bool names)
{
	(void)look;
	(void)walk;
	(void)context;
	(void)names;
	return -ENOSYS;
}

int bpf_look_next(struct bpf_look *look, const struct record_head **ret_record)
{
	(void)look;
	(void)ret_record;
	return -ENOSYS;
}

void bpf_look_end(struct bpf_look *look)
{
	(void)look;
}

int trace_new(struct trace **ret_trace, struct bpf_refusal *ret_why)
{
	(void)ret_trace;
	*ret_why = (struct bpf_refusal){.what = BPF_LEFT_OUT, .error = ENOSYS};
	return -ENOSYS;
}

void trace_free(struct trace *trace)
{
	(void)trace;
}

int trace_fd(const struct trace *trace)
{
	(void)trace;
	return -1;
}

bool trace_next(struct trace *trace, struct record_event *ret_event)
{
	(void)trace;
	(void)ret_event;
	return false;
}

uint64_t trace_lost(struct trace *trace)
{
	(void)trace;
	return 0;
}
