/* What the parts of the player share: player.c (going on), player_seek.c (going elsewhere) and
 * player_turn.c (tasks). */
#pragma once

#include "lessons/play/player_memory.h"
#include "lessons/play/player_records.h"

/* May a lesson from elsewhere run lines of a shell? */
enum consent { CONSENT_OPEN, CONSENT_GIVEN, CONSENT_REFUSED };

struct player {
	const struct lesson *lesson;
	struct stage *stage;
	struct records *records;
	enum player_state state;
	size_t step, block; /* the first block that is not finished; block_count when all are */
	size_t call;        /* of a do block that is under way */
	unsigned looks;     /* so many were not enough for the checks that stand next */
	bool begun;         /* something of this step was done, asked or seen */
	bool replaying;     /* goes on by itself until the beginning of the step target */
	bool reads;         /* makes no call */
	size_t target;
	struct memory start, before, now;
	struct memory task; /* when the open task began */
	pid_t pupil;        /* see player_let */
	pid_t subshell;     /* see player_let_guest */
	enum consent consent;
	char *problem;
	int error;
	struct block_view *views;
};

/* The block that is not finished; NULL at the end of the step. */
const struct lesson_block *player_block(const struct player *player);
struct block_record *player_record(const struct player *player);

/* What was seen now, at the start, and before; as it is now. */
struct check_contexts player_check_contexts(const struct player *player);

/* Goes to where the player waits for a person; while replaying, beyond. */
void player_go_on(struct player *player);
/* Ends the stage, and forgets what was seen. */
void player_leave_stage(struct player *player);
/* Returns false where there can't be one: the player has failed then. */
bool player_need_stage(struct player *player);

/* The graph that an open task waits for has come: it begins. */
void turn_begin(struct player *player);
/* Looks whether somebody has done the open task, and then goes on. */
void turn_look(struct player *player);
/* Leaves the open task undone, and goes on. */
void turn_skip(struct player *player);
