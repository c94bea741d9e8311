/*
 * fact -- what a source says of one upstream object, normalised. Everything in it is
 * borrowed for the call.
 *
 * An inventory fact creates its cluster; a facet attaches to one by its join. Absent
 * members say nothing: they never clear what another facet owns.
 */
#ifndef FLEET_FACT_H
#define FLEET_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "fleet/axis.h"
#include "fleet/cluster.h"

enum fact_join { JOIN_NAME, JOIN_NAMESPACE, JOIN_TAG, JOIN_CLAIM };

struct fact_axis {
    bool known;
    uint8_t value;
    struct str
        reason;       /* upstream's words: machine reason, then message if it says more */
    int64_t since_ms; /* 0: since it is observed */
};

struct fact_version {
    bool known;
    struct str desired, actual; /* empty: not known */
};

struct fact_tag {
    struct str key, value;
};

struct fact {
    uint32_t resource; /* index of the source's resource, see source_resource */
    struct str object; /* unique in the resource: NAME or NAMESPACE/NAME */
    bool inventory;
    enum fact_join join;   /* of a facet */
    struct str join_key;   /* the tag or claim to look at */
    struct str join_value; /* KEY, namespace, tag's value … that must equal */
    struct fact_axis axes[AXES];
    int64_t pending_since_ms; /* the desired was set at: tells catching-up from updating;
                                 0 unknown */
    struct fact_version versions[LAYERS];
    struct fact_tag tags[CLUSTER_TAGS];
    uint32_t tag_count;
    uint32_t tags_dropped;                /* past the ceiling: counted, never silent */
    struct fact_tag claims[CLUSTER_TAGS]; /* only what a dialect asks for, to join on */
    uint32_t claim_count;
    bool nodes_known, gpus_known;
    int16_t nodes_ready, nodes_total, gpus;
    struct str gpu_model, timezone, place;
    bool location_known;
    float latitude, longitude;
    int64_t heartbeat_ms; /* last beat, upstream's clock; 0: the upstream gives its own
                             verdict */
    int64_t promise_ms;   /* a beat is due this often; the hub calls it disconnected after
                             `misses` */
    int misses;
    int64_t upstream_ms; /* upstream's time of the object, 0 unknown */
};

/*
 * The sink: where a source puts facts. The hub's model implements it; a replay test has
 * another. Loading goes by generation: begin, put …, end. Only end sweeps what the
 * generation did not mention; abort sweeps nothing. put outside of a load is a live
 * change.
 */
struct sink {
    void (*begin)(struct sink *sink, uint32_t source, uint32_t resource);
    void (*put)(struct sink *sink, uint32_t source, const struct fact *fact);
    void (*drop)(
        struct sink *sink, uint32_t source, uint32_t resource, struct str object);
    void (*end)(struct sink *sink, uint32_t source, uint32_t resource);
    void (*abort)(struct sink *sink, uint32_t source, uint32_t resource);
    void (*status)(struct sink *sink,
        uint32_t source); /* the source's struct fleet_source changed */
};

#endif
