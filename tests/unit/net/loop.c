/* loop: timers, descriptors, the step before sleep, signals and the pool. */
#include "net/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
    struct loop *loop;
    struct timer *timer;
    struct watch_fd *watch;
    int fired, acts, events, signal, ran, done;
    char order[32];
};

static void
note(struct seen *seen, char c)
{
    size_t length = strlen(seen->order);

    if (length + 1 < sizeof(seen->order))
        seen->order[length] = c;
}

static void
fired(void *user)
{
    struct seen *seen = user;

    seen->fired++;
    note(seen, 't');
}

static void
fired_thrice(void *user)
{
    struct seen *seen = user;

    if (++seen->fired == 3) {
        timer_free(seen->timer); /* from within its own callback */
        seen->timer = NULL;
    }
}

static void
a_timer_fires_once_and_the_loop_ends(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    (void)state;
    timer_start(timer, 1, 0);
    assert_true(timer_active(timer));
    loop_run(seen.loop);
    assert_int_equal(seen.fired, 1);
    assert_false(timer_active(timer));
    timer_free(timer);
    timer_free(NULL);
    loop_free(seen.loop);
}

static void
a_repeating_timer_may_free_itself(void **state)
{
    struct seen seen = { .loop = loop_new() };

    (void)state;
    seen.timer = timer_new(seen.loop, fired_thrice, &seen);
    timer_start(seen.timer, 0, 1);
    loop_run(seen.loop);
    assert_int_equal(seen.fired, 3);
    loop_free(seen.loop);
}

static void
a_stopped_timer_stays_silent(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    (void)state;
    timer_start(timer, 0, 0);
    timer_stop(timer);
    loop_run(seen.loop);
    assert_int_equal(seen.fired, 0);
    timer_start(timer, 0, 0);
    timer_free(timer); /* freed while it is due: no call either */
    loop_run(seen.loop);
    assert_int_equal(seen.fired, 0);
    loop_free(seen.loop);
}

static void
act_a(void *user)
{
    struct seen *seen = user;

    seen->acts++;
    note(seen, 'a');
}

static void
act_b(void *user)
{
    struct seen *seen = user;

    note(seen, 'b');
    loop_never_before_sleep(seen->loop, act_b, seen);
}

static void
acts_come_in_order_before_each_sleep(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    (void)state;
    loop_before_sleep(seen.loop, act_b, &seen);
    loop_before_sleep(seen.loop, act_a, &seen);
    timer_start(timer, 1, 0);
    loop_run(seen.loop);
    /* b takes itself away; a runs before every sleep, and the timer in between */
    assert_int_equal(strncmp(seen.order, "ba", 2), 0);
    assert_null(strchr(seen.order + 1, 'b'));
    assert_non_null(strstr(seen.order, "at"));
    loop_never_before_sleep(seen.loop, act_a, &seen);
    seen.acts = 0;
    timer_start(timer, 1, 0);
    loop_run(seen.loop);
    assert_int_equal(seen.acts, 0);
    timer_free(timer);
    loop_free(seen.loop);
}

static void
ready(void *user, int events)
{
    struct seen *seen = user;
    char bytes[8];

    seen->events |= events;
    if (events & FD_READABLE && !(events & FD_CLOSED))
        assert_true(read(*(int *)(void *)seen->order, bytes, sizeof(bytes)) > 0);
    if (events & FD_CLOSED) {
        watch_fd_free(seen->watch);
        seen->watch = NULL;
    } else {
        loop_stop(seen->loop);
    }
}

