/* grid -- see grid.h. */
#include "cli/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define GAP 2

void
grid_clear(struct grid *grid)
{
    for (size_t i = 0; i < grid->count; i++)
        free(grid->cells[i]);
    grid->count = 0;
}

void
grid_release(struct grid *grid)
{
    grid_clear(grid);
    free(grid->cells);
    *grid = (struct grid){ 0 };
}

void
grid_column(struct grid *grid, const char *title, bool right)
{
    grid->titles[grid->columns] = title;
    grid->right[grid->columns] = right;
    grid->widths[grid->columns++] = text_width(str_from(title));
}

void
grid_add(struct grid *grid, struct str cell)
{
    grid->cells =
        mem_grow(grid->cells, &grid->capacity, grid->count + 1, sizeof(*grid->cells));
    grid->cells[grid->count++] = mem_text_length(cell.at ? cell.at : "", cell.length);
}

/* The last column is not padded, so that no line ends in blanks. */
static void
print_cell(const struct grid *grid, size_t column, const char *text, struct buf *out)
{
    if (text[0] == '\0')
        text = "-";
    size_t width = text_width(str_from(text));
    size_t room = grid->widths[column] > width ? grid->widths[column] - width : 0;

    if (grid->right[column])
        buf_add_repeat(out, ' ', room);
    text_safe(out, str_from(text));
    if (column + 1 == grid->columns) {
        buf_add_char(out, '\n');
        return;
    }
    if (!grid->right[column])
        buf_add_repeat(out, ' ', room);
    buf_add_repeat(out, ' ', GAP);
}

void
grid_print(struct grid *grid, struct buf *out)
{
    for (size_t i = 0; i < grid->count; i++) {
        size_t width = text_width(str_from(grid->cells[i]));
        size_t *most = &grid->widths[i % grid->columns];

        if (width > *most)
            *most = width;
    }
    for (size_t i = 0; !grid->titled && i < grid->columns; i++)
        print_cell(grid, i, grid->titles[i], out);
    grid->titled = true;
    for (size_t i = 0; i < grid->count; i++)
        print_cell(grid, i % grid->columns, grid->cells[i], out);
}

static void
print_csv_cell(struct buf *out, const char *text, bool last)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (quoted)
        buf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    if (quoted)
        buf_add_char(out, '"');
    buf_add_text(out, last ? "\r\n" : ",");
}

void
grid_print_csv(struct grid *grid, struct buf *out)
{
    for (size_t i = 0; !grid->titled && i < grid->columns; i++)
        print_csv_cell(out, grid->titles[i], i + 1 == grid->columns);
    grid->titled = true;
    assert(grid->columns);
    for (size_t i = 0; i < grid->count; i++)
        print_csv_cell(out, grid->cells[i], (i + 1) % grid->columns == 0);
}
