/* stage: a real terminal emulator, fed what the stage says, shows what the canvas is. */
#include "helper/check.h"

#include <string.h>

#include "base/builtin.h"
#include "base/text.h"
#include "helper/vt.h"
#include "term/stage.h"
#include "ui/pen.h"

#define WIDTH  60
#define HEIGHT 12
#define MUCH   1000000

struct setup {
    struct theme theme;
    struct canvas canvas;
    struct stage *stage;
    struct vt *vt;
    enum depth depth;
    int input_row;
    uint64_t seed;
};

static void
setup_start(struct setup *setup, enum depth depth)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    struct err err = { 0 };

    *setup = (struct setup){ .depth = depth, .seed = 42, .input_row = -1 };
    assert_true(theme_parse(
        &setup->theme, "dark", (struct str){ file->text, file->length }, &err));
    canvas_init(&setup->canvas, WIDTH, HEIGHT);
    setup->stage = stage_new(depth, true);
    setup->vt = vt_open(WIDTH, HEIGHT);
    vt_feed(setup->vt, "\033[?7l", 5);
}

static void
setup_end(struct setup *setup)
{
    canvas_release(&setup->canvas);
    stage_free(setup->stage);
    vt_close(setup->vt, 0);
}

static bool
show(struct setup *setup)
{
    return stage_show(setup->stage, &setup->canvas, &setup->theme, setup->input_row);
}

/* One stripe to the terminal: how many bytes it had. */
static size_t
stripe(struct setup *setup, size_t limit)
{
    struct buf out = { 0 };

    assert_true(stage_stripe(setup->stage, limit, &out));
    vt_feed(setup->vt, out.at, out.length);
    size_t length = out.length;
    buf_release(&out);
    return length;
}

static size_t
ship(struct setup *setup, size_t limit)
{
    size_t bytes = 0;

    for (int i = 0; !stage_is_shown(setup->stage); i++) {
        bytes += stripe(setup, limit);
        assert_true(i < 100000);
    }
    return bytes;
}

static void
assert_colour(struct vt_colour colour, uint32_t rgb)
{
    if (rgb == COLOUR_DEFAULT)
        assert_int_equal(colour.kind, VT_DEFAULT);
    else {
        assert_int_equal(colour.kind, VT_RGB);
        assert_int_equal(colour.value, rgb);
    }
}

static void
assert_cell(struct setup *setup, int x, int y)
{
    const struct cell *cell = &setup->canvas.cells[y * setup->canvas.width + x];
    struct vt_cell seen = vt_cell(setup->vt, x, y);
    struct style style = { cell->fg, cell->bg, cell->attributes };
    const struct look *fg = &setup->theme.looks[cell->fg];
    const struct look *bg = &setup->theme.looks[cell->bg];
    struct pen pen = pen_of(&setup->theme, style, DEPTH_TRUE);

    if (seen.rune != cell->rune)
        fail_msg("at %d,%d: wanted U+%04X, shown U+%04X", x, y, cell->rune, seen.rune);
    if (!cell->width)
        return;
    assert_colour(seen.bg, cell->bg == ROLE_BACKGROUND ? COLOUR_DEFAULT : bg->rgb);
    assert_int_equal(seen.reverse, (pen.attributes & ATTRIBUTE_REVERSE) != 0);
    assert_int_equal(seen.underline, (pen.attributes & ATTRIBUTE_UNDERLINE) != 0);
    if (cell->rune != ' ') {
        assert_int_equal(seen.bold, (pen.attributes & ATTRIBUTE_BOLD) != 0);
        assert_colour(seen.fg, fg->rgb);
    }
}

/* Every cell, the cursor, and that the stage knows where that is. */
static void
assert_shown(struct setup *setup)
{
    int x, y, known_x, known_y;

    for (y = 0; y < setup->canvas.height; y++)
        for (x = 0; x < setup->canvas.width; x++)
            assert_cell(setup, x, y);
    bool visible = vt_cursor(setup->vt, &x, &y);
    assert_int_equal(visible, setup->canvas.cursor_x >= 0 && setup->canvas.cursor_y >= 0);
    if (visible) {
        assert_int_equal(x, setup->canvas.cursor_x);
        assert_int_equal(y, setup->canvas.cursor_y);
    }
    if (stage_position(setup->stage, &known_x, &known_y)) {
        assert_int_equal(x, known_x);
        assert_int_equal(y, known_y);
    }
}

static uint32_t
random_below(struct setup *setup, uint32_t limit)
{
    setup->seed = setup->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(setup->seed >> 33) % limit;
}

