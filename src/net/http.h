/*
 * http -- an HTTP client on the loop (libcurl): to Kubernetes API servers over TLS, to
 * the hub over a Unix socket.
 *
 * A request that http_send took calls `done` exactly once, never from within http_send;
 * http_cancel ends it with no call at all. Certificates and names are always verified.
 * Redirects are not followed. HTTP/1.1 only on Unix sockets and plain text, HTTP/2 or 1.1
 * with TLS. Nothing secret is logged. After a timeout later requests go over new
 * connections: the old ones may be dead without saying so.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"

struct http;
struct http_call;

struct http_target {       /* copied by http_new */
    const char *unix_path; /* socket, or NULL */
    bool own_uid; /* who listens on the socket must be this user, or nothing is sent */
    const char *base_url;   /* "https://host:6443"; "http://hub" over a Unix socket */
    const char *user_agent; /* never starts with curl: API servers would pretty-print */
    struct str ca_pem, cert_pem, key_pem; /* contents, may be empty */
    const char *server_name; /* to verify instead of the URL's host, or NULL */
    const char *token;       /* bearer, or NULL */
    const char *token_file;  /* read anew for each request, or NULL */
    bool get_only; /* refuse anything but GET with ERR_READ_ONLY: structural read-only */
};

struct http_head {
    int status;
    int64_t retry_after_ms; /* -1 without the header */
    int64_t date_ms;        /* of the Date header, 0 without */
    const char *content_type;
};

struct http_result {
    struct http_head head; /* status 0: no answer came */
    struct str body;       /* unless `data` was set */
    struct err err;        /* code ERR_NONE: an answer came whole, whatever its status */
    uint64_t received_bytes;
};

struct http_request {
    const char *method;         /* NULL: GET */
    const char *path;           /* with its query, encoded */
    const char *accept;         /* NULL: application/json */
    const char *const *headers; /* NULL-ended "Name: value", may be NULL */
    const char *content_type;
    struct str body;            /* copied */
    bool compressed;            /* ask for gzip */
    int64_t connect_timeout_ms; /* 0: 10 s */
    int64_t total_timeout_ms;   /* 0: none */
    int64_t
        silence_timeout_ms; /* no byte for so long ends it with ERR_TIMEOUT; 0: none */
    size_t body_limit;      /* of a collected body; 0: 16 MiB. ERR_LIMIT past it */
    void (*head)(void *user, const struct http_head *head); /* may be NULL */
    bool (*data)(void *user, const char *at,
        size_t length); /* may be NULL; false ends it with ERR_INPUT */
    void (*done)(void *user, const struct http_result *result);
    void *user;
};

struct http *http_new(struct loop *loop, const struct http_target *target,
    struct err *err);              /* NULL: bad PEM, URL */
void http_free(struct http *http); /* cancels what is under way */

/* Take it (true) or refuse it at once (false: done is not called). */
bool http_send(struct http *http, const struct http_request *request,
    struct http_call **call, struct err *err);
void http_cancel(struct http_call *call); /* done is not called; not after done was */

/*
 * Streams of small messages cost less when several are read together. What comes is read
 * at once after a rest, then the connection rests for pace_ms, unless 64 KiB had come.
 * 0, as at first: no rests.
 */
void http_pace(struct http *http, int64_t pace_ms);

void http_encode(struct buf *buf,
    struct str text); /* percent-encode one path segment or query value */

#endif
