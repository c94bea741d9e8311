/* mirror: a hub's stream, played. */
#include "helper/check.h"

#include <string.h>

#include "console/client.h"
#include "console/mirror.h"

#define HELLO                                                                            \
    "event: hello\ndata: "                                                               \
    "{\"api\":1,\"epoch\":\"e1\",\"time\":\"2026-11-23T10:00:00Z\"}\n\n"
#define RESET "event: reset\ndata: {}\n\n"
#define ROW(name, state)                                                                 \
    "data: {\"id\":\"ocm:" name "\",\"connectivity\":{\"value\":\"up\"},\"health\":{"    \
    "\"value\":\"healthy\"},\"sync\":{\"value\":\"synced\"},\"state\":\"" state "\"}\n"
#define ROWS       "event: clusters\n"
#define END        "\n"
#define SYNC(n)    "event: sync\ndata: {\"clusters\":" #n "}\n\n"
#define REMOVE(id) "event: remove\ndata: {\"id\":\"" id "\"}\n\n"
#define MARK(n)                                                                          \
    "id: e1-s1-" #n "\nevent: mark\ndata: {\"revision\":" #n                             \
    ",\"time\":\"2026-11-23T10:00:01Z\"}\n\n"

struct told {
    struct buf text;
    const struct fleet *fleet;
};

static void
on_cluster(void *user, uint32_t slot, bool added)
{
    struct told *told = user;
    const struct cluster *cluster = fleet_at(told->fleet, slot);

    buf_print(&told->text, "%s%.*s ", added ? "+" : "~",
        STR_ARG(cluster_key(cluster, told->fleet->intern)));
}

static void
on_remove(void *user, uint32_t slot)
{
    struct told *told = user;

    buf_print(&told->text, "-%.*s ",
        STR_ARG(cluster_key(fleet_at(told->fleet, slot), told->fleet->intern)));
}

static struct mirror *
start(struct told *told)
{
    static const struct mirror_calls calls = { on_cluster, on_remove };
    struct mirror *mirror = mirror_new(&calls, told);

    told->fleet = mirror_fleet(mirror);
    mirror_begin(mirror);
    return mirror;
}

static void
feed_at(struct mirror *mirror, const char *text, int64_t now_ms)
{
    struct err err = { 0 };

    if (!mirror_feed(mirror, text, strlen(text), now_ms, &err))
        fail_msg("%s", err.text);
}

static void
feed(struct mirror *mirror, const char *text)
{
    feed_at(mirror, text, 1000);
}

static void
assert_told(struct told *told, const char *text)
{
    buf_add_text(&told->text, "");
    assert_string_equal(told->text.at, text);
    buf_clear(&told->text);
}

