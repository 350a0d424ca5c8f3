/* A recording, read whole from its file. */
#pragma once

#include "model/record/recording.h"

struct replay_file {
	const char *path; /* borrowed */
	uint8_t *data;
	size_t len;
	struct history_log *history_log;
	int error; /* of recording_load */
	struct recording_fault fault;
};

/* Returns EXIT_DONE where there is at least one moment in it, or another exit status after a message. */
int replay_file_read(const char *path, struct replay_file *ret_file);
void replay_file_done(struct replay_file *file);

/* Says on standard error what is wrong with the file, when what there is was shown.  Returns the exit
 * status. */
int replay_file_tell_fault(const struct replay_file *file);

/* Notes that a moment of the file says nonsense, and where. */
void replay_file_blame(struct replay_file *file, const struct snapshot_reader *reader);

/* Finds the last moment until the time that @text tells: "+SECONDS" since its beginning, or the local time
 * "[YYYY-MM-DD ]HH:MM[:SS]".  Returns EXIT_DONE, or another exit status after a message. */
int replay_file_find(const struct replay_file *file, const char *text, uint64_t *ret_number);
