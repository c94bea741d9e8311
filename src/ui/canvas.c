/* canvas -- see canvas.h. */
#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define PRINT_BYTES 1024

struct ascii {
    uint32_t rune;
    char ascii;
};

/* By rune. What has no place here becomes a question mark. */
static const struct ascii ascii_of[] = {
    { 0x00A0, ' ' },
    { 0x00AB, '<' },
    { 0x00B0, '\'' },
    { 0x00B1, '~' },
    { 0x00B5, 'u' },
    { 0x00B7, '-' },
    { 0x00BB, '>' },
    { 0x00D7, 'x' },
    { 0x03BC, 'u' },
    { 0x2010, '-' },
    { 0x2011, '-' },
    { 0x2012, '-' },
    { 0x2013, '-' },
    { 0x2014, '-' },
    { 0x2018, '\'' },
    { 0x2019, '\'' },
    { 0x201C, '"' },
    { 0x201D, '"' },
    { 0x2022, '*' },
    { 0x2026, '~' },
    { 0x203A, '>' },
    { 0x2190, '<' },
    { 0x2191, '^' },
    { 0x2192, '>' },
    { 0x2193, 'v' },
    { 0x2212, '-' },
    { 0x2248, '~' },
    { 0x2264, '<' },
    { 0x2265, '>' },
    { 0x2500, '-' },
    { 0x2502, '|' },
    { 0x250C, '+' },
    { 0x2510, '+' },
    { 0x2514, '+' },
    { 0x2518, '+' },
    { 0x2581, '_' },
    { 0x2582, '_' },
    { 0x2583, '.' },
    { 0x2584, '-' },
    { 0x2585, '-' },
    { 0x2586, '=' },
    { 0x2587, '=' },
    { 0x2588, '#' },
    { 0x258C, '|' },
    { 0x2590, '|' },
    { 0x2591, '.' },
    { 0x2592, ':' },
    { 0x2593, '%' },
    { 0x25A0, 'o' },
    { 0x25A1, '.' },
    { 0x25AA, 'o' },
    { 0x25AE, '#' },
    { 0x25B2, '!' },
    { 0x25B4, '^' },
    { 0x25B6, '>' },
    { 0x25B8, '>' },
    { 0x25BC, 'v' },
    { 0x25BE, 'v' },
    { 0x25C6, 'u' },
    { 0x25C7, 'm' },
    { 0x25CB, '.' },
    { 0x25CF, '*' },
    { 0x25D0, 'c' },
    { 0x2713, '+' },
    { 0x2714, '+' },
    { 0x2716, 'X' },
    { 0x2717, 'x' },
};

