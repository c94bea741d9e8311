/* Objects of the rig, and of a made-up CRD, become facts by their dialect files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "hub/source/dialect.h"
#include "hub/source/mapping.h"

#define DATA "tests/unit/hub/source/data/"

struct fixture {
    struct dialect *dialect;
    json_t *list;
    json_t *object; /* mapped last, cut down to what its dialect reads, as a hub does */
    struct mapping mapping;
};

static void
open_fixture(struct fixture *fixture, const char *dialect, const char *objects)
{
    struct err err = { 0 };
    json_error_t error;

    memset(fixture, 0xAA, sizeof(*fixture)); /* a mapping needs no cleaning */
    fixture->object = NULL;
    fixture->dialect = dialect_load(dialect, &err);
    if (!fixture->dialect)
        fail_msg("%s", err.text);
    fixture->list = json_load_file(objects, 0, &error);
    if (!fixture->list)
        fail_msg("%s: %s", objects, error.text);
}

static void
close_fixture(struct fixture *fixture)
{
    dialect_free(fixture->dialect);
    json_decref(fixture->list);
    json_decref(fixture->object);
}

static void
cut(struct fixture *fixture, const struct dialect_resource *resource, const json_t *whole)
{
    struct outline *outline = outline_new();
    struct buf scratch = { 0 };
    char *text = json_dumps(whole, JSON_COMPACT);
    struct str rest;

    mapping_outline(resource, outline);
    rest = outline_cut(outline, str_from(text), &scratch);
    json_decref(fixture->object);
    fixture->object = json_loadb(rest.at, rest.length, 0, NULL);
    assert_non_null(fixture->object);
    buf_release(&scratch);
    free(text);
    outline_free(outline);
}

static const struct fact *
map(struct fixture *fixture, size_t resource, size_t index)
{
    struct err err = { 0 };
    const struct dialect_resource *kind = &fixture->dialect->resources[resource];

    cut(fixture, kind, json_array_get(json_object_get(fixture->list, "items"), index));
    if (!mapping_map(&fixture->mapping, kind, 7, fixture->object, &err))
        fail_msg("object %zu: %s", index, err.text);
    return &fixture->mapping.fact;
}

static void
expect_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("'%.*s' is not '%s'", STR_ARG(got), want);
}

static void
expect_axis(
    const struct fact *fact, enum axis axis, const char *value, const char *reason)
{
    if (!value) {
        assert_false(fact->axes[axis].known);
        return;
    }
    assert_true(fact->axes[axis].known);
    assert_string_equal(axis_value_name(axis, fact->axes[axis].value), value);
    if (reason)
        expect_str(fact->axes[axis].reason, reason);
}

static const char *
tag(const struct fact *fact, const char *key)
{
    static char text[CLUSTER_TAG_BYTES + 1];

    for (uint32_t i = 0; i < fact->tag_count; i++)
        if (str_is(fact->tags[i].key, key)) {
            snprintf(text, sizeof(text), "%.*s", STR_ARG(fact->tags[i].value));
            return text;
        }
    return "(none)";
}

static int64_t
ms(const char *time)
{
    int64_t wall_ms = 0;

    assert_true(clock_parse_rfc3339(str_from(time), &wall_ms));
    return wall_ms;
}

static void
a_managed_cluster_that_is_well(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    fact = map(&fixture, 0, 0);
    assert_int_equal(fact->resource, 7);
    assert_true(fact->inventory);
    expect_str(fact->object, "store-0001");
    expect_axis(fact, AXIS_CONNECTIVITY, "up",
        "ManagedClusterAvailable: Managed cluster is available");
    expect_axis(fact, AXIS_HEALTH, "healthy", NULL);
    expect_axis(fact, AXIS_SYNC, NULL, NULL);
    assert_int_equal(fact->axes[AXIS_HEALTH].since_ms, ms("2026-11-24T00:59:21Z"));
    expect_str(fact->versions[LAYER_KUBERNETES].actual, "v1.33.4+k3s1");
    assert_int_equal(fact->versions[LAYER_KUBERNETES].desired.length, 0);
    assert_true(fact->versions[LAYER_KUBERNETES].known);
    assert_false(fact->versions[LAYER_APP].known);
    assert_string_equal(tag(fact, "region"), "west-coast");
    assert_string_equal(
        tag(fact, "cluster.open-cluster-management.io/clusterset"), "retail");
    assert_int_equal(fact->tag_count, 7);
    assert_int_equal(fact->claim_count, 1);
    expect_str(fact->claims[0].value, "id-store-0001");
    assert_false(fact->nodes_known);
    assert_true(fact->gpus_known);
    assert_int_equal(fact->gpus, 0);
    assert_false(fact->location_known);
    close_fixture(&fixture);
}

