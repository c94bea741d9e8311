/*
 * Whatever the order in which facts come, change and go, the fleet is that of the facts
 * that are left: a model that lived through a random history is compared with one that
 * was given the rest at once, in another order.
 */
#include "base/mem.h"
#include "hub/model.h"
#include "wire/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOURCES = 2,
    MANAGED = 0,
    WORKS = 1,
    NAMES = 4,
    OBJECTS = 6,
    SERIALS = 4,
    STEPS = 60
};

struct object { /* an upstream object, as it is now */
    bool there;
    int join, target; /* a work: by namespace, tag or claim; whose */
    int serial, tag; /* a cluster: its serial as tag (or claim), -1 none; its other tag */
    int value;
};

struct upstream {
    struct object clusters[NAMES], works[OBJECTS];
};

struct hub {
    struct fleet *fleet;
    struct feed *feed;
    struct model *model;
    struct sink *sink;
};

static int64_t
now_ms(void *user)
{
    (void)user;
    return 1790000000000;
}

static void
hub_init(struct hub *hub)
{
    struct model_options options = { .now_ms = now_ms };
    struct err err;

    hub->fleet = fleet_new();
    options.feed = hub->feed = feed_new(hub->fleet, "e", 8, 64);
    hub->model = model_new(&options);
    hub->sink = model_sink(hub->model);
    for (int i = 0; i < SOURCES; i++) {
        struct model_source source = { .kind = "kubernetes", .attaches = i ? 1u : 0u };

        source.name = i ? "second" : "first";
        assert_int_not_equal(model_add_source(hub->model, &source, &err), FLEET_NONE);
    }
}

static void
hub_release(struct hub *hub)
{
    model_free(hub->model);
    feed_free(hub->feed);
    fleet_clear(hub->fleet);
    assert_int_equal(intern_count(hub->fleet->intern), 0);
    fleet_free(hub->fleet);
}

static uint32_t
roll(uint64_t *random, uint32_t sides)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return (uint32_t)(*random >> 32) % sides;
}

static void
put_cluster(struct hub *hub, uint32_t source, int i, const struct object *object)
{
    char name[8], serial[8], tag[8];
    struct fact fact = { .resource = MANAGED, .inventory = true };
    struct fact_tag pair;

    snprintf(name, sizeof name, "c%d", i);
    fact.object = str_from(name);
    fact.axes[AXIS_CONNECTIVITY] =
        (struct fact_axis){ true, CONNECTIVITY_UP, STR("up"), 1000 };
    fact.axes[AXIS_HEALTH] =
        (struct fact_axis){ true, (uint8_t)(object->value % HEALTHS), STR(""), 1000 };
    fact.axes[AXIS_SYNC] = (struct fact_axis){ true, SYNC_SYNCED, STR(""), 1000 };
    snprintf(tag, sizeof tag, "t%d", object->tag);
    fact.tags[fact.tag_count++] = (struct fact_tag){ STR("tag"), str_from(tag) };
    snprintf(serial, sizeof serial, "s%d", object->serial);
    pair = (struct fact_tag){ STR("serial"), str_from(serial) };
    if (object->serial >= 0) {
        fact.tags[fact.tag_count++] = pair;
        fact.claims[fact.claim_count++] = pair;
    }
    hub->sink->put(hub->sink, source, &fact);
}

static void
put_work(struct hub *hub, uint32_t source, int i, const struct object *object)
{
    char name[8], target[8];
    struct fact fact = { .resource = WORKS };

    snprintf(name, sizeof name, "w%d", i);
    snprintf(target, sizeof target, "%c%d", object->join < 2 ? 'c' : 's', object->target);
    fact.object = str_from(name);
    fact.join = (enum fact_join)object->join;
    fact.join_key = STR("serial");
    fact.join_value = str_from(target);
    /* Each says another thing, so that no two are equally bad. */
    if (i % 2) {
        fact.axes[AXIS_SYNC] =
            (struct fact_axis){ true, SYNC_BLOCKED, str_from(name), 1000 };
        fact.nodes_known = i == 1;
        fact.nodes_ready = fact.nodes_total = (int16_t)object->value;
    } else {
        fact.versions[i / 2] = (struct fact_version){ true, str_from(target), STR("1") };
    }
    hub->sink->put(hub->sink, source, &fact);
}

static void
put(struct hub *hub, uint32_t source, uint32_t resource, int i,
    const struct object *object)
{
    if (resource == MANAGED)
        put_cluster(hub, source, i, object);
    else
        put_work(hub, source, i, object);
}

static void
drop(struct hub *hub, uint32_t source, uint32_t resource, int i)
{
    char name[8];

    snprintf(name, sizeof name, "%c%d", resource == MANAGED ? 'c' : 'w', i);
    hub->sink->drop(hub->sink, source, resource, str_from(name));
}

static bool
serial_free(const struct upstream *upstream, int serial)
{
    for (int i = 0; i < NAMES; i++)
        if (upstream->clusters[i].there && upstream->clusters[i].serial == serial)
            return false;
    return true;
}

