#include "scanner/scan/incremental_refs.h"

#include "model/base/util.h"
#include "model/graph/holders.h"
#include "scanner/nsfs/listing.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/scan/places.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* What is known of somebody who kept a namespace. */
enum hold { LETS_GO, HOLDS, NOT_KNOWN };

struct kept {
	const struct ns *ns;         /* of the graph before */
	const struct holder *holder; /* NULL: what keeps it can't be seen */
};

struct look {
	struct context *context;
	struct changes *changes;
	const struct graph *before;
	int any; /* a descriptor on any namespace */
	bool handles_tell;
	bool *lives; /* by index of the namespaces before: something is known that keeps it */
	struct listing listing; /* of now, where one is of use */
	bool listed;            /* it was tried */
	struct kept *kept;
	size_t count, room;
};

/* --- Who keeps what still ----------------------------------------------------------------------- */

/* Has the descriptor of somebody who did something since? */
static enum hold has_descriptor(
    const struct look *look, const struct ns *ns, const struct holder *holder)
{
	struct ns same = *ns;
	int fd = places_open(
	    look->context, &(struct ns_place){
	                       .ns = &same,
	                       .pid = holder->tid ? holder->tid : holder->process->id.pid,
	                       .fd = holder->fd,
	                   });

	if (fd < 0)
		return fd == -ESTALE || fd == -ENOENT ? LETS_GO : NOT_KNOWN;
	return nsfs_is_fd(ns, fd) ? HOLDS : LETS_GO;
}

static enum hold process_holds(
    const struct look *look, const struct ns *ns, const struct holder *holder)
{
	const struct process *now =
	    graph_builder_process_now(look->context->builder, holder->process);

	if (!now || now->state == 'Z')
		return LETS_GO;
	if (!changes_since(look->changes, now->id.pid, look->before->stats.looked_serial))
		return HOLDS;
	return holder->kind == HOLDER_FD ? has_descriptor(look, ns, holder) : NOT_KNOWN;
}

static enum hold holds(const struct look *look, const struct ns *ns, const struct holder *holder)
{
	enum hold hold = LETS_GO;

	if (holder_is_descriptor(holder->kind))
		hold = process_holds(look, ns, holder);
	else if (holder->kind == HOLDER_MOUNT)
		hold = holder->ns && graph_builder_ns_now(look->context->builder, holder->ns)
		           ? HOLDS
		           : NOT_KNOWN;
	return hold == HOLDS && !nsfs_settled(ns) ? NOT_KNOWN : hold;
}

/* And with it what is above it. */
static void mark_lives(const struct look *look, const struct ns *ns)
{
	if (look->lives[ns->index])
		return;
	look->lives[ns->index] = true;
	if (ns->owner)
		mark_lives(look, ns->owner);
	if (ns->parent)
		mark_lives(look, ns->parent);
}

static void note_kept(struct look *look, const struct ns *ns, const struct holder *holder)
{
	array_reserve(look->kept, look->room, look->count + 1);
	look->kept[look->count++] = (struct kept){.ns = ns, .holder = holder};
	mark_lives(look, ns);
}

/* --- Who has ended ------------------------------------------------------------------------------ */

/* What lived when the full scan before began and is listed no more has ended: one call for all of them. */
static bool is_off_the_list(struct look *look, const struct ns *ns)
{
	if (!ns->id.unique || !listing_has(look->context->listed, ns->id.unique))
		return false;
	if (!look->listed)
		listing_take(&look->listing);
	look->listed = true;
	return look->listing.count && !listing_has(&look->listing, ns->id.unique);
}

/* A socket may keep a net namespace that nobody was seen to keep; since Linux 6.19 such a one has no
 * handle, and is not listed. */
static bool has_ended(struct look *look, const struct ns *ns)
{
	return ns->id.type != NS_NET && look->handles_tell &&
	       (is_off_the_list(look, ns) || nsfs_lives(ns, look->any) == -ESTALE);
}

/* Returns false where that can't be known. */
static bool find_kept(struct look *look, const struct ns *ns)
{
	if (graph_builder_ns_now(look->context->builder, ns))
		look->lives[ns->index] = true;
	if (ns->unseen && nsfs_settled(ns) && nsfs_lives(ns, look->any) == 0)
		note_kept(look, ns, NULL);
	for (uint32_t i = 0; i < ns->holder_count; i++) {
		const struct holder *holder = &ns->holders[i];
		enum hold hold = holds(look, ns, holder);

		if (hold == NOT_KNOWN)
			return false;
		if (hold == HOLDS)
			note_kept(look, ns, holder);
	}
	return true;
}

static bool know_all(struct look *look)
{
	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *ns = look->before->namespaces[i];

		if (!ns->life.died_ms && !find_kept(look, ns))
			return false;
	}
	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *ns = look->before->namespaces[i];

		if (!ns->life.died_ms && !look->lives[i] && !has_ended(look, ns))
			return false;
	}
	return true;
}

/* --- Taking it ---------------------------------------------------------------------------------- */

static const char *copy(struct graph_builder *builder, const char *text)
{
	return text ? graph_text_copy(builder, text, strlen(text)) : NULL;
}

static void take_kept(const struct look *look, const struct kept *kept)
{
	struct graph_builder *builder = look->context->builder;
	struct ns *ns = nsfs_carry(builder, kept->ns);
	struct holder holder;

	if (!ns)
		return;
	ns->unseen = !kept->holder;
	if (!kept->holder)
		return;
	holder = *kept->holder;
	holder.process = holder.process ? graph_builder_process_now(builder, holder.process) : NULL;
	holder.ns = holder.ns ? graph_builder_ns_now(builder, holder.ns) : NULL;
	holder.path = copy(builder, holder.path);
	graph_add_holder(builder, ns, &holder);
}

/* What a full scan reads of a namespace by way of its mounts and descriptors. */
static void take_facts(const struct look *look)
{
	struct graph_builder *builder = look->context->builder;

	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *before = look->before->namespaces[i];
		struct ns *ns = before->life.died_ms ? NULL : graph_builder_ns_now(builder, before);

		if (!ns)
			continue;
		ns->netnsid = before->netnsid;
		ns->name = copy(builder, before->name);
		ns->named_by_link = before->named_by_link;
		ns->hostname = copy(builder, before->hostname);
	}
}

bool incremental_take_refs(struct context *context, struct changes *changes)
{
	const struct graph *before = graph_builder_prev(context->builder);
	autofree bool *lives = xcalloc(before->ns_count, sizeof(*lives));
	autoclose int any = openat(context->proc, "self/ns/uts", O_RDONLY | O_CLOEXEC);
	struct look look = {.context = context,
	    .changes = changes,
	    .before = before,
	    .any = any,
	    .handles_tell = nsfs_handles_tell(),
	    .lives = lives};
	bool all = know_all(&look);

	for (size_t i = 0; all && i < look.count; i++)
		take_kept(&look, &look.kept[i]);
	free(look.kept);
	listing_done(&look.listing);
	if (!all)
		return false;
	take_facts(&look);
	return true;
}
