/* The model's rules, one by one, with plain facts and a clock that is given. */
#include "hub/model.h"
#include "base/mem.h"
#include "wire/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_MS 1790000000000 /* some time in 2026 */

enum { MANAGED, WORKS };

struct bench {
    struct fleet *fleet;
    struct feed *feed;
    struct model *model;
    struct sink *sink;
    int64_t now_ms;
    uint32_t changes, gone;
    char last_gone[64];
    char covered[64]; /* a cluster that a window waits for */
};

static int64_t
now_ms(void *user)
{
    return ((struct bench *)user)->now_ms;
}

static void
changed(void *user, uint32_t slot)
{
    (void)slot;
    ((struct bench *)user)->changes++;
}

static void
gone(void *user, struct str id)
{
    struct bench *bench = user;

    bench->gone++;
    snprintf(bench->last_gone, sizeof bench->last_gone, "%.*s", STR_ARG(id));
}

static bool
window(void *user, struct str id, struct str *name, int64_t *until_ms)
{
    struct bench *bench = user;

    if (!str_is(id, bench->covered))
        return false;
    *name = STR("mw-1");
    *until_ms = bench->now_ms + 3600000;
    return true;
}

static uint32_t
add_source(struct bench *bench, const char *name, uint32_t attaches)
{
    struct model_source source = {
        .name = name, .kind = "kubernetes", .attaches = attaches
    };
    struct err err;
    uint32_t index = model_add_source(bench->model, &source, &err);

    assert_int_not_equal(index, FLEET_NONE);
    model_source(bench->model, index)->fresh_ms = bench->now_ms;
    return index;
}

static int
setup(void **state)
{
    struct bench *bench = mem_zero(1, sizeof *bench);
    struct model_options options = { .now_ms = now_ms,
        .changed = changed,
        .gone = gone,
        .window = window,
        .user = bench };

    bench->now_ms = START_MS;
    bench->fleet = fleet_new();
    bench->feed = feed_new(bench->fleet, "e", FEED_GRAVES, FEED_TOMBSTONES);
    options.feed = bench->feed;
    bench->model = model_new(&options);
    bench->sink = model_sink(bench->model);
    add_source(bench, "ocm", 0);
    *state = bench;
    return 0;
}

static int
teardown(void **state)
{
    struct bench *bench = *state;
    uint32_t left;

    model_free(bench->model);
    feed_free(bench->feed);
    fleet_clear(bench->fleet);
    left = intern_count(bench->fleet->intern);
    fleet_free(bench->fleet);
    free(bench);
    /* Every text that was counted up was counted down again. */
    return left ? -1 : 0;
}

static void
say(struct fact *fact, enum axis axis, uint8_t value, const char *reason,
    int64_t since_ms)
{
    fact->axes[axis] = (struct fact_axis){ true, value, str_from(reason), since_ms };
}

static struct fact
managed(const char *name)
{
    return (
        struct fact){ .resource = MANAGED, .object = str_from(name), .inventory = true };
}

static struct fact
work(const char *object, const char *namespace)
{
    return (struct fact){ .resource = WORKS,
        .object = str_from(object),
        .join = JOIN_NAMESPACE,
        .join_value = str_from(namespace) };
}

static void
put(struct bench *bench, uint32_t source, const struct fact *fact)
{
    bench->sink->put(bench->sink, source, fact);
}

static void
put_link(struct bench *bench, const char *name, uint8_t link, uint8_t health)
{
    struct fact fact = managed(name);

    say(&fact, AXIS_CONNECTIVITY, link, "Available", bench->now_ms);
    say(&fact, AXIS_HEALTH, health, "Ready", 0);
    put(bench, 0, &fact);
}

static void
put_work(struct bench *bench, const char *object, const char *namespace, uint8_t sync,
    int64_t pending_ms)
{
    struct fact fact = work(object, namespace);

    say(&fact, AXIS_SYNC, sync, "Applied", 0);
    fact.pending_since_ms = pending_ms;
    put(bench, 0, &fact);
}

