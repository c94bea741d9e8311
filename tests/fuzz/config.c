/* hub.yaml: whatever it says, it is read or refused with a line that names its place. */
#include "hub/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t length)
{
    struct config config;
    struct err err = { 0 };

    if (config_parse(
            &config, "hub.yaml", (struct str){ (const char *)at, length }, &err)) {
        if (!config.source_count || config.source_count > FLEET_SOURCES)
            abort();
        config_release(&config);
    } else if (err.code == ERR_NONE || strncmp(err.text, "hub.yaml", 8)) {
        abort();
    }
    return 0;
}
