/*
 * worst -- the short list of what needs a look: the worst of a selection, worst first.
 * Plain data.
 *
 * While it is watched a line keeps its cluster as long as that belongs to the list; who
 * is new takes a line that became free. Only worst_anew puts all in order again.
 */
#ifndef CONSOLE_WORST_H
#define CONSOLE_WORST_H

#include "console/panel/scene.h"

struct worst {
    uint32_t lines[SCENE_WORST]; /* slots */
    uint32_t count;
};

void worst_anew(struct worst *worst); /* in order, at the next update */

/* The worst `room` (at most SCENE_WORST) of those in trouble: from down to offline. */
void worst_update(struct worst *worst, const struct fleet *fleet,
    const struct selection *selection, uint32_t room);

#endif
