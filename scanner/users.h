/* Names of users, each looked up once. */
#pragma once

#include "model/graph.h"

#include <sys/types.h>

struct user_cache;

struct user_cache *user_cache_new(void);
void user_cache_free(struct user_cache *cache); /* NULL is fine */

/* From now on names are copied into @builder, borrowed, each once. */
void user_cache_begin(struct user_cache *cache, struct graph_builder *builder);

/* The name of @uid, owned by the builder; NULL where it has none. */
const char *user_cache_name(struct user_cache *cache, uid_t uid);
