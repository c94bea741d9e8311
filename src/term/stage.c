/* stage -- see stage.h. */
#include "term/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "term/motion.h"
#include "ui/pen.h"

#define UNKNOWN        UINT32_MAX /* a rune that no cell has */
#define REDRAW_COLUMNS 12         /* of a gap; a motion is never longer than that */
#define ERASE_FROM     9          /* blanks: ECH leaves the cursor behind */
#define ERASE_END_FROM 4          /* blanks up to the edge */
#define CELL_BYTES     64         /* a motion, all of an SGR and a rune */
#define WHOLE_BYTES    8192       /* a limit under which all of a frame seldom fits */
#define SPARSE_CELLS   512        /* of a difference; a larger one comes in long runs */
#define RUN_BYTES      12         /* a motion and a share of a pen */
#define RUNE_BYTES     2          /* most are of one byte, some of three */
#define BRACKET_FROM   128        /* bytes; shorter stripes are drawn at once anyway */
#define BRACKET_BEGIN  "\033[?2026h"
#define BRACKET_END    "\033[?2026l"
#define HIDE_CURSOR    "\033[?25l"
#define SHOW_CURSOR    "\033[?25h"
#define FRAME_BYTES                                                                      \
    48 /* of a stripe: brackets, the cursor hidden, put back and shown                   \
        */

struct tile { /* compared as memory: no padding */
    uint32_t rune;
    uint32_t fg, bg, attributes; /* of a pen */
};

struct stage {
    enum depth depth;
    bool erases_coloured;
    int width, height;
    struct tile *shown, *wanted;
    uint8_t *widths; /* of the wanted runes */
    uint64_t *turns; /* by row: the stripe that last brought it up to date */
    int *resume;     /* by row: where a stripe stopped in it */
    uint64_t turn;
    bool was_cut; /* the last stripe ended at its limit */
    bool clear;   /* nothing is known of the screen */
    int input_row, focus_row;
    int cursor_x, cursor_y; /* wanted; -1 hidden */
    bool cursor_shown;
    int x, y; /* where the cursor is; -1 not known */
    struct pen pen;
};

struct stage *
stage_new(enum depth depth, bool erases_coloured)
{
    struct stage *stage = mem_zero(1, sizeof *stage);

    stage->depth = depth;
    stage->erases_coloured = erases_coloured;
    stage->input_row = stage->focus_row = -1;
    stage->cursor_x = stage->cursor_y = -1;
    stage_repaint(stage);
    return stage;
}

void
stage_free(struct stage *stage)
{
    if (!stage)
        return;
    free(stage->shown);
    free(stage->wanted);
    free(stage->widths);
    free(stage->turns);
    free(stage->resume);
    free(stage);
}

static struct tile
blank(void)
{
    return (struct tile){ ' ', pen_default.fg, pen_default.bg, 0 };
}

void
stage_repaint(struct stage *stage)
{
    stage->clear = true;
    stage->cursor_shown = true; /* so that it is hidden for sure */
    stage->x = stage->y = -1;
    stage->pen = pen_default;
    for (int i = 0; i < stage->width * stage->height; i++)
        stage->shown[i] = blank();
    for (int y = 0; y < stage->height; y++) {
        stage->turns[y] = 0;
        stage->resume[y] = 0;
    }
}

static void
resize(struct stage *stage, int width, int height)
{
    size_t count = (size_t)(width * height);

    stage->shown = mem_resize(stage->shown, count, sizeof *stage->shown);
    stage->wanted = mem_resize(stage->wanted, count, sizeof *stage->wanted);
    stage->widths = mem_resize(stage->widths, count, sizeof *stage->widths);
    stage->turns = mem_resize(stage->turns, (size_t)height, sizeof *stage->turns);
    stage->resume = mem_resize(stage->resume, (size_t)height, sizeof *stage->resume);
    memset(stage->wanted, 0, count * sizeof *stage->wanted);
    stage->width = width;
    stage->height = height;
    stage_repaint(stage);
}

static bool
is_plain(uint32_t attributes)
{
    return !(attributes & (ATTRIBUTE_REVERSE | ATTRIBUTE_UNDERLINE));
}

/* A blank that has nothing but a back. */
static bool
is_blank(const struct tile *tile)
{
    return tile->rune == ' ' && is_plain(tile->attributes);
}

static struct tile
tile_of(const struct stage *stage, const struct cell *cell, const struct theme *theme)
{
    struct style style = { cell->fg, cell->bg, cell->attributes };
    struct pen pen = pen_of(theme, style, stage->depth);
    struct tile tile = { cell->rune, pen.fg, pen.bg, pen.attributes };

    if (is_blank(&tile)) { /* nothing of it has the colour */
        tile.fg = COLOUR_DEFAULT;
        tile.attributes = 0;
    }
    return tile;
}

