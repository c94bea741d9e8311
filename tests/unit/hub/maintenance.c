/* maintenance: start, end, preview, moved, conflict, idempotency, the clock, scopes. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "helper/office.h"

#define WEST                                                                             \
    "\"selector\":\"region=west\",\"duration_ms\":7200000,\"reason\":\"new disks\""
#define EAST                                                                             \
    "\"selector\":\"region=east\",\"duration_ms\":7200000,\"reason\":\"new disks\""
#define STORE1 "\"names\":[\"store-0001\"],\"duration_ms\":600000,\"reason\":\"one\""

static int
set_up(void **state)
{
    struct office *office = calloc(1, sizeof *office);

    office_folder(office);
    office_open(office);
    *state = office;
    return 0;
}

static int
tear_down(void **state)
{
    struct office *office = *state;

    office_close(office);
    office_remove(office);
    free(office);
    return 0;
}

static void
assert_refused(struct result result, enum err_code code, const char *part)
{
    if (result.err.code != code || !strstr(result.err.text, part))
        fail_msg("got %s: %s (status %d), wanted %s with '%s'", err_name(result.err.code),
            result.err.text, result.status, err_name(code), part);
    result_release(&result);
}

static void
a_preview_names_the_set_and_stores_nothing(void **state)
{
    struct office *office = *state;
    struct result result =
        office_call(office, OLGA, true, NULL, "{" WEST ",\"dry_run\":true}", NULL);
    struct maintenance_answer answer;
    struct err err = { 0 };
    char hash[DIGEST_HEX_LENGTH + 1];
    static const char lines[] = "ocm:store-0001\nocm:store-0002\nocm:store-0003\n"
                                "ocm:store-0004\nocm:store-0005\nocm:store-0006\n";

    assert_int_equal(result.status, 200);
    assert_true(maintenance_answer_parse(&answer, str_from(result.body), &err));
    assert_int_equal(answer.set.count, 6);
    digest_hex(lines, sizeof lines - 1, hash);
    assert_string_equal(answer.set.hash, hash);
    assert_true(answer.dry_run);
    assert_int_equal(office_count(office, "SELECT count(*) FROM audit"), 1);
    maintenance_answer_release(&answer);
    result_release(&result);
}

static void
a_start_covers_its_clusters_and_is_on_record(void **state)
{
    struct office *office = *state;
    char id[32], text[256], why[256];

    office_start(office, OLGA, WEST, "k1", id);
    assert_string_equal(office_window_of(office, "ocm:store-0006"), id);
    assert_string_equal(office_window_of(office, "ocm:store-0007"), "");
    assert_int_equal(office_count(office, "SELECT count(*) FROM audit"), 3);
    assert_true(office_ask(office,
        "SELECT group_concat(kind || ' ' || subject || ' ' || verb || ' ' || result || ' "
        "' "
        "|| count || ' ' || reason, '; ') FROM audit WHERE seq > 1",
        text, sizeof text));
    assert_string_equal(text, "intent olga maintenance-start  6 new disks; outcome olga "
                              "maintenance-start ok 6 new "
                              "disks");
    assert_true(office_is_consistent(office, why));
}

static void
a_start_without_a_preview_is_refused(void **state)
{
    assert_refused(office_call(*state, OLGA, true, NULL, "{" WEST "}", "k"), ERR_INPUT,
        "\"frozen\" is missing");
}

static void
what_is_refused_before_the_intent_stores_nothing(void **state)
{
    struct office *office = *state;

    assert_refused(
        office_call(office, OLGA, true, NULL, "{" WEST "}", "k"), ERR_INPUT, "frozen");
    assert_int_equal(office_count(office, "SELECT count(*) FROM idempotency"), 0);
    assert_int_equal(office_count(office, "SELECT count(*) FROM audit"), 1);
}

static void
a_set_that_moved_is_told_who_joined_and_left(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    struct maintenance_moved moved;
    struct result result;
    struct err err = { 0 };
    uint32_t slot;

    fleet_remove(office->fleet, fleet_find(office->fleet, STR("ocm:store-0002")));
    slot = fleet_touch(office->fleet, STR("ocm:store-0099"));
    cluster_set_tag(
        fleet_at(office->fleet, slot), office->fleet->intern, STR("region"), STR("west"));
    result = office_call(office, OLGA, true, NULL, body, "k1");
    assert_int_equal(result.err.code, ERR_MOVED);
    {
        char *extra = malloc(strlen(result.extra) + 3);

        sprintf(extra, "{%s}", result.extra);
        assert_true(maintenance_moved_parse(&moved, str_from(extra), &err));
        free(extra);
    }
    assert_int_equal(moved.joined.count, 1);
    assert_string_equal(moved.joined.ids[0], "ocm:store-0099");
    assert_int_equal(moved.left.count, 1);
    assert_string_equal(moved.left.ids[0], "ocm:store-0002");
    assert_int_equal(moved.live_count, 6);
    assert_int_equal(office_count(office, "SELECT count(*) FROM audit"), 1);
    maintenance_moved_release(&moved);
    result_release(&result);
    free(body);
}

static void
a_hash_alone_is_enough_while_nothing_moves(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    char *cut = strstr(body, ",\"ids\":[");
    struct result result;

    assert_non_null(cut);
    strcpy(cut, "}}");
    fleet_remove(office->fleet, fleet_find(office->fleet, STR("ocm:store-0002")));
    result = office_call(office, OLGA, true, NULL, body, "k1");
    assert_true(strstr(result.extra, "\"live\":{\"count\":5,") == result.extra);
    assert_refused(result, ERR_MOVED, "there are 5 now");
    fleet_touch(office->fleet, STR("ocm:store-0002"));
    cluster_set_tag(
        fleet_at(office->fleet, fleet_find(office->fleet, STR("ocm:store-0002"))),
        office->fleet->intern, STR("region"), STR("west"));
    result = office_call(office, OLGA, true, NULL, body, "k2");
    assert_int_equal(result.status, 201);
    result_release(&result);
    free(body);
}

static void
accepting_the_live_hash_acts_on_the_frozen_that_are_left(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST), *accepting;
    struct maintenance_answer answer;
    struct maintenance_moved moved;
    struct result result;
    struct err err = { 0 };
    char *extra, text[512];

    fleet_remove(office->fleet, fleet_find(office->fleet, STR("ocm:store-0002")));
    result = office_call(office, OLGA, true, NULL, body, "k1");
    extra = malloc(strlen(result.extra) + 3);
    sprintf(extra, "{%s}", result.extra);
    assert_true(maintenance_moved_parse(&moved, str_from(extra), &err));
    result_release(&result);
    accepting = malloc(strlen(body) + 128);
    sprintf(
        accepting, "%.*s,\"accept\":\"%s\"}", (int)strlen(body) - 1, body, moved.live);
    result = office_call(office, OLGA, true, NULL, accepting, "k2");
    assert_int_equal(result.status, 201);
    assert_true(maintenance_answer_parse(&answer, str_from(result.body), &err));
    assert_int_equal(answer.set.count, 5);
    assert_true(office_ask(
        office, "SELECT detail FROM audit WHERE kind = 'outcome'", text, sizeof text));
    assert_non_null(strstr(text, "\"accepted\":\""));
    assert_non_null(strstr(text, "\"frozen\":{\"count\":6"));
    maintenance_answer_release(&answer);
    maintenance_moved_release(&moved);
    result_release(&result);
    free(extra);
    free(accepting);
    free(body);
}

static void
an_open_window_is_a_conflict_that_a_lead_may_force(void **state)
{
    struct office *office = *state;
    char first[32], second[32], text[64];
    char *body;

    office_start(office, OLGA, WEST, "k1", first);
    body = office_frozen(office, OLGA, true, STORE1);
    {
        struct result result = office_call(office, OLGA, true, NULL, body, "k2");

        assert_non_null(strstr(result.extra, first));
        assert_refused(result, ERR_CONFLICT, first);
    }
    free(body);
    assert_refused(office_call(office, OLGA, true, NULL,
                       "{" STORE1 ",\"force\":true,\"dry_run\":true}", NULL),
        ERR_DENIED, "the permission force takes the role of lead");
    office_start(office, LENA, STORE1 ",\"force\":true", "k3", second);
    assert_string_equal(office_window_of(office, "ocm:store-0001"), second);
    assert_string_equal(office_window_of(office, "ocm:store-0002"), first);
    office_start(office, LENA, WEST ",\"force\":true", "k4", first);
    assert_string_equal(office_window_of(office, "ocm:store-0001"), first);
    assert_int_equal(maintenance_open_count(office->maintenance), 1);
    assert_true(office_ask(office,
        "SELECT how FROM maintenance WHERE ended_ms > 0 LIMIT 1", text, sizeof text));
    assert_string_equal(text, "replaced");
}

static void
the_same_key_answers_the_same_and_acts_once(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    struct result first = office_call(office, OLGA, true, NULL, body, "k1");
    struct result again = office_call(office, OLGA, true, NULL, body, "k1");

    assert_int_equal(first.status, 201);
    assert_int_equal(again.status, 201);
    assert_string_equal(first.body, again.body);
    assert_int_equal(office_count(office, "SELECT count(*) FROM maintenance"), 1);
    /* …also after a restart, and not for somebody else. */
    office_close(office);
    office_open(office);
    result_release(&again);
    again = office_call(office, OLGA, true, NULL, body, "k1");
    assert_string_equal(first.body, again.body);
    assert_refused(
        office_call(office, LENA, true, NULL, body, "k1"), ERR_CONFLICT, "open");
    result_release(&first);
    result_release(&again);
    free(body);
}

