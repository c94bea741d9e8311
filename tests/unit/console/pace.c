/* pace -- calm for who watches, at once for who works. */
#include "console/pace.h"

#include "helper/check.h"

#define NOW_MS 1000000

/* A frame was drawn now; nobody has touched a key for long. */
static struct pace
watched(void)
{
    struct pace pace = { 0 };

    pace_drawn(&pace, NOW_MS);
    return pace;
}

static void
one_change_is_drawn_at_once(void **state)
{
    struct pace pace = watched();

    (void)state;
    assert_int_equal(pace_due_ms(&pace, 0, NOW_MS), NOW_MS + PACE_FRAME_MS);
    assert_int_equal(pace_due_ms(&pace, 20, NOW_MS), NOW_MS + PACE_FRAME_MS);
}

static void
what_a_frame_cost_is_paid_off_before_the_next(void **state)
{
    struct pace pace = watched();

    (void)state;
    assert_int_equal(pace_due_ms(&pace, PACE_BYTES_PER_S / 2, NOW_MS), NOW_MS + 500);
    assert_int_equal(
        pace_due_ms(&pace, PACE_BYTES_PER_S / 2, NOW_MS + 200), NOW_MS + 500);
}

static void
steady_news_keeps_to_the_rate(void **state)
{
    const uint64_t frame_bytes = PACE_BYTES_PER_S / 3;
    struct pace pace = watched();
    uint64_t sent_bytes = 0;
    int64_t now_ms = NOW_MS;

    (void)state;
    for (int i = 0; i < 30; i++) {
        sent_bytes += frame_bytes;
        now_ms = pace_due_ms(&pace, sent_bytes, now_ms);
        pace_drawn(&pace, now_ms);
    }
    assert_in_range(now_ms - NOW_MS, 9900, 10100);
}

static void
no_frame_waits_longer_than_the_calm_however_much_was_sent(void **state)
{
    struct pace pace = watched();
    int64_t due_ms = pace_due_ms(&pace, 1000000, NOW_MS);

    (void)state;
    assert_int_equal(due_ms, NOW_MS + PACE_CALM_MS);
    pace_drawn(&pace, due_ms);
    assert_int_equal(pace_due_ms(&pace, 1000000, due_ms), due_ms + PACE_CALM_MS);
    due_ms += PACE_CALM_MS;
    pace_drawn(&pace, due_ms); /* and the debt of a whole picture is soon forgotten */
    assert_int_equal(pace_due_ms(&pace, 1000000, due_ms), due_ms + PACE_FRAME_MS);
}

static void
after_a_key_nothing_is_put_off(void **state)
{
    struct pace pace = watched();

    (void)state;
    pace_touched(&pace, NOW_MS);
    assert_int_equal(pace_due_ms(&pace, 1000000, NOW_MS), NOW_MS + PACE_FRAME_MS);
    assert_int_equal(pace_due_ms(&pace, 1000000, NOW_MS + PACE_HANDS_ON_MS - 1),
        NOW_MS + PACE_FRAME_MS);
    assert_int_equal(
        pace_due_ms(&pace, 1000000, NOW_MS + PACE_HANDS_ON_MS), NOW_MS + PACE_CALM_MS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_change_is_drawn_at_once),
        cmocka_unit_test(what_a_frame_cost_is_paid_off_before_the_next),
        cmocka_unit_test(steady_news_keeps_to_the_rate),
        cmocka_unit_test(no_frame_waits_longer_than_the_calm_however_much_was_sent),
        cmocka_unit_test(after_a_key_nothing_is_put_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
