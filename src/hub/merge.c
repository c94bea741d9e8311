/* merge -- a cluster's row from its facets: one owner each, the worst of several works,
 * health held over silence. */
#include "hub/site.h"

#include "fleet/state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct merge {
    struct model *model;
    struct intern *intern;
    struct site *site;
    struct cluster *cluster;
    uint32_t now_s;
    bool tags;
};

static const struct facet *
next_facet(const struct merge *m, const struct facet *facet)
{
    return facet_at(&m->model->store, facet ? facet->next : m->site->first);
}

/* The piece of the first facet that has one: its owner. */
static const struct piece *
owned(const struct merge *m, enum piece_kind kind, uint8_t at)
{
    const struct facet *facet = NULL;

    while ((facet = next_facet(m, facet))) {
        const struct piece *piece = facet_piece(facet, kind, at);

        if (piece)
            return piece;
    }
    return NULL;
}

static void
set_text(const struct merge *m, uint32_t *to, uint32_t number)
{
    uint32_t old = *to;

    if (old == number)
        return;
    *to = intern_keep(m->intern, number);
    intern_drop(m->intern, old);
}

/* since_s 0: upstream does not say, so it is since the value changed. */
static void
set_axis(const struct merge *m, struct axis_fact *to, uint8_t value, uint32_t reason,
    uint32_t since_s)
{
    if (since_s)
        to->since_s = since_s;
    else if (to->value != value || !to->since_s)
        to->since_s = m->now_s;
    to->value = value;
    set_text(m, &to->reason, reason);
}

static void
set_overdue(const struct merge *m, struct axis_fact *to, const struct piece *beat)
{
    char text[80];
    uint32_t reason;
    uint32_t since_s = (uint32_t)(m->site->beat_ms / 1000);

    snprintf(text, sizeof text, "no heartbeat: %u missed, one is due every %u s",
        beat->at, (beat->a + 999) / 1000);
    reason = intern_touch(m->intern, str_from(text));
    set_axis(m, to, CONNECTIVITY_DISCONNECTED, reason, since_s);
    intern_drop(m->intern, reason);
}

static void
merge_connectivity(const struct merge *m)
{
    struct axis_fact *to = &m->cluster->axes[AXIS_CONNECTIVITY];
    const struct piece *said = owned(m, PIECE_AXIS, AXIS_CONNECTIVITY);
    const struct piece *beat = site_beat_piece(m->model, m->site);

    if (beat && m->site->overdue && (!said || said->value == CONNECTIVITY_UP))
        set_overdue(m, to, beat);
    else if (said)
        set_axis(m, to, said->value, said->a, said->b);
    else if (beat)
        set_axis(m, to, beat->b ? CONNECTIVITY_UP : CONNECTIVITY_NEVER_HEARD, 0, 0);
    else if (!m->site->restored)
        set_axis(m, to, CONNECTIVITY_NEVER_HEARD, 0, 0);
}

/* What a change of the link means for catching-up, for mass losses, and for when it was
 * last heard of. */
static void
follow_link(const struct merge *m, uint8_t was)
{
    const struct axis_fact *now = &m->cluster->axes[AXIS_CONNECTIVITY];
    struct site *site = m->site;
    bool first = !site->merged && !site->restored;

    if (now->value == CONNECTIVITY_UP) {
        if (first)
            site->link_back_s = now->since_s < m->now_s ? now->since_s : 0;
        else if (was != CONNECTIVITY_UP)
            site->link_back_s = now->since_s;
        site->lost_s = 0;
        m->cluster->seen_s = 0;
        return;
    }
    if (now->value == CONNECTIVITY_NEVER_HEARD) {
        m->cluster->seen_s = 0;
        return;
    }
    if (was == CONNECTIVITY_UP && site->merged) {
        site->lost_s = m->now_s;
        m->model->upstreams[site->source].lost = true;
    }
    if (site->beat_ms)
        m->cluster->seen_s = (uint32_t)(site->beat_ms / 1000);
    else if (was == CONNECTIVITY_UP || !m->cluster->seen_s)
        m->cluster->seen_s = now->since_s;
}

static void
merge_health(const struct merge *m)
{
    struct axis_fact *to = &m->cluster->axes[AXIS_HEALTH];
    const struct piece *said = owned(m, PIECE_AXIS, AXIS_HEALTH);
    struct axis_fact *held = &m->site->held;

    if (m->cluster->axes[AXIS_CONNECTIVITY].value == CONNECTIVITY_UP) {
        if (said)
            set_axis(m, to, said->value, said->a, said->b);
        else if (!m->site->restored)
            set_axis(m, to, HEALTH_UNKNOWN, 0, 0);
        set_axis(m, held, to->value, to->reason, to->since_s);
        return;
    }
    set_axis(m, to, held->value, held->reason, held->value ? held->since_s : 0);
}

struct work { /* a facet's sync, as it really is */
    uint8_t value;
    uint32_t reason, since_s;
};

