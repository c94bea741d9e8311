/* journal -- see journal.h. */
#include "hub/journal.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "hub/audit.h"
#include "hub/segment.h"
#include "hub/statement.h"

#define BATCH 256 /* writes in one transaction */
#define READS 2   /* at once: the pool is small and others need it */

struct job { /* a write or a read on its way */
    struct journal *journal;
    struct job *next;
    struct journal_write write;
    struct err err;
    bool ok;
    bool recover, fresh; /* recovery stands in the place of write */
    struct journal_recovery recovery;
    int64_t now_ms;
};

struct jobs {
    struct job *first, **last;
    uint32_t count;
};

struct journal {
    struct loop *loop;
    char *path, *lock_path;
    int lock;
    bool simulated;
    int64_t limit_bytes;
    struct sqlite3 *db; /* the writer: the pool's while `writing`, else the loop's */
    struct jobs queue, batch, reads;
    uint32_t reading;
    bool writing, closing;
    enum err_code fault_code;
    char fault[256];
    struct failpoint failpoint;
    void (*fault_changed)(void *user);
    void *fault_user;
};

static void
jobs_add(struct jobs *jobs, struct job *job)
{
    if (!jobs->first)
        jobs->last = &jobs->first;
    job->next = NULL;
    *jobs->last = job;
    jobs->last = &job->next;
    jobs->count++;
}

static struct job *
jobs_take(struct jobs *jobs)
{
    struct job *job = jobs->first;

    if (job) {
        jobs->first = job->next;
        jobs->count--;
    }
    return job;
}

static struct job *
job_new(struct journal *journal, const struct journal_write *write)
{
    struct job *job = mem_zero(1, sizeof *job);

    job->journal = journal;
    job->write = *write;
    return job;
}

static void
set_fault(struct journal *journal, const struct err *err)
{
    struct buf text = { 0 };
    bool changed;

    if (err) {
        buf_add_text(&text, "journal.db: ");
        text_safe(&text, str_from(err->text));
    }
    changed = strcmp(journal->fault, text.length ? text.at : "") != 0;
    journal->fault_code = err ? err->code : ERR_NONE;
    snprintf(journal->fault, sizeof journal->fault, "%s", text.length ? text.at : "");
    buf_release(&text);
    if (!changed)
        return;
    if (err)
        log_line(LOG_ERROR, "%s: the hub is read-only until `nocturne audit recover`",
            journal->fault);
    else
        log_line(LOG_INFO, "journal.db: writes are on again");
    if (journal->fault_changed && !journal->closing)
        journal->fault_changed(journal->fault_user);
}

static struct segment
segment_of(const struct journal *journal, int64_t now_ms)
{
    return (struct segment){ .path = journal->path,
        .simulated = journal->simulated,
        .limit_bytes = journal->limit_bytes,
        .now_ms = now_ms };
}

static bool
make_folder(const struct journal *journal, struct err *err)
{
    const char *slash = strrchr(journal->path, '/');
    char *folder;
    bool ok;

    if (!slash || slash == journal->path)
        return true;
    folder = mem_text_length(journal->path, (size_t)(slash - journal->path));
    ok = file_make_folders(folder, err);
    free(folder);
    return ok;
}

/* Lock and open. False: refused for good; a fault is true. */
static bool
open_first(struct journal *journal, int64_t now_ms, struct err *err)
{
    struct segment segment = segment_of(journal, now_ms);
    struct err fault = { 0 };

    if (!make_folder(journal, &fault)) {
        set_fault(journal, &fault);
        return true;
    }
    journal->lock = file_lock(journal->lock_path, false, &fault);
    if (journal->lock < 0 && fault.code == ERR_CONFLICT) {
        err_set(err, ERR_CONFLICT, "another hub has the journal %s", journal->path);
        return false;
    }
    if (journal->lock >= 0)
        journal->db = segment_open(&segment, &fault);
    if (journal->db)
        return true;
    if (fault.code == ERR_CONFLICT) {
        *err = fault;
        err_wrap(err, "%s", journal->path);
        return false;
    }
    set_fault(journal, &fault);
    return true;
}

struct journal *
journal_open(const struct journal_options *options, struct err *err)
{
    struct journal *journal = mem_zero(1, sizeof *journal);

    journal->loop = options->loop;
    journal->path = mem_text(options->path);
    journal->lock_path = mem_print("%s.lock", options->path);
    journal->lock = -1;
    journal->simulated = options->simulated;
    journal->limit_bytes = options->limit_bytes;
    failpoint_init(&journal->failpoint);
    if (open_first(journal, options->now_ms, err))
        return journal;
    journal_close(journal);
    return NULL;
}

