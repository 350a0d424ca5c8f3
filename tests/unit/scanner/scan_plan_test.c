/* When the next scan begins: by what the last one cost, by the kernel's reports, and by the credit for urgent
 * scans. */
#include "scanner/scan_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BEGIN_MS = 100000 };

static const struct news fork_news = {.any = true}, move_news = {.any = true, .moved = true};

/* A full scan that ends at @now_ms. */
static void scan(struct scan_plan *plan, double cost_ms, bool reported, uint64_t now_ms)
{
	scan_plan_begin(plan, false);
	scan_plan_end(plan, cost_ms, false, reported, now_ms);
}

static unsigned pause_of(double cost_ms, bool attentive)
{
	struct scan_plan plan = {.attentive = attentive};

	scan(&plan, cost_ms, false, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, false), BEGIN_MS + plan.pause_ms);
	return plan.pause_ms;
}

static void the_first_scan_is_due_at_once(void **state)
{
	const struct scan_plan plan = {0};

	(void)state;
	assert_true(scan_plan_next_ms(&plan, false) <= BEGIN_MS);
	assert_true(scan_plan_next_ms(&plan, true) <= BEGIN_MS);
}

static void scans_are_the_rarer_the_more_they_cost(void **state)
{
	unsigned last_ms = 0;

	(void)state;
	assert_int_equal(pause_of(0, false), 250);
	assert_int_equal(pause_of(6.25, false), 250);
	assert_int_equal(pause_of(6.3, false), 500);
	assert_int_equal(pause_of(1e9, false), SCAN_PLAN_PAUSE_MAX_MS);
	for (double cost_ms = 0; cost_ms < 400; cost_ms += 0.5) {
		unsigned pause_ms = pause_of(cost_ms, false);

		assert_true(pause_ms >= last_ms);
		assert_true(pause_ms >= cost_ms * 20 || pause_ms == SCAN_PLAN_PAUSE_MAX_MS);
		last_ms = pause_ms;
	}
	/* Where something waits for it, a fifth of a processor. */
	assert_int_equal(pause_of(20, true), 250);
	assert_int_equal(pause_of(150, true), 1000);
}

static void an_interval_is_kept(void **state)
{
	struct scan_plan plan = {.interval_ms = 70};

	(void)state;
	scan(&plan, 1000, false, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, false), BEGIN_MS + 70);
	assert_int_equal(scan_plan_listen_ms(&plan, false), UINT64_MAX);
}

/* Without a report a scan can wait; any report makes it due after its pause. */
static void a_quiet_machine_is_scanned_rarely(void **state)
{
	struct scan_plan plan = {0};

	(void)state;
	scan(&plan, 5, true, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 1000);
	assert_true(scan_plan_listen_ms(&plan, true) <= BEGIN_MS + 8);
	scan_plan_hear(&plan, fork_news, BEGIN_MS + 8);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 250);
	assert_false(scan_plan_is_urgent(&plan, BEGIN_MS + 250));
	/* It listens again after a moment. */
	assert_int_equal(scan_plan_listen_ms(&plan, true), BEGIN_MS + 8 + 25);
	scan(&plan, 1000, true, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 10000);

	plan = (struct scan_plan){.full_only = true};
	scan(&plan, 5, true, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 250);
	plan = (struct scan_plan){.attentive = true};
	scan(&plan, 5, true, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 250);
}

static void a_process_that_moved_is_urgent(void **state)
{
	struct scan_plan plan = {0};

	(void)state;
	scan(&plan, 5, true, BEGIN_MS);
	scan_plan_hear(&plan, move_news, BEGIN_MS + 20);
	assert_true(scan_plan_next_ms(&plan, true) <= BEGIN_MS + 20);
	assert_true(scan_plan_is_urgent(&plan, BEGIN_MS + 20));
	assert_int_equal(scan_plan_listen_ms(&plan, true), UINT64_MAX);
	/* After an incremental scan a full one follows when it was due. */
	scan_plan_begin(&plan, true);
	assert_false(scan_plan_may_drop(&plan, BEGIN_MS + 21));
	scan_plan_end(&plan, 2, true, true, BEGIN_MS + 22);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 250);
	assert_false(scan_plan_is_urgent(&plan, BEGIN_MS + 250));
	scan(&plan, 5, true, BEGIN_MS + 255);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 255 + 1000);
}

