/* Any JSON through every built-in dialect: a fact within its ceilings or a refusal. Any
 * text as a path and over itself. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/text.h"
#include "hub/source/dialect.h"
#include "hub/source/mapping.h"
#include "hub/source/quantity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct fact *fact)
{
    assert(fact->object.length > 0 && !text_has_control(fact->object));
    assert(fact->tag_count <= CLUSTER_TAGS && fact->claim_count <= CLUSTER_TAGS);
    for (size_t i = 0; i < AXES; i++) {
        assert(!fact->axes[i].known ||
               axis_value_name((enum axis)i, fact->axes[i].value) != NULL);
        assert(
            !fact->axes[i].known || fact->axes[i].reason.length <= CLUSTER_REASON_BYTES);
    }
    assert(!fact->location_known ||
           (fabsf(fact->latitude) <= 90 && fabsf(fact->longitude) <= 180));
    assert(fact->nodes_ready >= UNKNOWN_COUNT && fact->gpus >= UNKNOWN_COUNT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    json_t *json = json_loadb(text.at, size, 0, NULL);
    char **names = dialect_names();
    struct err err = { 0 };
    struct mapping mapping;
    struct path *path;
    size_t column;
    double number;

    for (size_t i = 0; names[i] && json; i++) {
        struct dialect *dialect = dialect_load(names[i], &err);

        for (uint32_t k = 0; k < dialect->resource_count; k++)
            if (mapping_map(&mapping, &dialect->resources[k], k, json, &err))
                check(&mapping.fact);
        dialect_free(dialect);
    }
    texts_free(names);
    path = path_parse(text, &column, &err);
    if (path && json)
        path_first(path, json);
    path_free(path);
    quantity_parse(text, &number);
    json_decref(json);
    return 0;
}
