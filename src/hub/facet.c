/* facet -- see facet.h. */
#include "hub/facet.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

struct pack { /* a facet being made */
    struct intern *intern;
    struct piece pieces[FACET_PIECES];
    uint32_t count;
};

void
facet_store_init(struct facet_store *store, struct intern *intern)
{
    memset(store, 0, sizeof *store);
    store->intern = intern;
}

static bool
has_text_a(enum piece_kind kind)
{
    return kind == PIECE_AXIS || kind == PIECE_VERSION || kind == PIECE_PLACE ||
           kind == PIECE_JOIN || kind == PIECE_TAG || kind == PIECE_CLAIM;
}

static bool
has_text_b(enum piece_kind kind)
{
    return kind == PIECE_VERSION || kind == PIECE_GPUS || kind == PIECE_PLACE ||
           kind == PIECE_TAG || kind == PIECE_CLAIM;
}

static void
pieces_drop(struct intern *intern, const struct piece *pieces, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (has_text_a(pieces[i].kind))
            intern_drop(intern, pieces[i].a);
        if (has_text_b(pieces[i].kind))
            intern_drop(intern, pieces[i].b);
    }
}

static void
facet_release(struct facet_store *store, struct facet *facet)
{
    pieces_drop(store->intern, facet->pieces, facet->piece_count);
    intern_drop(store->intern, facet->object);
    intern_drop(store->intern, facet->join_value);
    free(facet);
}

void
facet_store_release(struct facet_store *store)
{
    for (uint32_t i = 0; i < store->ceiling; i++)
        if (store->facets[i])
            facet_release(store, store->facets[i]);
    free(store->facets);
    free(store->unused);
    free(store->buckets);
    memset(store, 0, sizeof *store);
}

struct facet *
facet_at(const struct facet_store *store, uint32_t index)
{
    return index < store->ceiling ? store->facets[index] : NULL;
}

static uint32_t
hash_of(uint32_t source, uint32_t resource, uint32_t object)
{
    uint64_t h = ((uint64_t)object << 16) ^ ((uint64_t)resource << 8) ^ source;

    h *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

static uint32_t
home(const struct facet_store *store, const struct facet *facet)
{
    return hash_of(facet->source, facet->resource, facet->object) &
           (store->bucket_count - 1);
}

static void
bucket_put(struct facet_store *store, uint32_t index)
{
    uint32_t at = home(store, store->facets[index]);

    while (store->buckets[at])
        at = (at + 1) & (store->bucket_count - 1);
    store->buckets[at] = index + 1;
}

static void
buckets_grow(struct facet_store *store)
{
    if ((store->count + 1) * 4 < store->bucket_count * 3)
        return;
    free(store->buckets);
    store->bucket_count = store->bucket_count ? store->bucket_count * 2 : 64;
    store->buckets = mem_zero(store->bucket_count, sizeof *store->buckets);
    for (uint32_t i = 0; i < store->ceiling; i++)
        if (store->facets[i])
            bucket_put(store, i);
}

/* Linear probing without graves: what follows moves up where it may. */
static void
bucket_remove(struct facet_store *store, uint32_t index)
{
    uint32_t mask = store->bucket_count - 1;
    uint32_t hole = home(store, store->facets[index]);

    while (store->buckets[hole] != index + 1)
        hole = (hole + 1) & mask;
    for (uint32_t at = (hole + 1) & mask; store->buckets[at]; at = (at + 1) & mask) {
        uint32_t wants = home(store, store->facets[store->buckets[at] - 1]);

        if (((at - wants) & mask) < ((at - hole) & mask))
            continue;
        store->buckets[hole] = store->buckets[at];
        hole = at;
    }
    store->buckets[hole] = 0;
}

uint32_t
facet_find(const struct facet_store *store, uint32_t source, uint32_t resource,
    struct str object)
{
    uint32_t number = intern_find(store->intern, object);
    uint32_t mask = store->bucket_count - 1;

    if (!number || !store->bucket_count)
        return FACET_NONE;
    for (uint32_t at = hash_of(source, resource, number) & mask; store->buckets[at];
         at = (at + 1) & mask) {
        const struct facet *facet = store->facets[store->buckets[at] - 1];

        if (facet->object == number && facet->source == source &&
            facet->resource == resource)
            return store->buckets[at] - 1;
    }
    return FACET_NONE;
}

const struct piece *
facet_piece(const struct facet *facet, enum piece_kind kind, uint8_t at)
{
    for (uint32_t i = 0; i < facet->piece_count; i++)
        if (facet->pieces[i].kind == kind && facet->pieces[i].at == at)
            return &facet->pieces[i];
    return NULL;
}

bool
facet_before(const struct facet *a, const struct facet *b)
{
    if (a->source != b->source)
        return a->source < b->source;
    if (a->inventory != b->inventory)
        return a->inventory;
    return a->resource < b->resource;
}

/* Outsiders' text, cut at a ceiling and never within a rune. */
static uint32_t
text_touch(struct intern *intern, struct str text, size_t limit)
{
    if (text.length > limit) {
        text.length = limit;
        while (text.length && ((unsigned char)text.at[text.length] & 0xc0) == 0x80)
            text.length--;
    }
    return intern_touch(intern, text);
}

static struct piece *
pack_add(struct pack *pack, enum piece_kind kind, uint8_t at)
{
    struct piece *piece = &pack->pieces[pack->count++];

    memset(piece, 0, sizeof *piece);
    piece->kind = (uint8_t)kind;
    piece->at = at;
    return piece;
}

static uint32_t
seconds(int64_t ms)
{
    return ms <= 0 ? 0 : ms / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ms / 1000);
}

