/* subscriber -- see subscriber.h. */
#include "hub/subscriber.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An event of wire/stream.h up to its first data. */
#define EVENT(name) "event: " name "\ndata: "

#define WORD_BITS 64u

struct subscriber {
    struct feed *feed;
    struct subscriber *next;
    struct scope scope;
    struct hello hello;
    uint64_t *dirty, *draining, *sent; /* by slot */
    uint32_t words;
    bool any_dirty;
    /* What is due before the next batch. */
    bool hello_due, reset_due, time_due, sources_due;
    uint64_t sources_revision;
    /* Bits of sources: those whose load this reader was sent whole, and those that were
     * loaded when the batch began. */
    uint32_t loaded_sent, loaded_before;
    /* A resume: tombstones after `buried` and up to `buried_until` are due. */
    uint64_t buried, buried_until;
    /* The batch under way. */
    bool batch, snapshot, said;
    uint32_t cursor;
    uint64_t revision;
    uint64_t passed;
    struct buf rows, removes; /* of the chunk being made */
};

static uint32_t
words_for(uint32_t slots)
{
    return (slots + WORD_BITS - 1) / WORD_BITS;
}

static void
grow(struct subscriber *s, uint32_t words)
{
    uint64_t **maps[] = { &s->dirty, &s->draining, &s->sent };

    words = words < s->words * 2 ? s->words * 2 : words;
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        *maps[i] = mem_resize(*maps[i], words, sizeof **maps[i]);
        memset(*maps[i] + s->words, 0, (words - s->words) * sizeof **maps[i]);
    }
    s->words = words;
}

void
subscriber_mark_dirty(struct subscriber *s, uint32_t slot)
{
    if (slot / WORD_BITS >= s->words)
        grow(s, slot / WORD_BITS + 1);
    s->dirty[slot / WORD_BITS] |= (uint64_t)1 << slot % WORD_BITS;
    s->any_dirty = true;
}

/* Set the bits of all clusters there are; those changed after `revision` alone when it is
 * not 0. */
static bool
mark_live(struct subscriber *s, uint64_t *map, uint64_t revision)
{
    const struct fleet *fleet = feed_fleet(s->feed);
    bool any = false;

    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        if (!fleet_at(fleet, slot) || feed_slot_revision(s->feed, slot) <= revision)
            continue;
        map[slot / WORD_BITS] |= (uint64_t)1 << slot % WORD_BITS;
        any = true;
    }
    return any;
}

/* Of an empty fleet too there is a map to clear. */
static void
reserve(struct subscriber *s)
{
    uint32_t words = words_for(feed_fleet(s->feed)->ceiling);

    if (words > s->words || !s->words)
        grow(s, words ? words : 1);
}

static uint32_t
loaded_sources(const struct subscriber *s)
{
    const struct fleet *fleet = feed_fleet(s->feed);
    uint32_t loaded = 0;

    for (uint32_t i = 0; i < fleet->source_count; i++)
        if (fleet->sources[i].synced)
            loaded |= (uint32_t)1 << i;
    return loaded;
}

void
subscriber_reset(struct subscriber *s)
{
    reserve(s);
    memset(s->sent, 0, s->words * sizeof *s->sent);
    memset(s->draining, 0, s->words * sizeof *s->draining);
    memset(s->dirty, 0, s->words * sizeof *s->dirty);
    mark_live(s, s->dirty, 0);
    s->any_dirty = true;
    s->reset_due = true;
    s->batch = s->snapshot = s->said = false;
    s->buried = s->buried_until = 0;
    /* Its `sync` says when it has all of those. */
    s->loaded_sent = loaded_sources(s);
    /* Nothing was sent, so no tombstone matters to it. */
    s->passed = feed_revision(s->feed);
}

static bool
resume(struct subscriber *s, struct str last_id)
{
    struct mark mark;

    if (!s->scope.whole || !mark_parse_id(&mark, last_id) ||
        strcmp(mark.epoch, feed_epoch(s->feed)) || strcmp(mark.scope, s->scope.digest) ||
        mark.revision > feed_revision(s->feed) || mark.revision < feed_floor(s->feed))
        return false;
    reserve(s);
    mark_live(s, s->sent, 0);
    mark_live(s, s->dirty, mark.revision);
    s->buried = mark.revision;
    s->buried_until = s->passed = feed_revision(s->feed);
    /* Even where nothing changed: only a mark says that the reader's picture is whole. */
    s->any_dirty = s->said = true;
    return true;
}

struct subscriber *
subscriber_new(struct feed *feed, const struct scope *scope, const struct hello *hello,
    struct str last_id)
{
    struct subscriber *s = mem_zero(1, sizeof *s);