static const struct cluster *
at(struct bench *bench, const char *id)
{
    uint32_t slot = fleet_find(bench->fleet, str_from(id));

    return slot == FLEET_NONE ? NULL : fleet_at(bench->fleet, slot);
}

static void
inventory_creates_a_cluster_and_nothing_else_does(void **state)
{
    struct bench *bench = *state;

    put_work(bench, "west/app", "west", SYNC_SYNCED, 0);
    assert_int_equal(bench->fleet->count, 0);
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(bench->fleet->count, 1);
    assert_string_equal(
        intern_text(bench->fleet->intern, at(bench, "ocm:west")->source), "ocm");
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
}

static void
a_facet_that_comes_first_attaches_later_and_is_an_orphan_until_then(void **state)
{
    struct bench *bench = *state;

    put_work(bench, "west/app", "west", SYNC_BLOCKED, 0);
    assert_int_equal(model_stats(bench->model).orphans, 1);
    bench->now_ms += 1000;
    model_tick(bench->model);
    assert_int_equal(model_source(bench->model, 0)->orphans, 1);
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(model_stats(bench->model).orphans, 0);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_BLOCKED);
}

static void
facets_are_orphans_again_when_their_cluster_goes(void **state)
{
    struct bench *bench = *state;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_work(bench, "west/app", "west", SYNC_SYNCED, 0);
    bench->sink->drop(bench->sink, 0, MANAGED, STR("west"));
    assert_null(at(bench, "ocm:west"));
    assert_string_equal(bench->last_gone, "ocm:west");
    assert_int_equal(model_stats(bench->model).orphans, 1);
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_SYNCED);
}

static void
a_tag_joins_and_a_tag_that_moves_takes_the_facet_along(void **state)
{
    struct bench *bench = *state;
    struct fact one = managed("one"), two = managed("two");
    struct fact unit = { .resource = WORKS,
        .object = STR("unit-7"),
        .join = JOIN_TAG,
        .join_key = STR("serial"),
        .join_value = STR("A7") };

    unit.nodes_known = true;
    unit.nodes_ready = unit.nodes_total = 3;
    one.tags[0] = (struct fact_tag){ STR("serial"), STR("A7") };
    one.tag_count = 1;
    put(bench, 0, &one);
    put(bench, 0, &two);
    put(bench, 0, &unit);
    assert_int_equal(at(bench, "ocm:one")->nodes_total, 3);
    assert_int_equal(at(bench, "ocm:two")->nodes_total, UNKNOWN_COUNT);
    one.tag_count = 0;
    put(bench, 0, &one);
    assert_int_equal(at(bench, "ocm:one")->nodes_total, UNKNOWN_COUNT);
    assert_int_equal(model_stats(bench->model).orphans, 1);
    two.claims[0] = (struct fact_tag){ STR("serial"), STR("A7") };
    two.claim_count = 1;
    put(bench, 0, &two); /* a claim is no tag */
    assert_int_equal(at(bench, "ocm:two")->nodes_total, UNKNOWN_COUNT);
    two.tags[0] = (struct fact_tag){ STR("serial"), STR("A7") };
    two.tag_count = 1;
    put(bench, 0, &two);
    assert_int_equal(at(bench, "ocm:two")->nodes_total, 3);
}

static void
the_worst_of_several_works_is_shown(void **state)
{
    struct bench *bench = *state;
    struct fact fact = work("west/a", "west");

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    say(&fact, AXIS_SYNC, SYNC_SYNCED, "", 0);
    fact.versions[LAYER_APP] = (struct fact_version){ true, STR("1"), STR("1") };
    put(bench, 0, &fact);
    fact.object = STR("west/b");
    say(&fact, AXIS_SYNC, SYNC_BLOCKED, "no space", 0);
    fact.versions[LAYER_APP] = (struct fact_version){ true, STR("2"), STR("1") };
    put(bench, 0, &fact);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_BLOCKED);
    assert_string_equal(intern_text(bench->fleet->intern,
                            at(bench, "ocm:west")->versions[LAYER_APP].desired),
        "2");
    assert_int_equal(at(bench, "ocm:west")->state, STATE_DEGRADED);
    bench->sink->drop(bench->sink, 0, WORKS, STR("west/b"));
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_SYNCED);
}

