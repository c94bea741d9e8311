/* census -- which tags a fleet has, and how many clusters carry each. */
#include <stdlib.h>

#include "base/mem.h"
#include "fleet/fleet.h"

struct counted { /* a row with its text, to sort by */
    struct str text;
    struct census_row row;
};

static int
order_counted(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;

    return str_natural(x->text, y->text);
}

/* Rows in natural order from counts by number; `present[0]` stands for the empty text. */
static uint32_t
collect(const struct fleet *fleet, const uint32_t *counts, uint32_t without,
    struct census_row **rows)
{
    uint32_t ceiling = intern_ceiling(fleet->intern), found = 0;
    struct counted *list = NULL;
    size_t capacity = 0;

    for (uint32_t number = 0; number < ceiling; number++) {
        if (!counts[number])
            continue;
        list = mem_grow(list, &capacity, found + 1, sizeof *list);
        list[found++] = (struct counted){ intern_str(fleet->intern, number),
            { number, counts[number], false } };
    }
    if (found)
        qsort(list, found, sizeof *list, order_counted);
    *rows = mem_zero(found + 1, sizeof **rows);
    for (uint32_t i = 0; i < found; i++)
        (*rows)[i] = list[i].row;
    if (without)
        (*rows)[found++] = (struct census_row){ 0, without, true };
    free(list);
    return found;
}

bool
fleet_has_tag(const struct fleet *fleet, struct str key)
{
    uint32_t number = intern_find(fleet->intern, key);

    for (uint32_t slot = 0; number && slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && cluster_tag(cluster, number))
            return true;
    }
    return false;
}

uint32_t
fleet_tag_keys(const struct fleet *fleet, struct census_row **rows)
{
    uint32_t *counts = mem_zero(intern_ceiling(fleet->intern), sizeof *counts);
    uint32_t found;

    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        for (uint8_t i = 0; cluster && i < cluster->tag_count; i++)
            counts[cluster->tags[i].key]++;
    }
    found = collect(fleet, counts, 0, rows);
    free(counts);
    return found;
}

uint32_t
fleet_tag_values(const struct fleet *fleet, uint32_t key, struct census_row **rows)
{
    uint32_t *counts = mem_zero(intern_ceiling(fleet->intern), sizeof *counts);
    uint32_t found, with = 0;

    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);
        const struct tag *tag = cluster ? cluster_tag(cluster, key) : NULL;

        if (!tag)
            continue;
        counts[tag->value]++;
        with++;
    }
    found = collect(fleet, counts, fleet->count - with, rows);
    free(counts);
    return found;
}
