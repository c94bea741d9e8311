/* Any target: segments and parameters come out fit to be shown, or are refused. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "net/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str whole = { (const char *)data, size }, rest = whole;
    struct buf out = { 0 };
    bool bad = false;
    size_t segments = 0;

    while (path_segment(&rest, &out, &bad)) {
        assert(text_is_valid(buf_str(&out)) && !text_has_control(buf_str(&out)));
        assert(++segments <= size);
    }
    assert(bad || !rest.length);
    if (query_value(whole, "a", &out, &bad))
        assert(!bad && text_is_valid(buf_str(&out)) && !text_has_control(buf_str(&out)));
    buf_release(&out);
    return 0;
}
