/*
 * motion -- the shortest bytes that move a terminal's cursor. Pure. It relies on
 * ECMA-48's CUP, CUU, CUD, CUF and CUB, on CR, BS, and on LF keeping its column (raw
 * mode), no more.
 */
#ifndef TERM_MOTION_H
#define TERM_MOTION_H

#include "base/buf.h"
#include "base/str.h"

struct spot {
    int x, y; /* from 0; x is -1 where it is not known */
};

/* `redraw`: what drawing again from `from` up to `to`, on to's row, would send; NULL at
 * if that is not possible. */
void motion_print(struct buf *out, struct spot from, struct spot to, struct str redraw);

#endif
