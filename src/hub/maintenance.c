/* maintenance -- see maintenance.h. */
#include "hub/maintenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "hub/audit.h"
#include "hub/upkeep.h"

#define LOOK_MS 60000 /* the wall clock may step: look at it at least so often */

struct ending { /* a window whose time has come, until its record is on disk */
    struct maintenance *maintenance;
    struct ending *next;
    struct window *window;
    int64_t now_ms;
    bool writing;
};

static void look(void *user);

void
upkeep_schedule(struct maintenance *maintenance)
{
    int64_t now_ms = loop_now_ms(maintenance->loop), wait_ms = LOOK_MS;

    for (size_t i = 0; i < maintenance->windows.count; i++) {
        int64_t left_ms = maintenance->windows.at[i]->until_ms - now_ms;

        if (left_ms < wait_ms)
            wait_ms = left_ms > 0 ? left_ms : 0;
    }
    if (maintenance->windows.count || maintenance->endings)
        timer_start(maintenance->timer, wait_ms, 0);
    else
        timer_stop(maintenance->timer);
}

void
upkeep_uncover(struct maintenance *maintenance, const struct frozen *clusters)
{
    for (size_t i = 0; i < clusters->count; i++)
        maintenance->cover(
            maintenance->user, str_from(clusters->ids[i]), (struct str){ 0 }, 0);
}

void
upkeep_cover(struct maintenance *maintenance, const struct window *window)
{
    for (size_t i = 0; i < window->covered.count; i++)
        maintenance->cover(maintenance->user, str_from(window->covered.ids[i]),
            str_from(window->id), window->until_ms);
}

/* On the pool: the record of a window that the clock has ended. */
static bool
run_ending(struct sqlite3 *db, void *user, struct err *err)
{
    struct ending *ending = user;
    struct window *window = ending->window;
    struct entry entry = { .time_ms = ending->now_ms,
        .kind = "note",
        .subject = "hub",
        .origin = "hub",
        .verb = "maintenance-expire",
        .target = window->target,
        .reason = window->reason,
        .result = "ok",
        .window = window->id };
    bool closed;

    if (!window_is_closed(db, window->id, &closed, err))
        return false;
    return closed ||
           (window_close(db, window->id, window->until_ms, "hub", "expired", err) &&
               audit_append(db, &entry, &window->covered, err));
}

static void
ending_free(struct ending *ending)
{
    window_free(ending->window);
    free(ending);
}

static void
ending_done(void *user, const struct err *err)
{
    struct ending *ending = user, **at = &ending->maintenance->endings;

    ending->writing = false;
    if (err)
        return; /* look tries again */
    while (*at != ending)
        at = &(*at)->next;
    *at = ending->next;
    ending_free(ending);
}

static void
write_endings(struct maintenance *maintenance)
{
    struct err err = { 0 };

    for (struct ending *ending = maintenance->endings; ending; ending = ending->next) {
        struct journal_write write = {
            .run = run_ending, .done = ending_done, .user = ending
        };

        if (!ending->writing)
            ending->writing = journal_write(maintenance->journal, &write, &err);
    }
}

/* The clock decides; the record follows. */
static void
look(void *user)
{
    struct maintenance *maintenance = user;
    int64_t now_ms = loop_now_ms(maintenance->loop);
    size_t i = 0;

    while (i < maintenance->windows.count) {
        struct window *window = maintenance->windows.at[i];
        struct ending *ending;

        if (window->until_ms > now_ms) {
            i++;
            continue;
        }
        ending = mem_zero(1, sizeof *ending);
        ending->maintenance = maintenance;
        ending->window = windows_remove(&maintenance->windows, window);
        ending->now_ms = now_ms;
        ending->next = maintenance->endings;
        maintenance->endings = ending;
        upkeep_uncover(maintenance, &window->covered);
        log_line(LOG_INFO, "maintenance %s has ended by the clock", window->id);
    }
    write_endings(maintenance);
    upkeep_schedule(maintenance);
}

static void
keep_window(void *user, struct window *window)
{
    windows_add(user, window);
}

static bool
run_load(struct sqlite3 *db, void *user, struct err *err)
{
    return window_load(db, 0, keep_window, user, err);
}

struct maintenance *
maintenance_new(const struct maintenance_options *options)
{
    struct maintenance *maintenance = mem_zero(1, sizeof *maintenance);
    struct err err = { 0 };

    maintenance->loop = options->loop;
    maintenance->journal = options->journal;
    maintenance->actions = options->actions;
    maintenance->fleet = options->fleet;
    maintenance->cover = options->cover;
    maintenance->user = options->user;
    maintenance->timer = timer_new(options->loop, look, maintenance);
    /* Also of a faulty journal: what can still be read of the windows is worth more than
     * none. */
    if (!journal_load(maintenance->journal, run_load, &maintenance->windows, &err))
        log_line(LOG_WARN, "maintenance: open windows could not be read: %s", err.text);
    for (size_t i = 0; i < maintenance->windows.count; i++)
        upkeep_cover(maintenance, maintenance->windows.at[i]);
    look(maintenance);
    return maintenance;
}

void
maintenance_free(struct maintenance *maintenance)
{
    if (!maintenance)
        return;
    while (maintenance->endings) {
        struct ending *ending = maintenance->endings;

        maintenance->endings = ending->next;
        ending_free(ending);
    }
    timer_free(maintenance->timer);
    windows_release(&maintenance->windows);
    free(maintenance);
}

