/* draw -- what panels share. */
#include "console/panel/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/bar.h"

#define ELIDED_LEAST 12 /* columns: below it only the beginning says anything */

/* In every bar: calm first, trouble last. */
static const enum state bar_order[STATES] = { STATE_HEALTHY, STATE_UPDATING,
    STATE_CATCHING_UP, STATE_MAINTENANCE, STATE_UNKNOWN, STATE_OFFLINE, STATE_DEGRADED,
    STATE_DOWN };

static const enum role state_roles[STATES] = {
    [STATE_DOWN] = ROLE_DOWN,
    [STATE_DEGRADED] = ROLE_DEGRADED,
    [STATE_OFFLINE] = ROLE_OFFLINE,
    [STATE_UNKNOWN] = ROLE_UNKNOWN,
    [STATE_CATCHING_UP] = ROLE_CATCHING_UP,
    [STATE_UPDATING] = ROLE_UPDATING,
    [STATE_MAINTENANCE] = ROLE_MAINTENANCE,
    [STATE_HEALTHY] = ROLE_HEALTHY,
};

struct ink
ink_at(struct canvas *canvas, struct rect rect, int x, int y)
{
    return (struct ink){ canvas, rect, x, y };
}

void
ink_str(struct ink *ink, struct style style, struct str text)
{
    ink->x += canvas_text(ink->canvas, ink->rect, ink->x, ink->y, style, text);
}

struct str
scroll_to(struct str text, int room, int *column)
{
    while (*column > room && text.length) {
        int width = text_rune_width(text_rune(&text));

        *column -= width > 0 ? width : 1;
    }
    return text;
}

void
ink_elided(struct ink *ink, struct style style, struct str text)
{
    struct buf safe = { 0 };
    int room = ink_room(ink), width = 0, tail = 0;

    text_safe(&safe, text);
    text = buf_str(&safe);
    width = (int)text_width(text);
    if (width > room && room >= ELIDED_LEAST) {
        struct str head = text_fit(text, (size_t)(room - room / 2 - 1), NULL);

        ink_str(ink, style, head);
        ink_rune(ink, style, 0x2026);
        tail = width;
        text = scroll_to(text, ink_room(ink), &tail);
    }
    ink_str(ink, style, text);
    buf_release(&safe);
}

void
ink_text(struct ink *ink, struct style style, const char *text)
{
    ink_str(ink, style, str_from(text));
}

void
ink_print(struct ink *ink, struct style style, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    ink_text(ink, style, text);
}

void
ink_rune(struct ink *ink, struct style style, uint32_t rune)
{
    canvas_rune(ink->canvas, ink->rect, ink->x++, ink->y, rune, style);
}

int
ink_room(const struct ink *ink)
{
    return ink->x < ink->rect.width ? ink->rect.width - ink->x : 0;
}

enum role
role_of_state(enum state state)
{
    return state_roles[state];
}

uint32_t
rune_of_state(const struct scene *scene, enum state state)
{
    struct str glyph = str_from(state_glyph(state));

    return scene->ascii ? (uint32_t)state_ascii(state) : text_rune(&glyph);
}

struct style
style_of_state(enum state state)
{
    struct style style = STYLE(state_roles[state]);

    if (state == STATE_DOWN || state == STATE_DEGRADED)
        style.attributes = ATTRIBUTE_BOLD;
    return style;
}

struct style
style_of_word(const struct cluster *cluster)
{
    if (cluster->state == STATE_DOWN &&
        cluster->axes[AXIS_CONNECTIVITY].value != CONNECTIVITY_UP)
        return STYLE(ROLE_DIM);
    return style_of_state(cluster->state);
}

bool
cluster_is_stale(const struct scene *scene, const struct cluster *cluster)
{
    struct str name = intern_str(scene->fleet->intern, cluster->source);

    for (uint32_t i = 0; i < scene->fleet->source_count && i < FLEET_SOURCES; i++)
        if (scene->stale_sources[i] && str_is(name, scene->fleet->sources[i].name))
            return true;
    return false;
}

