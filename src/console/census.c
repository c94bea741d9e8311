/* census -- which tags are worth grouping by. */
#include "console/census.h"

#include <stdlib.h>
#include <string.h>

/* What people group by when they can. */
static const char *const favourites[] = { "region", "zone", "site", "country", "state",
    "environment", "env", "cloud", NULL };

struct candidate {
    struct dimension dimension;
    int favourite;
    uint32_t covered, values;
};

static int
order_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->favourite != right->favourite)
        return left->favourite - right->favourite;
    if (left->covered != right->covered)
        return left->covered > right->covered ? -1 : 1;
    if (left->values != right->values)
        return left->values < right->values ? -1 : 1;
    return strcmp(left->dimension.name, right->dimension.name);
}

static int
favourite(const char *key)
{
    int place = 0;

    while (favourites[place] && strcmp(favourites[place], key) != 0)
        place++;
    return place;
}

/* Words that a field has already are said with `tag.` in front. */
static bool
name_tag(struct dimension *dimension, const char *key)
{
    struct buf name = { 0 };
    bool ok = false;

    if (field_find(str_from(key)))
        buf_add_text(&name, "tag.");
    buf_add_text(&name, key);
    ok = dimension_parse(dimension, buf_str(&name));
    buf_release(&name);
    return ok;
}

static bool
consider(
    const struct fleet *fleet, const struct census_row *key, struct candidate *candidate)
{
    struct census_row *values = NULL;
    uint32_t count = fleet_tag_values(fleet, key->text, &values);

    candidate->values = count && values[count - 1].without ? count - 1 : count;
    free(values);
    candidate->covered = key->count;
    candidate->favourite = favourite(intern_text(fleet->intern, key->text));
    return candidate->values >= 2 && candidate->values <= CENSUS_VALUES &&
           name_tag(&candidate->dimension, intern_text(fleet->intern, key->text));
}

uint32_t
census_groups(const struct fleet *fleet, struct dimension groups[CENSUS_KEYS])
{
    struct candidate candidates[CENSUS_KEYS];
    struct census_row *keys = NULL;
    uint32_t key_count = fleet_tag_keys(fleet, &keys), count = 0;

    memset(candidates, 0, sizeof(candidates));
    for (uint32_t i = 0; i < key_count && count < CENSUS_KEYS - 1; i++)
        if (consider(fleet, &keys[i], &candidates[count]))
            count++;
    free(keys);
    qsort(candidates, count, sizeof(candidates[0]), order_candidates);
    for (uint32_t i = 0; i < count; i++)
        groups[i] = candidates[i].dimension;
    return count;
}

void
census_choose(const struct fleet *fleet, struct dimension group[SCENE_LEVELS])
{
    struct dimension groups[CENSUS_KEYS];

    memset(group, 0, sizeof(group[0]) * SCENE_LEVELS);
    if (census_groups(fleet, groups) > 0)
        group[0] = groups[0];
    else if (fleet->source_count > 1)
        dimension_parse(&group[0], STR("source"));
}
