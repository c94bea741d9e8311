/* simulation -- events that move stores, and what starts them. */
#include "hub/source/simulation.h"

#include <stdlib.h>

#include "base/mem.h"
#include "hub/source/simulation_inside.h"

static const struct {
    int64_t after_ms; /* the step before */
    enum fault_kind fault;
    uint8_t digit;
} story[] = {
    { STORY_FIRST_MS, FAULT_STORY_BEATS, 2 }, { 60000, FAULT_STORY_BEATS, 3 },
    { 60000, FAULT_STORY_LOST, 4 }, { 60000, FAULT_STORY_LOST, 5 },
    { 120000, FAULT_STORY_REPLACED, 2 }, { 40000, FAULT_STORY_REPLACED, 4 },
    { 40000, FAULT_STORY_REPLACED, 6 }, { 40000, FAULT_STORY_REPLACED, 8 },
    { 40000, FAULT_NONE, 0 }, { 40 * MINUTE_MS, FAULT_NONE, 0 }, /* and from the start */
};
enum { STORY_STEPS = sizeof(story) / sizeof(story[0]) };

static void
break_link(struct simulation *simulation, uint32_t at, int64_t outage_ms)
{
    struct store *store = &simulation->stores[at];
    bool pending = store->work != SYNC_SYNCED;

    simulation_set_link(simulation, at, CONNECTIVITY_DISCONNECTED);
    simulation_plan_store(simulation, EVENT_BACK, at, outage_ms, 0);
    simulation_tell_cluster(simulation, at);
    if (!pending)
        return;
    simulation_set_work(simulation, at, SYNC_QUEUED, store->pending_since_ms);
    simulation_tell_work(simulation, at);
}

static void
on_link(struct simulation *simulation, const struct agenda_event *event)
{
    uint32_t at;

    (void)event;
    simulation_plan_fleet(
        simulation, EVENT_LINK, simulation_interval(simulation, LINK_EVERY_MS));
    if (simulation_pick_calm(simulation, &at))
        break_link(simulation, at, simulation_around(simulation, OUTAGE_MS));
}

static void
on_fault(struct simulation *simulation, const struct agenda_event *event)
{
    bool failure = event->kind == EVENT_FAILURE;
    uint32_t at;

    simulation_plan_fleet(simulation, (enum event_kind)event->kind,
        simulation_interval(simulation, failure ? FAILURE_EVERY_MS : FAULT_EVERY_MS));
    if (!simulation_pick_calm(simulation, &at))
        return;
    simulation_break_health(simulation, at, failure ? HEALTH_FAILING : HEALTH_DEGRADED);
    if (simulation->stores[at].fault != FAULT_NONE)
        simulation_tell_cluster(simulation, at);
}

/* New hardware: the old enrolment goes, the new one has not been heard of yet. */
static void
on_enrol(struct simulation *simulation, const struct agenda_event *event)
{
    struct buf name = { 0 };
    uint32_t at;

    (void)event;
    simulation_plan_fleet(
        simulation, EVENT_ENROL, simulation_interval(simulation, ENROL_EVERY_MS));
    if (!simulation_pick_calm(simulation, &at))
        return;
    store_print_name(at + 1, &name);
    simulation->calls->drop(simulation->user, STORE_CLUSTER, buf_str(&name));
    buf_add_text(&name, "/retail-stack");
    simulation->calls->drop(simulation->user, STORE_WORK, buf_str(&name));
    buf_release(&name);
    simulation_set_link(simulation, at, CONNECTIVITY_NEVER_HEARD);
    simulation_set_work(simulation, at, SYNC_UNKNOWN, simulation->now_ms);
    simulation_plan_store(
        simulation, EVENT_BACK, at, simulation_around(simulation, ENROLLED_MS), 0);
    simulation_tell_cluster(simulation, at);
    simulation_tell_work(simulation, at);
}

