/* term -- see term.h. */
#include "term/term.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "term/ability.h"
#include "term/keys.h"
#include "term/output.h"
#include "term/saved.h"

#define ANSWER_WAIT_MS  100 /* at the end, so that no answer is typed into the shell */
#define READ_BYTES      4096
#define READS           16 /* at once; the rest comes with the next turn of the loop */
#define WIDTH_FALLBACK  80
#define HEIGHT_FALLBACK 24

/* No automatic margin: the last column is a column. Bracketed paste. */
#define ENTER           "\033[?25l\033[?7l\033[?2004h\033[m"
#define ENTER_ALTERNATE "\033[?1049h" ENTER
/* CAN and ST end whatever was cut off. */
#define LEAVE           "\030\033\\\033[?2026l\033[m\033[?2004l\033[?7h\033[?25h"
#define LEAVE_ALTERNATE LEAVE "\033[?1049l"
#define LEAVE_SAME      LEAVE "\033[999H\r\n"

struct term {
    int fd;
    struct termios before;
    struct ability ability;
    struct output output;
    struct keys *keys;
    void (*on_key)(void *user, struct key key, struct str paste);
    void *user;
    const struct theme *theme;
    int width, height;
    struct buf pending; /* not taken by the kernel yet */
    bool fresh;         /* nothing was sent since it was opened or resumed */
    bool away;          /* suspended */
    bool gone;
    int64_t now_ms, wake_ms;
    uint64_t bytes, frames;
};

static void
saw_key(void *user, struct key key)
{
    struct term *term = user;

    if (term->on_key)
        term->on_key(term->user, key, (struct str){ 0 });
}

static void
saw_paste(void *user, struct str text)
{
    struct term *term = user;

    if (term->on_key)
        term->on_key(term->user, (struct key){ .code = KEY_PASTE }, text);
}

static void
saw_position(void *user, int row, int column)
{
    struct term *term = user;

    output_answered(&term->output, row, column, term->now_ms);
    term->wake_ms = term->now_ms; /* there may be room now */
}

static const char *
leave_of(const struct term *term)
{
    return term->ability.alternate ? LEAVE_ALTERNATE : LEAVE_SAME;
}

static bool
make_raw(struct term *term)
{
    struct termios raw = term->before;

    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return !tcsetattr(term->fd, TCSANOW, &raw);
}

static bool
open_tty(struct term *term, struct err *err)
{
    /* A description of its own: O_NONBLOCK must not reach who shares stdout. */
    term->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (term->fd < 0 || tcgetattr(term->fd, &term->before)) {
        err_set(err, ERR_UNAVAILABLE, "no terminal: %s", strerror(errno));
        return false;
    }
    return true;
}

struct term *
term_open(const struct term_options *options, struct err *err)
{
    const struct keys_calls calls = { saw_key, saw_paste, saw_position };
    struct term *term = mem_zero(1, sizeof *term);

    term->fresh = true;
    term->wake_ms = 0;
    if (!open_tty(term, err) || !ability_find(&term->ability, err))
        goto out;
    if (options->ascii)
        term->ability.ascii = true;
    if (options->depth >= DEPTH_NONE && options->depth <= DEPTH_TRUE)
        term->ability.depth = (enum depth)options->depth;
    saved_arm(term->fd, &term->before, leave_of(term));
    if (!make_raw(term)) {
        err_set(
            err, ERR_UNAVAILABLE, "cannot set the terminal's mode: %s", strerror(errno));
        saved_disarm(term->fd);
        goto out;
    }
    output_init(&term->output, term->ability.depth, term->ability.erases_coloured, 0);
    term->keys = keys_new(&calls, term);
    return term;
out:
    if (term->fd >= 0)
        close(term->fd);
    free(term);
    return NULL;
}

/* An answer that is on its way would be typed into the shell. */
static void
await_answer(struct term *term)
{
    int64_t end_ms = clock_monotonic_ms() + ANSWER_WAIT_MS;

    term->on_key = NULL;
    while (term->output.link.waiting && !term->gone) {
        int64_t left_ms = end_ms - clock_monotonic_ms();
        struct pollfd readable = { term->fd, POLLIN, 0 };
        if (left_ms <= 0 || poll(&readable, 1, (int)left_ms) <= 0)
            return;
        if (!term_read(term, end_ms))
            return;
    }
}

static void
give_back(struct term *term)
{
    const char *leave = leave_of(term);

    if (term->pending.length)
        tcflush(term->fd, TCOFLUSH);
    buf_clear(&term->pending);
    saved_restore(term->fd, &term->before, leave, strlen(leave));
    saved_disarm(term->fd);
}

void
term_close(struct term *term)
{
    if (!term)
        return;
    if (!term->away) {
        await_answer(term);
        give_back(term);
    }
    close(term->fd);
    output_release(&term->output);
    keys_free(term->keys);
    buf_release(&term->pending);
    free(term);
}

