/*
 * output -- the stage and the link together: which bytes go to the terminal now. Pure: it
 * is given the time, and its owner writes. Idle, it sends nothing.
 */
#ifndef TERM_OUTPUT_H
#define TERM_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "term/link.h"
#include "term/stage.h"

struct output {
    struct stage *stage;
    struct link link;
    uint64_t stripes, queries;
};

void output_init(
    struct output *output, enum depth depth, bool erases_coloured, int64_t now_ms);
void output_release(struct output *output);

/* The terminal was away, or is new: measure it again, repaint. */
void output_restart(struct output *output, int64_t now_ms);

/* Append what the link has room for: at most one stripe and a query. False: nothing now.
 */
bool output_step(struct output *output, int64_t now_ms, struct buf *out);

/* When to call output_step again though nothing happens; -1 never. */
int64_t output_wake_ms(struct output *output, int64_t now_ms);

/* Bytes that are no stripe were written too. */
void output_wrote(struct output *output, size_t bytes, int64_t now_ms);

void output_answered(struct output *output, int row, int column, int64_t now_ms);

#endif
