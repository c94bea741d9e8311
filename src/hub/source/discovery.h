/*
 * discovery -- which of the resources that dialects know a server has, and in which
 * version. A step machine: it says what to GET next and is given the answers. Aggregated
 * discovery where the server has it, the classic documents elsewhere.
 */
#ifndef HUB_SOURCE_DISCOVERY_H
#define HUB_SOURCE_DISCOVERY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hub/source/dialect.h"

#define DISCOVERY_ACCEPT                                                                 \
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"              \
    "application/json"

struct wanted {
    const struct dialect_resource *resource;
    const char *version; /* served, of the resource's own; NULL: not there */
};

struct discovery {
    struct wanted *wanted; /* the caller's */
    uint32_t count;
    json_t *groups; /* the classic list, while its versions are asked for */
    uint32_t at;    /* of wanted, what is asked for next */
    uint32_t version_at;
    bool began, core_done;
    char path[256]; /* what was asked for */
};

void discovery_init(struct discovery *discovery, struct wanted *wanted, uint32_t count);
void discovery_release(struct discovery *discovery);

/* What to GET next; NULL: everything is known. Starts from the beginning after a fault.
 */
const char *discovery_next(struct discovery *discovery);

/* The answer to it. False: what is wrong; the next try begins anew. */
bool discovery_answer(
    struct discovery *discovery, int status, struct str body, struct err *err);

#endif
