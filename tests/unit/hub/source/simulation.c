/* The simulated fleet under a clock of the test's: deterministic, plausible, bounded. */
#include "hub/source/simulation.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/digest.h"
#include "base/mem.h"
#include "helper/check.h"

#define START_MS ((int64_t)1795000000 * 1000)
#define SECOND   ((int64_t)1000)
#define MINUTE   (60 * SECOND)

/* The last that was said of a store. */
struct seen {
    bool there, held; /* held: its health is of before its link broke */
    uint8_t connectivity, health, sync;
    int16_t nodes_ready, nodes_total;
    char reason[CLUSTER_REASON_BYTES];
    char region[32];
    bool pending;
};

struct watcher { /* of one simulation */
    struct simulation *simulation;
    struct seen *seen;
    uint32_t stores;
    uint64_t puts, drops;
    int64_t latest_ms;
    struct digest *digest; /* of all that was said, or NULL */
    int sync_puts[SYNCS];
    uint32_t busiest; /* most puts in a second of upstream's time */
    uint32_t second_puts;
    int64_t second;
    char story[8][CLUSTER_REASON_BYTES]; /* what store 317 said, as it changed */
    int story_count;
};

static uint32_t
number_of(struct str key)
{
    uint32_t number = 0;

    assert_true(store_parse_name(key, &number));
    return number;
}

static void
add_text(struct digest *digest, struct str text)
{
    digest_add(digest, text.at, text.length);
    digest_add(digest, "\n", 1);
}

static void
add_number(struct digest *digest, int64_t number)
{
    digest_add(digest, &number, sizeof(number));
}

static void
digest_fact(struct digest *digest, const struct fact *fact)
{
    add_number(digest, fact->resource);
    add_text(digest, fact->object);
    for (int axis = 0; axis < AXES; axis++) {
        add_number(digest, fact->axes[axis].known);
        add_number(digest, fact->axes[axis].value);
        add_number(digest, fact->axes[axis].since_ms);
        add_text(digest, fact->axes[axis].reason);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
        add_text(digest, fact->versions[layer].desired);
        add_text(digest, fact->versions[layer].actual);
    }
    for (uint32_t i = 0; i < fact->tag_count; i++)
        add_text(digest, fact->tags[i].value);
    add_number(digest, fact->nodes_ready);
    add_number(digest, fact->gpus);
    add_number(digest, fact->pending_since_ms);
    add_number(digest, fact->upstream_ms);
}

static void
see_story(struct watcher *watcher, const char *reason)
{
    int count = watcher->story_count;

    if (count && strcmp(watcher->story[count - 1], reason) == 0)
        return;
    if (count < 8)
        strcpy(watcher->story[watcher->story_count++], reason);
}

static void
see_cluster(
    struct watcher *watcher, const struct fact *fact, struct seen *seen, uint32_t number)
{
    const struct fact_axis *health = &fact->axes[AXIS_HEALTH];

    assert_true(fact->inventory);
    assert_true(fact->axes[AXIS_CONNECTIVITY].known && health->known);
    assert_true(fact->location_known && fact->timezone.length && fact->place.length);
    assert_true(fact->tag_count >= 7);
    assert_true(str_is(fact->tags[0].key, "region"));
    seen->there = true;
    seen->connectivity = fact->axes[AXIS_CONNECTIVITY].value;
    seen->held = seen->connectivity == CONNECTIVITY_DISCONNECTED;
    if (!seen->held)
        seen->health = health->value;
    seen->nodes_ready = fact->nodes_ready;
    seen->nodes_total = fact->nodes_total;
    snprintf(seen->reason, sizeof(seen->reason), "%.*s", STR_ARG(health->reason));
    snprintf(seen->region, sizeof(seen->region), "%.*s", STR_ARG(fact->tags[0].value));
    assert_true(fact->nodes_known == (seen->connectivity != CONNECTIVITY_NEVER_HEARD));
    assert_true(fact->nodes_ready <= fact->nodes_total);
    if (number == 317 && seen->connectivity == CONNECTIVITY_UP)
        see_story(watcher, seen->reason);
}

