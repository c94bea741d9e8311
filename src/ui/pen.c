/* pen -- see pen.h. */
#include "ui/pen.h"

#include <stdio.h>
#include <string.h>

enum { KIND_RGB, KIND_256, KIND_ANSI }; /* in the top byte of a colour */

#define KIND(kind, value) ((uint32_t)(kind) << 24 | (uint32_t)(value))

const struct pen pen_default = { COLOUR_DEFAULT, COLOUR_DEFAULT, 0 };

static uint32_t
colour_of(const struct look *look, enum depth depth)
{
    if (look->rgb == COLOUR_DEFAULT)
        return COLOUR_DEFAULT;
    switch (depth) {
    case DEPTH_NONE:
        return COLOUR_DEFAULT;
    case DEPTH_8:
        return look->ansi == ANSI_DEFAULT ? COLOUR_DEFAULT : KIND(KIND_ANSI, look->ansi);
    case DEPTH_256:
        return KIND(KIND_256, look->index_256);
    case DEPTH_TRUE:
        return KIND(KIND_RGB, look->rgb);
    }
    return COLOUR_DEFAULT;
}

struct pen
pen_of(const struct theme *theme, struct style style, enum depth depth)
{
    const struct look *fg = &theme->looks[style.fg < ROLES ? style.fg : ROLE_TEXT];
    const struct look *bg = &theme->looks[style.bg < ROLES ? style.bg : ROLE_BACKGROUND];
    struct pen pen = { colour_of(fg, depth), COLOUR_DEFAULT, style.attributes };
    /* Twice reversed must differ from once, or a cursor on a reversed cell is lost. */
    uint8_t reverse = style.attributes ^ fg->attributes;

    pen.attributes |= fg->attributes;
    if (style.bg != ROLE_BACKGROUND) {
        pen.bg = colour_of(bg, depth);
        pen.attributes |= bg->attributes & (uint8_t)~ATTRIBUTE_BOLD;
        reverse ^= bg->attributes;
        if (depth == DEPTH_NONE && style.bg != ROLE_STRIP &&
            !(bg->attributes & ATTRIBUTE_REVERSE))
            reverse ^= ATTRIBUTE_REVERSE;
    }
    pen.attributes &= (uint8_t)~ATTRIBUTE_REVERSE;
    pen.attributes |= reverse & ATTRIBUTE_REVERSE;
    return pen;
}

bool
pen_same(struct pen a, struct pen b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attributes == b.attributes;
}

static void
add_number(struct buf *out, size_t start, uint32_t number)
{
    char text[16];
    int length = snprintf(
        text, sizeof text, "%s%u", out->length > start ? ";" : "", (unsigned)number);

    buf_add(out, text, (size_t)length);
}

/* base is 30 for a foreground, 40 for a background. */
static void
add_colour(struct buf *out, size_t start, uint32_t base, uint32_t colour)
{
    uint32_t value = colour & 0xFFFFFF;

    if (colour == COLOUR_DEFAULT) {
        add_number(out, start, base + 9);
        return;
    }
    if (colour >> 24 == KIND_ANSI) {
        add_number(out, start, base + value);
        return;
    }
    add_number(out, start, base + 8);
    add_number(out, start, colour >> 24 == KIND_256 ? 5 : 2);
    if (colour >> 24 == KIND_256) {
        add_number(out, start, value);
        return;
    }
    for (int shift = 16; shift >= 0; shift -= 8)
        add_number(out, start, value >> shift & 0xFF);
}

static const struct {
    uint8_t attribute, on, off;
} sgr[] = {
    { ATTRIBUTE_BOLD, 1, 22 },
    { ATTRIBUTE_UNDERLINE, 4, 24 },
    { ATTRIBUTE_REVERSE, 7, 27 },
};

static void
add_difference(struct buf *out, size_t start, struct pen from, struct pen to)
{
    uint8_t changed = from.attributes ^ to.attributes;

    for (size_t i = 0; i < sizeof sgr / sizeof *sgr; i++)
        if (changed & sgr[i].attribute)
            add_number(
                out, start, to.attributes & sgr[i].attribute ? sgr[i].on : sgr[i].off);
    if (from.fg != to.fg)
        add_colour(out, start, 30, to.fg);
    if (from.bg != to.bg)
        add_colour(out, start, 40, to.bg);
}

void
pen_print(struct pen pen, struct buf *out)
{
    size_t start = out->length;

    add_number(out, start, 0);
    add_difference(out, start, pen_default, pen);
}

void
pen_change(struct pen from, struct pen to, struct buf *out)
{
    size_t start = out->length;

    if (pen_same(from, to))
        return;
    add_difference(out, start, from, to);
    size_t stepwise = out->length - start;
    if (pen_same(to, pen_default)) {
        out->length = start;
        return;
    }
    size_t from_nothing = out->length;
    pen_print(to, out);
    size_t anew = out->length - from_nothing;
    if (anew < stepwise && out->at)
        memmove(out->at + start, out->at + from_nothing, anew);
    out->length = start + (anew < stepwise ? anew : stepwise);
}

static void
row_to_ansi(const struct canvas *canvas, int y, const struct theme *theme,
    enum depth depth, struct buf *out)
{
    const struct cell *row = canvas->cells + y * canvas->width;
    struct pen pen = pen_default;

    for (int x = 0; x < canvas->width; x++) {
        struct style style = { row[x].fg, row[x].bg, row[x].attributes };
        struct pen wanted = pen_of(theme, style, depth);
        if (!row[x].width)
            continue;
        if (!pen_same(pen, wanted)) {
            buf_add_text(out, "\033[");
            pen_change(pen, wanted, out);
            buf_add_char(out, 'm');
            pen = wanted;
        }
        buf_add_rune(out, row[x].rune);
    }
    buf_add_text(out, pen_same(pen, pen_default) ? "\n" : "\033[m\n");
}

void
canvas_to_ansi(const struct canvas *canvas, const struct theme *theme, enum depth depth,
    struct buf *out)
{
    for (int y = 0; y < canvas->height; y++)
        row_to_ansi(canvas, y, theme, depth, out);
}