static void
a_snapshot_becomes_a_fleet_at_sync(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    assert_null(mirror_hello(mirror));
    feed(mirror, HELLO RESET ROWS ROW("a", "healthy") ROW("b", "down") END);
    assert_told(&told, "+a +b ");
    assert_false(mirror_current(mirror));
    assert_int_equal(mirror_fleet(mirror)->count, 2);
    assert_int_equal(mirror_take_changes(mirror), CLIENT_HELLO | CLIENT_CLUSTERS);
    feed(mirror, SYNC(2));
    assert_true(mirror_current(mirror) && mirror_synced(mirror));
    assert_int_equal(mirror_take_changes(mirror), CLIENT_SYNCED);
    assert_string_equal(mirror_resume_id(mirror), "");
    feed(mirror, MARK(7));
    assert_string_equal(mirror_resume_id(mirror), "e1-s1-7");
    assert_int_equal(mirror_revision(mirror), 7);
    assert_int_equal(mirror_take_changes(mirror), CLIENT_MARK);
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
changes_and_removes_are_told_and_repeats_are_not(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);
    uint32_t changes;

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") ROW("b", "down") END SYNC(2) MARK(1));
    buf_clear(&told.text);
    changes = mirror_changes(mirror);
    feed(mirror, ROWS ROW("a", "healthy") ROW("b", "healthy") END);
    assert_told(&told, "~b ");
    feed(mirror, REMOVE("ocm:a") REMOVE("ocm:nobody") MARK(2));
    assert_told(&told, "-a ");
    assert_int_equal(mirror_changes(mirror), changes + 2);
    assert_int_equal(mirror_fleet(mirror)->count, 1);
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
the_old_picture_stays_until_sync(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") ROW("b", "down") END SYNC(2) MARK(1));
    mirror_lost(mirror);
    assert_false(mirror_current(mirror));
    assert_true(mirror_synced(mirror));
    buf_clear(&told.text);
    mirror_begin(mirror);
    feed(mirror, HELLO RESET ROWS ROW("b", "healthy") ROW("c", "healthy") END);
    assert_told(&told, "~b +c ");
    assert_int_equal(mirror_fleet(mirror)->count, 3);
    assert_string_equal(mirror_resume_id(mirror), "");
    feed(mirror, SYNC(2) MARK(2));
    assert_told(&told, "-a ");
    assert_true(mirror_current(mirror));
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
an_interrupted_snapshot_sweeps_nothing(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") ROW("b", "healthy") END SYNC(2) MARK(1));
    mirror_lost(mirror);
    mirror_begin(mirror);
    feed(mirror, HELLO RESET ROWS ROW("a", "down") END);
    mirror_lost(mirror);
    assert_int_equal(mirror_fleet(mirror)->count, 2);
    /* What was half seen is nothing to resume from: the next stream is a snapshot, though
     * nobody says reset. */
    assert_string_equal(mirror_resume_id(mirror), "");
    mirror_begin(mirror);
    feed(mirror, HELLO ROWS ROW("b", "healthy") END SYNC(1));
    assert_int_equal(mirror_fleet(mirror)->count, 1);
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
a_resumed_stream_is_whole_at_its_mark(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") ROW("b", "healthy") END SYNC(2) MARK(1));
    mirror_lost(mirror);
    mirror_begin(mirror);
    mirror_take_changes(mirror);
    feed(mirror, HELLO);
    assert_false(mirror_current(mirror));
    feed(mirror, ROWS ROW("a", "down") END MARK(2));
    assert_true(mirror_current(mirror));
    assert_int_equal(mirror_fleet(mirror)->count, 2); /* nothing swept */
    assert_string_equal(mirror_resume_id(mirror), "e1-s1-2");
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
a_batch_without_its_mark_is_asked_for_again(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") END SYNC(1) MARK(1));
    feed(mirror,
        ROWS ROW("a", "down") END "id: e1-s1-2\nevent: mark\ndata: {\"revision\":2,"
                                  "\"time\":\"2026-11-23T10:00:01Z\"}\n");
    mirror_lost(mirror); /* before the empty line */
    assert_string_equal(mirror_resume_id(mirror), "e1-s1-1");
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
a_second_hello_changes_who_one_is_and_no_cluster(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") END);
    /* In the middle of a snapshot. */
    feed(mirror, "event: hello\ndata: {\"api\":1,\"epoch\":\"e1\",\"time\":"
                 "\"2026-11-23T10:00:00Z\",\"read_only\":\"disk full\"}\n\n");
    feed(mirror, ROWS ROW("b", "healthy") END SYNC(2));
    assert_int_equal(mirror_fleet(mirror)->count, 2);
    assert_string_equal(mirror_hello(mirror)->read_only, "disk full");
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
another_api_is_refused_with_what_mends_it(void **state)
{
    static const char text[] =
        "event: hello\ndata: {\"api\":2,\"version\":\"9.0\",\"time\":"
        "\"2026-11-23T10:00:00Z\"}\n\n";
    struct told told = { 0 };
    struct mirror *mirror = start(&told);
    struct err err = { 0 };

    (void)state;
    assert_false(mirror_feed(mirror, text, sizeof text - 1, 0, &err));
    assert_int_equal(err.code, ERR_VERSION);
    assert_non_null(strstr(err.text, "9.0"));
    assert_non_null(strstr(err.text, "nocturne hub stop"));
    assert_null(mirror_hello(mirror));
    mirror_free(mirror);
}

static void
nothing_is_believed_before_hello(void **state)
{
    static const char text[] = ROWS ROW("a", "healthy") END;
    struct told told = { 0 };
    struct mirror *mirror = start(&told);
    struct err err = { 0 };

    (void)state;
    assert_false(mirror_feed(mirror, text, sizeof text - 1, 0, &err));
    assert_string_equal(err.text, "the stream began with clusters instead of hello");
    assert_int_equal(mirror_fleet(mirror)->count, 0);
    mirror_free(mirror);
}

static void
a_bad_row_ends_the_stream_and_the_picture_stays(void **state)
{
    static const char text[] = ROWS ROW("a", "down") ROW("b", "purple") END MARK(2);
    struct told told = { 0 };
    struct mirror *mirror = start(&told);
    struct err err = { 0 };

    (void)state;
    feed(mirror, HELLO ROWS ROW("a", "healthy") ROW("b", "healthy") END SYNC(2) MARK(1));
    assert_false(mirror_feed(mirror, text, sizeof text - 1, 0, &err));
    assert_string_equal(err.text, "row: state: \"purple\" is no state");
    assert_false(mirror_current(mirror));
    assert_int_equal(mirror_fleet(mirror)->count, 2);
    assert_string_equal(mirror_resume_id(mirror), "e1-s1-1");
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
sources_that_are_not_listed_are_gone(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror, HELLO "event: sources\ndata: {\"name\":\"a\"}\ndata: {\"name\":\"b\"}\n"
                       "data: {\"name\":\"c\"}\n\n");
    assert_int_equal(mirror_fleet(mirror)->source_count, 3);
    mirror_take_changes(mirror);
    feed(mirror, "event: sources\ndata: {\"name\":\"b\",\"phase\":\"synced\"}\n\n");
    assert_int_equal(mirror_fleet(mirror)->source_count, 1);
    assert_string_equal(fleet_source(mirror_fleet(mirror), STR("b"))->phase, "synced");
    assert_int_equal(mirror_take_changes(mirror), CLIENT_SOURCES);
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
what_a_newer_hub_says_is_passed_over(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);

    (void)state;
    feed(mirror,
        HELLO "event: rollout\ndata: {\"x\":1}\n\n" ROWS ROW("a", "healthy") END SYNC(1));
    assert_true(mirror_current(mirror));
    mirror_free(mirror);
    buf_release(&told.text);
}

static void
hub_time_is_the_least_delayed_of_what_was_heard(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = start(&told);
    int64_t hub_ms = 0, hello_ms = INT64_C(1795428000000);

    (void)state;
    assert_false(mirror_hub_ms(mirror, 0, &hub_ms));
    feed_at(mirror, HELLO, 5000);
    assert_true(mirror_hub_ms(mirror, 5000, &hub_ms));
    assert_true(hub_ms == hello_ms);
    /* 15 s later by the hub, 18 s by us: it was held up for 3 s. */
    feed_at(mirror, "event: time\ndata: {\"time\":\"2026-11-23T10:00:15Z\"}\n\n", 23000);
    assert_true(mirror_hub_ms(mirror, 23000, &hub_ms));
    assert_true(hub_ms == hello_ms + 18000);
    /* The first was held up, this one less. */
    feed_at(mirror, "event: time\ndata: {\"time\":\"2026-11-23T10:00:31Z\"}\n\n", 35000);
    assert_true(mirror_hub_ms(mirror, 35000, &hub_ms));
    assert_true(hub_ms == hello_ms + 31000);
    /* A hub of another epoch has a clock of its own. */
    mirror_lost(mirror);
    mirror_begin(mirror);
    feed_at(mirror,
        "event: hello\ndata: "
        "{\"api\":1,\"epoch\":\"e2\",\"time\":\"2026-11-23T09:00:00Z\"}\n\n",
        36000);
    assert_true(mirror_hub_ms(mirror, 36000, &hub_ms));
    assert_true(hub_ms == hello_ms - 3600000);
    mirror_free(mirror);
}

/* More than one slice: the picture is not whole until the last. */
static void
a_large_sweep_goes_in_slices(void **state)
{
    struct told told = { 0 };
    struct mirror *mirror = mirror_new(NULL, NULL);
    struct buf text = { 0 };
    uint32_t slices = 0, many = 3 * MIRROR_SWEEP;

    (void)state;
    (void)told;
    mirror_begin(mirror);
    feed(mirror, HELLO);
    for (uint32_t i = 0; i < many; i++) {
        buf_clear(&text);
        buf_print(&text,
            ROWS
            "data: {\"id\":\"ocm:%u\",\"connectivity\":{\"value\":\"up\"},\"health\":{"
            "\"value\":\"healthy\"},\"sync\":{\"value\":\"synced\"},\"state\":"
            "\"healthy\"}\n\n",
            i);
        feed(mirror, text.at);
    }
    feed(mirror, SYNC(6144));
    while (mirror_sweeping(mirror))
        mirror_sweep(mirror);
    feed(mirror, MARK(1));
    feed(mirror, RESET ROWS ROW("0", "healthy") ROW("new", "healthy") END SYNC(2));
    assert_true(mirror_sweeping(mirror));
    assert_false(mirror_current(mirror));
    /* What comes meanwhile is not swept, whatever slot it gets. */
    feed(mirror, ROWS ROW("late", "healthy") END MARK(2));
    assert_false(mirror_current(mirror));
    for (; mirror_sweeping(mirror); slices++)
        mirror_sweep(mirror);
    assert_true(slices >= 2);
    assert_true(mirror_current(mirror));
    assert_int_equal(mirror_fleet(mirror)->count, 3);
    assert_int_not_equal(fleet_find(mirror_fleet(mirror), STR("ocm:late")), FLEET_NONE);
    buf_release(&text);
    mirror_free(mirror);
}

/* The link is lost in the middle of a sweep: it ends by itself, and that does not make
 * the link live. */
static void
a_sweep_outlives_its_stream(void **state)
{
    struct mirror *mirror = mirror_new(NULL, NULL);
    struct buf text = { 0 };

    (void)state;
    mirror_begin(mirror);
    feed(mirror, HELLO);
    for (uint32_t i = 0; i < 2 * MIRROR_SWEEP; i++) {
        buf_clear(&text);
        buf_print(&text,
            ROWS
            "data: {\"id\":\"ocm:%u\",\"connectivity\":{\"value\":\"up\"},\"health\":{"
            "\"value\":\"healthy\"},\"sync\":{\"value\":\"synced\"},\"state\":"
            "\"healthy\"}\n\n",
            i);
        feed(mirror, text.at);
    }
    feed(mirror, SYNC(1) RESET SYNC(0) MARK(2));
    assert_true(mirror_sweeping(mirror));
    mirror_lost(mirror);
    while (mirror_sweeping(mirror))
        mirror_sweep(mirror);
    assert_false(mirror_current(mirror));
    assert_true(mirror_synced(mirror));
    assert_int_equal(mirror_fleet(mirror)->count, 0);
    assert_string_equal(mirror_resume_id(mirror), "e1-s1-2");
    buf_release(&text);
    mirror_free(mirror);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_becomes_a_fleet_at_sync),
        cmocka_unit_test(changes_and_removes_are_told_and_repeats_are_not),
        cmocka_unit_test(the_old_picture_stays_until_sync),
        cmocka_unit_test(an_interrupted_snapshot_sweeps_nothing),
        cmocka_unit_test(a_resumed_stream_is_whole_at_its_mark),
        cmocka_unit_test(a_batch_without_its_mark_is_asked_for_again),
        cmocka_unit_test(a_second_hello_changes_who_one_is_and_no_cluster),
        cmocka_unit_test(another_api_is_refused_with_what_mends_it),
        cmocka_unit_test(nothing_is_believed_before_hello),
        cmocka_unit_test(a_bad_row_ends_the_stream_and_the_picture_stays),
        cmocka_unit_test(sources_that_are_not_listed_are_gone),
        cmocka_unit_test(what_a_newer_hub_says_is_passed_over),
        cmocka_unit_test(hub_time_is_the_least_delayed_of_what_was_heard),
        cmocka_unit_test(a_large_sweep_goes_in_slices),
        cmocka_unit_test(a_sweep_outlives_its_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
