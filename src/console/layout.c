/* layout -- a view's rows and panels into rectangles: fixed sizes first, shares of the
 * rest, and who leaves first. */
#include <string.h>

#include "console/view.h"

struct layout {
    const struct view *view;
    bool gone[VIEW_ROWS][VIEW_PANELS];
    int heights[VIEW_ROWS]; /* 0: nothing of the row is left */
};

static int
row_least(const struct layout *layout, int r)
{
    const struct view_row *row = &layout->view->rows[r];
    int least = 0;

    for (int i = 0; i < row->count; i++)
        if (!layout->gone[r][i] && row->panels[i].min_height > least)
            least = row->panels[i].min_height;
    if (least && row->height)
        return row->height;
    return least;
}

static int
row_width(const struct layout *layout, int r)
{
    const struct view_row *row = &layout->view->rows[r];
    int width = 0;

    for (int i = 0; i < row->count; i++)
        if (!layout->gone[r][i])
            width +=
                row->panels[i].width ? row->panels[i].width : row->panels[i].min_width;
    return width;
}

static void
measure(const struct layout *layout, int *width, int *height)
{
    *width = *height = 0;
    for (int r = 0; r < layout->view->count; r++) {
        int row = row_width(layout, r);

        *height += row_least(layout, r);
        *width = row > *width ? row : *width;
    }
}

/* The one that leaves next: the lowest drop, of equals the last. False when none may. */
static bool
drop_next(struct layout *layout)
{
    int lowest = 100, row = -1, panel = -1;

    for (int r = 0; r < layout->view->count; r++)
        for (int i = 0; i < layout->view->rows[r].count; i++) {
            int drop = layout->view->rows[r].panels[i].drop;

            if (drop == 0 || layout->gone[r][i] || drop > lowest)
                continue;
            lowest = drop;
            row = r;
            panel = i;
        }
    if (row < 0)
        return false;
    layout->gone[row][panel] = true;
    return true;
}

/* Shares of what the fixed leave, none below its least; the last share takes the
 * rounding. */
static void
share_heights(struct layout *layout, int height)
{
    int rest = height, shares = 0;

    for (int r = 0; r < layout->view->count; r++) {
        layout->heights[r] = row_least(layout, r);
        rest -= layout->heights[r];
        if (layout->heights[r] && !layout->view->rows[r].height)
            shares += layout->view->rows[r].share;
    }
    for (int r = 0; r < layout->view->count && shares > 0; r++) {
        const struct view_row *row = &layout->view->rows[r];
        int part = 0;

        if (!layout->heights[r] || row->height)
            continue;
        part = rest * row->share / shares;
        layout->heights[r] += part;
        rest -= part;
        shares -= row->share;
    }
}

static void
place_row(const struct layout *layout, int r, struct rect line, struct placed *placed,
    int *count)
{
    const struct view_row *row = &layout->view->rows[r];
    int rest = line.width - row_width(layout, r), shares = 0;

    for (int i = 0; i < row->count; i++)
        if (!layout->gone[r][i] && !row->panels[i].width)
            shares += row->panels[i].share;
    for (int i = 0; i < row->count; i++) {
        const struct view_panel *panel = &row->panels[i];
        int width = panel->width ? panel->width : panel->min_width;

        if (layout->gone[r][i])
            continue;
        if (!panel->width && shares > 0) {
            int part = rest * panel->share / shares;

            width += part;
            rest -= part;
            shares -= panel->share;
        }
        placed[*count].panel = panel;
        placed[*count].rect = (struct rect){ line.x, line.y, width, line.height };
        line.x += width;
        (*count)++;
    }
}

bool
view_layout(const struct view *view, struct rect rect, struct placed placed[PLACED],
    int *count, int *width, int *height)
{
    struct layout layout = { .view = view };

    *count = 0;
    for (;;) {
        measure(&layout, width, height);
        if (*width <= rect.width && *height <= rect.height)
            break;
        if (!drop_next(&layout))
            return false;
    }
    share_heights(&layout, rect.height);
    for (int r = 0; r < view->count; r++) {
        struct rect line = { rect.x, rect.y, rect.width, layout.heights[r] };

        if (!layout.heights[r])
            continue;
        place_row(&layout, r, line, placed, count);
        rect.y += layout.heights[r];
    }
    return true;
}
