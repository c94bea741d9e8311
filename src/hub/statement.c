/* statement -- see statement.h. */
#include "hub/statement.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct fault {
    int result;
    enum err_code code;
    const char *text; /* NULL: SQLite's */
};

static const struct fault faults[] = {
    { SQLITE_FULL, ERR_IO, "no room is left for it" },
    { SQLITE_READONLY, ERR_IO, "it cannot be written" },
    { SQLITE_PERM, ERR_IO, "it may not be opened" },
    { SQLITE_CANTOPEN, ERR_IO, "it cannot be opened" },
    { SQLITE_IOERR, ERR_IO, "the disk failed to read or write it" },
    { SQLITE_CORRUPT, ERR_CORRUPT, "it is damaged" },
    { SQLITE_NOTADB, ERR_CORRUPT, "it is not a database" },
    { SQLITE_BUSY, ERR_UNAVAILABLE, "another process holds it" },
    { SQLITE_LOCKED, ERR_UNAVAILABLE, "another process holds it" },
};

bool
statement_err(struct sqlite3 *db, struct err *err)
{
    int result = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].result == result) {
            err_set(err, faults[i].code, "%s (%s)", faults[i].text, sqlite3_errmsg(db));
            return false;
        }
    err_set(err, ERR_INTERNAL, "database: %s", db ? sqlite3_errmsg(db) : "no memory");
    return false;
}

struct sqlite3_stmt *
statement_new(struct sqlite3 *db, const char *sql, struct err *err)
{
    struct sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    statement_err(db, err);
    return NULL;
}

void
statement_free(struct sqlite3_stmt *statement)
{
    sqlite3_finalize(statement);
}

void
statement_text(struct sqlite3_stmt *statement, int at, struct str text)
{
    sqlite3_bind_text64(statement, at, text.length ? text.at : "", text.length,
        SQLITE_STATIC, SQLITE_UTF8);
}

void
statement_i64(struct sqlite3_stmt *statement, int at, int64_t value)
{
    sqlite3_bind_int64(statement, at, value);
}

bool
statement_step(struct sqlite3_stmt *statement, bool *row, struct err *err)
{
    int result = sqlite3_step(statement);

    *row = result == SQLITE_ROW;
    if (*row || result == SQLITE_DONE)
        return true;
    return statement_err(sqlite3_db_handle(statement), err);
}

bool
statement_run(struct sqlite3_stmt *statement, struct err *err)
{
    bool row = true, ok = statement != NULL;

    while (ok && row)
        ok = statement_step(statement, &row, err);
    sqlite3_finalize(statement);
    return ok;
}

struct str
statement_get_text(struct sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    int length = sqlite3_column_bytes(statement, column);

    if (!text)
        return (struct str){ "", 0 };
    return (struct str){ (const char *)text, (size_t)length };
}

char *
statement_take_text(struct sqlite3_stmt *statement, int column)
{
    struct str text = statement_get_text(statement, column);

    return mem_text_length(text.at, text.length);
}

int64_t
statement_get_i64(struct sqlite3_stmt *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

bool
statement_exec(struct sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || statement_err(db, err);
}

/* The first row, or NULL. */
static struct sqlite3_stmt *
ask(struct sqlite3 *db, const char *sql, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db, sql, err);
    bool row = false;

    if (!statement)
        return NULL;
    if (statement_step(statement, &row, err) && !row)
        err_set(err, ERR_NOT_FOUND, "no row");
    if (row)
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

bool
statement_ask_text(
    struct sqlite3 *db, const char *sql, struct buf *value, struct err *err)
{
    struct sqlite3_stmt *statement = ask(db, sql, err);

    if (!statement)
        return false;
    buf_add_str(value, statement_get_text(statement, 0));
    sqlite3_finalize(statement);
    return true;
}

bool
statement_ask_i64(struct sqlite3 *db, const char *sql, int64_t *value, struct err *err)
{
    struct sqlite3_stmt *statement = ask(db, sql, err);

    if (!statement)
        return false;
    *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return true;
}
