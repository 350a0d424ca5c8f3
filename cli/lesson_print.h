/* A lesson's lines on standard output. */
#pragma once

#include "lessons/play/render.h"

/* Prints the lines that @render has made, and takes them away. */
void lesson_print(const struct render *render);

/* A message of nsscope's own. */
void lesson_print_note(const struct render *render, const char *words);
