/* join -- see join.h. */
#include "hub/join.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define CLAIM_BIT 0x80000000u

struct join_entry {
    uint32_t key;   /* with CLAIM_BIT; 0 free */
    uint32_t value; /* text; held by the facet that has it */
    uint32_t slot;  /* FLEET_NONE: a grave */
    uint32_t source;
};

void
joins_init(struct joins *joins, struct fleet *fleet, struct facet_store *store,
    const uint32_t *attaches)
{
    memset(joins, 0, sizeof *joins);
    joins->fleet = fleet;
    joins->store = store;
    joins->attaches = attaches;
}

void
joins_release(struct joins *joins)
{
    for (uint32_t i = 0; i < joins->key_count; i++)
        intern_drop(joins->fleet->intern, joins->keys[i] & ~CLAIM_BIT);
    free(joins->orphans);
    free(joins->entries);
    free(joins->keys);
    memset(joins, 0, sizeof *joins);
}

static uint32_t
mix(uint32_t source, uint32_t key, uint32_t value)
{
    uint64_t h = ((uint64_t)key << 32 | value) ^ ((uint64_t)source << 27);

    h *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

/* Its entry, or where it would go; NULL when the table is empty. */
static struct join_entry *
entry_find(const struct joins *joins, uint32_t source, uint32_t key, uint32_t value)
{
    uint32_t mask = joins->entry_capacity - 1;
    uint32_t at = mix(source, key, value) & mask;

    if (!joins->entry_capacity)
        return NULL;
    while (joins->entries[at].key) {
        struct join_entry *entry = &joins->entries[at];

        if (entry->key == key && entry->value == value && entry->source == source)
            return entry;
        at = (at + 1) & mask;
    }
    return &joins->entries[at];
}

static void
entries_grow(struct joins *joins)
{
    struct join_entry *old = joins->entries;
    uint32_t capacity = joins->entry_capacity;

    if ((joins->entry_used + 1) * 4 < capacity * 3)
        return;
    joins->entry_capacity = 64;
    while (joins->entry_capacity < joins->entry_count * 4)
        joins->entry_capacity *= 2;
    joins->entries = mem_zero(joins->entry_capacity, sizeof *joins->entries);
    joins->entry_used = joins->entry_count;
    for (uint32_t i = 0; i < capacity; i++)
        if (old[i].key && old[i].slot != FLEET_NONE)
            *entry_find(joins, old[i].source, old[i].key, old[i].value) = old[i];
    free(old);
}

uint32_t
join_by_key(const struct joins *joins, uint32_t source, uint32_t value)
{
    const struct fleet *fleet = joins->fleet;
    struct str name = str_from(fleet->sources[source].name);
    struct str key = intern_str(fleet->intern, value);
    char id[sizeof fleet->sources[0].name + CLUSTER_ID_BYTES + 2];
    int length = snprintf(id, sizeof id, "%.*s:%.*s", STR_ARG(name), STR_ARG(key));

    return fleet_find(fleet, (struct str){ id, (size_t)length });
}

static uint32_t
key_of(const struct piece *piece)
{
    if (piece->kind == PIECE_TAG)
        return piece->a;
    return piece->kind == PIECE_CLAIM ? piece->a | CLAIM_BIT : 0;
}

uint32_t
join_by_piece(const struct joins *joins, uint32_t source, const struct piece *piece)
{
    uint32_t key = key_of(piece);
    const struct join_entry *entry =
        key ? entry_find(joins, source, key, piece->b) : NULL;

    return entry && entry->key ? entry->slot : FLEET_NONE;
}

static uint32_t
find_in(struct joins *joins, const struct facet *facet, uint32_t source)
{
    const struct piece *key = facet_piece(facet, PIECE_JOIN, 0);
    const struct join_entry *entry;

    if (facet->join == JOIN_NAME || facet->join == JOIN_NAMESPACE)
        return join_by_key(joins, source, facet->join_value);
    if (!key || !key->a)
        return FLEET_NONE;
    entry = entry_find(joins, source,
        key->a | (facet->join == JOIN_CLAIM ? CLAIM_BIT : 0), facet->join_value);
    return entry && entry->key ? entry->slot : FLEET_NONE;
}

uint32_t
join_find(struct joins *joins, const struct facet *facet)
{
    uint32_t slot = FLEET_NONE;

    if (!facet->join_value)
        return FLEET_NONE;
    /* Its own source first; the others in the order of hub.yaml. */
    slot = find_in(joins, facet, facet->source);
    for (uint32_t i = 0; i < joins->fleet->source_count && slot == FLEET_NONE; i++)
        if (i != facet->source && joins->attaches[facet->source] >> i & 1)
            slot = find_in(joins, facet, i);
    return slot;
}

static bool
is_wanted(const struct joins *joins, uint32_t key)
{
    for (uint32_t i = 0; i < joins->key_count; i++)
        if (joins->keys[i] == key)
            return true;
    return false;
}

bool
join_want(struct joins *joins, const struct facet *facet)
{
    const struct piece *piece = facet_piece(facet, PIECE_JOIN, 0);
    uint32_t key;

    if (!piece || !piece->a)
        return false;
    key = piece->a | (facet->join == JOIN_CLAIM ? CLAIM_BIT : 0);
    if (is_wanted(joins, key))
        return false;
    joins->keys = mem_grow(
        joins->keys, &joins->key_capacity, joins->key_count + 1, sizeof *joins->keys);
    joins->keys[joins->key_count++] = key;
    intern_keep(joins->fleet->intern, piece->a);
    return true;
}

void
join_learn(struct joins *joins, const struct facet *inventory)
{
    for (uint32_t i = 0; joins->key_count && i < inventory->piece_count; i++) {
        const struct piece *piece = &inventory->pieces[i];
        uint32_t key = key_of(piece);
        struct join_entry *entry;

        if (!key || !piece->b || !is_wanted(joins, key))
            continue;
        entries_grow(joins);
        entry = entry_find(joins, inventory->source, key, piece->b);
        if (entry->key && entry->slot != FLEET_NONE)
            continue;
        joins->entry_used += !entry->key;
        joins->entry_count++;
        *entry = (struct join_entry){ key, piece->b, inventory->slot, inventory->source };
    }
}

void
join_forget(struct joins *joins, const struct facet *inventory)
{
    for (uint32_t i = 0; joins->entry_count && i < inventory->piece_count; i++) {
        const struct piece *piece = &inventory->pieces[i];
        uint32_t key = key_of(piece);
        struct join_entry *entry =
            key ? entry_find(joins, inventory->source, key, piece->b) : NULL;

        if (!entry || !entry->key || entry->slot != inventory->slot)
            continue;
        entry->slot = FLEET_NONE;
        joins->entry_count--;
    }
}

static uint32_t
bucket_of(const struct joins *joins, uint32_t value)
{
    return (value * 2654435769u) & (joins->orphan_buckets - 1);
}

static void
orphan_link(struct joins *joins, uint32_t index)
{
    struct facet *facet = facet_at(joins->store, index);
    uint32_t *head = &joins->orphans[bucket_of(joins, facet->join_value)];

    facet->next = *head;
    *head = index;
}

static void
orphans_grow(struct joins *joins)
{
    uint32_t *old = joins->orphans;
    uint32_t count = joins->orphan_buckets;

    if (joins->orphan_count < count)
        return;
    joins->orphan_buckets = count ? count * 2 : 64;
    joins->orphans = mem_alloc(joins->orphan_buckets * sizeof *joins->orphans);
    memset(joins->orphans, 0xff, joins->orphan_buckets * sizeof *joins->orphans);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t at = old[i], next; at != FACET_NONE; at = next) {
            next = facet_at(joins->store, at)->next;
            orphan_link(joins, at);
        }
    free(old);
}

void
orphan_add(struct joins *joins, uint32_t index)
{
    struct facet *facet = facet_at(joins->store, index);

    orphans_grow(joins);
    facet->slot = FLEET_NONE;
    orphan_link(joins, index);
    joins->orphan_count++;
    joins->source_orphans[facet->source]++;
}

void
orphan_remove(struct joins *joins, uint32_t index)
{
    struct facet *facet = facet_at(joins->store, index);
    uint32_t *link = &joins->orphans[bucket_of(joins, facet->join_value)];

    while (*link != index)
        link = &facet_at(joins->store, *link)->next;
    *link = facet->next;
    facet->next = FACET_NONE;
    joins->orphan_count--;
    joins->source_orphans[facet->source]--;
}

uint32_t
orphan_next(const struct joins *joins, uint32_t value, uint32_t at)
{
    if (!joins->orphan_buckets || !value)
        return FACET_NONE;
    at = at == FACET_NONE ? joins->orphans[bucket_of(joins, value)]
                          : facet_at(joins->store, at)->next;
    while (at != FACET_NONE && facet_at(joins->store, at)->join_value != value)
        at = facet_at(joins->store, at)->next;
    return at;
}
