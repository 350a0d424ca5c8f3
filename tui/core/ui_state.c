#include "tui/core/ui_state.h"

const struct row *ui_state_subject(const struct ui_state *ui_state)
{
	return ui_state->main->ops->subject(ui_state->main);
}

void ui_state_context(
    const struct ui_state *ui_state, int cols, struct rowline_context *ret_context)
{
	live_context(ui_state->live, ui_state->now_ms, ret_context);
	ret_context->cast = ui_state->cast;
	ret_context->cast_count = ui_state->cast_count;
	ret_context->chosen = ui_state->chosen;
	ret_context->chosen_count = ui_state->chosen_count;
	ret_context->cols = (size_t)cols;
	ret_context->left_out = ui_state->left_out;
}