static void
a_descriptor_tells_readable_and_closed(void **state)
{
    struct seen seen = { .loop = loop_new() };
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    memcpy(seen.order, &pair[0], sizeof(pair[0]));
    seen.watch = watch_fd_new(seen.loop, pair[0], ready, &seen);
    assert_non_null(seen.watch);
    watch_fd_set(seen.watch, FD_READABLE | FD_CLOSED);
    assert_int_equal(write(pair[1], "x", 1), 1);
    loop_run(seen.loop);
    assert_int_equal(seen.events, FD_READABLE);
    close(pair[1]);
    loop_run(seen.loop); /* ends by itself: the watch frees itself */
    assert_true(seen.events & FD_CLOSED);
    assert_null(seen.watch);
    close(pair[0]);
    loop_free(seen.loop);
}

static void
what_cannot_be_watched_is_null(void **state)
{
    struct loop *loop = loop_new();
    char path[] = "/tmp/loop-test-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_null(watch_fd_new(loop, fd, ready, NULL));
    close(fd);
    unlink(path);
    loop_free(loop);
}

static void
caught(void *user, int signal)
{
    struct seen *seen = user;

    seen->signal = signal;
    loop_stop(seen->loop);
}

static void
a_signal_arrives_on_the_loop(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    (void)state;
    loop_on_signal(seen.loop, SIGUSR1, caught, &seen);
    loop_run(seen.loop); /* a signal handler alone keeps no loop running */
    timer_start(timer, 60000, 0);
    kill(getpid(), SIGUSR1);
    loop_run(seen.loop);
    assert_int_equal(seen.signal, SIGUSR1);
    assert_int_equal(seen.fired, 0);
    loop_off_signals(seen.loop);
    timer_free(timer);
    loop_free(seen.loop);
}

static void
run(void *user)
{
    struct seen *seen = user;

    seen->ran++;
}

static void
done(void *user)
{
    struct seen *seen = user;

    assert_int_equal(seen->ran, 1);
    seen->done++;
}

static void
work_is_done_on_the_loop_after_it_ran(void **state)
{
    struct seen seen = { .loop = loop_new() };

    (void)state;
    loop_work(seen.loop, run, done, &seen);
    assert_int_equal(seen.done, 0);
    loop_run(seen.loop);
    assert_int_equal(seen.done, 1);
    seen.ran = 0;
    loop_work(seen.loop, run, done, &seen);
    loop_free(seen.loop); /* waits for it */
    assert_int_equal(seen.done, 2);
}

static void
a_turn_without_waiting_returns(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    (void)state;
    timer_start(timer, 600000, 0);
    loop_turn(seen.loop, false);
    assert_int_equal(seen.fired, 0);
    assert_true(loop_now_ms(seen.loop) > 1600000000000);
    assert_true(loop_monotonic_ms(seen.loop) > 0);
    timer_free(timer);
    loop_free(seen.loop);
}

static void
a_turn_ends_when_a_timer_has_fired(void **state)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);
    struct timer *far = timer_new(seen.loop, fired, &seen);
    int64_t before = loop_monotonic_ms(seen.loop);

    (void)state;
    timer_start(timer, 0, 0);
    timer_start(far, 3600000, 0); /* would be waited for */
    loop_turn(seen.loop, true);
    assert_int_equal(seen.fired, 1);
    timer_start(timer, 1, 0);
    while (seen.fired < 2)
        loop_turn(seen.loop, true);
    assert_true(loop_monotonic_ms(seen.loop) - before < 3600000);
    timer_free(timer);
    timer_free(far);
    loop_free(seen.loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_fires_once_and_the_loop_ends),
        cmocka_unit_test(a_repeating_timer_may_free_itself),
        cmocka_unit_test(a_stopped_timer_stays_silent),
        cmocka_unit_test(acts_come_in_order_before_each_sleep),
        cmocka_unit_test(a_descriptor_tells_readable_and_closed),
        cmocka_unit_test(what_cannot_be_watched_is_null),
        cmocka_unit_test(a_signal_arrives_on_the_loop),
        cmocka_unit_test(work_is_done_on_the_loop_after_it_ran),
        cmocka_unit_test(a_turn_without_waiting_returns),
        cmocka_unit_test(a_turn_ends_when_a_timer_has_fired),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
