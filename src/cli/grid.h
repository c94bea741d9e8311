/*
 * grid -- rows and columns of text: aligned for a person, or as CSV. Cells are made safe
 * for the terminal by whoever adds them; CSV takes them as they are.
 */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define GRID_COLUMNS 64

struct grid {                         /* zeroed is empty */
    const char *titles[GRID_COLUMNS]; /* borrowed */
    bool right[GRID_COLUMNS];         /* numbers line up on the right */
    size_t widths[GRID_COLUMNS];      /* kept by grid_clear: a follow-up lines up too */
    size_t columns;
    char **cells; /* owned */
    size_t count, capacity;
    bool titled; /* the titles were printed */
};

void grid_release(struct grid *grid);
void grid_clear(struct grid *grid); /* the rows */
void grid_column(struct grid *grid, const char *title, bool right);
void grid_add(struct grid *grid, struct str cell); /* the next cell, row by row */
void grid_print(struct grid *grid, struct buf *out);
void grid_print_csv(struct grid *grid, struct buf *out); /* RFC 4180 */

#endif
