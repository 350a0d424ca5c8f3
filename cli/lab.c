/* nsscope lab: the explorer, with the lab open. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/base/i18n.h"

const struct cli_usage lab_usage = {
    .command = "lab",
    .forms = N_("nsscope lab"),
    .about =
        N_("Opens the explorer with the lab: pick types of namespaces with boxes, and unshare, "
           "clone or setns; see the command and the C call that do the same; do it, and watch "
           "it in the tree.  Nothing of it can be seen outside the namespaces that it makes, "
           "and all is gone when you leave."),
    .exits = N_("0 done, 2 wrong usage, or there is no terminal."),
};

int cli_lab(int argc, char **argv)
{
	struct tui_options tui;
	struct options options;

	options_begin(&options, &lab_usage, argc, argv);
	if (options_next(&options) == OPTIONS_STOP)
		return options.status;
	if (optind < argc)
		return report_surplus("lab", argv[optind]);
	tui = explore_options;
	tui.ascii = report_charset() == CHARSET_ASCII;
	tui.lab = true;
	return explore(&tui);
}
