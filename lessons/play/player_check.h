/* Evaluates the terms of a check, and whether it holds. */
#pragma once

#include "lessons/play/player.h"
#include "lessons/stage/check_context.h"

/* Fills @ret_record: a side that can't be read makes the check fail, be it == or !=, and is
 * written as the reason. */
void check_evaluate(const struct lesson_check *check, const struct check_contexts *check_contexts,
    struct check_record *ret_record);
