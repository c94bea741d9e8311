/* client -- keeps the watch open, and sends requests. What the stream says is mirror.c's.
 */
#include "console/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "console/mirror.h"
#include "net/http.h"
#include "wire/problem.h"

#define WATCH_PATH     "/v1/watch"
#define REQUEST_MS     30000
#define REFUSAL_BYTES  16384 /* of a body that says why there is no stream */
#define RETRY_AFTER_MS 60000 /* a hub that asks for more is asked again all the same */
#define KEY_BYTES      128   /* of an idempotency key */

struct pending { /* a request under way */
    struct client *client;
    struct pending *next;
    struct http_call *call;
    void (*done)(void *user, const struct client_answer *answer);
    void *user;
};

struct client {
    struct loop *loop;
    struct http *http;
    struct mirror *mirror;
    struct client_calls calls;
    void *user;
    bool read_only;
    bool started;
    bool open; /* the stream's head came, with 200 */
    struct http_call *watch;
    struct timer *retry, *sweep;
    int64_t retry_at_ms; /* monotonic; valid while the timer runs */
    int64_t heard_ms;    /* monotonic; -1 never */
    uint32_t attempts;
    uint64_t received_bytes;
    struct err fault;
    struct buf refusal;    /* body of an answer that is no stream */
    enum link_phase phase; /* as last told */
    unsigned what;
    struct pending *pending;
    uint32_t pending_count;
};

static void open_watch(void *user);

static enum link_phase
find_phase(const struct client *client)
{
    if (!client->started)
        return LINK_IDLE;
    if (client->open && mirror_current(client->mirror))
        return LINK_LIVE;
    if (client->open)
        return LINK_LOADING;
    return mirror_synced(client->mirror) ? LINK_STALE : LINK_CONNECTING;
}

/* Everything that changed in this turn, told once. */
static void
before_sleep(void *user)
{
    struct client *client = user;
    enum link_phase phase = find_phase(client);
    unsigned what = client->what | mirror_take_changes(client->mirror);

    if (phase != client->phase) {
        client->phase = phase;
        what |= CLIENT_LINK;
    }
    if (phase == LINK_LIVE && client->attempts) {
        client->attempts = 0;
        client->fault = (struct err){ 0 };
        what |= CLIENT_LINK;
    }
    client->what = 0;
    if (mirror_sweeping(client->mirror) && !timer_active(client->sweep))
        timer_start(client->sweep, 0, 0);
    if (what && client->calls.changed)
        client->calls.changed(client->user, what);
}

static void
sweep_more(void *user)
{
    struct client *client = user;

    mirror_sweep(client->mirror);
}

/* 0.25 to 0.5 s, then twice as long each time, up to 8 s; spread, so that a hub that
 * comes back is not met by all its consoles at once. */
static int64_t
retry_delay(uint32_t attempts, int64_t retry_after_ms)
{
    int64_t most_ms = CLIENT_RETRY_LEAST_MS * 2;
    int64_t delay_ms;

    for (uint32_t i = 1; i < attempts && most_ms < CLIENT_RETRY_MOST_MS; i++)
        most_ms *= 2;
    if (most_ms > CLIENT_RETRY_MOST_MS)
        most_ms = CLIENT_RETRY_MOST_MS;
    delay_ms = most_ms / 2 + (int64_t)(random_u64() % (uint64_t)(most_ms / 2 + 1));
    if (retry_after_ms > RETRY_AFTER_MS)
        retry_after_ms = RETRY_AFTER_MS;
    return retry_after_ms > delay_ms ? retry_after_ms : delay_ms;
}

static void
lose_watch(struct client *client, const struct err *fault, int64_t retry_after_ms)
{
    int64_t delay_ms = retry_delay(++client->attempts, retry_after_ms);

    client->watch = NULL;
    client->open = false;
    client->fault = *fault;
    mirror_lost(client->mirror);
    client->retry_at_ms = loop_monotonic_ms(client->loop) + delay_ms;
    timer_start(client->retry, delay_ms, 0);
    client->what |= CLIENT_LINK;
    log_line(LOG_INFO, "link: lost: %s; next try in %lld ms", fault->text,
        (long long)delay_ms);
}

static void
watch_head(void *user, const struct http_head *head)
{
    struct client *client = user;

    client->open = head->status == 200 && head->content_type &&
                   str_starts(str_from(head->content_type), "text/event-stream");
    client->heard_ms = loop_monotonic_ms(client->loop);
    client->what |= CLIENT_LINK;
}

