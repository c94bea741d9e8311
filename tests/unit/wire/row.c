/* row: the one wire form of a cluster, there and back, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "wire/row.h"

static const char full[] =
    "{\"id\":\"ocm:store-0042\",\"name\":\"store-0042\",\"source\":\"ocm\",\"tags\":{"
    "\"city\":\"Köln "
    "\\\"x\\\"\",\"new\":\"\",\"region\":\"west-coast\"},\"connectivity\":"
    "{\"value\":\"up\",\"reason\":\"ManagedClusterAvailable\",\"since\":\"2026-11-23T10:"
    "00:"
    "00Z\"},\"health\":{\"value\":\"degraded\",\"reason\":\"node lost\",\"since\":null},"
    "\"sync\":{\"value\":\"catching-up\",\"reason\":\"\",\"since\":\"2026-11-23T10:00:"
    "01Z\"}"
    ",\"maintenance\":{\"id\":\"mw-7\",\"until\":\"2026-11-24T10:00:00Z\"},\"state\":"
    "\"maintenance\",\"beneath\":\"degraded\",\"reason\":\"mw-7\",\"since\":\"2026-11-"
    "23T11:"
    "00:00Z\",\"seen\":\"2026-11-23T10:59:00Z\",\"versions\":{\"kubernetes\":{"
    "\"desired\":"
    "null,\"actual\":\"v1.33.4+k3s1\"},\"model\":{\"desired\":\"3.2\",\"actual\":\"3.1\"}"
    "},"
    "\"nodes\":{\"ready\":2,\"total\":3},\"gpus\":{\"count\":2,\"model\":\"L4\"},"
    "\"location\":{\"latitude\":45.5200,\"longitude\":-122.6800,\"timezone\":\"America/"
    "Los_Angeles\",\"place\":\"Portland OR\"}}";

static const char empty[] =
    "{\"id\":\"ocm:a\",\"name\":\"a\",\"source\":\"ocm\",\"tags\":{},\"connectivity\":{"
    "\"value\":\"never-heard\",\"reason\":\"\",\"since\":null},\"health\":{\"value\":"
    "\"unknown\",\"reason\":\"\",\"since\":null},\"sync\":{\"value\":\"unknown\","
    "\"reason\":"
    "\"\",\"since\":null},\"maintenance\":null,\"state\":\"unknown\",\"beneath\":"
    "\"unknown\""
    ",\"reason\":\"\",\"since\":null,\"seen\":null,\"versions\":{},\"nodes\":null,"
    "\"gpus\":"
    "null,\"location\":null}";

#define AXES_OF(health)                                                                  \
    "\"connectivity\":{\"value\":\"up\"},\"health\":{\"value\":\"" health                \
    "\"},\"sync\":{\"value\":\"synced\"}"
#define ROW(rest) "{\"id\":\"ocm:a\",\"state\":\"healthy\"," AXES_OF("healthy") rest "}"

static void
check_round_trip(const char *text)
{
    struct fleet *fleet = fleet_new();
    enum row_change change = ROW_SAME;
    struct buf out = { 0 };
    struct err err = { 0 };
    uint32_t slot = row_parse(fleet, str_from(text), &change, &err);

    assert_string_equal(err.text, "");
    assert_int_not_equal(slot, FLEET_NONE);
    assert_int_equal(change, ROW_ADDED);
    row_print(fleet, fleet_at(fleet, slot), &out);
    assert_string_equal(out.at, text);
    assert_int_equal(row_parse(fleet, buf_str(&out), &change, &err), slot);
    assert_int_equal(change, ROW_SAME);
    buf_release(&out);
    fleet_remove(fleet, slot);
    assert_int_equal(intern_count(fleet->intern), 0); /* every reference was given back */
    fleet_free(fleet);
}

static void
a_full_row_comes_back_as_it_was(void **state)
{
    (void)state;
    check_round_trip(full);
}

static void
what_is_not_known_stays_not_known(void **state)
{
    (void)state;
    check_round_trip(empty);
}

