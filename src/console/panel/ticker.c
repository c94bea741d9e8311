/* ticker -- the newest thing that needs a person, and how many do. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

static void
draw_event(const struct scene *scene, struct ink *ink)
{
    const struct ticker *ticker = &scene->ticker;
    const struct cluster *cluster = NULL;
    char clock[16];

    clock_print_local(clock, ticker->since_ms);
    if (ticker->slot == FLEET_NONE) {
        ink_text(ink, BOLD(ROLE_WARNING), "! ");
        ink_print(ink, STYLE(ROLE_DIM), "%s  ", clock);
        ink_text(ink, STYLE(ROLE_TEXT), ticker->text);
        return;
    }
    cluster = fleet_at(scene->fleet, ticker->slot);
    if (!cluster)
        return;
    ink_rune(ink, style_of_state(cluster->state), rune_of_state(scene, cluster->state));
    ink_print(ink, STYLE(ROLE_DIM), " %s  ", clock);
    ink_str(ink, STYLE(ROLE_TEXT), fleet_display_name(scene->fleet, cluster));
    ink_text(ink, STYLE(ROLE_TEXT), "  ");
    ink_text(ink, style_of_word(cluster), state_name(cluster->state));
    ink_text(ink, STYLE(ROLE_TEXT), "  ");
    ink_reason(ink, scene, STYLE(ROLE_TEXT), cluster);
}

void
panel_ticker_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    uint32_t trouble = sentence_trouble(&scene->selection->visible);
    struct rect line = rect_inset(rect, 1, 0);
    struct ink ink;
    char count[16], text[40];

    if (rect.height >= 2)
        canvas_hairline(canvas, rect, 0, 0, rect.width, STYLE(ROLE_FAINT));
    line.y = rect.y + rect.height - 1;
    line.height = 1;
    count_print(count, trouble);
    snprintf(text, sizeof(text), "%s need a look", count);
    if (trouble) {
        canvas_text_right(
            canvas, line, line.width, 0, STYLE(ROLE_DEGRADED), str_from(text));
        line.width -= (int)text_width(str_from(text)) + 2;
    }
    ink = ink_at(canvas, line, 0, 0);
    if (scene->ticker.any)
        draw_event(scene, &ink);
    else if (scene->link.phase == SCENE_LOADING)
        ink_text(&ink, STYLE(ROLE_DIM), "not all sites are here yet");
    else if (scene->selection->visible.total)
        ink_text(&ink, STYLE(ROLE_DIM), "nothing needs a person");
}