static bool
watch_data(void *user, const char *at, size_t length)
{
    struct client *client = user;

    client->received_bytes += length;
    if (!client->open) {
        buf_add(&client->refusal, at, length);
        return !client->refusal.full;
    }
    client->heard_ms = loop_monotonic_ms(client->loop);
    return mirror_feed(client->mirror, at, length, client->heard_ms, &client->fault);
}

static void
watch_done(void *user, const struct http_result *result)
{
    struct client *client = user;
    struct err fault = result->err;

    if (client->open && client->fault.code && result->err.code == ERR_INPUT)
        fault = client->fault; /* what mirror_feed found */
    else if (!fault.code && client->open)
        err_set(&fault, ERR_UNAVAILABLE, "the hub ended the stream");
    else if (!fault.code && result->head.status == 200)
        err_set(&fault, ERR_INPUT, "what answers there is no hub");
    else if (!fault.code)
        problem_parse(&fault, result->head.status, buf_str(&client->refusal));
    lose_watch(client, &fault, result->head.retry_after_ms);
}

static void
open_watch(void *user)
{
    struct client *client = user;
    char header[STREAM_MARK_BYTES + 32];
    const char *headers[] = { NULL, NULL };
    struct http_request request = {
        .path = WATCH_PATH,
        .accept = "text/event-stream",
        .headers = headers,
        .silence_timeout_ms = CLIENT_SILENCE_MS,
        .head = watch_head,
        .data = watch_data,
        .done = watch_done,
        .user = client,
    };
    struct err err = { 0 };

    if (*mirror_resume_id(client->mirror)) {
        snprintf(
            header, sizeof header, "Last-Event-ID: %s", mirror_resume_id(client->mirror));
        headers[0] = header;
    }
    buf_clear(&client->refusal);
    client->fault.code = ERR_NONE;
    mirror_begin(client->mirror);
    client->what |= CLIENT_LINK;
    if (!http_send(client->http, &request, &client->watch, &err))
        lose_watch(client, &err, -1);
}

struct client *
client_new(struct loop *loop, const struct client_target *target,
    const struct client_calls *calls, void *user, struct err *err)
{
    const struct http_target there = {
        .unix_path = target->unix_path,
        .own_uid = target->own_uid,
        .base_url = "http://hub",
        .user_agent = "nocturne/" NOCTURNE_VERSION,
        .get_only = target->read_only,
    };
    struct http *http = http_new(loop, &there, err);
    struct client *client;
    struct mirror_calls mirror_calls = { 0 };

    if (!http)
        return NULL;
    client = mem_zero(1, sizeof *client);
    client->loop = loop;
    client->http = http;
    client->read_only = target->read_only;
    client->heard_ms = -1;
    client->refusal.limit = REFUSAL_BYTES;
    if (calls) {
        client->calls = *calls;
        mirror_calls = (struct mirror_calls){ calls->cluster, calls->remove };
    }
    client->user = user;
    client->mirror = mirror_new(&mirror_calls, user);
    client->retry = timer_new(loop, open_watch, client);
    client->sweep = timer_new(loop, sweep_more, client);
    loop_before_sleep(loop, before_sleep, client);
    return client;
}

void
client_free(struct client *client)
{
    if (!client)
        return;
    loop_never_before_sleep(client->loop, before_sleep, client);
    timer_free(client->retry);
    timer_free(client->sweep);
    http_free(client->http);
    while (client->pending) {
        struct pending *pending = client->pending;

        client->pending = pending->next;
        free(pending);
    }
    mirror_free(client->mirror);
    buf_release(&client->refusal);
    free(client);
}

void
client_start(struct client *client)
{
    if (client->started)
        return;
    client->started = true;
    timer_start(client->retry, 0, 0);
    client->retry_at_ms = loop_monotonic_ms(client->loop);
}

void
client_retry(struct client *client)
{
    if (client->started && timer_active(client->retry))
        timer_start(client->retry, 0, 0);
}

const struct fleet *
client_fleet(const struct client *client)
{
    return mirror_fleet(client->mirror);
}

struct link
client_link(const struct client *client)
{
    int64_t now_ms = loop_monotonic_ms(client->loop);
    struct link link = { .phase = find_phase(client),
        .heard_ms_ago = client->heard_ms < 0 ? -1 : now_ms - client->heard_ms,
        .retry_ms = -1,
        .attempts = client->attempts,
        .received_bytes = client->received_bytes };

    if (link.phase == LINK_STALE)
        link.stale_ms = link.heard_ms_ago;
    if (timer_active(client->retry))
        link.retry_ms = client->retry_at_ms > now_ms ? client->retry_at_ms - now_ms : 0;
    if (link.phase != LINK_LIVE)
        link.fault = client->fault;
    return link;
}

