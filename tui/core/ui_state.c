#include "tui/core/ui_state.h"

const struct row *picture_subject(const struct picture *picture)
{
	return picture->main->ops->subject(picture->main);
}

void picture_context(const struct picture *picture, int cols, struct rowline_context *ret_context)
{
	live_context(picture->live, picture->now_ms, ret_context);
	ret_context->cast = picture->cast;
	ret_context->cast_count = picture->cast_count;
	ret_context->chosen = picture->chosen;
	ret_context->chosen_count = picture->chosen_count;
	ret_context->cols = (size_t)cols;
	ret_context->left_out = picture->left_out;
}
