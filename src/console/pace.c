/* pace -- see pace.h. */
#include "console/pace.h"

void
pace_touched(struct pace *pace, int64_t now_ms)
{
    pace->touched_ms = now_ms;
}

void
pace_drawn(struct pace *pace, int64_t now_ms)
{
    pace->drawn_ms = now_ms;
}

static int64_t
between(int64_t least, int64_t value, int64_t most)
{
    if (value < least)
        return least;
    return value > most ? most : value;
}

int64_t
pace_due_ms(struct pace *pace, uint64_t sent_bytes, int64_t now_ms)
{
    int64_t soon_ms = pace->drawn_ms + PACE_FRAME_MS;
    int64_t late_ms = pace->drawn_ms + PACE_CALM_MS;

    if (pace->paid_ms < pace->drawn_ms)
        pace->paid_ms = pace->drawn_ms;
    pace->paid_ms += (int64_t)(sent_bytes - pace->sent_bytes) * 1000 / PACE_BYTES_PER_S;
    pace->sent_bytes = sent_bytes;
    /* A whole picture costs many seconds: of that debt no more is kept than one wait. */
    pace->paid_ms =
        between(pace->drawn_ms, pace->paid_ms, pace->drawn_ms + 2 * PACE_CALM_MS);
    if (now_ms - pace->touched_ms < PACE_HANDS_ON_MS)
        return soon_ms;
    return between(soon_ms, pace->paid_ms, late_ms);
}
