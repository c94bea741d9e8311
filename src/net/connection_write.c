/* connection_write -- whole answers, and streams that are pulled when there is room. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/connection.h"

#define PULLS_A_TURN 8  /* one fast peer must not starve the others */
#define CHUNK_HEAD   10 /* "00000000\r\n", patched when the chunk's size is known */

/* Send what is waiting. */
enum flushed
connection_flush(struct connection *connection)
{
    struct buf *out = &connection->out;

    while (connection->out_sent < out->length) {
        ssize_t sent = send(connection->fd, out->at + connection->out_sent,
            out->length - connection->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            connection->out_sent += (size_t)sent;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return FLUSHED_SOME;
        else if (errno != EINTR)
            return FLUSHED_BROKEN;
    }
    connection->out_sent = 0;
    if (connection->phase == CONNECTION_STREAM)
        buf_clear(out); /* it will be filled again at once */
    else
        connection_shrink(out);
    return FLUSHED_ALL;
}

/* True if there is more to do at once. */
bool
connection_write_answer(struct connection *connection)
{
    const struct stream_calls *calls = connection->exchange.calls;

    switch (connection_flush(connection)) {
    case FLUSHED_ALL:
        break;
    case FLUSHED_SOME:
        return false;
    case FLUSHED_BROKEN:
        connection_close(connection);
        return false;
    }
    connection->exchange.calls = NULL;
    connection_next(connection);
    if (calls) {
        connection->server->stats.streams--;
        calls->closed(connection->exchange.user);
    }
    return connection->phase == CONNECTION_HEAD;
}

/* Ask the stream for more. A chunk's size has a fixed width, so that it is patched in
 * place. */
static void
connection_pull(struct connection *connection)
{
    const struct stream_calls *calls = connection->exchange.calls;
    struct buf *out = &connection->out;
    size_t head = connection->chunked ? CHUNK_HEAD : 0;
    char size[CHUNK_HEAD + 1];

    connection->awake = false;
    buf_add_repeat(out, '0', head);
    if (!calls->pull(connection->exchange.user, out))
        connection->ending = true;
    if (connection->phase != CONNECTION_STREAM)
        return;
    if (out->full || out->length - head > UINT32_MAX) {
        connection_close(connection);
        return;
    }
    if (out->length == head) {
        buf_clear(out);
    } else if (connection->chunked) {
        snprintf(size, sizeof(size), "%08zx\r\n", out->length - head);
        memcpy(out->at, size, CHUNK_HEAD);
        buf_add_text(out, "\r\n");
    }
    if (out->length || connection->ending)
        connection->awake = true;
}

void
connection_pump(struct connection *connection)
{
    for (int pulls = 0; pulls < PULLS_A_TURN; pulls++) {
        enum flushed flushed = connection_flush(connection);
        if (flushed == FLUSHED_BROKEN)
            connection_close(connection);
        if (flushed != FLUSHED_ALL)
            return;
        if (connection->ending) {
            if (connection->chunked)
                buf_add_text(&connection->out, "0\r\n\r\n");
            connection_enter(connection, CONNECTION_ENDING);
            connection_run(connection);
            return;
        }
        if (!connection->awake) {
            connection_shrink(&connection->out); /* it may be long until the next word */
            break;
        }
        connection_pull(connection);
        if (connection->phase != CONNECTION_STREAM)
            return;
    }
}

void
connection_wake(struct connection *connection)
{
    if (connection->phase != CONNECTION_STREAM || connection->awake)
        return;
    connection->awake = true;
    if (!connection->busy) /* else it is being pumped right now */
        server_enqueue(connection->server, connection);
}

void
connection_end(struct connection *connection)
{
    if (connection->phase != CONNECTION_STREAM || connection->ending)
        return;
    connection->ending = true;
    timer_start(connection->timer, connection->server->limits.write_ms, 0);
    connection_wake(connection);
}
