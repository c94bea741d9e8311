/* hints -- the bottom line: what the keys do, or what is being typed, or what was said.
 * The mode stays at its right. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

static struct style
strip(enum role role, int attributes)
{
    return (struct style){ (uint8_t)role, ROLE_STRIP, (uint8_t)attributes };
}

static int
hint_width(const struct scene_hint *hint)
{
    return (int)(text_width(str_from(hint->keys)) + text_width(str_from(hint->label))) +
           1;
}

/* In order, as many as there is room for beside those that stay. */
static void
draw_keys(const struct scene *scene, struct ink *ink)
{
    int kept = 0;
    bool full = false;

    for (uint32_t i = 0; i < scene->hint_count; i++)
        if (scene->hints[i].stays)
            kept += hint_width(&scene->hints[i]) + 2;
    for (uint32_t i = 0; i < scene->hint_count; i++) {
        const struct scene_hint *hint = &scene->hints[i];
        int needed = hint_width(hint);

        if (hint->stays)
            kept -= needed + 2;
        else if (full || ink_room(ink) < needed + kept) {
            full = true;
            continue;
        }
        ink_text(ink, strip(ROLE_ACCENT, ATTRIBUTE_BOLD), hint->keys);
        ink_print(ink, strip(ROLE_DIM, 0), " %s", hint->label);
        ink->x += 2;
    }
}

/* The tail of the input is shown if it is longer than the line, and the terminal's cursor
 * stands in it. */
static void
draw_input(const struct scene *scene, struct ink *ink)
{
    int room = 0;
    struct str input = scene->input;
    int column = scene->input_column;

    ink_text(ink, strip(ROLE_ACCENT, ATTRIBUTE_BOLD), scene->prompt);
    room = ink_room(ink) - 1;
    while (column > room && input.length) {
        uint32_t rune = text_rune(&input);
        int width = text_rune_width(rune);

        column -= width > 0 ? width : 1;
    }
    ink->canvas->cursor_x = ink->rect.x + ink->x + column;
    ink->canvas->cursor_y = ink->rect.y + ink->y;
    ink_str(ink, strip(ROLE_TEXT, 0), input);
    if (scene->message && ink_room(ink) > 8) {
        ink_text(ink, strip(ROLE_TEXT, 0), "   ");
        ink_text(
            ink, strip(scene->message_bad ? ROLE_WARNING : ROLE_DIM, 0), scene->message);
    }
}

/* How much of the line it takes, with air before it. */
static int
draw_mode(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct str mode = scene->read_only ? STR("read-only") : STR("read-write");

    canvas_text_right(canvas, rect, rect.width - 1, 0,
        scene->read_only ? strip(ROLE_WARNING, ATTRIBUTE_BOLD) : strip(ROLE_DIM, 0),
        mode);
    return (int)text_width(mode) + 3;
}

void
panel_hints_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct ink ink = ink_at(canvas, rect, 1, 0);

    canvas_fill(canvas, rect, strip(ROLE_TEXT, 0));
    ink.rect.width -= draw_mode(scene, canvas, rect);
    if (scene->prompt)
        draw_input(scene, &ink);
    else if (scene->message)
        ink_text(&ink, strip(scene->message_bad ? ROLE_WARNING : ROLE_TEXT, 0),
            scene->message);
    else if (!scene->form || scene->form->phase == FORM_CLOSED) /* a form says its own */
        draw_keys(scene, &ink);
}
