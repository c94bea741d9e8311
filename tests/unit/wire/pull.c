/* pull: JSON read front to back, held to what jansson takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "wire/pull.h"

static const char *const texts[] = {
    "{}",
    "[]",
    "{\"a\":1}",
    "[1,2,3]",
    "{\"a\":{\"b\":[{},[],\"\",null,true,false,-0.5e+3]}}",
    " [ 1 , 2 ] ",
    "[\"\\u00e4\\ud83d\\ude00\\n\\/\"]",
    "[\"ä\"]",
    "[0]",
    "[-0]",
    "[10]",
    "[1E5]",
    "\t\r\n[1]\n",
    /* and what is none */
    "",
    "{",
    "[",
    "{]",
    "[}",
    "[1,]",
    "[,1]",
    "{,}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "[01]",
    "[-]",
    "[1.]",
    "[.5]",
    "[+1]",
    "[1e]",
    "[\"]",
    "[\"\\x\"]",
    "[\"\\u12\"]",
    "[\"\\ud800\"]",
    "[\"\\udc00\"]",
    "[\"\\ud800\\u0041\"]",
    "[\"a\nb\"]",
    "[\"\xff\"]",
    "[\"\xc3\"]",
    "[\"\xed\xa0\x80\"]",
    "[nul]",
    "[truee]",
    "[True]",
    "[1 2]",
    "[1]]",
    "[1] 2",
    "{\"a\" 1}",
    "[\"\\u0000\"]",
    "[\"\\\"]",
    "[\"\\u00e4]",
    "[1}",
    "{\"a\":1]",
    "\xef\xbb\xbf[]",
    "[1,,2]",
    "[\"a\"\"b\"]",
    "nullx",
};

static void
it_takes_what_jansson_takes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct pull pull;
        json_t *tree = json_loadb(texts[i], strlen(texts[i]), 0, NULL);
        bool ok;

        pull_start(&pull, str_from(texts[i]));
        ok = pull_skip(&pull) && pull_end(&pull);
        if (ok != (tree != NULL))
            fail_msg("%s: %s", texts[i], ok ? "taken" : "refused");
        pull_release(&pull);
        json_decref(tree);
    }
}

static void
texts_lose_their_escapes_and_stay_where_they_are(void **state)
{
    struct pull pull;
    struct str plain, escaped, more;

    (void)state;
    pull_start(&pull, STR("[\"abc\",\"a\\\"\\\\\\/"
                          "\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00z\",\"\\u0041\"]"));
    assert_true(pull_open(&pull, '['));
    assert_true(pull_element(&pull) && pull_text(&pull, &plain));
    assert_true(pull_element(&pull) && pull_text(&pull, &escaped));
    assert_true(pull_element(&pull) && pull_text(&pull, &more));
    assert_false(pull_element(&pull));
    assert_true(pull_end(&pull));
    assert_true(str_is(plain, "abc"));
    assert_true(str_is(escaped, "a\"\\/\b\f\n\r\tä😀z"));
    assert_true(str_is(more, "A"));
    pull_release(&pull);
}

static void
a_nul_is_no_blank(void **state)
{
    static const char text[] = "[2200\0,1]";
    struct pull pull;

    (void)state;
    pull_start(&pull, (struct str){ text, sizeof(text) - 1 });
    assert_false(pull_skip(&pull) && pull_end(&pull));
    pull_release(&pull);
}

static void
depth_has_a_ceiling(void **state)
{
    char text[2 * PULL_DEPTH + 3];
    struct pull pull;

    (void)state;
    memset(text, '[', PULL_DEPTH);
    memset(text + PULL_DEPTH, ']', PULL_DEPTH);
    pull_start(&pull, (struct str){ text, 2 * PULL_DEPTH });
    assert_true(pull_skip(&pull) && pull_end(&pull));
    memset(text, '[', PULL_DEPTH + 1);
    memset(text + PULL_DEPTH + 1, ']', PULL_DEPTH + 1);
    pull_start(&pull, (struct str){ text, 2 * PULL_DEPTH + 2 });
    assert_false(pull_skip(&pull));
    assert_true(pull.bad);
    assert_false(pull_skip(&pull));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_what_jansson_takes),
        cmocka_unit_test(texts_lose_their_escapes_and_stay_where_they_are),
        cmocka_unit_test(a_nul_is_no_blank),
        cmocka_unit_test(depth_has_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