static void
scribble(struct setup *setup, uint32_t count)
{
    static const uint32_t runes[] = { ' ', ' ', 'a', 'Z', '7', 0x25A0, 0x2588, 0xE9,
        0x6F22, 0x5B57, 0x2500, 0xFFFD };
    struct rect all = canvas_rect(&setup->canvas);

    for (uint32_t i = 0; i < count; i++) {
        int x = (int)random_below(setup, WIDTH), y = (int)random_below(setup, HEIGHT);
        struct style style = { (uint8_t)(1 + random_below(setup, ROLES - 1)),
            (uint8_t)(random_below(setup, 3) ? 0 : random_below(setup, ROLES)),
            (uint8_t)(random_below(setup, 4) ? 0 : random_below(setup, 8)) };
        int run = 1 + (int)random_below(setup, 14);
        uint32_t rune = runes[random_below(setup, sizeof runes / sizeof *runes)];
        for (int step = 0; step < run; step++)
            canvas_rune(
                &setup->canvas, all, x + step * text_rune_width(rune), y, rune, style);
    }
}

static void
the_first_frame_is_shown(void **state)
{
    (void)state;
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    assert_true(stage_is_shown(setup.stage)); /* nothing asked for yet */
    canvas_text(&setup.canvas, canvas_rect(&setup.canvas), 3, 2, STYLE(ROLE_DOWN),
        STR("✖ store-0088"));
    assert_true(show(&setup));
    ship(&setup, MUCH);
    assert_shown(&setup);
    assert_false(show(&setup));
    setup_end(&setup);
}

static void
nothing_new_sends_nothing(void **state)
{
    (void)state;
    struct setup setup;
    struct buf out = { 0 };

    setup_start(&setup, DEPTH_TRUE);
    scribble(&setup, 40);
    show(&setup);
    ship(&setup, MUCH);
    show(&setup);
    assert_true(stage_is_shown(setup.stage));
    assert_false(stage_stripe(setup.stage, MUCH, &out));
    assert_int_equal(out.length, 0);
    /* A change that is taken back before it was shipped is no change. */
    struct canvas before = { 0 };
    canvas_copy(&before, &setup.canvas);
    scribble(&setup, 10);
    show(&setup);
    canvas_copy(&setup.canvas, &before);
    show(&setup);
    assert_true(stage_is_shown(setup.stage));
    canvas_release(&before);
    setup_end(&setup);
}

static void
any_change_in_any_stripes_ends_as_the_canvas(void **state)
{
    (void)state;
    static const size_t limits[] = { 1, 90, 200, 500, 3000, MUCH };
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    for (int round = 0; round < 600; round++) {
        scribble(&setup, 1 + random_below(&setup, 30));
        bool typing = random_below(&setup, 2);
        setup.canvas.cursor_x = typing ? (int)random_below(&setup, WIDTH) : -1;
        setup.canvas.cursor_y = typing ? HEIGHT - 1 : -1;
        setup.canvas.focus_y = (int)random_below(&setup, HEIGHT + 1) - 1;
        setup.input_row = typing ? HEIGHT - 1 : -1;
        show(&setup);
        if (random_below(&setup, 3)) /* sometimes change it half-way */
            ship(&setup, limits[random_below(&setup, 6)]);
        else if (!stage_is_shown(setup.stage))
            stripe(&setup, limits[random_below(&setup, 6)]);
        if (stage_is_shown(setup.stage))
            assert_shown(&setup);
    }
    ship(&setup, MUCH);
    assert_shown(&setup);
    setup_end(&setup);
}

static void
a_stripe_keeps_its_limit(void **state)
{
    (void)state;
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    setup.canvas.cursor_x = 2;
    setup.canvas.cursor_y = 3;
    for (int round = 0; round < 50; round++) {
        size_t limit = STAGE_LEAST_BYTES + random_below(&setup, 900);
        scribble(&setup, 60);
        show(&setup);
        while (!stage_is_shown(setup.stage))
            assert_in_range(stripe(&setup, limit), 1, limit);
    }
    assert_shown(&setup);
    setup_end(&setup);
}

static void
what_is_typed_comes_first_and_alone(void **state)
{
    (void)state;
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    setup.input_row = HEIGHT - 1;
    setup.canvas.cursor_y = HEIGHT - 1;
    setup.canvas.cursor_x = 1;
    show(&setup);
    ship(&setup, MUCH);
    scribble(&setup, 200);
    canvas_fill(
        &setup.canvas, (struct rect){ 0, HEIGHT - 1, WIDTH, 1 }, STYLE(ROLE_TEXT));
    canvas_text(&setup.canvas, canvas_rect(&setup.canvas), 0, HEIGHT - 1,
        STYLE(ROLE_TEXT), STR("/r"));
    setup.canvas.cursor_x = 2;
    show(&setup);
    assert_true(stage_input_waits(setup.stage));
    assert_in_range(stripe(&setup, 300), 1, 60);
    assert_false(stage_input_waits(setup.stage));
    for (int x = 0; x < WIDTH; x++)
        assert_cell(&setup, x, HEIGHT - 1);
    assert_false(stage_is_shown(setup.stage));
    setup_end(&setup);
}

