/* simulated -- a timer between the simulation and the sink. */
#include "hub/source/simulated.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "hub/source/simulation.h"

struct source {
    uint32_t index;
    struct loop *loop;
    struct sink *sink;
    struct fleet_source *status;
    struct simulation *simulation;
    struct timer *timer;
    int64_t wall_ms,
        monotonic_ms; /* of the start: later times go by the clock that never steps */
    uint32_t clusters;
    uint32_t resource, loaded; /* of the load: at the second STORE_RESOURCES it is done */
};

static int64_t
source_now_ms(const struct source *source)
{
    return source->wall_ms + loop_monotonic_ms(source->loop) - source->monotonic_ms;
}

static void
source_enter(struct source *source, const char *phase)
{
    snprintf(source->status->phase, sizeof(source->status->phase), "%s", phase);
    source->status->since_ms = source_now_ms(source);
    source->sink->status(source->sink, source->index);
}

static void
source_put(void *user, const struct fact *fact)
{
    struct source *source = user;

    source->status->events++;
    source->sink->put(source->sink, source->index, fact);
}

static void
source_drop(void *user, enum store_resource resource, struct str object)
{
    struct source *source = user;

    source->status->events++;
    source->sink->drop(source->sink, source->index, resource, object);
}

static const struct simulation_calls calls = { source_put, source_drop };

/* Some more of the first load; the loop gets its turn in between. */
static void
source_load(struct source *source)
{
    uint32_t to = source->loaded + SIMULATED_LOAD;

    if (!source->loaded && !source->resource)
        source_enter(source, "loading");
    if (!source->loaded)
        source->sink->begin(source->sink, source->index, source->resource);
    simulation_tell(
        source->simulation, (enum store_resource)source->resource, source->loaded, to);
    source->loaded = to;
    timer_start(source->timer, 1, 0); /* 0 would come again before anything else */
    if (to < source->clusters)
        return;
    source->sink->end(source->sink, source->index, source->resource);
    source->loaded = 0;
    if (++source->resource < STORE_RESOURCES)
        return;
    source->status->synced = true;
    source_enter(source, "synced");
}

static void
source_fired(void *user)
{
    struct source *source = user;
    int64_t now_ms = source_now_ms(source), wait_ms;

    source->status->fresh_ms = now_ms;
    if (source->resource < STORE_RESOURCES) {
        source_load(source);
        return;
    }
    simulation_step(source->simulation, now_ms);
    wait_ms = simulation_next_ms(source->simulation) - now_ms;
    if (wait_ms < SIMULATED_TICK_MS)
        wait_ms = SIMULATED_TICK_MS;
    if (wait_ms > SIMULATED_FRESH_MS)
        wait_ms = SIMULATED_FRESH_MS;
    timer_start(source->timer, wait_ms, 0);
}

static struct source *
simulated_start(const struct source_options *options, struct err *err)
{
    struct source *source = mem_zero(1, sizeof(*source));
    struct simulation_options how = {
        .stores = options->clusters ? options->clusters : SIMULATED_CLUSTERS,
        .seed = options->seed,
        .speed = options->speed != 0 ? options->speed : 1,
        .start_ms = loop_now_ms(options->loop),
    };

    source->simulation = simulation_new(&how, &calls, source, err);
    if (!source->simulation) {
        err_wrap(err, "source %s", options->name);
        free(source);
        return NULL;
    }
    source->index = options->index;
    source->loop = options->loop;
    source->sink = options->sink;
    source->status = options->status;
    source->clusters = how.stores;
    source->wall_ms = how.start_ms;
    source->monotonic_ms = loop_monotonic_ms(options->loop);
    source->status->simulated = true;
    source->status->promise_ms = SIMULATED_PROMISE_MS;
    source->timer = timer_new(options->loop, source_fired, source);
    timer_start(source->timer, 0, 0);
    return source;
}

static void
simulated_stop(struct source *source)
{
    if (!source)
        return;
    timer_free(source->timer);
    simulation_free(source->simulation);
    free(source);
}

static uint32_t
simulated_resources(const struct source *source)
{
    (void)source;
    return STORE_RESOURCES;
}

static const char *
simulated_resource_name(const struct source *source, uint32_t resource)
{
    (void)source;
    return resource == STORE_CLUSTER ? "clusters.simulated" : "works.simulated";
}

static void
simulated_details(const struct source *source, struct str key, struct buf *out)
{
    simulation_print_details(source->simulation, key, source_now_ms(source), out);
}

const struct source_class simulated_class = {
    .kind = "simulated",
    .help = "an embedded fleet of stores, seeded; SIMULATED on every screen",
    .start = simulated_start,
    .stop = simulated_stop,
    .resources = simulated_resources,
    .resource_name = simulated_resource_name,
    .details = simulated_details,
};
