/* The small JSONPath, and quantities. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "hub/source/path.h"
#include "hub/source/quantity.h"

static const char object[] = "{\"metadata\":{\"labels\":{\"a.b/"
                             "c\":\"slash\",\"add-x\":\"1\",\"add-y\":\"2\"},\"n\":null},"
                             "\"list\":[{\"type\":\"A\",\"v\":1},{\"type\":\"B\",\"v\":2."
                             "5,\"deep\":{\"k\":\"Z\"}},{\"v\":true}]}";

static bool
append(void *user, const json_t *value, struct str star)
{
    struct buf *out = user;
    char scratch[SCALAR_BYTES];
    struct str text;

    if (star.length) {
        buf_add_str(out, star);
        buf_add_char(out, '=');
    }
    if (scalar_text(value, scratch, &text))
        buf_add_str(out, text);
    else
        buf_add_char(out, '?');
    buf_add_char(out, ' ');
    return false;
}

static void
expect(const char *text, const char *want)
{
    struct buf out = { 0 };
    struct err err = { 0 };
    size_t column;
    struct path *path = path_parse(str_from(text), &column, &err);
    json_t *root = json_loads(object, 0, NULL);

    if (!path)
        fail_msg("%s: column %zu: %s", text, column, err.text);
    path_each(path, root, append, &out);
    assert_string_equal(out.at ? out.at : "", want);
    buf_release(&out);
    path_free(path);
    json_decref(root);
}

static void
members_lead_to_their_value(void **state)
{
    (void)state;
    expect(".list[0].type", "A ");
    expect("$.list[0].type", "A ");
    expect(".metadata.labels['a.b/c']", "slash ");
    expect(".metadata.labels[\"a.b/c\"]", "slash ");
    expect(".metadata.labels", "? ");
}

static void
what_is_absent_or_null_leads_nowhere(void **state)
{
    (void)state;
    expect(".metadata.n", "");
    expect(".metadata.none.more", "");
    expect(".list[9].v", "");
    expect(".list[-4].v", "");
    expect(".list.type", "");
    expect(".metadata[0]", "");
}

static void
several_values_come_in_order(void **state)
{
    (void)state;
    expect(".list[*].v", "1 2.5 true ");
    expect(".list[-1].v", "true ");
    expect(".metadata.labels['add-*']", "x=1 y=2 ");
    expect(".metadata.labels.*", "a.b/c=slash add-x=1 add-y=2 ");
}

static void
filters_choose_elements(void **state)
{
    (void)state;
    expect(".list[?(@.type==\"B\")].v", "2.5 ");
    expect(".list[?(@.type=='B')].v", "2.5 ");
    expect(".list[?(@.type!=\"B\")].v", "1 true ");
    expect(".list[?(@.type)].v", "1 2.5 ");
    expect(".list[?(@.deep.k == \"Z\")].v", "2.5 ");
    expect(".list[?(@.v==2.5)].type", "B ");
    expect(".list[?(@.v==true)].v", "true ");
}

static void
expect_column(const char *text, size_t want, const char *word)
{
    struct err err = { 0 };
    size_t column = 0;

    assert_null(path_parse(str_from(text), &column, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_int_equal(column, want);
    if (!strstr(err.text, word))
        fail_msg("%s: '%s' does not say '%s'", text, err.text, word);
}

static void
what_is_no_path_is_refused_with_its_column(void **state)
{
    char deep[40 * 2 + 1] = { 0 };

    (void)state;
    expect_column("", 1, "'.'");
    expect_column("status", 1, "'.'");
    expect_column(".a..b", 4, "member's name");
    expect_column(".a[", 4, "index");
    expect_column(".a[0", 5, "']'");
    expect_column(".a['x]", 7, "not closed");
    expect_column(".a[?(.x)]", 6, "'@'");
    expect_column(".a[?(@.x=1)]", 9, "'=='");
    expect_column(".a[?(@.x==)]", 11, "behind the operator");
    expect_column(".a[?(@.x[?(@.y)])]", 12, "inside a filter");
    expect_column(".a b", 3, "['a.b/c']");
    for (size_t i = 0; i < 40; i++) {
        deep[2 * i] = '.';
        deep[2 * i + 1] = 'a';
    }
    expect_column(deep, 33, "steps");
}

static void
expect_quantity(const char *text, double want)
{
    double value = NAN;

    assert_true(quantity_parse(str_from(text), &value));
    assert_true(fabs(value - want) <= fabs(want) * 1e-12);
}

static void
quantities_have_their_suffix(void **state)
{
    (void)state;
    expect_quantity("4", 4);
    expect_quantity("-0.5", -0.5);
    expect_quantity("15600m", 15.6);
    expect_quantity("16Gi", 17179869184.0);
    expect_quantity("1k", 1000);
    expect_quantity("1e3", 1000);
    expect_quantity("1E3", 1000);
    expect_quantity("1E", 1e18);
    expect_quantity("2.5e-1", 0.25);
    expect_quantity("7n", 7e-9);
    expect_quantity("+3", 3);
}

static void
what_is_no_quantity_is_refused(void **state)
{
    static const char *const wrong[] = { "", "Gi", "1.2.3", "4 ", " 4", "4K", "1e",
        "1e99", "0x10", "4GiB", "--4", ".", "-", "nan", "inf" };
    double value = 42;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (quantity_parse(str_from(wrong[i]), &value))
            fail_msg("'%s' is taken as %g", wrong[i], value);
    assert_true(value == 42);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_lead_to_their_value),
        cmocka_unit_test(what_is_absent_or_null_leads_nowhere),
        cmocka_unit_test(several_values_come_in_order),
        cmocka_unit_test(filters_choose_elements),
        cmocka_unit_test(what_is_no_path_is_refused_with_its_column),
        cmocka_unit_test(quantities_have_their_suffix),
        cmocka_unit_test(what_is_no_quantity_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
