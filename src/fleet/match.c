/* match -- does a clause select a cluster? The run over a whole fleet is here, so nothing
 * is allocated. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fleet/clause.h"
#include "fleet/version.h"

enum { /* what the memo says of a text: as a tag's value, and as a cluster's id */
    VALUE_YES = 1,
    VALUE_NO = 2,
    KEY_YES = 4,
    KEY_NO = 8,
};

/* A fleet's tag values are few and shared: each is searched once, then known by its
 * number. */
static void
bind_memo(struct clause *clause, const struct intern *intern)
{
    uint32_t ceiling = intern_ceiling(intern), reused = intern_reused(intern);

    if (clause->memo_reused != reused && clause->memo)
        memset(clause->memo, 0, clause->memo_count);
    clause->memo_reused = reused;
    if (ceiling <= clause->memo_count)
        return;
    clause->memo = mem_resize(clause->memo, ceiling, 1);
    memset(clause->memo + clause->memo_count, 0, ceiling - clause->memo_count);
    clause->memo_count = ceiling;
}

void
clause_bind(struct clause *clause, const struct fleet *fleet)
{
    if (clause->subject == SUBJECT_TEXT) {
        bind_memo(clause, fleet->intern);
        return;
    }
    clause->key_number = intern_find(fleet->intern, str_from(clause->key));
    for (size_t i = 0; i < clause->count; i++) {
        struct clause_value *value = &clause->values[i];

        value->number = intern_find(fleet->intern, value->view);
        if (!value->number && value->view.length)
            value->number = CLAUSE_NOWHERE;
    }
}

bool
clause_is_age(const struct clause *clause)
{
    return clause->subject == SUBJECT_FIELD && clause->field->kind == FIELD_AGE &&
           clause->count;
}

static bool
holds(enum relation relation, int order)
{
    switch (relation) {
    case RELATION_LESS:
        return order < 0;
    case RELATION_LESS_EQUAL:
        return order <= 0;
    case RELATION_MORE:
        return order > 0;
    case RELATION_MORE_EQUAL:
        return order >= 0;
    case RELATION_EQUAL:
    case RELATION_IN:
        return order == 0;
    case RELATION_NOT_EQUAL:
    case RELATION_NOT_IN:
        return order != 0;
    case RELATION_EXISTS:
    case RELATION_ABSENT:
    case RELATION_CONTAINS:
        break;
    }
    return false;
}

static int
order_doubles(double a, double b)
{
    return (a > b) - (a < b);
}

/* A tag is text. Two amounts of one unit compare as amounts, two versions as versions,
 * two words as words; 80 and "abc" do not compare. */
static bool
tag_holds(enum relation relation, struct str text, const struct clause_value *value)
{
    double amount;
    enum field_unit unit;

    if (value->is_amount && amount_parse(text, &amount, &unit))
        return unit == value->unit &&
               holds(relation, order_doubles(amount, value->amount));
    return version_is(text) == version_is(value->view) &&
           holds(relation, version_order(text, value->view));
}

static bool
any_number(const struct clause *clause, uint32_t number)
{
    for (size_t i = 0; i < clause->count; i++)
        if (clause->values[i].number == number)
            return true;
    return false;
}

static bool
match_tag(
    const struct clause *clause, const struct fleet *fleet, const struct cluster *cluster)
{
    const struct tag *tag = cluster_tag(cluster, clause->key_number);

    switch (clause->relation) {
    case RELATION_EXISTS:
        return tag != NULL;
    case RELATION_ABSENT:
        return tag == NULL;
    case RELATION_EQUAL:
    case RELATION_IN:
        return tag && any_number(clause, tag->value);
    case RELATION_NOT_EQUAL:
    case RELATION_NOT_IN:
        return !tag || !any_number(clause, tag->value);
    case RELATION_LESS:
    case RELATION_LESS_EQUAL:
    case RELATION_MORE:
    case RELATION_MORE_EQUAL:
        return tag && tag_holds(clause->relation, intern_str(fleet->intern, tag->value),
                          clause->values);
    case RELATION_CONTAINS:
        break;
    }
    return false;
}

