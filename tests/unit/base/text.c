/* text: the one door to the terminal. */

#include "base/text.h"
#include "base/buf.h"
#include "helper/check.h"

static void
assert_safe(struct str given, const char *wanted)
{
    struct buf out = { 0 };

    text_safe(&out, given);
    assert_string_equal(out.at ? out.at : "", wanted);
    buf_release(&out);
}

static void
escapes_and_controls_become_visible(void **state)
{
    (void)state;
    assert_safe(STR("\033[31mred"), "\xEF\xBF\xBD[31mred");
    assert_safe(STR("a\nb\tc\x7F"), "a\xEF\xBF\xBD"
                                    "b\xEF\xBF\xBD"
                                    "c\xEF\xBF\xBD");
    assert_safe(STR("\xC2\x9B"
                    "31m"),
        "\xEF\xBF\xBD"
        "31m");                               /* C1 CSI in UTF-8 */
    assert_safe(STR("\x9B"), "\xEF\xBF\xBD"); /* and as a raw byte */
    assert_safe(STR("a\0b"), "a\xEF\xBF\xBD"
                             "b");
}

static void
bidi_marks_and_joiners_become_visible(void **state)
{
    (void)state;
    assert_safe(STR("x\xE2\x80\xAEy"), "x\xEF\xBF\xBDy"); /* U+202E */
    assert_safe(STR("x\xE2\x81\xA6y"), "x\xEF\xBF\xBDy"); /* U+2066 */
    assert_safe(STR("x\xE2\x80\x8Dy"), "x\xEF\xBF\xBDy"); /* ZWJ */
    assert_safe(STR("x\xEF\xB8\x8Fy"), "x\xEF\xBF\xBDy"); /* VS16 */
    assert_safe(STR("e\xCC\x81"), "e\xEF\xBF\xBD");       /* combining acute */
}

static void
good_text_passes_as_it_is(void **state)
{
    (void)state;
    assert_safe(STR("store-0317 M\xC3\xBCnchen \xE6\x9D\xB1\xE4\xBA\xAC"),
        "store-0317 M\xC3\xBCnchen \xE6\x9D\xB1\xE4\xBA\xAC");
    assert_int_equal(text_width(STR("\xE6\x9D\xB1\xE4\xBA\xAC")), 4);
    assert_int_equal(text_width(STR("\xE2\x96\xA0\xE2\x97\x90\xE2\x9C\x96")), 3);
}

static void
broken_utf8_is_replaced_byte_by_byte(void **state)
{
    (void)state;
    assert_safe(STR("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD"); /* overlong */
    assert_safe(
        STR("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* surrogate */
    assert_safe(STR("\xE2\x96"), "\xEF\xBF\xBD\xEF\xBF\xBD");         /* cut */
    assert_false(text_is_valid(STR("\xE2\x96")));
    assert_true(text_is_valid(STR("\xEF\xBF\xBD")));
}

static void
fitting_never_cuts_a_wide_rune_in_half(void **state)
{
    size_t used;

    (void)state;
    struct str fit = text_fit(STR("a\xE6\x9D\xB1z"), 2, &used);
    assert_int_equal(fit.length, 1);
    assert_int_equal(used, 1);
    fit = text_fit(STR("a\xE6\x9D\xB1z"), 3, &used);
    assert_int_equal(fit.length, 4);
    assert_int_equal(used, 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_and_controls_become_visible),
        cmocka_unit_test(bidi_marks_and_joiners_become_visible),
        cmocka_unit_test(good_text_passes_as_it_is),
        cmocka_unit_test(broken_utf8_is_replaced_byte_by_byte),
        cmocka_unit_test(fitting_never_cuts_a_wide_rune_in_half),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