static void
the_focus_row_comes_second(void **state)
{
    (void)state;
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    show(&setup);
    ship(&setup, MUCH);
    scribble(&setup, 300);
    setup.canvas.focus_y = 7;
    canvas_fill(&setup.canvas, (struct rect){ 0, 7, WIDTH, 1 }, STYLE(ROLE_TEXT));
    canvas_text(
        &setup.canvas, canvas_rect(&setup.canvas), 0, 7, STYLE(ROLE_TEXT), STR("here"));
    show(&setup);
    stripe(&setup, 200);
    for (int x = 0; x < WIDTH; x++)
        assert_cell(&setup, x, 7);
    setup_end(&setup);
}

/* Every cell changes all the time: each is still drawn again and again. */
static void
nothing_starves_under_continuous_change(void **state)
{
    (void)state;
    struct setup setup;
    int changes[WIDTH * HEIGHT] = { 0 };
    uint32_t before[WIDTH * HEIGHT] = { 0 };

    setup_start(&setup, DEPTH_TRUE);
    for (int round = 0; round < 1500; round++) {
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            canvas_rune(&setup.canvas, canvas_rect(&setup.canvas), i % WIDTH, i / WIDTH,
                (uint32_t)('a' + (round + i) % 26),
                STYLE((enum role)(1 + (round + i) % (ROLES - 1))));
        show(&setup);
        stripe(&setup, 400);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            uint32_t rune = vt_cell(setup.vt, i % WIDTH, i / WIDTH).rune;
            changes[i] += rune != before[i];
            before[i] = rune;
        }
    }
    int least = changes[0], most = changes[0];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        least = changes[i] < least ? changes[i] : least;
        most = changes[i] > most ? changes[i] : most;
    }
    assert_in_range(least, 10, 1500);
    assert_true(most <= 2 * least);
    setup_end(&setup);
}

static void
a_repaint_mends_a_screen_that_others_wrote_on(void **state)
{
    (void)state;
    static const char broadcast[] = "\033[4;4H\033[1;7mBroadcast message\033[3;1H\033[L";
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    scribble(&setup, 100);
    show(&setup);
    ship(&setup, MUCH);
    vt_feed(setup.vt, broadcast, sizeof(broadcast) - 1);
    stage_repaint(setup.stage);
    assert_false(stage_is_shown(setup.stage));
    ship(&setup, MUCH);
    assert_shown(&setup);
    setup_end(&setup);
}

static void
another_size_starts_anew(void **state)
{
    (void)state;
    struct setup setup;

    setup_start(&setup, DEPTH_TRUE);
    scribble(&setup, 100);
    show(&setup);
    ship(&setup, MUCH);
    vt_resize(setup.vt, 40, 9);
    canvas_resize(&setup.canvas, 40, 9);
    canvas_text(&setup.canvas, canvas_rect(&setup.canvas), 0, 8, STYLE(ROLE_TEXT),
        STR("smaller"));
    assert_true(show(&setup));
    ship(&setup, MUCH);
    assert_shown(&setup);
    vt_resize(setup.vt, 70, 20);
    canvas_resize(&setup.canvas, 70, 20);
    canvas_text(&setup.canvas, canvas_rect(&setup.canvas), 60, 19, STYLE(ROLE_TEXT),
        STR("larger"));
    show(&setup);
    ship(&setup, MUCH);
    assert_shown(&setup);
    setup_end(&setup);
}

static void
assert_bytes(struct setup *setup, const char *wanted)
{
    struct buf out = { 0 };

    show(setup);
    while (stage_stripe(setup->stage, MUCH, &out))
        ;
    vt_feed(setup->vt, out.at, out.length);
    buf_add_char(&out, '\0');
    assert_string_equal(out.at, wanted);
    assert_shown(setup);
    buf_release(&out);
}

