/* One event, for programs. */
#pragma once

#include "model/event_text.h"

#include <jansson.h>

/* What every object begins with: @kind, and all the other keys, which are null.  A new reference. */
json_t *event_json_begin(uint64_t at_ms, const char *kind);

/* An object with always the same keys.
 * @event: NULL for the beginning: what there was when watching began.  Returns a new reference. */
json_t *event_json(const struct event_context *context, const struct event *event);
