/* pen: what a style becomes at each depth, and the shortest way between two. */
#include "ui/pen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/builtin.h"

static void
load(struct theme *theme, const char *path)
{
    const struct builtin *file = builtin_find(path);
    struct err err = { 0 };

    assert_non_null(file);
    assert_true(theme_parse(theme, path, (struct str){ file->text, file->length }, &err));
}

static void
assert_print(
    const struct theme *theme, struct style style, enum depth depth, const char *wanted)
{
    struct buf text = { 0 };

    pen_print(pen_of(theme, style, depth), &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at, wanted);
    buf_release(&text);
}

static void
a_style_is_shown_at_every_depth(void **state)
{
    (void)state;
    struct theme dark;
    struct style down = STYLE(ROLE_DOWN);
    struct style selected = { ROLE_TEXT, ROLE_SELECTION, ATTRIBUTE_UNDERLINE };

    load(&dark, "themes/dark.yaml");
    assert_print(&dark, down, DEPTH_TRUE, "0;1;38;2;255;93;108");
    assert_print(&dark, down, DEPTH_256, "0;1;38;5;203");
    assert_print(&dark, down, DEPTH_8, "0;1;31");
    assert_print(&dark, down, DEPTH_NONE, "0;1");
    assert_print(&dark, selected, DEPTH_TRUE, "0;4;38;2;197;203;214;48;2;42;53;70");
    assert_print(&dark, selected, DEPTH_8, "0;4;44");
    assert_print(&dark, selected, DEPTH_NONE, "0;4;7");
    assert_print(&dark, style_on(STYLE(ROLE_TEXT), ROLE_STRIP), DEPTH_NONE, "0");
    /* The background's role as a foreground is the colour the theme was made for. */
    assert_print(&dark, (struct style){ ROLE_BACKGROUND, ROLE_DEGRADED, 0 }, DEPTH_TRUE,
        "0;38;2;17;21;28;48;2;232;176;75");
}

static void
mono_never_sends_a_colour(void **state)
{
    (void)state;
    struct theme mono;

    load(&mono, "themes/mono.yaml");
    for (int fg = ROLE_TEXT; fg < ROLES; fg++)
        for (int bg = 0; bg < ROLES; bg++) {
            struct pen pen =
                pen_of(&mono, (struct style){ (uint8_t)fg, (uint8_t)bg, 0 }, DEPTH_TRUE);
            assert_int_equal(pen.fg, COLOUR_DEFAULT);
            assert_int_equal(pen.bg, COLOUR_DEFAULT);
        }
    assert_print(&mono, style_on(STYLE(ROLE_TEXT), ROLE_SELECTION), DEPTH_TRUE, "0;7");
    /* A cursor on a reversed cell is not lost. */
    assert_print(&mono, style_on(STYLE(ROLE_DOWN), ROLE_SELECTION), DEPTH_NONE, "0;1");
}

static void
assert_change(struct pen from, struct pen to, const char *wanted)
{
    struct buf text = { 0 };

    buf_add_text(&text, "before");
    pen_change(from, to, &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at + 6, wanted);
    buf_release(&text);
}

static void
only_what_changes_is_sent(void **state)
{
    (void)state;
    struct theme dark;

    load(&dark, "themes/dark.yaml");
    struct pen text = pen_of(&dark, STYLE(ROLE_TEXT), DEPTH_256);
    struct pen dim = pen_of(&dark, STYLE(ROLE_DIM), DEPTH_256);
    struct pen down = pen_of(&dark, STYLE(ROLE_DOWN), DEPTH_256);
    struct pen strip = pen_of(&dark, style_on(STYLE(ROLE_DOWN), ROLE_STRIP), DEPTH_256);
    struct pen bold = pen_default;

    bold.attributes = ATTRIBUTE_BOLD;
    assert_change(text, text, "");
    assert_change(text, dim, "38;5;243");
    assert_change(down, text, "0;38;5;252");
    assert_change(down, strip, "48;5;235");
    assert_change(strip, down, "49");
    assert_change(strip, pen_default, "");
    assert_change(pen_default, bold, "1");
    assert_change(strip, bold, "0;1");
}

static void
a_canvas_becomes_coloured_text(void **state)
{
    (void)state;
    struct theme dark;
    struct canvas canvas;
    struct buf text = { 0 };

    load(&dark, "themes/dark.yaml");
    canvas_init(&canvas, 3, 2);
    canvas_text(&canvas, canvas_rect(&canvas), 0, 0, STYLE(ROLE_DOWN), STR("✖"));
    canvas_text(&canvas, canvas_rect(&canvas), 0, 1, STYLE(ROLE_TEXT), STR("漢"));
    canvas_to_ansi(&canvas, &dark, DEPTH_8, &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at, "\033[1;31m✖\033[m  \n漢 \n");
    canvas_release(&canvas);
    buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_style_is_shown_at_every_depth),
        cmocka_unit_test(mono_never_sends_a_colour),
        cmocka_unit_test(only_what_changes_is_sent),
        cmocka_unit_test(a_canvas_becomes_coloured_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
