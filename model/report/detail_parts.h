/* What the parts of the detail pane share: detail.c, detail_process.c, detail_ns.c. */
#pragma once

#include "model/graph/containers.h"
#include "model/report/detail.h"

struct detail {
	const struct rowline_context *context;
	const struct row *row;
	struct lines *lines;
};

/* An empty line to compose in; the caller ends it with line_done or detail_wrap. */
struct line detail_line(const struct detail *detail);
/* Appends @line, wrapped, what follows the first line indented; ends @line. */
void detail_wrap(const struct detail *detail, struct line *line, size_t indent);

/* As many of a list are told. */
unsigned detail_most(const struct detail *detail);

/* A heading with an empty line above it. */
void detail_heading(const struct detail *detail, const char *text);
/* A paragraph. */
void detail_text(const struct detail *detail, enum style style, const char *text);

/* "label    value": begins the line; append the value, then detail_field_end. */
struct line detail_field(const struct detail *detail, const char *label);
void detail_field_end(const struct detail *detail, struct line *line);
/* Both at once. */
void detail_field_text(
    const struct detail *detail, const char *label, enum style style, const char *text);

/* Appends the mark of @ns, padded to the width of its column. */
void detail_add_mark(const struct detail *detail, const struct ns *ns, struct line *line);
/* Appends mark, "uts:4026531838", and what is said of it: its name, initial, gone. */
void detail_add_ns(const struct detail *detail, const struct ns *ns, struct line *line);

/* "Container  docker 4f1c2ab3d4e5, by the path of its cgroup"; @container is NULL where it is not
 * known, which is told too. */
void detail_container(const struct detail *detail, const struct container *container);

/* "Appeared at …", "ended at …", where history saw it. */
void detail_life(const struct detail *detail, const struct life *life);

/* detail_process.c, detail_group.c and detail_ns.c: everything for the row. */
void detail_process(const struct detail *detail, const struct process *process);
void detail_thread(const struct detail *detail, const struct thread *thread);
void detail_ns_group(const struct detail *detail, const struct ns_group *ns_group);
void detail_ns(const struct detail *detail, const struct ns *ns);
/* A line of a list: PID and name. */
void detail_member(const struct detail *detail, const struct process *process);
/* What keeps @ns alive, below a heading. */
void detail_holders(const struct detail *detail, const struct ns *ns);
/* For namespaces with no owner in sight. */
void detail_unknown(const struct detail *detail, enum read_status why);
void detail_type(const struct detail *detail, enum nstype type);