static void
a_sick_add_on_degrades(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    fact = map(&fixture, 0, 2);
    expect_axis(fact, AXIS_CONNECTIVITY, "up", NULL);
    expect_axis(
        fact, AXIS_HEALTH, "degraded", "add-on observability-controller is unhealthy");
    assert_int_equal(fact->axes[AXIS_HEALTH].since_ms, 0);
    assert_int_equal(fact->gpus, 2);
    close_fixture(&fixture);
}

static void
a_cut_cluster_says_nothing_of_its_health(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    fact = map(&fixture, 0, 3);
    expect_axis(fact, AXIS_CONNECTIVITY, "disconnected",
        "ManagedClusterLeaseUpdateStopped: Registration agent stopped updating its "
        "lease.");
    assert_int_equal(fact->axes[AXIS_CONNECTIVITY].since_ms, ms("2026-11-24T01:05:00Z"));
    expect_axis(fact, AXIS_HEALTH, NULL, NULL);
    close_fixture(&fixture);
}

static void
a_cluster_whose_own_server_fails_is_up_and_failing(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    fact = map(&fixture, 0, 4);
    expect_axis(fact, AXIS_CONNECTIVITY, "up", NULL);
    expect_axis(fact, AXIS_HEALTH, "failing", NULL);
    close_fixture(&fixture);
}

static void
never_joined_and_never_accepted_are_never_heard(void **state)
{
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    expect_axis(map(&fixture, 0, 1), AXIS_CONNECTIVITY, "never-heard",
        "accepted but never joined");
    expect_axis(map(&fixture, 0, 1), AXIS_HEALTH, NULL, NULL);
    assert_false(map(&fixture, 0, 1)->gpus_known);
    expect_axis(
        map(&fixture, 0, 5), AXIS_CONNECTIVITY, "never-heard", "not accepted by the hub");
    close_fixture(&fixture);
}

static void
coordinates_are_a_users_own_overlay(void **state)
{
    struct err err = { 0 };
    struct yaml *fields = yaml_parse("hub.yaml",
        STR("latitude: .metadata.annotations['site.example.com/latitude']\n"
            "longitude: .metadata.annotations['site.example.com/longitude']\n"
            "timezone: .metadata.annotations['site.example.com/timezone']\n"
            "gpu.model: .metadata.labels.gpu\n"
            "gpus: 4\n"
            "tag.tier: {from: .metadata.labels.tier, map: {broad: wide}}\n"),
        &err);
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "managedclusters.json");
    assert_true(dialect_overlay(fixture.dialect, "hub.yaml", fields, &err));
    fact = map(&fixture, 0, 2);
    assert_true(fact->location_known);
    assert_true(
        fabsf(fact->latitude - 40.76F) < 1 && fabsf(fact->longitude + 111.9F) < 1);
    expect_str(fact->timezone, "America/Denver");
    expect_str(fact->gpu_model, "orin");
    assert_int_equal(fact->gpus, 4);
    assert_string_equal(tag(fact, "tier"), "wide");
    expect_axis(fact, AXIS_HEALTH, "degraded", NULL);
    yaml_release(fields);
    close_fixture(&fixture);
}