/* Which entry of the legend a value of text has; the last is for all others. */
static enum role
category_role(const struct colouring *colouring, const struct scene *scene,
    const struct cluster *cluster)
{
    char room[128];
    struct buf text = { .limit = sizeof(room) };
    enum role role = ROLE_DIM;

    if (!dimension_print(&colouring->by, scene->fleet, cluster, scene->now_ms, &text))
        goto out;
    role = ROLE_TEXT;
    for (uint32_t i = 0; i < colouring->entry_count; i++)
        if (str_is(buf_str(&text), colouring->entries[i].text))
            role = colouring->entries[i].role;
out:
    buf_release(&text);
    return role;
}

static enum role
tag_role(const struct colouring *colouring, const struct scene *scene,
    const struct cluster *cluster)
{
    const struct tag *tag =
        cluster_tag(cluster, dimension_key(&colouring->by, scene->fleet));

    if (!tag)
        return ROLE_DIM;
    for (uint32_t i = 0; i < colouring->entry_count; i++)
        if (colouring->values[i] == tag->value)
            return colouring->entries[i].role;
    return ROLE_TEXT;
}

static enum role
ramp_role(const struct colouring *colouring, const struct scene *scene,
    const struct cluster *cluster)
{
    struct field_value value = field_get(colouring->by.field, scene->fleet, cluster);
    double number = value.number;
    double span = colouring->high - colouring->low;
    int step = 0;

    if (!value.known)
        return ROLE_DIM;
    if (colouring->by.field->kind == FIELD_AGE)
        number = (double)(scene->now_ms - value.since_ms);
    if (span > 0)
        step = (int)((number - colouring->low) / span * 7.999);
    if (step < 0)
        step = 0;
    return (enum role)(ROLE_RAMP_0 + (step > 7 ? 7 : step));
}

struct style
cluster_style(const struct scene *scene, const struct cluster *cluster)
{
    const struct colouring *colouring = scene->colouring;
    struct style style = style_of_state(cluster->state);

    if (cluster->state == STATE_DOWN &&
        cluster->axes[AXIS_CONNECTIVITY].value != CONNECTIVITY_UP)
        style.attributes = 0; /* the evidence came before the silence */
    if (colouring->is_state)
        return style;
    if (colouring->is_ramp)
        style.fg = (uint8_t)ramp_role(colouring, scene, cluster);
    else if (colouring->by.tag[0])
        style.fg = (uint8_t)tag_role(colouring, scene, cluster);
    else
        style.fg = (uint8_t)category_role(colouring, scene, cluster);
    return style;
}

bool
scene_marked(const struct scene *scene, uint32_t slot)
{
    return slot < scene->mark_ceiling && scene->marks[slot];
}

void
print_age(const struct scene *scene, int64_t since_ms, char text[16])
{
    text[0] = '\0';
    if (since_ms > 0)
        clock_print_age(text, scene->now_ms > since_ms ? scene->now_ms - since_ms : 0);
}

bool
cluster_is_old(const struct scene *scene, const struct cluster *cluster, char age[16])
{
    age[0] = '\0';
    if (cluster->axes[AXIS_CONNECTIVITY].value == CONNECTIVITY_UP &&
        !cluster_is_stale(scene, cluster))
        return false;
    print_age(scene, fleet_seen_ms(scene->fleet, cluster), age);
    return true;
}

void
print_left(const struct scene *scene, int64_t until_ms, char text[24])
{
    int64_t left_ms = until_ms > scene->now_ms ? until_ms - scene->now_ms : 0;
    int minutes = (int)((left_ms + 59999) / 60000);

    if (minutes >= 24 * 60)
        snprintf(text, 24, "%dd %dh", minutes / (24 * 60), minutes / 60 % 24);
    else if (minutes >= 60)
        snprintf(text, 24, "%dh %dm", minutes / 60, minutes % 60);
    else
        snprintf(text, 24, "%dm", minutes);
}