bool
maintenance_find(const struct maintenance *maintenance, struct str cluster,
    struct str *window, int64_t *until_ms)
{
    const struct window *found = windows_of(&maintenance->windows, cluster);

    if (!found)
        return false;
    *window = str_from(found->id);
    *until_ms = found->until_ms;
    return true;
}

uint32_t
maintenance_open_count(const struct maintenance *maintenance)
{
    return (uint32_t)maintenance->windows.count;
}

bool
upkeep_permits(struct maintenance *maintenance, const struct grant *grant,
    enum permission permission, struct str id)
{
    uint32_t slot;

    if (grant_whole(grant, permission))
        return true;
    slot = fleet_find(maintenance->fleet, id);
    return slot != FLEET_NONE && grant_covers(grant, permission, maintenance->fleet,
                                     fleet_at(maintenance->fleet, slot));
}

void
upkeep_keep_permitted(struct maintenance *maintenance, const struct grant *grant,
    enum permission permission, const struct frozen *ids, struct frozen *kept)
{
    for (size_t i = 0; i < ids->count; i++)
        if (upkeep_permits(maintenance, grant, permission, str_from(ids->ids[i])))
            frozen_add(kept, str_from(ids->ids[i]));
    frozen_seal(kept);
}

bool
maintenance_view(struct maintenance *maintenance, struct grant *grant,
    const struct window *window, struct maintenance_window *view)
{
    const struct frozen *ids = window->ended_ms ? &window->first : &window->covered;

    memset(view, 0, sizeof *view);
    upkeep_keep_permitted(maintenance, grant, PERMISSION_READ, ids, &view->ids);
    if (!view->ids.count) {
        frozen_release(&view->ids);
        return false;
    }
    view->partial = view->ids.count < ids->count;
    view->count = (uint32_t)view->ids.count;
    snprintf(view->id, sizeof view->id, "%s", window->id);
    snprintf(view->how, sizeof view->how, "%s", window->ended_ms ? window->how : "open");
    view->target = view->partial ? NULL : mem_text(window->target);
    view->reason = mem_text(window->reason);
    view->by = mem_text(window->by);
    view->ended_by = window->ended_ms ? mem_text(window->ended_by) : NULL;
    view->started_ms = window->started_ms;
    view->until_ms = window->until_ms;
    view->ended_ms = window->ended_ms;
    return true;
}

void
maintenance_list(struct maintenance *maintenance, struct grant *grant,
    void (*each)(void *user, const struct maintenance_window *window), void *user)
{
    grant_bind(grant, maintenance->fleet);
    for (size_t i = 0; i < maintenance->windows.count; i++) {
        struct maintenance_window view;

        if (!maintenance_view(maintenance, grant, maintenance->windows.at[i], &view))
            continue;
        each(user, &view);
        maintenance_window_release(&view);
    }
}

struct maintenance_copy {
    struct window **at;
    size_t count;
};

struct maintenance_copy *
maintenance_copy(const struct maintenance *maintenance)
{
    struct maintenance_copy *copy = mem_zero(1, sizeof *copy);

    copy->at = mem_zero(maintenance->windows.count + 1, sizeof *copy->at);
    for (size_t i = 0; i < maintenance->windows.count; i++)
        copy->at[copy->count++] = window_copy(maintenance->windows.at[i]);
    return copy;
}

void
maintenance_copy_free(struct maintenance_copy *copy)
{
    if (!copy)
        return;
    for (size_t i = 0; i < copy->count; i++)
        window_free(copy->at[i]);
    free(copy->at);
    free(copy);
}

bool
maintenance_carry(
    struct sqlite3 *db, const struct maintenance_copy *copy, struct err *err)
{
    for (size_t i = 0; i < copy->count; i++)
        if (!window_insert(db, copy->at[i], err))
            return false;
    return true;
}

struct reload {
    struct maintenance *maintenance;
    struct windows windows;
};

static bool
run_reload(struct sqlite3 *db, void *user, struct err *err)
{
    struct reload *reload = user;

    return window_load(db, 0, keep_window, &reload->windows, err);
}

static void
reload_done(void *user, const struct err *err)
{
    struct reload *reload = user;
    struct maintenance *maintenance = reload->maintenance;
    struct windows old = maintenance->windows;
    struct str cluster;
    void *value;
    size_t at = 0;

    maintenance->loading = false;
    if (err) {
        log_line(LOG_ERROR, "maintenance: open windows could not be read: %s", err->text);
        windows_release(&reload->windows);
        free(reload);
        return;
    }
    maintenance->windows = reload->windows;
    while (map_next(&old.by_cluster, &at, &cluster, &value))
        if (!windows_of(&maintenance->windows, cluster))
            maintenance->cover(maintenance->user, cluster, (struct str){ 0 }, 0);
    for (size_t i = 0; i < maintenance->windows.count; i++)
        upkeep_cover(maintenance, maintenance->windows.at[i]);
    windows_release(&old);
    free(reload);
    look(maintenance);
}

void
maintenance_reload(struct maintenance *maintenance)
{
    struct reload *reload = mem_zero(1, sizeof *reload);
    struct journal_write read = {
        .run = run_reload, .done = reload_done, .user = reload
    };
    struct err err = { 0 };

    reload->maintenance = maintenance;
    maintenance->loading = true;
    if (journal_read(maintenance->journal, &read, &err))
        return;
    reload_done(reload, &err);
}