static void
the_same_key_with_another_body_is_refused(void **state)
{
    struct office *office = *state;
    char id[32];
    char *body;

    office_start(office, OLGA, WEST, "k1", id);
    body = office_frozen(office, OLGA, true, EAST);
    assert_refused(
        office_call(office, OLGA, true, NULL, body, "k1"), ERR_KEY_REUSED, "k1");
    free(body);
}

static void
a_key_is_forgotten_after_seven_days(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    struct result result = office_call(office, OLGA, true, NULL, body, "k1");
    char sql[160];

    assert_int_equal(result.status, 201);
    result_release(&result);
    snprintf(sql, sizeof sql, "UPDATE idempotency SET time_ms = time_ms - %lld",
        (long long)JOURNAL_KEYS_KEPT_MS + 1000);
    office_sql(office, sql);
    assert_refused(
        office_call(office, OLGA, true, NULL, body, "k1"), ERR_CONFLICT, "open");
    free(body);
    office_start(office, OLGA, EAST, "k2", sql);
    assert_int_equal(office_count(office, "SELECT count(*) FROM idempotency"), 1);
}

static void
a_key_must_be_visible_ascii(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    char longest[MAINTENANCE_KEY_BYTES + 2];

    memset(longest, 'k', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_refused(
        office_call(office, OLGA, true, NULL, body, NULL), ERR_INPUT, "Idempotency-Key");
    assert_refused(
        office_call(office, OLGA, true, NULL, body, "a b"), ERR_INPUT, "Idempotency-Key");
    assert_refused(office_call(office, OLGA, true, NULL, body, longest), ERR_INPUT,
        "Idempotency-Key");
    free(body);
}

struct two {
    struct err err;
    int answers, status;
};

static void
count_answer(
    void *user, int status, struct str body, const struct err *err, struct str extra)
{
    struct two *two = user;

    (void)body;
    (void)extra;
    (void)err;
    two->answers++;
    two->status = status;
}

static void
the_same_key_in_flight_is_refused(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    struct grant *grant = office_grant(office, OLGA);
    struct maintenance_request request, second;
    struct two two = { 0 };
    struct err err = { 0 };
    struct maintenance_call call = { .grant = grant,
        .action = { "olga", "here", "POST", "/v1/maintenance", STR("k1"),
            str_from(body) },
        .request = &request,
        .start = true,
        .done = count_answer,
        .user = &two };

    assert_true(maintenance_request_parse(&request, str_from(body), true, &err));
    assert_true(maintenance_request_parse(&second, str_from(body), true, &err));
    assert_true(maintenance_act(office->maintenance, &call, &err));
    call.request = &second;
    assert_false(maintenance_act(office->maintenance, &call, &err));
    assert_int_equal(err.code, ERR_IN_FLIGHT);
    call.action.body = STR("other");
    assert_false(maintenance_act(office->maintenance, &call, &err));
    assert_int_equal(err.code, ERR_KEY_REUSED);
    office_turn_until_quiet(office);
    assert_int_equal(two.answers, 1);
    assert_int_equal(two.status, 201);
    maintenance_request_release(&second);
    grant_free(grant);
    free(body);
}

static void
actions_at_once_do_not_overlap(void **state)
{
    struct office *office = *state;
    char *body = office_frozen(office, OLGA, true, WEST);
    struct grant *grant = office_grant(office, OLGA);
    struct maintenance_request request;
    struct two two = { 0 };
    struct err err = { 0 };
    struct result result;
    struct maintenance_call call = { .grant = grant,
        .action = { "olga", "here", "POST", "/v1/maintenance", STR("k1"),
            str_from(body) },
        .request = &request,
        .start = true,
        .done = count_answer,
        .user = &two };

    assert_true(maintenance_request_parse(&request, str_from(body), true, &err));
    assert_true(maintenance_act(office->maintenance, &call, &err));
    result = office_call(office, OLGA, true, NULL, body, "k2");
    assert_int_equal(two.status, 201);
    assert_refused(result, ERR_CONFLICT, "open window");
    assert_int_equal(maintenance_open_count(office->maintenance), 1);
    grant_free(grant);
    free(body);
}

static void
a_window_ends_by_its_id(void **state)
{
    struct office *office = *state;
    char id[32], text[64];
    struct result result;

    office_start(office, OLGA, WEST, "k1", id);
    result = office_call(office, OLGA, false, id, "{\"reason\":\"done early\"}", "k2");
    assert_int_equal(result.status, 200);
    result_release(&result);
    assert_string_equal(office_window_of(office, "ocm:store-0001"), "");
    assert_int_equal(maintenance_open_count(office->maintenance), 0);
    assert_true(
        office_ask(office, "SELECT how || ' ' || ended_by FROM maintenance", text, 64));
    assert_string_equal(text, "ended olga");
    assert_refused(office_call(office, OLGA, false, id, "{}", "k3"), ERR_NOT_FOUND, id);
}

static void
clusters_end_by_selector_and_by_name(void **state)
{
    struct office *office = *state;
    char id[32];
    char *body;
    struct result result;

    office_start(office, OLGA, WEST, "k1", id);
    body =
        office_frozen(office, OLGA, false, "\"names\":[\"store-0001\",\"store-0007\"]");
    result = office_call(office, OLGA, false, NULL, body, "k2");
    assert_int_equal(result.status, 200);
    assert_string_equal(office_window_of(office, "ocm:store-0001"), "");
    assert_string_equal(office_window_of(office, "ocm:store-0002"), id);
    result_release(&result);
    free(body);
    office_close(office);
    office_open(office);
    assert_string_equal(office_window_of(office, "ocm:store-0001"), "");
    assert_string_equal(office_window_of(office, "ocm:store-0002"), id);
    body = office_frozen(office, OLGA, false, "\"selector\":\"\"");
    result = office_call(office, OLGA, false, NULL, body, "k3");
    assert_int_equal(result.status, 200);
    assert_int_equal(maintenance_open_count(office->maintenance), 0);
    result_release(&result);
    free(body);
    assert_refused(office_call(office, OLGA, false, NULL,
                       "{\"names\":[\"store-0001\"],\"frozen\":{\"count\":0,\"hash\":"
                       "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85"
                       "5\",\"ids\":[]}}",
                       "k4"),
        ERR_NOT_FOUND, "none of these clusters is in a window");
}

static void
an_operator_of_the_west_leaves_the_east_alone(void **state)
{
    struct office *office = *state;
    struct maintenance_answer answer;
    struct result result = office_call(office, ALICE, true, NULL,
        "{\"selector\":\"\",\"duration_ms\":600000,\"reason\":\"r\",\"dry_run\":true}",
        NULL);
    struct err err = { 0 };
    char id[32];

    assert_true(maintenance_answer_parse(&answer, str_from(result.body), &err));
    assert_int_equal(answer.set.count, 6);
    assert_int_equal(answer.not_permitted, 4);
    maintenance_answer_release(&answer);
    result_release(&result);
    assert_refused(
        office_call(office, ALICE, true, NULL,
            "{\"names\":[\"store-0007\"],\"duration_ms\":600000,\"reason\":\"r\","
            "\"dry_run\":true}",
            NULL),
        ERR_DENIED, "store-0007");
    office_start(office, OLGA,
        "\"selector\":\"\",\"duration_ms\":600000,\"reason\":\"all\"", "k1", id);
    result = office_call(office, ALICE, false, id, "{}", "k2");
    assert_int_equal(result.status, 200);
    assert_string_equal(office_window_of(office, "ocm:store-0006"), "");
    assert_string_equal(office_window_of(office, "ocm:store-0007"), id);
    result_release(&result);
}

static void
a_viewer_and_a_stranger_change_nothing(void **state)
{
    struct office *office = *state;

    assert_refused(
        office_call(office, BOB, true, NULL, "{" EAST ",\"dry_run\":true}", NULL),
        ERR_DENIED, "the role of operator");
    assert_refused(
        office_call(office, BOB, false, "mw-x", "{}", "k"), ERR_DENIED, "operator");
    assert_refused(
        office_call(office, STRANGER, true, NULL, "{" EAST ",\"dry_run\":true}", NULL),
        ERR_DENIED, "uid:1005");
}

static void
keep_view(void *user, const struct maintenance_window *window)
{
    struct maintenance_window *kept = user;

    maintenance_window_release(kept);
    *kept = *window;
    memset(&kept->ids, 0, sizeof kept->ids);
    kept->reason = kept->by = kept->target = kept->ended_by = NULL;
    kept->reason = strdup(window->reason);
    kept->target = window->target ? strdup(window->target) : NULL;
}

static void
a_list_tells_only_what_is_in_scope(void **state)
{
    struct office *office = *state;
    struct maintenance_window seen = { 0 };
    struct grant *grant = office_grant(office, BOB);
    char id[32];

    office_start(office, OLGA, WEST, "k1", id);
    maintenance_list(office->maintenance, grant, keep_view, &seen);
    assert_string_equal(seen.id, "");
    office_start(office, LENA,
        "\"selector\":\"\",\"duration_ms\":600000,\"reason\":\"all\",\"force\":true",
        "k2", id);
    maintenance_list(office->maintenance, grant, keep_view, &seen);
    assert_string_equal(seen.id, id);
    assert_int_equal(seen.count, 4);
    assert_true(seen.partial);
    assert_null(seen.target);
    maintenance_window_release(&seen);
    grant_free(grant);
}

static void
a_cluster_that_is_not_to_be_seen_is_not_there(void **state)
{
    struct office *office = *state;
    struct err err = { 0 };

    assert_true(
        authz_bind(office->authz, "user:bob", "operator", STR("region=east"), &err));
    assert_refused(
        office_call(office, BOB, true, NULL,
            "{\"names\":[\"store-0001\"],\"duration_ms\":600000,\"reason\":\"r\","
            "\"dry_run\":true}",
            NULL),
        ERR_NOT_FOUND, "no cluster \"store-0001\"");
}

static void
windows_are_there_again_after_a_restart(void **state)
{
    struct office *office = *state;
    struct str window;
    int64_t until_ms;
    char id[32];

    office_start(office, OLGA, WEST, "k1", id);
    office_close(office);
    office_open(office);
    assert_string_equal(office_window_of(office, "ocm:store-0003"), id);
    assert_true(
        maintenance_find(office->maintenance, STR("ocm:store-0003"), &window, &until_ms));
    assert_true(str_is(window, id));
    assert_false(
        maintenance_find(office->maintenance, STR("ocm:store-0009"), &window, &until_ms));
}

static void
a_window_ends_by_the_clock_and_the_record_follows(void **state)
{
    struct office *office = *state;
    char id[32], sql[128], text[64], why[256];

    office_start(office, OLGA, WEST, "k1", id);
    office_close(office);
    snprintf(sql, sizeof sql, "UPDATE maintenance SET until_ms = %lld",
        (long long)(clock_wall_ms() + 30));
    office_sql(office, sql);
    office_open(office);
    while (office_window_of(office, "ocm:store-0001")[0])
        loop_turn(office->loop, true);
    office_turn_until_quiet(office);
    assert_int_equal(office->uncovers, 6);
    assert_true(office_ask(office, "SELECT how FROM maintenance", text, sizeof text));
    assert_string_equal(text, "expired");
    assert_true(office_ask(office,
        "SELECT kind || ' ' || verb || ' ' || subject || ' ' || count FROM audit ORDER "
        "BY seq "
        "DESC LIMIT 1",
        text, sizeof text));
    assert_string_equal(text, "note maintenance-expire hub 6");
    assert_true(office_is_consistent(office, why));
}

static void
a_window_that_ended_while_the_hub_was_away_is_recorded_once(void **state)
{
    struct office *office = *state;
    char id[32];

    office_start(office, OLGA, WEST, "k1", id);
    office_close(office);
    office_sql(office, "UPDATE maintenance SET until_ms = 1000");
    for (int i = 0; i < 2; i++) {
        office_open(office);
        office_turn_until_quiet(office);
        assert_string_equal(office_window_of(office, "ocm:store-0001"), "");
        office_close(office);
    }
    assert_int_equal(office_count(office,
                         "SELECT count(*) FROM audit WHERE verb = 'maintenance-expire'"),
        1);
    office_open(office);
}

static void
an_ambiguous_name_asks_for_the_id(void **state)
{
    struct office *office = *state;

    fleet_touch(office->fleet, STR("acm:store-0001"));
    assert_refused(
        office_call(office, OLGA, true, NULL, "{" STORE1 ",\"dry_run\":true}", NULL),
        ERR_INPUT, "SOURCE:store-0001");
    assert_refused(
        office_call(office, OLGA, true, NULL,
            "{\"names\":[\"acm:store-0001\"],\"duration_ms\":1,\"reason\":\"r\","
            "\"dry_run\":true}",
            NULL),
        ERR_INPUT, "between 1m and 30d");
}

static void
the_window_of_a_decommissioned_cluster_still_ends(void **state)
{
    struct office *office = *state;
    struct result result;
    char id[32];

    office_start(office, OLGA, STORE1, "k1", id);
    fleet_remove(office->fleet, fleet_find(office->fleet, STR("ocm:store-0001")));
    result = office_call(office, OLGA, false, id, "{}", "k2");
    assert_int_equal(result.status, 200);
    assert_int_equal(maintenance_open_count(office->maintenance), 0);
    result_release(&result);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_preview_names_the_set_and_stores_nothing),
        CASE(a_start_covers_its_clusters_and_is_on_record),
        CASE(a_start_without_a_preview_is_refused),
        CASE(what_is_refused_before_the_intent_stores_nothing),
        CASE(a_set_that_moved_is_told_who_joined_and_left),
        CASE(a_hash_alone_is_enough_while_nothing_moves),
        CASE(accepting_the_live_hash_acts_on_the_frozen_that_are_left),
        CASE(an_open_window_is_a_conflict_that_a_lead_may_force),
        CASE(the_same_key_answers_the_same_and_acts_once),
        CASE(the_same_key_with_another_body_is_refused),
        CASE(a_key_is_forgotten_after_seven_days),
        CASE(a_key_must_be_visible_ascii),
        CASE(the_same_key_in_flight_is_refused),
        CASE(actions_at_once_do_not_overlap),
        CASE(a_window_ends_by_its_id),
        CASE(clusters_end_by_selector_and_by_name),
        CASE(an_operator_of_the_west_leaves_the_east_alone),
        CASE(a_viewer_and_a_stranger_change_nothing),
        CASE(a_list_tells_only_what_is_in_scope),
        CASE(a_cluster_that_is_not_to_be_seen_is_not_there),
        CASE(windows_are_there_again_after_a_restart),
        CASE(a_window_ends_by_the_clock_and_the_record_follows),
        CASE(a_window_that_ended_while_the_hub_was_away_is_recorded_once),
        CASE(an_ambiguous_name_asks_for_the_id),
        CASE(the_window_of_a_decommissioned_cluster_still_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
