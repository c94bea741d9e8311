/*
 * audit -- the chain of entries in journal.db: appended inside a journal write, never
 * changed.
 *
 * An entry is bound to the one before by SHA-256 (wire/entry.h), the ids it is about by
 * their own hash.
 */
#ifndef HUB_AUDIT_H
#define HUB_AUDIT_H

#include "base/err.h"
#include "hub/authz.h"
#include "hub/journal.h"
#include "wire/entry.h"
#include "wire/frozen.h"

#define AUDIT_LIST_LIMIT 1000 /* entries in one answer */

/* Inside a journal write: sets seq and hash. set may be NULL. */
bool audit_append(
    struct sqlite3 *db, struct entry *entry, const struct frozen *set, struct err *err);
bool audit_store_set(struct sqlite3 *db, const struct frozen *set, struct err *err);
bool audit_load_set(
    struct sqlite3 *db, const char *hash, struct frozen *set, struct err *err);

/* Blocking: does the last entry fit the one before? What is checked at every open. */
bool audit_check_tail(struct sqlite3 *db, struct err *err);

struct audit_filter { /* texts "" or 0: any */
    char subject[80], verb[32];
    char cluster[512]; /* an id, or a name: of whatever source, there still or not */
    int64_t since_ms, until_ms;
    int64_t before, after; /* seq */
    uint32_t limit;
    bool oldest_first;
};

/* Blocking, for a journal_read: each entry with its set; each returns false to stop. */
bool audit_walk(struct sqlite3 *db, const struct audit_filter *filter,
    bool (*each)(void *user, const struct entry *entry, const struct frozen *set),
    void *user, struct err *err);

/* Blocking: recompute the whole chain. head: a hash the caller kept, or "". False only if
 * it cannot be read. */
bool audit_verify(struct sqlite3 *db, const char *path, const char *head,
    struct verdict *verdict, struct err *err);

#endif
