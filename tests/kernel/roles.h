/* Plays (troupe.h) as tests of cmocka, as root or as nobody. */
#pragma once

#include "tests/kernel/skip.h"
#include "tests/kernel/troupe.h"
#include "tests/kernel/userns.h"

static inline void as_root(void (*play)(void))
{
	need_userns();
	if (!actors_isolated())
		skip_because("needs root, to stand in throw-away namespaces");
	assert_true(actors_play(AS_ROOT, play));
}

static inline void as_nobody(void (*play)(void))
{
	need_userns();
	assert_true(actors_play(AS_NOBODY, play));
}

#define ONE_ROLE(role, name)                                                                       \
	static void name##_##role(void **state)                                                    \
	{                                                                                          \
		(void)state;                                                                       \
		role(play_##name);                                                                 \
	}
#define BOTH_ROLES(name)                                                                           \
	ONE_ROLE(as_root, name)                                                                    \
	ONE_ROLE(as_nobody, name)

#define TEST_ROLES(name) cmocka_unit_test(name##_as_root), cmocka_unit_test(name##_as_nobody)
