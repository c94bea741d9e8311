/* help -- the keymap in force, as the action table explains it. Two columns where there
 * is room. */
#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define COLUMN 98 /* columns that one column of help needs with keys and names */

static int
columns_of(struct rect rect)
{
    return rect.width >= 2 * COLUMN ? 2 : 1;
}

int
panel_help_page(const struct scene *scene, struct rect rect)
{
    (void)scene;
    return rect.height;
}

uint32_t
panel_help_lines(const struct scene *scene)
{
    return scene->help_count;
}

/* Where all three have no room, names leave: what has keys is not typed. */
static void
draw_narrow(const struct scene_help *row, struct ink ink)
{
    struct ink part = ink;

    part.rect.width = ink.x + 18;
    if (row->keys[0])
        ink_text(&part, BOLD(ROLE_ACCENT), row->keys);
    else
        ink_print(&part, STYLE(ROLE_TEXT), ":%s", row->name);
    ink.x += 19;
    ink_text(&ink, STYLE(ROLE_DIM), row->help);
}

static void
draw_row(const struct scene_help *row, struct ink ink)
{
    struct ink part = ink;

    if (!row->name) {
        ink_text(&ink, BOLD(ROLE_TEXT), row->help);
        return;
    }
    if (ink.rect.width < COLUMN) {
        draw_narrow(row, ink);
        return;
    }
    part.rect.width = ink.x + 19;
    ink_text(&part, BOLD(ROLE_ACCENT), row->keys[0] ? row->keys : "");
    part = ink;
    part.x = ink.x + 20;
    part.rect.width = ink.x + 40;
    ink_text(&part, STYLE(ROLE_TEXT), row->name);
    ink.x += 40;
    ink_text(&ink, STYLE(ROLE_DIM), row->help);
}

void
panel_help_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    int columns = columns_of(rect);
    int width = rect.width / columns;
    uint32_t from = scene->line;

    for (int column = 0; column < columns; column++) {
        struct rect part = { rect.x + column * width, rect.y, width - 1, rect.height };

        for (int y = 0; y < rect.height && from < scene->help_count; y++, from++)
            draw_row(&scene->help[from], ink_at(canvas, part, 1, y));
    }
    if (from < scene->help_count)
        draw_lines_more(scene, canvas, rect, scene->help_count - from + 1, "line");
}
