/* audit -- see audit.h. */
#include "hub/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "hub/segment.h"
#include "hub/statement.h"

#define COLUMNS                                                                          \
    "seq, time_ms, kind, action, subject, origin, verb, target, reason, result, window," \
    " count, frozen, detail, hash"

#define ORIGIN                                                                           \
    "0000000000000000000000000000000000000000000000000000000000000000" /* nothing before \
                                                                        */

/* The hash that the first entry is bound to. */
static bool
ask_origin(struct sqlite3 *db, char hash[DIGEST_HEX_LENGTH + 1], struct err *err)
{
    struct buf text = { 0 };
    bool ok = statement_ask_text(
        db, "SELECT value FROM meta WHERE name = 'before_sha256'", &text, err);

    snprintf(hash, DIGEST_HEX_LENGTH + 1, "%s", text.length ? text.at : ORIGIN);
    buf_release(&text);
    return ok;
}

/* The last entry's number and hash; 0 and the origin in an empty chain. */
static bool
ask_head(
    struct sqlite3 *db, int64_t *seq, char hash[DIGEST_HEX_LENGTH + 1], struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", err);
    bool row = false, ok = statement && statement_step(statement, &row, err);

    *seq = 0;
    if (row) {
        *seq = statement_get_i64(statement, 0);
        snprintf(hash, DIGEST_HEX_LENGTH + 1, "%.*s",
            STR_ARG(statement_get_text(statement, 1)));
    }
    statement_free(statement);
    if (!ok || row)
        return ok;
    return ask_origin(db, hash, err);
}

bool
audit_store_set(struct sqlite3 *db, const struct frozen *set, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "INSERT OR IGNORE INTO frozen VALUES(?1, ?2)", err);
    struct buf lines = { 0 };
    bool ok;

    if (!statement)
        return false;
    frozen_print_lines(set, &lines);
    statement_text(statement, 1, str_from(set->hash));
    statement_text(statement, 2, buf_str(&lines));
    ok = statement_run(statement, err);
    buf_release(&lines);
    return ok;
}

bool
audit_load_set(struct sqlite3 *db, const char *hash, struct frozen *set, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT ids FROM frozen WHERE hash = ?1", err);
    bool row = false, ok;

    memset(set, 0, sizeof *set);
    if (!statement)
        return false;
    statement_text(statement, 1, str_from(hash));
    ok = statement_step(statement, &row, err);
    if (ok && !row) {
        err_set(err, ERR_CORRUPT, "set %.12s… is not there", hash);
        ok = false;
    }
    if (ok && (!frozen_parse_lines(set, statement_get_text(statement, 0)) ||
                  strcmp(set->hash, hash))) {
        err_set(err, ERR_CORRUPT, "set %.12s… is not what it was", hash);
        frozen_release(set);
        ok = false;
    }
    statement_free(statement);
    return ok;
}

static bool
insert(struct sqlite3 *db, const struct entry *entry, const char *hash, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        "INSERT INTO audit(" COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13, ?14, ?15)",
        err);
    const char *const texts[] = { entry->kind, entry->action, entry->subject,
        entry->origin, entry->verb, entry->target, entry->reason, entry->result,
        entry->window };

    if (!statement)
        return false;
    statement_i64(statement, 1, entry->seq);
    statement_i64(statement, 2, entry->time_ms);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        statement_text(statement, 3 + i, str_from(texts[i]));
    statement_i64(statement, 12, entry->count);
    statement_text(statement, 13, str_from(entry->set));
    statement_text(statement, 14,
        entry->detail && entry->detail[0] ? str_from(entry->detail) : STR("{}"));
    statement_text(statement, 15, str_from(hash));
    return statement_run(statement, err);
}

bool
audit_append(
    struct sqlite3 *db, struct entry *entry, const struct frozen *set, struct err *err)
{
    char before[DIGEST_HEX_LENGTH + 1] = "", hash[DIGEST_HEX_LENGTH + 1];
    struct entry chained = *entry;

    if (!ask_head(db, &chained.seq, before, err))
        return false;
    chained.seq++;
    chained.count = set ? (int64_t)set->count : 0;
    chained.set = set ? set->hash : NULL;
    if (set && !audit_store_set(db, set, err))
        return false;
    entry_hash(before, &chained, hash);
    if (!insert(db, &chained, hash, err))
        return false;
    entry->seq = chained.seq;
    return true;
}

/* The row as an entry that owns its texts. */
static void
take_entry(struct sqlite3_stmt *statement, struct entry *entry)
{
    const char **texts[] = { &entry->kind, &entry->action, &entry->subject,
        &entry->origin, &entry->verb, &entry->target, &entry->reason, &entry->result,
        &entry->window };

    memset(entry, 0, sizeof *entry);
    entry->seq = statement_get_i64(statement, 0);
    entry->time_ms = statement_get_i64(statement, 1);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        *texts[i] = statement_take_text(statement, 2 + i);
    entry->count = statement_get_i64(statement, 11);
    entry->set = statement_take_text(statement, 12);
    entry->detail = statement_take_text(statement, 13);
    entry->hash = statement_take_text(statement, 14);
}

