/* The sources of a scan, for tests that hold one against the other, or run with each. */
#pragma once

#include "scanner/scan.h"
#include "tests/kernel/skip.h"

/* A scan by @source with @options, whose own source does not count.  NULL where it can't be had
 * here: only "bpf" may be so. */
struct scan *source_scan(enum scan_source source, struct scan_options options);

/* The same, and the test is skipped where it can't be had. */
struct scan *need_bpf(struct scan_options options);

/* Is what scan_new opens now there?  Else the test is skipped. */
void need_source(void);

/* Runs the group @tests, each of which calls need_source first, with each source in turn.  Returns
 * how many failed. */
#define run_with_each_source(tests, set_up, tear_down)                                             \
	run_group_with_each_source((tests), sizeof(tests) / sizeof((tests)[0]), set_up, tear_down)
int run_group_with_each_source(const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction set_up, CMFixtureFunction tear_down);