/* One blocked work at most: of two that are equally bad the order would decide whose
 * reason is shown. */
static bool
blocked_free(const struct upstream *upstreams)
{
    for (int s = 0; s < SOURCES; s++)
        for (int i = 1; i < OBJECTS; i += 2)
            if (upstreams[s].works[i].there)
                return false;
    return true;
}

static void
change(struct upstream *upstreams, uint32_t s, uint32_t resource, int i, uint64_t *random)
{
    struct object *object =
        resource == MANAGED ? &upstreams[s].clusters[i] : &upstreams[s].works[i];
    int serial = (int)roll(random, SERIALS + 1) - 1;

    object->value = (int)roll(random, 12);
    object->tag = (int)roll(random, 3);
    object->join = (int)roll(random, 4);
    object->target = (int)roll(random, 4);
    if (resource == MANAGED) {
        object->there = false;
        object->serial = serial >= 0 && serial_free(&upstreams[s], serial) ? serial : -1;
    }
    object->there = true;
}

/* A list, as a source relists: what is there is put, the rest is swept. */
static void
relist(struct hub *hub, const struct upstream *upstream, uint32_t s, uint32_t resource,
    bool aborted)
{
    const struct object *objects =
        resource == MANAGED ? upstream->clusters : upstream->works;
    int count = resource == MANAGED ? NAMES : OBJECTS;

    hub->sink->begin(hub->sink, s, resource);
    for (int i = count; i-- > 0;)
        if (objects[i].there && !(aborted && i == 0))
            put(hub, s, resource, i, &objects[i]);
    if (aborted)
        hub->sink->abort(hub->sink, s, resource);
    else
        hub->sink->end(hub->sink, s, resource);
}

static void
step(struct hub *hub, struct upstream *upstreams, uint64_t *random)
{
    uint32_t s = roll(random, SOURCES), resource = roll(random, 2);
    int i = (int)roll(random, resource == MANAGED ? NAMES : OBJECTS);
    struct object *object =
        resource == MANAGED ? &upstreams[s].clusters[i] : &upstreams[s].works[i];
    uint32_t act = roll(random, 10);

    if (resource == WORKS && i % 2 && !object->there && !blocked_free(upstreams))
        return;
    if (act < 6) {
        change(upstreams, s, resource, i, random);
        put(hub, s, resource, i, object);
    } else if (act < 8) {
        object->there = false;
        drop(hub, s, resource, i);
    } else {
        /* It went while nobody watched; the next whole list tells. */
        object->there = false;
        if (act == 9)
            relist(hub, &upstreams[s], s, resource, true);
        relist(hub, &upstreams[s], s, resource, false);
    }
}

static void
compare(struct hub *lived, struct hub *fresh, uint64_t seed)
{
    struct buf a = { 0 }, b = { 0 };

    assert_int_equal(lived->fleet->count, fresh->fleet->count);
    assert_int_equal(model_stats(lived->model).facets, model_stats(fresh->model).facets);
    assert_int_equal(
        model_stats(lived->model).orphans, model_stats(fresh->model).orphans);
    for (uint32_t slot = 0; slot < lived->fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(lived->fleet, slot);
        uint32_t other;

        if (!cluster)
            continue;
        other = fleet_find(fresh->fleet, cluster_id(cluster, lived->fleet->intern));
        assert_int_not_equal(other, FLEET_NONE);
        buf_clear(&a);
        buf_clear(&b);
        row_print(lived->fleet, cluster, &a);
        row_print(fresh->fleet, fleet_at(fresh->fleet, other), &b);
        if (strcmp(a.at, b.at))
            fail_msg("seed %llu:\n%s\n%s", (unsigned long long)seed, a.at, b.at);
        /* What the stream sends is what is. */
        assert_true(str_is(feed_row(lived->feed, slot), a.at));
    }
    buf_release(&a);
    buf_release(&b);
}

static void
live(uint64_t seed)
{
    struct upstream upstreams[SOURCES] = { 0 };
    struct hub lived, fresh;
    uint64_t random = seed * 0x9e3779b97f4a7c15u | 1;

    hub_init(&lived);
    hub_init(&fresh);
    for (int i = 0; i < STEPS; i++)
        step(&lived, upstreams, &random);
    for (uint32_t s = SOURCES; s-- > 0;) {
        relist(&fresh, &upstreams[s], s, WORKS, false);
        relist(&fresh, &upstreams[s], s, MANAGED, false);
    }
    compare(&lived, &fresh, seed);
    hub_release(&lived);
    hub_release(&fresh);
}

static void
the_fleet_is_that_of_the_facts_that_are_left(void **state)
{
    const char *given = getenv("NOCTURNE_HISTORIES");
    long histories = given ? strtol(given, NULL, 10) : 2000;

    (void)state;
    for (long i = 1; i <= histories; i++)
        live((uint64_t)i);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fleet_is_that_of_the_facts_that_are_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