static void
pack_axes(struct pack *pack, const struct fact *fact)
{
    for (int axis = 0; axis < AXES; axis++) {
        const struct fact_axis *from = &fact->axes[axis];
        struct piece *piece;

        if (!from->known)
            continue;
        piece = pack_add(pack, PIECE_AXIS, (uint8_t)axis);
        piece->value = from->value;
        piece->a = text_touch(pack->intern, from->reason, CLUSTER_REASON_BYTES);
        piece->b = seconds(from->since_ms);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
        const struct fact_version *from = &fact->versions[layer];
        struct piece *piece;

        if (!from->known)
            continue;
        piece = pack_add(pack, PIECE_VERSION, (uint8_t)layer);
        piece->a = text_touch(pack->intern, from->desired, CLUSTER_TAG_BYTES);
        piece->b = text_touch(pack->intern, from->actual, CLUSTER_TAG_BYTES);
    }
}

static uint32_t
float_bits(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t
count_bits(int16_t count)
{
    return (uint32_t)(int32_t)count;
}

static void
pack_values(struct pack *pack, const struct fact *fact)
{
    struct piece *piece;

    if (fact->nodes_known) {
        piece = pack_add(pack, PIECE_NODES, 0);
        piece->a = count_bits(fact->nodes_ready);
        piece->b = count_bits(fact->nodes_total);
    }
    if (fact->gpus_known) {
        piece = pack_add(pack, PIECE_GPUS, 0);
        piece->a = count_bits(fact->gpus);
        piece->b = text_touch(pack->intern, fact->gpu_model, CLUSTER_TAG_BYTES);
    }
    if (fact->timezone.length || fact->place.length) {
        piece = pack_add(pack, PIECE_PLACE, 0);
        piece->a = text_touch(pack->intern, fact->timezone, CLUSTER_TAG_BYTES);
        piece->b = text_touch(pack->intern, fact->place, CLUSTER_TAG_BYTES);
    }
    if (fact->location_known) {
        piece = pack_add(pack, PIECE_LOCATION, 0);
        piece->a = float_bits(fact->latitude);
        piece->b = float_bits(fact->longitude);
    }
    if (fact->promise_ms > 0) {
        piece = pack_add(pack, PIECE_BEAT,
            (uint8_t)(fact->misses < 1     ? 1
                      : fact->misses > 255 ? 255
                                           : fact->misses));
        piece->a =
            fact->promise_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)fact->promise_ms;
        piece->b = seconds(fact->heartbeat_ms);
    }
    if (!fact->inventory && (fact->join == JOIN_TAG || fact->join == JOIN_CLAIM))
        pack_add(pack, PIECE_JOIN, 0)->a =
            text_touch(pack->intern, fact->join_key, CLUSTER_TAG_BYTES);
}

static void
pack_tags(
    struct pack *pack, enum piece_kind kind, const struct fact_tag *tags, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < CLUSTER_TAGS; i++) {
        struct piece *piece;

        if (!tags[i].key.length || tags[i].key.length > CLUSTER_TAG_BYTES)
            continue;
        piece = pack_add(pack, kind, 0);
        piece->a = intern_touch(pack->intern, tags[i].key);
        piece->b = text_touch(pack->intern, tags[i].value, CLUSTER_TAG_BYTES);
    }
}

static bool
same_desired(const struct facet *old, const struct pack *pack)
{
    for (uint32_t i = 0; i < pack->count; i++) {
        const struct piece *now = &pack->pieces[i], *was;

        if (now->kind != PIECE_VERSION)
            continue;
        was = facet_piece(old, PIECE_VERSION, now->at);
        if (!was || was->a != now->a)
            return false;
    }
    return true;
}

/* How long its change has been pending, by upstream and by our own eyes. */
static void
pack_pending(
    struct pack *pack, const struct fact *fact, const struct facet *old, uint32_t now_s)
{
    const struct fact_axis *sync = &fact->axes[AXIS_SYNC];
    const struct piece *was = old ? facet_piece(old, PIECE_PENDING, 0) : NULL;
    struct piece *piece;

