/* lines -- see lines.h. */
#include "console/panel/lines.h"

#include <stdio.h>

#define LABEL_WIDTH 16
#define VALUE_WIDTH 26
#define VALUE_AT    (2 + LABEL_WIDTH + 1)

bool
lines_next(struct lines *lines, struct ink *ink)
{
    uint32_t line = lines->at++;

    if (!lines->canvas || line < lines->first ||
        line - lines->first >= (uint32_t)lines->rect.height)
        return false;
    *ink = ink_at(lines->canvas, lines->rect, 1, (int)(line - lines->first));
    return true;
}

void
lines_heading(struct lines *lines, const char *text)
{
    struct ink ink;

    lines_next(lines, &ink);
    if (!lines_next(lines, &ink))
        return;
    ink_text(&ink, BOLD(ROLE_TEXT), text);
    if (ink_room(&ink) > 4)
        canvas_hairline(lines->canvas, lines->rect, ink.x + 1, ink.y, ink_room(&ink) - 2,
            STYLE(ROLE_FAINT));
}

static void
draw_label(struct ink ink, struct str label)
{
    ink.x = 2;
    ink.rect.width = 2 + LABEL_WIDTH;
    ink_str(&ink, STYLE(ROLE_DIM), label);
}

void
lines_fact(struct lines *lines, struct str label, struct style style, struct str value,
    const char *age, struct str why)
{
    struct ink ink;
    struct ink part;

    if (!lines_next(lines, &ink))
        return;
    draw_label(ink, label);
    ink.x = VALUE_AT;
    part = ink;
    if (age[0] || why.length)
        part.rect.width = ink.x + VALUE_WIDTH;
    ink_str(&part, style, value);
    canvas_text_right(lines->canvas, lines->rect, ink.x + VALUE_WIDTH + 6, ink.y,
        STYLE(ROLE_DIM), str_from(age));
    ink.x += VALUE_WIDTH + 8;
    ink_str(&ink, STYLE(ROLE_TEXT), why);
}

void
lines_told(struct lines *lines, struct str label, struct style style, struct str value,
    const char *age, struct str why)
{
    char text[640];

    if (!lines->old[0]) {
        lines_fact(lines, label, style, value, age, why);
        return;
    }
    snprintf(text, sizeof(text), "%.*s (%s old)", STR_ARG(value), lines->old);
    lines_fact(lines, label, STYLE(ROLE_DIM), str_from(text), age, why);
}

void
lines_text(struct lines *lines, struct str label, struct style style, struct str text)
{
    struct str line;

    while (take_line(&text, lines->rect.width - VALUE_AT - 1, &line)) {
        struct ink ink;

        if (lines_next(lines, &ink)) {
            draw_label(ink, label);
            ink.x = VALUE_AT;
            ink_str(&ink, style, line);
        }
        label = STR("");
    }
}
