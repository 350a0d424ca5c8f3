#include "scanner/users.h"

#include "model/util.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

struct user {
	uid_t uid;
	char *name;         /* NULL where the uid has none */
	const char *copied; /* in the builder of this sweep, NULL until it is asked for */
};

struct user_cache {
	struct graph_builder *builder;
	struct user *users; /* by uid */
	size_t count, room;
	char *text; /* for getpwuid_r */
	size_t text_room;
};

struct user_cache *user_cache_new(void)
{
	return xcalloc(1, sizeof(struct user_cache));
}

void user_cache_free(struct user_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < cache->count; i++)
		free(cache->users[i].name);
	free(cache->users);
	free(cache->text);
	free(cache);
}

void user_cache_begin(struct user_cache *cache, struct graph_builder *builder)
{
	cache->builder = builder;
	for (size_t i = 0; i < cache->count; i++)
		cache->users[i].copied = NULL;
}

/* getpwuid_r(3) with as much room as it wants; a new string, NULL for none. */
static char *look_up(struct user_cache *cache, uid_t uid)
{
	struct passwd entry, *found = NULL;
	int r;

	array_reserve(cache->text, cache->text_room, 1024);
	while ((r = getpwuid_r(uid, &entry, cache->text, cache->text_room, &found)) == ERANGE &&
	       cache->text_room < 1024 * 1024)
		array_reserve(cache->text, cache->text_room, cache->text_room * 2);
	return r == 0 && found ? xstrdup(found->pw_name) : NULL;
}

/* Where @uid is in the cache, or belongs. */
static size_t place_of(const struct user_cache *cache, uid_t uid)
{
	return lower_bound(i, cache->count, cache->users[i].uid < uid);
}

const char *user_cache_name(struct user_cache *cache, uid_t uid)
{
	size_t place = place_of(cache, uid);
	struct user *user;

	if (place == cache->count || cache->users[place].uid != uid) {
		array_reserve(cache->users, cache->room, cache->count + 1);
		memmove(cache->users + place + 1, cache->users + place,
		    (cache->count - place) * sizeof(*cache->users));
		cache->users[place] = (struct user){.uid = uid, .name = look_up(cache, uid)};
		cache->count++;
	}
	user = &cache->users[place];
	if (user->name && !user->copied)
		user->copied = graph_text_copy(cache->builder, user->name, strlen(user->name));
	return user->copied;
}
