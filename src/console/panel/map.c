/* map -- the fleet as marks, group by group: health recedes, trouble comes forward. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/map_plan.h"
#include "console/panel/panel.h"

struct map {
    const struct scene *scene;
    struct canvas *canvas;
    struct rect rect;
    struct map_plan plan;
    const struct group *under; /* the cursor's group */
};

static void
draw_percent(const struct map *map, const struct group *group, int y)
{
    char percent[8], text[16];

    sentence_print_percent(&group->sentence, percent);
    snprintf(text, sizeof(text), "%s %%", percent);
    canvas_text_right(
        map->canvas, map->rect, map->rect.width - 1, y, STYLE(ROLE_DIM), str_from(text));
}

static void
draw_name(const struct map *map, const struct group *group, struct ink *ink, int width)
{
    struct buf name = { 0 };
    struct ink part = *ink;

    group_print(map->scene, group, &name);
    part.rect.width = ink->x + width;
    ink_elided(&part, BOLD(ROLE_TEXT), buf_str(&name));
    ink->x = part.x;
    buf_release(&name);
}

static void
draw_heading(const struct map *map, const struct group *group, int y)
{
    struct ink ink = ink_at(map->canvas, map->rect, 1, y);
    char count[16];
    int end = map->rect.width - 10;

    draw_name(map, group, &ink, map->rect.width / 2);
    count_print(count, group->sentence.total);
    ink_print(&ink, STYLE(ROLE_DIM), " %s  ", count);
    ink_trouble(&ink, map->scene, &group->sentence, 3);
    if (map->plan.zoom == MAP_TILES)
        ink_print(&ink, STYLE(ROLE_DIM), "1 mark = %u  ", map->plan.tile);
    if (ink.x < end)
        canvas_hairline(
            map->canvas, map->rect, ink.x + 1, y, end - ink.x - 1, STYLE(ROLE_FAINT));
    draw_percent(map, group, y);
}

/* A cell under the cursor is reversed, a marked one underlined on the selection's ground.
 */
static struct style
cell_style(const struct map *map, const struct cluster *cluster, bool cursor, bool marked)
{
    struct style style = cluster_style(map->scene, cluster);

    if (cluster_is_stale(map->scene, cluster) && style.fg == ROLE_HEALTHY)
        style.fg = ROLE_DIM;
    if (marked) {
        style.bg = ROLE_SELECTION;
        style.attributes |= ATTRIBUTE_UNDERLINE;
    }
    if (cursor) /* underlined too: a theme without colours reverses what is down */
        style.attributes |= ATTRIBUTE_REVERSE | ATTRIBUTE_BOLD | ATTRIBUTE_UNDERLINE;
    return style;
}

static void
draw_site(const struct map *map, uint32_t slot, int x, int y)
{
    const struct cluster *cluster = fleet_at(map->scene->fleet, slot);
    bool marked = scene_marked(map->scene, slot);
    bool cursor = slot == map->scene->cursor;

    if (!cluster)
        return;
    canvas_rune(map->canvas, map->rect, x, y, rune_of_state(map->scene, cluster->state),
        cell_style(map, cluster, cursor, marked));
    if (marked && map->plan.cell > 1)
        canvas_rune(map->canvas, map->rect, x + 1, y, '*', STYLE(ROLE_ACCENT));
    if (cursor)
        map->canvas->focus_y = map->rect.y + y;
}

/* The worst of the tile, and how many of its sites are that bad. */
static void
draw_tile(const struct map *map, const uint32_t *members, uint32_t count, struct ink *ink)
{
    uint32_t worst = map_plan_worst(map->scene, members, count);
    const struct cluster *cluster = fleet_at(map->scene->fleet, worst);
    uint32_t same = 0, marks = 0;
    bool cursor = false;

    if (!cluster)
        return;
    for (uint32_t i = 0; i < count; i++) {
        const struct cluster *other = fleet_at(map->scene->fleet, members[i]);

        same += other && other->state == cluster->state;
        marks += scene_marked(map->scene, members[i]);
        cursor = cursor || members[i] == map->scene->cursor;
    }
    ink_rune(ink, cell_style(map, cluster, cursor, marks > 0),
        rune_of_state(map->scene, cluster->state));
    if (cursor)
        map->canvas->focus_y = map->rect.y + ink->y;
    if (cluster->state == STATE_HEALTHY || same < 2)
        return;
    ink_rune(ink, STYLE(ROLE_TEXT), same < 10 ? (uint32_t)('0' + same) : '+');
}

/* Returns the line after the group. */
static int
draw_cells(const struct map *map, const struct group *group, int y)
{
    const uint32_t *members = map->scene->selection->members + group->first;
    uint32_t cells = map_plan_cells(&map->plan, group);
    uint32_t width = (uint32_t)map->plan.per_row;

    for (uint32_t i = 0; i < cells; i++) {
        int x = 2 + (int)(i % width) * map->plan.cell;
        int line = y + (int)(i / width);
        uint32_t from = i * map->plan.tile;
        uint32_t count = group->sentence.total - from;
        struct ink ink = ink_at(map->canvas, map->rect, x, line);

        if (map->plan.zoom == MAP_TILES)
            draw_tile(map, members + from,
                count < map->plan.tile ? count : map->plan.tile, &ink);
        else
            draw_site(map, members[i], x, line);
    }
    return y + (int)((cells + width - 1) / width);
}

