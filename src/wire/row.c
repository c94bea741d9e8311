/* row -- the one wire form of a cluster: printing, and reading into a fleet. */
#include "wire/row.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "wire/reading.h"

#define WORD_BYTES 40 /* of a value or a state */

static void
print_text(const struct fleet *fleet, const char *lead, uint32_t number, struct buf *out)
{
    buf_add_text(out, lead);
    buf_add_json(out, intern_str(fleet->intern, number));
}

/* null instead of an empty text, where empty means not known. */
static void
print_known(const struct fleet *fleet, const char *lead, uint32_t number, struct buf *out)
{
    if (number) {
        print_text(fleet, lead, number, out);
        return;
    }
    buf_add_text(out, lead);
    buf_add_text(out, "null");
}

static void
print_time(const char *lead, uint32_t time_s, struct buf *out)
{
    buf_add_text(out, lead);
    if (!time_s) {
        buf_add_text(out, "null");
        return;
    }
    buf_add_char(out, '"');
    clock_print_rfc3339(out, (int64_t)time_s * 1000);
    buf_add_char(out, '"');
}

static void
print_count(const char *lead, int count, struct buf *out)
{
    if (count < 0)
        buf_print(out, "%snull", lead);
    else
        buf_print(out, "%s%d", lead, count);
}

/* Four decimals are ten metres, and survive a float; %f would print the locale's decimal
 * point. */
static void
print_degrees(const char *lead, float degrees, struct buf *out)
{
    long parts = isnan(degrees) ? 0 : lround((double)degrees * 10000);
    long size = parts < 0 ? -parts : parts;

    buf_add_text(out, lead);
    if (isnan(degrees))
        buf_add_text(out, "null");
    else
        buf_print(out, "%s%ld.%04ld", parts < 0 ? "-" : "", size / 10000, size % 10000);
}

static void
print_identity(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    print_text(fleet, "{\"id\":", cluster->id, out);
    buf_add_text(out, ",\"name\":");
    buf_add_json(out, cluster_key(cluster, fleet->intern));
    print_text(fleet, ",\"source\":", cluster->source, out);
    buf_add_text(out, ",\"tags\":{");
    for (uint8_t i = 0; i < cluster->tag_count; i++) {
        print_text(fleet, i ? "," : "", cluster->tags[i].key, out);
        print_text(fleet, ":", cluster->tags[i].value, out);
    }
    buf_add_char(out, '}');
}

static void
print_axes(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    for (int axis = 0; axis < AXES; axis++) {
        const struct axis_fact *fact = &cluster->axes[axis];

        buf_print(out, ",\"%s\":{\"value\":\"%s\"", axis_name((enum axis)axis),
            axis_value_name((enum axis)axis, fact->value));
        print_text(fleet, ",\"reason\":", fact->reason, out);
        print_time(",\"since\":", fact->since_s, out);
        buf_add_char(out, '}');
    }
}

static void
print_state(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    if (cluster->maintenance) {
        print_text(fleet, ",\"maintenance\":{\"id\":", cluster->maintenance, out);
        print_time(",\"until\":", cluster->maintenance_until_s, out);
        buf_add_char(out, '}');
    } else
        buf_add_text(out, ",\"maintenance\":null");
    buf_print(out, ",\"state\":\"%s\",\"beneath\":\"%s\"",
        state_name((enum state)cluster->state), state_name((enum state)cluster->beneath));
    print_text(fleet, ",\"reason\":", cluster->reason, out);
    print_time(",\"since\":", cluster->since_s, out);
    print_time(",\"seen\":", cluster->seen_s, out);
}

static void
print_versions(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    const char *separator = "";

    buf_add_text(out, ",\"versions\":{");
    for (int layer = 0; layer < LAYERS; layer++) {
        const struct versions *versions = &cluster->versions[layer];

        if (!versions->desired && !versions->actual)
            continue;
        buf_print(out, "%s\"%s\":{", separator, layer_name((enum layer)layer));
        print_known(fleet, "\"desired\":", versions->desired, out);
        print_known(fleet, ",\"actual\":", versions->actual, out);
        buf_add_char(out, '}');
        separator = ",";
    }
    buf_add_char(out, '}');
}

