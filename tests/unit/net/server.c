/* The server with real sockets on the test's own loop: what it answers, what it refuses,
 * how it ends. */
#include "net/server.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

#define CLIENTS 8

struct client {
    struct world *world;
    int fd;
    struct watch_fd *watch;
    struct buf got;
    bool closed;
    int failure; /* errno of what ended it, 0: a clean end */
};

/* What the handler does with what comes. */
enum manner { ANSWER_AT_ONCE, ANSWER_LATER, ANSWER_STREAM, ANSWER_FREE };

struct world {
    struct loop *loop;
    struct server *server;
    char folder[32], path[64];
    enum manner manner;
    int handled, pulls, closed, drained, changes;
    uint32_t last_connections;
    struct exchange *exchange; /* the newest */
    struct buf seen;           /* method, path and body of each */
    struct buf say;            /* what the stream says next */
    bool endless, finish;
    size_t pulled_bytes;
    struct client clients[CLIENTS];
    int client_count;
};

static bool
stream_pull(void *user, struct buf *out)
{
    struct world *world = user;

    world->pulls++;
    if (world->endless) {
        buf_add_repeat(out, 'x', SERVER_STREAM_CHUNK);
        world->pulled_bytes += SERVER_STREAM_CHUNK;
        return true;
    }
    buf_add_str(out, buf_str(&world->say));
    buf_clear(&world->say);
    return !world->finish;
}

static void
stream_closed(void *user)
{
    struct world *world = user;

    world->closed++;
}

static const struct stream_calls stream_calls = { stream_pull, stream_closed };

static void
answer(struct world *world)
{
    exchange_reply(world->exchange, 200, "text/plain", "X-Answer: yes\r\n", STR("hello"));
}

static void
handle(void *user, struct exchange *exchange)
{
    struct world *world = user;

    world->handled++;
    world->exchange = exchange;
    buf_print(&world->seen, "%.*s %.*s [%.*s]\n", STR_ARG(exchange_method(exchange)),
        STR_ARG(exchange_path(exchange)), STR_ARG(exchange_body(exchange)));
    switch (world->manner) {
    case ANSWER_AT_ONCE:
        answer(world);
        break;
    case ANSWER_STREAM:
        exchange_stream(exchange, "text/event-stream", &stream_calls, world);
        break;
    case ANSWER_FREE:
        server_free(world->server);
        world->server = NULL;
        answer(world);
        break;
    case ANSWER_LATER:
        break;
    }
}

static void
changed(void *user, uint32_t connections)
{
    struct world *world = user;

    world->changes++;
    world->last_connections = connections;
}

static void
drained(void *user)
{
    struct world *world = user;

    world->drained++;
}

static void
client_readable(void *user, int events)
{
    struct client *client = user;
    char bytes[65536];
    ssize_t got;

    (void)events;
    got = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (got > 0) {
        buf_add(&client->got, bytes, (size_t)got);
        return;
    }
    if (got < 0 && errno == EAGAIN)
        return;
    client->closed = true;
    client->failure = got < 0 ? errno : 0;
    watch_fd_set(client->watch, 0);
}

static int
dial(const struct world *world)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->path);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Connected; it reads whenever something comes, unless it is stalled. */
static struct client *
client_new(struct world *world)
{
    struct client *client = &world->clients[world->client_count++];

    assert_true(world->client_count <= CLIENTS);
    client->world = world;
    client->fd = dial(world);
    assert_true(client->fd >= 0);
    client->watch = watch_fd_new(world->loop, client->fd, client_readable, client);
    watch_fd_set(client->watch, FD_READABLE);
    return client;
}

static void
client_stall(struct client *client, bool stalled)
{
    watch_fd_set(client->watch, stalled ? 0 : FD_READABLE);
}

static void
client_hang_up(struct client *client)
{
    if (client->fd < 0)
        return;
    watch_fd_free(client->watch);
    close(client->fd);
    client->fd = -1;
}

static void
client_send(struct client *client, const char *at, size_t length)
{
    while (length) {
        ssize_t sent = send(client->fd, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            loop_turn(client->world->loop, false);
            continue;
        }
        if (sent < 0)
            return; /* refused meanwhile: what was said to it is in its buffer */
        at += sent;
        length -= (size_t)sent;
    }
}

