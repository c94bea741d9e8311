/* emitter: what the output stage sends over a recorded replay, against a minimal emitter:
 * for every cell that differs the cheapest of absolute motion, motion along the row and
 * drawing again, and only the SGR parts that changed. Both end in a terminal emulator and
 * must show the same. */
#include <stdint.h>

#include "helper/vt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/text.h"
#include "term/stage.h"
#include "ui/bar.h"
#include "ui/pen.h"

#define WIDTH     200
#define HEIGHT    50
#define SITES     1200
#define PER_GROUP 200
#define FRAMES    120
#define MUCH      ((size_t)1 << 30)

/* ---- the minimal emitter ---- */

struct minimal {
    struct canvas shown;
    bool first;
    int x, y;
    struct pen pen;
};

static struct pen
pen_at(const struct canvas *canvas, const struct theme *theme, enum depth depth, int at)
{
    const struct cell *cell = &canvas->cells[at];
    struct pen pen =
        pen_of(theme, (struct style){ cell->fg, cell->bg, cell->attributes }, depth);

    if (cell->rune == ' ' &&
        !(pen.attributes & (ATTRIBUTE_REVERSE | ATTRIBUTE_UNDERLINE))) {
        pen.fg = COLOUR_DEFAULT;
        pen.attributes = 0;
    }
    return pen;
}

static bool
same(const struct canvas *a, const struct canvas *b, const struct theme *theme,
    enum depth depth, int at)
{
    return a->cells[at].rune == b->cells[at].rune &&
           pen_same(pen_at(a, theme, depth, at), pen_at(b, theme, depth, at));
}

static void
minimal_move(struct minimal *minimal, const struct canvas *to, const struct theme *theme,
    enum depth depth, int x, int y, struct buf *out)
{
    char absolute[24], along[24] = "";
    struct buf drawn = { 0 };

    if (minimal->x == x && minimal->y == y)
        return;
    int best = snprintf(absolute, sizeof absolute, "\033[%d;%dH", y + 1, x + 1);
    const char *text = absolute;
    if (minimal->y == y && minimal->x >= 0 && minimal->x < x) {
        int gap = x - minimal->x;
        int length = gap == 1 ? snprintf(along, sizeof along, "\033[C")
                              : snprintf(along, sizeof along, "\033[%dC", gap);
        if (length < best) {
            best = length;
            text = along;
        }
        bool can = true;
        for (int i = minimal->x; i < x && can; i++) {
            can = pen_same(pen_at(to, theme, depth, y * WIDTH + i), minimal->pen);
            buf_add_rune(&drawn, to->cells[y * WIDTH + i].rune);
        }
        if (can && (int)drawn.length < best) {
            best = (int)drawn.length;
            text = drawn.at;
        }
    }
    buf_add(out, text, (size_t)best);
    buf_release(&drawn);
    minimal->x = x;
    minimal->y = y;
}

static void
minimal_emit(struct minimal *minimal, const struct canvas *to, const struct theme *theme,
    enum depth depth, struct buf *out)
{
    for (int at = 0; at < WIDTH * HEIGHT; at++) {
        if (same(&minimal->shown, to, theme, depth, at))
            continue;
        minimal_move(minimal, to, theme, depth, at % WIDTH, at / WIDTH, out);
        struct pen pen = pen_at(to, theme, depth, at);
        if (!pen_same(pen, minimal->pen)) {
            buf_add_text(out, "\033[");
            pen_change(minimal->pen, pen, out);
            buf_add_char(out, 'm');
            minimal->pen = pen;
        }
        buf_add_rune(out, to->cells[at].rune);
        if (++minimal->x == WIDTH)
            minimal->x = -1;
    }
    canvas_copy(&minimal->shown, to);
}

/* ---- the replay: a home screen that lives ---- */

struct world {
    uint8_t states[SITES]; /* offset from ROLE_HEALTHY */
    int second, cursor, top;
    uint64_t seed;
};

static uint32_t
random_below(struct world *world, uint32_t limit)
{
    world->seed = world->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(world->seed >> 33) % limit;
}