static void
print_counts(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    if (cluster->nodes_ready >= 0 || cluster->nodes_total >= 0) {
        print_count(",\"nodes\":{\"ready\":", cluster->nodes_ready, out);
        print_count(",\"total\":", cluster->nodes_total, out);
        buf_add_char(out, '}');
    } else
        buf_add_text(out, ",\"nodes\":null");
    if (cluster->gpus >= 0 || cluster->gpu_model) {
        print_count(",\"gpus\":{\"count\":", cluster->gpus, out);
        print_known(fleet, ",\"model\":", cluster->gpu_model, out);
        buf_add_char(out, '}');
    } else
        buf_add_text(out, ",\"gpus\":null");
}

static void
print_location(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    if (isnan(cluster->latitude) && isnan(cluster->longitude) && !cluster->timezone &&
        !cluster->place) {
        buf_add_text(out, ",\"location\":null");
        return;
    }
    print_degrees(",\"location\":{\"latitude\":", cluster->latitude, out);
    print_degrees(",\"longitude\":", cluster->longitude, out);
    print_known(fleet, ",\"timezone\":", cluster->timezone, out);
    print_known(fleet, ",\"place\":", cluster->place, out);
    buf_add_char(out, '}');
}

void
row_print(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    print_identity(fleet, cluster, out);
    print_axes(fleet, cluster, out);
    print_state(fleet, cluster, out);
    print_versions(fleet, cluster, out);
    print_counts(fleet, cluster, out);
    print_location(fleet, cluster, out);
    buf_add_char(out, '}');
}

static bool
read_id(struct reading *reading, const struct member *member, void *target)
{
    struct cluster *cluster = target;
    struct str id, source, rest;

    if (!reading_text(reading, member->most, &id))
        return false;
    rest = id;
    if (!id.length || !str_split(&rest, ':', &source) || !source.length || !rest.length)
        return reading_refuse(reading, "SOURCE:KEY was expected");
    intern_set(reading->intern, &cluster->id, id);
    intern_set(reading->intern, &cluster->source, source);
    return true;
}

/* They come in the order of their keys from us; from anyone else they are put in it.
 * False: one came twice. */
static bool
sort_tags(struct cluster *cluster, const struct intern *intern)
{
    for (uint8_t i = 1; i < cluster->tag_count; i++) {
        struct tag tag = cluster->tags[i];
        struct str key = intern_str(intern, tag.key);
        uint8_t at = i;

        for (; at && str_order(intern_str(intern, cluster->tags[at - 1].key), key) > 0;
             at--)
            cluster->tags[at] = cluster->tags[at - 1];
        cluster->tags[at] = tag;
        if (at && cluster->tags[at - 1].key == tag.key)
            return false;
    }
    return true;
}

static bool
read_tags(struct reading *reading, const struct member *member, void *target)
{
    struct cluster *cluster = target;
    struct tag tags[CLUSTER_TAGS];
    struct str key, value;
    uint8_t count = 0;
    bool ok = true;

    (void)member;
    if (pull_peek(&reading->pull) != '{')
        return reading_refuse(reading, "an object was expected");
    pull_open(&reading->pull, '{');
    while (ok && pull_member(&reading->pull, &key)) {
        if (!key.length || key.length > CLUSTER_TAG_BYTES)
            ok = reading_refuse(reading, "a key has 1 to %d bytes", CLUSTER_TAG_BYTES);
        else if (count == CLUSTER_TAGS)
            ok = reading_refuse(reading, "more than %d of them", CLUSTER_TAGS);
        else if ((ok = reading_text(reading, CLUSTER_TAG_BYTES, &value)))
            tags[count++] = (struct tag){ intern_touch(reading->intern, key),
                intern_touch(reading->intern, value) };
        else if (!reading->pull.bad)
            err_wrap(reading->err, "%.*s", STR_ARG(key));
    }
    if (count) {
        cluster->tags = mem_resize(NULL, count, sizeof *tags);
        memcpy(cluster->tags, tags, count * sizeof *tags);
        cluster->tag_count = count;
    }
    if (!ok || reading->pull.bad)
        return false;
    return sort_tags(cluster, reading->intern) ||
           reading_refuse(reading, "a key is there twice");
}

