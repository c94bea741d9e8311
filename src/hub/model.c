/* model -- see model.h. */
#include "hub/model.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "fleet/state.h"
#include "hub/site.h"
#include "wire/row.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 5000 /* between looks at silence and losses */
#define MODEL_SOON_MS                                                                    \
    500 /* a loss or a count is judged after this, so that a burst is judged once */

struct model *
model_new(const struct model_options *options)
{
    struct model *model = mem_zero(1, sizeof *model);

    model->options = *options;
    model->fleet = feed_fleet(options->feed);
    model->sink = intake_sink();
    model->look_ms = INT64_MAX;
    facet_store_init(&model->store, model->fleet->intern);
    joins_init(&model->joins, model->fleet, &model->store, model->attaches);
    return model;
}

void
model_free(struct model *model)
{
    struct intern *intern;

    if (!model)
        return;
    intern = model->fleet->intern;
    joins_release(&model->joins);
    facet_store_release(&model->store);
    for (uint32_t slot = 0; slot < model->site_capacity; slot++)
        intern_drop(intern, model->sites[slot].held.reason);
    for (uint32_t i = 0; i < model->upstream_count; i++)
        intern_drop(intern, model->upstreams[i].name);
    free(model->sites);
    free(model->heap);
    free(model);
}

int64_t
model_now_ms(const struct model *model)
{
    return model->options.now_ms(model->options.user);
}

struct site *
site_touch(struct model *model, uint32_t slot)
{
    size_t before = model->site_capacity;

    if (slot >= before) {
        model->sites =
            mem_grow(model->sites, &model->site_capacity, slot + 1, sizeof *model->sites);
        memset(model->sites + before, 0,
            (model->site_capacity - before) * sizeof *model->sites);
    }
    return &model->sites[slot];
}

uint32_t
model_add_source(struct model *model, const struct model_source *source, struct err *err)
{
    struct fleet *fleet = model->fleet;
    struct fleet_source *status;
    struct upstream *upstream;
    uint32_t index = model->upstream_count;

    if (fleet_source(fleet, str_from(source->name))) {
        err_set(err, ERR_CONFLICT, "two sources are called %s", source->name);
        return FLEET_NONE;
    }
    status = fleet_touch_source(fleet, str_from(source->name));
    if (!status) {
        err_set(err, ERR_LIMIT, "more than %d sources", FLEET_SOURCES);
        return FLEET_NONE;
    }
    assert(status == &fleet->sources[index]);
    snprintf(status->kind, sizeof status->kind, "%s", source->kind);
    status->simulated = source->simulated;
    upstream = &model->upstreams[index];
    upstream->status = status;
    upstream->name = intern_touch(fleet->intern, str_from(source->name));
    model->attaches[index] = source->attaches;
    model->attaching = model->attaching || source->attaches;
    model->upstream_count++;
    feed_sources_changed(model->options.feed);
    return index;
}

struct fleet_source *
model_source(const struct model *model, uint32_t index)
{
    return index < model->upstream_count ? model->upstreams[index].status : NULL;
}

bool
model_rename_source(struct model *model, uint32_t index, const char *name)
{
    struct upstream *upstream = &model->upstreams[index];

    if (upstream->status->clusters || fleet_source(model->fleet, str_from(name)))
        return false;
    snprintf(upstream->status->name, sizeof upstream->status->name, "%s", name);
    intern_set(model->fleet->intern, &upstream->name, str_from(name));
    feed_sources_changed(model->options.feed);
    return true;
}

void
model_heard(struct model *model, uint32_t index, int64_t fresh_ms)
{
    model->upstreams[index].status->fresh_ms = fresh_ms;
    upstream_look(&model->upstreams[index]);
}

const struct fleet *
model_fleet(const struct model *model)
{
    return model->fleet;
}

struct sink *
model_sink(struct model *model)
{
    return &model->sink;
}

void
model_look_within(struct model *model, int64_t delay_ms)
{
    int64_t at_ms = model_now_ms(model) + delay_ms;

    if (at_ms < model->look_ms)
        model->look_ms = at_ms;
}

void
model_count_sources(struct model *model)
{
    model->counts_changed = true;
    model_look_within(model, MODEL_SOON_MS);
}

