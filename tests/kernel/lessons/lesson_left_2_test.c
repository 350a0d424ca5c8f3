#include "tests/kernel/lesson_left.h"

int main(void)
{
	return lesson_left_main(1);
}