static void
the_first_source_of_hub_yaml_owns_a_facet_that_two_could_give(void **state)
{
    struct bench *bench = *state;
    uint32_t second = add_source(bench, "metrics", 1u << 0);
    struct fact fact = work("west", "west");

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    fact.nodes_known = true;
    fact.nodes_ready = 1, fact.nodes_total = 2;
    put(bench, second, &fact);
    assert_int_equal(at(bench, "ocm:west")->nodes_total, 2);
    fact.nodes_total = 3;
    put(bench, 0, &fact);
    assert_int_equal(at(bench, "ocm:west")->nodes_total, 3);
    bench->now_ms += 60000;
    fact.nodes_total = 9;
    put(bench, second, &fact); /* newer, and not the owner */
    assert_int_equal(at(bench, "ocm:west")->nodes_total, 3);
    bench->sink->drop(bench->sink, 0, WORKS, STR("west"));
    assert_int_equal(at(bench, "ocm:west")->nodes_total, 9);
}

static void
a_source_attaches_to_others_only_where_it_was_told_to(void **state)
{
    struct bench *bench = *state;
    uint32_t second = add_source(bench, "other", 0);
    struct fact fact = work("west", "west");

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    fact.nodes_known = true;
    put(bench, second, &fact);
    assert_int_equal(at(bench, "ocm:west")->nodes_total, UNKNOWN_COUNT);
    assert_int_equal(model_stats(bench->model).orphans, 1);
}

static void
health_is_held_when_the_link_is_lost(void **state)
{
    struct bench *bench = *state;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_DEGRADED);
    bench->now_ms += 60000;
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_UNKNOWN);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_HEALTH].value, HEALTH_DEGRADED);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
    assert_int_equal(at(bench, "ocm:west")->seen_s, bench->now_ms / 1000);
    /* What is claimed while it is away is no observation. */
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_FAILING);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_HEALTH].value, HEALTH_DEGRADED);
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    assert_int_equal(at(bench, "ocm:west")->seen_s, 0);
}

static void
a_failure_seen_before_the_silence_stays_down(void **state)
{
    struct bench *bench = *state;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_FAILING);
    bench->now_ms += 60000;
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_UNKNOWN);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_DOWN);
}

static void
without_a_held_value_the_health_of_a_lost_cluster_is_unknown(void **state)
{
    struct bench *bench = *state;

    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_HEALTHY);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_HEALTH].value, HEALTH_UNKNOWN);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
}

static void
what_was_pending_before_the_link_came_back_is_catching_up(void **state)
{
    struct bench *bench = *state;
    int64_t before_ms;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_UNKNOWN);
    bench->now_ms += 60000;
    before_ms = bench->now_ms;
    put_work(bench, "west/app", "west", SYNC_UPDATING, before_ms);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_QUEUED);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
    bench->now_ms += 60000;
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_CATCHING_UP);
    put_work(bench, "west/app", "west", SYNC_SYNCED, 0);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    bench->now_ms += 60000;
    put_work(bench, "west/app", "west", SYNC_UPDATING, bench->now_ms);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_UPDATING);
}

static void
where_upstream_does_not_say_since_when_our_own_eyes_count(void **state)
{
    struct bench *bench = *state;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_UNKNOWN);
    bench->now_ms += 60000;
    put_work(bench, "west/app", "west", SYNC_UPDATING, 0);
    bench->now_ms += 60000;
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    bench->now_ms += 60000;
    put_work(bench, "west/app", "west", SYNC_UPDATING, 0);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_CATCHING_UP);
}

