/*
 * watch -- GET /v1/watch: every stream is a subscriber, woken by one timer that all
 * share, so that what changes within a tick is one batch. A beat every 15 s carries hub
 * time and the sources, and looks whether the subject's groups still give the same grant.
 */
#ifndef HUB_WATCH_H
#define HUB_WATCH_H

#include "hub/api.h"
#include "hub/feed.h"

#define WATCH_LEAST_MS 50  /* a tick with few readers */
#define WATCH_MOST_MS  250 /* with hundreds */

struct watchers;

struct watchers *watchers_new(struct loop *loop, struct feed *feed);
void watchers_free(struct watchers *all); /* after the server */

/* Before the loop sleeps: is there anything to tell? */
void watchers_look(struct watchers *all);
void watchers_end(struct watchers *all); /* the hub is going: end every stream */
void watchers_hello(
    struct watchers *all); /* what hello says changed, such as read_only: say it anew */

extern const struct route watch_routes[];

#endif
