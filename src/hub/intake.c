/* intake -- the model's sink: facts become facets, facets find their clusters, clusters
 * come and go. */
#include "hub/site.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static struct model *
model_of(struct sink *sink)
{
    return (struct model *)(void *)((char *)sink - offsetof(struct model, sink));
}

static void
refuse(struct model *model, struct upstream *upstream, const char *what)
{
    model->refused++;
    if (upstream->told_limit)
        return;
    upstream->told_limit = true;
    log_line(
        LOG_WARN, "source %s: %s; the rest is refused", upstream->status->name, what);
}

/* ---- facets and clusters ---- */

static void
attach(struct model *model, uint32_t index, uint32_t slot)
{
    struct facet *facet = facet_at(&model->store, index);
    struct site *site = &model->sites[slot];
    uint32_t *link = &site->first;

    while (*link != FACET_NONE && !facet_before(facet, facet_at(&model->store, *link)))
        link = &facet_at(&model->store, *link)->next;
    facet->slot = slot;
    facet->next = *link;
    *link = index;
    site->facet_count++;
    site->inventories += facet->inventory;
    if (facet->inventory)
        join_learn(&model->joins, facet);
}

static void
detach(struct model *model, uint32_t index)
{
    struct facet *facet = facet_at(&model->store, index);
    struct site *site = &model->sites[facet->slot];
    uint32_t *link = &site->first;

    if (facet->inventory)
        join_forget(&model->joins, facet);
    while (*link != index)
        link = &facet_at(&model->store, *link)->next;
    *link = facet->next;
    facet->next = FACET_NONE;
    facet->slot = FLEET_NONE;
    site->facet_count--;
    site->inventories -= facet->inventory;
}

/* To its cluster if that is there and has room, to the orphans otherwise. The slot, or
 * FLEET_NONE. */
static uint32_t
settle(struct model *model, uint32_t index)
{
    struct facet *facet = facet_at(&model->store, index);
    uint32_t slot = join_find(&model->joins, facet);

    if (slot != FLEET_NONE && model->sites[slot].facet_count >= MODEL_CLUSTER_FACETS) {
        refuse(model, &model->upstreams[facet->source], "a cluster has too many objects");
        slot = FLEET_NONE;
    }
    if (slot == FLEET_NONE)
        orphan_add(&model->joins, index);
    else
        attach(model, index, slot);
    return slot;
}

/* Facets that belong elsewhere go there: by a tag that is gone, or to a cluster that
 * comes before this one. True if one went; the caller merges. */
static bool
disown(struct model *model, uint32_t slot)
{
    uint32_t at = model->sites[slot].first, next, other;
    bool went = false;

    for (; at != FACET_NONE; at = next) {
        struct facet *facet = facet_at(&model->store, at);

        next = facet->next;
        if (facet->inventory || join_find(&model->joins, facet) == slot)
            continue;
        went = true;
        detach(model, at);
        model_count_sources(model);
        other = settle(model, at);
        if (other != FLEET_NONE)
            site_changed(model, other, true);
    }
    return went;
}

/* Where sources attach to each other's clusters: one that comes may come before the one a
 * facet is at. */
static void
call_back(struct model *model, const struct facet *inventory)
{
    for (uint32_t source = 0; source < model->upstream_count; source++) {
        uint32_t slot = join_by_key(&model->joins, source, inventory->join_value);

        if (source == inventory->source)
            continue;
        if (slot != FLEET_NONE && disown(model, slot))
            site_changed(model, slot, true);
        for (uint32_t i = 0; model->joins.key_count && i < inventory->piece_count; i++) {
            slot = join_by_piece(&model->joins, source, &inventory->pieces[i]);
            if (slot != FLEET_NONE && disown(model, slot))
                site_changed(model, slot, true);
        }
    }
}

static void
adopt(struct model *model, uint32_t slot, uint32_t value)
{
    uint32_t at = orphan_next(&model->joins, value, FACET_NONE), next;

    for (; at != FACET_NONE; at = next) {
        next = orphan_next(&model->joins, value, at);
        if (model->sites[slot].facet_count >= MODEL_CLUSTER_FACETS ||
            join_find(&model->joins, facet_at(&model->store, at)) != slot)
            continue;
        orphan_remove(&model->joins, at);
        attach(model, at, slot);
        model_count_sources(model);
    }
}