static void
a_load_sweeps_at_its_end_what_it_did_not_mention(void **state)
{
    struct bench *bench = *state;
    struct sink *sink = bench->sink;

    sink->begin(sink, 0, MANAGED);
    put_link(bench, "a", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "b", CONNECTIVITY_UP, HEALTH_HEALTHY);
    sink->end(sink, 0, MANAGED);
    assert_int_equal(bench->fleet->count, 2);
    sink->begin(sink, 0, MANAGED);
    put_link(bench, "b", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "c", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_non_null(at(bench, "ocm:a"));
    sink->end(sink, 0, MANAGED);
    assert_null(at(bench, "ocm:a"));
    assert_int_equal(bench->fleet->count, 2);
    assert_int_equal(model_source(bench->model, 0)->clusters, 2);
}

static void
an_aborted_load_sweeps_nothing_ever(void **state)
{
    struct bench *bench = *state;
    struct sink *sink = bench->sink;

    sink->begin(sink, 0, MANAGED);
    put_link(bench, "a", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "b", CONNECTIVITY_UP, HEALTH_HEALTHY);
    sink->end(sink, 0, MANAGED);
    sink->begin(sink, 0, MANAGED);
    put_link(bench, "b", CONNECTIVITY_UP, HEALTH_HEALTHY);
    sink->abort(sink, 0, MANAGED);
    sink->end(sink, 0, MANAGED); /* not begun: means nothing */
    assert_int_equal(bench->fleet->count, 2);
    /* What an aborted load mentioned is not mentioned by the next. */
    sink->begin(sink, 0, MANAGED);
    put_link(bench, "a", CONNECTIVITY_UP, HEALTH_HEALTHY);
    sink->end(sink, 0, MANAGED);
    assert_non_null(at(bench, "ocm:a"));
    assert_null(at(bench, "ocm:b"));
}

static void
a_fact_that_says_nothing_new_is_no_revision(void **state)
{
    struct bench *bench = *state;
    uint64_t revision;
    struct fact fact = managed("west");

    say(&fact, AXIS_CONNECTIVITY, CONNECTIVITY_UP, "Available", START_MS);
    put(bench, 0, &fact);
    revision = feed_revision(bench->feed);
    bench->now_ms += 5000;
    fact.upstream_ms = bench->now_ms;
    put(bench, 0, &fact);
    assert_int_equal(feed_revision(bench->feed), revision);
}

static void
put_beat(struct bench *bench, const char *name, int64_t beat_ms)
{
    struct fact fact = managed(name);

    fact.heartbeat_ms = beat_ms;
    fact.promise_ms = 60000;
    fact.misses = 5;
    say(&fact, AXIS_HEALTH, HEALTH_HEALTHY, "", 0);
    put(bench, 0, &fact);
}

/* Let time pass a second at a time; the source is heard all the while, or not. */
static void
pass(struct bench *bench, int64_t ms, bool heard)
{
    for (int64_t i = 0; i < ms; i += 1000) {
        bench->now_ms += 1000;
        if (heard)
            model_source(bench->model, 0)->fresh_ms = bench->now_ms;
        if (model_next_ms(bench->model) <= bench->now_ms)
            model_tick(bench->model);
    }
}

static void
a_promised_heartbeat_that_does_not_come_is_a_disconnection(void **state)
{
    struct bench *bench = *state;
    uint64_t revision;

    put_beat(bench, "west", bench->now_ms);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    pass(bench, 299000, true);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    revision = feed_revision(bench->feed);
    pass(bench, 2000, true);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
    assert_true(feed_revision(bench->feed) > revision);
    assert_int_equal(at(bench, "ocm:west")->seen_s, START_MS / 1000);
    put_beat(bench, "west", bench->now_ms);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    pass(bench, 301000, true);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
}

static void
a_beat_puts_the_deadline_off_without_a_revision(void **state)
{
    struct bench *bench = *state;
    uint64_t revision;

    put_beat(bench, "west", bench->now_ms);
    revision = feed_revision(bench->feed);
    for (int i = 0; i < 20; i++) {
        pass(bench, 60000, true);
        put_beat(bench, "west", bench->now_ms);
    }
    assert_int_equal(feed_revision(bench->feed), revision);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
}

static void
while_the_source_is_silent_the_clocks_stand_still(void **state)
{
    struct bench *bench = *state;

    model_source(bench->model, 0)->promise_ms = 30000;
    put_beat(bench, "west", bench->now_ms);
    pass(bench, 100000, true);
    pass(bench, 3600000, false);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    pass(bench, 150000, true);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_HEALTHY);
    pass(bench, 60000, true);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_OFFLINE);
}