static void
see_work(struct watcher *watcher, const struct fact *fact, struct seen *seen)
{
    assert_false(fact->inventory);
    assert_int_equal(fact->join, JOIN_NAMESPACE);
    assert_true(fact->axes[AXIS_SYNC].known);
    seen->sync = fact->axes[AXIS_SYNC].value;
    seen->pending = fact->pending_since_ms != 0;
    watcher->sync_puts[seen->sync]++;
    if (seen->sync == SYNC_SYNCED) {
        assert_true(str_same(
            fact->versions[LAYER_MODEL].desired, fact->versions[LAYER_MODEL].actual));
        assert_true(str_same(
            fact->versions[LAYER_APP].desired, fact->versions[LAYER_APP].actual));
    }
    if (seen->sync == SYNC_UPDATING || seen->sync == SYNC_BLOCKED)
        assert_false(str_same(fact->versions[LAYER_MODEL].desired,
                         fact->versions[LAYER_MODEL].actual) &&
                     str_same(fact->versions[LAYER_APP].desired,
                         fact->versions[LAYER_APP].actual));
    if (seen->sync != SYNC_SYNCED)
        assert_true(seen->pending);
}

static void
saw_put(void *user, const struct fact *fact)
{
    struct watcher *watcher = user;
    struct str key = fact->resource == STORE_CLUSTER ? fact->object : fact->join_value;
    uint32_t number = number_of(key);
    struct seen *seen;

    assert_true(number >= 1 && number <= watcher->stores);
    seen = &watcher->seen[number - 1];
    watcher->puts++;
    assert_true(fact->upstream_ms <= watcher->latest_ms || watcher->latest_ms == 0);
    for (int axis = 0; axis < AXES; axis++)
        assert_true(fact->axes[axis].since_ms <= fact->upstream_ms + STORE_LOST_MS);
    if (fact->upstream_ms / SECOND != watcher->second) {
        watcher->second = fact->upstream_ms / SECOND;
        watcher->second_puts = 0;
    }
    if (watcher->latest_ms && ++watcher->second_puts > watcher->busiest)
        watcher->busiest = watcher->second_puts;
    if (watcher->digest)
        digest_fact(watcher->digest, fact);
    if (fact->resource == STORE_CLUSTER)
        see_cluster(watcher, fact, seen, number);
    else
        see_work(watcher, fact, seen);
}

static void
saw_drop(void *user, enum store_resource resource, struct str object)
{
    struct watcher *watcher = user;

    watcher->drops++;
    if (watcher->digest)
        add_text(watcher->digest, object);
    if (resource != STORE_CLUSTER)
        return;
    assert_true(watcher->seen[number_of(object) - 1].there);
    memset(&watcher->seen[number_of(object) - 1], 0, sizeof(struct seen));
}

static const struct simulation_calls calls = { saw_put, saw_drop };

static void
watch(struct watcher *watcher, uint32_t stores, uint64_t seed, double speed)
{
    struct simulation_options options = { stores, seed, speed, START_MS };
    struct err err = { 0 };

    memset(watcher, 0, sizeof(*watcher));
    watcher->stores = stores;
    watcher->seen = mem_zero(stores, sizeof(*watcher->seen));
    watcher->simulation = simulation_new(&options, &calls, watcher, &err);
    assert_non_null(watcher->simulation);
    simulation_tell(watcher->simulation, STORE_CLUSTER, 0, stores);
    simulation_tell(watcher->simulation, STORE_WORK, 0, stores);
}

static void
step(struct watcher *watcher, int64_t now_ms)
{
    watcher->latest_ms = now_ms;
    simulation_step(watcher->simulation, now_ms);
    assert_true(simulation_next_ms(watcher->simulation) > now_ms);
}

static void
unwatch(struct watcher *watcher)
{
    simulation_free(watcher->simulation);
    free(watcher->seen);
}

static uint32_t
count_up_with(const struct watcher *watcher, enum health health)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < watcher->stores; i++)
        count += watcher->seen[i].connectivity == CONNECTIVITY_UP &&
                 watcher->seen[i].health == health;
    return count;
}

static uint32_t
count_link(const struct watcher *watcher, enum connectivity link)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < watcher->stores; i++)
        count += watcher->seen[i].there && watcher->seen[i].connectivity == link;
    return count;
}

static uint32_t
count_sync(const struct watcher *watcher, enum sync sync)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < watcher->stores; i++)
        count += watcher->seen[i].connectivity == CONNECTIVITY_UP &&
                 watcher->seen[i].sync == sync;
    return count;
}