static const uint32_t glyphs[8] = { 0x25A0, 0x25B2, 0x2716, 0x25CB, 0x25D0, 0x25C6,
    0x25C7, 0xB7 };
static const char *const names[8] = { "healthy", "degraded", "down", "offline",
    "catching-up", "updating", "maintenance", "unknown" };

static void
draw_counts(const struct world *world, struct canvas *canvas)
{
    struct rect all = canvas_rect(canvas);
    struct bar_part parts[8];
    unsigned counts[8] = { 0 };
    int x = 1;

    for (int i = 0; i < SITES; i++)
        counts[world->states[i]]++;
    for (int i = 0; i < 8; i++)
        parts[i] =
            (struct bar_part){ counts[i], 0, STYLE((enum role)(ROLE_HEALTHY + i)) };
    canvas_shade(canvas, (struct rect){ 0, 0, WIDTH, 1 }, ROLE_STRIP);
    canvas_print(canvas, all, 1, 0, style_on(STYLE(ROLE_ACCENT), ROLE_STRIP),
        "nocturne  retail-edge > map");
    canvas_print(canvas, all, WIDTH - 30, 0, style_on(STYLE(ROLE_TEXT), ROLE_STRIP),
        "live  14:%02d:%02d  alice", world->second / 60 % 60, world->second % 60);
    bar_draw(canvas, (struct rect){ 1, 2, WIDTH - 2, 1 }, parts, 8);
    for (int i = 0; i < 8; i++) {
        canvas_rune(canvas, all, x, 3, glyphs[i], STYLE((enum role)(ROLE_HEALTHY + i)));
        x += 2 + canvas_print(canvas, all, x + 2, 3, STYLE(ROLE_TEXT), "%u", counts[i]);
        x += 4 + canvas_print(canvas, all, x + 1, 3, STYLE(ROLE_DIM), "%s", names[i]);
    }
}

static void
draw_map(const struct world *world, struct canvas *canvas)
{
    struct rect all = canvas_rect(canvas);

    for (int group = 0; group < SITES / PER_GROUP; group++) {
        int y = 5 + group * 4;
        canvas_print(canvas, all, 1, y, style_bold(STYLE(ROLE_TEXT)), "region-%d", group);
        canvas_hairline(canvas, all, 20, y, WIDTH - 30, STYLE(ROLE_FAINT));
        for (int i = 0; i < PER_GROUP; i++) {
            int site = group * PER_GROUP + i, state = world->states[site];
            struct style style = STYLE((enum role)(ROLE_HEALTHY + state));
            if (site == world->cursor)
                style.attributes = ATTRIBUTE_REVERSE;
            canvas_rune(canvas, all, 2 + i % 190, y + 1 + i / 190, glyphs[state], style);
        }
    }
}

static void
draw_table(struct world *world, struct canvas *canvas)
{
    struct rect all = canvas_rect(canvas);

    for (int y = 0; y < 14; y++) {
        int site = (world->top + y) % SITES;
        struct style style = STYLE(ROLE_TEXT);
        int row = 32 + y;
        canvas_print(canvas, all, 1, row, style, "store-%04d", site);
        canvas_print(canvas, all, 14, row,
            STYLE((enum role)(ROLE_HEALTHY + world->states[site])), "%-12s",
            names[world->states[site]]);
        canvas_print(canvas, all, 30, row, STYLE(ROLE_DIM), "Portland OR  region-%d",
            site / PER_GROUP);
        canvas_print(canvas, all, 60, row, style, "%3d C  %2d %%  p95 %3d ms",
            50 + site * 7 % 40, (site * 13 + world->second / 5) % 100,
            20 + site * 3 % 60);
        if (y == 3)
            canvas_shade(canvas, (struct rect){ 0, row, WIDTH, 1 }, ROLE_SELECTION);
    }
}

static void
churn(struct world *world)
{
    for (int i = 0; i < SITES / 100; i++) {
        uint32_t site = random_below(world, SITES);
        world->states[site] =
            (uint8_t)(random_below(world, 3) ? 0 : random_below(world, 8));
    }
}

static void
move_cursor(struct world *world)
{
    world->cursor = (world->cursor + 1) % SITES;
}

static void
scroll(struct world *world)
{
    world->top++;
}

