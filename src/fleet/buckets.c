/* buckets -- numbers by hash. */
#include "fleet/buckets.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

#define LEAST 16

void
buckets_release(struct buckets *buckets)
{
    free(buckets->at);
    *buckets = (struct buckets){ 0 };
}

/* Scaled, so that any capacity will do and growth need not double. */
static uint32_t
home(const struct buckets *buckets, uint32_t hash)
{
    return (uint32_t)((uint64_t)hash * buckets->capacity >> 32);
}

static uint32_t
after(const struct buckets *buckets, uint32_t at)
{
    return at + 1 == buckets->capacity ? 0 : at + 1;
}

/* The number here, or behind here, that has the walk's hash. */
static uint32_t
settle(const struct buckets *buckets, struct walk *walk)
{
    const struct bucket *bucket = &buckets->at[walk->at];

    while (bucket->number && bucket->hash != walk->hash) {
        walk->at = after(buckets, walk->at);
        bucket = &buckets->at[walk->at];
    }
    return bucket->number - 1;
}

uint32_t
buckets_first(const struct buckets *buckets, uint64_t hash, struct walk *walk)
{
    *walk = (struct walk){ 0, (uint32_t)(hash >> 32) };
    if (!buckets->count)
        return BUCKETS_NONE;
    walk->at = home(buckets, walk->hash);
    return settle(buckets, walk);
}

uint32_t
buckets_next(const struct buckets *buckets, struct walk *walk)
{
    walk->at = after(buckets, walk->at);
    return settle(buckets, walk);
}

static void
put(struct buckets *buckets, struct bucket bucket)
{
    uint32_t at = home(buckets, bucket.hash);

    while (buckets->at[at].number)
        at = after(buckets, at);
    buckets->at[at] = bucket;
}

static void
grow(struct buckets *buckets)
{
    struct bucket *old = buckets->at;
    uint32_t count = buckets->capacity;

    buckets->capacity = count ? count + count / 2 : LEAST;
    buckets->at = mem_zero(buckets->capacity, sizeof *buckets->at);
    for (uint32_t i = 0; i < count; i++)
        if (old[i].number)
            put(buckets, old[i]);
    free(old);
}

void
buckets_add(struct buckets *buckets, uint32_t number, uint64_t hash)
{
    if ((uint64_t)(buckets->count + 1) * 4 > (uint64_t)buckets->capacity * 3)
        grow(buckets);
    put(buckets, (struct bucket){ number + 1, (uint32_t)(hash >> 32) });
    buckets->count++;
}

/* Close the gap: whoever was pushed past it and may stand in it moves back. */
static void
close_gap(struct buckets *buckets, uint32_t gap)
{
    for (uint32_t at = after(buckets, gap); buckets->at[at].number;
         at = after(buckets, at)) {
        uint32_t wants = home(buckets, buckets->at[at].hash);
        uint32_t pushed = (at + buckets->capacity - wants) % buckets->capacity;
        uint32_t distance = (at + buckets->capacity - gap) % buckets->capacity;

        if (pushed >= distance) {
            buckets->at[gap] = buckets->at[at];
            gap = at;
        }
    }
    buckets->at[gap] = (struct bucket){ 0 };
}

void
buckets_remove(struct buckets *buckets, uint32_t number, uint64_t hash)
{
    struct walk walk;
    uint32_t found = buckets_first(buckets, hash, &walk);

    while (found != number) {
        assert(found != BUCKETS_NONE);
        found = buckets_next(buckets, &walk);
    }
    close_gap(buckets, walk.at);
    buckets->count--;
}

size_t
buckets_bytes(const struct buckets *buckets)
{
    return buckets->capacity * sizeof *buckets->at;
}
