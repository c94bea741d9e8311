/* output: stage and link on a slow link, in virtual time, with a real terminal emulator
 * at its end. */
#include "helper/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "helper/vt.h"
#include "term/keys.h"
#include "term/output.h"

#define WIDTH  100
#define HEIGHT 30
#define KEYS   90 /* the line has room for them */

struct line { /* a link of some rate, a terminal behind it */
    struct theme theme;
    struct canvas canvas;
    struct output output;
    struct vt *vt;
    struct keys *keys;
    struct buf there; /* on its way to the terminal */
    struct buf back;  /* answers that left the terminal, and when */
    int64_t back_ms;
    int64_t now_ms, way_ms;
    double bytes_per_ms, credit;
    uint64_t sent;
    bool has_input;
};

static void
saw_position(void *user, int row, int column)
{
    struct line *line = user;

    output_answered(&line->output, row, column, line->now_ms);
}

static void
line_start(struct line *line, double bytes_per_second, int64_t way_ms)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    struct keys_calls calls = { .position = saw_position };
    struct err err = { 0 };

    *line = (struct line){ .bytes_per_ms = bytes_per_second / 1000, .way_ms = way_ms };
    assert_true(theme_parse(
        &line->theme, "dark", (struct str){ file->text, file->length }, &err));
    canvas_init(&line->canvas, WIDTH, HEIGHT);
    output_init(&line->output, DEPTH_TRUE, true, 0);
    line->vt = vt_open(WIDTH, HEIGHT);
    vt_feed(line->vt, "\033[?7l", 5);
    line->keys = keys_new(&calls, line);
}

static void
line_end(struct line *line)
{
    canvas_release(&line->canvas);
    output_release(&line->output);
    vt_close(line->vt, 0);
    keys_free(line->keys);
    buf_release(&line->there);
    buf_release(&line->back);
}

static void
line_fill(struct line *line)
{
    size_t before = line->there.length;

    while (output_step(&line->output, line->now_ms, &line->there))
        ;
    line->sent += line->there.length - before;
}

/* A millisecond: bytes arrive, answers come back. */
static void
line_step(struct line *line)
{
    line->now_ms++;
    line->credit += line->bytes_per_ms;
    size_t carried = (size_t)line->credit;
    carried = carried < line->there.length ? carried : line->there.length;
    line->credit = line->there.length ? line->credit - (double)carried : 0;
    vt_feed(line->vt, line->there.at, carried);
    buf_drop(&line->there, carried);
    if (!line->back.length) {
        vt_answers(line->vt, &line->back);
        line->back_ms = line->now_ms + 2 * line->way_ms;
    }
    if (line->back.length && line->now_ms >= line->back_ms) {
        keys_feed(line->keys, line->back.at, line->back.length);
        buf_clear(&line->back);
    }
    line_fill(line);
}

static void
line_show(struct line *line)
{
    stage_show(line->output.stage, &line->canvas, &line->theme,
        line->has_input ? HEIGHT - 1 : -1);
}

/* Every cell another colour and glyph. */
static void
recolour(struct line *line, int round)
{
    for (int y = 0; y < HEIGHT - 1; y++)
        for (int x = 0; x < WIDTH; x++)
            canvas_rune(&line->canvas, canvas_rect(&line->canvas), x, y, 0x25A0,
                STYLE((enum role)(ROLE_HEALTHY + (x + y + round) % 24)));
}

static int
by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Type one letter while everything is recoloured: how long until the terminal shows it.
 */
