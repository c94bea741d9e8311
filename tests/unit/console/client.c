/* client: against the real server with a scripted hub behind it, on one loop. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/client.h"
#include "net/server.h"

#define HELLO                                                                            \
    "event: hello\ndata: {\"api\":1,\"epoch\":\"e1\",\"time\":\"2026-11-23T10:00:00Z\"," \
    "\"subject\":\"alice\",\"role\":\"operator\"}\n\n"
#define ROW(name)                                                                        \
    "event: clusters\ndata: {\"id\":\"ocm:" name                                         \
    "\",\"connectivity\":{\"value\":\"up\"},\"health\":{\"value\":\"healthy\"},"         \
    "\"sync\":{"                                                                         \
    "\"value\":\"synced\"},\"state\":\"healthy\"}\n\n"
#define SYNC "event: sync\ndata: {\"clusters\":1}\n\n"
#define MARK(n)                                                                          \
    "id: e1-s1-" #n "\nevent: mark\ndata: {\"revision\":" #n                             \
    ",\"time\":\"2026-11-23T10:00:01Z\"}\n\n"

struct world {
    struct loop *loop;
    struct server *server;
    struct client *client;
    char folder[40], path[64];
    /* the hub */
    struct exchange *stream;
    struct buf say;   /* what the stream says next */
    struct buf asked; /* "METHOD path key body;" of each request but the watch */
    struct buf ids;   /* Last-Event-ID of each watch, in brackets */
    bool end;         /* the stream, after what it says */
    int watches;
    int watch_status; /* 0: a stream */
    const char *watch_body;
    bool never_answer;
    struct exchange *unanswered;
    /* what the client told */
    unsigned what;
    int clusters, answers;
    int status;
    struct err err;
    struct buf body;
};

static bool
pull(void *user, struct buf *out)
{
    struct world *world = user;

    buf_add_str(out, buf_str(&world->say));
    buf_clear(&world->say);
    return !world->end;
}

static void
closed(void *user)
{
    struct world *world = user;

    world->stream = NULL;
}

static void
watch(struct world *world, struct exchange *exchange)
{
    static const struct stream_calls calls = { pull, closed };

    world->watches++;
    buf_print(&world->ids, "[%.*s]", STR_ARG(exchange_header(exchange, "Last-Event-ID")));
    if (world->watch_status) {
        exchange_reply(exchange, world->watch_status, "application/problem+json", NULL,
            str_from(world->watch_body));
        return;
    }
    world->end = false;
    world->stream = exchange;
    exchange_stream(exchange, "text/event-stream", &calls, world);
}

static void
handle(void *user, struct exchange *exchange)
{
    struct world *world = user;
    struct str path = exchange_path(exchange);

    if (str_is(path, "/v1/watch")) {
        watch(world, exchange);
        return;
    }
    buf_print(&world->asked, "%.*s %.*s %.*s %.*s;", STR_ARG(exchange_method(exchange)),
        STR_ARG(path), STR_ARG(exchange_header(exchange, "Idempotency-Key")),
        STR_ARG(exchange_body(exchange)));
    if (world->never_answer)
        world->unanswered = exchange;
    else if (str_is(path, "/v1/whoami"))
        exchange_reply(
            exchange, 200, "application/json", NULL, STR("{\"subject\":\"alice\"}"));
    else
        exchange_reply(exchange, 409, "application/problem+json", NULL,
            STR("{\"type\":\"urn:nocturne:problem:moved\",\"detail\":\"2 joined\"}"));
}

static void
on_cluster(void *user, uint32_t slot, bool added)
{
    struct world *world = user;

    (void)slot;
    world->clusters += added;
}

static void
on_changed(void *user, unsigned what)
{
    struct world *world = user;

    world->what |= what;
}

static const struct client_calls calls = { on_cluster, NULL, on_changed };

static void
start_hub(struct world *world)
{
    struct err err = { 0 };

    world->server = server_new(world->loop, world->path, false, handle, world, &err);
    if (!world->server)
        fail_msg("%s", err.text);
}

static void
start(struct world *world, bool read_only)
{
    struct client_target target = { .unix_path = world->path, .read_only = read_only };
    struct err err = { 0 };

    memset(world, 0, sizeof *world);
    snprintf(world->folder, sizeof world->folder, "/tmp/nocturne-client-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/hub.sock", world->folder);
    world->loop = loop_new();
    world->client = client_new(world->loop, &target, &calls, world, &err);
    if (!world->client)
        fail_msg("%s", err.text);
}

static void
finish(struct world *world)
{
    client_free(world->client);
    if (world->unanswered)
        exchange_reply(world->unanswered, 200, "text/plain", NULL, (struct str){ 0 });
    server_free(world->server);
    loop_turn(world->loop, false);
    loop_free(world->loop);
    unlink(world->path);
    rmdir(world->folder);
    buf_release(&world->say);
    buf_release(&world->asked);
    buf_release(&world->ids);
    buf_release(&world->body);
}

static void
wait_phase(struct world *world, enum link_phase phase)
{
    while (client_link(world->client).phase != phase)
        loop_turn(world->loop, true);
}

