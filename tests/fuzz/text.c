/* Whatever comes, what text_safe gives is valid, drawable, and safe to pass through
 * again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf once = { 0 }, twice = { 0 };

    text_safe(&once, (struct str){ (const char *)data, size });
    text_safe(&twice, buf_str(&once));
    assert(str_same(buf_str(&once), buf_str(&twice)));
    assert(text_is_valid(buf_str(&once)));
    assert(!text_has_control(buf_str(&once)));
    for (struct str rest = buf_str(&once); rest.length;)
        assert(text_rune_width(text_rune(&rest)) > 0);
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
