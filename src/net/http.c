/* http -- requests over curl, one easy handle each; multi.c drives them on the loop. */
#include "net/http.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/endpoint.h"
#include "net/head.h"
#include "net/multi.h"
#include "net/process.h"

#define HTTP_BODY_LIMIT_BYTES   ((size_t)16 << 20)
#define HTTP_CONNECT_TIMEOUT_MS 10000

/* curl reads up to a hundred buffers in one call: so much of a list is handled within a
 * frame. Of what is compressed ten times that comes out. */
#define READ_BYTES            4096L
#define READ_COMPRESSED_BYTES 1024L

/* Connections that are trusted to be alive; after a timeout a new one takes its place. */
struct pool {
    struct multi *multi;
    struct pool *next;
};

struct http {
    struct loop *loop;
    struct pool *pools; /* the first is in use, the others run dry */
    struct http_call *calls;
    struct timer *sweep;
    int64_t pace_ms;
    int busy;    /* within a callback of a user's: nothing may be freed */
    bool doomed; /* http_free came meanwhile */
    struct endpoint endpoint;
};

struct http_call {
    struct http *http;
    struct pool *pool;
    struct http_call *next;
    CURL *easy;
    struct curl_slist *headers;
    struct timer *silence;
    int64_t silence_timeout_ms, heard_ms;
    struct head head;
    bool headed, dead; /* dead: cancelled, swept later */
    curl_socket_t fd;
    struct buf body;
    struct err err; /* why we ended it ourselves */
    char curl_text[CURL_ERROR_SIZE];
    void (*on_head)(void *user, const struct http_head *head);
    bool (*on_data)(void *user, const char *at, size_t length);
    void (*done)(void *user, const struct http_result *result);
    void *user;
};

/* clang-format off */
static const struct {
    CURLcode curl;
    enum err_code code;
} codes[] = {
    { CURLE_OPERATION_TIMEDOUT,      ERR_TIMEOUT },
    { CURLE_PEER_FAILED_VERIFICATION, ERR_UNAUTHENTICATED },
    { CURLE_SSL_CERTPROBLEM,         ERR_INPUT },
    { CURLE_SSL_CACERT_BADFILE,      ERR_INPUT },
    { CURLE_URL_MALFORMAT,           ERR_INPUT },
    { CURLE_UNSUPPORTED_PROTOCOL,    ERR_INPUT },
    { CURLE_OUT_OF_MEMORY,           ERR_LIMIT },
};
/* clang-format on */

static enum err_code
code_of(CURLcode curl)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].curl == curl)
            return codes[i].code;
    return ERR_UNAVAILABLE; /* whatever else breaks a transfer: try again later */
}

/* --- one call --------------------------------------------------------------------------
 */

static void
call_free(struct http_call *call)
{
    struct http *http = call->http;

    for (struct http_call **at = &http->calls; *at; at = &(*at)->next) {
        if (*at == call) {
            *at = call->next;
            break;
        }
    }
    if (call->pool != http->pools)
        timer_start(http->sweep, 0, 0); /* its pool may be dry now */
    curl_easy_cleanup(call->easy);
    headers_free(call->headers);
    timer_free(call->silence);
    buf_release(&call->body);
    free(call);
}

/* Its handle has left the multi: tell its owner, once, and forget it. */
static void
call_end(struct http_call *call)
{
    struct http *http = call->http;
    struct http_result result = { .head = call->head.out, .body = buf_str(&call->body) };
    curl_off_t received = 0;

    if (!call->dead) {
        curl_easy_getinfo(call->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
        result.received_bytes = (uint64_t)received;
        result.err = call->err;
        call->dead = true; /* http_cancel from within done finds nothing to do */
        http->busy++;
        call->done(call->user, &result);
        http->busy--;
    }
    call_free(call);
}

static void pool_retire(struct http *http);

static void
say_why(struct http_call *call, CURLcode code)
{
    const struct endpoint *endpoint = &call->http->endpoint;
    const char *why = call->curl_text[0] ? call->curl_text : curl_easy_strerror(code);

    if (endpoint->unix_path && code == CURLE_COULDNT_CONNECT)
        why = "cannot connect, nobody listens there"; /* curl speaks of port 80 */
    err_set(&call->err, code_of(code), "%s: %s", endpoint->name, why);
}

static void
transfer_finished(void *user, CURL *easy, CURLcode code)
{
    struct http *http = user;
    struct http_call *call = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
    if (code != CURLE_OK && call->err.code == ERR_NONE)
        say_why(call, code);
    if (code == CURLE_OPERATION_TIMEDOUT)
        pool_retire(http);
    call_end(call);
}

static void
silence_fired(void *user)
{
    struct http_call *call = user;
    struct http *http = call->http;
    int64_t silent_ms = loop_monotonic_ms(http->loop) - call->heard_ms;

    if (silent_ms < call->silence_timeout_ms) {
        timer_start(call->silence, call->silence_timeout_ms - silent_ms, 0);
        return;
    }
    multi_remove(call->pool->multi, call->easy);
    err_set(&call->err, ERR_TIMEOUT, "%s: no byte for %lld s", http->endpoint.name,
        (long long)(silent_ms / 1000));
    pool_retire(http);
    call_end(call);
}

/* --- what curl tells while a call is under way -----------------------------------------
 */

/* The empty line. An interim answer is not the one. */
static void
head_ended(struct http_call *call)
{
    long status = 0;

    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200)
        return;
    head_end(&call->head, (int)status, clock_wall_ms());
    call->headed = true;
    if (call->on_head) {
        call->http->busy++;
        call->on_head(call->user, &call->head.out);
        call->http->busy--;
    }
}

