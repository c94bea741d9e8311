/* api_hub -- the hub itself: who asks, how it does, its own metrics. */
#include "hub/action.h"
#include "hub/feed.h"
#include "hub/journal.h"
#include "hub/maintenance.h"
#include "hub/model.h"
#include "hub/read.h"
#include "wire/stream.h"

#include <stdio.h>

static void
add_bool(struct buf *out, const char *name, bool value)
{
    buf_print(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void
add_read_only(const struct parts *parts, struct buf *out)
{
    const char *why = parts_read_only(parts);

    buf_add_text(out, ",\"read_only\":");
    if (why[0])
        buf_add_json(out, str_from(why));
    else
        buf_add_text(out, "null");
}

static void
add_hub(const struct parts *parts, struct buf *out)
{
    buf_add_text(out, ",\"hub\":");
    buf_add_json(out, str_from(parts->name));
    buf_add_text(out, ",\"fleet\":");
    buf_add_json(out, str_from(parts->fleet_name));
    buf_print(out, ",\"api\":%d,\"version\":\"%s\"", STREAM_API, NOCTURNE_VERSION);
    add_bool(out, "simulated", parts->simulated);
    add_bool(out, "private", parts->private_hub);
    add_read_only(parts, out);
}

void
whoami_get(struct request *request)
{
    struct buf out = { 0 };

    grant_print_whoami(request_grant(request), &out);
    add_hub(request_parts(request), &out);
    buf_add_char(&out, '}');
    request_json(request, 200, buf_str(&out));
    buf_release(&out);
}

void
hub_get(struct request *request)
{
    const struct parts *parts = request_parts(request);
    struct server_stats stats = { 0 };
    struct buf out = { 0 };

    if (parts->server)
        stats = server_stats(parts->server);
    buf_add_text(&out, "{\"time\":");
    json_add_time(&out, request_now_ms(request));
    buf_add_text(&out, ",\"started\":");
    json_add_time(&out, parts->started_ms);
    add_hub(parts, &out);
    buf_print(&out, ",\"epoch\":\"%s\",\"connections\":%u,\"streams\":%u",
        feed_epoch(parts->feed), stats.connections, stats.streams);
    buf_print(&out, ",\"open_windows\":%u",
        parts->maintenance ? maintenance_open_count(parts->maintenance) : 0);
    add_bool(&out, "busy",
        (parts->actions && actions_busy(parts->actions)) ||
            (parts->journal && journal_busy(parts->journal)));
    buf_add_char(&out, '}');
    request_json(request, 200, buf_str(&out));
    buf_release(&out);
}

void
hub_post_stop(struct request *request)
{
    const struct parts *parts = request_parts(request);
    struct err err;

    if (!parts->stop || !grant_whole(request_grant(request), PERMISSION_RELOAD)) {
        err_set(&err, ERR_DENIED,
            "stopping the hub needs the role admin for the whole fleet");
        request_problem(request, &err, NULL);
        return;
    }
    request_json(request, 202, STR("{\"stopping\":true}"));
    parts->stop(parts->user);
}

void
healthz_get(struct request *request)
{
    request_reply(request, 200, "text/plain; charset=utf-8", STR("ok\n"));
}

static void
metric(
    struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    buf_print(out, "# HELP nocturne_%s %s\n# TYPE nocturne_%s %s\nnocturne_%s %llu\n",
        name, help, name, type, name, (unsigned long long)value);
}

static void
metric_us(struct buf *out, const char *name, const char *help, int64_t value_us)
{
    buf_print(out,
        "# HELP nocturne_%s %s\n# TYPE nocturne_%s gauge\nnocturne_%s %lld.%06lld\n",
        name, help, name, name, (long long)value_us / 1000000,
        (long long)value_us % 1000000);
}

static void
add_label(struct buf *out, const char *name, const char *source)
{
    /* A source's name is a DNS label: nothing in it needs an escape. */
    buf_print(out, "nocturne_%s{source=\"%s\"} ", name, source);
}

static void
add_sources(const struct parts *parts, int64_t now_ms, struct buf *out)
{
    const struct fleet *fleet = parts->fleet;

    buf_add_text(out, "# HELP nocturne_source_clusters clusters of the source\n"
                      "# TYPE nocturne_source_clusters gauge\n");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        add_label(out, "source_clusters", fleet->sources[i].name);
        buf_print(out, "%u\n", fleet->sources[i].clusters);
    }
    buf_add_text(out,
        "# HELP nocturne_source_age_seconds since the source was last heard\n"
        "# TYPE nocturne_source_age_seconds gauge\n");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        const struct fleet_source *source = &fleet->sources[i];

        if (!source->fresh_ms)
            continue;
        add_label(out, "source_age_seconds", source->name);
        buf_print(out, "%lld\n", (long long)(now_ms - source->fresh_ms) / 1000);
    }
    buf_add_text(out, "# HELP nocturne_source_events_total events of the source\n"
                      "# TYPE nocturne_source_events_total counter\n");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        add_label(out, "source_events_total", fleet->sources[i].name);
        buf_print(out, "%llu\n", (unsigned long long)fleet->sources[i].events);
    }
    buf_add_text(out, "# HELP nocturne_source_errors_total faults of the source\n"
                      "# TYPE nocturne_source_errors_total counter\n");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        add_label(out, "source_errors_total", fleet->sources[i].name);
        buf_print(out, "%llu\n", (unsigned long long)fleet->sources[i].errors);
    }
}

