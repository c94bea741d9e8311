/* A stream told in one piece and in many is the same stream. The first byte is the size
 * of the pieces. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "wire/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
on_line(void *user, struct str event, struct str data)
{
    buf_print(user, "%zu<%zu>", event.length, data.length);
    buf_add_str(user, event);
    buf_add_str(user, data);
    return true;
}

static bool
on_event(void *user, struct str event, struct str id)
{
    buf_add_str(user, event);
    buf_add_char(user, '#');
    buf_add_str(user, id);
    return true;
}

static bool
feed(const uint8_t *data, size_t size, size_t piece, struct buf *told)
{
    static const struct sse_calls calls = { on_line, on_event, NULL };
    struct sse *sse = sse_new(128, &calls, told);
    struct err err;
    bool ok = true;

    while (ok && size) {
        size_t length = piece < size ? piece : size;

        ok = sse_feed(sse, (const char *)data, length, &err);
        data += length;
        size -= length;
    }
    sse_free(sse);
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = { 0 }, pieces = { 0 };
    bool a, b;

    if (!size)
        return 0;
    a = feed(data + 1, size - 1, size, &whole);
    b = feed(data + 1, size - 1, data[0] % 16 + 1u, &pieces);
    if (a != b || (a && !str_same(buf_str(&whole), buf_str(&pieces))))
        abort();
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
