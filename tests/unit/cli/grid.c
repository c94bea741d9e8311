/* grid: columns line up for a person, and read back from CSV. */
#include "cli/grid.h"

#include "helper/check.h"

static void
columns_line_up_and_no_line_ends_in_blanks(void **state)
{
    struct grid grid = { 0 };
    struct buf out = { 0 };

    (void)state;
    grid_column(&grid, "name", false);
    grid_column(&grid, "count", true);
    grid_column(&grid, "why", false);
    grid_add(&grid, STR("caf\xc3\xa9-long"));
    grid_add(&grid, STR("7"));
    grid_add(&grid, STR(""));
    grid_add(&grid, STR("b"));
    grid_add(&grid, STR("1,200"));
    grid_add(&grid, STR("because"));
    grid_print(&grid, &out);
    assert_string_equal(out.at, "name       count  why\n"
                                "caf\xc3\xa9-long      7  -\n"
                                "b          1,200  because\n");
    buf_release(&out);
    grid_release(&grid);
}

static void
what_follows_lines_up_without_the_titles(void **state)
{
    struct grid grid = { 0 };
    struct buf out = { 0 };

    (void)state;
    grid_column(&grid, "a", false);
    grid_column(&grid, "b", false);
    grid_add(&grid, STR("wide cell"));
    grid_add(&grid, STR("x"));
    grid_print(&grid, &out);
    grid_clear(&grid);
    buf_clear(&out);
    grid_add(&grid, STR("c"));
    grid_add(&grid, STR("d"));
    grid_print(&grid, &out);
    assert_string_equal(out.at, "c          d\n");
    buf_release(&out);
    grid_release(&grid);
}

static void
no_cell_begins_a_row_of_its_own_or_moves_the_cursor(void **state)
{
    struct grid grid = { 0 };
    struct buf out = { 0 };

    (void)state;
    grid_column(&grid, "a", false);
    grid_column(&grid, "b", false);
    grid_add(&grid, STR("x\ny"));
    grid_add(&grid, STR("\x1b[2J\xe2\x80\xae"));
    grid_add(&grid, STR("1234"));
    grid_add(&grid, STR("z"));
    grid_print(&grid, &out);
    assert_string_equal(out.at, "a     b\n"
                                "x\xef\xbf\xbdy   \xef\xbf\xbd[2J\xef\xbf\xbd\n"
                                "1234  z\n");
    buf_release(&out);
    grid_release(&grid);
}

static void
csv_quotes_what_must_be(void **state)
{
    struct grid grid = { 0 };
    struct buf out = { 0 };

    (void)state;
    grid_column(&grid, "a", false);
    grid_column(&grid, "b", false);
    grid_add(&grid, STR("one,two"));
    grid_add(&grid, STR(""));
    grid_add(&grid, STR("say \"hi\""));
    grid_add(&grid, STR("line\nbreak"));
    grid_print_csv(&grid, &out);
    assert_string_equal(
        out.at, "a,b\r\n\"one,two\",\r\n\"say \"\"hi\"\"\",\"line\nbreak\"\r\n");
    buf_release(&out);
    grid_release(&grid);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_line_up_and_no_line_ends_in_blanks),
        cmocka_unit_test(what_follows_lines_up_without_the_titles),
        cmocka_unit_test(no_cell_begins_a_row_of_its_own_or_moves_the_cursor),
        cmocka_unit_test(csv_quotes_what_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
