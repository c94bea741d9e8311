/*
 * journal -- journal.db: the one file that may not lie. Audit chain, maintenance windows,
 * idempotency keys.
 *
 * SQLite in WAL mode, synchronous FULL, one writer. journal_write queues; what queued up
 * while the pool was busy goes into the next transaction together (group commit), each
 * write in a savepoint of its own. A write is reported only after it is on disk. Reads
 * run on connections of their own.
 *
 * Whatever is wrong with the file (corrupt, full, read-only, of a newer version) makes a
 * fault, not a failure: the journal opens all the same, refuses writes with ERR_READ_ONLY
 * and the reason, and the fleet goes on. Only two things refuse the open: another hub
 * holds it, or its `simulated` stamp is another.
 *
 * The end of a hub: journal_close first (what is under way gets to the disk, nobody is
 * called back any more), then actions_free (who waits is told), maintenance_free, and
 * only then the api and the server they answer through.
 *
 * The lock lies beside the file (PATH.lock), is held for the journal's lifetime and never
 * unlinked. The file is 0600.
 */
#ifndef HUB_JOURNAL_H
#define HUB_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hub/failpoint.h"
#include "net/loop.h"

#define JOURNAL_VERSION      1
#define JOURNAL_QUEUE        4096 /* writes that wait; more are refused */
#define JOURNAL_KEYS_KEPT_MS ((int64_t)7 * 24 * 3600 * 1000)

struct sqlite3;
struct journal;

struct journal_options {
    const char *path; /* …/journal.db; its folder is made */
    bool simulated;
    int64_t limit_bytes; /* the file never grows beyond; 0: only the disk limits it */
    int64_t now_ms;
    struct loop *loop;
};

/* NULL: ERR_CONFLICT (another hub has it, or a fleet of the other kind). Blocks: before
 * the loop runs. */
struct journal *journal_open(const struct journal_options *options, struct err *err);
void journal_close(struct journal *journal); /* finishes what is queued, blocking;
                                                callbacks of those are not called */

const char *journal_fault(const struct journal
        *journal); /* why writes are refused, "" if they are not. Safe text */
void journal_on_fault(struct journal *journal, void (*changed)(void *user),
    void *user); /* fault came or went */
/* A reader has found the file damaged: a fault like those that a write finds. */
void journal_accuse(struct journal *journal, const struct err *err);
const char *journal_path(const struct journal *journal);
bool journal_busy(const struct journal *journal); /* a write is queued or under way */
struct failpoint *journal_failpoint(struct journal *journal);

/*
 * run: on a pool thread, inside the transaction; false rolls this write back alone. done:
 * on the loop, exactly once, err NULL when it is durable. Refused at once (false, no
 * call): fault, full queue.
 */
struct journal_write {
    bool (*run)(struct sqlite3 *db, void *user, struct err *err);
    void (*done)(void *user, const struct err *err);
    void *user;
    const char *failpoint; /* passed when it is on disk and the loop does not know yet;
                              may be NULL */
};
bool journal_write(
    struct journal *journal, const struct journal_write *write, struct err *err);

/* The same on a connection that cannot write, beside the writer. Works on a faulty
 * journal as far as it can be read. */
bool journal_read(
    struct journal *journal, const struct journal_write *read, struct err *err);

/* A read at once, blocking: for what is restored before the loop runs. */
bool journal_load(struct journal *journal,
    bool (*run)(struct sqlite3 *db, void *user, struct err *err), void *user,
    struct err *err);

/*
 * Mend what journal_fault says. The same file goes on if it is whole now (room was made,
 * rights were given); a corrupt one is put aside as PATH.N and a new segment begins,
 * whose first entry names its SHA-256. carry runs in the transaction that ends it, on a
 * pool thread: who asked for it and, in a fresh segment, what memory still knows.
 * ERR_CONFLICT: nothing is wrong; ERR_VERSION: the file is of a newer version and left
 * alone.
 */
struct journal_recovery {
    bool (*carry)(struct sqlite3 *db, bool fresh, void *user, struct err *err);
    void (*done)(void *user, bool fresh, const struct err *err);
    void *user;
};
bool journal_recover(
    struct journal *journal, const struct journal_recovery *recovery, struct err *err);

#endif
