/* Path segments and query parameters, decoded after splitting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/target.h"

static void
segments_are_decoded_after_splitting(void **state)
{
    struct str rest = STR("/v1/clusters/ocm%3Astore%2F0042");
    struct buf out = { 0 };
    bool bad = true;

    (void)state;
    assert_true(path_segment(&rest, &out, &bad));
    assert_string_equal(out.at, "v1");
    assert_true(path_segment(&rest, &out, &bad));
    assert_string_equal(out.at, "clusters");
    assert_true(path_segment(&rest, &out, &bad));
    assert_string_equal(out.at, "ocm:store/0042");
    assert_false(path_segment(&rest, &out, &bad));
    assert_false(bad);
    buf_release(&out);
}

static void
a_trailing_slash_is_an_empty_segment(void **state)
{
    struct str rest = STR("/a/");
    struct buf out = { 0 };
    bool bad = true;

    (void)state;
    assert_true(path_segment(&rest, &out, &bad));
    assert_true(path_segment(&rest, &out, &bad));
    assert_int_equal(out.length, 0);
    assert_false(path_segment(&rest, &out, &bad));
    assert_false(bad);
    buf_release(&out);
}

static void
malformed_segments_are_refused(void **state)
{
    static const char *const paths[] = { "/%", "/%4", "/%4g", "/%g4", "/%00", "/a%0Ab",
        "/%7f", "/%ff", "/%c3", "/%ed%a0%80" };
    struct buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct str rest = str_from(paths[i]);
        bool bad = false;
        assert_false(path_segment(&rest, &out, &bad));
        assert_true(bad);
    }
    buf_release(&out);
}

static void
a_parameter_is_found_and_decoded(void **state)
{
    struct str query = STR("limit=10&selector=a%3Db+c%2B1&flag&empty=&%6eame=x=y");
    struct buf out = { 0 };
    bool bad = true;

    (void)state;
    assert_true(query_value(query, "selector", &out, &bad));
    assert_string_equal(out.at, "a=b c+1");
    assert_true(query_value(query, "limit", &out, &bad));
    assert_string_equal(out.at, "10");
    assert_true(query_value(query, "name", &out, &bad));
    assert_string_equal(out.at, "x=y");
    assert_true(query_value(query, "flag", &out, &bad));
    assert_int_equal(out.length, 0);
    assert_true(query_value(query, "empty", &out, &bad));
    assert_int_equal(out.length, 0);
    assert_false(query_value(query, "lim", &out, &bad));
    assert_int_equal(out.length, 0);
    assert_false(bad);
    assert_false(query_value((struct str){ NULL, 0 }, "limit", &out, &bad));
    assert_false(bad);
    buf_release(&out);
}

static void
a_malformed_or_repeated_parameter_is_refused(void **state)
{
    static const char *const queries[] = { "a=%", "a=1&a=2", "a=%00", "%zz=1&a=2",
        "a=%ff" };
    struct buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        bool bad = false;
        assert_false(query_value(str_from(queries[i]), "a", &out, &bad));
        assert_true(bad);
    }
    buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_decoded_after_splitting),
        cmocka_unit_test(a_trailing_slash_is_an_empty_segment),
        cmocka_unit_test(malformed_segments_are_refused),
        cmocka_unit_test(a_parameter_is_found_and_decoded),
        cmocka_unit_test(a_malformed_or_repeated_parameter_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
