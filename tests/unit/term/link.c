/* link: the rate is found, the delay is kept, and silence is lived with. */
#include "helper/check.h"

#include "base/buf.h"
#include "term/link.h"

#define QUERY_BYTES 4
#define PIPE        4096

/* A link that carries so many bytes a millisecond, each way so late, in virtual time. */
struct pipe {
    struct link link;
    double bytes_per_ms;
    int64_t way_ms, now_ms;
    double queued;            /* written, not carried yet */
    int64_t answers_ms[PIPE]; /* when the answers come */
    int first, last, queries;
    double longest_ms; /* that a byte written now would wait */
    bool answers;
    uint64_t carried;
};

static void
pipe_start(struct pipe *pipe, double bytes_per_second, int64_t way_ms)
{
    *pipe = (struct pipe){
        .bytes_per_ms = bytes_per_second / 1000, .way_ms = way_ms, .answers = true
    };
    link_init(&pipe->link, 0);
}

static void
pipe_write(struct pipe *pipe, size_t bytes)
{
    link_wrote(&pipe->link, bytes, pipe->now_ms);
    pipe->queued += (double)bytes;
    double wait_ms = pipe->queued / pipe->bytes_per_ms;
    pipe->longest_ms = wait_ms > pipe->longest_ms ? wait_ms : pipe->longest_ms;
    if (!link_wants_query(&pipe->link, pipe->now_ms))
        return;
    pipe->queued += QUERY_BYTES;
    link_wrote(&pipe->link, QUERY_BYTES, pipe->now_ms);
    link_asked(&pipe->link, 1, 1, pipe->now_ms);
    pipe->queries++;
    if (pipe->answers)
        pipe->answers_ms[pipe->last++ % PIPE] =
            pipe->now_ms + 2 * pipe->way_ms +
            (int64_t)(pipe->queued / pipe->bytes_per_ms);
}

/* A millisecond passes. */
static void
pipe_step(struct pipe *pipe)
{
    double before = pipe->queued;

    pipe->now_ms++;
    pipe->queued -= pipe->bytes_per_ms;
    pipe->queued = pipe->queued > 0 ? pipe->queued : 0;
    pipe->carried += (uint64_t)(before - pipe->queued + 0.5);
    while (pipe->first < pipe->last &&
           pipe->answers_ms[pipe->first % PIPE] <= pipe->now_ms) {
        pipe->first++;
        link_answered(&pipe->link, 1, 1, pipe->now_ms);
    }
}

/* As much as may be written, for that long. */
static void
pipe_flood(struct pipe *pipe, int64_t ms)
{
    for (int64_t end_ms = pipe->now_ms + ms; pipe->now_ms < end_ms; pipe_step(pipe)) {
        size_t room = link_room(&pipe->link, pipe->now_ms, false);
        if (room)
            pipe_write(pipe, room);
        else if (link_wants_query(&pipe->link, pipe->now_ms))
            pipe_write(pipe, 0);
    }
}

/* As a console starts: a few bytes and a query, then everything. */
static void
pipe_open(struct pipe *pipe)
{
    pipe_write(pipe, 50);
    pipe_flood(pipe, 3000);
    pipe->longest_ms = 0;
}

static void
a_slow_link_is_filled_but_never_for_long(void **state)
{
    (void)state;
    static const double rates[] = { 1200, 2000, 9600, 40000, 1000000 };
    static const int64_t ways[] = { 0, 10, 60 };

    for (size_t i = 0; i < 15; i++) {
        struct pipe pipe;
        pipe_start(&pipe, rates[i % 5], ways[i / 5]);
        pipe_open(&pipe);
        pipe_flood(&pipe, 20000);
        if (pipe.longest_ms > 300)
            fail_msg("%.0f B/s, %d ms: waits %.0f ms", rates[i % 5], (int)ways[i / 5],
                pipe.longest_ms);
        if (pipe.link.rate * 2 < (int64_t)rates[i % 5] ||
            pipe.link.rate > 2 * (int64_t)rates[i % 5])
            fail_msg("%.0f B/s, %d ms: measured %d", rates[i % 5], (int)ways[i / 5],
                (int)pipe.link.rate);
        if ((double)pipe.carried < rates[i % 5] * 23 * 0.4)
            fail_msg("%.0f B/s, %d ms: carried %d", rates[i % 5], (int)ways[i / 5],
                (int)pipe.carried);
    }
}

static void
a_link_that_becomes_slow_is_noticed(void **state)
{
    (void)state;
    struct pipe pipe;

    pipe_start(&pipe, 100000, 5);
    pipe_open(&pipe);
    pipe.bytes_per_ms = 2;
    pipe_flood(&pipe, 30000); /* what was on its way takes its time */
    pipe.longest_ms = 0;
    pipe_flood(&pipe, 20000);
    if (pipe.longest_ms > 300)
        fail_msg("%.0f ms, rate %d, round trip %d", pipe.longest_ms, (int)pipe.link.rate,
            (int)pipe.link.round_trip_ms);
    pipe.bytes_per_ms = 100;
    pipe_flood(&pipe, 20000);
    assert_in_range(pipe.link.rate, 50000, 200000);
}

