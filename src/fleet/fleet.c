/* fleet -- clusters by slot and by id, with the texts they share. */
#include "fleet/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define MOMENT_MS 10000 /* a watch that is asked for anew is no failure yet */

enum { SLOT_EMPTY, SLOT_USED, SLOT_REMOVED };

static uint64_t
hash_number(uint32_t number)
{
    uint64_t hash = (number + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

    return (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
}

struct fleet *
fleet_new(void)
{
    struct fleet *fleet = mem_zero(1, sizeof *fleet);

    fleet->intern = intern_new();
    return fleet;
}

void
fleet_clear(struct fleet *fleet)
{
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++)
        if (fleet->used[slot] == SLOT_USED)
            free(fleet->clusters[slot].tags);
    /* All texts at once: one by one would close a gap in the table for each. */
    intern_free(fleet->intern);
    fleet->intern = intern_new();
    buckets_release(&fleet->ids);
    buckets_release(&fleet->keys);
    free(fleet->clusters);
    free(fleet->used);
    fleet->clusters = NULL;
    fleet->used = NULL;
    fleet->capacity = fleet->ceiling = fleet->count = 0;
    fleet->unused_count = 0;
    fleet->source_count = 0;
    fleet->keys_version++;
}

void
fleet_free(struct fleet *fleet)
{
    if (!fleet)
        return;
    fleet_clear(fleet);
    intern_free(fleet->intern);
    free(fleet->unused);
    free(fleet);
}

uint32_t
fleet_find(const struct fleet *fleet, struct str id)
{
    uint32_t number = intern_find(fleet->intern, id);
    struct walk walk;

    if (!number)
        return FLEET_NONE;
    for (uint32_t slot = buckets_first(&fleet->ids, hash_number(number), &walk);
         slot != BUCKETS_NONE; slot = buckets_next(&fleet->ids, &walk))
        if (fleet->clusters[slot].id == number)
            return slot;
    return FLEET_NONE;
}

static uint32_t
take_slot(struct fleet *fleet)
{
    if (fleet->unused_count)
        return fleet->unused[--fleet->unused_count];
    if (fleet->ceiling == fleet->capacity) {
        /* A quarter more, not twice as much: this is most of a console's memory. */
        fleet->capacity = fleet->ceiling + fleet->ceiling / 4 + 64;
        fleet->clusters =
            mem_resize(fleet->clusters, fleet->capacity, sizeof *fleet->clusters);
        fleet->used = mem_resize(fleet->used, fleet->capacity, sizeof *fleet->used);
    }
    return fleet->ceiling++;
}

static bool
id_is_sound(struct str id)
{
    const char *colon = id.length ? memchr(id.at, ':', id.length) : NULL;

    return colon && colon > id.at && colon + 1 < id.at + id.length &&
           id.length <= CLUSTER_ID_BYTES && text_is_valid(id) && !text_has_control(id);
}

/* How many clusters have that key. A source gives each key once, so more than there can
 * be sources is nonsense that would make the table slow. */
static uint32_t
count_key(const struct fleet *fleet, struct str key)
{
    struct walk walk;
    uint32_t count = 0;

    for (uint32_t slot =
             buckets_first(&fleet->keys, intern_hash(fleet->intern, key), &walk);
         slot != BUCKETS_NONE; slot = buckets_next(&fleet->keys, &walk))
        if (str_same(cluster_key(&fleet->clusters[slot], fleet->intern), key))
            count++;
    return count;
}

uint32_t
fleet_touch(struct fleet *fleet, struct str id)
{
    uint32_t slot = fleet_find(fleet, id);
    struct cluster *cluster;
    struct str source, key = id;

    if (slot != FLEET_NONE)
        return slot;
    if (fleet->count >= FLEET_CLUSTERS || !id_is_sound(id))
        return FLEET_NONE;
    str_split(&key, ':', &source);
    if (count_key(fleet, key) >= FLEET_SOURCES)
        return FLEET_NONE;
    slot = take_slot(fleet);
    cluster = &fleet->clusters[slot];
    cluster_init(cluster);
    cluster->id = intern_touch(fleet->intern, id);
    cluster->source = intern_touch(fleet->intern, source);
    fleet->used[slot] = SLOT_USED;
    fleet->count++;
    fleet->keys_version++;
    buckets_add(&fleet->ids, slot, hash_number(cluster->id));
    buckets_add(&fleet->keys, slot, intern_hash(fleet->intern, key));
    return slot;
}

struct cluster *
fleet_at(const struct fleet *fleet, uint32_t slot)
{
    if (slot >= fleet->ceiling || fleet->used[slot] != SLOT_USED)
        return NULL;
    return &fleet->clusters[slot];
}

void
fleet_remove(struct fleet *fleet, uint32_t slot)
{
    struct cluster *cluster = fleet_at(fleet, slot);

    if (!cluster)
        return;
    buckets_remove(&fleet->ids, slot, hash_number(cluster->id));
    buckets_remove(&fleet->keys, slot,
        intern_hash(fleet->intern, cluster_key(cluster, fleet->intern)));
    cluster_release(cluster, fleet->intern);
    fleet->used[slot] = SLOT_REMOVED;
    fleet->count--;
    fleet->keys_version++;
}

void
fleet_reuse(struct fleet *fleet, uint32_t slot)
{
    if (slot >= fleet->ceiling || fleet->used[slot] != SLOT_REMOVED)
        return;
    fleet->used[slot] = SLOT_EMPTY;
    fleet->unused = mem_grow(fleet->unused, &fleet->unused_capacity,
        fleet->unused_count + 1, sizeof *fleet->unused);
    fleet->unused[fleet->unused_count++] = slot;
}

struct fleet_source *
fleet_source(const struct fleet *fleet, struct str name)
{
    for (uint32_t i = 0; i < fleet->source_count; i++)
        if (str_is(name, fleet->sources[i].name))
            return (struct fleet_source *)&fleet->sources[i];
    return NULL;
}

struct fleet_source *
fleet_touch_source(struct fleet *fleet, struct str name)
{
    struct fleet_source *source = fleet_source(fleet, name);

    if (source)
        return source;
    if (fleet->source_count >= FLEET_SOURCES || !name.length ||
        name.length >= sizeof source->name)
        return NULL;
    source = &fleet->sources[fleet->source_count++];
    *source = (struct fleet_source){ 0 };
    memcpy(source->name, name.at, name.length);
    return source;
}

void
fleet_remove_source(struct fleet *fleet, uint32_t at)
{
    if (at >= fleet->source_count)
        return;
    fleet->source_count--;
    memmove(&fleet->sources[at], &fleet->sources[at + 1],
        (fleet->source_count - at) * sizeof *fleet->sources);
}

bool
source_is_silent(const struct fleet_source *source, int64_t now_ms)
{
    if (source->fresh_ms && source->promise_ms > 0 &&
        now_ms - source->fresh_ms > source->promise_ms)
        return true;
    if (strcmp(source->phase, "failed") == 0)
        return true;
    if (!source->fault[0] || strcmp(source->phase, "retrying") != 0)
        return false;
    return !source->fresh_ms || source->kept || now_ms - source->since_ms > MOMENT_MS;
}

int64_t
fleet_seen_ms(const struct fleet *fleet, const struct cluster *cluster)
{
    const struct fleet_source *source;

    if (cluster->seen_s)
        return (int64_t)cluster->seen_s * 1000;
    if (cluster->axes[AXIS_CONNECTIVITY].value != CONNECTIVITY_UP)
        return 0;
    source = fleet_source(fleet, intern_str(fleet->intern, cluster->source));
    return source ? source->fresh_ms : 0;
}

struct str
fleet_display_name(const struct fleet *fleet, const struct cluster *cluster)
{
    struct str key = cluster_key(cluster, fleet->intern);

    return count_key(fleet, key) > 1 ? cluster_id(cluster, fleet->intern) : key;
}
