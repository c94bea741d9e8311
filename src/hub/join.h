/*
 * join -- which cluster a facet belongs to, and facets that wait for theirs.
 *
 * By name and namespace the join's value is a KEY. By tag and claim an index is kept of
 * the clusters of each source, of the keys that some facet joins on only; where several
 * clusters have the same value the first that had it keeps the facet. Orphans wait in
 * buckets by their join's value.
 */
#ifndef HUB_JOIN_H
#define HUB_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include "hub/facet.h"

struct joins {
    struct fleet *fleet;
    struct facet_store *store;
    const uint32_t *attaches; /* by source: bits of sources whose clusters it may attach
                                 to, its own too */
    uint32_t *orphans;        /* buckets by text number: head of a list of facets */
    uint32_t orphan_buckets, orphan_count;
    uint32_t source_orphans[FLEET_SOURCES];
    struct join_entry *entries; /* (source, kind, key, value) → slot */
    uint32_t entry_capacity, entry_count, entry_used;
    uint32_t *keys; /* tag and claim keys that are joined on, as kind << 31 | number */
    size_t key_capacity;
    uint32_t key_count;
};

void joins_init(struct joins *joins, struct fleet *fleet, struct facet_store *store,
    const uint32_t *attaches);
void joins_release(struct joins *joins);

/* The cluster that the facet belongs to now; FLEET_NONE. Not for inventory. */
uint32_t join_find(struct joins *joins, const struct facet *facet);

/* The cluster of that source that has this KEY, or this tag or claim; FLEET_NONE. */
uint32_t join_by_key(const struct joins *joins, uint32_t source, uint32_t value);
uint32_t join_by_piece(
    const struct joins *joins, uint32_t source, const struct piece *piece);

/* True if tags or claims of that key have begun to be joined on: join_learn every
 * inventory facet. */
bool join_want(struct joins *joins, const struct facet *facet);
void join_learn(
    struct joins *joins, const struct facet *inventory); /* it is there, attached */
void join_forget(
    struct joins *joins, const struct facet *inventory); /* before it goes or changes */

void orphan_add(struct joins *joins, uint32_t index);
void orphan_remove(struct joins *joins, uint32_t index);

/* Orphans that wait for that text, one after the other: *at starts as FACET_NONE. They
 * may be removed meanwhile if the caller asks for the next one first. FACET_NONE at the
 * end. */
uint32_t orphan_next(const struct joins *joins, uint32_t value, uint32_t at);

#endif
