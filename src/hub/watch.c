/* watch -- see watch.h. */
#include "hub/watch.h"

#include "base/mem.h"
#include "hub/identity.h"
#include "hub/subscriber.h"
#include "wire/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct watcher {
    struct watchers *all;
    struct watcher *next, *before;
    struct request *request;
    struct subscriber *subscriber;
    struct grant *grant; /* NULL: the request's; another one if groups changed */
    char digest[20];
};

struct watchers {
    struct loop *loop;
    struct feed *feed;
    struct timer *tick, *beat;
    struct watcher *first;
    uint32_t count;
    uint64_t revision, sources_revision; /* as of the last wake */
};

static void
wake_all(void *user)
{
    struct watchers *all = user;

    all->revision = feed_revision(all->feed);
    all->sources_revision = feed_sources_revision(all->feed);
    feed_reclaim(all->feed, false);
    for (struct watcher *w = all->first; w; w = w->next)
        if (subscriber_pending(w->subscriber))
            exchange_wake(request_exchange(w->request));
}

static void
print_hello(const struct parts *parts, const struct grant *grant, struct hello *hello)
{
    struct buf scope = { 0 };

    memset(hello, 0, sizeof *hello);
    hello->api = STREAM_API;
    hello->simulated = parts->simulated;
    snprintf(hello->hub, sizeof hello->hub, "%s", parts->name);
    snprintf(hello->version, sizeof hello->version, "%s", NOCTURNE_VERSION);
    snprintf(hello->epoch, sizeof hello->epoch, "%s", feed_epoch(parts->feed));
    snprintf(hello->fleet, sizeof hello->fleet, "%s", parts->fleet_name);
    snprintf(hello->subject, sizeof hello->subject, "%s", grant_subject(grant));
    snprintf(hello->role, sizeof hello->role, "%s", rank_name(grant_rank(grant)));
    grant_print_scope(grant, PERMISSION_READ, &scope);
    snprintf(hello->scope, sizeof hello->scope, "%s", scope.length ? scope.at : "");
    snprintf(hello->read_only, sizeof hello->read_only, "%s", parts_read_only(parts));
    buf_release(&scope);
}

/* The grant as it is now: a narrower or wider scope starts over, no right to read any
 * more ends it. */
static void
regrant(void *user, const struct identity *identity)
{
    struct watcher *w = user;
    const struct parts *parts = request_parts(w->request);
    struct grant *grant =
        grant_new(parts->authz, request_peer(w->request)->uid, identity);
    struct hello hello;
    struct scope scope;

    if (!grant_allows(grant, PERMISSION_READ)) {
        grant_free(grant);
        exchange_end(request_exchange(w->request));
        return;
    }
    grant_scope(grant, &scope);
    if (!strcmp(scope.digest, w->digest)) {
        grant_free(grant);
        return;
    }
    print_hello(parts, grant, &hello);
    subscriber_set_scope(w->subscriber, &scope, &hello);
    grant_free(w->grant);
    w->grant = grant;
    snprintf(w->digest, sizeof w->digest, "%s", scope.digest);
    exchange_wake(request_exchange(w->request));
}

static void
beat_all(void *user)
{
    struct watchers *all = user;

    for (struct watcher *w = all->first, *next; w; w = next) {
        const struct peer *peer = request_peer(w->request);
        struct identities *identities = request_parts(w->request)->identities;

        next = w->next;
        subscriber_beat(w->subscriber);
        if (!identities_find(identities, peer->uid, peer->gid)) {
            identities_forget(identities, w);
            identities_ask(identities, peer->uid, peer->gid, regrant, w);
        }
    }
    wake_all(all);
}

struct watchers *
watchers_new(struct loop *loop, struct feed *feed)
{
    struct watchers *all = mem_zero(1, sizeof *all);

    all->loop = loop;
    all->feed = feed;
    all->tick = timer_new(loop, wake_all, all);
    all->beat = timer_new(loop, beat_all, all);
    return all;
}

void
watchers_free(struct watchers *all)
{
    if (!all)
        return;
    timer_free(all->tick);
    timer_free(all->beat);
    free(all);
}

/* The more readers there are, the more is put into one write to each. */
static int64_t
tick_ms(const struct watchers *all)
{
    int64_t ms = WATCH_LEAST_MS + all->count / 2;

    return ms < WATCH_MOST_MS ? ms : WATCH_MOST_MS;
}

void
watchers_look(struct watchers *all)
{
    if (all->revision == feed_revision(all->feed) &&
        all->sources_revision == feed_sources_revision(all->feed))
        return;
    if (!all->count) {
        wake_all(all); /* nobody waits for a slot */
        return;
    }
    if (!timer_active(all->tick))
        timer_start(all->tick, tick_ms(all), 0);
}

void
watchers_end(struct watchers *all)
{
    for (struct watcher *w = all->first, *next; w; w = next) {
        next = w->next;
        exchange_end(request_exchange(w->request));
    }
}

void
watchers_hello(struct watchers *all)
{
    for (struct watcher *w = all->first; w; w = w->next) {
        struct hello hello;

        print_hello(request_parts(w->request),
            w->grant ? w->grant : request_grant(w->request), &hello);
        subscriber_set_hello(w->subscriber, &hello);
        exchange_wake(request_exchange(w->request));
    }
}

static bool
watch_pull(void *user, struct buf *out)
{
    struct watcher *w = user;

    subscriber_pull(w->subscriber, out, SERVER_STREAM_CHUNK, request_now_ms(w->request));
    return true;
}

static void
watch_closed(void *user)
{
    struct watcher *w = user;
    struct watchers *all = w->all;

    identities_forget(request_parts(w->request)->identities, w);
    if (w->before)
        w->before->next = w->next;
    else
        all->first = w->next;
    if (w->next)
        w->next->before = w->before;
    if (!--all->count)
        timer_stop(all->beat);
    subscriber_free(w->subscriber);
    grant_free(w->grant);
    free(w);
}

static void
watch(struct request *request)
{
    static const struct stream_calls calls = { watch_pull, watch_closed };
    const struct parts *parts = request_parts(request);
    struct watchers *all = parts->watchers;
    struct watcher *w = mem_zero(1, sizeof *w);
    struct scope scope = request_scope(request);
    struct hello hello;

    print_hello(parts, request_grant(request), &hello);
    w->all = all;
    w->request = request;
    w->next = all->first;
    if (w->next)
        w->next->before = w;
    all->first = w;
    if (!all->count++)
        timer_start(all->beat, STREAM_HEARTBEAT_MS, STREAM_HEARTBEAT_MS);
    snprintf(w->digest, sizeof w->digest, "%s", scope.digest);
    w->subscriber = subscriber_new(
        parts->feed, &scope, &hello, request_header(request, "Last-Event-ID"));
    request_stream(request, "text/event-stream", &calls, w);
}

const struct route watch_routes[] = {
    { "GET", "/v1/watch", PERMISSION_READ, false, watch,
        "The fleet as a stream: a snapshot, then what changes (text/event-stream)" },
    { 0 },
};
