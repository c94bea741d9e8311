/* feed -- see feed.h. */
#include "hub/feed.h"

#include "base/digest.h"
#include "base/mem.h"
#include "hub/subscriber.h"
#include "wire/row.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot { /* what the feed knows of one */
    uint64_t revision;
    uint64_t tombstone; /* its number, of a cluster that was here; 0 none */
    char *row;          /* encoded, NULL if it is not */
    uint32_t row_length;
};

struct feed {
    struct fleet *fleet;
    char epoch[20];
    uint64_t revision, sources_revision, resets;
    uint32_t graves_limit, tombstone_limit;
    struct slot *slots;
    size_t slot_capacity;
    /* A ring: numbers from 1, the last tombstone_limit are there. Slots go back into use
     * in order, since whoever holds one back holds back all that are later. */
    struct tombstone *tombstones;
    uint64_t next_tombstone, first_grave;
    uint64_t floor;
    size_t rows_bytes;
    uint32_t rows_hand;
    struct buf uncached;
    struct subscriber *subscribers;
    uint32_t subscriber_count;
};

struct feed *
feed_new(struct fleet *fleet, const char *epoch, uint32_t graves, uint32_t tombstones)
{
    struct feed *feed = mem_zero(1, sizeof *feed);

    assert(graves < tombstones);
    feed->fleet = fleet;
    feed->graves_limit = graves;
    feed->tombstone_limit = tombstones;
    feed->tombstones = mem_zero(tombstones, sizeof *feed->tombstones);
    feed->next_tombstone = feed->first_grave = 1;
    feed->revision = 1;
    if (epoch)
        snprintf(feed->epoch, sizeof feed->epoch, "%s", epoch);
    else
        random_hex(feed->epoch, 8);
    return feed;
}

void
feed_free(struct feed *feed)
{
    if (!feed)
        return;
    assert(!feed->subscribers);
    for (size_t i = 0; i < feed->slot_capacity; i++)
        free(feed->slots[i].row);
    for (size_t i = 0; i < feed->tombstone_limit; i++)
        intern_drop(feed->fleet->intern, feed->tombstones[i].id);
    free(feed->slots);
    free(feed->tombstones);
    buf_release(&feed->uncached);
    free(feed);
}

struct fleet *
feed_fleet(const struct feed *feed)
{
    return feed->fleet;
}

const char *
feed_epoch(const struct feed *feed)
{
    return feed->epoch;
}

uint64_t
feed_revision(const struct feed *feed)
{
    return feed->revision;
}

uint64_t
feed_sources_revision(const struct feed *feed)
{
    return feed->sources_revision;
}

uint32_t
feed_subscribers(const struct feed *feed)
{
    return feed->subscriber_count;
}

uint32_t
feed_graves(const struct feed *feed)
{
    return (uint32_t)(feed->next_tombstone - feed->first_grave);
}

uint64_t
feed_resets(const struct feed *feed)
{
    return feed->resets;
}

uint64_t
feed_floor(const struct feed *feed)
{
    return feed->floor;
}

static struct slot *
slot_touch(struct feed *feed, uint32_t slot)
{
    size_t before = feed->slot_capacity;

    if (slot >= before) {
        feed->slots =
            mem_grow(feed->slots, &feed->slot_capacity, slot + 1, sizeof *feed->slots);
        memset(feed->slots + before, 0,
            (feed->slot_capacity - before) * sizeof *feed->slots);
    }
    return &feed->slots[slot];
}

static void
row_forget(struct feed *feed, struct slot *entry)
{
    if (!entry->row)
        return;
    feed->rows_bytes -= entry->row_length;
    free(entry->row);
    entry->row = NULL;
}

static void
tell(struct feed *feed, uint32_t slot)
{
    for (struct subscriber *s = feed->subscribers; s; s = *subscriber_link(s))
        subscriber_mark_dirty(s, slot);
}

void
feed_changed(struct feed *feed, uint32_t slot)
{
    struct slot *entry = slot_touch(feed, slot);

    row_forget(feed, entry);
    entry->revision = ++feed->revision;
    entry->tombstone = 0;
    tell(feed, slot);
}

void
feed_sources_changed(struct feed *feed)
{
    feed->sources_revision++;
}

static struct tombstone *
tombstone_at(const struct feed *feed, uint64_t number)
{
    return &feed->tombstones[number % feed->tombstone_limit];
}

