/* http: one call, one answer, whatever the other side does. */
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper/check.h"
#include "helper/origin.h"

#define OK(body) "HTTP/1.1 200 OK\r\nContent-Length: " body

struct seen {
    struct loop *loop;
    struct http *http;
    struct http_call *call;
    int calls, heads;
    int status, head_status;
    int64_t retry_after_ms, date_ms;
    struct err err;
    char body[256], type[64];
    struct buf data;
    size_t stop_after; /* data returns false past so many bytes */
    bool free_in_done, free_in_data, cancel_in_data, again_in_done;
    struct http_request *again;
};

static struct seen
seen_new(const struct http_target *target)
{
    struct seen seen = { .loop = loop_new() };
    struct err err = { 0 };

    seen.http = http_new(seen.loop, target, &err);
    assert_non_null(seen.http);
    return seen;
}

static void
seen_release(struct seen *seen)
{
    http_free(seen->http);
    loop_free(seen->loop);
    buf_release(&seen->data);
}

static void
done(void *user, const struct http_result *result)
{
    struct seen *seen = user;
    struct err err = { 0 };

    seen->calls++;
    seen->status = result->head.status;
    seen->retry_after_ms = result->head.retry_after_ms;
    seen->date_ms = result->head.date_ms;
    seen->err = result->err;
    snprintf(seen->body, sizeof(seen->body), "%.*s", STR_ARG(result->body));
    snprintf(seen->type, sizeof(seen->type), "%s",
        result->head.content_type ? result->head.content_type : "");
    if (seen->free_in_done) {
        http_free(seen->http);
        seen->http = NULL;
    } else if (seen->again_in_done) {
        seen->again_in_done = false;
        assert_true(http_send(seen->http, seen->again, NULL, &err));
    }
}

static void
head(void *user, const struct http_head *got)
{
    struct seen *seen = user;

    seen->heads++;
    seen->head_status = got->status;
}

static bool
data(void *user, const char *at, size_t length)
{
    struct seen *seen = user;

    buf_add(&seen->data, at, length);
    if (seen->cancel_in_data)
        http_cancel(seen->call);
    if (seen->free_in_data) {
        http_free(seen->http);
        seen->http = NULL;
    }
    return seen->stop_after == 0 || seen->data.length <= seen->stop_after;
}

static struct http_target
target_of(const struct origin *origin, char url[64])
{
    snprintf(url, 64, "http://127.0.0.1:%d", origin_port(origin));
    return (struct http_target){ .base_url = url, .user_agent = "nocturne/test" };
}

/* Send one request to a script and wait until the loop has nothing left. */
static void
ask(struct seen *seen, struct http_request request)
{
    struct err err = { 0 };

    request.done = done;
    request.user = seen;
    if (!request.path)
        request.path = "/";
    assert_true(http_send(seen->http, &request, &seen->call, &err));
    assert_int_equal(seen->calls, 0); /* never from within http_send */
    loop_run(seen->loop);
}

