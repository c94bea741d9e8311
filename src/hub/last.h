/*
 * last -- the last known fleet, as cache.db has it, held in memory from the opening of
 * the cache until the sources are there to whom its rows belong.
 */
#ifndef HUB_LAST_H
#define HUB_LAST_H

#include "hub/cache.h"
#include "hub/model.h"

struct last;

struct last *last_load(struct cache *cache); /* blocks; never NULL */
void last_free(struct last *last);

/* The name of its first source that had clusters, or NULL. */
const char *last_source_name(const struct last *last);

/* Rows into the model, how fresh they were into its sources. A row that cannot be is a
 * log line. */
void last_restore(const struct last *last, struct model *model);

#endif
