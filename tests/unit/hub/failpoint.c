/* failpoint: the hub is killed at every step of a maintenance call, and nothing is lost
 * or half done. */
#include "helper/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "helper/office.h"
#include "hub/failpoint.h"

#define WEST                                                                             \
    "\"selector\":\"region=west\",\"duration_ms\":7200000,\"reason\":\"new disks\""

/* From this one on the call has happened, whatever its caller heard. */
#define POINT_OF_NO_RETURN "outcome-durable"

/* In a child: do it with the failpoint set. True if it was killed there. */
static bool
killed_at(struct office *office, const char *point, bool start, const char *window,
    const char *body, const char *key)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child) {
        struct result result;

        setenv("NOCTURNE_FAILPOINT", point, 1);
        office_open(office);
        result = office_call(office, OLGA, start, window, body, key);
        _exit(result.status == 201 ? 1 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static bool
has_happened(const char *point)
{
    int at = 0, last = 0;

    for (int i = 0; failpoint_names[i]; i++) {
        if (!strcmp(failpoint_names[i], point))
            at = i;
        if (!strcmp(failpoint_names[i], POINT_OF_NO_RETURN))
            last = i;
    }
    return at >= last;
}

static void
assert_sound(struct office *office)
{
    char why[256];

    if (!office_is_consistent(office, why))
        fail_msg("the chain is broken: %s", why);
    assert_int_equal(
        office_count(office,
            "SELECT count(*) FROM audit i WHERE kind = 'intent' AND NOT EXISTS"
            " (SELECT 1 FROM audit o WHERE o.action = i.action AND o.kind ="
            " 'outcome')"),
        0);
    assert_int_equal(
        office_count(office, "SELECT count(*) FROM idempotency WHERE status = 0"), 0);
}

/* A body that starts in the west, made in a process whose pool is gone before we fork. */
static char *
body_of_start(void)
{
    struct office office;
    char *body;

    office_folder(&office);
    office_open(&office);
    body = office_frozen(&office, OLGA, true, WEST);
    office_close(&office);
    office_remove(&office);
    return body;
}

static void
start_and_die_at(const char *point, const char *body)
{
    struct office office;
    struct result again;

    office_folder(&office);
    if (!killed_at(&office, point, true, NULL, body, "k1"))
        fail_msg("%s was not passed", point);
    office_open(&office);
    assert_sound(&office);
    assert_int_equal(
        maintenance_open_count(office.maintenance), has_happened(point) ? 1 : 0);
    assert_int_equal(
        office_window_of(&office, "ocm:store-0001")[0] != '\0', has_happened(point));
    /* The client, who heard nothing, asks again with its key: done once all the same. */
    again = office_call(&office, OLGA, true, NULL, body, "k1");
    if (again.status != 201)
        fail_msg("%s: asked again: %s", point, again.err.text);
    assert_int_equal(maintenance_open_count(office.maintenance), 1);
    assert_int_equal(office_count(&office, "SELECT count(*) FROM maintenance"), 1);
    assert_int_equal(
        office_count(&office,
            "SELECT count(*) FROM audit WHERE kind = 'outcome' AND result = 'ok'"),
        1);
    assert_sound(&office);
    result_release(&again);
    office_close(&office);
    office_remove(&office);
}

static void
a_start_survives_a_kill_at_every_step(void **state)
{
    char *body = body_of_start();

    (void)state;
    for (int i = 0; failpoint_names[i]; i++)
        start_and_die_at(failpoint_names[i], body);
    free(body);
}

static void
end_and_die_at(const char *point)
{
    struct office office;
    struct result again;
    char id[32];

    office_folder(&office);
    office_open(&office);
    office_start(&office, OLGA, WEST, "k1", id);
    office_close(&office);
    if (!killed_at(&office, point, false, id, "{}", "k2"))
        fail_msg("%s was not passed", point);
    office_open(&office);
    assert_sound(&office);
    assert_int_equal(
        maintenance_open_count(office.maintenance), has_happened(point) ? 0 : 1);
    again = office_call(&office, OLGA, false, id, "{}", "k2");
    assert_int_equal(again.status, 200);
    assert_int_equal(maintenance_open_count(office.maintenance), 0);
    assert_sound(&office);
    result_release(&again);
    office_close(&office);
    office_remove(&office);
}

static void
an_end_survives_a_kill_at_every_step(void **state)
{
    (void)state;
    for (int i = 0; failpoint_names[i]; i++)
        end_and_die_at(failpoint_names[i]);
}

/* Whatever the moment, the same holds: so this needs no luck to pass, only some to find a
 * fault. */
static void
a_kill_at_any_moment_leaves_all_or_nothing(void **state)
{
    char *body = body_of_start();

    (void)state;
    for (int i = 0; i < 40; i++) {
        struct office office;
        struct result again;
        int64_t until_us = clock_monotonic_us() + (int64_t)(random_u64() % 12000);
        int status;
        pid_t child;

        office_folder(&office);
        child = fork();
        if (!child) {
            office_open(&office);
            again = office_call(&office, OLGA, true, NULL, body, "k1");
            _exit(again.status == 201 ? 0 : 1);
        }
        while (clock_monotonic_us() < until_us)
            ;
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        office_open(&office);
        assert_sound(&office);
        assert_int_equal(maintenance_open_count(office.maintenance),
            office_count(&office,
                "SELECT count(*) FROM audit WHERE kind = 'outcome' AND result = 'ok'"));
        again = office_call(&office, OLGA, true, NULL, body, "k1");
        assert_int_equal(again.status, 201);
        assert_int_equal(maintenance_open_count(office.maintenance), 1);
        assert_sound(&office);
        result_release(&again);
        office_close(&office);
        office_remove(&office);
    }
    free(body);
}

static void
what_was_interrupted_is_closed_by_the_hub(void **state)
{
    char *body = body_of_start(), text[128];
    struct office office;

    (void)state;
    office_folder(&office);
    assert_true(killed_at(&office, "intent-durable", true, NULL, body, "k1"));
    office_open(&office);
    assert_true(office_ask(&office,
        "SELECT kind || ' ' || subject || ' ' || result || ' ' || count || ' ' || detail "
        "FROM"
        " audit ORDER BY seq DESC LIMIT 1",
        text, sizeof text));
    assert_string_equal(text, "outcome hub interrupted 6 {\"of\":\"olga\"}");
    office_close(&office);
    office_remove(&office);
    free(body);
}

static void
without_the_variable_nothing_is_killed(void **state)
{
    struct failpoint failpoint;

    (void)state;
    unsetenv("NOCTURNE_FAILPOINT");
    failpoint_init(&failpoint);
    for (int i = 0; failpoint_names[i]; i++)
        failpoint_pass(&failpoint, failpoint_names[i]);
    setenv("NOCTURNE_FAILPOINT", "looked-up:0", 1);
    failpoint_init(&failpoint);
    failpoint_pass(&failpoint, "looked-up");
    setenv("NOCTURNE_FAILPOINT", "looked-up:3", 1);
    failpoint_init(&failpoint);
    failpoint_pass(&failpoint, "looked-up");
    failpoint_pass(&failpoint, "looked-up");
    unsetenv("NOCTURNE_FAILPOINT");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_survives_a_kill_at_every_step),
        cmocka_unit_test(an_end_survives_a_kill_at_every_step),
        cmocka_unit_test(a_kill_at_any_moment_leaves_all_or_nothing),
        cmocka_unit_test(what_was_interrupted_is_closed_by_the_hub),
        cmocka_unit_test(without_the_variable_nothing_is_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
