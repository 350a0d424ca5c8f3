/* One event, for programs. */
#pragma once

#include "model/report/event_report.h"

#include <jansson.h>

/* An object with always the same keys.  Returns a new reference. */
json_t *event_json(const struct event_report *report);