static void
the_values_are_where_they_belong(void **state)
{
    struct fleet *fleet = fleet_new();
    struct err err;
    const struct cluster *c =
        fleet_at(fleet, row_parse(fleet, str_from(full), NULL, &err));

    (void)state;
    assert_int_equal(c->tag_count, 3);
    assert_int_equal(c->axes[AXIS_HEALTH].value, HEALTH_DEGRADED);
    assert_int_equal(c->axes[AXIS_SYNC].value, SYNC_CATCHING_UP);
    assert_int_equal(c->axes[AXIS_CONNECTIVITY].since_s, 1795428000);
    assert_int_equal(c->state, STATE_MAINTENANCE);
    assert_int_equal(c->beneath, STATE_DEGRADED);
    assert_int_equal(c->nodes_ready, 2);
    assert_int_equal(c->gpus, 2);
    assert_string_equal(
        intern_text(fleet->intern, c->versions[LAYER_MODEL].desired), "3.2");
    assert_int_equal(c->versions[LAYER_KUBERNETES].desired, 0);
    assert_true(c->latitude > 45.51f && c->latitude < 45.53f);
    fleet_free(fleet);
}

static void
a_changed_row_says_so_and_keeps_its_slot(void **state)
{
    struct fleet *fleet = fleet_new();
    enum row_change change;
    struct err err;
    uint32_t slot =
        row_parse(fleet, STR(ROW(",\"tags\":{\"b\":\"1\",\"a\":\"2\"}")), &change, &err);

    (void)state;
    assert_int_equal(change, ROW_ADDED);
    /* Tags in another order are the same tags. */
    assert_int_equal(
        row_parse(fleet, STR(ROW(",\"tags\":{\"a\":\"2\",\"b\":\"1\"}")), &change, &err),
        slot);
    assert_int_equal(change, ROW_SAME);
    assert_int_equal(
        row_parse(fleet, STR(ROW(",\"tags\":{\"a\":\"2\",\"b\":\"3\"}")), &change, &err),
        slot);
    assert_int_equal(change, ROW_CHANGED);
    assert_int_equal(
        row_parse(fleet, STR(ROW(",\"gpus\":{\"count\":0}")), &change, &err), slot);
    assert_int_equal(change, ROW_CHANGED);
    assert_int_equal(fleet_at(fleet, slot)->gpus, 0);
    assert_int_equal(fleet->count, 1);
    fleet_free(fleet);
}

static void
what_is_printed_is_read_as_the_same(void **state)
{
    static const char *const rows[] = {
        ROW(",\"location\":{\"latitude\":-0.00001,\"longitude\":179.98765432}"),
        ROW(",\"location\":{\"longitude\":-128.0000499}"),
        ROW(",\"maintenance\":{\"id\":\"\",\"until\":\"2026-11-24T10:00:00Z\"}"),
        ROW(",\"reason\":\"\\u0007\\\"\\u007f\\ud83d\\ude00\""),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fleet *fleet = fleet_new();
        enum row_change change;
        struct buf out = { 0 };
        struct err err = { 0 };
        uint32_t slot = row_parse(fleet, str_from(rows[i]), &change, &err);

        assert_string_equal(err.text, "");
        row_print(fleet, fleet_at(fleet, slot), &out);
        assert_int_equal(row_parse(fleet, buf_str(&out), &change, &err), slot);
        assert_int_equal(change, ROW_SAME);
        buf_release(&out);
        fleet_free(fleet);
    }
}

static void
unknown_members_are_for_newer_versions(void **state)
{
    struct fleet *fleet = fleet_new();
    struct err err;

    (void)state;
    assert_int_not_equal(
        row_parse(fleet, STR(ROW(",\"later\":[1,{\"x\":2}]")), NULL, &err), FLEET_NONE);
    fleet_free(fleet);
}

