/*
 * window -- maintenance windows that are open, in memory and as rows of journal.db. Each
 * cluster is in one at most.
 */
#ifndef HUB_WINDOW_H
#define HUB_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "wire/frozen.h"
#include "wire/maintenance.h"

struct sqlite3;

struct window {
    char id[MAINTENANCE_ID_BYTES];
    char *action, *by, *reason, *target;
    int64_t started_ms, until_ms;
    int64_t ended_ms;      /* of history; 0: open */
    char *ended_by, *how;  /* of history */
    struct frozen first;   /* sealed: what was covered when it began; of an open one only
                              its hash and count */
    struct frozen covered; /* sealed: what is left of it */
};

void window_free(struct window *window);
struct window *window_copy(const struct window *window);

/* Rows. Inside a journal write or read. */
bool window_insert(struct sqlite3 *db, const struct window *window, struct err *err);
bool window_shrink(
    struct sqlite3 *db, const char *id, const struct frozen *covered, struct err *err);
/* how: ended, expired, replaced. One that is closed already stays as it is. */
bool window_close(struct sqlite3 *db, const char *id, int64_t ended_ms, const char *by,
    const char *how, struct err *err);
bool window_is_closed(struct sqlite3 *db, const char *id, bool *closed, struct err *err);

/* Those that are open (limit 0), or the latest that ended; each is the callee's to keep.
 */
bool window_load(struct sqlite3 *db, uint32_t ended_limit,
    void (*each)(void *user, struct window *window), void *user, struct err *err);

/* Those in memory. */
struct windows {
    struct window **at;
    size_t count, capacity;
    struct map by_cluster; /* id of a covered cluster → its window */
};

void windows_release(struct windows *windows);
struct window *windows_find(const struct windows *windows, struct str id);    /* NULL */
struct window *windows_of(const struct windows *windows, struct str cluster); /* NULL */
void windows_add(struct windows *windows,
    struct window *window); /* takes it over; its clusters are in no other */
/* Take clusters out of a window; without any left it goes. */
void windows_take_out(
    struct windows *windows, struct window *window, const struct frozen *clusters);
struct window *windows_remove(
    struct windows *windows, struct window *window); /* yours to free */

#endif
