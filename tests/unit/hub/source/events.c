/* Splitting: whatever the chunks, the same objects come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "hub/source/events.h"

/* What came out, one letter and the text each: "O{…}M{…}", fed in chunks of `step` bytes.
 */
static char *
split(enum events_kind kind, const char *text, size_t length, size_t step, bool *finished)
{
    struct events events;
    struct buf out = { 0 };

    events_init(&events, kind);
    for (size_t at = 0; at < length; at += step) {
        struct str object;
        enum events_item item;
        size_t part = length - at < step ? length - at : step;
        char *chunk =
            mem_text_length(text + at, part); /* so that nothing else stands there */

        events_give(&events, (struct str){ chunk, part });
        while ((item = events_take(&events, &object)) != EVENTS_NONE &&
               item != EVENTS_BROKEN) {
            buf_add_char(&out, item == EVENTS_OBJECT     ? 'O'
                               : item == EVENTS_METADATA ? 'M'
                                                         : 'S');
            if (item != EVENTS_SKIPPED)
                buf_add_str(&out, object);
        }
        free(chunk);
        if (item == EVENTS_BROKEN) {
            buf_add_char(&out, 'B');
            break;
        }
    }
    *finished = events_finished(&events);
    events_release(&events);
    return out.at ? buf_take(&out) : mem_text("");
}

static void
expect(enum events_kind kind, const char *text, const char *want, bool whole)
{
    for (size_t step = 1; step <= strlen(text) + 1; step++) {
        bool finished;
        char *got = split(kind, text, strlen(text), step, &finished);

        assert_string_equal(got, want);
        assert_int_equal(finished, whole);
        free(got);
    }
}

static void
lines_become_events(void **state)
{
    (void)state;
    expect(EVENTS_WATCH, "{\"a\":\"x\\\"}\"}\n\n{\"b\":2}\r\n",
        "O{\"a\":\"x\\\"}\"}O{\"b\":2}\r", true);
}

static void
a_line_cut_in_the_middle_is_not_finished(void **state)
{
    (void)state;
    expect(EVENTS_WATCH, "{\"a\":1}\n{\"b\":", "O{\"a\":1}", false);
}

static void
a_page_of_html_is_no_watch_and_no_list(void **state)
{
    (void)state;
    expect(EVENTS_WATCH, "<!doctype html><p>", "B", false);
    expect(EVENTS_LIST, "<!doctype html><p>", "B", false);
}

static void
items_come_one_by_one_whatever_their_texts_hold(void **state)
{
    (void)state;
    expect(EVENTS_LIST,
        "{\"kind\":\"L\",\"x\":[1,{\"items\":[{}]}],\"metadata\":{\"continue\":\"a}b\"},"
        "\n"
        "\"n\":-1.5e3,\"items\":[{\"a\":\"]}\\\\\"}, {\"b\":[{}]}]}\n",
        "M{\"continue\":\"a}b\"}O{\"a\":\"]}\\\\\"}O{\"b\":[{}]}", true);
}

static void
items_may_come_before_the_metadata_or_be_null(void **state)
{
    (void)state;
    expect(EVENTS_LIST, "{\"items\":[{}],\"metadata\":{}}", "O{}M{}", true);
    expect(EVENTS_LIST, "{\"items\":null,\"metadata\":{}}", "M{}", true);
    expect(EVENTS_LIST, "{\"items\":[],\"metadata\":{}}", "M{}", true);
}

static void
half_a_list_is_not_finished(void **state)
{
    (void)state;
    expect(EVENTS_LIST, "{\"metadata\":{},\"items\":[{\"a\":1},{\"b\"", "M{}O{\"a\":1}",
        false);
    expect(EVENTS_LIST, "{\"metadata\":{},\"items\":[{\"a\":1}]", "M{}O{\"a\":1}", false);
}

static void
a_document_without_items_is_not_finished(void **state)
{
    (void)state;
    expect(EVENTS_LIST, "{\"kind\":\"Status\",\"metadata\":{}}", "M{}", false);
}

static void
items_of_another_shape_are_refused(void **state)
{
    (void)state;
    expect(EVENTS_LIST, "{\"items\":{\"a\":1}}", "B", false);
    expect(EVENTS_LIST, "{\"items\":[1,2]}", "B", false);
    expect(EVENTS_LIST, "{\"metadata\":[]}", "B", false);
    expect(EVENTS_LIST, "{}}", "B", false);
}

/* An object of `size` bytes between two small ones. */
static void
expect_skip(enum events_kind kind, size_t size, const char *want)
{
    static const size_t steps[] = { 4096, 70001, (size_t)8 << 20 };
    const char *head = kind == EVENTS_LIST ? "{\"items\":[{\"a\":1}," : "{\"a\":1}\n";
    const char *tail = kind == EVENTS_LIST ? ",{\"b\":1}]}" : "\n{\"b\":1}\n";

    for (size_t i = 0; i < 3; i++) {
        struct buf text = { 0 };
        bool finished;
        char *got;

        buf_add_text(&text, head);
        buf_add_text(&text, "{\"x\":\"");
        buf_add_repeat(&text, 'y', size - 8);
        buf_add_text(&text, "\"}");
        buf_add_text(&text, tail);
        got = split(kind, text.at, text.length, steps[i], &finished);
        if (want)
            assert_string_equal(got, want);
        else
            assert_int_equal(strlen(got), size + 17);
        assert_true(finished);
        free(got);
        buf_release(&text);
    }
}

static void
an_object_over_the_ceiling_is_skipped_and_the_rest_goes_on(void **state)
{
    (void)state;
    expect_skip(EVENTS_WATCH, EVENTS_OBJECT_BYTES + 1, "O{\"a\":1}SO{\"b\":1}");
    expect_skip(EVENTS_LIST, EVENTS_OBJECT_BYTES + 1, "O{\"a\":1}SO{\"b\":1}");
    expect_skip(EVENTS_WATCH, EVENTS_OBJECT_BYTES * 3, "O{\"a\":1}SO{\"b\":1}");
    expect_skip(EVENTS_WATCH, EVENTS_OBJECT_BYTES, NULL);
    expect_skip(EVENTS_LIST, EVENTS_OBJECT_BYTES, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_events),
        cmocka_unit_test(a_line_cut_in_the_middle_is_not_finished),
        cmocka_unit_test(a_page_of_html_is_no_watch_and_no_list),
        cmocka_unit_test(items_come_one_by_one_whatever_their_texts_hold),
        cmocka_unit_test(items_may_come_before_the_metadata_or_be_null),
        cmocka_unit_test(half_a_list_is_not_finished),
        cmocka_unit_test(a_document_without_items_is_not_finished),
        cmocka_unit_test(items_of_another_shape_are_refused),
        cmocka_unit_test(an_object_over_the_ceiling_is_skipped_and_the_rest_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
