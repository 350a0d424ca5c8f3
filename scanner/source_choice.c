#include "scanner/source_choice.h"

#include <errno.h>

const char *const scan_source_names[SCAN_SOURCE_COUNT] = {
    [SCAN_PROC] = "proc",
    [SCAN_BPF] = "bpf",
    [SCAN_AUTO] = "auto",
};

static enum scan_source preferred = SCAN_PROC;
static struct bpf_refusal refusal;

void scan_prefer(enum scan_source source)
{
	preferred = source;
}

enum scan_source scan_preferred(void)
{
	return preferred;
}

struct bpf_refusal scan_why_no_bpf(void)
{
	return refusal;
}

void source_refused(const struct bpf_refusal *why)
{
	refusal = *why;
}

static enum scan_source wanted(const struct scan_options *options)
{
	return options->source == SCAN_PREFERRED ? preferred : options->source;
}

bool source_may_fall_back(const struct scan_options *options, const struct source_ops *ops)
{
	return ops == &bpf_source && wanted(options) == SCAN_AUTO;
}

int source_choose(const struct scan_options *options, const struct source_ops **ret_ops,
    struct source **ret_source)
{
	const struct source_ops *ops = wanted(options) == SCAN_PROC ? &proc_source : &bpf_source;
	int r = ops->open(options, ret_source);

	if (r < 0 && source_may_fall_back(options, ops)) {
		ops = &proc_source;
		r = ops->open(options, ret_source);
	} else if (r < 0 && ops == &bpf_source) {
		/* Without /proc there is nothing at all. */
		r = refusal.what == BPF_NO_OBSTACLE ? r : -EOPNOTSUPP;
	}
	if (r == 0)
		*ret_ops = ops;
	return r;
}
