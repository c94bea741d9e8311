/* maintenance: what both ends say to each other, and what is refused. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/maintenance.h"

#define GOOD "\"selector\":\"a=b\",\"duration_ms\":60000,\"reason\":\"r\""

static void
a_request_comes_back(void **state)
{
    struct maintenance_request request = { .selector = (char *)"region=\"a b\"",
        .duration_ms = 7200000,
        .reason = (char *)"a \"reason\": \xe0\xb8\x81\xe0\xb8\xb4 \xc3\xa9",
        .force = true,
        .has_frozen = true,
        .accept = "abc" };
    struct maintenance_request back;
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)state;
    frozen_add(&request.frozen, STR("ocm:b"));
    frozen_add(&request.frozen, STR("ocm:a"));
    frozen_seal(&request.frozen);
    maintenance_request_print(&request, &text);
    if (!maintenance_request_parse(&back, buf_str(&text), true, &err))
        fail_msg("%s", err.text);
    assert_string_equal(back.selector, request.selector);
    assert_string_equal(back.reason, request.reason);
    assert_int_equal(back.duration_ms, request.duration_ms);
    assert_true(back.force);
    assert_false(back.dry_run);
    assert_string_equal(back.frozen.hash, request.frozen.hash);
    assert_string_equal(back.accept, "abc");
    maintenance_request_release(&back);
    frozen_release(&request.frozen);
    buf_release(&text);
}

static void
assert_bad(const char *body, bool start, enum err_code code, const char *part)
{
    struct maintenance_request request;
    struct err err = { 0 };

    if (maintenance_request_parse(&request, str_from(body), start, &err))
        fail_msg("%s was accepted", body);
    if (err.code != code || !strstr(err.text, part))
        fail_msg("%s: got %s, wanted %s", body, err.text, part);
}

static void
each_wrong_member_is_named(void **state)
{
    static const struct {
        const char *body, *part;
    } rows[] = {
        { "", "empty" },
        { "[]", "not an object" },
        { "{\"selector\":", "not JSON: line 1" },
        { "{" GOOD ",\"selector\":\"a\"}", "duplicate" },
        { "{\"selector\":7,\"duration_ms\":60000,\"reason\":\"r\"}",
            "\"selector\": expected a text" },
        { "{\"selector\":\"a\",\"reason\":\"r\"}", "\"duration_ms\" is missing" },
        { "{\"selector\":\"a\",\"duration_ms\":\"2h\",\"reason\":\"r\"}",
            "whole number" },
        { "{\"selector\":\"a\",\"duration_ms\":59999,\"reason\":\"r\"}",
            "between 1m and 30d" },
        { "{\"selector\":\"a\",\"duration_ms\":2592000001,\"reason\":\"r\"}",
            "between 1m and 30d" },
        { "{\"selector\":\"a\",\"duration_ms\":-1,\"reason\":\"r\"}",
            "between 1m and 30d" },
        { "{\"selector\":\"a\",\"duration_ms\":60000}", "\"reason\" is missing" },
        { "{\"selector\":\"a\",\"duration_ms\":60000,\"reason\":\" \\t\"}",
            "a reason is needed" },
        { "{" GOOD ",\"names\":[\"x\"]}", "exclude each other" },
        { "{" GOOD ",\"names\":[7]}", "item 1" },
        { "{" GOOD ",\"names\":[\"\"]}", "item 1" },
        { "{" GOOD ",\"names\":\"x\"}", "a list of texts" },
        { "{" GOOD ",\"dry_run\":1}", "true or false" },
        { "{" GOOD ",\"dryrun\":true}", "did you mean \"dry_run\"" },
        { "{" GOOD ",\"accept\":\"x\"}", "without the ids" },
        { "{" GOOD ",\"frozen\":7}", "\"frozen\": expected" },
        { "{" GOOD ",\"frozen\":{}}", "\"frozen\": \"hash\" is missing" },
        { "{" GOOD ",\"frozen\":{\"count\":1,\"hash\":\"00\",\"ids\":[\"a\"]}}",
            "are not those of the ids" },
        { "{" GOOD ",\"frozen\":{\"count\":1,\"hash\":\"00\",\"ids\":[\"a\\nb\"]}}",
            "item 1" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_bad(rows[i].body, true, ERR_INPUT, rows[i].part);
    assert_bad(
        "{\"selector\":\"a\",\"duration_ms\":60000}", false, ERR_INPUT, "no such member");
    assert_bad("{\"force\":true}", false, ERR_INPUT, "no such member");
}

static void
a_reason_that_could_forge_a_row_is_refused_with_its_place(void **state)
{
    static const char *const rows[][2] = {
        { "disks\\n7 2026", "U+000A at byte 6 is a control character" },
        { "\\u001b[2J", "U+001B at byte 1" },
        { "a\\u009b", "U+009B at byte 2" },
        { "\xc3\xa9\\u202e", "U+202E at byte 3" },
        { "a\\u2066b", "U+2066 at byte 2" },
        { "a\\u2028b", "U+2028 at byte 2" },
        { "a\\tb", "U+0009 at byte 2" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[128];

        snprintf(body, sizeof body,
            "{\"selector\":\"a\",\"duration_ms\":60000,\"reason\":\"%s\"}", rows[i][0]);
        assert_bad(body, true, ERR_INPUT, rows[i][1]);
        snprintf(body, sizeof body, "{\"names\":[\"a\"],\"reason\":\"%s\"}", rows[i][0]);
        assert_bad(body, false, ERR_INPUT, "\"reason\": the reason must be one line");
    }
}

static void
ceilings_hold(void **state)
{
    char reason[MAINTENANCE_REASON_BYTES + 2];
    struct buf body = { 0 };

    (void)state;
    memset(reason, 'x', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    buf_print(
        &body, "{\"selector\":\"a\",\"duration_ms\":60000,\"reason\":\"%s\"}", reason);
    assert_bad(body.at, true, ERR_LIMIT, "1024 bytes");
    buf_clear(&body);
    buf_add_text(&body, "{\"names\":[");
    for (int i = 0; i <= MAINTENANCE_NAMES; i++)
        buf_print(&body, "%s\"n%d\"", i ? "," : "", i);
    buf_add_text(&body, "]}");
    assert_bad(body.at, false, ERR_LIMIT, "more than 10000");
    buf_clear(&body);
    buf_add_repeat(&body, '[', 100000);
    assert_bad(body.at, true, ERR_INPUT, "nested deeper");
    buf_release(&body);
}

static void
an_end_needs_neither_reason_nor_frozen(void **state)
{
    struct maintenance_request request;
    struct err err = { 0 };

    (void)state;
    assert_true(maintenance_request_parse(&request, STR("{}"), false, &err));
    maintenance_request_release(&request);
    assert_true(maintenance_request_parse(
        &request, STR("{\"names\":[\"a\",\"b\"],\"reason\":\"r\"}"), false, &err));
    assert_int_equal(request.names.count, 2);
    maintenance_request_release(&request);
}

static void
count_windows(void *user, const struct maintenance_window *window)
{
    int *count = user;

    assert_int_equal(window->until_ms, 1764000000000);
    assert_int_equal(window->ended_ms, 0);
    assert_string_equal(window->ids.ids[0], "ocm:a");
    ++*count;
}

static void
a_list_of_windows_comes_back(void **state)
{
    struct maintenance_window window = { .id = "mw-1",
        .how = "open",
        .reason = (char *)"r",
        .by = (char *)"olga",
        .started_ms = 1763000000000,
        .until_ms = 1764000000000,
        .count = 1,
        .partial = true };
    struct buf text = { 0 };
    struct err err = { 0 };
    int count = 0;

    (void)state;
    frozen_add(&window.ids, STR("ocm:a"));
    frozen_seal(&window.ids);
    buf_add_text(&text, "{\"windows\":[");
    maintenance_window_print(&window, 10, &text);
    buf_add_char(&text, ',');
    maintenance_window_print(&window, 10, &text);
    buf_add_text(&text, "]}");
    assert_true(maintenance_list_parse(buf_str(&text), count_windows, &count, &err));
    assert_int_equal(count, 2);
    assert_false(maintenance_list_parse(STR("{}"), count_windows, &count, &err));
    assert_false(
        maintenance_list_parse(STR("{\"windows\":[{}]}"), count_windows, &count, &err));
    assert_non_null(strstr(err.text, "window 1"));
    frozen_release(&window.ids);
    buf_release(&text);
}

static void
moved_and_answers_come_back(void **state)
{
    struct maintenance_moved moved = { .live_count = 3, .live = "cafe" }, moved_back;
    struct maintenance_answer answer = {
        .window = "mw-1", .until_ms = 1764000000000, .not_permitted = 4
    };
    struct maintenance_answer back;
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)state;
    frozen_add(&moved.joined, STR("a"));
    frozen_seal(&moved.joined);
    frozen_seal(&moved.left);
    buf_add_char(&text, '{');
    maintenance_moved_print(&moved, &text);
    buf_add_char(&text, '}');
    assert_true(maintenance_moved_parse(&moved_back, buf_str(&text), &err));
    assert_int_equal(moved_back.joined.count, 1);
    assert_int_equal(moved_back.left.count, 0);
    assert_string_equal(moved_back.live, "cafe");
    maintenance_moved_release(&moved_back);
    maintenance_moved_release(&moved);
    buf_clear(&text);
    frozen_add(&answer.set, STR("b"));
    frozen_seal(&answer.set);
    frozen_seal(&answer.conflicts);
    maintenance_answer_print(&answer, &text);
    assert_true(maintenance_answer_parse(&back, buf_str(&text), &err));
    assert_string_equal(back.window, "mw-1");
    assert_int_equal(back.not_permitted, 4);
    assert_string_equal(back.set.hash, answer.set.hash);
    maintenance_answer_release(&back);
    maintenance_answer_release(&answer);
    buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back),
        cmocka_unit_test(each_wrong_member_is_named),
        cmocka_unit_test(a_reason_that_could_forge_a_row_is_refused_with_its_place),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(an_end_needs_neither_reason_nor_frozen),
        cmocka_unit_test(a_list_of_windows_comes_back),
        cmocka_unit_test(moved_and_answers_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
