/* api -- see api.h. */
#include "hub/api.h"

#include "base/mem.h"
#include "base/text.h"
#include "hub/identity.h"
#include "hub/journal.h"
#include "wire/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALLOW_BYTES 128

struct request {
    struct api *api;
    struct request *next, *before;
    struct exchange *exchange;
    struct grant *grant;
    const struct route *route;
    struct buf params[API_PARAMS];
    char origin[64];
    struct stream_calls stream;
    void *stream_user;
};

struct api {
    const struct parts *live; /* the caller's, whose server comes later */
    const struct route *const *tables;
    struct request *requests;
};

struct api *
api_new(const struct parts *parts, const struct route *const *tables)
{
    struct api *api = mem_zero(1, sizeof *api);

    api->live = parts;
    api->tables = tables;
    return api;
}

static void
request_free(struct request *request)
{
    struct api *api = request->api;

    if (request->before)
        request->before->next = request->next;
    else
        api->requests = request->next;
    if (request->next)
        request->next->before = request->before;
    if (api->live->identities)
        identities_forget(api->live->identities, request);
    grant_free(request->grant);
    for (size_t i = 0; i < API_PARAMS; i++)
        buf_release(&request->params[i]);
    free(request);
}

void
api_free(struct api *api)
{
    if (!api)
        return;
    while (api->requests)
        request_free(api->requests);
    free(api);
}

const struct parts *
api_parts(const struct api *api)
{
    return api->live;
}

const struct parts *
request_parts(const struct request *request)
{
    return request->api->live;
}

struct grant *
request_grant(const struct request *request)
{
    return request->grant;
}

struct str
request_param(const struct request *request, size_t index)
{
    return buf_str(&request->params[index]);
}

bool
request_query(
    const struct request *request, const char *name, struct buf *out, struct err *err)
{
    bool bad = false;

    query_value(exchange_query(request->exchange), name, out, &bad);
    if (!bad && text_is_valid(buf_str(out)))
        return true;
    err_set(err, ERR_INPUT, "query parameter %s: bad percent-encoding or no UTF-8", name);
    return false;
}

struct str
request_body(const struct request *request)
{
    return exchange_body(request->exchange);
}

struct str
request_header(const struct request *request, const char *name)
{
    return exchange_header(request->exchange, name);
}

struct str
request_method(const struct request *request)
{
    return exchange_method(request->exchange);
}

const char *
request_route(const struct request *request)
{
    return request->route->path;
}

const char *
request_origin(const struct request *request)
{
    return request->origin;
}

const struct peer *
request_peer(const struct request *request)
{
    return exchange_peer(request->exchange);
}

int64_t
request_now_ms(const struct request *request)
{
    return loop_now_ms(request->api->live->loop);
}

struct exchange *
request_exchange(const struct request *request)
{
    return request->exchange;
}

static bool
covers(void *user, const struct fleet *fleet, const struct cluster *cluster)
{
    return grant_covers(user, PERMISSION_READ, fleet, cluster);
}

static void
bind_grant(void *user, const struct fleet *fleet)
{
    grant_bind(user, fleet);
}

void
grant_scope(struct grant *grant, struct scope *scope)
{
    char hex[17];

    memset(scope, 0, sizeof *scope);
    scope->whole = grant_whole(grant, PERMISSION_READ);
    grant_digest(grant, hex);
    memcpy(scope->digest, hex, sizeof hex);
    scope->covers = covers;
    scope->bind = bind_grant;
    scope->user = grant;
}

struct scope
request_scope(const struct request *request)
{
    struct scope scope;

    grant_scope(request->grant, &scope);
    return scope;
}

const char *
parts_read_only(const struct parts *parts)
{
    return parts->journal ? journal_fault(parts->journal) : "no journal is open";
}

void
request_reply(
    struct request *request, int status, const char *content_type, struct str body)
{
    exchange_reply(request->exchange, status, content_type, NULL, body);
    request_free(request);
}

void
request_json(struct request *request, int status, struct str body)
{
    request_reply(request, status, "application/json", body);
}

static void
refuse(struct exchange *exchange, const struct err *err, const char *members,
    const char *headers)
{
    struct buf body = { 0 };

    problem_print(err, members, &body);
    exchange_reply(
        exchange, err_http_status(err->code), PROBLEM_TYPE, headers, buf_str(&body));
    buf_release(&body);
}

void
request_problem(struct request *request, const struct err *err, const char *extra)
{
    refuse(request->exchange, err, extra, NULL);
    request_free(request);
}

static bool
stream_pull(void *user, struct buf *out)
{
    struct request *request = user;

    return request->stream.pull(request->stream_user, out);
}