/* Facets that waited for this inventory object: for its KEY, for a tag or a claim of it.
 */
static void
adopt_all(struct model *model, uint32_t slot, const struct facet *inventory)
{
    if (model->attaching)
        call_back(model, inventory);
    if (!model->joins.orphan_count)
        return;
    adopt(model, slot, inventory->join_value);
    for (uint32_t i = 0; model->joins.key_count && i < inventory->piece_count; i++)
        if (inventory->pieces[i].kind == PIECE_TAG ||
            inventory->pieces[i].kind == PIECE_CLAIM)
            adopt(model, slot, inventory->pieces[i].b);
}

void
site_add(struct model *model, uint32_t slot, uint32_t source)
{
    struct cluster *cluster = fleet_at(model->fleet, slot);
    struct site *site = site_touch(model, slot);
    struct str window;
    int64_t until_ms;

    intern_drop(model->fleet->intern, site->held.reason);
    memset(site, 0, sizeof *site);
    site->first = FACET_NONE;
    site->source = (uint8_t)source;
    site->present = true;
    intern_drop(model->fleet->intern, cluster->source);
    cluster->source = intern_keep(model->fleet->intern, model->upstreams[source].name);
    model->upstreams[source].status->clusters++;
    model_count_sources(model);
    if (!model->options.window ||
        !model->options.window(model->options.user,
            cluster_id(cluster, model->fleet->intern), &window, &until_ms))
        return;
    intern_set(model->fleet->intern, &cluster->maintenance, window);
    cluster->maintenance_until_s = (uint32_t)(until_ms / 1000);
}

static void
site_remove(struct model *model, uint32_t slot)
{
    struct site *site = &model->sites[slot];
    struct cluster *cluster = fleet_at(model->fleet, slot);
    char *id = mem_text_length(cluster_id(cluster, model->fleet->intern).at,
        cluster_id(cluster, model->fleet->intern).length);
    uint32_t first = site->first, next;

    site->present = false;
    feed_remove(model->options.feed, slot);
    site->first = FACET_NONE;
    for (uint32_t at = first; at != FACET_NONE; at = next) {
        struct facet *facet = facet_at(&model->store, at);
        uint32_t other;

        next = facet->next;
        if (facet->inventory)
            join_forget(&model->joins, facet);
        facet->next = FACET_NONE;
        facet->slot = FLEET_NONE;
        other = settle(model, at);
        if (other != FLEET_NONE)
            site_changed(model, other, true);
    }
    model->upstreams[site->source].status->clusters--;
    model_count_sources(model);
    if (model->options.gone)
        model->options.gone(model->options.user, str_from(id));
    free(id);
}

/* SOURCE:KEY, if KEY is one that may be. */
static bool
make_id(const struct model *model, uint32_t source, struct str key,
    char id[CLUSTER_ID_BYTES], struct str *out)
{
    struct str name = intern_str(model->fleet->intern, model->upstreams[source].name);

    if (!key.length || text_has_control(key) || !text_is_valid(key) ||
        name.length + key.length + 2 > CLUSTER_ID_BYTES)
        return false;
    out->at = id;
    out->length =
        (size_t)snprintf(id, CLUSTER_ID_BYTES, "%.*s:%.*s", STR_ARG(name), STR_ARG(key));
    return true;
}

static uint32_t
cluster_for(struct model *model, uint32_t source, struct str key)
{
    struct upstream *upstream = &model->upstreams[source];
    char text[CLUSTER_ID_BYTES];
    struct str id;
    uint32_t slot;

    if (!make_id(model, source, key, text, &id)) {
        refuse(model, upstream,
            "a cluster's name is empty, too long or holds a control character");
        return FLEET_NONE;
    }
    slot = fleet_find(model->fleet, id);
    if (slot != FLEET_NONE)
        return slot;
    if (upstream->status->clusters >= MODEL_CLUSTERS) {
        refuse(model, upstream, "too many clusters");
        return FLEET_NONE;
    }
    slot = fleet_touch(model->fleet, id);
    site_add(model, slot, source);
    return slot;
}

