/* The small things of base: err, str, buf, map, clock, digest, file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "helper/check.h"

static void
a_wrapped_error_reads_from_the_outside_in(void **state)
{
    struct err err = { 0 };

    (void)state;
    err_set(&err, ERR_INPUT, "no panel '%s'", "gpu-heet");
    err_wrap(&err, "line %d", 3);
    err_wrap(&err, "view 'noc'");
    assert_string_equal(err.text, "view 'noc': line 3: no panel 'gpu-heet'");
    assert_int_equal(err.code, ERR_INPUT);
}

static void
wrapping_a_long_error_cuts_it_and_keeps_the_front(void **state)
{
    struct err err = { 0 };
    char longest[600];

    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    err_set(&err, ERR_IO, "%s", longest);
    err_wrap(&err, "front");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "front: x", 8);
}

static void
every_error_code_has_a_name_that_finds_it_again(void **state)
{
    (void)state;
    for (int code = 0; code < ERR_CODES; code++)
        assert_int_equal(err_named(err_name((enum err_code)code)), code);
    assert_int_equal(err_from_http_status(409), ERR_CONFLICT);
    assert_int_equal(err_from_http_status(500), ERR_INTERNAL);
    assert_int_equal(err_from_http_status(418), ERR_INPUT);
}

static void
numbers_inside_names_order_as_numbers(void **state)
{
    (void)state;
    assert_true(str_natural(STR("store-9"), STR("store-10")) < 0);
    assert_true(str_natural(STR("store-010"), STR("store-9")) > 0);
    assert_true(str_natural(STR("a"), STR("ab")) < 0);
    assert_int_equal(str_natural(STR("x1y"), STR("x1y")), 0);
    assert_true(str_natural(STR("x01"), STR("x1")) != 0);
}

static void
whole_numbers_stop_at_their_limits(void **state)
{
    int64_t value;

    (void)state;
    assert_true(str_to_i64(STR("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    assert_false(str_to_i64(STR("9223372036854775808"), &value));
    assert_true(str_to_i64(STR("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_false(str_to_i64(STR("-"), &value));
    assert_false(str_to_i64(STR("12a"), &value));
}

static void
numbers_are_read_to_the_last_bit_and_nothing_else_is(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = { { "-122.68", -122.68 }, { "0", 0 }, { ".5", .5 }, { "5.", 5 },
        { "-.25e1", -2.5 }, { "1e+3", 1000 }, { "12.5E-3", .0125 }, { "1e-400", 0 },
        { "0.1", .1 }, { "2.2250738585072014e-308", 2.2250738585072014e-308 },
        { "9007199254740993", 9007199254740992.0 },
        { "1.7976931348623157e308", 1.7976931348623157e308 } };
    static const char *const bad[] = { "", "-", ".", "-.", "e5", "1e", "1e+", "1e+-5",
        "1.2.3", "--1", "+1", "1-2", "inf", "nan", "1e999", "0x10", "1,5", "1 ",
        "1e99999999999999999999",
        "1111111111111111111111111111111111111111111111111111111111111111" };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double real = -1;

        assert_true(str_to_double(str_from(good[i].text), &real));
        assert_memory_equal(&real, &good[i].value, sizeof real);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double real = -1;

        assert_false(str_to_double(str_from(bad[i]), &real));
        assert_true(real < 0);
    }
}

static void
a_near_name_is_suggested_and_a_far_one_is_not(void **state)
{
    static const char *const names[] = { "width", "height" };

    (void)state;
    assert_string_equal(str_nearest(STR("widht"), names, 2), "width");
    assert_null(str_nearest(STR("colour"), names, 2));
}

static void
splitting_gives_every_part_and_then_stops(void **state)
{
    struct str rest = STR("a,,b"), part;

    (void)state;
    assert_true(str_split(&rest, ',', &part) && str_is(part, "a"));
    assert_true(str_split(&rest, ',', &part) && str_is(part, ""));
    assert_true(str_split(&rest, ',', &part) && str_is(part, "b"));
    assert_false(str_split(&rest, ',', &part));
}

static void
a_buffer_stops_at_its_limit_and_says_so(void **state)
{
    struct buf buf = { .limit = 8 };

    (void)state;
    buf_print(&buf, "%s", "12345678");
    assert_false(buf.full);
    buf_add_char(&buf, '9');
    assert_true(buf.full);
    assert_string_equal(buf.at, "12345678");
    buf_release(&buf);
}

static void
json_text_is_escaped_and_always_utf8(void **state)
{
    struct buf buf = { 0 };

    (void)state;
    buf_add_json(&buf, STR("a\"b\\\n\x01\xFF\xC3\xA9"));
    assert_string_equal(buf.at, "\"a\\\"b\\\\\\n\\u0001\xEF\xBF\xBD\xC3\xA9\"");
    buf_release(&buf);
}

static void
a_map_finds_what_was_put_after_removals(void **state)
{
    struct map map = { 0 };
    char key[16];
    int values[1000];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        map_put(&map, str_from(key), &values[i]);
        if (i >= 500) {
            snprintf(key, sizeof key, "k%d", i - 500);
            assert_ptr_equal(map_remove(&map, str_from(key)), &values[i - 500]);
        }
    }
    assert_int_equal(map.count, 500);
    assert_null(map_find(&map, STR("k499")));
    assert_ptr_equal(map_find(&map, STR("k500")), &values[500]);
    assert_ptr_equal(map_find(&map, STR("k999")), &values[999]);
    map_release(&map);
}

static void
times_parse_and_print_as_rfc_3339(void **state)
{
    struct buf buf = { 0 };
    int64_t ms;

    (void)state;
    assert_true(clock_parse_rfc3339(STR("2026-11-24T01:02:03.123456Z"), &ms));
    assert_true(ms == 1795482123123);
    assert_true(clock_parse_rfc3339(STR("2026-11-24T03:02:03+02:00"), &ms));
    assert_true(ms == 1795482123000);
    clock_print_rfc3339(&buf, ms);
    assert_string_equal(buf.at, "2026-11-24T01:02:03Z");
    assert_false(clock_parse_rfc3339(STR("2026-02-29T00:00:00Z"), &ms));
    assert_true(clock_parse_rfc3339(STR("2024-02-29T00:00:00Z"), &ms));
    assert_false(clock_parse_rfc3339(STR("2026-11-24T25:02:03Z"), &ms));
    assert_false(clock_parse_rfc3339(STR("2026-11-24T01:02:03"), &ms));
    assert_false(clock_parse_rfc3339(STR("2026-11-24T01:02:03.Z"), &ms));
    buf_release(&buf);
}

static void
ages_step_by_minutes_then_by_hours_then_by_days(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = { { 0, "0s" }, { 59999, "59s" }, { 60000, "1m" }, { 3599999, "59m" },
        { 3600000, "1h" }, { 47 * 3600000LL, "47h" }, { 9 * 86400000LL, "9d" },
        { 100 * 86400000LL, "14w" }, { -5, "0s" } };
    char text[16];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        clock_print_age(text, rows[i].ms);
        assert_string_equal(text, rows[i].text);
    }
}

static void
durations_want_a_number_and_one_unit(void **state)
{
    int64_t ms;

    (void)state;
    assert_true(clock_parse_duration(STR("2h"), &ms));
    assert_true(ms == 7200000);
    assert_true(clock_parse_duration(STR("500ms"), &ms));
    assert_true(ms == 500);
    assert_false(clock_parse_duration(STR("2"), &ms));
    assert_false(clock_parse_duration(STR("2h30m"), &ms));
    assert_false(clock_parse_duration(STR("99999999999999999w"), &ms));
}

static void
a_digest_is_sha_256(void **state)
{
    char hex[DIGEST_HEX_LENGTH + 1];

    (void)state;
    digest_hex("abc", 3, hex);
    assert_string_equal(
        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
a_written_file_is_private_and_read_back_whole(void **state)
{
    char folder[] = "/tmp/nocturne-base-XXXXXX";
    struct buf buf = { 0 };
    struct err err = { 0 };
    struct stat stat_of;

    (void)state;
    assert_non_null(mkdtemp(folder));
    char *path = mem_print("%s/a/b/file", folder), *folders = mem_print("%s/a/b", folder);
    assert_true(file_make_folders(folders, &err));
    assert_true(file_check_private(folders, &err));
    assert_true(file_write(path, "one", 3, &err));
    assert_true(file_write(path, "two", 3, &err));
    assert_int_equal(stat(path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 07777, 0600);
    assert_true(file_read(path, 3, &buf, &err));
    assert_string_equal(buf.at, "two");
    assert_false(file_read(path, 2, &buf, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(chmod(folders, 0755), 0);
    assert_false(file_check_private(folders, &err));
    assert_non_null(strstr(err.text, "mode 0755, must be 0700"));
    unlink(path);
    rmdir(folders);
    free(path);
    free(folders);
    buf_release(&buf);
}

static void
a_lock_is_held_by_one(void **state)
{
    char path[] = "/tmp/nocturne-lock-XXXXXX";
    struct err err = { 0 };

    (void)state;
    close(mkstemp(path));
    int first = file_lock(path, false, &err);
    assert_true(first >= 0);
    assert_int_equal(file_lock(path, false, &err), -1);
    assert_int_equal(err.code, ERR_CONFLICT);
    close(first);
    int again = file_lock(path, false, &err);
    assert_true(again >= 0);
    close(again);
    unlink(path);
}

static int
sign(int order)
{
    return (order > 0) - (order < 0);
}

static void
natural_keys_order_as_the_texts_do_or_leave_it_open(void **state)
{
    static const char alphabet[] = "0019a-:/9";
    unsigned char keys[2][12];
    char texts[2][24];
    size_t told = 0;

    (void)state;
    for (uint32_t round = 0, seed = 1; round < 200000; round++) {
        for (int i = 0; i < 2; i++) {
            size_t length = 0, most = (seed >> 20) % 23;

            for (; length < most; length++) {
                seed = seed * 1664525u + 1013904223u;
                texts[i][length] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
            }
            seed = seed * 1664525u + 1013904223u;
            texts[i][length] = '\0';
            str_natural_key(str_from(texts[i]), keys[i], sizeof(keys[i]));
        }
        int order = memcmp(keys[0], keys[1], sizeof(keys[0]));
        if (!order)
            continue;
        told++;
        if (sign(order) != sign(str_natural(str_from(texts[0]), str_from(texts[1]))))
            fail_msg("'%s' and '%s'", texts[0], texts[1]);
    }
    assert_true(told > 150000);
    str_natural_key(STR("store-0317"), keys[0], 12);
    assert_memory_equal(keys[0], "store-3317\0", 12);
}

static void
a_word_for_a_shell_reads_back_the_same(void **state)
{
    struct buf buf = { 0 };

    (void)state;
    buf_add_shell(&buf, STR("it's $HOME"));
    assert_string_equal(buf.at, "'it'\\''s $HOME'");
    buf_release(&buf);
}

static void
a_name_is_among_others_or_not(void **state)
{
    static const char *const names[] = { "table", "wide", NULL };

    (void)state;
    assert_true(str_among("wide", names));
    assert_false(str_among("wid", names));
    assert_false(str_among("wide", names + 2));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_for_a_shell_reads_back_the_same),
        cmocka_unit_test(a_name_is_among_others_or_not),
        cmocka_unit_test(natural_keys_order_as_the_texts_do_or_leave_it_open),
        cmocka_unit_test(a_wrapped_error_reads_from_the_outside_in),
        cmocka_unit_test(wrapping_a_long_error_cuts_it_and_keeps_the_front),
        cmocka_unit_test(every_error_code_has_a_name_that_finds_it_again),
        cmocka_unit_test(numbers_inside_names_order_as_numbers),
        cmocka_unit_test(whole_numbers_stop_at_their_limits),
        cmocka_unit_test(numbers_are_read_to_the_last_bit_and_nothing_else_is),
        cmocka_unit_test(a_near_name_is_suggested_and_a_far_one_is_not),
        cmocka_unit_test(splitting_gives_every_part_and_then_stops),
        cmocka_unit_test(a_buffer_stops_at_its_limit_and_says_so),
        cmocka_unit_test(json_text_is_escaped_and_always_utf8),
        cmocka_unit_test(a_map_finds_what_was_put_after_removals),
        cmocka_unit_test(times_parse_and_print_as_rfc_3339),
        cmocka_unit_test(ages_step_by_minutes_then_by_hours_then_by_days),
        cmocka_unit_test(durations_want_a_number_and_one_unit),
        cmocka_unit_test(a_digest_is_sha_256),
        cmocka_unit_test(a_written_file_is_private_and_read_back_whole),
        cmocka_unit_test(a_lock_is_held_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
