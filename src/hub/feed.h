/*
 * feed -- what changed in the fleet, by revision, for those who follow it (decisions.md
 * 12). Pure: no socket, no clock.
 *
 * The owner of the fleet reports each change with feed_changed and takes clusters away
 * through feed_remove, never through fleet_remove. The feed then keeps, a slot, the
 * revision of its last change; a tombstone for each cluster that went, until it is
 * overtaken by FEED_TOMBSTONES later ones; and the slot of the cluster that went out of
 * use until every subscriber has passed its tombstone. Subscribers that lag behind when
 * more than `graves` slots wait are reset: then nothing waits for them any more.
 *
 * feed_row is the encoded form of a cluster, made once a change and shared by all who
 * send it.
 */
#ifndef HUB_FEED_H
#define HUB_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "fleet/fleet.h"

#define FEED_TOMBSTONES 4096
#define FEED_GRAVES     1024
#define FEED_ROWS_BYTES                                                                  \
    ((size_t)4 << 20) /* of encoded rows kept; what is not kept is encoded again */

struct feed;
struct subscriber;

/* epoch NULL: a random one. graves < tombstones; FEED_GRAVES and FEED_TOMBSTONES but in
 * tests. The fleet is the caller's and outlives the feed. */
struct feed *feed_new(
    struct fleet *fleet, const char *epoch, uint32_t graves, uint32_t tombstones);
void feed_free(struct feed *feed); /* after its subscribers */

struct fleet *feed_fleet(const struct feed *feed);
const char *feed_epoch(const struct feed *feed);
uint64_t feed_revision(const struct feed *feed); /* grows by one a change */
uint64_t feed_sources_revision(const struct feed *feed);
uint32_t feed_subscribers(const struct feed *feed);
uint32_t feed_graves(const struct feed *feed); /* slots that wait to be reused */
uint64_t feed_resets(const struct feed *feed); /* laggards that were reset */

void feed_changed(struct feed *feed, uint32_t slot); /* also: it is new */
void feed_remove(struct feed *feed, uint32_t slot);  /* removes it from the fleet too */
void feed_sources_changed(struct feed *feed);

/* Give slots back that nobody waits for. force: reset those who make others wait, so that
 * none is left. */
void feed_reclaim(struct feed *feed, bool force);

/* Revision of the slot's last change; 0: never used. */
uint64_t feed_slot_revision(const struct feed *feed, uint32_t slot);

/* The row as row_print makes it, no newline. Borrowed until the next call on the feed. */
struct str feed_row(struct feed *feed, uint32_t slot);

/* For subscriber.c. */
struct tombstone {
    uint64_t revision; /* 0: none yet */
    uint32_t id;       /* text of the fleet's intern, kept by the feed */
    uint32_t slot;     /* FLEET_NONE once it is back in use */
};
void feed_join(struct feed *feed, struct subscriber *subscriber);
void feed_leave(struct feed *feed, struct subscriber *subscriber);
uint64_t feed_floor(
    const struct feed *feed); /* tombstones after this revision are all there */
const struct tombstone *feed_next_tombstone(
    const struct feed *feed, uint64_t after); /* NULL: no more */
struct str feed_grave_id(
    const struct feed *feed, uint32_t slot); /* of the cluster that was there */

#endif
