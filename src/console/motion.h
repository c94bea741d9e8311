/*
 * motion -- the cursor over maps, tables and lists of lines: by what the view shows and
 * how it lies on the screen.
 */
#ifndef CONSOLE_MOTION_H
#define CONSOLE_MOTION_H

#include <stdbool.h>

#include "console/panel/scene.h"

struct session;

enum motion {
    MOTION_UP,
    MOTION_DOWN,
    MOTION_LEFT,
    MOTION_RIGHT,
    MOTION_PAGE_UP,
    MOTION_PAGE_DOWN,
    MOTION_TOP,
    MOTION_BOTTOM,
    MOTION_NEXT,         /* the next in the order shown */
    MOTION_NEXT_PROBLEM, /* that is not healthy; round again from the end */
    MOTION_PREVIOUS_PROBLEM,
};

void motion_run(struct session *session, enum motion motion);

struct motion_place {          /* on a map whose marks stand for several sites */
    const struct group *group; /* the cursor's */
    const uint32_t *sites;     /* slots of the tile or the line under the cursor */
    uint32_t count;
};

/* Does a map show tiles or lines? Then Enter zooms, and a mark is for all that it shows.
 */
bool motion_zoomed_out(const struct session *session, struct motion_place *place);

#endif
