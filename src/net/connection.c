/* connection -- one socket through its phases: read a request, hand it over, send the
 * answer. */
#include "net/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define KEEP_BYTES 4096  /* memory that an idle connection may hold on to */
#define READ_BYTES 16384 /* at most so much between two looks at what came */

/* Empty it, and give memory back that would only idle. */
void
connection_shrink(struct buf *buf)
{
    if (buf->capacity > KEEP_BYTES)
        buf_release(buf);
    else
        buf_clear(buf);
}

static void
connection_free(struct connection *connection)
{
    buf_release(&connection->in);
    buf_release(&connection->head);
    buf_release(&connection->body);
    buf_release(&connection->out);
    timer_free(connection->timer);
    free(connection);
}

/* Which events a phase waits for; while it is busy that changes often, and costs a system
 * call each time, so it is done at the end. FD_CLOSED would come again and again once the
 * peer has half closed. */
void
connection_arm(struct connection *connection)
{
    int closed = connection->half_closed ? 0 : FD_CLOSED;
    int events = 0;

    if (connection->busy)
        return;
    switch (connection->phase) {
    case CONNECTION_HEAD:
    case CONNECTION_LINGER:
        events = FD_READABLE;
        break;
    case CONNECTION_BODY: /* 100 Continue may still be on its way */
        events = FD_READABLE | (connection->out.length ? FD_WRITABLE : 0);
        break;
    case CONNECTION_ANSWER:
        events = closed;
        break;
    case CONNECTION_REPLY:
    case CONNECTION_ENDING:
        events = FD_WRITABLE | closed;
        break;
    case CONNECTION_STREAM:
        events = closed | (connection->awake && !connection->queued ? FD_WRITABLE : 0);
        break;
    case CONNECTION_GONE:
    case CONNECTION_DEAD:
        return;
    }
    if (events == connection->armed)
        return;
    connection->armed = events;
    watch_fd_set(connection->watch, events);
}

/* How long a phase may last; -1: as long as it takes. */
static int64_t
connection_patience_ms(const struct connection *connection)
{
    const struct server_limits *limits = &connection->server->limits;

    switch (connection->phase) {
    case CONNECTION_HEAD:
        return connection->in.length || !connection->served ? limits->header_ms
                                                            : limits->idle_ms;
    case CONNECTION_BODY:
        return limits->body_ms;
    case CONNECTION_REPLY:
    case CONNECTION_ENDING:
        return limits->write_ms;
    case CONNECTION_LINGER:
        return limits->linger_ms;
    case CONNECTION_ANSWER:
    case CONNECTION_STREAM:
    case CONNECTION_GONE:
    case CONNECTION_DEAD:
        break;
    }
    return -1;
}

void
connection_enter(struct connection *connection, enum connection_phase phase)
{
    int64_t patience_ms;

    connection->phase = phase;
    patience_ms = connection_patience_ms(connection);
    if (patience_ms >= 0)
        timer_start(connection->timer, patience_ms, 0);
    else
        timer_stop(connection->timer);
    connection_arm(connection);
}

/* Nothing is left of it but memory, and perhaps the stream's `closed` to call. */
static void
connection_bury(struct connection *connection)
{
    struct server *server = connection->server;

    if (connection->queued)
        server_dequeue(server, connection);
    connection->phase = CONNECTION_DEAD;
    connection->server = NULL;
    timer_start(connection->timer, 0, 0);
    if (server)
        server_gone(server, connection);
}

void
connection_close(struct connection *connection)
{
    const struct stream_calls *calls = connection->exchange.calls;

    if (connection->phase == CONNECTION_GONE || connection->phase == CONNECTION_DEAD)
        return;
    watch_fd_free(connection->watch);
    connection->watch = NULL;
    close(connection->fd);
    connection->fd = -1;
    if (connection->phase == CONNECTION_ANSWER) {
        connection->phase = CONNECTION_GONE;
        return;
    }
    connection->exchange.calls = NULL;
    if (calls)
        connection->server->stats.streams--;
    connection_bury(connection);
    if (calls)
        calls->closed(connection->exchange.user);
}

void
connection_leave(struct connection *connection)
{
    connection_close(connection);
    if (connection->phase != CONNECTION_GONE)
        return;
    connection->server = NULL;
    if (connection->on_stack)
        return;
    timer_free(connection->timer);
    connection->timer = NULL;
}

void
connection_answered(struct connection *connection)
{
    const struct stream_calls *calls = connection->exchange.calls;

    if (connection->timer) {
        connection_bury(connection);
        return;
    }
    if (calls)
        calls->closed(connection->exchange.user);
    connection_free(connection);
}

void
connection_refuse(struct connection *connection, int status)
{
    if (status != 503 && status != 408) /* those are counted as what they are */
        connection->server->stats.bad_requests++;
    connection->close_after = true;
    exchange_print_problem(&connection->exchange, status);
    connection_enter(connection, CONNECTION_REPLY);
}

/* The answer is out: the next request, or the last look at what the peer still sends. */
void
connection_next(struct connection *connection)
{
    connection_shrink(&connection->head);
    connection_shrink(&connection->body);
    connection->served = true;
    connection->exchange.head_only = false;
    if (!connection->close_after && !connection->server->draining) {
        if (!connection->in.length)
            connection_shrink(&connection->in);
        connection_enter(connection, CONNECTION_HEAD);
        return;
    }
    buf_release(&connection->in);
    shutdown(connection->fd, SHUT_WR);
    connection_enter(connection, CONNECTION_LINGER);
}

