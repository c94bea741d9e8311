/*
 * summary -- what a source is worth, out of what its reflectors say: its phase, its
 * fault, how fresh it is. An inventory counts before facets.
 */
#ifndef HUB_SOURCE_SUMMARY_H
#define HUB_SOURCE_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fleet/fleet.h"
#include "hub/source/reflector.h"

struct summary {
    uint32_t inventory, loaded, waiting; /* of the inventory */
    uint32_t pending;                    /* of all: neither loaded nor in trouble */
    const struct reflector *fault, *warning;
    bool inventory_fault;
    const struct err *discovery;  /* its fault, or NULL */
    int64_t wake_ms;              /* monotonic, of the first that waits */
    int64_t oldest_ms, newest_ms; /* last bytes: of inventory that is loaded, of any */
    uint64_t events, errors;
};

void summary_init(struct summary *summary);
void summary_add(struct summary *summary, const struct reflector *reflector,
    bool inventory, int64_t heard_ms); /* heard_ms: hub time of its last byte */
void summary_add_discovery(
    struct summary *summary, const struct err *fault, int64_t due_ms);

struct summary_clock { /* now, in hub time and in that of reflectors */
    int64_t wall_ms, monotonic_ms;
};

/* Into the source's status; true if phase or fault are others than before. Logs that. */
bool summary_show(const struct summary *summary, struct summary_clock clock,
    const char *name, struct fleet_source *status);

#endif