    if (!sync->known || (sync->value != SYNC_UPDATING && sync->value != SYNC_QUEUED &&
                            sync->value != SYNC_CATCHING_UP))
        return;
    piece = pack_add(pack, PIECE_PENDING, 0);
    piece->a = seconds(fact->pending_since_ms);
    piece->b = was && was->a == piece->a && same_desired(old, pack) ? was->b : now_s;
}

static bool
is_tag(const struct piece *piece)
{
    return piece->kind == PIECE_TAG || piece->kind == PIECE_CLAIM;
}

static bool
same_piece(const struct piece *a, const struct piece *b)
{
    return a->kind == b->kind && a->at == b->at && a->value == b->value && a->a == b->a &&
           a->b == b->b;
}

static unsigned
change_of(uint8_t kind)
{
    if (kind == PIECE_BEAT)
        return FACET_BEAT;
    return kind == PIECE_JOIN ? FACET_JOIN | FACET_VALUES : FACET_VALUES;
}

/* Tags come last in a facet, so each part is compared by itself. */
static unsigned
compare(const struct facet *old, const struct pack *pack)
{
    uint32_t old_values = 0, new_values = 0;
    unsigned change = 0;

    while (old_values < old->piece_count && !is_tag(&old->pieces[old_values]))
        old_values++;
    while (new_values < pack->count && !is_tag(&pack->pieces[new_values]))
        new_values++;
    if (old_values != new_values)
        change |= FACET_VALUES | FACET_BEAT | FACET_JOIN;
    for (uint32_t i = 0; i < new_values && old_values == new_values; i++) {
        if (same_piece(&old->pieces[i], &pack->pieces[i]))
            continue;
        change |= change_of(pack->pieces[i].kind);
    }
    if (old->piece_count - old_values != pack->count - new_values)
        return change | FACET_TAGS;
    for (uint32_t i = new_values; i < pack->count; i++)
        if (!same_piece(&old->pieces[old_values + i - new_values], &pack->pieces[i]))
            return change | FACET_TAGS;
    return change;
}

static uint32_t
index_take(struct facet_store *store)
{
    if (store->unused_count)
        return store->unused[--store->unused_count];
    store->facets = mem_grow(
        store->facets, &store->capacity, store->ceiling + 1, sizeof *store->facets);
    store->facets[store->ceiling] = NULL;
    return store->ceiling++;
}

static struct facet *
facet_make(const struct pack *pack, uint32_t source, const struct fact *fact)
{
    struct facet *facet = mem_alloc(sizeof *facet + pack->count * sizeof *facet->pieces);
    struct str key =
        fact->inventory && !fact->join_value.length ? fact->object : fact->join_value;

    memset(facet, 0, sizeof *facet);
    facet->object = intern_touch(pack->intern, fact->object);
    facet->join_value = text_touch(pack->intern, key, CLUSTER_ID_BYTES);
    facet->slot = FLEET_NONE;
    facet->next = FACET_NONE;
    facet->resource = (uint16_t)fact->resource;
    facet->source = (uint8_t)source;
    facet->join = (uint8_t)fact->join;
    facet->inventory = fact->inventory;
    facet->piece_count = (uint8_t)pack->count;
    memcpy(facet->pieces, pack->pieces, pack->count * sizeof *facet->pieces);
    return facet;
}

uint32_t
facet_put(struct facet_store *store, uint32_t source, const struct fact *fact,
    uint32_t now_s, unsigned *change)
{
    uint32_t index = facet_find(store, source, fact->resource, fact->object);
    struct facet *old = facet_at(store, index), *facet;
    struct pack pack;

    pack.intern = store->intern;
    pack.count = 0;
    pack_axes(&pack, fact);
    pack_values(&pack, fact);
    pack_pending(&pack, fact, old, now_s);
    pack_tags(&pack, PIECE_TAG, fact->tags, fact->tag_count);
    pack_tags(&pack, PIECE_CLAIM, fact->claims, fact->claim_count);
    facet = facet_make(&pack, source, fact);
    facet->observed_s = now_s;
    facet->upstream_s = seconds(fact->upstream_ms);
    if (!old) {
        *change = FACET_NEW | FACET_VALUES | FACET_TAGS | FACET_JOIN | FACET_BEAT;
        buckets_grow(store);
        index = index_take(store);
        store->facets[index] = facet;
        bucket_put(store, index);
        store->count++;
        return index;
    }
    *change = compare(old, &pack);
    if (old->join != facet->join || old->join_value != facet->join_value ||
        old->inventory != facet->inventory)
        *change |= FACET_JOIN;
    facet->slot = old->slot;
    facet->next = old->next;
    facet->generation = old->generation;
    store->facets[index] = facet;
    facet_release(store, old);
    return index;
}

void
facet_free(struct facet_store *store, uint32_t index)
{
    struct facet *facet = store->facets[index];

    bucket_remove(store, index);
    facet_release(store, facet);
    store->facets[index] = NULL;
    store->unused = mem_grow(store->unused, &store->unused_capacity,
        store->unused_count + 1, sizeof *store->unused);
    store->unused[store->unused_count++] = index;
    store->count--;
}
