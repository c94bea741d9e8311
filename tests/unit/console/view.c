/* view -- view files, their errors, and how a view takes its room. */
#include "console/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "helper/check.h"

static struct view *
parsed(const char *text)
{
    struct view *view = mem_zero(1, sizeof(*view));
    struct err err = { 0 };

    if (!view_parse(view, "v.yaml", str_from(text), &err))
        fail_msg("%s", err.text);
    return view;
}

static void
refused(const char *text, const char *why)
{
    struct view *view = mem_zero(1, sizeof(*view));
    struct err err = { 0 };

    assert_false(view_parse(view, "v.yaml", str_from(text), &err));
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    assert_int_equal(strncmp(err.text, "v.yaml:", 7), 0);
    free(view);
}

static void
shipped_views_parse_and_name_digits_once(void **test)
{
    bool digits[10] = { false };
    int count = 0;

    (void)test;
    for (const struct builtin *at = builtins; at->path; at++) {
        struct view *view = NULL;

        if (!str_starts(str_from(at->path), "views/"))
            continue;
        view = parsed(at->text);
        count++;
        if (view->digit >= 0) {
            assert_false(digits[view->digit]);
            digits[view->digit] = true;
        }
        assert_true(view->help[0]);
        free(view);
    }
    assert_int_equal(count, 6);
}

static void
everything_a_view_can_say_is_read(void **test)
{
    struct view *view =
        parsed("name: west\ntitle: West\nhelp: h\ndigit: 7\nfilter: region=west-coast\n"
               "group: [region, size]\ncolour: health\nsort: -since\n"
               "rows:\n"
               "  - height: 4\n    panels: [{panel: fleet-bar, drop: 2}]\n"
               "  - height: 2fr\n    panels:\n"
               "      - {panel: map, width: 2fr, min: 50x9}\n"
               "      - {panel: site, width: 40, drop: 1}\n");

    (void)test;
    assert_string_equal(view->name, "west");
    assert_int_equal(view->digit, 7);
    assert_true(view->has_filter && view->has_group && view->has_colour);
    assert_string_equal(view->group[1].name, "size");
    assert_true(view->sort_reverse);
    assert_int_equal(view->count, 2);
    assert_int_equal(view->rows[1].share, 2);
    assert_int_equal(view->rows[1].panels[0].min_height, 9);
    assert_int_equal(view->rows[1].panels[1].width, 40);
    free(view);
}

static void
errors_have_a_place_and_a_hint(void **test)
{
    (void)test;
    refused("name: x\nrows:\n  - panels: [{panel: mpa}]\n",
        "v.yaml:3:22: no panel 'mpa'; did you mean 'map'?");
    refused("name: x\nrows:\n  - panels: [{panel: title}]\n", "on every screen already");
    refused("name: x\nrow: []\n", "v.yaml:2");
    refused("name: X\nrows: [{panels: [{panel: map}]}]\n", "lower-case");
    refused("rows: [{panels: [{panel: map}]}]\n", "a view has a name");
    refused("name: x\n", "a view has rows");
    refused("name: x\nrows: []\n", "a view has rows");
    refused("name: x\nrows: [{height: tall, panels: [{panel: map}]}]\n", "v.yaml:2:17");
    refused(
        "name: x\nrows: [{height: 2, panels: [{panel: map}]}]\n", "needs a height of 3");
    refused("name: x\nrows: [{panels: [{panel: map, min: 4}]}]\n", "WIDTHxHEIGHT");
    refused("name: x\nrows: [{panels: [{panel: map, drop: 100}]}]\n", "drop is 1");
    refused(
        "name: x\nrows: [{panels: [{panel: map, with: {columns: [a]}}]}]\n", "columns");
    refused(
        "name: x\nrows: [{panels: [{panel: table, with: {colums: [a]}}]}]\n", "columns");
    refused("name: x\nrows: [{panels: [{panel: table, with: {columns: []}}]}]\n",
        "columns is a list");
    refused("name: x\ngroup: [a, b, c]\nrows: [{panels: [{panel: map}]}]\n",
        "at most 2 deep");
    refused(
        "name: x\ngroup: [since]\nrows: [{panels: [{panel: map}]}]\n", "does not group");
    refused("name: x\nfilter: 'region='\nrows: [{panels: [{panel: map}]}]\n",
        "v.yaml:2:9: filter: ");
    refused("name: x\ndigit: 12\nrows: [{panels: [{panel: map}]}]\n", "digit is 0 to 9");
    refused("name: x\nrows: [{panels: [{panel: audit}]}, {panels: [{panel: sources}]}]\n",
        "needs the cursor");
}

