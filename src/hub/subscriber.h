/*
 * subscriber -- one who follows the fleet: a bitmap of clusters that changed and a bitmap
 * of clusters that were sent, whatever the rate of change and however slow the reader
 * (decisions.md 12). Pure: bytes are pulled.
 *
 * A batch: at revision R the bitmap of changes is swapped for an empty one, the old one
 * is drained as `remove` and `clusters` events, then `mark` is sent with the id
 * EPOCH-SCOPE-R. A cluster that is not in the scope any more when its turn comes is a
 * `remove` if it was sent and nothing otherwise. `hello` comes first, once.
 */
#ifndef HUB_SUBSCRIBER_H
#define HUB_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "hub/feed.h"
#include "hub/scope.h"
#include "wire/stream.h"

struct subscriber;

/* last_id: of the last mark the reader has, or empty. hello is sent as it is but for its
 * time. */
struct subscriber *subscriber_new(struct feed *feed, const struct scope *scope,
    const struct hello *hello, struct str last_id);
void subscriber_free(struct subscriber *subscriber);

/* Another binding: the reader starts over with a reset. hello as it is from now on. */
void subscriber_set_scope(
    struct subscriber *subscriber, const struct scope *scope, const struct hello *hello);
void subscriber_set_hello(struct subscriber *subscriber,
    const struct hello *hello); /* said anew, nothing else */
void subscriber_reset(struct subscriber *subscriber);

/*
 * Add whole events until about `limit` bytes are in out (one event may pass it) or
 * nothing is left to say. True if something was added. now_ms dates hello and mark.
 */
bool subscriber_pull(
    struct subscriber *subscriber, struct buf *out, size_t limit, int64_t now_ms);

bool subscriber_pending(
    const struct subscriber *subscriber); /* would a pull add something? */
void subscriber_beat(
    struct subscriber *subscriber); /* the next pull also says time and sources */

/* For feed.c. */
void subscriber_mark_dirty(struct subscriber *subscriber, uint32_t slot);
uint64_t subscriber_passed(
    const struct subscriber *subscriber); /* the batch of that revision is sent whole */
struct subscriber **subscriber_link(
    struct subscriber *subscriber); /* of the feed's list */

#endif