static bool
read_axis_value(struct reading *reading, const struct member *member, void *target)
{
    enum axis axis = (enum axis)member->index;
    struct str word;

    if (!reading_text(reading, member->most, &word))
        return false;
    return axis_value_named(axis, word, target) ||
           reading_refuse(reading, "\"%.*s\" is no value of it", STR_ARG(word));
}

static bool
read_state(struct reading *reading, const struct member *member, void *target)
{
    struct str word;
    enum state state;

    if (!reading_text(reading, member->most, &word))
        return false;
    if (!state_named(word, &state))
        return reading_refuse(reading, "\"%.*s\" is no state", STR_ARG(word));
    *(uint8_t *)target = (uint8_t)state;
    return true;
}

/* clang-format off */
#define TEXT(name, at) { name, read_text, offsetof at, ROW_TEXT_BYTES, 0, false }
#define TIME(name, at) { name, read_time, offsetof at, 0, 0, false }

#define AXIS_MEMBERS(axis)                                                                      \
    { { "value", read_axis_value, offsetof(struct axis_fact, value), WORD_BYTES, axis, true },  \
        TEXT("reason", (struct axis_fact, reason)), TIME("since", (struct axis_fact, since_s)), \
        { .name = NULL } }

static const struct member axis_members[AXES][4] = {
    [AXIS_CONNECTIVITY] = AXIS_MEMBERS(AXIS_CONNECTIVITY),
    [AXIS_HEALTH] = AXIS_MEMBERS(AXIS_HEALTH),
    [AXIS_SYNC] = AXIS_MEMBERS(AXIS_SYNC),
};

static const struct member maintenance_members[] = {
    { "id", read_text, offsetof(struct cluster, maintenance), ROW_TEXT_BYTES, 0, true },
    TIME("until", (struct cluster, maintenance_until_s)),
    { .name = NULL },
};

static const struct member layer_members[] = {
    TEXT("desired", (struct versions, desired)),
    TEXT("actual", (struct versions, actual)),
    { .name = NULL },
};

static const struct member node_members[] = {
    { "ready", read_count, offsetof(struct cluster, nodes_ready), 0, 0, false },
    { "total", read_count, offsetof(struct cluster, nodes_total), 0, 0, false },
    { .name = NULL },
};

static const struct member gpu_members[] = {
    { "count", read_count, offsetof(struct cluster, gpus), 0, 0, false },
    TEXT("model", (struct cluster, gpu_model)),
    { .name = NULL },
};

static const struct member location_members[] = {
    { "latitude", read_float, offsetof(struct cluster, latitude), 90, 0, false },
    { "longitude", read_float, offsetof(struct cluster, longitude), 180, 0, false },
    TEXT("timezone", (struct cluster, timezone)),
    TEXT("place", (struct cluster, place)),
    { .name = NULL },
};
/* clang-format on */

static bool
read_axis(struct reading *reading, const struct member *member, void *target)
{
    return reading_object(reading, axis_members[member->index], target);
}

static bool
read_layer(struct reading *reading, const struct member *member, void *target)
{
    (void)member;
    return reading_object(reading, layer_members, target);
}

/* clang-format off */
#define LAYER(name, layer) { name, read_layer, offsetof(struct cluster, versions[layer]), 0, 0, false }

static const struct member version_members[] = {
    LAYER("os", LAYER_OS),
    LAYER("kubernetes", LAYER_KUBERNETES),
    LAYER("addons", LAYER_ADDONS),
    LAYER("app", LAYER_APP),
    LAYER("model", LAYER_MODEL),
    { .name = NULL },
};
/* clang-format on */

