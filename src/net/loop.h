/*
 * loop -- the event loop (libuv), its timers, descriptors, signals and pool. No other
 * room sees uv_*.
 *
 * Nothing is freed inside its own callback: *_free may be called from there, the memory
 * goes when the loop is safe. loop_before_sleep is where flags that callbacks set are
 * acted on: drawing, sweeping, flushing.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct timer;
struct watch_fd;
struct work;

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* after everything made on it was freed */
void loop_run(struct loop *loop);  /* until loop_stop or nothing is left to wait for */
void loop_stop(struct loop *loop);

/* One round, for tests and one-shot commands. wait: until something happened; what
 * happened may be nothing of the caller's, so look and turn again. */
void loop_turn(struct loop *loop, bool wait);

/* No call on the loop should take longer than a frame: while it does, nothing else
 * happens. */
#define LOOP_SLOW_MS 16

struct loop_stats {
    uint64_t calls;
    uint64_t slow_calls; /* longer than LOOP_SLOW_MS, waiting for a processor included */
    int64_t longest_us;  /* the same way */
    int64_t busiest_us;  /* of a processor, that one call had */
};
struct loop_stats loop_stats(const struct loop *loop);

int64_t loop_now_ms(
    const struct loop *loop); /* wall time, read anew: take it once a callback */
int64_t loop_monotonic_ms(const struct loop *loop); /* of this turn */

/* Called just before the loop sleeps, in the order they were added. They do not keep the
 * loop running. */
void loop_before_sleep(struct loop *loop, void (*act)(void *user), void *user);
void loop_never_before_sleep(
    struct loop *loop, void (*act)(void *user), void *user); /* take it away */

struct timer *timer_new(struct loop *loop, void (*fired)(void *user), void *user);
void timer_start(struct timer *timer, int64_t delay_ms,
    int64_t repeat_ms); /* repeat 0: once; restarts */
void timer_stop(struct timer *timer);
bool timer_active(const struct timer *timer);
void timer_free(struct timer *timer); /* NULL is fine */

/*
 * The descriptor is made non-blocking; one watch a descriptor. NULL if it can't be
 * watched: a file, /dev/null. FD_CLOSED: the other side hung up or the descriptor is in
 * error; the watch has then been stopped.
 */
enum { FD_READABLE = 1, FD_WRITABLE = 2, FD_CLOSED = 4 };
struct watch_fd *watch_fd_new(
    struct loop *loop, int fd, void (*ready)(void *user, int events), void *user);
void watch_fd_set(struct watch_fd *watch, int events); /* 0 stops */
void watch_fd_free(struct watch_fd *watch);            /* does not close the descriptor */

/* One handler a signal; they do not keep the loop running. */
void loop_on_signal(
    struct loop *loop, int signal, void (*caught)(void *user, int signal), void *user);
void loop_off_signals(struct loop *loop);

/* Run on a thread of the pool, then done on the loop. run touches nothing that the loop
 * owns. */
void loop_work(
    struct loop *loop, void (*run)(void *user), void (*done)(void *user), void *user);

#endif
