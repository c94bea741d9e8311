/* sources -- what feeds the hub: how fresh each source is, what fails, when it tries
 * again. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

int
panel_sources_page(const struct scene *scene, struct rect rect)
{
    (void)scene;
    return (rect.height - 1) / 2;
}

uint32_t
panel_sources_lines(const struct scene *scene)
{
    return scene->fleet->source_count;
}

static void
put(struct ink ink, int x, int width, struct style style, struct str text)
{
    ink.x = x;
    ink.rect.width = x + width < ink.rect.width ? x + width : ink.rect.width;
    ink_str(&ink, style, text);
}

static struct style
phase_style(const struct scene *scene, const struct fleet_source *source, uint32_t at)
{
    if (source->fault[0] || source->suspect[0])
        return STYLE(ROLE_DEGRADED);
    if (scene->stale_sources[at])
        return STYLE(ROLE_OFFLINE);
    return STYLE(source->synced ? ROLE_HEALTHY : ROLE_TEXT);
}

/* What is wrong, cut in the middle so that what follows from it keeps its room: when it
 * is tried again, what was lost. */
static void
draw_why(const struct scene *scene, const struct fleet_source *source, struct ink ink)
{
    struct buf what = { 0 }, tail = { 0 };
    struct ink part = ink;

    if (source->retry_ms > scene->now_ms)
        buf_print(&tail, "  again in %ds",
            (int)((source->retry_ms - scene->now_ms + 999) / 1000));
    if (source->orphans)
        buf_print(&tail, "  %u facts found no site", source->orphans);
    if (source->errors)
        buf_print(&tail, "  %llu errors", (unsigned long long)source->errors);
    if (source->suspect[0])
        buf_print(&what, "suspect: %s  ", source->suspect);
    buf_add_text(&what, source->fault);
    part.x = 3;
    part.rect.width -= (int)text_width(buf_str(&tail)) + 1;
    ink_elided(&part, STYLE(ROLE_WARNING), buf_str(&what));
    part.rect.width = ink.rect.width;
    ink_str(&part, STYLE(ROLE_DIM), buf_str(&tail));
    buf_release(&what);
    buf_release(&tail);
}

static void
draw_source(const struct scene *scene, uint32_t at, struct ink ink)
{
    const struct fleet_source *source = &scene->fleet->sources[at];
    struct style style = phase_style(scene, source, at);
    char text[64];

    if (scene->line == at) {
        canvas_rune(ink.canvas, ink.rect, 0, ink.y, scene->ascii ? '>' : 0x258C,
            STYLE(ROLE_ACCENT));
        ink.canvas->focus_y = ink.rect.y + ink.y;
    }
    put(ink, 2, 22, BOLD(ROLE_TEXT), str_from(source->name));
    snprintf(text, sizeof(text), "%s%s%s", source->kind, source->dialect[0] ? "/" : "",
        source->dialect);
    put(ink, 25, 22, STYLE(ROLE_DIM), str_from(text));
    put(ink, 48, 12, style, str_from(source->phase));
    print_age(scene, source->fresh_ms, text);
    canvas_text_right(ink.canvas, ink.rect, 68, ink.y,
        STYLE(scene->stale_sources[at] ? ROLE_OFFLINE : ROLE_TEXT),
        str_from(text[0] ? text : "never"));
    count_print(text, source->clusters);
    canvas_text_right(ink.canvas, ink.rect, 78, ink.y, STYLE(ROLE_TEXT), str_from(text));
    count_print(text, source->events);
    canvas_text_right(ink.canvas, ink.rect, 92, ink.y, STYLE(ROLE_DIM), str_from(text));
    ink.y++;
    draw_why(scene, source, ink);
}

void
panel_sources_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct ink ink = ink_at(canvas, rect, 0, 0);
    int page = panel_sources_page(scene, rect);

    put(ink, 2, 22, STYLE(ROLE_DIM), STR("source"));
    put(ink, 25, 22, STYLE(ROLE_DIM), STR("kind"));
    put(ink, 48, 12, STYLE(ROLE_DIM), STR("phase"));
    canvas_text_right(canvas, rect, 68, 0, STYLE(ROLE_DIM), STR("heard"));
    canvas_text_right(canvas, rect, 78, 0, STYLE(ROLE_DIM), STR("sites"));
    canvas_text_right(canvas, rect, 92, 0, STYLE(ROLE_DIM), STR("events"));
    if (scene->fleet->source_count == 0) {
        ink.y = 2;
        ink.x = 2;
        ink_text(&ink, STYLE(ROLE_DIM), "the hub has named no source yet");
    }
    for (uint32_t i = 0; (int)i < page && scene->top + i < scene->fleet->source_count;
         i++) {
        ink.y = 1 + (int)i * 2;
        draw_source(scene, scene->top + i, ink);
    }
}
