/*
 * field -- the one table of what a cluster row has: selector fields, columns, sort keys,
 * and what a map may group by or colour by are all rows of it.
 */
#ifndef FLEET_FIELD_H
#define FLEET_FIELD_H

#include "base/buf.h"
#include "fleet/fleet.h"

enum field_kind {
    FIELD_TEXT, /* compared as text, or as a version where both look like one */
    FIELD_NUMBER,
    FIELD_AGE,  /* milliseconds since a time: seen, since; `<5m` is younger than */
    FIELD_ENUM, /* one of a list of words; number is its place in it */
    FIELD_LIST, /* several values: only whether there are any can be asked */
};

enum field_unit {
    UNIT_NONE,
    UNIT_COUNT,
    UNIT_CELSIUS,
    UNIT_PERCENT,
    UNIT_BYTES,
    UNIT_DURATION,
    UNIT_DEGREES
};

struct field_value {
    bool known;
    struct str text;  /* FIELD_TEXT, FIELD_ENUM: borrowed from the fleet or static */
    double number;    /* FIELD_NUMBER; FIELD_ENUM: place in words */
    int64_t since_ms; /* FIELD_AGE: the time it counts from */
};

struct field {
    const char
        *name; /* "state", "version.model", "version.model.desired", "nodes.ready" */
    const char *title; /* of the column */
    enum field_kind kind;
    enum field_unit unit;
    const char *const *words; /* of FIELD_ENUM, NULL-ended */
    bool always;              /* always known: `state` alone is an error */
    bool groups;              /* a map may group by it */
    bool colours;             /* a map may colour by it */
    uint8_t width;            /* of its column, ideal */
    const char *help;
    /* field.c's own: call field_get and field_print. */
    uint16_t
        offset; /* of the member in struct cluster, where that is all there is to it */
    struct field_value (*get)(const struct field *field, const struct fleet *fleet,
        const struct cluster *cluster);
    void (*print)(
        const struct fleet *fleet, const struct cluster *cluster, struct buf *out);
};

/* Ends with a NULL name: id, name, source, tags, state, connectivity, health, sync, each
 * with .reason and .since, maintenance, versions, version.LAYER[.desired], nodes … */
extern const struct field fields[];

const struct field *field_find(struct str name); /* NULL */
const char *field_suggest(struct str name);      /* nearest name, or NULL */

struct field_value field_get(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster);

/* As a column shows it, safe text: ages relative to now_ms, "-" where unknown. Tags as
 * k=v,k=v. */
void field_print(const struct field *field, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, struct buf *out);

/* Order by a field, unknowns last, ties by natural id. */
int field_order(const struct field *field, const struct fleet *fleet,
    const struct cluster *a, const struct cluster *b);

#endif