static void
an_answer_comes_whole_with_its_head(void **state)
{
    char url[64];
    struct origin *origin = origin_new(
        (struct origin_line[]){
            { "HTTP/1.1 100 Continue\r\nRetry-After: 9\r\n\r\n"
              "HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\n"
              "Date: Tue, 24 Nov 2026 01:00:00 GMT\r\nRetry-After: 7\r\n"
              "Content-Length: 5\r\n\r\nlater",
                true },
            { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ .path = "/a%20b?c=1",
                   .head = head,
                   .headers = (const char *const[]){ "X-One: 1", NULL } });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.err.code, ERR_NONE);
    assert_int_equal(seen.status, 503);
    assert_int_equal(seen.heads, 1);
    assert_int_equal(seen.head_status, 503);
    assert_int_equal(seen.retry_after_ms, 7000);
    assert_int_equal(seen.date_ms, 1795482000000);
    assert_string_equal(seen.body, "later");
    assert_string_equal(seen.type, "text/plain");
    seen_release(&seen);
    origin_stop(origin);
    assert_non_null(strstr(origin_request(origin, 0), "GET /a%20b?c=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(origin_request(origin, 0), "User-Agent: nocturne/test\r\n"));
    assert_non_null(strstr(origin_request(origin, 0), "Accept: application/json\r\n"));
    assert_non_null(strstr(origin_request(origin, 0), "X-One: 1\r\n"));
    assert_null(strcasestr(origin_request(origin, 0), "authorization"));
    origin_free(origin);
}

static void
retry_after_may_be_a_date_by_the_servers_clock(void **state)
{
    char url[64];
    struct origin *origin = origin_new(
        (struct origin_line[]){
            { "HTTP/1.1 429 Slow\r\nDate: Tue, 24 Nov 2026 01:00:00 GMT\r\n"
              "Retry-After: Tue, 24 Nov 2026 01:00:30 GMT\r\nContent-Length: 0\r\n\r\n",
                true },
            { "HTTP/1.1 429 Slow\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n",
                true },
            { "HTTP/1.1 429 Slow\r\nRetry-After: 99999999999\r\nContent-Length: "
              "0\r\n\r\n",
                true },
            { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);
    static const int64_t expected[] = { 30000, -1, 86400000 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        seen.calls = 0;
        ask(&seen, (struct http_request){ 0 });
        assert_int_equal(seen.calls, 1);
        assert_int_equal(seen.retry_after_ms, expected[i]);
    }
    seen_release(&seen);
    origin_free(origin);
}

static void
a_write_carries_body_and_type(void **state)
{
    char url[64];
    struct origin *origin = origin_new((struct origin_line[]){ { OK("0\r\n\r\n"), true },
                                           { OK("0\r\n\r\n"), true }, { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ .method = "POST",
                   .content_type = "application/json",
                   .body = STR("{\"a\":1}") });
    seen.calls = 0;
    ask(&seen, (struct http_request){ .method = "DELETE", .path = "/x" });
    seen_release(&seen);
    origin_stop(origin);
    assert_non_null(strstr(origin_request(origin, 0), "POST / HTTP/1.1\r\n"));
    assert_non_null(
        strstr(origin_request(origin, 0), "Content-Type: application/json\r\n"));
    assert_non_null(strstr(origin_request(origin, 0), "\r\n\r\n{\"a\":1}"));
    assert_null(strcasestr(origin_request(origin, 0), "expect:"));
    assert_non_null(strstr(origin_request(origin, 1), "DELETE /x HTTP/1.1\r\n"));
    origin_free(origin);
}

static void
get_only_refuses_every_other_method(void **state)
{
    struct http_target target = { .base_url = "http://127.0.0.1:1", .get_only = true };
    struct seen seen = seen_new(&target);
    static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE", "get" };
    struct err err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        struct http_request request = {
            .method = methods[i], .path = "/", .done = done, .user = &seen
        };

        assert_false(http_send(seen.http, &request, NULL, &err));
        assert_int_equal(err.code, ERR_READ_ONLY);
    }
    assert_int_equal(seen.calls, 0);
    seen_release(&seen);
}

static void
nobody_listening_is_unavailable(void **state)
{
    struct http_target target = { .base_url = "http://127.0.0.1:1" };
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.status, 0);
    assert_int_equal(seen.err.code, ERR_UNAVAILABLE);
    assert_int_equal(seen.retry_after_ms, -1);
    assert_non_null(strstr(seen.err.text, "http://127.0.0.1:1: "));
    seen_release(&seen);
}

static void
half_an_answer_is_unavailable(void **state)
{
    char url[64];
    struct origin *origin =
        origin_new((struct origin_line[]){ { OK("50\r\n\r\nhalf"), true },
                       { "HTT", true }, { "", true }, { 0 } },
            NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    for (int i = 0; i < 3; i++) {
        seen.calls = 0;
        ask(&seen, (struct http_request){ 0 });
        assert_int_equal(seen.calls, 1);
        assert_int_equal(seen.err.code, ERR_UNAVAILABLE);
    }
    seen_release(&seen);
    origin_free(origin);
}

static void
silence_ends_a_call_and_its_connection_is_not_used_again(void **state)
{
    char url[64];
    /* a stream that goes quiet, on a connection that stays open */
    struct origin *origin = origin_new(
        (struct origin_line[]){
            { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                false },
            { OK("2\r\n\r\nok"), true }, { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ .data = data, .silence_timeout_ms = 20 });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.err.code, ERR_TIMEOUT);
    assert_int_equal(seen.status, 200);
    assert_int_equal(seen.data.length, 3);
    seen.calls = 0;
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(seen.err.code, ERR_NONE);
    assert_string_equal(seen.body, "ok");
    seen_release(&seen);
    assert_int_equal(origin_stop(origin), 2);
    origin_free(origin);
}

/* --- a stream that the test itself serves */

struct spring {
    int listener, fd;
    char path[64];
};

static struct spring
spring_new(void)
{
    struct spring spring = { .fd = -1 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    snprintf(
        spring.path, sizeof(spring.path), "/tmp/nocturne-test-spring-%d", (int)getpid());
    unlink(spring.path);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", spring.path);
    spring.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(spring.listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(spring.listener, 1), 0);
    return spring;
}

static void
spring_free(struct spring *spring)
{
    close(spring->fd);
    close(spring->listener);
    unlink(spring->path);
}

static void
pour(struct spring *spring, size_t length)
{
    char *drops = malloc(length);

    memset(drops, '.', length);
    assert_int_equal(write(spring->fd, drops, length), length);
    free(drops);
}

/* Ask, answer with a body without an end, of which one byte has come. */
static void
spring_open(struct spring *spring, struct seen *seen)
{
    struct http_request request = {
        .path = "/", .data = data, .done = done, .user = seen
    };
    const char *reply = "HTTP/1.1 200 OK\r\n\r\n.";
    struct err err = { 0 };
    char asked[1024];

    assert_true(http_send(seen->http, &request, &seen->call, &err));
    loop_turn(seen->loop, false);
    spring->fd = accept(spring->listener, NULL, NULL);
    while (recv(spring->fd, asked, sizeof(asked), MSG_DONTWAIT) <= 0)
        loop_turn(seen->loop, false);
    assert_int_equal(write(spring->fd, reply, strlen(reply)), strlen(reply));
    while (seen->data.length < 1)
        loop_turn(seen->loop, true);
}

static void
turn_often(struct loop *loop)
{
    for (int i = 0; i < 50; i++)
        loop_turn(loop, false);
}

static void
a_paced_connection_rests_after_it_was_read(void **state)
{
    struct spring spring = spring_new();
    struct http_target target = {
        .unix_path = spring.path, .base_url = "http://hub", .user_agent = "nocturne/test"
    };
    struct seen seen = seen_new(&target);

    (void)state;
    spring_open(&spring, &seen);
    http_pace(seen.http, 600000);
    pour(&spring, 10);
    while (seen.data.length < 11)
        loop_turn(seen.loop, true); /* at once: it had not been resting */
    pour(&spring, 10);
    turn_often(seen.loop);
    assert_int_equal(seen.data.length, 11);
    http_pace(seen.http, 0);
    while (seen.data.length < 21)
        loop_turn(seen.loop, true);
    http_pace(seen.http, 5);
    for (size_t i = 1; i <= 20; i++) {
        pour(&spring, 1);
        while (seen.data.length < 21 + i)
            loop_turn(seen.loop, true); /* a rest has an end */
    }
    seen_release(&seen);
    spring_free(&spring);
}

static void
a_paced_connection_does_not_rest_while_much_comes(void **state)
{
    const size_t much = 100000;
    struct spring spring = spring_new();
    struct http_target target = {
        .unix_path = spring.path, .base_url = "http://hub", .user_agent = "nocturne/test"
    };
    struct seen seen = seen_new(&target);

    (void)state;
    spring_open(&spring, &seen);
    http_pace(seen.http, 600000);
    for (size_t i = 1; i <= 3; i++) {
        pour(&spring, much);
        while (seen.data.length < 1 + i * much)
            loop_turn(seen.loop, true);
    }
    seen_release(&seen);
    spring_free(&spring);
}

static void
the_total_time_is_limited(void **state)
{
    char url[64];
    struct origin *origin = origin_new(
        (struct origin_line[]){ { "HTTP/1.1 200 OK\r\n", false }, { 0 } }, NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ .total_timeout_ms = 20 });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.err.code, ERR_TIMEOUT);
    seen_release(&seen);
    origin_free(origin);
}

static void
a_body_past_its_ceiling_is_refused(void **state)
{
    char url[64];
    struct origin *origin = origin_new(
        (struct origin_line[]){ { OK("20\r\n\r\n01234567890123456789"), true }, { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    ask(&seen, (struct http_request){ .body_limit = 10 });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.err.code, ERR_LIMIT);
    seen_release(&seen);
    origin_free(origin);
}

static void
a_reader_that_had_enough_ends_the_call(void **state)
{
    char url[64];
    struct origin *origin = origin_new(
        (struct origin_line[]){ { OK("6\r\n\r\nabcdef"), true }, { 0 } }, NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);

    (void)state;
    seen.stop_after = 1;
    ask(&seen, (struct http_request){ .data = data });
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.err.code, ERR_INPUT);
    assert_int_equal(seen.status, 200);
    seen_release(&seen);
    origin_free(origin);
}

static void
a_cancelled_call_never_calls_back(void **state)
{
    char url[64];
    struct origin *origin =
        origin_new((struct origin_line[]){ { OK("6\r\n\r\nabc"), false },
                       { OK("6\r\n\r\nabcdef"), true }, { 0 } },
            NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);
    struct http_request request = { .path = "/", .done = done, .user = &seen };
    struct err err = { 0 };

    (void)state;
    assert_true(http_send(seen.http, &request, &seen.call, &err));
    http_cancel(seen.call);
    http_cancel(NULL);
    loop_run(seen.loop);
    assert_int_equal(seen.calls, 0);
    seen.cancel_in_data = true;
    ask(&seen, (struct http_request){ .data = data });
    assert_int_equal(seen.calls, 0);
    assert_true(seen.data.length > 0);
    seen_release(&seen);
    origin_free(origin);
}

static void
the_client_may_be_freed_from_its_own_callbacks(void **state)
{
    char url[64];
    struct origin *origin =
        origin_new((struct origin_line[]){ { OK("3\r\n\r\nabc"), true },
                       { OK("3\r\n\r\nabc"), true }, { 0 } },
            NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);
    struct err err = { 0 };

    (void)state;
    seen.free_in_done = true;
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(seen.calls, 1);
    seen.calls = 0;
    seen.http = http_new(seen.loop, &target, &err);
    seen.free_in_data = true;
    ask(&seen, (struct http_request){ .data = data });
    assert_int_equal(seen.calls, 0);
    assert_null(seen.http);
    seen_release(&seen);
    origin_free(origin);
}

static void
a_callback_may_send_the_next_request(void **state)
{
    char url[64];
    struct origin *origin =
        origin_new((struct origin_line[]){ { OK("3\r\n\r\none"), false },
                       { OK("3\r\n\r\ntwo"), false }, { 0 } },
            NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct seen seen = seen_new(&target);
    struct http_request again = { .path = "/2", .done = done, .user = &seen };
    struct err err = { 0 };

    (void)state;
    seen.again_in_done = true;
    seen.again = &again;
    assert_true(http_send(seen.http, &again, NULL, &err));
    while (seen.calls < 2)
        loop_turn(seen.loop, true);
    assert_string_equal(seen.body, "two");
    seen_release(&seen);
    assert_int_equal(origin_stop(origin), 1); /* over the same connection */
    origin_free(origin);
}

static void
a_unix_socket_of_our_own_is_served(void **state)
{
    char folder[] = "/tmp/http-test-XXXXXX", path[64];
    struct origin *origin;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/hub.sock", folder);
    origin = origin_new(
        (struct origin_line[]){ { OK("2\r\n\r\nhi"), true }, { 0 } }, path, NULL);
    struct http_target target = {
        .base_url = "http://hub", .unix_path = path, .own_uid = true
    };
    struct seen seen = seen_new(&target);
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(seen.err.code, ERR_NONE);
    assert_string_equal(seen.body, "hi");
    seen_release(&seen);
    origin_stop(origin);
    assert_non_null(strstr(origin_request(origin, 0), "Host: hub\r\n"));
    origin_free(origin);
    unlink(path);
    rmdir(folder);
}

static void
a_token_file_is_read_for_each_request(void **state)
{
    char url[64], path[] = "/tmp/http-test-XXXXXX";
    int fd = mkstemp(path);
    struct origin *origin = origin_new((struct origin_line[]){ { OK("0\r\n\r\n"), true },
                                           { OK("0\r\n\r\n"), true }, { 0 } },
        NULL, NULL);
    struct http_target target = target_of(origin, url);
    struct http_request request = { .path = "/", .done = done };
    struct err err = { 0 };

    (void)state;
    target.token_file = path;
    struct seen seen = seen_new(&target);
    assert_int_equal(write(fd, "one\n", 4), 4);
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(pwrite(fd, "two\n", 4, 0), 4);
    seen.calls = 0;
    ask(&seen, (struct http_request){ 0 });
    assert_int_equal(pwrite(fd, "a b\n", 4, 0), 4);
    assert_false(http_send(seen.http, &request, NULL, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_null(strstr(err.text, "a b")); /* no secret in an error */
    unlink(path);
    assert_false(http_send(seen.http, &request, NULL, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    close(fd);
    seen_release(&seen);
    origin_stop(origin);
    assert_non_null(strstr(origin_request(origin, 0), "Authorization: Bearer one\r\n"));
    assert_non_null(strstr(origin_request(origin, 1), "Authorization: Bearer two\r\n"));
    origin_free(origin);
}

static void
what_makes_no_sense_is_refused_at_once(void **state)
{
    static const char *const urls[] = { "", "ftp://host", "https://",
        "https://u:secret@host", "https://host/?a=b", "not a url", "https://host:99999" };
    struct loop *loop = loop_new();
    struct http_target target = { .base_url = "https://host/prefix/" };
    struct http_request request = { .path = "no slash", .done = done };
    struct err err = { 0 };
    struct http *http;

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct http_target bad = { .base_url = urls[i] };

        assert_null(http_new(loop, &bad, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_null(strstr(err.text, "secret"));
    }
    http = http_new(loop, &target, &err);
    assert_false(http_send(http, &request, NULL, &err));
    assert_int_equal(err.code, ERR_INPUT);
    request.path = "/two words";
    assert_false(http_send(http, &request, NULL, &err));
    target.ca_pem = STR("not a certificate");
    assert_null(http_new(loop, &target, &err));
    assert_non_null(strstr(err.text, "certificate authority: no PEM certificate"));
    http_free(http);
    http_free(NULL);
    loop_free(loop);
}

static void
a_segment_is_encoded_whole(void **state)
{
    struct buf buf = { 0 };

    (void)state;
    http_encode(&buf, STR("a/b c%?\xc3\xa9~-_.9"));
    assert_string_equal(buf.at, "a%2Fb%20c%25%3F%C3%A9~-_.9");
    buf_release(&buf);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_whole_with_its_head),
        cmocka_unit_test(retry_after_may_be_a_date_by_the_servers_clock),
        cmocka_unit_test(a_write_carries_body_and_type),
        cmocka_unit_test(get_only_refuses_every_other_method),
        cmocka_unit_test(nobody_listening_is_unavailable),
        cmocka_unit_test(half_an_answer_is_unavailable),
        cmocka_unit_test(silence_ends_a_call_and_its_connection_is_not_used_again),
        cmocka_unit_test(a_paced_connection_rests_after_it_was_read),
        cmocka_unit_test(a_paced_connection_does_not_rest_while_much_comes),
        cmocka_unit_test(the_total_time_is_limited),
        cmocka_unit_test(a_body_past_its_ceiling_is_refused),
        cmocka_unit_test(a_reader_that_had_enough_ends_the_call),
        cmocka_unit_test(a_cancelled_call_never_calls_back),
        cmocka_unit_test(the_client_may_be_freed_from_its_own_callbacks),
        cmocka_unit_test(a_callback_may_send_the_next_request),
        cmocka_unit_test(a_unix_socket_of_our_own_is_served),
        cmocka_unit_test(a_token_file_is_read_for_each_request),
        cmocka_unit_test(what_makes_no_sense_is_refused_at_once),
        cmocka_unit_test(a_segment_is_encoded_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