/* Full scans cost more, so they come less soon; on a busy machine they, too, take a fifth of a processor. */
static void an_urgent_full_scan_waits_a_tenth(void **state)
{
	struct scan_plan plan = {.full_only = true};

	(void)state;
	scan(&plan, 1, true, BEGIN_MS);
	assert_int_equal(scan_plan_listen_ms(&plan, true), BEGIN_MS + 25);
	scan_plan_hear(&plan, move_news, BEGIN_MS + 25);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 25);
	scan(&plan, 100, true, BEGIN_MS);
	scan_plan_hear(&plan, move_news, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 500);
}

static void a_full_scan_is_dropped_once(void **state)
{
	struct scan_plan plan = {0};

	(void)state;
	scan(&plan, 5, true, BEGIN_MS);
	scan_plan_begin(&plan, false);
	scan_plan_hear(&plan, move_news, BEGIN_MS + 260);
	assert_true(scan_plan_may_drop(&plan, BEGIN_MS + 260));
	scan_plan_drop(&plan, 1, BEGIN_MS + 260);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 250);
	assert_true(scan_plan_is_urgent(&plan, BEGIN_MS + 260));
	scan_plan_begin(&plan, true);
	scan_plan_end(&plan, 1, true, true, BEGIN_MS + 262);
	scan_plan_begin(&plan, false);
	scan_plan_hear(&plan, move_news, BEGIN_MS + 270);
	assert_false(scan_plan_may_drop(&plan, BEGIN_MS + 270));
	scan_plan_end(&plan, 5, false, true, BEGIN_MS + 280);
	scan_plan_begin(&plan, false);
	assert_true(scan_plan_may_drop(&plan, BEGIN_MS + 600));

	plan = (struct scan_plan){.full_only = true};
	scan_plan_begin(&plan, false);
	assert_false(scan_plan_may_drop(&plan, BEGIN_MS));
}

/* When the next urgent scan may begin, after a scan that ended at @now_ms. */
static uint64_t urgent_from_ms(struct scan_plan plan, uint64_t now_ms)
{
	uint64_t from_ms = now_ms;

	scan_plan_hear(&plan, move_news, now_ms);
	while (!scan_plan_is_urgent(&plan, from_ms))
		from_ms++;
	return from_ms;
}

/* The first urgent scans begin at once, many of them take a fifth of a processor. */
static void urgent_scans_take_a_fifth(void **state)
{
	struct scan_plan plan = {0};
	uint64_t now_ms = BEGIN_MS, worked_ms = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		scan_plan_end(&plan, 40, true, true, now_ms);
		assert_int_equal(urgent_from_ms(plan, now_ms), now_ms + 8);
	}
	scan_plan_end(&plan, 40, true, true, now_ms);
	assert_int_equal(urgent_from_ms(plan, now_ms), now_ms + 100);
	while (now_ms < BEGIN_MS + 10000) {
		now_ms = urgent_from_ms(plan, now_ms) + 40;
		scan_plan_end(&plan, 40, true, true, now_ms);
		worked_ms += 40;
	}
	assert_in_range(worked_ms * 5, 9500, 10500);
	/* After an hour without any, no more than two at once. */
	now_ms += 3600 * 1000;
	scan_plan_end(&plan, 100, true, true, now_ms);
	assert_int_equal(urgent_from_ms(plan, now_ms), now_ms + 8);
	scan_plan_end(&plan, 40, true, true, now_ms);
	assert_int_equal(urgent_from_ms(plan, now_ms), now_ms + 200);
}

static void after_an_error_it_waits(void **state)
{
	struct scan_plan plan = {0};

	(void)state;
	scan_plan_begin(&plan, false);
	scan_plan_fail(&plan, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, false), BEGIN_MS + SCAN_PLAN_PAUSE_MAX_MS);
}

/* The pause that has begun is too long for one who begins to wait. */
static void attention_plans_again(void **state)
{
	struct scan_plan plan = {0};

	(void)state;
	scan(&plan, 20, true, BEGIN_MS);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 4000);
	plan.attentive = true;
	scan_plan_again(&plan, true, BEGIN_MS + 10);
	assert_int_equal(scan_plan_next_ms(&plan, true), BEGIN_MS + 10 + 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_scan_is_due_at_once),
	    cmocka_unit_test(scans_are_the_rarer_the_more_they_cost),
	    cmocka_unit_test(an_interval_is_kept),
	    cmocka_unit_test(a_quiet_machine_is_scanned_rarely),
	    cmocka_unit_test(a_process_that_moved_is_urgent),
	    cmocka_unit_test(an_urgent_full_scan_waits_a_tenth),
	    cmocka_unit_test(a_full_scan_is_dropped_once),
	    cmocka_unit_test(urgent_scans_take_a_fifth),
	    cmocka_unit_test(after_an_error_it_waits),
	    cmocka_unit_test(attention_plans_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
