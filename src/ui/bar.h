/*
 * bar -- amounts as the lengths of one stacked bar, drawn into one row of a rectangle.
 */
#ifndef UI_BAR_H
#define UI_BAR_H

#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

#define BAR_PARTS 32

struct bar_part {
    uint64_t count;
    uint32_t rune; /* what its cells show; a full block if 0 */
    struct style style;
};

/* Share `width` cells among the parts: all of them if the sum is not 0, every part that
 * exists at least one, the rest by size. When there are more parts than cells, the last
 * ones keep theirs: put the worst last. `count` is at most BAR_PARTS. */
void bar_share(const struct bar_part *parts, size_t count, int width, int *cells);

/* Over the rectangle's first row. */
void bar_draw(
    struct canvas *canvas, struct rect rect, const struct bar_part *parts, size_t count);

#endif
