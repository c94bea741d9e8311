/*
 * scope -- what somebody may see of the fleet, as lists, counts, the stream and sources
 * go by it.
 */
#ifndef HUB_SCOPE_H
#define HUB_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "fleet/fleet.h"

/* What somebody may see. covers is only asked when not `whole`. */
struct scope {
    bool whole;
    char digest[20]; /* equal scopes, equal digests */
    bool (*covers)(void *user, const struct fleet *fleet, const struct cluster *cluster);
    void (*bind)(
        void *user, const struct fleet *fleet); /* before a run of covers; may be NULL */
    void *user;
};

/* Of scope: how many clusters it covers now, in all or (source not 0) of one source. */
uint32_t scope_count(
    const struct scope *scope, const struct fleet *fleet, uint32_t source);
bool scope_covers(
    const struct scope *scope, const struct fleet *fleet, const struct cluster *cluster);
void scope_bind(const struct scope *scope, const struct fleet *fleet);

/* A source as somebody with that scope may see it; false: not at all. */
bool scope_source(const struct scope *scope, const struct fleet *fleet,
    const struct fleet_source *source, struct fleet_source *seen);

#endif