bool
stage_show(struct stage *stage, const struct canvas *canvas, const struct theme *theme,
    int input_row)
{
    bool news =
        stage->cursor_x != canvas->cursor_x || stage->cursor_y != canvas->cursor_y;

    if (stage->width != canvas->width || stage->height != canvas->height)
        resize(stage, canvas->width, canvas->height);
    for (int i = 0; i < stage->width * stage->height; i++) {
        struct tile tile = tile_of(stage, &canvas->cells[i], theme);
        if (memcmp(&tile, &stage->wanted[i], sizeof tile) != 0) {
            stage->wanted[i] = tile;
            news = true;
        }
        stage->widths[i] = canvas->cells[i].width;
    }
    stage->input_row = input_row < stage->height ? input_row : -1;
    stage->focus_row = canvas->focus_y < stage->height ? canvas->focus_y : -1;
    bool inside = canvas->cursor_x < stage->width && canvas->cursor_y < stage->height;
    stage->cursor_x = inside ? canvas->cursor_x : -1;
    stage->cursor_y = inside ? canvas->cursor_y : -1;
    return news;
}

static bool
row_differs(const struct stage *stage, int y)
{
    size_t from = (size_t)(y * stage->width);

    return memcmp(stage->shown + from, stage->wanted + from,
               (size_t)stage->width * sizeof *stage->shown) != 0;
}

static bool
rows_differ(const struct stage *stage)
{
    for (int y = 0; y < stage->height; y++)
        if (row_differs(stage, y))
            return true;
    return false;
}

static bool
wants_cursor(const struct stage *stage)
{
    return stage->cursor_x >= 0 && stage->cursor_y >= 0;
}

static bool
cursor_differs(const struct stage *stage)
{
    if (!wants_cursor(stage))
        return stage->cursor_shown;
    return !stage->cursor_shown || stage->x != stage->cursor_x ||
           stage->y != stage->cursor_y;
}

bool
stage_is_shown(const struct stage *stage)
{
    if (!stage->width)
        return true;
    if (stage->clear || cursor_differs(stage))
        return false;
    return !rows_differ(stage);
}

bool
stage_input_waits(const struct stage *stage)
{
    return stage->width && stage->input_row >= 0 &&
           (row_differs(stage, stage->input_row) || cursor_differs(stage));
}

bool
stage_position(const struct stage *stage, int *x, int *y)
{
    *x = stage->x;
    *y = stage->y;
    return stage->x >= 0;
}

static struct pen
pen_of_tile(const struct tile *tile)
{
    return (struct pen){ tile->fg, tile->bg, (uint8_t)tile->attributes };
}

/* Does what is drawn with that pen look right for that tile? */
static bool
suits(struct pen pen, const struct tile *tile)
{
    if (is_blank(tile))
        return pen.bg == tile->bg && is_plain(pen.attributes);
    return pen_same(pen, pen_of_tile(tile));
}

/* What drawing again what stands between two columns would send; empty if it cannot. */
static void
redraw_between(const struct stage *stage, int from, int to, int y, struct buf *out)
{
    const struct tile *shown = stage->shown + y * stage->width;
    const struct tile *wanted = stage->wanted + y * stage->width;
    const uint8_t *widths = stage->widths + y * stage->width;

    for (int x = from; x < to; x++) {
        if (memcmp(&shown[x], &wanted[x], sizeof *shown) != 0 || widths[x] != 1 ||
            !suits(stage->pen, &shown[x])) {
            buf_clear(out);
            return;
        }
        buf_add_rune(out, shown[x].rune);
    }
}

static void
move(struct stage *stage, int x, int y, struct buf *out)
{
    struct spot from = { stage->x, stage->y }, to = { x, y };
    struct buf redraw = { 0 };

    if (from.x == x && from.y == y)
        return;
    if (from.x >= 0 && x > from.x && x - from.x <= REDRAW_COLUMNS)
        redraw_between(stage, from.x, x, y, &redraw);
    motion_print(
        out, from, to, redraw.length ? buf_str(&redraw) : (struct str){ NULL, 0 });
    buf_release(&redraw);
    stage->x = x;
    stage->y = y;
}

/* Take the pen for a tile: as near to the one in use as it may be. */
static void
take_pen(struct stage *stage, const struct tile *tile, struct buf *out)
{
    struct pen pen = pen_of_tile(tile);

    if (suits(stage->pen, tile))
        return;
    if (is_blank(tile)) {
        pen.fg = stage->pen.fg;
        pen.attributes = stage->pen.attributes & ATTRIBUTE_BOLD;
    }
    buf_add_text(out, "\033[");
    pen_change(stage->pen, pen, out);
    buf_add_char(out, 'm');
    stage->pen = pen;
}

