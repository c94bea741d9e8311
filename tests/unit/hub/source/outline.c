/* What is cut, what is kept, and that no path notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub/source/outline.h"
#include "hub/source/path.h"

/* The object, cut down to what the paths (NULL-ended) read. */
static void
expect_cut(const char *const *paths, const char *object, const char *want)
{
    struct outline *outline = outline_new();
    struct buf scratch = { 0 };
    struct str got;

    for (; *paths; paths++) {
        struct err err = { 0 };
        size_t column;
        struct path *path = path_parse(str_from(*paths), &column, &err);

        assert_non_null(path);
        path_outline(path, outline);
        path_free(path);
    }
    got = outline_cut(outline, str_from(object), &scratch);
    if (!str_is(got, want))
        fail_msg("'%.*s' is not '%s'", STR_ARG(got), want);
    buf_release(&scratch);
    outline_free(outline);
}

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
members_that_nobody_reads_are_cut(void **state)
{
    (void)state;
    expect_cut(PATHS(".a.b"), "{\"a\":{\"b\":[1,{\"c\":2}],\"d\":{\"b\":3}},\"b\":\"x\"}",
        "{\"a\":{\"b\":[1,{\"c\":2}]}}");
    expect_cut(PATHS(".a", ".a.b"), " { \"a\" : { \"b\" : 1 } , \"c\" : 2 } ",
        "{\"a\":{ \"b\" : 1 }}");
    expect_cut(PATHS(".x"), "{\"a\":\"\\\"x\\\":1,}\",\"b\":[\"]\"]}", "{}");
    expect_cut(PATHS(".a.b"), "{\"a\":null,\"b\":{}}", "{\"a\":null}");
    expect_cut(PATHS(".a['x/*']"), "{\"a\":{\"x/1\":1,\"y/2\":2,\"x/\":3}}",
        "{\"a\":{\"x/1\":1,\"x/\":3}}");
    expect_cut(PATHS(".a.*.b"), "{\"a\":{\"k\":{\"b\":1,\"c\":2},\"l\":{\"c\":3}}}",
        "{\"a\":{\"k\":{\"b\":1},\"l\":{}}}");
}

static void
elements_keep_their_places(void **state)
{
    (void)state;
    expect_cut(PATHS(".l[2].v"), "{\"l\":[{\"v\":1,\"w\":1},{\"w\":2},{\"v\":3}]}",
        "{\"l\":[{\"v\":1},{},{\"v\":3}]}");
    expect_cut(PATHS(".l[?(@.type==\"B\")].v"),
        "{\"l\":[{\"type\":\"A\",\"v\":1},{\"type\":\"B\",\"v\":2,\"w\":3},7]}",
        "{\"l\":[null,{\"type\":\"B\",\"v\":2},7]}");
    expect_cut(PATHS(".l[?(@.type!=\"B\")].v"),
        "{\"l\":[{\"type\":\"A\",\"w\":1},{\"type\":\"B\",\"v\":2}]}",
        "{\"l\":[{\"type\":\"A\"},{\"type\":\"B\",\"v\":2}]}");
    expect_cut(PATHS(".l[*]"), "{\"l\":[ ]}", "{\"l\":[]}");
}

static void
what_may_hide_a_name_or_a_text_is_kept(void **state)
{
    (void)state;
    expect_cut(PATHS(".a"), "{\"\\u0061\":1,\"b\":2}", "{\"\\u0061\":1}");
    expect_cut(PATHS(".l[?(@.t==\"B\")].t"), "{\"l\":[{\"t\":\"\\u0042\"}]}",
        "{\"l\":[{\"t\":\"\\u0042\"}]}");
    expect_cut(
        PATHS(".l[?(@.t==100)].t"), "{\"l\":[{\"t\":1e2}]}", "{\"l\":[{\"t\":1e2}]}");
    expect_cut(PATHS(".a['x*'].b", ".a.x1.c"), "{\"a\":{\"x1\":{\"b\":1,\"c\":2}}}",
        "{\"a\":{\"x1\":{\"b\":1,\"c\":2}}}");
}

static void
what_is_no_json_stays_as_it_is(void **state)
{
    static const char *const broken[] = { "", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,", "{\"a\":[1,2}", "{\"b\":[1,2", "{\"a\":1}}", "{\"a\":1}x", "{a:1}",
        "{\"a\":\"", "{\"b\":\"\\", "]" };

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        expect_cut(PATHS(".a[0].b"), broken[i], broken[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_that_nobody_reads_are_cut),
        cmocka_unit_test(elements_keep_their_places),
        cmocka_unit_test(what_may_hide_a_name_or_a_text_is_kept),
        cmocka_unit_test(what_is_no_json_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
