/* One event, for programs. */
#pragma once

#include "model/event_text.h"

#include <jansson.h>

/* An object with always the same keys.
 * @event: NULL for the beginning: what there was when watching began.  Returns a new reference. */
json_t *event_json(const struct event_context *context, const struct event *event);
