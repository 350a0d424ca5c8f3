/* nsscope: the command line. */

#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "lessons/play/shell.h"
#include "lessons/stage/stage.h"
#include "scanner/proc/want.h"

#include <sys/auxv.h>
#include <unistd.h>

/* Does the program have more privileges than the user who started it?  Then that user's files,
 * variables and PATH would control it.  Not translated: gettext(3) opens files.  getauxval(3) */
static bool is_setuid(void)
{
	if (!getauxval(AT_SECURE))
		return false;
	report_error("", "is not made to be setuid, setgid or to have file capabilities: remove "
	                 "them (chmod u-s,g-s; setcap -r), and use sudo nsscope");
	return true;
}

int main(int argc, char **argv)
{
	stage_resume(argv[0]);
	shell_resume(argv[0]);
	/* With these privileges nothing else runs, also no handler of exit(3). */
	if (is_setuid())
		_exit(EXIT_USAGE);
	descriptors_raise();
	language_set(NULL);
	scan_prefer(SCAN_AUTO);
	return cli_run(argc, argv);
}