static void
draw_groups(const struct map *map)
{
    const struct selection *selection = map->scene->selection;
    int y = 0;

    for (uint32_t i = 0; i < selection->ranked_count; i++) {
        const struct group *group = &selection->groups[selection->ranked[i]];

        draw_heading(map, group, y);
        y = draw_cells(map, group, y + 1) + map->plan.gap;
    }
}

/* Columns that names, totals and trouble take, so that all bars start in one column. */
static void
measure_lines(const struct map *map, int *name_width, int *trouble_width)
{
    const struct selection *selection = map->scene->selection;

    *name_width = *trouble_width = 0;
    for (uint32_t i = 0; i < map->plan.shown; i++) {
        const struct group *group =
            &selection->groups[selection->ranked[map->plan.first + i]];
        struct buf name = { 0 };
        int width = 0, trouble = 0;

        group_print(map->scene, group, &name);
        width = (int)text_width(buf_str(&name));
        buf_release(&name);
        *name_width = width > *name_width ? width : *name_width;
        for (int state = STATE_DOWN; state <= STATE_OFFLINE; state++) {
            char count[16];

            count_print(count, group->sentence.states[state]);
            if (group->sentence.states[state])
                trouble += 4 + (int)text_width(str_from(count));
        }
        *trouble_width = trouble > *trouble_width ? trouble : *trouble_width;
    }
    if (*name_width > map->rect.width / 3)
        *name_width = map->rect.width / 3;
}

static void
draw_line(const struct map *map, const struct group *group, int y, const int widths[2])
{
    struct ink ink = ink_at(map->canvas, map->rect, 1, y);
    struct rect bar = map->rect;
    char count[16];

    if (map->under && group == map->under) {
        canvas_rune(map->canvas, map->rect, 0, y, map->scene->ascii ? '>' : 0x258C,
            STYLE(ROLE_ACCENT));
        map->canvas->focus_y = map->rect.y + y;
    }
    draw_name(map, group, &ink, widths[0]);
    count_print(count, group->sentence.total);
    canvas_text_right(
        map->canvas, map->rect, widths[0] + 9, y, STYLE(ROLE_DIM), str_from(count));
    ink.x = widths[0] + 11;
    ink_trouble(&ink, map->scene, &group->sentence, 3);
    bar.x += widths[0] + 11 + widths[1];
    bar.y += y;
    bar.height = 1;
    bar.width = map->rect.width - 10 - (bar.x - map->rect.x);
    if (bar.width >= 8)
        draw_bar(map->scene, map->canvas, bar, &group->sentence);
    draw_percent(map, group, y);
}

static void
draw_lines(const struct map *map)
{
    const struct selection *selection = map->scene->selection;
    uint32_t hidden = selection->ranked_count - map->plan.shown;
    int widths[2];

    measure_lines(map, &widths[0], &widths[1]);
    for (uint32_t i = 0; i < map->plan.shown; i++)
        draw_line(map, &selection->groups[selection->ranked[map->plan.first + i]], (int)i,
            widths);
    if (hidden)
        draw_lines_more(map->scene, map->canvas, map->rect, hidden, "group");
}

static void
draw_worst_row(const struct map *map, uint32_t slot, struct rect line)
{
    const struct cluster *cluster = fleet_at(map->scene->fleet, slot);
    struct ink ink = ink_at(map->canvas, line, 1, 0);
    char age[16];

    ink_rune(
        &ink, style_of_state(cluster->state), rune_of_state(map->scene, cluster->state));
    ink.x = 3;
    ink.rect.width = 27;
    ink_elided(&ink, STYLE(ROLE_TEXT), fleet_display_name(map->scene->fleet, cluster));
    ink.rect.width = line.width;
    print_age(map->scene, (int64_t)cluster->since_s * 1000, age);
    canvas_text_right(map->canvas, line, 34, 0, STYLE(ROLE_DIM), str_from(age));
    ink.x = 36;
    ink_reason(&ink, map->scene, STYLE(ROLE_DIM), cluster);
}

/* What room is left below lists what needs a look. */
static void
draw_worst(const struct map *map)
{
    const struct scene *scene = map->scene;
    struct rect line = map->rect;

    if (scene->worst_count == 0)
        return;
    line.y += map->plan.used + 2;
    line.height = 1;
    canvas_print(
        map->canvas, map->rect, 1, map->plan.used + 1, STYLE(ROLE_DIM), "worst first");
    for (uint32_t i = 0; i < scene->worst_count; i++, line.y++)
        draw_worst_row(map, scene->worst[i], line);
}

void
panel_map_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct map map = { scene, canvas, rect, map_plan(scene, rect), NULL };
    uint32_t rank = 0, place = 0;

    if (scene->selection->count == 0)
        return;
    if (map_plan_find(scene->selection, scene->cursor, &rank, &place))
        map.under = &scene->selection->groups[scene->selection->ranked[rank]];
    if (map.plan.zoom == MAP_LINES)
        draw_lines(&map);
    else
        draw_groups(&map);
    draw_worst(&map);
}
