/* What the parts of inspection_lines.h share: inspection_lines.c, inspection_net.c,
 * inspection_user.c. */
#pragma once

#include "model/report/detail_parts.h"
#include "model/report/inspection.h"

enum { INSPECTION_INDENT = 2 };

/* Appends the bytes of @text. */
void inspection_add(struct line *line, enum style style, const struct fact_text *text);
/* "and 12 more", where some of @kind were left out. */
void inspection_left_out(
    const struct detail *detail, const struct inspection *inspection, enum fact_kind kind);

void inspection_net(const struct detail *detail, const struct inspection *inspection);
void inspection_mnt(const struct detail *detail, const struct inspection *inspection);
void inspection_ipc(const struct detail *detail, const struct inspection *inspection);
void inspection_user(const struct detail *detail, const struct inspection *inspection);
void inspection_pid(
    const struct detail *detail, const struct ns *ns, const struct inspection *inspection);
