/* A row is refused and the fleet stays empty, or it is read and printed to a row that
 * says the same. JSON is what jansson says is JSON. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/pull.h"
#include "wire/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
compare_with_tree(struct str text)
{
    json_t *tree = json_loadb(text.length ? text.at : "", text.length, 0, NULL);
    struct pull pull;
    bool ok;

    pull_start(&pull, text);
    ok = pull_skip(&pull) && pull_end(&pull);
    /* jansson refuses numbers it cannot hold, takes a deeper nesting, and a NUL after a
     * number, which RFC 8259 does not know; only one way is a fault. */
    if (!ok && tree && text.length < PULL_DEPTH && !memchr(text.at, '\0', text.length))
        abort();
    pull_release(&pull);
    json_decref(tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct fleet *fleet = fleet_new();
    enum row_change change;
    struct err err;
    struct buf out = { 0 };
    uint32_t slot = row_parse(fleet, text, &change, &err);

    compare_with_tree(text);
    if (slot == FLEET_NONE) {
        if (fleet->count || intern_count(fleet->intern))
            abort();
    } else {
        row_print(fleet, fleet_at(fleet, slot), &out);
        if (row_parse(fleet, buf_str(&out), &change, &err) != slot || change != ROW_SAME)
            abort();
        fleet_remove(fleet, slot);
        if (intern_count(fleet->intern))
            abort();
    }
    buf_release(&out);
    fleet_free(fleet);
    return 0;
}
