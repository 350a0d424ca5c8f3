#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/helper/hostname_helper.h"
#include "scanner/proc/clock.h"
#include "scanner/scan/scan_context.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct hostnames {
	struct hostname_helper *helper; /* NULL: none was started yet */
	uint64_t own_ino;               /* 0 when /proc does not show it */
	struct context *context;
	size_t at;    /* in context->uts, then in its places */
	bool waiting; /* for the answer about that one */
};

struct hostnames *hostnames_new(void)
{
	struct hostnames *hostnames = xcalloc(1, sizeof(*hostnames));
	struct stat st;

	if (stat("/proc/self/ns/uts", &st) == 0)
		hostnames->own_ino = st.st_ino;
	return hostnames;
}

int hostnames_start(struct hostnames *hostnames)
{
	return hostnames->helper ? 0 : hostname_helper_new(&hostnames->helper);
}

void hostnames_free(struct hostnames *hostnames)
{
	if (!hostnames)
		return;
	hostname_helper_free(hostnames->helper);
	free(hostnames);
}

pid_t hostnames_helper(const struct hostnames *hostnames)
{
	return hostnames->helper ? hostname_helper_pid(hostnames->helper) : 0;
}

void hostnames_drop(struct hostnames *hostnames)
{
	if (hostnames->waiting)
		hostname_helper_forget(hostnames->helper);
	hostnames->waiting = false;
}

void hostnames_begin(struct hostnames *hostnames, struct context *context)
{
	hostnames->context = context;
	hostnames->at = 0;
}

static void set_name(struct hostnames *hostnames, struct ns *ns, const char *name)
{
	ns->hostname = graph_text_copy(hostnames->context->builder, name, strlen(name));
}

/* Asks about @ns, which is behind @fd; closes that.
 * Returns 1 when there will be an answer, 0, or -errno when no helper can be started. */
static int ask(struct hostnames *hostnames, const struct ns *ns, int fd)
{
	int r = fd < 0 ? 0 : hostnames_start(hostnames);

	if (fd >= 0 && r == 0)
		r = hostname_helper_ask(hostnames->helper, fd, ns->id.ino) == 0;
	close_fd(&fd);
	return r;
}

/* Asks about the namespace of @uts, unless its name is known at once.  Returns as ask. */
static int begin_member(struct hostnames *hostnames, const struct ns_member *uts)
{
	struct utsname machine;

	if (uts->ns->hostname)
		return 0;
	if (uts->ns->id.ino == hostnames->own_ino) {
		if (uname(&machine) == 0)
			set_name(hostnames, uts->ns, machine.nodename);
		return 0;
	}
	return ask(hostnames, uts->ns, places_open_member(hostnames->context, uts->ns, uts->pid));
}

/* The same for a namespace that may have no members, by the first place where it can be opened. */
static int begin_place(struct hostnames *hostnames, const struct ns_place *place)
{
	if (place->ns->id.type != NS_UTS || ns_notes(place->ns)->member || place->ns->hostname)
		return 0;
	return ask(hostnames, place->ns, places_open(hostnames->context, place));
}

/* Members come first, then places; @number is below the count of both. */
static int begin_one(struct hostnames *hostnames, size_t number)
{
	const struct context *context = hostnames->context;

	if (number < context->uts.count)
		return begin_member(hostnames, &context->uts.items[number]);
	return begin_place(hostnames, &context->places[number - context->uts.count]);
}

static struct ns *asked_ns(const struct context *context, size_t number)
{
	return number < context->uts.count ? context->uts.items[number].ns
	                                   : context->places[number - context->uts.count].ns;
}

int hostnames_step(struct hostnames *hostnames, uint64_t until_us)
{
	struct context *context = hostnames->context;
	size_t count = context->uts.count + context->place_count;

	/* At least one, however short the slice. */
	for (bool first = true; hostnames->at < count; first = false) {
		struct uts_names names;
		int r = hostnames->waiting;

		if (!first && clock_us() >= until_us)
			return 0;
		if (!hostnames->waiting)
			r = begin_one(hostnames, hostnames->at);
		if (r < 0)
			return r;
		if (r > 0) {
			r = hostname_helper_answer(hostnames->helper, until_us, &names);
			hostnames->waiting = r == 0;
			if (r == 0)
				return 0;
			if (r == 1)
				set_name(hostnames, asked_ns(context, hostnames->at), names.node);
		}
		hostnames->at++;
	}
	return 1;
}
