/*
 * stage -- what the terminal shows, what it should show, and the bytes between them: the
 * shortest cursor motion, only the SGR parts that change, erasing where that is cheaper.
 * Pure: no terminal, no clock.
 *
 * The difference comes in stripes, each at most as long as asked for and each leaving a
 * sound picture: the input row first and alone, then the focus row, then the rows that
 * have waited longest; a row that is too long goes on where it stopped. Whatever changes
 * meanwhile is simply drawn later: a stage is a difference, never a queue.
 */
#ifndef TERM_STAGE_H
#define TERM_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/theme.h"

#define STAGE_LEAST_BYTES                                                                \
    128 /* a stripe that was asked to be shorter may be this long                        \
         */

struct stage;

/* erases_coloured: erasing leaves the background that is set (terminfo's bce). */
struct stage *stage_new(enum depth depth, bool erases_coloured);
void stage_free(struct stage *stage);

/* Nothing is known of the screen any more: the next stripe clears it. */
void stage_repaint(struct stage *stage);

/* What it should show: copied. input_row is -1 without one. True if that is news. Another
 * size than before repaints. */
bool stage_show(struct stage *stage, const struct canvas *canvas,
    const struct theme *theme, int input_row);

bool stage_is_shown(const struct stage *stage);    /* nothing is left to do */
bool stage_input_waits(const struct stage *stage); /* the input row or its cursor is */

/* Append the next stripe. False: nothing was left to do. */
bool stage_stripe(struct stage *stage, size_t limit_bytes, struct buf *out);

/* Where the terminal's cursor stands, from 0; false if that is not known for sure. */
bool stage_position(const struct stage *stage, int *x, int *y);

#endif
