/* The stream into a console's fleet: how long a row takes, and the longest that the loop
 * is held: by a chunk of 16 kB as the socket gives it, and by a slice of the sweep where
 * everything goes. The bar for both: 16 ms. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "bench/fleet.h"
#include "console/mirror.h"

#define CHUNK 16384

static const char hello[] =
    "event: hello\ndata: "
    "{\"api\":1,\"epoch\":\"e\",\"time\":\"2026-11-23T10:00:00Z\"}\n\n";

/* Feed it all; the longest chunk. */
static int64_t
feed(struct mirror *mirror, const char *at, size_t length)
{
    int64_t worst_us = 0;
    struct err err;

    for (size_t done = 0; done < length; done += CHUNK) {
        size_t piece = length - done < CHUNK ? length - done : CHUNK;
        int64_t start_us = clock_monotonic_us(), took_us;

        if (!mirror_feed(mirror, at + done, piece, 0, &err)) {
            fprintf(stderr, "%s\n", err.text);
            break;
        }
        took_us = clock_monotonic_us() - start_us;
        worst_us = took_us > worst_us ? took_us : worst_us;
    }
    return worst_us;
}

static int64_t
sweep(struct mirror *mirror)
{
    static const char reset[] =
        "event: reset\ndata: {}\n\nevent: sync\ndata: {\"clusters\":0}\n\n";
    int64_t worst_us = feed(mirror, reset, sizeof reset - 1);

    while (mirror_sweeping(mirror)) {
        int64_t start_us = clock_monotonic_us(), took_us;

        mirror_sweep(mirror);
        took_us = clock_monotonic_us() - start_us;
        worst_us = took_us > worst_us ? took_us : worst_us;
    }
    return worst_us;
}

int
main(void)
{
    static const unsigned sizes[] = { 1000, 10000, 100000 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct mirror *mirror = mirror_new(NULL, NULL);
        struct buf text = { 0 };
        int64_t start_us, load_us, chunk_us, slice_us;

        buf_add_text(&text, "event: clusters\n");
        for (unsigned j = 0; j < sizes[i]; j++) {
            buf_add_text(&text, "data: ");
            bench_row(&text, j);
            buf_add_char(&text, '\n');
        }
        buf_add_text(&text, "\nevent: sync\ndata: {\"clusters\":1}\n\n");
        mirror_begin(mirror);
        feed(mirror, hello, sizeof hello - 1);
        start_us = clock_monotonic_us();
        chunk_us = feed(mirror, text.at, text.length);
        load_us = clock_monotonic_us() - start_us;
        slice_us = sweep(mirror);
        printf("mirror %6u clusters  loaded in %7.1f ms (%.2f us a row)  longest chunk "
               "%.2f ms  longest slice of the sweep %.2f ms\n",
            sizes[i], (double)load_us / 1000, (double)load_us / sizes[i],
            (double)chunk_us / 1000, (double)slice_us / 1000);
        buf_release(&text);
        mirror_free(mirror);
    }
    return 0;
}
