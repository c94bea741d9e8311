/* The other screens, the bottom line, and a link that was lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "fleet/state.h"
#include "helper/check.h"
#include "helper/stores.h"

struct scene_of {
    struct fleet *fleet;
    struct session *session;
};

static struct scene_of
begin_with(struct fleet *fleet, const char *view, bool ascii)
{
    return (struct scene_of){ fleet, stores_session(fleet, view, NULL, ascii, NULL) };
}

static struct scene_of
begin(const char *view, bool ascii)
{
    return begin_with(stores_new(300), view, ascii);
}

static void
end(struct scene_of it)
{
    session_free(it.session);
    fleet_free(it.fleet);
}

static void
at_all_sizes(const char *view, const char *keys)
{
    struct scene_of it = begin(view, false);
    char name[64];

    stores_press(it.session, keys);
    stores_expect(it.session, 80, 24, view);
    stores_expect(it.session, 120, 36, view);
    stores_expect(it.session, 200, 50, view);
    end(it);
    it = begin(view, true);
    stores_press(it.session, keys);
    snprintf(name, sizeof(name), "%s-ascii", view);
    stores_expect(it.session, 120, 36, name);
    end(it);
}

static void
table_with_a_mark_and_a_cursor(void **test)
{
    (void)test;
    at_all_sizes("table", "down space down");
}

static void
table_sorted_by_a_column(void **test)
{
    struct scene_of it = begin("table", false);

    (void)test;
    stores_press(it.session, "> > > r");
    stores_expect(it.session, 120, 36, "table-sorted");
    end(it);
}

static void
one_cluster(void **test)
{
    (void)test;
    at_all_sizes("cluster", "");
}

/* demo:store-0005 has been silent for 12 minutes, demo:store-0017 was down before that.
 */
static void
what_a_silent_site_told_is_dim_and_says_how_old_it_is(void **test)
{
    struct fleet *fleet = stores_new(300);
    struct scene_of it;
    char *text = NULL;

    (void)test;
    stores_set(fleet, fleet_find(fleet, STR("demo:store-0017")), AXIS_CONNECTIVITY,
        CONNECTIVITY_DISCONNECTED, "lease not renewed", STORES_NOW_MS - 240000);
    it = begin_with(fleet, "table", false);
    stores_expect(it.session, 200, 50, "silent");
    assert_int_equal(
        stores_style(it.session, 200, 50, "store-0005", "3.1 12m").fg, ROLE_DIM);
    assert_int_equal(
        stores_style(it.session, 200, 50, "store-0005", "healthy 12m").fg, ROLE_DIM);
    assert_int_equal(stores_style(it.session, 200, 50, "store-0005", "2/2").fg, ROLE_DIM);
    assert_int_equal(
        stores_style(it.session, 200, 50, "store-0017", "down").fg, ROLE_DIM);
    assert_int_equal(
        stores_style(it.session, 200, 50, "store-0118", "down").fg, ROLE_DOWN);
    assert_int_equal(
        stores_style(it.session, 200, 50, "store-0118", "3.1").fg, ROLE_TEXT);
    end(it);
    it = begin("cluster", false);
    stores_press(it.session, ":");
    stores_type(it.session, "cluster store-0005");
    stores_press(it.session, "enter");
    text = stores_text(it.session, 120, 36);
    assert_non_null(strstr(text, "1.33.4 (12m old)"));
    free(text);
    assert_int_equal(
        stores_style(it.session, 120, 36, "kubernetes", "1.33.4").fg, ROLE_DIM);
    assert_int_equal(
        stores_style(it.session, 120, 36, "GPUs", "2 L4 (12m old)").fg, ROLE_DIM);
    end(it);
}

/* The site under the cursor, after its GPUs were changed. */
static void
expect_gpus(int16_t gpus, const char *model, const char *expected)
{
    struct fleet *fleet = stores_new(1);
    uint32_t slot = fleet_find(fleet, STR("demo:store-0001"));
    struct scene_of it;
    char *text = NULL;

    fleet_at(fleet, slot)->gpus = gpus;
    intern_set(fleet->intern, &fleet_at(fleet, slot)->gpu_model, str_from(model));
    it = begin_with(fleet, "map", false);
    text = stores_text(it.session, 120, 36);
    if (!strstr(text, expected))
        fail_msg("no '%s' in\n%s", expected, text);
    free(text);
    end(it);
}

static void
the_gpus_of_a_site_are_a_number_and_a_model_as_far_as_known(void **test)
{
    (void)test;
    expect_gpus(2, "L4", "GPU 2×L4");
    expect_gpus(2, "", "GPU 2 ");
    expect_gpus(0, "", "no GPU");
}

