/*
 * identity -- names of uids, looked up in the pool and kept for a minute: name services
 * may take seconds.
 */
#ifndef HUB_IDENTITY_H
#define HUB_IDENTITY_H

#include "net/loop.h"
#include "net/process.h"

#define IDENTITY_KEPT_MS 60000
#define IDENTITY_COUNT   1024

struct identities;

struct identities *identities_new(struct loop *loop);
void identities_free(
    struct identities *identities); /* look-ups under way end without a call */

/* Known and fresh, or NULL. Borrowed until the next turn of the loop. */
const struct identity *identities_find(
    const struct identities *identities, uint32_t uid, uint32_t gid);

/* called exactly once, later, unless identities_forget came first. */
void identities_ask(struct identities *identities, uint32_t uid, uint32_t gid,
    void (*called)(void *user, const struct identity *identity), void *user);
void identities_forget(struct identities *identities,
    void *user); /* nothing with that user is called any more */

#endif
