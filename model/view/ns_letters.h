/* The letters of the namespace columns: for each type, each namespace that is not the reference has a
 * label of its own (a, b, … z, aa, ab, …) and a color. It keeps them for as long as it is visible, so
 * that the same letter always means the same namespace.
 *
 * The initial namespace shows as "·" (ASCII "."), another reference as "=", an unreadable link as "?",
 * one that cannot exist (a zombie's, a missing type) as "-". */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

struct ns_letters;

enum { NS_LETTER_COLORS = 12 }; /* colors run from 1 to NS_LETTER_COLORS; 0 is the reference's */

struct ns_letters *ns_letters_new(void);
void ns_letters_free(struct ns_letters *ns_letters);

/* Assigns labels to new namespaces of @graph, in its order, and frees those of namespaces that are
 * gone. */
void ns_letters_update(struct ns_letters *ns_letters, const struct graph *graph);
/* The same, but what is in @also, NULL for nothing, keeps its label too: the current graph, while
 * @graph is an earlier snapshot. */
void ns_letters_update_with(
    struct ns_letters *ns_letters, const struct graph *graph, const struct graph *also);

/* The label of @ns: a string that is valid until the next update, or "·", "." or "=" for the
 * reference. */
const char *ns_letters_label(
    const struct ns_letters *ns_letters, const struct ns *ns, enum charset charset);
uint8_t ns_letters_hue(const struct ns_letters *ns_letters, const struct ns *ns);

/* Appends the label of @ns in its color, or in @reference_style that of a reference namespace. */
void ns_letters_add(const struct ns_letters *ns_letters, const struct ns *ns,
    enum style reference_style, struct line *line);

/* The width of the namespace column of @type: the longest label, at least 1. */
size_t ns_columns_cols(const struct ns_letters *ns_letters, enum nstype type);

/* Appends the namespace columns of a process or thread with these links, or of a group (@read_status:
 * NULL): eight cells, each as wide as ns_columns_cols says, with @gap blanks between them. */
void ns_columns_add(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, size_t gap, struct line *line);
/* The columns with space for the full names of the types: cells as wide as ns_matrix_cols says, a
 * blank behind each. */
void ns_matrix(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, struct line *line);
size_t ns_matrix_cols(const struct ns_letters *ns_letters, enum nstype type);
/* Appends the names of @types, 1u << type, with commas between them. */
void ns_letters_add_types(struct line *line, enum style style, unsigned types);

/* Appends what "=" means in the columns of @graph: the types whose initial namespace is not visible,
 * or unknown. Returns false, and appends nothing, where no column has it. */
bool ns_columns_note(const struct graph *graph, struct line *line);

/* Its heading.  @chosen: the type with @sign behind its name; NS_TYPE_COUNT for none. */
void ns_matrix_heading(
    const struct ns_letters *ns_letters, enum nstype chosen, const char *sign, struct line *line);
/* The heading of ns_columns_add: as many letters of each type's name as fit the cell; with
 * @gap 0 and cells of one column: c i m n p t u U… where "U" is uts. */
void ns_columns_heading(const struct ns_letters *ns_letters, size_t gap, struct line *line);