static void
stream_closed(void *user)
{
    struct request *request = user;

    request->stream.closed(request->stream_user);
    request_free(request);
}

void
request_stream(struct request *request, const char *content_type,
    const struct stream_calls *calls, void *user)
{
    static const struct stream_calls own = { stream_pull, stream_closed };

    request->stream = *calls;
    request->stream_user = user;
    exchange_stream(request->exchange, content_type, &own, request);
}

/* ---- which route ---- */

/* One segment of a pattern against one of a path. */
static bool
segment_matches(
    struct str pattern, struct str raw, struct request *request, size_t *param)
{
    bool bad = false;

    if (!pattern.length || pattern.at[0] != '{')
        return str_same(pattern, raw);
    if (*param == API_PARAMS || !raw.length)
        return false;
    buf_clear(&request->params[*param]);
    path_segment(&raw, &request->params[*param], &bad);
    (*param)++;
    return !bad;
}

static bool
path_matches(const char *pattern, struct str path, struct request *request)
{
    struct str rest = str_from(pattern), part, raw;
    size_t param = 0;

    if (str_ends(path, "/"))
        return false;
    while (str_split(&rest, '/', &part)) {
        if (!str_split(&path, '/', &raw) || !segment_matches(part, raw, request, &param))
            return false;
    }
    return !path.length;
}

/* The route; or NULL, with the methods that its path does have, comma-separated, "" if it
 * is no path of ours. */
static const struct route *
find_route(struct request *request, char allow[ALLOW_BYTES])
{
    struct str path = exchange_path(request->exchange);
    struct str method = exchange_method(request->exchange);
    size_t used = 0;

    allow[0] = 0;
    for (size_t t = 0; request->api->tables[t]; t++) {
        for (const struct route *r = request->api->tables[t]; r->method; r++) {
            if (!path_matches(r->path, path, request))
                continue;
            if (str_is(method, r->method))
                return r;
            if (used < ALLOW_BYTES)
                used += (size_t)snprintf(allow + used, ALLOW_BYTES - used, "%s%s",
                    used ? ", " : "", r->method);
        }
    }
    return NULL;
}

static void
refuse_route(struct request *request, const char *allow)
{
    struct str path = exchange_path(request->exchange);
    struct buf headers = { 0 }, body = { 0 };
    struct err err;

    if (!allow[0]) {
        err_set(&err, ERR_NOT_FOUND,
            "there is no %.*s here; docs/openapi.yaml has what is",
            (int)(path.length > 200 ? 200 : path.length), path.at);
        request_problem(request, &err, NULL);
        return;
    }
    /* 405 is no error code of ours: a refused method always is a mistake of the caller.
     */
    buf_print(&headers, "Allow: %s\r\n", allow);
    buf_print(&body,
        "{\"type\":\"urn:nocturne:problem:bad-input\",\"title\":\"method not "
        "allowed\",\"status\":405,"
        "\"detail\":\"this path answers to %s\"}",
        allow);
    exchange_reply(request->exchange, 405, PROBLEM_TYPE, headers.at, buf_str(&body));
    buf_release(&headers);
    buf_release(&body);
    request_free(request);
}

/* ---- who ---- */

static void
admit(struct request *request, const struct identity *identity)
{
    const struct parts *parts = request->api->live;
    struct err err;

    request->grant =
        grant_new(parts->authz, exchange_peer(request->exchange)->uid, identity);
    if (!grant_check(request->grant, request->route->permission, &err)) {
        request_problem(request, &err, NULL);
        return;
    }
    request->route->handle(request);
}

static void
identified(void *user, const struct identity *identity)
{
    admit(user, identity);
}

void
api_handle(void *user, struct exchange *exchange)
{
    struct api *api = user;
    struct request *request = mem_zero(1, sizeof *request);
    const struct peer *peer = exchange_peer(exchange);
    const struct identity *identity;
    char allow[ALLOW_BYTES];

    request->api = api;
    request->exchange = exchange;
    request->next = api->requests;
    if (request->next)
        request->next->before = request;
    api->requests = request;
    snprintf(request->origin, sizeof request->origin, "unix uid %u pid %d", peer->uid,
        (int)peer->pid);
    request->route = find_route(request, allow);
    if (!request->route) {
        refuse_route(request, allow);
        return;
    }
    if (request->route->open) {
        request->route->handle(request);
        return;
    }
    identity = identities_find(api->live->identities, peer->uid, peer->gid);
    if (identity)
        admit(request, identity);
    else
        identities_ask(api->live->identities, peer->uid, peer->gid, identified, request);
}
