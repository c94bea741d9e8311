/* audit: the chain finds every change, whatever was changed and however. */
#include "helper/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "helper/office.h"
#include "hub/audit.h"
#include "hub/segment.h"

#define WEST                                                                             \
    "\"selector\":\"region=west\",\"duration_ms\":7200000,\"reason\":\"new disks\""
#define EAST                                                                             \
    "\"selector\":\"region=east\",\"duration_ms\":7200000,\"reason\":\"a fan that "      \
    "rattles\""

static int
set_up(void **state)
{
    struct office *office = calloc(1, sizeof *office);
    char id[32];

    office_folder(office);
    office_open(office);
    office_start(office, OLGA, WEST, "k1", id);
    office_start(office, LENA, EAST, "k2", id);
    *state = office;
    return 0;
}

static int
tear_down(void **state)
{
    struct office *office = *state;

    office_close(office);
    office_remove(office);
    free(office);
    return 0;
}

static struct verdict
verify(struct office *office, const char *head)
{
    struct err err = { 0 };
    struct sqlite3 *db = segment_read(office->path, &err);
    struct verdict verdict;

    if (!db || !audit_verify(db, office->path, head, &verdict, &err))
        fail_msg("verify: %s", err.text);
    segment_close(db);
    return verdict;
}

static void
an_untouched_chain_is_consistent_and_unproven(void **state)
{
    struct verdict verdict = verify(*state, "");
    struct err err = { 0 };

    assert_true(verdict.consistent);
    assert_int_equal(verdict.entries, 5);
    assert_int_equal(verdict.segment, 1);
    assert_false(verdict_judge(&verdict, &err));
    assert_int_equal(err.code, ERR_UNPROVEN);
    assert_non_null(strstr(err.text, "origin and tail unproven"));
}

static void
any_changed_column_is_found_where_it_is(void **state)
{
    static const char *const columns[] = { "time_ms = time_ms + 1", "kind = 'note'",
        "action = 'a-0'", "subject = 'eve'", "origin = 'elsewhere'", "verb = 'nothing'",
        "target = 'region=north'", "reason = 'new disk'", "result = 'failed'",
        "window = 'mw-0'", "count = count + 1", "frozen = ''", "detail = '{ }'",
        "hash = replace(hash, substr(hash, 1, 1), 'g')" };
    struct office *office = *state;

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct verdict verdict;
        char sql[256];

        office_sql(office,
            "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM audit");
        snprintf(sql, sizeof sql, "UPDATE audit SET %s WHERE seq = 3", columns[i]);
        office_sql(office, sql);
        verdict = verify(office, "");
        if (verdict.consistent || verdict.at != 3)
            fail_msg("%s was not found: at %lld", columns[i], (long long)verdict.at);
        office_sql(office, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
    }
}

static void
a_missing_an_extra_and_a_swapped_entry_are_found(void **state)
{
    static const struct {
        const char *sql;
        int64_t at;
    } rows[] = {
        { "DELETE FROM audit WHERE seq = 2", 2 },
        { "DELETE FROM audit WHERE seq = 1", 1 },
        { "UPDATE audit SET seq = 9 WHERE seq = 5", 5 },
        { "INSERT INTO audit SELECT 6, time_ms, kind, action, subject, origin, verb, "
          "target,"
          " reason, result, window, count, frozen, detail, hash FROM audit WHERE seq = 5",
            6 },
        { "UPDATE audit SET seq = -4 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = "
          "5;"
          " UPDATE audit SET seq = 5 WHERE seq = -4",
            4 },
        { "DELETE FROM audit", 1 },
    };
    struct office *office = *state;

    office_sql(office, "CREATE TABLE kept AS SELECT * FROM audit");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct verdict verdict;

        office_sql(office, rows[i].sql);
        verdict = verify(office, "");
        if (verdict.consistent || verdict.at != rows[i].at)
            fail_msg("%s: at %lld (%s)", rows[i].sql, (long long)verdict.at, verdict.why);
        office_sql(office, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
    }
}

static void
a_changed_set_of_clusters_is_found(void **state)
{
    struct office *office = *state;
    struct verdict verdict;

    office_sql(
        office, "UPDATE frozen SET ids = replace(ids, 'store-0004', 'store-0044')");
    verdict = verify(office, "");
    assert_false(verdict.consistent);
    assert_int_equal(verdict.at, 2);
    office_sql(office, "DELETE FROM frozen");
    verdict = verify(office, "");
    assert_false(verdict.consistent);
}

