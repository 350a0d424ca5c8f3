/* What must hold for any bytes that text.h, line.h and the wrapping of lines are given. */
#pragma once

#include <stddef.h>

/* Ends the program with a message where something does not hold. */
void text_check(const char *data, size_t len);
