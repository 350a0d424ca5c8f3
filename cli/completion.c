/* nsscope completion: what makes a shell complete the words of nsscope's command line. */
#include "cli/cli.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/i18n.h"
#include "model/util.h"

#include <stdio.h>
#include <string.h>

enum option_value { OPTION_WORDS = 0x100 };

static const struct cli_option option_table[] = {
    {"words", 0, NULL,
        N_("tell what can stand in the place of the last WORD: the scripts ask this"),
        OPTION_WORDS},
    {0},
};

static const struct cli_usage usage = {
    .command = "completion",
    .forms = N_("nsscope completion [OPTION]... bash|zsh|fish\n"
                "nsscope completion --words -- [WORD]..."),
    .about =
        N_("Prints the script that lets a shell complete commands, options, lessons, types and "
           "namespaces.  It asks nsscope itself, so it knows your own lessons, too.\n"
           "bash: source <(nsscope completion bash)\n"
           "zsh: source <(nsscope completion zsh), behind compinit\n"
           "fish: nsscope completion fish | source"),
    .options = option_table,
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage."),
};

/* The words are taken from the line itself, as bash parts them at = and :, too; what it completes is
 * then only what is behind the last of these. */
static const char bash_script[] =
    "# bash completion for nsscope                              -*- shell-script -*-\n"
    "_nsscope() {\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} words word current parted\n"
    "\tread -ra words <<<\"$line\"\n"
    "\t[[ $line != *[[:blank:]] ]] || words+=(\"\")\n"
    "\tcurrent=${words[${#words[@]} - 1]}\n"
    "\tparted=\n"
    "\t[[ $COMP_WORDBREAKS != *[=:]* ]] || parted=${current%\"${current##*[=:]}\"}\n"
    "\tCOMPREPLY=()\n"
    "\twhile IFS=$'\\t' read -r word _; do\n"
    "\t\tcase $word in\n"
    "\t\t:files)\n"
    "\t\t\tcompopt -o filenames\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"${current#\"$parted\"}\")\n"
    "\t\t\t;;\n"
    "\t\t:folders)\n"
    "\t\t\tcompopt -o filenames\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -d -- \"${current#\"$parted\"}\")\n"
    "\t\t\t;;\n"
    "\t\t:pids)\n"
    "\t\t\tfor word in /proc/[0-9]*; do\n"
    "\t\t\t\t[[ ${word#/proc/} != \"$current\"* ]] || COMPREPLY+=(\"${word#/proc/}\")\n"
    "\t\t\tdone\n"
    "\t\t\t;;\n"
    "\t\t*[=:])\n"
    "\t\t\tcompopt -o nospace\n"
    "\t\t\tCOMPREPLY+=(\"${word#\"$parted\"}\")\n"
    "\t\t\t;;\n"
    "\t\t*) COMPREPLY+=(\"${word#\"$parted\"}\") ;;\n"
    "\t\tesac\n"
    "\tdone < <(nsscope completion --words -- \"${words[@]:1}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _nsscope nsscope\n";

static const char zsh_script[] =
    "#compdef nsscope\n"
    "_nsscope() {\n"
    "\tlocal word about\n"
    "\tlocal -a whole open\n"
    "\twhile IFS=$'\\t' read -r word about; do\n"
    "\t\tcase $word in\n"
    "\t\t:files) _files ;;\n"
    "\t\t:folders) _files -/ ;;\n"
    "\t\t:pids) _pids ;;\n"
    "\t\t*[=:]) open+=(\"${word//:/\\\\:}:$about\") ;;\n"
    "\t\t*) whole+=(\"${word//:/\\\\:}${about:+:$about}\") ;;\n"
    "\t\tesac\n"
    "\tdone < <(nsscope completion --words -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
    "\t(( ! $#whole )) || _describe -t words nsscope whole\n"
    "\t(( ! $#open )) || _describe -t words nsscope open -S ''\n"
    "}\n"
    "if [[ $funcstack[1] == _nsscope ]]; then\n"
    "\t_nsscope \"$@\"\n"
    "else\n"
    "\tcompdef _nsscope nsscope\n"
    "fi\n";

static const char fish_script[] =
    "# fish completion for nsscope\n"
    "function __nsscope_words\n"
    "\tset -l words (commandline -opc) (commandline -ct)\n"
    "\tfor line in (nsscope completion --words -- $words[2..] 2>/dev/null)\n"
    "\t\tswitch $line\n"
    "\t\t\tcase ':files'\n"
    "\t\t\t\t__fish_complete_path (commandline -ct)\n"
    "\t\t\tcase ':folders'\n"
    "\t\t\t\t__fish_complete_directories (commandline -ct)\n"
    "\t\t\tcase ':pids'\n"
    "\t\t\t\t__fish_complete_pids\n"
    "\t\t\tcase '*'\n"
    "\t\t\t\techo $line\n"
    "\t\tend\n"
    "\tend\n"
    "end\n"
    "complete -c nsscope -f -a '(__nsscope_words)'\n";

static const struct {
	const char *shell, *text;
} scripts[] = {
    {"bash", bash_script},
    {"zsh", zsh_script},
    {"fish", fish_script},
};

static int print_script(const char *shell)
{
	for (size_t i = 0; i < array_len(scripts); i++) {
		if (strcmp(shell, scripts[i].shell) == 0) {
			fputs(scripts[i].text, stdout);
			return report_finish("completion", EXIT_DONE);
		}
	}
	report_error(
	    "completion", _("there is a script for bash, zsh and fish, not for \"%s\""), shell);
	return EXIT_USAGE;
}

int cli_completion(int argc, char **argv)
{
	struct options given;
	bool words = false;
	int option;

	options_begin(&given, &usage, argc, argv);
	while ((option = options_next(&given)) > 0)
		words = option == OPTION_WORDS;
	if (option == OPTIONS_STOP)
		return given.status;
	if (words) {
		complete_words(argv + optind, (size_t)(argc - optind));
		return report_finish("completion", EXIT_DONE);
	}
	if (optind == argc) {
		report_error("completion", _("for which shell: bash, zsh or fish?"));
		return EXIT_USAGE;
	}
	if (optind + 1 < argc)
		return report_surplus("completion", argv[optind + 1]);
	return print_script(argv[optind]);
}
