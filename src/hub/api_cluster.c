/* api_cluster -- clusters as rows, and one with all that is known of it. */
#include "base/mem.h"
#include "fleet/selector.h"
#include "hub/audit.h"
#include "hub/feed.h"
#include "hub/journal.h"
#include "hub/maintenance.h"
#include "hub/model.h"
#include "hub/read.h"
#include "wire/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_SLOTS   20000 /* looked at in one turn of the loop */
#define RECENT_AUDIT  10
#define ID_TEXT_BYTES 200 /* of an id in a message */

/* ---- rows ---- */

struct listing {
    struct request *request;
    struct selector *selector;
    struct scope scope;
    struct timer *again;
    uint32_t slot;
};

static void
listing_again(void *user)
{
    struct listing *listing = user;

    exchange_wake(request_exchange(listing->request));
}

static bool
listing_pull(void *user, struct buf *out)
{
    struct listing *listing = user;
    const struct parts *parts = request_parts(listing->request);
    const struct fleet *fleet = parts->fleet;
    int64_t now_ms = request_now_ms(listing->request);
    size_t start = out->length;

    scope_bind(&listing->scope, fleet);
    selector_bind(listing->selector, fleet);
    for (uint32_t seen = 0; listing->slot < fleet->ceiling; listing->slot++, seen++) {
        const struct cluster *cluster = fleet_at(fleet, listing->slot);

        if (seen == SLICE_SLOTS || out->length - start >= SERVER_STREAM_CHUNK) {
            timer_start(listing->again, 0, 0);
            return true;
        }
        if (!cluster || !scope_covers(&listing->scope, fleet, cluster) ||
            !selector_match(listing->selector, fleet, cluster, now_ms, NULL))
            continue;
        buf_add_str(out, feed_row(parts->feed, listing->slot));
        buf_add_char(out, '\n');
    }
    return false;
}

static void
listing_closed(void *user)
{
    struct listing *listing = user;

    timer_free(listing->again);
    selector_free(listing->selector);
    free(listing);
}

void
clusters_get(struct request *request)
{
    static const struct stream_calls calls = { listing_pull, listing_closed };
    struct listing *listing;
    struct err err;
    struct selector *selector = request_selector(request, &err);

    if (!selector) {
        request_problem(request, &err, NULL);
        return;
    }
    listing = mem_zero(1, sizeof *listing);
    listing->request = request;
    listing->selector = selector;
    listing->scope = request_scope(request);
    listing->again = timer_new(request_parts(request)->loop, listing_again, listing);
    request_stream(request, "application/x-ndjson", &calls, listing);
}

/* ---- one ---- */

struct details {
    struct request *request;
    struct buf out;
    struct audit_filter filter; /* of the chain's last entries about it */
    struct buf entries;
    bool whole;
};

/* By id; or by KEY, where one cluster alone in the scope has it. */
static uint32_t
find_cluster(
    const struct fleet *fleet, struct scope *scope, struct str name, struct err *err)
{
    uint32_t slot = fleet_find(fleet, name), found = FLEET_NONE;

    scope_bind(scope, fleet);
    if (slot != FLEET_NONE && scope_covers(scope, fleet, fleet_at(fleet, slot)))
        return slot;
    for (slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (!cluster || !str_same(cluster_key(cluster, fleet->intern), name) ||
            !scope_covers(scope, fleet, cluster))
            continue;
        if (found != FLEET_NONE) {
            err_set(err, ERR_CONFLICT,
                "several sources have a cluster %.*s: say SOURCE:%.*s", STR_ARG(name),
                STR_ARG(name));
            return FLEET_NONE;
        }
        found = slot;
    }
    if (found == FLEET_NONE)
        err_set(err, ERR_NOT_FOUND, "there is no cluster %.*s that you may see",
            (int)(name.length > ID_TEXT_BYTES ? ID_TEXT_BYTES : name.length), name.at);
    return found;
}

static bool
entry_seen(void *user, const struct entry *entry, const struct frozen *set)
{
    struct details *details = user;
    struct entry view = *entry;

    view.clusters = NULL;
    view.cluster_count = 0;
    /* Whom else it was about is for those who may see everything. */
    if (!details->whole && set->count > 1) {
        view.partial = true;
        view.target = view.set = view.detail = NULL;
        view.count = 1;
    }
    if (details->entries.length)
        buf_add_char(&details->entries, ',');
    entry_print(&view, &details->entries);
    return true;
}

