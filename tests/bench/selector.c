/* How long one selector takes over a whole fleet, on one core: is an index needed? The
 * bar: far under 50 ms at 100,000 (a keystroke in the filter line is one such run). */
#include <stdio.h>

#include "base/clock.h"
#include "bench/fleet.h"
#include "fleet/selector.h"

#define RUNS 5

static const char *const texts[] = {
    "region=west-coast,hours in (24h)",
    "state!=healthy",
    "gpus>=2 seen<5m",
    "version.kubernetes<1.32",
    "~portland",
    "~store-001",
    "region notin (west-coast,south),!ticket,nodes.ready<3,state in (down,offline)",
};

static int64_t
run(const char *text, const struct fleet *fleet, uint32_t *found)
{
    struct err err;
    int64_t start_us = clock_monotonic_us(), flip_ms = INT64_MAX;
    struct selector *selector = selector_parse(str_from(text), &err);

    *found = 0;
    selector_bind(selector, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && selector_match(selector, fleet, cluster, 1795428000000, &flip_ms))
            ++*found;
    }
    selector_free(selector);
    return clock_monotonic_us() - start_us;
}

int
main(void)
{
    static const unsigned sizes[] = { 1000, 10000, 100000 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fleet *fleet = bench_fleet(sizes[i]);

        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            int64_t best_us = INT64_MAX, worst_us = 0;
            uint32_t found = 0;

            for (int k = 0; k < RUNS; k++) {
                int64_t took_us = run(texts[j], fleet, &found);

                best_us = took_us < best_us ? took_us : best_us;
                worst_us = took_us > worst_us ? took_us : worst_us;
            }
            printf(
                "selector %6u clusters  best %6.2f ms  worst %6.2f ms  finds %6u  %s\n",
                sizes[i], (double)best_us / 1000, (double)worst_us / 1000, found,
                texts[j]);
        }
        fleet_free(fleet);
    }
    return 0;
}
