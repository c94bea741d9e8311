/* segment -- see segment.h. */
#include "hub/segment.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "hub/action.h"
#include "hub/audit.h"
#include "hub/journal.h"
#include "hub/statement.h"

#define APPLICATION 0x6e6f6374 /* "noct" */
#define PAGE_BYTES  4096
#define BUSY_MS     5000
#define CHECK_LIMIT_BYTES                                                                \
    ((int64_t)32 << 20) /* larger files are checked by `audit verify` */
#define SEGMENTS 10000

/* clang-format off */
static const char schema[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    /* The ids of a frozen set, once each: `hash` is the SHA-256 of `ids`. */
    "CREATE TABLE frozen(hash TEXT PRIMARY KEY, ids TEXT NOT NULL);"
    "CREATE TABLE audit(seq INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, kind TEXT NOT NULL,"
    " action TEXT NOT NULL, subject TEXT NOT NULL, origin TEXT NOT NULL, verb TEXT NOT NULL,"
    " target TEXT NOT NULL, reason TEXT NOT NULL, result TEXT NOT NULL, window TEXT NOT NULL,"
    " count INTEGER NOT NULL, frozen TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL);"
    "CREATE INDEX audit_subject ON audit(subject);"
    "CREATE INDEX audit_action ON audit(action);"
    /* status 0: the action has an intent and no outcome. */
    "CREATE TABLE idempotency(subject TEXT, method TEXT, route TEXT, key TEXT, body_hash TEXT NOT NULL,"
    " action TEXT NOT NULL, time_ms INTEGER NOT NULL, status INTEGER NOT NULL, reply TEXT NOT NULL,"
    " PRIMARY KEY(subject, method, route, key)) WITHOUT ROWID;"
    "CREATE INDEX idempotency_time ON idempotency(time_ms);"
    "CREATE INDEX idempotency_open ON idempotency(action) WHERE status = 0;"
    /* frozen: what was covered at first; covered: what is left of it while it is open. */
    "CREATE TABLE maintenance(id TEXT PRIMARY KEY, action TEXT NOT NULL, subject TEXT NOT NULL,"
    " reason TEXT NOT NULL, target TEXT NOT NULL, started_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,"
    " frozen TEXT NOT NULL, covered TEXT NOT NULL, ended_ms INTEGER NOT NULL, ended_by TEXT NOT NULL,"
    " how TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX maintenance_ended ON maintenance(ended_ms);";
/* clang-format on */

struct before { /* the segment before this one; number 0: none */
    int64_t number;
    char name[128]; /* without its folder */
    char hash[DIGEST_HEX_LENGTH + 1];
    char log_hash[DIGEST_HEX_LENGTH + 1]; /* of its write-ahead log, "" without one */
};

static bool
put_meta(struct sqlite3 *db, const char *name, const char *value, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "INSERT OR REPLACE INTO meta VALUES(?1, ?2)", err);

    if (!statement)
        return false;
    statement_text(statement, 1, str_from(name));
    statement_text(statement, 2, str_from(value));
    return statement_run(statement, err);
}

static bool
put_number(struct sqlite3 *db, const char *name, int64_t value, struct err *err)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    return put_meta(db, name, text, err);
}

static bool
append_first(struct sqlite3 *db, const struct segment *segment,
    const struct before *before, struct err *err)
{
    struct buf detail = { 0 };
    struct entry entry = { .time_ms = segment->now_ms,
        .kind = "note",
        .subject = "hub",
        .origin = "hub",
        .verb = "journal-open",
        .result = "ok" };
    bool ok;

    buf_print(&detail, "{\"segment\":%" PRId64 ",\"simulated\":%s", before->number + 1,
        segment->simulated ? "true" : "false");
    if (before->number) {
        buf_add_text(&detail, ",\"before\":");
        buf_add_json(&detail, str_from(before->name));
        buf_print(&detail, ",\"before_sha256\":\"%s\",\"before_log_sha256\":\"%s\"",
            before->hash, before->log_hash);
    }
    buf_add_char(&detail, '}');
    entry.detail = detail.at;
    ok = audit_append(db, &entry, NULL, err);
    buf_release(&detail);
    return ok;
}

