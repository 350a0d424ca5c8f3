#include "scanner/source_choice.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/bpf/bpf_look.h"
#include "scanner/bpf/bpf_why.h"
#include "scanner/proc/want.h"
#include "scanner/scan.h"

#include <errno.h>
#include <string.h>
#include <sys/sysinfo.h>

const char *const scan_source_names[SCAN_SOURCE_COUNT] = {
    [SCAN_PROC] = "proc",
    [SCAN_BPF] = "bpf",
    [SCAN_AUTO] = "auto",
};

static enum scan_source preferred = SCAN_PROC;

void scan_prefer(enum scan_source source)
{
	preferred = source;
}

enum scan_source scan_preferred(void)
{
	return preferred;
}

char *scan_error_text(int error)
{
	struct bpf_refusal refusal = bpf_why_last();
	autofree char *why = NULL;

	if (error == -ENOENT)
		return xstrdup(_("/proc is not mounted; as root: mount -t proc proc /proc"));
	if (error_is_want(error))
		return want_text(error);
	if (error != -EOPNOTSUPP || refusal.what == BPF_NO_OBSTACLE)
		return xasprintf(
		    _("can't read the machine's processes from /proc: %s"), strerror(-error));
	why = bpf_refusal_text(&refusal);
	return xasprintf(_("--source bpf can't be had here: %s"), why);
}

int source_failed(const struct source_ops *ops, int error)
{
	if (ops != &bpf_source || error == -ENOENT)
		return error;
	if (bpf_why_last().what == BPF_NO_OBSTACLE)
		bpf_why_note(&(struct bpf_refusal){.what = BPF_FAILED, .error = -error});
	return -EOPNOTSUPP;
}

static enum scan_source wanted(const struct scan_options *options)
{
	return options->source == SCAN_PREFERRED ? preferred : options->source;
}

bool source_may_fall_back(const struct scan_options *options, const struct source_ops *ops)
{
	return ops == &bpf_source && wanted(options) == SCAN_AUTO;
}

/* From how many tasks of the machine on it is worth its loading, which costs as much as reading some
 * two thousand processes from /proc. */
enum { BPF_FROM_TASKS = 1000 };

static bool is_worth_it(void)
{
	struct sysinfo machine;

	return sysinfo(&machine) == 0 && machine.procs >= BPF_FROM_TASKS;
}

int source_better(
    const struct scan_options *options, const struct source_ops *ops, struct source **ret_source)
{
	if (ops != &proc_source || wanted(options) != SCAN_AUTO || bpf_why_last().what != BPF_FEW ||
	    !is_worth_it())
		return -ENOENT;
	return bpf_source.open(options, ret_source);
}

int source_choose(const struct scan_options *options, const struct source_ops **ret_ops,
    struct source **ret_source)
{
	const struct source_ops *ops = wanted(options) == SCAN_PROC ? &proc_source : &bpf_source;
	struct bpf_refusal refusal = {.what = BPF_NO_OBSTACLE};
	int r;

	if (wanted(options) == SCAN_PROC)
		bpf_why_note(&refusal);
	if (wanted(options) == SCAN_AUTO && !is_worth_it()) {
		/* What would be in the way with any number of processes is the reason to tell. */
		if (bpf_look_may(&refusal) == 0)
			refusal = (struct bpf_refusal){.what = BPF_FEW};
		bpf_why_note(&refusal);
		ops = &proc_source;
	}
	r = ops->open(options, ret_source);
	if (r < 0 && source_may_fall_back(options, ops)) {
		ops = &proc_source;
		r = ops->open(options, ret_source);
	} else if (r < 0 && ops == &bpf_source) {
		/* Without /proc there is nothing at all. */
		r = bpf_why_last().what == BPF_NO_OBSTACLE ? r : -EOPNOTSUPP;
	}
	if (r == 0)
		*ret_ops = ops;
	return r;
}
