/* store -- what a store is by its number, and what is said of it. */
#include "hub/source/store.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

static const struct {
    const char *name, *tier;
    uint8_t nodes, percent;
} sizes[] = {
    { "small", "bronze", 1, 45 },
    { "medium", "silver", 2, 40 },
    { "large", "gold", 3, 15 },
};

static const struct {
    const char *model;
    uint8_t gpus_a_node, percent;
} accelerators[] = {
    { NULL, 0, 12 },
    { "T4", 1, 28 },
    { "L4", 1, 45 },
    { "L40S", 2, 15 },
};

uint64_t
store_mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

void
store_draw(struct store_traits *traits, uint64_t seed, uint32_t number)
{
    uint64_t hash = store_mix(store_mix(seed) ^ number);
    unsigned size = (unsigned)((hash >> 32) % 100), gpu = (unsigned)((hash >> 40) % 100);
    unsigned ring = (unsigned)((hash >> 20) % 60);
    int i;

    traits->hash = hash;
    if (number == 317) /* it has a node to lose */
        size = sizes[0].percent;
    for (i = 0; size >= sizes[i].percent; i++)
        size -= sizes[i].percent;
    traits->size = sizes[i].name;
    traits->tier = sizes[i].tier;
    traits->nodes = sizes[i].nodes;
    for (i = 0; gpu >= accelerators[i].percent; i++)
        gpu -= accelerators[i].percent;
    traits->gpu_model = accelerators[i].model;
    traits->gpus = (uint8_t)(accelerators[i].gpus_a_node * traits->nodes);
    traits->ring = ring == 0 ? RING_CANARY : ring < 7 ? RING_PILOT : RING_BROAD;
    traits->all_day = (hash >> 50) % 10 < 3;
    traits->city = city_pick(store_mix(hash));
    traits->latitude =
        traits->city->latitude + ((float)(hash & 0x3ff) - 511.5f) / 4096.0f;
    traits->longitude =
        traits->city->longitude + ((float)((hash >> 10) & 0x3ff) - 511.5f) / 4096.0f;
}

/* Hours since midnight by the sun: no zone table, and no store thinks it noon at night.
 */
static float
sun_hour(const struct store_traits *traits, int64_t now_ms)
{
    int64_t shift_ms = (int64_t)(traits->longitude * 240000.0f); /* 15 degrees an hour */
    int64_t day_ms = (int64_t)24 * 3600 * 1000;
    int64_t of_day_ms = ((now_ms + shift_ms) % day_ms + day_ms) % day_ms;

    return (float)of_day_ms / 3600000.0f;
}

bool
store_is_day(const struct store_traits *traits, int64_t now_ms)
{
    float hour = sun_hour(traits, now_ms);

    return hour >= 8 && hour < 20;
}

void
store_print_name(uint32_t number, struct buf *out)
{
    buf_print(out, "store-%04" PRIu32, number);
}

bool
store_parse_name(struct str name, uint32_t *number)
{
    struct buf same = { 0 };
    int64_t value;
    bool ok = false;

    if (!str_starts(name, "store-"))
        return false;
    if (str_to_i64((struct str){ name.at + 6, name.length - 6 }, &value) && value > 0 &&
        value <= UINT32_MAX) {
        *number = (uint32_t)value;
        store_print_name(*number, &same);
        ok = str_same(name, buf_str(&same));
    }
    buf_release(&same);
    return ok;
}

static struct fact *
fact_start(struct store_facts *facts, uint32_t number, enum store_resource resource,
    int64_t now_ms)
{
    struct fact *fact = &facts->fact;

    memset(fact, 0, sizeof(*fact));
    buf_clear(&facts->name);
    buf_clear(&facts->object);
    buf_clear(&facts->reason);
    buf_clear(&facts->place);
    buf_clear(&facts->versions);
    store_print_name(number, &facts->name);
    fact->resource = resource;
    fact->upstream_ms = now_ms;
    return fact;
}

