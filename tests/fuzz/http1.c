/* A head and what follows it as chunks: never more than an error, and the same however it
 * is cut. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "net/http1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
within(struct str part, struct str whole)
{
    return !part.length ||
           (part.at >= whole.at && part.at + part.length <= whole.at + whole.length);
}

static void
check_head(struct str bytes)
{
    struct http1_request request;
    size_t length = http1_head_length(bytes);
    struct str head = { bytes.at, length };

    assert(length <= bytes.length);
    if (!length || http1_parse(head, &request) != 0)
        return;
    assert(head.length >= 4 && memcmp(head.at + head.length - 4, "\r\n\r\n", 4) == 0);
    assert(!(request.chunked && request.content_length >= 0));
    assert(request.content_length >= -1);
    assert(within(request.method, head) && within(request.target, head));
    assert(request.target.at[0] == '/');
    for (size_t i = 0; i < request.field_count; i++)
        assert(within(request.fields[i].name, head) &&
               within(request.fields[i].value, head));
    for (size_t i = 0; i < length; i++) /* no head ends within a head */
        assert(!http1_head_length((struct str){ bytes.at, i }));
}

/* Decode in pieces of `step`: bytes consumed, -1 if malformed. */
static ptrdiff_t
dechunk(const uint8_t *data, size_t size, size_t step, struct buf *out)
{
    struct http1_chunks chunks = { .phase = CHUNK_SIZE };
    size_t used = 0, decoded;
    char piece[64];

    while (used < size && chunks.phase != CHUNK_DONE) {
        size_t part = size - used < step ? size - used : step;
        memcpy(piece, data + used, part);
        ptrdiff_t took = http1_dechunk(&chunks, piece, part, &decoded);
        if (took < 0)
            return -1;
        assert((size_t)took <= part && decoded <= (size_t)took);
        buf_add(out, piece, decoded);
        used += (size_t)took;
    }
    return (ptrdiff_t)used;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf one = { 0 }, many = { 0 };
    ptrdiff_t a, b;

    check_head((struct str){ (const char *)data, size });
    a = dechunk(data, size, 1, &one);
    b = dechunk(data, size, sizeof(char[64]), &many);
    assert(a == b);
    if (a >= 0)
        assert(str_same(buf_str(&one), buf_str(&many)));
    buf_release(&one);
    buf_release(&many);
    return 0;
}
