/* bar: shares that add up, and nothing that exists vanishes. */
#include "ui/bar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
assert_shares(const uint64_t *counts, size_t count, int width, const int *wanted)
{
    struct bar_part parts[BAR_PARTS] = { 0 };
    int cells[BAR_PARTS];

    for (size_t i = 0; i < count; i++)
        parts[i].count = counts[i];
    bar_share(parts, count, width, cells);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(cells[i], wanted[i]);
}

static void
shares_follow_the_counts(void **state)
{
    (void)state;
    assert_shares((uint64_t[]){ 50, 25, 25 }, 3, 20, (int[]){ 10, 5, 5 });
    assert_shares((uint64_t[]){ 1171, 9, 4, 6, 10 }, 5, 68, (int[]){ 64, 1, 1, 1, 1 });
    assert_shares((uint64_t[]){ 7 }, 1, 5, (int[]){ 5 });
}

static void
what_exists_has_a_cell(void **state)
{
    (void)state;
    assert_shares((uint64_t[]){ 100000, 1, 0, 1 }, 4, 10, (int[]){ 8, 1, 0, 1 });
    assert_shares((uint64_t[]){ 1, 100000 }, 2, 2, (int[]){ 1, 1 });
}

static void
too_small_a_bar_keeps_the_last(void **state)
{
    (void)state;
    assert_shares((uint64_t[]){ 100, 5, 5 }, 3, 2, (int[]){ 0, 1, 1 });
    assert_shares((uint64_t[]){ 100, 5 }, 2, 0, (int[]){ 0, 0 });
}

static void
nothing_is_an_empty_bar(void **state)
{
    (void)state;
    assert_shares((uint64_t[]){ 0, 0 }, 2, 9, (int[]){ 0, 0 });
}

static void
shares_always_fill_the_bar(void **state)
{
    (void)state;
    uint64_t seed = 7;

    for (int round = 0; round < 5000; round++) {
        struct bar_part parts[8] = { 0 };
        int cells[8], sum = 0, existing = 0;
        int width = 1 + round % 120;
        for (size_t i = 0; i < 8; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            parts[i].count = seed >> 33 & 1 ? seed >> (34 + seed % 28) : 0;
            existing += parts[i].count > 0;
        }
        bar_share(parts, 8, width, cells);
        for (size_t i = 0; i < 8; i++) {
            assert_true(cells[i] >= 0);
            assert_true(parts[i].count || !cells[i]);
            if (existing <= width)
                assert_true(!parts[i].count || cells[i]);
            sum += cells[i];
        }
        assert_int_equal(sum, existing ? width : 0);
    }
}

static void
a_bar_is_drawn_with_its_parts_glyphs(void **state)
{
    (void)state;
    struct canvas canvas;
    struct buf text = { 0 };
    struct bar_part parts[] = { { 6, 0, STYLE(ROLE_HEALTHY) },
        { 2, 0x25B2, STYLE(ROLE_DEGRADED) } };

    canvas_init(&canvas, 10, 1);
    bar_draw(&canvas, (struct rect){ 1, 0, 8, 1 }, parts, 2);
    canvas_to_text(&canvas, &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at, " ██████▲▲\n");
    assert_int_equal(canvas.cells[8].fg, ROLE_DEGRADED);
    canvas_release(&canvas);
    buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_follow_the_counts),
        cmocka_unit_test(what_exists_has_a_cell),
        cmocka_unit_test(too_small_a_bar_keeps_the_last),
        cmocka_unit_test(nothing_is_an_empty_bar),
        cmocka_unit_test(shares_always_fill_the_bar),
        cmocka_unit_test(a_bar_is_drawn_with_its_parts_glyphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
