/* The marks of the strip: for each type, each namespace that is not the baseline one has a label
 * of its own (a, b, … z, aa, ab, …) and a colour, kept by identity for as long as the namespace is
 * in sight, so that the same mark always means the same namespace.
 *
 * The initial namespace shows as "·" (ASCII "."), another baseline one as "=", an unreadable link as "?", one that cannot be
 * there (a zombie's, a missing type) as "-".
 */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

struct marks;

enum { MARK_HUES = 12 }; /* hues run from 1 to MARK_HUES; 0 is the baseline's */

struct marks *marks_new(void);
void marks_free(struct marks *marks);

/* Gives labels to what is new in @graph, in its order, and takes back those of what is gone. */
void marks_update(struct marks *marks, const struct graph *graph);
/* The same, but what is in @also, NULL for nothing, keeps its label too: the present, while @graph is of
 * the past. */
void marks_update_with(struct marks *marks, const struct graph *graph, const struct graph *also);

/* The label of @ns: a string that lives until the next update, or "·", "." or "=" for the baseline. */
const char *marks_label(const struct marks *marks, const struct ns *ns, enum charset charset);
uint8_t marks_hue(const struct marks *marks, const struct ns *ns);

/* The columns of the strip's cell for @type: the longest label, at least 1. */
size_t marks_cols(const struct marks *marks, enum nstype type);

/* Appends the strip of a process or thread with these links, or of a room (@unread: NULL): eight cells, each as wide as marks_cols says, with @gap blanks
 * between them. */
void marks_strip(const struct marks *marks, const struct ns *const *links,
    const enum unread *unread, size_t gap, struct line *line);
/* The strip with room for the types' whole names: cells as wide as marks_matrix_cols says, a blank
 * behind each. */
void marks_matrix(const struct marks *marks, const struct ns *const *links,
    const enum unread *unread, struct line *line);
size_t marks_matrix_cols(const struct marks *marks, enum nstype type);
/* Appends the names of @types, 1u << type, with commas between them. */
void marks_add_types(struct line *line, enum style style, unsigned types);

/* Appends what "=" means in the columns of @graph: which types' initial namespace is not in sight, or not
 * known.  Returns false, and appends nothing, where no column has it. */
bool marks_note(const struct graph *graph, struct line *line);

/* Its heading.  @chosen: the type with @sign behind its name; NS_TYPE_COUNT for none. */
void marks_matrix_heading(
    const struct marks *marks, enum nstype chosen, const char *sign, struct line *line);
/* The heading that stands above it: as many letters of each type's name as fit the cell; with
 * @gap 0 and cells of one column: c i m n p t u U… where "U" is uts. */
void marks_heading(const struct marks *marks, size_t gap, struct line *line);