static void
recolour(struct world *world)
{
    for (int i = 0; i < SITES; i++)
        world->states[i] = (uint8_t)((world->states[i] + 1 + random_below(world, 3)) % 8);
}

static const struct {
    const char *name;
    void (*change)(struct world *world);
    bool paced; /* a frame is a second: its bytes have a bar */
} scenes[] = {
    { "1 % churn a second", churn, true },
    { "the cursor moves", move_cursor, false },
    { "a table scrolls", scroll, false },
    { "all is recoloured", recolour, false },
};

static bool
same_screen(const struct vt *a, const struct vt *b)
{
    struct buf x = { 0 }, y = { 0 };

    vt_text(a, &x);
    vt_text(b, &y);
    bool ok = str_same(buf_str(&x), buf_str(&y));
    buf_release(&x);
    buf_release(&y);
    return ok;
}

struct figures {
    size_t ours, minimal;
};

/* A scene from its second frame on; the first one is counted apart. */
static struct figures
play(size_t scene, const struct theme *theme, enum depth depth, struct figures *first)
{
    struct world world = { .seed = 11 };
    struct canvas canvas;
    struct stage *stage = stage_new(depth, true);
    struct minimal minimal = { .x = -1, .pen = pen_default };
    struct vt *a = vt_open(WIDTH, HEIGHT), *b = vt_open(WIDTH, HEIGHT);
    struct figures figures = { 0 };

    canvas_init(&canvas, WIDTH, HEIGHT);
    canvas_init(&minimal.shown, WIDTH, HEIGHT);
    for (int frame = 0; frame <= FRAMES; frame++) {
        struct buf ours = { 0 }, least = { 0 };
        world.second++;
        scenes[scene].change(&world);
        canvas_clear(&canvas);
        draw_counts(&world, &canvas);
        draw_map(&world, &canvas);
        draw_table(&world, &canvas);
        stage_show(stage, &canvas, theme, -1);
        while (stage_stripe(stage, MUCH, &ours))
            ;
        minimal_emit(&minimal, &canvas, theme, depth, &least);
        vt_feed(a, ours.at, ours.length);
        vt_feed(b, least.at, least.length);
        struct figures *into = frame ? &figures : first;
        into->ours += ours.length;
        into->minimal += least.length;
        buf_release(&ours);
        buf_release(&least);
    }
    if (!same_screen(a, b)) {
        printf("emitter: the two screens differ\n");
        exit(1);
    }
    vt_close(a, 0);
    vt_close(b, 0);
    stage_free(stage);
    canvas_release(&canvas);
    canvas_release(&minimal.shown);
    return figures;
}

static bool
play_all(const struct theme *theme, enum depth depth, const char *name)
{
    struct figures sum = { 0 }, first = { 0 };
    bool ok = true;

    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct figures figures = play(i, theme, depth, &first);
        double frame = (double)figures.ours / FRAMES;
        printf("%s, %s: %.0f B a frame, minimal %.0f, ratio %.2f\n", name, scenes[i].name,
            frame, (double)figures.minimal / FRAMES,
            (double)figures.ours / (double)figures.minimal);
        if (scenes[i].paced && frame > 450)
            printf("%s: over the bar of 450 B/s\n", scenes[i].name);
        ok = ok && !(scenes[i].paced && frame > 450);
        sum.ours += figures.ours;
        sum.minimal += figures.minimal;
    }
    double ratio = (double)sum.ours / (double)sum.minimal;
    printf("%s: first frame %zu B (minimal %zu); the replay %.2f x minimal (bar 1.3)\n",
        name, first.ours / (sizeof scenes / sizeof *scenes),
        first.minimal / (sizeof scenes / sizeof *scenes), ratio);
    return ok && ratio <= 1.3;
}

int
main(void)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    struct theme theme;
    struct err err = { 0 };

    if (!file ||
        !theme_parse(&theme, "dark", (struct str){ file->text, file->length }, &err))
        return 1;
    bool ok = play_all(&theme, DEPTH_256, "256 colours");
    ok = play_all(&theme, DEPTH_TRUE, "truecolour") && ok;
    return ok ? 0 : 1;
}
