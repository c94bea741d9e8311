/*
 * source -- the one contract of what reads an upstream into facts. One file a kind, one
 * row in source.c.
 *
 * A source never stops another: whatever goes wrong shows as its own phase, fault and
 * retry time in its struct fleet_source, and heals by itself. It knows nothing above:
 * facts go into a sink.
 */
#ifndef HUB_SOURCE_SOURCE_H
#define HUB_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fleet/fact.h"
#include "fleet/fleet.h"
#include "net/kubeconfig.h"
#include "net/loop.h"

struct dialect;

struct source_options {
    uint32_t index;   /* of the source in the sink */
    const char *name; /* DNS label */
    struct loop *loop;
    struct sink *sink;
    struct fleet_source *status; /* the sink's; the source keeps phase, fault, fresh_ms,
                                    retry_ms, events, errors */
    /* kubernetes: */
    const struct kubeconfig *kubeconfig;
    const struct dialect *const
        *dialects;    /* NULL-ended: tried against discovery; those found are read */
    bool one_dialect; /* only the first of those found */
    /* simulated: */
    uint32_t clusters;
    uint64_t seed;
    double speed;
};

struct source;

struct source_class {
    const char *kind; /* "kubernetes", "simulated" */
    const char *help;
    struct source *(*start)(const struct source_options *options,
        struct err *err);                /* NULL: cannot even try */
    void (*stop)(struct source *source); /* frees it; no fact follows */
    uint32_t (*resources)(const struct source *source);
    const char *(*resource_name)(const struct source *source,
        uint32_t resource); /* "managedclusters.cluster.open-cluster-management.io" */
    /* Details for clusters somebody looks at: called with the keys asked for within the
     * last 30 s. May be NULL. */
    void (*look_at)(struct source *source, const struct str *keys, uint32_t count);
    /* What look_at learnt of a cluster, as one JSON object without braces ("" if
     * nothing): leases, missed beats. */
    void (*details)(const struct source *source, struct str key, struct buf *out);
};

extern const struct source_class *const source_classes[]; /* NULL-ended */
const struct source_class *source_class_find(const char *kind);

#endif
