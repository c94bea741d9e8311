/* simulation_begin -- the fleet as it is found: in the middle of its life. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "hub/source/simulation_inside.h"

struct ranked {
    uint64_t rank;
    uint32_t store;
};

static int
ranked_order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->store < b->store ? -1 : a->store > b->store;
}

/* Canaries everywhere first, then pilots, then region by region. */
static void
order_rollout(struct simulation *simulation)
{
    struct ranked *ranked = mem_zero(simulation->count, sizeof(*ranked));

    for (uint32_t at = 0; at < simulation->count; at++) {
        struct store_traits traits = simulation_traits(simulation, at);
        uint64_t region = traits.ring == RING_BROAD ? traits.city->region : 0;
        ranked[at].rank = (uint64_t)traits.ring << 60 | region << 56 | traits.hash >> 8;
        ranked[at].store = at;
    }
    qsort(ranked, simulation->count, sizeof(*ranked), ranked_order);
    simulation->order = mem_zero(simulation->count, sizeof(*simulation->order));
    for (uint32_t at = 0; at < simulation->count; at++)
        simulation->order[at] = ranked[at].store;
    free(ranked);
}

/* So many of the usual fleet's, to the nearest. */
static uint32_t
share(const struct simulation *simulation, uint32_t usual)
{
    return (uint32_t)(((uint64_t)simulation->count * usual + USUAL_STORES / 2) /
                      USUAL_STORES);
}

/* Do something to some calm stores as if it had begun within the last `ago_ms`. */
static void
begin_past(struct simulation *simulation, uint32_t usual, int64_t ago_ms,
    void (*begin)(struct simulation *simulation, uint32_t at))
{
    int64_t now_ms = simulation->now_ms;
    uint32_t at;

    for (uint32_t left = share(simulation, usual); left; left--) {
        if (!simulation_pick_calm(simulation, &at))
            return;
        simulation->now_ms =
            now_ms - simulation_scaled(simulation,
                         (int64_t)(simulation_draw(simulation) % (uint64_t)ago_ms));
        begin(simulation, at);
        simulation->now_ms = now_ms;
    }
}

/* What was planned from a moment in the past may be due already: then it comes first
 * thing. */
static void
begin_outage(struct simulation *simulation, uint32_t at)
{
    simulation_set_link(simulation, at, CONNECTIVITY_DISCONNECTED);
    simulation_plan_store(simulation, EVENT_BACK, at,
        2 * OUTAGE_MS + simulation_around(simulation, OUTAGE_MS), 0);
}

static void
begin_fault(struct simulation *simulation, uint32_t at)
{
    simulation_break_health(simulation, at, HEALTH_DEGRADED);
}

static void
begin_failure(struct simulation *simulation, uint32_t at)
{
    simulation_break_health(simulation, at, HEALTH_FAILING);
}

/* Failed, and then its link went: evidence came before silence. */
static void
begin_dark_failure(struct simulation *simulation, uint32_t at)
{
    simulation_break_health(simulation, at, HEALTH_FAILING);
    simulation->stores[at].health_since_ms -= STORE_LOST_MS + MINUTE_MS;
    begin_outage(simulation, at);
}

static void
begin_backlog(struct simulation *simulation, uint32_t at)
{
    struct store *store = &simulation->stores[at];

    store->link_since_ms = simulation->now_ms;
    simulation_set_work(simulation, at, SYNC_CATCHING_UP,
        simulation->now_ms - simulation_scaled(simulation, OUTAGE_MS));
    simulation_plan_store(simulation, EVENT_WORKED, at,
        CATCH_UP_MS + simulation_around(simulation, CATCH_UP_MS), 0);
}

/* The newest of the fleet are enrolled and have not been heard of. */
static void
begin_enrolments(struct simulation *simulation)
{
    uint32_t newest = share(simulation, 2);

    for (uint32_t at = simulation->count - newest; at < simulation->count; at++) {
        simulation->stores[at].link = CONNECTIVITY_NEVER_HEARD;
        simulation->stores[at].link_since_ms =
            simulation->now_ms - simulation_scaled(simulation, MINUTE_MS);
        simulation_set_work(simulation, at, SYNC_UNKNOWN, simulation->now_ms);
        simulation_plan_store(simulation, EVENT_BACK, at,
            4 * MINUTE_MS + simulation_around(simulation, 20 * MINUTE_MS), 0);
    }
}

/* A rollout that is well under way: 38 % have taken it, one after the other, the last of
 * them work on it. */
static void
begin_rollout(struct simulation *simulation)
{
    int64_t start_ms = simulation->now_ms;
    uint32_t rolled = (uint32_t)((uint64_t)simulation->count * 38 / 100);
    uint32_t busy = share(simulation, 20);
    int64_t apart_ms;

    assert(simulation->count > 0);
    apart_ms = ROLL_EVERY_MS * USUAL_STORES / simulation->count;
    simulation->rolled = rolled;
    for (uint32_t i = 0; i < rolled; i++) {
        uint32_t at = simulation->order[i];
        struct store *store = &simulation->stores[at];
        simulation->now_ms =
            start_ms - simulation_scaled(simulation, (int64_t)(rolled - i) * apart_ms);
        simulation_roll(simulation, at);
        if (rolled - i <= busy || store->link != CONNECTIVITY_UP)
            continue;
        store->model_actual = store->model_desired;
        simulation_set_work(simulation, at, SYNC_SYNCED, 0);
    }
    simulation->now_ms = start_ms;
}

void
simulation_begin(struct simulation *simulation)
{
    int64_t day_ms = (int64_t)24 * 60 * MINUTE_MS;

    order_rollout(simulation);
    for (uint32_t at = 0; at < simulation->count; at++) {
        struct store *store = &simulation->stores[at];
        int64_t since_ms = simulation->now_ms - (int64_t)(simulation_draw(simulation) %
                                                          (uint64_t)(30 * day_ms));
        store->link = CONNECTIVITY_UP;
        store->work = SYNC_SYNCED;
        store->link_since_ms = store->health_since_ms = store->work_since_ms = since_ms;
        store->app_desired = store->app_actual = STORE_APP_FIRST;
        store->model_desired = store->model_actual = STORE_MODEL_FIRST;
    }
    begin_enrolments(simulation);
    begin_rollout(simulation);
    begin_past(simulation, 3, 8 * MINUTE_MS, begin_failure);
    begin_past(simulation, 1, 6 * MINUTE_MS, begin_dark_failure);
    begin_past(simulation, 10, 5 * MINUTE_MS, begin_fault);
    begin_past(simulation, 8, 9 * MINUTE_MS, begin_outage);
    begin_past(simulation, 3, MINUTE_MS / 2, begin_backlog);
    simulation_plan_fleet(
        simulation, EVENT_LINK, simulation_interval(simulation, LINK_EVERY_MS));
    simulation_plan_fleet(
        simulation, EVENT_FAULT, simulation_interval(simulation, FAULT_EVERY_MS));
    simulation_plan_fleet(
        simulation, EVENT_FAILURE, simulation_interval(simulation, FAILURE_EVERY_MS));
    simulation_plan_fleet(
        simulation, EVENT_ENROL, simulation_interval(simulation, ENROL_EVERY_MS));
    simulation_plan_fleet(simulation, EVENT_UPLINK, UPLINK_FIRST_MS);
    simulation_plan_fleet(
        simulation, EVENT_ROLL, simulation_interval(simulation, ROLL_EVERY_MS));
    if (simulation->count > STORY_STORE)
        simulation_plan_fleet(simulation, EVENT_STORY, STORY_FIRST_MS);
}
