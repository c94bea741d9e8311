/* worst -- who is listed is always true, who stands where is calm. */
#include "console/worst.h"

#include <string.h>

#include "console/selection.h"
#include "fleet/state.h"
#include "helper/check.h"
#include "helper/stores.h"

struct list {
    struct fleet *fleet;
    struct select *select;
    struct worst worst;
};

static struct list
list_new(uint32_t count)
{
    const struct dimension none[SCENE_LEVELS] = { { 0 } };
    struct list list = { .fleet = stores_new(count) };

    list.select = select_new(list.fleet);
    select_group(list.select, none);
    for (uint32_t slot = 0; slot < list.fleet->ceiling; slot++) {
        stores_set(list.fleet, slot, AXIS_CONNECTIVITY, CONNECTIVITY_UP, "",
            STORES_NOW_MS - 86400000);
        stores_set(
            list.fleet, slot, AXIS_HEALTH, HEALTH_HEALTHY, "", STORES_NOW_MS - 86400000);
        stores_set(
            list.fleet, slot, AXIS_SYNC, SYNC_SYNCED, "", STORES_NOW_MS - 86400000);
    }
    return list;
}

static void
list_release(struct list *list)
{
    select_free(list->select);
    fleet_free(list->fleet);
}

/* Down for so many seconds; 0: healthy again. */
static void
down(struct list *list, uint32_t slot, int seconds)
{
    stores_set(list->fleet, slot, AXIS_HEALTH, seconds ? HEALTH_FAILING : HEALTH_HEALTHY,
        "", STORES_NOW_MS - 1000 * (int64_t)seconds);
    select_touch(list->select, slot);
}

static void
update(struct list *list, uint32_t room)
{
    select_settle(list->select, STORES_NOW_MS);
    worst_update(&list->worst, list->fleet, select_view(list->select), room);
}

static void
expect(const struct list *list, uint32_t count, const uint32_t *slots)
{
    assert_int_equal(list->worst.count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(list->worst.lines[i], slots[i]);
}

static void
the_worst_come_first_and_the_healthy_not_at_all(void **state)
{
    struct list list = list_new(20);

    (void)state;
    update(&list, 12);
    assert_int_equal(list.worst.count, 0);
    down(&list, 3, 10);
    down(&list, 7, 30);
    stores_set(list.fleet, 5, AXIS_CONNECTIVITY, CONNECTIVITY_DISCONNECTED, "",
        STORES_NOW_MS - 60000);
    select_touch(list.select, 5);
    update(&list, 12);
    expect(&list, 3, (const uint32_t[]){ 7, 3, 5 });
    list_release(&list);
}

static void
as_many_as_there_is_room_for(void **state)
{
    struct list list = list_new(40);

    (void)state;
    for (uint32_t slot = 0; slot < 40; slot++)
        down(&list, slot, (int)slot + 1);
    update(&list, 2);
    expect(&list, 2, (const uint32_t[]){ 39, 38 });
    update(&list, 0);
    assert_int_equal(list.worst.count, 0);
    update(&list, 100);
    assert_int_equal(list.worst.count, SCENE_WORST);
    assert_int_equal(list.worst.lines[SCENE_WORST - 1], 40 - SCENE_WORST);
    list_release(&list);
}

static void
a_line_keeps_its_cluster_and_a_free_one_takes_who_is_new(void **state)
{
    struct list list = list_new(20);

    (void)state;
    down(&list, 1, 10);
    down(&list, 2, 20);
    down(&list, 3, 30);
    update(&list, 12);
    expect(&list, 3, (const uint32_t[]){ 3, 2, 1 });
    down(&list, 2, 0);
    down(&list, 9, 90); /* the worst of all, but nobody moves for it */
    update(&list, 12);
    expect(&list, 3, (const uint32_t[]){ 3, 9, 1 });
    down(&list, 3, 0);
    update(&list, 12);
    assert_int_equal(list.worst.count, 2);
    worst_anew(&list.worst);
    update(&list, 12);
    expect(&list, 2, (const uint32_t[]){ 9, 1 });
    list_release(&list);
}

static void
whatever_happens_the_list_holds_the_worst_and_each_once(void **state)
{
    struct list list = list_new(60);
    uint32_t seed = 7;

    (void)state;
    for (int turn = 0; turn < 2000; turn++) {
        struct worst anew = { 0 };
        uint32_t room, sum = 0, should = 0;

        seed = seed * 1664525u + 1013904223u;
        down(&list, (seed >> 8) % 60, (seed >> 16) % 3 ? (int)(seed >> 20) % 500 : 0);
        room = (seed >> 12) % (SCENE_WORST + 2);
        update(&list, room);
        worst_update(&anew, list.fleet, select_view(list.select), room);
        assert_int_equal(list.worst.count, anew.count);
        for (uint32_t i = 0; i < anew.count; i++) {
            sum += 1 + list.worst.lines[i] * list.worst.lines[i];
            should += 1 + anew.lines[i] * anew.lines[i];
            for (uint32_t n = 0; n < i; n++)
                assert_int_not_equal(list.worst.lines[i], list.worst.lines[n]);
        }
        assert_int_equal(sum, should);
    }
    list_release(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_come_first_and_the_healthy_not_at_all),
        cmocka_unit_test(as_many_as_there_is_room_for),
        cmocka_unit_test(a_line_keeps_its_cluster_and_a_free_one_takes_who_is_new),
        cmocka_unit_test(whatever_happens_the_list_holds_the_worst_and_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
