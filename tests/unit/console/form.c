/* form -- maintenance from edit to answer: what is sent is what was shown. */
#include "console/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/session.h"
#include "helper/check.h"
#include "helper/stores.h"

struct hub { /* what it was asked, and how it will answer */
    char path[128], body[65536], key[64];
    int requests, cancels;
    void (*done)(void *user, const struct client_answer *answer);
    void *user;
};

static bool
hub_send(void *user, const struct client_request *request, struct err *err)
{
    struct hub *hub = user;

    (void)err;
    if (!request->method)
        return true; /* details, audit */
    hub->requests++;
    snprintf(hub->path, sizeof(hub->path), "%s", request->path);
    snprintf(hub->body, sizeof(hub->body), "%.*s", STR_ARG(request->body));
    snprintf(hub->key, sizeof(hub->key), "%s", request->key ? request->key : "");
    hub->done = request->done;
    hub->user = request->user;
    return true;
}

static void
hub_cancel(void *user, const void *request_user)
{
    (void)request_user;
    ((struct hub *)user)->cancels++;
}

static void
answer(struct hub *hub, const char *body, enum err_code code, const char *text)
{
    struct client_answer result = { .status = code ? 409 : 200, .body = str_from(body) };

    result.err.code = code;
    snprintf(result.err.text, sizeof(result.err.text), "%s", text);
    hub->done(hub->user, &result);
}

/* A preview over `count` stores, as the hub would print it. */
static void
answer_set(struct hub *hub, uint32_t count, bool dry_run)
{
    struct maintenance_answer preview = { .dry_run = dry_run };
    struct buf body = { 0 };

    for (uint32_t i = 1; i <= count; i++) {
        char id[32];

        snprintf(id, sizeof(id), "demo:store-%04u", i);
        frozen_add(&preview.set, str_from(id));
    }
    frozen_seal(&preview.set);
    frozen_seal(&preview.conflicts);
    if (!dry_run)
        snprintf(preview.window, sizeof(preview.window), "mw-7");
    maintenance_answer_print(&preview, &body);
    answer(hub, body.at, ERR_NONE, "");
    buf_release(&body);
    maintenance_answer_release(&preview);
}

struct scenery {
    struct hub hub;
    struct world world;
    struct fleet *fleet;
    struct session *session;
};

static struct scenery *
scenery(const char *filter)
{
    struct scenery *it = calloc(1, sizeof(*it));
    struct err err = { 0 };

    it->world =
        (struct world){ .send = hub_send, .cancel = hub_cancel, .user = &it->hub };
    it->fleet = stores_new(100);
    it->session = stores_session(it->fleet, "map", NULL, false, &it->world);
    assert_true(session_set_filter(it->session, str_from(filter), &err));
    session_tick(it->session, STORES_NOW_MS);
    return it;
}

static void
scenery_free(struct scenery *it)
{
    session_free(it->session);
    fleet_free(it->fleet);
    free(it);
}

static void
fill_in(struct scenery *it)
{
    stores_press(it->session, "m enter");
    stores_type(it->session, "swap node-b");
    stores_press(it->session, "enter");
}

static void
sent_has(struct scenery *it, const char *text)
{
    if (!strstr(it->hub.body, text))
        fail_msg("no '%s' in %s", text, it->hub.body);
}

static void
screen_has(struct scenery *it, const char *text)
{
    char *screen = stores_text(it->session, 120, 36);

    if (!strstr(screen, text))
        fail_msg("no '%s' in\n%s", text, screen);
    free(screen);
}

static void
screen_lacks(struct scenery *it, const char *text)
{
    char *screen = stores_text(it->session, 120, 36);

    if (strstr(screen, text))
        fail_msg("'%s' in\n%s", text, screen);
    free(screen);
}

static void
a_few_sites_need_no_typed_count(void **test)
{
    struct scenery *it = scenery("region=west-coast");

    (void)test;
    fill_in(it);
    sent_has(it, "\"dry_run\":true");
    sent_has(it, "region=west-coast");
    sent_has(it, "\"duration_ms\":7200000");
    assert_string_equal(it->hub.key, "");
    answer_set(&it->hub, 4, true);
    screen_has(it, "4 sites will be in maintenance");
    screen_has(it, "demo:store-0003");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 2);
    sent_has(it, "\"frozen\"");
    sent_has(it, "demo:store-0004");
    assert_true(it->hub.key[0]);
    answer_set(&it->hub, 4, false);
    assert_int_equal(it->session->mode, MODE_NORMAL);
    screen_has(it, "maintenance started for 4 sites mw-7");
    scenery_free(it);
}

static void
above_ten_the_count_is_typed(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    fill_in(it);
    answer_set(&it->hub, 67, true);
    screen_has(it, "type 67 to confirm");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 1);
    stores_type(it->session, "76");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 1);
    screen_has(it, "that is not 67");
    stores_press(it->session, "backspace backspace");
    stores_type(it->session, "67");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 2);
    scenery_free(it);
}