static int64_t
echo_ms(struct line *line, struct buf *input, int round)
{
    struct key key = { KEY_RUNE, 0, (uint32_t)('a' + round % 26) };
    int64_t typed_ms = line->now_ms;

    buf_add_rune(input, key.rune);
    struct rect row = { 0, HEIGHT - 1, WIDTH, 1 };
    canvas_fill(&line->canvas, row, STYLE(ROLE_TEXT));
    canvas_rune(&line->canvas, row, 0, 0, '/', STYLE(ROLE_ACCENT));
    row.x = 1;
    row.width = WIDTH - 1;
    canvas_text(&line->canvas, row, 0, 0, STYLE(ROLE_TEXT), buf_str(input));
    line_show(line);
    line_fill(line);
    int x = (int)input->length;
    while (vt_cell(line->vt, x, HEIGHT - 1).rune != key.rune) {
        if (line->now_ms - typed_ms > 60000)
            fail_msg("never shown");
        line_step(line);
        if (line->now_ms % 50 == 0) {
            recolour(line, (int)(line->now_ms / 50));
            line_show(line);
        }
    }
    return line->now_ms - typed_ms + line->way_ms;
}

static void
assert_typing_lives(double bytes_per_second, int64_t way_ms, int64_t bar_ms)
{
    struct line line;
    struct buf input = { 0 };
    int64_t times_ms[KEYS];

    line_start(&line, bytes_per_second, way_ms);
    line.has_input = true;
    for (int i = 0; i < 3000; i++) {
        if (i % 50 == 0) {
            recolour(&line, i);
            line_show(&line);
        }
        line_step(&line);
    }
    for (int i = 0; i < KEYS; i++) {
        times_ms[i] = echo_ms(&line, &input, i);
        for (int pause = 0; pause < 137 + i % 200; pause++) {
            if (pause % 50 == 0) {
                recolour(&line, i * 7 + pause);
                line_show(&line);
            }
            line_step(&line);
        }
    }
    qsort(times_ms, KEYS, sizeof *times_ms, by_size);
    int64_t worst_ms = times_ms[KEYS * 99 / 100];
    if (worst_ms > bar_ms)
        fail_msg("%.0f B/s: p50 %d ms, p99 %d ms, rate %d", bytes_per_second,
            (int)times_ms[KEYS / 2], (int)worst_ms, (int)line.output.link.rate);
    /* And the link was used meanwhile. */
    assert_true((double)line.sent > bytes_per_second * (double)line.now_ms / 1000 * 0.4);
    buf_release(&input);
    line_end(&line);
}

static void
typing_stays_alive_on_a_slow_link(void **state)
{
    (void)state;
    assert_typing_lives(2000, 20, 500);
    assert_typing_lives(10000, 5, 400);
    assert_typing_lives(2000, 100, 700);
}

static void
assert_whole(struct line *line)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        if (line->canvas.cells[i].width)
            assert_int_equal(
                vt_cell(line->vt, i % WIDTH, i / WIDTH).rune, line->canvas.cells[i].rune);
}

static void
a_frame_arrives_whole_and_then_all_is_quiet(void **state)
{
    (void)state;
    struct line line;

    line_start(&line, 50000, 5);
    recolour(&line, 0);
    line_show(&line);
    line_fill(&line);
    for (int i = 0; i < 4000; i++)
        line_step(&line);
    assert_true(stage_is_shown(line.output.stage));
    assert_whole(&line);
    assert_int_equal(output_wake_ms(&line.output, line.now_ms), -1);
    uint64_t sent = line.sent;
    for (int i = 0; i < 100000; i++)
        line_step(&line);
    assert_int_equal(line.sent, sent); /* idle sends nothing, not even a query */
    line_end(&line);
}

static void
after_a_restart_all_is_painted_again(void **state)
{
    (void)state;
    struct line line;

    line_start(&line, 1000000, 0);
    recolour(&line, 0);
    line_show(&line);
    for (int i = 0; i < 500; i++)
        line_step(&line);
    vt_feed(line.vt, "\033[2J", 4);
    output_restart(&line.output, line.now_ms);
    for (int i = 0; i < 500; i++)
        line_step(&line);
    assert_true(stage_is_shown(line.output.stage));
    assert_whole(&line);
    line_end(&line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_stays_alive_on_a_slow_link),
        cmocka_unit_test(a_frame_arrives_whole_and_then_all_is_quiet),
        cmocka_unit_test(after_a_restart_all_is_painted_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
