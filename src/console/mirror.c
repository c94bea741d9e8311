/* mirror -- the hub's stream made into a fleet. */
#include "console/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "console/client.h"
#include "wire/row.h"
#include "wire/sse.h"

#define CLOCK_SAMPLES 8 /* two minutes of the hub's beat */

struct mirror {
    struct mirror_calls calls;
    void *user;
    struct fleet *fleet;
    struct sse *sse;
    struct hello hello;
    bool has_hello; /* ever */
    bool greeted;   /* on this connection */
    bool loading;   /* a snapshot is coming */
    bool sweeping;  /* it came; what it did not mention goes */
    bool whole;     /* this connection brought a sync, or a mark that resumed */
    bool synced;
    char resume_id[STREAM_MARK_BYTES];
    uint64_t revision;
    uint32_t changes;
    unsigned what;
    uint64_t *mentioned; /* by slot, a bit each */
    size_t mentioned_words;
    uint32_t sweep_slot;
    uint32_t sources_listed; /* by index, a bit each; of the event that is coming in */
    int64_t offsets_ms[CLOCK_SAMPLES]; /* hub time - monotonic time */
    uint32_t offset_count;
    int64_t now_ms; /* of the feed under way */
    struct err err;
};

static bool
is_mentioned(const struct mirror *mirror, uint32_t slot)
{
    return slot / 64 < mirror->mentioned_words &&
           mirror->mentioned[slot / 64] >> (slot % 64) & 1;
}

