/* cluster -- one managed cluster as a row. */
#include "fleet/cluster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
cluster_init(struct cluster *cluster)
{
    *cluster = (struct cluster){
        .latitude = NAN,
        .longitude = NAN,
        .nodes_ready = UNKNOWN_COUNT,
        .nodes_total = UNKNOWN_COUNT,
        .gpus = UNKNOWN_COUNT,
        .state = STATE_UNKNOWN,
        .beneath = STATE_UNKNOWN,
    };
}

void
cluster_release(struct cluster *cluster, struct intern *intern)
{
    const uint32_t texts[] = { cluster->id, cluster->source, cluster->maintenance,
        cluster->reason, cluster->gpu_model, cluster->timezone, cluster->place };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        intern_drop(intern, texts[i]);
    for (int axis = 0; axis < AXES; axis++)
        intern_drop(intern, cluster->axes[axis].reason);
    for (int layer = 0; layer < LAYERS; layer++) {
        intern_drop(intern, cluster->versions[layer].desired);
        intern_drop(intern, cluster->versions[layer].actual);
    }
    cluster_clear_tags(cluster, intern);
    cluster_init(cluster);
}

/* Unknown equals unknown. */
static bool
same_degrees(float a, float b)
{
    return isnan(a) ? isnan(b) : !isnan(b) && !(a < b) && !(a > b);
}

static bool
same_texts(const struct cluster *a, const struct cluster *b)
{
    return a->id == b->id && a->source == b->source && a->maintenance == b->maintenance &&
           a->reason == b->reason && a->gpu_model == b->gpu_model &&
           a->timezone == b->timezone && a->place == b->place &&
           !memcmp(a->versions, b->versions, sizeof a->versions);
}

static bool
same_axes(const struct cluster *a, const struct cluster *b)
{
    for (int axis = 0; axis < AXES; axis++)
        if (a->axes[axis].reason != b->axes[axis].reason ||
            a->axes[axis].since_s != b->axes[axis].since_s ||
            a->axes[axis].value != b->axes[axis].value)
            return false;
    return true;
}

static bool
same_figures(const struct cluster *a, const struct cluster *b)
{
    return a->maintenance_until_s == b->maintenance_until_s && a->since_s == b->since_s &&
           a->seen_s == b->seen_s && a->nodes_ready == b->nodes_ready &&
           a->nodes_total == b->nodes_total && a->gpus == b->gpus &&
           a->state == b->state && a->beneath == b->beneath;
}

bool
cluster_same(const struct cluster *a, const struct cluster *b)
{
    return same_texts(a, b) && same_axes(a, b) && same_figures(a, b) &&
           same_degrees(a->latitude, b->latitude) &&
           same_degrees(a->longitude, b->longitude) && a->tag_count == b->tag_count &&
           (!a->tag_count || !memcmp(a->tags, b->tags, a->tag_count * sizeof *a->tags));
}

struct str
cluster_id(const struct cluster *cluster, const struct intern *intern)
{
    return intern_str(intern, cluster->id);
}

struct str
cluster_key(const struct cluster *cluster, const struct intern *intern)
{
    struct str id = intern_str(intern, cluster->id);
    const char *colon = id.length ? memchr(id.at, ':', id.length) : NULL;

    if (!colon)
        return id;
    return (struct str){ colon + 1, id.length - (size_t)(colon + 1 - id.at) };
}

const struct tag *
cluster_tag(const struct cluster *cluster, uint32_t key)
{
    if (!key)
        return NULL;
    for (uint8_t i = 0; i < cluster->tag_count; i++)
        if (cluster->tags[i].key == key)
            return &cluster->tags[i];
    return NULL;
}

/* Where the key stands, or would stand. */
static uint8_t
tag_place(const struct cluster *cluster, const struct intern *intern, struct str key,
    bool *there)
{
    uint8_t i = 0;
    int order = 1;

    for (; i < cluster->tag_count; i++) {
        order = str_order(key, intern_str(intern, cluster->tags[i].key));
        if (order <= 0)
            break;
    }
    *there = i < cluster->tag_count && order == 0;
    return i;
}

bool
cluster_set_tag(
    struct cluster *cluster, struct intern *intern, struct str key, struct str value)
{
    bool there;
    uint8_t at = tag_place(cluster, intern, key, &there);

    if (there) {
        intern_set(intern, &cluster->tags[at].value, value);
        return true;
    }
    if (cluster->tag_count >= CLUSTER_TAGS)
        return false;
    /* Exactly as many as there are: a fleet holds a million of these. */
    cluster->tags =
        mem_resize(cluster->tags, cluster->tag_count + 1u, sizeof *cluster->tags);
    memmove(cluster->tags + at + 1, cluster->tags + at,
        (size_t)(cluster->tag_count - at) * sizeof *cluster->tags);
    cluster->tags[at] =
        (struct tag){ intern_touch(intern, key), intern_touch(intern, value) };
    cluster->tag_count++;
    return true;
}

void
cluster_clear_tags(struct cluster *cluster, struct intern *intern)
{
    for (uint8_t i = 0; i < cluster->tag_count; i++) {
        intern_drop(intern, cluster->tags[i].key);
        intern_drop(intern, cluster->tags[i].value);
    }
    free(cluster->tags);
    cluster->tags = NULL;
    cluster->tag_count = 0;
}
