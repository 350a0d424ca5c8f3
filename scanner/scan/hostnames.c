#include "scanner/scan/hostnames.h"

#include "model/base/util.h"
#include "scanner/helper/hostname_helper.h"
#include "scanner/proc/clock.h"
#include "scanner/scan/scan_context.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct hostnames {
	struct hostname_helper *hostname_helper;
	uint64_t own_ino; /* 0 where /proc doesn't tell */
	struct context *context;
	size_t at;    /* in scan->uts, then in its places */
	bool waiting; /* for the answer about that one */
};

int hostnames_new(struct hostnames **ret_hostnames)
{
	struct hostnames *hostnames = xcalloc(1, sizeof(*hostnames));
	int r = hostname_helper_new(&hostnames->hostname_helper);
	struct stat st;

	if (r < 0) {
		free(hostnames);
		return r;
	}
	if (stat("/proc/self/ns/uts", &st) == 0)
		hostnames->own_ino = st.st_ino;
	*ret_hostnames = hostnames;
	return 0;
}

void hostnames_free(struct hostnames *hostnames)
{
	if (!hostnames)
		return;
	hostname_helper_free(hostnames->hostname_helper);
	free(hostnames);
}

pid_t hostnames_helper(const struct hostnames *hostnames)
{
	return hostname_helper_pid(hostnames->hostname_helper);
}

void hostnames_drop(struct hostnames *hostnames)
{
	if (hostnames->waiting)
		hostname_helper_forget(hostnames->hostname_helper);
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

/* Asks about @uts where that is to be done; else its name is known at once.
 * Returns whether an answer must be waited for. */
static bool begin_member(struct hostnames *hostnames, const struct ns_member *uts)
{
	struct utsname machine;

	if (uts->ns->hostname)
		return false;
	if (uts->ns->id.ino == hostnames->own_ino) {
		if (uname(&machine) == 0)
			set_name(hostnames, uts->ns, machine.nodename);
		return false;
	}
	return hostname_helper_ask_uts(hostnames->hostname_helper, uts->pid, uts->ns->id.ino) == 0;
}

/* The same for one that perhaps nobody is in.  The first place that leads to it will do. */
static bool begin_place(struct hostnames *hostnames, const struct ns_place *place)
{
	int fd, r;

	if (place->ns->id.type != NS_UTS || place->ns->seen_by || place->ns->hostname)
		return false;
	fd = places_open(hostnames->context, place);
	if (fd < 0)
		return false;
	r = hostname_helper_ask_uts_fd(hostnames->hostname_helper, fd, place->ns->id.ino);
	close(fd);
	return r == 0;
}

/* What is asked about, members first, then places; @number is below the count of both. */
static bool begin_one(struct hostnames *hostnames, size_t number)
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

bool hostnames_step(struct hostnames *hostnames, uint64_t until_us)
{
	struct context *context = hostnames->context;
	size_t count = context->uts.count + context->place_count;

	/* At least one, however short the slice. */
	for (bool first = true; hostnames->at < count; first = false) {
		struct uts_names names;
		int r;

		if (!first && clock_us() >= until_us)
			return false;
		if (hostnames->waiting || begin_one(hostnames, hostnames->at)) {
			r = hostname_helper_answer(hostnames->hostname_helper, until_us, &names);
			hostnames->waiting = r == 0;
			if (r == 0)
				return false;
			if (r == 1)
				set_name(hostnames, asked_ns(context, hostnames->at), names.node);
		}
		hostnames->at++;
	}
	return true;
}