static bool
make_tables(struct sqlite3 *db, const struct segment *segment,
    const struct before *before, struct err *err)
{
    char pragmas[96];

    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
        APPLICATION, JOURNAL_VERSION);
    return statement_exec(db, schema, err) && statement_exec(db, pragmas, err) &&
           put_meta(db, "simulated", segment->simulated ? "1" : "0", err) &&
           put_number(db, "segment", before->number + 1, err) &&
           put_meta(db, "before", before->name, err) &&
           put_meta(db, "before_sha256", before->hash, err) &&
           put_meta(db, "before_log_sha256", before->log_hash, err) &&
           append_first(db, segment, before, err);
}

static bool
hash_file(const char *path, char hex[DIGEST_HEX_LENGTH + 1], struct err *err)
{
    unsigned char bytes[65536];
    FILE *file = fopen(path, "rbe");
    struct digest *digest;
    size_t got;
    bool ok;

    if (!file) {
        err_set(err, ERR_IO, "%s cannot be read", path);
        return false;
    }
    digest = digest_new();
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        digest_add(digest, bytes, got);
    digest_finish(digest, hex);
    ok = !ferror(file);
    fclose(file);
    if (!ok)
        err_set(err, ERR_IO, "%s cannot be read", path);
    return ok;
}

bool
segment_hash(const char *path, char hex[DIGEST_HEX_LENGTH + 1])
{
    struct err err = { 0 };

    return hash_file(path, hex, &err);
}

/* The last one put aside: PATH.N. */
static bool
find_before(const char *path, struct before *before, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char *aside = NULL, *log = NULL;
    bool ok = true;

    memset(before, 0, sizeof *before);
    for (; before->number < SEGMENTS; before->number++) {
        free(aside);
        aside = mem_print("%s.%" PRId64, path, before->number + 1);
        if (!file_exists(aside))
            break;
    }
    free(aside);
    if (!before->number)
        return true;
    aside = mem_print("%s.%" PRId64, path, before->number);
    log = mem_print("%s-wal", aside);
    snprintf(before->name, sizeof before->name, "%s.%" PRId64, slash ? slash + 1 : path,
        before->number);
    ok = hash_file(aside, before->hash, err) &&
         (!file_exists(log) || hash_file(log, before->log_hash, err));
    free(aside);
    free(log);
    return ok;
}

static bool
make(struct sqlite3 *db, const struct segment *segment, struct err *err)
{
    struct before before;

    if (!find_before(segment->path, &before, err) ||
        !statement_exec(db, "BEGIN IMMEDIATE", err))
        return false;
    if (make_tables(db, segment, &before, err) && statement_exec(db, "COMMIT", err))
        return true;
    statement_exec(db, "ROLLBACK", NULL);
    return false;
}

/* Is it a journal, and one that we can read? */
static bool
check_kind(struct sqlite3 *db, bool *empty, struct err *err)
{
    int64_t application = 0, version = 0, tables = 0;

    if (!statement_ask_i64(db, "PRAGMA application_id", &application, err) ||
        !statement_ask_i64(db, "PRAGMA user_version", &version, err) ||
        !statement_ask_i64(db, "SELECT count(*) FROM sqlite_master", &tables, err))
        return false;
    *empty = !application && !version && !tables;
    if (*empty)
        return true;
    if (application != APPLICATION) {
        err_set(err, ERR_CORRUPT, "it is a database, but not a journal of nocturne");
        return false;
    }
    if (version == JOURNAL_VERSION)
        return true;
    if (version > JOURNAL_VERSION)
        err_set(err, ERR_VERSION,
            "it is of version %" PRId64
            ", this nocturne knows up to %d: install a newer one",
            version, JOURNAL_VERSION);
    else
        err_set(err, ERR_CORRUPT, "it says it is of version %" PRId64, version);
    return false;
}

static bool
check_stamp(struct sqlite3 *db, const struct segment *segment, struct err *err)
{
    struct buf value = { 0 };
    bool ok = statement_ask_text(
        db, "SELECT value FROM meta WHERE name = 'simulated'", &value, err);

    if (ok && !str_is(buf_str(&value), segment->simulated ? "1" : "0")) {
        err_set(err, ERR_CONFLICT, "it is the journal of a %s fleet and this fleet is %s",
            segment->simulated ? "real" : "simulated",
            segment->simulated ? "simulated" : "real");
        ok = false;
    } else if (!ok && err->code == ERR_NOT_FOUND) {
        err_set(err, ERR_CORRUPT, "it has no stamp");
    }
    buf_release(&value);
    return ok;
}

