/*
 * facet -- one upstream object as the model keeps it: its pieces, texts by number of the
 * fleet's intern. About 60 bytes for a work, more for an inventory object with many tags.
 *
 * The facets of a hub live in a store, by index and by (source, resource, object). A
 * facet is in one list at a time: that of its cluster, in the order that decides who owns
 * what (source, inventory first, resource), or that of its orphans' bucket.
 */
#ifndef HUB_FACET_H
#define HUB_FACET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/fact.h"
#include "fleet/fleet.h"

#define FACET_NONE   UINT32_MAX
#define FACET_PIECES 255

enum piece_kind {
    PIECE_AXIS,     /* at: enum axis; value; a: reason, b: since_s */
    PIECE_VERSION,  /* at: enum layer; a: desired, b: actual */
    PIECE_PENDING,  /* a: pending since, upstream; b: pending since, as first observed */
    PIECE_NODES,    /* a: ready, b: total */
    PIECE_GPUS,     /* a: count, b: model */
    PIECE_PLACE,    /* a: timezone, b: place */
    PIECE_LOCATION, /* a, b: latitude, longitude as bits of a float */
    PIECE_BEAT,     /* at: misses; a: promise_ms, b: last beat, upstream's clock in s */
    PIECE_JOIN,     /* a: the tag or claim to join on */
    PIECE_TAG,      /* a: key, b: value */
    PIECE_CLAIM,
    PIECE_KINDS
};

struct piece {
    uint8_t kind, at, value;
    uint32_t a, b;
};

struct facet {
    uint32_t object;     /* text */
    uint32_t join_value; /* text; of inventory its KEY */
    uint32_t slot;       /* its cluster; FLEET_NONE: an orphan */
    uint32_t next;       /* in its list; FACET_NONE ends */
    uint32_t observed_s, upstream_s;
    uint32_t generation;
    uint16_t resource;
    uint8_t source;
    uint8_t join; /* enum fact_join */
    bool inventory;
    uint8_t piece_count;
    struct piece pieces[];
};

struct facet_store {
    struct intern *intern;
    struct facet **facets; /* by index; NULL free */
    size_t capacity;
    uint32_t ceiling, count;
    uint32_t *unused;
    size_t unused_capacity;
    uint32_t unused_count;
    uint32_t *buckets; /* index + 1 */
    uint32_t bucket_count;
};

void facet_store_init(struct facet_store *store, struct intern *intern);
void facet_store_release(struct facet_store *store);

struct facet *facet_at(const struct facet_store *store, uint32_t index); /* NULL */
uint32_t facet_find(const struct facet_store *store, uint32_t source, uint32_t resource,
    struct str object);

enum facet_change {
    FACET_NEW = 1,
    FACET_VALUES = 2, /* pieces other than tags, claims, joins */
    FACET_TAGS = 4,   /* tags or claims */
    FACET_JOIN = 8,   /* the join: it may belong elsewhere now */
    FACET_BEAT = 16,
};

/* Add or replace it: its index, and what changed as bits of enum facet_change (0: nothing
 * but its age). */
uint32_t facet_put(struct facet_store *store, uint32_t source, const struct fact *fact,
    uint32_t now_s, unsigned *change);
void facet_free(
    struct facet_store *store, uint32_t index); /* it is in no list any more */

const struct piece *facet_piece(
    const struct facet *facet, enum piece_kind kind, uint8_t at); /* NULL */
bool facet_before(const struct facet *a, const struct facet *b);  /* owns before */

#endif
