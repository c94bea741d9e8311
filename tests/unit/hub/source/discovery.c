/* What a server says it serves, in both its forms; and what a lease says. */
#include <stdio.h>
#include <string.h>

#include "helper/check.h"
#include "hub/source/discovery.h"
#include "hub/source/leases.h"

static const char text[] =
    "dialect: x\nresources:\n"
    "  - {group: a.io, versions: [v2, v1], resource: things, is: inventory}\n"
    "  - {group: b.io, versions: [v1], resource: works, is: facet, join: name}\n"
    "  - {group: \"\", versions: [v1], resource: nodes, is: facet, join: name}\n";

struct fixture {
    struct dialect *dialect;
    struct wanted wanted[3];
    struct discovery discovery;
};

static void
open_fixture(struct fixture *fixture, uint32_t count)
{
    struct err err = { 0 };

    *fixture = (struct fixture){ 0 };
    fixture->dialect = dialect_parse("f", NULL, str_from(text), &err);
    if (!fixture->dialect)
        fail_msg("%s", err.text);
    for (uint32_t i = 0; i < count; i++)
        fixture->wanted[i].resource = &fixture->dialect->resources[i];
    discovery_init(&fixture->discovery, fixture->wanted, count);
}

static void
close_fixture(struct fixture *fixture)
{
    discovery_release(&fixture->discovery);
    dialect_free(fixture->dialect);
}

static void
answer(struct fixture *fixture, const char *path, int status, const char *body)
{
    struct err err = { 0 };
    const char *next = discovery_next(&fixture->discovery);

    assert_non_null(next);
    assert_string_equal(next, path);
    if (!discovery_answer(&fixture->discovery, status, str_from(body), &err))
        fail_msg("%s", err.text);
}

static void
expect_version(const struct fixture *fixture, int index, const char *version)
{
    const char *got = fixture->wanted[index].version;

    assert_string_equal(got ? got : "(none)", version);
}

#define VERBS "\"verbs\":[\"get\",\"list\",\"watch\"]"
#define CLASSIC_GROUPS                                                                   \
    "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"a.io\",\"versions\":["           \
    "{\"version\":\"v1\"},{\"version\":\"v2\"}]},{\"name\":\"z.io\"}]}"

static void
one_document_tells_it_all(void **state)
{
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, 2);
    answer(&fixture, "/apis", 200,
        "{\"kind\":\"APIGroupDiscoveryList\",\"items\":["
        "{\"metadata\":{\"name\":\"a.io\"},\"versions\":[{\"version\":\"v1\","
        "\"resources\":["
        "{\"resource\":\"things\"," VERBS "}]},{\"version\":\"v3\"}]},"
        "{\"metadata\":{\"name\":\"b.io\"},\"versions\":[{\"version\":\"v1\","
        "\"resources\":["
        "{\"resource\":\"works\",\"verbs\":[\"get\"]}]}]}]}");
    assert_null(discovery_next(&fixture.discovery));
    expect_version(&fixture, 0, "v1");
    expect_version(&fixture, 1, "(none)"); /* it can't be watched */
    close_fixture(&fixture);
}

static void
older_servers_are_asked_group_by_group(void **state)
{
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, 3);
    answer(&fixture, "/apis", 200, CLASSIC_GROUPS);
    answer(
        &fixture, "/apis/a.io/v2", 200, "{\"resources\":[{\"name\":\"things/status\"}]}");
    answer(&fixture, "/apis/a.io/v1", 200,
        "{\"resources\":[{\"name\":\"things\"," VERBS "}]}");
    answer(&fixture, "/api/v1", 200, "{\"resources\":[{\"name\":\"nodes\"," VERBS "}]}");
    assert_null(discovery_next(&fixture.discovery));
    expect_version(&fixture, 0, "v1");
    expect_version(&fixture, 1, "(none)");
    expect_version(&fixture, 2, "v1");
    close_fixture(&fixture);
}

static void
a_group_that_went_meanwhile_is_not_there(void **state)
{
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, 2);
    answer(&fixture, "/apis", 200, CLASSIC_GROUPS);
    answer(&fixture, "/apis/a.io/v2", 404, "404 page not found");
    answer(&fixture, "/apis/a.io/v1", 404, "404 page not found");
    assert_null(discovery_next(&fixture.discovery));
    expect_version(&fixture, 0, "(none)");
    close_fixture(&fixture);
}

static void
a_fault_is_said_and_the_next_try_begins_anew(void **state)
{
    static const struct {
        int status;
        const char *body, *word;
    } faults[] = {
        { 200, "<html>", "login page" },
        { 200, "{\"kind\":\"Pizza\"}", "is this a Kubernetes API server?" },
        { 200, "", "no JSON" },
        { 401, "{\"reason\":\"Unauthorized\"}", "credentials (401 Unauthorized)" },
        { 403, "{}", "not allowed" },
        { 404, "", "does not serve the API's groups" },
        { 503, "", "the server fails (503)" },
    };
    struct fixture fixture;

    (void)state;
    open_fixture(&fixture, 3);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct err err = { 0 };

        assert_string_equal(discovery_next(&fixture.discovery), "/apis");
        assert_false(discovery_answer(
            &fixture.discovery, faults[i].status, str_from(faults[i].body), &err));
        if (!strstr(err.text, faults[i].word))
            fail_msg("'%s' has no '%s'", err.text, faults[i].word);
        answer(&fixture, "/apis", 200, CLASSIC_GROUPS);
        assert_string_equal(discovery_next(&fixture.discovery), "/apis/a.io/v2");
        assert_false(discovery_answer(&fixture.discovery, 500, str_from(""), &err));
    }
    close_fixture(&fixture);
}

static void
a_lease_tells_how_many_beats_were_missed(void **state)
{
    struct beat beat;
    struct err err = { 0 };
    int64_t renewed_ms = 1795482000123;
    const char *lease = "{\"spec\":{\"renewTime\":\"2026-11-24T01:00:00.123456Z\","
                        "\"leaseDurationSeconds\":60}}";

    (void)state;
    assert_true(beat_read(&beat, str_from(lease), renewed_ms + 59999, &err));
    assert_int_equal(beat.renewed_ms, renewed_ms);
    assert_int_equal(beat.missed, 0);
    assert_true(beat_read(&beat, str_from(lease), renewed_ms + 301000, &err));
    assert_int_equal(beat.missed, 5);
    assert_true(beat_read(&beat, str_from(lease), renewed_ms - 5000, &err));
    assert_int_equal(beat.missed, 0);
}

static void
a_lease_that_says_nothing_is_said_to(void **state)
{
    static const char *const wrong[] = { "", "[]", "{}", "{\"spec\":{}}",
        "{\"spec\":{\"renewTime\":\"soon\",\"leaseDurationSeconds\":60}}",
        "{\"spec\":{\"renewTime\":\"2026-11-24T01:00:00Z\",\"leaseDurationSeconds\":0}}",
        "{\"spec\":{\"renewTime\":\"2026-11-24T01:00:00Z\"}}" };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct err err = { 0 };
        struct beat beat;

        assert_false(beat_read(&beat, str_from(wrong[i]), 0, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_document_tells_it_all),
        cmocka_unit_test(older_servers_are_asked_group_by_group),
        cmocka_unit_test(a_group_that_went_meanwhile_is_not_there),
        cmocka_unit_test(a_fault_is_said_and_the_next_try_begins_anew),
        cmocka_unit_test(a_lease_tells_how_many_beats_were_missed),
        cmocka_unit_test(a_lease_that_says_nothing_is_said_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
