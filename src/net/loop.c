/* loop -- libuv behind a few small words. */
#include "net/loop.h"

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"

#define LOOP_SIGNALS 16

struct act {
    void (*act)(void *user); /* NULL: taken away, swept after the round */
    void *user;
};

struct caught {
    uv_signal_t uv;
    void (*caught)(void *user, int signal);
    void *user;
};

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    struct act *acts;
    size_t act_count, act_capacity;
    struct caught *signals[LOOP_SIGNALS];
    size_t signal_count;
    struct loop_stats stats;
    bool turning; /* one round only, and */
    bool moved;   /* a timer has fired in it: it must not wait any more */
};

struct timer {
    uv_timer_t uv;
    void (*fired)(void *user);
    void *user;
};

struct watch_fd {
    uv_poll_t uv;
    int asked;
    void (*ready)(void *user, int events);
    void *user;
};

struct work {
    uv_work_t uv;
    void (*run)(void *user);
    void (*done)(void *user);
    void *user;
};

/* libuv's own failures here are lack of memory or descriptors at start, or our bugs. */
static void
must(int code)
{
    if (code != 0)
        abort();
}

struct call { /* one that the loop makes, while it runs */
    int64_t from_us, thread_us;
};

static struct call
call_begin(void)
{
    return (struct call){ clock_monotonic_us(), clock_thread_us() };
}

static void
call_end(struct loop *loop, struct call call)
{
    int64_t took_us = clock_monotonic_us() - call.from_us;
    int64_t busy_us = clock_thread_us() - call.thread_us;

    loop->stats.calls++;
    loop->stats.slow_calls += took_us > LOOP_SLOW_MS * 1000;
    if (took_us > loop->stats.longest_us)
        loop->stats.longest_us = took_us;
    if (busy_us > loop->stats.busiest_us)
        loop->stats.busiest_us = busy_us;
}

static void
act_run(struct loop *loop, const struct act *act)
{
    struct call call = call_begin();

    act->act(act->user);
    call_end(loop, call);
}

static void
acts_run(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    size_t kept = 0;

    for (size_t i = 0; i < loop->act_count; i++)
        if (loop->acts[i].act)
            act_run(loop, &loop->acts[i]);
    for (size_t i = 0; i < loop->act_count; i++)
        if (loop->acts[i].act)
            loop->acts[kept++] = loop->acts[i];
    loop->act_count = kept;
    /* libuv fires timers, then still waits for descriptors. Stopped, it only looks. */
    if (loop->turning && loop->moved)
        uv_stop(&loop->uv);
}

struct loop *
loop_new(void)
{
    struct loop *loop = mem_zero(1, sizeof(*loop));

    must(uv_loop_init(&loop->uv));
    loop->uv.data = loop;
    must(uv_prepare_init(&loop->uv, &loop->prepare));
    loop->prepare.data = loop;
    must(uv_prepare_start(&loop->prepare, acts_run));
    uv_unref((uv_handle_t *)&loop->prepare);
    return loop;
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;
    loop->act_count = 0;
    loop_off_signals(loop);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    /* Closing handles and work still in the pool are waited for; a forgotten timer would
     * be our bug. */
    while (uv_loop_close(&loop->uv) != 0)
        uv_run(&loop->uv, UV_RUN_ONCE);
    free(loop->acts);
    free(loop);
}

void
loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void
loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

