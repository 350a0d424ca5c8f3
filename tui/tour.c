#include "tui/tour.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

static const struct {
	enum action action;
	const char *press, *shows; /* what to do, and what is to be seen then; msgids */
} steps[TOUR_STEPS] = {
    {ACTION_DOWN, N_("Press j: it selects the next row."),
        N_("A row is a process or a PID namespace. The letters at its right are its eight "
           "namespaces; a dot is the "
           "initial one.")},
    {ACTION_ENTER, N_("Press Enter: it folds or unfolds the row."),
        N_("(+7) behind a folded row counts the rows that it hides.")},
    {ACTION_GROUP_TYPE, N_("Press 2: the same machine by namespace type."),
        N_("Each namespace is a row now, and its members are below it.")},
    {ACTION_INSPECTOR, N_("Press 7: everything known about the selected row."),
        N_("You see what is inside, and what holds it. A namespace is freed when its last "
           "reference is gone.")},
    {ACTION_GROUP_PID, N_("Press 1: back to the processes."),
        N_("1 to 4 group the same machine in four ways.")},
    {ACTION_MEMBERS,
        N_("Select a process with j. Press i, then n: the members of its network namespace."),
        N_("( goes back to where you were.")},
};

int tour_after(int step, enum action action)
{
	return step >= 1 && step <= TOUR_STEPS && steps[step - 1].action == action ? step + 1
	                                                                           : step;
}

char *tour_title(int step)
{
	return step <= TOUR_STEPS ? xasprintf(_("Tour: key %d of %d"), step, TOUR_STEPS)
	                          : xstrdup(_("The end of the tour"));
}

void tour_text(int step, struct lines *lines, enum charset charset, size_t cols)
{
	if (step > 1)
		lines_wrap(lines, charset, STYLE_PLAIN, _(steps[step - 2].shows), 0, cols);
	if (step <= TOUR_STEPS)
		lines_wrap(lines, charset, STYLE_STRONG, _(steps[step - 1].press), 0, cols);
	else
		lines_wrap(lines, charset, STYLE_STRONG,
		    _("L opens the lessons, and ? lists all keys."), 0, cols);
	lines_wrap(lines, charset, STYLE_DIM,
	    step <= TOUR_STEPS ? _("Esc leaves the tour.") : _("Esc closes this box."), 0, cols);
}
