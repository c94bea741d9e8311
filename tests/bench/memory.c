/* What a cluster takes in a console's mirror, and how long its row takes to read. The
 * bars: 400 B, 10 us. */
#include <malloc.h>
#include <stdio.h>

#include "base/clock.h"
#include "bench/fleet.h"

int
main(void)
{
    static const unsigned sizes[] = { 1000, 10000, 100000 };

    fleet_free(bench_fleet(1)); /* what the libraries take once is no cluster's */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct mallinfo2 before = mallinfo2(), after;
        int64_t start_us, print_us;
        struct fleet *fleet;
        struct buf text = { 0 };

        start_us = clock_monotonic_us();
        for (unsigned j = 0; j < sizes[i]; j++) {
            buf_clear(&text);
            bench_row(&text, j);
        }
        print_us = clock_monotonic_us() - start_us;
        start_us = clock_monotonic_us();
        fleet = bench_fleet(sizes[i]);
        start_us = clock_monotonic_us() - start_us - print_us;
        after = mallinfo2();
        printf("memory %6u clusters  %5.0f B each (struct %zu, texts %.0f)  row of %zu B "
               "read in %.2f us\n",
            sizes[i],
            (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) /
                sizes[i],
            sizeof(struct cluster), (double)intern_bytes(fleet->intern) / sizes[i],
            text.length, (double)start_us / sizes[i]);
        buf_release(&text);
        fleet_free(fleet);
    }
    return 0;
}