/* As the hub answers, cut short. */
static const char details_answer[] =
    "{\"time\":\"2026-11-24T14:00:00Z\",\"cluster\":{\"id\":\"demo:store-0017\"},"
    "\"held_health\":\"failing\",\"source\":{\"name\":\"demo\"},\"window\":{\"id\":\"mw-"
    "7\","
    "\"reason\":\"roof work over the north entrance, the power is off in the back rooms "
    "and "
    "the firm calls when it is done\",\"by\":\"bo\",\"started\":\"2026-11-24T13:55:00Z\","
    "\"count\":12},\"details\":{\"lease\":{\"renewed\":\"2026-11-24T13:57:00Z\","
    "\"missed\":2},"
    "\"nodes\":[{\"name\":\"node-a\",\"ready\":true}],\"gpus\":[]},\"facets\":[{"
    "\"source\":"
    "\"demo\",\"resource\":\"clusters.simulated\",\"object\":\"store-0017\",\"observed_"
    "at\":"
    "\"2026-11-24T13:59:50Z\",\"health\":{\"value\":\"failing\"}}],\"audit\":[{\"kind\":"
    "\"outcome\",\"subject\":\"bo\",\"verb\":\"maintenance-start\",\"result\":\"ok\","
    "\"reason\":"
    "\"roof "
    "work\",\"time\":\"2026-11-24T13:55:00Z\"},{\"kind\":\"intent\",\"subject\":\"bo\","
    "\"verb\":\"maintenance-start\",\"result\":\"\",\"reason\":\"roof work\",\"time\":"
    "\"2026-11-24T13:55:00Z\"}]}";

static void
a_maintenance_says_who_until_when_and_why(void **test)
{
    struct fleet *fleet = stores_new(300);
    struct cluster *cluster = fleet_at(fleet, fleet_find(fleet, STR("demo:store-0017")));
    struct session *session = NULL;
    struct scene_of it;
    struct err err = { 0 };

    (void)test;
    intern_set(fleet->intern, &cluster->maintenance, STR("mw-7"));
    cluster->maintenance_until_s = STORES_NOW_MS / 1000 + 7000;
    state_decide(cluster, fleet->intern, STORES_NOW_MS / 1000 - 300);
    it = begin_with(fleet, "table", false);
    session = it.session;
    stores_press(session, ":");
    stores_type(session, "cluster store-0017");
    stores_press(session, "enter");
    session->details_tree = yaml_parse("test", str_from(details_answer), &err);
    assert_non_null(session->details_tree);
    session->details.tree = session->details_tree;
    session->details.fetch = FETCH_DONE;
    session->details.at_ms = STORES_NOW_MS - 3000;
    stores_expect(session, 80, 24, "maintenance");
    stores_expect(session, 120, 50, "maintenance");
    stores_press(session, "2");
    stores_expect(session, 120, 24, "maintenance-table");
    end(it);
}

static void
reasons_that_begin_alike_keep_the_end_that_tells_them_apart(void **test)
{
    struct fleet *fleet = stores_new(300);
    struct scene_of it;
    char *text = NULL;

    (void)test;
    for (int disk = 1; disk <= 2; disk++) {
        char id[32], reason[80];

        snprintf(id, sizeof(id), "demo:store-000%d", disk);
        snprintf(reason, sizeof(reason),
            "StorageOperatorDegraded: the volume of disk-%d is read-only", disk);
        stores_set(fleet, fleet_find(fleet, str_from(id)), AXIS_HEALTH, HEALTH_FAILING,
            reason, STORES_NOW_MS - 60000);
    }
    it = begin_with(fleet, "table", false);
    text = stores_text(it.session, 120, 36);
    assert_non_null(strstr(text, "StorageOperatorDe…isk-1 is read-only"));
    assert_non_null(strstr(text, "StorageOperatorDe…isk-2 is read-only"));
    free(text);
    end(it);
}

static void
sources_with_a_fault(void **test)
{
    struct scene_of it = begin("sources", false);
    struct fleet_source *source = fleet_touch_source(it.fleet, STR("ocm"));
    char *text = NULL;

    (void)test;
    snprintf(source->kind, sizeof(source->kind), "kubernetes");
    snprintf(source->dialect, sizeof(source->dialect), "ocm");
    snprintf(source->phase, sizeof(source->phase), "retrying");
    snprintf(source->fault, sizeof(source->fault), "429: storage is (re)initializing");
    source->fresh_ms = STORES_NOW_MS - 240000;
    source->promise_ms = 60000;
    source->retry_ms = STORES_NOW_MS + 7000;
    source->orphans = 3;
    stores_expect(it.session, 80, 24, "sources");
    stores_expect(it.session, 120, 36, "sources");
    snprintf(source->fault, sizeof(source->fault),
        "https://api.hub.example.net:6443/apis/cluster.open-cluster-management.io/v1: "
        "certificate has expired");
    text = stores_text(it.session, 80, 24);
    assert_non_null(strstr(text, "has expired  again in 7s  3 facts found no site"));
    free(text);
    end(it);
}