static size_t
header_came(char *at, size_t size, size_t count, void *user)
{
    struct http_call *call = user;
    struct str line = { at, size * count };

    call->heard_ms = loop_monotonic_ms(call->http->loop);
    while (line.length > 0 && strchr("\r\n", line.at[line.length - 1]))
        line.length--;
    if (call->headed || call->dead)
        return call->dead ? 0 : size * count; /* a trailer */
    if (str_starts(line, "HTTP/"))
        head_begin(&call->head);
    else if (line.length == 0)
        head_ended(call);
    else
        head_line(&call->head, line);
    return call->dead ? 0 : size * count;
}

static size_t
data_came(char *at, size_t size, size_t count, void *user)
{
    struct http_call *call = user;
    size_t length = size * count;
    bool more;

    call->heard_ms = loop_monotonic_ms(call->http->loop);
    if (call->dead)
        return 0;
    if (call->on_data) {
        call->http->busy++;
        more = call->on_data(call->user, at, length);
        call->http->busy--;
        if (!more && call->err.code == ERR_NONE)
            err_set(&call->err, ERR_INPUT, "the answer makes no sense");
        return more && !call->dead ? length : 0;
    }
    buf_add(&call->body, at, length);
    if (call->body.full) {
        err_set(&call->err, ERR_LIMIT, "the answer is longer than %zu bytes",
            call->body.limit);
        return 0;
    }
    return length;
}

static curl_socket_t
socket_open(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_call *call = user;

    (void)purpose;
    call->fd =
        socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return call->fd < 0 ? CURL_SOCKET_BAD : call->fd;
}