static struct sqlite3_stmt *
filter_statement(struct sqlite3 *db, const struct audit_filter *filter, struct err *err)
{
    struct buf sql = { 0 };
    struct sqlite3_stmt *statement;

    buf_add_text(&sql, "SELECT " COLUMNS " FROM audit WHERE seq > ?5");
    if (filter->subject[0])
        buf_add_text(&sql, " AND subject = ?1");
    if (filter->verb[0])
        buf_add_text(&sql, " AND verb = ?2");
    if (filter->since_ms)
        buf_add_text(&sql, " AND time_ms >= ?3");
    if (filter->until_ms)
        buf_add_text(&sql, " AND time_ms < ?4");
    if (filter->before)
        buf_add_text(&sql, " AND seq < ?6");
    if (filter->cluster[0])
        buf_add_text(&sql, " AND frozen IN (SELECT hash FROM frozen WHERE"
                           " instr(char(10) || ids, char(10) || ?7 || char(10)) > 0"
                           " OR instr(ids, ':' || ?7 || char(10)) > 0)");
    buf_print(&sql, " ORDER BY seq %s LIMIT ?8", filter->oldest_first ? "ASC" : "DESC");
    statement = statement_new(db, sql.at, err);
    buf_release(&sql);
    if (!statement)
        return NULL;
    statement_text(statement, 1, str_from(filter->subject));
    statement_text(statement, 2, str_from(filter->verb));
    statement_i64(statement, 3, filter->since_ms);
    statement_i64(statement, 4, filter->until_ms);
    statement_i64(statement, 5, filter->after);
    statement_i64(statement, 6, filter->before);
    statement_text(statement, 7, str_from(filter->cluster));
    statement_i64(statement, 8, filter->limit ? filter->limit : AUDIT_LIST_LIMIT);
    return statement;
}

/* One entry to the caller. A set that is damaged is told as empty: verify is what
 * accuses. */
static bool
give(struct sqlite3 *db, const struct entry *entry,
    bool (*each)(void *user, const struct entry *entry, const struct frozen *set),
    void *user)
{
    struct frozen set = { 0 };
    struct err ignored = { 0 };
    bool more;

    if (entry->set[0])
        audit_load_set(db, entry->set, &set, &ignored);
    more = each(user, entry, &set);
    frozen_release(&set);
    return more;
}

bool
audit_walk(struct sqlite3 *db, const struct audit_filter *filter,
    bool (*each)(void *user, const struct entry *entry, const struct frozen *set),
    void *user, struct err *err)
{
    struct sqlite3_stmt *statement = filter_statement(db, filter, err);
    bool row = true, ok = statement != NULL;

    while (ok && row) {
        struct entry entry;

        ok = statement_step(statement, &row, err);
        if (!ok || !row)
            break;
        take_entry(statement, &entry);
        row = give(db, &entry, each, user);
        entry_release(&entry);
    }
    statement_free(statement);
    return ok;
}

static bool
tampered(struct verdict *verdict, int64_t at, const char *why)
{
    verdict->consistent = false;
    verdict->at = at;
    snprintf(
        verdict->why, sizeof verdict->why, "%.*s", (int)sizeof verdict->why - 1, why);
    return false;
}

/* What JSON would have to replace was never written by us. */
static bool
is_text(const struct entry *entry)
{
    const char *const texts[] = { entry->kind, entry->action, entry->subject,
        entry->origin, entry->verb, entry->target, entry->reason, entry->result,
        entry->window, entry->set, entry->detail };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!text_is_valid(str_from(texts[i])))
            return false;
    return true;
}

/* Does the entry fit the hash before it? On success `before` becomes its own hash. */
static bool
check_link(const struct entry *entry, int64_t expected,
    char before[DIGEST_HEX_LENGTH + 1], struct verdict *verdict)
{
    char hash[DIGEST_HEX_LENGTH + 1];

    if (entry->seq != expected)
        return tampered(verdict, expected, "it is not there");
    if (!is_text(entry))
        return tampered(verdict, expected, "it holds bytes that are no text");
    entry_hash(before, entry, hash);
    if (strcmp(hash, entry->hash))
        return tampered(verdict, expected, "its hash is not that of what it says");
    memcpy(before, hash, sizeof hash);
    return true;
}

static bool
check_set(struct sqlite3 *db, const struct entry *entry, char last[DIGEST_HEX_LENGTH + 1],
    struct verdict *verdict)
{
    struct frozen set = { 0 };
    struct err err = { 0 };
    bool ok;

    if (!entry->set[0])
        return !entry->count || tampered(verdict, entry->seq, "its count has no set");
    if (!strcmp(entry->set, last))
        return true; /* an outcome repeats the set of its intent */
    ok = audit_load_set(db, entry->set, &set, &err);
    if (!ok)
        tampered(verdict, entry->seq, err.text);
    else if ((int64_t)set.count != entry->count)
        ok = tampered(verdict, entry->seq, "its set has another count");
    else
        snprintf(last, DIGEST_HEX_LENGTH + 1, "%s", entry->set);
    frozen_release(&set);
    return ok;
}

