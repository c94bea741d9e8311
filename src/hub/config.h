/*
 * config -- hub.yaml: where the hub listens, its sources in the order that decides who
 * owns a facet, and who may do what. docs/configuration.md describes it.
 *
 *   fleet: Retail west
 *   sources:
 *     - {name: ocm, kind: kubernetes, kubeconfig: /etc/nocturne/hub.kubeconfig, dialects:
 * [ocm]} bindings:
 *     - {group: noc-west, role: operator, within: region=west}
 *
 * Reading it starts nothing and touches no other file. Every mistake is
 * "FILE:LINE:COLUMN: what, and a hint".
 */
#ifndef HUB_CONFIG_H
#define HUB_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"
#include "fleet/fleet.h"

#define CONFIG_DIALECTS 16 /* of a source */
#define CONFIG_CLUSTERS 200000

struct config_source {
    char name[64]; /* a DNS label, the SOURCE of its clusters' ids */
    char kind[32];
    const char *kubeconfig, *context; /* borrowed from the document, NULL if absent */
    const char *dialects[CONFIG_DIALECTS + 1]; /* NULL-ended; none: every one there is */
    const struct yaml *fields;                 /* overlay, or NULL */
    uint32_t attaches; /* bits of sources whose clusters its facets may attach to */
    uint32_t clusters;
    uint64_t seed;
    double speed;
    const struct yaml *at; /* for messages */
};

struct config_binding {
    char subject[80]; /* user:NAME, group:NAME, uid:N */
    const char *role, *within;
    const struct yaml *at;
};

struct config {
    char *path; /* the file's name in messages */
    const char *name, *fleet, *listen, *state;
    struct config_source *sources;
    uint32_t source_count;
    struct config_binding *bindings;
    uint32_t binding_count;
    struct yaml *document;
};

bool config_read(struct config *config, const char *path, struct err *err);
bool config_parse(
    struct config *config, const char *name, struct str text, struct err *err);
void config_release(struct config *config);

/* What may name a source: letters, digits and '-' inside, at most 63. */
bool dns_label(struct str text);

#endif