void
term_suspend(struct term *term)
{
    if (term->away)
        return;
    void (*on_key)(void *, struct key, struct str) = term->on_key;
    await_answer(term);
    term->on_key = on_key;
    give_back(term);
    term->away = true;
}

void
term_resume(struct term *term)
{
    if (!term->away)
        return;
    tcgetattr(term->fd, &term->before); /* the shell may have changed it */
    saved_arm(term->fd, &term->before, leave_of(term));
    make_raw(term);
    term->away = false;
    term->fresh = true;
    term->wake_ms = 0;
    stage_repaint(term->output.stage);
}

int
term_fd(const struct term *term)
{
    return term->fd;
}

static int
clamp(int value, int fallback, int most)
{
    return value <= 0 ? fallback : value > most ? most : value;
}

bool
term_size(struct term *term, int *width, int *height)
{
    struct winsize size = { 0 };
    int before_width = term->width, before_height = term->height;

    ioctl(term->fd, TIOCGWINSZ, &size);
    *width = term->width = clamp(size.ws_col, WIDTH_FALLBACK, CANVAS_COLUMNS);
    *height = term->height = clamp(size.ws_row, HEIGHT_FALLBACK, CANVAS_ROWS);
    return term->width != before_width || term->height != before_height;
}

bool
term_ascii(const struct term *term)
{
    return term->ability.ascii;
}

enum depth
term_depth(const struct term *term)
{
    return term->ability.depth;
}

void
term_set_theme(struct term *term, const struct theme *theme)
{
    term->theme = theme;
}

void
term_show(struct term *term, const struct canvas *canvas, int input_row)
{
    assert(term->theme);
    if (stage_show(term->output.stage, canvas, term->theme, input_row)) {
        term->frames++;
        term->wake_ms = term->now_ms;
    }
}

/* False: the terminal is gone. What it does not take now stays. */
static bool
flush(struct term *term)
{
    size_t done = 0;

    while (done < term->pending.length) {
        ssize_t written =
            write(term->fd, term->pending.at + done, term->pending.length - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN)
            break;
        if (written <= 0) {
            term->gone = true;
            return false;
        }
        done += (size_t)written;
    }
    term->bytes += done;
    buf_drop(&term->pending, done);
    return true;
}

static void
enter(struct term *term, int64_t now_ms)
{
    const char *text = term->ability.alternate ? ENTER_ALTERNATE : ENTER;

    output_restart(&term->output, now_ms);
    buf_add_text(&term->pending, text);
    output_wrote(&term->output, strlen(text), now_ms);
    term->fresh = false;
}

bool
term_ship(struct term *term, int64_t now_ms)
{
    term->now_ms = now_ms;
    term->wake_ms = -1;
    if (term->gone)
        return false;
    if (term->away)
        return true;
    if (term->fresh)
        enter(term, now_ms);
    do {
        if (!flush(term))
            return false;
        if (term->pending.length)
            return true; /* the kernel says when */
    } while (output_step(&term->output, now_ms, &term->pending));
    term->wake_ms = output_wake_ms(&term->output, now_ms);
    return true;
}

bool
term_wants_write(const struct term *term)
{
    return term->pending.length > 0 && !term->away;
}

int64_t
term_wake_ms(const struct term *term)
{
    return term->away || term->gone ? -1 : term->wake_ms;
}

bool
term_read(struct term *term, int64_t now_ms)
{
    char bytes[READ_BYTES];

    term->now_ms = now_ms;
    for (int i = 0; i < READS; i++) {
        ssize_t got = read(term->fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return true;
        if (got <= 0) {
            term->gone = true;
            return false;
        }
        keys_feed(term->keys, bytes, (size_t)got);
    }
    return true;
}

void
term_on_key(struct term *term, void (*key)(void *user, struct key key, struct str paste),
    void *user)
{
    term->on_key = key;
    term->user = user;
}

bool
term_escape_waiting(const struct term *term)
{
    return keys_waiting(term->keys);
}

void
term_escape_timeout(struct term *term)
{
    keys_timeout(term->keys);
}

void
term_repaint(struct term *term)
{
    stage_repaint(term->output.stage);
    term->wake_ms = term->now_ms;
}

static void
add_base64(struct buf *out, struct str text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < text.length; i += 3) {
        uint32_t bits = 0;
        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (i + j < text.length ? (unsigned char)text.at[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            buf_add_char(
                out, i + j <= text.length ? digits[bits >> (18 - 6 * j) & 63] : '=');
    }
}

void
term_copy(struct term *term, struct str text)
{
    size_t before = term->pending.length;

    if (text.length > TERM_COPY_BYTES || term->away)
        return;
    buf_add_text(&term->pending, "\033]52;c;");
    add_base64(&term->pending, text);
    buf_add_text(&term->pending, "\a");
    output_wrote(&term->output, term->pending.length - before, term->now_ms);
    term->wake_ms = term->now_ms;
}

struct term_stats
term_stats(const struct term *term)
{
    return (struct term_stats){ term->bytes, term->frames, term->output.stripes,
        term->output.queries, term->output.link.answered ? term->output.link.rate : 0 };
}
