/* api_maintenance -- the maintenance routes: see wire/maintenance.h for what they speak.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hub/maintenance.h"
#include "hub/window.h"
#include "hub/write.h"

#define LIST_IDS      200 /* of one window in a list */
#define HISTORY       100
#define HISTORY_LIMIT 1000

struct listing { /* GET, while ended windows are read */
    struct request *request;
    struct buf body;
    bool one, first;
    char id[MAINTENANCE_ID_BYTES]; /* of one */
    uint32_t limit;
    struct window **windows;
    size_t count, capacity;
};

static void
listing_free(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        window_free(listing->windows[i]);
    free(listing->windows);
    buf_release(&listing->body);
    free(listing);
}

static void
print_window(void *user, const struct maintenance_window *window)
{
    struct listing *listing = user;

    if (!listing->first)
        buf_add_char(&listing->body, ',');
    listing->first = false;
    maintenance_window_print(window, listing->one ? SIZE_MAX : LIST_IDS, &listing->body);
}

static void
print_if_asked(void *user, const struct maintenance_window *window)
{
    struct listing *listing = user;

    if (!strcmp(window->id, listing->id))
        print_window(listing, window);
}

static void
keep(void *user, struct window *window)
{
    struct listing *listing = user;

    if (listing->one && strcmp(window->id, listing->id)) {
        window_free(window);
        return;
    }
    listing->windows = mem_grow(listing->windows, &listing->capacity, listing->count + 1,
        sizeof *listing->windows);
    listing->windows[listing->count++] = window;
}

static bool
run_history(struct sqlite3 *db, void *user, struct err *err)
{
    struct listing *listing = user;

    return window_load(db, listing->limit, keep, listing, err);
}

static void
finish(struct listing *listing)
{
    struct err err = { 0 };

    if (listing->one && listing->first) {
        err_set(&err, ERR_NOT_FOUND, "no window \"%s\"", listing->id);
        request_problem(listing->request, &err, NULL);
    } else {
        if (!listing->one)
            buf_add_text(&listing->body, "]}");
        request_json(listing->request, 200, buf_str(&listing->body));
    }
    listing_free(listing);
}

static void
history_done(void *user, const struct err *err)
{
    struct listing *listing = user;
    struct maintenance *maintenance = request_parts(listing->request)->maintenance;
    struct grant *grant = request_grant(listing->request);

    if (err) {
        request_problem(listing->request, err, NULL);
        listing_free(listing);
        return;
    }
    grant_bind(grant, request_parts(listing->request)->fleet);
    for (size_t i = 0; i < listing->count; i++) {
        struct maintenance_window view;

        if (!maintenance_view(maintenance, grant, listing->windows[i], &view))
            continue;
        print_window(listing, &view);
        maintenance_window_release(&view);
    }
    finish(listing);
}

static void
read_history(struct listing *listing)
{
    struct journal_write read = {
        .run = run_history, .done = history_done, .user = listing
    };
    struct err err = { 0 };

    if (journal_read(request_parts(listing->request)->journal, &read, &err))
        return;
    request_problem(listing->request, &err, NULL);
    listing_free(listing);
}

static bool
parse_list(struct request *request, bool *all, uint32_t *limit, struct err *err)
{
    struct buf text = { 0 };
    int64_t number = HISTORY;
    bool ok = request_query(request, "all", &text, err);

    *all = ok && text.length && !str_is(buf_str(&text), "0");
    buf_clear(&text);
    ok = ok && request_query(request, "limit", &text, err);
    if (ok && text.length &&
        (!str_to_i64(buf_str(&text), &number) || number < 1 || number > HISTORY_LIMIT)) {
        err_set(err, ERR_INPUT, "limit: expected 1 to %d", HISTORY_LIMIT);
        ok = false;
    }
    *limit = (uint32_t)number;
    buf_release(&text);
    return ok;
}

void
maintenance_get(struct request *request)
{
    struct listing *listing;
    struct err err = { 0 };
    uint32_t limit;
    bool all;

    if (!parse_list(request, &all, &limit, &err)) {
        request_problem(request, &err, NULL);
        return;
    }
    listing = mem_zero(1, sizeof *listing);
    listing->request = request;
    listing->first = true;
    listing->limit = limit;
    buf_add_text(&listing->body, "{\"windows\":[");
    maintenance_list(request_parts(request)->maintenance, request_grant(request),
        print_window, listing);
    if (all)
        read_history(listing);
    else
        finish(listing);
}

