/* server -- the listening socket, who may connect, and the end of it all. */
#include "net/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/connection.h"

#define ACCEPTS_A_TURN  32
#define ACCEPT_PAUSE_MS 100 /* without descriptors: accept fails until some are back */
#define BACKLOG         512

static const struct server_limits default_limits = {
    .header_bytes = SERVER_HEADER_BYTES,
    .body_bytes = SERVER_BODY_BYTES,
    .linger_bytes = SERVER_LINGER_BYTES,
    .header_ms = SERVER_HEADER_MS,
    .body_ms = SERVER_BODY_MS,
    .idle_ms = SERVER_IDLE_MS,
    .write_ms = SERVER_WRITE_MS,
    .linger_ms = SERVER_LINGER_MS,
    .connections = SERVER_CONNECTIONS,
    .peer_connections = SERVER_PEER_CONNECTIONS,
    .refusals = SERVER_REFUSALS,
    .send_bytes = SERVER_SEND_BYTES,
};

static bool
address_set(struct sockaddr_un *address, const char *path, struct err *err)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address->sun_path)) {
        err_set(err, ERR_LIMIT,
            "%s: a socket's path may have %zu bytes, this one has %zu", path,
            sizeof(address->sun_path) - 1, strlen(path));
        return false;
    }
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}

static int
socket_new(struct err *err)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        err_set(err, ERR_IO, "socket: %s", strerror(errno));
    return fd;
}

/* Take a dead socket's file away. What answers, and what is no socket, stays. */
static bool
clear_path(const struct sockaddr_un *address, struct err *err)
{
    const char *path = address->sun_path;
    struct stat stat;
    int fd;
    bool refused;

    if (lstat(path, &stat) != 0)
        return true; /* nothing is there, or bind will say what is wrong */
    if (!S_ISSOCK(stat.st_mode)) {
        err_set(err, ERR_CONFLICT, "%s is there and is no socket", path);
        return false;
    }
    fd = socket_new(err);
    if (fd < 0)
        return false;
    refused = connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
              errno == ECONNREFUSED;
    close(fd);
    if (!refused) {
        err_set(err, ERR_CONFLICT, "%s: another process is listening there", path);
        return false;
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        err_set(
            err, ERR_IO, "%s: cannot remove the dead socket: %s", path, strerror(errno));
        return false;
    }
    return true;
}

static void server_ready(void *user, int events);

/* Listen on the path; what listened before is given up only when this has succeeded. */
static bool
server_bind(struct server *server, struct err *err)
{
    struct sockaddr_un address;
    struct stat stat;
    int fd = -1;
    bool bound = false;

    if (!address_set(&address, server->path, err) || !clear_path(&address, err))
        return false;
    fd = socket_new(err);
    if (fd < 0)
        return false;
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        err_set(err, errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO, "%s: %s", server->path,
            strerror(errno));
        goto out;
    }
    bound = true;
    if (chmod(server->path, server->everyone ? 0666 : 0600) != 0 ||
        lstat(server->path, &stat) != 0 || listen(fd, BACKLOG) != 0) {
        err_set(err, ERR_IO, "%s: %s", server->path, strerror(errno));
        goto out;
    }
    if (server->watch) {
        watch_fd_free(server->watch);
        close(server->fd);
    }
    server->fd = fd;
    server->device = stat.st_dev;
    server->inode = stat.st_ino;
    server->watch = watch_fd_new(server->loop, fd, server_ready, server);
    assert(server->watch); /* a descriptor that the kernel just gave us can be polled */
    watch_fd_set(server->watch, server->handle ? FD_READABLE : 0);
    return true;
out:
    close(fd);
    if (bound)
        unlink(server->path);
    return false;
}

/* The file at our path is the socket that we bound. */
static bool
server_owns_path(const struct server *server)
{
    struct stat stat;

    return lstat(server->path, &stat) == 0 && stat.st_dev == server->device &&
           stat.st_ino == server->inode;
}

static void
server_unlisten(struct server *server)
{
    if (!server->watch)
        return;
    watch_fd_free(server->watch);
    server->watch = NULL;
    close(server->fd);
    server->fd = -1;
    if (server_owns_path(server))
        unlink(server->path);
}

static uint32_t
server_count_peer(const struct server *server, uint32_t uid)
{
    uint32_t count = 0;

    for (const struct connection *at = server->connections; at; at = at->next)
        count += !at->refusal && at->peer.uid == uid;
    return count;
}

static bool
peer_read(int fd, struct peer *peer)
{
    struct ucred credentials;
    socklen_t length = sizeof(credentials);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return false;
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    peer->pid = credentials.pid;
    return true;
}

static void
server_admit(struct server *server, int fd)
{
    const struct server_limits *limits = &server->limits;
    struct peer peer;
    bool refusal;

    if (!peer_read(fd, &peer)) {
        close(fd);
        return;
    }
    setsockopt(
        fd, SOL_SOCKET, SO_SNDBUF, &limits->send_bytes, sizeof(limits->send_bytes));
    server->stats.accepted++;
    refusal = server->stats.connections >= limits->connections ||
              server_count_peer(server, peer.uid) >= limits->peer_connections;
    if (refusal)
        server->stats.refused++;
    if (refusal && server->refusals >= limits->refusals)
        close(fd);
    else
        connection_start(server, fd, &peer, refusal);
}

