/*
 * action -- the steps of everything that changes something (decisions.md 16 and 17):
 *
 *   authorised by the caller → key reserved in memory → key looked up → `check` →
 * transaction 1: intent and key → transaction 2: `apply`, outcome and stored reply →
 * `applied` → reply
 *
 * Actions run one at a time from check to outcome: what check saw is still so when apply
 * runs. What is refused before the intent stores nothing. A crash between the
 * transactions leaves an intent that the next start closes as interrupted, by subject
 * hub, and whose key is free again.
 */
#ifndef HUB_ACTION_H
#define HUB_ACTION_H

#include "base/buf.h"
#include "base/err.h"
#include "hub/journal.h"
#include "wire/entry.h"
#include "wire/frozen.h"

#define ACTIONS_WAITING 256

struct actions;
struct action;

/* In this order. `user` belongs to the action from action_start until done. */
struct action_class {
    /* On the loop: judge it against the present; fill the intent and the set it is about.
     * False refuses it, nothing is stored; extra may get members for the problem's body.
     * The texts live until done. */
    bool (*check)(void *user, struct entry *intent, struct frozen *set, struct buf *extra,
        struct err *err);
    /* On the loop, after the intent is durable: the body that will be stored and sent,
     * the outcome's detail and window. Returns its HTTP status. */
    int (*reply)(void *user, struct entry *outcome, struct buf *body);
    /* On a pool thread, in transaction 2: the effect that lives in journal.db. */
    bool (*apply)(
        struct sqlite3 *db, void *user, struct failpoint *failpoint, struct err *err);
    /* On the loop, after it is durable: let the effect be seen. */
    void (*applied)(void *user);
    /* Once, at the end: the reply (status not 0), or err and what extra holds for the
     * problem. Frees user. */
    void (*done)(
        void *user, int status, struct str body, const struct err *err, struct str extra);
};

struct action_request { /* copied */
    const char *subject, *origin;
    const char *method, *route;
    struct str key, body;
};

struct actions *actions_new(struct journal *journal, struct loop *loop);
/* After the journal was closed. Of actions under way done gets ERR_UNAVAILABLE. */
void actions_free(struct actions *actions);
bool actions_busy(const struct actions *actions);

/* False: refused at once, nothing is called and user is still the caller's. */
bool action_start(struct actions *actions, const struct action_request *request,
    const struct action_class *class, void *user, struct err *err);

/* At open, inside a journal write: close what has an intent and no outcome; drops keys
 * past their time. */
bool action_recover(
    struct sqlite3 *db, int64_t now_ms, uint32_t *closed, struct err *err);

#endif