/* An hour, stepped so: the digest of all that was said. */
static void
run_hour(uint64_t seed, int64_t step_ms, char hex[DIGEST_HEX_LENGTH + 1])
{
    struct watcher watcher;

    watch(&watcher, 400, seed, 2);
    watcher.digest = digest_new();
    for (int64_t at_ms = step_ms; at_ms < 60 * MINUTE; at_ms += step_ms)
        step(&watcher, START_MS + at_ms);
    step(&watcher, START_MS + 60 * MINUTE);
    assert_true(watcher.puts > 1000);
    digest_finish(watcher.digest, hex);
    unwatch(&watcher);
}

static void
the_same_seed_says_the_same_however_it_is_stepped(void **state)
{
    char once[DIGEST_HEX_LENGTH + 1], fine[DIGEST_HEX_LENGTH + 1],
        coarse[DIGEST_HEX_LENGTH + 1];

    (void)state;
    run_hour(1, 60 * MINUTE, once);
    run_hour(1, 37, fine);
    run_hour(1, 7 * SECOND, coarse);
    assert_string_equal(once, fine);
    assert_string_equal(once, coarse);
    run_hour(2, 60 * MINUTE, coarse);
    assert_string_not_equal(once, coarse);
}

static void
it_starts_as_a_real_fleet_looks(void **state)
{
    struct watcher watcher;
    uint32_t calm = 0;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    for (uint32_t i = 0; i < 1200; i++) {
        const struct seen *seen = &watcher.seen[i];
        assert_true(seen->there);
        calm += seen->connectivity == CONNECTIVITY_UP && seen->health == HEALTH_HEALTHY &&
                seen->sync == SYNC_SYNCED;
    }
    assert_in_range(calm, 1140, 1170);
    assert_int_equal(count_up_with(&watcher, HEALTH_FAILING), 3);
    assert_int_equal(count_up_with(&watcher, HEALTH_DEGRADED), 10);
    assert_int_equal(count_link(&watcher, CONNECTIVITY_DISCONNECTED), 9);
    assert_int_equal(count_link(&watcher, CONNECTIVITY_NEVER_HEARD), 2);
    assert_int_equal(count_sync(&watcher, SYNC_UPDATING), 20);
    assert_int_equal(count_sync(&watcher, SYNC_CATCHING_UP), 3);
    unwatch(&watcher);
}

static void
one_that_failed_before_its_link_did_is_known_as_failed(void **state)
{
    struct watcher watcher;
    int failed = 0;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    for (uint32_t i = 0; i < 1200; i++)
        failed += watcher.seen[i].held && watcher.seen[i].health == HEALTH_FAILING;
    assert_int_equal(failed, 1);
    unwatch(&watcher);
}

static void
it_is_quiet_but_never_still(void **state)
{
    struct watcher watcher;
    uint64_t loaded;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    loaded = watcher.puts;
    for (int minute = 1; minute <= 120; minute++) {
        uint64_t before = watcher.puts;
        step(&watcher, START_MS + minute * MINUTE);
        assert_true(watcher.puts > before);
        assert_in_range(count_link(&watcher, CONNECTIVITY_UP), 850, 1200);
    }
    /* Less than 0.2 % of the fleet a second, and 1.5 % in the busiest. */
    assert_true(watcher.puts - loaded < (uint64_t)2 * 7200 * 12 / 10);
    assert_in_range(watcher.busiest, 2, 18);
    for (int sync = SYNC_SYNCED; sync < SYNCS; sync++)
        assert_true(watcher.sync_puts[sync] > 0);
    assert_true(watcher.drops > 0);
    assert_true(count_up_with(&watcher, HEALTH_DEGRADED) < 40);
    assert_true(count_up_with(&watcher, HEALTH_FAILING) < 20);
    unwatch(&watcher);
}

