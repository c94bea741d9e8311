/* journal: faults make it read-only, never lost; the lock, the stamp, recovery. */
#include "helper/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "helper/office.h"
#include "hub/audit.h"

#define WEST                                                                             \
    "\"selector\":\"region=west\",\"duration_ms\":7200000,\"reason\":\"new disks\""
#define EAST                                                                             \
    "\"selector\":\"region=east\",\"duration_ms\":7200000,\"reason\":\"new disks\""

static struct journal *
open_at(struct office *office, bool simulated, struct err *err)
{
    struct journal_options options = {
        .path = office->path, .simulated = simulated, .loop = office->loop, .now_ms = 1000
    };

    return journal_open(&options, err);
}

static void
a_second_hub_is_refused_by_the_lock(void **state)
{
    struct office office;
    struct err err = { 0 };

    (void)state;
    office_folder(&office);
    office_open(&office);
    assert_null(open_at(&office, false, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "another hub"));
    office_close(&office);
    /* …and the lock is free again afterwards, and its file still there. */
    office_open(&office);
    assert_string_equal(journal_fault(office.journal), "");
    office_close(&office);
    office_remove(&office);
}

static void
simulated_and_real_do_not_mix(void **state)
{
    struct office office;
    struct err err = { 0 };

    (void)state;
    office_folder(&office);
    office_open(&office);
    office_close(&office);
    office.loop = loop_new();
    assert_null(open_at(&office, true, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "real"));
    loop_free(office.loop);
    office_remove(&office);
}

