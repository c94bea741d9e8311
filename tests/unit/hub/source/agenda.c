/* The agenda's order; what may befall a store; names. */
#include "hub/source/agenda.h"

#include "base/buf.h"
#include "helper/check.h"
#include "hub/source/city.h"
#include "hub/source/fault.h"
#include "hub/source/store.h"

static void
the_earliest_comes_first_and_ties_in_order_of_adding(void **state)
{
    struct agenda agenda = { 0 };
    struct agenda_event event = { 0 }, last = { .at_ms = -1 };
    uint64_t random = 1;
    int taken = 0;

    (void)state;
    assert_true(agenda_next_ms(&agenda) == INT64_MAX);
    assert_false(agenda_take(&agenda, &event));
    for (uint32_t i = 0; i < 5000; i++) {
        random = store_mix(random);
        event.at_ms = (int64_t)(random % 500); /* many of one moment */
        event.store = i;
        agenda_add(&agenda, &event);
        if (random % 3 == 0) {
            int64_t next_ms = agenda_next_ms(&agenda);
            assert_true(agenda_take(&agenda, &event));
            assert_true(event.at_ms == next_ms);
            taken++;
        }
    }
    last.at_ms = -1;
    while (agenda_take(&agenda, &event)) {
        assert_true(event.at_ms >= last.at_ms);
        if (event.at_ms == last.at_ms)
            assert_true(event.store > last.store);
        last = event;
        taken++;
    }
    assert_int_equal(taken, 5000);
    agenda_release(&agenda);
}

static void
faults_befall_only_stores_that_can_have_them(void **state)
{
    const struct fault_place single = { .nodes = 1 },
                             pair = { .nodes = 2, .gpus = 2, .day = true };
    bool seen[FAULTS] = { false };

    (void)state;
    for (uint64_t random = 0; random < 2000; random++) {
        enum fault_kind one = fault_pick(HEALTH_DEGRADED, &single, random);
        enum fault_kind two = fault_pick(HEALTH_DEGRADED, &pair, random);
        enum fault_kind fail = fault_pick(HEALTH_FAILING, &pair, random);
        assert_int_equal(faults[one].health, HEALTH_DEGRADED);
        assert_true(one != FAULT_NODE && one != FAULT_GPU_GONE && one != FAULT_GPU_HOT);
        assert_int_equal(faults[fail].health, HEALTH_FAILING);
        assert_true(fail != FAULT_ONLY_NODE && fail != FAULT_LEADER);
        seen[two] = true;
    }
    assert_true(seen[FAULT_NODE] && seen[FAULT_GPU_HOT] && seen[FAULT_GPU_GONE]);
    assert_false(seen[FAULT_STORY_LOST]); /* that is of the story alone */
    assert_int_equal(fault_pick(HEALTH_UNKNOWN, &pair, 1), FAULT_NONE);
}

static void
a_fault_reads_with_its_node_and_number(void **state)
{
    struct buf out = { 0 };

    (void)state;
    fault_print(FAULT_STORY_BEATS, 'b', 2, &out);
    assert_string_equal(out.at, "NodeSuspect: node-b missed 2 heartbeats");
    buf_release(&out);
}

static void
names_are_read_as_they_are_printed(void **state)
{
    static const char *const bad[] = { "store-317", "store-00317", "store-0000", "store-",
        "store-+317", "shop-0317", "store-0317 ", "store--317", "store-99999999999" };
    struct buf out = { 0 };
    uint32_t number = 0;

    (void)state;
    store_print_name(317, &out);
    assert_string_equal(out.at, "store-0317");
    assert_true(store_parse_name(STR("store-0317"), &number));
    assert_int_equal(number, 317);
    assert_true(store_parse_name(STR("store-100000"), &number));
    assert_int_equal(number, 100000);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(store_parse_name(str_from(bad[i]), &number));
    buf_release(&out);
}

static void
a_store_is_what_seed_and_number_say(void **state)
{
    struct store_traits one, same, other;
    int differ = 0, regions[REGIONS] = { 0 }, nodes[4] = { 0 };

    (void)state;
    for (uint32_t number = 1; number <= 1200; number++) {
        store_draw(&one, 7, number);
        store_draw(&same, 7, number);
        store_draw(&other, 8, number);
        assert_ptr_equal(one.city, same.city);
        assert_true(one.hash == same.hash && one.nodes == same.nodes);
        differ += one.city != other.city;
        regions[one.city->region]++;
        nodes[one.nodes]++;
        assert_true(one.latitude > 24 && one.latitude < 49);
        assert_true(one.longitude > -125 && one.longitude < -69);
        assert_true((one.gpus == 0) == (one.gpu_model == NULL));
    }
    assert_true(differ > 1000);
    for (int region = 0; region < REGIONS; region++)
        assert_true(regions[region] > 60);
    assert_true(nodes[1] > 300 && nodes[2] > 300 && nodes[3] > 100);
    store_draw(&one, 12345, 317);
    assert_int_equal(one.nodes, 2);
}

static void
day_is_by_the_stores_own_sun(void **state)
{
    struct store_traits east = { .longitude = -75 }, west = { .longitude = -120 };
    int64_t midnight_ms = (int64_t)20000 * 24 * 3600 * 1000; /* UTC */
    int64_t hour_ms = 3600 * 1000;

    (void)state;
    assert_true(
        store_is_day(&east, midnight_ms + 13 * hour_ms + 1)); /* 8 there, 5 in the west */
    assert_false(store_is_day(&west, midnight_ms + 13 * hour_ms + 1));
    assert_true(
        store_is_day(&west, midnight_ms + 2 * hour_ms)); /* 18 there, 21 in the east */
    assert_false(store_is_day(&east, midnight_ms + 2 * hour_ms));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first_and_ties_in_order_of_adding),
        cmocka_unit_test(faults_befall_only_stores_that_can_have_them),
        cmocka_unit_test(a_fault_reads_with_its_node_and_number),
        cmocka_unit_test(names_are_read_as_they_are_printed),
        cmocka_unit_test(a_store_is_what_seed_and_number_say),
        cmocka_unit_test(day_is_by_the_stores_own_sun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
