/* motion -- see motion.h. */
#include "term/motion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAY_BYTES      48
#define BACKSPACES     6 /* more are never shorter than a CSI */
#define LINE_FEEDS     5
#define WAY_IMPOSSIBLE WAY_BYTES

struct way {
    char bytes[WAY_BYTES];
    size_t length; /* WAY_IMPOSSIBLE: no such way */
};

static void
way_add(struct way *way, const char *bytes, size_t length)
{
    if (way->length + length >= WAY_BYTES) {
        way->length = WAY_IMPOSSIBLE;
        return;
    }
    memcpy(way->bytes + way->length, bytes, length);
    way->length += length;
}

static struct way
way_csi(int number, char final)
{
    struct way way;
    int length = number == 1 ? snprintf(way.bytes, WAY_BYTES, "\033[%c", final)
                             : snprintf(way.bytes, WAY_BYTES, "\033[%d%c", number, final);

    way.length = (size_t)length;
    return way;
}

static struct way
way_repeat(char c, int count, int most)
{
    struct way way = { "", 0 };

    if (count > most)
        way.length = WAY_IMPOSSIBLE;
    else
        memset(way.bytes, c, way.length = (size_t)count);
    return way;
}

static struct way
shorter(struct way a, struct way b)
{
    return b.length < a.length ? b : a;
}

static struct way
joined(struct way a, struct way b)
{
    if (b.length == WAY_IMPOSSIBLE)
        a.length = WAY_IMPOSSIBLE;
    else
        way_add(&a, b.bytes, b.length);
    return a;
}

/* Along a row. */
static struct way
along(int from, int to)
{
    if (from == to)
        return (struct way){ "", 0 };
    if (to > from)
        return way_csi(to - from, 'C');
    return shorter(way_csi(from - to, 'D'), way_repeat('\b', from - to, BACKSPACES));
}

/* Between rows, the column stays. A line feed does not scroll: `to` is on the screen. */
static struct way
across(int from, int to)
{
    if (from == to)
        return (struct way){ "", 0 };
    if (to < from)
        return way_csi(from - to, 'A');
    return shorter(way_csi(to - from, 'B'), way_repeat('\n', to - from, LINE_FEEDS));
}

static struct way
absolute(struct spot to)
{
    struct way way;
    int length;

    if (to.x == 0 && to.y == 0)
        length = snprintf(way.bytes, WAY_BYTES, "\033[H");
    else if (to.x == 0)
        length = snprintf(way.bytes, WAY_BYTES, "\033[%dH", to.y + 1);
    else if (to.y == 0)
        length = snprintf(way.bytes, WAY_BYTES, "\033[;%dH", to.x + 1);
    else
        length = snprintf(way.bytes, WAY_BYTES, "\033[%d;%dH", to.y + 1, to.x + 1);
    way.length = (size_t)length;
    return way;
}

void
motion_print(struct buf *out, struct spot from, struct spot to, struct str redraw)
{
    struct way best = absolute(to);

    if (from.x >= 0) {
        struct way vertical = across(from.y, to.y), edge = { "\r", 1 };
        best = shorter(best, joined(vertical, along(from.x, to.x)));
        best = shorter(best, joined(joined(edge, vertical), along(0, to.x)));
        if (redraw.at && redraw.length < WAY_BYTES) {
            struct way drawn = vertical;
            way_add(&drawn, redraw.at, redraw.length);
            best = shorter(best, drawn);
        }
    }
    buf_add(out, best.bytes, best.length);
}
