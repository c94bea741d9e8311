/*
 * sources -- the sources of a hub through its life: made from hub.yaml or from options,
 * started, asked about clusters that somebody looks at, stopped. One that cannot start is
 * shown as failed and stops no other.
 */
#ifndef HUB_SOURCES_H
#define HUB_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hub/config.h"
#include "hub/model.h"
#include "net/kubeconfig.h"
#include "net/loop.h"

#define SOURCES_LOOKED_AT    50    /* clusters */
#define SOURCES_LOOKED_AT_MS 30000 /* since somebody asked */

struct sources;

struct sources *sources_new(struct loop *loop, struct model *model);
void sources_free(struct sources *sources); /* stops them */

/* Each adds to the model; nothing is started yet. */
bool sources_add_config(
    struct sources *sources, const struct config *config, struct err *err);
bool sources_add_simulated(struct sources *sources, uint32_t clusters, uint64_t seed,
    double speed, struct err *err);
/* name NULL: the source takes the name of the dialect that it finds. */
bool sources_add_kubeconfig(struct sources *sources, const char *name, const char *file,
    const char *context, struct err *err);

void sources_start(struct sources *sources);
/* A source told of its state. False from sources_named: a source still finds out what it
 * is called. */
void sources_told(struct sources *sources, uint32_t index);
bool sources_named(const struct sources *sources);
void sources_keep_names(struct sources *sources); /* the names are known outside now */
const char *sources_context(
    const struct sources *sources); /* of the kubeconfig, where there is one; or NULL */

const char *sources_resource_name(
    const struct sources *sources, uint32_t source, uint32_t resource);

/* Somebody looks at that cluster: what is learnt of it so far into details, and learn
 * more. */
void sources_look_at(struct sources *sources, uint32_t slot, struct buf *details);
void sources_look_away(struct sources
        *sources); /* forget whom nobody looks at any more: every few seconds */

/* Everything in hub.yaml that can be said without a network: dialects, overlays,
 * kubeconfigs. */
bool sources_check(const struct config *config, struct err *err);

#endif