void
simulation_cut(struct simulation *simulation, enum region region)
{
    int64_t outage_ms = simulation_around(simulation, OUTAGE_MS);

    for (uint32_t at = 0; at < simulation->count; at++) {
        struct store_traits traits = simulation_traits(simulation, at);
        if (traits.city->region != region ||
            simulation->stores[at].link != CONNECTIVITY_UP)
            continue;
        simulation_plan_store(simulation, EVENT_LOST, at,
            (int64_t)(simulation_draw(simulation) % (uint64_t)UPLINK_SPREAD_MS),
            outage_ms +
                (int64_t)(simulation_draw(simulation) % (uint64_t)UPLINK_MEND_MS));
    }
}

static void
on_uplink(struct simulation *simulation, const struct agenda_event *event)
{
    (void)event;
    simulation_plan_fleet(
        simulation, EVENT_UPLINK, simulation_around(simulation, UPLINK_EVERY_MS));
    simulation_cut(simulation, (enum region)(simulation_draw(simulation) % REGIONS));
}

static void
on_roll(struct simulation *simulation, const struct agenda_event *event)
{
    uint32_t at;

    (void)event;
    if (simulation->rolled == simulation->count) {
        simulation->rolled = 0;
        simulation->rollout++;
        simulation_plan_fleet(simulation, EVENT_ROLL, ROLL_PAUSE_MS);
        return;
    }
    at = simulation->order[simulation->rolled++];
    simulation_plan_fleet(
        simulation, EVENT_ROLL, simulation_interval(simulation, ROLL_EVERY_MS));
    simulation_roll(simulation, at);
    simulation_tell_work(simulation, at);
}

static void
on_story(struct simulation *simulation, const struct agenda_event *event)
{
    unsigned step = simulation->story++ % STORY_STEPS;
    struct store *store = &simulation->stores[STORY_STORE];
    bool told = store->fault != FAULT_NONE || story[step].fault != FAULT_NONE;

    (void)event;
    simulation_plan_fleet(
        simulation, EVENT_STORY, story[(step + 1) % STORY_STEPS].after_ms);
    simulation_set_fault(
        simulation, STORY_STORE, story[step].fault, 1, story[step].digit);
    if (told && store->link == CONNECTIVITY_UP)
        simulation_tell_cluster(simulation, STORY_STORE);
}

static void
on_lost(struct simulation *simulation, const struct agenda_event *event)
{
    if (simulation->stores[event->store].link == CONNECTIVITY_UP)
        break_link(simulation, event->store, event->length_ms);
}

/* Back, with what had to wait: a version, or at least what the store has buffered. */
static void
on_back(struct simulation *simulation, const struct agenda_event *event)
{
    struct store *store = &simulation->stores[event->store];
    bool pending = store->work == SYNC_QUEUED || store->work == SYNC_UNKNOWN;
    int64_t silent_since_ms = store->link_since_ms;

    simulation_set_link(simulation, event->store, CONNECTIVITY_UP);
    simulation_tell_cluster(simulation, event->store);
    simulation_set_work(simulation, event->store, SYNC_CATCHING_UP,
        pending ? store->pending_since_ms : silent_since_ms);
    simulation_plan_store(simulation, EVENT_WORKED, event->store,
        simulation_around(simulation, CATCH_UP_MS), 0);
    simulation_tell_work(simulation, event->store);
}

static void
on_mended(struct simulation *simulation, const struct agenda_event *event)
{
    simulation_set_fault(simulation, event->store, FAULT_NONE, 0, 0);
    if (simulation->stores[event->store].link == CONNECTIVITY_UP)
        simulation_tell_cluster(simulation, event->store);
}

/* Most of what is rolled out succeeds; what did not is tried again. */
static void
on_worked(struct simulation *simulation, const struct agenda_event *event)
{
    struct store *store = &simulation->stores[event->store];
    unsigned luck = (unsigned)(simulation_draw(simulation) % 200);
    bool first = store->work == SYNC_UPDATING && event->store != STORY_STORE;

    if (first && luck < 3) {
        simulation_set_work(simulation, event->store,
            luck < 2 ? SYNC_BLOCKED : SYNC_REVERTED, store->pending_since_ms);
        simulation_plan_store(simulation, EVENT_WORKED, event->store,
            simulation_around(simulation, BLOCKED_MS), 0);
    } else {
        store->app_actual = store->app_desired;
        store->model_actual = store->model_desired;
        simulation_set_work(simulation, event->store, SYNC_SYNCED, 0);
    }
    simulation_tell_work(simulation, event->store);
}

