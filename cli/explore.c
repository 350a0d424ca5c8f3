/* The explorer; nsscope lab: with the lab open; nsscope tour: with the tour. */
#include "cli/explore.h"
#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "model/base/i18n.h"

#include <errno.h>

struct tui_options explore_options = {.speak = language_speak};

int explore(struct tui_options *options)
{
	int r;

	options->ascii = report_charset() == CHARSET_ASCII;
	r = tui_run(options);
	if (r == -ENOTTY || r == -EINVAL)
		return EXIT_USAGE;
	return r == 0 ? EXIT_DONE : report_status(r);
}

const struct cli_usage lab_usage = {
    .command = "lab",
    .forms = N_("nsscope lab"),
    .about = N_(
        "Opens the explorer with the lab: choose types of namespaces and unshare, clone or setns; "
        "see the same as a command and as a C call; run it, and watch the tree.  Nothing is "
        "visible outside the namespaces that the lab creates, and all of it ends when you leave."),
    .exits = N_("0 done, 2 wrong usage, or there is no terminal."),
};

/* @with: the member of explore_options that the command sets. */
static int explore_with(bool *with, const struct cli_usage *usage, int argc, char **argv)
{
	int status = options_read(usage, &argc, &argv, NULL);

	if (status != OPTIONS_GO_ON)
		return status;
	*with = true;
	return explore(&explore_options);
}

int cli_lab(int argc, char **argv)
{
	return explore_with(&explore_options.lab, &lab_usage, argc, argv);
}

const struct cli_usage tour_usage = {
    .command = "tour",
    .forms = N_("nsscope tour"),
    .about = N_("Opens the explorer with a tour of two minutes: six keys, one after the other, on "
                "the tree of "
                "this machine.  Nothing is changed."),
    .exits = N_("0 done, 2 wrong usage, or there is no terminal."),
};

int cli_tour(int argc, char **argv)
{
	return explore_with(&explore_options.tour, &tour_usage, argc, argv);
}
