/* api_audit -- the audit routes: see wire/entry.h for what they speak. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hub/audit.h"
#include "hub/maintenance.h"
#include "hub/page.h"
#include "hub/write.h"

#define LIST          100
#define LIST_CLUSTERS 20 /* of one entry */
#define LIST_PAGES                                                                       \
    20 /* a narrow scope in a long chain: then `next` says where to go on */

struct listing {
    struct request *request;
    struct audit_filter filter;
    struct page page;
    uint32_t limit, printed, pages;
    struct buf body;
};

static void
listing_free(struct listing *listing)
{
    page_clear(&listing->page);
    buf_release(&listing->body);
    free(listing);
}

static bool
run_listing(struct sqlite3 *db, void *user, struct err *err)
{
    struct listing *listing = user;

    return audit_walk(db, &listing->filter, page_keep, &listing->page, err);
}

static void listing_done(void *user, const struct err *err);

static void
read_page(struct listing *listing)
{
    struct journal_write read = {
        .run = run_listing, .done = listing_done, .user = listing
    };
    struct err err = { 0 };

    if (journal_read(request_parts(listing->request)->journal, &read, &err))
        return;
    request_problem(listing->request, &err, NULL);
    listing_free(listing);
}

/* What of the page the subject may see, up to the limit. */
static void
print_page(struct listing *listing)
{
    struct page *page = &listing->page;
    bool printed;

    for (size_t i = 0; i < page->count && listing->printed < listing->limit; i++) {
        struct buf one = { 0 };

        printed = page_print(
            listing->request, &page->entries[i], &page->sets[i], LIST_CLUSTERS, &one);
        if (printed) {
            if (listing->printed++)
                buf_add_char(&listing->body, ',');
            buf_add_str(&listing->body, buf_str(&one));
        }
        listing->filter.before = page->entries[i].seq;
        buf_release(&one);
    }
}

static void
listing_done(void *user, const struct err *err)
{
    struct listing *listing = user;
    bool more = listing->page.full;

    if (err) {
        request_problem(listing->request, err, NULL);
        listing_free(listing);
        return;
    }
    grant_bind(request_grant(listing->request), request_parts(listing->request)->fleet);
    print_page(listing);
    more = more || (listing->page.count && listing->filter.before > listing->page.last);
    page_clear(&listing->page);
    if (more && listing->printed < listing->limit && ++listing->pages < LIST_PAGES) {
        read_page(listing);
        return;
    }
    buf_add_text(&listing->body, "],\"next\":");
    if (more && listing->filter.before > 1)
        buf_print(&listing->body, "%" PRId64 "}", listing->filter.before);
    else
        buf_add_text(&listing->body, "null}");
    request_json(listing->request, 200, buf_str(&listing->body));
    listing_free(listing);
}

void
audit_get(struct request *request)
{
    struct listing *listing = mem_zero(1, sizeof *listing);
    struct err err = { 0 };
    int64_t limit = LIST;

    listing->request = request;
    if (!filter_take(request, &listing->filter, &err) ||
        !filter_number(request, "limit", AUDIT_LIST_LIMIT, &limit, &err)) {
        request_problem(request, &err, NULL);
        listing_free(listing);
        return;
    }
    listing->limit = (uint32_t)limit;
    listing->filter.limit = PAGE_ENTRIES;
    buf_print(&listing->body, "{\"simulated\":%s,\"entries\":[",
        request_parts(request)->simulated ? "true" : "false");
    read_page(listing);
}

struct verifying {
    struct request *request;
    const char *path;
    char head[DIGEST_HEX_LENGTH + 1];
    struct verdict verdict;
};

static bool
run_verify(struct sqlite3 *db, void *user, struct err *err)
{
    struct verifying *verifying = user;

    return audit_verify(db, verifying->path, verifying->head, &verifying->verdict, err);
}

