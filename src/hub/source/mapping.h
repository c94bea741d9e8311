/*
 * mapping -- an upstream object into a fact, by a dialect's rules.
 *
 * A struct mapping is a reusable place: what mapping_map leaves in its fact is borrowed
 * from the object and from the mapping, until either changes. Nothing is allocated.
 */
#ifndef HUB_SOURCE_MAPPING_H
#define HUB_SOURCE_MAPPING_H

#include <jansson.h>

#include "base/err.h"
#include "fleet/fact.h"
#include "hub/source/dialect.h"

#define MAPPING_NAME_BYTES 253 /* of a name, of a namespace: what Kubernetes allows */
#define MAPPING_SCRATCH    32  /* texts of a fact that had to be printed */

struct mapping {
    struct fact fact;
    char object[2 * MAPPING_NAME_BYTES + 2];
    char reasons[AXES][CLUSTER_REASON_BYTES];
    char scratch[MAPPING_SCRATCH + 1][SCALAR_BYTES];
    uint32_t scratch_used;
};

/*
 * False and ERR_INPUT: the object has no name, or one that is too long or holds a control
 * character; the fact is then worth nothing. Fields that cannot be read are left out.
 */
bool mapping_map(struct mapping *mapping, const struct dialect_resource *resource,
    uint32_t index, const json_t *object, struct err *err);

/* The object's name in its resource alone, for what is gone; borrowed as above. */
bool mapping_name(struct mapping *mapping, const struct dialect_resource *resource,
    const json_t *object, struct str *name, struct err *err);

/* Add all that the two above read of an object. */
void mapping_outline(const struct dialect_resource *resource, struct outline *outline);

#endif
