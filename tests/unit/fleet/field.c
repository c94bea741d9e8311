/* field, version: the table of what a row has; how values print and compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/field.h"
#include "fleet/version.h"

#define NOW_MS INT64_C(1795428000000)

static void
assert_prints(
    const struct fleet *fleet, uint32_t slot, const char *name, const char *text)
{
    const struct field *field = field_find(str_from(name));
    struct buf out = { 0 };

    assert_non_null(field);
    field_print(field, fleet, fleet_at(fleet, slot), NOW_MS, &out);
    if (strcmp(out.at, text))
        fail_msg("%s is %s instead of %s", name, out.at, text);
    buf_release(&out);
}

static void
every_row_of_the_table_is_whole(void **state)
{
    (void)state;
    for (const struct field *field = fields; field->name; field++) {
        assert_non_null(field->title);
        assert_non_null(field->help);
        assert_non_null(field->get);
        assert_true(field->width > 0);
        assert_true((field->kind == FIELD_ENUM) == (field->words != NULL));
        assert_true(field->kind != FIELD_LIST || field->print);
        assert_ptr_equal(field_find(str_from(field->name)), field);
    }
    assert_null(field_find(STR("nosuch")));
    assert_null(field_find(STR("")));
    assert_string_equal(field_suggest(STR("stat")), "state");
    assert_null(field_suggest(STR("completely-different")));
}

static void
every_field_of_an_unknown_cluster_prints(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t slot = fleet_touch(fleet, STR("ocm:store-1"));
    struct buf out = { 0 };

    (void)state;
    for (const struct field *field = fields; field->name; field++) {
        buf_clear(&out);
        field_print(field, fleet, fleet_at(fleet, slot), NOW_MS, &out);
        if (!field->always)
            assert_string_equal(out.at, "-");
        else
            assert_string_not_equal(out.at, "-");
    }
    buf_release(&out);
    fleet_free(fleet);
}

static void
values_print_as_a_column_shows_them(void **state)
{
    struct fleet *fleet = fleet_new();
    uint32_t slot = fleet_touch(fleet, STR("ocm:store-1"));
    struct cluster *c = fleet_at(fleet, slot);

    (void)state;
    cluster_set_tag(c, fleet->intern, STR("region"), STR("west"));
    cluster_set_tag(c, fleet->intern, STR("city"), STR("a\x1b[31mb"));
    c->state = STATE_CATCHING_UP;
    c->since_s = (uint32_t)(NOW_MS / 1000) - 120;
    c->nodes_ready = 2;
    c->nodes_total = 3;
    c->gpus = 0;
    c->latitude = 45.52f;
    c->longitude = -122.68f;
    intern_set(fleet->intern, &c->versions[LAYER_MODEL].actual, STR("3.1"));
    intern_set(fleet->intern, &c->versions[LAYER_MODEL].desired, STR("3.2"));
    intern_set(fleet->intern, &c->versions[LAYER_OS].actual, STR("24.04"));
    assert_prints(fleet, slot, "id", "ocm:store-1");
    assert_prints(fleet, slot, "name", "store-1");
    assert_prints(fleet, slot, "source", "ocm");
    assert_prints(fleet, slot, "tags", "city=a�[31mb,region=west");
    assert_prints(fleet, slot, "state", "catching-up");
    assert_prints(fleet, slot, "since", "2m");
    assert_prints(fleet, slot, "nodes", "2/3");
    assert_prints(fleet, slot, "nodes.ready", "2");
    assert_prints(fleet, slot, "gpus", "0");
    assert_prints(fleet, slot, "location", "45.52,-122.68");
    assert_prints(fleet, slot, "versions", "os 24.04 model 3.1→3.2");
    assert_prints(fleet, slot, "version.model", "3.1");
    assert_prints(fleet, slot, "version.model.desired", "3.2");
    assert_prints(fleet, slot, "connectivity", "never-heard");
    fleet_touch(fleet, STR("capi:store-1"));
    assert_prints(fleet, slot, "name", "ocm:store-1");
    fleet_free(fleet);
}

static void
rows_sort_by_a_field_with_unknowns_last(void **state)
{
    struct fleet *fleet = fleet_new();
    const struct field *gpus = field_find(STR("gpus")), *since = field_find(STR("since"));
    const struct field *version = field_find(STR("version.app"));
    struct cluster *nine, *ten;

    (void)state;
    fleet_touch(fleet, STR("ocm:store-9"));
    fleet_touch(fleet, STR("ocm:store-10"));
    nine = fleet_at(fleet, 0);
    ten = fleet_at(fleet, 1);
    assert_true(field_order(gpus, fleet, nine, ten) < 0); /* natural order */
    assert_true(field_order(gpus, fleet, ten, nine) > 0);
    ten->gpus = 4;
    assert_true(field_order(gpus, fleet, ten, nine) < 0);
    nine->gpus = 5;
    assert_true(field_order(gpus, fleet, ten, nine) < 0);
    nine->since_s = 100;
    ten->since_s = 200;
    assert_true(field_order(since, fleet, ten, nine) < 0); /* the younger */
    intern_set(fleet->intern, &nine->versions[LAYER_APP].actual, STR("v1.10.0"));
    intern_set(fleet->intern, &ten->versions[LAYER_APP].actual, STR("1.9.0"));
    assert_true(field_order(version, fleet, ten, nine) < 0);
    fleet_free(fleet);
}