static void
wait_attempts(struct world *world, uint32_t attempts)
{
    while (client_link(world->client).attempts < attempts)
        loop_turn(world->loop, true);
}

static void
say(struct world *world, const char *text, bool end)
{
    buf_add_text(&world->say, text);
    world->end = end;
    if (world->stream)
        exchange_wake(world->stream);
}

static void
on_answer(void *user, const struct client_answer *answer)
{
    struct world *world = user;

    world->answers++;
    world->status = answer->status;
    world->err = answer->err;
    buf_clear(&world->body);
    buf_add_str(&world->body, answer->body);
}

static bool
ask(struct world *world, const char *method, const char *path, const char *key,
    struct err *err)
{
    const struct client_request request = { .method = method,
        .path = path,
        .body = key ? STR("{\"x\":1}") : (struct str){ 0 },
        .key = key,
        .done = on_answer,
        .user = world };

    *err = (struct err){ 0 };
    return client_send(world->client, &request, err);
}

static void
it_opens_on_a_whole_picture(void **state)
{
    struct world world;
    struct err err;

    (void)state;
    start(&world, false);
    assert_int_equal(client_link(world.client).phase, LINK_IDLE);
    start_hub(&world);
    client_start(world.client);
    assert_int_equal(client_link(world.client).phase, LINK_CONNECTING);
    say(&world, HELLO ROW("a"), false);
    wait_phase(&world, LINK_LOADING);
    while (!world.clusters)
        loop_turn(world.loop, true);
    assert_false(ask(&world, "POST", "/v1/maintenance", "k1", &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "still loading"));
    say(&world, SYNC MARK(4), false);
    wait_phase(&world, LINK_LIVE);
    while (client_revision(world.client) != 4)
        loop_turn(world.loop, true);
    loop_turn(world.loop, false);
    assert_int_equal(client_fleet(world.client)->count, 1);
    assert_string_equal(client_hello(world.client)->subject, "alice");
    assert_true(client_synced(world.client));
    assert_int_equal(client_link(world.client).fault.code, ERR_NONE);
    assert_int_equal(client_link(world.client).retry_ms, -1);
    assert_true(world.what & CLIENT_SYNCED && world.what & CLIENT_LINK &&
                world.what & CLIENT_HELLO && world.what & CLIENT_CLUSTERS);
    /* The hub's clock, wherever the machine's is. */
    assert_true(client_hub_ms(world.client) >= INT64_C(1795428000000));
    assert_true(client_hub_ms(world.client) < INT64_C(1795428000000) + 600000);
    finish(&world);
}

static void
a_lost_stream_is_stale_and_goes_on_from_its_mark(void **state)
{
    struct world world;
    struct link link;
    struct err err;

    (void)state;
    start(&world, false);
    start_hub(&world);
    client_start(world.client);
    say(&world, HELLO ROW("a") SYNC MARK(4), false);
    wait_phase(&world, LINK_LIVE);
    say(&world, "", true);
    wait_phase(&world, LINK_STALE);
    link = client_link(world.client);
    assert_string_equal(link.fault.text, "the hub ended the stream");
    assert_true(link.retry_ms >= 0 && link.retry_ms <= 500);
    assert_int_equal(link.attempts, 1);
    assert_int_equal(client_fleet(world.client)->count, 1);
    assert_false(ask(&world, "POST", "/v1/maintenance", "k1", &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "nothing was sent"));
    say(&world, HELLO MARK(5), false);
    client_retry(world.client);
    wait_phase(&world, LINK_LIVE);
    loop_turn(world.loop, false);
    assert_string_equal(world.ids.at, "[][e1-s1-4]");
    assert_int_equal(client_link(world.client).attempts, 0);
    assert_int_equal(client_fleet(world.client)->count, 1);
    finish(&world);
}

static void
a_refusal_says_why(void **state)
{
    struct world world;

    (void)state;
    start(&world, false);
    start_hub(&world);
    world.watch_status = 403;
    world.watch_body =
        "{\"type\":\"urn:nocturne:problem:denied\",\"detail\":\"no role for bob\"}";
    client_start(world.client);
    wait_attempts(&world, 1);
    assert_int_equal(client_link(world.client).phase, LINK_CONNECTING);
    assert_int_equal(client_link(world.client).fault.code, ERR_DENIED);
    assert_string_equal(client_link(world.client).fault.text, "no role for bob");
    world.watch_status = 200;
    world.watch_body = "hello";
    client_retry(world.client);
    wait_attempts(&world, 2);
    assert_string_equal(
        client_link(world.client).fault.text, "what answers there is no hub");
    finish(&world);
}

