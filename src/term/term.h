/*
 * term -- the terminal: raw mode, its size, what it can do (terminfo), and the output
 * stage. Passive: the console says when bytes came, when there is room, when time passed.
 * Times are monotonic.
 *
 * The output stage holds what the terminal shows and what it should show. term_ship
 * writes the difference in stripes: input line first, then the focus row, then what has
 * waited longest; each stripe is smaller than what the link carries in 250 ms, measured
 * sparingly by answered cursor-position queries, and stands in a synchronized-update
 * bracket of its own (decisions.md 25). Whatever changes meanwhile is simply drawn later.
 *
 * However the process ends, by term_close, exit or a crash, the terminal is given back.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

#define TERM_COPY_BYTES 65536 /* longer text is not offered to the clipboard */

struct term;

struct term_options {
    bool ascii; /* asked for; also found by the locale and by TERM */
    int depth;  /* enum depth, -1: find out from TERM, COLORTERM, NO_COLOR */
};

/* Opens /dev/tty anew, non-blocking. ERR_UNAVAILABLE: no terminal; ERR_UNSUPPORTED: it
 * cannot place its cursor. */
struct term *term_open(const struct term_options *options, struct err *err);
void term_close(struct term *term); /* restores everything, blocking for at most 200 ms */

void term_suspend(struct term *term); /* whole again, for SIGTSTP; then raise SIGSTOP */
void term_resume(struct term *term);  /* raw again, repaint everything */

int term_fd(const struct term *term);

/* Asks the terminal; true if it changed. Then show a canvas of that size. */
bool term_size(struct term *term, int *width, int *height);
bool term_ascii(const struct term *term);
enum depth term_depth(const struct term *term);

/* Borrowed. Before the first term_show; seen from the next one on. */
void term_set_theme(struct term *term, const struct theme *theme);

/* What the screen should show: copied. Nothing is written before term_ship. input_row is
 * where the operator types, -1 if nowhere. */
void term_show(struct term *term, const struct canvas *canvas, int input_row);

/* Write what the link has room for: after term_show, term_read, when the descriptor is
 * writable, and at term_wake_ms. False: the terminal is gone. */
bool term_ship(struct term *term, int64_t now_ms);
bool term_wants_write(const struct term *term); /* watch for writability */
int64_t term_wake_ms(const struct term *term);  /* call term_ship again at, -1 never */

/* Bytes came. False: hung up. Keys go to the callback that term_on_key set. */
bool term_read(struct term *term, int64_t now_ms);
void term_on_key(struct term *term,
    void (*key)(void *user, struct key key, struct str paste), void *user);

/* True: call term_escape_timeout 25 ms after the last read. */
bool term_escape_waiting(const struct term *term);
void term_escape_timeout(struct term *term);

/* Everything anew: ctrl-l, and after somebody wrote over the screen. */
void term_repaint(struct term *term);
void term_copy(struct term *term, struct str text); /* to the clipboard by OSC 52 */

struct term_stats {
    uint64_t bytes, frames, stripes, queries;
    int64_t rate_bytes_per_s; /* 0 not measured */
};
struct term_stats term_stats(const struct term *term);

#endif