static bool
work_of(const struct merge *m, const struct facet *facet, struct work *work)
{
    const struct piece *said = facet_piece(facet, PIECE_AXIS, AXIS_SYNC);
    const struct piece *pending = facet_piece(facet, PIECE_PENDING, 0);
    const struct axis_fact *link = &m->cluster->axes[AXIS_CONNECTIVITY];
    uint32_t since_s;

    if (!said)
        return false;
    *work = (struct work){ said->value, said->a, said->b };
    if (!pending)
        return true;
    since_s = pending->a ? pending->a : pending->b;
    if (link->value == CONNECTIVITY_DISCONNECTED) {
        work->value = SYNC_QUEUED;
        work->since_s = since_s;
    } else if (link->value == CONNECTIVITY_UP && since_s < m->site->link_back_s) {
        work->value = SYNC_CATCHING_UP;
        work->since_s = m->site->link_back_s;
    } else if (link->value == CONNECTIVITY_UP && work->value == SYNC_QUEUED) {
        work->value = SYNC_UPDATING;
    }
    return true;
}

static void
merge_sync(const struct merge *m)
{
    const struct facet *facet = NULL;
    struct work worst = { 0 }, work;
    int owner = -1;

    while ((facet = next_facet(m, facet))) {
        if ((owner >= 0 && facet->source != owner) || !work_of(m, facet, &work))
            continue;
        if (owner < 0 || sync_severity(work.value) > sync_severity(worst.value))
            worst = work;
        owner = facet->source;
    }
    if (owner >= 0 || !m->site->restored)
        set_axis(
            m, &m->cluster->axes[AXIS_SYNC], worst.value, worst.reason, worst.since_s);
}

/* Of several works on a layer the worst is shown. */
static void
merge_version(const struct merge *m, uint8_t layer)
{
    const struct facet *facet = NULL;
    const struct piece *shown = NULL;
    struct work work;
    int owner = -1, worst = -1;

    while ((facet = next_facet(m, facet))) {
        const struct piece *piece = facet_piece(facet, PIECE_VERSION, layer);
        int severity;

        if (!piece || (owner >= 0 && facet->source != owner))
            continue;
        owner = facet->source;
        severity = work_of(m, facet, &work) ? sync_severity(work.value) : 0;
        if (severity > worst) {
            worst = severity;
            shown = piece;
        }
    }
    if (!shown && m->site->restored)
        return;
    set_text(m, &m->cluster->versions[layer].desired, shown ? shown->a : 0);
    set_text(m, &m->cluster->versions[layer].actual, shown ? shown->b : 0);
}

static float
float_of(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static int16_t
count_of(uint32_t bits)
{
    return (int16_t)(int32_t)bits;
}

static void
merge_counts(const struct merge *m)
{
    struct cluster *c = m->cluster;
    const struct piece *nodes = owned(m, PIECE_NODES, 0);
    const struct piece *gpus = owned(m, PIECE_GPUS, 0);

    if (nodes || !m->site->restored) {
        c->nodes_ready = nodes ? count_of(nodes->a) : UNKNOWN_COUNT;
        c->nodes_total = nodes ? count_of(nodes->b) : UNKNOWN_COUNT;
    }
    if (gpus || !m->site->restored) {
        c->gpus = gpus ? count_of(gpus->a) : UNKNOWN_COUNT;
        set_text(m, &c->gpu_model, gpus ? gpus->b : 0);
    }
}

static void
merge_place(const struct merge *m)
{
    struct cluster *c = m->cluster;
    const struct piece *place = owned(m, PIECE_PLACE, 0);
    const struct piece *location = owned(m, PIECE_LOCATION, 0);

    if (place || !m->site->restored) {
        set_text(m, &c->timezone, place ? place->a : 0);
        set_text(m, &c->place, place ? place->b : 0);
    }
    if (location || !m->site->restored) {
        c->latitude = location ? float_of(location->a) : NAN;
        c->longitude = location ? float_of(location->b) : NAN;
    }
}

/* Every facet may bring tags; of one key, the first owns it. */
static void
merge_tags(const struct merge *m)
{
    const struct facet *facet = NULL;

    cluster_clear_tags(m->cluster, m->intern);
    while ((facet = next_facet(m, facet))) {
        for (uint32_t i = 0; i < facet->piece_count; i++) {
            const struct piece *piece = &facet->pieces[i];

            if (piece->kind != PIECE_TAG || cluster_tag(m->cluster, piece->a))
                continue;
            if (!cluster_set_tag(m->cluster, m->intern, intern_str(m->intern, piece->a),
                    intern_str(m->intern, piece->b)))
                return;
        }
    }
}

bool
site_merge(struct model *model, uint32_t slot, bool tags)
{
    struct cluster *cluster = fleet_at(model->fleet, slot);
    struct merge m = { .model = model,
        .intern = model->fleet->intern,
        .site = &model->sites[slot],
        .cluster = cluster,
        .now_s = (uint32_t)(model_now_ms(model) / 1000),
        .tags = tags };
    struct cluster before = *cluster;

    /* A text of the row is held by it until another took its place, so equal numbers are
     * equal texts. */
    merge_connectivity(&m);
    follow_link(&m, before.axes[AXIS_CONNECTIVITY].value);
    merge_health(&m);
    merge_sync(&m);
    for (int layer = 0; layer < LAYERS; layer++)
        merge_version(&m, (uint8_t)layer);
    merge_counts(&m);
    merge_place(&m);
    if (tags)
        merge_tags(&m);
    state_decide(cluster, m.intern, m.now_s);
    m.site->merged = true;
    model->merges++;
    before.tags = cluster->tags;
    before.tag_count = cluster->tag_count;
    return tags || !cluster_same(&before, cluster);
}
