/*
 * connection -- the inside of server.h: one accepted socket and the exchange that is on
 * it. Nobody but server.c, exchange.c and connection.c includes this.
 *
 * connection_enter is the one place where a phase changes; it arms the timer and the
 * events of the new one. Memory goes by the connection's own timer once it is
 * CONNECTION_DEAD, so no caller on the stack loses it.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include "net/http1.h"
#include "net/server.h"

enum connection_phase {
    CONNECTION_HEAD,   /* waits for a request, or reads its head */
    CONNECTION_BODY,   /* reads the body */
    CONNECTION_ANSWER, /* the handler has it */
    CONNECTION_REPLY,  /* a whole answer is on its way */
    CONNECTION_STREAM, /* pulled on writability */
    CONNECTION_ENDING, /* the stream's last bytes are on their way */
    CONNECTION_LINGER, /* all is said: reads and forgets until the peer closes */
    CONNECTION_GONE,   /* the peer went while the handler has it */
    CONNECTION_DEAD    /* freed when its timer fires */
};

struct exchange {
    struct connection *connection;
    struct http1_request request;
    struct str path, query;
    bool head_only; /* of HEAD */
    const struct stream_calls *calls;
    void *user;
};

struct connection {
    struct connection *next, *previous; /* in its server's list */
    struct connection *next_queued;
    struct server *server; /* NULL once dead, or left behind by server_free */
    struct watch_fd *watch;
    struct timer *timer;
    enum connection_phase phase;
    int fd, armed; /* armed: the events it waits for */
    struct peer peer;
    bool half_closed; /* the peer will send no more; it may still read */
    bool served;      /* a request was answered: silence is idleness now */
    bool close_after; /* this answer is the last */
    bool chunked;     /* the stream's framing; else it ends by closing */
    bool awake;       /* the stream may have something to say */
    bool queued;      /* to be pumped at the pulse */
    bool busy;        /* at work: what it waits for is settled at the end */
    bool ending;      /* the stream ends when what was pulled is out */
    bool on_stack;    /* in the handler: its memory is still needed */
    bool refusal;     /* never counted: it is being told 503 */
    size_t lingered_bytes, out_sent;
    struct buf in, head, body, out;
    struct http1_chunks chunks;
    struct exchange exchange;
};

struct server {
    struct loop *loop;
    char *path;
    bool everyone, draining, dead;
    int fd;
    struct watch_fd *watch;
    struct timer *pause; /* of accepting, when descriptors ran out */
    struct timer *grace; /* of draining, and of dying */
    struct timer *pulse; /* at once: the streams that were woken are pumped */
    struct connection *queue;
    struct server_limits limits;
    struct server_stats stats;
    uint32_t refusals;
    struct connection *connections;
    server_handler *handle;
    void (*changed)(void *user, uint32_t connections);
    void *user;
    void (*drained)(void *user);
    void *drained_user;
    uint64_t device, inode; /* of the socket file */
};

/* Of an accepted, non-blocking descriptor, which it owns from now on. refusal: tell it
 * 503 and close. */
void connection_start(
    struct server *server, int fd, const struct peer *peer, bool refusal);
void connection_ready(void *user, int events);
void connection_enter(struct connection *connection, enum connection_phase phase);
void connection_refuse(
    struct connection *connection, int status); /* answer so, then close */
void connection_close(struct connection
        *connection); /* at once; whoever has the exchange is told or waited for */
void connection_drain(
    struct connection *connection); /* close what is idle, end what streams */
void connection_leave(struct connection
        *connection); /* close it, and need neither server nor loop any more */
void connection_answered(
    struct connection *connection); /* the exchange of one that is gone was answered */
void connection_wake(struct connection *connection);
void connection_end(struct connection *connection);

/* connection.c, for reading and writing: */
void connection_shrink(struct buf *buf); /* empty; what would only idle is given back */
void connection_arm(
    struct connection *connection); /* wait for what its phase waits for */
void connection_run(struct connection *connection); /* through as many phases as it can */
void connection_next(struct connection *connection); /* the answer is out */

/* connection_read.c. True if it got on to another phase. */
bool connection_read_head(struct connection *connection);
bool connection_read_body(struct connection *connection);

/* connection_write.c. */
enum flushed { FLUSHED_ALL, FLUSHED_SOME, FLUSHED_BROKEN };
enum flushed connection_flush(struct connection *connection);
bool connection_write_answer(
    struct connection *connection); /* true: more to do at once */
void connection_pump(struct connection *connection);

/* exchange.c, for connection.c: */
void exchange_print_head(struct exchange *exchange, int status, const char *content_type,
    const char *extra, int64_t length);
void exchange_print_problem(struct exchange *exchange, int status);

/* server.c, for connection.c: */
void server_came(
    struct server *server, struct connection *connection); /* put it on the list */
void server_gone(
    struct server *server, struct connection *connection); /* take it off the list */

/* Streams that were woken are pumped together, before the loop sleeps: no system call is
 * made to learn that a socket that was never full has room. */
void server_enqueue(struct server *server, struct connection *connection);
void server_dequeue(struct server *server, struct connection *connection);

#endif