static void
put_many(struct bench *bench, int first, int last, uint8_t link)
{
    char name[24];

    for (int i = first; i < last; i++) {
        snprintf(name, sizeof name, "store-%d", i);
        put_link(
            bench, name, link, link == CONNECTIVITY_UP ? HEALTH_HEALTHY : HEALTH_UNKNOWN);
    }
}

static void
more_than_a_fifth_lost_at_once_makes_the_source_suspect(void **state)
{
    struct bench *bench = *state;
    const struct fleet_source *source = model_source(bench->model, 0);
    uint64_t told;

    put_many(bench, 0, 100, CONNECTIVITY_UP);
    put_many(bench, 0, 20, CONNECTIVITY_DISCONNECTED);
    pass(bench, 2000, true);
    assert_string_equal(source->suspect, "");
    told = feed_sources_revision(bench->feed);
    put_many(bench, 20, 30, CONNECTIVITY_DISCONNECTED);
    pass(bench, 2000, true);
    assert_non_null(strstr(source->suspect, "30 of 100 clusters lost"));
    assert_true(feed_sources_revision(bench->feed) > told);
    for (int i = 0; i < 30; i++) {
        char id[24];

        snprintf(id, sizeof id, "ocm:store-%d", i);
        assert_int_equal(at(bench, id)->state, STATE_OFFLINE);
    }
    pass(bench, 3600000, true); /* it stays so for as long as they are away */
    assert_string_not_equal(source->suspect, "");
    put_many(bench, 0, 30, CONNECTIVITY_UP);
    pass(bench, 10000, true);
    assert_string_equal(source->suspect, "");
}

static void
losses_spread_over_time_are_no_mass_loss(void **state)
{
    struct bench *bench = *state;

    put_many(bench, 0, 100, CONNECTIVITY_UP);
    for (int i = 0; i < 50; i += 10) {
        put_many(bench, i, i + 10, CONNECTIVITY_DISCONNECTED);
        pass(bench, 200000, true);
        assert_string_equal(model_source(bench->model, 0)->suspect, "");
    }
}

static void
a_fleet_that_was_away_before_we_looked_makes_nobody_suspect(void **state)
{
    struct bench *bench = *state;

    put_many(bench, 0, 100, CONNECTIVITY_DISCONNECTED);
    pass(bench, 10000, true);
    assert_string_equal(model_source(bench->model, 0)->suspect, "");
}

static void
a_window_covers_a_cluster_now_and_one_that_comes_later(void **state)
{
    struct bench *bench = *state;

    snprintf(bench->covered, sizeof bench->covered, "ocm:late");
    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_DEGRADED);
    model_cover(bench->model, STR("ocm:west"), STR("mw-7"), bench->now_ms + 60000);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_MAINTENANCE);
    assert_int_equal(at(bench, "ocm:west")->beneath, STATE_DEGRADED);
    model_cover(bench->model, STR("ocm:west"), STR(""), 0);
    assert_int_equal(at(bench, "ocm:west")->state, STATE_DEGRADED);
    put_link(bench, "late", CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(at(bench, "ocm:late")->state, STATE_MAINTENANCE);
}

