/*
 * rule -- how one field of a fact is read: rules in order, the first that holds and
 * yields something wins.
 *
 *   - when: {condition: Available, is: "True"}     all conditions of a list hold
 *     value: up                                    or from: PATH, or sum: [PATH, …]
 *
 * Which fields there are is the table of rule.c; the grammar is docs/dialects.md.
 */
#ifndef HUB_SOURCE_RULE_H
#define HUB_SOURCE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"
#include "fleet/axis.h"
#include "hub/source/path.h"
#include "hub/source/when.h"

#define RULE_WHENS 8  /* conditions of one rule */
#define RULE_PATHS 8  /* in from: and sum: */
#define RULE_CUTS  4  /* in after: */
#define RULE_WORDS 32 /* in map: */
#define RULES      32 /* of one field */
#define FIELDS     64 /* of one resource */

enum target {            /* a field of a fact */
    TARGET_CONNECTIVITY, /* the axes in the order of enum axis */
    TARGET_HEALTH,
    TARGET_SYNC,
    TARGET_DESIRED, /* + layer */
    TARGET_ACTUAL = TARGET_DESIRED + LAYERS,
    TARGET_GPU_MODEL = TARGET_ACTUAL + LAYERS,
    TARGET_TIMEZONE,
    TARGET_PLACE,
    TARGET_TAG, /* "tag.NAME" */
    TARGET_NODES_READY,
    TARGET_NODES_TOTAL,
    TARGET_GPUS,
    TARGET_LATITUDE,
    TARGET_LONGITUDE,
    TARGET_HEARTBEAT_MISSES,
    TARGET_HEARTBEAT_EVERY,
    TARGET_HEARTBEAT,
    TARGET_PENDING_SINCE,
    TARGET_UPSTREAM_AT,
    TARGETS
};

enum target_kind { KIND_AXIS, KIND_TEXT, KIND_NUMBER, KIND_DURATION, KIND_TIME };

enum target_kind target_kind(enum target target);

struct word { /* of map: */
    char *from, *to;
};

struct rule {
    struct when whens[RULE_WHENS];
    uint32_t when_count;
    char *value; /* constant; NULL: from paths */
    struct path *paths[RULE_PATHS];
    uint32_t path_count;
    bool sum;
    char *before; /* what stands before its first occurrence, or all */
    char **after; /* one by one what stands behind the last; nothing where it is not */
    struct word *words;
    uint32_t word_count;
    struct path *reason_from; /* of an axis: one of these two, or the condition's */
    char *reason;             /* {} is what a * in the conditions stood for */
    struct path *since_from;
    bool since_observed; /* since: observed */
};

struct field_rules {
    enum target target;
    char *tag; /* of TARGET_TAG */
    struct rule *rules;
    uint32_t count;
};

/* `fields:` as a map of field to rules, yours: fields_free. False: nothing to free. */
bool fields_read(const struct rule_reader *reader, const struct yaml *yaml,
    struct field_rules **fields, uint32_t *count, struct err *err);
void fields_free(struct field_rules *fields, uint32_t count);

/* Add all that the fields' rules read. */
void fields_outline(
    const struct field_rules *fields, uint32_t count, struct outline *outline);

/* A text as a length of time: 60s, or a plain number of seconds. */
bool duration_parse(struct str text, int64_t *duration_ms);

#endif
