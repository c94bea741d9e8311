/*
 * map_plan -- how a map lays its groups into a rectangle: the zoom, and where each site
 * is. Pure geometry, shared by what draws the map and by what moves the cursor over it.
 *
 * Zoom is chosen, never clipped: two columns a site while every group fits, then one,
 * then tiles of many sites while each group keeps a line of its own for them, then a line
 * a group. No group is hidden silently.
 */
#ifndef CONSOLE_PANEL_MAP_PLAN_H
#define CONSOLE_PANEL_MAP_PLAN_H

#include "console/panel/scene.h"

enum map_zoom { MAP_WIDE, MAP_CELLS, MAP_TILES, MAP_LINES };

struct map_plan {
    enum map_zoom zoom;
    int cell;       /* columns a cell takes */
    int per_row;    /* cells in a row */
    uint32_t tile;  /* sites in a cell */
    int gap;        /* blank lines between groups */
    uint32_t first; /* lines: rank of the first group shown */
    uint32_t shown; /* lines: groups shown */
    int used;       /* lines of the rectangle that groups take */
};

struct map_plan map_plan(const struct scene *scene, struct rect rect);
uint32_t map_plan_cells(const struct map_plan *plan, const struct group *group);

enum map_move { MAP_LEFT, MAP_RIGHT, MAP_UP, MAP_DOWN, MAP_FIRST, MAP_LAST };

/* Where the cursor goes from where it is; FLEET_NONE only when nothing is selected. */
uint32_t map_plan_move(const struct scene *scene, struct rect rect, enum map_move move);

/* Rank and place in its group of a slot; false if the filter does not select it. */
bool map_plan_find(
    const struct selection *selection, uint32_t slot, uint32_t *rank, uint32_t *place);

/* The worst site of members[from .. from + count): the one a tile shows. */
uint32_t map_plan_worst(
    const struct scene *scene, const uint32_t *members, uint32_t count);

#endif
