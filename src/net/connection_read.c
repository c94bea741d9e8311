/* connection_read -- from bytes to a request that is handed over. */
#include <string.h>

#include "net/connection.h"

static void
connection_hand_over(struct connection *connection)
{
    struct server *server = connection->server;

    server->stats.requests++;
    connection_enter(connection, CONNECTION_ANSWER);
    connection->on_stack = true;
    server->handle(server->user, &connection->exchange);
    connection->on_stack = false;
    if (connection->phase == CONNECTION_GONE && !connection->server) {
        timer_free(
            connection->timer); /* the handler freed the server and will answer later */
        connection->timer = NULL;
    }
}

/* Why a buffer that is full holds no head. */
static int
too_long_status(struct str in)
{
    const char *line_end = in.length ? memchr(in.at, '\n', in.length) : NULL;
    size_t line = line_end ? (size_t)(line_end - in.at) : in.length;

    return line > HTTP1_TARGET_BYTES ? 414 : 431;
}

static int
take_head(struct connection *connection, size_t length)
{
    struct http1_request *request = &connection->exchange.request;
    int status;

    buf_clear(&connection->head);
    buf_add(&connection->head, connection->in.at, length);
    buf_drop(&connection->in, length);
    status = http1_parse(buf_str(&connection->head), request);
    if (status)
        return status;
    if (request->content_length > (int64_t)connection->server->limits.body_bytes)
        return 413;
    connection->exchange.path = request->target;
    connection->exchange.query = (struct str){ NULL, 0 };
    for (size_t i = 0; i < request->target.length; i++)
        if (request->target.at[i] == '?') {
            connection->exchange.path.length = i;
            connection->exchange.query.at = request->target.at + i + 1;
            connection->exchange.query.length = request->target.length - i - 1;
            break;
        }
    connection->exchange.head_only = str_is(request->method, "HEAD");
    connection->close_after = !request->keep_alive;
    return 0;
}

/* True if it got on. */
bool
connection_read_head(struct connection *connection)
{
    struct http1_request *request = &connection->exchange.request;
    struct str in = buf_str(&connection->in);
    size_t length = http1_head_length(in);
    int status;

    if (!length && in.length < connection->server->limits.header_bytes)
        return false;
    if (!length || length > connection->server->limits.header_bytes)
        status = too_long_status(in);
    else
        status = take_head(connection, length);
    if (status) {
        connection_refuse(connection, status);
        return true;
    }
    connection->chunks = (struct http1_chunks){ .phase = CHUNK_SIZE };
    if (request->expect_continue && !connection->in.length &&
        (request->chunked || request->content_length > 0))
        buf_add_text(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
    connection_enter(connection, CONNECTION_BODY);
    return true;
}

/* Move what came of the body from `in`. 0, or the status to refuse it with; *done when it
 * is whole. */
static int
take_body(struct connection *connection, bool *done)
{
    struct http1_request *request = &connection->exchange.request;
    struct buf *in = &connection->in, *body = &connection->body;
    size_t limit = connection->server->limits.body_bytes, part;

    if (request->chunked) {
        ptrdiff_t used = http1_dechunk(&connection->chunks, in->at, in->length, &part);
        if (used < 0)
            return 400;
        if (body->length + part + connection->chunks.left > limit)
            return 413;
        buf_add(body, in->at, part);
        buf_drop(in, (size_t)used);
        *done = connection->chunks.phase == CHUNK_DONE;
        return 0;
    }
    part = request->content_length > 0 ? (size_t)request->content_length : 0;
    part -= body->length;
    if (part > in->length)
        part = in->length;
    buf_add(body, in->at, part);
    buf_drop(in, part);
    *done = (int64_t)body->length >= request->content_length;
    return 0;
}

bool
connection_read_body(struct connection *connection)
{
    bool done = false;
    int status = take_body(connection, &done);

    if (status) {
        connection_refuse(connection, status);
        return true;
    }
    if (!done)
        return false;
    connection_hand_over(connection);
    return true;
}