void
maintenance_get_one(struct request *request)
{
    struct str id = request_param(request, 0);
    struct listing *listing = mem_zero(1, sizeof *listing);

    listing->request = request;
    listing->one = listing->first = true;
    listing->limit = HISTORY_LIMIT;
    if (id.length < sizeof listing->id)
        memcpy(listing->id, id.at, id.length);
    maintenance_list(request_parts(request)->maintenance, request_grant(request),
        print_if_asked, listing);
    if (listing->first)
        read_history(listing);
    else
        finish(listing);
}

/* What an action comes to, as an answer. */
static void
answer(void *user, int status, struct str body, const struct err *err, struct str extra)
{
    struct request *request = user;

    if (status)
        request_json(request, status, body);
    else
        request_problem(request, err, extra.length ? extra.at : NULL);
}

static void
preview(struct request *request, const struct maintenance_request *wanted,
    const char *window, bool start)
{
    struct maintenance_want want = { request_grant(request), wanted, window, start };
    struct maintenance_answer result;
    struct buf body = { 0 }, extra = { 0 };
    struct err err = { 0 };

    if (maintenance_preview(
            request_parts(request)->maintenance, &want, &result, &extra, &err)) {
        maintenance_answer_print(&result, &body);
        maintenance_answer_release(&result);
        request_json(request, 200, buf_str(&body));
    } else {
        request_problem(request, &err, extra.length ? extra.at : NULL);
    }
    buf_release(&body);
    buf_release(&extra);
}

/* What was asked for, for its key: the same again is the same although the clusters that
 * it meant have moved since. */
static void
print_asked(const struct maintenance_request *wanted, struct buf *out)
{
    struct maintenance_request asked = *wanted;

    asked.has_frozen = false;
    asked.accept[0] = '\0';
    maintenance_request_print(&asked, out);
}

static void
act(struct request *request, struct maintenance_request *wanted, const char *window,
    bool start)
{
    struct err err = { 0 };
    /* The path as it was asked for: a key of one window says nothing of another. */
    char *route = start    ? mem_text("/v1/maintenance")
                  : window ? mem_print("/v1/maintenance/%s/end", window)
                           : mem_text("/v1/maintenance/end");
    struct buf asked = { 0 };
    struct maintenance_call call = { .grant = request_grant(request),
        .action = { .subject = grant_subject(request_grant(request)),
            .origin = request_origin(request),
            .method = "POST",
            .route = route,
            .key = request_header(request, "Idempotency-Key") },
        .request = wanted,
        .window = window,
        .start = start,
        .done = answer,
        .user = request };

    print_asked(wanted, &asked);
    call.action.body = buf_str(&asked);
    if (!maintenance_act(request_parts(request)->maintenance, &call, &err))
        request_problem(request, &err, NULL);
    buf_release(&asked);
    free(route);
}

static void
post(struct request *request, const char *window, bool start)
{
    struct maintenance_request wanted = { 0 };
    struct err err = { 0 };

    if (!maintenance_request_parse(&wanted, request_body(request), start, &err)) {
        request_problem(request, &err, NULL);
        return;
    }
    if (window && (wanted.selector || wanted.names.count || wanted.has_frozen)) {
        err_set(&err, ERR_INPUT,
            "the path names a window: no \"selector\", \"names\" or \"frozen\" beside "
            "it");
        request_problem(request, &err, NULL);
    } else if (wanted.dry_run) {
        preview(request, &wanted, window, start);
    } else {
        act(request, &wanted, window, start);
    }
    maintenance_request_release(&wanted);
}

void
maintenance_post_start(struct request *request)
{
    post(request, NULL, true);
}

void
maintenance_post_end(struct request *request)
{
    post(request, NULL, false);
}

void
maintenance_post_end_one(struct request *request)
{
    struct str id = request_param(request, 0);
    char window[MAINTENANCE_ID_BYTES] = "";
    struct err err = { 0 };

    if (!id.length || id.length >= sizeof window) {
        err_set(&err, ERR_NOT_FOUND, "no open window of that id");
        request_problem(request, &err, NULL);
        return;
    }
    memcpy(window, id.at, id.length);
    post(request, window, false);
}