static void
server_resume(void *user)
{
    struct server *server = user;

    if (server->watch)
        watch_fd_set(server->watch, FD_READABLE);
}

static void
server_ready(void *user, int events)
{
    struct server *server = user;

    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN && server->watch; i++) {
        int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            server_admit(server, fd);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            log_line(LOG_WARN, "%s: accept: %s", server->path, strerror(errno));
            watch_fd_set(server->watch, 0);
            timer_start(server->pause, ACCEPT_PAUSE_MS, 0);
        }
        return;
    }
}

static void
server_pulse(void *user)
{
    struct server *server = user;
    struct connection *connection;

    while ((connection = server->queue)) {
        server_dequeue(server, connection);
        connection_ready(connection, FD_WRITABLE);
    }
}

static void
server_free_memory(struct server *server)
{
    timer_free(server->pulse);
    timer_free(server->pause);
    timer_free(server->grace);
    free(server->path);
    free(server);
}

/* Drained by itself or cut; or the memory's time has come. */
static void
server_over(void *user)
{
    struct server *server = user;
    void (*drained)(void *user) = server->drained;
    struct connection *next;

    if (server->dead) {
        server_free_memory(server);
        return;
    }
    for (struct connection *at = server->connections; at; at = next) {
        next = at->next;
        connection_close(at);
    }
    server->drained = NULL;
    if (drained)
        drained(server->drained_user);
}

struct server *
server_new(struct loop *loop, const char *unix_path, bool everyone,
    server_handler *handle, void *user, struct err *err)
{
    struct server *server = mem_zero(1, sizeof(*server));

    server->loop = loop;
    server->path = mem_text(unix_path);
    server->everyone = everyone;
    server->fd = -1;
    server->limits = default_limits;
    server->handle = handle;
    server->user = user;
    server->pause = timer_new(loop, server_resume, server);
    server->grace = timer_new(loop, server_over, server);
    server->pulse = timer_new(loop, server_pulse, server);
    if (!server_bind(server, err)) {
        server_free_memory(server);
        return NULL;
    }
    return server;
}

void
server_serve(struct server *server, server_handler *handle, void *user)
{
    server->handle = handle;
    server->user = user;
    if (server->watch)
        watch_fd_set(server->watch, FD_READABLE);
}

void
server_set_limits(struct server *server, const struct server_limits *limits)
{
    server->limits = *limits;
}

struct server_limits
server_limits(const struct server *server)
{
    return server->limits;
}

bool
server_rebind(struct server *server, struct err *err)
{
    if (server->draining || server_owns_path(server))
        return true;
    return server_bind(server, err);
}

void
server_drain(
    struct server *server, int64_t grace_ms, void (*drained)(void *user), void *user)
{
    struct connection *next;

    server->drained = drained;
    server->drained_user = user;
    server->draining = true;
    server_unlisten(server);
    timer_start(server->grace, grace_ms, 0);
    for (struct connection *at = server->connections; at; at = next) {
        next = at->next;
        connection_drain(at);
    }
    if (!server->connections)
        timer_start(server->grace, 0, 0);
}

void
server_free(struct server *server)
{
    struct connection *next;

    if (!server || server->dead)
        return;
    server->dead = true;
    server->changed = NULL;
    server_unlisten(server);
    for (struct connection *at = server->connections; at; at = next) {
        next = at->next;
        connection_leave(at);
    }
    timer_stop(server->pause);
    timer_stop(server->pulse);
    timer_start(server->grace, 0, 0);
}

struct server_stats
server_stats(const struct server *server)
{
    return server->stats;
}

void
server_set_idle(struct server *server, void (*changed)(void *user, uint32_t connections))
{
    server->changed = changed;
}

void
server_came(struct server *server, struct connection *connection)
{
    connection->next = server->connections;
    if (server->connections)
        server->connections->previous = connection;
    server->connections = connection;
    if (connection->refusal) {
        server->refusals++;
        return;
    }
    server->stats.connections++;
    if (server->changed)
        server->changed(server->user, server->stats.connections);
}

void
server_gone(struct server *server, struct connection *connection)
{
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    if (server->draining && !server->dead && !server->connections)
        timer_start(server->grace, 0, 0);
    if (connection->refusal) {
        server->refusals--;
        return;
    }
    server->stats.connections--;
    if (server->changed)
        server->changed(server->user, server->stats.connections);
}

void
server_enqueue(struct server *server, struct connection *connection)
{
    if (!server->queue)
        timer_start(server->pulse, 0, 0);
    connection->queued = true;
    connection->next_queued = server->queue;
    server->queue = connection;
}

void
server_dequeue(struct server *server, struct connection *connection)
{
    struct connection **at = &server->queue;

    while (*at != connection)
        at = &(*at)->next_queued;
    *at = connection->next_queued;
    connection->queued = false;
}
