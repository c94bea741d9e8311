/* A keystroke in the filter line until its frame is on the canvas, and a frame after one
 * percent of the fleet changed. Bars: p99 16 ms at 10,000 clusters, 50 ms at 100,000. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/fleet.h"
#include "console/frame.h"
#include "console/session.h"

#define ROUNDS 12
#define NOW_MS INT64_C(1795528800000)

static const char *const typed[] = { "region=west-coast,hours in (24h)",
    "state!=healthy gpus>=2", "store-001", "version.kubernetes<1.32", "seen<5m", NULL };

struct times {
    int64_t took_us[8192];
    size_t count;
};

static int
order(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

static double
percentile(struct times *times, size_t percent)
{
    qsort(times->took_us, times->count, sizeof(times->took_us[0]), order);
    return (double)times->took_us[(times->count - 1) * percent / 100] / 1000;
}

static void
press(struct session *session, struct canvas *canvas, struct key key, struct times *times)
{
    int64_t start_us = clock_monotonic_us();

    session_key(session, key, STR(""));
    session_tick(session, NOW_MS + (int64_t)times->count * 120);
    frame_draw(session, canvas);
    if (times->count < sizeof(times->took_us) / sizeof(times->took_us[0]))
        times->took_us[times->count++] = clock_monotonic_us() - start_us;
}

static void
type(struct session *session, struct canvas *canvas, struct times *times)
{
    struct times unused = { .count = 0 };

    for (int i = 0; typed[i]; i++) {
        struct key slash = { .code = KEY_RUNE, .rune = '/' };

        press(session, canvas, slash, &unused);
        for (const char *c = typed[i]; *c; c++)
            press(session, canvas,
                (struct key){ .code = KEY_RUNE, .rune = (unsigned char)*c }, times);
        press(session, canvas, (struct key){ .code = KEY_ESC }, times);
    }
}

static void
churn(struct fleet *fleet, struct session *session, struct canvas *canvas,
    struct times *times)
{
    uint32_t seed = 7;

    for (int round = 0; round < 100; round++) {
        int64_t start_us = 0;

        for (uint32_t i = 0; i < fleet->count / 1000 + 1; i++) {
            uint32_t slot = (seed = seed * 1664525u + 1013904223u) % fleet->ceiling;
            struct cluster *cluster = fleet_at(fleet, slot);

            cluster->state =
                cluster->state == STATE_HEALTHY ? STATE_DEGRADED : STATE_HEALTHY;
            cluster->since_s = (uint32_t)(NOW_MS / 1000) + (uint32_t)round;
            session_touch(session, slot);
        }
        start_us = clock_monotonic_us();
        session_tick(session, NOW_MS + 1000000 + round * 100);
        frame_draw(session, canvas);
        times->took_us[times->count++] = clock_monotonic_us() - start_us;
    }
}

static void
run(unsigned count, const char *view, int width, int height)
{
    struct fleet *fleet = bench_fleet(count);
    struct session_options options = { .fleet = fleet, .view = view };
    struct hello hello = { .role = "operator" };
    struct link link = { .phase = LINK_LIVE };
    struct times *keys = calloc(1, sizeof(*keys)), *frames = calloc(1, sizeof(*frames));
    struct canvas canvas = { 0 };
    struct err err;
    struct session *session = session_new(&options, &err);
    int64_t start_us = clock_monotonic_us(), first_us = 0;

    canvas_init(&canvas, width, height);
    session_changed(session, CLIENT_HELLO | CLIENT_SYNCED, &hello, &link);
    session_tick(session, NOW_MS);
    frame_draw(session, &canvas);
    first_us = clock_monotonic_us() - start_us;
    for (int i = 0; i < ROUNDS; i++)
        type(session, &canvas, keys);
    churn(fleet, session, &canvas, frames);
    printf("filter %6u clusters  %-5s %dx%d  first frame %7.2f ms  keystroke to frame: "
           "median %6.2f ms  p99 %6.2f ms  frame after 0.1 %% changed: p99 %6.2f ms\n",
        count, view, width, height, (double)first_us / 1000, percentile(keys, 50),
        percentile(keys, 99), percentile(frames, 99));
    canvas_release(&canvas);
    session_free(session);
    fleet_free(fleet);
    free(keys);
    free(frames);
}

int
main(void)
{
    static const unsigned sizes[] = { 1000, 10000, 100000 };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        run(sizes[i], "map", 200, 50);
        run(sizes[i], "table", 200, 50);
    }
    return 0;
}
