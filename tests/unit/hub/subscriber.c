/* What one reader gets, case by case; resume_model.c has the proof over all orders. */
#include "hub/subscriber.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct fleet *fleet;
    struct feed *feed;
    struct subscriber *subscriber;
    struct buf out;
};

static const struct hello hello = {
    .api = STREAM_API, .subject = "alice", .role = "viewer"
};

static int
setup(void **state)
{
    struct bench *bench = mem_zero(1, sizeof *bench);

    bench->fleet = fleet_new();
    bench->feed = feed_new(bench->fleet, "0011223344556677", 4, 16);
    *state = bench;
    return 0;
}

static int
teardown(void **state)
{
    struct bench *bench = *state;

    subscriber_free(bench->subscriber);
    feed_free(bench->feed);
    fleet_free(bench->fleet);
    buf_release(&bench->out);
    free(bench);
    return 0;
}

static bool
in_west(void *user, const struct fleet *fleet, const struct cluster *cluster)
{
    const struct tag *tag =
        cluster_tag(cluster, intern_find(fleet->intern, STR("region")));

    (void)user;
    return tag && str_is(intern_str(fleet->intern, tag->value), "west");
}

static const struct scope whole = { .whole = true, .digest = "all" };
static const struct scope west = { .digest = "west", .covers = in_west };

static void
put(struct bench *bench, const char *id, const char *region)
{
    uint32_t slot = fleet_touch(bench->fleet, str_from(id));

    cluster_set_tag(fleet_at(bench->fleet, slot), bench->fleet->intern, STR("region"),
        str_from(region));
    feed_changed(bench->feed, slot);
}

static void
drop(struct bench *bench, const char *id)
{
    feed_remove(bench->feed, fleet_find(bench->fleet, str_from(id)));
}

static void
subscribe(struct bench *bench, const struct scope *scope, const char *last_id)
{
    subscriber_free(bench->subscriber);
    bench->subscriber = subscriber_new(bench->feed, scope, &hello, str_from(last_id));
}

static const char *
pull(struct bench *bench)
{
    buf_clear(&bench->out);
    subscriber_pull(bench->subscriber, &bench->out, SIZE_MAX, 1790000000000);
    return bench->out.at ? bench->out.at : "";
}

static int
count(const char *text, const char *what)
{
    int found = 0;

    for (const char *at = text; (at = strstr(at, what)); at++)
        found++;
    return found;
}

static void
a_new_reader_gets_hello_reset_rows_sync_and_a_mark(void **state)
{
    struct bench *bench = *state;
    const char *text, *reset, *rows, *sync, *mark;

    put(bench, "s:a", "west");
    put(bench, "s:b", "east");
    subscribe(bench, &whole, NULL);
    text = pull(bench);
    assert_int_equal(strncmp(text, "event: hello\ndata: {", 20), 0);
    reset = strstr(text, "event: reset\n");
    rows = strstr(text, "event: clusters\n");
    sync = strstr(text, "event: sync\ndata: {\"clusters\":2}");
    mark = strstr(text, "id: 0011223344556677-all-3\nevent: mark\n");
    assert_true(reset && rows && sync && mark);
    assert_true(reset < rows && rows < sync && sync < mark);
    assert_int_equal(count(text, "\"id\":\"s:"), 2);
    assert_false(subscriber_pending(bench->subscriber));
    assert_string_equal(pull(bench), "");
}

static void
changes_of_one_cluster_coalesce(void **state)
{
    struct bench *bench = *state;
    const char *text;

    subscribe(bench, &whole, NULL);
    pull(bench);
    put(bench, "s:a", "one");
    put(bench, "s:a", "two");
    put(bench, "s:a", "three");
    text = pull(bench);
    assert_int_equal(count(text, "\"id\":\"s:a\""), 1);
    assert_non_null(strstr(text, "three"));
}

static void
a_stalled_reader_gets_the_latest_on_return(void **state)
{
    struct bench *bench = *state;
    char value[16];

    put(bench, "s:a", "west");
    subscribe(bench, &whole, NULL);
    pull(bench);
    for (int i = 0; i < 10000; i++) {
        snprintf(value, sizeof value, "v%d", i);
        put(bench, "s:a", value);
    }
    assert_non_null(strstr(pull(bench), "v9999"));
    assert_int_equal(count(bench->out.at, "data: {\"id\""), 1);
}

