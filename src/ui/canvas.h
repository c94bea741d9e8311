/*
 * canvas -- a screen as cells: what panels draw on, tests read as text, and term/ shows.
 * No terminal here.
 *
 * Drawing outside the rectangle one was given does nothing. Text goes through text_safe:
 * whatever is drawn is drawable. A cell names roles, never colours; a theme says what a
 * role looks like.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define CANVAS_COLUMNS 500
#define CANVAS_ROWS    200

/* What a cell means. themes/NAME.yaml gives each a colour; theme.c has their names. */
enum role {
    ROLE_BACKGROUND, /* as a background: the terminal's own */
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_FAINT,
    ROLE_ACCENT,
    ROLE_STRIP,
    ROLE_SELECTION,
    ROLE_WARNING,
    ROLE_HEALTHY, /* the states' roles, by name in the order of enum state, see
                     role_of_state in console */
    ROLE_DEGRADED,
    ROLE_DOWN,
    ROLE_OFFLINE,
    ROLE_CATCHING_UP,
    ROLE_UPDATING,
    ROLE_MAINTENANCE,
    ROLE_UNKNOWN,
    ROLE_RAMP_0, /* low … high, for numbers as colours */
    ROLE_RAMP_1,
    ROLE_RAMP_2,
    ROLE_RAMP_3,
    ROLE_RAMP_4,
    ROLE_RAMP_5,
    ROLE_RAMP_6,
    ROLE_RAMP_7,
    ROLE_CATEGORY_0, /* values of a tag as colours */
    ROLE_CATEGORY_1,
    ROLE_CATEGORY_2,
    ROLE_CATEGORY_3,
    ROLE_CATEGORY_4,
    ROLE_CATEGORY_5,
    ROLE_CATEGORY_6,
    ROLE_CATEGORY_7,
    ROLES
};

enum { ATTRIBUTE_BOLD = 1, ATTRIBUTE_REVERSE = 2, ATTRIBUTE_UNDERLINE = 4 };

struct style {
    uint8_t fg, bg; /* enum role */
    uint8_t attributes;
};

struct cell {
    uint32_t rune; /* 0: the second half of a wide one */
    uint8_t fg, bg, attributes;
    uint8_t width; /* 1 or 2; 0 in a second half */
};

struct rect {
    int x, y, width, height;
};

struct canvas {
    int width, height;
    struct cell *cells;     /* row by row */
    int cursor_x, cursor_y; /* where the terminal's cursor belongs; -1 hidden */
    int focus_y; /* the operator looks there: shipped second on a slow link; -1 none */
    bool ascii;  /* draw only ASCII: what is known is mapped, the rest becomes ? */
};

/* Sizes are cut to 1..CANVAS_COLUMNS and 1..CANVAS_ROWS. `ascii` survives a resize. */
void canvas_init(struct canvas *canvas, int width, int height); /* blank */
void canvas_release(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height); /* blank again */
void canvas_clear(struct canvas *canvas);
void canvas_copy(struct canvas *to, const struct canvas *from);

#define STYLE(role) ((struct style){ (uint8_t)(role), ROLE_BACKGROUND, 0 })

struct style style_bold(struct style style);
struct style style_on(struct style style, enum role bg);

struct rect canvas_rect(const struct canvas *canvas);
struct rect rect_inset(struct rect rect, int x, int y);

/* Cut a piece off *rest. False: it does not fit, *rest stays and the piece is empty. */
bool rect_split_top(struct rect *rest, int height, struct rect *top);
bool rect_split_bottom(struct rect *rest, int height, struct rect *bottom);
bool rect_split_left(struct rect *rest, int width, struct rect *left);
bool rect_split_right(struct rect *rest, int width, struct rect *right);

void canvas_fill(struct canvas *canvas, struct rect rect, struct style style);

/* Keep what is drawn there, change what it stands on: a row's selection, a strip. */
void canvas_shade(struct canvas *canvas, struct rect rect, enum role bg);
void canvas_rune(struct canvas *canvas, struct rect rect, int x, int y, uint32_t rune,
    struct style style);

/* Draw at x,y of the rectangle, cut with … if it does not fit; the columns used. */
int canvas_text(struct canvas *canvas, struct rect rect, int x, int y, struct style style,
    struct str text);
int canvas_print(struct canvas *canvas, struct rect rect, int x, int y,
    struct style style, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same, its end at column `right` (the first column it does not take). */
int canvas_text_right(struct canvas *canvas, struct rect rect, int right, int y,
    struct style style, struct str text);
void canvas_hairline(
    struct canvas *canvas, struct rect rect, int x, int y, int width, struct style style);

/* The screen as text: rows with trailing blanks cut, each ended by a newline. */
void canvas_to_text(const struct canvas *canvas, struct buf *out);

#endif