static const struct {
    const char *text, *error;
} bad[] = {
    { "", "row: an object was expected" },
    { "[]", "row: an object was expected" },
    { "{\"id\":\"ocm:a\"", "row: column " },
    { ROW("") " x", "row: column " },
    { ROW(",\"gpus\":{\"count\":01}"), "row: column " },
    { ROW(",\"x\":nul"), "row: column " },
    { "{}", "row: id: missing" },
    { "{\"id\":7}", "row: id: a text was expected" },
    { "{\"id\":\"nocolon\"}", "row: id: SOURCE:KEY was expected" },
    { "{\"id\":\"ocm:a\",\"id\":\"ocm:b\"}", "row: id: it is there twice" },
    { "{\"id\":\"ocm:a\"}", "row: connectivity: missing" },
    { "{\"id\":\"ocm:a\",\"connectivity\":\"up\"}",
        "row: connectivity: an object was expected" },
    { "{\"id\":\"ocm:a\",\"state\":\"healthy\"," AXES_OF("well") "}",
        "row: health: value: \"well\" is no value of it" },
    { "{\"id\":\"ocm:a\"," AXES_OF("healthy") "}", "row: state: missing" },
    { "{\"id\":\"ocm:a\",\"state\":\"red\"," AXES_OF("healthy") "}",
        "row: state: \"red\" is no state" },
    { ROW(",\"tags\":[]"), "row: tags: an object was expected" },
    { ROW(",\"tags\":{\"a\":1}"), "row: tags: a: a text was expected" },
    { ROW(",\"tags\":{\"\":\"x\"}"), "row: tags: a key has 1 to 256 bytes" },
    { ROW(",\"since\":\"yesterday\""), "row: since: a time as in" },
    { ROW(",\"since\":\"1812-01-01T00:00:00Z\""),
        "row: since: a time from 1970 to 2106" },
    { ROW(",\"nodes\":{\"ready\":-1}"),
        "row: nodes: ready: a whole number from 0 to 32767" },
    { ROW(",\"nodes\":{\"ready\":1.5}"), "row: nodes: ready: a whole number from 0" },
    { ROW(",\"gpus\":{\"count\":99999}"),
        "row: gpus: count: a whole number from 0 to 32767" },
    { ROW(",\"location\":{\"latitude\":91}"),
        "row: location: latitude: a number from -90 to 90" },
    { ROW(",\"versions\":{\"app\":\"1\"}"),
        "row: versions: app: an object was expected" },
    { ROW(",\"maintenance\":{\"id\":5}"), "row: maintenance: id: a text was expected" },
    { "{\"id\":\"ocm:a\\u001b\",\"state\":\"healthy\"," AXES_OF("healthy") "}",
        "row: id: it cannot be one in this fleet" },
    { "{\"id\":\"ocm:a\\u0000\",\"state\":\"healthy\"," AXES_OF("healthy") "}",
        "row: column " },
};

static void
what_is_no_row_is_refused_by_name_and_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fleet *fleet = fleet_new();
        struct err err = { 0 };

        assert_int_equal(row_parse(fleet, str_from(bad[i].text), NULL, &err), FLEET_NONE);
        assert_int_equal(err.code, ERR_INPUT);
        if (strncmp(err.text, bad[i].error, strlen(bad[i].error)))
            fail_msg("%s: %s", bad[i].text, err.text);
        assert_int_equal(fleet->count, 0);
        assert_int_equal(intern_count(fleet->intern), 0);
        fleet_free(fleet);
    }
}

static void
everything_has_a_ceiling(void **state)
{
    struct fleet *fleet = fleet_new();
    struct buf text = { 0 };
    struct err err;

    (void)state;
    buf_add_text(&text,
        "{\"id\":\"ocm:a\",\"state\":\"healthy\"," AXES_OF("healthy") ",\"tags\":{");
    for (int i = 0; i <= CLUSTER_TAGS; i++)
        buf_print(&text, "%s\"k%d\":\"v\"", i ? "," : "", i);
    buf_add_text(&text, "}}");
    assert_int_equal(row_parse(fleet, buf_str(&text), NULL, &err), FLEET_NONE);
    assert_string_equal(err.text, "row: tags: more than 64 of them");

    buf_clear(&text);
    buf_add_text(&text, ROW(",\"reason\":\""));
    text.length -= 1; /* the brace */
    buf_add_repeat(&text, 'x', ROW_TEXT_BYTES + 1);
    buf_add_text(&text, "\"}");
    assert_int_equal(row_parse(fleet, buf_str(&text), NULL, &err), FLEET_NONE);

    buf_clear(&text);
    buf_add_repeat(&text, ' ', ROW_LIMIT_BYTES + 1);
    assert_int_equal(row_parse(fleet, buf_str(&text), NULL, &err), FLEET_NONE);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(intern_count(fleet->intern), 0);
    buf_release(&text);
    fleet_free(fleet);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_row_comes_back_as_it_was),
        cmocka_unit_test(what_is_not_known_stays_not_known),
        cmocka_unit_test(the_values_are_where_they_belong),
        cmocka_unit_test(a_changed_row_says_so_and_keeps_its_slot),
        cmocka_unit_test(what_is_printed_is_read_as_the_same),
        cmocka_unit_test(unknown_members_are_for_newer_versions),
        cmocka_unit_test(what_is_no_row_is_refused_by_name_and_changes_nothing),
        cmocka_unit_test(everything_has_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
