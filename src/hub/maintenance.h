/*
 * maintenance -- windows in which a fleet's clusters are expected to be away. The one
 * verb of this hub.
 *
 * Open windows live here and in journal.db; each cluster is in one at most. They end by
 * the clock, derived: a cluster is uncovered when the time has come, and the record of it
 * follows. Kill the hub anywhere: what was answered is there after the restart, what was
 * not answered is either there whole or not at all.
 */
#ifndef HUB_MAINTENANCE_H
#define HUB_MAINTENANCE_H

#include "base/err.h"
#include "fleet/fleet.h"
#include "hub/action.h"
#include "hub/authz.h"
#include "hub/journal.h"
#include "wire/maintenance.h"

#define MAINTENANCE_WINDOWS 1000 /* open at once */

struct maintenance;

struct maintenance_options {
    struct loop *loop;
    struct journal *journal;
    struct actions *actions;
    const struct fleet *fleet;
    /* A cluster came under a window (id, until) or out of it (id empty). Known or not:
     * keep it for when it comes. */
    void (*cover)(void *user, struct str cluster, struct str window, int64_t until_ms);
    void *user;
};

/* Restores the open windows and covers their clusters. Never fails: an unreadable journal
 * has none. */
struct maintenance *maintenance_new(const struct maintenance_options *options);
void maintenance_free(struct maintenance *maintenance);

/* For a cluster that has just appeared. False: no open window has it. */
bool maintenance_find(const struct maintenance *maintenance, struct str cluster,
    struct str *window, int64_t *until_ms);
uint32_t maintenance_open_count(
    const struct maintenance *maintenance); /* while not 0 a private hub stays */

struct maintenance_want { /* who wants what */
    struct grant *grant;
    const struct maintenance_request *request;
    const char *window; /* to end, by its id; NULL or "": by selector or names */
    bool start;
};

/* What would happen now; of a request without dry_run: may it? extra: members for the
 * problem. */
bool maintenance_preview(struct maintenance *maintenance,
    const struct maintenance_want *want, struct maintenance_answer *answer,
    struct buf *extra, struct err *err);

/* status and body as HTTP means them; err (status 0) with extra members of the problem.
 */
typedef void maintenance_done(
    void *user, int status, struct str body, const struct err *err, struct str extra);

struct maintenance_call {
    struct grant *grant; /* borrowed until done */
    struct action_request action;
    struct maintenance_request *request; /* taken over when true is returned */
    const char *window;                  /* end by id, or NULL */
    bool start;
    maintenance_done *done;
    void *user;
};
/* False: refused at once. Otherwise done is called once, later. */
bool maintenance_act(struct maintenance *maintenance, const struct maintenance_call *call,
    struct err *err);

/* Open windows, as the grant may see them. */
void maintenance_list(struct maintenance *maintenance, struct grant *grant,
    void (*each)(void *user, const struct maintenance_window *window), void *user);

/* The same of one window, such as one that has ended; false: none of it is to be seen. */
struct window;
bool maintenance_view(struct maintenance *maintenance, struct grant *grant,
    const struct window *window, struct maintenance_window *view);

/* For journal_recover: what is open now, to be written into a fresh segment on a pool
 * thread; or, when the same file goes on, what it says is open. */
struct maintenance_copy;
struct maintenance_copy *maintenance_copy(const struct maintenance *maintenance);
void maintenance_copy_free(struct maintenance_copy *copy);
bool maintenance_carry(
    struct sqlite3 *db, const struct maintenance_copy *copy, struct err *err);
void maintenance_reload(struct maintenance *maintenance);

#endif