/* Objects whose members are the cluster's own. */
enum part { PART_MAINTENANCE, PART_VERSIONS, PART_NODES, PART_GPUS, PART_LOCATION };

static const struct member *const parts[] = {
    [PART_MAINTENANCE] = maintenance_members,
    [PART_VERSIONS] = version_members,
    [PART_NODES] = node_members,
    [PART_GPUS] = gpu_members,
    [PART_LOCATION] = location_members,
};

static bool
read_part(struct reading *reading, const struct member *member, void *target)
{
    return reading_object(reading, parts[member->index], target);
}

/* clang-format off */
#define AXIS(name, axis) { name, read_axis, offsetof(struct cluster, axes[axis]), 0, axis, true }
#define PART(name, part) { name, read_part, 0, 0, part, false }

static const struct member row_members[] = {
    { "id", read_id, 0, CLUSTER_ID_BYTES, 0, true },
    { "tags", read_tags, 0, 0, 0, false },
    AXIS("connectivity", AXIS_CONNECTIVITY),
    AXIS("health", AXIS_HEALTH),
    AXIS("sync", AXIS_SYNC),
    PART("maintenance", PART_MAINTENANCE),
    { "state", read_state, offsetof(struct cluster, state), WORD_BYTES, 0, true },
    { "beneath", read_state, offsetof(struct cluster, beneath), WORD_BYTES, 0, false },
    TEXT("reason", (struct cluster, reason)),
    TIME("since", (struct cluster, since_s)),
    TIME("seen", (struct cluster, seen_s)),
    PART("versions", PART_VERSIONS),
    PART("nodes", PART_NODES),
    PART("gpus", PART_GPUS),
    PART("location", PART_LOCATION),
    { .name = NULL },
};
/* clang-format on */

/* Put it in its slot, which takes it over. */
static uint32_t
place_row(
    struct fleet *fleet, struct cluster *fresh, enum row_change *change, struct err *err)
{
    struct str id = cluster_id(fresh, fleet->intern);
    uint32_t slot = fleet_find(fleet, id);
    struct cluster *cluster = fleet_at(fleet, slot);

    if (cluster && cluster_same(cluster, fresh)) {
        *change = ROW_SAME;
        cluster_release(fresh, fleet->intern);
        return slot;
    }
    *change = cluster ? ROW_CHANGED : ROW_ADDED;
    if (!cluster)
        slot = fleet_touch(fleet, id);
    if (slot == FLEET_NONE) {
        err_set(err, fleet->count >= FLEET_CLUSTERS ? ERR_LIMIT : ERR_INPUT, "id: %s",
            fleet->count >= FLEET_CLUSTERS ? "the fleet is full"
                                           : "it cannot be one in this fleet");
        cluster_release(fresh, fleet->intern);
        return FLEET_NONE;
    }
    cluster = fleet_at(fleet, slot);
    cluster_release(cluster, fleet->intern);
    *cluster = *fresh;
    return slot;
}

uint32_t
row_parse(struct fleet *fleet, struct str text, enum row_change *change, struct err *err)
{
    struct reading reading = { .intern = fleet->intern, .err = err };
    enum row_change what = ROW_SAME;
    struct cluster fresh;
    uint32_t slot = FLEET_NONE;

    cluster_init(&fresh);
    fresh.beneath = STATES; /* not said */
    pull_start(&reading.pull, text);
    if (text.length > ROW_LIMIT_BYTES)
        err_set(err, ERR_LIMIT, "%zu bytes, and at most %d are taken", text.length,
            ROW_LIMIT_BYTES);
    else if (reading_all(&reading, row_members, &fresh)) {
        if (fresh.beneath == STATES)
            fresh.beneath = fresh.state;
        if (!fresh.maintenance)
            fresh.maintenance_until_s = 0;
        slot = place_row(fleet, &fresh, &what, err);
    } else
        cluster_release(&fresh, fleet->intern);
    pull_release(&reading.pull);
    if (slot == FLEET_NONE)
        err_wrap(err, "row");
    else if (change)
        *change = what;
    return slot;
}
