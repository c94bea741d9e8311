/* Any bytes: a tree or an error with a place, never more. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    struct yaml *yaml = yaml_parse("f", (struct str){ (const char *)data, size }, &err);

    assert((yaml != NULL) == (err.code == ERR_NONE));
    yaml_release(yaml);
    return 0;
}