static void
a_silent_terminal_is_written_to_all_the_same(void **state)
{
    (void)state;
    struct pipe pipe;

    pipe_start(&pipe, 1000000, 0);
    pipe.answers = false;
    pipe_write(&pipe, 50);
    pipe_flood(&pipe, 10000);
    assert_in_range(pipe.carried, LINK_ASSUMED * 5, LINK_ASSUMED * 11);
    assert_in_range(pipe.queries, 1, 3);
}

static void
a_stalled_link_gets_less_and_less_then_heals(void **state)
{
    (void)state;
    struct pipe pipe;

    pipe_start(&pipe, 20000, 5);
    pipe_open(&pipe);
    pipe.bytes_per_ms = 0.0001;
    uint64_t before = pipe.link.written;
    pipe_flood(&pipe, 60000);
    assert_in_range(pipe.link.written - before, 1, 40000);
    pipe.bytes_per_ms = 20;
    for (int i = pipe.first; i < pipe.last; i++) /* what was stuck comes through now */
        pipe.answers_ms[i % PIPE] = pipe.now_ms + 1500;
    pipe_flood(&pipe, 30000);
    assert_in_range(pipe.link.rate, 10000, 40000);
    assert_true(pipe.queued / pipe.bytes_per_ms < 400);
}

static void
quiet_links_are_hardly_asked(void **state)
{
    (void)state;
    struct pipe pipe;

    pipe_start(&pipe, 1000000, 2);
    pipe_open(&pipe);
    pipe.queries = 0;
    for (int second = 0; second < 600; second++) {
        pipe_write(&pipe, 400);
        for (int i = 0; i < 1000; i++)
            pipe_step(&pipe);
    }
    assert_in_range(pipe.queries, 95, 125); /* every five seconds */
}

static void
typing_has_room_even_when_all_is_full(void **state)
{
    (void)state;
    struct pipe pipe;

    pipe_start(&pipe, 2000, 20);
    pipe_open(&pipe);
    pipe_flood(&pipe, 1000);
    while (link_room(&pipe.link, pipe.now_ms, false))
        pipe_write(&pipe, link_room(&pipe.link, pipe.now_ms, false));
    assert_int_equal(link_room(&pipe.link, pipe.now_ms, false), 0);
    assert_in_range(link_room(&pipe.link, pipe.now_ms, true), 100, 1000);
}

static void
an_answer_nobody_asked_for_means_nothing(void **state)
{
    (void)state;
    struct link link;

    link_init(&link, 0);
    link_answered(&link, 3, 4, 10);
    assert_false(link.answered);
    assert_int_equal(link_room(&link, 10, false), LINK_START);
}

static void
an_answer_is_known_by_its_place(void **state)
{
    (void)state;
    struct link link;

    link_init(&link, 0);
    link_wrote(&link, 50, 0);
    link_asked(&link, 1, 1, 0);
    link_answered(&link, 1, 1, 10);
    link_wrote(&link, 900, 10);
    link_asked(&link, 2, 7, 10);
    link_room(&link, 5000, false); /* given up, its answer was lost */
    link_wrote(&link, 300, 5000);
    link_asked(&link, 9, 9, 5000);
    link_answered(&link, 9, 9, 5050);
    assert_int_equal(link.query_count, 0);
    assert_false(link.waiting);
    assert_int_equal(link.arrived, link.written);
}

static void
one_can_tell_when_to_look_again(void **state)
{
    (void)state;
    struct link link;

    link_init(&link, 0);
    link_wrote(&link, 50, 0);
    link_asked(&link, 1, 1, 0);
    assert_int_equal(link_wake_ms(&link, 0), LINK_PATIENCE_MS);
    link_answered(&link, 1, 1, 20);
    link_wrote(&link, 1000, 20);
    assert_int_equal(link_room(&link, 20, false), 0);
    link_asked(&link, 1, 1, 20);
    assert_int_equal(link_wake_ms(&link, 25), 20 + LINK_ANSWER_MS);
    link_answered(&link, 1, 1, 540); /* 1000 bytes in half a second */
    link_wrote(&link, link_room(&link, 540, false), 540);
    assert_int_equal(link_room(&link, 540, false), 0);
    int64_t wake_ms = link_wake_ms(&link, 540);
    assert_in_range(wake_ms, 541, 700);
    assert_true(link_room(&link, wake_ms, false) > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_link_is_filled_but_never_for_long),
        cmocka_unit_test(a_link_that_becomes_slow_is_noticed),
        cmocka_unit_test(a_silent_terminal_is_written_to_all_the_same),
        cmocka_unit_test(a_stalled_link_gets_less_and_less_then_heals),
        cmocka_unit_test(quiet_links_are_hardly_asked),
        cmocka_unit_test(typing_has_room_even_when_all_is_full),
        cmocka_unit_test(an_answer_nobody_asked_for_means_nothing),
        cmocka_unit_test(an_answer_is_known_by_its_place),
        cmocka_unit_test(one_can_tell_when_to_look_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
