/*
 * cluster -- one managed Kubernetes cluster as a row: plain data, texts by number of the
 * fleet's intern. The same struct in hub and console; wire/row prints and parses it.
 * Times are seconds since 1970 UTC, 0 unknown.
 */
#ifndef FLEET_CLUSTER_H
#define FLEET_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "fleet/axis.h"
#include "fleet/intern.h"

#define CLUSTER_TAGS         64 /* more are refused: ERR_LIMIT */
#define CLUSTER_ID_BYTES     512
#define CLUSTER_TAG_BYTES    256 /* of a key, of a value */
#define CLUSTER_REASON_BYTES 256
#define UNKNOWN_COUNT        (-1) /* of nodes and gpus: not known is never 0 */

struct tag {
    uint32_t key, value;
};

struct axis_fact { /* an axis' value with its reason and since when */
    uint32_t reason;
    uint32_t since_s;
    uint8_t value; /* enum connectivity, health or sync */
};

struct versions {
    uint32_t desired, actual;
};

struct cluster {
    uint32_t id;     /* SOURCE:KEY */
    uint32_t source; /* its name */
    struct axis_fact axes[AXES];
    uint32_t maintenance; /* id of the open window that covers it, 0: none */
    uint32_t maintenance_until_s;
    uint32_t reason;  /* why it is in its state */
    uint32_t since_s; /* in its state since */
    uint32_t seen_s;  /* last heard; 0 while up: then as fresh as its source */
    struct versions versions[LAYERS];
    uint32_t gpu_model;
    uint32_t timezone;                /* IANA name */
    uint32_t place;                   /* what people call where it is */
    float latitude, longitude;        /* degrees; NAN unknown */
    int16_t nodes_ready, nodes_total; /* UNKNOWN_COUNT */
    int16_t gpus;
    uint8_t state;   /* enum state: state_of decided it, in the hub */
    uint8_t beneath; /* the state that maintenance covers; equals state otherwise */
    uint8_t tag_count;
    struct tag *tags; /* by key text ascending */
};

void cluster_init(struct cluster *cluster); /* zeros, and unknowns as unknown */
void cluster_release(
    struct cluster *cluster, struct intern *intern); /* drops every text */

/* Of one fleet: do they say the same? */
bool cluster_same(const struct cluster *a, const struct cluster *b);

struct str cluster_id(const struct cluster *cluster, const struct intern *intern);
struct str cluster_key(
    const struct cluster *cluster, const struct intern *intern); /* behind "SOURCE:" */
const struct tag *cluster_tag(
    const struct cluster *cluster, uint32_t key); /* NULL without; value 0 is "" */

/* Set one tag; false if CLUSTER_TAGS are there already. */
bool cluster_set_tag(
    struct cluster *cluster, struct intern *intern, struct str key, struct str value);
void cluster_clear_tags(struct cluster *cluster, struct intern *intern);

#endif
