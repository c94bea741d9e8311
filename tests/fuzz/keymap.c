/* keymap: any bytes parse or are refused with a place; no key of what parses is bound
 * twice, nor a dangerous one held. */
#include <stdlib.h>
#include <string.h>

#include "console/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keymap *keymap = calloc(1, sizeof(*keymap));
    struct err err = { 0 };

    if (keymap_parse(keymap, "k", (struct str){ (const char *)data, size }, &err)) {
        for (int i = 0; i < keymap->count; i++) {
            char text[48];

            if (keymap_find(keymap, keymap->bindings[i].key) != &keymap->bindings[i])
                abort();
            keymap_keys(keymap, keymap->bindings[i].action, text, sizeof(text));
        }
    } else if (err.code == ERR_NONE || !err.text[0])
        abort();
    free(keymap);
    return 0;
}