static void
a_work_without_an_answer_knows_only_what_is_desired(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "manifestworks.json");
    fact = map(&fixture, 1, 0);
    assert_false(fact->inventory);
    expect_str(fact->object, "store-0003/checkout");
    assert_int_equal(fact->join, JOIN_NAMESPACE);
    expect_str(fact->join_value, "store-0003");
    expect_axis(fact, AXIS_SYNC, "unknown", "the site has not answered yet");
    expect_str(fact->versions[LAYER_APP].desired, "2.8.1");
    assert_int_equal(fact->versions[LAYER_APP].actual.length, 0);
    assert_false(fact->versions[LAYER_MODEL].known);
    assert_int_equal(fact->pending_since_ms, ms("2026-11-24T00:59:22Z"));
    close_fixture(&fixture);
}

static void
a_work_that_was_done_is_synced(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "manifestworks.json");
    fact = map(&fixture, 1, 1);
    expect_axis(fact, AXIS_SYNC, "synced", NULL);
    expect_str(fact->versions[LAYER_MODEL].desired, "3.1.0");
    expect_str(fact->versions[LAYER_MODEL].actual, "3.1.0");
    assert_false(fact->versions[LAYER_APP].known);
    close_fixture(&fixture);
}

static void
a_work_whose_change_was_not_seen_is_updating_since_the_change(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "manifestworks.json");
    fact = map(&fixture, 1, 2);
    expect_axis(fact, AXIS_SYNC, "updating", "the site has not seen the change yet");
    assert_int_equal(fact->axes[AXIS_SYNC].since_ms, ms("2026-11-24T01:02:00Z"));
    assert_int_equal(fact->pending_since_ms, ms("2026-11-24T01:02:00Z"));
    expect_str(fact->versions[LAYER_APP].desired, "2.9.0");
    expect_str(fact->versions[LAYER_APP].actual, "2.8.1");
    close_fixture(&fixture);
}

static void
a_work_that_does_not_become_available_is_blocked(void **state)
{
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, "ocm", DATA "manifestworks.json");
    expect_axis(map(&fixture, 1, 3), AXIS_SYNC, "blocked",
        "ResourcesNotAvailable: 1 of 1 resources are not available");
    close_fixture(&fixture);
}

static void
cluster_api_is_another_file(void **state)
{
    static const struct {
        const char *object, *connectivity, *health, *sync;
    } want[] = {
        { "plants-a/line-001", "up", "healthy", "synced" },
        { "plants-a/line-004", "disconnected", NULL, "synced" },
        { "plants-a/line-006", "up", "failing", "synced" },
        { "plants-a/line-039", "up", "degraded", "synced" },
        { "plants-a/line-023", "up", "healthy", "updating" },
    };
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, "cluster-api", DATA "clusters.json");
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        const struct fact *fact = map(&fixture, 0, i);

        expect_str(fact->object, want[i].object);
        expect_axis(fact, AXIS_CONNECTIVITY, want[i].connectivity, NULL);
        expect_axis(fact, AXIS_HEALTH, want[i].health, NULL);
        expect_axis(fact, AXIS_SYNC, want[i].sync, NULL);
        expect_str(fact->versions[LAYER_KUBERNETES].desired, "v1.34.2");
        assert_true(fact->nodes_known);
        assert_int_equal(fact->nodes_total, 3);
        assert_int_equal(fact->nodes_ready, i == 3 ? 2 : 3);
    }
    expect_str(map(&fixture, 0, 4)->versions[LAYER_KUBERNETES].actual, "v1.33.6");
    close_fixture(&fixture);
}

static void
open_kiosk(struct fixture *fixture, const char *json)
{
    struct buf text = { 0 };
    struct err err = { 0 };

    assert_true(file_read(DATA "kiosk.yaml", 100000, &text, &err));
    fixture->dialect = dialect_parse("kiosk.yaml", "kiosk", buf_str(&text), &err);
    if (!fixture->dialect)
        fail_msg("%s", err.text);
    fixture->object = NULL;
    fixture->list = json_loads(json, 0, NULL);
    assert_non_null(fixture->list);
    buf_release(&text);
}

