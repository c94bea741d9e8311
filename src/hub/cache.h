/*
 * cache -- cache.db: the last known fleet, so that a hub whose upstream is dead still has
 * a picture. May be deleted.
 *
 * Rows are marked by slot and printed only when they are written, some hundred at a time
 * on the loop, then stored in the pool: marks of one cluster coalesce and memory is a bit
 * each. synchronous NORMAL. Whatever is wrong with the file is one log line and a fresh
 * file, or no cache at all; only a `simulated` stamp of the other kind refuses the open.
 */
#ifndef HUB_CACHE_H
#define HUB_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "net/loop.h"

#define CACHE_VERSION  1
#define CACHE_DELAY_MS 30000 /* from the first mark to the write */
#define CACHE_BATCH    512   /* rows printed in one turn of the loop */

struct cache;

struct cache_row {
    struct str id, source;
    struct str text; /* row_print's */
    uint8_t health;  /* enum health held from when it was last up */
};

struct cache_calls {
    /* The cluster in that slot now: row->text into text, the rest borrowed. False: the
     * slot is empty. */
    bool (*print)(void *user, uint32_t slot, struct cache_row *row, struct buf *text);
    /* A source's line, {"name":…} as source_print makes it; false past the last. May be
     * NULL. */
    bool (*source)(void *user, uint32_t index, struct buf *text);
    void *user;
};

/* Before the journal is made beside it. False: ERR_CONFLICT, the stamp is of the other
 * kind. Changes nothing. */
bool cache_check(const char *path, bool simulated, struct err *err);

/* NULL: ERR_CONFLICT, the stamp is of the other kind. Blocks: before the loop runs. */
struct cache *cache_open(const char *path, bool simulated, struct loop *loop,
    const struct cache_calls *calls, struct err *err);
void cache_close(struct cache *cache); /* writes what is marked, blocking */

/* Blocking, once, before the first mark: every row (false from row: skip it with a log
 * line), then every source. */
uint32_t cache_load(struct cache *cache,
    bool (*row)(void *user, const struct cache_row *row),
    void (*source)(void *user, struct str text), void *user);

void cache_put(struct cache *cache, uint32_t slot); /* it changed */
void cache_remove(struct cache *cache, struct str id);
void cache_put_sources(struct cache *cache); /* some source's line changed */
void cache_flush(struct cache *cache);       /* write what is marked so far, at once */
bool cache_dirty(const struct cache *cache);

#endif