void
site_changed(struct model *model, uint32_t slot, bool tags)
{
    if (!site_merge(model, slot, tags))
        return;
    feed_changed(model->options.feed, slot);
    if (model->upstreams[model->sites[slot].source].lost)
        model_look_within(model, MODEL_SOON_MS);
    if (model->options.changed)
        model->options.changed(model->options.user, slot);
}

/* ---- time ---- */

int64_t
model_next_ms(const struct model *model)
{
    int64_t next_ms = model->look_ms;

    if (model->heap_count && model->heap[0].due_ms < next_ms)
        next_ms = model->heap[0].due_ms;
    return next_ms;
}

static void
overdue(struct model *model, uint32_t slot)
{
    site_changed(model, slot, false);
}

static void
look(struct model *model, int64_t now_ms)
{
    bool changed = model->counts_changed;
    bool again = model->heap_count > 0;

    model->look_ms = INT64_MAX;
    model->counts_changed = false;
    for (uint32_t i = 0; i < model->upstream_count; i++) {
        struct upstream *upstream = &model->upstreams[i];

        upstream_look(upstream);
        upstream->status->orphans = model->joins.source_orphans[i];
        if (upstream->lost || upstream->suspect_from_s)
            changed |= upstream_judge(model, i, now_ms);
        again |= upstream->suspect_from_s != 0;
    }
    if (again)
        model_look_within(model, MODEL_LOOK_MS);
    if (changed)
        feed_sources_changed(model->options.feed);
}

void
model_tick(struct model *model)
{
    int64_t now_ms = model_now_ms(model);

    if (now_ms >= model->look_ms)
        look(model, now_ms);
    liveness_tick(model, now_ms, overdue);
}

/* ---- windows and the cache ---- */

void
model_cover(struct model *model, struct str id, struct str window, int64_t until_ms)
{
    uint32_t slot = fleet_find(model->fleet, id);
    struct cluster *cluster;

    if (slot == FLEET_NONE)
        return;
    cluster = fleet_at(model->fleet, slot);
    intern_set(model->fleet->intern, &cluster->maintenance, window);
    cluster->maintenance_until_s = window.length ? (uint32_t)(until_ms / 1000) : 0;
    state_decide(cluster, model->fleet->intern, (uint32_t)(model_now_ms(model) / 1000));
    feed_changed(model->options.feed, slot);
    if (model->options.changed)
        model->options.changed(model->options.user, slot);
}

static uint32_t
source_of_id(const struct model *model, struct str id)
{
    struct str name;

    if (!str_split(&id, ':', &name))
        return FLEET_NONE;
    for (uint32_t i = 0; i < model->upstream_count; i++)
        if (str_is(name, model->upstreams[i].status->name))
            return i;
    return FLEET_NONE;
}

bool
model_restore(struct model *model, struct str row, uint8_t held_health, struct err *err)
{
    struct fleet *fleet = model->fleet;
    uint32_t slot = row_parse(fleet, row, NULL, err), source;
    struct cluster *cluster;
    struct site *site;

    if (slot == FLEET_NONE)
        return false;
    cluster = fleet_at(fleet, slot);
    source = source_of_id(model, cluster_id(cluster, fleet->intern));
    if (source == FLEET_NONE) {
        err_set(err, ERR_NOT_FOUND, "its source is not configured any more");
        fleet_remove(fleet, slot);
        fleet_reuse(fleet, slot);
        return false;
    }
    /* Windows are the journal's to tell. */
    intern_set(fleet->intern, &cluster->maintenance, (struct str){ NULL, 0 });
    cluster->maintenance_until_s = 0;
    site_add(model, slot, source);
    site = &model->sites[slot];
    site->restored = true;
    model->upstreams[source].status->kept = true;
    site->held = cluster->axes[AXIS_HEALTH];
    site->held.value = held_health < HEALTHS ? held_health : HEALTH_UNKNOWN;
    intern_keep(fleet->intern, site->held.reason);
    state_decide(cluster, fleet->intern, (uint32_t)(model_now_ms(model) / 1000));
    feed_changed(model->options.feed, slot);
    return true;
}

uint8_t
model_held_health(const struct model *model, uint32_t slot)
{
    return slot < model->site_capacity && model->sites[slot].present
               ? model->sites[slot].held.value
               : HEALTH_UNKNOWN;
}

struct model_stats
model_stats(const struct model *model)
{
    return (struct model_stats){ .facts = model->facts,
        .merges = model->merges,
        .refused = model->refused,
        .facets = model->store.count,
        .orphans = model->joins.orphan_count };
}
