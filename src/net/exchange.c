/* exchange -- one request as its handler sees it, and the ways to answer it. */
#include <assert.h>
#include <inttypes.h>
#include <time.h>

#include "net/connection.h"

/* clang-format off */
static const struct {
    int status;
    enum err_code code; /* of what the server refuses by itself */
    const char *phrase;
    const char *detail;
} statuses[] = {
    { 200, ERR_NONE, "OK", "" },
    { 201, ERR_NONE, "Created", "" },
    { 202, ERR_NONE, "Accepted", "" },
    { 204, ERR_NONE, "No Content", "" },
    { 304, ERR_NONE, "Not Modified", "" },
    { 400, ERR_INPUT, "Bad Request", "the request is not well-formed HTTP/1.1" },
    { 401, ERR_NONE, "Unauthorized", "" },
    { 403, ERR_NONE, "Forbidden", "" },
    { 404, ERR_NONE, "Not Found", "" },
    { 405, ERR_NONE, "Method Not Allowed", "" },
    { 406, ERR_NONE, "Not Acceptable", "" },
    { 408, ERR_TIMEOUT, "Request Timeout", "the request did not arrive whole in time" },
    { 409, ERR_NONE, "Conflict", "" },
    { 411, ERR_NONE, "Length Required", "" },
    { 412, ERR_NONE, "Precondition Failed", "" },
    { 413, ERR_LIMIT, "Content Too Large", "the body is longer than this server takes" },
    { 414, ERR_LIMIT, "URI Too Long", "the request's target is longer than this server takes" },
    { 415, ERR_NONE, "Unsupported Media Type", "" },
    { 417, ERR_INPUT, "Expectation Failed", "the only expectation met is 100-continue" },
    { 422, ERR_NONE, "Unprocessable Content", "" },
    { 423, ERR_NONE, "Locked", "" },
    { 429, ERR_NONE, "Too Many Requests", "" },
    { 431, ERR_LIMIT, "Request Header Fields Too Large", "the request's header is longer than this server takes" },
    { 500, ERR_NONE, "Internal Server Error", "" },
    { 501, ERR_UNSUPPORTED, "Not Implemented", "no such method or transfer coding is known here" },
    { 502, ERR_NONE, "Bad Gateway", "" },
    { 503, ERR_UNAVAILABLE, "Service Unavailable", "too many connections are open" },
    { 504, ERR_NONE, "Gateway Timeout", "" },
    { 505, ERR_VERSION, "HTTP Version Not Supported", "this server speaks HTTP/1.1 and 1.0" },
    { 507, ERR_NONE, "Insufficient Storage", "" },
    { 0, ERR_NONE, "Other", "" }, /* what no row has */
};
/* clang-format on */

static size_t
status_find(int status)
{
    size_t i = 0;

    while (i < sizeof(statuses) / sizeof(statuses[0]) - 1 && statuses[i].status != status)
        i++;
    return i;
}

/* IMF-fixdate, whatever the locale. */
static void
print_date(struct buf *out, int64_t now_ms)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
        "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm tm;

    if (!gmtime_r(&seconds, &tm))
        return;
    buf_print(out, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday],
        tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
        tm.tm_sec);
}

/* length -1: a stream. */
void
exchange_print_head(struct exchange *exchange, int status, const char *content_type,
    const char *extra, int64_t length)
{
    struct connection *connection = exchange->connection;
    struct buf *out = &connection->out;

    if (connection->server->draining)
        connection->close_after = true;
    buf_print(out, "HTTP/1.1 %d %s\r\n", status, statuses[status_find(status)].phrase);
    print_date(out, loop_now_ms(connection->server->loop));
    if (content_type)
        buf_print(out, "Content-Type: %s\r\n", content_type);
    if (length >= 0 && status != 204 && status != 304)
        buf_print(out, "Content-Length: %" PRId64 "\r\n", length);
    if (length < 0 && connection->chunked)
        buf_add_text(out, "Transfer-Encoding: chunked\r\n");
    buf_add_text(out, "Cache-Control: no-store\r\n");
    if (extra)
        buf_add_text(out, extra);
    if (connection->close_after)
        buf_add_text(out, "Connection: close\r\n");
    else if (!exchange->request.minor)
        buf_add_text(out, "Connection: keep-alive\r\n");
    buf_add_text(out, "\r\n");
}

void
exchange_print_problem(struct exchange *exchange, int status)
{
    size_t row = status_find(status);
    struct buf body = { 0 };

    buf_print(&body,
        "{\"type\":\"urn:nocturne:problem:%s\",\"title\":\"%s\",\"status\":%d,\"detail\":"
        "\"%s\"}\n",
        err_name(statuses[row].code), statuses[row].phrase, status, statuses[row].detail);
    exchange_print_head(
        exchange, status, "application/problem+json", NULL, (int64_t)body.length);
    if (!exchange->head_only)
        buf_add_str(&exchange->connection->out, buf_str(&body));
    buf_release(&body);
}

void
exchange_reply(struct exchange *exchange, int status, const char *content_type,
    const char *extra, struct str body)
{
    struct connection *connection = exchange->connection;

    if (connection->phase == CONNECTION_GONE) {
        connection_answered(connection);
        return;
    }
    assert(connection->phase == CONNECTION_ANSWER);
    exchange_print_head(exchange, status, content_type, extra, (int64_t)body.length);
    if (!exchange->head_only && status != 204 && status != 304)
        buf_add_str(&connection->out, body);
    connection_enter(connection, CONNECTION_REPLY);
}

void
exchange_stream(struct exchange *exchange, const char *content_type,
    const struct stream_calls *calls, void *user)
{
    struct connection *connection = exchange->connection;

    exchange->calls = calls;
    exchange->user = user;
    if (connection->phase == CONNECTION_GONE) {
        connection_answered(connection);
        return;
    }
    assert(connection->phase == CONNECTION_ANSWER);
    connection->server->stats.streams++;
    connection->chunked = exchange->request.minor == 1;
    connection->close_after |= !connection->chunked;
    connection->ending = connection->server->draining || exchange->head_only;
    connection->awake = true;
    exchange_print_head(exchange, 200, content_type, NULL, -1);
    connection_enter(
        connection, exchange->head_only ? CONNECTION_ENDING : CONNECTION_STREAM);
}

void
exchange_wake(struct exchange *exchange)
{
    connection_wake(exchange->connection);
}

void
exchange_end(struct exchange *exchange)
{
    connection_end(exchange->connection);
}

struct str
exchange_method(const struct exchange *exchange)
{
    return exchange->request.method;
}

struct str
exchange_path(const struct exchange *exchange)
{
    return exchange->path;
}

struct str
exchange_query(const struct exchange *exchange)
{
    return exchange->query;
}

struct str
exchange_header(const struct exchange *exchange, const char *name)
{
    return http1_header(&exchange->request, name);
}

struct str
exchange_body(const struct exchange *exchange)
{
    return buf_str(&exchange->connection->body);
}

const struct peer *
exchange_peer(const struct exchange *exchange)
{
    return &exchange->connection->peer;
}