static void (*const handlers[EVENTS])(
    struct simulation *simulation, const struct agenda_event *event) = {
    [EVENT_LINK] = on_link,
    [EVENT_FAULT] = on_fault,
    [EVENT_FAILURE] = on_fault,
    [EVENT_ENROL] = on_enrol,
    [EVENT_UPLINK] = on_uplink,
    [EVENT_ROLL] = on_roll,
    [EVENT_STORY] = on_story,
    [EVENT_LOST] = on_lost,
    [EVENT_BACK] = on_back,
    [EVENT_MENDED] = on_mended,
    [EVENT_WORKED] = on_worked,
};

struct simulation *
simulation_new(const struct simulation_options *options,
    const struct simulation_calls *calls, void *user, struct err *err)
{
    struct simulation *simulation;

    if (!options->stores || options->stores > SIMULATION_STORES) {
        err_set(err, ERR_INPUT, "a simulated fleet has 1 to %d clusters, not %u",
            SIMULATION_STORES, options->stores);
        return NULL;
    }
    if (!(options->speed > 0 && options->speed <= SIMULATION_SPEED)) {
        err_set(err, ERR_INPUT,
            "the speed of a simulation is above 0 and at most %g, not %g",
            SIMULATION_SPEED, options->speed);
        return NULL;
    }
    simulation = mem_zero(1, sizeof(*simulation));
    simulation->calls = calls;
    simulation->user = user;
    simulation->seed = options->seed;
    simulation->random = store_mix(options->seed ^ 0x6e6f6374u);
    simulation->speed = options->speed;
    simulation->now_ms = options->start_ms;
    simulation->count = options->stores;
    simulation->stores = mem_zero(simulation->count, sizeof(*simulation->stores));
    simulation_begin(simulation);
    return simulation;
}

void
simulation_free(struct simulation *simulation)
{
    if (!simulation)
        return;
    agenda_release(&simulation->agenda);
    store_facts_release(&simulation->facts);
    free(simulation->order);
    free(simulation->stores);
    free(simulation);
}

void
simulation_tell(struct simulation *simulation, enum store_resource resource,
    uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at < to && at < simulation->count; at++) {
        struct store *store = &simulation->stores[at];
        if (resource == STORE_WORK) {
            simulation_tell_work(simulation, at);
            continue;
        }
        if (store->link == CONNECTIVITY_DISCONNECTED) {
            struct store_traits traits = simulation_traits(simulation, at);
            simulation->calls->put(simulation->user,
                store_cluster_before(&simulation->facts, store, &traits, at + 1));
        }
        simulation_tell_cluster(simulation, at);
    }
}

int64_t
simulation_next_ms(const struct simulation *simulation)
{
    return agenda_next_ms(&simulation->agenda);
}

/* A store's event is void when its machine has moved since it was planned. */
static bool
is_void(const struct simulation *simulation, const struct agenda_event *event)
{
    enum event_kind kind = (enum event_kind)event->kind;

    return kind >= EVENT_LOST &&
           simulation->stores[event->store].tickets[simulation_machine(kind)] !=
               event->ticket;
}

void
simulation_step(struct simulation *simulation, int64_t now_ms)
{
    struct agenda_event event;

    while (agenda_next_ms(&simulation->agenda) <= now_ms) {
        agenda_take(&simulation->agenda, &event);
        if (event.at_ms > simulation->now_ms)
            simulation->now_ms = event.at_ms;
        if (!is_void(simulation, &event))
            handlers[event.kind](simulation, &event);
    }
}

void
simulation_print_details(
    const struct simulation *simulation, struct str name, int64_t now_ms, struct buf *out)
{
    struct store_traits traits;
    uint32_t number;

    if (!store_parse_name(name, &number) || number > simulation->count)
        return;
    traits = simulation_traits(simulation, number - 1);
    store_print_details(&simulation->stores[number - 1], &traits, now_ms, out);
}
