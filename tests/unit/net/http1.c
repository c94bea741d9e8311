/* Request heads and chunked bodies: what is read, and what is refused with which status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/http1.h"

static int
parse(const char *text, struct http1_request *request)
{
    struct str head = str_from(text);

    assert_int_equal(http1_head_length(head), head.length);
    return http1_parse(head, request);
}

static void
a_plain_request_is_read(void **state)
{
    struct http1_request request;

    (void)state;
    assert_int_equal(
        parse("GET /v1/clusters?limit=1 HTTP/1.1\r\nHost: hub\r\nX-Empty:\r\n"
              "Accept:  text/event-stream \t\r\n\r\n",
            &request),
        0);
    assert_true(str_is(request.method, "GET"));
    assert_true(str_is(request.target, "/v1/clusters?limit=1"));
    assert_int_equal(request.minor, 1);
    assert_true(request.keep_alive);
    assert_false(request.chunked);
    assert_int_equal(request.content_length, -1);
    assert_int_equal(request.field_count, 3);
    assert_true(str_is(http1_header(&request, "accept"), "text/event-stream"));
    assert_true(str_is(http1_header(&request, "ACCEPT"), "text/event-stream"));
    assert_int_equal(http1_header(&request, "x-empty").length, 0);
    assert_int_equal(http1_header(&request, "acc").length, 0);
    assert_int_equal(http1_header(&request, "accept-encoding").length, 0);
}

static void
keep_alive_follows_version_and_connection(void **state)
{
    static const struct {
        const char *head;
        bool keep_alive;
    } cases[] = {
        { "GET / HTTP/1.1\r\nHost: h\r\n\r\n", true },
        { "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false },
        { "GET / HTTP/1.1\r\nHost: h\r\nConnection: te, Close\r\n\r\n", false },
        { "GET / HTTP/1.1\r\nHost: h\r\nConnection: closed\r\n\r\n", true },
        { "GET / HTTP/1.0\r\n\r\n", false },
        { "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true },
        { "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false },
    };
    struct http1_request request;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(parse(cases[i].head, &request), 0);
        assert_int_equal(request.keep_alive, cases[i].keep_alive);
    }
}

static void
a_body_is_announced_by_length_or_by_chunks(void **state)
{
    struct http1_request request;

    (void)state;
    assert_int_equal(parse("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0012\r\n"
                           "Expect: 100-Continue\r\n\r\n",
                         &request),
        0);
    assert_int_equal(request.content_length, 12);
    assert_true(request.expect_continue);
    assert_int_equal(
        parse("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
            &request),
        0);
    assert_true(request.chunked);
    assert_int_equal(parse("POST /a HTTP/1.1\r\nHost: h\r\n"
                           "Content-Length: 99999999999999999999999999999999\r\n\r\n",
                         &request),
        0);
    assert_true(request.content_length == INT64_MAX);
}

/* The bad requests of the comparison of servers, and their kin. */
static const struct {
    const char *what, *head;
    int status;
} bad[] = {
    { "no host", "GET / HTTP/1.1\r\n\r\n", 400 },
    { "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
    { "a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400 },
    { "host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400 },
    { "coding beside length",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n",
        400 },
    { "length beside coding",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "5\r\n\r\n",
        400 },
    { "two lengths",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        400 },
    { "the same length twice",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        400 },
    { "a list of lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n",
        400 },
    { "signed length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\n", 400 },
    { "negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n",
        400 },
    { "hex length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\n", 400 },
    { "empty length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", 400 },
    { "blank before the colon",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n", 400 },
    { "two codings in a list",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501 },
    { "chunked twice",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        400 },
    { "unknown coding",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", 501 },
    { "coding with a vertical tab",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \vchunked\r\n\r\n", 400 },
    { "chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
    { "obs-fold", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400 },
    { "obs-fold before any field", "GET / HTTP/1.1\r\n X: a\r\nHost: h\r\n\r\n", 400 },
    { "control in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n", 400 },
    { "delete in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\x7f\r\n\r\n", 400 },
    { "lone CR in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400 },
    { "field without a name", "GET / HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n", 400 },
    { "field without a colon", "GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n", 400 },
    { "version 9.9", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", 505 },
    { "version 1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505 },
    { "version 2.0", "PRI / HTTP/2.0\r\n\r\n", 505 },
    { "no version", "GET /\r\n\r\n", 400 },
    { "lower-case protocol", "GET / http/1.1\r\nHost: h\r\n\r\n", 400 },
    { "absolute target", "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "authority target", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "asterisk target", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "blank in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "eight-bit target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
    { "long method", "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: h\r\n\r\n", 501 },
    { "other expectation", "GET / HTTP/1.1\r\nHost: h\r\nExpect: cake\r\n\r\n", 417 },
};

static void
bad_heads_are_refused(void **state)
{
    struct http1_request request;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int status = parse(bad[i].head, &request);
        if (status != bad[i].status)
            fail_msg("%s: %d, not %d", bad[i].what, status, bad[i].status);
    }
}

static void
a_nul_is_refused(void **state)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n";
    struct http1_request request;

    (void)state;
    assert_int_equal(http1_parse((struct str){ head, sizeof(head) - 1 }, &request), 400);
}

static void
bare_line_feeds_end_the_head_and_are_refused(void **state)
{
    static const char *const heads[] = { "GET / HTTP/1.1\n", "\r", "\n", " ", "\x16",
        "GET / HTTP/1.1\r\nHost: h\n", "GET / HTTP/1.1\r\nHost: h\r\n\n" };
    struct http1_request request;

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t length = http1_head_length(str_from(heads[i]));
        assert_int_not_equal(length, 0);
        assert_int_equal(http1_parse((struct str){ heads[i], length }, &request), 400);
    }
}

static void
an_incomplete_head_is_waited_for(void **state)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    (void)state;
    for (size_t length = 0; length < sizeof(head) - 1; length++)
        assert_int_equal(http1_head_length((struct str){ head, length }), 0);
    assert_int_equal(http1_head_length(STR("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /")),
        sizeof(head) - 1);
}

static void
too_many_fields_and_too_long_a_target_are_refused(void **state)
{
    struct buf head = { 0 };
    struct http1_request request;

    (void)state;
    buf_add_text(&head, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 1; i < HTTP1_HEADERS; i++)
        buf_print(&head, "X-%d: a\r\n", i);
    buf_add_text(&head, "\r\n");
    assert_int_equal(http1_parse(buf_str(&head), &request), 0);
    head.length -= 2;
    buf_add_text(&head, "One: more\r\n\r\n");
    assert_int_equal(http1_parse(buf_str(&head), &request), 431);

    buf_clear(&head);
    buf_add_text(&head, "GET /");
    buf_add_repeat(&head, 'a', HTTP1_TARGET_BYTES - 1);
    buf_add_text(&head, " HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(http1_parse(buf_str(&head), &request), 0);
    buf_clear(&head);
    buf_add_text(&head, "GET /");
    buf_add_repeat(&head, 'a', HTTP1_TARGET_BYTES);
    buf_add_text(&head, " HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(http1_parse(buf_str(&head), &request), 414);
    buf_release(&head);
}

/* Feed text in pieces of `step` bytes: what was decoded into out, -1 if refused, else
 * bytes consumed. */
static ptrdiff_t
dechunk(const char *text, size_t step, struct buf *out)
{
    struct http1_chunks chunks = { .phase = CHUNK_SIZE };
    size_t length = strlen(text), used = 0, data = 0;
    char piece[256];

    buf_clear(out);
    while (used < length && chunks.phase != CHUNK_DONE) {
        size_t part = length - used < step ? length - used : step;
        memcpy(piece, text + used, part);
        ptrdiff_t took = http1_dechunk(&chunks, piece, part, &data);
        if (took < 0)
            return -1;
        buf_add(out, piece, data);
        used += (size_t)took;
        if (chunks.phase != CHUNK_DONE)
            assert_int_equal(took, part);
    }
    return chunks.phase == CHUNK_DONE ? (ptrdiff_t)used : 0;
}

static void
chunks_decode_the_same_however_they_are_cut(void **state)
{
    static const char body[] = "5;a=b\r\nhello\r\n00B\r\n, my world.\r\n0\r\n\r\n";
    struct buf out = { 0 };
    char text[128];

    (void)state;
    snprintf(text, sizeof(text), "%sGET /", body);
    for (size_t step = 1; step < sizeof(text); step++) {
        assert_int_equal(dechunk(text, step, &out), sizeof(body) - 1);
        assert_string_equal(out.at, "hello, my world.");
    }
    buf_release(&out);
}

static void
bad_chunks_are_refused(void **state)
{
    static const char *const bodies[] = {
        "g\r\n",                   /* no hex digit */
        "\r\n",                    /* no size */
        ";a\r\n",                  /* no size but an extension */
        "5 \r\nhello\r\n",         /* a blank */
        "0x5\r\nhello\r\n",        /* a prefix */
        "-1\r\n",                  /* a sign */
        "000000005\r\nhello\r\n",  /* nine digits */
        "5\nhello\r\n",            /* bare LF behind the size */
        "5\r\nhello0\r\n",         /* no CRLF behind the data */
        "5\r\nhello\n0\r\n\r\n",   /* bare LF behind the data */
        "5\r\nhello\r0\r\n\r\n",   /* bare CR behind the data */
        "0\r\nTrailer: a\r\n\r\n", /* trailers */
        "0\r\n\n",                 /* bare LF at the end */
        "5;\x01\r\nhello\r\n",     /* a control in an extension */
    };
    struct buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        for (size_t step = 1; step < 32; step++)
            if (dechunk(bodies[i], step, &out) != -1)
                fail_msg("accepted: %s", bodies[i]);
    buf_release(&out);
}

static void
chunk_extensions_have_a_ceiling_over_the_whole_body(void **state)
{
    struct http1_chunks chunks = { .phase = CHUNK_SIZE };
    struct buf body = { 0 };
    size_t data;

    (void)state;
    buf_add_text(&body, "1;");
    buf_add_repeat(&body, 'x', HTTP1_EXTENSION_BYTES);
    buf_add_text(&body, "\r\na\r\n");
    assert_int_equal(http1_dechunk(&chunks, body.at, body.length, &data), body.length);
    assert_int_equal(data, 1);
    buf_clear(&body);
    buf_add_text(&body, "1;x\r\n");
    assert_int_equal(http1_dechunk(&chunks, body.at, body.length, &data), -1);
    buf_release(&body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_request_is_read),
        cmocka_unit_test(keep_alive_follows_version_and_connection),
        cmocka_unit_test(a_body_is_announced_by_length_or_by_chunks),
        cmocka_unit_test(bad_heads_are_refused),
        cmocka_unit_test(a_nul_is_refused),
        cmocka_unit_test(bare_line_feeds_end_the_head_and_are_refused),
        cmocka_unit_test(an_incomplete_head_is_waited_for),
        cmocka_unit_test(too_many_fields_and_too_long_a_target_are_refused),
        cmocka_unit_test(chunks_decode_the_same_however_they_are_cut),
        cmocka_unit_test(bad_chunks_are_refused),
        cmocka_unit_test(chunk_extensions_have_a_ceiling_over_the_whole_body),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
