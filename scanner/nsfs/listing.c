#include "scanner/nsfs/listing.h"

#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/nsfs/nsfs_abi.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AT_ONCE = 512 };

static int compare_ids(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

int listing_take(struct listing *listing)
{
	struct nsfs_list_request request = {.size = sizeof(request)};
	long count;

	listing->count = 0;
	do {
		array_reserve(listing->ids, listing->capacity, listing->count + AT_ONCE);
		count = syscall(NSFS_LISTNS, &request, listing->ids + listing->count, AT_ONCE, 0);
		if (count < 0) {
			listing->count = 0;
			return -errno;
		}
		listing->count += (size_t)count;
		if (count > 0)
			request.id = listing->ids[listing->count - 1];
	} while (count == AT_ONCE);
	qsort(listing->ids, listing->count, sizeof(*listing->ids), compare_ids);
	return 0;
}

bool listing_has(const struct listing *listing, uint64_t id)
{
	return listing->count &&
	       bsearch(&id, listing->ids, listing->count, sizeof(id), compare_ids);
}

static bool is_initial(enum nstype type)
{
	autofree char *path = xasprintf("/proc/self/ns/%s", ns_types[type].name);
	struct stat st;

	return stat(path, &st) == 0 && st.st_ino == ns_types[type].initial_ino;
}

bool listing_is_privileged(void)
{
	return is_initial(NS_USER) && (privileges_effective() & CAP_BIT(CAP_SYS_ADMIN));
}

bool listing_is_whole(void)
{
	return is_initial(NS_PID) && listing_is_privileged();
}

void listing_done(struct listing *listing)
{
	free(listing->ids);
	*listing = (struct listing){.ids = NULL};
}
