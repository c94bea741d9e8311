/*
 * lines -- a list of facts, one a line, under headings: it scrolls on any screen. Lines
 * are drawn or only counted, by one walk, so that the two cannot disagree.
 */
#ifndef CONSOLE_PANEL_LINES_H
#define CONSOLE_PANEL_LINES_H

#include "console/panel/draw.h"

struct lines {
    const struct scene *scene;
    struct canvas *canvas; /* NULL: only count */
    struct rect rect;
    uint32_t first; /* line at the top of the rectangle */
    uint32_t at;
    char old[16]; /* how old what the site itself told is; "" while it is heard */
};

/* An ink on the next line; false if that line is not on the screen. */
bool lines_next(struct lines *lines, struct ink *ink);

/* A blank line, and a heading on a hairline. */
void lines_heading(struct lines *lines, const char *text);

/* label, value, age, why: in columns. */
void lines_fact(struct lines *lines, struct str label, struct style style,
    struct str value, const char *age, struct str why);

/* A fact that the site itself told: while nothing is heard of it, dim and with its age.
 */
void lines_told(struct lines *lines, struct str label, struct style style,
    struct str value, const char *age, struct str why);

/* A label and text that takes as many lines as it needs. */
void lines_text(
    struct lines *lines, struct str label, struct style style, struct str text);

#endif
