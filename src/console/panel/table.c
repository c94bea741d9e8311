/* table -- the same fleet as rows. Columns come from the view file, widths from the field
 * table and the room. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define TAG_WIDTH    14
#define REASON_WIDTH 34 /* sentences: worth more than a column at the right */
#define LEAD         4  /* mark, glyph, blank */

static const char *const default_columns[] = { "name", "state", "since", "reason",
    "source", "version.model", "nodes", "gpus", "seen", NULL };

struct columns {
    struct dimension dimensions[SCENE_COLUMNS];
    int widths[SCENE_COLUMNS];
    uint32_t count;
};

static bool
is_reason(const struct dimension *dimension)
{
    return dimension->field && str_is(str_from(dimension->field->name), "reason");
}

static int
ideal_width(const struct dimension *dimension)
{
    int title = 0;

    if (!dimension->field)
        return TAG_WIDTH;
    if (is_reason(dimension))
        return REASON_WIDTH;
    title = (int)text_width(str_from(dimension->field->title)) + 1;
    return dimension->field->width > title ? dimension->field->width : title;
}

static const char *
title_of(const struct dimension *dimension)
{
    return dimension->field ? dimension->field->title : dimension->tag;
}

/* What room is left goes to the reason, which is longest, or else to the last column. */
static uint32_t
widest(const struct columns *columns)
{
    for (uint32_t i = 0; i < columns->count; i++)
        if (is_reason(&columns->dimensions[i]))
            return i;
    return columns->count - 1;
}

/* Columns leave from the right while they do not fit. */
static void
columns_fit(const struct scene *scene, int width, struct columns *columns)
{
    int used = LEAD;
    uint32_t last = 0;

    columns->count = 0;
    if (scene->table && scene->table->column_count) {
        for (uint32_t i = 0; i < scene->table->column_count; i++)
            columns->dimensions[columns->count++] = scene->table->columns[i];
    } else {
        for (uint32_t i = 0; default_columns[i]; i++)
            dimension_parse(
                &columns->dimensions[columns->count++], str_from(default_columns[i]));
    }
    for (uint32_t i = 0; i < columns->count; i++) {
        columns->widths[i] = ideal_width(&columns->dimensions[i]);
        if (i > 0 && used + columns->widths[i] / 2 > width) {
            columns->count = i;
            break;
        }
        used += columns->widths[i] + 2;
    }
    last = widest(columns);
    columns->widths[last] += width - used + 2;
    if (columns->widths[last] < 4)
        columns->widths[last] = 4;
}

static bool
is_sort(const struct scene *scene, const struct dimension *dimension)
{
    return dimension_same(&scene->sort, dimension) && scene->sort.name[0];
}

static void
draw_titles(const struct scene *scene, const struct columns *columns, struct ink ink)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        const struct dimension *dimension = &columns->dimensions[i];
        struct ink part = ink;
        struct style style = STYLE(is_sort(scene, dimension) ? ROLE_ACCENT : ROLE_DIM);

        part.rect.width = ink.x + columns->widths[i];
        ink_text(&part, style, title_of(dimension));
        if (is_sort(scene, dimension))
            ink_text(&part, style,
                scene->ascii ? (scene->sort_reverse ? "^" : "v")
                             : (scene->sort_reverse ? "▴" : "▾"));
        ink.x += columns->widths[i] + 2;
    }
}

static bool
is_number(const struct dimension *dimension)
{
    return dimension->field && (dimension->field->kind == FIELD_NUMBER ||
                                   dimension->field->kind == FIELD_AGE);
}

/* What only the site itself can say: it ages while nothing is heard of it. */
static bool
is_told_by_the_site(const struct dimension *dimension, const struct cluster *cluster)
{
    static const char *const told[] = { "health", "sync", "versions", "version.", "nodes",
        "gpu", NULL };

    if (!dimension->field)
        return false;
    if (is_reason(dimension))
        return cluster->state == STATE_DOWN; /* others in silence: because of it */
    for (int i = 0; told[i]; i++)
        if (str_starts(str_from(dimension->field->name), told[i]))
            return true;
    return false;
}

