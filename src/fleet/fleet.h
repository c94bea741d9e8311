/*
 * fleet -- clusters by slot and by id, with the texts they share. The hub's model owns
 * one, a console's mirror another.
 *
 * A slot is a small number that stays while its cluster is there and is reused only after
 * fleet_reuse: the hub says when every subscriber has passed the tombstone; a mirror says
 * so at once.
 */
#ifndef FLEET_FLEET_H
#define FLEET_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "fleet/buckets.h"
#include "fleet/cluster.h"

#define FLEET_NONE     UINT32_MAX
#define FLEET_SOURCES  32
#define FLEET_CLUSTERS 1000000

struct fleet_source { /* what a row's source is worth right now */
    char name[64];
    char kind[32]; /* kubernetes, simulated */
    char dialect[64];
    char phase[24];             /* discovering, loading, synced, retrying, failed */
    char fault[256];            /* safe text, "" if none */
    char suspect[256];          /* the one line of a mass loss, "" if none */
    int64_t fresh_ms;           /* its watch's last byte, hub time; 0 never */
    int64_t since_ms;           /* in this phase since */
    int64_t retry_ms;           /* next try at, hub time; 0 none */
    uint32_t clusters, orphans; /* orphans: facets that found no cluster */
    uint64_t events, errors;
    int64_t promise_ms; /* silence longer than this is stale */
    bool synced, simulated;
    bool kept; /* not loaded since the hub's start: its clusters are as last known */
};

struct fleet {
    struct intern *intern;
    struct cluster *clusters; /* by slot */
    uint8_t *used;            /* by slot: 1 holds a cluster */
    uint32_t ceiling;         /* slots are below this */
    uint32_t count;
    struct fleet_source sources[FLEET_SOURCES];
    uint32_t source_count;
    uint64_t keys_version; /* grows whenever a cluster comes or goes */
    /* fleet.c's own: */
    uint32_t capacity;
    struct buckets ids, keys; /* slots by id, and by KEY whatever the source */
    uint32_t *unused;         /* slots free for use */
    size_t unused_count, unused_capacity;
};

struct fleet *fleet_new(void);
void fleet_free(struct fleet *fleet);

uint32_t fleet_find(const struct fleet *fleet, struct str id); /* FLEET_NONE */

/* Find, or add with cluster_init, id and source set. FLEET_NONE if the id is not
 * SOURCE:KEY within CLUSTER_ID_BYTES and without controls, or FLEET_CLUSTERS are there.
 * Clusters may move: pointers that fleet_at gave are void. */
uint32_t fleet_touch(struct fleet *fleet, struct str id);
struct cluster *fleet_at(const struct fleet *fleet, uint32_t slot); /* NULL if empty */
void fleet_remove(struct fleet *fleet, uint32_t slot); /* out of use until fleet_reuse */
void fleet_reuse(struct fleet *fleet, uint32_t slot);  /* ignores what was not removed */
void fleet_clear(struct fleet *fleet);                 /* every cluster and source */

/* Is nothing new heard of it: silent past its promise, failing for more than a moment, or
 * never started? */
bool source_is_silent(const struct fleet_source *source, int64_t now_ms);

struct fleet_source *fleet_source(const struct fleet *fleet, struct str name); /* NULL */

/* NULL when FLEET_SOURCES are there, or the name does not fit. */
struct fleet_source *fleet_touch_source(struct fleet *fleet, struct str name);
void fleet_remove_source(struct fleet *fleet, uint32_t at); /* the rest move up */

/* Last heard of, milliseconds: the cluster's own, or its source's freshness while it is
 * up. 0 never. */
int64_t fleet_seen_ms(const struct fleet *fleet, const struct cluster *cluster);

/* KEY where no other source has the same KEY, the id otherwise. Borrowed. */
struct str fleet_display_name(const struct fleet *fleet, const struct cluster *cluster);

/* Does any cluster carry that tag? A walk over the fleet, unless no text of it is the
 * key. */
bool fleet_has_tag(const struct fleet *fleet, struct str key);

/* Tag census: every tag key with how many clusters have it; values of one key likewise.
 * In natural order. Answers how many rows; the caller frees *rows. */
struct census_row {
    uint32_t text; /* number of the key or value; 0 is the empty value */
    uint32_t count;
    bool without; /* this row counts those without the key; the last, if there are any */
};
uint32_t fleet_tag_keys(const struct fleet *fleet, struct census_row **rows);
uint32_t fleet_tag_values(
    const struct fleet *fleet, uint32_t key, struct census_row **rows);

#endif
