/* fleet_bar -- the stacked bar and the sentence of what the filter selects: its counts
 * add up. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

/* The states after the total, worst first; healthy last, as the first to leave. */
static void
draw_counts(const struct scene *scene, struct ink *ink, const struct sentence *sentence)
{
    char count[16];

    for (int state = 0; state < STATES; state++) {
        int needed = 0;

        if (sentence->states[state] == 0)
            continue;
        count_print(count, sentence->states[state]);
        needed = (int)(text_width(str_from(count)) +
                       text_width(str_from(state_name((enum state)state))) + 3);
        if (ink_room(ink) < needed)
            return;
        ink_rune(ink, style_of_state((enum state)state),
            rune_of_state(scene, (enum state)state));
        ink_print(ink, state <= STATE_DEGRADED ? BOLD(ROLE_TEXT) : STYLE(ROLE_TEXT),
            " %s", count);
        ink_print(ink, STYLE(ROLE_DIM), " %s", state_name((enum state)state));
        ink->x += 2;
    }
}

static const struct fleet_source *
faulty_source(const struct scene *scene)
{
    for (uint32_t i = 0; i < scene->fleet->source_count; i++)
        if (scene->fleet->sources[i].fault[0])
            return &scene->fleet->sources[i];
    return NULL;
}

/* Why there is nothing: the answer differs between filtered, empty, not loaded, out of
 * scope. */
static void
draw_nothing(const struct scene *scene, struct ink *ink)
{
    if (scene->selection->visible.total)
        ink_print(ink, STYLE(ROLE_WARNING), "none of %u sites matches the filter",
            scene->selection->visible.total);
    else if (scene->link.phase == SCENE_CONNECTING)
        ink_print(ink, STYLE(ROLE_WARNING), "no picture yet: %s",
            scene->link.fault[0] ? scene->link.fault : "connecting to the hub");
    else if (scene->link.phase == SCENE_LOADING)
        ink_text(ink, STYLE(ROLE_DIM), "loading");
    else if (scene->scope[0])
        ink_print(ink, STYLE(ROLE_WARNING), "no site in your scope: %s", scene->scope);
    else if (faulty_source(scene))
        ink_print(ink, STYLE(ROLE_WARNING), "no site yet: %s: %s",
            faulty_source(scene)->name, faulty_source(scene)->fault);
    else
        ink_text(ink, STYLE(ROLE_WARNING), "the hub knows no site");
}

static void
draw_percent(const struct scene *scene, struct canvas *canvas, struct rect line)
{
    const struct sentence *sentence = &scene->selection->sentence;
    char percent[8], text[64];
    bool live = scene->link.phase == SCENE_LIVE;

    sentence_print_percent(sentence, percent);
    snprintf(text, sizeof(text), "%s %% operational", percent);
    canvas_text_right(canvas, line, line.width, 0,
        live ? BOLD(ROLE_TEXT) : STYLE(ROLE_DIM), str_from(text));
}

void
panel_fleet_bar_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct sentence *sentence = &scene->selection->sentence;
    struct rect line = rect_inset(rect, 1, 0);
    struct ink ink;
    char count[16], visible[16];

    line.y = rect.y + (rect.height >= 3 ? 1 : 0);
    line.height = 1;
    if (rect.height >= 2) {
        draw_bar(scene, canvas, line, sentence);
        line.y++;
    }
    ink = ink_at(canvas, line, 0, 0);
    if (sentence->total == 0) {
        draw_nothing(scene, &ink);
        return;
    }
    draw_percent(scene, canvas, line);
    ink.rect.width = line.width - 21;
    count_print(count, sentence->total);
    ink_print(&ink, BOLD(ROLE_TEXT), "%s site%s", count, sentence->total == 1 ? "" : "s");
    if (sentence->total != scene->selection->visible.total) {
        count_print(visible, scene->selection->visible.total);
        ink_print(&ink, STYLE(ROLE_DIM), " of %s", visible);
    }
    ink_text(&ink, STYLE(ROLE_TEXT), "   ");
    draw_counts(scene, &ink, sentence);
}
