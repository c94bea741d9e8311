/*
 * dimension -- something clusters differ in, by name: a field of the field table or a
 * tag. Groups, colours, columns and sort orders are all chosen by one. A bare name in the
 * field table is the field, any other a tag; `tag.NAME` is always the tag (decisions.md
 * 4). Plain data, no fleet is needed to make one.
 */
#ifndef CONSOLE_PANEL_DIMENSION_H
#define CONSOLE_PANEL_DIMENSION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"
#include "fleet/field.h"

#define DIMENSION_BYTES 128

struct dimension {
    const struct field *field;  /* NULL: a tag, or nothing */
    char name[DIMENSION_BYTES]; /* as it was given, "" for none */
    char tag[DIMENSION_BYTES];  /* the tag's key, "" for a field */
};

/* False if the name is empty, too long, or has characters that no tag key has. */
bool dimension_parse(struct dimension *dimension, struct str name);
bool dimension_is_none(const struct dimension *dimension);
bool dimension_same(const struct dimension *a, const struct dimension *b);

/* Tag keys and enum fields name groups; a number or an age as a group would be one group
 * a cluster. */
bool dimension_groups(const struct dimension *dimension);

/* The number of the tag's key in the fleet, 0 if no cluster has it. */
uint32_t dimension_key(const struct dimension *dimension, const struct fleet *fleet);

/* The value as text, appended; false and nothing if the cluster has none. */
bool dimension_print(const struct dimension *dimension, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, struct buf *out);

/* A selector term that selects just those clusters: region=west-coast, !region. */
void dimension_term(
    const struct dimension *dimension, struct str value, bool known, struct buf *out);

#endif