/* U+00C0 to U+00FF without their marks. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
                            "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

static char
to_ascii(uint32_t rune)
{
    size_t low = 0, high = sizeof ascii_of / sizeof *ascii_of;

    if (rune < 0x7F)
        return (char)rune;
    if (rune >= 0xC0 && rune <= 0xFF)
        return latin[rune - 0xC0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ascii_of[middle].rune == rune)
            return ascii_of[middle].ascii;
        if (ascii_of[middle].rune < rune)
            low = middle + 1;
        else
            high = middle;
    }
    return '?';
}

static int
clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

void
canvas_init(struct canvas *canvas, int width, int height)
{
    *canvas = (struct canvas){ 0 };
    canvas_resize(canvas, width, height);
}

void
canvas_release(struct canvas *canvas)
{
    if (!canvas)
        return;
    free(canvas->cells);
    *canvas = (struct canvas){ 0 };
}

void
canvas_resize(struct canvas *canvas, int width, int height)
{
    canvas->width = clamp(width, 1, CANVAS_COLUMNS);
    canvas->height = clamp(height, 1, CANVAS_ROWS);
    canvas->cells = mem_resize(
        canvas->cells, (size_t)(canvas->width * canvas->height), sizeof *canvas->cells);
    canvas_clear(canvas);
}

static struct cell
blank(struct style style)
{
    return (struct cell){ ' ', style.fg, style.bg, style.attributes, 1 };
}

void
canvas_clear(struct canvas *canvas)
{
    for (int i = 0; i < canvas->width * canvas->height; i++)
        canvas->cells[i] = blank(STYLE(ROLE_TEXT));
    canvas->cursor_x = canvas->cursor_y = canvas->focus_y = -1;
}

void
canvas_copy(struct canvas *to, const struct canvas *from)
{
    size_t count = (size_t)(from->width * from->height);

    if (to->width != from->width || to->height != from->height || !to->cells)
        to->cells = mem_resize(to->cells, count, sizeof *to->cells);
    memcpy(to->cells, from->cells, count * sizeof *to->cells);
    to->width = from->width;
    to->height = from->height;
    to->cursor_x = from->cursor_x;
    to->cursor_y = from->cursor_y;
    to->focus_y = from->focus_y;
    to->ascii = from->ascii;
}

struct style
style_bold(struct style style)
{
    style.attributes |= ATTRIBUTE_BOLD;
    return style;
}

struct style
style_on(struct style style, enum role bg)
{
    style.bg = (uint8_t)bg;
    return style;
}

struct rect
canvas_rect(const struct canvas *canvas)
{
    return (struct rect){ 0, 0, canvas->width, canvas->height };
}

struct rect
rect_inset(struct rect rect, int x, int y)
{
    rect.x += x;
    rect.y += y;
    rect.width = rect.width > 2 * x ? rect.width - 2 * x : 0;
    rect.height = rect.height > 2 * y ? rect.height - 2 * y : 0;
    return rect;
}

bool
rect_split_top(struct rect *rest, int height, struct rect *top)
{
    *top = (struct rect){ rest->x, rest->y, rest->width, 0 };
    if (height < 0 || height > rest->height)
        return false;
    top->height = height;
    rest->y += height;
    rest->height -= height;
    return true;
}

bool
rect_split_bottom(struct rect *rest, int height, struct rect *bottom)
{
    *bottom = (struct rect){ rest->x, rest->y + rest->height, rest->width, 0 };
    if (height < 0 || height > rest->height)
        return false;
    rest->height -= height;
    bottom->y = rest->y + rest->height;
    bottom->height = height;
    return true;
}

bool
rect_split_left(struct rect *rest, int width, struct rect *left)
{
    *left = (struct rect){ rest->x, rest->y, 0, rest->height };
    if (width < 0 || width > rest->width)
        return false;
    left->width = width;
    rest->x += width;
    rest->width -= width;
    return true;
}

bool
rect_split_right(struct rect *rest, int width, struct rect *right)
{
    *right = (struct rect){ rest->x + rest->width, rest->y, 0, rest->height };
    if (width < 0 || width > rest->width)
        return false;
    rest->width -= width;
    right->x = rest->x + rest->width;
    right->width = width;
    return true;
}

/* The part of the rectangle that is on the canvas. */
static struct rect
on_canvas(const struct canvas *canvas, struct rect rect)
{
    int right = clamp(rect.x + rect.width, 0, canvas->width);
    int bottom = clamp(rect.y + rect.height, 0, canvas->height);

    rect.x = clamp(rect.x, 0, canvas->width);
    rect.y = clamp(rect.y, 0, canvas->height);
    rect.width = right > rect.x ? right - rect.x : 0;
    rect.height = bottom > rect.y ? bottom - rect.y : 0;
    return rect;
}

/* A wide rune that loses a half loses both. The cell itself is written next. */
static void
break_wide(struct canvas *canvas, int x, int y)
{
    struct cell *cell = &canvas->cells[y * canvas->width + x];

    if (!cell->width && x > 0) {
        cell[-1].rune = ' ';
        cell[-1].width = 1;
    }
    if (cell->width == 2 && x + 1 < canvas->width) {
        cell[1].rune = ' ';
        cell[1].width = 1;
    }
}

