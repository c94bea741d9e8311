/* api_export -- GET /v1/audit/export: the chain as a stream, a page at a time. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "hub/journal.h"
#include "hub/page.h"
#include "hub/write.h"

struct dump {                /* until its stream is closed and no read is under way */
    struct request *request; /* NULL: closed */
    struct journal *journal;
    struct audit_filter filter;
    struct page page;
    struct buf waiting;
    uint64_t printed;
    bool reading, ended;
};

static void
dump_free(struct dump *dump)
{
    page_clear(&dump->page);
    buf_release(&dump->waiting);
    free(dump);
}

static bool
run_export(struct sqlite3 *db, void *user, struct err *err)
{
    struct dump *dump = user;

    return audit_walk(db, &dump->filter, page_keep, &dump->page, err);
}

static void
end_export(struct dump *dump, const struct err *err)
{
    dump->ended = true;
    if (!err) {
        buf_print(&dump->waiting, "{\"end\":{\"entries\":%" PRIu64 "}}\n", dump->printed);
        return;
    }
    buf_add_text(&dump->waiting, "{\"error\":");
    buf_add_json(&dump->waiting, str_from(err->text));
    buf_add_text(&dump->waiting, "}\n");
}

static void
print_export(struct dump *dump)
{
    struct page *page = &dump->page;

    grant_bind(request_grant(dump->request), request_parts(dump->request)->fleet);
    for (size_t i = 0; i < page->count; i++)
        if (page_print(dump->request, &page->entries[i], &page->sets[i], SIZE_MAX,
                &dump->waiting)) {
            buf_add_char(&dump->waiting, '\n');
            dump->printed++;
        }
    dump->filter.after = page->last;
    if (!page->full)
        end_export(dump, NULL);
}

static void
dump_read(void *user, const struct err *err)
{
    struct dump *dump = user;

    dump->reading = false;
    if (!dump->request) {
        dump_free(dump);
        return;
    }
    if (err)
        end_export(dump, err);
    else
        print_export(dump);
    page_clear(&dump->page);
    exchange_wake(request_exchange(dump->request));
}

static bool
pull(void *user, struct buf *out)
{
    struct dump *dump = user;
    struct journal_write read = { .run = run_export, .done = dump_read, .user = dump };
    struct err err = { 0 };

    buf_add_str(out, buf_str(&dump->waiting));
    buf_clear(&dump->waiting);
    if (dump->ended)
        return false;
    if (dump->reading)
        return true;
    dump->reading = journal_read(dump->journal, &read, &err);
    if (dump->reading)
        return true;
    end_export(dump, &err);
    buf_add_str(out, buf_str(&dump->waiting));
    return false;
}

static void
closed(void *user)
{
    struct dump *dump = user;

    dump->request = NULL;
    if (!dump->reading)
        dump_free(dump);
}

static void
print_stamp(struct dump *dump)
{
    const struct request *request = dump->request;
    const struct parts *parts = request_parts(request);
    struct buf *out = &dump->waiting;
    struct buf scope = { 0 };

    grant_print_scope(request_grant(request), PERMISSION_READ, &scope);
    buf_print(out,
        "{\"stamp\":{\"simulated\":%s,\"hub\":", parts->simulated ? "true" : "false");
    buf_add_json(out, str_from(parts->name));
    buf_add_text(out, ",\"exported\":\"");
    clock_print_rfc3339(out, request_now_ms(request));
    buf_add_text(out, "\",\"subject\":");
    buf_add_json(out, str_from(grant_subject(request_grant(request))));
    buf_add_text(out, ",\"scope\":");
    buf_add_json(out, buf_str(&scope));
    buf_add_text(out, "}}\n");
    buf_release(&scope);
}

void
audit_get_export(struct request *request)
{
    static const struct stream_calls calls = { .pull = pull, .closed = closed };
    struct dump *dump = mem_zero(1, sizeof *dump);
    struct err err = { 0 };

    dump->request = request;
    dump->journal = request_parts(request)->journal;
    if (!filter_take(request, &dump->filter, &err)) {
        request_problem(request, &err, NULL);
        dump_free(dump);
        return;
    }
    dump->filter.oldest_first = true;
    dump->filter.limit = PAGE_ENTRIES;
    print_stamp(dump);
    request_stream(request, "application/x-ndjson", &calls, dump);
}