/* Is it one of the values? */
static bool
any_value(const struct clause *clause, const struct field_value *value)
{
    if (clause->field->kind == FIELD_ENUM)
        return clause->words >> (unsigned)value->number & 1;
    for (size_t i = 0; i < clause->count; i++)
        if (clause->field->kind == FIELD_TEXT
                ? str_same(value->text, clause->values[i].view)
                : order_doubles(value->number, clause->values[i].amount) == 0)
            return true;
    return false;
}

static bool
field_holds(const struct clause *clause, const struct field_value *value)
{
    int order = clause->field->kind == FIELD_TEXT
                    ? version_order(value->text, clause->values->view)
                    : order_doubles(value->number, clause->values->amount);

    return holds(clause->relation, order);
}

static bool
match_field(
    const struct clause *clause, const struct fleet *fleet, const struct cluster *cluster)
{
    struct field_value value = field_get(clause->field, fleet, cluster);

    switch (clause->relation) {
    case RELATION_EXISTS:
        return value.known;
    case RELATION_ABSENT:
        return !value.known;
    case RELATION_EQUAL:
    case RELATION_IN:
        return value.known && any_value(clause, &value);
    case RELATION_NOT_EQUAL:
    case RELATION_NOT_IN:
        return !value.known || !any_value(clause, &value);
    case RELATION_LESS:
    case RELATION_LESS_EQUAL:
    case RELATION_MORE:
    case RELATION_MORE_EQUAL:
        return value.known && field_holds(clause, &value);
    case RELATION_CONTAINS:
        break;
    }
    return false;
}

static bool
contains(const struct clause *clause, struct str text, uint32_t number, uint8_t yes)
{
    bool found;

    if (number < clause->memo_count && clause->memo[number] & (yes | yes << 1))
        return clause->memo[number] & yes;
    found = str_contains_folded(text, clause->values->view);
    if (number < clause->memo_count)
        clause->memo[number] |= (uint8_t)(found ? yes : yes << 1);
    return found;
}

static bool
match_text(
    const struct clause *clause, const struct fleet *fleet, const struct cluster *cluster)
{
    if (contains(clause, cluster_key(cluster, fleet->intern), cluster->id, KEY_YES))
        return true;
    for (uint8_t i = 0; i < cluster->tag_count; i++) {
        uint32_t value = cluster->tags[i].value;

        if (value && contains(clause, intern_str(fleet->intern, value), value, VALUE_YES))
            return true;
    }
    return false;
}

bool
clause_match(
    const struct clause *clause, const struct fleet *fleet, const struct cluster *cluster)
{
    switch (clause->subject) {
    case SUBJECT_TAG:
        return match_tag(clause, fleet, cluster);
    case SUBJECT_FIELD:
        return match_field(clause, fleet, cluster);
    case SUBJECT_TEXT:
        return match_text(clause, fleet, cluster);
    }
    return false;
}

bool
clause_match_age(const struct clause *clause, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, int64_t *flip_ms)
{
    struct field_value value = field_get(clause->field, fleet, cluster);
    int64_t edge_ms; /* when the age passes the limit */
    bool passed, young;

    *flip_ms = INT64_MAX;
    if (!value.known)
        return false;
    edge_ms = value.since_ms + (int64_t)clause->values->amount;
    /* `<=` and `>` change one millisecond after the age has reached the limit. */
    if (clause->relation == RELATION_LESS_EQUAL || clause->relation == RELATION_MORE)
        edge_ms++;
    passed = now_ms >= edge_ms;
    young = clause->relation == RELATION_LESS || clause->relation == RELATION_LESS_EQUAL;
    if (!passed)
        *flip_ms = edge_ms;
    return passed != young;
}