static void
client_say(struct client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

static bool
client_has(const struct client *client, const char *text)
{
    return client->got.length && strstr(client->got.at, text);
}

static void
client_expect(struct client *client, const char *text)
{
    while (!client_has(client, text)) {
        if (client->closed)
            fail_msg("closed with: %s", client->got.length ? client->got.at : "");
        loop_turn(client->world->loop, true);
    }
}

static void
client_expect_close(struct client *client)
{
    while (!client->closed)
        loop_turn(client->world->loop, true);
    assert_int_equal(client->failure, 0);
}

static int
count(const char *text, const char *part)
{
    int found = 0;

    for (; text && (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

static void
world_listen(struct world *world)
{
    struct err err = { 0 };

    world->server = server_new(world->loop, world->path, false, handle, world, &err);
    if (!world->server)
        fail_msg("%s", err.text);
}

static int
setup(void **state)
{
    struct world *world = mem_zero(1, sizeof(*world));

    snprintf(world->folder, sizeof(world->folder), "/tmp/nocturne-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/hub.sock", world->folder);
    world->loop = loop_new();
    world_listen(world);
    *state = world;
    return 0;
}

static int
teardown(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < world->client_count; i++) {
        client_hang_up(&world->clients[i]);
        buf_release(&world->clients[i].got);
    }
    server_free(world->server);
    loop_free(world->loop);
    unlink(world->path);
    assert_int_equal(rmdir(world->folder), 0);
    buf_release(&world->seen);
    buf_release(&world->say);
    free(world);
    return 0;
}

static void
limit(struct world *world, void (*change)(struct server_limits *limits))
{
    struct server_limits limits = server_limits(world->server);

    change(&limits);
    server_set_limits(world->server, &limits);
}

#define GET "GET /v1/x?a=b HTTP/1.1\r\nHost: hub\r\n\r\n"

static void
a_request_is_answered(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    client_say(client, GET);
    client_expect(client, "hello");
    assert_true(str_starts(buf_str(&client->got), "HTTP/1.1 200 OK\r\n"));
    assert_true(client_has(client, "Content-Type: text/plain\r\n"));
    assert_true(client_has(client, "Content-Length: 5\r\n"));
    assert_true(client_has(client, "X-Answer: yes\r\n"));
    assert_true(client_has(client, " GMT\r\n"));
    assert_false(client_has(client, "Connection:"));
    assert_string_equal(world->seen.at, "GET /v1/x []\n");
    assert_int_equal(server_stats(world->server).requests, 1);
}

static void
the_handler_sees_the_whole_request(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_LATER;
    client_say(client,
        "POST /v1/m?for=2h&x HTTP/1.1\r\nHost: hub\r\nIdempotency-Key: k1\r\n"
        "Content-Length: 4\r\n\r\nbody");
    while (!world->handled)
        loop_turn(world->loop, true);
    assert_true(str_is(exchange_method(world->exchange), "POST"));
    assert_true(str_is(exchange_path(world->exchange), "/v1/m"));
    assert_true(str_is(exchange_query(world->exchange), "for=2h&x"));
    assert_true(str_is(exchange_header(world->exchange, "idempotency-key"), "k1"));
    assert_true(str_is(exchange_body(world->exchange), "body"));
    assert_int_equal(exchange_peer(world->exchange)->uid, getuid());
    assert_int_equal(exchange_peer(world->exchange)->gid, getgid());
    assert_int_equal(exchange_peer(world->exchange)->pid, getpid());
    answer(world);
    client_expect(client, "hello");
}

static void
a_connection_is_kept_for_the_next_request(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    for (int i = 0; i < 3; i++) {
        client_say(client, GET);
        client_expect(client, "hello");
        buf_clear(&client->got);
    }
    assert_int_equal(server_stats(world->server).accepted, 1);
    client_say(client, "GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n");
    client_expect_close(client);
    assert_true(client_has(client, "Connection: close\r\n"));
    assert_true(client_has(client, "hello"));
}

static void
pipelined_requests_are_handled_one_at_a_time(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_LATER;
    client_say(client, "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                       "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\nde\r\n0\r\n\r\n"
                       "DELETE /3 HTTP/1.1\r\nHost: h\r\n\r\n");
    for (int i = 1; i <= 3; i++) {
        while (world->handled < i)
            loop_turn(world->loop, true);
        for (int turn = 0; turn < 5; turn++)
            loop_turn(world->loop, false);
        assert_int_equal(world->handled, i);
        answer(world);
    }
    while (count(client->got.at, "hello") < 3)
        loop_turn(world->loop, true);
    assert_string_equal(world->seen.at, "POST /1 [abc]\nPOST /2 [de]\nDELETE /3 []\n");
}

static void
an_answer_to_head_has_no_body(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    client_say(client, "HEAD / HTTP/1.1\r\nHost: hub\r\n\r\n" GET);
    client_expect(client, "hello");
    assert_int_equal(count(client->got.at, "Content-Length: 5\r\n"), 2);
    assert_int_equal(count(client->got.at, "hello"), 1);
}

static void
a_request_may_come_byte_by_byte(void **state)
{
    static const char text[] =
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;e\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
    struct world *world = *state;
    struct client *client = client_new(world);

    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        client_send(client, text + i, 1);
        loop_turn(world->loop, false);
    }
    client_expect(client, "hello");
    assert_string_equal(world->seen.at, "POST /x [abcd]\n");
}

static void
bad_requests_are_answered_and_closed(void **state)
{
    static const struct {
        const char *request, *status;
    } cases[] = {
        { "GET / HTTP/1.1\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
          "chunked\r\n\r\n"
          "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: "
          "6\r\n\r\nhello!",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
          "chunked\r\n\r\nzz\r\nhello\r\n",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
          "chunked\r\n\r\n5\r\nhello0\r\n\r\n",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
          "y\r\n\r\n",
            "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501" },
        { "GET / HTTP/1.1\nHost: h\n\n", "400" },
        { "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "400" },
        { "GET / HTTP/9.9\r\nHost: h\r\n\r\n", "505" },
        { "GET / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n", "417" },
        { "\x16\x03\x01\x02", "400" },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct client *client = client_new(world);
        char status[32];
        client_say(client, cases[i].request);
        client_expect_close(client);
        snprintf(status, sizeof(status), "HTTP/1.1 %s ", cases[i].status);
        if (!str_starts(buf_str(&client->got), status))
            fail_msg("not %s: %s", cases[i].status, cases[i].request);
        assert_int_equal(count(client->got.at, "Content-Length: "), 1);
        assert_true(client_has(client, "Connection: close\r\n"));
        assert_true(client_has(client, "application/problem+json"));
        assert_true(client_has(client, "\"type\":\"urn:nocturne:problem:"));
        client_hang_up(client);
        buf_release(&client->got);
        memset(client, 0, sizeof(*client));
        world->client_count--;
    }
    assert_int_equal(world->handled, 0);
    assert_int_equal(
        server_stats(world->server).bad_requests, sizeof(cases) / sizeof(cases[0]));
}

static void
an_oversize_head_is_refused(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);
    struct buf text = { 0 };

    buf_add_text(&text, "GET / HTTP/1.1\r\nHost: h\r\nX: ");
    buf_add_repeat(&text, 'a', 20000);
    client_send(client, text.at, text.length);
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 431 "));

    buf_clear(&text);
    buf_add_text(&text, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < SERVER_HEADERS; i++)
        buf_add_text(&text, "X: a\r\n");
    buf_add_text(&text, "\r\n");
    client = client_new(world);
    client_send(client, text.at, text.length);
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 431 "));

    buf_clear(&text);
    buf_add_text(&text, "GET /");
    buf_add_repeat(&text, 'a', 200000);
    client = client_new(world);
    client_send(client, text.at, text.length);
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 414 "));
    assert_true(client_has(client, "problem:limit\""));
    assert_int_equal(world->handled, 0);
    buf_release(&text);
}

static void
an_oversize_body_is_refused_before_it_comes(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    client_say(client, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                       "Content-Length: 1048577\r\n\r\n");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 413 "));
    assert_false(client_has(client, "100 Continue"));
    client = client_new(world);
    client_say(client, "POST / HTTP/1.1\r\nHost: h\r\n"
                       "Content-Length: 99999999999999999999\r\n\r\n");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 413 "));
    client = client_new(world);
    client_say(client, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "1\r\na\r\n100000\r\n");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 413 "));
    assert_int_equal(world->handled, 0);
}

static void
a_refusal_is_read_by_who_is_still_sending(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);
    struct buf text = { 0 };

    buf_add_text(&text, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n");
    buf_add_repeat(&text, 'a', 2000000);
    client_send(client, text.at, text.length);
    client_expect(client, "HTTP/1.1 413 ");
    shutdown(client->fd, SHUT_WR);
    client_expect_close(client);
    buf_release(&text);
}

static void
linger_little(struct server_limits *limits)
{
    limits->linger_bytes = 100000;
}

static void
who_never_stops_sending_is_cut(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);
    char bytes[4096];

    limit(world, linger_little);
    memset(bytes, 'a', sizeof(bytes));
    client_say(client, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    while (server_stats(world->server).connections || !world->handled) {
        client_send(client, bytes, sizeof(bytes));
        loop_turn(world->loop, false);
    }
    assert_true(client_has(client, "hello"));
}

static void
body_of_ten(struct server_limits *limits)
{
    limits->body_bytes = 10;
}

static void
a_body_of_just_the_limit_is_taken(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    limit(world, body_of_ten);
    client_say(client,
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789"
        "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
    while (count(client->got.at, "hello") < 2)
        loop_turn(world->loop, true);
    client_say(client, "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 413 "));
    assert_int_equal(world->handled, 2);
}

static void
continue_is_said_before_the_body(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    client_say(client, "POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                       "Content-Length: 3\r\n\r\n");
    client_expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_int_equal(world->handled, 0);
    client_say(client, "abc");
    client_expect(client, "hello");
    assert_string_equal(world->seen.at, "POST /x [abc]\n");
}

static void
short_times(struct server_limits *limits)
{
    limits->header_ms = limits->body_ms = limits->idle_ms = limits->write_ms = 20;
    limits->linger_ms = 20;
}

static void
short_times_and_much_room(struct server_limits *limits)
{
    short_times(limits);
    limits->header_bytes = (size_t)64 << 20;
}

static void
a_head_that_trickles_in_times_out_as_a_whole(void **state)
{
    struct world *world = *state;
    struct client *client;

    limit(world, short_times_and_much_room);
    client = client_new(world);
    client_say(client, "GET / HTTP/1.1\r\nHost: h\r\n");
    while (!client_has(client, "\r\n\r\n")) { /* never silent for long, never done */
        client_say(client, "X: a\r\n");
        loop_turn(world->loop, false);
    }
    assert_true(client_has(client, "HTTP/1.1 408 "));
    assert_int_equal(world->handled, 0);
}

static void
a_head_that_stops_times_out(void **state)
{
    struct world *world = *state;
    struct client *client;

    limit(world, short_times);
    client = client_new(world);
    client_say(client, "GET / HTTP/1.1\r\nHo");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 408 "));
    assert_int_equal(server_stats(world->server).timeouts, 1);
}

static void
a_body_that_stops_times_out(void **state)
{
    struct world *world = *state;
    struct client *client;

    limit(world, short_times);
    client = client_new(world);
    client_say(client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
    client_expect_close(client);
    assert_true(client_has(client, "HTTP/1.1 408 "));
    assert_int_equal(world->handled, 0);
}

static void
silence_is_ended_without_a_word(void **state)
{
    struct world *world = *state;
    struct client *silent, *served;

    limit(world, short_times);
    silent = client_new(world);
    served = client_new(world);
    client_say(served, GET);
    client_expect_close(silent);
    client_expect_close(served);
    assert_int_equal(silent->got.length, 0);
    assert_int_equal(count(served->got.at, "HTTP/1.1 "), 1);
}

static void
two_connections(struct server_limits *limits)
{
    limits->connections = 2;
    limits->refusals = 1;
}

static void
two_connections_a_peer(struct server_limits *limits)
{
    limits->peer_connections = 2;
}

static void
check_third_is_refused(struct world *world)
{
    struct client *first = client_new(world), *second = client_new(world), *third;

    client_say(first, GET);
    client_expect(first, "hello");
    client_say(second, GET);
    client_expect(second, "hello");
    third = client_new(world);
    client_say(third, GET);
    client_expect(third, "HTTP/1.1 503 ");
    assert_int_equal(server_stats(world->server).refused, 1);
    assert_int_equal(server_stats(world->server).connections, 2);
    assert_int_equal(world->handled, 2);
    client_hang_up(first);
    while (server_stats(world->server).connections == 2)
        loop_turn(world->loop, true);
    shutdown(third->fd, SHUT_WR);
    client_expect_close(third);
    third = client_new(world);
    client_say(third, GET);
    client_expect(third, "hello");
}

static void
too_many_connections_are_refused(void **state)
{
    limit(*state, two_connections);
    check_third_is_refused(*state);
}

static void
too_many_connections_of_a_peer_are_refused(void **state)
{
    limit(*state, two_connections_a_peer);
    check_third_is_refused(*state);
}

static void
refusals_have_a_ceiling_too(void **state)
{
    struct world *world = *state;
    struct client *client[5];

    limit(world, two_connections);
    for (int i = 0; i < 5; i++)
        client[i] = client_new(world);
    client_expect(client[2], "HTTP/1.1 503 ");
    client_expect_close(client[3]);
    client_expect_close(client[4]);
    assert_int_equal(client[4]->got.length, 0);
    assert_int_equal(server_stats(world->server).refused, 3);
}

static void
running_out_of_descriptors_only_delays(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);
    struct rlimit before, none;
    int lowest = dup(0);

    close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    client_say(client, GET);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 3; i++)
        loop_turn(world->loop, false);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(server_stats(world->server).accepted, 0);
    client_expect(client, "hello");
}

static void
an_answer_to_who_went_is_dropped(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    server_set_idle(world->server, changed);
    world->manner = ANSWER_LATER;
    client_say(client, GET);
    while (!world->handled)
        loop_turn(world->loop, true);
    client_hang_up(client);
    for (int i = 0; i < 5; i++)
        loop_turn(world->loop, false);
    assert_true(str_is(exchange_path(world->exchange), "/v1/x"));
    assert_int_equal(
        server_stats(world->server).connections, 1); /* it costs until it is answered */
    answer(world);
    assert_int_equal(server_stats(world->server).connections, 0);
    assert_int_equal(world->changes, 2);
    assert_int_equal(world->last_connections, 0);
}

static void
a_stream_to_who_went_is_closed_once(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_LATER;
    client_say(client, GET);
    while (!world->handled)
        loop_turn(world->loop, true);
    client_hang_up(client);
    for (int i = 0; i < 5; i++)
        loop_turn(world->loop, false);
    exchange_stream(world->exchange, "text/event-stream", &stream_calls, world);
    assert_int_equal(world->closed, 0);
    exchange_wake(world->exchange);
    exchange_end(world->exchange);
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_int_equal(world->pulls, 0);
    assert_int_equal(world->closed, 1);
}

static void
who_only_stops_sending_is_still_answered(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_LATER;
    client_say(client, GET);
    shutdown(client->fd, SHUT_WR);
    while (!world->handled)
        loop_turn(world->loop, true);
    for (int i = 0; i < 5; i++)
        loop_turn(world->loop, false);
    answer(world);
    client_expect_close(client);
    assert_true(client_has(client, "hello"));
}

static void
a_stream_is_pulled_when_woken(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    client_say(client, GET);
    while (!world->pulls)
        loop_turn(world->loop, true);
    for (int i = 0; i < 5; i++)
        loop_turn(world->loop, false);
    assert_int_equal(world->pulls, 1); /* it had nothing to say, so nobody asks again */
    assert_true(client_has(client, "Transfer-Encoding: chunked\r\n"));
    assert_int_equal(server_stats(world->server).streams, 1);
    buf_add_text(&world->say, "data: 1\n\n");
    exchange_wake(world->exchange);
    client_expect(client, "00000009\r\ndata: 1\n\n\r\n");
    buf_add_text(&world->say, "data: 2\n\n");
    exchange_wake(world->exchange);
    exchange_end(world->exchange); /* what was not pulled is not said */
    client_expect(client, "\r\n0\r\n\r\n");
    assert_int_equal(world->closed, 1);
    assert_false(client_has(client, "data: 2"));
    assert_int_equal(server_stats(world->server).streams, 0);

    buf_clear(&client->got);
    world->manner = ANSWER_AT_ONCE;
    client_say(client, GET); /* and the connection is good for another request */
    client_expect(client, "hello");
}

static void
a_stream_ends_when_pull_says_so(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    world->finish = true;
    buf_add_text(&world->say, "all");
    client_say(client, GET);
    client_expect(client, "00000003\r\nall\r\n0\r\n\r\n");
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_int_equal(world->pulls, 1);
    assert_int_equal(world->closed, 1);
}

static void
a_stream_of_http_1_0_ends_by_closing(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    world->finish = true;
    buf_add_text(&world->say, "all");
    client_say(client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    client_expect_close(client);
    assert_true(str_ends(buf_str(&client->got), "\r\n\r\nall"));
    assert_false(client_has(client, "chunked"));
    assert_int_equal(world->closed, 1);
}

static void
a_stream_asked_for_by_head_says_nothing(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    client_say(client, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    client_expect(client, "\r\n\r\n");
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_true(str_ends(buf_str(&client->got), "\r\n\r\n"));
    assert_int_equal(world->pulls, 0);
}

static void
a_stalled_reader_holds_little_and_gets_on_later(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);
    size_t held, before;
    int quiet = 0;

    world->manner = ANSWER_STREAM;
    world->endless = true;
    client_stall(client, true);
    client_say(client, GET);
    while (!world->pulls)
        loop_turn(world->loop, false);
    while (quiet < 20) { /* nothing is pulled any more: all buffers are full */
        before = world->pulled_bytes;
        loop_turn(world->loop, false);
        quiet = world->pulled_bytes == before ? quiet + 1 : 0;
    }
    held = world->pulled_bytes;
    assert_true(held <= (size_t)4 * SERVER_SEND_BYTES);
    assert_int_equal(world->closed, 0);
    client_stall(client, false);
    while (world->pulled_bytes < held + 1000000)
        loop_turn(world->loop, true);
    client_hang_up(client);
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_int_equal(world->closed, 1);
}

static void
a_stream_learns_that_its_reader_went(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    client_say(client, GET);
    while (!world->pulls)
        loop_turn(world->loop, true);
    client_hang_up(client);
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_int_equal(server_stats(world->server).connections, 0);
    assert_int_equal(server_stats(world->server).streams, 0);
}

static void
an_ended_stream_does_not_wait_for_ever(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    limit(world, short_times);
    world->manner = ANSWER_STREAM;
    world->endless = true;
    client_stall(client, true);
    client_say(client, GET);
    while (world->pulled_bytes < SERVER_SEND_BYTES)
        loop_turn(world->loop, false);
    exchange_end(world->exchange);
    while (!world->closed)
        loop_turn(world->loop, true);
    assert_int_equal(world->closed, 1);
}

static void
draining_ends_streams_and_lets_answers_finish(void **state)
{
    struct world *world = *state;
    struct client *idle = client_new(world), *stream = client_new(world),
                  *waiting = client_new(world);

    client_say(idle, GET);
    client_expect(idle, "hello");
    world->manner = ANSWER_STREAM;
    client_say(stream, GET);
    while (!world->pulls)
        loop_turn(world->loop, true);
    world->manner = ANSWER_LATER;
    client_say(waiting, GET);
    while (world->handled < 3)
        loop_turn(world->loop, true);

    server_drain(world->server, 600000, drained, world);
    assert_int_equal(world->drained, 0);
    assert_int_equal(dial(world), -1);
    client_expect_close(idle);
    client_expect_close(stream);
    assert_true(str_ends(buf_str(&stream->got), "0\r\n\r\n"));
    assert_int_equal(world->closed, 1);
    assert_int_equal(world->drained, 0);
    answer(world);
    client_expect(waiting, "hello");
    assert_true(client_has(waiting, "Connection: close\r\n"));
    client_hang_up(waiting);
    client_hang_up(stream);
    while (!world->drained)
        loop_turn(world->loop, true);
    assert_int_equal(server_stats(world->server).connections, 0);
    assert_int_equal(world->drained, 1);
}

static void
draining_cuts_what_does_not_finish(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_STREAM;
    world->endless = true;
    client_stall(client, true);
    client_say(client, GET);
    while (world->pulled_bytes < SERVER_SEND_BYTES)
        loop_turn(world->loop, false);
    server_drain(world->server, 20, drained, world);
    while (!world->drained)
        loop_turn(world->loop, true);
    assert_int_equal(world->closed, 1);
}

static void
draining_nothing_is_over_at_once(void **state)
{
    struct world *world = *state;

    server_drain(world->server, 600000, drained, world);
    assert_int_equal(world->drained, 0);
    while (!world->drained)
        loop_turn(world->loop, true);
    for (int i = 0; i < 3; i++)
        loop_turn(world->loop, false);
    assert_int_equal(world->drained, 1);
}

static void
freeing_tells_streams_and_waits_for_answers(void **state)
{
    struct world *world = *state;
    struct client *stream = client_new(world), *waiting = client_new(world);

    world->manner = ANSWER_STREAM;
    client_say(stream, GET);
    while (!world->pulls)
        loop_turn(world->loop, true);
    world->manner = ANSWER_LATER;
    client_say(waiting, GET);
    while (world->handled < 2)
        loop_turn(world->loop, true);
    server_free(world->server);
    world->server = NULL;
    assert_int_equal(world->closed, 1);
    assert_int_equal(access(world->path, F_OK), -1);
    client_expect_close(stream);
    client_expect_close(waiting);
    assert_true(str_is(exchange_path(world->exchange), "/v1/x"));
    answer(world);
}

static void
freeing_from_the_handler_is_safe(void **state)
{
    struct world *world = *state;
    struct client *client = client_new(world);

    world->manner = ANSWER_FREE;
    client_say(client, GET GET);
    client_expect_close(client);
    assert_int_equal(world->handled, 1);
}

static void
a_vanished_socket_is_bound_anew(void **state)
{
    struct world *world = *state;
    struct client *old = client_new(world), *new;
    struct err err = { 0 };

    client_say(old, GET);
    client_expect(old, "hello");
    assert_true(server_rebind(world->server, &err)); /* nothing to do */
    assert_int_equal(unlink(world->path), 0);
    assert_int_equal(dial(world), -1);
    assert_true(server_rebind(world->server, &err));
    new = client_new(world);
    client_say(new, GET);
    client_expect(new, "hello");
    buf_clear(&old->got);
    client_say(old, GET);
    client_expect(old, "hello");
}

static void
a_living_socket_is_left_alone(void **state)
{
    struct world *world = *state;
    struct err err = { 0 };

    assert_null(server_new(world->loop, world->path, false, handle, world, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.text, world->path));
    assert_int_equal(access(world->path, F_OK), 0);
}

static void
a_socket_of_another_is_not_taken_back(void **state)
{
    struct world *world = *state;
    struct server *other;
    struct err err = { 0 };

    unlink(world->path);
    other = server_new(world->loop, world->path, false, handle, world, &err);
    assert_non_null(other);
    assert_false(server_rebind(world->server, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    server_free(world->server); /* and does not take the other's file away */
    world->server = other;
    assert_int_equal(access(world->path, F_OK), 0);
}

static void
a_dead_socket_is_replaced(void **state)
{
    struct world *world = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct client *client;
    int fd;

    server_free(world->server);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(access(world->path, F_OK), 0);
    world_listen(world);
    client = client_new(world);
    client_say(client, GET);
    client_expect(client, "hello");
}

static void
who_comes_to_an_address_that_is_held_waits_until_it_serves(void **state)
{
    struct world *world = *state;
    struct server *other;
    struct client *client;
    struct err err = { 0 };

    server_free(world->server);
    world->server = server_new(world->loop, world->path, false, NULL, NULL, &err);
    assert_non_null(world->server);
    other = server_new(world->loop, world->path, false, handle, world, &err);
    assert_null(other);
    assert_int_equal(err.code, ERR_CONFLICT);
    client = client_new(world);
    client_say(client, GET);
    for (int i = 0; i < 5; i++)
        loop_turn(world->loop, false);
    assert_int_equal(server_stats(world->server).accepted, 0);
    server_serve(world->server, handle, world);
    client_expect(client, "hello");
}

static void
what_cannot_be_bound_is_said(void **state)
{
    struct world *world = *state;
    struct err err = { 0 };
    char path[160];
    FILE *file;

    snprintf(path, sizeof(path), "%s/plain", world->folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_null(server_new(world->loop, path, false, handle, world, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);

    snprintf(path, sizeof(path), "%s/no/such/folder", world->folder);
    assert_null(server_new(world->loop, path, false, handle, world, &err));
    assert_int_equal(err.code, ERR_IO);

    memset(path, 'a', 120);
    path[0] = '/';
    path[120] = '\0';
    assert_null(server_new(world->loop, path, false, handle, world, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

static void
the_socket_is_private_unless_it_is_for_everyone(void **state)
{
    struct world *world = *state;
    struct err err = { 0 };
    struct stat stat;

    assert_int_equal(lstat(world->path, &stat), 0);
    assert_int_equal(stat.st_mode & 07777, 0600);
    server_free(world->server);
    world->server = server_new(world->loop, world->path, true, handle, world, &err);
    assert_non_null(world->server);
    assert_int_equal(lstat(world->path, &stat), 0);
    assert_int_equal(stat.st_mode & 07777, 0666);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_answered),
        TEST(the_handler_sees_the_whole_request),
        TEST(a_connection_is_kept_for_the_next_request),
        TEST(pipelined_requests_are_handled_one_at_a_time),
        TEST(an_answer_to_head_has_no_body),
        TEST(a_request_may_come_byte_by_byte),
        TEST(bad_requests_are_answered_and_closed),
        TEST(an_oversize_head_is_refused),
        TEST(an_oversize_body_is_refused_before_it_comes),
        TEST(a_refusal_is_read_by_who_is_still_sending),
        TEST(who_never_stops_sending_is_cut),
        TEST(a_body_of_just_the_limit_is_taken),
        TEST(continue_is_said_before_the_body),
        TEST(a_head_that_trickles_in_times_out_as_a_whole),
        TEST(a_head_that_stops_times_out),
        TEST(a_body_that_stops_times_out),
        TEST(silence_is_ended_without_a_word),
        TEST(too_many_connections_are_refused),
        TEST(too_many_connections_of_a_peer_are_refused),
        TEST(refusals_have_a_ceiling_too),
        TEST(running_out_of_descriptors_only_delays),
        TEST(an_answer_to_who_went_is_dropped),
        TEST(a_stream_to_who_went_is_closed_once),
        TEST(who_only_stops_sending_is_still_answered),
        TEST(a_stream_is_pulled_when_woken),
        TEST(a_stream_ends_when_pull_says_so),
        TEST(a_stream_of_http_1_0_ends_by_closing),
        TEST(a_stream_asked_for_by_head_says_nothing),
        TEST(a_stalled_reader_holds_little_and_gets_on_later),
        TEST(a_stream_learns_that_its_reader_went),
        TEST(an_ended_stream_does_not_wait_for_ever),
        TEST(draining_ends_streams_and_lets_answers_finish),
        TEST(draining_cuts_what_does_not_finish),
        TEST(draining_nothing_is_over_at_once),
        TEST(freeing_tells_streams_and_waits_for_answers),
        TEST(freeing_from_the_handler_is_safe),
        TEST(a_vanished_socket_is_bound_anew),
        TEST(a_living_socket_is_left_alone),
        TEST(a_socket_of_another_is_not_taken_back),
        TEST(a_dead_socket_is_replaced),
        TEST(who_comes_to_an_address_that_is_held_waits_until_it_serves),
        TEST(what_cannot_be_bound_is_said),
        TEST(the_socket_is_private_unless_it_is_for_everyone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
