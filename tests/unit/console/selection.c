/* selection -- incremental answers equal answers worked out anew, whatever happened
 * before. */
#include "console/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/check.h"
#include "helper/stores.h"

static void
same_slots(const uint32_t *a, const uint32_t *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(a[i], b[i]);
}

/* The same fleet through a selection that never saw the changes. */
static void
equals_anew(const struct select *select, const struct fleet *fleet, const char *filter,
    const struct dimension group[SCENE_LEVELS], const struct dimension *sort)
{
    struct select *anew = select_new(fleet);
    struct err err = { 0 };
    const struct selection *is = select_view(select), *should = NULL;

    select_filter(anew, selector_parse(str_from(filter), &err));
    select_group(anew, group);
    select_sort(anew, sort, false);
    select_settle(anew, STORES_NOW_MS);
    should = select_view(anew);
    assert_int_equal(is->count, should->count);
    assert_memory_equal(&is->sentence, &should->sentence, sizeof(is->sentence));
    assert_memory_equal(&is->visible, &should->visible, sizeof(is->visible));
    same_slots(is->rows, should->rows, is->count);
    assert_int_equal(is->ranked_count, should->ranked_count);
    for (uint32_t i = 0; i < should->ranked_count; i++) {
        const struct group *right = &should->groups[should->ranked[i]];
        const struct group *left = NULL;

        for (uint32_t n = 0; n < is->ranked_count; n++)
            if (strcmp(is->groups[is->ranked[n]].labels[0], right->labels[0]) == 0)
                left = &is->groups[is->ranked[n]];
        assert_non_null(left);
        assert_memory_equal(&left->sentence, &right->sentence, sizeof(left->sentence));
        same_slots(is->members + left->first, should->members + right->first,
            right->sentence.total);
    }
    select_free(anew);
}

static uint32_t
next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void
shake(struct fleet *fleet, struct select *select, uint32_t *seed, uint32_t round)
{
    uint32_t slot = next_random(seed) % fleet->ceiling;
    char id[64];

    switch (next_random(seed) % 4) {
    case 0:
        if (fleet_at(fleet, slot)) {
            fleet_remove(fleet, slot);
            fleet_reuse(fleet, slot);
            select_gone(select, slot);
        }
        break;
    case 1:
        snprintf(id, sizeof(id), "demo:new-%u", round);
        slot = fleet_touch(fleet, str_from(id));
        cluster_set_tag(fleet_at(fleet, slot), fleet->intern, STR("region"), STR("moon"));
        stores_set(fleet, slot, AXIS_CONNECTIVITY, CONNECTIVITY_UP, "", STORES_NOW_MS);
        select_touch(select, slot);
        break;
    case 2:
        if (fleet_at(fleet, slot)) {
            stores_set(fleet, slot, AXIS_HEALTH, (uint8_t)(next_random(seed) % HEALTHS),
                "", STORES_NOW_MS - round * 1000);
            select_touch(select, slot);
        }
        break;
    default:
        if (fleet_at(fleet, slot)) {
            cluster_set_tag(
                fleet_at(fleet, slot), fleet->intern, STR("region"), STR("mars"));
            select_touch(select, slot);
        }
    }
}

static void
incremental_is_as_good_as_anew(const char *filter, const char *sort_name)
{
    struct fleet *fleet = stores_new(300);
    struct select *select = select_new(fleet);
    struct dimension group[SCENE_LEVELS] = { 0 }, sort = { 0 };
    struct err err = { 0 };
    uint32_t seed = 42;

    dimension_parse(&group[0], STR("region"));
    dimension_parse(&sort, str_from(sort_name));
    select_filter(select, selector_parse(str_from(filter), &err));
    select_group(select, group);
    select_sort(select, &sort, false);
    for (uint32_t round = 0; round < 400; round++) {
        for (uint32_t i = next_random(&seed) % 5; i > 0; i--)
            shake(fleet, select, &seed, round * 8 + i);
        select_settle(select, STORES_NOW_MS);
        equals_anew(select, fleet, filter, group, &sort);
    }
    select_free(select);
    fleet_free(fleet);
}

static void
changes_of_all_kinds_leave_the_same_as_anew(void **test)
{
    (void)test;
    incremental_is_as_good_as_anew("", "");
    incremental_is_as_good_as_anew("state!=healthy", "since");
    incremental_is_as_good_as_anew("region!=moon", "tag.region");
}

static void
nothing_new_settles_to_nothing(void **test)
{
    struct fleet *fleet = stores_new(50);
    struct select *select = select_new(fleet);

    (void)test;
    assert_true(select_settle(select, STORES_NOW_MS));
    assert_false(select_settle(select, STORES_NOW_MS));
    select_touch(select, 3);
    assert_true(select_settle(select, STORES_NOW_MS));
    select_free(select);
    fleet_free(fleet);
}

static void
time_alone_changes_an_answer_when_it_should(void **test)
{
    struct fleet *fleet = stores_new(20);
    struct select *select = select_new(fleet);
    struct err err = { 0 };
    uint32_t before = 0;

    (void)test;
    stores_set(fleet, 0, AXIS_HEALTH, HEALTH_FAILING, "", STORES_NOW_MS - 100000);
    select_filter(select, selector_parse(STR("since<2m"), &err));
    select_settle(select, STORES_NOW_MS);
    before = select_view(select)->count;
    assert_true(before >= 1);
    assert_true(select_flip_ms(select) <= STORES_NOW_MS + 20001);
    assert_false(select_settle(select, STORES_NOW_MS + 10));
    assert_true(select_settle(select, STORES_NOW_MS + 60000));
    assert_true(select_view(select)->count < before);
    select_free(select);
    fleet_free(fleet);
}

static void
groups_keep_their_place_until_ranked(void **test)
{
    struct fleet *fleet = stores_new(300);
    struct select *select = select_new(fleet);
    struct dimension group[SCENE_LEVELS] = { 0 };
    uint32_t last = 0, slot = 0;

    (void)test;
    dimension_parse(&group[0], STR("region"));
    select_group(select, group);
    select_settle(select, STORES_NOW_MS);
    last = select_view(select)->ranked[select_view(select)->ranked_count - 1];
    for (uint32_t i = 0; i < 20; i++) {
        slot = select_view(select)->members[select_view(select)->groups[last].first + i];
        stores_set(fleet, slot, AXIS_HEALTH, HEALTH_FAILING, "", STORES_NOW_MS);
        select_touch(select, slot);
    }
    select_settle(select, STORES_NOW_MS);
    assert_int_equal(
        select_view(select)->ranked[select_view(select)->ranked_count - 1], last);
    select_rank(select);
    assert_int_equal(select_view(select)->ranked[0], last);
    select_free(select);
    fleet_free(fleet);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_all_kinds_leave_the_same_as_anew),
        cmocka_unit_test(nothing_new_settles_to_nothing),
        cmocka_unit_test(time_alone_changes_an_answer_when_it_should),
        cmocka_unit_test(groups_keep_their_place_until_ranked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