static void
the_audit_says_who_did_what_to_how_many_and_why(void **test)
{
    struct scene_of it = begin("audit", false);
    struct scene_audit *audit = &it.session->audit;
    static const struct audit_entry entries[] = {
        { STORES_NOW_MS - 300000, 212, "alice", "unix uid 1000 pid 4242",
            "maintenance-start", "region=west-coast,hours=24h",
            "switch replacement in the whole region, the firm comes at nine and leaves "
            "when all is up again",
            "failed", "journal.db: the disk is full: nothing was changed", true },
        { STORES_NOW_MS - 7200000, 1, "bo.the.night-shift", "unix uid 1001 pid 99",
            "maintenance-end", "mw-177331cd74", "", "ok", "", false },
        { STORES_NOW_MS - 2 * 86400000LL, 0, "hub", "hub", "journal-open", "", "",
            "noted", "", false },
    };

    (void)test;
    audit->entries = malloc(sizeof(entries));
    memcpy(audit->entries, entries, sizeof(entries));
    audit->count = 3;
    audit->fetch = FETCH_DONE;
    snprintf(audit->chain, sizeof(audit->chain), "3 entries, internally consistent");
    stores_expect(it.session, 80, 24, "audit");
    stores_expect(it.session, 120, 36, "audit");
    stores_press(it.session, "down");
    stores_expect(it.session, 200, 50, "audit");
    end(it);
}

static void
help_from_the_keymap(void **test)
{
    struct scene_of it = begin("help", false);
    char *text = stores_text(it.session, 80, 24);

    (void)test;
    assert_null(strstr(text, "…")); /* it is read when one does not know what to do */
    free(text);
    end(it);
    at_all_sizes("help", "");
}

static void
a_lost_link(void **test)
{
    struct scene_of it = begin("map", false);
    struct link link = { .phase = LINK_STALE, .stale_ms = 42000, .retry_ms = 7600 };

    (void)test;
    session_changed(it.session, CLIENT_LINK, NULL, &link);
    session_tick(it.session, STORES_NOW_MS + 42000);
    stores_press(it.session, "m");
    stores_expect(it.session, 80, 24, "lost");
    stores_expect(it.session, 120, 36, "lost");
    end(it);
}

static void
typing_a_filter_with_choices(void **test)
{
    struct scene_of it = begin("map", false);

    (void)test;
    stores_press(it.session, "/");
    stores_type(it.session, "hours=24h,region=");
    stores_press(it.session, "tab tab");
    stores_expect(it.session, 120, 36, "typing");
    end(it);
}

static void
a_long_message_is_shown_whole(void **test)
{
    struct scene_of it = begin("map", false);
    struct err err = { 0 };

    (void)test;
    err_set(&err, ERR_INPUT, "%s",
        "the hub refused: no store-9999 in your scope; region in (north-east, "
        "west-coast) is what the role binding of group night-shift selects, ask a lead "
        "or run: nocturne get clusters");
    session_complain(it.session, &err);
    stores_expect(it.session, 80, 24, "message");
    stores_press(it.session, "/");
    stores_type(it.session, "regin=north-east,hours=24h,size>urban and more of the kind");
    stores_expect(it.session, 80, 24, "message-typing");
    end(it);
}

static void
a_form_keeps_what_is_typed_and_the_whole_notice_in_sight(void **test)
{
    struct scene_of it = begin("map", false);

    (void)test;
    stores_press(it.session, "m a enter");
    stores_type(it.session, "roof work over the north entrance, the power is off in the "
                            "back rooms until the firm calls");
    snprintf(it.session->form.notice, sizeof(it.session->form.notice),
        "2 open windows in the way (mw-177331cd74): the hub will refuse; a lead may "
        "replace them with nocturne maintenance start --force");
    stores_expect(it.session, 80, 24, "form-long");
    end(it);
}

static void
the_form(void **test)
{
    struct scene_of it = begin("map", false);

    (void)test;
    stores_press(it.session, "m a enter");
    stores_type(it.session, "roof work");
    stores_expect(it.session, 80, 24, "form");
    stores_expect(it.session, 120, 36, "form");
    end(it);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_with_a_mark_and_a_cursor),
        cmocka_unit_test(table_sorted_by_a_column),
        cmocka_unit_test(one_cluster),
        cmocka_unit_test(what_a_silent_site_told_is_dim_and_says_how_old_it_is),
        cmocka_unit_test(the_gpus_of_a_site_are_a_number_and_a_model_as_far_as_known),
        cmocka_unit_test(a_maintenance_says_who_until_when_and_why),
        cmocka_unit_test(reasons_that_begin_alike_keep_the_end_that_tells_them_apart),
        cmocka_unit_test(sources_with_a_fault),
        cmocka_unit_test(the_audit_says_who_did_what_to_how_many_and_why),
        cmocka_unit_test(help_from_the_keymap),
        cmocka_unit_test(a_lost_link),
        cmocka_unit_test(typing_a_filter_with_choices),
        cmocka_unit_test(a_long_message_is_shown_whole),
        cmocka_unit_test(a_form_keeps_what_is_typed_and_the_whole_notice_in_sight),
        cmocka_unit_test(the_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