static const char kiosks[] =
    "{\"items\":["
    "{\"metadata\":{\"name\":\"k1\",\"namespace\":\"mall\",\"generation\":4,\"labels\":{"
    "\"a\":\"b\"},"
    "  \"annotations\":{\"site.example.com/owner\":\"x\",\"other\":\"y\"}},"
    " \"spec\":{\"facts\":{\"floor\":2,\"secret\":\"s\"},\"os\":\"7.1\",\"ring\":3,"
    "\"beat\":30,"
    "  "
    "\"where\":{\"lat\":52.5,\"lon\":\"13.4\",\"zone\":\"Europe/"
    "Berlin\",\"name\":\"Mitte\"}},"
    " \"status\":{\"phase\":\"Online\",\"why\":\"all "
    "well\",\"changed\":\"2026-11-24T01:00:00Z\","
    "  "
    "\"requested\":1795482000,\"claims\":[{\"name\":\"serial\",\"value\":\"S1\"},{"
    "\"name\":\"z\",\"value\":\"1\"}],"
    "  \"states\":[{\"type\":\"Rolled\",\"status\":true,\"observedGeneration\":3}],"
    "  \"os\":{\"image\":\"os@7.0\"},\"machines\":\"2\",\"ready\":1,\"accelerators\":\"2 "
    "l4\","
    "  "
    "\"beats\":[{\"at\":\"2026-11-24T01:00:01Z\"},{\"at\":\"2026-11-24T01:00:31.5Z\"},{"
    "\"at\":\"soon\"}]}},"
    "{\"metadata\":{\"name\":\"k2\",\"namespace\":\"mall\",\"generation\":4},\"spec\":{"
    "\"where\":{\"lat\":520,\"lon\":1}},"
    " \"status\":{\"phase\":\"Elsewhere\",\"machines\":-1,\"states\":[{\"type\":"
    "\"Rolled\",\"status\":true,\"observedGeneration\":4}]}},"
    "{\"metadata\":{\"name\":\"f1\",\"namespace\":\"mall\"},\"spec\":{\"serial\":\"S1\"},"
    "\"status\":{\"version\":9}},"
    "{\"metadata\":{\"name\":\"a\\u001b[31mb\"}},"
    "{\"metadata\":{\"namespace\":\"mall\"}}"
    "]}";

static void
a_users_own_kind_is_a_file_and_no_c(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_kiosk(&fixture, kiosks);
    fact = map(&fixture, 0, 0);
    expect_str(fact->object, "mall/k1");
    expect_axis(fact, AXIS_CONNECTIVITY, "up", "all well");
    expect_axis(fact, AXIS_HEALTH, "healthy", "");
    expect_axis(fact, AXIS_SYNC, "updating", NULL);
    expect_str(fact->versions[LAYER_OS].actual, "7.0");
    expect_str(fact->versions[LAYER_OS].desired, "7.1");
    assert_int_equal(fact->nodes_total, 2);
    assert_int_equal(fact->nodes_ready, 1);
    assert_int_equal(fact->gpus, 2);
    expect_str(fact->gpu_model, "l4");
    expect_str(fact->place, "Mitte");
    assert_true(fact->location_known);
    assert_string_equal(tag(fact, "ring"), "3");
    assert_string_equal(tag(fact, "floor"), "2");
    assert_string_equal(tag(fact, "owner"), "x");
    assert_string_equal(tag(fact, "secret"), "(none)");
    assert_string_equal(tag(fact, "other"), "(none)");
    assert_int_equal(fact->heartbeat_ms, ms("2026-11-24T01:00:31.5Z"));
    assert_int_equal(fact->promise_ms, 30000);
    assert_int_equal(fact->misses, 3);
    assert_int_equal(fact->upstream_ms, ms("2026-11-24T01:00:00Z"));
    assert_int_equal(fact->pending_since_ms, 1795482000000);
    assert_int_equal(fact->claim_count, 1);
    close_fixture(&fixture);
}

static void
what_makes_no_sense_is_unknown_and_nothing_is_left_of_the_object_before(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_kiosk(&fixture, kiosks);
    map(&fixture, 0, 0);
    fact = map(&fixture, 0, 1);
    expect_axis(fact, AXIS_CONNECTIVITY, NULL, NULL);
    expect_axis(fact, AXIS_HEALTH, NULL, NULL);
    expect_axis(fact, AXIS_SYNC, "synced", NULL);
    assert_false(fact->nodes_known);
    assert_false(fact->gpus_known);
    assert_false(fact->location_known);
    assert_int_equal(fact->tag_count, 0);
    assert_int_equal(fact->claim_count, 0);
    assert_int_equal(fact->heartbeat_ms, 0);
    close_fixture(&fixture);
}

