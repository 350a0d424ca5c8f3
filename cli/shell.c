/* nsscope shell TICKET: the explorer starts it in another terminal, a pane of tmux, for a shell in an
 * actor's namespaces.  No help lists it. */
#include "lessons/play/shell.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int cli_shell(int argc, char **argv)
{
	struct shell_place place;
	struct shell_result result = {0};
	int r;

	if (argc != 2) {
		report_error("shell", _("it takes the ticket that the explorer gives"));
		return EXIT_USAGE;
	}
	r = shell_ticket_read(argv[1], &place);
	if (r == -EINVAL) {
		report_error("shell", _("that is no ticket: \"%s\""), argv[1]);
		return EXIT_USAGE;
	}
	if (r < 0) {
		report_error("shell", "%s",
		    r == -ESRCH ? _("the process for the shell has exited") : strerror(-r));
		return EXIT_FAILED;
	}
	shell_be_helper(&place, &result);
	close(place.pidfd);
	if (result.error) {
		report_error("shell", _("%s: %s"), result.step, strerror(result.error));
		return result.error == EPERM || result.error == EACCES ? EXIT_FORBIDDEN
		                                                       : EXIT_FAILED;
	}
	if (*result.left)
		report_error("shell",
		    _("still running in another PID namespace: %s; kill(1) ends it"), result.left);
	return EXIT_DONE;
}
