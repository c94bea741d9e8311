/* fleet: clusters by slot and by id; names; the census. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/fleet.h"

static uint32_t
add(struct fleet *fleet, const char *id)
{
    return fleet_touch(fleet, str_from(id));
}

static void
tag(struct fleet *fleet, uint32_t slot, const char *key, const char *value)
{
    assert_true(cluster_set_tag(
        fleet_at(fleet, slot), fleet->intern, str_from(key), str_from(value)));
}

static void
assert_shown(struct fleet *fleet, uint32_t slot, const char *name)
{
    struct str shown = fleet_display_name(fleet, fleet_at(fleet, slot));

    assert_int_equal(shown.length, strlen(name));
    assert_memory_equal(shown.at, name, shown.length);
}

static void
an_id_is_found_again(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t slot = add(fleet, "ocm:store-0042");
    const struct cluster *cluster = fleet_at(fleet, slot);

    (void)state;
    assert_int_equal(fleet_find(fleet, STR("ocm:store-0042")), slot);
    assert_int_equal(add(fleet, "ocm:store-0042"), slot);
    assert_int_equal(fleet_find(fleet, STR("ocm:store-0043")), FLEET_NONE);
    assert_string_equal(intern_text(fleet->intern, cluster->source), "ocm");
    assert_true(str_is(cluster_key(cluster, fleet->intern), "store-0042"));
    assert_int_equal(cluster->state, STATE_UNKNOWN);
    assert_int_equal(cluster->nodes_total, UNKNOWN_COUNT);
    assert_int_equal(fleet->count, 1);
    fleet_free(fleet);
}

static void
what_is_no_id_is_refused(void **state)
{
    struct fleet *fleet = fleet_new();
    char text[CLUSTER_ID_BYTES + 2];

    (void)state;
    assert_int_equal(add(fleet, ""), FLEET_NONE);
    assert_int_equal(add(fleet, "store"), FLEET_NONE);
    assert_int_equal(add(fleet, ":store"), FLEET_NONE);
    assert_int_equal(add(fleet, "ocm:"), FLEET_NONE);
    assert_int_equal(add(fleet, "ocm:a\x1b[2J"), FLEET_NONE);
    assert_int_equal(add(fleet, "ocm:\xff"), FLEET_NONE);
    memset(text, 'x', sizeof text);
    text[1] = ':';
    text[sizeof text - 1] = '\0';
    assert_int_equal(add(fleet, text), FLEET_NONE);
    text[CLUSTER_ID_BYTES] = '\0';
    assert_int_not_equal(add(fleet, text), FLEET_NONE);
    assert_int_not_equal(add(fleet, "capi:ns/name"), FLEET_NONE);
    assert_int_equal(fleet->count, 2);
    fleet_free(fleet);
}

static void
a_slot_is_used_again_only_when_it_may_be(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t first = add(fleet, "ocm:a");

    (void)state;
    tag(fleet, first, "region", "west");
    fleet_reuse(fleet, first); /* it is there: nothing happens */
    assert_int_not_equal(add(fleet, "ocm:b"), first);
    fleet_remove(fleet, first);
    assert_null(fleet_at(fleet, first));
    assert_int_equal(fleet_find(fleet, STR("ocm:a")), FLEET_NONE);
    assert_int_not_equal(add(fleet, "ocm:c"), first);
    fleet_reuse(fleet, first);
    fleet_reuse(fleet, first); /* once */
    assert_int_equal(add(fleet, "ocm:d"), first);
    assert_int_not_equal(add(fleet, "ocm:e"), first);
    assert_int_equal(intern_find(fleet->intern, STR("west")), 0);
    fleet_free(fleet);
}

static void
a_name_that_two_sources_give_is_shown_with_its_source(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t east = add(fleet, "east:local-cluster");
    uint32_t west;

    (void)state;
    assert_shown(fleet, east, "local-cluster");
    west = add(fleet, "west:local-cluster");
    assert_shown(fleet, east, "east:local-cluster");
    assert_shown(fleet, west, "west:local-cluster");
    fleet_remove(fleet, west);
    assert_shown(fleet, east, "local-cluster");
    fleet_free(fleet);
}

