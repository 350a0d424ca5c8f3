#include "cli/explore.h"

#include "cli/cli.h"
#include "cli/language.h"

#include <errno.h>

struct tui_options explore_options = {.speak = language_speak};

int explore(const struct tui_options *options)
{
	switch (tui_run(options)) {
	case 0:
		return EXIT_DONE;
	case -ENOTTY:
	case -EINVAL:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}