static bool
read_audit(struct sqlite3 *db, void *user, struct err *err)
{
    struct details *details = user;

    return audit_walk(db, &details->filter, entry_seen, details, err);
}

static void
details_end(void *user, const struct err *err)
{
    struct details *details = user;

    buf_add_text(&details->out, ",\"audit\":");
    if (err) {
        buf_add_text(&details->out, "null,\"audit_fault\":");
        buf_add_json(&details->out, str_from(err->text));
    } else {
        buf_add_char(&details->out, '[');
        buf_add_str(&details->out, buf_str(&details->entries));
        buf_add_char(&details->out, ']');
    }
    buf_add_char(&details->out, '}');
    request_json(details->request, 200, buf_str(&details->out));
    buf_release(&details->out);
    buf_release(&details->entries);
    free(details);
}

struct window_print {
    struct str id;
    struct buf *out;
};

static void
window_seen(void *user, const struct maintenance_window *window)
{
    struct window_print *print = user;

    if (!str_is(print->id, window->id))
        return;
    buf_add_text(print->out, ",\"window\":");
    maintenance_window_print(window, 0, print->out);
}

static void
print_window(struct request *request, const struct cluster *cluster, struct buf *out)
{
    const struct parts *parts = request_parts(request);
    struct window_print print = { intern_str(parts->fleet->intern, cluster->maintenance),
        out };
    size_t before = out->length;

    if (cluster->maintenance && parts->maintenance)
        maintenance_list(parts->maintenance, request_grant(request), window_seen, &print);
    if (out->length == before)
        buf_add_text(out, ",\"window\":null");
}

static void
print_source(const struct parts *parts, struct scope *scope,
    const struct cluster *cluster, struct buf *out)
{
    const struct fleet *fleet = parts->fleet;
    const struct fleet_source *source =
        fleet_source(fleet, intern_str(fleet->intern, cluster->source));
    struct fleet_source seen;

    buf_add_text(out, ",\"source\":");
    if (source && scope_source(scope, fleet, source, &seen))
        source_print(&seen, out);
    else
        buf_add_text(out, "null");
}

static void
print_details(struct details *details, struct scope *scope, uint32_t slot)
{
    const struct parts *parts = request_parts(details->request);
    const struct cluster *cluster = fleet_at(parts->fleet, slot);
    struct buf *out = &details->out, learnt = { 0 };

    buf_add_text(out, "{\"time\":");
    json_add_time(out, request_now_ms(details->request));
    buf_add_text(out, ",\"cluster\":");
    buf_add_str(out, feed_row(parts->feed, slot));
    buf_print(out, ",\"held_health\":\"%s\"",
        health_name(model_held_health(parts->model, slot)));
    print_source(parts, scope, cluster, out);
    print_window(details->request, cluster, out);
    if (parts->look_at)
        parts->look_at(parts->user, slot, &learnt);
    buf_add_text(out, ",\"details\":{");
    buf_add_str(out, buf_str(&learnt));
    buf_add_text(out, "},");
    model_print_details(parts->model, slot, parts->resource_name, parts->user, out);
    buf_release(&learnt);
}

void
cluster_get(struct request *request)
{
    const struct parts *parts = request_parts(request);
    struct journal_write read = { .run = read_audit, .done = details_end };
    struct scope scope = request_scope(request);
    struct details *details;
    struct str id;
    struct err err;
    uint32_t slot = find_cluster(parts->fleet, &scope, request_param(request, 0), &err);

    if (slot == FLEET_NONE) {
        request_problem(request, &err, NULL);
        return;
    }
    details = mem_zero(1, sizeof *details);
    details->request = request;
    details->whole = scope.whole;
    id = cluster_id(fleet_at(parts->fleet, slot), parts->fleet->intern);
    snprintf(
        details->filter.cluster, sizeof details->filter.cluster, "%.*s", STR_ARG(id));
    details->filter.limit = RECENT_AUDIT;
    print_details(details, &scope, slot);
    read.user = details;
    if (!parts->journal)
        err_set(&err, ERR_UNAVAILABLE, "no journal is open");
    if (!parts->journal || !journal_read(parts->journal, &read, &err))
        details_end(details, &err);
}
