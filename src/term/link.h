/*
 * link -- how much may be on its way to the terminal: never more than the link carries in
 * LINK_DELAY_MS, so that what comes next is seen soon. Pure: time is given.
 *
 * The rate is measured by cursor-position queries: what was written before a query has
 * arrived when it is answered. They are sparing: at most one is waited for, none while
 * little is on its way, none at all when nothing is written. A terminal that does not
 * answer is written to at an assumed rate; answers are never needed.
 */
#ifndef TERM_LINK_H
#define TERM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_DELAY_MS    200
#define LINK_START       1024 /* bytes that may be on their way while nothing is known */
#define LINK_LEAST       256  /* and however slow the link is */
#define LINK_MOST        262144 /* and however fast */
#define LINK_URGENT      160    /* beyond all this, for what was typed */
#define LINK_ANSWER_MS   2000   /* an answer that takes longer is not waited for */
#define LINK_PATIENCE_MS 500    /* the same for the very first */
#define LINK_ASSUMED     16384  /* bytes/s of a terminal that never answered */
#define LINK_QUERIES     4

struct link_query {
    uint64_t position; /* bytes written before its answer */
    uint64_t ahead;    /* of them, on their way when it was sent */
    int64_t sent_ms;
    int row, column; /* what the answer will say; 0 not known */
};

struct link {
    uint64_t written, arrived; /* bytes; arrived is known or reckoned */
    int64_t reckoned_ms;       /* until when */
    int64_t credit;        /* thousandths of a byte that the link carried beyond that */
    int64_t rate;          /* bytes/s; 0 not known */
    int64_t round_trip_ms; /* of an idle link; -1 not known */
    struct link_query queries[LINK_QUERIES]; /* oldest first; all but the last given up */
    int query_count;
    bool waiting;              /* for the last of them */
    int given_up;              /* how often since the last answer */
    bool answered;             /* ever */
    int64_t answered_ms;       /* when last, or when it was given up */
    uint64_t answered_written; /* what was written by then */
};

void link_init(struct link *link, int64_t now_ms); /* also after the terminal was away */

/* How many bytes may be written now; 0: wait. `urgent`: they answer a key. */
size_t link_room(struct link *link, int64_t now_ms, bool urgent);

void link_wrote(struct link *link, size_t bytes, int64_t now_ms);
bool link_wants_query(struct link *link, int64_t now_ms);

/* A query was written too (its bytes were told by link_wrote); where the cursor stood. */
void link_asked(struct link *link, int row, int column, int64_t now_ms);
void link_answered(struct link *link, int row, int column, int64_t now_ms);

/* When link_room may say something else without an answer; -1 never. */
int64_t link_wake_ms(struct link *link, int64_t now_ms);

#endif
