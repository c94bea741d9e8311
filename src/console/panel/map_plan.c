/* map_plan -- the geometry of a map. */
#include "console/panel/map_plan.h"

#include "fleet/state.h"

#define MAP_MARGIN 4 /* columns at both sides of the cells */

static uint32_t
ceil_div(uint32_t a, uint32_t b)
{
    return (a + b - 1) / b;
}

static const struct group *
ranked(const struct selection *selection, uint32_t rank)
{
    return &selection->groups[selection->ranked[rank]];
}

uint32_t
map_plan_cells(const struct map_plan *plan, const struct group *group)
{
    return ceil_div(group->sentence.total, plan->tile);
}

/* Lines that all groups take with that cell and tile. */
static uint32_t
height_of(const struct selection *selection, const struct map_plan *plan)
{
    uint32_t lines = 0;

    for (uint32_t i = 0; i < selection->ranked_count; i++)
        lines += 1 + ceil_div(map_plan_cells(plan, ranked(selection, i)),
                         (uint32_t)plan->per_row);
    if (selection->ranked_count)
        lines += (selection->ranked_count - 1) * (uint32_t)plan->gap;
    return lines;
}

static bool
fits(const struct selection *selection, struct map_plan *plan, struct rect rect)
{
    uint32_t lines = 0;

    plan->per_row = (rect.width - MAP_MARGIN) / plan->cell;
    if (plan->per_row < 1)
        plan->per_row = 1;
    lines = height_of(selection, plan);
    plan->used = (int)lines;
    return rect.height > 0 && lines <= (uint32_t)rect.height;
}

/* The smallest tile with which all groups fit: height falls as the tile grows, so halve.
 */
static bool
fit_tiles(const struct selection *selection, struct map_plan *plan, struct rect rect)
{
    uint32_t low = 2, high = selection->count;

    plan->tile = high > 2 ? high : 2;
    if (!fits(selection, plan, rect))
        return false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        plan->tile = middle;
        if (fits(selection, plan, rect))
            high = middle;
        else
            low = middle + 1;
    }
    plan->tile = low;
    return fits(selection, plan, rect);
}

static void
plan_lines(const struct scene *scene, struct map_plan *plan, struct rect rect)
{
    uint32_t count = scene->selection->ranked_count;
    uint32_t room = rect.height > 0 ? (uint32_t)rect.height : 0;

    plan->zoom = MAP_LINES;
    plan->gap = 0;
    plan->tile = 1;
    plan->per_row = 1;
    if (count <= room) {
        plan->first = 0;
        plan->shown = count;
    } else { /* the last line says how many more there are */
        uint32_t page = room > 1 ? room - 1 : 1;

        plan->first = scene->top + page > count ? count - page : scene->top;
        plan->shown = page;
    }
    plan->used = (int)plan->shown;
}

struct map_plan
map_plan(const struct scene *scene, struct rect rect)
{
    const struct selection *selection = scene->selection;
    struct map_plan plan = { .zoom = MAP_WIDE, .cell = 2, .tile = 1, .gap = 1 };

    if (fits(selection, &plan, rect))
        return plan;
    plan.zoom = MAP_CELLS;
    plan.cell = 1;
    if (fits(selection, &plan, rect))
        return plan;
    plan.gap = 0;
    if (fits(selection, &plan, rect))
        return plan;
    plan.zoom = MAP_TILES;
    plan.cell = 2;
    plan.gap = 1;
    if (fit_tiles(selection, &plan, rect))
        return plan;
    plan_lines(scene, &plan, rect);
    return plan;
}

bool
map_plan_find(
    const struct selection *selection, uint32_t slot, uint32_t *rank, uint32_t *place)
{
    for (uint32_t i = 0; i < selection->ranked_count; i++) {
        const struct group *group = ranked(selection, i);

        for (uint32_t n = 0; n < group->sentence.total; n++)
            if (selection->members[group->first + n] == slot) {
                *rank = i;
                *place = n;
                return true;
            }
    }
    return false;
}

uint32_t
map_plan_worst(const struct scene *scene, const uint32_t *members, uint32_t count)
{
    const struct cluster *worst = NULL;
    uint32_t slot = FLEET_NONE;

    for (uint32_t i = 0; i < count; i++) {
        const struct cluster *cluster = fleet_at(scene->fleet, members[i]);

        if (!cluster || (worst && cluster->state >= worst->state))
            continue;
        worst = cluster;
        slot = members[i];
    }
    return slot;
}