static void
a_filter_that_moved_shows_who_and_acts_on_the_frozen_only_when_accepted(void **test)
{
    struct scenery *it = scenery("hours=24h");
    char first_key[64], body[512];

    (void)test;
    fill_in(it);
    answer_set(&it->hub, 3, true);
    stores_press(it->session, "enter");
    memcpy(first_key, it->hub.key, sizeof(first_key));
    snprintf(body, sizeof(body),
        "{\"type\":\"urn:nocturne:problem:moved\",\"joined\":[\"demo:store-0009\"],"
        "\"left\":"
        "[],\"live\":{\"count\":4,\"hash\":\"%064d\"}}",
        7);
    answer(&it->hub, body, ERR_MOVED, "the filter has moved");
    screen_has(it, "1 joined: demo:store-0009, 0 left");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 2);
    stores_press(it->session, "a");
    assert_int_equal(it->hub.requests, 3);
    sent_has(it, "\"accept\"");
    sent_has(it, "demo:store-0003");
    assert_string_not_equal(first_key, it->hub.key);
    scenery_free(it);
}

/* The hub's answer: the filter selects another set by now. */
static void
answer_moved(struct hub *hub, int joined, int left, int live)
{
    char body[512], ids[2][256] = { "", "" };

    for (int i = 0; i < joined; i++)
        snprintf(
            ids[0] + strlen(ids[0]), 32, "%s\"demo:store-00%d\"", i ? "," : "", 50 + i);
    for (int i = 0; i < left; i++)
        snprintf(
            ids[1] + strlen(ids[1]), 32, "%s\"demo:store-000%d\"", i ? "," : "", 1 + i);
    snprintf(body, sizeof(body),
        "{\"type\":\"urn:nocturne:problem:moved\",\"joined\":[%s],\"left\":[%s],"
        "\"live\":{\"count\":%d,\"hash\":\"%064d\"}}",
        ids[0], ids[1], 3 + joined - left, live);
    answer(hub, body, ERR_MOVED, "the filter has moved");
}

static void
what_was_accepted_is_sent_again_while_only_others_come_and_go(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    fill_in(it);
    answer_set(&it->hub, 3, true);
    stores_press(it->session, "enter");
    answer_moved(&it->hub, 1, 0, 11);
    stores_press(it->session, "a");
    assert_int_equal(it->hub.requests, 3);
    answer_moved(&it->hub, 2, 0, 12);
    assert_int_equal(it->hub.requests, 4);
    sent_has(it, "012\"");
    sent_has(it, "demo:store-0003");
    answer_moved(&it->hub, 2, 1, 13); /* one of those shown: that is for the operator */
    assert_int_equal(it->hub.requests, 4);
    screen_has(it, "2 joined: demo:store-0050, 1 left: demo:store-0001");
    stores_press(it->session, "a");
    for (int i = 0; i < 9; i++)
        answer_moved(&it->hub, 1, 1, 20 + i);
    assert_int_equal(it->hub.requests, 5 + 5);
    screen_has(it, "1 joined");
    stores_press(it->session, "a");
    answer_set(&it->hub, 2, false);
    assert_int_equal(it->session->mode, MODE_NORMAL);
    scenery_free(it);
}

static void
a_conflict_is_told_and_can_be_looked_at_anew(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    fill_in(it);
    answer_set(&it->hub, 3, true);
    stores_press(it->session, "enter");
    answer(&it->hub, "{}", ERR_CONFLICT, "mw-3 covers demo:store-0002 until 15:00");
    screen_has(it, "mw-3 covers");
    stores_press(it->session, "p");
    sent_has(it, "\"dry_run\":true");
    assert_false(strstr(it->hub.body, "\"frozen\"") != NULL);
    scenery_free(it);
}

static void
a_retry_keeps_its_key(void **test)
{
    struct scenery *it = scenery("hours=24h");
    char first_key[64];

    (void)test;
    fill_in(it);
    answer_set(&it->hub, 3, true);
    stores_press(it->session, "enter");
    memcpy(first_key, it->hub.key, sizeof(first_key));
    answer(&it->hub, "", ERR_UNAVAILABLE, "the hub did not answer");
    screen_has(it, "the hub did not answer");
    stores_press(it->session, "enter");
    assert_int_equal(it->hub.requests, 3);
    assert_string_equal(first_key, it->hub.key);
    scenery_free(it);
}

static void
what_cannot_be_is_said_before_anything_is_sent(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    stores_press(it->session, "m ctrl-u");
    stores_type(it->session, "soon");
    stores_press(it->session, "enter");
    stores_type(it->session, "x");
    stores_press(it->session, "enter");
    screen_has(it, "a duration is such as");
    assert_int_equal(it->hub.requests, 0);
    stores_press(it->session, "ctrl-u");
    stores_type(it->session, "2h");
    stores_press(it->session, "enter ctrl-u enter");
    assert_int_equal(it->hub.requests, 0);
    screen_has(it, "reason");
    stores_press(it->session, "esc");
    assert_int_equal(it->session->mode, MODE_NORMAL);
    scenery_free(it);
}

