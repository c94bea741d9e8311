/*
 * draw -- what panels share: an ink that moves right as it writes, states as glyphs and
 * roles, counts, bars.
 */
#ifndef CONSOLE_PANEL_DRAW_H
#define CONSOLE_PANEL_DRAW_H

#include "console/panel/scene.h"

struct ink {
    struct canvas *canvas;
    struct rect rect;
    int x, y;
};

#define BOLD(role) ((struct style){ (role), ROLE_BACKGROUND, ATTRIBUTE_BOLD })

struct ink ink_at(struct canvas *canvas, struct rect rect, int x, int y);
void ink_str(struct ink *ink, struct style style, struct str text);
/* Cut in the middle if it does not fit: names and reasons differ at their ends. */
void ink_elided(struct ink *ink, struct style style, struct str text);
void ink_text(struct ink *ink, struct style style, const char *text);
void ink_print(struct ink *ink, struct style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void ink_rune(struct ink *ink, struct style style, uint32_t rune);
int ink_room(const struct ink *ink); /* columns left */

enum role role_of_state(enum state state);
uint32_t rune_of_state(const struct scene *scene, enum state state);

/* Bright states are bold: down and degraded. */
struct style style_of_state(enum state state);

/* Of its state's word: dim if it went silent after it was found down, for the evidence
 * came before the silence. */
struct style style_of_word(const struct cluster *cluster);

/* Does its source say nothing for longer than it promised, or is the link itself stale?
 */
bool cluster_is_stale(const struct scene *scene, const struct cluster *cluster);

/* Is what is shown of it as old as when it was last heard? Then `age` says how old, else
 * it is "". */
bool cluster_is_old(
    const struct scene *scene, const struct cluster *cluster, char age[16]);

/* How the cluster is drawn on a map: its state's glyph; colour by what the colouring
 * says. */
struct style cluster_style(const struct scene *scene, const struct cluster *cluster);

/* How long until then, in two units: "1h 56m"; "0m" when it has come. */
void print_left(const struct scene *scene, int64_t until_ms, char text[24]);

/* Why it is in its state; of a maintenance, when that ends. */
void reason_print(
    const struct scene *scene, const struct cluster *cluster, struct buf *out);
void ink_reason(struct ink *ink, const struct scene *scene, struct style style,
    const struct cluster *cluster);

/* The next line of a text wrapped at blanks; false at its end. */
bool take_line(struct str *rest, int columns, struct str *line);

/* The tail of a text that has its column in `room` columns; *column becomes that in it.
 */
struct str scroll_to(struct str text, int room, int *column);

bool scene_marked(const struct scene *scene, uint32_t slot);
void print_age(
    const struct scene *scene, int64_t since_ms, char text[16]); /* "41s", "" for 0 */

/* "region · size" of a group: labels[0] and [1] as one text. */
void group_print(const struct scene *scene, const struct group *group, struct buf *out);

/* Glyph and count of up to `most` of the states that need a look; returns how many it
 * drew. */
int ink_trouble(struct ink *ink, const struct scene *scene,
    const struct sentence *sentence, int most);

/* Every state that exists has at least one cell; healthy first, worst last. */
void draw_bar(const struct scene *scene, struct canvas *canvas, struct rect rect,
    const struct sentence *sentence);

uint32_t sentence_trouble(
    const struct sentence *sentence); /* down + degraded + offline */

/* A field's value of a cluster into the ink, cut or filled up to a width. */
void draw_lines_more(const struct scene *scene, struct canvas *canvas, struct rect rect,
    uint32_t more, const char *noun);

#endif
