/* link -- see link.h. */
#include "term/link.h"

#include <string.h>

#define SAMPLE_BYTES  128 /* fewer on their way say nothing of the rate */
#define GROWTH        4
#define SLOWEST       256  /* bytes/s: no link is taken to be slower */
#define REFRESH_MS    5000 /* ask now and then while something is written */
#define REFRESH_BYTES 256
#define SILENT_ASK_MS 60000 /* one that never answered */

void
link_init(struct link *link, int64_t now_ms)
{
    *link = (struct link){ .round_trip_ms = -1, .answered_ms = now_ms };
    link->reckoned_ms = now_ms;
}

static int64_t
at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

static uint64_t
on_its_way(const struct link *link)
{
    return link->written - link->arrived;
}

static uint64_t
window(const struct link *link)
{
    if (!link->rate)
        return LINK_START;
    uint64_t bytes = (uint64_t)(link->rate * LINK_DELAY_MS / 1000);
    return bytes < LINK_LEAST ? LINK_LEAST : bytes > LINK_MOST ? LINK_MOST : bytes;
}

static int64_t
patience_ms(const struct link *link)
{
    if (!link->answered && !link->rate)
        return LINK_PATIENCE_MS;
    int doublings = link->given_up < 6 ? link->given_up : 6;
    return (int64_t)LINK_ANSWER_MS << doublings;
}

/* An answer does not come. Who never answered is written to all the same; else the link
 * stands, and only a trickle is added to what it holds until something is heard. */
static void
give_up(struct link *link, int64_t now_ms)
{
    link->waiting = false;
    link->given_up++;
    link->answered_ms = now_ms;
    link->answered_written = link->written;
    link->reckoned_ms = now_ms;
    link->credit = 0;
    link->rate = link->answered ? SLOWEST : LINK_ASSUMED;
}

/* What has arrived by now. While an answer is waited for, nothing is reckoned. */
static void
reckon(struct link *link, int64_t now_ms)
{
    if (link->waiting) {
        const struct link_query *query = &link->queries[link->query_count - 1];
        if (now_ms - query->sent_ms < patience_ms(link))
            return;
        give_up(link, now_ms);
    }
    if (!link->rate)
        return;
    link->credit += (now_ms - link->reckoned_ms) * link->rate;
    link->reckoned_ms = now_ms;
    uint64_t arrived = (uint64_t)(link->credit / 1000);
    link->credit %= 1000;
    if (arrived < on_its_way(link))
        link->arrived += arrived;
    else
        link->arrived = link->written;
}

size_t
link_room(struct link *link, int64_t now_ms, bool urgent)
{
    reckon(link, now_ms);
    uint64_t most = window(link), used = on_its_way(link);
    if (urgent)
        return (size_t)(used < most + LINK_URGENT ? most + LINK_URGENT - used : 0);
    /* Half of it or nothing: stripes of a few bytes are mostly brackets. */
    return used <= most / 2 ? (size_t)(most - used) : 0;
}

void
link_wrote(struct link *link, size_t bytes, int64_t now_ms)
{
    reckon(link, now_ms);
    if (!on_its_way(link))
        link->reckoned_ms = now_ms;
    link->written += bytes;
}

bool
link_wants_query(struct link *link, int64_t now_ms)
{
    reckon(link, now_ms);
    if (link->waiting || (link->written == link->answered_written && !link->given_up))
        return false;
    int64_t since_ms = now_ms - link->answered_ms;
    if (!link->answered && link->rate)
        return since_ms >= SILENT_ASK_MS;
    if (!link->answered || on_its_way(link) > window(link) / 2)
        return true;
    return since_ms >= REFRESH_MS &&
           link->written - link->answered_written >= REFRESH_BYTES;
}

void
link_asked(struct link *link, int row, int column, int64_t now_ms)
{
    if (link->query_count == LINK_QUERIES)
        memmove(link->queries, link->queries + 1,
            (size_t)--link->query_count * sizeof *link->queries);
    link->queries[link->query_count++] =
        (struct link_query){ link->written, on_its_way(link), now_ms, row, column };
    link->waiting = true;
}

static void
measure(struct link *link, const struct link_query *query, int64_t now_ms)
{
    int64_t elapsed_ms = now_ms - query->sent_ms;

    if (link->round_trip_ms < 0 || elapsed_ms < link->round_trip_ms)
        link->round_trip_ms = elapsed_ms;
    int64_t delay_ms = at_least(elapsed_ms - link->round_trip_ms, 1);
    if (query->ahead < SAMPLE_BYTES ||
        (query->ahead < window(link) / 8 && delay_ms < LINK_DELAY_MS / 2)) {
        /* The link was idle: little is learned but its way, which may be longer now. */
        link->round_trip_ms += (elapsed_ms - link->round_trip_ms) / 8;
        return;
    }
    int64_t ahead = (int64_t)query->ahead;
    int64_t sample = at_least(ahead * 1000 / delay_ms, SLOWEST);
    /* What was not on its way proves nothing: no more than GROWTH times as much next. */
    int64_t proven = GROWTH * ahead * 1000 / LINK_DELAY_MS;
    if (sample > link->rate)
        sample = sample < proven ? sample : at_least(proven, link->rate);
    else
        sample = (link->rate + sample) / 2;
    link->rate = sample;
}

/* Which query was answered: the oldest that said it stood there, or the oldest. */
static int
answered_index(const struct link *link, int row, int column)
{
    for (int i = 0; i < link->query_count; i++)
        if (link->queries[i].row == row && link->queries[i].column == column)
            return i;
    return 0;
}

void
link_answered(struct link *link, int row, int column, int64_t now_ms)
{
    if (!link->query_count)
        return; /* nobody asked */
    int i = answered_index(link, row, column);
    struct link_query query = link->queries[i];
    bool last = i == link->query_count - 1;

    link->query_count -= i + 1;
    memmove(link->queries, link->queries + i + 1,
        (size_t)link->query_count * sizeof *link->queries);
    if (!link->answered)
        link->rate = 0; /* no more assuming */
    measure(link, &query, now_ms);
    link->answered = true;
    link->given_up = 0;
    if (query.position > link->arrived)
        link->arrived = query.position;
    if (!last)
        return;
    link->waiting = false;
    link->answered_ms = now_ms;
    link->answered_written = query.position;
    link->reckoned_ms = now_ms;
}

int64_t
link_wake_ms(struct link *link, int64_t now_ms)
{
    reckon(link, now_ms);
    if (link->waiting) {
        const struct link_query *query = &link->queries[link->query_count - 1];
        return query->sent_ms + patience_ms(link);
    }
    if (!link->rate)
        return -1;
    uint64_t used = on_its_way(link), half = window(link) / 2;
    if (used <= half)
        return now_ms;
    return now_ms + (int64_t)(used - half) * 1000 / link->rate + 1;
}
