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
    MOTION_NEXT,         /* the next site in the order shown */
    MOTION_NEXT_PROBLEM, /* that is not healthy; round again from the end */
    MOTION_PREVIOUS_PROBLEM,
};

void motion_run(struct session *session, enum motion motion);

struct motion_place {
    const struct group *group; /* the cursor's */
};

/* A map that shows tiles or lines of several groups: Enter zooms. False otherwise. */
bool motion_zoomed_out(const struct session *session, struct motion_place *place);

#endif