    s->feed = feed;
    s->scope = *scope;
    s->hello = *hello;
    s->hello_due = s->sources_due = true;
    if (!resume(s, last_id))
        subscriber_reset(s);
    feed_join(feed, s);
    return s;
}

void
subscriber_free(struct subscriber *s)
{
    if (!s)
        return;
    feed_leave(s->feed, s);
    free(s->dirty);
    free(s->draining);
    free(s->sent);
    buf_release(&s->rows);
    buf_release(&s->removes);
    free(s);
}

void
subscriber_set_scope(
    struct subscriber *s, const struct scope *scope, const struct hello *hello)
{
    s->scope = *scope;
    s->hello = *hello;
    s->hello_due = s->sources_due = true;
    subscriber_reset(s);
}

void
subscriber_set_hello(struct subscriber *s, const struct hello *hello)
{
    s->hello = *hello;
    s->hello_due = true;
}

void
subscriber_beat(struct subscriber *s)
{
    s->time_due = s->sources_due = true;
}

bool
subscriber_pending(const struct subscriber *s)
{
    return s->hello_due || s->reset_due || s->time_due || s->sources_due || s->batch ||
           s->any_dirty || s->sources_revision != feed_sources_revision(s->feed);
}

uint64_t
subscriber_passed(const struct subscriber *s)
{
    return s->passed;
}

struct subscriber **
subscriber_link(struct subscriber *s)
{
    return &s->next;
}

static void
say_hello(struct subscriber *s, struct buf *out, int64_t now_ms)
{
    s->hello.time_ms = now_ms;
    buf_add_text(out, EVENT(STREAM_HELLO));
    hello_print(&s->hello, out);
    buf_add_text(out, "\n\n");
    s->hello_due = false;
}

static void
say_time(struct subscriber *s, struct buf *out, int64_t now_ms)
{
    buf_add_text(out, EVENT(STREAM_TIME));
    time_print(now_ms, out);
    buf_add_text(out, "\n\n");
    s->time_due = false;
}

/* A source that has loaded is told as such behind the rows that it loaded: a reader who
 * waits for that has them then. */
static void
say_sources(struct subscriber *s, struct buf *out)
{
    const struct fleet *fleet = feed_fleet(s->feed);
    struct fleet_source seen;
    bool any = false;

    if (!s->batch && !s->any_dirty)
        s->loaded_sent = loaded_sources(s);
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        if (!scope_source(&s->scope, fleet, &fleet->sources[i], &seen))
            continue;
        seen.synced = s->loaded_sent >> i & 1;
        buf_add_text(out, any ? "data: " : EVENT(STREAM_SOURCES));
        source_print(&seen, out);
        buf_add_char(out, '\n');
        any = true;
    }
    if (any)
        buf_add_char(out, '\n');
    s->sources_due = false;
    s->sources_revision = feed_sources_revision(s->feed);
}

/* True when something was said that comes between batches. */
static bool
say_due(struct subscriber *s, struct buf *out, int64_t now_ms)
{
    if (s->hello_due)
        say_hello(s, out, now_ms);
    else if (s->sources_due || s->sources_revision != feed_sources_revision(s->feed))
        say_sources(s, out);
    else if (s->time_due)
        say_time(s, out, now_ms);
    else if (s->reset_due) {
        buf_add_text(out, EVENT(STREAM_RESET) "{}\n\n");
        s->reset_due = false;
        s->snapshot = true;
    } else
        return false;
    return true;
}

static void
add_remove(struct subscriber *s, struct str id)
{
    buf_add_text(&s->removes, s->removes.length ? "data: " : EVENT(STREAM_REMOVE));
    id_print(id, &s->removes);
    buf_add_char(&s->removes, '\n');
}

static void
add_row(struct subscriber *s, uint32_t slot)
{
    buf_add_text(&s->rows, s->rows.length ? "data: " : EVENT(STREAM_CLUSTERS));
    buf_add_str(&s->rows, feed_row(s->feed, slot));
    buf_add_char(&s->rows, '\n');
}

/* Removes first: an id that went in one slot may have come again in another. */
static void
end_chunk(struct subscriber *s, struct buf *out)
{
    struct buf *parts[] = { &s->removes, &s->rows };

    for (size_t i = 0; i < 2; i++) {
        if (!parts[i]->length)
            continue;
        s->said = true;
        buf_add_str(out, buf_str(parts[i]));
        buf_add_char(out, '\n');
        buf_clear(parts[i]);
    }
}

/* A resume's removes, ahead of its first row. */
static void
drain_tombstones(struct subscriber *s, struct buf *out, size_t limit)
{
    const struct tombstone *tombstone;
    struct intern *intern = feed_fleet(s->feed)->intern;
    int count = 0;

    while (s->buried < s->buried_until && count < STREAM_CHUNK_ROWS &&
           s->removes.length < limit) {
        tombstone = feed_next_tombstone(s->feed, s->buried);
        if (!tombstone || tombstone->revision > s->buried_until) {
            s->buried = s->buried_until;
            break;
        }
        add_remove(s, intern_str(intern, tombstone->id));
        s->buried = tombstone->revision;
        count++;
    }
    end_chunk(s, out);
}

