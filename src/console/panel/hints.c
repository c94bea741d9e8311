/* hints -- the bottom line: what the keys do, or what is being typed, or what was said.
 * The mode stays at its right. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define MESSAGE_LINES 8

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

static struct str
mode_of(const struct scene *scene)
{
    return scene->read_only ? STR("read-only") : STR("read-write");
}

/* Columns for what is left of the mode, with air between. */
static int
room_of(const struct scene *scene, int width)
{
    return width - (int)text_width(mode_of(scene)) - 3;
}

/* What is typed, and behind it a message that fits there. */
static int
typed_width(const struct scene *scene)
{
    return (int)(1 + text_width(str_from(scene->prompt)) + text_width(scene->input) + 3 +
                 text_width(str_from(scene->message)));
}

/* Lines that a message takes above the bottom one, or with it if nothing is typed. */
static int
message_lines(const struct scene *scene, int width)
{
    struct str rest = str_from(scene->message), line;
    int lines = 0;

    if (!scene->message)
        return 0;
    if (scene->prompt && (scene->choice_count || typed_width(scene) <= width))
        return 0;
    while (lines < MESSAGE_LINES && take_line(&rest, width - 1, &line))
        lines++;
    return lines;
}

int
panel_hints_height(const struct scene *scene, int width)
{
    int lines = message_lines(scene, room_of(scene, width)) + (scene->prompt ? 1 : 0);

    return lines > 1 ? lines : 1;
}

static void
draw_message(const struct scene *scene, struct ink ink, int lines)
{
    struct str rest = str_from(scene->message), line;

    for (; lines > 1 && take_line(&rest, ink.rect.width - 1, &line); lines--, ink.y++) {
        ink.x = 1;
        ink_str(&ink, strip(scene->message_bad ? ROLE_WARNING : ROLE_TEXT, 0), line);
    }
    ink.x = 1;
    ink_str(
        &ink, strip(scene->message_bad ? ROLE_WARNING : ROLE_TEXT, 0), str_trim(rest));
}

/* The tail of the input is shown if it is longer than the line, and the terminal's cursor
 * stands in it. */
static void
draw_input(const struct scene *scene, struct ink *ink)
{
    struct str input = scene->input;
    int column = scene->input_column;

    ink_text(ink, strip(ROLE_ACCENT, ATTRIBUTE_BOLD), scene->prompt);
    input = scroll_to(input, ink_room(ink) - 1, &column);
    ink->canvas->cursor_x = ink->rect.x + ink->x + column;
    ink->canvas->cursor_y = ink->rect.y + ink->y;
    ink_str(ink, strip(ROLE_TEXT, 0), input);
    if (scene->message && ink->y == 0 && ink_room(ink) > 8) {
        ink_text(ink, strip(ROLE_TEXT, 0), "   ");
        ink_text(
            ink, strip(scene->message_bad ? ROLE_WARNING : ROLE_DIM, 0), scene->message);
    }
}

void
panel_hints_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct ink ink = ink_at(canvas, rect, 1, 0);
    int lines = 0;

    ink.rect.width = room_of(scene, rect.width);
    lines = message_lines(scene, ink.rect.width);
    canvas_fill(canvas, rect, strip(ROLE_TEXT, 0));
    canvas_text_right(canvas, rect, rect.width - 1, rect.height - 1,
        scene->read_only ? strip(ROLE_WARNING, ATTRIBUTE_BOLD) : strip(ROLE_DIM, 0),
        mode_of(scene));
    if (lines)
        draw_message(scene, ink, lines);
    ink.y = rect.height - 1;
    if (scene->prompt)
        draw_input(scene, &ink);
    else if (!scene->message && (!scene->form || scene->form->phase == FORM_CLOSED))
        draw_keys(scene, &ink); /* a form says its own */
}
