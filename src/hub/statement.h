/*
 * statement -- SQL with our errors, for the nouns that live in a database of the hub.
 *
 * ERR_CORRUPT: not a database, or not what was written. ERR_IO: full, read-only, cannot
 * be reached. ERR_UNAVAILABLE: somebody else holds it. ERR_INTERNAL: our own mistake.
 */
#ifndef HUB_STATEMENT_H
#define HUB_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct sqlite3;
struct sqlite3_stmt;

bool statement_err(struct sqlite3 *db, struct err *err); /* always false */

struct sqlite3_stmt *statement_new(
    struct sqlite3 *db, const char *sql, struct err *err); /* NULL */
void statement_free(struct sqlite3_stmt *statement);
void statement_text(struct sqlite3_stmt *statement, int at,
    struct str text); /* from 1; kept, not copied */
void statement_i64(struct sqlite3_stmt *statement, int at, int64_t value);

/* Next row: *row false at the end. */
bool statement_step(struct sqlite3_stmt *statement, bool *row, struct err *err);
bool statement_run(struct sqlite3_stmt *statement,
    struct err *err); /* to its end, then free; NULL is false */

struct str statement_get_text(
    struct sqlite3_stmt *statement, int column); /* from 0; until the next step */
char *statement_take_text(struct sqlite3_stmt *statement, int column); /* yours to free */
int64_t statement_get_i64(struct sqlite3_stmt *statement, int column);

bool statement_exec(struct sqlite3 *db, const char *sql,
    struct err *err); /* one or several, no rows wanted */
/* The first column of the first row, as text appended or as a number; false with
 * ERR_NOT_FOUND without a row. */
bool statement_ask_text(
    struct sqlite3 *db, const char *sql, struct buf *value, struct err *err);
bool statement_ask_i64(
    struct sqlite3 *db, const char *sql, int64_t *value, struct err *err);

#endif
