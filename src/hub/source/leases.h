/*
 * leases -- the heartbeats of clusters that somebody looks at, and of no others: read one
 * by one, at most LEASES_MOST, for as long as looking goes on. They are details: they
 * change no fact and no revision.
 */
#ifndef HUB_SOURCE_LEASES_H
#define HUB_SOURCE_LEASES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "hub/source/dialect.h"
#include "net/http.h"
#include "net/loop.h"

#define LEASES_MOST     50
#define LEASES_AT_ONCE  4     /* requests */
#define LEASES_EVERY_MS 10000 /* each is read anew so often */
#define LEASES_LOOK_MS  30000 /* a look lasts so long */

struct leases;

struct leases *leases_new(struct loop *loop, struct http *http);
void leases_free(struct leases *leases);

/* From now on these keys, and no others. inventory: where they may come from, by form. */
struct leases_look {
    const struct dialect_resource *const *inventory; /* with a lease; NULL-ended */
    const struct str *keys;
    uint32_t count;
};
void leases_look_at(struct leases *leases, const struct leases_look *look);

/* "lease":{…} of the key, nothing if nothing is known. */
void leases_print(const struct leases *leases, struct str key, struct buf *out);

/* What a Lease object says, at the server's own time: false, and why, if it says nothing.
 */
struct beat {
    int64_t renewed_ms, every_ms;
    int64_t missed; /* beats that were due since */
};
bool beat_read(struct beat *beat, struct str body, int64_t now_ms, struct err *err);

#endif
