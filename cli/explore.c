#include "cli/explore.h"

#include "cli/cli.h"
#include "cli/dot_graph.h"
#include "cli/json_graph.h"
#include "cli/language.h"
#include "cli/report.h"

#include <errno.h>
#include <string.h>

/* What the explorer writes to a file, as the commands of the same names do to standard output. */
static bool write_graph(const struct graph *graph, const char *format, FILE *out)
{
	if (strcmp(format, "json") == 0) {
		json_use_xmalloc();
		json_t *object = json_of_graph(graph);

		json_print(object, JSON_INDENT(2) | JSON_REAL_PRECISION(6), out);
		json_decref(object);
		fputc('\n', out);
	} else if (strcmp(format, "dot") == 0) {
		dot_of_graph(graph, report_charset(), out);
	} else {
		return false;
	}
	return true;
}

struct tui_options explore_options = {.speak = language_speak, .write_graph = write_graph};

int explore(const struct tui_options *options)
{
	switch (tui_run(options)) {
	case 0:
		return EXIT_DONE;
	case -ENOTTY:
	case -EINVAL:
		return EXIT_USAGE;
	case -ENOENT:     /* no /proc */
	case -EOPNOTSUPP: /* no "bpf" */
	case -EACCES:
	case -EPERM:
		return EXIT_FORBIDDEN;
	default:
		return EXIT_FAILED;
	}
}
