/*
 * clause -- one term of a selector: what it looks at, the operator, the values. The
 * selector owns it.
 */
#ifndef FLEET_CLAUSE_H
#define FLEET_CLAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/field.h"
#include "fleet/fleet.h"

enum subject { SUBJECT_TAG, SUBJECT_FIELD, SUBJECT_TEXT };

enum relation {
    RELATION_EXISTS,
    RELATION_ABSENT,
    RELATION_CONTAINS, /* ~ */
    RELATION_EQUAL,
    RELATION_NOT_EQUAL,
    RELATION_LESS,
    RELATION_LESS_EQUAL,
    RELATION_MORE,
    RELATION_MORE_EQUAL,
    RELATION_IN,
    RELATION_NOT_IN,
};

struct clause_value {
    char *text;
    struct str view; /* the same */
    int column;      /* where it stood */
    uint32_t
        number; /* of the bound fleet's intern; CLAUSE_NOWHERE if it has no such text */
    bool is_amount;
    double amount;
    enum field_unit unit;
};

#define CLAUSE_NOWHERE UINT32_MAX

struct clause {
    enum subject subject;
    enum relation relation;
    const struct field *field; /* of SUBJECT_FIELD */
    char *key;                 /* of SUBJECT_TAG */
    uint32_t key_number;       /* bound; 0: the fleet has no such tag */
    int column;
    struct clause_value *values;
    size_t count, capacity;
    uint64_t words; /* of FIELD_ENUM: bit by place */
    uint8_t *memo;  /* of SUBJECT_TEXT: what is known of a text, by number */
    uint32_t memo_count, memo_reused;
};

void clause_release(struct clause *clause);

/* Name what it looks at: a field, or a tag (always, behind "tag."). ERR_INPUT if there
 * can be none of that name. */
bool clause_name(struct clause *clause, struct str name, struct err *err);
bool clause_add(struct clause *clause, struct str value, int column, struct err *err);

/* Can that operator work on that subject with these values? Reads the values' meaning. */
bool clause_check(struct clause *clause, struct err *err);

void clause_bind(struct clause *clause, const struct fleet *fleet);
bool clause_is_age(const struct clause *clause);
bool clause_match(const struct clause *clause, const struct fleet *fleet,
    const struct cluster *cluster);

/* Of an age. *flip_ms: when the answer changes; INT64_MAX if never. */
bool clause_match_age(const struct clause *clause, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, int64_t *flip_ms);

void clause_print(const struct clause *clause, struct buf *out);

#endif