static struct style
value_style(const struct scene *scene, const struct dimension *dimension,
    const struct cluster *cluster, bool old)
{
    if (dimension->field && str_is(str_from(dimension->field->name), "state"))
        return style_of_word(cluster);
    if (dimension->field && str_is(str_from(dimension->field->name), "name"))
        return BOLD(ROLE_TEXT);
    return STYLE(old || cluster_is_stale(scene, cluster) ? ROLE_DIM : ROLE_TEXT);
}

static void
draw_value(const struct scene *scene, const struct dimension *dimension,
    const struct cluster *cluster, struct ink ink, bool chosen)
{
    struct buf text = { 0 };
    char age[16];
    bool known = dimension_print(dimension, scene->fleet, cluster, scene->now_ms, &text);
    bool old = cluster_is_old(scene, cluster, age) && known &&
               is_told_by_the_site(dimension, cluster);
    struct style style =
        known ? value_style(scene, dimension, cluster, old) : STYLE(ROLE_FAINT);

    if (chosen)
        style.bg = ROLE_SELECTION;
    if (!known)
        buf_add_text(&text, "-");
    if (known && is_reason(dimension)) {
        buf_clear(&text);
        reason_print(scene, cluster, &text);
    }
    if (is_number(dimension) && (int)text_width(buf_str(&text)) <= ink_room(&ink))
        canvas_text_right(
            ink.canvas, ink.rect, ink.rect.width, ink.y, style, buf_str(&text));
    else
        ink_elided(&ink, style, buf_str(&text));
    if (old && age[0] && !is_number(dimension) && ink_room(&ink) > (int)strlen(age))
        ink_print(&ink, style, " %s", age);
    buf_release(&text);
}

static void
draw_row(const struct scene *scene, const struct columns *columns, uint32_t slot,
    struct ink ink)
{
    const struct cluster *cluster = fleet_at(scene->fleet, slot);
    bool chosen = slot == scene->cursor;
    struct rect line = { ink.rect.x, ink.rect.y + ink.y, ink.rect.width, 1 };
    struct style glyph, mark = STYLE(ROLE_ACCENT);

    if (!cluster)
        return;
    glyph = style_of_state(cluster->state);
    if (chosen) {
        glyph.bg = mark.bg = ROLE_SELECTION;
        canvas_fill(ink.canvas, line, (struct style){ ROLE_TEXT, ROLE_SELECTION, 0 });
        ink.canvas->focus_y = line.y;
        canvas_rune(ink.canvas, ink.rect, 0, ink.y, scene->ascii ? '>' : 0x258C,
            (struct style){ ROLE_ACCENT, ROLE_SELECTION, 0 });
    }
    if (scene_marked(scene, slot))
        canvas_rune(ink.canvas, ink.rect, 1, ink.y, '*', mark);
    canvas_rune(
        ink.canvas, ink.rect, 2, ink.y, rune_of_state(scene, cluster->state), glyph);
    for (uint32_t i = 0; i < columns->count; i++) {
        struct ink part = ink;

        part.rect.width = ink.x + columns->widths[i];
        draw_value(scene, &columns->dimensions[i], cluster, part, chosen);
        ink.x += columns->widths[i] + 2;
    }
}

int
panel_table_page(const struct scene *scene, struct rect rect)
{
    (void)scene;
    return rect.height - 1;
}

void
panel_table_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct columns columns;
    struct ink ink = ink_at(canvas, rect, LEAD, 0);
    uint32_t page = (uint32_t)(rect.height > 1 ? rect.height - 1 : 0);

    columns_fit(scene, rect.width, &columns);
    draw_titles(scene, &columns, ink);
    for (uint32_t i = 0; i < page && scene->top + i < scene->selection->count; i++) {
        ink.y = 1 + (int)i;
        draw_row(scene, &columns, scene->selection->rows[scene->top + i], ink);
    }
}