static bool
lay(const struct view *view, int width, int height, struct placed placed[PLACED],
    int *count)
{
    int least_width = 0, least_height = 0;

    return view_layout(view, (struct rect){ 0, 1, width, height }, placed, count,
        &least_width, &least_height);
}

static void
shares_take_what_the_fixed_leave(void **test)
{
    struct view *view = parsed("name: x\nrows:\n"
                               "  - {height: 4, panels: [{panel: fleet-bar}]}\n"
                               "  - {height: 2fr, panels: [{panel: map}]}\n"
                               "  - {height: 1fr, panels: [{panel: site}]}\n");
    struct placed placed[PLACED];
    int count = 0;

    (void)test;
    assert_true(lay(view, 100, 34, placed, &count));
    assert_int_equal(count, 3);
    assert_int_equal(placed[0].rect.height, 4);
    assert_int_equal(placed[1].rect.height, 19);
    assert_int_equal(placed[2].rect.height, 11);
    assert_int_equal(placed[2].rect.y + placed[2].rect.height, 35);
    free(view);
}

static void
the_lowest_drop_leaves_first(void **test)
{
    struct view *view = parsed("name: x\nrows:\n"
                               "  - {height: 4, panels: [{panel: fleet-bar, drop: 2}]}\n"
                               "  - {height: 1fr, panels: [{panel: map, min: 40x10}]}\n"
                               "  - {height: 3, panels: [{panel: site, drop: 1}]}\n");
    struct placed placed[PLACED];
    int count = 0;

    (void)test;
    assert_true(lay(view, 80, 17, placed, &count));
    assert_int_equal(count, 3);
    assert_true(lay(view, 80, 16, placed, &count));
    assert_int_equal(count, 2);
    assert_string_equal(placed[0].panel->class->name, "fleet-bar");
    assert_true(lay(view, 80, 13, placed, &count));
    assert_int_equal(count, 1);
    assert_string_equal(placed[0].panel->class->name, "map");
    assert_false(lay(view, 80, 9, placed, &count));
    assert_false(lay(view, 39, 20, placed, &count));
    free(view);
}

static void
no_panel_is_placed_outside_at_any_size(void **test)
{
    struct views views;

    (void)test;
    views_load(&views, NULL, NULL, NULL);
    for (int i = 0; i < views.count; i++)
        for (int width = 10; width <= 300; width += 7)
            for (int height = 3; height <= 100; height += 3) {
                struct placed placed[PLACED];
                int count = 0;

                if (!lay(views.list[i], width, height, placed, &count))
                    continue;
                for (int n = 0; n < count; n++) {
                    struct rect rect = placed[n].rect;

                    assert_true(rect.x >= 0 && rect.y >= 1);
                    assert_true(rect.x + rect.width <= width);
                    assert_true(rect.y + rect.height <= height + 1);
                    assert_true(rect.height >= placed[n].panel->class->min_height);
                }
            }
    views_release(&views);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_views_parse_and_name_digits_once),
        cmocka_unit_test(everything_a_view_can_say_is_read),
        cmocka_unit_test(errors_have_a_place_and_a_hint),
        cmocka_unit_test(shares_take_what_the_fixed_leave),
        cmocka_unit_test(the_lowest_drop_leaves_first),
        cmocka_unit_test(no_panel_is_placed_outside_at_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
