/* Whatever a hub sends: the mirror takes it or ends the stream, counts what it holds
 * rightly, and a sweep ends. 0x01 in the input loses the stream and opens another. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/mirror.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_cluster(void *user, uint32_t slot, bool added)
{
    int *count = user;

    (void)slot;
    *count += added;
}

static void
on_remove(void *user, uint32_t slot)
{
    int *count = user;

    (void)slot;
    --*count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mirror_calls calls = { on_cluster, on_remove };
    int count = 0;
    struct mirror *mirror = mirror_new(&calls, &count);
    struct mark mark;
    struct err err;

    mirror_begin(mirror);
    while (size) {
        const uint8_t *cut = memchr(data, 1, size);
        size_t length = cut ? (size_t)(cut - data) : size;

        mirror_feed(mirror, (const char *)data, length, 0, &err);
        data += length;
        size -= length;
        if (cut) {
            data++;
            size--;
        }
        mirror_lost(mirror);
        mirror_begin(mirror);
    }
    while (mirror_sweeping(mirror))
        mirror_sweep(mirror);
    if (mirror_fleet(mirror)->count != (uint32_t)count)
        abort();
    if (*mirror_resume_id(mirror) &&
        !mark_parse_id(&mark, str_from(mirror_resume_id(mirror))))
        abort();
    mirror_free(mirror);
    return 0;
}
