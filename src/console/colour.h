/*
 * colour -- what colours mean: the state, or any axis, field or tag, with its legend over
 * what is selected.
 */
#ifndef CONSOLE_COLOUR_H
#define CONSOLE_COLOUR_H

#include "console/panel/scene.h"

/* Work out legend and ramp anew for what is selected: a walk over it. */
void colouring_settle(struct colouring *colouring, const struct fleet *fleet,
    const struct selection *selection, int64_t now_ms);

/* What to colour by next: the state, the axes, ages and versions in turn, but for what is
 * the same for every cluster. Everything else is chosen by name. */
void colouring_next(const struct dimension *by, const struct fleet *fleet, int64_t now_ms,
    struct dimension *next);

#endif