static void
a_cluster_that_leaves_the_scope_is_removed(void **state)
{
    struct bench *bench = *state;

    put(bench, "s:a", "west");
    subscribe(bench, &west, NULL);
    assert_int_equal(count(pull(bench), "s:a"), 1);
    put(bench, "s:a", "east");
    assert_non_null(strstr(pull(bench), "event: remove\ndata: {\"id\":\"s:a\"}"));
    put(bench, "s:a", "west");
    assert_non_null(strstr(pull(bench), "event: clusters\n"));
}

static void
what_happens_outside_of_the_scope_leaves_no_trace(void **state)
{
    struct bench *bench = *state;

    put(bench, "s:a", "east");
    subscribe(bench, &west, NULL);
    assert_null(strstr(pull(bench), "s:a"));
    assert_non_null(strstr(bench->out.at, "{\"clusters\":0}"));
    put(bench, "s:b", "east");
    drop(bench, "s:a");
    assert_string_equal(pull(bench), "");
}

static void
a_resume_gets_what_changed_and_what_went(void **state)
{
    struct bench *bench = *state;
    const char *text;

    put(bench, "s:a", "west");
    put(bench, "s:b", "west");
    put(bench, "s:c", "west");
    drop(bench, "s:b");
    put(bench, "s:d", "west");
    subscribe(bench, &whole, "0011223344556677-all-4");
    text = pull(bench);
    assert_null(strstr(text, "event: reset"));
    assert_null(strstr(text, "event: sync"));
    assert_non_null(strstr(text, "{\"id\":\"s:b\"}"));
    assert_null(strstr(text, "s:a"));
    assert_null(strstr(text, "s:c"));
    assert_int_equal(count(text, "\"id\":\"s:d\""), 1);
    assert_non_null(strstr(text, "id: 0011223344556677-all-6\n"));
}

static void
any_other_id_is_a_reset(void **state)
{
    static const char *const ids[] = { "", "x", "0011223344556677-all-99",
        "0011223344556677-west-2", "7766554433221100-all-2", "0011223344556677-all-" };
    struct bench *bench = *state;

    put(bench, "s:a", "west");
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        subscribe(bench, &whole, ids[i]);
        assert_non_null(strstr(pull(bench), "event: reset\n"));
    }
    subscribe(bench, &west, "0011223344556677-west-2"); /* a narrower scope */
    assert_non_null(strstr(pull(bench), "event: reset\n"));
}

static void
an_id_older_than_the_tombstones_is_a_reset(void **state)
{
    struct bench *bench = *state;
    char id[16];

    put(bench, "s:a", "west");
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof id, "s:%d", i);
        put(bench, id, "west");
        drop(bench, id);
    }
    subscribe(bench, &whole, "0011223344556677-all-2");
    assert_non_null(strstr(pull(bench), "event: reset\n"));
}

static void
a_changed_binding_is_a_reset(void **state)
{
    struct bench *bench = *state;
    const char *text;

    put(bench, "s:a", "west");
    put(bench, "s:b", "east");
    subscribe(bench, &whole, NULL);
    pull(bench);
    subscriber_set_scope(bench->subscriber, &west, &hello);
    text = pull(bench);
    assert_non_null(strstr(text, "event: reset\n"));
    assert_null(strstr(text, "s:b"));
    assert_non_null(strstr(text, "{\"clusters\":1}"));
}

static void
a_laggard_is_reset_when_too_many_slots_wait_for_it(void **state)
{
    struct bench *bench = *state;
    char id[16];

    subscribe(bench, &whole, NULL);
    pull(bench);
    for (int i = 0; i < 4; i++) {
        snprintf(id, sizeof id, "s:%d", i);
        put(bench, id, "west");
        drop(bench, id);
    }
    assert_int_equal(feed_graves(bench->feed), 4);
    assert_int_equal(bench->fleet->ceiling, 4);
    put(bench, "s:x", "west");
    drop(bench, "s:x");
    assert_int_equal(feed_graves(bench->feed), 0);
    assert_int_equal(feed_resets(bench->feed), 1);
    assert_non_null(strstr(pull(bench), "event: reset\n"));
}

