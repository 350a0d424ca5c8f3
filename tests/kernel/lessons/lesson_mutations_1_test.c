#include "tests/kernel/lesson_mutations.h"

int main(void)
{
	return lesson_mutations_main(0);
}
