/*
 * page -- audit entries on their way from the pool to a subject who may see some of them,
 * and what it asked for.
 */
#ifndef HUB_PAGE_H
#define HUB_PAGE_H

#include "hub/api.h"
#include "hub/audit.h"

#define PAGE_ENTRIES 500   /* read in one go */
#define PAGE_IDS     50000 /* …or as many ids of clusters */

struct page { /* entries read in the pool, to be filtered on the loop */
    struct entry *entries;
    struct frozen *sets;
    size_t count, capacity, set_capacity, ids;
    bool full; /* there may be more */
    int64_t last;
};

void page_clear(struct page *page);
bool page_keep(
    void *page, const struct entry *entry, const struct frozen *set); /* for audit_walk */

/* One entry as the subject may see it, printed; false if none of it is to be seen. After
 * grant_bind. */
bool page_print(const struct request *request, const struct entry *entry,
    const struct frozen *set, size_t clusters_limit, struct buf *out);

/* Query parameters. ERR_INPUT names the one that is wrong. Absent leaves the value alone.
 */
bool filter_take(struct request *request, struct audit_filter *filter, struct err *err);
bool filter_text(
    struct request *request, const char *name, char *value, size_t size, struct err *err);
bool filter_number(struct request *request, const char *name, int64_t most,
    int64_t *value, struct err *err);

#endif
