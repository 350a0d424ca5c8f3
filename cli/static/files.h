/* The files that the single file carries: made by cli/static/files.sh. */
#pragma once

struct builtin_file {
	const char *path;       /* "C.utf8/LC_CTYPE" */
	const char *data, *end; /* as zstd(1) packs it */
};

extern const struct builtin_file builtin_files[]; /* ends with a NULL path */
