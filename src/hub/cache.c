/* cache -- see cache.h. */
#include "hub/cache.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "hub/statement.h"

#define APPLICATION    0x6e6f6363 /* "nocc" */
#define SOURCES        64
#define LOAD_ROWS_MOST 1000000

struct stored { /* one row on its way to the file; text NULL: take it away */
    char *id, *source, *text;
    uint8_t health;
};

struct batch { /* the pool's while it is written */
    struct stored *rows;
    size_t count, capacity;
    char *sources[SOURCES];
    uint32_t source_count;
    bool with_sources;
    bool failed;
    struct err err;
};

struct cache {
    struct loop *loop;
    char *path;
    bool simulated;
    struct sqlite3 *db; /* NULL: there is no cache, and nothing is kept */
    struct cache_calls calls;
    struct timer *timer;
    uint64_t *dirty; /* a bit a slot */
    uint32_t words, next_word, dirty_count;
    uint32_t due_count;   /* of them, those this flush is for */
    struct batch removed; /* ids that went since the last batch */
    bool sources_dirty, writing;
    struct batch batch;
};

/* A row lies in the tree of its id: what changes is written once, in place. */
static const char schema[] =
    "CREATE TABLE stamp(simulated INTEGER NOT NULL);"
    "CREATE TABLE cluster(id TEXT PRIMARY KEY, source TEXT NOT NULL, row TEXT NOT NULL,"
    " health INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE source(place INTEGER PRIMARY KEY, text TEXT NOT NULL);";

static void
batch_release(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->rows[i].id);
        free(batch->rows[i].source);
        free(batch->rows[i].text);
    }
    for (uint32_t i = 0; i < batch->source_count; i++)
        free(batch->sources[i]);
    free(batch->rows);
    memset(batch, 0, sizeof *batch);
}

static struct stored *
batch_add(struct batch *batch)
{
    struct stored *row;

    batch->rows =
        mem_grow(batch->rows, &batch->capacity, batch->count + 1, sizeof *batch->rows);
    row = &batch->rows[batch->count++];
    memset(row, 0, sizeof *row);
    return row;
}

static bool
make(struct sqlite3 *db, bool simulated, struct err *err)
{
    char pragmas[128];

    sqlite3_snprintf(sizeof pragmas, pragmas,
        "PRAGMA application_id=%d; PRAGMA user_version=%d; INSERT INTO stamp VALUES(%d)",
        APPLICATION, CACHE_VERSION, simulated);
    return statement_exec(db, "BEGIN IMMEDIATE", err) &&
           statement_exec(db, schema, err) && statement_exec(db, pragmas, err) &&
           statement_exec(db, "COMMIT", err);
}

static bool
check(struct sqlite3 *db, bool simulated, struct err *err)
{
    int64_t application = 0, version = 0, stamp = 0;

    if (!statement_ask_i64(db, "PRAGMA application_id", &application, err) ||
        !statement_ask_i64(db, "PRAGMA user_version", &version, err))
        return false;
    if (!application && !version)
        return make(db, simulated, err);
    if (application != APPLICATION) {
        err_set(err, ERR_CORRUPT, "it is no cache of nocturne");
        return false;
    }
    if (version != CACHE_VERSION) {
        err_set(err, ERR_VERSION, "it is of version %" PRId64 ", not %d", version,
            CACHE_VERSION);
        return false;
    }
    if (!statement_ask_i64(db, "SELECT simulated FROM stamp", &stamp, err))
        return false;
    if (stamp == simulated)
        return true;
    err_set(err, ERR_CONFLICT, "it is the cache of a %s fleet and this fleet is %s",
        simulated ? "real" : "simulated", simulated ? "simulated" : "real");
    return false;
}

static struct sqlite3 *
open_file(const char *path, bool simulated, struct err *err)
{
    struct sqlite3 *db = NULL;

    if (!file_exists(path) && !file_write(path, "", 0, err))
        return NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        goto bad;
    sqlite3_busy_timeout(db, 1000);
    if (!check(db, simulated, err))
        goto out;
    if (sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", NULL, NULL,
            NULL) != SQLITE_OK)
        goto bad;
    if (chmod(path, 0600))
        log_line(LOG_WARN, "cache: %s could not be made private", path);
    return db;
bad:
    statement_err(db, err);
out:
    sqlite3_close_v2(db);
    return NULL;
}

bool
cache_check(const char *path, bool simulated, struct err *err)
{
    struct err fault = { 0 };
    struct sqlite3 *db = NULL;

    if (file_exists(path) &&
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        check(db, simulated, &fault);
    sqlite3_close_v2(db);
    if (fault.code != ERR_CONFLICT)
        return true; /* what else is wrong with it does not matter: it may be deleted */
    *err = fault;
    err_wrap(err, "%s", path);
    return false;
}

static void
delete_file(const char *path)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char *name = mem_print("%s%s", path, suffixes[i]);

        unlink(name);
        free(name);
    }
}

static void flush_due(void *user);