static void
a_facet_joins_by_the_claim_it_names(void **state)
{
    struct fixture fixture;
    const struct fact *fact;

    (void)state;
    open_kiosk(&fixture, kiosks);
    fact = map(&fixture, 1, 2);
    assert_false(fact->inventory);
    assert_int_equal(fact->join, JOIN_CLAIM);
    expect_str(fact->join_key, "serial");
    expect_str(fact->join_value, "S1");
    expect_str(fact->versions[LAYER_ADDONS].actual, "9");
    close_fixture(&fixture);
}

static void
a_name_with_escapes_or_without_letters_is_refused(void **state)
{
    struct fixture fixture;
    struct err err = { 0 };
    json_t *items;

    (void)state;
    open_kiosk(&fixture, kiosks);
    items = json_object_get(fixture.list, "items");
    assert_false(mapping_map(&fixture.mapping, &fixture.dialect->resources[0], 0,
        json_array_get(items, 3), &err));
    assert_non_null(strstr(err.text, "control character"));
    assert_false(mapping_map(&fixture.mapping, &fixture.dialect->resources[0], 0,
        json_array_get(items, 4), &err));
    assert_non_null(strstr(err.text, "without a name"));
    close_fixture(&fixture);
}

static void
what_is_only_asked_for_is_not_read(void **state)
{
    static const char object[] =
        "{\"metadata\":{\"name\":\"a\",\"uid\":\"x\"},\"status\":{"
        "\"allocatable\":{\"cpu\":\"8\",\"nvidia.com/gpu\":\"2\"},"
        "\"capacity\":{\"cpu\":\"8\"},"
        "\"clusterClaims\":[{\"name\":\"b\",\"value\":\"c\"},"
        "{\"name\":\"id.k8s.io\",\"value\":\"d\"}]}}";
    struct outline *outline = outline_new();
    struct buf scratch = { 0 };
    struct err err = { 0 };
    struct dialect *dialect = dialect_load_builtin("ocm", &err);
    struct str rest;

    (void)state;
    assert_non_null(dialect);
    mapping_outline(&dialect->resources[0], outline);
    rest = outline_cut(outline, str_from(object), &scratch);
    expect_str(rest,
        "{\"metadata\":{\"name\":\"a\"},\"status\":{"
        "\"allocatable\":{\"nvidia.com/gpu\":\"2\"},"
        "\"clusterClaims\":[null,{\"name\":\"id.k8s.io\",\"value\":\"d\"}]}}");
    buf_release(&scratch);
    outline_free(outline);
    dialect_free(dialect);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_managed_cluster_that_is_well),
        cmocka_unit_test(a_sick_add_on_degrades),
        cmocka_unit_test(a_cut_cluster_says_nothing_of_its_health),
        cmocka_unit_test(a_cluster_whose_own_server_fails_is_up_and_failing),
        cmocka_unit_test(never_joined_and_never_accepted_are_never_heard),
        cmocka_unit_test(coordinates_are_a_users_own_overlay),
        cmocka_unit_test(a_work_without_an_answer_knows_only_what_is_desired),
        cmocka_unit_test(a_work_that_was_done_is_synced),
        cmocka_unit_test(a_work_whose_change_was_not_seen_is_updating_since_the_change),
        cmocka_unit_test(a_work_that_does_not_become_available_is_blocked),
        cmocka_unit_test(cluster_api_is_another_file),
        cmocka_unit_test(a_users_own_kind_is_a_file_and_no_c),
        cmocka_unit_test(
            what_makes_no_sense_is_unknown_and_nothing_is_left_of_the_object_before),
        cmocka_unit_test(a_facet_joins_by_the_claim_it_names),
        cmocka_unit_test(a_name_with_escapes_or_without_letters_is_refused),
        cmocka_unit_test(what_is_only_asked_for_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
