#include "scanner/hostnames.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/prober.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

enum { AGAIN_MAX = 64 }; /* a sweep; about 3 ms */

struct hostnames {
	struct prober *prober;
	uint64_t own_ino; /* 0 where /proc doesn't tell */
	struct sweep *sweep;
	size_t at;       /* in sweep->uts */
	bool waiting;    /* for the answer about that one */
	size_t known;    /* how many the graph before had */
	size_t known_at; /* how many of them came before at */
	size_t turn;     /* the first of the known whose turn it is to be asked again */
};

int hostnames_new(struct hostnames **ret_hostnames)
{
	struct hostnames *hostnames = xcalloc(1, sizeof(*hostnames));
	int r = prober_new(&hostnames->prober);
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
	prober_free(hostnames->prober);
	free(hostnames);
}

void hostnames_begin(struct hostnames *hostnames, struct sweep *sweep)
{
	/* The answer of a sweep that was dropped would be taken for that of another question. */
	if (hostnames->waiting)
		prober_forget(hostnames->prober);
	hostnames->waiting = false;
	hostnames->sweep = sweep;
	hostnames->at = 0;
	hostnames->known_at = 0;
	if (hostnames->known > AGAIN_MAX)
		hostnames->turn = (hostnames->turn + AGAIN_MAX) % hostnames->known;
	hostnames->known = 0;
	for (size_t i = 0; i < sweep->uts_count; i++)
		if (graph_builder_before(sweep->builder, sweep->uts[i].ns))
			hostnames->known++;
}

static void set_name(struct hostnames *hostnames, struct ns *ns, const char *name)
{
	ns->hostname = graph_text_copy(hostnames->sweep->builder, name, strlen(name));
}

/* Asks about @uts where that is to be done; else its name is known at once.
 * Returns whether an answer must be waited for. */
static bool begin_one(struct hostnames *hostnames, const struct uts_member *uts)
{
	const struct ns *before = graph_builder_before(hostnames->sweep->builder, uts->ns);
	struct utsname machine;

	if (uts->ns->id.ino == hostnames->own_ino) {
		if (before)
			hostnames->known_at++;
		if (uname(&machine) == 0)
			set_name(hostnames, uts->ns, machine.nodename);
		return false;
	}
	if (before) {
		size_t place = hostnames->known_at++;

		if (before->hostname)
			set_name(hostnames, uts->ns, before->hostname);
		place = (place + hostnames->known - hostnames->turn % hostnames->known) %
		        hostnames->known;
		if (place >= AGAIN_MAX)
			return false;
	}
	return prober_ask_uts(hostnames->prober, uts->pid, uts->ns->id.ino) == 0;
}

bool hostnames_step(struct hostnames *hostnames, uint64_t until_us)
{
	struct sweep *sweep = hostnames->sweep;

	/* At least one, however short the slice. */
	for (bool first = true; hostnames->at < sweep->uts_count; first = false) {
		const struct uts_member *uts = &sweep->uts[hostnames->at];
		struct uts_names names;
		int r;

		if (!first && clock_us() >= until_us)
			return false;
		if (hostnames->waiting || begin_one(hostnames, uts)) {
			r = prober_answer(hostnames->prober, until_us, &names);
			hostnames->waiting = r == 0;
			if (r == 0)
				return false;
			if (r == 1)
				set_name(hostnames, uts->ns, names.node);
		}
		hostnames->at++;
	}
	return true;
}