/* How many cells from there on are blanks of one background, alike with x. */
static int
blanks_from(const struct stage *stage, int x, int y)
{
    const struct tile *wanted = stage->wanted + y * stage->width;
    int end = x;

    if (!is_blank(&wanted[x]))
        return 0;
    while (end < stage->width && !memcmp(&wanted[end], &wanted[x], sizeof *wanted))
        end++;
    return end - x;
}

/* How many of them the screen does not show yet: up to the last that differs. */
static int
blanks_to_draw(const struct stage *stage, int x, int y, int count)
{
    const struct tile *shown = stage->shown + y * stage->width;
    const struct tile *wanted = stage->wanted + y * stage->width;

    while (count > 0 &&
           !memcmp(&shown[x + count - 1], &wanted[x + count - 1], sizeof *shown))
        count--;
    return count;
}

static bool
may_erase(const struct stage *stage, const struct tile *tile)
{
    return stage->erases_coloured || tile->bg == COLOUR_DEFAULT;
}

/* What a changed cell does to a wide rune that had a half in it. */
static void
settle(struct stage *stage, int x, int y, int count)
{
    struct tile *shown = stage->shown + y * stage->width;
    const struct tile *wanted = stage->wanted + y * stage->width;
    int end = x + count;

    if (!shown[x].rune && x > 0)
        shown[x - 1].rune = UNKNOWN;
    if (end < stage->width && !shown[end].rune)
        shown[end].rune = UNKNOWN;
    memcpy(shown + x, wanted + x, (size_t)count * sizeof *shown);
}

/* Erase a run of blanks if that is shorter than drawing them; how many cells it did. */
static int
erase(struct stage *stage, int x, int y, struct buf *out)
{
    const struct tile *tile = &stage->wanted[y * stage->width + x];
    int blanks = blanks_from(stage, x, y);
    int count = blanks_to_draw(stage, x, y, blanks);
    bool to_end = x + blanks == stage->width;

    if (count < (to_end ? ERASE_END_FROM : ERASE_FROM) || !may_erase(stage, tile))
        return 0;
    take_pen(stage, tile, out);
    if (to_end) {
        buf_add_text(out, "\033[K");
        count = blanks;
    } else
        buf_print(out, "\033[%dX", count);
    settle(stage, x, y, count);
    return count;
}

/* Draw the cell at x, which differs; how many columns it did. */
static int
draw(struct stage *stage, int x, int y, struct buf *out)
{
    const struct tile *tile = &stage->wanted[y * stage->width + x];
    int width = stage->widths[y * stage->width + x];

    move(stage, x, y, out);
    int erased = erase(stage, x, y, out);
    if (erased)
        return erased;
    take_pen(stage, tile, out);
    buf_add_rune(out, tile->rune);
    settle(stage, x, y, width);
    stage->x += width;
    /* At the edge it may stand in two places. Of what is wide or young, terminals have
     * different opinions. */
    if (stage->x >= stage->width || width != 1 || tile->rune >= 0x1F000)
        stage->x = -1;
    return width;
}

/* Draw what differs in a row from column x on. False: the limit came first, at *stopped.
 */
static bool
draw_from(struct stage *stage, int x, int y, size_t limit, struct buf *out, int *stopped)
{
    struct tile *shown = stage->shown + y * stage->width;
    const struct tile *wanted = stage->wanted + y * stage->width;
    const uint8_t *widths = stage->widths + y * stage->width;

    for (int step; x < stage->width; x += step) {
        step = widths[x] ? widths[x] : 1;
        if (!widths[x] || !memcmp(shown + x, wanted + x, (size_t)step * sizeof *shown))
            continue;
        if (out->length + CELL_BYTES > limit) {
            *stopped = x;
            return false;
        }
        step = draw(stage, x, y, out);
    }
    return true;
}

/* The part behind where the last stripe stopped counts as the whole row: what changed
 * before it meanwhile waits for its turn like everybody. */
static bool
draw_row(struct stage *stage, int y, size_t limit, struct buf *out)
{
    if (!draw_from(stage, stage->resume[y], y, limit, out, &stage->resume[y]))
        return false;
    stage->resume[y] = 0;
    stage->turns[y] = ++stage->turn;
    return true;
}

/* The row to draw next, -1 none. `hurry`: the picture will not be whole at once. */
static int
next_row(const struct stage *stage, const bool *left, bool hurry)
{
    int next = -1;

    if (hurry && stage->focus_row >= 0 && left[stage->focus_row])
        return stage->focus_row;
    for (int y = 0; y < stage->height; y++) {
        if (!left[y])
            continue;
        if (!hurry)
            return y;
        if (next < 0 || stage->turns[y] < stage->turns[next])
            next = y;
    }
    return next;
}

