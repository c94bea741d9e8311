/* state: every row of the table, and that nothing falls between two rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fleet/state.h"

#define UP      CONNECTIVITY_UP
#define GONE    CONNECTIVITY_DISCONNECTED
#define NEVER   CONNECTIVITY_NEVER_HEARD
#define NOTHING HEALTH_UNKNOWN

static void
maintenance_covers_everything(void **state)
{
    (void)state;
    for (int connectivity = 0; connectivity < CONNECTIVITIES; connectivity++)
        for (int health = 0; health < HEALTHS; health++)
            for (int sync = 0; sync < SYNCS; sync++)
                assert_int_equal(
                    state_of(true, connectivity, health, sync), STATE_MAINTENANCE);
}

static void
never_heard_is_unknown_whatever_else_is_said(void **state)
{
    (void)state;
    for (int health = 0; health < HEALTHS; health++)
        for (int sync = 0; sync < SYNCS; sync++)
            assert_int_equal(state_of(false, NEVER, health, sync), STATE_UNKNOWN);
}

static void
evidence_of_failure_comes_before_silence(void **state)
{
    (void)state;
    for (int sync = 0; sync < SYNCS; sync++) {
        assert_int_equal(state_of(false, GONE, HEALTH_FAILING, sync), STATE_DOWN);
        assert_int_equal(state_of(false, UP, HEALTH_FAILING, sync), STATE_DOWN);
    }
}

static void
silence_is_offline_and_never_down(void **state)
{
    (void)state;
    for (int sync = 0; sync < SYNCS; sync++) {
        assert_int_equal(state_of(false, GONE, HEALTH_HEALTHY, sync), STATE_OFFLINE);
        assert_int_equal(state_of(false, GONE, HEALTH_DEGRADED, sync), STATE_OFFLINE);
        assert_int_equal(state_of(false, GONE, NOTHING, sync), STATE_OFFLINE);
    }
}

static void
degraded_comes_from_health_or_from_sync(void **state)
{
    (void)state;
    for (int sync = 0; sync < SYNCS; sync++)
        assert_int_equal(state_of(false, UP, HEALTH_DEGRADED, sync), STATE_DEGRADED);
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_BLOCKED), STATE_DEGRADED);
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_REVERTED), STATE_DEGRADED);
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_BLOCKED), STATE_DEGRADED);
}

static void
work_in_progress_shows_before_unknown_health(void **state)
{
    (void)state;
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_UPDATING), STATE_UPDATING);
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_UPDATING), STATE_UPDATING);
    assert_int_equal(
        state_of(false, UP, HEALTH_HEALTHY, SYNC_CATCHING_UP), STATE_CATCHING_UP);
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_CATCHING_UP), STATE_CATCHING_UP);
}

static void
unknown_health_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_SYNCED), STATE_UNKNOWN);
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_UNKNOWN), STATE_UNKNOWN);
    assert_int_equal(state_of(false, UP, NOTHING, SYNC_QUEUED), STATE_UNKNOWN);
}

static void
otherwise_it_is_healthy(void **state)
{
    (void)state;
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_SYNCED), STATE_HEALTHY);
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_UNKNOWN), STATE_HEALTHY);
    assert_int_equal(state_of(false, UP, HEALTH_HEALTHY, SYNC_QUEUED), STATE_HEALTHY);
}

static void
set_axis(struct cluster *cluster, struct intern *intern, enum axis axis, uint8_t value,
    const char *reason, uint32_t since_s)
{
    cluster->axes[axis].value = value;
    cluster->axes[axis].since_s = since_s;
    intern_set(intern, &cluster->axes[axis].reason, str_from(reason));
}

static void
the_deciding_axis_gives_reason_and_since(void **state)
{
    struct intern *intern = intern_new();
    struct cluster cluster;

    (void)state;
    cluster_init(&cluster);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "Available", 100);
    set_axis(&cluster, intern, AXIS_HEALTH, HEALTH_HEALTHY, "", 120);
    assert_true(state_decide(&cluster, intern, 1000));
    assert_int_equal(cluster.state, STATE_HEALTHY);
    assert_int_equal(cluster.since_s, 120);
    assert_string_equal(intern_text(intern, cluster.reason), "");

    set_axis(&cluster, intern, AXIS_CONNECTIVITY, GONE, "LeaseUpdateStopped", 900);
    assert_true(state_decide(&cluster, intern, 1000));
    assert_int_equal(cluster.state, STATE_OFFLINE);
    assert_int_equal(cluster.since_s, 900);
    assert_string_equal(intern_text(intern, cluster.reason), "LeaseUpdateStopped");

    /* The same state again, for another reason: it has been so since it began. */
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, GONE, "still", 950);
    assert_false(state_decide(&cluster, intern, 1100));
    assert_int_equal(cluster.since_s, 900);
    assert_string_equal(intern_text(intern, cluster.reason), "still");
    cluster_release(&cluster, intern);
    assert_int_equal(intern_count(intern), 0);
    intern_free(intern);
}

