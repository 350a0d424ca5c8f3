/* A fuzz target is one function.  libFuzzer calls it with what it makes up:
 *
 *     make fuzz-text            clang's fuzzer on tests/fuzz/text_fuzz.c
 *
 * and in the plain test run replay.c calls it with the corpus (tests/fuzz/corpus/text/) and with
 * some thousands of inputs that are made from the corpus by a generator with a fixed seed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Always returns 0; what does not hold ends the program (check.h). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
