/* Scripted scenarios: what the server says, under a clock that is given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "helper/check.h"
#include "hub/source/reflector.h"

struct play {
    struct reflector reflector;
    struct buf log; /* what was called since it was looked at last */
    char path[512]; /* of the last request */
    bool compressed, in_flight;
    int64_t now_ms;
};

static void
on_request(void *user, const char *path, bool compressed)
{
    struct play *play = user;

    assert_false(play->in_flight);
    play->in_flight = true;
    play->compressed = compressed;
    snprintf(play->path, sizeof(play->path), "%s", path);
    buf_add_text(&play->log, "request ");
}

static void
on_cancel(void *user)
{
    struct play *play = user;

    assert_true(play->in_flight);
    play->in_flight = false;
    buf_add_text(&play->log, "cancel ");
}

static void
on_begin(void *user)
{
    buf_add_text(&((struct play *)user)->log, "begin ");
}

static bool
name_it(void *user, const char *what, const json_t *object)
{
    struct play *play = user;
    const char *name =
        json_string_value(json_object_get(json_object_get(object, "metadata"), "name"));

    if (!name)
        return false;
    buf_print(&play->log, "%s%s ", what, name);
    return true;
}

static bool
on_put(void *user, const json_t *object)
{
    return name_it(user, "+", object);
}

static bool
on_drop(void *user, const json_t *object)
{
    return name_it(user, "-", object);
}

static void
on_end(void *user, bool sweep)
{
    buf_add_text(&((struct play *)user)->log, sweep ? "sweep " : "keep ");
}

static void
on_abort(void *user)
{
    buf_add_text(&((struct play *)user)->log, "abort ");
}

static void
on_changed(void *user)
{
    (void)user;
}

static const struct reflector_calls calls = { on_request, on_cancel, on_begin, on_put,
    on_drop, on_end, on_abort, on_changed };

static void
begin(struct play *play)
{
    *play = (struct play){ .now_ms = 1000000 };
    reflector_init(&play->reflector, &calls, play, "/apis/g/v1/things", "things.g");
    reflector_start(&play->reflector, play->now_ms);
}

static void
finish(struct play *play)
{
    reflector_stop(&play->reflector);
    assert_false(play->in_flight);
    reflector_release(&play->reflector);
    buf_release(&play->log);
}

static void
expect(struct play *play, const char *want)
{
    const char *got = play->log.at ? play->log.at : "";

    if (strcmp(got, want) != 0)
        fail_msg("called '%s', not '%s'; fault '%s'", got, want, play->reflector.fault);
    buf_clear(&play->log);
}

static void
expect_path(struct play *play, const char *word)
{
    if (!strstr(play->path, word))
        fail_msg("'%s' has no '%s'", play->path, word);
}

static void
expect_fault(struct play *play, const char *word)
{
    if (!word[0] ? play->reflector.fault[0] : !strstr(play->reflector.fault, word))
        fail_msg("fault '%s', not '%s'", play->reflector.fault, word);
}

static void
head(struct play *play, int status, int64_t retry_after_ms, const char *type)
{
    struct http_head head = {
        .status = status, .retry_after_ms = retry_after_ms, .content_type = type
    };

    reflector_head(&play->reflector, &head, play->now_ms);
}

static bool
say(struct play *play, const char *text)
{
    char *copy = mem_text(text);
    bool on = reflector_data(
        &play->reflector, (struct str){ copy, strlen(copy) }, play->now_ms);

    free(copy);
    return on;
}

static void
done(struct play *play, enum err_code code, const char *text)
{
    struct err err = { 0 };

    if (code != ERR_NONE)
        err_set(&err, code, "%s", text);
    play->in_flight = false;
    reflector_done(&play->reflector, &err, play->now_ms);
}

static void
answer(struct play *play, int status, const char *body)
{
    head(play, status, -1, "application/json");
    say(play, body);
    done(play, ERR_NONE, "");
}

