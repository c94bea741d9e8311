/* Any text: a dialect or an error with a place; as an overlay it changes all or nothing.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hub/source/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct err err = { 0 };
    struct dialect *dialect = dialect_parse("f", NULL, text, &err);
    struct dialect *ocm;
    struct yaml *yaml;

    assert((dialect != NULL) == (err.code == ERR_NONE));
    if (!dialect)
        assert(strncmp(err.text, "f:", 2) == 0);
    dialect_free(dialect);
    yaml = yaml_parse("f", text, &err);
    if (!yaml)
        return 0;
    ocm = dialect_load("ocm", &err);
    dialect_overlay(ocm, "f", yaml, &err);
    dialect_free(ocm);
    yaml_release(yaml);
    return 0;
}
