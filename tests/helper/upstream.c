/* upstream -- see upstream.h. */
#include "helper/upstream.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

#define NOTE(name) ".metadata.annotations['site.example.com/" name "']"

const char upstream_fields[] = "latitude: " NOTE(
    "latitude") "\n"
                "longitude: " NOTE(
                    "longitude") "\n"
                                 "timezone: " NOTE(
                                     "timezone") "\n"
                                                 "place: " NOTE(
                                                     "place") "\n"
                                                              "version.os: " NOTE(
                                                                  "os") "\n"
                                                                        "version.os."
                                                                        "desired: " NOTE(
                                                                            "os") "\n"
                                                                                  "versio"
                                                                                  "n."
                                                                                  "kubern"
                                                                                  "etes."
                                                                                  "desire"
                                                                                  "d: "
                                                                                  ".statu"
                                                                                  "s."
                                                                                  "versio"
                                                                                  "n."
                                                                                  "kubern"
                                                                                  "etes\n"
                                                                                  "versio"
                                                                                  "n."
                                                                                  "addons"
                                                                                  ":"
                                                                                  " " NOTE(
                                                                                      "ad"
                                                                                      "do"
                                                                                      "n"
                                                                                      "s") "\n"
                                                                                           "version.addons.desired: " NOTE(
                                                                                               "addons") "\n"
                                                                                                         "nodes.ready: " NOTE(
                                                                                                             "nodes-ready") "\n"
                                                                                                                            "nodes.total: " NOTE(
                                                                                                                                "nodes") "\n"
                                                                                                                                         "gpu.model: " NOTE(
                                                                                                                                             "gpu") "\n";

static void
print_time(struct buf *out, const char *lead, int64_t time_ms)
{
    buf_print(out, "%s\"", lead);
    clock_print_rfc3339(out, time_ms);
    buf_add_char(out, '"');
}

static void
print_condition(
    struct buf *out, const char *type, const char *status, int64_t since_ms, int observed)
{
    buf_print(out,
        "{\"type\":\"%s\",\"status\":\"%s\",\"reason\":\"%s%s\",\"message\":\"\","
        "\"observedGeneration\":%d",
        type, status, type, status, observed);
    print_time(out, ",\"lastTransitionTime\":", since_ms);
    buf_add_char(out, '}');
}

static bool
is_heard(const struct store *store)
{
    return store->link != CONNECTIVITY_NEVER_HEARD;
}

static void
print_labels(
    const struct store *store, const struct store_traits *traits, struct buf *out)
{
    static const char *const rings[] = { "canary", "pilot", "broad" };

    buf_print(out,
        "\"labels\":{\"region\":\"%s\",\"state\":\"%s\",\"city\":\"%s\","
        "\"hours\":\"%s\",\"size\":\"%s\",\"tier\":\"%s\",\"ring\":\"%s\"",
        region_name((enum region)traits->city->region), traits->city->state,
        traits->city->slug, traits->all_day ? "24h" : "day", traits->size, traits->tier,
        rings[traits->ring]);
    if (traits->gpu_model)
        buf_print(out, ",\"gpu\":\"%s\"", traits->gpu_model);
    /* Add-ons report through their leases, so these are from before it went. */
    buf_print(out, ",\"feature.open-cluster-management.io/addon-ingress\":\"%s\"}",
        faults[store->fault].health == HEALTH_DEGRADED ? "unhealthy" : "available");
}

static void
print_notes(const struct store *store, const struct store_traits *traits, struct buf *out)
{
    bool ahead = traits->ring == RING_CANARY;

    buf_print(out,
        ",\"annotations\":{\"site.example.com/latitude\":\"%.6f\","
        "\"site.example.com/longitude\":\"%.6f\",\"site.example.com/timezone\":\"%s\","
        "\"site.example.com/place\":\"%s, %s\"",
        (double)traits->latitude, (double)traits->longitude, traits->city->timezone,
        traits->city->name, traits->city->state);
    if (is_heard(store))
        buf_print(out,
            ",\"site.example.com/os\":\"%s\",\"site.example.com/addons\":\"%s\","
            "\"site.example.com/nodes-ready\":\"%d\",\"site.example.com/nodes\":\"%d\"",
            ahead ? "24.04.3" : "24.04.2", ahead ? "2026.11.1" : "2026.10.2",
            traits->nodes - faults[store->fault].nodes_lost, traits->nodes);
    if (is_heard(store) && traits->gpu_model)
        buf_print(out, ",\"site.example.com/gpu\":\"%s\"", traits->gpu_model);
    buf_add_char(out, '}');
}

