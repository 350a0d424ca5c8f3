/* The parts of the manual pages that are made from the program's tables. */
#pragma once

#include "docs/man/roff.h"

/* What is told of a command beside its table: the text of a template behind "@more COMMAND". */
struct more {
	char *command;
	char *text; /* roff */
	bool used;
};

struct mores {
	struct more *items;
	size_t count, room;
};

/* How all commands are called, a line each. */
void table_synopsis(const struct roff *roff);
/* A subsection for each command. */
void table_commands(const struct roff *roff, struct mores *mores);
/* nsscope's own options. */
void table_options(const struct roff *roff);
/* The keys; @lesson: those that only a lesson has, else the others. */
void table_keys(const struct roff *roff, bool lesson);

/* The settings, as in their file. */
void table_settings(const struct roff *roff);

/* Of a lesson file. */
void table_blocks(const struct roff *roff);
void table_facts(const struct roff *roff);
void table_calls(const struct roff *roff);
void table_words(const struct roff *roff);
void table_terms(const struct roff *roff);