/* Through as many phases as what is here already allows. */
void
connection_run(struct connection *connection)
{
    bool more = true;

    while (more) {
        switch (connection->phase) {
        case CONNECTION_HEAD:
            more = connection_read_head(connection);
            break;
        case CONNECTION_BODY:
            more = connection_read_body(connection);
            break;
        case CONNECTION_REPLY:
        case CONNECTION_ENDING:
            more = connection_write_answer(connection);
            break;
        case CONNECTION_ANSWER:
        case CONNECTION_STREAM:
        case CONNECTION_LINGER:
        case CONNECTION_GONE:
        case CONNECTION_DEAD:
            more = false;
            break;
        }
    }
}

/* False if it is closed now. A peer that only stopped sending may still read its answer.
 */
static bool
connection_check(struct connection *connection)
{
    struct pollfd look = { .fd = connection->fd };

    if (poll(&look, 1, 0) < 0 || (look.revents & (POLLHUP | POLLERR | POLLNVAL))) {
        connection_close(connection);
        return false;
    }
    connection->half_closed = true;
    return true;
}

static void
connection_forget(struct connection *connection)
{
    char nowhere[READ_BYTES];
    ssize_t got = recv(connection->fd, nowhere, sizeof(nowhere), MSG_DONTWAIT);

    if (got > 0)
        connection->lingered_bytes += (size_t)got;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) ||
        connection->lingered_bytes > connection->server->limits.linger_bytes)
        connection_close(connection);
}

static void
connection_receive(struct connection *connection)
{
    struct buf *in = &connection->in;
    size_t room = READ_BYTES;
    bool first = !in->length && connection->phase == CONNECTION_HEAD;
    ssize_t got;

    if (connection->phase == CONNECTION_HEAD &&
        room > connection->server->limits.header_bytes - in->length)
        room = connection->server->limits.header_bytes - in->length;
    buf_reserve(in, room);
    got = recv(connection->fd, in->at + in->length, room, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        connection_close(connection);
        return;
    }
    in->length += (size_t)got;
    in->at[in->length] = '\0';
    if (first && connection->served) /* idle no more: the head's own clock runs */
        connection_enter(connection, CONNECTION_HEAD);
    connection_run(connection);
}

static void
connection_act(struct connection *connection, int events)
{
    enum connection_phase phase;

    if ((events & FD_CLOSED) && !connection_check(connection))
        return;
    phase = connection->phase;
    if (phase == CONNECTION_LINGER) {
        connection_forget(connection);
    } else if ((events & FD_READABLE) &&
               (phase == CONNECTION_HEAD || phase == CONNECTION_BODY)) {
        connection_receive(connection);
    } else if (events & FD_WRITABLE) {
        if (phase == CONNECTION_STREAM)
            connection_pump(connection);
        else if (phase == CONNECTION_BODY &&
                 connection_flush(connection) == FLUSHED_BROKEN)
            connection_close(connection);
        else
            connection_run(connection);
    }
}

void
connection_ready(void *user, int events)
{
    struct connection *connection = user;

    if (events & FD_CLOSED)
        connection->armed = 0; /* the loop has stopped the watch */
    connection->busy = true;
    connection_act(connection, events);
    connection->busy = false;
    connection_arm(connection);
}

/* What its time being over means in each phase. */
static void
connection_timeout(void *user)
{
    struct connection *connection = user;
    const struct stream_calls *calls = connection->exchange.calls;

    switch (connection->phase) {
    case CONNECTION_DEAD:
        if (calls)
            calls->closed(connection->exchange.user);
        connection_free(connection);
        break;
    case CONNECTION_HEAD:
        if (!connection->in.length) {
            connection_close(connection);
            break;
        }
        connection->server->stats.timeouts++;
        connection_refuse(connection, 408);
        break;
    case CONNECTION_BODY:
        connection->server->stats.timeouts++;
        connection_refuse(connection, 408);
        break;
    case CONNECTION_REPLY:
    case CONNECTION_STREAM:
    case CONNECTION_ENDING:
        connection->server->stats.timeouts++;
        connection_close(connection);
        break;
    case CONNECTION_LINGER:
        connection_close(connection);
        break;
    case CONNECTION_ANSWER:
    case CONNECTION_GONE:
        break;
    }
}

void
connection_drain(struct connection *connection)
{
    char byte;

    if (connection->phase == CONNECTION_STREAM)
        connection_end(connection);
    else if (connection->phase == CONNECTION_HEAD && !connection->in.length &&
             recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
        connection_close(connection);
}

void
connection_start(struct server *server, int fd, const struct peer *peer, bool refusal)
{
    struct connection *connection = mem_zero(1, sizeof(*connection));

    connection->server = server;
    connection->fd = fd;
    connection->peer = *peer;
    connection->refusal = refusal;
    connection->exchange.connection = connection;
    connection->watch = watch_fd_new(server->loop, fd, connection_ready, connection);
    if (!connection->watch) {
        close(fd);
        free(connection);
        return;
    }
    connection->timer = timer_new(server->loop, connection_timeout, connection);
    server_came(server, connection);
    if (refusal)
        connection_refuse(connection, 503);
    else
        connection_enter(connection, CONNECTION_HEAD);
}