/* ---- the sink ---- */

static struct upstream *
upstream_at(struct model *model, uint32_t source, uint32_t resource)
{
    if (source >= model->upstream_count || resource >= MODEL_RESOURCES)
        return NULL;
    return &model->upstreams[source];
}

static void
sink_begin(struct sink *sink, uint32_t source, uint32_t resource)
{
    struct upstream *upstream = upstream_at(model_of(sink), source, resource);

    if (!upstream)
        return;
    upstream->generations[resource]++;
    upstream->loading |= (uint64_t)1 << resource;
}

static void
beat(struct model *model, uint32_t slot, const struct facet *facet, bool first)
{
    for (uint32_t i = 0; i < facet->piece_count; i++) {
        if (facet->pieces[i].kind != PIECE_BEAT)
            continue;
        if (site_beat_piece(model, &model->sites[slot]) == &facet->pieces[i])
            site_beat(model, slot, &facet->pieces[i], first);
        model_look_within(model, MODEL_LOOK_MS);
    }
}

static void
facet_gone(struct model *model, uint32_t index)
{
    struct facet *facet = facet_at(&model->store, index);
    uint32_t slot = facet->slot;

    model->upstreams[facet->source].facets--;
    if (slot == FLEET_NONE) {
        orphan_remove(&model->joins, index);
        facet_free(&model->store, index);
        model_count_sources(model);
        return;
    }
    detach(model, index);
    facet_free(&model->store, index);
    if (!model->sites[slot].inventories && !model->sites[slot].restored) {
        site_remove(model, slot);
        return;
    }
    if (model->joins.key_count)
        disown(model, slot);
    site_changed(model, slot, true);
}

static void
learn_all(struct model *model)
{
    for (uint32_t i = 0; i < model->store.ceiling; i++) {
        const struct facet *facet = facet_at(&model->store, i);

        if (facet && facet->inventory && facet->slot != FLEET_NONE)
            join_learn(&model->joins, facet);
    }
}

/* A facet that is in no list goes where it belongs now. */
static void
place(struct model *model, uint32_t index, unsigned change)
{
    struct facet *facet = facet_at(&model->store, index);
    uint32_t slot;

    if (!facet->inventory) {
        if (join_want(&model->joins, facet))
            learn_all(model);
        slot = settle(model, index);
        model_count_sources(model);
    } else {
        slot = cluster_for(
            model, facet->source, intern_str(model->fleet->intern, facet->join_value));
        if (slot != FLEET_NONE && model->sites[slot].facet_count >= MODEL_CLUSTER_FACETS)
            slot = FLEET_NONE;
        if (slot == FLEET_NONE) {
            model->upstreams[facet->source].facets--;
            facet_free(&model->store, index);
            return;
        }
        attach(model, index, slot);
        adopt_all(model, slot, facet);
    }
    if (slot == FLEET_NONE)
        return;
    beat(model, slot, facet, (change & FACET_NEW) != 0);
    site_changed(model, slot, true);
}

/* It was attached and still is: what changed decides what is done. */
static void
update(struct model *model, uint32_t index, unsigned change)
{
    struct facet *facet = facet_at(&model->store, index);
    uint32_t slot = facet->slot;
    bool was_overdue = model->sites[slot].overdue;

    if (facet->inventory)
        join_learn(&model->joins, facet);
    if (change & FACET_BEAT)
        beat(model, slot, facet, false);
    if (facet->inventory && change & FACET_TAGS) {
        if (model->joins.key_count)
            disown(model, slot);
        adopt_all(model, slot, facet);
    }
    if (change & (FACET_VALUES | FACET_TAGS) || was_overdue != model->sites[slot].overdue)
        site_changed(model, slot, (change & FACET_TAGS) != 0);
}

/* The facet there was, taken out of the list it may not stay in while it changes. True if
 * that is any list. */
