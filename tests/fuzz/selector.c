/* Any text is refused or read; what was read prints to something that reads and prints
 * the same, and can match. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "fleet/selector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
match(struct selector *selector)
{
    struct fleet *fleet = fleet_new();
    uint32_t slot = fleet_touch(fleet, STR("ocm:store-1"));
    int64_t flip_ms = INT64_MAX;

    cluster_set_tag(fleet_at(fleet, slot), fleet->intern, STR("a"), STR("5m"));
    fleet_at(fleet, slot)->since_s = 1000;
    selector_bind(selector, fleet);
    selector_match(selector, fleet, fleet_at(fleet, slot), 2000000, &flip_ms);
    fleet_free(fleet);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    struct selector *selector =
        selector_parse((struct str){ (const char *)data, size }, &err);
    struct selector *again;
    struct buf once = { 0 }, twice = { 0 };

    if (!selector)
        return 0;
    selector_check_scope(selector, &err);
    match(selector);
    selector_print(selector, &once);
    again = selector_parse(buf_str(&once), &err);
    /* Quotes and the prefix of tags may push it over the ceiling of bytes. */
    if (!again && once.length <= SELECTOR_BYTES)
        abort();
    if (again) {
        selector_print(again, &twice);
        if (!str_same(buf_str(&once), buf_str(&twice)))
            abort();
    }
    selector_free(selector);
    selector_free(again);
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