static char *
row_of(struct bench *bench, const char *id)
{
    struct buf row = { 0 };

    row_print(bench->fleet, at(bench, id), &row);
    return buf_take(&row);
}

static void
a_restored_row_stands_until_its_source_is_synced(void **state)
{
    struct bench *bench = *state;
    struct err err;
    char *west, *east;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_DEGRADED);
    put_work(bench, "west/app", "west", SYNC_BLOCKED, 0);
    put_link(bench, "east", CONNECTIVITY_UP, HEALTH_HEALTHY);
    west = row_of(bench, "ocm:west");
    east = row_of(bench, "ocm:east");
    bench->sink->drop(bench->sink, 0, WORKS, STR("west/app"));
    bench->sink->drop(bench->sink, 0, MANAGED, STR("west"));
    bench->sink->drop(bench->sink, 0, MANAGED, STR("east"));
    assert_int_equal(bench->fleet->count, 0);

    assert_true(model_restore(bench->model, str_from(west), HEALTH_DEGRADED, &err));
    assert_true(model_restore(bench->model, str_from(east), HEALTH_HEALTHY, &err));
    assert_int_equal(at(bench, "ocm:west")->state, STATE_DEGRADED);
    assert_true(model_source(bench->model, 0)->kept);
    bench->sink->begin(bench->sink, 0, MANAGED);
    put_link(bench, "west", CONNECTIVITY_DISCONNECTED, HEALTH_UNKNOWN);
    bench->sink->end(bench->sink, 0, MANAGED);
    /* Held over the restart; the works are not loaded yet. */
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_HEALTH].value, HEALTH_DEGRADED);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_BLOCKED);
    assert_non_null(at(bench, "ocm:east"));
    model_source(bench->model, 0)->synced = true;
    bench->sink->status(bench->sink, 0);
    assert_false(model_source(bench->model, 0)->kept);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_SYNC].value, SYNC_UNKNOWN);
    assert_int_equal(at(bench, "ocm:west")->axes[AXIS_HEALTH].value, HEALTH_DEGRADED);
    assert_null(at(bench, "ocm:east"));
    free(west);
    free(east);
}

static void
what_an_earlier_hub_heard_is_not_forgotten_by_a_source_that_starts_anew(void **state)
{
    struct bench *bench = *state;
    struct fleet_source *source = model_source(bench->model, 0);

    model_heard(bench->model, 0, START_MS - 60000);
    source->fresh_ms = 0;
    bench->sink->status(bench->sink, 0);
    assert_true(source->fresh_ms == START_MS - 60000);
    source->fresh_ms = START_MS;
    bench->sink->status(bench->sink, 0);
    assert_true(source->fresh_ms == START_MS);
}

static void
a_restored_row_of_a_source_that_is_gone_is_refused(void **state)
{
    struct bench *bench = *state;
    struct err err = { 0 };
    char *row;

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    row = row_of(bench, "ocm:west");
    memcpy(strstr(row, "ocm:"), "old:", 4);
    assert_false(model_restore(bench->model, str_from(row), HEALTH_HEALTHY, &err));
    assert_int_equal(bench->fleet->count, 1);
    free(row);
}

static void
names_that_could_harm_are_refused(void **state)
{
    struct bench *bench = *state;
    char longer[CLUSTER_ID_BYTES + 8];
    struct fact fact;

    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = 0;
    put_link(bench, "a\033[2J", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, "", CONNECTIVITY_UP, HEALTH_HEALTHY);
    put_link(bench, longer, CONNECTIVITY_UP, HEALTH_HEALTHY);
    longer[CLUSTER_ID_BYTES - 4] = 0;
    put_link(bench, longer, CONNECTIVITY_UP, HEALTH_HEALTHY);
    assert_int_equal(bench->fleet->count, 0);
    fact = managed("b");
    fact.resource = MODEL_RESOURCES;
    put(bench, 0, &fact);
    put(bench, 7, &fact);
    assert_int_equal(bench->fleet->count, 0);
    assert_int_equal(model_stats(bench->model).facets, 0);
}

