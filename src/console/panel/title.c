/* title -- where am I, what do I look at, is it true right now, who am I. SIMULATED and
 * the link chip never leave. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define FILTER_LEAST                                                                     \
    14 /* columns of a long filter that are kept before other parts leave */

#define SILENT_MS                                                                        \
    20000 /* the hub beats every 15 s: a beat is missing, so this may not be true now */

static struct style
strip(enum role role, int attributes)
{
    return (struct style){ (uint8_t)role, ROLE_STRIP, (uint8_t)attributes };
}

/* The hub is there, but what it says is not all fresh. */
static bool
sources_print(const struct scene *scene, char text[64])
{
    const char *ring = scene->ascii ? "o" : "○";
    const struct fleet_source *silent = NULL;
    uint32_t count = 0;
    char age[16];

    for (uint32_t i = 0; i < scene->fleet->source_count; i++) {
        if (!scene->stale_sources[i])
            continue;
        silent = &scene->fleet->sources[i];
        count++;
    }
    if (count == 0)
        return false;
    if (count > 1) {
        snprintf(text, 64, "%s %u sources silent", ring, count);
        return true;
    }
    clock_print_age(age, scene->now_ms - silent->fresh_ms);
    snprintf(text, 64, "%s %.24s %s%s", ring, silent->name,
        silent->fresh_ms ? "silent " : "not heard", silent->fresh_ms ? age : "");
    return true;
}

static void
link_print(const struct scene *scene, char text[64], enum role *role)
{
    const struct scene_link *link = &scene->link;
    const char *dot = scene->ascii ? "*" : "●";
    const char *ring = scene->ascii ? "o" : "○";
    int64_t stale_s = link->stale_ms / 1000;

    switch (link->phase) {
    case SCENE_LIVE:
        if (link->silent_ms <= SILENT_MS && sources_print(scene, text)) {
            *role = ROLE_WARNING;
            return;
        }
        *role = link->silent_ms > SILENT_MS ? ROLE_WARNING : ROLE_CATCHING_UP;
        if (link->silent_ms > SILENT_MS)
            snprintf(text, 64, "%s silent %02d:%02d", ring,
                (int)(link->silent_ms / 60000), (int)(link->silent_ms / 1000 % 60));
        else
            snprintf(text, 64, "%s live", dot);
        return;
    case SCENE_LOADING:
        *role = ROLE_ACCENT;
        snprintf(text, 64, "%s loading %u", ring, scene->fleet->count);
        return;
    case SCENE_CONNECTING:
        *role = ROLE_WARNING;
        if (link->retry_ms > 0)
            snprintf(text, 64, "%s connecting retry %ds", ring,
                (int)((link->retry_ms + 999) / 1000));
        else
            snprintf(text, 64, "%s connecting", ring);
        return;
    case SCENE_STALE:
        break;
    }
    *role = ROLE_WARNING;
    if (link->retry_ms > 0)
        snprintf(text, 64, "%s stale %02d:%02d retry %ds", ring, (int)(stale_s / 60),
            (int)(stale_s % 60), (int)((link->retry_ms + 999) / 1000));
    else
        snprintf(text, 64, "%s stale %02d:%02d retrying", ring, (int)(stale_s / 60),
            (int)(stale_s % 60));
}

/* Parts at the right, in the order they leave: role, subject, clock. Returns where they
 * begin. */
static int
draw_right(const struct scene *scene, struct canvas *canvas, struct rect rect, int room)
{
    char chip[64], clock[16], who[160], simulated[16];
    enum role role = ROLE_TEXT;
    int widths[4];
    int x = 0;

    link_print(scene, chip, &role);
    clock_print_local(clock, scene->now_ms);
    snprintf(who, sizeof(who), "%s%s%s", scene->subject,
        scene->role[0] ? (scene->ascii ? " - " : " · ") : "", scene->role);
    snprintf(simulated, sizeof(simulated), "%s", scene->simulated ? "SIMULATED" : "");
    widths[0] = simulated[0] ? 11 : 0;
    widths[1] = (int)text_width(str_from(chip)) + 1;
    widths[2] = 10;
    widths[3] = who[0] ? (int)text_width(str_from(who)) + 2 : 0;
    if (widths[0] + widths[1] + widths[2] + widths[3] > room) {
        snprintf(who, sizeof(who), "%s", scene->subject);
        widths[3] = who[0] ? (int)text_width(str_from(who)) + 2 : 0;
    }
    if (widths[0] + widths[1] + widths[2] + widths[3] > room)
        widths[3] = 0;
    if (widths[0] + widths[1] + widths[2] + widths[3] > room)
        widths[2] = 0;
    x = rect.width - (widths[0] + widths[1] + widths[2] + widths[3]);
    if (x < 0)
        x = 0;
    canvas_print(
        canvas, rect, x, 0, strip(ROLE_WARNING, ATTRIBUTE_BOLD), "%s", simulated);
    canvas_print(canvas, rect, x + widths[0], 0, strip(role, 0), "%s", chip);
    if (widths[2])
        canvas_print(canvas, rect, x + widths[0] + widths[1] + 1, 0, strip(ROLE_TEXT, 0),
            "%s", clock);
    if (widths[3])
        canvas_print(canvas, rect, x + widths[0] + widths[1] + widths[2] + 1, 0,
            strip(ROLE_DIM, 0), "%s", who);
    return x;
}

/* Columns that the left side wants, the filter shortened to what still says something. */
static int
left_width(const struct scene *scene)
{
    int filter = (int)text_width(scene->filter);
    int fleet = (int)text_width(str_from(scene->fleet_name));

    if (filter > FILTER_LEAST)
        filter = FILTER_LEAST;
    return 1 + 10 + (fleet ? fleet + 3 : 0) + (int)strlen(scene->view_name) +
           (filter ? filter + 5 : 0) + 3;
}

void
panel_title_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct ink ink = ink_at(canvas, rect, 1, 0);
    struct rect left = rect;
    int tight = 0;

    canvas_fill(canvas, rect, strip(ROLE_TEXT, 0));
    left.width = draw_right(scene, canvas, rect, rect.width - left_width(scene)) - 1;
    ink.rect = left;
    tight = left_width(scene) - 2 - left.width;
    if (tight <= 0)
        ink_text(&ink, strip(ROLE_ACCENT, ATTRIBUTE_BOLD), "nocturne  ");
    if (tight <= 10 && scene->fleet_name[0]) {
        ink_text(&ink, strip(ROLE_TEXT, 0), scene->fleet_name);
        ink_text(&ink, strip(ROLE_DIM, 0), scene->ascii ? " > " : " › ");
    }
    ink_text(&ink, strip(ROLE_TEXT, ATTRIBUTE_BOLD), scene->view_name);
    if (scene->filter.length && ink_room(&ink) > 6) {
        ink_text(&ink, strip(ROLE_ACCENT, 0), "   / ");
        ink_str(&ink, strip(ROLE_ACCENT, 0), scene->filter);
    }
}
