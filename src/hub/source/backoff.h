/*
 * backoff -- how long to wait before the next try: 0.8 s doubling to 30 s, each with
 * jitter, from the start again after two minutes without a failure. Its clock is given.
 */
#ifndef HUB_SOURCE_BACKOFF_H
#define HUB_SOURCE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_LEAST_MS 800
#define BACKOFF_MOST_MS  30000
#define BACKOFF_RESET_MS 120000
#define BACKOFF_ASKED_MS 120000 /* the longest wait a server can ask for */

struct backoff {
    uint64_t seed; /* of the jitter; never 0 */
    uint32_t failures;
    int64_t failed_ms; /* the last one */
};

/* One more failure at now_ms: how long to wait; at least asked_ms, where the server asked
 * (-1: it did not). */
int64_t backoff_next(struct backoff *backoff, int64_t asked_ms, int64_t now_ms);

/* Was the last failure so long ago that the next is the first? */
bool backoff_rested(const struct backoff *backoff, int64_t now_ms);

uint64_t backoff_random(struct backoff *backoff, uint64_t below);

#endif
