/* Fuzzes the sanitiser, and the cutting and wrapping of lines. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	text_check((const char *)data, len);
	return 0;
}
