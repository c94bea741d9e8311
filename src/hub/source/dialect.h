/*
 * dialect -- a file that says where one kind of upstream keeps things: which resources it
 * has, which of them are clusters (inventory) and which attach to clusters (facets), and
 * the rules by which each field is read. docs/dialects.md is its description. A user's
 * own CRD is one more file and no C.
 *
 * A dialect is read once into plain structs and never changes, but for dialect_overlay
 * before its first use.
 */
#ifndef HUB_SOURCE_DIALECT_H
#define HUB_SOURCE_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/yaml.h"
#include "fleet/fact.h"
#include "hub/source/path.h"
#include "hub/source/rule.h"

#define DIALECT_NAME_BYTES 32
#define DIALECT_RESOURCES  16
#define DIALECT_VERSIONS   8
#define DIALECT_PAIRS      8  /* sources of tags, of claims */
#define DIALECT_NAMES      64 /* in only: and without: */

struct pairs { /* a map, or a list of {name, value}, that gives tags or claims */
    struct path *from;
    char **only; /* NULL-ended names, a trailing * is any rest; NULL: all */
    char **without;
    char *strip; /* taken off the front of names, or NULL */
};

struct lease {       /* the heartbeat of one cluster, read for those somebody looks at */
    char *namespace; /* "{key}" stands for the cluster's KEY */
    char *name;
};

struct dialect_resource {
    const struct dialect *dialect;
    char *group;     /* "" is the core group */
    char **versions; /* NULL-ended, the best first */
    char *resource;  /* plural */
    char *name;      /* "managedclusters.cluster.open-cluster-management.io" */
    bool inventory;
    bool namespaced_key; /* KEY is NAMESPACE/NAME */
    enum fact_join join; /* of a facet */
    char *join_key;      /* tag's or claim's name, "" */
    struct path *join_from;
    char *conditions; /* path of the list that `condition:` looks into */
    struct pairs tags[DIALECT_PAIRS], claims[DIALECT_PAIRS];
    uint32_t tag_pairs, claim_pairs;
    struct field_rules *fields; /* each field with its rules */
    uint32_t field_count;
    struct lease *lease; /* NULL without */
};

struct dialect {
    char *name;
    char *help;
    char *file; /* where it was read: for messages */
    struct dialect_resource *resources;
    uint32_t resource_count;
};

/* NULL and ERR_INPUT "FILE:LINE:COLUMN: what, and a hint". name: what it must call
 * itself, or NULL. */
struct dialect *dialect_parse(
    const char *file, const char *name, struct str text, struct err *err);
void dialect_free(struct dialect *dialect);

/* dialects/NAME.yaml: the user's folder first, then the copy in the binary. NULL:
 * ERR_NOT_FOUND lists what there is, ERR_INPUT says what is wrong in the file. */
struct dialect *dialect_load(const char *name, struct err *err);
/* The built-in one of that name, whatever the user has; NULL without an err if there is
 * none. */
struct dialect *dialect_load_builtin(const char *name, struct err *err);

/* Names of all dialects there are, the user's and the built-in ones, sorted and
 * NULL-ended; free with texts_free (when.h). */
char **dialect_names(void);

/*
 * A source's own `fields:` over those of the dialect's inventory: a field it names is
 * replaced whole, others stay. False: the dialect is unchanged. file names where `fields`
 * stands.
 */
bool dialect_overlay(struct dialect *dialect, const char *file, const struct yaml *fields,
    struct err *err);

#endif