void
reason_print(const struct scene *scene, const struct cluster *cluster, struct buf *out)
{
    char left[24];

    if (cluster->state != STATE_MAINTENANCE || !cluster->maintenance_until_s) {
        text_safe(out, intern_str(scene->fleet->intern, cluster->reason));
        return;
    }
    print_left(scene, (int64_t)cluster->maintenance_until_s * 1000, left);
    buf_print(out, "ends in %s", left);
}

void
ink_reason(struct ink *ink, const struct scene *scene, struct style style,
    const struct cluster *cluster)
{
    struct buf text = { 0 };

    reason_print(scene, cluster, &text);
    ink_elided(ink, style, buf_str(&text));
    buf_release(&text);
}

bool
take_line(struct str *rest, int columns, struct str *line)
{
    size_t end = 0;

    *rest = str_trim(*rest);
    *line = text_fit(*rest, (size_t)(columns > 1 ? columns : 2), NULL);
    end = line->length;
    if (end < rest->length && rest->at[end] != ' ')
        while (end > 0 && rest->at[end - 1] != ' ')
            end--;
    if (end > 0)
        line->length = end;
    rest->at += line->length;
    rest->length -= line->length;
    *line = str_trim(*line);
    return line->length > 0;
}

void
group_print(const struct scene *scene, const struct group *group, struct buf *out)
{
    for (int level = 0; level < SCENE_LEVELS; level++) {
        if (dimension_is_none(&scene->group[level]))
            continue;
        if (out->length)
            buf_add_text(out, scene->ascii ? " - " : " · ");
        if (!group->known[level])
            buf_print(out, "no %s", scene->group[level].name);
        else
            buf_add_text(out, group->labels[level][0] ? group->labels[level] : "\"\"");
    }
    if (!out->length)
        buf_add_text(out, "all sites");
}

int
ink_trouble(
    struct ink *ink, const struct scene *scene, const struct sentence *sentence, int most)
{
    int drawn = 0;
    char text[16];

    for (int state = STATE_DOWN; state <= STATE_OFFLINE && drawn < most; state++) {
        if (sentence->states[state] == 0)
            continue;
        ink_rune(ink, style_of_state((enum state)state),
            rune_of_state(scene, (enum state)state));
        count_print(text, sentence->states[state]);
        ink_print(ink, STYLE(ROLE_TEXT), " %s  ", text);
        drawn++;
    }
    return drawn;
}

/* A block in the state's colour; where there is no colour, the state's own glyph. */
static uint32_t
bar_rune(const struct scene *scene, enum state state)
{
    struct str glyph = str_from(state_glyph(state));

    if (scene->ascii)
        return (uint32_t)state_ascii(state);
    return scene->mono ? text_rune(&glyph) : 0x2584;
}

void
draw_bar(const struct scene *scene, struct canvas *canvas, struct rect rect,
    const struct sentence *sentence)
{
    struct bar_part parts[STATES];

    for (int i = 0; i < STATES; i++) {
        enum state state = bar_order[i];

        parts[i] = (struct bar_part){ sentence->states[state], bar_rune(scene, state),
            STYLE(role_of_state(state)) };
    }
    bar_draw(canvas, rect, parts, STATES);
}

uint32_t
sentence_trouble(const struct sentence *sentence)
{
    return sentence->states[STATE_DOWN] + sentence->states[STATE_DEGRADED] +
           sentence->states[STATE_OFFLINE];
}

void
draw_lines_more(const struct scene *scene, struct canvas *canvas, struct rect rect,
    uint32_t more, const char *noun)
{
    char text[16];

    (void)scene;
    count_print(text, more);
    canvas_fill(canvas, (struct rect){ rect.x, rect.y + rect.height - 1, rect.width, 1 },
        STYLE(ROLE_TEXT));
    canvas_print(canvas, rect, 1, rect.height - 1, STYLE(ROLE_ACCENT), "+ %s more %s%s",
        text, noun, more == 1 ? "" : "s");
}
