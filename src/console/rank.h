/*
 * rank -- the order in which a selection's groups are shown. Plain data: view.groups in,
 * view.ranked out.
 */
#ifndef CONSOLE_RANK_H
#define CONSOLE_RANK_H

#include "console/panel/scene.h"

/* Worst first (by down, degraded, offline, unknown), or by name; second levels within the
 * first. *capacity is of view->ranked. */
void rank_anew(
    struct selection *view, size_t *capacity, uint32_t group_count, bool worst_first);

/* Empty groups leave and new ones join at the end; the others keep their place. */
void rank_update(struct selection *view, size_t *capacity, uint32_t group_count);

#endif
