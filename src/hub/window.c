/* window -- see window.h. */
#include "hub/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hub/audit.h"
#include "hub/statement.h"

void
window_free(struct window *window)
{
    if (!window)
        return;
    free(window->action);
    free(window->by);
    free(window->reason);
    free(window->target);
    free(window->ended_by);
    free(window->how);
    frozen_release(&window->first);
    frozen_release(&window->covered);
    free(window);
}

struct window *
window_copy(const struct window *window)
{
    struct window *copy = mem_zero(1, sizeof *copy);

    *copy = *window;
    copy->action = mem_text(window->action);
    copy->by = mem_text(window->by);
    copy->reason = mem_text(window->reason);
    copy->target = mem_text(window->target);
    copy->ended_by = mem_text(window->ended_by);
    copy->how = mem_text(window->how);
    frozen_copy(&copy->first, &window->first);
    frozen_copy(&copy->covered, &window->covered);
    return copy;
}

bool
window_insert(struct sqlite3 *db, const struct window *window, struct err *err)
{
    struct sqlite3_stmt *statement;

    if (!audit_store_set(db, &window->covered, err))
        return false;
    statement = statement_new(db,
        "INSERT INTO maintenance VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 0, '', "
        "'open')",
        err);
    if (!statement)
        return false;
    statement_text(statement, 1, str_from(window->id));
    statement_text(statement, 2, str_from(window->action));
    statement_text(statement, 3, str_from(window->by));
    statement_text(statement, 4, str_from(window->reason));
    statement_text(statement, 5, str_from(window->target));
    statement_i64(statement, 6, window->started_ms);
    statement_i64(statement, 7, window->until_ms);
    statement_text(statement, 8, str_from(window->covered.hash));
    return statement_run(statement, err);
}

bool
window_shrink(
    struct sqlite3 *db, const char *id, const struct frozen *covered, struct err *err)
{
    struct sqlite3_stmt *statement;

    if (!audit_store_set(db, covered, err))
        return false;
    statement = statement_new(
        db, "UPDATE maintenance SET covered = ?2 WHERE id = ?1 AND ended_ms = 0", err);
    if (!statement)
        return false;
    statement_text(statement, 1, str_from(id));
    statement_text(statement, 2, str_from(covered->hash));
    return statement_run(statement, err);
}

bool
window_close(struct sqlite3 *db, const char *id, int64_t ended_ms, const char *by,
    const char *how, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        "UPDATE maintenance SET ended_ms = ?2, ended_by = ?3, how = ?4"
        " WHERE id = ?1 AND ended_ms = 0",
        err);

    if (!statement)
        return false;
    statement_text(statement, 1, str_from(id));
    statement_i64(statement, 2, ended_ms);
    statement_text(statement, 3, str_from(by));
    statement_text(statement, 4, str_from(how));
    return statement_run(statement, err);
}

bool
window_is_closed(struct sqlite3 *db, const char *id, bool *closed, struct err *err)
{
    struct sqlite3_stmt *statement =
        statement_new(db, "SELECT ended_ms FROM maintenance WHERE id = ?1", err);
    bool row = false, ok;

    if (!statement)
        return false;
    statement_text(statement, 1, str_from(id));
    ok = statement_step(statement, &row, err);
    *closed = row && statement_get_i64(statement, 0);
    statement_free(statement);
    return ok;
}

static bool
take_window(struct sqlite3 *db, struct sqlite3_stmt *statement, struct window *window,
    struct err *err)
{
    char *first = statement_take_text(statement, 7);
    char *covered = statement_take_text(statement, 8);
    bool ok;

    snprintf(
        window->id, sizeof window->id, "%.*s", STR_ARG(statement_get_text(statement, 0)));
    window->action = statement_take_text(statement, 1);
    window->by = statement_take_text(statement, 2);
    window->reason = statement_take_text(statement, 3);
    window->target = statement_take_text(statement, 4);
    window->started_ms = statement_get_i64(statement, 5);
    window->until_ms = statement_get_i64(statement, 6);
    window->ended_ms = statement_get_i64(statement, 9);
    window->ended_by = statement_take_text(statement, 10);
    window->how = statement_take_text(statement, 11);
    ok = audit_load_set(db, covered, &window->covered, err) &&
         audit_load_set(db, first, &window->first, err);
    free(first);
    free(covered);
    return ok;
}

bool
window_load(struct sqlite3 *db, uint32_t ended_limit,
    void (*each)(void *user, struct window *window), void *user, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        ended_limit ? "SELECT * FROM maintenance WHERE ended_ms > 0"
                      " ORDER BY ended_ms DESC LIMIT ?1"
                    : "SELECT * FROM maintenance WHERE ended_ms = 0 ORDER BY id",
        err);
    bool row = true, ok = statement != NULL;

    if (ok && ended_limit)
        statement_i64(statement, 1, ended_limit);
    while (ok && row) {
        struct window *window;

        ok = statement_step(statement, &row, err);
        if (!ok || !row)
            break;
        window = mem_zero(1, sizeof *window);
        ok = take_window(db, statement, window, err);
        if (ok)
            each(user, window);
        else
            window_free(window);
    }
    statement_free(statement);
    return ok;
}

void
windows_release(struct windows *windows)
{
    for (size_t i = 0; i < windows->count; i++)
        window_free(windows->at[i]);
    free(windows->at);
    map_release(&windows->by_cluster);
    memset(windows, 0, sizeof *windows);
}

struct window *
windows_find(const struct windows *windows, struct str id)
{
    for (size_t i = 0; i < windows->count; i++)
        if (str_is(id, windows->at[i]->id))
            return windows->at[i];
    return NULL;
}

struct window *
windows_of(const struct windows *windows, struct str cluster)
{
    return map_find(&windows->by_cluster, cluster);
}

void
windows_add(struct windows *windows, struct window *window)
{
    windows->at = mem_grow(
        windows->at, &windows->capacity, windows->count + 1, sizeof *windows->at);
    windows->at[windows->count++] = window;
    for (size_t i = 0; i < window->covered.count; i++)
        map_put(&windows->by_cluster, str_from(window->covered.ids[i]), window);
}

struct window *
windows_remove(struct windows *windows, struct window *window)
{
    size_t i = 0;

    for (size_t j = 0; j < window->covered.count; j++)
        if (windows_of(windows, str_from(window->covered.ids[j])) == window)
            map_remove(&windows->by_cluster, str_from(window->covered.ids[j]));
    while (windows->at[i] != window)
        i++;
    memmove(&windows->at[i], &windows->at[i + 1],
        (windows->count - i - 1) * sizeof *windows->at);
    windows->count--;
    return window;
}

void
windows_take_out(
    struct windows *windows, struct window *window, const struct frozen *clusters)
{
    struct frozen left = { 0 }, out = { 0 };

    frozen_compare(&window->covered, clusters, &left, NULL, &out);
    for (size_t i = 0; i < out.count; i++)
        map_remove(&windows->by_cluster, str_from(out.ids[i]));
    frozen_release(&window->covered);
    window->covered = left;
    frozen_release(&out);
    if (!left.count)
        window_free(windows_remove(windows, window));
}
