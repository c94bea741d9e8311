/*
 * The stream's rules under random schedules (decisions.md 12): three clusters share two
 * slots, three readers with scopes that change pull, stall, vanish and come back with the
 * last mark they have. At each mark the mirror of a reader equals its scope, but for what
 * changed after the mark; when all is drained it equals it exactly; nobody is ever sent
 * an id that was not his to see.
 *
 * The subscriber and the feed are the real ones. NOCTURNE_SCHEDULES says how many
 * schedules (CI: 1,000,000).
 */
#include "base/mem.h"
#include "hub/subscriber.h"
#include "wire/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { IDS = 3, SLOTS = 2, READERS = 3, STEPS = 30 };
enum { SCOPE_WHOLE, SCOPE_IN, SCOPE_OUT, SCOPES };

static const char *const digests[SCOPES] = { "whole", "in", "out" };
static const char *const places[] = { "in", "out" };

struct truth { /* of one cluster */
    bool alive;
    int value, place;
    uint64_t revision; /* of its last change */
};

struct image {               /* of one cluster in a mirror */
    bool there, seen, known; /* known: this reader was sent it under its present scope */
    int value;
};

struct reader {
    struct subscriber *subscriber; /* NULL: away */
    int scope;
    struct image images[IDS];
    char last_id[STREAM_MARK_BYTES];
    bool resetting;
    char event[16];
    char id[STREAM_MARK_BYTES];
};

struct world {
    struct fleet *fleet;
    struct feed *feed;
    struct truth truths[IDS];
    struct reader readers[READERS];
    struct buf out;
    uint64_t random;
    int values;
    uint64_t marks, resumes, resets, removes;
};

static uint32_t
roll(struct world *world, uint32_t sides)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return (uint32_t)(world->random >> 32) % sides;
}

static bool
visible(const struct truth *truth, int scope)
{
    return truth->alive && (scope == SCOPE_WHOLE || truth->place == scope - SCOPE_IN);
}

static bool
covers(void *user, const struct fleet *fleet, const struct cluster *cluster)
{
    const int *scope = user;
    const struct tag *tag =
        cluster_tag(cluster, intern_find(fleet->intern, STR("place")));

    return tag &&
           str_is(intern_str(fleet->intern, tag->value), places[*scope - SCOPE_IN]);
}

static struct scope
scope_of(struct reader *reader)
{
    struct scope scope = {
        .whole = reader->scope == SCOPE_WHOLE, .covers = covers, .user = &reader->scope
    };

    snprintf(scope.digest, sizeof scope.digest, "%s", digests[reader->scope]);
    return scope;
}

static void
apply_row(struct reader *reader, const char *data, size_t length)
{
    char text[4096];
    const char *value;
    int i;

    assert_true(length < sizeof text);
    memcpy(text, data, length);
    text[length] = 0;
    /* The row is {"id":"s:cN",…,"tags":{"place":"in","value":"17"},… */
    i = strstr(text, "\"s:c")[4] - '0';
    assert_in_range(i, 0, IDS - 1);
    if (reader->scope != SCOPE_WHOLE)
        assert_non_null(strstr(
            text, reader->scope == SCOPE_IN ? "\"place\":\"in\"" : "\"place\":\"out\""));
    value = strstr(text, "\"value\":\"");
    assert_non_null(value);
    reader->images[i] =
        (struct image){ true, true, true, (int)strtol(value + 9, NULL, 10) };
}

static void
apply_remove(struct reader *reader, const char *data)
{
    int i = strstr(data, "\"s:c")[4] - '0';

    if (reader->scope != SCOPE_WHOLE)
        assert_true(reader->images[i].known);
    reader->images[i].there = false;
}

static void
check(struct world *world, struct reader *reader, uint64_t revision)
{
    for (int i = 0; i < IDS; i++) {
        const struct truth *truth = &world->truths[i];
        bool seen = visible(truth, reader->scope);

        if (truth->revision > revision)
            continue;
        assert_int_equal(reader->images[i].there, seen);
        if (seen)
            assert_int_equal(reader->images[i].value, truth->value);
    }
}

static void
end_event(struct world *world, struct reader *reader)
{
    struct mark mark;

    if (!strcmp(reader->event, "reset")) {
        world->resets++;
        reader->resetting = true;
        reader->last_id[0] = 0;
        for (int i = 0; i < IDS; i++)
            reader->images[i].seen = reader->images[i].known = false;
    } else if (!strcmp(reader->event, "sync")) {
        assert_true(reader->resetting);
        reader->resetting = false;
        for (int i = 0; i < IDS; i++)
            reader->images[i].there = reader->images[i].there && reader->images[i].seen;
    } else if (!strcmp(reader->event, "mark")) {
        assert_false(reader->resetting);
        assert_true(mark_parse_id(&mark, str_from(reader->id)));
        memcpy(reader->last_id, reader->id, sizeof reader->id);
        check(world, reader, mark.revision);
        world->marks++;
    }
    reader->event[0] = 0;
}

static void
apply_line(struct world *world, struct reader *reader, const char *line, size_t length)
{
    if (!length)
        end_event(world, reader);
    else if (!strncmp(line, "event: ", 7))
        snprintf(reader->event, sizeof reader->event, "%.*s", (int)length - 7, line + 7);
    else if (!strncmp(line, "id: ", 4))
        snprintf(reader->id, sizeof reader->id, "%.*s", (int)length - 4, line + 4);
    else if (!strcmp(reader->event, "clusters"))
        apply_row(reader, line + 6, length - 6);
    else if (!strcmp(reader->event, "remove")) {
        world->removes++;
        apply_remove(reader, line + 6);
    }
}

