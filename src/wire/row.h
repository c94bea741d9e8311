/*
 * row -- the one wire form of a cluster (decisions.md 13): a flat JSON object. null is
 * "not known", never 0.
 *
 * {"id":"ocm:store-0042","name":"store-0042","source":"ocm","tags":{"region":"west-coast"},
 *  "connectivity":{"value":"up","reason":"ManagedClusterAvailable","since":"2026-11-23T10:00:00Z"},
 *  "health":{…},"sync":{…},"maintenance":null | {"id":"mw-…","until":"…"},
 *  "state":"healthy","beneath":"healthy","reason":"","since":"…","seen":null | "…",
 *  "versions":{"model":{"desired":"3.2","actual":"3.1"}},"nodes":{"ready":2,"total":3},
 *  "gpus":{"count":2,"model":"L4"},"location":{"latitude":45.52,"longitude":-122.68,"timezone":"…","place":"…"}}
 *
 * seen null while the cluster is up: then it is as fresh as its source.
 */
#ifndef WIRE_ROW_H
#define WIRE_ROW_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fleet.h"

#define ROW_LIMIT_BYTES 65536
#define ROW_TEXT_BYTES  1024 /* of a reason, a version, a place */

void row_print(const struct fleet *fleet, const struct cluster *cluster,
    struct buf *out); /* one line, no newline */

/*
 * Into the fleet: the slot it touched, or FLEET_NONE with the fleet unchanged: ERR_INPUT
 * naming the member, ERR_LIMIT if the fleet is full. *change (may be NULL) says what
 * became of the slot.
 */
enum row_change { ROW_SAME, ROW_CHANGED, ROW_ADDED };
uint32_t row_parse(
    struct fleet *fleet, struct str text, enum row_change *change, struct err *err);

#endif
