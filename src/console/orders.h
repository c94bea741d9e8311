/*
 * orders -- all clusters of a fleet in two orders that are kept up as they change: by
 * natural name, and as a table shows them. Ties of the second are by the first.
 *
 * Putting all in order is rare and costs a sort; of few that changed only they are
 * sorted, and merged back.
 */
#ifndef CONSOLE_ORDERS_H
#define CONSOLE_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/panel/dimension.h"
#include "fleet/fleet.h"

struct orders {
    const struct fleet *fleet;
    struct dimension by; /* of rows; none: worst first */
    bool reverse;
    uint32_t *names, *rows; /* slots */
    uint32_t count;         /* of each */
    uint32_t *spare;        /* merging goes there, then it takes the other's place */
    size_t capacity;        /* of all three */
    uint8_t *loose;         /* by slot: taken out while merging */
    size_t loose_capacity;
};

void orders_release(struct orders *orders);

void orders_anew(struct orders *orders, const uint32_t *slots, uint32_t count);
void orders_sort_rows(struct orders *orders); /* by or reverse is another */

/* Slots to take out, if they are there, and slots to put in. */
struct moved {
    const uint32_t *out, *in;
    uint32_t out_count, in_count;
};

/* In names only who came or went moves, in rows whoever changed. */
void orders_move(
    struct orders *orders, const struct moved *names, const struct moved *rows);

#endif