/* Five leases missed and the hub's controller writes Unknown over what was there. */
static void
print_status(
    const struct store *store, const struct store_traits *traits, struct buf *out)
{
    bool up = store->link == CONNECTIVITY_UP;
    bool failing = faults[store->fault].health == HEALTH_FAILING;
    int64_t since_ms = store->link_since_ms;

    buf_add_text(out, "\"status\":{\"conditions\":[");
    if (!is_heard(store)) {
        buf_add_text(out, "]}");
        return;
    }
    if (up && store->health_since_ms > since_ms)
        since_ms = store->health_since_ms;
    print_condition(out, "ManagedClusterJoined", "True", 0, 1);
    buf_add_char(out, ',');
    print_condition(out, "ManagedClusterConditionAvailable",
        !up       ? "Unknown"
        : failing ? "False"
                  : "True",
        since_ms, 1);
    buf_print(out,
        "],\"version\":{\"kubernetes\":\"%s\"},"
        "\"allocatable\":{\"cpu\":\"16\",\"nvidia.com/gpu\":\"%d\"}}",
        traits->ring == RING_CANARY ? "v1.32.3" : "v1.31.7", traits->gpus);
}

static void
print_cluster(const struct store *store, const struct store_traits *traits,
    const char *name, struct buf *out)
{
    buf_print(out,
        "{\"apiVersion\":\"cluster.open-cluster-management.io/v1\","
        "\"kind\":\"ManagedCluster\",\"metadata\":{\"name\":\"%s\","
        "\"resourceVersion\":\"7\",",
        name);
    print_labels(store, traits, out);
    print_notes(store, traits, out);
    buf_add_text(out, "},\"spec\":{\"hubAcceptsClient\":true},");
    print_status(store, traits, out);
    buf_add_char(out, '}');
}

static bool
is_seen(const struct store *store) /* the site has the latest generation */
{
    return store->work == SYNC_SYNCED || store->work == SYNC_BLOCKED;
}

static void
print_feedback(struct buf *out, const char *kind, const char *image)
{
    buf_print(out,
        "{\"resourceMeta\":{\"kind\":\"%s\"},\"statusFeedback\":{\"values\":"
        "[{\"name\":\"source\",\"fieldValue\":{\"type\":\"String\",\"string\":\"%s\"}}]"
        "}}",
        kind, image);
}

static void
print_work_status(const struct store *store, int generation, struct buf *out)
{
    int observed = is_seen(store) ? generation : generation - 1;
    char app[64], model[64];

    snprintf(app, sizeof app, "registry.example.com/checkout:8.%u", store->app_actual);
    snprintf(model, sizeof model, "oci://registry.example.com/vision:3.%u",
        store->model_actual);
    buf_add_text(out, ",\"status\":{\"conditions\":[");
    print_condition(out, "Applied", "True", store->work_since_ms, observed);
    buf_add_char(out, ',');
    print_condition(out, "Available", store->work == SYNC_BLOCKED ? "False" : "True",
        store->work_since_ms, observed);
    buf_add_text(out, "],\"resourceStatus\":{\"manifests\":[");
    print_feedback(out, "Deployment", app);
    buf_add_char(out, ',');
    print_feedback(out, "InferenceService", model);
    buf_add_text(out, "]}}");
}

static void
print_work(const struct store *store, const char *name, struct buf *out)
{
    int generation = 1 + store->app_desired - STORE_APP_FIRST + store->model_desired;

    buf_print(out,
        "{\"apiVersion\":\"work.open-cluster-management.io/v1\","
        "\"kind\":\"ManifestWork\",\"metadata\":{\"name\":\"retail-stack\","
        "\"namespace\":\"%s\",\"resourceVersion\":\"8\",\"generation\":%d,"
        "\"managedFields\":[{\"manager\":\"work-agent\",\"subresource\":\"status\","
        "\"time\":\"2040-01-01T00:00:00Z\"},{\"manager\":\"release\"",
        name, generation);
    print_time(out, ",\"time\":",
        store->pending_since_ms ? store->pending_since_ms : store->work_since_ms);
    buf_print(out,
        "}]},\"spec\":{\"workload\":{\"manifests\":["
        "{\"kind\":\"Deployment\",\"spec\":{\"template\":{\"spec\":{\"containers\":["
        "{\"image\":\"registry.example.com/checkout:8.%u\"}]}}}},"
        "{\"kind\":\"InferenceService\",\"spec\":{\"predictor\":{\"model\":{"
        "\"storageUri\":\"oci://registry.example.com/vision:3.%u\"}}}}]}}",
        store->app_desired, store->model_desired);
    if (is_heard(store))
        print_work_status(store, generation, out);
    buf_add_char(out, '}');
}

void
upstream_print(enum store_resource resource, const struct store *store,
    const struct store_traits *traits, uint32_t number, struct buf *out)
{
    char name[16];

    snprintf(name, sizeof name, "store-%04" PRIu32, number);
    if (resource == STORE_CLUSTER)
        print_cluster(store, traits, name, out);
    else
        print_work(store, name, out);
}
