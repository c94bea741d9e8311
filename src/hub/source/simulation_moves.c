/* simulation_moves -- time, chance, and what a single store can do. */
#include "hub/source/simulation_inside.h"

uint64_t
simulation_draw(struct simulation *simulation)
{
    return store_mix(simulation->random++);
}

/* Half to one and a half of it. */
int64_t
simulation_around(struct simulation *simulation, int64_t mean_ms)
{
    return mean_ms / 2 + (int64_t)(simulation_draw(simulation) % (uint64_t)(mean_ms + 1));
}

/* The interval of something that befalls the whole fleet, given that of the usual one. */
int64_t
simulation_interval(struct simulation *simulation, int64_t usual_ms)
{
    uint32_t count = simulation->count > LEAST_STORES ? simulation->count : LEAST_STORES;

    return simulation_around(simulation, usual_ms) * USUAL_STORES / count;
}

struct store_traits
simulation_traits(const struct simulation *simulation, uint32_t at)
{
    struct store_traits traits;

    store_draw(&traits, simulation->seed, at + 1);
    return traits;
}

int64_t
simulation_scaled(const struct simulation *simulation, int64_t duration_ms)
{
    return (int64_t)((double)duration_ms / simulation->speed);
}

static void
plan(struct simulation *simulation, const struct agenda_event *event, int64_t after_ms)
{
    struct agenda_event planned = *event;
    int64_t wait_ms = simulation_scaled(simulation, after_ms);

    planned.at_ms = simulation->now_ms + (wait_ms > 0 ? wait_ms : 1);
    agenda_add(&simulation->agenda, &planned);
}

void
simulation_plan_fleet(
    struct simulation *simulation, enum event_kind kind, int64_t after_ms)
{
    struct agenda_event event = { .kind = (uint8_t)kind };

    plan(simulation, &event, after_ms);
}

enum store_machine
simulation_machine(enum event_kind kind)
{
    if (kind == EVENT_MENDED)
        return MACHINE_HEALTH;
    return kind == EVENT_WORKED ? MACHINE_WORK : MACHINE_LINK;
}

/* length_ms goes with the event, unscaled. */
void
simulation_plan_store(struct simulation *simulation, enum event_kind kind, uint32_t at,
    int64_t after_ms, int64_t length_ms)
{
    struct agenda_event event = {
        .kind = (uint8_t)kind, .store = at, .length_ms = length_ms
    };

    event.ticket = simulation->stores[at].tickets[simulation_machine(kind)];
    plan(simulation, &event, after_ms);
}

void
simulation_tell_cluster(struct simulation *simulation, uint32_t at)
{
    struct store_traits traits = simulation_traits(simulation, at);

    simulation->calls->put(
        simulation->user, store_cluster(&simulation->facts, &simulation->stores[at],
                              &traits, at + 1, simulation->now_ms));
}

void
simulation_tell_work(struct simulation *simulation, uint32_t at)
{
    simulation->calls->put(
        simulation->user, store_work(&simulation->facts, &simulation->stores[at], at + 1,
                              simulation->now_ms));
}

/* The three machines of a store: what was planned for one is void when it moves. They say
 * nothing themselves. */

void
simulation_set_link(struct simulation *simulation, uint32_t at, enum connectivity link)
{
    struct store *store = &simulation->stores[at];

    store->link = (uint8_t)link;
    store->link_since_ms = simulation->now_ms;
    store->tickets[MACHINE_LINK]++;
}

void
simulation_set_fault(struct simulation *simulation, uint32_t at, enum fault_kind fault,
    int node, int digit)
{
    struct store *store = &simulation->stores[at];

    if (faults[store->fault].health != faults[fault].health)
        store->health_since_ms = simulation->now_ms;
    store->fault = (uint8_t)fault;
    store->fault_node = (uint8_t)node;
    store->fault_digit = (uint8_t)digit;
    store->tickets[MACHINE_HEALTH]++;
}

void
simulation_set_work(
    struct simulation *simulation, uint32_t at, enum sync work, int64_t pending_ms)
{
    struct store *store = &simulation->stores[at];

    store->work = (uint8_t)work;
    store->work_since_ms = simulation->now_ms;
    store->pending_since_ms = pending_ms;
    store->tickets[MACHINE_WORK]++;
}

static bool
is_calm(const struct simulation *simulation, uint32_t at)
{
    const struct store *store = &simulation->stores[at];

    return store->link == CONNECTIVITY_UP && store->fault == FAULT_NONE &&
           store->work == SYNC_SYNCED && at != STORY_STORE;
}

/* Some store to which nothing happens just now; false if a few draws find none. */
bool
simulation_pick_calm(struct simulation *simulation, uint32_t *at)
{
    for (int tries = 0; tries < 16; tries++) {
        *at = (uint32_t)(simulation_draw(simulation) % simulation->count);
        if (is_calm(simulation, *at))
            return true;
    }
    return false;
}

/* Break some store's health if it may so break. */
void
simulation_break_health(struct simulation *simulation, uint32_t at, enum health health)
{
    struct store_traits traits = simulation_traits(simulation, at);
    struct fault_place place = { traits.nodes, traits.gpus,
        store_is_day(&traits, simulation->now_ms) };
    enum fault_kind fault = fault_pick(health, &place, simulation_draw(simulation));
    int node = (int)(simulation_draw(simulation) % traits.nodes),
        digit = (int)(simulation_draw(simulation) % 7) + 2;

    if (fault == FAULT_NONE)
        return;
    simulation_set_fault(simulation, at, fault, node, digit);
    simulation_plan_store(simulation, EVENT_MENDED, at,
        simulation_around(simulation, (int64_t)faults[fault].mean_s * 1000), 0);
}

/* The rollout's next store gets its new version: it works on it, or will when it is back.
 */
void
simulation_roll(struct simulation *simulation, uint32_t at)
{
    struct store *store = &simulation->stores[at];
    enum sync work = store->link == CONNECTIVITY_UP ? SYNC_UPDATING : SYNC_QUEUED;

    if (simulation->rollout % 2 == 0)
        store->model_desired =
            (uint16_t)(STORE_MODEL_FIRST + 1 + simulation->rollout / 2);
    else
        store->app_desired = (uint16_t)(STORE_APP_FIRST + 1 + simulation->rollout / 2);
    if (store->link == CONNECTIVITY_NEVER_HEARD)
        work = SYNC_UNKNOWN;
    simulation_set_work(simulation, at, work, simulation->now_ms);
    if (work == SYNC_UPDATING)
        simulation_plan_store(
            simulation, EVENT_WORKED, at, simulation_around(simulation, ROLL_MS), 0);
}