static void
mention(struct mirror *mirror, uint32_t slot)
{
    size_t words = mirror->mentioned_words;

    if (!mirror->loading && !mirror->sweeping)
        return;
    if (slot / 64 >= words) {
        mirror->mentioned = mem_grow(mirror->mentioned, &mirror->mentioned_words,
            slot / 64 + 1, sizeof *mirror->mentioned);
        memset(mirror->mentioned + words, 0,
            (mirror->mentioned_words - words) * sizeof *mirror->mentioned);
    }
    mirror->mentioned[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static void
begin_snapshot(struct mirror *mirror)
{
    mirror->loading = true;
    mirror->sweeping = false;
    mirror->whole = false;
    mirror->resume_id[0] = '\0';
    if (mirror->mentioned_words)
        memset(mirror->mentioned, 0, mirror->mentioned_words * sizeof *mirror->mentioned);
}

static void
remove_slot(struct mirror *mirror, uint32_t slot)
{
    if (mirror->calls.remove)
        mirror->calls.remove(mirror->user, slot);
    fleet_remove(mirror->fleet, slot);
    fleet_reuse(mirror->fleet, slot);
    mirror->changes++;
    mirror->what |= CLIENT_CLUSTERS;
}

static void
add_time(struct mirror *mirror, int64_t hub_ms)
{
    mirror->offsets_ms[mirror->offset_count++ % CLOCK_SAMPLES] = hub_ms - mirror->now_ms;
}

static bool
take_hello(struct mirror *mirror, struct str data)
{
    struct hello hello;

    if (!hello_parse(&hello, data, &mirror->err))
        return false;
    if (hello.api != STREAM_API) {
        err_set(&mirror->err, ERR_VERSION,
            "the hub (version %s) speaks API %d and this is %d: `nocturne hub stop` ends "
            "it, "
            "and the next start brings one that fits",
            hello.version, hello.api, STREAM_API);
        return false;
    }
    if (strcmp(hello.epoch, mirror->hello.epoch))
        mirror->offset_count = 0; /* another hub, another clock */
    mirror->hello = hello;
    /* A later hello says that the hub's mind has changed; the stream goes on. */
    if (!mirror->greeted && !mirror->resume_id[0])
        begin_snapshot(mirror);
    mirror->has_hello = mirror->greeted = true;
    mirror->what |= CLIENT_HELLO;
    add_time(mirror, hello.time_ms);
    return true;
}

static bool
take_reset(struct mirror *mirror, struct str data)
{
    (void)data;
    begin_snapshot(mirror);
    return true;
}

static bool
take_row(struct mirror *mirror, struct str data)
{
    enum row_change change;
    uint32_t slot = row_parse(mirror->fleet, data, &change, &mirror->err);

    if (slot == FLEET_NONE)
        return false;
    if (intern_bytes(mirror->fleet->intern) > CLIENT_FLEET_BYTES) {
        err_set(&mirror->err, ERR_LIMIT, "the fleet's texts take more than %zu MiB",
            CLIENT_FLEET_BYTES >> 20);
        return false;
    }
    mention(mirror, slot);
    if (change == ROW_SAME)
        return true;
    mirror->changes++;
    mirror->what |= CLIENT_CLUSTERS;
    if (mirror->calls.cluster)
        mirror->calls.cluster(mirror->user, slot, change == ROW_ADDED);
    return true;
}

static bool
take_remove(struct mirror *mirror, struct str data)
{
    struct buf id = { 0 };
    uint32_t slot;

    if (!id_parse(data, &id, &mirror->err)) {
        buf_release(&id);
        return false;
    }
    slot = fleet_find(mirror->fleet, buf_str(&id));
    buf_release(&id);
    if (slot != FLEET_NONE)
        remove_slot(mirror, slot);
    return true;
}

static bool
take_source(struct mirror *mirror, struct str data)
{
    const struct fleet_source *source = source_parse(mirror->fleet, data, &mirror->err);

    if (!source)
        return false;
    mirror->sources_listed |= 1u << (source - mirror->fleet->sources);
    return true;
}

static bool
end_sources(struct mirror *mirror, struct str id)
{
    (void)id;
    for (uint32_t i = mirror->fleet->source_count; i--;)
        if (!(mirror->sources_listed >> i & 1))
            fleet_remove_source(mirror->fleet, i);
    mirror->sources_listed = 0;
    mirror->what |= CLIENT_SOURCES;
    return true;
}

static bool
take_sync(struct mirror *mirror, struct str data)
{
    uint32_t clusters;

    if (!sync_parse(data, &clusters, &mirror->err))
        return false;
    if (!mirror->loading)
        return true;
    mirror->loading = false;
    mirror->sweeping = mirror->whole = true;
    mirror->sweep_slot = 0;
    mirror_sweep(mirror);
    return true;
}

static bool
take_mark(struct mirror *mirror, struct str data)
{
    int64_t time_ms;

    if (!mark_parse(data, &mirror->revision, &time_ms, &mirror->err))
        return false;
    add_time(mirror, time_ms);
    return true;
}

static bool
end_mark(struct mirror *mirror, struct str id)
{
    struct mark mark;

    if (!mark_parse_id(&mark, id)) {
        err_set(&mirror->err, ERR_INPUT, "mark: its id is not EPOCH-SCOPE-REVISION");
        return false;
    }
    mirror->what |= CLIENT_MARK;
    /* In the middle of a snapshot nothing is consistent yet. */
    if (mirror->loading)
        return true;
    mark_print_id(&mark, mirror->resume_id);
    mirror->whole = true;
    return true;
}

static bool
take_time(struct mirror *mirror, struct str data)
{
    int64_t time_ms;

    if (!time_parse(data, &time_ms, &mirror->err))
        return false;
    add_time(mirror, time_ms);
    return true;
}

static const struct {
    const char *name;
    bool (*line)(struct mirror *mirror, struct str data);
    bool (*end)(struct mirror *mirror, struct str id);
} events[] = {
    { STREAM_CLUSTERS, take_row, NULL },
    { STREAM_REMOVE, take_remove, NULL },
    { STREAM_MARK, take_mark, end_mark },
    { STREAM_TIME, take_time, NULL },
    { STREAM_SOURCES, take_source, end_sources },
    { STREAM_SYNC, take_sync, NULL },
    { STREAM_RESET, take_reset, NULL },
    { STREAM_HELLO, take_hello, NULL },
};

#define EVENTS (sizeof events / sizeof *events)

static size_t
event_named(struct str name)
{
    size_t i = 0;

    while (i < EVENTS && !str_is(name, events[i].name))
        i++;
    return i;
}

static bool
on_line(void *user, struct str event, struct str data)
{
    struct mirror *mirror = user;
    size_t i = event_named(event);

    if (i == EVENTS)
        return true; /* a newer hub says more */
    if (!mirror->greeted && events[i].line != take_hello) {
        err_set(&mirror->err, ERR_INPUT,
            "the stream began with %s instead of " STREAM_HELLO, events[i].name);
        return false;
    }
    return events[i].line(mirror, data);
}

static bool
on_event(void *user, struct str event, struct str id)
{
    struct mirror *mirror = user;
    size_t i = event_named(event);

    return i == EVENTS || !events[i].end || events[i].end(mirror, id);
}

struct mirror *
mirror_new(const struct mirror_calls *calls, void *user)
{
    struct mirror *mirror = mem_zero(1, sizeof *mirror);

    if (calls)
        mirror->calls = *calls;
    mirror->user = user;
    mirror->fleet = fleet_new();
    return mirror;
}

void
mirror_free(struct mirror *mirror)
{
    if (!mirror)
        return;
    sse_free(mirror->sse);
    fleet_free(mirror->fleet);
    free(mirror->mentioned);
    free(mirror);
}

void
mirror_begin(struct mirror *mirror)
{
    static const struct sse_calls calls = { on_line, on_event, NULL };

    sse_free(mirror->sse);
    mirror->sse = sse_new(ROW_LIMIT_BYTES + 16, &calls, mirror);
    mirror->greeted = mirror->whole = false;
    mirror->sources_listed = 0;
}

bool
mirror_feed(
    struct mirror *mirror, const char *at, size_t length, int64_t now_ms, struct err *err)
{
    mirror->now_ms = now_ms;
    mirror->err = (struct err){ 0 };
    if (sse_feed(mirror->sse, at, length, err))
        return true;
    if (mirror->err.code)
        *err = mirror->err;
    /* What follows the fault is lost, so nothing may be resumed behind it. */
    mirror_lost(mirror);
    return false;
}

void
mirror_lost(struct mirror *mirror)
{
    mirror->loading = mirror->greeted = mirror->whole = false;
}

bool
mirror_sweeping(const struct mirror *mirror)
{
    return mirror->sweeping;
}

void
mirror_sweep(struct mirror *mirror)
{
    uint32_t end = mirror->sweep_slot + MIRROR_SWEEP;

    if (!mirror->sweeping)
        return;
    for (; mirror->sweep_slot < end && mirror->sweep_slot < mirror->fleet->ceiling;
         mirror->sweep_slot++)
        if (fleet_at(mirror->fleet, mirror->sweep_slot) &&
            !is_mentioned(mirror, mirror->sweep_slot))
            remove_slot(mirror, mirror->sweep_slot);
    if (mirror->sweep_slot < mirror->fleet->ceiling)
        return;
    mirror->sweeping = false;
    mirror->synced = true;
    mirror->what |= CLIENT_SYNCED;
}

const struct fleet *
mirror_fleet(const struct mirror *mirror)
{
    return mirror->fleet;
}

const struct hello *
mirror_hello(const struct mirror *mirror)
{
    return mirror->has_hello ? &mirror->hello : NULL;
}

const char *
mirror_resume_id(const struct mirror *mirror)
{
    return mirror->resume_id;
}

uint64_t
mirror_revision(const struct mirror *mirror)
{
    return mirror->revision;
}

uint32_t
mirror_changes(const struct mirror *mirror)
{
    return mirror->changes;
}

bool
mirror_current(const struct mirror *mirror)
{
    return mirror->whole && !mirror->sweeping;
}

bool
mirror_synced(const struct mirror *mirror)
{
    return mirror->synced;
}

unsigned
mirror_take_changes(struct mirror *mirror)
{
    unsigned what = mirror->what;

    mirror->what = 0;
    return what;
}

bool
mirror_hub_ms(const struct mirror *mirror, int64_t now_ms, int64_t *hub_ms)
{
    uint32_t count =
        mirror->offset_count < CLOCK_SAMPLES ? mirror->offset_count : CLOCK_SAMPLES;
    int64_t best_ms = INT64_MIN;

    /* A delay only ever makes the hub's clock look earlier. */
    for (uint32_t i = 0; i < count; i++)
        if (mirror->offsets_ms[i] > best_ms)
            best_ms = mirror->offsets_ms[i];
    if (count)
        *hub_ms = now_ms + best_ms;
    return count != 0;
}
