/* The marks of the strip: for each type, each namespace that is not the baseline one has a label
 * of its own (a, b, … z, aa, ab, …) and a color, kept by identity for as long as the namespace is
 * in sight, so that the same mark always means the same namespace.
 *
 * The initial namespace shows as "·" (ASCII "."), another baseline one as "=", an unreadable link as "?", one that cannot be
 * there (a zombie's, a missing type) as "-".
 */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

struct ns_letters;

enum { NS_LETTER_COLORS = 12 }; /* hues run from 1 to NS_LETTER_COLORS; 0 is the baseline's */

struct ns_letters *ns_letters_new(void);
void ns_letters_free(struct ns_letters *ns_letters);

/* Gives labels to what is new in @graph, in its order, and takes back those of what is gone. */
void ns_letters_update(struct ns_letters *ns_letters, const struct graph *graph);
/* The same, but what is in @also, NULL for nothing, keeps its label too: the present, while @graph is of
 * the past. */
void ns_letters_update_with(
    struct ns_letters *ns_letters, const struct graph *graph, const struct graph *also);

/* The label of @ns: a string that lives until the next update, or "·", "." or "=" for the baseline. */
const char *ns_letters_label(
    const struct ns_letters *ns_letters, const struct ns *ns, enum charset charset);
uint8_t ns_letters_hue(const struct ns_letters *ns_letters, const struct ns *ns);

/* Appends the label of @ns in its color, or in @reference_style that of a reference namespace. */
void ns_letters_add(const struct ns_letters *ns_letters, const struct ns *ns,
    enum style reference_style, struct line *line);

/* The columns of the strip's cell for @type: the longest label, at least 1. */
size_t ns_columns_cols(const struct ns_letters *ns_letters, enum nstype type);

/* Appends the strip of a process or thread with these links, or of a room (@read_status: NULL): eight cells, each as wide as ns_columns_cols says, with @gap blanks
 * between them. */
void ns_columns_add(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, size_t gap, struct line *line);
/* The strip with room for the types' whole names: cells as wide as ns_matrix_cols says, a blank
 * behind each. */
void ns_matrix(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, struct line *line);
size_t ns_matrix_cols(const struct ns_letters *ns_letters, enum nstype type);
/* Appends the names of @types, 1u << type, with commas between them. */
void ns_letters_add_types(struct line *line, enum style style, unsigned types);

/* Appends what "=" means in the columns of @graph: which types' initial namespace is not in sight, or not
 * known.  Returns false, and appends nothing, where no column has it. */
bool ns_columns_note(const struct graph *graph, struct line *line);

/* Its heading.  @chosen: the type with @sign behind its name; NS_TYPE_COUNT for none. */
void ns_matrix_heading(
    const struct ns_letters *ns_letters, enum nstype chosen, const char *sign, struct line *line);
/* The heading that stands above it: as many letters of each type's name as fit the cell; with
 * @gap 0 and cells of one column: c i m n p t u U… where "U" is uts. */
void ns_columns_heading(const struct ns_letters *ns_letters, size_t gap, struct line *line);
