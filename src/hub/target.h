/*
 * target -- which clusters a request means, for the subject that makes it: a selector or
 * names against the live fleet, held against the set that was frozen when it was
 * previewed (decisions.md 18).
 */
#ifndef HUB_TARGET_H
#define HUB_TARGET_H

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fleet.h"
#include "hub/authz.h"
#include "wire/maintenance.h"

#define TARGET_TEXT_BYTES 4096 /* of names in the record; more are told as a count */

struct target {
    const struct fleet *fleet;
    struct grant *grant;
    enum permission permission; /* what is wanted of the clusters */
    /* Narrow it further; may be NULL. */
    bool (*admits)(void *user, struct str id);
    void *user;
    int64_t now_ms;
};

/* What the request means now: ids that the subject may read, that are permitted and
 * admitted; sealed. not_permitted counts what was matched but is not the subject's to
 * change. ERR_NOT_FOUND, ERR_DENIED for names, ERR_INPUT. */
bool target_live(const struct target *target, const struct maintenance_request *request,
    struct frozen *live, uint32_t *not_permitted, struct err *err);

/* The set to act on: what is live if the request freezes nothing; otherwise the frozen
 * set if it is live still, or what is left in scope of it if the request accepts the live
 * one. ERR_MOVED: extra tells who joined and left. */
bool target_settle(const struct target *target, const struct maintenance_request *request,
    const struct frozen *live, struct frozen *set, struct buf *extra, struct err *err);

/* The request's selector in its canonical form, or its names, as the record shows it.
 * Yours to free. */
char *target_print(const struct maintenance_request *request);

#endif