struct cache *
cache_open(const char *path, bool simulated, struct loop *loop,
    const struct cache_calls *calls, struct err *err)
{
    struct err fault = { 0 };
    struct sqlite3 *db = open_file(path, simulated, &fault);
    struct cache *cache;

    if (!db && fault.code == ERR_CONFLICT) {
        *err = fault;
        err_wrap(err, "%s", path);
        return NULL;
    }
    if (!db) {
        log_line(LOG_WARN, "cache %s: %s; a new one is begun", path, fault.text);
        delete_file(path);
        db = open_file(path, simulated, &fault);
    }
    if (!db)
        log_line(LOG_WARN, "cache %s: %s; none is kept", path, fault.text);
    cache = mem_zero(1, sizeof *cache);
    cache->loop = loop;
    cache->path = mem_text(path);
    cache->simulated = simulated;
    cache->db = db;
    cache->calls = *calls;
    cache->timer = timer_new(loop, flush_due, cache);
    return cache;
}

static uint32_t
load_rows(struct cache *cache, bool (*row)(void *user, const struct cache_row *row),
    void *user, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(cache->db, "SELECT id, source, row, health FROM cluster", err);
    bool more = statement != NULL;
    uint32_t count = 0, skipped = 0;

    while (more && count + skipped < LOAD_ROWS_MOST &&
           statement_step(statement, &more, err) && more) {
        struct cache_row found = { .id = statement_get_text(statement, 0),
            .source = statement_get_text(statement, 1),
            .text = statement_get_text(statement, 2),
            .health = (uint8_t)statement_get_i64(statement, 3) };

        if (row(user, &found))
            count++;
        else
            skipped++;
    }
    statement_free(statement);
    if (skipped)
        log_line(LOG_WARN, "cache: %" PRIu32 " rows could not be read", skipped);
    return count;
}

static void
load_sources(struct cache *cache, void (*source)(void *user, struct str text), void *user,
    struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(cache->db, "SELECT text FROM source ORDER BY place", err);
    bool more = statement != NULL;

    while (more && statement_step(statement, &more, err) && more)
        source(user, statement_get_text(statement, 0));
    statement_free(statement);
}

uint32_t
cache_load(struct cache *cache, bool (*row)(void *user, const struct cache_row *row),
    void (*source)(void *user, struct str text), void *user)
{
    struct err err = { 0 };
    uint32_t count;

    if (!cache->db)
        return 0;
    count = load_rows(cache, row, user, &err);
    if (source)
        load_sources(cache, source, user, &err);
    if (err.code == ERR_NONE)
        return count;
    log_line(LOG_WARN, "cache %s: %s; a new one is begun", cache->path, err.text);
    sqlite3_close_v2(cache->db);
    delete_file(cache->path);
    cache->db = open_file(cache->path, cache->simulated, &err);
    return count;
}

bool
cache_dirty(const struct cache *cache)
{
    return cache->db && (cache->dirty_count || cache->removed.count ||
                            cache->sources_dirty || cache->writing);
}

static void
due(struct cache *cache)
{
    if (cache->db && !cache->writing && !timer_active(cache->timer))
        timer_start(cache->timer, CACHE_DELAY_MS, 0);
}

void
cache_put(struct cache *cache, uint32_t slot)
{
    uint32_t word = slot / 64;
    uint64_t bit = (uint64_t)1 << slot % 64;

    if (!cache->db)
        return;
    if (word >= cache->words) {
        uint32_t words = word + word / 2 + 16;

        cache->dirty = mem_resize(cache->dirty, words, sizeof *cache->dirty);
        memset(cache->dirty + cache->words, 0,
            (words - cache->words) * sizeof *cache->dirty);
        cache->words = words;
    }
    if (!(cache->dirty[word] & bit)) {
        cache->dirty[word] |= bit;
        cache->dirty_count++;
    }
    due(cache);
}

void
cache_remove(struct cache *cache, struct str id)
{
    if (!cache->db)
        return;
    batch_add(&cache->removed)->id = mem_text_length(id.at, id.length);
    due(cache);
}

void
cache_put_sources(struct cache *cache)
{
    if (!cache->db)
        return;
    cache->sources_dirty = true;
    due(cache);
}

static void
print_row(struct cache *cache, uint32_t slot)
{
    struct cache_row row = { 0 };
    struct buf text = { 0 };
    struct stored *stored;

    if (cache->calls.print(cache->calls.user, slot, &row, &text)) {
        stored = batch_add(&cache->batch);
        stored->id = mem_text_length(row.id.at, row.id.length);
        stored->source = mem_text_length(row.source.at, row.source.length);
        stored->text = buf_take(&text);
        stored->health = row.health;
    }
    buf_release(&text);
}

static void
print_sources(struct cache *cache)
{
    struct batch *batch = &cache->batch;

    batch->with_sources = true;
    while (batch->source_count < SOURCES) {
        struct buf text = { 0 };

        if (!cache->calls.source(cache->calls.user, batch->source_count, &text)) {
            buf_release(&text);
            break;
        }
        batch->sources[batch->source_count++] = text.at ? buf_take(&text) : mem_text("");
    }
}