const char *
journal_fault(const struct journal *journal)
{
    return journal->fault;
}

void
journal_on_fault(struct journal *journal, void (*changed)(void *user), void *user)
{
    journal->fault_changed = changed;
    journal->fault_user = user;
}

void
journal_accuse(struct journal *journal, const struct err *err)
{
    if (!journal->fault[0])
        set_fault(journal, err);
}

const char *
journal_path(const struct journal *journal)
{
    return journal->path;
}

bool
journal_busy(const struct journal *journal)
{
    return journal->writing || journal->queue.first || journal->reading ||
           journal->reads.first;
}

struct failpoint *
journal_failpoint(struct journal *journal)
{
    return &journal->failpoint;
}

/* One write in its savepoint. False: the whole transaction is gone. */
static bool
run_one(struct sqlite3 *db, struct job *job)
{
    if (!statement_exec(db, "SAVEPOINT one", &job->err))
        return false;
    job->ok = job->write.run(db, job->write.user, &job->err);
    if (sqlite3_get_autocommit(db)) { /* a full disk rolls everything back by itself */
        if (job->ok)
            err_set(&job->err, ERR_IO, "the transaction was rolled back");
        job->ok = false;
        return false;
    }
    if (!job->ok)
        statement_exec(db, "ROLLBACK TO one", NULL);
    return statement_exec(db, "RELEASE one", job->ok ? &job->err : NULL);
}

static void
fail_all(struct jobs *batch, const struct err *err)
{
    for (struct job *job = batch->first; job; job = job->next) {
        if (job->ok || job->err.code == ERR_NONE)
            job->err = *err;
        job->ok = false;
    }
}

static void
run_batch(struct sqlite3 *db, struct jobs *batch)
{
    struct err err = { 0 };

    if (!statement_exec(db, "BEGIN IMMEDIATE", &err)) {
        fail_all(batch, &err);
        return;
    }
    for (struct job *job = batch->first; job; job = job->next)
        if (!run_one(db, job)) {
            err = job->err;
            goto undo;
        }
    if (!statement_exec(db, "COMMIT", &err))
        goto undo;
    for (struct job *job = batch->first; job; job = job->next)
        if (job->ok)
            failpoint_pass(&job->journal->failpoint, job->write.failpoint);
    return;
undo:
    if (!sqlite3_get_autocommit(db))
        statement_exec(db, "ROLLBACK", NULL);
    fail_all(batch, &err);
}

static bool
run_carry(struct sqlite3 *db, void *user, struct err *err)
{
    struct job *job = user;

    return job->recovery.carry(db, job->fresh, job->recovery.user, err);
}

/* A new segment without what memory still knows is none: the next attempt makes it again.
 */
static void
carry_over(struct journal *journal, struct job *job)
{
    struct jobs carry = { 0 };

    job->write.run = run_carry;
    job->write.user = job;
    job->err = (struct err){ 0 };
    jobs_add(&carry, job);
    run_batch(journal->db, &carry);
    if (job->ok || !job->fresh)
        return;
    segment_close(journal->db);
    journal->db = NULL;
    unlink(journal->path);
}

/* On the pool: the same file if it is whole, a new one if it is not. */
static void
run_recover(struct journal *journal, struct job *job)
{
    struct segment segment = segment_of(journal, job->now_ms);

    segment_close(journal->db);
    journal->db = NULL;
    if (journal->lock < 0)
        journal->lock = file_lock(journal->lock_path, false, &job->err);
    if (journal->lock < 0)
        return;
    job->fresh = !file_exists(journal->path);
    journal->db = segment_open(&segment, &job->err);
    if (!journal->db && job->err.code == ERR_CORRUPT &&
        segment_put_aside(journal->path, &job->err)) {
        job->fresh = true;
        journal->db = segment_open(&segment, &job->err);
    }
    if (journal->db)
        carry_over(journal, job);
}

static void
run_writes(void *user)
{
    struct journal *journal = user;

    if (journal->batch.first->recover)
        run_recover(journal, journal->batch.first);
    else
        run_batch(journal->db, &journal->batch);
}

static void start_writes(struct journal *journal);

static void
finish(struct job *job)
{
    const struct err *err = job->ok ? NULL : &job->err;

    if (job->recover && !job->journal->closing)
        job->recovery.done(job->recovery.user, job->fresh, err);
    else if (!job->journal->closing)
        job->write.done(job->write.user, err);
    free(job);
}

static bool
is_fault(const struct err *err)
{
    return err->code == ERR_IO || err->code == ERR_CORRUPT || err->code == ERR_VERSION;
}