/* A thousand sources that all give one name would make every look-up walk them all. */
static void
more_sources_of_one_name_than_there_can_be_are_refused(void **state)
{
    struct fleet *fleet = fleet_new();
    char id[32];

    (void)state;
    for (int i = 0; i < FLEET_SOURCES; i++) {
        snprintf(id, sizeof id, "s%d:same", i);
        assert_int_not_equal(add(fleet, id), FLEET_NONE);
    }
    assert_int_equal(add(fleet, "another:same"), FLEET_NONE);
    fleet_free(fleet);
}

static void
thousands_come_and_go(void **state)
{
    enum { COUNT = 3000 };
    struct fleet *fleet = fleet_new();
    uint32_t slots[COUNT];
    uint64_t dice = 7;
    uint32_t there = 0;
    char id[32];

    (void)state;
    for (int i = 0; i < COUNT; i++)
        slots[i] = FLEET_NONE;
    for (int round = 0; round < 30000; round++) {
        int i;

        dice = dice * 6364136223846793005u + 1442695040888963407u;
        i = (int)((dice >> 33) % COUNT);
        snprintf(id, sizeof id, "ocm:store-%d", i);
        assert_int_equal(fleet_find(fleet, str_from(id)), slots[i]);
        if (slots[i] == FLEET_NONE) {
            slots[i] = add(fleet, id);
            there++;
        } else {
            fleet_remove(fleet, slots[i]);
            fleet_reuse(fleet, slots[i]);
            slots[i] = FLEET_NONE;
            there--;
        }
        assert_int_equal(fleet->count, there);
    }
    assert_true(fleet->ceiling <= COUNT);
    fleet_clear(fleet);
    assert_int_equal(fleet->count, 0);
    assert_int_equal(add(fleet, "ocm:again"), 0);
    fleet_free(fleet);
}

static void
tags_stand_by_key_and_stop_at_the_ceiling(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t slot = add(fleet, "ocm:a");
    struct cluster *cluster = fleet_at(fleet, slot);
    char key[16];

    (void)state;
    tag(fleet, slot, "tier", "gpu");
    tag(fleet, slot, "city", "reno");
    tag(fleet, slot, "hours", "24h");
    tag(fleet, slot, "city", "houston");
    assert_int_equal(cluster->tag_count, 3);
    assert_string_equal(intern_text(fleet->intern, cluster->tags[0].key), "city");
    assert_string_equal(intern_text(fleet->intern, cluster->tags[0].value), "houston");
    assert_string_equal(intern_text(fleet->intern, cluster->tags[2].key), "tier");
    assert_int_equal(intern_find(fleet->intern, STR("reno")), 0);
    for (int i = 3; i < CLUSTER_TAGS; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        tag(fleet, slot, key, "");
    }
    assert_false(cluster_set_tag(cluster, fleet->intern, STR("more"), STR("x")));
    assert_true(cluster_set_tag(cluster, fleet->intern, STR("tier"), STR("broad")));
    assert_non_null(cluster_tag(cluster, intern_find(fleet->intern, STR("key-63"))));
    assert_null(cluster_tag(cluster, 0));
    fleet_free(fleet);
}

static void
the_census_counts_values_and_those_without(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t a = add(fleet, "ocm:a"), b = add(fleet, "ocm:b"), c = add(fleet, "ocm:c");
    struct census_row *rows;
    uint32_t count;

    (void)state;
    tag(fleet, a, "rack", "r10");
    tag(fleet, b, "rack", "r9");
    tag(fleet, b, "new", "");
    tag(fleet, c, "new", "");
    count = fleet_tag_keys(fleet, &rows);
    assert_int_equal(count, 2);
    assert_string_equal(intern_text(fleet->intern, rows[0].text), "new");
    assert_int_equal(rows[0].count, 2);
    free(rows);

    count = fleet_tag_values(fleet, intern_find(fleet->intern, STR("rack")), &rows);
    assert_int_equal(count, 3);
    assert_string_equal(intern_text(fleet->intern, rows[0].text), "r9");
    assert_string_equal(intern_text(fleet->intern, rows[1].text), "r10");
    assert_true(rows[2].without);
    assert_int_equal(rows[2].count, 1);
    free(rows);

    /* An empty value is a value. */
    count = fleet_tag_values(fleet, intern_find(fleet->intern, STR("new")), &rows);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].text, 0);
    assert_int_equal(rows[0].count, 2);
    assert_false(rows[0].without);
    assert_true(rows[1].without);
    free(rows);
    assert_true(fleet_has_tag(fleet, STR("new")));
    assert_false(fleet_has_tag(fleet, STR("r9")));
    fleet_free(fleet);
}

