/* The home screen at the sizes people have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helper/stores.h"

static void
screen(
    uint32_t count, bool ascii, int width, int height, const char *name, const char *keys)
{
    struct fleet *fleet = stores_new(count);
    struct session *session = stores_session(fleet, "map", NULL, ascii, NULL);

    session_resize(session, width, height);
    stores_press(session, keys);
    stores_expect(session, width, height, name);
    session_free(session);
    fleet_free(fleet);
}

static void
home_at_80x24(void **test)
{
    (void)test;
    screen(1200, false, 80, 24, "map", "");
}

static void
home_at_120x36(void **test)
{
    (void)test;
    screen(1200, false, 120, 36, "map", "n");
}

static void
home_at_200x50(void **test)
{
    (void)test;
    screen(1200, false, 200, 50, "map", "n");
}

static void
home_in_ascii(void **test)
{
    (void)test;
    screen(1200, true, 120, 36, "map-ascii", "n");
    screen(1200, true, 80, 24, "map-ascii", "n");
}

static void
without_colours_the_bar_says_states_by_their_glyphs(void **test)
{
    struct fleet *fleet = stores_new(1200);
    struct session *session = stores_session(fleet, "map", NULL, false, NULL);

    (void)test;
    session->mono = true;
    session_resize(session, 80, 24);
    stores_expect(session, 80, 24, "map-mono");
    session_free(session);
    fleet_free(fleet);
}

static void
ten_thousand_are_tiles_or_lines_with_counts(void **test)
{
    (void)test;
    screen(10000, false, 200, 50, "map-10000", "n");
    screen(10000, false, 120, 36, "map-10000", "n");
}

static void
the_count_in_a_tile_is_text_beside_its_glyph(void **test)
{
    struct fleet *fleet = stores_new(10000);
    struct session *session = stores_session(fleet, "map", NULL, true, NULL);

    (void)test;
    assert_int_equal(stores_style(session, 120, 36, "u3", "3").fg, ROLE_TEXT);
    session_free(session);
    fleet_free(fleet);
}

static void
two_levels_of_groups(void **test)
{
    (void)test;
    screen(1200, false, 200, 50, "map-inner", "i");
}

static void
a_tag_as_colour_has_a_legend(void **test)
{
    struct fleet *fleet = stores_new(300);
    struct session *session = stores_session(fleet, "map", NULL, false, NULL);

    (void)test;
    stores_press(session, ":");
    stores_type(session, "colour hours");
    stores_press(session, "enter");
    stores_expect(session, 120, 36, "map-colour");
    session_free(session);
    fleet_free(fleet);
}

static void
the_legend_shows_only_what_is_on_the_screen(void **test)
{
    struct fleet *fleet = stores_new(1200);
    struct session *session = stores_session(fleet, "map", NULL, true, NULL);
    char *text = NULL;

    (void)test;
    stores_press(session, ":");
    stores_type(session, "colour hours");
    stores_press(session, "enter");
    text = stores_text(session, 120, 36); /* marks */
    assert_non_null(strstr(text, "o 24h 8"));
    free(text);
    text = stores_text(session, 80, 24); /* lines */
    assert_non_null(
        strstr(text, "colour hours (not shown: lines have the states' colours)"));
    free(text);
    session->mono = true;
    text = stores_text(session, 120, 36);
    assert_non_null(strstr(text, "colour hours (not shown: no colours here)"));
    free(text);
    session_free(session);
    fleet_free(fleet);
}

static void
no_count_leaves_the_fleet_bar_silently(void **test)
{
    struct fleet *fleet = stores_new(1200);
    struct session *session = stores_session(fleet, "map", NULL, false, NULL);
    char *text = NULL;

    (void)test;
    text = stores_text(session, 120, 36);
    assert_non_null(strstr(text, "✖ 12 down  ▲ 12 degraded  ○ 14 offline  · 6 unkn  ◐ "
                                 "8 catch  ◆ 19 upd  ■ 1,129 ok"));
    free(text);
    text = stores_text(session, 80, 24);
    assert_non_null(strstr(text, "✖ 12  ▲ 12  ○ 14  · 6  ◐ 8  ◆ 19  ■ 1,129"));
    free(text);
    text = stores_text(session, 60, 24);
    assert_non_null(strstr(text, "✖ 12  ▲ 12  ○ 14  · 6  ◐ 8  +1,148"));
    free(text);
    session_free(session);
    fleet_free(fleet);
}

static void
too_small_says_so(void **test)
{
    (void)test;
    screen(100, false, 38, 6, "map-small", "");
}

static void
extremes_are_drawn(void **test)
{
    (void)test;
    screen(1200, false, 300, 100, "map", "n");
    screen(0, false, 120, 36, "map-empty", "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(home_at_80x24),
        cmocka_unit_test(home_at_120x36),
        cmocka_unit_test(home_at_200x50),
        cmocka_unit_test(home_in_ascii),
        cmocka_unit_test(without_colours_the_bar_says_states_by_their_glyphs),
        cmocka_unit_test(ten_thousand_are_tiles_or_lines_with_counts),
        cmocka_unit_test(the_count_in_a_tile_is_text_beside_its_glyph),
        cmocka_unit_test(two_levels_of_groups),
        cmocka_unit_test(a_tag_as_colour_has_a_legend),
        cmocka_unit_test(the_legend_shows_only_what_is_on_the_screen),
        cmocka_unit_test(no_count_leaves_the_fleet_bar_silently),
        cmocka_unit_test(too_small_says_so),
        cmocka_unit_test(extremes_are_drawn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
