/* cache: rows come back, marks coalesce, and no state of the file stops a hub. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "hub/cache.h"

#define SLOTS 2000

struct shelf {
    char folder[64], path[96];
    struct loop *loop;
    struct cache *cache;
    char names[SLOTS][24]; /* "" empty slot */
    int version;           /* goes into the rows */
    int prints, sources;
    /* What was loaded: */
    int loaded, loaded_sources;
    char last[128];
    uint8_t health;
};

static bool
print(void *user, uint32_t slot, struct cache_row *row, struct buf *text)
{
    struct shelf *shelf = user;

    shelf->prints++;
    if (slot >= SLOTS || !shelf->names[slot][0])
        return false;
    row->id = str_from(shelf->names[slot]);
    row->source = STR("ocm");
    row->health = (uint8_t)(slot % 4);
    buf_print(text, "{\"id\":\"%s\",\"version\":%d}", shelf->names[slot], shelf->version);
    return true;
}

static bool
source(void *user, uint32_t index, struct buf *text)
{
    struct shelf *shelf = user;

    if ((int)index >= shelf->sources)
        return false;
    buf_print(text, "{\"name\":\"source-%u\"}", index);
    return true;
}

static bool
keep_row(void *user, const struct cache_row *row)
{
    struct shelf *shelf = user;

    if (str_starts(row->text, "garbage"))
        return false;
    shelf->loaded++;
    shelf->health = row->health;
    snprintf(shelf->last, sizeof shelf->last, "%.*s", STR_ARG(row->text));
    return true;
}

static void
keep_source(void *user, struct str text)
{
    struct shelf *shelf = user;

    shelf->loaded_sources += str_starts(text, "{\"name\":\"source-");
}

static struct cache *
open_at(struct shelf *shelf, bool simulated, struct err *err)
{
    const struct cache_calls calls = { .print = print, .source = source, .user = shelf };

    return cache_open(shelf->path, simulated, shelf->loop, &calls, err);
}

static void
open_shelf(struct shelf *shelf)
{
    struct err err = { 0 };
    uint32_t count;

    shelf->loop = loop_new();
    shelf->cache = open_at(shelf, false, &err);
    assert_non_null(shelf->cache);
    shelf->loaded = shelf->loaded_sources = 0;
    count = cache_load(shelf->cache, keep_row, keep_source, shelf);
    assert_int_equal(count, shelf->loaded);
}

static void
close_shelf(struct shelf *shelf)
{
    cache_close(shelf->cache);
    loop_free(shelf->loop);
}

static int
set_up(void **state)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);

    snprintf(shelf->folder, sizeof shelf->folder, "/tmp/nocturne-test-XXXXXX");
    assert_non_null(mkdtemp(shelf->folder));
    snprintf(shelf->path, sizeof shelf->path, "%s/cache.db", shelf->folder);
    *state = shelf;
    return 0;
}

static int
tear_down(void **state)
{
    struct shelf *shelf = *state;
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", shelf->folder);
    assert_int_equal(system(command), 0);
    free(shelf);
    return 0;
}

static void
fill(struct shelf *shelf, int count)
{
    for (int i = 0; i < count; i++) {
        snprintf(shelf->names[i], sizeof shelf->names[i], "ocm:store-%04d", i);
        cache_put(shelf->cache, (uint32_t)i);
    }
}

static void
wait_until_clean(struct shelf *shelf)
{
    cache_flush(shelf->cache);
    while (cache_dirty(shelf->cache)) {
        loop_turn(shelf->loop, true);
        cache_flush(shelf->cache);
    }
}

static void
rows_and_sources_come_back(void **state)
{
    struct shelf *shelf = *state;

    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 0);
    fill(shelf, SLOTS);
    shelf->sources = 3;
    cache_put_sources(shelf->cache);
    wait_until_clean(shelf);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, SLOTS);
    assert_int_equal(shelf->loaded_sources, 3);
    assert_string_equal(shelf->last, "{\"id\":\"ocm:store-1999\",\"version\":0}");
    assert_int_equal(shelf->health, 3);
    close_shelf(shelf);
}

static void
closing_writes_what_is_marked(void **state)
{
    struct shelf *shelf = *state;

    open_shelf(shelf);
    fill(shelf, 700);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 700);
    close_shelf(shelf);
}

static void
ring(void *user)
{
    *(bool *)user = true;
}

