/* legend -- what groups, colours and order mean right now. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

static void
draw_group(const struct scene *scene, struct ink *ink)
{
    if (dimension_is_none(&scene->group[0])) {
        ink_text(ink, STYLE(ROLE_DIM), "no groups");
        return;
    }
    ink_text(ink, STYLE(ROLE_DIM), "group ");
    ink_text(ink, STYLE(ROLE_ACCENT), scene->group[0].name);
    if (!dimension_is_none(&scene->group[1])) {
        ink_text(ink, STYLE(ROLE_DIM), ", ");
        ink_text(ink, STYLE(ROLE_ACCENT), scene->group[1].name);
    }
}

static void
print_end(const struct colouring *colouring, double value, char text[32])
{
    if (colouring->by.field->kind == FIELD_AGE)
        clock_print_age(text, (int64_t)value);
    else
        snprintf(text, 32, "%.4g", value);
}

static void
draw_ramp(const struct scene *scene, struct ink *ink)
{
    const struct colouring *colouring = scene->colouring;
    char low[32], high[32];

    print_end(colouring, colouring->low, low);
    print_end(colouring, colouring->high, high);
    ink_print(ink, STYLE(ROLE_TEXT), "  %s ", low);
    for (int i = 0; i < 8; i++)
        ink_rune(ink, STYLE((enum role)(ROLE_RAMP_0 + i)),
            rune_of_state(scene, STATE_HEALTHY));
    ink_print(ink, STYLE(ROLE_TEXT), " %s", high);
}

/* None is left out silently. */
static void
draw_entries(const struct scene *scene, struct ink *ink)
{
    const struct colouring *colouring = scene->colouring;

    for (uint32_t i = 0; i < colouring->entry_count; i++) {
        const struct legend_entry *entry = &colouring->entries[i];
        bool last = i + 1 == colouring->entry_count;
        char count[16];

        count_print(count, entry->count);
        if (ink_room(ink) < (int)(text_width(str_from(entry->text)) +
                                  text_width(str_from(count)) + (last ? 5 : 10))) {
            ink_print(ink, STYLE(ROLE_DIM), "  + %u", colouring->entry_count - i);
            return;
        }
        ink->x += 2;
        ink_rune(ink, STYLE(entry->role), rune_of_state(scene, STATE_HEALTHY));
        ink->x++;
        ink_text(ink, STYLE(ROLE_TEXT), entry->text);
        ink_print(ink, STYLE(ROLE_DIM), " %s", count);
    }
}

/* Why what is chosen as colour is not on the screen; NULL: it is. */
static const char *
unseen(const struct scene *scene)
{
    if (scene->colouring->is_state)
        return NULL;
    if (scene->mono)
        return "not shown: no colours here";
    return scene->marks_shown ? NULL : "not shown: lines have the states' colours";
}

void
panel_legend_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct ink ink = ink_at(canvas, rect_inset(rect, 1, 0), 0, 0);
    const char *why = unseen(scene);

    if (scene->mark_count) {
        char text[40];

        snprintf(text, sizeof(text), "%u marked", scene->mark_count);
        canvas_text_right(
            canvas, ink.rect, ink.rect.width, 0, STYLE(ROLE_ACCENT), str_from(text));
        ink.rect.width -= (int)text_width(str_from(text)) + 2;
    }
    draw_group(scene, &ink);
    ink_text(&ink, STYLE(ROLE_DIM), "  colour ");
    ink_text(&ink, STYLE(ROLE_ACCENT),
        scene->colouring->is_state ? "state" : scene->colouring->by.name);
    if (why)
        ink_print(&ink, STYLE(ROLE_DIM), " (%s)", why);
    else if (scene->colouring->is_ramp)
        draw_ramp(scene, &ink);
    ink_text(&ink, STYLE(ROLE_DIM), "  order ");
    ink_text(&ink, STYLE(ROLE_ACCENT), scene->worst_first ? "worst first" : "name");
    if (!why && !scene->colouring->is_state && !scene->colouring->is_ramp)
        draw_entries(scene, &ink);
}