static void
a_cluster_that_is_up_is_as_fresh_as_its_source(void **state)
{
    struct fleet *fleet = fleet_new();
    struct cluster *cluster = fleet_at(fleet, add(fleet, "ocm:a"));

    (void)state;
    assert_int_equal(fleet_seen_ms(fleet, cluster), 0);
    fleet_touch_source(fleet, STR("ocm"))->fresh_ms = 123456;
    assert_int_equal(fleet_seen_ms(fleet, cluster), 0);
    cluster->axes[AXIS_CONNECTIVITY].value = CONNECTIVITY_UP;
    assert_int_equal(fleet_seen_ms(fleet, cluster), 123456);
    cluster->axes[AXIS_CONNECTIVITY].value = CONNECTIVITY_DISCONNECTED;
    cluster->seen_s = 77;
    assert_int_equal(fleet_seen_ms(fleet, cluster), 77000);
    fleet_free(fleet);
}

static void
sources_stop_at_the_ceiling(void **state)
{
    struct fleet *fleet = fleet_new();
    char name[80];

    (void)state;
    for (int i = 0; i < FLEET_SOURCES; i++) {
        snprintf(name, sizeof name, "source-%d", i);
        assert_non_null(fleet_touch_source(fleet, str_from(name)));
    }
    assert_null(fleet_touch_source(fleet, STR("one-more")));
    fleet_remove_source(fleet, 0);
    assert_null(fleet_source(fleet, STR("source-0")));
    assert_non_null(fleet_source(fleet, STR("source-31")));
    memset(name, 'x', sizeof name);
    assert_null(fleet_touch_source(fleet, (struct str){ name, 64 }));
    assert_null(fleet_touch_source(fleet, STR("")));
    fleet_free(fleet);
}

static void
a_source_is_silent_past_its_promise_or_while_it_fails(void **state)
{
    struct fleet_source source = {
        .phase = "synced", .fresh_ms = 100000, .since_ms = 100000, .promise_ms = 180000
    };

    (void)state;
    assert_false(source_is_silent(&source, 280000));
    assert_true(source_is_silent(&source, 280001));
    snprintf(source.fault, sizeof source.fault, "connection refused");
    assert_false(source_is_silent(&source, 110001)); /* some lesser resource */
    snprintf(source.phase, sizeof source.phase, "retrying");
    assert_false(source_is_silent(&source, 110000)); /* a watch asked for anew */
    assert_true(source_is_silent(&source, 110001));
    source.kept = true; /* nothing has come since the start */
    assert_true(source_is_silent(&source, 100001));
    source.kept = false;
    source.fresh_ms = 0;
    assert_true(source_is_silent(&source, 100001));
    snprintf(source.phase, sizeof source.phase, "failed"); /* it will never be heard */
    assert_true(source_is_silent(&source, 100001));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_found_again),
        cmocka_unit_test(what_is_no_id_is_refused),
        cmocka_unit_test(a_slot_is_used_again_only_when_it_may_be),
        cmocka_unit_test(a_name_that_two_sources_give_is_shown_with_its_source),
        cmocka_unit_test(more_sources_of_one_name_than_there_can_be_are_refused),
        cmocka_unit_test(thousands_come_and_go),
        cmocka_unit_test(tags_stand_by_key_and_stop_at_the_ceiling),
        cmocka_unit_test(the_census_counts_values_and_those_without),
        cmocka_unit_test(a_cluster_that_is_up_is_as_fresh_as_its_source),
        cmocka_unit_test(sources_stop_at_the_ceiling),
        cmocka_unit_test(a_source_is_silent_past_its_promise_or_while_it_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