static void
the_wait_grows_with_every_failure(void **state)
{
    struct world world;
    int64_t most_ms = 500;

    (void)state;
    start(&world, false);
    client_start(world.client); /* nobody is there */
    for (uint32_t attempt = 1; attempt <= 7; attempt++) {
        struct link link;

        wait_attempts(&world, attempt);
        link = client_link(world.client);
        assert_int_not_equal(link.fault.code, ERR_NONE);
        assert_int_equal(link.phase, LINK_CONNECTING);
        assert_int_equal(link.heard_ms_ago, -1);
        /* The machine may have been slow since: only the upper bound is sure. */
        assert_true(link.retry_ms >= 0 && link.retry_ms <= most_ms);
        if (attempt >= 6)
            assert_true(most_ms == CLIENT_RETRY_MOST_MS);
        most_ms = most_ms * 2 > CLIENT_RETRY_MOST_MS ? CLIENT_RETRY_MOST_MS : most_ms * 2;
        client_retry(world.client);
    }
    finish(&world);
}

static void
a_broken_stream_names_the_fault(void **state)
{
    struct world world;

    (void)state;
    start(&world, false);
    start_hub(&world);
    client_start(world.client);
    say(&world, HELLO "event: clusters\ndata: {\"id\":\"x\"}\n\n", false);
    wait_attempts(&world, 1);
    assert_string_equal(
        client_link(world.client).fault.text, "row: id: SOURCE:KEY was expected");
    finish(&world);
}

static void
a_request_is_answered_once(void **state)
{
    struct world world;
    struct err err;

    (void)state;
    start(&world, false);
    start_hub(&world);
    assert_true(ask(&world, NULL, "/v1/whoami", NULL, &err));
    assert_int_equal(world.answers, 0);
    while (!world.answers)
        loop_turn(world.loop, true);
    assert_int_equal(world.status, 200);
    assert_int_equal(world.err.code, ERR_NONE);
    assert_string_equal(world.body.at, "{\"subject\":\"alice\"}");
    assert_true(ask(&world, "POST", "/v1/maintenance", "key-1", &err));
    while (world.answers < 2)
        loop_turn(world.loop, true);
    assert_int_equal(world.status, 409);
    assert_int_equal(world.err.code, ERR_MOVED);
    assert_string_equal(world.err.text, "2 joined");
    assert_string_equal(
        world.asked.at, "GET /v1/whoami  ;POST /v1/maintenance key-1 {\"x\":1};");
    finish(&world);
}

static void
no_hub_is_an_answer_too(void **state)
{
    struct world world;
    struct err err;

    (void)state;
    start(&world, false);
    assert_true(ask(&world, NULL, "/v1/whoami", NULL, &err));
    while (!world.answers)
        loop_turn(world.loop, true);
    assert_int_equal(world.status, 0);
    assert_int_not_equal(world.err.code, ERR_NONE);
    finish(&world);
}

static void
read_only_lets_only_get_out(void **state)
{
    static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE", "get",
        "HEAD" };
    struct world world;
    struct err err;

    (void)state;
    start(&world, true);
    start_hub(&world);
    assert_true(client_read_only(world.client));
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        assert_false(ask(&world, methods[i], "/v1/maintenance", "k", &err));
        assert_int_equal(err.code, ERR_READ_ONLY);
    }
    assert_true(ask(&world, "GET", "/v1/whoami", NULL, &err));
    while (!world.answers)
        loop_turn(world.loop, true);
    assert_int_equal(world.answers, 1);
    assert_string_equal(world.asked.at, "GET /v1/whoami  ;");
    finish(&world);
}

static void
a_bad_key_is_refused(void **state)
{
    struct world world;
    struct err err;
    char key[200];

    (void)state;
    start(&world, false);
    assert_false(ask(&world, "POST", "/v1/x", "a\r\nX: y", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_false(ask(&world, "POST", "/v1/x", "", &err));
    memset(key, 'k', sizeof key);
    key[sizeof key - 1] = '\0';
    assert_false(ask(&world, "POST", "/v1/x", key, &err));
    finish(&world);
}

static void
requests_have_a_ceiling_and_can_be_cancelled(void **state)
{
    struct world world;
    struct err err;

    (void)state;
    start(&world, false);
    start_hub(&world);
    world.never_answer = true;
    for (int i = 0; i < CLIENT_REQUESTS; i++)
        assert_true(ask(&world, NULL, "/v1/whoami", NULL, &err));
    assert_false(ask(&world, NULL, "/v1/whoami", NULL, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    client_cancel(world.client, &world);
    world.never_answer = false;
    assert_true(ask(&world, NULL, "/v1/whoami", NULL, &err));
    while (!world.answers)
        loop_turn(world.loop, true);
    assert_int_equal(world.answers, 1);
    /* Gone with one under way: no call comes. */
    assert_true(ask(&world, NULL, "/v1/whoami", NULL, &err));
    finish(&world);
    assert_int_equal(world.answers, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_opens_on_a_whole_picture),
        cmocka_unit_test(a_lost_stream_is_stale_and_goes_on_from_its_mark),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(the_wait_grows_with_every_failure),
        cmocka_unit_test(a_broken_stream_names_the_fault),
        cmocka_unit_test(a_request_is_answered_once),
        cmocka_unit_test(no_hub_is_an_answer_too),
        cmocka_unit_test(read_only_lets_only_get_out),
        cmocka_unit_test(a_bad_key_is_refused),
        cmocka_unit_test(requests_have_a_ceiling_and_can_be_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
