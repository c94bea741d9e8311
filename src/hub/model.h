/*
 * model -- the hub's memory of the fleet: turns what sources say into rows, and time into
 * facts (decisions.md 2, 8 to 11, 14). Implements struct sink. Pure: its clock is given,
 * it does no I/O.
 *
 * A source's object is kept as a compact facet. Facets find their cluster by their join,
 * at once or when it comes (until then they are orphans, counted in the source's row). A
 * change of facets merges the cluster's row anew: one owner a facet, by the order of the
 * sources; of several works the worst. Changes go to the feed.
 *
 * The deadlines of promised heartbeats live here: model_tick acts on those that have
 * passed, model_next_ms says when it is due. While a source is silent the clocks of its
 * clusters stand still.
 */
#ifndef HUB_MODEL_H
#define HUB_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fact.h"
#include "fleet/fleet.h"
#include "hub/feed.h"

#define MODEL_CLUSTERS        200000  /* a source; more are refused and counted */
#define MODEL_FACETS          1000000 /* a source, with orphans */
#define MODEL_CLUSTER_FACETS  64
#define MODEL_RESOURCES       64 /* a source */
#define MODEL_SUSPECT_PERCENT 20
#define MODEL_DETECTION_MS                                                               \
    300000 /* in which a mass loss is one; longer where a promise is */

struct model;

struct model_options {
    struct feed *feed;
    int64_t (*now_ms)(void *user); /* hub time */
    /* A cluster's row changed (also: is new) or it went. May be NULL. */
    void (*changed)(void *user, uint32_t slot);
    void (*gone)(void *user, struct str id);
    /* For a cluster that has just come: the open window that covers it. May be NULL. */
    bool (*window)(void *user, struct str id, struct str *window, int64_t *until_ms);
    /* A source told of its state. May be NULL. */
    void (*status)(void *user, uint32_t source);
    void *user;
};

struct model_source {
    const char *name, *kind;
    bool simulated;
    uint32_t attaches; /* bit N: its facets may attach to clusters of source N too */
};

struct model *model_new(const struct model_options *options);
void model_free(struct model *model);

/* In the order of hub.yaml. Its index, or FLEET_NONE: ERR_LIMIT, ERR_CONFLICT. */
uint32_t model_add_source(
    struct model *model, const struct model_source *source, struct err *err);
struct fleet_source *model_source(const struct model *model, uint32_t index);
/* While it has no clusters; false if it has, or if the name is taken. */
bool model_rename_source(struct model *model, uint32_t index, const char *name);
/* It was last heard then, by an earlier hub. */
void model_heard(struct model *model, uint32_t index, int64_t fresh_ms);
const struct fleet *model_fleet(const struct model *model);
struct sink *model_sink(struct model *model);

int64_t model_next_ms(const struct model *model); /* INT64_MAX: nothing is waited for */
void model_tick(struct model *model);

/* A window covers the cluster, or (empty) does not any more. Unknown clusters: nothing
 * happens. */
void model_cover(struct model *model, struct str id, struct str window, int64_t until_ms);

/* From cache.db, before any source starts: a row_print text. It stands until its source
 * is synced. */
bool model_restore(
    struct model *model, struct str row, uint8_t held_health, struct err *err);
uint8_t model_held_health(
    const struct model *model, uint32_t slot); /* enum health, of when it was last up */

/* What is known of one cluster beyond its row: its facets, as the members of a JSON
 * object without braces. */
void model_print_details(const struct model *model, uint32_t slot,
    const char *(*resource_name)(void *user, uint32_t source, uint32_t resource),
    void *user, struct buf *out);

struct model_stats {
    uint64_t facts, merges, refused; /* refused: past a ceiling */
    uint32_t facets, orphans;
};
struct model_stats model_stats(const struct model *model);

#endif