static void
fact_set_axis(
    struct fact *fact, enum axis axis, uint8_t value, struct str reason, int64_t since_ms)
{
    fact->axes[axis] = (struct fact_axis){
        .known = true, .value = value, .reason = reason, .since_ms = since_ms
    };
}

static void
fact_add_tag(struct fact *fact, const char *key, const char *value)
{
    fact->tags[fact->tag_count++] = (struct fact_tag){ str_from(key), str_from(value) };
}

static void
fact_add_tags(struct fact *fact, const struct store_traits *traits)
{
    static const char *const rings[] = { "canary", "pilot", "broad" };

    fact_add_tag(fact, "region", region_name((enum region)traits->city->region));
    fact_add_tag(fact, "state", traits->city->state);
    fact_add_tag(fact, "city", traits->city->slug);
    fact_add_tag(fact, "hours", traits->all_day ? "24h" : "day");
    fact_add_tag(fact, "size", traits->size);
    fact_add_tag(fact, "tier", traits->tier);
    fact_add_tag(fact, "ring", rings[traits->ring]);
    if (traits->gpu_model)
        fact_add_tag(fact, "gpu", traits->gpu_model);
}

/* The layers that move with the upstream's own releases: canaries are one ahead. */
static void
fact_set_lower_layers(struct fact *fact, const struct store_traits *traits)
{
    bool ahead = traits->ring == RING_CANARY;
    struct str os = ahead ? STR("24.04.3") : STR("24.04.2");
    struct str kubernetes = ahead ? STR("v1.32.3") : STR("v1.31.7");
    struct str addons = ahead ? STR("2026.11.1") : STR("2026.10.2");

    fact->versions[LAYER_OS] = (struct fact_version){ true, os, os };
    fact->versions[LAYER_KUBERNETES] =
        (struct fact_version){ true, kubernetes, kubernetes };
    fact->versions[LAYER_ADDONS] = (struct fact_version){ true, addons, addons };
}

static void
fact_set_equipment(
    struct fact *fact, const struct store *store, const struct store_traits *traits)
{
    const struct fault *fault = &faults[store->fault];

    fact->nodes_known = true;
    fact->nodes_total = traits->nodes;
    fact->nodes_ready = (int16_t)(traits->nodes - fault->nodes_lost);
    fact->gpus_known = true;
    fact->gpus = traits->gpus;
    fact->gpu_model = str_from(traits->gpu_model);
}

/* What is said whatever its link is like. */
static struct fact *
cluster_start(struct store_facts *facts, const struct store_traits *traits,
    uint32_t number, int64_t now_ms)
{
    struct fact *fact = fact_start(facts, number, STORE_CLUSTER, now_ms);

    fact->object = buf_str(&facts->name);
    fact->inventory = true;
    fact_add_tags(fact, traits);
    buf_print(&facts->place, "%s, %s", traits->city->name, traits->city->state);
    fact->place = buf_str(&facts->place);
    fact->timezone = str_from(traits->city->timezone);
    fact->location_known = true;
    fact->latitude = traits->latitude;
    fact->longitude = traits->longitude;
    return fact;
}

static void
fact_set_health(struct fact *fact, struct store_facts *facts, const struct store *store)
{
    fault_print((enum fault_kind)store->fault, (char)('a' + store->fault_node),
        store->fault_digit, &facts->reason);
    fact_set_axis(fact, AXIS_HEALTH, (uint8_t)faults[store->fault].health,
        buf_str(&facts->reason), store->health_since_ms);
}

