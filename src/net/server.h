/*
 * server -- a small strict HTTP/1.1 server on a Unix socket (TLS later): what the fleet
 * API is served through.
 *
 * Smuggling forms are refused (http1.h), and there is a ceiling, each a named constant,
 * on header bytes, body bytes, time for header and body, idle time, connections and
 * connections a peer. An exchange is one request and its answer: answered whole
 * (exchange_reply) or as a stream that is pulled when the peer has room. A connection's
 * next request is not looked at before the answer to this one is out.
 *
 * What it refuses by itself it answers as a problem (RFC 9457) and closes the connection.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "net/loop.h"
#include "net/target.h" /* for exchange_path and exchange_query */

#define SERVER_HEADER_BYTES     16384      /* past it 431; a long target 414 */
#define SERVER_HEADERS          64         /* past it 431 */
#define SERVER_BODY_BYTES       (1u << 20) /* past it 413 */
#define SERVER_HEADER_MS        10000 /* the whole head, not since the last byte: 408 */
#define SERVER_BODY_MS          30000 /* likewise: 408 */
#define SERVER_IDLE_MS          75000
#define SERVER_WRITE_MS         30000 /* an answer, or a stream's end, to be taken whole */
#define SERVER_LINGER_MS        1000  /* after the last answer, until the peer closes */
#define SERVER_LINGER_BYTES     ((size_t)4 << 20)
#define SERVER_CONNECTIONS      1024  /* past it 503 */
#define SERVER_PEER_CONNECTIONS 600   /* of one uid; past it 503 */
#define SERVER_REFUSALS         64    /* being told 503; past it they are cut */
#define SERVER_STREAM_CHUNK     16384 /* a pull is asked for about this much */
#define SERVER_SEND_BYTES       65536 /* SO_SNDBUF: the kernel must not be the hidden queue */

struct server_limits { /* the ceilings above, which a test sets lower */
    size_t header_bytes, body_bytes, linger_bytes;
    int64_t header_ms, body_ms, idle_ms, write_ms, linger_ms;
    uint32_t connections, peer_connections, refusals;
    int send_bytes;
};

struct server;
struct exchange;

struct peer { /* who connected, by SO_PEERCRED */
    uint32_t uid, gid;
    int32_t pid; /* may be gone; for the log alone */
};

struct server_stats {
    uint64_t accepted, refused, requests, bad_requests, timeouts;
    uint32_t connections, streams;
};

/* Called once for each well-formed request, body included. It answers now or later,
 * exactly once. */
typedef void server_handler(void *user, struct exchange *exchange);

/*
 * Bind (replacing a dead socket, never a living one: ERR_CONFLICT), 0600 or 0666 as
 * `everyone` says, listen. NULL leaves what was there. Without `handle` the address is
 * held and who comes waits until server_serve.
 */
struct server *server_new(struct loop *loop, const char *unix_path, bool everyone,
    server_handler *handle, void *user, struct err *err);
void server_serve(struct server *server, server_handler *handle, void *user);
struct server_limits server_limits(const struct server *server);
void server_set_limits(
    struct server *server, const struct server_limits *limits); /* copied */

/* If the socket file vanished, bind it anew; those who are connected stay. ERR_CONFLICT:
 * another has it now. */
bool server_rebind(struct server *server, struct err *err);

/*
 * Take no more connections, end the streams, let what is being answered finish; what is
 * left after grace_ms is cut. drained is called once, never from within this call;
 * server_free is still the caller's.
 */
void server_drain(
    struct server *server, int64_t grace_ms, void (*drained)(void *user), void *user);

/*
 * Closes everything at once and takes the socket file away if it is still ours. Streams
 * are told `closed`. An exchange that is not answered yet stays valid until it is.
 */
void server_free(struct server *server);
struct server_stats server_stats(const struct server *server);

/* changed is called whenever the number of connections has changed; its user is the
 * handler's. */
void server_set_idle(
    struct server *server, void (*changed)(void *user, uint32_t connections));

/* The request. Borrowed until it is answered. */
struct str exchange_method(const struct exchange *exchange);
struct str exchange_path(const struct exchange *exchange);  /* raw, before '?' */
struct str exchange_query(const struct exchange *exchange); /* raw, behind '?' */
struct str exchange_header(
    const struct exchange *exchange, const char *name); /* empty if absent */
struct str exchange_body(const struct exchange *exchange);
const struct peer *exchange_peer(const struct exchange *exchange);

/* extra: "Name: value\r\n…" or NULL; body is copied, and left out of an answer to HEAD.
 */
void exchange_reply(struct exchange *exchange, int status, const char *content_type,
    const char *extra, struct str body);

/*
 * Answer with a stream. `pull` adds bytes to out when the peer has room for more and
 * returns false to end the stream; when it adds nothing it is asked again after
 * exchange_wake. `closed` is called once when the peer went or the stream ended, never
 * from within these calls; the exchange is gone with it.
 */
struct stream_calls {
    bool (*pull)(void *user, struct buf *out);
    void (*closed)(void *user);
};
void exchange_stream(struct exchange *exchange, const char *content_type,
    const struct stream_calls *calls, void *user);
void exchange_wake(struct exchange *exchange);
void exchange_end(
    struct exchange *exchange); /* end the stream after what was pulled; closed follows */

#endif