/* The delay is there for marks to coalesce: what is due does not wait for it again. */
static void
a_flush_writes_all_that_was_marked_without_a_rest(void **state)
{
    struct shelf *shelf = *state;
    struct timer *bell;
    bool rung = false;

    open_shelf(shelf);
    fill(shelf, 3 * CACHE_BATCH - 100);
    cache_flush(shelf->cache);
    bell = timer_new(shelf->loop, ring, &rung);
    timer_start(bell, CACHE_DELAY_MS / 2, 0); /* before another delay can end */
    while (cache_dirty(shelf->cache) && !rung)
        loop_turn(shelf->loop, true);
    assert_int_equal(shelf->prints, 3 * CACHE_BATCH - 100);
    timer_free(bell);
    close_shelf(shelf);
}

static void
marks_of_one_cluster_coalesce(void **state)
{
    struct shelf *shelf = *state;

    open_shelf(shelf);
    fill(shelf, 1);
    for (shelf->version = 0; shelf->version < 1000; shelf->version++)
        cache_put(shelf->cache, 0);
    wait_until_clean(shelf);
    assert_int_equal(shelf->prints, 1);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_string_equal(shelf->last, "{\"id\":\"ocm:store-0000\",\"version\":1000}");
    close_shelf(shelf);
}

static void
what_went_is_gone_and_what_came_back_is_there(void **state)
{
    struct shelf *shelf = *state;

    open_shelf(shelf);
    fill(shelf, 3);
    wait_until_clean(shelf);
    shelf->names[0][0] = '\0';
    cache_put(shelf->cache, 0);
    cache_remove(shelf->cache, STR("ocm:store-0000"));
    cache_remove(shelf->cache, STR("ocm:store-0001"));
    snprintf(shelf->names[7], sizeof shelf->names[7], "ocm:store-0001");
    cache_put(shelf->cache, 7);
    wait_until_clean(shelf);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 2);
    close_shelf(shelf);
}

static void
write_file(const char *path, const char *text)
{
    struct err err = { 0 };

    assert_true(file_write(path, text, strlen(text), &err));
}

static void
a_corrupt_cache_is_begun_anew(void **state)
{
    struct shelf *shelf = *state;

    write_file(
        shelf->path, "this is no database at all, and it is long enough to be read");
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 0);
    fill(shelf, 5);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 5);
    close_shelf(shelf);
    /* Damage that only shows when the rows are read. */
    {
        FILE *file = fopen(shelf->path, "r+");

        fseek(file, 4096, SEEK_SET);
        for (int i = 0; i < 3 * 4096; i++)
            fputc('x', file);
        fclose(file);
    }
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 0);
    fill(shelf, 4);
    close_shelf(shelf);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 4);
    close_shelf(shelf);
}

static void
a_newer_cache_is_begun_anew(void **state)
{
    struct shelf *shelf = *state;
    char command[192];

    open_shelf(shelf);
    fill(shelf, 5);
    close_shelf(shelf);
    /* The header's user_version, big-endian at byte 60. */
    snprintf(command, sizeof command,
        "printf '\\000\\000\\000\\011' | dd of='%s' bs=1 seek=60 conv=notrunc "
        "2>/dev/null",
        shelf->path);
    assert_int_equal(system(command), 0);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 0);
    close_shelf(shelf);
}

static void
simulated_and_real_do_not_mix(void **state)
{
    struct shelf *shelf = *state;
    struct err err = { 0 };

    open_shelf(shelf);
    fill(shelf, 5);
    close_shelf(shelf);
    shelf->loop = loop_new();
    assert_null(open_at(shelf, true, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    loop_free(shelf->loop);
    open_shelf(shelf);
    assert_int_equal(shelf->loaded, 5);
    close_shelf(shelf);
}

static void
a_place_that_cannot_be_written_means_no_cache(void **state)
{
    struct shelf *shelf = *state;

    snprintf(
        shelf->path, sizeof shelf->path, "%s/no/such/folder/cache.db", shelf->folder);
    open_shelf(shelf);
    fill(shelf, 5);
    cache_remove(shelf->cache, STR("ocm:store-0001"));
    assert_false(cache_dirty(shelf->cache));
    cache_flush(shelf->cache);
    close_shelf(shelf);
}

static void
the_file_is_private(void **state)
{
    struct shelf *shelf = *state;
    struct stat status;
    mode_t old = umask(0);

    open_shelf(shelf);
    umask(old);
    assert_int_equal(stat(shelf->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    close_shelf(shelf);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rows_and_sources_come_back),
        CASE(closing_writes_what_is_marked),
        CASE(a_flush_writes_all_that_was_marked_without_a_rest),
        CASE(marks_of_one_cluster_coalesce),
        CASE(what_went_is_gone_and_what_came_back_is_there),
        CASE(a_corrupt_cache_is_begun_anew),
        CASE(a_newer_cache_is_begun_anew),
        CASE(simulated_and_real_do_not_mix),
        CASE(a_place_that_cannot_be_written_means_no_cache),
        CASE(the_file_is_private),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
