/* fleet_bar -- the stacked bar and the sentence of what the filter selects: its counts
 * add up. */
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define NARROW 70 /* columns below which counts matter more than a word */

/* What a count is called, as room shrinks; below that its glyph says it alone. */
static const char *const short_words[STATES] = { "down", "degr", "offl", "unkn", "catch",
    "upd", "maint", "ok" };

enum wording { WORDS, SHORT_WORDS, GLYPHS, WORDINGS };

static const char *
word_of(int state, enum wording wording)
{
    if (wording == GLYPHS)
        return "";
    return wording == WORDS ? state_name((enum state)state) : short_words[state];
}

static int
count_width(const struct sentence *sentence, int state, enum wording wording)
{
    char count[16];
    const char *word = word_of(state, wording);

    count_print(count, sentence->states[state]);
    return (int)(2 + text_width(str_from(count)) + text_width(str_from(word)) +
                 (word[0] ? 3 : 2));
}

/* Words get shorter, then leave, the calm states' first, until all counts have room. */
static void
choose_words(const struct sentence *sentence, int room, enum wording wordings[STATES])
{
    int width = -2;

    for (int state = 0; state < STATES; state++) {
        wordings[state] = WORDS;
        if (sentence->states[state])
            width += count_width(sentence, state, WORDS);
    }
    for (enum wording to = SHORT_WORDS; to < WORDINGS; to++)
        for (int state = STATES - 1; state >= 0 && width > room; state--) {
            if (sentence->states[state])
                width += count_width(sentence, state, to) -
                         count_width(sentence, state, wordings[state]);
            wordings[state] = to;
        }
}

/* The states after the total, worst first. What has no room even as glyphs is one sum, so
 * that all add up to the total. */
static void
draw_counts(const struct scene *scene, struct ink *ink, const struct sentence *sentence)
{
    enum wording wordings[STATES];
    uint32_t left = sentence->total;
    char count[16];

    choose_words(sentence, ink_room(ink), wordings);
    for (int state = 0; state < STATES; state++) {
        const char *word = word_of(state, wordings[state]);
        int rest = 0;

        if (sentence->states[state] == 0)
            continue;
        count_print(count, left);
        if (sentence->states[state] < left)
            rest = 3 + (int)text_width(str_from(count));
        if (ink_room(ink) < count_width(sentence, state, wordings[state]) - 2 + rest) {
            ink_print(ink, STYLE(ROLE_DIM), "+%s", count);
            return;
        }
        left -= sentence->states[state];
        count_print(count, sentence->states[state]);
        ink_rune(ink, style_of_state((enum state)state),
            rune_of_state(scene, (enum state)state));
        ink_print(ink, state <= STATE_DEGRADED ? BOLD(ROLE_TEXT) : STYLE(ROLE_TEXT),
            " %s", count);
        ink_print(ink, STYLE(ROLE_DIM), "%s%s", word[0] ? " " : "", word);
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

/* Returns the columns it takes, with air before it. */
static int
draw_percent(const struct scene *scene, struct canvas *canvas, struct rect line)
{
    const struct sentence *sentence = &scene->selection->sentence;
    char percent[8], text[64];
    bool live = scene->link.phase == SCENE_LIVE;

    sentence_print_percent(sentence, percent);
    snprintf(text, sizeof(text), "%s %%%s", percent,
        line.width < NARROW ? "" : " operational");
    canvas_text_right(canvas, line, line.width, 0,
        live ? BOLD(ROLE_TEXT) : STYLE(ROLE_DIM), str_from(text));
    return line.width < NARROW ? 9 : 21;
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
    ink.rect.width = line.width - draw_percent(scene, canvas, line);
    count_print(count, sentence->total);
    ink_print(&ink, BOLD(ROLE_TEXT), "%s site%s", count, sentence->total == 1 ? "" : "s");
    if (sentence->total != scene->selection->visible.total) {
        count_print(visible, scene->selection->visible.total);
        ink_print(&ink, STYLE(ROLE_DIM), " of %s", visible);
    }
    ink_text(&ink, STYLE(ROLE_TEXT), "   ");
    draw_counts(scene, &ink, sentence);
}
