/* Any bytes in any chunks: the same objects come out as from one piece, each within its
 * ceiling. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hub/source/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What comes out in chunks of `step`: each object ended by a NUL, then how it ended. */
static void
split(struct buf *out, enum events_kind kind, struct str bytes, size_t step)
{
    struct events events;
    enum events_item item = EVENTS_NONE;

    events_init(&events, kind);
    for (size_t at = 0; at < bytes.length && item != EVENTS_BROKEN; at += step) {
        size_t part = bytes.length - at < step ? bytes.length - at : step;
        char *chunk = mem_text_length(bytes.at + at, part);
        struct str object;

        events_give(&events, (struct str){ chunk, part });
        while ((item = events_take(&events, &object)) != EVENTS_NONE &&
               item != EVENTS_BROKEN) {
            assert(object.length <= EVENTS_OBJECT_BYTES);
            buf_add_str(out, object);
            buf_add_char(out, '\0');
        }
        free(chunk);
    }
    buf_add_char(out, events_finished(&events) ? 'F' : item == EVENTS_BROKEN ? 'B' : 'U');
    events_release(&events);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = { 0 }, parts = { 0 };
    enum events_kind kind;
    struct str bytes;

    if (size < 2)
        return 0;
    kind = data[0] & 1 ? EVENTS_LIST : EVENTS_WATCH;
    bytes = (struct str){ (const char *)data + 2, size - 2 };
    split(&whole, kind, bytes, size);
    split(&parts, kind, bytes, 1U + data[1] % 32U);
    assert(whole.length == parts.length);
    assert(memcmp(whole.at, parts.at, whole.length) == 0);
    buf_release(&whole);
    buf_release(&parts);
    return 0;
}
