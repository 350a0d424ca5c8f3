#include "tests/kernel/lesson_back.h"

int main(void)
{
	return lesson_back_main(2);
}