const struct fact *
store_cluster(struct store_facts *facts, const struct store *store,
    const struct store_traits *traits, uint32_t number, int64_t now_ms)
{
    static const char *const words[] = {
        [CONNECTIVITY_NEVER_HEARD] =
            "ManagedClusterNotJoined: enrolled, not heard of yet",
        [CONNECTIVITY_UP] = "ManagedClusterAvailable",
        [CONNECTIVITY_DISCONNECTED] = "ManagedClusterLeaseUpdateStopped: 5 beats missed",
    };
    struct fact *fact = cluster_start(facts, traits, number, now_ms);

    fact_set_axis(fact, AXIS_CONNECTIVITY, store->link, str_from(words[store->link]),
        store->link_since_ms);
    if (store->link == CONNECTIVITY_NEVER_HEARD) {
        fact_set_axis(fact, AXIS_HEALTH, HEALTH_UNKNOWN, STR(""), store->link_since_ms);
        return fact;
    }
    fact_set_lower_layers(fact, traits);
    fact_set_equipment(fact, store, traits);
    if (store->link == CONNECTIVITY_UP)
        fact_set_health(fact, facts, store);
    else /* its manager cannot know */
        fact_set_axis(fact, AXIS_HEALTH, HEALTH_UNKNOWN, STR(""), store->link_since_ms);
    return fact;
}

const struct fact *
store_cluster_before(struct store_facts *facts, const struct store *store,
    const struct store_traits *traits, uint32_t number)
{
    int64_t heard_ms = store->link_since_ms - STORE_LOST_MS;
    struct fact *fact;

    if (heard_ms < store->health_since_ms)
        heard_ms = store->health_since_ms;
    fact = cluster_start(facts, traits, number, heard_ms);

    fact_set_axis(fact, AXIS_CONNECTIVITY, CONNECTIVITY_UP,
        STR("ManagedClusterAvailable"), store->health_since_ms);
    fact_set_lower_layers(fact, traits);
    fact_set_equipment(fact, store, traits);
    fact_set_health(fact, facts, store);
    return fact;
}

static void
print_work_reason(const struct store *store, struct buf *out)
{
    bool model = store->model_desired != store->model_actual;
    const char *layer = model ? "model 3" : "app 8";
    unsigned desired = model ? store->model_desired : store->app_desired;
    unsigned actual = model ? store->model_actual : store->app_actual;

    switch ((enum sync)store->work) {
    case SYNC_UNKNOWN:
        buf_add_text(out, "ManifestWorkWithoutStatus");
        break;
    case SYNC_SYNCED:
        buf_add_text(out, "AppliedManifestComplete");
        break;
    case SYNC_UPDATING:
        buf_print(out, "Applying: %s.%u", layer, desired);
        break;
    case SYNC_QUEUED:
        buf_print(out, "WaitingForLink: %s.%u", layer, desired);
        break;
    case SYNC_CATCHING_UP:
        if (desired == actual)
            buf_add_text(
                out, "Backlog: draining what was buffered while the link was down");
        else
            buf_print(out, "Backlog: %s.%u waited for the link", layer, desired);
        break;
    case SYNC_BLOCKED:
        buf_print(out, "ImagePullFailed: %s.%u: no space left on device", layer, desired);
        break;
    case SYNC_REVERTED:
        buf_print(
            out, "RolledBack: %s.%u failed its check, %u serves", layer, desired, actual);
        break;
    case SYNCS:
        break;
    }
}

const struct fact *
store_work(
    struct store_facts *facts, const struct store *store, uint32_t number, int64_t now_ms)
{
    struct fact *fact = fact_start(facts, number, STORE_WORK, now_ms);
    bool heard = store->link != CONNECTIVITY_NEVER_HEARD;
    unsigned versions[4] = { store->app_desired, store->app_actual, store->model_desired,
        store->model_actual };
    struct str texts[4];
    size_t starts[5];