static void
slots_are_used_again_once_all_have_passed(void **state)
{
    struct bench *bench = *state;

    subscribe(bench, &whole, NULL);
    put(bench, "s:a", "west");
    pull(bench);
    drop(bench, "s:a");
    feed_reclaim(bench->feed, false);
    assert_int_equal(feed_graves(bench->feed), 1);
    put(bench, "s:b", "west");
    assert_int_equal(bench->fleet->ceiling, 2);
    pull(bench);
    feed_reclaim(bench->feed, false);
    put(bench, "s:c", "west");
    assert_int_equal(bench->fleet->ceiling, 2);
}

static void
a_pull_keeps_to_its_limit_and_goes_on_where_it_was(void **state)
{
    struct bench *bench = *state;
    char id[16];
    int rows = 0, pulls = 0;

    for (int i = 0; i < 300; i++) {
        snprintf(id, sizeof id, "s:%d", i);
        put(bench, id, "west");
    }
    subscribe(bench, &whole, NULL);
    while (subscriber_pending(bench->subscriber)) {
        buf_clear(&bench->out);
        subscriber_pull(bench->subscriber, &bench->out, 4096, 0);
        assert_true(bench->out.length < 4096 + 2048);
        rows += count(bench->out.at, "\"id\":\"s:");
        pulls++;
    }
    assert_int_equal(rows, 300);
    assert_true(pulls > 10);
}

static void
a_beat_says_the_time(void **state)
{
    struct bench *bench = *state;

    subscribe(bench, &whole, NULL);
    pull(bench);
    subscriber_beat(bench->subscriber);
    assert_non_null(strstr(pull(bench), "event: time\ndata: {\"time\":\"2026-09-21T"));
    assert_null(strstr(bench->out.at, "event: mark"));
}

static void
a_source_is_told_as_loaded_behind_its_rows(void **state)
{
    struct bench *bench = *state;
    struct fleet_source *source = fleet_touch_source(bench->fleet, STR("s"));
    const char *text, *row, *loaded;

    subscribe(bench, &whole, "");
    text = pull(bench);
    assert_int_equal(count(text, "\"synced\":true"), 0);
    put(bench, "s:a", "west");
    source->synced = true;
    feed_sources_changed(bench->feed);
    text = pull(bench);
    row = strstr(text, "\"s:a\"");
    loaded = strstr(text, "\"synced\":true");
    assert_non_null(row);
    assert_non_null(loaded);
    assert_true(row < loaded);
    /* With nothing else to say it is told at once, also to who comes now. */
    subscribe(bench, &whole, "");
    assert_int_equal(count(pull(bench), "\"synced\":true"), 1);
}

static void
a_source_shows_a_narrow_scope_only_what_is_its_own(void **state)
{
    struct bench *bench = *state;
    struct fleet_source *source = fleet_touch_source(bench->fleet, STR("s")), seen;

    source->clusters = 2;
    source->orphans = 7;
    source->synced = true;
    snprintf(source->suspect, sizeof source->suspect, "90 of 100 clusters lost");
    put(bench, "s:a", "west");
    put(bench, "s:b", "east");
    intern_set(bench->fleet->intern, &fleet_at(bench->fleet, 0)->source, STR("s"));
    intern_set(bench->fleet->intern, &fleet_at(bench->fleet, 1)->source, STR("s"));
    assert_true(scope_source(&west, bench->fleet, source, &seen));
    assert_int_equal(seen.clusters, 1);
    assert_int_equal(seen.orphans, 0);
    assert_null(strstr(seen.suspect, "90"));
    put(bench, "s:a", "east");
    assert_false(scope_source(&west, bench->fleet, source, &seen));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_reader_gets_hello_reset_rows_sync_and_a_mark),
        TEST(changes_of_one_cluster_coalesce),
        TEST(a_stalled_reader_gets_the_latest_on_return),
        TEST(a_cluster_that_leaves_the_scope_is_removed),
        TEST(what_happens_outside_of_the_scope_leaves_no_trace),
        TEST(a_resume_gets_what_changed_and_what_went),
        TEST(any_other_id_is_a_reset),
        TEST(an_id_older_than_the_tombstones_is_a_reset),
        TEST(a_changed_binding_is_a_reset),
        TEST(a_laggard_is_reset_when_too_many_slots_wait_for_it),
        TEST(slots_are_used_again_once_all_have_passed),
        TEST(a_pull_keeps_to_its_limit_and_goes_on_where_it_was),
        TEST(a_beat_says_the_time),
        TEST(a_source_is_told_as_loaded_behind_its_rows),
        TEST(a_source_shows_a_narrow_scope_only_what_is_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