static void
writes_done(void *user)
{
    struct journal *journal = user;
    struct jobs batch = journal->batch;
    const struct err *fault = NULL;
    struct job *job;

    assert(batch.first);
    journal->batch = (struct jobs){ 0 };
    journal->writing = false;
    for (job = batch.first; job; job = job->next)
        if (!job->ok && is_fault(&job->err))
            fault = &job->err;
    if (fault)
        set_fault(journal, fault);
    else if (batch.first->recover && batch.first->ok)
        set_fault(journal, NULL);
    while ((job = jobs_take(&batch)))
        finish(job);
    start_writes(journal);
}

static void
refuse(const struct journal *journal, struct err *err)
{
    err_set(err, ERR_READ_ONLY, "%s", journal->fault);
}

/* What waited behind the write that broke the journal is refused like what comes after.
 */
static bool
take_batch(struct journal *journal)
{
    struct job *job;

    while ((job = journal->queue.first)) {
        if (job->recover && journal->batch.first)
            break;
        jobs_take(&journal->queue);
        if (journal->fault[0] && !job->recover) {
            refuse(journal, &job->err);
            finish(job);
            continue;
        }
        jobs_add(&journal->batch, job);
        if (job->recover || journal->batch.count == BATCH)
            break;
    }
    return journal->batch.first != NULL;
}

static void
start_writes(struct journal *journal)
{
    if (journal->writing || !take_batch(journal))
        return;
    journal->writing = true;
    loop_work(journal->loop, run_writes, writes_done, journal);
}

bool
journal_write(struct journal *journal, const struct journal_write *write, struct err *err)
{
    if (journal->fault[0]) {
        refuse(journal, err);
        return false;
    }
    if (journal->closing) {
        err_set(err, ERR_UNAVAILABLE, "the hub is stopping");
        return false;
    }
    if (journal->queue.count >= JOURNAL_QUEUE) {
        err_set(err, ERR_UNAVAILABLE, "%d writes wait for the journal already",
            JOURNAL_QUEUE);
        return false;
    }
    jobs_add(&journal->queue, job_new(journal, write));
    start_writes(journal);
    return true;
}

bool
journal_recover(
    struct journal *journal, const struct journal_recovery *recovery, struct err *err)
{
    struct journal_write none = { 0 };
    struct job *job;

    if (!journal->fault[0]) {
        err_set(err, ERR_CONFLICT, "nothing is wrong with the journal");
        return false;
    }
    if (journal->fault_code == ERR_VERSION) {
        err_set(err, ERR_VERSION, "%s; it is left alone", journal->fault);
        return false;
    }
    job = job_new(journal, &none);
    job->recover = true;
    job->recovery = *recovery;
    job->now_ms = loop_now_ms(journal->loop);
    jobs_add(&journal->queue, job);
    start_writes(journal);
    return true;
}

static void start_reads(struct journal *journal);

static bool
read_now(const char *path, const struct journal_write *read, struct err *err)
{
    struct sqlite3 *db = segment_read(path, err);
    bool ok = db && read->run(db, read->user, err);

    segment_close(db);
    return ok;
}

static void
run_read(void *user)
{
    struct job *job = user;

    job->ok = read_now(job->journal->path, &job->write, &job->err);
}

static void
read_done(void *user)
{
    struct job *job = user;
    struct journal *journal = job->journal;

    journal->reading--;
    finish(job);
    start_reads(journal);
}

static void
start_reads(struct journal *journal)
{
    while (journal->reading < READS && journal->reads.first && !journal->closing) {
        struct job *job = jobs_take(&journal->reads);

        journal->reading++;
        loop_work(journal->loop, run_read, read_done, job);
    }
}

bool
journal_read(struct journal *journal, const struct journal_write *read, struct err *err)
{
    if (journal->closing || journal->reads.count >= JOURNAL_QUEUE) {
        err_set(err, ERR_UNAVAILABLE, "%s",
            journal->closing ? "the hub is stopping" : "too many reads wait already");
        return false;
    }
    jobs_add(&journal->reads, job_new(journal, read));
    start_reads(journal);
    return true;
}

bool
journal_load(struct journal *journal,
    bool (*run)(struct sqlite3 *db, void *user, struct err *err), void *user,
    struct err *err)
{
    struct journal_write read = { .run = run, .user = user };

    return read_now(journal->path, &read, err);
}

void
journal_close(struct journal *journal)
{
    struct job *job;

    if (!journal)
        return;
    journal->closing = true;
    while (journal->writing || journal->reading)
        loop_turn(journal->loop, true);
    while ((job = jobs_take(&journal->reads)))
        free(job);
    segment_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    free(journal->path);
    free(journal->lock_path);
    free(journal);
}
