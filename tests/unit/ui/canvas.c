/* canvas: cells, clipping, wide runes, ASCII. */
#include "ui/canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
assert_screen(const struct canvas *canvas, const char *wanted)
{
    struct buf text = { 0 };

    canvas_to_text(canvas, &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at, wanted);
    buf_release(&text);
}

static void
text_is_drawn_in_its_rectangle(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect rect = { 2, 1, 5, 1 };

    canvas_init(&canvas, 10, 3);
    assert_int_equal(canvas_text(&canvas, rect, 0, 0, STYLE(ROLE_TEXT), STR("abc")), 3);
    assert_int_equal(canvas_text(&canvas, rect, 0, 1, STYLE(ROLE_TEXT), STR("out")), 3);
    assert_int_equal(canvas_text(&canvas, rect, 5, 0, STYLE(ROLE_TEXT), STR("out")), 0);
    assert_screen(&canvas, "\n  abc\n\n");
    canvas_release(&canvas);
}

static void
text_that_does_not_fit_is_cut_visibly(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect rect = { 0, 0, 5, 1 };

    canvas_init(&canvas, 10, 1);
    assert_int_equal(
        canvas_text(&canvas, rect, 0, 0, STYLE(ROLE_TEXT), STR("abcdefgh")), 5);
    assert_screen(&canvas, "abcd…\n");
    assert_int_equal(canvas_text(&canvas, rect, 0, 0, STYLE(ROLE_TEXT), STR("abcde")), 5);
    assert_screen(&canvas, "abcde\n");
    canvas_release(&canvas);
}

static void
foreign_bytes_cannot_get_through(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 12, 1);
    canvas_text(&canvas, canvas_rect(&canvas), 0, 0, STYLE(ROLE_TEXT),
        STR("a\033[31m\x80\xE2\x80\xAE"));
    assert_screen(&canvas, "a�[31m��\n");
    canvas_release(&canvas);
}

static void
a_wide_rune_loses_both_halves_or_none(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect all;

    canvas_init(&canvas, 6, 1);
    all = canvas_rect(&canvas);
    canvas_text(&canvas, all, 0, 0, STYLE(ROLE_TEXT), STR("漢字"));
    assert_screen(&canvas, "漢字\n");
    canvas_rune(&canvas, all, 1, 0, 'x', STYLE(ROLE_TEXT));
    assert_screen(&canvas, " x字\n");
    canvas_rune(&canvas, all, 2, 0, 'y', STYLE(ROLE_TEXT));
    assert_screen(&canvas, " xy\n");
    canvas_rune(&canvas, all, 1, 0, 0x6F22, STYLE(ROLE_TEXT));
    assert_screen(&canvas, " 漢\n");
    canvas_rune(&canvas, all, 5, 0, 0x6F22, STYLE(ROLE_TEXT));
    assert_screen(&canvas, " 漢\n");
    for (int x = 0; x < 6; x++)
        assert_int_equal(canvas.cells[x].width, x == 1 ? 2 : x == 2 ? 0 : 1);
    canvas_release(&canvas);
}

static void
a_cut_never_splits_a_wide_rune(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect rect = { 0, 0, 4, 1 };

    canvas_init(&canvas, 6, 1);
    assert_int_equal(
        canvas_text(&canvas, rect, 0, 0, STYLE(ROLE_TEXT), STR("漢字漢")), 3);
    assert_screen(&canvas, "漢…\n");
    canvas_release(&canvas);
}

static void
ascii_keeps_columns_and_meaning(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect all;

    canvas_init(&canvas, 30, 2);
    canvas.ascii = true;
    all = canvas_rect(&canvas);
    canvas_text(&canvas, all, 0, 0, STYLE(ROLE_TEXT),
        STR("▲ Zürich › 3 → 4 漢 ✖ 🙂"));
    canvas_hairline(&canvas, all, 0, 1, 3, STYLE(ROLE_FAINT));
    assert_screen(&canvas, "! Zurich > 3 > 4 ?? X ??\n---\n");
    for (int i = 0; i < 60; i++)
        assert_in_range(canvas.cells[i].rune, 0x20, 0x7E);
    canvas_release(&canvas);
}

