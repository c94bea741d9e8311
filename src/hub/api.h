/*
 * api -- the fleet API: routes, and what a handler gets. Every route is one row of a
 * table; its permission is checked before its handler runs, and 404 and 405 with Allow
 * come from the table.
 *
 * A handler owns its request: it ends it with exactly one call marked "ends", now or
 * later, and the request and its grant live until then. What a subject may not see is
 * left out by the handler: scope_covers, grant_covers.
 */
#ifndef HUB_API_H
#define HUB_API_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "hub/authz.h"
#include "hub/scope.h"
#include "net/loop.h"
#include "net/server.h"

#define API_PARAMS 4

struct api;
struct request;
struct model;
struct feed;
struct watchers;
struct journal;
struct actions;
struct maintenance;
struct identities;

/* The parts of a hub that handlers use. All outlive the api. */
struct parts {
    struct loop *loop;
    struct server *server;
    struct fleet *fleet;
    struct model *model;
    struct feed *feed;
    struct watchers *watchers;
    struct authz *authz;
    struct identities *identities;
    struct journal *journal;
    struct actions *actions;
    struct maintenance *maintenance;
    const char *name;       /* of the hub: its instance or host */
    const char *fleet_name; /* as hub.yaml has it */
    bool private_hub, simulated;
    int64_t started_ms;
    /* Of sources: names of resources; what is learnt of a cluster that somebody looks at,
     * as members of a JSON object without braces. Each may be NULL. */
    const char *(*resource_name)(void *user, uint32_t source, uint32_t resource);
    void (*look_at)(void *user, uint32_t slot, struct buf *details);
    void (*stop)(void *user); /* drain and exit */
    void *user;
};

struct route {
    const char *method;         /* GET, POST */
    const char *path;           /* "/v1/clusters/{id}" */
    enum permission permission; /* needed somewhere at least */
    bool open;                  /* asks for no subject at all: /healthz */
    void (*handle)(struct request *request);
    const char *help;
};

/* tables: each ends with a NULL method, the list with NULL. */
struct api *api_new(const struct parts *parts, const struct route *const *tables);
void api_free(struct api *api); /* after the server: what waits is forgotten */
const struct parts *api_parts(const struct api *api);
void api_handle(
    void *user, struct exchange *exchange); /* a server_handler; user: the api */

const struct parts *request_parts(const struct request *request);
struct grant *request_grant(const struct request *request); /* NULL on an open route */
struct str request_param(
    const struct request *request, size_t index); /* decoded {…} of the path, in order */

/* The decoded value appended to out, nothing if it is absent. False: ERR_INPUT, it is
 * malformed. */
bool request_query(
    const struct request *request, const char *name, struct buf *out, struct err *err);
struct str request_body(const struct request *request);
struct str request_header(const struct request *request, const char *name);
struct str request_method(const struct request *request);
const char *request_route(const struct request *request);  /* the pattern */
const char *request_origin(const struct request *request); /* "unix uid 1000 pid 42" */
const struct peer *request_peer(const struct request *request);
int64_t request_now_ms(const struct request *request);

/* What the subject may read. Lives as long as the request. */
struct scope request_scope(const struct request *request);
void grant_scope(struct grant *grant, struct scope *scope); /* the same of any grant */
const char *parts_read_only(
    const struct parts *parts); /* why writes are off, "" if they are not */

void request_json(struct request *request, int status, struct str body); /* ends */
void request_problem(struct request *request, const struct err *err,
    const char *extra); /* ends; extra may be NULL */
void request_reply(struct request *request, int status, const char *content_type,
    struct str body); /* ends */

/* Ends it when the stream does: `closed` is called once, and the request is gone after
 * it. */
void request_stream(struct request *request, const char *content_type,
    const struct stream_calls *calls, void *user);
struct exchange *request_exchange(
    const struct request *request); /* to wake or end the stream */

#endif
