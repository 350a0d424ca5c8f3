/* The lesson pane; and the lesson's effect on the tree while it runs: its grouping, its folds, and
 * its selected row.  The tree is restored afterwards. */
#pragma once

#include "lessons/play/player.h"
#include "lessons/play/preflight.h"
#include "tui/core/pager.h"
#include "tui/views/scene.h"

struct lesson_view {
	struct view view;
	struct pager pager;
	struct player *player; /* NULL: no lesson runs */
	const struct lesson *lesson;
	struct lesson *owned;    /* the same, where it is ours to free */
	size_t marked;           /* the selected choice of the open question */
	struct lesson_look look; /* the view settings of this step; borrowed */
	bool asked;              /* a scan for the player is under way */
	bool notes;              /* show what is for the speaker, too */
	bool presents;           /* presenter mode: wide spacing, and pages go on */
	unsigned pace_s;         /* autoplay: goes on after so many seconds; 0: not by itself */
	uint64_t pace_due_ms;    /* … which is then */
	struct preflight preflight;
	size_t notes_step; /* the step last sent to the speaker's terminal */
	size_t kept_step;  /* of the progress last saved */
	bool kept_done;
	bool solved;         /* the task was done, and lesson_view_solved has not returned it yet */
	unsigned watched;    /* live->scans at the last scan given to an open task */
	size_t step, blocks; /* as last painted, to find what is new in the text */
	size_t hints;        /* … of the last block */
	int cols;
	struct scene scene;
	enum grouping grouping_before; /* the tree's */
	struct menu steps;             /* the list of the steps */
};

/* @ui_state, @tree: borrowed. */
void lesson_view_init(struct lesson_view *view, const struct ui_state *ui_state, struct view *tree);

/* Begins @lesson.  @owned: it is freed at the end. */
void lesson_view_open(struct lesson_view *view, const struct lesson *lesson, bool owned);
/* Goes to the saved step.  Returns that step, or 0 for the beginning. */
size_t lesson_view_resume(struct lesson_view *view);
/* Goes to the beginning of @step. */
void lesson_view_go_to(struct lesson_view *view, size_t step);
/* Ends it, with its stage; fine when none runs. */
void lesson_view_close(struct lesson_view *view);

/* The processes that the tree marks: the actors, and nsscope itself, which the lessons call "me".
 * Valid until the next call to the player. */
const struct actor_ref *lesson_view_actors(struct lesson_view *view, size_t *ret_count);

/* Call it whenever the player may have moved, and when a scan is shown.  Gives the scan to an open
 * task, and starts the scan that the player waits for.  Returns true where that ended a freeze. */
bool lesson_view_pump(struct lesson_view *view, uint64_t now_ms);
/* Call it when a demanded scan is shown. */
void lesson_view_scan_shown(struct lesson_view *view);

/* Call it when the lesson has its pane and the tree back: what it had demanded is lost. */
void lesson_view_wake(struct lesson_view *view);

/* Descendants of @pid are the learner's, see player_let_subshell; 0: none. */
void lesson_view_admit(struct lesson_view *view, pid_t pid);
/* Was the task done since the last call? */
bool lesson_view_solved(struct lesson_view *view);

/* How many choices the open question has; 0: none is open. */
size_t lesson_view_asks(const struct lesson_view *view);
/* Selects the choice with this digit. */
void lesson_view_choose(struct lesson_view *view, size_t choice);

/* --- The list of its steps, view->steps, to go to one of them --- */

/* Call it before it is shown: selects the present step. */
void lesson_view_open_steps(struct lesson_view *view);
/* Goes to the selected one. */
void lesson_view_take_step(struct lesson_view *view);

/* --- Presenter mode, which a clicker can drive, and autoplay --- */

enum {
	TEACH_PACE_LEAST_S = 1,
	TEACH_PACE_MAX_S = 600,
	TEACH_PACE_USUAL_S = 8,
};

/* Starts autoplay every @seconds from now on; 0: stops it. */
void lesson_teach_set_pace(struct lesson_view *view, unsigned seconds, uint64_t now_ms);
/* The user did something, or does not see the lesson: the time starts again. */
void lesson_teach_wait(struct lesson_view *view, uint64_t now_ms);
/* Continues when it is time.  Returns true where it did. */
bool lesson_teach_step(struct lesson_view *view, uint64_t now_ms);
/* Milliseconds until then, -1 for never. */
int lesson_teach_timeout(const struct lesson_view *view, uint64_t now_ms);
