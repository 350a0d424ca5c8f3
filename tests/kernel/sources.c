#include "tests/kernel/sources.h"

#include "tests/kernel/skip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct scan *source_scan(enum scan_source source, struct scan_options options)
{
	struct scan *scan = NULL;
	int r;

	options.source = source;
	r = scan_new(&options, &scan);
	if (r == -EOPNOTSUPP && source == SCAN_BPF)
		return NULL;
	assert_int_equal(r, 0);
	return scan;
}

/* Where the kernel can't, that is no failure anywhere. */
__attribute__((noreturn)) static void skip_for_want_of_bpf(void)
{
	struct bpf_refusal why = bpf_why_last();
	bool kernel = why.what == BPF_NO_TYPES || why.what == BPF_REFUSED;

	char *text = bpf_refusal_text(&why);
	char reason[160];

	snprintf(reason, sizeof(reason), "%s", text);
	free(text); /* no cleanup runs when a test is left */
	skip_because("%sno BPF here: %s", kernel ? "kernel: " : "", reason);
}

struct scan *need_bpf(struct scan_options options)
{
	struct scan *scan = source_scan(SCAN_BPF, options);

	if (!scan)
		skip_for_want_of_bpf();
	return scan;
}

void need_source(void)
{
	struct scan *scan = NULL;
	int r = scan_new(&(struct scan_options){.no_texts = true}, &scan);

	scan_free(scan);
	if (r == -EOPNOTSUPP)
		skip_for_want_of_bpf();
}

int run_group_with_each_source(const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction set_up, CMFixtureFunction tear_down)
{
	int failed;

	scan_prefer(SCAN_PROC);
	failed = _cmocka_run_group_tests("proc", tests, count, set_up, tear_down);
	scan_prefer(SCAN_BPF);
	return failed + _cmocka_run_group_tests("bpf", tests, count, set_up, tear_down);
}