static void
a_cluster_takes_so_many_objects_and_no_more(void **state)
{
    struct bench *bench = *state;
    char name[32];

    put_link(bench, "west", CONNECTIVITY_UP, HEALTH_HEALTHY);
    for (int i = 0; i < MODEL_CLUSTER_FACETS + 10; i++) {
        snprintf(name, sizeof name, "west/w%d", i);
        put_work(bench, name, "west", SYNC_SYNCED, 0);
    }
    assert_int_equal(model_stats(bench->model).orphans, 11);
    assert_true(model_stats(bench->model).refused >= 11);
}

static const char *
resource_name(void *user, uint32_t source, uint32_t resource)
{
    (void)user;
    (void)source;
    return resource == WORKS ? "works" : "clusters";
}

static void
details_say_who_said_what_and_when(void **state)
{
    struct bench *bench = *state;
    struct buf out = { 0 };
    struct fact fact = managed("west");

    say(&fact, AXIS_CONNECTIVITY, CONNECTIVITY_UP, "Available", START_MS);
    fact.upstream_ms = START_MS - 60000;
    put(bench, 0, &fact);
    put_work(bench, "west/app", "west", SYNC_UPDATING, 0);
    model_print_details(bench->model, fleet_find(bench->fleet, STR("ocm:west")),
        resource_name, NULL, &out);
    assert_non_null(strstr(out.at, "\"resource\":\"works\",\"object\":\"west/app\""));
    assert_non_null(strstr(out.at, "\"upstream_at\":\"2026-09-21T"));
    assert_non_null(strstr(out.at, "\"pending_since\":\""));
    buf_release(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(inventory_creates_a_cluster_and_nothing_else_does),
        TEST(a_facet_that_comes_first_attaches_later_and_is_an_orphan_until_then),
        TEST(facets_are_orphans_again_when_their_cluster_goes),
        TEST(a_tag_joins_and_a_tag_that_moves_takes_the_facet_along),
        TEST(the_worst_of_several_works_is_shown),
        TEST(the_first_source_of_hub_yaml_owns_a_facet_that_two_could_give),
        TEST(a_source_attaches_to_others_only_where_it_was_told_to),
        TEST(health_is_held_when_the_link_is_lost),
        TEST(a_failure_seen_before_the_silence_stays_down),
        TEST(without_a_held_value_the_health_of_a_lost_cluster_is_unknown),
        TEST(what_was_pending_before_the_link_came_back_is_catching_up),
        TEST(where_upstream_does_not_say_since_when_our_own_eyes_count),
        TEST(a_load_sweeps_at_its_end_what_it_did_not_mention),
        TEST(an_aborted_load_sweeps_nothing_ever),
        TEST(a_fact_that_says_nothing_new_is_no_revision),
        TEST(a_promised_heartbeat_that_does_not_come_is_a_disconnection),
        TEST(a_beat_puts_the_deadline_off_without_a_revision),
        TEST(while_the_source_is_silent_the_clocks_stand_still),
        TEST(more_than_a_fifth_lost_at_once_makes_the_source_suspect),
        TEST(losses_spread_over_time_are_no_mass_loss),
        TEST(a_fleet_that_was_away_before_we_looked_makes_nobody_suspect),
        TEST(a_window_covers_a_cluster_now_and_one_that_comes_later),
        TEST(a_restored_row_stands_until_its_source_is_synced),
        TEST(what_an_earlier_hub_heard_is_not_forgotten_by_a_source_that_starts_anew),
        TEST(a_restored_row_of_a_source_that_is_gone_is_refused),
        TEST(names_that_could_harm_are_refused),
        TEST(a_cluster_takes_so_many_objects_and_no_more),
        TEST(details_say_who_said_what_and_when),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