void
feed_remove(struct feed *feed, uint32_t slot)
{
    struct slot *entry = slot_touch(feed, slot);
    struct intern *intern = feed->fleet->intern;
    struct tombstone *tombstone = tombstone_at(feed, feed->next_tombstone);

    if (tombstone->revision) {
        feed->floor = tombstone->revision;
        intern_drop(intern, tombstone->id);
    }
    row_forget(feed, entry);
    entry->revision = ++feed->revision;
    entry->tombstone = feed->next_tombstone++;
    tombstone->revision = feed->revision;
    tombstone->id = intern_keep(intern, fleet_at(feed->fleet, slot)->id);
    tombstone->slot = slot;
    fleet_remove(feed->fleet, slot);
    tell(feed, slot);
    if (feed_graves(feed) > feed->graves_limit) {
        feed_reclaim(feed, false);
        if (feed_graves(feed) > feed->graves_limit)
            feed_reclaim(feed, true);
    }
}

void
feed_reclaim(struct feed *feed, bool force)
{
    uint64_t newest = feed->revision;
    uint64_t least = newest;

    if (!feed_graves(feed))
        return;
    for (struct subscriber *s = feed->subscribers; s; s = *subscriber_link(s)) {
        uint64_t passed = subscriber_passed(s);

        if (force && passed < tombstone_at(feed, feed->next_tombstone - 1)->revision) {
            subscriber_reset(s);
            feed->resets++;
        } else if (passed < least) {
            least = passed;
        }
    }
    while (feed->first_grave < feed->next_tombstone) {
        struct tombstone *tombstone = tombstone_at(feed, feed->first_grave);

        if (tombstone->revision > least)
            break;
        feed->slots[tombstone->slot].tombstone = 0;
        fleet_reuse(feed->fleet, tombstone->slot);
        tombstone->slot = FLEET_NONE;
        feed->first_grave++;
    }
}

uint64_t
feed_slot_revision(const struct feed *feed, uint32_t slot)
{
    return slot < feed->slot_capacity ? feed->slots[slot].revision : 0;
}

/* Drop encoded rows, round and round over the slots, until there is room again. */
static void
rows_trim(struct feed *feed, uint32_t keep)
{
    while (feed->rows_bytes > FEED_ROWS_BYTES) {
        if (feed->rows_hand >= feed->slot_capacity)
            feed->rows_hand = 0;
        if (feed->rows_hand != keep)
            row_forget(feed, &feed->slots[feed->rows_hand]);
        feed->rows_hand++;
    }
}

struct str
feed_row(struct feed *feed, uint32_t slot)
{
    struct slot *entry = slot_touch(feed, slot);

    if (!entry->row) {
        buf_clear(&feed->uncached);
        row_print(feed->fleet, fleet_at(feed->fleet, slot), &feed->uncached);
        entry->row = mem_text_length(feed->uncached.at, feed->uncached.length);
        entry->row_length = (uint32_t)feed->uncached.length;
        feed->rows_bytes += entry->row_length;
        rows_trim(feed, slot);
    }
    return (struct str){ entry->row, entry->row_length };
}

void
feed_join(struct feed *feed, struct subscriber *subscriber)
{
    *subscriber_link(subscriber) = feed->subscribers;
    feed->subscribers = subscriber;
    feed->subscriber_count++;
}

void
feed_leave(struct feed *feed, struct subscriber *subscriber)
{
    struct subscriber *before = feed->subscribers;

    if (before == subscriber) {
        feed->subscribers = *subscriber_link(subscriber);
    } else {
        while (*subscriber_link(before) != subscriber)
            before = *subscriber_link(before);
        *subscriber_link(before) = *subscriber_link(subscriber);
    }
    feed->subscriber_count--;
}

const struct tombstone *
feed_next_tombstone(const struct feed *feed, uint64_t after)
{
    uint64_t first = feed->next_tombstone > feed->tombstone_limit
                         ? feed->next_tombstone - feed->tombstone_limit
                         : 1;

    uint64_t end = feed->next_tombstone;

    while (first < end) {
        uint64_t middle = first + (end - first) / 2;

        if (tombstone_at(feed, middle)->revision > after)
            end = middle;
        else
            first = middle + 1;
    }
    return first < feed->next_tombstone ? tombstone_at(feed, first) : NULL;
}

struct str
feed_grave_id(const struct feed *feed, uint32_t slot)
{
    uint64_t number = slot < feed->slot_capacity ? feed->slots[slot].tombstone : 0;

    if (!number)
        return (struct str){ NULL, 0 };
    return intern_str(feed->fleet->intern, tombstone_at(feed, number)->id);
}