/* Time goes by; the machine is woken when it asked to be. */
static void
wait_for(struct play *play, int64_t ms)
{
    int64_t until_ms = play->now_ms + ms;

    while (reflector_due(&play->reflector) <= until_ms) {
        if (reflector_due(&play->reflector) > play->now_ms)
            play->now_ms = reflector_due(&play->reflector);
        reflector_tick(&play->reflector, play->now_ms);
    }
    play->now_ms = until_ms;
}

#define OBJECT(type, name, version)                                                      \
    "{\"type\":\"" type "\",\"object\":{\"metadata\":{\"name\":\"" name                  \
    "\",\"resourceVersion\":\"" version "\"}}}\n"
#define BOOKMARK(version)                                                                \
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"" version    \
    "\"}}}\n"
#define END(version)                                                                     \
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"" version    \
    "\",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}\n"
#define ERROR_EVENT(code, reason)                                                        \
    "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":" code                 \
    ",\"reason\":\"" reason "\"}}\n"
#define ITEM(name) "{\"metadata\":{\"name\":\"" name "\"}}"

/* Loaded by stream at version 10 with a and b; the watch goes on. */
static void
load(struct play *play)
{
    begin(play);
    head(play, 200, -1, "application/json");
    say(play, OBJECT("ADDED", "a", "3") OBJECT("ADDED", "b", "4") END("10"));
    expect(play, "request begin +a +b sweep ");
    assert_int_equal(play->reflector.phase, REFLECTOR_WATCHING);
}

