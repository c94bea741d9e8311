/* bar -- see bar.h. */
#include "ui/bar.h"

#include <assert.h>

static bool
share_least(const struct bar_part *parts, size_t count, int *width, int *cells)
{
    int existing = 0;

    for (size_t i = 0; i < count; i++) {
        cells[i] = 0;
        existing += parts[i].count > 0;
    }
    for (size_t i = count; i > 0 && *width > 0; i--)
        if (parts[i - 1].count) {
            cells[i - 1] = 1;
            --*width;
        }
    return existing > 0 && *width > 0;
}

void
bar_share(const struct bar_part *parts, size_t count, int width, int *cells)
{
    double sum = 0, owed = 0;
    int whole = width;

    assert(count <= BAR_PARTS);
    if (!share_least(parts, count, &width, cells))
        return;
    /* What a part's one cell does not cover yet is its claim on the rest. */
    for (size_t i = 0; i < count; i++)
        sum += (double)parts[i].count;
    double claims[BAR_PARTS], claimed = 0;
    for (size_t i = 0; i < count; i++) {
        claims[i] = (double)parts[i].count / sum * whole - cells[i];
        claims[i] = claims[i] > 0 ? claims[i] : 0;
        claimed += claims[i];
    }
    int left = width;
    for (size_t i = 0; i < count && claimed > 0; i++) {
        owed += claims[i] / claimed * width;
        int given = (int)(owed + 0.5) - (width - left);
        given = given < left ? given : left;
        cells[i] += given;
        left -= given;
    }
}

void
bar_draw(
    struct canvas *canvas, struct rect rect, const struct bar_part *parts, size_t count)
{
    int cells[BAR_PARTS], x = 0;

    bar_share(parts, count, rect.width, cells);
    for (size_t i = 0; i < count; i++)
        for (int cell = 0; cell < cells[i]; cell++)
            canvas_rune(canvas, rect, x++, 0, parts[i].rune ? parts[i].rune : 0x2588,
                parts[i].style);
}