static void
what_is_wrong_is_said_until_it_is_mended(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    stores_press(it->session, "m ctrl-u");
    stores_type(it->session, "soon");
    stores_press(it->session, "enter");
    stores_type(it->session, "swap");
    stores_press(it->session, "enter");
    screen_has(it, "a duration is such as");
    stores_press(it->session, "tab");
    stores_type(it->session, " node-b");
    screen_has(it, "a duration is such as");
    stores_press(it->session, "tab ctrl-u 3");
    screen_has(it, "a duration is such as");
    stores_press(it->session, "h");
    screen_lacks(it, "a duration is such as");
    stores_press(it->session, "enter enter");
    sent_has(it, "swap node-b");
    answer(&it->hub, "", ERR_UNAVAILABLE, "the hub is on its way out");
    stores_type(it->session, "!");
    screen_has(it, "the hub is on its way out"); /* no typing mends that */
    scenery_free(it);
}

static void
what_the_preview_warned_of_stays_while_the_count_is_typed(void **test)
{
    struct scenery *it = scenery("hours=24h");
    struct maintenance_answer preview = { .dry_run = true, .not_permitted = 7 };
    struct buf body = { 0 };

    (void)test;
    fill_in(it);
    for (int i = 10; i < 22; i++) {
        char id[32];

        snprintf(id, sizeof(id), "demo:store-00%d", i);
        frozen_add(&preview.set, str_from(id));
    }
    frozen_add(&preview.conflicts, STR("mw-3"));
    frozen_seal(&preview.set);
    frozen_seal(&preview.conflicts);
    maintenance_answer_print(&preview, &body);
    answer(&it->hub, body.at, ERR_NONE, "");
    screen_has(it, "1 open window in the way (mw-3)");
    screen_has(it, "7 more are selected that you may not change");
    stores_type(it->session, "13");
    stores_press(it->session, "enter");
    screen_has(it, "that is not 12");
    stores_press(it->session, "backspace");
    screen_has(it, "7 more are selected that you may not change");
    buf_release(&body);
    maintenance_answer_release(&preview);
    scenery_free(it);
}

static void
marks_come_before_the_filter_and_nothing_asks(void **test)
{
    struct scenery *it = scenery("hours=24h");
    struct err err = { 0 };

    (void)test;
    stores_press(it->session, "t space space");
    fill_in(it);
    sent_has(it, "\"names\"");
    assert_null(strstr(it->hub.body, "\"selector\""));
    stores_press(it->session, "esc esc u");
    assert_true(session_set_filter(it->session, STR(""), &err));
    stores_press(it->session, "m");
    assert_int_equal(it->session->mode, MODE_ASK);
    screen_has(it, "a all 100");
    stores_press(it->session, "x");
    assert_int_equal(it->session->mode, MODE_NORMAL);
    stores_press(it->session, "m t enter");
    stores_type(it->session, "one only");
    stores_press(it->session, "enter");
    sent_has(it, "\"names\":[\"demo:store-");
    scenery_free(it);
}

static void
ending_needs_no_duration(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    stores_press(it->session, "M");
    stores_type(it->session, "done early");
    stores_press(it->session, "enter");
    assert_string_equal(it->hub.path, "/v1/maintenance/end");
    answer_set(&it->hub, 2, true);
    screen_has(it, "2 sites will be out of maintenance");
    stores_press(it->session, "enter");
    answer_set(&it->hub, 2, false);
    screen_has(it, "maintenance ended for 2 sites");
    scenery_free(it);
}

static void
an_answer_to_a_form_that_was_left_changes_nothing(void **test)
{
    struct scenery *it = scenery("hours=24h");

    (void)test;
    fill_in(it);
    stores_press(it->session, "esc");
    assert_true(it->hub.cancels > 0);
    answer_set(&it->hub, 3, true);
    assert_int_equal(it->session->form.phase, FORM_EDIT);
    scenery_free(it);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_sites_need_no_typed_count),
        cmocka_unit_test(above_ten_the_count_is_typed),
        cmocka_unit_test(
            a_filter_that_moved_shows_who_and_acts_on_the_frozen_only_when_accepted),
        cmocka_unit_test(what_was_accepted_is_sent_again_while_only_others_come_and_go),
        cmocka_unit_test(a_conflict_is_told_and_can_be_looked_at_anew),
        cmocka_unit_test(a_retry_keeps_its_key),
        cmocka_unit_test(what_cannot_be_is_said_before_anything_is_sent),
        cmocka_unit_test(what_is_wrong_is_said_until_it_is_mended),
        cmocka_unit_test(what_the_preview_warned_of_stays_while_the_count_is_typed),
        cmocka_unit_test(marks_come_before_the_filter_and_nothing_asks),
        cmocka_unit_test(ending_needs_no_duration),
        cmocka_unit_test(an_answer_to_a_form_that_was_left_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