/* What it is given now; all of it, or the link breaks after some lines. */
static void
pull(struct world *world, struct reader *reader, size_t limit, bool breaks)
{
    char *line, *end;

    if (!reader->subscriber)
        return;
    buf_clear(&world->out);
    subscriber_pull(reader->subscriber, &world->out, limit, 0);
    for (line = world->out.at; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        if (breaks && !reader->event[0] && !roll(world, 3))
            break;
        apply_line(world, reader, line, (size_t)(end - line));
    }
    if (breaks) {
        subscriber_free(reader->subscriber);
        reader->subscriber = NULL;
        reader->resetting = false;
        reader->event[0] = 0;
    }
}

static void
connect(struct world *world, struct reader *reader)
{
    struct hello hello = { .api = STREAM_API };
    struct scope scope = scope_of(reader);

    if (reader->subscriber)
        return;
    world->resumes += reader->last_id[0] != 0;
    reader->subscriber =
        subscriber_new(world->feed, &scope, &hello, str_from(reader->last_id));
}

/* A binding changed; also of one who is away. */
static void
rescope(struct world *world, struct reader *reader)
{
    struct hello hello = { .api = STREAM_API };
    struct scope scope;

    reader->scope = (int)roll(world, SCOPES);
    scope = scope_of(reader);
    if (reader->subscriber)
        subscriber_set_scope(reader->subscriber, &scope, &hello);
}

static uint32_t
live(const struct world *world)
{
    uint32_t count = 0;

    for (int i = 0; i < IDS; i++)
        count += world->truths[i].alive;
    return count;
}

static struct str
id_of(char text[8], int i)
{
    snprintf(text, 8, "s:c%d", i);
    return str_from(text);
}

static void
put(struct world *world, int i)
{
    struct truth *truth = &world->truths[i];
    char id[8], value[16];
    uint32_t slot;

    if (!truth->alive && live(world) == SLOTS)
        return;
    if (!truth->alive && live(world) + feed_graves(world->feed) == SLOTS)
        feed_reclaim(world->feed, true);
    truth->alive = true;
    truth->value = ++world->values;
    truth->place = (int)roll(world, 2);
    slot = fleet_touch(world->fleet, id_of(id, i));
    assert_true(slot < SLOTS);
    snprintf(value, sizeof value, "%d", truth->value);
    cluster_set_tag(fleet_at(world->fleet, slot), world->fleet->intern, STR("value"),
        str_from(value));
    cluster_set_tag(fleet_at(world->fleet, slot), world->fleet->intern, STR("place"),
        str_from(places[truth->place]));
    feed_changed(world->feed, slot);
    truth->revision = feed_revision(world->feed);
}

static void
drop(struct world *world, int i)
{
    char id[8];

    if (!world->truths[i].alive)
        return;
    feed_remove(world->feed, fleet_find(world->fleet, id_of(id, i)));
    world->truths[i].alive = false;
    world->truths[i].revision = feed_revision(world->feed);
}

static void
step(struct world *world)
{
    struct reader *reader = &world->readers[roll(world, READERS)];
    int i = (int)roll(world, IDS);

    switch (roll(world, 12)) {
    case 0:
    case 1:
    case 2:
        put(world, i);
        break;
    case 3:
    case 4:
        drop(world, i);
        break;
    case 5:
        pull(world, reader, 4000, false);
        break;
    case 6:
    case 7:
    case 8:
        pull(world, reader, 1, false); /* one event, then it stalls */
        break;
    case 9:
        connect(world, reader);
        break;
    case 10:
        pull(world, reader, 1 + roll(world, 2000), true);
        break;
    case 11:
        if (roll(world, 4))
            feed_reclaim(world->feed, false);
        else
            rescope(world, reader);
        break;
    }
}

static void
world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->fleet = fleet_new();
    world->feed = feed_new(world->fleet, "0123456789abcdef", 3, 6);
    world->random = 88172645463325252u;
}

static void
world_release(struct world *world)
{
    for (int i = 0; i < READERS; i++)
        subscriber_free(world->readers[i].subscriber);
    feed_free(world->feed);
    fleet_free(world->fleet);
    buf_release(&world->out);
}

static void
every_mirror_equals_its_scope_at_every_mark(void **state)
{
    const char *given = getenv("NOCTURNE_SCHEDULES");
    long schedules = given ? strtol(given, NULL, 10) : 50000;
    struct world world;

    (void)state;
    world_init(&world);
    for (long n = 0; n < schedules; n++) {
        for (int i = 0; i < STEPS; i++)
            step(&world);
        /* Most come to rest and are compared whole; some stay away for another schedule.
         */
        for (int i = 0; i < READERS; i++) {
            if (!roll(&world, 4))
                continue;
            connect(&world, &world.readers[i]);
            pull(&world, &world.readers[i], SIZE_MAX, false);
            check(&world, &world.readers[i], UINT64_MAX);
        }
    }
    assert_true(world.marks > (uint64_t)schedules);
    assert_true(world.resets > 0 && world.removes > 0 && world.resumes > 0);
    assert_true(feed_resets(world.feed) > 0);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mirror_equals_its_scope_at_every_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