static void
versions_compare_as_people_read_them(void **state)
{
    static const char *const ascending[] = { "1.2-alpha.1", "1.2-rc1", "1.2", "1.2.1",
        "1.9", "v1.10-rc2", "v1.10", "1.10.0", "v1.33.4+k3s1", "1.33.4+k3s2", "24.04-r7",
        "24.04-r10" };

    (void)state;
    for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++)
        for (size_t j = 0; j < sizeof ascending / sizeof *ascending; j++) {
            int order = version_order(str_from(ascending[i]), str_from(ascending[j]));

            if ((order > 0) != (i > j) || (order < 0) != (i < j))
                fail_msg("%s and %s: %d", ascending[i], ascending[j], order);
        }
    assert_int_equal(version_order(STR("v1.2"), STR("1.2")), 0);
    assert_false(version_is(STR("vision")));
    assert_false(version_is(STR("")));
    assert_true(version_is(STR("v3")));
}

static void
amounts_have_units(void **state)
{
    double number;
    enum field_unit unit;
    static const char *const bad[] = { "", "x", "5x", "-", ".", "5.", "1.2.3", "5 m",
        "1e5", "0x10", "--5", "%", "m" };

    (void)state;
    assert_true(
        amount_parse(STR("80"), &number, &unit) && number == 80 && unit == UNIT_NONE);
    assert_true(amount_parse(STR("-3.5C"), &number, &unit) && number == -3.5 &&
                unit == UNIT_CELSIUS);
    assert_true(amount_parse(STR("80°C"), &number, &unit) && number == 80 &&
                unit == UNIT_CELSIUS);
    assert_true(
        amount_parse(STR("40%"), &number, &unit) && number == 40 && unit == UNIT_PERCENT);
    assert_true(amount_parse(STR("2h"), &number, &unit) && number == 7200000 &&
                unit == UNIT_DURATION);
    assert_true(amount_parse(STR("9d"), &number, &unit) && number == 777600000);
    assert_true(amount_parse(STR("12GiB"), &number, &unit) && number == 12884901888.0 &&
                unit == UNIT_BYTES);
    assert_true(amount_parse(STR("16Gi"), &number, &unit) && unit == UNIT_BYTES);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (amount_parse(str_from(bad[i]), &number, &unit))
            fail_msg("%s was taken", bad[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_whole),
        cmocka_unit_test(every_field_of_an_unknown_cluster_prints),
        cmocka_unit_test(values_print_as_a_column_shows_them),
        cmocka_unit_test(rows_sort_by_a_field_with_unknowns_last),
        cmocka_unit_test(versions_compare_as_people_read_them),
        cmocka_unit_test(amounts_have_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
