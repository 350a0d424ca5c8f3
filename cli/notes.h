/* The speaker's notes in a terminal of their own. */
#pragma once

/* Prints the notes of each step that the explorer of the same person comes to, until a signal ends
 * it.  Returns the exit status, after a message where there is nothing to follow. */
int notes_follow(void);
