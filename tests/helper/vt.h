/*
 * vt -- a terminal inside the test: a program on a pty, its screen in libvterm. Or no
 * program at all, and bytes fed by hand. It answers queries as a terminal does.
 *
 * Waiting is for something to appear, with a deadline, never for time to pass.
 */
#ifndef HELPER_VT_H
#define HELPER_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

#define VT_DEADLINE_MS 10000

struct vt;

struct vt_spawn {
    int width, height;
    const char *term;               /* TERM; NULL: xterm-256color */
    char *const *argv;              /* argv[0] is a path; NULL-ended */
    const char *const *environment; /* "NAME=value" or "NAME" to unset; NULL-ended */
    bool job; /* with a shell above it: it can be stopped, and so is vt_pid then */
};

/* A colour as the program asked for it. */
enum vt_kind { VT_DEFAULT, VT_INDEX, VT_RGB };

struct vt_colour {
    enum vt_kind kind;
    uint32_t value; /* the index, or 0xRRGGBB */
};

struct vt_cell {
    uint32_t rune; /* ' ' if blank, 0 in the second half of a wide one */
    int width;
    bool bold, underline, reverse;
    struct vt_colour fg, bg;
};

struct vt *vt_open(int width, int height);         /* nothing behind it: vt_feed */
struct vt *vt_spawn(const struct vt_spawn *spawn); /* aborts if it cannot */

/* End it: send a signal (0: none), wait up to the deadline, free. The wait status; -1 if
 * it had to be killed. */
int vt_close(struct vt *vt, int signal);

pid_t vt_pid(const struct vt *vt);
int vt_fd(const struct vt *vt); /* the pty's master */
void vt_feed(struct vt *vt, const char *at, size_t length);
bool vt_pump(
    struct vt *vt, int wait_ms); /* take what comes; false: the other side closed */
void vt_answers(struct vt *vt, struct buf *out); /* without a program: replies so far */

void vt_send(struct vt *vt, const char *bytes);
void vt_press(struct vt *vt, const char *keys); /* names parted by blanks: "down enter" */
void vt_resize(struct vt *vt, int width, int height);

void vt_text(const struct vt *vt, struct buf *out); /* as canvas_to_text */
struct vt_cell vt_cell(const struct vt *vt, int x, int y);
bool vt_find(const struct vt *vt, const char *text, int *x, int *y);

/* Pump until the text is there (or gone). False at the deadline, or if the program ends.
 */
bool vt_wait(struct vt *vt, const char *text);
bool vt_wait_gone(struct vt *vt, const char *text);
bool vt_wait_end(struct vt *vt); /* until the program closed its side */

int vt_width(const struct vt *vt);
int vt_height(const struct vt *vt);
bool vt_alternate(const struct vt *vt);              /* is the alternate screen shown? */
uint32_t vt_switches(const struct vt *vt);           /* how often it came or went */
bool vt_cursor(const struct vt *vt, int *x, int *y); /* false: hidden */
uint64_t vt_bytes(const struct vt *vt);              /* that the program wrote */

/* The screen as a picture; rsvg-convert makes a PNG of it. False: the file did not go. */
bool vt_svg(const struct vt *vt, const char *path);

#endif
