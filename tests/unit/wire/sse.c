/* sse: server-sent events, in any cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/sse.h"

static bool
on_line(void *user, struct str event, struct str data)
{
    struct buf *told = user;

    buf_print(told, "%.*s<%.*s>", STR_ARG(event), STR_ARG(data));
    return !str_is(data, "refuse");
}

static bool
on_event(void *user, struct str event, struct str id)
{
    buf_print(user, "%.*s#%.*s;", STR_ARG(event), STR_ARG(id));
    return true;
}

static void
on_comment(void *user)
{
    buf_add_char(user, ':');
}

static const struct sse_calls calls = { on_line, on_event, on_comment };

/* Feed in pieces of that size; what was told is in *told. */
static bool
feed(struct str text, size_t piece, struct buf *told, struct err *err)
{
    struct sse *sse = sse_new(64, &calls, told);
    bool ok = true;

    buf_clear(told);
    buf_add_text(told, "");
    while (ok && text.length) {
        size_t length = piece < text.length ? piece : text.length;

        ok = sse_feed(sse, text.at, length, err);
        text.at += length;
        text.length -= length;
    }
    sse_free(sse);
    return ok;
}

static void
check(const char *text, const char *expected)
{
    struct buf told = { 0 };
    struct err err = { 0 };

    for (size_t piece = 1; piece <= strlen(text); piece++) {
        assert_true(feed(str_from(text), piece, &told, &err));
        assert_string_equal(told.at, expected);
    }
    buf_release(&told);
}

static void
events_are_told_however_they_are_cut(void **state)
{
    (void)state;
    check("event: clusters\ndata: {1}\ndata:{2}\nid: e-s-7\n\nevent:time\ndata: x\n\n",
        "clusters<{1}>clusters<{2}>clusters#e-s-7;time<x>time#;");
}

static void
any_line_end_will_do(void **state)
{
    (void)state;
    check("data: a\r\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n",
        "message<a>message<b>message#;message<c>message#;message<d>message#;");
}

static void
an_event_without_data_is_none(void **state)
{
    (void)state;
    check("event: x\nid: 1\n\ndata: a\n\n", "message<a>message#;");
    check("\n\n\n", "");
}

static void
comments_and_unknown_fields_are_passed_over(void **state)
{
    (void)state;
    check(": beat\nretry: 10\nwhat: ever\ndata\n\n", ":message<>message#;");
}

static void
a_byte_order_mark_may_come_first(void **state)
{
    (void)state;
    check("\xef\xbb\xbf"
          "data: a\n\n",
        "message<a>message#;");
}

static void
an_event_that_is_not_finished_is_not_told(void **state)
{
    (void)state;
    check("data: a\nid: 3\n", "message<a>");
    check("data: a", "");
}

static void
a_line_over_the_ceiling_ends_it(void **state)
{
    struct buf told = { 0 };
    struct err err = { 0 };
    char text[80];

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "data: ", 6);
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        assert_false(feed((struct str){ text, sizeof text }, piece, &told, &err));
        assert_int_equal(err.code, ERR_LIMIT);
    }
    text[64] = '\n';
    for (size_t piece = 1; piece <= sizeof text; piece++)
        assert_true(feed((struct str){ text, sizeof text }, piece, &told, &err));
    text[64] = 'x';
    text[65] = '\n';
    for (size_t piece = 1; piece <= sizeof text; piece++)
        assert_false(feed((struct str){ text, sizeof text }, piece, &told, &err));
    buf_release(&told);
}

static void
names_and_ids_have_a_ceiling(void **state)
{
    struct buf told = { 0 }, text = { 0 };
    struct err err = { 0 };
    struct sse *sse = sse_new(4096, &calls, &told);

    (void)state;
    buf_add_text(&text, "event: ");
    buf_add_repeat(&text, 'e', 100);
    buf_add_char(&text, '\n');
    assert_false(sse_feed(sse, text.at, text.length, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    sse_free(sse);
    buf_release(&text);
    buf_release(&told);
}

static void
the_reader_may_refuse(void **state)
{
    struct buf told = { 0 };
    struct err err = { 0 };

    (void)state;
    assert_false(feed(STR("data: refuse\ndata: b\n\n"), 7, &told, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(told.at, "message<refuse>");
    buf_release(&told);
}

static void
what_is_written_is_read(void **state)
{
    struct buf out = { 0 };

    (void)state;
    sse_begin(&out, "clusters");
    sse_data(&out, STR("{}"));
    sse_data(&out, STR(""));
    sse_end(&out, NULL);
    sse_comment(&out);
    sse_begin(&out, "mark");
    sse_data(&out, STR("{}"));
    sse_end(&out, "e-s-1");
    check(out.at, "clusters<{}>clusters<>clusters#;:mark<{}>mark#e-s-1;");
    buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_told_however_they_are_cut),
        cmocka_unit_test(any_line_end_will_do),
        cmocka_unit_test(an_event_without_data_is_none),
        cmocka_unit_test(comments_and_unknown_fields_are_passed_over),
        cmocka_unit_test(a_byte_order_mark_may_come_first),
        cmocka_unit_test(an_event_that_is_not_finished_is_not_told),
        cmocka_unit_test(a_line_over_the_ceiling_ends_it),
        cmocka_unit_test(names_and_ids_have_a_ceiling),
        cmocka_unit_test(the_reader_may_refuse),
        cmocka_unit_test(what_is_written_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
