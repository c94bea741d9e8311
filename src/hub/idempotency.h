/*
 * idempotency -- keys of requests that act, as rows of journal.db: what was asked under a
 * key, and what was answered (decisions.md 17). Inside a journal write. status 0: it has
 * an intent and no outcome yet.
 */
#ifndef HUB_IDEMPOTENCY_H
#define HUB_IDEMPOTENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "wire/frozen.h"

struct sqlite3;

struct idempotency { /* texts are owned */
    char *subject, *method, *route, *text;
    char body_hash[DIGEST_HEX_LENGTH + 1];
};

void idempotency_release(struct idempotency *key);
bool idempotency_check(
    struct str text, struct err *err); /* 1 to 128 visible ASCII characters */

/* *status and reply as they were answered; left alone if the key is new or past its time.
 * ERR_KEY_REUSED: for another body; ERR_IN_FLIGHT: it has no outcome. */
bool idempotency_look_up(struct sqlite3 *db, const struct idempotency *key,
    int64_t now_ms, int *status, struct buf *reply, struct err *err);

/* With the intent; takes some of those past their time away. */
bool idempotency_keep(struct sqlite3 *db, const struct idempotency *key,
    const char *action, int64_t now_ms, struct err *err);
bool idempotency_answer(struct sqlite3 *db, const struct idempotency *key, int status,
    struct str reply, struct err *err);
bool idempotency_drop(struct sqlite3 *db, const struct idempotency *key,
    struct err *err); /* it is free again */

/* Actions whose keys have no outcome, as a list of their ids; and their keys set free. */
bool idempotency_open(struct sqlite3 *db, struct frozen *actions, struct err *err);
bool idempotency_drop_open(struct sqlite3 *db, struct err *err);

#endif