    buf_print(&facts->object, "%s/retail-stack", facts->name.at);
    print_work_reason(store, &facts->reason);
    for (int i = 0; i < 4; i++) {
        starts[i] = facts->versions.length;
        buf_print(&facts->versions, "%d.%u", i < 2 ? 8 : 3, versions[i]);
    }
    starts[4] = facts->versions.length;
    for (int i = 0; i < 4; i++)
        texts[i] =
            (struct str){ facts->versions.at + starts[i], starts[i + 1] - starts[i] };
    if (!heard)
        texts[1] = texts[3] = STR("");
    fact->object = buf_str(&facts->object);
    fact->join = JOIN_NAMESPACE;
    fact->join_value = buf_str(&facts->name);
    fact_set_axis(
        fact, AXIS_SYNC, store->work, buf_str(&facts->reason), store->work_since_ms);
    fact->pending_since_ms = store->pending_since_ms;
    fact->versions[LAYER_APP] = (struct fact_version){ true, texts[0], texts[1] };
    fact->versions[LAYER_MODEL] = (struct fact_version){ true, texts[2], texts[3] };
    return fact;
}

void
store_facts_release(struct store_facts *facts)
{
    buf_release(&facts->name);
    buf_release(&facts->object);
    buf_release(&facts->reason);
    buf_release(&facts->place);
    buf_release(&facts->versions);
}

/* How busy its GPUs are, 0 to 100: with the customers, which a store that closes has none
 * of by night. */
static unsigned
load_percent(const struct store_traits *traits, int64_t now_ms, unsigned gpu)
{
    float away = sun_hour(traits, now_ms) - 15.0f;
    float sunlight;
    unsigned flicker =
        (unsigned)(store_mix(traits->hash ^ (uint64_t)(now_ms / 10000) ^ gpu) % 12);

    if (away < -12)
        away += 24;
    sunlight = 1.0f - (away < 0 ? -away : away) / 9.0f;
    if (sunlight < 0)
        sunlight = 0;
    return (unsigned)((traits->all_day ? 22.0f : 2.0f) + 60.0f * sunlight) + flicker;
}

static void
print_nodes(const struct store *store, const struct store_traits *traits, struct buf *out)
{
    bool lost = faults[store->fault].nodes_lost > 0;
    bool late = lost || store->fault == FAULT_STORY_BEATS;

    buf_add_text(out, ",\"nodes\":[");
    for (unsigned i = 0; i < traits->nodes; i++) {
        bool this = store->fault_node == i;
        buf_print(out, "%s{\"name\":\"node-%c\",\"ready\":%s,\"missed\":%d}",
            i ? "," : "", 'a' + (int)i, lost && this ? "false" : "true",
            late && this ? store->fault_digit : 0);
    }
    buf_add_char(out, ']');
}

void
store_print_details(const struct store *store, const struct store_traits *traits,
    int64_t now_ms, struct buf *out)
{
    int64_t beat_ms =
        now_ms - (now_ms + (int64_t)(traits->hash % STORE_LEASE_MS)) % STORE_LEASE_MS;

    if (store->link == CONNECTIVITY_NEVER_HEARD) {
        buf_add_text(out, "\"lease\":null,\"nodes\":[],\"gpus\":[]");
        return;
    }
    if (store->link == CONNECTIVITY_DISCONNECTED)
        beat_ms = store->link_since_ms - STORE_LOST_MS;
    buf_add_text(out, "\"lease\":{\"renewed\":\"");
    clock_print_rfc3339(out, beat_ms);
    buf_print(out, "\",\"interval_s\":%d,\"missed\":%" PRId64 "}", STORE_LEASE_MS / 1000,
        (now_ms - beat_ms) / STORE_LEASE_MS);
    print_nodes(store, traits, out);
    buf_add_text(out, ",\"gpus\":[");
    for (unsigned i = 0; i < traits->gpus && store->link == CONNECTIVITY_UP; i++) {
        unsigned percent = load_percent(traits, now_ms, i);
        buf_print(out,
            "%s{\"node\":\"node-%c\",\"model\":\"%s\",\"utilization_percent\":%u,"
            "\"temperature_c\":%u}",
            i ? "," : "", 'a' + (int)(i * traits->nodes / traits->gpus),
            traits->gpu_model, percent, 34 + percent / 2);
    }
    buf_add_char(out, ']');
}