static bool
unlist(struct model *model, uint32_t index, const struct fact *fact)
{
    struct facet *facet = facet_at(&model->store, index);
    struct str key =
        fact->inventory && !fact->join_value.length ? fact->object : fact->join_value;
    uint32_t slot = facet->slot;

    if (slot == FLEET_NONE) {
        orphan_remove(&model->joins, index);
        return true;
    }
    if (facet->inventory == fact->inventory && facet->join == fact->join &&
        (fact->inventory || fact->join == JOIN_NAME || fact->join == JOIN_NAMESPACE) &&
        str_same(intern_str(model->fleet->intern, facet->join_value), key)) {
        if (facet->inventory)
            join_forget(&model->joins, facet);
        return false;
    }
    detach(model, index);
    if (!model->sites[slot].inventories && !model->sites[slot].restored)
        site_remove(model, slot);
    else
        site_changed(model, slot, true);
    return true;
}

static void
sink_put(struct sink *sink, uint32_t source, const struct fact *fact)
{
    struct model *model = model_of(sink);
    struct upstream *upstream = upstream_at(model, source, fact->resource);
    uint32_t index;
    bool listed = false;
    unsigned change;

    if (!upstream || !fact->object.length || fact->object.length > CLUSTER_ID_BYTES)
        return;
    model->facts++;
    upstream_look(upstream);
    index = facet_find(&model->store, source, fact->resource, fact->object);
    if (index == FACET_NONE && upstream->facets >= MODEL_FACETS) {
        refuse(model, upstream, "too many objects");
        return;
    }
    if (index != FACET_NONE)
        listed = !unlist(model, index, fact);
    else
        upstream->facets++;
    index = facet_put(
        &model->store, source, fact, (uint32_t)(model_now_ms(model) / 1000), &change);
    facet_at(&model->store, index)->generation = upstream->generations[fact->resource];
    if (listed)
        update(model, index, change);
    else
        place(model, index, change);
}

static void
sink_drop(struct sink *sink, uint32_t source, uint32_t resource, struct str object)
{
    struct model *model = model_of(sink);
    uint32_t index;

    if (!upstream_at(model, source, resource))
        return;
    index = facet_find(&model->store, source, resource, object);
    if (index != FACET_NONE)
        facet_gone(model, index);
}

static void
sink_end(struct sink *sink, uint32_t source, uint32_t resource)
{
    struct model *model = model_of(sink);
    struct upstream *upstream = upstream_at(model, source, resource);

    if (!upstream || !(upstream->loading >> resource & 1))
        return;
    upstream->loading &= ~((uint64_t)1 << resource);
    for (uint32_t i = 0; i < model->store.ceiling; i++) {
        const struct facet *facet = facet_at(&model->store, i);

        if (facet && facet->source == source && facet->resource == resource &&
            facet->generation != upstream->generations[resource])
            facet_gone(model, i);
    }
}

static void
sink_abort(struct sink *sink, uint32_t source, uint32_t resource)
{
    struct upstream *upstream = upstream_at(model_of(sink), source, resource);

    if (upstream)
        upstream->loading &= ~((uint64_t)1 << resource);
}

/* The source is loaded: what cache.db alone knew of it is over. */
static void
settle_restored(struct model *model, uint32_t source)
{
    for (uint32_t slot = 0; slot < model->fleet->ceiling; slot++) {
        struct site *site;

        if (!fleet_at(model->fleet, slot))
            continue;
        site = &model->sites[slot];
        if (!site->restored || site->source != source)
            continue;
        site->restored = false;
        if (!site->inventories)
            site_remove(model, slot);
        else
            site_changed(model, slot, true);
    }
}

static void
sink_status(struct sink *sink, uint32_t source)
{
    struct model *model = model_of(sink);
    struct upstream *upstream = upstream_at(model, source, 0);

    if (!upstream)
        return;
    upstream_look(upstream);
    upstream->status->orphans = model->joins.source_orphans[source];
    if (model->options.status)
        model->options.status(model->options.user, source);
    if (upstream->status->synced && !upstream->synced) {
        upstream->synced = true;
        upstream->status->kept = false;
        settle_restored(model, source);
    }
    feed_sources_changed(model->options.feed);
}

struct sink
intake_sink(void)
{
    return (struct sink){ .begin = sink_begin,
        .put = sink_put,
        .drop = sink_drop,
        .end = sink_end,
        .abort = sink_abort,
        .status = sink_status };
}
