/*
 * pen -- a style as one terminal gets it: colours of its depth and attributes, and the
 * escape parameters that select them. Pure.
 */
#ifndef UI_PEN_H
#define UI_PEN_H

#include "base/buf.h"
#include "ui/theme.h"

struct pen {
    uint32_t fg, bg; /* opaque: compare, or ask pen_print */
    uint8_t attributes;
};

extern const struct pen pen_default; /* after a reset */

/* Without colours every background but the strip's is shown reversed. */
struct pen pen_of(const struct theme *theme, struct style style, enum depth depth);
bool pen_same(struct pen a, struct pen b);

/* What "CSI … m" needs from anywhere: "0;1;38;5;110". */
void pen_print(struct pen pen, struct buf *out);

/* The shortest parameters from one to another; two that are the same give nothing. */
void pen_change(struct pen from, struct pen to, struct buf *out);

/* A whole canvas as text with SGR: `frame -o ansi`. */
void canvas_to_ansi(const struct canvas *canvas, const struct theme *theme,
    enum depth depth, struct buf *out);

#endif