/* The site that a cell stands for: the cursor stays on it through moves. */
static uint32_t
cell_slot(
    const struct scene *scene, const struct map_plan *plan, uint32_t rank, uint32_t cell)
{
    const struct group *group = ranked(scene->selection, rank);
    uint32_t from = cell * plan->tile;
    uint32_t count = group->sentence.total - from;

    if (count > plan->tile)
        count = plan->tile;
    return map_plan_worst(scene, scene->selection->members + group->first + from, count);
}

static uint32_t
line_slot(const struct scene *scene, uint32_t rank)
{
    const struct group *group = ranked(scene->selection, rank);

    return map_plan_worst(
        scene, scene->selection->members + group->first, group->sentence.total);
}

/* One row up, or into the last row of the group above, in the same column. */
static uint32_t
move_up(
    const struct scene *scene, const struct map_plan *plan, uint32_t rank, uint32_t cell)
{
    uint32_t width = (uint32_t)plan->per_row;
    uint32_t cells = 0, column = cell % width;

    if (cell >= width)
        return cell_slot(scene, plan, rank, cell - width);
    if (rank == 0)
        return scene->cursor;
    cells = map_plan_cells(plan, ranked(scene->selection, rank - 1));
    cell = (cells - 1) / width * width + column;
    return cell_slot(scene, plan, rank - 1, cell < cells ? cell : cells - 1);
}

static uint32_t
move_down(
    const struct scene *scene, const struct map_plan *plan, uint32_t rank, uint32_t cell)
{
    uint32_t width = (uint32_t)plan->per_row;
    uint32_t cells = map_plan_cells(plan, ranked(scene->selection, rank));
    uint32_t column = cell % width;

    if (cell + width < cells)
        return cell_slot(scene, plan, rank, cell + width);
    if (cell / width < (cells - 1) / width)
        return cell_slot(scene, plan, rank, cells - 1);
    if (rank + 1 >= scene->selection->ranked_count)
        return scene->cursor;
    cells = map_plan_cells(plan, ranked(scene->selection, rank + 1));
    return cell_slot(scene, plan, rank + 1, column < cells ? column : cells - 1);
}

static uint32_t
move_left(
    const struct scene *scene, const struct map_plan *plan, uint32_t rank, uint32_t cell)
{
    if (cell > 0)
        return cell_slot(scene, plan, rank, cell - 1);
    if (rank == 0)
        return scene->cursor;
    return cell_slot(scene, plan, rank - 1,
        map_plan_cells(plan, ranked(scene->selection, rank - 1)) - 1);
}

static uint32_t
move_right(
    const struct scene *scene, const struct map_plan *plan, uint32_t rank, uint32_t cell)
{
    if (cell + 1 < map_plan_cells(plan, ranked(scene->selection, rank)))
        return cell_slot(scene, plan, rank, cell + 1);
    if (rank + 1 >= scene->selection->ranked_count)
        return scene->cursor;
    return cell_slot(scene, plan, rank + 1, 0);
}

static uint32_t
move_line(const struct scene *scene, uint32_t rank, int step)
{
    if (step < 0 && rank == 0)
        return scene->cursor;
    if (step > 0 && rank + 1 >= scene->selection->ranked_count)
        return scene->cursor;
    return line_slot(scene, step < 0 ? rank - 1 : rank + 1);
}

uint32_t
map_plan_move(const struct scene *scene, struct rect rect, enum map_move move)
{
    const struct selection *selection = scene->selection;
    struct map_plan plan = map_plan(scene, rect);
    bool lines = plan.zoom == MAP_LINES;
    uint32_t rank = 0, place = 0, last = selection->ranked_count - 1;

    if (selection->ranked_count == 0)
        return FLEET_NONE;
    if (!map_plan_find(selection, scene->cursor, &rank, &place))
        return lines ? line_slot(scene, 0) : cell_slot(scene, &plan, 0, 0);
    place /= plan.tile;
    switch (move) {
    case MAP_LEFT:
        return move_left(scene, &plan, rank, place);
    case MAP_RIGHT:
        return move_right(scene, &plan, rank, place);
    case MAP_UP:
        return lines ? move_line(scene, rank, -1) : move_up(scene, &plan, rank, place);
    case MAP_DOWN:
        return lines ? move_line(scene, rank, 1) : move_down(scene, &plan, rank, place);
    case MAP_FIRST:
        return lines ? line_slot(scene, 0) : cell_slot(scene, &plan, 0, 0);
    case MAP_LAST:
        break;
    }
    if (lines)
        return line_slot(scene, last);
    return cell_slot(
        scene, &plan, last, map_plan_cells(&plan, ranked(selection, last)) - 1);
}
