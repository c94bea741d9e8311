/* audit -- who did what, when and from where, and how it ended; newest first. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

int
panel_audit_page(const struct scene *scene, struct rect rect)
{
    return rect.height - 1 - (scene->audit && scene->audit->chain[0]);
}

uint32_t
panel_audit_lines(const struct scene *scene)
{
    return scene->audit ? scene->audit->count : 0;
}

static void
put(struct ink ink, int x, int width, struct style style, const char *text)
{
    ink.x = x;
    ink.rect.width = x + width < ink.rect.width ? x + width : ink.rect.width;
    ink_text(&ink, style, text);
}

static void
draw_entry(const struct scene *scene, const struct audit_entry *entry, struct ink ink)
{
    char clock[16], age[16];

    clock_print_local(clock, entry->time_ms);
    print_age(scene, entry->time_ms, age);
    put(ink, 2, 9, STYLE(ROLE_DIM), clock);
    canvas_text_right(ink.canvas, ink.rect, 15, ink.y, STYLE(ROLE_DIM), str_from(age));
    put(ink, 17, 16, BOLD(ROLE_TEXT), entry->who);
    put(ink, 34, 20, STYLE(ROLE_ACCENT), entry->verb);
    put(ink, 55, 14, STYLE(entry->refused ? ROLE_WARNING : ROLE_TEXT), entry->outcome);
    put(ink, 70, 400, STYLE(ROLE_TEXT), entry->what);
}

/* What the hub found when it computed the chain again. */
static void
draw_chain(const struct scene *scene, struct ink ink, int y)
{
    const struct scene_audit *audit = scene->audit;

    ink.x = 2;
    ink.y = y;
    if (audit->broken)
        ink_text(&ink, BOLD(ROLE_WARNING), "! ");
    ink_text(&ink, STYLE(ROLE_DIM), "chain: ");
    ink_text(&ink, audit->broken ? BOLD(ROLE_WARNING) : STYLE(ROLE_DIM), audit->chain);
}

/* Which of loading, failed, empty it is. */
static void
draw_nothing(const struct scene *scene, struct ink ink)
{
    const struct scene_audit *audit = scene->audit;

    ink.x = 2;
    ink.y = 2;
    if (!audit || audit->fetch == FETCH_NONE || audit->fetch == FETCH_WAITING)
        ink_text(&ink, STYLE(ROLE_DIM), "asking the hub");
    else if (audit->fetch == FETCH_FAILED)
        ink_print(&ink, STYLE(ROLE_WARNING), "the hub said: %s", audit->fault);
    else
        ink_text(&ink, STYLE(ROLE_DIM), "no action is on record that you may see");
}

void
panel_audit_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct scene_audit *audit = scene->audit;
    struct ink ink = ink_at(canvas, rect, 0, 0);
    int page = panel_audit_page(scene, rect);

    put(ink, 2, 9, STYLE(ROLE_DIM), "time");
    canvas_text_right(canvas, rect, 15, 0, STYLE(ROLE_DIM), STR("age"));
    put(ink, 17, 16, STYLE(ROLE_DIM), "who");
    put(ink, 34, 20, STYLE(ROLE_DIM), "did");
    put(ink, 55, 14, STYLE(ROLE_DIM), "outcome");
    put(ink, 70, 60, STYLE(ROLE_DIM), "what");
    if (audit && audit->chain[0])
        draw_chain(scene, ink, rect.height - 1);
    if (!audit || audit->count == 0) {
        draw_nothing(scene, ink);
        return;
    }
    for (uint32_t i = 0; (int)i < page && scene->top + i < audit->count; i++) {
        ink.y = 1 + (int)i;
        if (scene->line == scene->top + i) {
            canvas_rune(
                canvas, rect, 0, ink.y, scene->ascii ? '>' : 0x258C, STYLE(ROLE_ACCENT));
            canvas->focus_y = rect.y + ink.y;
        }
        draw_entry(scene, &audit->entries[scene->top + i], ink);
    }
}
