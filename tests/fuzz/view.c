/* view: any bytes parse or are refused with a place; what parses can be laid out at any
 * size. */
#include <stdlib.h>
#include <string.h>

#include "console/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view *view = calloc(1, sizeof(*view));
    struct placed placed[PLACED];
    struct err err = { 0 };
    int count = 0, width = 0, height = 0;

    if (!view_parse(view, "v", (struct str){ (const char *)data, size }, &err)) {
        if (err.code == ERR_NONE || !err.text[0])
            abort();
        free(view);
        return 0;
    }
    for (int side = 1; side < 200; side += 11) {
        struct rect rect = { 0, 1, side * 2, side };

        if (!view_layout(view, rect, placed, &count, &width, &height))
            continue;
        for (int i = 0; i < count; i++)
            if (placed[i].rect.x < 0 || placed[i].rect.y < 1 ||
                placed[i].rect.x + placed[i].rect.width > side * 2 ||
                placed[i].rect.y + placed[i].rect.height > side + 1)
                abort();
    }
    free(view);
    return 0;
}