static void
the_file_is_private(void **state)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    struct office office;
    mode_t old = umask(0);

    (void)state;
    office_folder(&office);
    office_open(&office);
    for (int i = 0; i < 4; i++) {
        struct stat status;
        char path[128];

        snprintf(path, sizeof path, "%s%s", office.path, suffixes[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    umask(old);
    office_close(&office);
    office_remove(&office);
}

/* A start that the journal's fault refuses. */
static void
assert_read_only(struct office *office, const char *why)
{
    char *body = office_frozen(office, OLGA, true, EAST);
    struct result result = office_call(office, OLGA, true, NULL, body, "k9");

    if (result.err.code != ERR_READ_ONLY || !strstr(result.err.text, why))
        fail_msg("got %s: %s", err_name(result.err.code), result.err.text);
    assert_non_null(strstr(journal_fault(office->journal), why));
    result_release(&result);
    free(body);
}

static void
write_garbage(const char *path, off_t at, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
    close(fd);
}

struct recovering {
    struct office *office;
    struct maintenance_copy *copy;
    bool done, fresh, failed;
    struct err err;
};

static bool
carry(struct sqlite3 *db, bool fresh, void *user, struct err *err)
{
    struct recovering *recovering = user;

    return !fresh || maintenance_carry(db, recovering->copy, err);
}

static void
recovered(void *user, bool fresh, const struct err *err)
{
    struct recovering *recovering = user;

    recovering->done = true;
    recovering->fresh = fresh;
    recovering->failed = err != NULL;
    if (err)
        recovering->err = *err;
    else if (!fresh)
        maintenance_reload(recovering->office->maintenance);
}

static struct recovering
recover(struct office *office)
{
    struct recovering recovering = { .office = office,
        .copy = maintenance_copy(office->maintenance) };
    struct journal_recovery recovery = {
        .carry = carry, .done = recovered, .user = &recovering
    };

    if (!journal_recover(office->journal, &recovery, &recovering.err)) {
        recovering.failed = true;
        recovering.done = true;
    }
    while (!recovering.done)
        loop_turn(office->loop, true);
    office_turn_until_quiet(office);
    maintenance_copy_free(recovering.copy);
    return recovering;
}

static void
a_corrupt_journal_makes_the_hub_read_only_until_recovery(void **state)
{
    struct office office;
    struct recovering recovering;
    char aside[128], text[256], why[256], hash[DIGEST_HEX_LENGTH + 1], id[32];
    struct buf bytes = { 0 };
    struct err err = { 0 };

    (void)state;
    office_folder(&office);
    write_garbage(office.path, 0, "this was never a database, whatever its name says");
    office_open(&office);
    assert_read_only(&office, "not a database");
    recovering = recover(&office);
    assert_false(recovering.failed);
    assert_true(recovering.fresh);
    assert_string_equal(journal_fault(office.journal), "");
    snprintf(aside, sizeof aside, "%s.1", office.path);
    assert_true(file_read(aside, 1 << 20, &bytes, &err));
    digest_hex(bytes.at, bytes.length, hash);
    buf_release(&bytes);
    assert_true(
        office_ask(&office, "SELECT detail FROM audit WHERE seq = 1", text, sizeof text));
    assert_non_null(strstr(text, hash));
    assert_non_null(strstr(text, "\"journal.db.1\""));
    assert_true(office_is_consistent(&office, why));
    office_start(&office, OLGA, WEST, "k1", id);
    office_close(&office);
    office_remove(&office);
}

static void
recovery_carries_the_open_windows_over(void **state)
{
    struct office office;
    struct recovering recovering;
    char id[32];

    (void)state;
    office_folder(&office);
    office_open(&office);
    office_start(&office, OLGA, WEST, "k1", id);
    /* Damage beneath the living hub: its next write meets it. */
    office_sql(&office, "CREATE TABLE beneath(it); PRAGMA wal_checkpoint(TRUNCATE)");
    for (off_t page = 1; page < 12; page++)
        write_garbage(office.path, page * 4096, "this is no page of a tree");
    {
        char *body = office_frozen(&office, OLGA, true, EAST);
        struct result result = office_call(&office, OLGA, true, NULL, body, "k2");

        assert_int_equal(result.err.code, ERR_CORRUPT);
        result_release(&result);
        free(body);
    }
    assert_read_only(&office, "damaged");
    assert_string_equal(office_window_of(&office, "ocm:store-0001"), id);
    recovering = recover(&office);
    assert_false(recovering.failed);
    assert_true(recovering.fresh);
    office_close(&office);
    office_open(&office);
    assert_string_equal(office_window_of(&office, "ocm:store-0001"), id);
    office_close(&office);
    office_remove(&office);
}

static void
a_newer_journal_is_left_alone(void **state)
{
    struct office office;
    struct recovering recovering;

    (void)state;
    office_folder(&office);
    office_open(&office);
    office_close(&office);
    office_sql(&office, "PRAGMA user_version = 7");
    office_open(&office);
    assert_read_only(&office, "version 7");
    recovering = recover(&office);
    assert_true(recovering.failed);
    assert_int_equal(recovering.err.code, ERR_VERSION);
    office_close(&office);
    assert_int_equal(office_count(&office, "PRAGMA user_version"), 7);
    office_remove(&office);
}

static void
a_full_journal_refuses_and_goes_on_when_there_is_room(void **state)
{
    struct office office;
    struct recovering recovering;
    struct result result;
    char id[32], why[256];
    char *body;
    int64_t windows, ok;

    (void)state;
    office_folder(&office);
    office.limit_bytes = 60 * 4096;
    office_open(&office);
    body = office_frozen(&office, OLGA, true, WEST);
    do { /* start and end until there is no room */
        struct maintenance_answer answer;
        char key[32];

        snprintf(key, sizeof key, "k%d", office.covers + 1);
        result = office_call(&office, OLGA, true, NULL, body, key);
        if (result.status != 201)
            break;
        assert_true(
            maintenance_answer_parse(&answer, str_from(result.body), &result.err));
        result_release(&result);
        snprintf(key, sizeof key, "e%d", office.covers + 1);
        result = office_call(&office, OLGA, false, answer.window, "{}", key);
        maintenance_answer_release(&answer);
        if (result.status != 200)
            break;
        result_release(&result);
    } while (office.covers < 60000);
    assert_int_equal(result.err.code, ERR_IO);
    assert_non_null(strstr(result.err.text, "no room"));
    result_release(&result);
    free(body);
    assert_read_only(&office, "no room");
    /* What memory says is what the file says: nothing is half there. */
    windows =
        office_count(&office, "SELECT count(*) FROM maintenance WHERE ended_ms = 0");
    assert_int_equal(windows, maintenance_open_count(office.maintenance));
    assert_true(office_is_consistent(&office, why));
    /* No room yet: recovery fails and says so; then room is made. */
    recovering = recover(&office);
    if (!recovering.failed)
        assert_string_equal(journal_fault(office.journal), "");
    office_close(&office);
    office.limit_bytes = 0;
    ok = office_count(&office, "SELECT count(*) FROM audit");
    office_open(&office);
    assert_string_equal(journal_fault(office.journal), "");
    assert_true(office_count(&office, "SELECT count(*) FROM audit") >= ok);
    if (!windows)
        office_start(&office, OLGA, WEST, "fresh", id);
    assert_true(office_is_consistent(&office, why));
    office_close(&office);
    office_remove(&office);
}

static void
recovery_of_a_sound_journal_is_refused(void **state)
{
    struct office office;
    struct recovering recovering;

    (void)state;
    office_folder(&office);
    office_open(&office);
    recovering = recover(&office);
    assert_true(recovering.failed);
    assert_int_equal(recovering.err.code, ERR_CONFLICT);
    office_close(&office);
    office_remove(&office);
}

/* As a user who may not write it: root may do anything. */
static int
in_child_without_rights(struct office *office)
{
    int status;
    pid_t child = fork();

    if (!child) {
        if (!geteuid() && (setgid(65534) || setuid(65534)))
            _exit(3);
        office_open(office);
        _exit(strstr(journal_fault(office->journal), "journal.db") ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
a_read_only_file_makes_the_hub_read_only(void **state)
{
    struct office office;

    (void)state;
    office_folder(&office);
    assert_int_equal(chmod(office.folder, 0777), 0);
    office_open(&office);
    office_close(&office);
    assert_int_equal(chmod(office.path, 0444), 0);
    assert_int_equal(in_child_without_rights(&office), 0);
    assert_int_equal(chmod(office.path, 0000), 0);
    assert_int_equal(in_child_without_rights(&office), 0);
    assert_int_equal(chmod(office.folder, 0555), 0);
    assert_int_equal(in_child_without_rights(&office), 0);
    assert_int_equal(chmod(office.folder, 0755), 0);
    office_remove(&office);
}

struct order {
    int runs, dones, failed;
};

static bool
run_one(struct sqlite3 *db, void *user, struct err *err)
{
    struct order *order = user;
    struct entry entry = { .time_ms = 5, .kind = "note", .subject = "hub" };

    order->runs++;
    if (!audit_append(db, &entry, NULL, err))
        return false;
    if (order->runs % 3)
        return true;
    err_set(err, ERR_INTERNAL, "every third fails");
    return false;
}

static void
one_done(void *user, const struct err *err)
{
    struct order *order = user;

    order->dones++;
    order->failed += err != NULL;
}

static void
a_write_that_fails_takes_no_other_with_it(void **state)
{
    struct office office;
    struct order order = { 0 };
    struct journal_write write = { .run = run_one, .done = one_done, .user = &order };
    struct err err = { 0 };
    char why[256];

    (void)state;
    office_folder(&office);
    office_open(&office);
    for (int i = 0; i < 30; i++)
        assert_true(journal_write(office.journal, &write, &err));
    office_turn_until_quiet(&office);
    assert_int_equal(order.dones, 30);
    assert_int_equal(order.failed, 10);
    assert_int_equal(office_count(&office, "SELECT count(*) FROM audit"), 1 + 20);
    assert_true(office_is_consistent(&office, why));
    assert_string_equal(journal_fault(office.journal), "");
    office_close(&office);
    office_remove(&office);
}

static void
closing_finishes_what_is_queued(void **state)
{
    struct office office;
    struct order order = { 0 };
    struct journal_write write = { .run = run_one, .done = one_done, .user = &order };
    struct err err = { 0 };

    (void)state;
    office_folder(&office);
    office_open(&office);
    for (int i = 0; i < 1000; i++)
        assert_true(journal_write(office.journal, &write, &err));
    office_close(&office);
    assert_int_equal(order.runs, 1000);
    assert_int_equal(order.dones, 0);
    assert_int_equal(
        office_count(&office, "SELECT count(*) FROM audit"), 1 + 1000 - 1000 / 3);
    office_remove(&office);
}

static void
a_broken_tail_is_met_at_open(void **state)
{
    struct office office;
    char id[32];

    (void)state;
    office_folder(&office);
    office_open(&office);
    office_start(&office, OLGA, WEST, "k1", id);
    office_close(&office);
    office_sql(&office, "UPDATE audit SET reason = 'older disks' WHERE seq = 3");
    office_open(&office);
    assert_read_only(&office, "entry 3");
    assert_string_equal(office_window_of(&office, "ocm:store-0001"), id);
    office_close(&office);
    office_remove(&office);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_hub_is_refused_by_the_lock),
        cmocka_unit_test(simulated_and_real_do_not_mix),
        cmocka_unit_test(the_file_is_private),
        cmocka_unit_test(a_corrupt_journal_makes_the_hub_read_only_until_recovery),
        cmocka_unit_test(recovery_carries_the_open_windows_over),
        cmocka_unit_test(a_newer_journal_is_left_alone),
        cmocka_unit_test(a_full_journal_refuses_and_goes_on_when_there_is_room),
        cmocka_unit_test(recovery_of_a_sound_journal_is_refused),
        cmocka_unit_test(a_read_only_file_makes_the_hub_read_only),
        cmocka_unit_test(a_write_that_fails_takes_no_other_with_it),
        cmocka_unit_test(closing_finishes_what_is_queued),
        cmocka_unit_test(a_broken_tail_is_met_at_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
