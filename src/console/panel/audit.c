/* audit -- who did what, when and from where, and how it ended; newest first. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/panel/lines.h"
#include "console/panel/panel.h"

#define ENTRY_LINES 6 /* about the one under the cursor */

/* Where columns begin, those of numbers where they end. On a narrow screen the clock
 * leaves, the age tells more. */
struct columns {
    int time, age, who, did, sites, outcome, why;
};

static const struct columns wide = { 2, 15, 17, 34, 60, 62, 75 };
static const struct columns narrow = { -1, 6, 8, 19, 44, 46, 59 };

static const struct columns *
columns_of(struct rect rect)
{
    return rect.width >= 100 ? &wide : &narrow;
}

static bool
has_entry_lines(const struct scene *scene, struct rect rect)
{
    return scene->audit && scene->audit->count && rect.height >= 2 * ENTRY_LINES;
}

int
panel_audit_page(const struct scene *scene, struct rect rect)
{
    return rect.height - 1 - (scene->audit && scene->audit->chain[0]) -
           (has_entry_lines(scene, rect) ? ENTRY_LINES : 0);
}

uint32_t
panel_audit_lines(const struct scene *scene)
{
    return scene->audit ? scene->audit->count : 0;
}

/* Up to the column `end`, with air before what follows. */
static void
put(struct ink ink, int x, int end, struct style style, const char *text)
{
    if (x < 0)
        return;
    ink.x = x;
    ink.rect.width = end - 1 < ink.rect.width ? end - 1 : ink.rect.width;
    ink_text(&ink, style, text);
}

/* "maintenance-start" as people write it. */
static void
print_verb(const char *verb, char text[48])
{
    snprintf(text, 48, "%s", verb);
    for (char *at = text; *at; at++)
        if (*at == '-')
            *at = ' ';
}

static const char *
why_of(const struct audit_entry *entry)
{
    if (entry->fault[0])
        return entry->fault;
    return entry->reason[0] ? entry->reason : entry->target;
}

static void
draw_entry(const struct scene *scene, const struct audit_entry *entry, struct ink ink)
{
    const struct columns *columns = columns_of(ink.rect);
    char clock[16], age[16], verb[48], count[16];

    clock_print_local(clock, entry->time_ms);
    print_age(scene, entry->time_ms, age);
    print_verb(entry->verb, verb);
    count_print(count, (uint32_t)entry->count);
    put(ink, columns->time, columns->age, STYLE(ROLE_DIM), clock);
    canvas_text_right(
        ink.canvas, ink.rect, columns->age, ink.y, STYLE(ROLE_DIM), str_from(age));
    put(ink, columns->who, columns->did, BOLD(ROLE_TEXT), entry->who);
    put(ink, columns->did, columns->sites - 6, STYLE(ROLE_TEXT), verb);
    if (entry->count)
        canvas_text_right(ink.canvas, ink.rect, columns->sites, ink.y, STYLE(ROLE_TEXT),
            str_from(count));
    put(ink, columns->outcome, columns->why,
        STYLE(entry->refused ? ROLE_WARNING : ROLE_TEXT), entry->outcome);
    put(ink, columns->why, ink.rect.width,
        STYLE(entry->refused ? ROLE_WARNING : ROLE_DIM), why_of(entry));
}

/* All of the entry under the cursor. */
static void
draw_whole(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct audit_entry *entry = NULL;
    struct lines lines = { .scene = scene, .canvas = canvas, .rect = rect };
    char clock[16], age[16], who[200];

    canvas_hairline(canvas, rect, 0, 0, rect.width, STYLE(ROLE_FAINT));
    if (scene->line >= scene->audit->count)
        return;
    entry = &scene->audit->entries[scene->line];
    lines.rect.y++;
    lines.rect.height--;
    clock_print_local(clock, entry->time_ms);
    print_age(scene, entry->time_ms, age);
    snprintf(who, sizeof(who), "%s%s%s at %s, %s ago", entry->who,
        entry->from[0] ? ", " : "", entry->from, clock, age);
    lines_text(&lines, STR("who"), STYLE(ROLE_TEXT), str_from(who));
    lines_text(&lines, STR("asked for"), STYLE(ROLE_TEXT), str_from(entry->target));
    lines_text(&lines, STR("reason"), STYLE(ROLE_TEXT), str_from(entry->reason));
    lines_text(&lines, STR("error"), STYLE(ROLE_WARNING), str_from(entry->fault));
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

static void
draw_titles(struct ink ink)
{
    const struct columns *columns = columns_of(ink.rect);

    put(ink, columns->time, columns->age, STYLE(ROLE_DIM), "time");
    canvas_text_right(ink.canvas, ink.rect, columns->age, 0, STYLE(ROLE_DIM), STR("age"));
    put(ink, columns->who, columns->did, STYLE(ROLE_DIM), "who");
    put(ink, columns->did, columns->sites, STYLE(ROLE_DIM), "did");
    canvas_text_right(
        ink.canvas, ink.rect, columns->sites, 0, STYLE(ROLE_DIM), STR("sites"));
    put(ink, columns->outcome, columns->why, STYLE(ROLE_DIM), "outcome");
    put(ink, columns->why, ink.rect.width, STYLE(ROLE_DIM), "why");
}

void
panel_audit_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct scene_audit *audit = scene->audit;
    struct ink ink = ink_at(canvas, rect, 0, 0);
    int page = panel_audit_page(scene, rect);

    draw_titles(ink);
    if (audit && audit->chain[0])
        draw_chain(scene, ink, rect.height - 1);
    if (!audit || audit->count == 0) {
        draw_nothing(scene, ink);
        return;
    }
    if (has_entry_lines(scene, rect))
        draw_whole(scene, canvas,
            (struct rect){ rect.x, rect.y + 1 + page, rect.width, ENTRY_LINES });
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