const struct hello *
client_hello(const struct client *client)
{
    return mirror_hello(client->mirror);
}

uint64_t
client_revision(const struct client *client)
{
    return mirror_revision(client->mirror);
}

uint32_t
client_changes(const struct client *client)
{
    return mirror_changes(client->mirror);
}

bool
client_synced(const struct client *client)
{
    return mirror_synced(client->mirror);
}

bool
client_read_only(const struct client *client)
{
    return client->read_only;
}

int64_t
client_hub_ms(const struct client *client)
{
    int64_t hub_ms;

    if (mirror_hub_ms(client->mirror, loop_monotonic_ms(client->loop), &hub_ms))
        return hub_ms;
    return loop_now_ms(client->loop);
}

static void
drop_pending(struct client *client, const struct pending *gone)
{
    struct pending **at = &client->pending;

    while (*at != gone)
        at = &(*at)->next;
    *at = gone->next;
    client->pending_count--;
}

static void
request_done(void *user, const struct http_result *result)
{
    struct pending *pending = user;
    struct client_answer answer = {
        .status = result->head.status, .body = result->body, .err = result->err
    };

    drop_pending(pending->client, pending);
    if (!answer.err.code && answer.status / 100 != 2)
        problem_parse(&answer.err, answer.status, result->body);
    pending->done(pending->user, &answer);
    free(pending);
}

static bool
may_send(struct client *client, const struct client_request *request, struct err *err)
{
    struct link link;

    if (client->pending_count >= CLIENT_REQUESTS) {
        err_set(err, ERR_LIMIT, "%d requests are under way already", CLIENT_REQUESTS);
        return false;
    }
    if (!request->method || !strcmp(request->method, "GET"))
        return true;
    if (client->read_only) {
        err_set(err, ERR_READ_ONLY,
            "this is a read-only session: nothing that writes is sent");
        return false;
    }
    link = client_link(client);
    if (!client->started || link.phase == LINK_LIVE)
        return true;
    if (link.phase == LINK_LOADING)
        err_set(err, ERR_UNAVAILABLE,
            "the picture is still loading; nothing was sent, try again in a moment");
    else if (link.heard_ms_ago < 0)
        err_set(err, ERR_UNAVAILABLE, "the hub has not answered yet; nothing was sent");
    else
        err_set(err, ERR_UNAVAILABLE,
            "the picture is not live (last heard %lld s ago); nothing was sent",
            (long long)(link.heard_ms_ago / 1000));
    return false;
}

/* Only what a header may hold: the key may come from a command line. */
static bool
key_header(const char *key, char *header, size_t size, struct err *err)
{
    if (strlen(key) > KEY_BYTES || !*key) {
        err_set(err, ERR_INPUT, "an idempotency key has 1 to %d characters", KEY_BYTES);
        return false;
    }
    for (const char *at = key; *at; at++)
        if (*at <= ' ' || *at > '~') {
            err_set(
                err, ERR_INPUT, "an idempotency key holds visible ASCII characters only");
            return false;
        }
    snprintf(header, size, "Idempotency-Key: %s", key);
    return true;
}

bool
client_send(struct client *client, const struct client_request *request, struct err *err)
{
    char key[KEY_BYTES + 32];
    const char *headers[] = { NULL, NULL };
    struct pending *pending;
    struct http_request sent = {
        .method = request->method,
        .path = request->path,
        .headers = headers,
        .content_type = request->body.length ? "application/json" : NULL,
        .body = request->body,
        .total_timeout_ms = request->timeout_ms ? request->timeout_ms : REQUEST_MS,
        .done = request_done,
    };

    if (!may_send(client, request, err))
        return false;
    if (request->key) {
        if (!key_header(request->key, key, sizeof key, err))
            return false;
        headers[0] = key;
    }
    pending = mem_zero(1, sizeof *pending);
    *pending =
        (struct pending){ client, client->pending, NULL, request->done, request->user };
    sent.user = pending;
    if (!http_send(client->http, &sent, &pending->call, err)) {
        free(pending);
        return false;
    }
    client->pending = pending;
    client->pending_count++;
    return true;
}

void
client_cancel(struct client *client, const void *user)
{
    struct pending **at = &client->pending;

    while (*at) {
        struct pending *pending = *at;

        if (pending->user != user) {
            at = &pending->next;
            continue;
        }
        *at = pending->next;
        client->pending_count--;
        http_cancel(pending->call);
        free(pending);
    }
}