/* The segment's own words about itself, and the file it says came before. */
static bool
read_segment(
    struct sqlite3 *db, const char *path, struct verdict *verdict, struct err *err)
{
    struct buf stamp = { 0 }, name = { 0 }, hash = { 0 }, file = { 0 };
    char found[DIGEST_HEX_LENGTH + 1];
    const char *slash = strrchr(path, '/');
    bool ok;

    ok = statement_ask_text(
             db, "SELECT value FROM meta WHERE name = 'simulated'", &stamp, err) &&
         statement_ask_i64(db,
             "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'segment'",
             &verdict->segment, err) &&
         statement_ask_text(
             db, "SELECT value FROM meta WHERE name = 'before'", &name, err) &&
         statement_ask_text(
             db, "SELECT value FROM meta WHERE name = 'before_sha256'", &hash, err);
    if (ok) {
        verdict->simulated = str_is(buf_str(&stamp), "1");
        snprintf(
            verdict->before, sizeof verdict->before, "%s", name.length ? name.at : "");
        buf_add_str(&file, (struct str){ path, slash ? (size_t)(slash + 1 - path) : 0 });
        buf_add_str(&file, buf_str(&name));
    }
    if (ok && name.length)
        snprintf(verdict->before_state, sizeof verdict->before_state, "%s",
            !segment_hash(file.at, found)   ? "missing"
            : str_is(buf_str(&hash), found) ? "same"
                                            : "changed");
    buf_release(&stamp);
    buf_release(&name);
    buf_release(&hash);
    buf_release(&file);
    return ok;
}

/* Walk the chain from its origin. False: it cannot be read; the verdict says the rest. */
static bool
walk_chain(struct sqlite3 *db, const char *head, struct verdict *verdict, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT " COLUMNS " FROM audit ORDER BY seq", err);
    char before[DIGEST_HEX_LENGTH + 1] = "", last[DIGEST_HEX_LENGTH + 1] = "";
    bool row = true, ok = statement && ask_origin(db, before, err), sound = ok;

    while (ok && row && sound) {
        struct entry entry;

        ok = statement_step(statement, &row, err);
        if (!ok || !row)
            break;
        take_entry(statement, &entry);
        sound = check_link(&entry, verdict->entries + 1, before, verdict) &&
                check_set(db, &entry, last, verdict);
        if (sound) {
            verdict->entries++;
            memcpy(verdict->head, before, sizeof before);
            if (!strcmp(head, before))
                verdict->head_at = entry.seq;
        }
        entry_release(&entry);
    }
    statement_free(statement);
    return ok;
}

bool
audit_verify(struct sqlite3 *db, const char *path, const char *head,
    struct verdict *verdict, struct err *err)
{
    struct err fault = { 0 };

    memset(verdict, 0, sizeof *verdict);
    verdict->consistent = true;
    if (!read_segment(db, path, verdict, &fault) ||
        !walk_chain(db, head, verdict, &fault)) {
        if (fault.code != ERR_CORRUPT && fault.code != ERR_NOT_FOUND) {
            *err = fault;
            return false;
        }
        tampered(verdict, verdict->entries + 1, fault.text);
        verdict->damaged = fault.code == ERR_CORRUPT;
        return true;
    }
    if (verdict->consistent && !verdict->entries)
        tampered(verdict, 1, "the chain is empty");
    if (verdict->consistent && head[0] && !verdict->head_at)
        tampered(verdict, verdict->entries + 1,
            "the head you gave is not in it: entries were cut off or made anew");
    return true;
}

bool
audit_check_tail(struct sqlite3 *db, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT " COLUMNS " FROM audit ORDER BY seq DESC LIMIT 2", err);
    struct entry entries[2];
    struct verdict verdict = { 0 };
    char before[DIGEST_HEX_LENGTH + 1] = "";
    int count = 0;
    bool row = true, ok = statement != NULL;

    while (ok && count < 2 && row) {
        ok = statement_step(statement, &row, err);
        if (ok && row)
            take_entry(statement, &entries[count++]);
    }
    statement_free(statement);
    if (ok && !count) {
        err_set(err, ERR_CORRUPT, "its audit chain is empty");
        ok = false;
    }
    if (ok && count == 2)
        snprintf(before, sizeof before, "%s", entries[1].hash);
    else if (ok)
        ok = ask_origin(db, before, err);
    if (ok &&
        !check_link(&entries[0], count == 2 ? entries[1].seq + 1 : 1, before, &verdict)) {
        err_set(err, ERR_CORRUPT, "its audit chain does not fit at entry %" PRId64 ": %s",
            verdict.at, verdict.why);
        ok = false;
    }
    while (count > 0)
        entry_release(&entries[--count]);
    return ok;
}