static bool
cell_differs(const struct stage *stage, int x, int y)
{
    int i = y * stage->width + x;

    return stage->widths[i] && memcmp(&stage->shown[i], &stage->wanted[i],
                                   stage->widths[i] * sizeof *stage->shown) != 0;
}

/* Few cells, and the limit leaves room for about what they take. */
static bool
is_sparse(const struct stage *stage, const bool *left, size_t limit)
{
    size_t cells = 0, runs = 0;

    for (int y = 0; y < stage->height; y++) {
        bool before = false;

        for (int x = 0; left[y] && x < stage->width; x++) {
            bool differs = cell_differs(stage, x, y);

            cells += differs;
            runs += differs && !before;
            before = differs;
        }
    }
    return cells <= SPARSE_CELLS && runs * RUN_BYTES + cells * RUNE_BYTES <= limit;
}

/* Every cell that the pen in use suits, or, `any`, the next one that differs and those
 * that its pen suits. False: the limit came first. */
static bool
draw_alike(struct stage *stage, const bool *left, bool any, size_t limit, struct buf *out)
{
    for (int y = 0; y < stage->height; y++) {
        if (!left[y] || !row_differs(stage, y))
            continue;
        for (int x = 0; x < stage->width; x++) {
            const struct tile *tile = &stage->wanted[y * stage->width + x];

            if (!cell_differs(stage, x, y) || !(any || suits(stage->pen, tile)))
                continue;
            if (out->length + CELL_BYTES > limit)
                return false;
            x += draw(stage, x, y, out) - 1;
            any = false;
        }
    }
    return true;
}

/* Single cells all over the screen: going to each costs less than changing pens between
 * them, where colours are long. */
static bool
draw_by_pen(struct stage *stage, const bool *left, size_t limit, struct buf *out)
{
    bool whole = draw_alike(stage, left, false, limit, out);

    while (whole && rows_differ(stage))
        whole = draw_alike(stage, left, true, limit, out);
    for (int y = 0; y < stage->height && whole; y++)
        if (left[y])
            stage->turns[y] = ++stage->turn;
    return whole;
}

static void
draw_rows(struct stage *stage, size_t limit, struct buf *out)
{
    bool left[CANVAS_ROWS] = { false }, whole = true;
    bool hurry = stage->was_cut || limit < WHOLE_BYTES;
    int y;

    for (y = 0; y < stage->height; y++)
        left[y] = row_differs(stage, y);
    if (!stage->was_cut && stage->depth >= DEPTH_256 && is_sparse(stage, left, limit)) {
        stage->was_cut = !draw_by_pen(stage, left, limit, out);
        return;
    }
    while (whole && (y = next_row(stage, left, hurry)) >= 0) {
        whole = draw_row(stage, y, limit, out);
        left[y] = false;
    }
    stage->was_cut = !whole;
}

static void
hide_cursor(struct stage *stage, struct buf *out)
{
    if (stage->cursor_shown)
        buf_add_text(out, HIDE_CURSOR);
    stage->cursor_shown = false;
}

static void
finish_cursor(struct stage *stage, struct buf *out)
{
    if (!wants_cursor(stage)) {
        hide_cursor(stage, out);
        return;
    }
    move(stage, stage->cursor_x, stage->cursor_y, out);
    if (!stage->cursor_shown)
        buf_add_text(out, SHOW_CURSOR);
    stage->cursor_shown = true;
}

bool
stage_stripe(struct stage *stage, size_t limit_bytes, struct buf *out)
{
    struct buf body = { 0 };
    bool tiny = limit_bytes < STAGE_LEAST_BYTES; /* at least one cell always goes */
    size_t limit = (tiny ? STAGE_LEAST_BYTES : limit_bytes) - FRAME_BYTES;

    if (stage_is_shown(stage))
        return false;
    if (stage->clear)
        buf_add_text(&body, "\033[m\033[2J");
    stage->clear = false;
    if (stage_input_waits(stage))
        draw_row(stage, stage->input_row, limit, &body);
    else if (rows_differ(stage)) {
        hide_cursor(stage, &body); /* or it is seen running about */
        draw_rows(stage, limit, &body);
    }
    finish_cursor(stage, &body);
    bool bracket = body.length > BRACKET_FROM;
    if (bracket)
        buf_add_text(out, BRACKET_BEGIN);
    buf_add_str(out, buf_str(&body));
    if (bracket)
        buf_add_text(out, BRACKET_END);
    buf_release(&body);
    return true;
}
