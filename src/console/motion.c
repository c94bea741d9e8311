/* motion -- where the cursor goes. */
#include "console/motion.h"

#include <string.h>

#include "console/frame.h"
#include "console/panel/map_plan.h"

static bool
on_map(const struct panel_class *class)
{
    return strcmp(class->name, "map") == 0;
}

/* Slots in the order that the view shows them: groups by rank, or rows. */
static uint32_t
slot_at(const struct selection *selection, bool map, uint32_t at)
{
    if (!map)
        return selection->rows[at];
    for (uint32_t i = 0; i < selection->ranked_count; i++) {
        const struct group *group = &selection->groups[selection->ranked[i]];

        if (at < group->sentence.total)
            return selection->members[group->first + at];
        at -= group->sentence.total;
    }
    return FLEET_NONE;
}

static uint32_t
place_of(const struct selection *selection, bool map, uint32_t slot)
{
    uint32_t before = 0;

    if (!map) {
        for (uint32_t i = 0; i < selection->count; i++)
            if (selection->rows[i] == slot)
                return i;
        return FLEET_NONE;
    }
    for (uint32_t i = 0; i < selection->ranked_count; i++) {
        const struct group *group = &selection->groups[selection->ranked[i]];

        for (uint32_t n = 0; n < group->sentence.total; n++)
            if (selection->members[group->first + n] == slot)
                return before + n;
        before += group->sentence.total;
    }
    return FLEET_NONE;
}

static void
next_problem(struct session *session, bool map, int step)
{
    const struct selection *selection = select_view(session->select);
    uint32_t at = place_of(selection, map, session->cursor);

    if (selection->count == 0)
        return;
    if (at == FLEET_NONE)
        at = step > 0 ? selection->count - 1 : 0;
    for (uint32_t i = 0; i < selection->count; i++) {
        const struct cluster *cluster = NULL;
        uint32_t slot = FLEET_NONE;

        at = (at + selection->count + (uint32_t)step) % selection->count;
        slot = slot_at(selection, map, at);
        cluster = slot == FLEET_NONE ? NULL : fleet_at(session->fleet, slot);
        if (cluster && cluster->state != STATE_HEALTHY) {
            session_set_cursor(session, slot);
            return;
        }
    }
    session_say(session, "every site shown is healthy");
}

/* By how much a motion goes in a list, TOP and BOTTOM by all of it. */
static int64_t
step_of(enum motion motion, int page, int64_t count)
{
    switch (motion) {
    case MOTION_UP:
    case MOTION_LEFT:
        return -1;
    case MOTION_DOWN:
    case MOTION_RIGHT:
    case MOTION_NEXT:
        return 1;
    case MOTION_PAGE_UP:
        return -page;
    case MOTION_PAGE_DOWN:
        return page;
    case MOTION_TOP:
        return -count;
    case MOTION_BOTTOM:
        return count;
    case MOTION_NEXT_PROBLEM:
    case MOTION_PREVIOUS_PROBLEM:
        break;
    }
    return 0;
}

static uint32_t
moved(uint32_t at, int64_t step, uint32_t count)
{
    int64_t to = (int64_t)at + step;

    if (to < 0 || count == 0)
        return 0;
    return to >= count ? count - 1 : (uint32_t)to;
}

static void
move_rows(struct session *session, enum motion motion, int page)
{
    const struct selection *selection = select_view(session->select);
    uint32_t at = place_of(selection, false, session->cursor);

    if (selection->count == 0)
        return;
    at = moved(at == FLEET_NONE ? 0 : at, step_of(motion, page, selection->count),
        selection->count);
    session_set_cursor(session, selection->rows[at]);
}

static void
move_map(struct session *session, enum motion motion, const struct scene *scene,
    struct rect rect)
{
    static const enum map_move moves[] = { [MOTION_UP] = MAP_UP,
        [MOTION_DOWN] = MAP_DOWN,
        [MOTION_LEFT] = MAP_LEFT,
        [MOTION_RIGHT] = MAP_RIGHT,
        [MOTION_PAGE_UP] = MAP_UP,
        [MOTION_PAGE_DOWN] = MAP_DOWN,
        [MOTION_TOP] = MAP_FIRST,
        [MOTION_BOTTOM] = MAP_LAST,
        [MOTION_NEXT] = MAP_RIGHT };
    bool page = motion == MOTION_PAGE_UP || motion == MOTION_PAGE_DOWN;
    struct scene step = *scene;

    if (motion == MOTION_NEXT && map_plan(scene, rect).zoom == MAP_LINES)
        motion = MOTION_DOWN;
    for (int i = 0; i < (page ? rect.height : 1); i++)
        step.cursor = map_plan_move(&step, rect, moves[motion]);
    session_set_cursor(session, step.cursor);
}

void
motion_run(struct session *session, enum motion motion)
{
    const struct panel_class *class = NULL;
    struct scene scene;
    struct scene_form form;
    struct rect rect;
    int page = 1;

    select_settle(session->select, session->now_ms);
    if (!frame_list(session, &class, &rect))
        return;
    frame_scene(session, &scene, &form);
    if (class->page && class->page(&scene, rect) > 1)
        page = class->page(&scene, rect);
    if (class->list == LIST_LINES) {
        uint32_t count = class->lines(&scene);

        session->line = moved(session->line, step_of(motion, page, count), count);
        session->dirty_now = true;
    } else if (motion == MOTION_NEXT_PROBLEM || motion == MOTION_PREVIOUS_PROBLEM)
        next_problem(session, on_map(class), motion == MOTION_NEXT_PROBLEM ? 1 : -1);
    else if (on_map(class))
        move_map(session, motion, &scene, rect);
    else
        move_rows(session, motion, page);
}

bool
motion_zoomed_out(const struct session *session, struct motion_place *place)
{
    const struct selection *selection = select_view(session->select);
    const struct panel_class *class = NULL;
    struct scene scene;
    struct scene_form form;
    struct rect rect;
    struct map_plan plan;
    uint32_t rank = 0, at = 0, rest = 0;

    if (!frame_list(session, &class, &rect) || !on_map(class))
        return false;
    frame_scene(session, &scene, &form);
    plan = map_plan(&scene, rect);
    if ((plan.zoom != MAP_TILES && plan.zoom != MAP_LINES) ||
        !map_plan_find(selection, session->cursor, &rank, &at))
        return false;
    place->group = &selection->groups[selection->ranked[rank]];
    place->sites = selection->members + place->group->first;
    place->count = place->group->sentence.total;
    if (plan.zoom == MAP_TILES) {
        at -= at % plan.tile;
        rest = place->count - at;
        place->sites += at;
        place->count = rest < plan.tile ? rest : plan.tile;
    }
    return true;
}
