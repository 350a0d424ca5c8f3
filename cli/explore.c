#include "cli/explore.h"

#include "cli/cli.h"

#include <errno.h>

struct tui_options explore_options = {.grouping = GROUP_BY_PID};

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