static void
add_states(const struct fleet *fleet, struct buf *out)
{
    uint32_t counts[STATES] = { 0 };

    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster)
            counts[cluster->state]++;
    }
    buf_add_text(out, "# HELP nocturne_clusters clusters by state\n"
                      "# TYPE nocturne_clusters gauge\n");
    for (int state = 0; state < STATES; state++)
        buf_print(out, "nocturne_clusters{state=\"%s\"} %u\n",
            state_name((enum state)state), counts[state]);
}

static void
add_parts(const struct parts *parts, struct buf *out)
{
    struct model_stats model = model_stats(parts->model);
    struct loop_stats loop = loop_stats(parts->loop);
    struct server_stats server = { 0 };

    if (parts->server)
        server = server_stats(parts->server);
    metric(out, "facts_total", "counter", "facts that sources put", model.facts);
    metric(out, "merges_total", "counter", "rows made anew", model.merges);
    metric(out, "facts_refused_total", "counter", "facts past a ceiling", model.refused);
    metric(out, "facets", "gauge", "upstream objects in memory", model.facets);
    metric(out, "orphans", "gauge", "objects that found no cluster", model.orphans);
    metric(
        out, "revision", "counter", "changes of the fleet", feed_revision(parts->feed));
    metric(
        out, "subscribers", "gauge", "open watch streams", feed_subscribers(parts->feed));
    metric(out, "subscriber_resets_total", "counter", "laggards that were reset",
        feed_resets(parts->feed));
    metric(out, "loop_slow_calls_total", "counter",
        "calls that kept all else waiting for more than 16 ms", loop.slow_calls);
    metric_us(
        out, "loop_longest_call_seconds", "the longest of all calls", loop.longest_us);
    metric_us(out, "loop_busiest_call_seconds",
        "the most processor time that a call took", loop.busiest_us);
    metric(out, "connections", "gauge", "open connections", server.connections);
    metric(out, "requests_total", "counter", "requests", server.requests);
    metric(out, "bad_requests_total", "counter", "requests refused as malformed",
        server.bad_requests);
    metric(out, "timeouts_total", "counter", "connections that were too slow",
        server.timeouts);
    metric(out, "journal_read_only", "gauge", "1 while writes are refused",
        parts_read_only(parts)[0] != 0);
    metric(out, "maintenance_windows", "gauge", "open windows",
        parts->maintenance ? maintenance_open_count(parts->maintenance) : 0);
}

void
metrics_get(struct request *request)
{
    const struct parts *parts = request_parts(request);
    struct buf out = { 0 };
    struct err err;

    if (!grant_whole(request_grant(request), PERMISSION_READ)) {
        err_set(&err, ERR_DENIED,
            "metrics count the whole fleet, and your scope is narrower");
        request_problem(request, &err, NULL);
        return;
    }
    buf_print(&out,
        "# HELP nocturne_info what runs\n# TYPE nocturne_info gauge\n"
        "nocturne_info{version=\"%s\",simulated=\"%s\"} 1\n",
        NOCTURNE_VERSION, parts->simulated ? "true" : "false");
    metric(&out, "started_seconds", "gauge", "start, seconds since 1970",
        (uint64_t)(parts->started_ms / 1000));
    add_states(parts->fleet, &out);
    add_sources(parts, request_now_ms(request), &out);
    add_parts(parts, &out);
    request_reply(
        request, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&out));
    buf_release(&out);
}
