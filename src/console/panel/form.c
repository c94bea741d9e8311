/* form -- maintenance: what, how many, for how long, why; nothing of the blast radius is
 * hidden. Drawn over the body. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

static void
draw_fields(const struct scene_form *form, struct ink *ink)
{
    for (uint32_t i = 0; i < form->field_count; i++) {
        const struct form_field *field = &form->fields[i];
        bool edited = field->cursor_column >= 0;
        struct str text = str_from(field->text);
        int column = 0;

        ink->x = 2;
        ink_text(ink, STYLE(edited ? ROLE_ACCENT : ROLE_DIM), field->label);
        ink->x = 16;
        if (edited) {
            column = field->cursor_column;
            text = scroll_to(text, ink_room(ink) - 2, &column);
            ink->canvas->cursor_x = ink->rect.x + ink->x + column;
            ink->canvas->cursor_y = ink->rect.y + ink->y;
            ink->canvas->focus_y = ink->canvas->cursor_y;
        }
        ink_str(ink, STYLE(ROLE_TEXT), text);
        if (!field->text[0] && !edited)
            ink_text(ink, STYLE(ROLE_FAINT), "-");
        ink->y++;
    }
}

static void
draw_count(const struct scene_form *form, struct ink *ink)
{
    char count[16];

    ink->x = 2;
    if (!form->counted) {
        ink_text(ink, STYLE(ROLE_DIM),
            form->phase == FORM_ASKING ? "asking the hub what this touches" : "");
        ink->y++;
        return;
    }
    count_print(count, form->count);
    ink_print(
        ink, BOLD(ROLE_MAINTENANCE), "%s site%s", count, form->count == 1 ? "" : "s");
    ink_text(ink, STYLE(ROLE_DIM),
        form->start ? " will be in maintenance:" : " will be out of maintenance:");
    ink->y++;
}

/* As many names as there is room for, and how many more. */
static void
draw_names(const struct scene_form *form, struct ink *ink, int last)
{
    int column = 2;
    uint32_t i = 0;

    for (; i < form->name_count; i++) {
        int width = (int)text_width(str_from(form->names[i])) + 2;

        if (column + width > ink->rect.width - 14) {
            column = 2;
            ink->y++;
        }
        if (ink->y >= last)
            break;
        ink->x = column;
        ink_text(ink, STYLE(ROLE_TEXT), form->names[i]);
        column += width;
    }
    if (form->counted && i < form->count) {
        if (ink->y >= last)
            ink->y = last - 1;
        canvas_print(ink->canvas, ink->rect, ink->rect.width - 13, ink->y,
            STYLE(ROLE_ACCENT), "+ %u more", form->count - i);
    }
    ink->y++;
}

static int
notice_lines(const struct scene_form *form, int width)
{
    struct str rest = str_from(form->notice), line;
    int lines = 0;

    while (take_line(&rest, width, &line))
        lines++;
    return lines > 1 ? lines : 1;
}

static void
draw_confirm(const struct scene_form *form, struct ink *ink)
{
    int width = ink->rect.width - 4;
    struct str rest = str_from(form->notice), line;

    ink->x = 2;
    if (form->confirm[0] && form->phase == FORM_CONFIRM)
        ink_print(ink, BOLD(ROLE_WARNING), "type %s to confirm", form->confirm);
    for (int i = notice_lines(form, width); i > 0; i--) {
        take_line(&rest, width, &line);
        ink->y++;
        ink->x = 2;
        ink_str(ink, STYLE(ROLE_WARNING), line);
    }
    ink->y++;
    ink->x = 2;
    ink_text(ink, STYLE(ROLE_DIM), form->hint);
}

void
panel_form_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct scene_form *form = scene->form;
    struct ink ink = ink_at(canvas, rect, 1, 0);
    int last = 0;

    canvas_fill(canvas, rect, STYLE(ROLE_TEXT));
    canvas_hairline(canvas, rect, 0, 0, rect.width, STYLE(ROLE_FAINT));
    ink_text(&ink, BOLD(ROLE_TEXT), " maintenance ");
    ink.y = 1;
    ink.x = 2;
    ink_text(&ink, STYLE(ROLE_DIM), "for");
    ink.x = 16;
    ink_text(&ink, STYLE(ROLE_ACCENT), form->target);
    ink.y++;
    draw_fields(form, &ink);
    draw_count(form, &ink);
    last = rect.height - 2 - notice_lines(form, rect.width - 4);
    draw_names(form, &ink, last);
    ink.y = last > ink.y ? ink.y : last;
    draw_confirm(form, &ink);
}