static void
one_changed_byte_of_the_file_is_found(void **state)
{
    struct office *office = *state;
    struct buf bytes = { 0 };
    struct err err = { 0 };
    struct verdict verdict;
    const char *at;
    int fd;

    office_sql(office, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_true(file_read(office->path, 1 << 20, &bytes, &err));
    at = memmem(bytes.at, bytes.length, "fan that rattles", 16);
    assert_non_null(at);
    fd = open(office->path, O_WRONLY);
    assert_int_equal(pwrite(fd, "m", 1, at - bytes.at), 1);
    close(fd);
    buf_release(&bytes);
    verdict = verify(office, "");
    assert_false(verdict.consistent);
}

static void
a_damaged_file_is_no_accusation(void **state)
{
    struct office *office = *state;
    struct sqlite3 *db;
    struct verdict verdict = { 0 };
    struct err err = { 0 };
    char zeros[4096] = "";
    int fd;

    office_sql(office, "PRAGMA wal_checkpoint(TRUNCATE)");
    office_close(office);
    fd = open(office->path, O_WRONLY);
    for (off_t page = 1; page < 40; page++)
        assert_int_equal(pwrite(fd, zeros, sizeof zeros, page * 4096), sizeof zeros);
    close(fd);
    db = segment_read(office->path, &err);
    assert_non_null(db);
    assert_true(audit_verify(db, office->path, "", &verdict, &err));
    segment_close(db);
    assert_false(verdict.consistent);
    assert_true(verdict.damaged);
    assert_false(verdict_judge(&verdict, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_non_null(strstr(err.text, "audit recover"));
    assert_null(strstr(err.text, "tampered"));
    assert_true(unlink(office->path) == 0);
    office_open(office);
}

static void
any_changed_byte_of_an_entry_is_found(void **state)
{
    struct office *office = *state;
    struct buf bytes = { 0 };
    struct err err = { 0 };
    const char *from, *to;
    int fd;

    office_sql(office, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_true(file_read(office->path, 1 << 20, &bytes, &err));
    /* The latest entry lies first in its page: its texts, from kind to hash. */
    from = memmem(bytes.at, bytes.length, "outcomea-", 9);
    assert_non_null(from);
    to = memmem(from, bytes.length - (size_t)(from - bytes.at), "intenta-", 8);
    assert_non_null(to);
    assert_in_range(to - from, 200, 600);
    fd = open(office->path, O_WRONLY);
    for (const char *at = from; at < to - 24; at++) {
        char changed = (char)(*at ^ 1);
        struct verdict verdict;

        assert_int_equal(pwrite(fd, &changed, 1, at - bytes.at), 1);
        verdict = verify(office, "");
        if (verdict.consistent)
            fail_msg("byte %d of the entry", (int)(at - from));
        assert_int_equal(pwrite(fd, at, 1, at - bytes.at), 1);
    }
    assert_true(verify(office, "").consistent);
    close(fd);
    buf_release(&bytes);
}

static void
a_cut_tail_is_found_with_the_head_one_kept(void **state)
{
    struct office *office = *state;
    struct verdict kept = verify(office, "");
    struct verdict verdict = verify(office, kept.head);
    struct err err = { 0 };

    assert_int_equal(verdict.head_at, 5);
    assert_false(verdict_judge(&verdict, &err));
    assert_non_null(strstr(err.text, "entry 5"));
    office_sql(office, "DELETE FROM audit WHERE seq = 5");
    assert_true(verify(office, "").consistent); /* this is what "tail unproven" means */
    verdict = verify(office, kept.head);
    assert_false(verdict.consistent);
    assert_false(verdict_judge(&verdict, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
}

static void
the_segment_before_is_held_to_its_hash(void **state)
{
    struct office *office = *state;
    char aside[128];
    struct verdict verdict;
    struct err err = { 0 };

    office_close(office);
    assert_true(segment_put_aside(office->path, &err));
    office_open(office);
    verdict = verify(office, "");
    assert_true(verdict.consistent);
    assert_int_equal(verdict.segment, 2);
    assert_string_equal(verdict.before, "journal.db.1");
    assert_string_equal(verdict.before_state, "same");
    snprintf(aside, sizeof aside, "%s.1", office->path);
    assert_int_equal(truncate(aside, 100), 0);
    assert_string_equal(verify(office, "").before_state, "changed");
    unlink(aside);
    assert_string_equal(verify(office, "").before_state, "missing");
    office_sql(office, "UPDATE meta SET value = '' WHERE name = 'before_sha256'");
    assert_int_equal(verify(office, "").at, 1);
}

struct seen {
    char text[512];
    int count, stop_after;
};

static bool
see(void *user, const struct entry *entry, const struct frozen *set)
{
    struct seen *seen = user;
    size_t used = strlen(seen->text);

    snprintf(seen->text + used, sizeof seen->text - used, "%lld:%s:%zu ",
        (long long)entry->seq, entry->kind, set->count);
    return ++seen->count != seen->stop_after;
}

static void
assert_walk(struct office *office, const struct audit_filter *filter, const char *wanted)
{
    struct err err = { 0 };
    struct sqlite3 *db = segment_read(office->path, &err);
    struct seen seen = { 0 };

    assert_true(audit_walk(db, filter, see, &seen, &err));
    assert_string_equal(seen.text, wanted);
    segment_close(db);
}

static void
a_walk_obeys_its_filters(void **state)
{
    struct office *office = *state;
    struct audit_filter filter = { 0 };

    assert_walk(
        office, &filter, "5:outcome:4 4:intent:4 3:outcome:6 2:intent:6 1:note:0 ");
    filter.limit = 2;
    assert_walk(office, &filter, "5:outcome:4 4:intent:4 ");
    filter.before = 4;
    assert_walk(office, &filter, "3:outcome:6 2:intent:6 ");
    filter = (struct audit_filter){ .subject = "lena", .oldest_first = true };
    assert_walk(office, &filter, "4:intent:4 5:outcome:4 ");
    filter = (struct audit_filter){ .cluster = "ocm:store-0001" };
    assert_walk(office, &filter, "3:outcome:6 2:intent:6 ");
    filter = (struct audit_filter){ .cluster = "store-0001" };
    assert_walk(office, &filter, "3:outcome:6 2:intent:6 ");
    filter = (struct audit_filter){ .cluster = "0001" };
    assert_walk(office, &filter, "");
    filter = (struct audit_filter){ .verb = "journal-open" };
    assert_walk(office, &filter, "1:note:0 ");
    filter = (struct audit_filter){ .since_ms = INT64_MAX };
    assert_walk(office, &filter, "");
    filter = (struct audit_filter){ .until_ms = 1 };
    assert_walk(office, &filter, "");
    filter = (struct audit_filter){ .after = 4, .oldest_first = true };
    assert_walk(office, &filter, "5:outcome:4 ");
}

static void
hostile_text_is_kept_as_it_came(void **state)
{
    static const char reason[] = "'); DROP TABLE audit; -- \"quoted\" \\ \xe2\x80\x8d%n";
    struct office *office = *state;
    char why[256], text[128], id[32];
    struct buf members = { 0 };

    office_sql(office, "UPDATE maintenance SET ended_ms = 1");
    office_close(office);
    office_open(office);
    buf_add_text(
        &members, "\"names\":[\"store-0001\"],\"duration_ms\":60000,\"reason\":");
    buf_add_json(&members, str_from(reason));
    office_start(office, OLGA, members.at, "k3", id);
    buf_release(&members);
    assert_true(
        office_ask(office, "SELECT reason FROM audit WHERE seq = 7", text, sizeof text));
    assert_string_equal(text, reason);
    assert_true(office_is_consistent(office, why));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_untouched_chain_is_consistent_and_unproven),
        CASE(any_changed_column_is_found_where_it_is),
        CASE(a_missing_an_extra_and_a_swapped_entry_are_found),
        CASE(a_changed_set_of_clusters_is_found),
        CASE(one_changed_byte_of_the_file_is_found),
        CASE(a_damaged_file_is_no_accusation),
        CASE(any_changed_byte_of_an_entry_is_found),
        CASE(a_cut_tail_is_found_with_the_head_one_kept),
        CASE(the_segment_before_is_held_to_its_hash),
        CASE(a_walk_obeys_its_filters),
        CASE(hostile_text_is_kept_as_it_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
