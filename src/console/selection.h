/*
 * selection -- what the filter selects of a fleet, grouped and sorted, kept up as
 * clusters change.
 *
 * It borrows the fleet and owns its arrays; what panels read of it is struct selection,
 * good until the next select_settle. Each cluster's answer to the filter, its group and
 * its state are remembered by slot, so a change of one cluster costs one match, a change
 * of state only counters. Arrays are built anew when membership, groups or sort keys
 * changed, never for a frame.
 */
#ifndef CONSOLE_SELECTION_H
#define CONSOLE_SELECTION_H

#include "console/panel/scene.h"
#include "fleet/selector.h"

struct select;

struct select *select_new(const struct fleet *fleet);
void select_free(struct select *select);

void select_filter(
    struct select *select, struct selector *selector); /* takes it; NULL selects all */
void select_group(struct select *select, const struct dimension group[SCENE_LEVELS]);
void select_sort(struct select *select, const struct dimension *by,
    bool reverse);                                          /* none: worst first */
void select_order(struct select *select, bool worst_first); /* of the groups */

/* The slot's cluster came or changed; it went, and another may have the slot at once.
 * Cheap: what follows is done in select_settle. */
void select_touch(struct select *select, uint32_t slot);
void select_gone(struct select *select, uint32_t slot);
void select_touch_all(struct select *select);

/* Everybody's answer to the filter anew: what it reads changed without the clusters. */
void select_refilter(struct select *select);

/* Bring everything up to date. True if something that is drawn changed. */
bool select_settle(struct select *select, int64_t now_ms);

/* Put the groups in order anew: they never do so by themselves while one looks. */
void select_rank(struct select *select);

const struct selection *select_view(const struct select *select);
int64_t select_flip_ms(const struct select
        *select); /* when time alone may change an answer; INT64_MAX never */

/* Where in rows a slot is; FLEET_NONE if it is not. */
uint32_t select_row_of(const struct select *select, uint32_t slot);

#endif
