/* liveness -- deadlines of promised beats, clocks that stand still while a source is
 * silent, mass losses. */
#include "hub/site.h"

#include "base/clock.h"
#include "base/mem.h"
#include "fleet/sentence.h"

#include <string.h>

#define SUSPECT_LEAST                                                                    \
    5 /* lost clusters; a small fleet may lose one or two without being suspect */

bool
upstream_silent(const struct upstream *upstream, int64_t now_ms)
{
    const struct fleet_source *status = upstream->status;

    return status->promise_ms > 0 && now_ms - status->fresh_ms > status->promise_ms;
}

/* Silence is told at its end, when a fresh byte shows how long it was; until then it
 * counts up to now. */
int64_t
upstream_silence_ms(const struct upstream *upstream, int64_t now_ms)
{
    if (!upstream_silent(upstream, now_ms))
        return upstream->silence_ms;
    return upstream->silence_ms + now_ms - upstream->status->fresh_ms;
}

void
upstream_look(struct upstream *upstream)
{
    struct fleet_source *status = upstream->status;
    int64_t gap_ms = status->fresh_ms - upstream->fresh_ms;

    /* What was heard once was heard: a source that starts anew may not know of it. */
    if (gap_ms < 0)
        status->fresh_ms = upstream->fresh_ms;
    if (gap_ms <= 0)
        return;
    if (upstream->fresh_ms && status->promise_ms > 0 && gap_ms > status->promise_ms)
        upstream->silence_ms += gap_ms;
    upstream->fresh_ms = status->fresh_ms;
}

const struct piece *
site_beat_piece(const struct model *model, const struct site *site)
{
    for (uint32_t at = site->first; at != FACET_NONE;
         at = facet_at(&model->store, at)->next) {
        const struct facet *facet = facet_at(&model->store, at);

        for (uint32_t i = 0; i < facet->piece_count; i++)
            if (facet->pieces[i].kind == PIECE_BEAT)
                return &facet->pieces[i];
    }
    return NULL;
}

static int64_t
period_ms(const struct piece *beat)
{
    return (int64_t)beat->a * beat->at;
}

static int64_t
deadline_ms(const struct model *model, const struct site *site, const struct piece *beat,
    int64_t now_ms)
{
    const struct upstream *upstream = &model->upstreams[site->source];

    return site->beat_ms + period_ms(beat) + upstream_silence_ms(upstream, now_ms) -
           site->beat_silence_ms;
}

static void
swap(struct deadline *a, struct deadline *b)
{
    struct deadline other = *a;

    *a = *b;
    *b = other;
}

static void
heap_push(struct model *model, int64_t due_ms, uint32_t slot)
{
    uint32_t at = model->heap_count++;

    model->heap = mem_grow(
        model->heap, &model->heap_capacity, model->heap_count, sizeof *model->heap);
    model->heap[at] = (struct deadline){ due_ms, slot };
    while (at && model->heap[(at - 1) / 2].due_ms > model->heap[at].due_ms) {
        swap(&model->heap[at], &model->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static struct deadline
heap_pop(struct model *model)
{
    struct deadline top = model->heap[0];
    uint32_t at = 0;

    model->heap[0] = model->heap[--model->heap_count];
    for (;;) {
        uint32_t child = at * 2 + 1;

        if (child + 1 < model->heap_count &&
            model->heap[child + 1].due_ms < model->heap[child].due_ms)
            child++;
        if (child >= model->heap_count ||
            model->heap[at].due_ms <= model->heap[child].due_ms)
            return top;
        swap(&model->heap[at], &model->heap[child]);
        at = child;
    }
}

void
site_beat(struct model *model, uint32_t slot, const struct piece *beat, bool first)
{
    struct site *site = &model->sites[slot];
    struct upstream *upstream = &model->upstreams[site->source];
    int64_t now_ms = model_now_ms(model);
    int64_t beat_ms = (int64_t)beat->b * 1000;

    upstream_look(upstream);
    /* Seen to change: it came just now, whatever the upstream's clock. The first one may
     * be old. */
    site->beat_ms = beat_ms && (!first || beat_ms > now_ms) ? now_ms : beat_ms;
    site->beat_silence_ms = upstream_silence_ms(upstream, now_ms);
    site->overdue = beat_ms && deadline_ms(model, site, beat, now_ms) <= now_ms;
    if (period_ms(beat) > upstream->longest_ms)
        upstream->longest_ms = period_ms(beat);
    if (!beat_ms || site->timed || site->overdue)
        return;
    site->timed = true;
    heap_push(model, deadline_ms(model, site, beat, now_ms), slot);
}

void
liveness_tick(struct model *model, int64_t now_ms,
    void (*overdue)(struct model *model, uint32_t slot))
{
    while (model->heap_count && model->heap[0].due_ms <= now_ms) {
        uint32_t slot = heap_pop(model).slot;
        struct site *site = &model->sites[slot];
        const struct piece *beat;
        int64_t due_ms;

        site->timed = false;
        if (!site->present || !(beat = site_beat_piece(model, site)))
            continue;
        due_ms = deadline_ms(model, site, beat, now_ms);
        if (upstream_silent(&model->upstreams[site->source], now_ms) &&
            due_ms <= now_ms + 1000)
            due_ms = now_ms + 1000; /* its clock stands: look again */
        if (due_ms > now_ms) {
            site->timed = true;
            heap_push(model, due_ms, slot);
            continue;
        }
        site->overdue = true;
        overdue(model, slot);
    }
}

static uint32_t
count_lost(const struct model *model, uint32_t index, uint32_t from_s)
{
    uint32_t count = 0;

    for (uint32_t slot = 0; slot < model->fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(model->fleet, slot);

        if (cluster && model->sites[slot].source == index && model->sites[slot].lost_s &&
            model->sites[slot].lost_s >= from_s &&
            cluster->axes[AXIS_CONNECTIVITY].value == CONNECTIVITY_DISCONNECTED)
            count++;
    }
    return count;
}

bool
upstream_judge(struct model *model, uint32_t index, int64_t now_ms)
{
    struct upstream *upstream = &model->upstreams[index];
    struct fleet_source *status = upstream->status;
    int64_t period = upstream->longest_ms > MODEL_DETECTION_MS ? upstream->longest_ms
                                                               : MODEL_DETECTION_MS;
    uint32_t from_s = upstream->suspect_from_s ? upstream->suspect_from_s
                                               : (uint32_t)((now_ms - period) / 1000);
    uint32_t lost = count_lost(model, index, from_s);
    char line[sizeof status->suspect] = "", lost_text[16], all_text[16], age[16];

    upstream->lost = false;
    if (lost >= SUSPECT_LEAST &&
        (uint64_t)lost * 100 > (uint64_t)status->clusters * MODEL_SUSPECT_PERCENT) {
        upstream->suspect_from_s = from_s ? from_s : 1;
        count_print(lost_text, lost);
        count_print(all_text, status->clusters);
        clock_print_age(age, period);
        snprintf(line, sizeof line,
            "%s of %s clusters lost within %s: the way to them is suspect, or this "
            "source",
            lost_text, all_text, age);
    } else {
        upstream->suspect_from_s = 0;
    }
    if (!strcmp(line, status->suspect))
        return false;
    memcpy(status->suspect, line, sizeof line);
    return true;
}
