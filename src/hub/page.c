/* page -- see page.h. */
#include "hub/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

void
page_clear(struct page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        entry_release(&page->entries[i]);
        frozen_release(&page->sets[i]);
    }
    free(page->entries);
    free(page->sets);
    memset(page, 0, sizeof *page);
}

bool
page_keep(void *user, const struct entry *entry, const struct frozen *set)
{
    struct page *page = user;

    page->entries =
        mem_grow(page->entries, &page->capacity, page->count + 1, sizeof *page->entries);
    page->sets =
        mem_grow(page->sets, &page->set_capacity, page->count + 1, sizeof *page->sets);
    entry_copy(&page->entries[page->count], entry);
    frozen_copy(&page->sets[page->count], set);
    page->count++;
    page->ids += set->count;
    page->last = entry->seq;
    page->full = page->count == PAGE_ENTRIES || page->ids >= PAGE_IDS;
    return !page->full;
}

bool
page_print(const struct request *request, const struct entry *entry,
    const struct frozen *set, size_t clusters_limit, struct buf *out)
{
    const struct fleet *fleet = request_parts(request)->fleet;
    const struct grant *grant = request_grant(request);
    bool whole = grant_whole(grant, PERMISSION_READ);
    struct entry view = *entry;
    struct frozen seen = { 0 };

    for (size_t i = 0; i < set->count; i++) {
        struct str id = str_from(set->ids[i]);
        uint32_t slot = whole ? FLEET_NONE : fleet_find(fleet, id);

        if (whole || (slot != FLEET_NONE && grant_covers(grant, PERMISSION_READ, fleet,
                                                fleet_at(fleet, slot))))
            frozen_add(&seen, id);
    }
    if (!whole && !seen.count)
        return false;
    if (seen.count < set->count) {
        view.partial = true;
        view.target = view.set = NULL;
        view.detail = NULL;
        view.count = (int64_t)seen.count;
    }
    view.clusters = seen.ids;
    view.cluster_count = seen.count < clusters_limit ? seen.count : clusters_limit;
    entry_print(&view, out);
    frozen_release(&seen);
    return true;
}

bool
filter_text(
    struct request *request, const char *name, char *value, size_t size, struct err *err)
{
    struct buf text = { 0 };
    bool ok = request_query(request, name, &text, err);

    if (ok && text.length >= size) {
        err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", name, size - 1);
        ok = false;
    }
    if (ok && text.length)
        memcpy(value, text.at, text.length + 1);
    buf_release(&text);
    return ok;
}

bool
filter_number(struct request *request, const char *name, int64_t most, int64_t *value,
    struct err *err)
{
    char text[24] = "";

    if (!filter_text(request, name, text, sizeof text, err))
        return false;
    if (!text[0])
        return true;
    if (str_to_i64(str_from(text), value) && *value >= 1 && *value <= most)
        return true;
    err_set(err, ERR_INPUT, "%s: expected a whole number from 1 to %" PRId64, name, most);
    return false;
}

/* RFC 3339, or an age such as 2h. */
static bool
take_time(struct request *request, const char *name, int64_t *value, struct err *err)
{
    char text[64] = "";
    int64_t age_ms;

    if (!filter_text(request, name, text, sizeof text, err))
        return false;
    if (!text[0] || clock_parse_rfc3339(str_from(text), value))
        return true;
    if (clock_parse_duration(str_from(text), &age_ms)) {
        *value = request_now_ms(request) - age_ms;
        return true;
    }
    err_set(err, ERR_INPUT,
        "%s: expected a time such as 2026-11-24T01:02:03Z or an age such as 2h", name);
    return false;
}

bool
filter_take(struct request *request, struct audit_filter *filter, struct err *err)
{
    memset(filter, 0, sizeof *filter);
    return filter_text(
               request, "subject", filter->subject, sizeof filter->subject, err) &&
           filter_text(request, "verb", filter->verb, sizeof filter->verb, err) &&
           filter_text(
               request, "cluster", filter->cluster, sizeof filter->cluster, err) &&
           take_time(request, "since", &filter->since_ms, err) &&
           take_time(request, "until", &filter->until_ms, err) &&
           filter_number(request, "before", INT64_MAX, &filter->before, err);
}
