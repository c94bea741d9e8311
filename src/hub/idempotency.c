/* idempotency -- see idempotency.h. */
#include "hub/idempotency.h"

#include <stdlib.h>
#include <string.h>

#include "hub/journal.h"
#include "hub/statement.h"
#include "wire/maintenance.h"

#define PURGED 200 /* keys past their time that one intent takes away */
#define IS_KEY " WHERE subject = ?1 AND method = ?2 AND route = ?3 AND key = ?4"

void
idempotency_release(struct idempotency *key)
{
    free(key->subject);
    free(key->method);
    free(key->route);
    free(key->text);
    memset(key, 0, sizeof *key);
}

bool
idempotency_check(struct str text, struct err *err)
{
    bool ok = text.length > 0 && text.length <= MAINTENANCE_KEY_BYTES;

    for (size_t i = 0; i < text.length && ok; i++)
        ok = text.at[i] > ' ' && text.at[i] < 0x7f;
    if (!ok)
        err_set(err, ERR_INPUT,
            "the header Idempotency-Key must have 1 to %d visible ASCII characters: "
            "choose a "
            "random one for each new request and repeat it with each retry",
            MAINTENANCE_KEY_BYTES);
    return ok;
}

/* A statement with the key's four parts bound; NULL with err. */
static struct sqlite3_stmt *
about(struct sqlite3 *db, const char *sql, const struct idempotency *key, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db, sql, err);

    if (!statement)
        return NULL;
    statement_text(statement, 1, str_from(key->subject));
    statement_text(statement, 2, str_from(key->method));
    statement_text(statement, 3, str_from(key->route));
    statement_text(statement, 4, str_from(key->text));
    return statement;
}

bool
idempotency_look_up(struct sqlite3 *db, const struct idempotency *key, int64_t now_ms,
    int *status, struct buf *reply, struct err *err)
{
    struct sqlite3_stmt *statement = about(db,
        "SELECT body_hash, status, reply FROM idempotency" IS_KEY " AND time_ms > ?5",
        key, err);
    bool row = false, ok;

    if (!statement)
        return false;
    statement_i64(statement, 5, now_ms - JOURNAL_KEYS_KEPT_MS);
    ok = statement_step(statement, &row, err);
    if (ok && row && !str_is(statement_get_text(statement, 0), key->body_hash)) {
        err_set(err, ERR_KEY_REUSED,
            "Idempotency-Key \"%.64s\" was used for another request", key->text);
        ok = false;
    } else if (ok && row && !statement_get_i64(statement, 1)) {
        err_set(err, ERR_IN_FLIGHT, "the request with this key has no outcome yet");
        ok = false;
    } else if (ok && row) {
        *status = (int)statement_get_i64(statement, 1);
        buf_add_str(reply, statement_get_text(statement, 2));
    }
    statement_free(statement);
    return ok;
}

static bool
purge(struct sqlite3 *db, int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        "DELETE FROM idempotency WHERE (subject, method, route, key) IN"
        " (SELECT subject, method, route, key FROM idempotency"
        "  WHERE time_ms <= ?1 AND status != 0 ORDER BY time_ms LIMIT ?2)",
        err);

    if (!statement)
        return false;
    statement_i64(statement, 1, now_ms - JOURNAL_KEYS_KEPT_MS);
    statement_i64(statement, 2, PURGED);
    return statement_run(statement, err);
}

bool
idempotency_keep(struct sqlite3 *db, const struct idempotency *key, const char *action,
    int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *statement;

    if (!purge(db, now_ms, err))
        return false;
    /* REPLACE: one past its time that was not purged yet. */
    statement = about(db,
        "INSERT OR REPLACE INTO idempotency VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, '')",
        key, err);
    if (!statement)
        return false;
    statement_text(statement, 5, str_from(key->body_hash));
    statement_text(statement, 6, str_from(action));
    statement_i64(statement, 7, now_ms);
    return statement_run(statement, err);
}

bool
idempotency_answer(struct sqlite3 *db, const struct idempotency *key, int status,
    struct str reply, struct err *err)
{
    struct sqlite3_stmt *statement =
        about(db, "UPDATE idempotency SET status = ?5, reply = ?6" IS_KEY, key, err);

    if (!statement)
        return false;
    statement_i64(statement, 5, status);
    statement_text(statement, 6, reply);
    return statement_run(statement, err);
}

bool
idempotency_drop(struct sqlite3 *db, const struct idempotency *key, struct err *err)
{
    return statement_run(about(db, "DELETE FROM idempotency" IS_KEY, key, err), err);
}

bool
idempotency_open(struct sqlite3 *db, struct frozen *actions, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT action FROM idempotency WHERE status = 0", err);
    bool row = true, ok = statement != NULL;

    memset(actions, 0, sizeof *actions);
    while (ok && row) {
        ok = statement_step(statement, &row, err);
        if (ok && row)
            frozen_add(actions, statement_get_text(statement, 0));
    }
    statement_free(statement);
    return ok;
}

bool
idempotency_drop_open(struct sqlite3 *db, struct err *err)
{
    return statement_exec(db, "DELETE FROM idempotency WHERE status = 0", err);
}