static void
store_317_loses_node_b_and_gets_a_new_one(void **state)
{
    static const char *const story[] = {
        "ManagedClusterHealthy",
        "NodeSuspect: node-b missed 2 heartbeats",
        "NodeSuspect: node-b missed 3 heartbeats",
        "NodeNotReady: node-b missed 4 heartbeats, node-a serves",
        "NodeNotReady: node-b missed 5 heartbeats, node-a serves",
        "NodeReplaced: new node-b joined, volume replica 20 %",
        "NodeReplaced: new node-b joined, volume replica 40 %",
        "NodeReplaced: new node-b joined, volume replica 60 %",
    };
    struct watcher watcher;
    const struct seen *seen;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    seen = &watcher.seen[316];
    step(&watcher, START_MS + 40 * SECOND);
    assert_int_equal(seen->health, HEALTH_HEALTHY);
    step(&watcher, START_MS + 50 * SECOND);
    assert_int_equal(seen->health, HEALTH_DEGRADED);
    assert_int_equal(seen->nodes_ready, 2);
    step(&watcher, START_MS + 200 * SECOND);
    assert_int_equal(seen->nodes_ready, 1);
    assert_int_equal(seen->nodes_total, 2);
    step(&watcher, START_MS + 20 * MINUTE);
    for (int i = 0; i < 8; i++)
        assert_string_equal(watcher.story[i], story[i]);
    assert_int_equal(seen->health, HEALTH_HEALTHY);
    assert_int_equal(seen->nodes_ready, 2);
    unwatch(&watcher);
}

static bool
of(const struct seen *seen, enum region region)
{
    return strcmp(seen->region, region_name(region)) == 0;
}

static void
a_region_whose_uplink_fails_goes_offline_and_catches_up(void **state)
{
    struct watcher watcher;
    uint32_t region = 0, others = 0, backlog = 0;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    step(&watcher, START_MS + 10 * SECOND);
    simulation_cut(watcher.simulation, REGION_MIDWEST);
    step(&watcher, START_MS + 51 * SECOND);
    for (uint32_t i = 0; i < 1200; i++) {
        if (of(&watcher.seen[i], REGION_MIDWEST)) {
            assert_int_not_equal(watcher.seen[i].connectivity, CONNECTIVITY_UP);
            region++;
        } else {
            others += watcher.seen[i].connectivity == CONNECTIVITY_DISCONNECTED;
        }
    }
    assert_true(region > 150);
    assert_true(others < 15);
    assert_int_equal(count_link(&watcher, CONNECTIVITY_UP) + region + others + 2, 1200);
    watcher.sync_puts[SYNC_CATCHING_UP] = 0;
    step(&watcher, START_MS + 9 * MINUTE);
    backlog = (uint32_t)watcher.sync_puts[SYNC_CATCHING_UP];
    assert_true(backlog >= region - 2);
    unwatch(&watcher);
}

static void
what_waits_for_a_link_is_queued_until_it_is_back(void **state)
{
    struct watcher watcher;

    (void)state;
    watch(&watcher, 1200, 9, 1);
    for (int at = 1; at <= 240; at++) {
        step(&watcher, START_MS + at * 15 * SECOND);
        for (uint32_t i = 0; i < 1200; i++) {
            const struct seen *seen = &watcher.seen[i];
            if (seen->sync == SYNC_QUEUED)
                assert_int_equal(seen->connectivity, CONNECTIVITY_DISCONNECTED);
            if (seen->sync == SYNC_UPDATING || seen->sync == SYNC_CATCHING_UP)
                assert_int_equal(seen->connectivity, CONNECTIVITY_UP);
            if (seen->connectivity == CONNECTIVITY_NEVER_HEARD)
                assert_int_equal(seen->sync, SYNC_UNKNOWN);
        }
    }
    assert_true(watcher.sync_puts[SYNC_QUEUED] > 0);
    unwatch(&watcher);
}

static void
speed_divides_time(void **state)
{
    struct watcher slow, fast;

    (void)state;
    watch(&slow, 600, 5, 1);
    watch(&fast, 600, 5, 60);
    step(&slow, START_MS + 60 * MINUTE);
    step(&fast, START_MS + MINUTE);
    assert_true(fast.puts > slow.puts * 8 / 10 && fast.puts < slow.puts * 12 / 10);
    unwatch(&slow);
    unwatch(&fast);
}

static void
a_hundred_thousand_stores_keep_the_rate_bounded(void **state)
{
    struct watcher watcher;
    uint64_t loaded;

    (void)state;
    watch(&watcher, 100000, 1, 1);
    loaded = watcher.puts;
    step(&watcher, START_MS + MINUTE);
    assert_in_range(watcher.puts - loaded, 60 * 20, 60 * 200);
    assert_true(watcher.busiest < 1500);
    unwatch(&watcher);
}