void
canvas_fill(struct canvas *canvas, struct rect rect, struct style style)
{
    struct rect seen = on_canvas(canvas, rect);

    for (int y = seen.y; y < seen.y + seen.height; y++)
        for (int x = seen.x; x < seen.x + seen.width; x++) {
            break_wide(canvas, x, y);
            canvas->cells[y * canvas->width + x] = blank(style);
        }
}

void
canvas_shade(struct canvas *canvas, struct rect rect, enum role bg)
{
    struct rect seen = on_canvas(canvas, rect);

    for (int y = seen.y; y < seen.y + seen.height; y++)
        for (int x = seen.x; x < seen.x + seen.width; x++)
            canvas->cells[y * canvas->width + x].bg = (uint8_t)bg;
}

/* Draw one rune of that width at a place inside `seen`, which is on the canvas. */
static void
put(struct canvas *canvas, int x, int y, uint32_t rune, int width, struct style style)
{
    struct cell *cell = &canvas->cells[y * canvas->width + x];

    break_wide(canvas, x, y);
    *cell = blank(style);
    cell->rune = rune;
    if (width < 2)
        return;
    break_wide(canvas, x + 1, y);
    cell->width = 2;
    cell[1] = blank(style);
    cell[1].rune = 0;
    cell[1].width = 0;
}

void
canvas_rune(struct canvas *canvas, struct rect rect, int x, int y, uint32_t rune,
    struct style style)
{
    struct rect seen = on_canvas(canvas, rect);
    int width = text_rune_width(rune);

    x += rect.x;
    y += rect.y;
    if (x < seen.x || y < seen.y || y >= seen.y + seen.height)
        return;
    if (width < 0) {
        rune = TEXT_BAD;
        width = 1;
    }
    if (x + width > seen.x + seen.width)
        return;
    if (!canvas->ascii) {
        put(canvas, x, y, rune, width, style);
        return;
    }
    for (int i = 0; i < width; i++)
        put(canvas, x + i, y, (unsigned char)to_ascii(rune), 1, style);
}

int
canvas_text(struct canvas *canvas, struct rect rect, int x, int y, struct style style,
    struct str text)
{
    int room = rect.width - x, column = x;
    size_t used = 0;

    if (room <= 0 || !text.length)
        return 0;
    /* One more than fits says whether to cut, without measuring all of a long text. */
    struct str fitting = text_fit(text, (size_t)room, &used);
    bool cut = fitting.length < text.length;
    if (cut)
        fitting = text_fit(text, (size_t)room - 1, &used);
    while (fitting.length) {
        uint32_t rune = text_rune(&fitting);
        int width = text_rune_width(rune);
        canvas_rune(canvas, rect, column, y, rune, style);
        column += width < 0 ? 1 : width;
    }
    if (cut)
        canvas_rune(canvas, rect, column++, y, 0x2026, style);
    return column - x;
}

int
canvas_print(struct canvas *canvas, struct rect rect, int x, int y, struct style style,
    const char *format, ...)
{
    char text[PRINT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_text(canvas, rect, x, y, style, str_from(text));
}

int
canvas_text_right(struct canvas *canvas, struct rect rect, int right, int y,
    struct style style, struct str text)
{
    int width = (int)text_width(text);
    int x = width < right ? right - width : 0;

    if (right < rect.width)
        rect.width = right;
    return canvas_text(canvas, rect, x, y, style, text);
}

void
canvas_hairline(
    struct canvas *canvas, struct rect rect, int x, int y, int width, struct style style)
{
    for (int i = 0; i < width; i++)
        canvas_rune(canvas, rect, x + i, y, 0x2500, style);
}

void
canvas_to_text(const struct canvas *canvas, struct buf *out)
{
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas->cells + y * canvas->width;
        int end = canvas->width;
        while (end > 0 && row[end - 1].rune == ' ')
            end--;
        for (int x = 0; x < end; x++)
            if (row[x].width)
                buf_add_rune(out, row[x].rune);
        buf_add_char(out, '\n');
    }
}
