/* A shell (lessons/play/shell.h) on a terminal of the test's own. */
#pragma once

#include "lessons/play/shell.h"
#include "lessons/stage/stage.h"

/* A stage in a user namespace. */
extern const struct stage_setup user_stage;

/* Makes the calling process lead a session with a terminal of its own, in its foreground. */
void terminal_open(void);
void terminal_type(const char *text);
void terminal_resize(unsigned short rows, unsigned short cols);
/* Reads what the terminal is sent; false when @fd is readable and nothing is left. */
bool terminal_read(int fd);
/* Waits for @mark, and returns the rest of its line, valid until the next call.  The terminal echoes what
 * is typed, so the shell puts marks together: "mark""=". */
const char *terminal_read_mark(const struct shell *shell, const char *mark);
/* Forgets what the terminal was sent so far. */
void terminal_forget(void);

/* Starts a shell in the namespaces of @actor of @stage; NULL: in those of this process. */
struct shell *terminal_start_shell(const struct stage *stage, const char *actor);
/* Waits until it has ended; the terminal's foreground is ours again. */
struct shell_result terminal_finish_shell(struct shell *shell);
/* The exit status of a shell that was started and exited. */
int terminal_exit_status(const struct shell_result *result);