/* A whole check of a small file; of a large one the pages are met as they are read. */
static bool
check_pages(struct sqlite3 *db, const char *path, struct err *err)
{
    struct buf answer = { 0 };
    struct stat status;
    bool ok = true;

    if (stat(path, &status) || status.st_size > CHECK_LIMIT_BYTES)
        return true;
    if (!statement_ask_text(db, "PRAGMA quick_check(1)", &answer, err)) {
        ok = false;
    } else if (!str_is(buf_str(&answer), "ok")) {
        err_set(err, ERR_CORRUPT, "it is damaged: %.200s", answer.at ? answer.at : "");
        ok = false;
    }
    buf_release(&answer);
    return ok;
}

static bool
configure(struct sqlite3 *db, const struct segment *segment, struct err *err)
{
    char limit[64] = "";

    if (segment->limit_bytes > 0)
        snprintf(limit, sizeof limit, "PRAGMA max_page_count=%" PRId64,
            segment->limit_bytes / PAGE_BYTES);
    if (sqlite3_db_readonly(db, "main") == 1) {
        err_set(err, ERR_IO, "it cannot be written: give it back to the hub's user");
        return false;
    }
    return statement_exec(db, "PRAGMA journal_mode=WAL", err) &&
           statement_exec(db, "PRAGMA synchronous=FULL", err) &&
           statement_exec(db, "PRAGMA foreign_keys=OFF", err) &&
           (!limit[0] || statement_exec(db, limit, err));
}

/* What a crash left: intents without an outcome did not happen. */
static bool
close_open_intents(struct sqlite3 *db, const struct segment *segment, struct err *err)
{
    uint32_t closed = 0;

    if (!statement_exec(db, "BEGIN IMMEDIATE", err))
        return false;
    if (!action_recover(db, segment->now_ms, &closed, err) ||
        !statement_exec(db, "COMMIT", err)) {
        statement_exec(db, "ROLLBACK", NULL);
        return false;
    }
    if (closed)
        log_line(LOG_WARN, "journal: %u interrupted action(s) closed", closed);
    return true;
}

static bool
check_and_ready(struct sqlite3 *db, const struct segment *segment, struct err *err)
{
    bool empty = false;

    sqlite3_extended_result_codes(db, 0);
    sqlite3_busy_timeout(db, BUSY_MS);
    if (!check_kind(db, &empty, err) || (!empty && !check_stamp(db, segment, err)) ||
        !check_pages(db, segment->path, err) || !configure(db, segment, err))
        return false;
    if (empty)
        return make(db, segment, err);
    return audit_check_tail(db, err) && close_open_intents(db, segment, err);
}

struct sqlite3 *
segment_open(const struct segment *segment, struct err *err)
{
    struct sqlite3 *db = NULL;

    /* Made here, so that it is 0600 from its first moment; SQLite gives its log the same
     * mode. */
    if (!file_exists(segment->path) && !file_write(segment->path, "", 0, err))
        return NULL;
    if (sqlite3_open_v2(segment->path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        statement_err(db, err);
        goto bad;
    }
    if (!check_and_ready(db, segment, err))
        goto bad;
    if (chmod(segment->path, 0600))
        log_line(LOG_WARN, "journal: %s could not be made private", segment->path);
    return db;
bad:
    sqlite3_close_v2(db);
    return NULL;
}

void
segment_close(struct sqlite3 *db)
{
    sqlite3_close_v2(db);
}

struct sqlite3 *
segment_read(const char *path, struct err *err)
{
    struct sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(db, BUSY_MS);
        if (statement_exec(db, "PRAGMA query_only=1", err))
            return db;
    } else {
        statement_err(db, err);
    }
    sqlite3_close_v2(db);
    return NULL;
}

static bool
move_file(const char *from, const char *to, struct err *err)
{
    if (!rename(from, to))
        return true;
    err_set(err, ERR_IO, "%s cannot be put aside", from);
    return false;
}

bool
segment_put_aside(const char *path, struct err *err)
{
    char *aside = NULL, *log = mem_print("%s-wal", path), *log_aside = NULL;
    char *shared = mem_print("%s-shm", path);
    bool ok;

    for (int number = 1; number <= SEGMENTS; number++) {
        free(aside);
        aside = mem_print("%s.%d", path, number);
        if (!file_exists(aside))
            break;
    }
    log_aside = mem_print("%s-wal", aside);
    /* The log first: it must never be replayed into the next segment. */
    ok = (!file_exists(log) || move_file(log, log_aside, err)) &&
         move_file(path, aside, err);
    if (ok)
        unlink(shared);
    free(aside);
    free(log);
    free(log_aside);
    free(shared);
    return ok;
}