static bool
is_sent(const struct subscriber *s, uint32_t slot)
{
    return slot / WORD_BITS < s->words &&
           s->sent[slot / WORD_BITS] >> slot % WORD_BITS & 1;
}

/* What the slot's change means to this reader. True if something was added. */
static bool
drain_slot(struct subscriber *s, uint32_t slot)
{
    const struct fleet *fleet = feed_fleet(s->feed);
    const struct cluster *cluster = fleet_at(fleet, slot);
    uint64_t bit = (uint64_t)1 << slot % WORD_BITS;
    uint64_t *sent = &s->sent[slot / WORD_BITS];
    struct str id;
    uint32_t again;

    if (cluster && scope_covers(&s->scope, fleet, cluster)) {
        add_row(s, slot);
        *sent |= bit;
        return true;
    }
    if (!(*sent & bit))
        return false;
    *sent &= ~bit;
    id = cluster ? cluster_id(cluster, fleet->intern) : feed_grave_id(s->feed, slot);
    again = cluster ? FLEET_NONE : fleet_find(fleet, id);
    /* It is there again in another slot, and that one was sent: what the reader has is
     * new. */
    if (again != FLEET_NONE && is_sent(s, again))
        return false;
    add_remove(s, id);
    return true;
}

static void
start_batch(struct subscriber *s)
{
    uint64_t *empty = s->draining;

    s->draining = s->dirty;
    s->dirty = empty;
    s->any_dirty = false;
    s->batch = true;
    s->cursor = 0;
    s->loaded_before = loaded_sources(s);
    s->revision = feed_revision(s->feed);
}

static uint32_t
count_sent(const struct subscriber *s)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->words; i++)
        count += (uint32_t)__builtin_popcountll(s->sent[i]);
    return count;
}

static void
end_batch(struct subscriber *s, struct buf *out, int64_t now_ms)
{
    struct mark mark = { .revision = s->revision };
    char id[STREAM_MARK_BYTES];

    s->batch = false;
    s->passed = s->revision;
    if (s->loaded_sent != s->loaded_before) {
        s->loaded_sent = s->loaded_before;
        s->sources_due = true;
    }
    /* What happens outside of the scope does not even show as a mark. */
    if (!s->said && !s->snapshot)
        return;
    if (s->snapshot) {
        buf_add_text(out, EVENT(STREAM_SYNC));
        sync_print(count_sent(s), out);
        buf_add_text(out, "\n\n");
    }
    s->snapshot = s->said = false;
    snprintf(mark.epoch, sizeof mark.epoch, "%s", feed_epoch(s->feed));
    snprintf(mark.scope, sizeof mark.scope, "%s", s->scope.digest);
    mark_print_id(&mark, id);
    buf_print(out, "id: %s\n" EVENT(STREAM_MARK), id);
    mark_print(s->revision, now_ms, out);
    buf_add_text(out, "\n\n");
}

static void
drain_chunk(struct subscriber *s, struct buf *out, size_t limit)
{
    int count = 0;

    scope_bind(&s->scope, feed_fleet(s->feed));
    while (s->cursor < s->words) {
        uint64_t *word = &s->draining[s->cursor];

        if (!*word) {
            s->cursor++;
            continue;
        }
        if (count == STREAM_CHUNK_ROWS || s->rows.length + s->removes.length >= limit)
            break;
        unsigned bit = (unsigned)__builtin_ctzll(*word);

        *word &= *word - 1;
        count += drain_slot(s, s->cursor * WORD_BITS + bit);
    }
    end_chunk(s, out);
}

/* One event, or one step without any. False: there is nothing to say. */
static bool
step(struct subscriber *s, struct buf *out, size_t limit, int64_t now_ms)
{
    if (say_due(s, out, now_ms))
        return true;
    if (!s->batch && !s->any_dirty)
        return false;
    if (!s->batch)
        start_batch(s);
    if (s->buried < s->buried_until) {
        if (s->buried < feed_floor(s->feed))
            subscriber_reset(s); /* it dawdled until its tombstones were gone */
        else
            drain_tombstones(s, out, limit);
        return true;
    }
    drain_chunk(s, out, limit);
    if (s->cursor == s->words)
        end_batch(s, out, now_ms);
    return true;
}

bool
subscriber_pull(struct subscriber *s, struct buf *out, size_t limit, int64_t now_ms)
{
    size_t start = out->length;

    while (out->length - start < limit)
        if (!step(s, out, limit - (out->length - start), now_ms))
            break;
    return out->length > start;
}