static void
what_is_there_streams_in_and_the_watch_goes_on(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    expect_path(
        &play, "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    expect_path(&play, "&allowWatchBookmarks=true&timeoutSeconds=");
    assert_false(play.compressed);
    head(&play, 200, -1, "application/json");
    say(&play, OBJECT("ADDED", "a", "3"));
    assert_string_equal(play.reflector.version, "");
    assert_false(play.reflector.loaded);
    say(&play, END("10"));
    expect(&play, "request begin +a sweep ");
    assert_string_equal(play.reflector.version, "10");
    assert_true(play.reflector.loaded);
    say(&play, OBJECT("MODIFIED", "a", "11") OBJECT("DELETED", "a", "12") BOOKMARK("15"));
    expect(&play, "+a -a ");
    assert_string_equal(play.reflector.version, "15");
    expect_fault(&play, "");
    finish(&play);
}

static void
a_server_that_cannot_stream_is_read_page_by_page(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    answer(&play, 422, "{\"kind\":\"Status\",\"reason\":\"Invalid\"}");
    expect(&play, "request request ");
    assert_string_equal(play.path, "/apis/g/v1/things?limit=500");
    assert_true(play.compressed);
    answer(&play, 200,
        "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"t/"
        "1=\"},\"items\":[" ITEM("a") "," ITEM("b") "]}");
    expect(&play, "begin +a +b request ");
    assert_string_equal(play.path, "/apis/g/v1/things?limit=500&continue=t%2F1%3D");
    answer(&play, 200,
        "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" ITEM("c") "]}");
    expect(&play, "+c sweep request ");
    expect_path(&play, "watch=true&resourceVersion=7&");
    expect_fault(&play, "");
    finish(&play);
}

static void
load_paged(struct play *play)
{
    begin(play);
    answer(play, 400, "{}");
    answer(play, 200,
        "{\"items\":[" ITEM(
            "a") "],\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"t1\"}}");
    expect(play, "request request begin +a request ");
}

static void
an_expired_page_token_goes_on_with_the_fresh_one(void **state)
{
    struct play play;

    (void)state;
    load_paged(&play);
    answer(&play, 410, "{\"reason\":\"Expired\",\"metadata\":{\"continue\":\"t2\"}}");
    expect(&play, "request ");
    expect_path(&play, "continue=t2");
    answer(&play, 200,
        "{\"items\":[" ITEM("b") "],\"metadata\":{\"resourceVersion\":\"9\"}}");
    expect(&play, "+b sweep request ");
    expect_path(&play, "resourceVersion=7&"); /* of the first page */
    finish(&play);
}

static void
an_expired_page_token_without_a_fresh_one_starts_over_and_sweeps_nothing(void **state)
{
    struct play play;

    (void)state;
    load_paged(&play);
    answer(&play, 410, "{\"reason\":\"Expired\",\"metadata\":{}}");
    expect(&play, "abort ");
    expect_fault(&play, "once more");
    wait_for(&play, 1600);
    expect(&play, "request ");
    assert_string_equal(play.path, "/apis/g/v1/things?limit=500");
    finish(&play);
}

static void
a_page_that_fails_is_asked_for_again_and_the_load_goes_on(void **state)
{
    struct play play;

    (void)state;
    load_paged(&play);
    done(&play, ERR_IO, "the connection was reset");
    expect(&play, "");
    expect_fault(&play, "reset");
    wait_for(&play, 1600);
    expect(&play, "request ");
    expect_path(&play, "continue=t1");
    answer(&play, 200, "{\"items\":[],\"metadata\":{\"resourceVersion\":\"7\"}}");
    expect(&play, "sweep request ");
    expect_fault(&play, "");
    finish(&play);
}

static void
a_page_that_always_fails_ends_in_an_aborted_load(void **state)
{
    struct play play;

    (void)state;
    load_paged(&play);
    for (int i = 0; i < REFLECTOR_PAGE_TRIES; i++) {
        done(&play, ERR_IO, "the connection was reset");
        wait_for(&play, 31000);
    }
    expect(&play, "request request request request abort request ");
    assert_string_equal(play.path, "/apis/g/v1/things?limit=500");
    finish(&play);
}

static void
half_a_page_is_no_page(void **state)
{
    struct play play;

    (void)state;
    load_paged(&play);
    answer(&play, 200, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" ITEM("b"));
    expect(&play, "+b ");
    expect_fault(&play, "ended in the middle");
    finish(&play);
}

static void
a_stream_that_breaks_off_sweeps_nothing_and_leaves_no_resume_point(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    head(&play, 200, -1, "application/json");
    say(&play, OBJECT("ADDED", "a", "3"));
    done(&play, ERR_IO, "the connection was reset");
    expect(&play, "request begin +a abort ");
    assert_string_equal(play.reflector.version, "");
    assert_false(play.reflector.loaded);
    wait_for(&play, 1600);
    expect(&play, "request ");
    expect_path(&play, "sendInitialEvents");
    finish(&play);
}

static void
a_watch_that_ends_goes_on_where_it_was(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    say(&play, OBJECT("MODIFIED", "a", "14"));
    play.now_ms += 300000;
    done(&play, ERR_NONE, "");
    expect(&play, "+a request ");
    expect_path(&play, "resourceVersion=14&");
    expect_fault(&play, "");
    finish(&play);
}

static void
a_reset_watch_resumes_after_a_while(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    done(&play, ERR_IO, "connection reset by peer");
    expect_fault(&play, "connection reset by peer");
    expect(&play, "");
    assert_in_range(reflector_due(&play.reflector) - play.now_ms, 800, 1600);
    wait_for(&play, 1600);
    expect(&play, "request ");
    expect_path(&play, "resourceVersion=10&");
    head(&play, 200, -1, "application/json");
    expect_fault(&play, "");
    finish(&play);
}

static void
half_an_event_is_asked_for_again(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    say(&play, "{\"type\":\"MODIFIED\",\"object\":{\"meta");
    done(&play, ERR_NONE, "");
    expect_fault(&play, "in the middle");
    wait_for(&play, 1600);
    expect(&play, "request ");
    expect_path(&play, "resourceVersion=10&");
    finish(&play);
}

static void
an_expired_watch_loads_anew_in_both_its_forms(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    assert_false(say(&play, ERROR_EVENT("410", "Expired")));
    done(&play, ERR_INPUT, "ended");
    expect(&play, "request ");
    expect_path(&play, "sendInitialEvents");
    assert_string_equal(play.reflector.version, "");
    finish(&play);

    load(&play);
    done(&play, ERR_NONE, "");
    wait_for(&play, 2000);
    play.now_ms += BACKOFF_RESET_MS;
    expect(&play, "request ");
    answer(&play, 410, "{\"reason\":\"Gone\"}");
    expect(&play, "request ");
    expect_path(&play, "sendInitialEvents");
    finish(&play);
}

static void
a_server_that_always_forgets_is_not_asked_in_a_hurry(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    for (int i = 0; i < 20; i++) {
        say(&play, ERROR_EVENT("410", "Expired"));
        done(&play, ERR_INPUT, "ended");
        wait_for(&play, BACKOFF_MOST_MS);
        head(&play, 200, -1, "application/json");
        say(&play, END("10"));
        buf_clear(&play.log);
    }
    say(&play, ERROR_EVENT("410", "Expired"));
    done(&play, ERR_INPUT, "ended");
    assert_true(reflector_due(&play.reflector) - play.now_ms >= BACKOFF_MOST_MS / 2);
    finish(&play);
}

static void
a_version_from_the_future_loads_anew(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    done(&play, ERR_IO, "gone");
    wait_for(&play, 1600);
    buf_clear(&play.log);
    answer(&play, 504,
        "{\"reason\":\"Timeout\",\"details\":{\"causes\":[{\"reason\":"
        "\"ResourceVersionTooLarge\"}],\"retryAfterSeconds\":1}}");
    wait_for(&play, 3200);
    expect(&play, "request ");
    expect_path(&play, "sendInitialEvents");
    finish(&play);
}

static void
too_many_requests_waits_as_long_as_the_server_asks(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    head(&play, 429, 7000, "application/json");
    say(&play, "{\"message\":\"slow down\"}");
    done(&play, ERR_NONE, "");
    expect_fault(&play, "asks to wait (429: slow down)");
    assert_int_equal(reflector_due(&play.reflector) - play.now_ms, 7000);
    wait_for(&play, 7000);
    head(&play, 429, 999000000, "text/plain");
    say(&play, "too many requests\n");
    done(&play, ERR_NONE, "");
    assert_int_equal(reflector_due(&play.reflector) - play.now_ms, BACKOFF_ASKED_MS);
    finish(&play);
}

static void
tries_grow_apart_up_to_half_a_minute_and_rest_resets_them(void **state)
{
    struct play play;
    int64_t least_ms = BACKOFF_LEAST_MS;

    (void)state;
    begin(&play);
    for (int i = 0; i < 12; i++) {
        int64_t delay_ms;

        done(&play, ERR_IO, "refused");
        delay_ms = reflector_due(&play.reflector) - play.now_ms;
        assert_in_range(delay_ms, least_ms, 2 * least_ms);
        assert_true(delay_ms <= BACKOFF_MOST_MS);
        least_ms =
            2 * least_ms < BACKOFF_MOST_MS / 2 ? 2 * least_ms : BACKOFF_MOST_MS / 2;
        wait_for(&play, BACKOFF_MOST_MS);
    }
    play.now_ms += BACKOFF_RESET_MS;
    done(&play, ERR_IO, "refused");
    assert_in_range(reflector_due(&play.reflector) - play.now_ms, 800, 1600);
    finish(&play);
}

static void
a_server_error_keeps_the_place_for_a_minute_and_then_loads_anew(void **state)
{
    struct play play;
    int64_t began_ms;

    (void)state;
    load(&play);
    began_ms = play.now_ms;
    done(&play, ERR_IO, "reset");
    while (play.now_ms - began_ms <= REFLECTOR_TROUBLE_MS) {
        wait_for(&play, BACKOFF_MOST_MS);
        expect_path(&play, "resourceVersion=10&");
        head(&play, 500, -1, "text/plain");
        say(&play, "internal error\n");
        done(&play, ERR_NONE, "");
        expect_fault(&play, "the server fails (500)");
    }
    wait_for(&play, BACKOFF_MOST_MS);
    expect_path(&play, "sendInitialEvents");
    finish(&play);
}

static void
refusals_are_said_in_plain_words(void **state)
{
    static const struct {
        int status;
        const char *body, *word;
    } said[] = {
        { 401, "{\"reason\":\"Unauthorized\"}", "does not accept our credentials (401" },
        { 403, "{\"reason\":\"Forbidden\",\"message\":\"no\"}",
            "not allowed to list and watch things.g (403 Forbidden: no)" },
        { 404, "404 page not found", "does not serve things.g (404)" },
        { 502, "\033[31mred\033[0m", "the server fails (502)" },
        { 503, "{\"message\":\"\\u001b]0;owned\\u0007\"}", "\xEF\xBF\xBD]0;owned" },
        { 302, "", "refuses (302)" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct play play;

        begin(&play);
        answer(&play, said[i].status, said[i].body);
        expect_fault(&play, said[i].word);
        assert_null(strchr(play.reflector.fault, '\033'));
        assert_int_equal(play.reflector.missing, said[i].status == 404);
        assert_int_equal(play.reflector.phase, REFLECTOR_WAITING);
        finish(&play);
    }
}

static void
a_login_page_is_called_one(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    head(&play, 200, -1, "text/html; charset=utf-8");
    assert_false(say(&play, "<!doctype html>"));
    done(&play, ERR_INPUT, "ended");
    expect(&play, "request ");
    expect_fault(&play, "text/html; charset=utf-8 and no JSON: a login page");
    wait_for(&play, 1600);
    head(&play, 200, -1, NULL);
    assert_false(say(&play, "<!doctype html>"));
    done(&play, ERR_INPUT, "ended");
    expect(&play, "request begin abort ");
    expect_fault(&play, "login page");
    finish(&play);
}

static void
a_watch_that_ends_at_once_with_nothing_is_a_fault(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    play.now_ms += 300000;
    done(&play, ERR_NONE, "");
    expect(&play, "request ");
    head(&play, 200, -1, "application/json");
    play.now_ms += 10;
    done(&play, ERR_NONE, "");
    expect(&play, "");
    expect_fault(&play, "ends every watch at once");
    finish(&play);
}

static void
a_silent_watch_is_given_up_after_three_minutes(void **state)
{
    struct play play;

    (void)state;
    load(&play);
    wait_for(&play, 170000);
    say(&play, BOOKMARK("20"));
    expect(&play, "");
    wait_for(&play, 179999);
    expect(&play, "");
    wait_for(&play, 1);
    expect(&play, "cancel ");
    expect_fault(&play, "no byte for 180 s");
    wait_for(&play, 1600);
    expect(&play, "request ");
    expect_path(&play, "resourceVersion=20&");
    finish(&play);
}

static void
a_stream_that_stalls_while_loading_is_read_by_pages_once(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    head(&play, 200, -1, "application/json");
    say(&play, OBJECT("ADDED", "a", "3"));
    wait_for(&play, REFLECTOR_LOAD_SILENCE_MS + 1600);
    expect(&play, "request begin +a cancel abort request ");
    expect_path(&play, "limit=500");
    answer(&play, 200, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}");
    say(&play, ERROR_EVENT("410", "Expired"));
    head(&play, 200, -1, "application/json");
    say(&play, ERROR_EVENT("410", "Expired"));
    done(&play, ERR_INPUT, "ended");
    wait_for(&play, 31000);
    expect_path(&play, "sendInitialEvents");
    finish(&play);
}

static void
what_was_left_out_is_never_swept_and_looked_for_again(void **state)
{
    struct play play;

    (void)state;
    begin(&play);
    head(&play, 200, -1, "application/json");
    say(&play, OBJECT("ADDED", "a",
                   "3") "{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}\n" END("10"));
    expect(&play, "request begin +a keep ");
    assert_non_null(strstr(play.reflector.warning, "no usable name"));
    expect_fault(&play, "");
    wait_for(&play, 60001);
    expect(&play, "cancel request ");
    expect_path(&play, "sendInitialEvents");
    head(&play, 200, -1, "application/json");
    say(&play, OBJECT("ADDED", "a", "3") END("11"));
    expect(&play, "begin +a sweep ");
    assert_string_equal(play.reflector.warning, "");
    say(&play, "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{}}}\n");
    assert_non_null(strstr(play.reflector.warning, "no usable name"));
    wait_for(&play, 30000);
    expect(&play, "cancel request ");
    finish(&play);
}

static void
events_that_make_no_sense_are_counted_and_the_rest_goes_on(void **state)
{
    struct play play;
    struct buf huge = { 0 };

    (void)state;
    load(&play);
    assert_true(say(&play, "{\"type\":\"ADDED\"}\n{\"object\":{}}\n{broken\n"
                           "{\"type\":\"LATER\",\"object\":{}}\n"));
    assert_int_equal(play.reflector.errors, 3);
    buf_add_text(&huge, "{\"type\":\"ADDED\",\"object\":{\"x\":\"");
    buf_add_repeat(&huge, 'x', (size_t)4 << 20);
    buf_add_text(&huge, "\"}}\n" OBJECT("MODIFIED", "b", "12"));
    assert_true(say(&play, huge.at));
    expect(&play, "+b ");
    assert_non_null(strstr(play.reflector.warning, "larger than 2 MiB"));
    assert_string_equal(play.reflector.version, "12");
    buf_release(&huge);
    finish(&play);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_streams_in_and_the_watch_goes_on),
        cmocka_unit_test(a_server_that_cannot_stream_is_read_page_by_page),
        cmocka_unit_test(an_expired_page_token_goes_on_with_the_fresh_one),
        cmocka_unit_test(
            an_expired_page_token_without_a_fresh_one_starts_over_and_sweeps_nothing),
        cmocka_unit_test(a_page_that_fails_is_asked_for_again_and_the_load_goes_on),
        cmocka_unit_test(a_page_that_always_fails_ends_in_an_aborted_load),
        cmocka_unit_test(half_a_page_is_no_page),
        cmocka_unit_test(
            a_stream_that_breaks_off_sweeps_nothing_and_leaves_no_resume_point),
        cmocka_unit_test(a_watch_that_ends_goes_on_where_it_was),
        cmocka_unit_test(a_reset_watch_resumes_after_a_while),
        cmocka_unit_test(half_an_event_is_asked_for_again),
        cmocka_unit_test(an_expired_watch_loads_anew_in_both_its_forms),
        cmocka_unit_test(a_server_that_always_forgets_is_not_asked_in_a_hurry),
        cmocka_unit_test(a_version_from_the_future_loads_anew),
        cmocka_unit_test(too_many_requests_waits_as_long_as_the_server_asks),
        cmocka_unit_test(tries_grow_apart_up_to_half_a_minute_and_rest_resets_them),
        cmocka_unit_test(a_server_error_keeps_the_place_for_a_minute_and_then_loads_anew),
        cmocka_unit_test(refusals_are_said_in_plain_words),
        cmocka_unit_test(a_login_page_is_called_one),
        cmocka_unit_test(a_watch_that_ends_at_once_with_nothing_is_a_fault),
        cmocka_unit_test(a_silent_watch_is_given_up_after_three_minutes),
        cmocka_unit_test(a_stream_that_stalls_while_loading_is_read_by_pages_once),
        cmocka_unit_test(what_was_left_out_is_never_swept_and_looked_for_again),
        cmocka_unit_test(events_that_make_no_sense_are_counted_and_the_rest_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