static void
right_aligned_text_ends_where_told(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect all;

    canvas_init(&canvas, 10, 2);
    all = canvas_rect(&canvas);
    canvas_text_right(&canvas, all, 8, 0, STYLE(ROLE_TEXT), STR("12"));
    canvas_text_right(&canvas, all, 4, 1, STYLE(ROLE_TEXT), STR("123456"));
    assert_screen(&canvas, "      12\n123…\n");
    canvas_release(&canvas);
}

static void
drawing_far_outside_does_nothing(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect odd[] = { { -5, -5, 3, 3 }, { 100, 100, 50, 50 }, { 0, 0, -1, -1 },
        { INT32_MAX - 10, 0, 5, 5 } };

    canvas_init(&canvas, 8, 2);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        canvas_fill(&canvas, odd[i], STYLE(ROLE_DOWN));
        canvas_shade(&canvas, odd[i], ROLE_SELECTION);
        canvas_text(&canvas, odd[i], 0, 0, STYLE(ROLE_DOWN), STR("text"));
        canvas_rune(&canvas, odd[i], 1, 1, 'x', STYLE(ROLE_DOWN));
    }
    assert_screen(&canvas, "\n\n");
    for (int i = 0; i < 16; i++)
        assert_int_equal(canvas.cells[i].bg, ROLE_BACKGROUND);
    canvas_release(&canvas);
}

static void
text_left_of_the_rectangle_is_clipped(void **state)
{
    (void)state;
    struct canvas canvas;
    struct rect rect = { 2, 0, 4, 1 };

    canvas_init(&canvas, 8, 1);
    canvas_text(&canvas, rect, -2, 0, STYLE(ROLE_TEXT), STR("abcdef"));
    assert_screen(&canvas, "  cdef\n");
    canvas_release(&canvas);
}

static void
a_rectangle_splits_or_stays_whole(void **state)
{
    (void)state;
    struct rect rest = { 0, 0, 10, 5 }, part;

    assert_true(rect_split_top(&rest, 2, &part));
    assert_int_equal(part.height, 2);
    assert_int_equal(rest.y, 2);
    assert_false(rect_split_bottom(&rest, 4, &part));
    assert_int_equal(part.height, 0);
    assert_int_equal(rest.height, 3);
    assert_true(rect_split_bottom(&rest, 1, &part));
    assert_int_equal(part.y, 4);
    assert_true(rect_split_left(&rest, 3, &part));
    assert_true(rect_split_right(&rest, 3, &part));
    assert_int_equal(part.x, 7);
    assert_int_equal(rest.x, 3);
    assert_int_equal(rest.width, 4);
    rest = rect_inset((struct rect){ 1, 1, 3, 3 }, 2, 0);
    assert_int_equal(rest.width, 0);
}

static void
sizes_have_a_ceiling(void **state)
{
    (void)state;
    struct canvas canvas, copy = { 0 };

    canvas_init(&canvas, 100000, -4);
    assert_int_equal(canvas.width, CANVAS_COLUMNS);
    assert_int_equal(canvas.height, 1);
    canvas_resize(&canvas, 3, 2);
    canvas_text(&canvas, canvas_rect(&canvas), 0, 1, STYLE(ROLE_TEXT), STR("abc"));
    canvas_copy(&copy, &canvas);
    assert_screen(&copy, "\nabc\n");
    canvas_release(&canvas);
    canvas_release(&copy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_drawn_in_its_rectangle),
        cmocka_unit_test(text_that_does_not_fit_is_cut_visibly),
        cmocka_unit_test(foreign_bytes_cannot_get_through),
        cmocka_unit_test(a_wide_rune_loses_both_halves_or_none),
        cmocka_unit_test(a_cut_never_splits_a_wide_rune),
        cmocka_unit_test(ascii_keeps_columns_and_meaning),
        cmocka_unit_test(right_aligned_text_ends_where_told),
        cmocka_unit_test(drawing_far_outside_does_nothing),
        cmocka_unit_test(text_left_of_the_rectangle_is_clipped),
        cmocka_unit_test(a_rectangle_splits_or_stays_whole),
        cmocka_unit_test(sizes_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
