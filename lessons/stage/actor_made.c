/* The file systems that were made on this stage: no other process has files on them. */
#include "lessons/stage/actor_path.h"
#include "model/base/util.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>

static bool identify(int fd, struct filesystem_identity *ret_identity)
{
	struct stat status;
	struct statfs filesystem;

	if (fstat(fd, &status) < 0 || fstatfs(fd, &filesystem) < 0 ||
	    filesystem.f_type != TMPFS_MAGIC)
		return false;
	ret_identity->device = status.st_dev;
	ret_identity->id = filesystem.f_fsid;
	return true;
}

static bool is_same(const struct filesystem_identity *a, const struct filesystem_identity *b)
{
	return a->device == b->device && memcmp(&a->id, &b->id, sizeof(a->id)) == 0;
}

bool path_filesystem(const char *target, struct filesystem_identity *ret_identity)
{
	autoclose int fd = open(target, O_PATH | O_CLOEXEC);

	return fd >= 0 && identify(fd, ret_identity);
}

bool path_was_made(const struct actor *actor, int fd)
{
	const struct actor_world *world = actor->world;
	struct filesystem_identity identity;

	if (!identify(fd, &identity))
		return false;
	for (size_t i = 0; i < world->made_count; i++) {
		if (is_same(&world->made[i], &identity))
			return true;
	}
	return false;
}

void path_unmade_filesystem(const struct actor *actor, const struct filesystem_identity *identity)
{
	struct actor_world *world = actor->world;

	for (size_t i = 0; i < world->made_count;) {
		if (is_same(&world->made[i], identity))
			world->made[i] = world->made[--world->made_count];
		else
			i++;
	}
}

void path_made_filesystem(const struct actor *actor, const char *target)
{
	struct actor_world *world = actor->world;
	struct filesystem_identity identity;

	if (world->made_count < array_len(world->made) && path_filesystem(target, &identity))
		world->made[world->made_count++] = identity;
}
