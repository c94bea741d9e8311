/* stream and problem: bodies there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/problem.h"
#include "wire/stream.h"

static void
a_hello_comes_back_as_it_was(void **state)
{
    struct hello hello = { .hub = "noc-1",
        .version = "0.1.0",
        .epoch = "a1b2",
        .api = 1,
        .time_ms = 1795428000123,
        .simulated = true,
        .fleet = "retail",
        .subject = "alice",
        .role = "operator",
        .scope = "region=\"west coast\"",
        .read_only = "journal.db is full" };
    struct hello back;
    struct buf out = { 0 };
    struct err err = { 0 };

    (void)state;
    hello_print(&hello, &out);
    assert_non_null(strstr(out.at, "\"time\":\"2026-11-23T10:00:00.123Z\""));
    assert_true(hello_parse(&back, buf_str(&out), &err));
    assert_string_equal(back.hub, hello.hub);
    assert_string_equal(back.scope, hello.scope);
    assert_string_equal(back.read_only, hello.read_only);
    assert_int_equal(back.time_ms, hello.time_ms);
    assert_int_equal(back.api, 1);
    assert_true(back.simulated);
    buf_clear(&out);
    hello.read_only[0] = '\0';
    hello_print(&hello, &out);
    assert_non_null(strstr(out.at, "\"read_only\":null"));
    assert_true(hello_parse(&back, buf_str(&out), &err));
    assert_string_equal(back.read_only, "");
    buf_release(&out);
}

static void
a_bad_hello_leaves_the_old_one(void **state)
{
    struct hello hello = { .api = 7 };
    struct err err;

    (void)state;
    assert_false(hello_parse(&hello, STR("{}"), &err));
    assert_string_equal(err.text, "hello: \"api\" is missing");
    assert_false(hello_parse(&hello, STR("{\"api\":1}"), &err));
    assert_string_equal(err.text, "hello: \"time\" is missing");
    assert_false(hello_parse(&hello,
        STR("{\"api\":1,\"time\":\"2026-11-23T10:00:00Z\",\"role\":\"a-role-that-is-too-"
            "long\"}"),
        &err));
    assert_string_equal(err.text, "hello: \"role\": longer than 15 bytes");
    assert_int_equal(hello.api, 7);
}

static void
a_mark_is_epoch_scope_and_revision(void **state)
{
    struct mark mark = { "0a1b2c3d4e5f6071", "ffee", UINT64_C(9007199254740993) };
    struct mark back;
    char text[STREAM_MARK_BYTES];
    static const char *const bad[] = { "", "a", "a-b", "a-b-", "-b-1", "a--1", "a-b--1",
        "a-b-x", "a-b-1-2", "A-b-1", "a-b-99999999999999999999", "a\n-b-1",
        "0123456789012345678901-b-1" };

    (void)state;
    mark_print_id(&mark, text);
    assert_string_equal(text, "0a1b2c3d4e5f6071-ffee-9007199254740993");
    assert_true(mark_parse_id(&back, str_from(text)));
    assert_string_equal(back.epoch, mark.epoch);
    assert_string_equal(back.scope, mark.scope);
    assert_true(back.revision == mark.revision);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (mark_parse_id(&back, str_from(bad[i])))
            fail_msg("%s was taken", bad[i]);
}

static void
a_source_comes_back_as_it_was(void **state)
{
    struct fleet *fleet = fleet_new();
    struct fleet_source source = { .name = "ocm",
        .kind = "kubernetes",
        .dialect = "ocm",
        .phase = "retrying",
        .fault = "HTTP 503",
        .suspect = "300 of 1,200 lost within 40s",
        .fresh_ms = 1795428000001,
        .since_ms = 1795427000000,
        .clusters = 1200,
        .orphans = 3,
        .events = 12345678901,
        .errors = 2,
        .promise_ms = 60000,
        .synced = true,
        .kept = true };
    struct fleet_source *back;
    struct buf out = { 0 };
    struct err err = { 0 };

    (void)state;
    source_print(&source, &out);
    back = source_parse(fleet, buf_str(&out), &err);
    assert_non_null(back);
    assert_ptr_equal(back, fleet_source(fleet, STR("ocm")));
    assert_string_equal(back->phase, source.phase);
    assert_string_equal(back->suspect, source.suspect);
    assert_true(back->fresh_ms == source.fresh_ms && back->retry_ms == 0);
    assert_true(back->events == source.events);
    assert_int_equal(back->clusters, 1200);
    assert_true(back->synced && back->kept);
    assert_false(back->simulated);
    assert_null(source_parse(fleet, STR("{\"kind\":\"x\"}"), &err));
    assert_int_equal(fleet->source_count, 1);
    buf_release(&out);
    fleet_free(fleet);
}

static void
the_small_bodies_come_back(void **state)
{
    struct buf out = { 0 };
    struct err err = { 0 };
    int64_t time_ms = 0;
    uint64_t revision = 0;
    uint32_t clusters = 0;

    (void)state;
    time_print(1795428000999, &out);
    assert_string_equal(out.at, "{\"time\":\"2026-11-23T10:00:00.999Z\"}");
    assert_true(time_parse(buf_str(&out), &time_ms, &err));
    assert_true(time_ms == 1795428000999);
    buf_clear(&out);
    mark_print(42, 1795428000000, &out);
    assert_true(mark_parse(buf_str(&out), &revision, &time_ms, &err));
    assert_int_equal(revision, 42);
    buf_clear(&out);
    sync_print(1200, &out);
    assert_true(sync_parse(buf_str(&out), &clusters, &err));
    assert_int_equal(clusters, 1200);
    buf_clear(&out);
    id_print(STR("ocm:\"x\""), &out);
    assert_string_equal(out.at, "{\"id\":\"ocm:\\\"x\\\"\"}");
    {
        struct buf id = { 0 };

        assert_true(id_parse(buf_str(&out), &id, &err));
        assert_string_equal(id.at, "ocm:\"x\"");
        assert_false(id_parse(STR("{}"), &id, &err));
        buf_release(&id);
    }
    assert_false(time_parse(STR("{\"time\":null}"), &time_ms, &err));
    assert_false(time_parse(STR("{\"time\":12}"), &time_ms, &err));
    assert_false(sync_parse(STR("{}"), &clusters, &err));
    assert_false(mark_parse(STR("nonsense"), &revision, &time_ms, &err));
    buf_release(&out);
}

static void
a_problem_comes_back_with_its_type(void **state)
{
    struct buf out = { 0 };
    struct err err, back;

    (void)state;
    err_set(&err, ERR_MOVED, "2 joined, \"1\" left");
    problem_print(&err, "\"joined\":2", &out);
    assert_string_equal(out.at,
        "{\"type\":\"urn:nocturne:problem:moved\",\"title\":\"moved\",\"status\":409,"
        "\"detail\":\"2 joined, \\\"1\\\" left\",\"joined\":2}");
    problem_parse(&back, 409, buf_str(&out));
    assert_int_equal(back.code, ERR_MOVED);
    assert_string_equal(back.text, err.text);
    buf_clear(&out);
    for (int code = ERR_NONE + 1; code < ERR_CODES; code++) {
        err_set(&err, (enum err_code)code, "x");
        buf_clear(&out);
        problem_print(&err, NULL, &out);
        problem_parse(&back, err_http_status((enum err_code)code), buf_str(&out));
        assert_int_equal(back.code, code);
    }
    buf_release(&out);
}

static void
a_body_that_is_no_problem_still_says_something(void **state)
{
    struct err err;

    (void)state;
    problem_parse(&err, 404, STR("<html>"));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.text, "it answered with status 404");
    problem_parse(&err, 503, STR("{\"title\":\"gone fishing\"}"));
    assert_string_equal(err.text, "gone fishing (status 503)");
    problem_parse(&err, 500, (struct str){ 0 });
    assert_int_not_equal(err.code, ERR_NONE);
    /* A type that does not go with the status is not believed. */
    problem_parse(
        &err, 403, STR("{\"type\":\"urn:nocturne:problem:moved\",\"detail\":\"x\"}"));
    assert_int_equal(err.code, ERR_DENIED);
    problem_parse(&err, 418, STR("[1,2]"));
    assert_int_not_equal(err.code, ERR_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_comes_back_as_it_was),
        cmocka_unit_test(a_bad_hello_leaves_the_old_one),
        cmocka_unit_test(a_mark_is_epoch_scope_and_revision),
        cmocka_unit_test(a_source_comes_back_as_it_was),
        cmocka_unit_test(the_small_bodies_come_back),
        cmocka_unit_test(a_problem_comes_back_with_its_type),
        cmocka_unit_test(a_body_that_is_no_problem_still_says_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
