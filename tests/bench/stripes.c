/* stripes: how long a typed key takes to its echo on a link of 2 kB/s with 2 MB of buffer
 * between, while every cell is recoloured all the time. The program is this one again, on
 * a pty; the link is relayed here. */
#include <stdint.h>

#include "helper/vt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/clock.h"
#include "term/term.h"

#define WIDTH        200
#define HEIGHT       50
#define LINK_BYTES   2000 /* a second */
#define BUFFER_BYTES (2 << 20)
#define WAY_MS       20 /* of an answer and of a key */
#define WARM_MS      4000
#define KEYS         100
#define BAR_MS       500
#define FRAME_MS     50

/* ---- the program: everything changes, and a line to type in ---- */

struct program {
    struct term *term;
    struct buf input;
    struct canvas canvas;
};

static void
program_key(void *user, struct key key, struct str paste)
{
    struct program *program = user;

    (void)paste;
    if (key.code == KEY_ENTER)
        buf_clear(&program->input);
    else if (key.code == KEY_RUNE)
        buf_add_rune(&program->input, key.rune);
}

static void
program_draw(struct program *program, int round)
{
    struct canvas *canvas = &program->canvas;
    struct rect all = canvas_rect(canvas), row = { 2, HEIGHT - 1, WIDTH - 2, 1 };

    for (int y = 0; y < HEIGHT - 1; y++)
        for (int x = 0; x < WIDTH; x++)
            canvas_rune(canvas, all, x, y, 0x25A0,
                STYLE((enum role)(ROLE_HEALTHY + (x * 7 + y + round) % 24)));
    canvas_fill(canvas, row, STYLE(ROLE_TEXT));
    canvas_rune(canvas, all, 0, HEIGHT - 1, '/', STYLE(ROLE_ACCENT));
    canvas_text(canvas, row, 0, 0, STYLE(ROLE_TEXT), buf_str(&program->input));
    term_show(program->term, canvas, HEIGHT - 1);
}

static int
program_main(void)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    struct term_options options = { .depth = DEPTH_TRUE };
    struct program program = { 0 };
    struct theme theme;
    struct err err = { 0 };
    int64_t next_ms = 0;
    int round = 0;

    if (!theme_parse(&theme, "dark", (struct str){ file->text, file->length }, &err))
        return 3;
    program.term = term_open(&options, &err);
    if (!program.term)
        return 4;
    canvas_init(&program.canvas, WIDTH, HEIGHT);
    term_set_theme(program.term, &theme);
    term_on_key(program.term, program_key, &program);
    for (;;) {
        int64_t now_ms = clock_monotonic_ms();
        struct pollfd fd = { term_fd(program.term), POLLIN, 0 };
        if (now_ms >= next_ms) {
            program_draw(&program, round++);
            next_ms = now_ms + FRAME_MS;
        }
        if (!term_ship(program.term, now_ms))
            break;
        if (term_wants_write(program.term))
            fd.events |= POLLOUT;
        if (poll(&fd, 1, (int)(next_ms - now_ms)) > 0 &&
            fd.revents & (POLLIN | POLLHUP)) {
            if (!term_read(program.term, clock_monotonic_ms()))
                break;
            program_draw(&program, round);
        }
    }
    term_close(program.term);
    return 0;
}

/* ---- the link ---- */

struct relay {
    struct vt *vt;
    struct buf queue;
    int64_t last_us;
    double credit;
    size_t deepest;
    uint64_t carried;
};

static void
relay_take(struct relay *relay)
{
    char bytes[65536];

    while (relay->queue.length < BUFFER_BYTES) {
        ssize_t got = read(vt_fd(relay->vt), bytes, sizeof bytes);
        if (got <= 0)
            break;
        buf_add(&relay->queue, bytes, (size_t)got);
    }
    if (relay->queue.length > relay->deepest)
        relay->deepest = relay->queue.length;
}

/* A millisecond or so: what the program wrote goes on at the link's rate. The terminal's
 * answers reach the pty at once; the way back is taken into account by the keys. */
static void
relay_step(struct relay *relay)
{
    struct pollfd fd = { vt_fd(relay->vt), POLLIN, 0 };

    poll(&fd, relay->queue.length < BUFFER_BYTES, 1);
    relay_take(relay);
    int64_t now_us = clock_monotonic_us();
    relay->credit += (double)(now_us - relay->last_us) * LINK_BYTES / 1e6;
    relay->last_us = now_us;
    size_t carried = relay->credit > 0 ? (size_t)relay->credit : 0;
    if (carried > relay->queue.length) {
        carried = relay->queue.length;
        relay->credit = (double)carried;
    }
    relay->credit -= (double)carried;
    relay->carried += carried;
    vt_feed(relay->vt, relay->queue.at, carried);
    buf_drop(&relay->queue, carried);
}

static void
relay_for(struct relay *relay, int64_t ms)
{
    int64_t end_ms = clock_monotonic_ms() + ms;

    while (clock_monotonic_ms() < end_ms)
        relay_step(relay);
}

static int64_t
echo_ms(struct relay *relay, int i)
{
    char key[2] = { (char)('a' + i % 26), 0 };
    int x = 2 + i % 60;

    if (x == 2 && i) {
        vt_send(relay->vt, "\r");
        relay_for(relay, 1500);
    }
    int64_t typed_ms = clock_monotonic_ms();
    relay_for(relay, WAY_MS);
    vt_send(relay->vt, key);
    while (vt_cell(relay->vt, x, HEIGHT - 1).rune != (uint32_t)key[0]) {
        relay_step(relay);
        if (clock_monotonic_ms() - typed_ms > 60000)
            return 60000;
    }
    return clock_monotonic_ms() - typed_ms + WAY_MS;
}

static int
by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
    char *self[] = { (char *)"/proc/self/exe", (char *)"program", NULL };
    struct vt_spawn spawn = { .width = WIDTH, .height = HEIGHT, .argv = self };
    int64_t times_ms[KEYS];

    if (argc > 1 && !strcmp(argv[1], "program"))
        return program_main();
    struct relay relay = { .vt = vt_spawn(&spawn), .last_us = clock_monotonic_us() };
    relay_for(&relay, WARM_MS);
    int64_t start_ms = clock_monotonic_ms();
    uint64_t before = relay.carried;
    for (int i = 0; i < KEYS; i++) {
        times_ms[i] = echo_ms(&relay, i);
        relay_for(&relay, 50 + i * 37 % 200);
    }
    double seconds = (double)(clock_monotonic_ms() - start_ms) / 1000;
    qsort(times_ms, KEYS, sizeof *times_ms, by_size);
    int64_t p99_ms = times_ms[KEYS * 99 / 100];
    printf("echo of a typed key at %d B/s during a full recolour: p50 %d ms, p99 %d ms "
           "(bar %d ms); link used %.0f %%, "
           "at most %zu bytes waited\n",
        LINK_BYTES, (int)times_ms[KEYS / 2], (int)p99_ms, BAR_MS,
        (double)(relay.carried - before) / seconds / LINK_BYTES * 100, relay.deepest);
    vt_close(relay.vt, SIGKILL);
    buf_release(&relay.queue);
    return p99_ms <= BAR_MS ? 0 : 1;
}