static void
the_smallest_fleets_work(void **state)
{
    static const uint32_t sizes[] = { 1, 2, 3, 7, 59, 316, 317, 318 };
    struct watcher watcher;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        watch(&watcher, sizes[i], 3, 10);
        step(&watcher, START_MS + 60 * MINUTE);
        assert_true(watcher.puts > sizes[i]);
        unwatch(&watcher);
    }
}

static void
details_are_json_with_nodes_and_gpus(void **state)
{
    struct watcher watcher;
    struct buf text = { 0 };
    json_t *json;

    (void)state;
    watch(&watcher, 1200, 42, 1);
    step(&watcher, START_MS + 200 * SECOND);
    for (uint32_t number = 1; number <= 1200; number++) {
        struct buf name = { 0 };
        store_print_name(number, &name);
        buf_clear(&text);
        buf_add_char(&text, '{');
        simulation_print_details(
            watcher.simulation, buf_str(&name), START_MS + 200 * SECOND, &text);
        buf_add_char(&text, '}');
        json = json_loadb(text.at, text.length, 0, NULL);
        assert_non_null(json);
        assert_true(json_is_array(json_object_get(json, "nodes")));
        if (number == 317) {
            json_t *node = json_array_get(json_object_get(json, "nodes"), 1);
            assert_string_equal(
                json_string_value(json_object_get(node, "name")), "node-b");
            assert_true(json_is_false(json_object_get(node, "ready")));
            assert_int_equal(json_integer_value(json_object_get(node, "missed")), 4);
        }
        json_decref(json);
        buf_release(&name);
    }
    buf_clear(&text);
    simulation_print_details(watcher.simulation, STR("store-9999"), START_MS, &text);
    simulation_print_details(watcher.simulation, STR("elsewhere"), START_MS, &text);
    assert_int_equal(text.length, 0);
    buf_release(&text);
    unwatch(&watcher);
}

static void
gpus_work_by_day_and_rest_by_night(void **state)
{
    struct store store = { .link = CONNECTIVITY_UP };
    struct store_traits traits;
    uint32_t number = 1;
    struct buf text = { 0 };
    int busy = 0, idle = 0;

    (void)state;
    do
        store_draw(&traits, 42, number++);
    while (!traits.gpus);
    for (int hour = 0; hour < 24; hour++) {
        buf_clear(&text);
        buf_add_char(&text, '{');
        store_print_details(&store, &traits, START_MS + hour * 60 * MINUTE, &text);
        buf_add_char(&text, '}');
        json_t *json = json_loadb(text.at, text.length, 0, NULL);
        json_t *gpu = json_array_get(json_object_get(json, "gpus"), 0);
        json_int_t percent =
            json_integer_value(json_object_get(gpu, "utilization_percent"));
        assert_int_equal(json_array_size(json_object_get(json, "gpus")), traits.gpus);
        assert_in_range(percent, 0, 100);
        busy += percent > 45;
        idle += percent < 35;
        json_decref(json);
    }
    assert_true(busy >= 5 && idle >= 5);
    buf_release(&text);
}

static void
senseless_options_are_refused(void **state)
{
    static const struct simulation_options bad[] = { { 0, 1, 1, START_MS },
        { SIMULATION_STORES + 1, 1, 1, START_MS }, { 10, 1, 0, START_MS },
        { 10, 1, -1, START_MS }, { 10, 1, 1e9, START_MS } };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err err = { 0 };
        assert_null(simulation_new(&bad[i], &calls, NULL, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_says_the_same_however_it_is_stepped),
        cmocka_unit_test(it_starts_as_a_real_fleet_looks),
        cmocka_unit_test(one_that_failed_before_its_link_did_is_known_as_failed),
        cmocka_unit_test(it_is_quiet_but_never_still),
        cmocka_unit_test(store_317_loses_node_b_and_gets_a_new_one),
        cmocka_unit_test(a_region_whose_uplink_fails_goes_offline_and_catches_up),
        cmocka_unit_test(what_waits_for_a_link_is_queued_until_it_is_back),
        cmocka_unit_test(speed_divides_time),
        cmocka_unit_test(a_hundred_thousand_stores_keep_the_rate_bounded),
        cmocka_unit_test(the_smallest_fleets_work),
        cmocka_unit_test(details_are_json_with_nodes_and_gpus),
        cmocka_unit_test(gpus_work_by_day_and_rest_by_night),
        cmocka_unit_test(senseless_options_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