static void
verify_done(void *user, const struct err *err)
{
    struct verifying *verifying = user;
    struct buf body = { 0 };
    struct err damage = { 0 };

    if (err) {
        request_problem(verifying->request, err, NULL);
    } else {
        err_set(&damage, ERR_CORRUPT, "%s", verifying->verdict.why);
        if (verifying->verdict.damaged)
            journal_accuse(request_parts(verifying->request)->journal, &damage);
        verdict_print(&verifying->verdict, &body);
        request_json(verifying->request, 200, buf_str(&body));
    }
    buf_release(&body);
    free(verifying);
}

/* A hash that nothing could have is a slip, not a chain that was cut. */
static bool
take_head(struct request *request, char head[DIGEST_HEX_LENGTH + 1], struct err *err)
{
    struct buf text = { 0 };
    bool ok = request_query(request, "head", &text, err);

    if (ok && text.length) {
        ok = text.length == DIGEST_HEX_LENGTH &&
             strspn(text.at, "0123456789abcdef") == DIGEST_HEX_LENGTH;
        if (ok)
            memcpy(head, text.at, DIGEST_HEX_LENGTH + 1);
        else
            err_set(err, ERR_INPUT,
                "head: expected a hash of %d hex digits, as verify prints it",
                DIGEST_HEX_LENGTH);
    }
    buf_release(&text);
    return ok;
}

void
audit_get_verify(struct request *request)
{
    struct verifying *verifying = mem_zero(1, sizeof *verifying);
    struct journal *journal = request_parts(request)->journal;
    struct journal_write read = {
        .run = run_verify, .done = verify_done, .user = verifying
    };
    struct err err = { 0 };
    bool ok = grant_whole(request_grant(request), PERMISSION_READ);

    verifying->request = request;
    verifying->path = journal_path(journal);
    if (!ok)
        err_set(&err, ERR_DENIED,
            "the chain is verified as a whole: it takes a scope of everything");
    if (!ok || !take_head(request, verifying->head, &err) ||
        !journal_read(journal, &read, &err)) {
        request_problem(request, &err, NULL);
        free(verifying);
    }
}

struct recovering {
    struct request *request;
    struct maintenance_copy *copy;
    char *subject, *origin;
    int64_t now_ms;
};

static void
recovering_free(struct recovering *recovering)
{
    maintenance_copy_free(recovering->copy);
    free(recovering->subject);
    free(recovering->origin);
    free(recovering);
}

static bool
carry(struct sqlite3 *db, bool fresh, void *user, struct err *err)
{
    struct recovering *recovering = user;
    struct entry entry = { .time_ms = recovering->now_ms,
        .kind = "note",
        .subject = recovering->subject,
        .origin = recovering->origin,
        .verb = "audit-recover",
        .result = "ok",
        .detail = fresh ? "{\"segment\":\"new\"}" : "{\"segment\":\"same\"}" };

    return audit_append(db, &entry, NULL, err) &&
           (!fresh || maintenance_carry(db, recovering->copy, err));
}

static void
recovered(void *user, bool fresh, const struct err *err)
{
    struct recovering *recovering = user;
    struct request *request = recovering->request;

    if (err) {
        request_problem(request, err, NULL);
    } else {
        if (!fresh)
            maintenance_reload(request_parts(request)->maintenance);
        request_json(request, 200,
            fresh ? STR("{\"segment\":\"new\"}") : STR("{\"segment\":\"same\"}"));
    }
    recovering_free(recovering);
}

void
audit_post_recover(struct request *request)
{
    const struct parts *parts = request_parts(request);
    struct recovering *recovering;
    struct journal_recovery recovery = { .carry = carry, .done = recovered };
    struct err err = { 0 };

    if (!grant_whole(request_grant(request), PERMISSION_RECOVER)) {
        err_set(&err, ERR_DENIED, "recovery takes an admin of the whole fleet");
        request_problem(request, &err, NULL);
        return;
    }
    recovering = mem_zero(1, sizeof *recovering);
    recovering->request = request;
    recovering->copy = maintenance_copy(parts->maintenance);
    recovering->subject = mem_text(grant_subject(request_grant(request)));
    recovering->origin = mem_text(request_origin(request));
    recovering->now_ms = request_now_ms(request);
    recovery.user = recovering;
    if (journal_recover(parts->journal, &recovery, &err))
        return;
    request_problem(request, &err, NULL);
    recovering_free(recovering);
}