/* What is next to be written. Removals come first: an id that came back is put behind
 * them. */
static void
fill_batch(struct cache *cache)
{
    uint32_t printed = 0;

    cache->batch = cache->removed;
    memset(&cache->removed, 0, sizeof cache->removed);
    if (cache->sources_dirty && cache->calls.source)
        print_sources(cache);
    cache->sources_dirty = false;
    while (cache->dirty_count && printed < CACHE_BATCH) {
        uint64_t *word = &cache->dirty[cache->next_word];

        if (!*word) {
            cache->next_word = (cache->next_word + 1) % cache->words;
            continue;
        }
        print_row(cache, cache->next_word * 64 + (uint32_t)__builtin_ctzll(*word));
        *word &= *word - 1;
        cache->dirty_count--;
        printed++;
    }
    cache->due_count -= printed < cache->due_count ? printed : cache->due_count;
}

/* One statement for all rows of its kind: preparing costs more than running it. */
static bool
store_rows(struct sqlite3 *db, const struct batch *batch, bool removed, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        removed ? "DELETE FROM cluster WHERE id = ?1"
                : "INSERT OR REPLACE INTO cluster VALUES(?1, ?2, ?3, ?4)",
        err);
    bool ok = statement != NULL, row;

    for (size_t i = 0; i < batch->count && ok; i++) {
        const struct stored *stored = &batch->rows[i];

        if (!stored->text != removed)
            continue;
        statement_text(statement, 1, str_from(stored->id));
        if (!removed) {
            statement_text(statement, 2, str_from(stored->source));
            statement_text(statement, 3, str_from(stored->text));
            statement_i64(statement, 4, stored->health);
        }
        ok = statement_step(statement, &row, err);
        sqlite3_reset(statement);
    }
    statement_free(statement);
    return ok;
}

static bool
store_sources(struct sqlite3 *db, const struct batch *batch, struct err *err)
{
    if (!batch->with_sources)
        return true;
    if (!statement_exec(db, "DELETE FROM source", err))
        return false;
    for (uint32_t i = 0; i < batch->source_count; i++) {
        struct sqlite3_stmt *statement =
            statement_new(db, "INSERT INTO source VALUES(?1, ?2)", err);

        if (!statement)
            return false;
        statement_i64(statement, 1, i);
        statement_text(statement, 2, str_from(batch->sources[i]));
        if (!statement_run(statement, err))
            return false;
    }
    return true;
}

static void
run_store(void *user)
{
    struct cache *cache = user;
    struct batch *batch = &cache->batch;
    bool ok = statement_exec(cache->db, "BEGIN IMMEDIATE", &batch->err);

    ok = ok && store_rows(cache->db, batch, true, &batch->err) &&
         store_rows(cache->db, batch, false, &batch->err) &&
         store_sources(cache->db, batch, &batch->err) &&
         statement_exec(cache->db, "COMMIT", &batch->err);
    batch->failed = !ok;
    if (!ok && !sqlite3_get_autocommit(cache->db))
        statement_exec(cache->db, "ROLLBACK", NULL);
}

/* A cache that cannot be written is given up: it may be deleted, so it may be missing. */
static void
give_up(struct cache *cache)
{
    log_line(LOG_WARN, "cache %s: %s; nothing is kept from now on", cache->path,
        cache->batch.err.text);
    sqlite3_close_v2(cache->db);
    cache->db = NULL;
    batch_release(&cache->removed);
    cache->dirty_count = cache->due_count = 0;
    if (cache->words)
        memset(cache->dirty, 0, cache->words * sizeof *cache->dirty);
}

static void store_done(void *user);

static void
write_batch(struct cache *cache)
{
    fill_batch(cache);
    cache->writing = true;
    loop_work(cache->loop, run_store, store_done, cache);
}

/* A flush goes on without a rest until all that was marked when it began is stored; what
 * came meanwhile has its own delay to coalesce in. */
static void
store_done(void *user)
{
    struct cache *cache = user;

    cache->writing = false;
    if (cache->batch.failed)
        give_up(cache);
    batch_release(&cache->batch);
    if (!cache->db)
        return;
    if (cache->due_count)
        write_batch(cache);
    else if (cache_dirty(cache))
        due(cache);
}

void
cache_flush(struct cache *cache)
{
    if (!cache_dirty(cache))
        return;
    timer_stop(cache->timer);
    cache->due_count = cache->dirty_count;
    if (!cache->writing)
        write_batch(cache);
}

static void
flush_due(void *user)
{
    cache_flush(user);
}

void
cache_close(struct cache *cache)
{
    if (!cache)
        return;
    while (cache->writing)
        loop_turn(cache->loop, true);
    while (cache_dirty(cache)) {
        fill_batch(cache);
        run_store(cache);
        if (cache->batch.failed)
            give_up(cache);
        batch_release(&cache->batch);
    }
    sqlite3_close_v2(cache->db);
    timer_free(cache->timer);
    batch_release(&cache->removed);
    free(cache->dirty);
    free(cache->path);
    free(cache);
}
