/*
 * maintenance -- what the maintenance routes speak, for both ends.
 *
 *   POST /v1/maintenance             start      {"selector":S | "names":[…],
 * "duration_ms":N, "reason":T, …} POST /v1/maintenance/end         end {"selector":S |
 * "names":[…], "reason":T, …} POST /v1/maintenance/ID/end      end a window, as far as
 * the subject may GET  /v1/maintenance             {"windows":[…]}; ?all=1 those that
 * ended too; ?limit=N GET  /v1/maintenance/ID          one window
 *
 * A write goes in two steps: "dry_run":true answers a preview (no key needed, nothing is
 * stored), then the same request with "frozen":{"count":N,"hash":H,"ids":[…]} of that
 * preview acts, with an Idempotency-Key header. If the live filter has moved meanwhile
 * the answer is the problem `moved` with "joined", "left" and "live":{"count", "hash"};
 * the same request with "accept":LIVE-HASH acts on the frozen ids. `conflict` names the
 * windows in the way in "conflicts"; "force":true (lead) replaces them. Ending a window
 * by ID needs no "frozen".
 *
 * "ids" may be left out of "frozen" where they would not fit a body: then the problem
 * `moved` cannot tell who joined and left, and there is nothing that accept could act on.
 */
#ifndef WIRE_MAINTENANCE_H
#define WIRE_MAINTENANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "wire/frozen.h"

#define MAINTENANCE_REASON_BYTES 1024
#define MAINTENANCE_NAMES        10000
#define MAINTENANCE_LEAST_MS     ((int64_t)60 * 1000)
#define MAINTENANCE_MOST_MS      ((int64_t)30 * 24 * 3600 * 1000)
#define MAINTENANCE_ID_BYTES     32
#define MAINTENANCE_KEY_BYTES    128 /* of an idempotency key: visible ASCII */

struct maintenance_request { /* zeroed is empty; owns its texts */
    char *selector;          /* NULL when names are given, or a window by its id */
    struct frozen names;     /* names or ids, as typed; never sealed */
    int64_t duration_ms;     /* of a start */
    char *reason;
    bool dry_run, force;
    bool has_frozen;
    bool hash_only;       /* frozen has no ids, only their hash */
    struct frozen frozen; /* sealed; parse has checked count and hash against the ids */
    char accept[DIGEST_HEX_LENGTH + 1]; /* "" without */
};

void maintenance_request_release(struct maintenance_request *request);
void maintenance_request_print(
    const struct maintenance_request *request, struct buf *out);
/* ERR_INPUT names the member and what was expected. start: duration and reason are
 * demanded. */
bool maintenance_request_parse(
    struct maintenance_request *request, struct str body, bool start, struct err *err);
bool maintenance_check_reason(struct str reason, struct err *err);
bool maintenance_check_duration(int64_t duration_ms, struct err *err);

/* A window as one subject sees it. */
struct maintenance_window {
    char id[MAINTENANCE_ID_BYTES];
    char how[16]; /* open, ended, expired, replaced */
    char *target; /* what was asked for: a selector, or names; NULL if partly out of the
                     subject's scope */
    char *reason; /* raw: make it safe before it is shown */
    char *by, *ended_by;
    int64_t started_ms, until_ms, ended_ms; /* ended 0: open */
    uint32_t count; /* clusters still in it (of an ended one: that were in it) within the
                       scope */
    struct frozen ids; /* sealed; may be cut by the hub's answer to a list */
    bool partial;      /* part of it is outside the subject's scope */
};

void maintenance_window_release(struct maintenance_window *window);
void maintenance_window_print(
    const struct maintenance_window *window, size_t ids_limit, struct buf *out);
bool maintenance_window_parse(
    struct maintenance_window *window, struct str text, struct err *err);

/* The body of GET /v1/maintenance: each window given is the callee's to read, not to
 * keep. */
bool maintenance_list_parse(struct str body,
    void (*each)(void *user, const struct maintenance_window *window), void *user,
    struct err *err);

/* A preview, and the outcome of a start or an end: both tell the set they are about. */
struct maintenance_answer {
    bool dry_run;
    char window[MAINTENANCE_ID_BYTES]; /* the one that was started; "" otherwise */
    struct frozen set;                 /* sealed */
    int64_t until_ms;                  /* of a start */
    uint32_t not_permitted; /* matched and readable, but not the subject's to change: left
                               out */
    struct frozen conflicts; /* preview of a start: ids of windows in the way; otherwise
                                those touched */
};

void maintenance_answer_release(struct maintenance_answer *answer);
void maintenance_answer_print(const struct maintenance_answer *answer, struct buf *out);
bool maintenance_answer_parse(
    struct maintenance_answer *answer, struct str body, struct err *err);

/* The members that the problem `moved` adds. */
struct maintenance_moved {
    struct frozen joined, left; /* sealed */
    uint32_t live_count;
    char live[DIGEST_HEX_LENGTH + 1];
};

void maintenance_moved_release(struct maintenance_moved *moved);
void maintenance_moved_print(
    const struct maintenance_moved *moved, struct buf *out); /* without braces */
bool maintenance_moved_parse(
    struct maintenance_moved *moved, struct str body, struct err *err);

#endif
