/*
 * upkeep -- the inside of maintenance, for maintenance.c (the windows through time) and
 * change.c (start and end).
 */
#ifndef HUB_UPKEEP_H
#define HUB_UPKEEP_H

#include "hub/maintenance.h"
#include "hub/window.h"

struct ending;

struct maintenance {
    struct loop *loop;
    struct journal *journal;
    struct actions *actions;
    const struct fleet *fleet;
    void (*cover)(void *user, struct str cluster, struct str window, int64_t until_ms);
    void *user;
    struct timer *timer;
    struct windows windows;
    struct ending *endings;
    bool loading; /* the file is being read again: no action may start */
};

void upkeep_schedule(
    struct maintenance *maintenance); /* the timer, after windows came or went */
void upkeep_cover(struct maintenance *maintenance, const struct window *window);
void upkeep_uncover(struct maintenance *maintenance, const struct frozen *clusters);

/* A cluster that has left the fleet belongs to no scope but the whole. After grant_bind.
 */
bool upkeep_permits(struct maintenance *maintenance, const struct grant *grant,
    enum permission permission, struct str id);
void upkeep_keep_permitted(struct maintenance *maintenance, const struct grant *grant,
    enum permission permission, const struct frozen *ids, struct frozen *kept);

#endif