/* Connected, and nothing sent yet: is it ours? A reused connection was asked before. */
static int
peer_check(void *user, char *ip, char *local_ip, int port, int local_port)
{
    struct http_call *call = user;
    struct ucred peer = { 0 };
    socklen_t length = sizeof(peer);

    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (call->fd < 0)
        return CURL_PREREQFUNC_OK;
    if (getsockopt(call->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
        peer.uid == process_uid())
        return CURL_PREREQFUNC_OK;
    err_set(&call->err, ERR_DENIED, "%s: another user (uid %u) listens there",
        call->http->endpoint.name, (unsigned)peer.uid);
    return CURL_PREREQFUNC_ABORT;
}

/* --- setting a call up
 * ------------------------------------------------------------------ */

static void
set_body(CURL *easy, const struct http_request *request)
{
    const char *method = request->method ? request->method : "GET";

    if (strcmp(method, "GET") == 0 && request->body.length == 0) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    if (request->body.length == 0 && strcmp(method, "DELETE") == 0)
        return;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
    curl_easy_setopt(
        easy, CURLOPT_COPYPOSTFIELDS, request->body.length > 0 ? request->body.at : "");
}

static void
set_calls(CURL *easy, struct http_call *call, const struct http_request *request)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_text);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_came);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, data_came);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
        request->compressed ? READ_COMPRESSED_BYTES : READ_BYTES);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
        (long)(request->connect_timeout_ms > 0 ? request->connect_timeout_ms
                                               : HTTP_CONNECT_TIMEOUT_MS));
    if (call->http->endpoint.unix_path && call->http->endpoint.own_uid) {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, socket_open);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
        curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, peer_check);
        curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
    }
    if (request->total_timeout_ms > 0)
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->total_timeout_ms);
    if (request->compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

static bool
make_headers(struct http_call *call, const struct http_request *request, struct err *err)
{
    const char *accept = request->accept ? request->accept : "application/json";

    header_add(&call->headers, "Accept", str_from(accept));
    header_add(&call->headers, "Expect", (struct str){ 0 }); /* none of curl's own */
    if (request->content_type)
        header_add(&call->headers, "Content-Type", str_from(request->content_type));
    for (size_t i = 0; request->headers && request->headers[i]; i++) {
        struct curl_slist *longer = curl_slist_append(call->headers, request->headers[i]);

        if (!longer)
            abort();
        call->headers = longer;
    }
    return endpoint_headers(&call->http->endpoint, &call->headers, err);
}

static bool
request_check(
    const struct http *http, const struct http_request *request, struct err *err)
{
    if (http->endpoint.get_only && request->method &&
        strcmp(request->method, "GET") != 0) {
        err_set(err, ERR_READ_ONLY, "read-only: %s is not sent", request->method);
        return false;
    }
    if (request->path[0] != '/' || !header_text_is_clean(str_from(request->path))) {
        err_set(err, ERR_INPUT, "path '%.80s' is not encoded", request->path);
        return false;
    }
    return true;
}

/* --- pools and sweeping
 * ----------------------------------------------------------------- */

static void
pool_add(struct http *http)
{
    struct pool *pool = mem_zero(1, sizeof(*pool));

    pool->multi = multi_new(http->loop, transfer_finished, http);
    multi_pace(pool->multi, http->pace_ms);
    pool->next = http->pools;
    http->pools = pool;
}

static void
pool_retire(struct http *http)
{
    pool_add(http);
    timer_start(http->sweep, 0, 0);
}

static void
pools_sweep(struct http *http, bool all)
{
    struct pool **at = all ? &http->pools : &http->pools->next;

    while (*at) {
        struct pool *pool = *at;

        if (!all && multi_count(pool->multi) > 0) {
            at = &pool->next;
            continue;
        }
        *at = pool->next;
        multi_free(pool->multi);
        free(pool);
    }
}

static void
http_destroy(struct http *http)
{
    while (http->calls) {
        multi_remove(http->calls->pool->multi, http->calls->easy);
        call_free(http->calls);
    }
    pools_sweep(http, true);
    timer_free(http->sweep);
    endpoint_release(&http->endpoint);
    free(http);
}

static void
sweep_fired(void *user)
{
    struct http *http = user;
    struct http_call *next;

    if (http->doomed) {
        http_destroy(http);
        return;
    }
    for (struct http_call *call = http->calls; call; call = next) {
        next = call->next;
        if (call->dead) {
            multi_remove(call->pool->multi, call->easy);
            call_free(call);
        }
    }
    pools_sweep(http, false);
}

/* --- what others use
 * --------------------------------------------------------------------- */

struct http *
http_new(struct loop *loop, const struct http_target *target, struct err *err)
{
    struct http *http = mem_zero(1, sizeof(*http));

    if (!endpoint_init(&http->endpoint, target, err)) {
        free(http);
        return NULL;
    }
    http->loop = loop;
    http->sweep = timer_new(loop, sweep_fired, http);
    pool_add(http);
    return http;
}

void
http_free(struct http *http)
{
    if (!http)
        return;
    for (struct http_call *call = http->calls; call; call = call->next)
        call->dead = true;
    if (http->busy == 0) {
        http_destroy(http);
        return;
    }
    http->doomed = true;
    timer_start(http->sweep, 0, 0);
}

bool
http_send(struct http *http, const struct http_request *request, struct http_call **out,
    struct err *err)
{
    struct http_call *call;
    char *url;

    assert(!http->doomed);
    if (!request_check(http, request, err))
        return false;
    call = mem_zero(1, sizeof(*call));
    call->http = http;
    call->pool = http->pools;
    call->fd = -1;
    call->easy = curl_easy_init();
    if (!call->easy)
        abort();
    call->body.limit =
        request->body_limit > 0 ? request->body_limit : HTTP_BODY_LIMIT_BYTES;
    call->on_head = request->head;
    call->on_data = request->data;
    call->done = request->done;
    call->user = request->user;
    head_begin(&call->head);
    url = mem_print("%s%s", http->endpoint.base_url, request->path);
    curl_easy_setopt(call->easy, CURLOPT_URL, url);
    free(url);
    endpoint_apply(&http->endpoint, call->easy);
    set_body(call->easy, request);
    set_calls(call->easy, call, request);
    call->next = http->calls;
    http->calls = call;
    if (!make_headers(call, request, err)) {
        call_free(call);
        return false;
    }
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    call->heard_ms = loop_monotonic_ms(http->loop);
    call->silence_timeout_ms = request->silence_timeout_ms;
    if (call->silence_timeout_ms > 0) {
        call->silence = timer_new(http->loop, silence_fired, call);
        timer_start(call->silence, call->silence_timeout_ms, 0);
    }
    if (!multi_add(call->pool->multi, call->easy)) {
        call_free(call);
        err_set(err, ERR_INTERNAL, "%s: the request could not be started",
            http->endpoint.name);
        return false;
    }
    if (out)
        *out = call;
    return true;
}

void
http_cancel(struct http_call *call)
{
    if (!call || call->dead)
        return;
    call->dead = true;
    timer_start(call->http->sweep, 0, 0);
}

void
http_pace(struct http *http, int64_t pace_ms)
{
    if (pace_ms == http->pace_ms)
        return;
    http->pace_ms = pace_ms;
    for (struct pool *pool = http->pools; pool; pool = pool->next)
        multi_pace(pool->multi, pace_ms);
}

void
http_encode(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
            buf_add_char(buf, (char)c);
        else
            buf_print(buf, "%%%02X", c);
    }
}