static void
a_small_change_is_a_few_bytes(void **state)
{
    (void)state;
    struct setup setup;
    struct rect all;

    setup_start(&setup, DEPTH_TRUE);
    all = canvas_rect(&setup.canvas);
    canvas_text(
        &setup.canvas, all, 0, 3, STYLE(ROLE_TEXT), STR("12:00:00 store-0317 ok"));
    show(&setup);
    ship(&setup, MUCH);
    canvas_text(&setup.canvas, all, 0, 3, STYLE(ROLE_TEXT), STR("12:00:01"));
    assert_bytes(&setup, "\033[15D1");
    canvas_text(&setup.canvas, all, 0, 3, STYLE(ROLE_TEXT), STR("12:01:02"));
    assert_bytes(&setup, "\033[4D1:02"); /* the colon is shorter drawn than passed */
    /* A blank's own colour is nobody's business. */
    canvas_fill(&setup.canvas, (struct rect){ 30, 3, 5, 1 }, STYLE(ROLE_DOWN));
    assert_bytes(&setup, "");
    /* Erasing the rest of a row. */
    canvas_fill(&setup.canvas, (struct rect){ 8, 3, 52, 1 }, STYLE(ROLE_TEXT));
    assert_bytes(&setup, " \033[K");
    setup_end(&setup);
}

static void
scattered_cells_of_one_colour_are_drawn_together(void **state)
{
    (void)state;
    struct setup setup;
    struct buf out = { 0 };
    int pens = 0;

    setup_start(&setup, DEPTH_TRUE);
    show(&setup);
    ship(&setup, MUCH);
    for (int y = 1; y < 9; y++) {
        struct rect all = canvas_rect(&setup.canvas);

        canvas_rune(&setup.canvas, all, 5, y, 0x25A0, STYLE(ROLE_HEALTHY));
        canvas_rune(&setup.canvas, all, 25, y, 0x2716, STYLE(ROLE_DOWN));
    }
    show(&setup);
    assert_true(stage_stripe(setup.stage, MUCH, &out));
    for (size_t i = 0; i < out.length; i++)
        pens += out.at[i] == 'm';
    assert_int_equal(pens, 2);
    vt_feed(setup.vt, out.at, out.length);
    assert_shown(&setup);
    buf_release(&out);
    setup_end(&setup);
}

static void
a_terminal_that_erases_in_black_is_not_asked_to(void **state)
{
    (void)state;
    struct setup setup;
    struct buf out = { 0 };

    setup_start(&setup, DEPTH_TRUE);
    stage_free(setup.stage);
    setup.stage = stage_new(DEPTH_TRUE, false);
    canvas_fill(&setup.canvas, (struct rect){ 0, 0, WIDTH, 1 }, STYLE(ROLE_TEXT));
    canvas_shade(&setup.canvas, (struct rect){ 0, 0, WIDTH, 1 }, ROLE_STRIP);
    show(&setup);
    stage_stripe(setup.stage, MUCH, &out);
    vt_feed(setup.vt, out.at, out.length);
    buf_add_char(&out, '\0');
    assert_null(strstr(out.at, "\033[K"));
    assert_shown(&setup);
    buf_release(&out);
    setup_end(&setup);
}

static void
long_stripes_are_bracketed_short_ones_not(void **state)
{
    (void)state;
    struct setup setup;
    struct buf out = { 0 };

    setup_start(&setup, DEPTH_256);
    scribble(&setup, 100);
    show(&setup);
    stage_stripe(setup.stage, MUCH, &out);
    assert_true(str_starts(buf_str(&out), "\033[?2026h"));
    assert_true(str_ends(buf_str(&out), "\033[?2026l"));
    buf_clear(&out);
    canvas_text(
        &setup.canvas, canvas_rect(&setup.canvas), 0, 0, STYLE(ROLE_TEXT), STR("xyz"));
    show(&setup);
    stage_stripe(setup.stage, MUCH, &out);
    buf_add_char(&out, '\0');
    assert_null(strstr(out.at, "2026"));
    buf_release(&out);
    setup_end(&setup);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_is_shown),
        cmocka_unit_test(nothing_new_sends_nothing),
        cmocka_unit_test(any_change_in_any_stripes_ends_as_the_canvas),
        cmocka_unit_test(a_stripe_keeps_its_limit),
        cmocka_unit_test(what_is_typed_comes_first_and_alone),
        cmocka_unit_test(the_focus_row_comes_second),
        cmocka_unit_test(nothing_starves_under_continuous_change),
        cmocka_unit_test(a_repaint_mends_a_screen_that_others_wrote_on),
        cmocka_unit_test(another_size_starts_anew),
        cmocka_unit_test(a_small_change_is_a_few_bytes),
        cmocka_unit_test(scattered_cells_of_one_colour_are_drawn_together),
        cmocka_unit_test(a_terminal_that_erases_in_black_is_not_asked_to),
        cmocka_unit_test(long_stripes_are_bracketed_short_ones_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