static void
healthy_is_since_the_evidence_whatever_nobody_speaks_of(void **state)
{
    struct intern *intern = intern_new();
    struct cluster cluster;

    (void)state;
    cluster_init(&cluster);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "Available", 100);
    set_axis(&cluster, intern, AXIS_HEALTH, HEALTH_HEALTHY, "", 120);
    set_axis(&cluster, intern, AXIS_SYNC, SYNC_UNKNOWN, "", 1000); /* the hub's start */
    assert_true(state_decide(&cluster, intern, 1000));
    assert_int_equal(cluster.state, STATE_HEALTHY);
    assert_int_equal(cluster.since_s, 120);
    cluster_release(&cluster, intern);
    intern_free(intern);
}

static void
evidence_that_comes_later_may_reach_further_back(void **state)
{
    struct intern *intern = intern_new();
    struct cluster cluster;

    (void)state;
    cluster_init(&cluster);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "", 990); /* no time upstream */
    set_axis(&cluster, intern, AXIS_HEALTH, HEALTH_HEALTHY, "", 50);
    state_decide(&cluster, intern, 1000);
    assert_int_equal(cluster.since_s, 990);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "", 100);
    assert_false(state_decide(&cluster, intern, 1001));
    assert_int_equal(cluster.since_s, 100);
    cluster_release(&cluster, intern);
    intern_free(intern);
}

static void
a_time_that_lies_ahead_is_not_believed(void **state)
{
    struct intern *intern = intern_new();
    struct cluster cluster;

    (void)state;
    cluster_init(&cluster);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "", 10);
    set_axis(&cluster, intern, AXIS_HEALTH, HEALTH_FAILING, "probe", 5000);
    state_decide(&cluster, intern, 1000);
    assert_int_equal(cluster.since_s, 1000);
    cluster_release(&cluster, intern);
    intern_free(intern);
}

static void
maintenance_keeps_the_state_beneath(void **state)
{
    struct intern *intern = intern_new();
    struct cluster cluster;

    (void)state;
    cluster_init(&cluster);
    set_axis(&cluster, intern, AXIS_CONNECTIVITY, UP, "", 10);
    set_axis(&cluster, intern, AXIS_HEALTH, HEALTH_FAILING, "probe", 500);
    cluster.maintenance = intern_touch(intern, STR("mw-1"));
    assert_true(state_decide(&cluster, intern, 1000));
    assert_int_equal(cluster.state, STATE_MAINTENANCE);
    assert_int_equal(cluster.beneath, STATE_DOWN);
    assert_int_equal(cluster.since_s, 1000);
    intern_set(intern, &cluster.maintenance, STR(""));
    assert_true(state_decide(&cluster, intern, 2000));
    assert_int_equal(cluster.state, STATE_DOWN);
    assert_int_equal(cluster.beneath, STATE_DOWN);
    assert_int_equal(cluster.since_s, 500);
    cluster_release(&cluster, intern);
    assert_int_equal(intern_count(intern), 0);
    intern_free(intern);
}

static void
worst_first_then_longest_then_natural(void **state)
{
    struct intern *intern = intern_new();
    struct cluster down, offline, older, nine, ten;

    (void)state;
    cluster_init(&down);
    cluster_init(&offline);
    down.state = STATE_DOWN;
    down.since_s = 900;
    offline.state = STATE_OFFLINE;
    offline.since_s = 100;
    assert_true(state_order(&down, &offline, intern) < 0);
    older = down;
    older.since_s = 800;
    assert_true(state_order(&older, &down, intern) < 0);
    older.since_s = 0; /* nobody knows since when: last among its like */
    assert_true(state_order(&older, &down, intern) > 0);
    nine = ten = down;
    nine.id = intern_touch(intern, STR("ocm:store-9"));
    ten.id = intern_touch(intern, STR("ocm:store-10"));
    assert_true(state_order(&nine, &ten, intern) < 0);
    assert_int_equal(state_order(&ten, &ten, intern), 0);
    intern_free(intern);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maintenance_covers_everything),
        cmocka_unit_test(never_heard_is_unknown_whatever_else_is_said),
        cmocka_unit_test(evidence_of_failure_comes_before_silence),
        cmocka_unit_test(silence_is_offline_and_never_down),
        cmocka_unit_test(degraded_comes_from_health_or_from_sync),
        cmocka_unit_test(work_in_progress_shows_before_unknown_health),
        cmocka_unit_test(unknown_health_is_unknown),
        cmocka_unit_test(otherwise_it_is_healthy),
        cmocka_unit_test(the_deciding_axis_gives_reason_and_since),
        cmocka_unit_test(healthy_is_since_the_evidence_whatever_nobody_speaks_of),
        cmocka_unit_test(evidence_that_comes_later_may_reach_further_back),
        cmocka_unit_test(a_time_that_lies_ahead_is_not_believed),
        cmocka_unit_test(maintenance_keeps_the_state_beneath),
        cmocka_unit_test(worst_first_then_longest_then_natural),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
