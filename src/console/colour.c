/* colour -- legends and ramps. */
#include "console/colour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define DISTINCT_MOST 512 /* values told apart; all others are "other" */

/* Words of axes keep the colours that they have as states. */
static const struct {
    const char *word;
    enum role role;
} word_roles[] = {
    { "healthy", ROLE_HEALTHY },
    { "up", ROLE_HEALTHY },
    { "synced", ROLE_HEALTHY },
    { "degraded", ROLE_DEGRADED },
    { "blocked", ROLE_DEGRADED },
    { "reverted", ROLE_DEGRADED },
    { "failing", ROLE_DOWN },
    { "down", ROLE_DOWN },
    { "disconnected", ROLE_OFFLINE },
    { "offline", ROLE_OFFLINE },
    { "catching-up", ROLE_CATCHING_UP },
    { "updating", ROLE_UPDATING },
    { "queued", ROLE_ACCENT },
    { "maintenance", ROLE_MAINTENANCE },
    { "unknown", ROLE_UNKNOWN },
    { "never-heard", ROLE_UNKNOWN },
};

struct tally {
    char *text;
    uint32_t value, count;
};

static enum role
role_for(const struct colouring *colouring, const char *text, uint32_t place)
{
    if (colouring->by.field && colouring->by.field->kind == FIELD_ENUM)
        for (size_t i = 0; i < sizeof(word_roles) / sizeof(word_roles[0]); i++)
            if (strcmp(word_roles[i].word, text) == 0)
                return word_roles[i].role;
    return (enum role)(ROLE_CATEGORY_0 + (place > 7 ? 7 : place));
}

static int
order_tallies(const void *a, const void *b)
{
    const struct tally *left = a, *right = b;

    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return str_natural(str_from(left->text), str_from(right->text));
}

static void
tally_add(struct map *map, struct tally *tallies, uint32_t *count, struct str text,
    uint32_t value)
{
    struct tally *tally = map_find(map, text);

    if (!tally) {
        if (*count == DISTINCT_MOST)
            return;
        tally = &tallies[(*count)++];
        tally->text = mem_text_length(text.at ? text.at : "", text.length);
        tally->value = value;
        map_put(map, text, tally);
    }
    tally->count++;
}

/* The most frequent values get the colours; one entry is left for all others. */
static void
settle_categories(struct colouring *colouring, const struct fleet *fleet,
    const struct selection *selection, int64_t now_ms)
{
    struct tally *tallies = mem_zero(DISTINCT_MOST, sizeof(*tallies));
    uint32_t key = dimension_key(&colouring->by, fleet), count = 0;
    struct map map = { 0 };
    struct buf text = { 0 };

    for (uint32_t i = 0; i < selection->count; i++) {
        const struct cluster *cluster = fleet_at(fleet, selection->members[i]);
        const struct tag *tag = cluster && key ? cluster_tag(cluster, key) : NULL;

        buf_clear(&text);
        if (cluster && dimension_print(&colouring->by, fleet, cluster, now_ms, &text))
            tally_add(&map, tallies, &count, buf_str(&text), tag ? tag->value : 0);
    }
    qsort(tallies, count, sizeof(*tallies), order_tallies);
    for (uint32_t i = 0; i < count && i < SCENE_LEGEND - 1; i++) {
        struct legend_entry *entry = &colouring->entries[colouring->entry_count];

        snprintf(entry->text, sizeof(entry->text), "%s", tallies[i].text);
        entry->role = role_for(colouring, tallies[i].text, i);
        entry->count = tallies[i].count;
        colouring->values[colouring->entry_count++] = tallies[i].value;
    }
    for (uint32_t i = 0; i < count; i++)
        free(tallies[i].text);
    free(tallies);
    map_release(&map);
    buf_release(&text);
}

static void
settle_ramp(struct colouring *colouring, const struct fleet *fleet,
    const struct selection *selection, int64_t now_ms)
{
    bool any = false;

    colouring->is_ramp = true;
    for (uint32_t i = 0; i < selection->count; i++) {
        const struct cluster *cluster = fleet_at(fleet, selection->members[i]);
        struct field_value value = { 0 };
        double number = 0;

        if (cluster)
            value = field_get(colouring->by.field, fleet, cluster);
        if (!value.known)
            continue;
        number = colouring->by.field->kind == FIELD_AGE
                     ? (double)(now_ms - value.since_ms)
                     : value.number;
        if (!any || number < colouring->low)
            colouring->low = number;
        if (!any || number > colouring->high)
            colouring->high = number;
        any = true;
    }
}

void
colouring_settle(struct colouring *colouring, const struct fleet *fleet,
    const struct selection *selection, int64_t now_ms)
{
    const struct field *field = colouring->by.field;

    colouring->entry_count = 0;
    colouring->is_ramp = false;
    colouring->low = colouring->high = 0;
    colouring->is_state =
        dimension_is_none(&colouring->by) || (field && strcmp(field->name, "state") == 0);
    if (colouring->is_state)
        return;
    if (field && (field->kind == FIELD_NUMBER || field->kind == FIELD_AGE))
        settle_ramp(colouring, fleet, selection, now_ms);
    else
        settle_categories(colouring, fleet, selection, now_ms);
}

static const char *const turns[] = { "state", "connectivity", "health", "sync", "seen",
    "version.os", "version.kubernetes", "version.addons", "version.app", "version.model",
    "gpu.model", "source" };

#define TURNS (sizeof(turns) / sizeof(turns[0]))

/* Is it not the same for all? */
static bool
tells_apart(const struct dimension *by, const struct fleet *fleet, int64_t now_ms)
{
    struct buf first = { 0 }, other = { 0 };
    bool any = false, apart = false;

    for (uint32_t slot = 0; slot < fleet->ceiling && !apart; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (!cluster)
            continue;
        buf_clear(&other);
        dimension_print(by, fleet, cluster, now_ms, any ? &other : &first);
        apart = any && !str_same(buf_str(&first), buf_str(&other));
        any = true;
    }
    buf_release(&first);
    buf_release(&other);
    return apart;
}

void
colouring_next(const struct dimension *by, const struct fleet *fleet, int64_t now_ms,
    struct dimension *next)
{
    size_t at = 0;

    for (size_t i = 0; i < TURNS; i++)
        if (by->field && strcmp(by->field->name, turns[i]) == 0)
            at = i;
    for (at++; at < TURNS; at++) {
        dimension_parse(next, str_from(turns[at]));
        if (tells_apart(next, fleet, now_ms))
            return;
    }
    dimension_parse(next, str_from(turns[0]));
}
