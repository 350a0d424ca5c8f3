/* What an errno means where a certain call gave it: one table. */
#pragma once

/* Translated; NULL where nothing more is to be said than strerror(3) does. */
const char *meaning_of(const char *call, int error);
