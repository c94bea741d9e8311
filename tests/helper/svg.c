/* svg -- the picture of a vt's screen. Blocks are drawn as shapes, so that they join as
 * they do on a terminal; every other rune that is not Latin gets a text of its own,
 * because a picture's font has other widths. */
#include <stdint.h>

#include "helper/vt.h"

#include <stdio.h>

#define CELL_WIDTH  8.43 /* of DejaVu Sans Mono at 14 */
#define CELL_HEIGHT 19.0
#define BASELINE    14.0
#define BACKGROUND  0x11151Cu
#define FOREGROUND  0xC5CBD6u

static uint32_t
rgb_of_index(uint32_t index)
{
    static const uint32_t first[16] = { 0x000000, 0xCD3131, 0x0DBC79, 0xE5E510, 0x2472C8,
        0xBC3FBC, 0x11A8CD, 0xE5E5E5, 0x666666, 0xF14C4C, 0x23D18B, 0xF5F543, 0x3B8EEA,
        0xD670D6, 0x29B8DB, 0xFFFFFF };
    static const uint32_t cube[6] = { 0, 95, 135, 175, 215, 255 };

    if (index < 16)
        return first[index];
    if (index >= 232)
        return (8 + 10 * (index - 232)) * 0x010101u;
    index -= 16;
    return cube[index / 36] << 16 | cube[index / 6 % 6] << 8 | cube[index % 6];
}

static uint32_t
rgb_of(struct vt_colour colour, uint32_t fallback)
{
    switch (colour.kind) {
    case VT_DEFAULT:
        return fallback;
    case VT_INDEX:
        return rgb_of_index(colour.value);
    case VT_RGB:
        return colour.value;
    }
    return fallback;
}

static void
colours_of(const struct vt_cell *cell, uint32_t *fg, uint32_t *bg)
{
    uint32_t ink = rgb_of(cell->fg, FOREGROUND), paper = rgb_of(cell->bg, BACKGROUND);

    *fg = cell->reverse ? paper : ink;
    *bg = cell->reverse ? ink : paper;
}

static void
draw_rect(FILE *file, double x, double y, double width, double height, uint32_t rgb)
{
    fprintf(file,
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\"/>\n",
        x, y, width, height, rgb);
}

static void
draw_backgrounds(FILE *file, const struct vt *vt, int y)
{
    int width = vt_width(vt);

    for (int x = 0, end; x < width; x = end) {
        uint32_t fg, bg, next;
        struct vt_cell cell = vt_cell(vt, x, y);
        colours_of(&cell, &fg, &bg);
        for (end = x + 1; end < width; end++) {
            cell = vt_cell(vt, end, y);
            colours_of(&cell, &fg, &next);
            if (next != bg)
                break;
        }
        if (bg != BACKGROUND)
            draw_rect(file, x * CELL_WIDTH, y * CELL_HEIGHT, (end - x) * CELL_WIDTH + .3,
                CELL_HEIGHT + .3, bg);
    }
}

/* Lower blocks, left blocks and the full one. */
static bool
draw_block(FILE *file, uint32_t rune, double x, double y, uint32_t rgb)
{
    if (rune >= 0x2581 && rune <= 0x2588) {
        double height = CELL_HEIGHT * (rune - 0x2580) / 8.0;
        draw_rect(file, x, y + CELL_HEIGHT - height, CELL_WIDTH + .2, height + .2, rgb);
        return true;
    }
    if (rune >= 0x2589 && rune <= 0x258F) {
        draw_rect(file, x, y, CELL_WIDTH * (0x2590 - rune) / 8.0, CELL_HEIGHT + .2, rgb);
        return true;
    }
    if (rune == 0x2500) {
        draw_rect(file, x, y + CELL_HEIGHT / 2, CELL_WIDTH + .2, 1, rgb);
        return true;
    }
    return false;
}

static void
draw_rune(FILE *file, uint32_t rune)
{
    if (rune < 0x80 && rune != '<' && rune != '&' && rune != '>')
        fputc((int)rune, file);
    else
        fprintf(file, "&#%u;", rune);
}

static bool
joins(const struct vt_cell *a, const struct vt_cell *b)
{
    uint32_t a_fg, b_fg, bg;

    colours_of(a, &a_fg, &bg);
    colours_of(b, &b_fg, &bg);
    return a_fg == b_fg && a->bold == b->bold && a->underline == b->underline &&
           a->rune < 0x180 && b->rune && b->rune < 0x180;
}

static void
draw_row(FILE *file, const struct vt *vt, int y)
{
    int width = vt_width(vt);

    for (int x = 0, end; x < width; x = end) {
        uint32_t fg, bg;
        struct vt_cell cell = vt_cell(vt, x, y), next;
        colours_of(&cell, &fg, &bg);
        end = x + 1;
        if (!cell.rune || (cell.rune == ' ' && !cell.underline) ||
            draw_block(file, cell.rune, x * CELL_WIDTH, y * CELL_HEIGHT, fg))
            continue;
        fprintf(file,
            "<text x=\"%.2f\" y=\"%.2f\" fill=\"#%06x\"%s%s xml:space=\"preserve\">",
            x * CELL_WIDTH, y * CELL_HEIGHT + BASELINE, fg,
            cell.bold ? " font-weight=\"bold\"" : "",
            cell.underline ? " text-decoration=\"underline\"" : "");
        draw_rune(file, cell.rune);
        for (; end < width; end++) {
            next = vt_cell(vt, end, y);
            if (!joins(&cell, &next))
                break;
            draw_rune(file, next.rune);
        }
        fprintf(file, "</text>\n");
    }
}

static void
draw_cursor(FILE *file, const struct vt *vt)
{
    int x, y;

    if (vt_cursor(vt, &x, &y))
        fprintf(file,
            "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\" "
            "fill-opacity=\"0.5\"/>\n",
            x * CELL_WIDTH, y * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT, FOREGROUND);
}

bool
vt_svg(const struct vt *vt, const char *path)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return false;
    fprintf(file,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
        "font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"14\">\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#%06x\"/>\n",
        vt_width(vt) * CELL_WIDTH, vt_height(vt) * CELL_HEIGHT, BACKGROUND);
    for (int y = 0; y < vt_height(vt); y++)
        draw_backgrounds(file, vt, y);
    for (int y = 0; y < vt_height(vt); y++)
        draw_row(file, vt, y);
    draw_cursor(file, vt);
    fprintf(file, "</svg>\n");
    bool ok = !ferror(file);
    return !fclose(file) && ok;
}
