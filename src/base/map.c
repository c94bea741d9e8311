/* map -- see map.h: linear probing, graves where something was removed. */
#include "base/map.h"

#include <stdlib.h>

#include "base/mem.h"

void
map_release(struct map *map)
{
    for (size_t i = 0; i < map->capacity; i++)
        free(map->entries[i].key);
    free(map->entries);
    *map = (struct map){ 0 };
}

/* A grave has no key and a length that is not 0. */
static bool
entry_is_free(const struct map_entry *entry)
{
    return !entry->key && !entry->length;
}

static struct map_entry *
map_entry_of(const struct map *map, struct str key)
{
    if (!map->capacity)
        return NULL;
    for (size_t i = str_hash(key) % map->capacity;; i = (i + 1) % map->capacity) {
        struct map_entry *entry = &map->entries[i];
        if (entry_is_free(entry))
            return NULL;
        if (entry->key && str_same(key, (struct str){ entry->key, entry->length }))
            return entry;
    }
}

static void
map_place(struct map *map, struct map_entry entry)
{
    size_t i = str_hash((struct str){ entry.key, entry.length }) % map->capacity;

    while (map->entries[i].key)
        i = (i + 1) % map->capacity;
    if (entry_is_free(&map->entries[i]))
        map->used++;
    map->entries[i] = entry;
    map->count++;
}

static void
map_rehash(struct map *map)
{
    struct map old = *map;

    map->capacity = old.count * 2 < 16 ? 16 : old.count * 4;
    map->entries = mem_zero(map->capacity, sizeof *map->entries);
    map->count = map->used = 0;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entries[i].key)
            map_place(map, old.entries[i]);
    free(old.entries);
}

void *
map_find(const struct map *map, struct str key)
{
    struct map_entry *entry = map_entry_of(map, key);

    return entry ? entry->value : NULL;
}

void
map_put(struct map *map, struct str key, void *value)
{
    struct map_entry *entry = map_entry_of(map, key);

    if (entry) {
        entry->value = value;
        return;
    }
    if ((map->used + 1) * 4 > map->capacity * 3)
        map_rehash(map);
    map_place(map,
        (struct map_entry){ mem_text_length(key.at, key.length), key.length, value });
}

void *
map_remove(struct map *map, struct str key)
{
    struct map_entry *entry = map_entry_of(map, key);

    if (!entry)
        return NULL;
    void *value = entry->value;
    free(entry->key);
    *entry = (struct map_entry){ .length = 1 };
    map->count--;
    return value;
}

bool
map_next(const struct map *map, size_t *at, struct str *key, void **value)
{
    while (*at < map->capacity) {
        const struct map_entry *entry = &map->entries[(*at)++];
        if (!entry->key)
            continue;
        *key = (struct str){ entry->key, entry->length };
        *value = entry->value;
        return true;
    }
    return false;
}
