/*
 * upstream -- a simulated store as Open Cluster Management has it: the two objects that
 * its API server would send. Written from what the store is and how it fares, not from
 * the simulator's facts.
 */
#ifndef HELPER_UPSTREAM_H
#define HELPER_UPSTREAM_H

#include "base/buf.h"
#include "hub/source/store.h"

/* What the company keeps in annotations: `fields:` of its source in hub.yaml. */
extern const char upstream_fields[];

/* "store-0007", or its work "store-0007/retail-stack", as JSON on one line. */
void upstream_print(enum store_resource resource, const struct store *store,
    const struct store_traits *traits, uint32_t number, struct buf *out);

#endif
