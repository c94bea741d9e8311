/* backoff -- equal jitter: half of the step is certain, half is luck. */
#include "hub/source/backoff.h"

uint64_t
backoff_random(struct backoff *backoff, uint64_t below)
{
    uint64_t x = backoff->seed ? backoff->seed : 1;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    backoff->seed = x;
    return (x * 0x2545F4914F6CDD1DU >> 33) % below;
}

bool
backoff_rested(const struct backoff *backoff, int64_t now_ms)
{
    return !backoff->failures || now_ms - backoff->failed_ms > BACKOFF_RESET_MS;
}

int64_t
backoff_next(struct backoff *backoff, int64_t asked_ms, int64_t now_ms)
{
    int64_t step_ms = 2 * BACKOFF_LEAST_MS, delay_ms;

    if (backoff_rested(backoff, now_ms))
        backoff->failures = 0;
    for (uint32_t i = 0; i < backoff->failures && step_ms < BACKOFF_MOST_MS; i++)
        step_ms *= 2;
    if (step_ms > BACKOFF_MOST_MS)
        step_ms = BACKOFF_MOST_MS;
    backoff->failures++;
    backoff->failed_ms = now_ms;
    delay_ms = step_ms / 2 + (int64_t)backoff_random(backoff, (uint64_t)step_ms / 2);
    if (asked_ms > BACKOFF_ASKED_MS)
        asked_ms = BACKOFF_ASKED_MS;
    return delay_ms > asked_ms ? delay_ms : asked_ms;
}