void
loop_turn(struct loop *loop, bool wait)
{
    loop->turning = true;
    loop->moved = false;
    uv_run(&loop->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    loop->turning = false;
}

struct loop_stats
loop_stats(const struct loop *loop)
{
    return loop->stats;
}

int64_t
loop_now_ms(const struct loop *loop)
{
    (void)loop;
    return clock_wall_ms();
}

int64_t
loop_monotonic_ms(const struct loop *loop)
{
    return (int64_t)uv_now(&loop->uv);
}

void
loop_before_sleep(struct loop *loop, void (*act)(void *user), void *user)
{
    loop->acts = mem_grow(
        loop->acts, &loop->act_capacity, loop->act_count + 1, sizeof(*loop->acts));
    loop->acts[loop->act_count++] = (struct act){ act, user };
}

void
loop_never_before_sleep(struct loop *loop, void (*act)(void *user), void *user)
{
    for (size_t i = 0; i < loop->act_count; i++) {
        if (loop->acts[i].act == act && loop->acts[i].user == user) {
            loop->acts[i].act = NULL;
            return;
        }
    }
}

static void
timer_fired(uv_timer_t *uv)
{
    struct timer *timer = uv->data;
    struct loop *loop = uv->loop->data;
    struct call call = call_begin();

    loop->moved = true;
    timer->fired(timer->user);
    call_end(loop, call);
}

static void
closed_free(uv_handle_t *handle)
{
    free(handle->data);
}

struct timer *
timer_new(struct loop *loop, void (*fired)(void *user), void *user)
{
    struct timer *timer = mem_zero(1, sizeof(*timer));

    must(uv_timer_init(&loop->uv, &timer->uv));
    timer->uv.data = timer;
    timer->fired = fired;
    timer->user = user;
    return timer;
}

void
timer_start(struct timer *timer, int64_t delay_ms, int64_t repeat_ms)
{
    uint64_t delay = delay_ms > 0 ? (uint64_t)delay_ms : 0;
    uint64_t repeat = repeat_ms > 0 ? (uint64_t)repeat_ms : 0;

    /* The loop's clock stands still within a turn; a timer must not fire early after a
     * long callback. */
    uv_update_time(timer->uv.loop);
    must(uv_timer_start(&timer->uv, timer_fired, delay, repeat));
}

void
timer_stop(struct timer *timer)
{
    uv_timer_stop(&timer->uv);
}

bool
timer_active(const struct timer *timer)
{
    return uv_is_active((const uv_handle_t *)&timer->uv) != 0;
}

void
timer_free(struct timer *timer)
{
    if (timer)
        uv_close((uv_handle_t *)&timer->uv, closed_free);
}

static void
fd_ready(uv_poll_t *uv, int status, int events)
{
    struct watch_fd *watch = uv->data;
    struct loop *loop = uv->loop->data;
    struct call call = call_begin();
    int mine = 0;

    if (events & UV_READABLE)
        mine |= FD_READABLE;
    if (events & UV_WRITABLE)
        mine |= FD_WRITABLE;
    if (status <
        0) /* libuv has stopped the watch; reading or writing will tell the reason */
        mine |= FD_CLOSED | watch->asked;
    else if (events & UV_DISCONNECT)
        mine |= FD_CLOSED;
    if (mine & FD_CLOSED) /* level-triggered: it would come again each turn */
        uv_poll_stop(uv);
    watch->ready(watch->user, mine);
    call_end(loop, call);
}

struct watch_fd *
watch_fd_new(struct loop *loop, int fd, void (*ready)(void *user, int events), void *user)
{
    struct watch_fd *watch = mem_zero(1, sizeof(*watch));

    if (uv_poll_init(&loop->uv, &watch->uv, fd) != 0) {
        free(watch);
        return NULL;
    }
    watch->uv.data = watch;
    watch->ready = ready;
    watch->user = user;
    return watch;
}

void
watch_fd_set(struct watch_fd *watch, int events)
{
    int theirs = 0;

    watch->asked = events & (FD_READABLE | FD_WRITABLE);
    if (events & FD_READABLE)
        theirs |= UV_READABLE;
    if (events & FD_WRITABLE)
        theirs |= UV_WRITABLE;
    if (events & FD_CLOSED)
        theirs |= UV_DISCONNECT;
    if (theirs == 0)
        uv_poll_stop(&watch->uv);
    else
        must(uv_poll_start(&watch->uv, theirs, fd_ready));
}

void
watch_fd_free(struct watch_fd *watch)
{
    if (watch)
        uv_close((uv_handle_t *)&watch->uv, closed_free);
}

static void
signal_caught(uv_signal_t *uv, int signal)
{
    struct caught *caught = uv->data;
    struct loop *loop = uv->loop->data;
    struct call call = call_begin();

    caught->caught(caught->user, signal);
    call_end(loop, call);
}

void
loop_on_signal(
    struct loop *loop, int signal, void (*caught)(void *user, int signal), void *user)
{
    struct caught *entry = mem_zero(1, sizeof(*entry));

    assert(loop->signal_count < LOOP_SIGNALS);
    must(uv_signal_init(&loop->uv, &entry->uv));
    entry->uv.data = entry;
    entry->caught = caught;
    entry->user = user;
    must(uv_signal_start(&entry->uv, signal_caught, signal));
    uv_unref((uv_handle_t *)&entry->uv);
    loop->signals[loop->signal_count++] = entry;
}

void
loop_off_signals(struct loop *loop)
{
    for (size_t i = 0; i < loop->signal_count; i++)
        uv_close((uv_handle_t *)&loop->signals[i]->uv, closed_free);
    loop->signal_count = 0;
}

static void
work_run(uv_work_t *uv)
{
    struct work *work = uv->data;

    work->run(work->user);
}

static void
work_done(uv_work_t *uv, int status)
{
    struct work *work = uv->data;
    struct loop *loop = uv->loop->data;
    struct call call = call_begin();

    (void)status; /* nothing here cancels work */
    work->done(work->user);
    call_end(loop, call);
    free(work);
}

void
loop_work(
    struct loop *loop, void (*run)(void *user), void (*done)(void *user), void *user)
{
    struct work *work = mem_zero(1, sizeof(*work));

    work->uv.data = work;
    work->run = run;
    work->done = done;
    work->user = user;
    must(uv_queue_work(&loop->uv, &work->uv, work_run, work_done));
}
