/* watch -- see watch.h. */
#include "hub/source/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"

static int64_t
monotonic_ms(const struct watch *watch)
{
    return loop_monotonic_ms(watch->place->source->loop);
}

static void
changed(const struct watch *watch)
{
    watch->place->changed(watch->place->user, watch);
}

static void
watch_head(void *user, const struct http_head *head)
{
    struct watch *watch = user;

    watch->heard_ms = loop_now_ms(watch->place->source->loop);
    reflector_head(&watch->reflector, head, monotonic_ms(watch));
    changed(watch);
}

static bool
watch_data(void *user, const char *at, size_t length)
{
    struct watch *watch = user;
    bool on;

    watch->heard_ms = loop_now_ms(watch->place->source->loop);
    on = reflector_data(
        &watch->reflector, (struct str){ at, length }, monotonic_ms(watch));
    changed(watch);
    return on;
}

static void
watch_done(void *user, const struct http_result *result)
{
    struct watch *watch = user;

    watch->call = NULL;
    reflector_done(&watch->reflector, &result->err, monotonic_ms(watch));
    changed(watch);
}

static void
on_request(void *user, const char *path, bool compressed)
{
    struct watch *watch = user;
    struct http_request request = {
        .path = path,
        .compressed = compressed,
        .head = watch_head,
        .data = watch_data,
        .done = watch_done,
        .user = watch,
    };

    /* The reflector is in the middle of a step: it is told on the next turn. */
    watch->refusal = (struct err){ 0 };
    watch->refused_here =
        !http_send(watch->place->http, &request, &watch->call, &watch->refusal);
}

static void
on_cancel(void *user)
{
    struct watch *watch = user;

    if (watch->call)
        http_cancel(watch->call);
    watch->call = NULL;
    watch->refused_here = false;
}

static void
on_begin(void *user)
{
    struct watch *watch = user;
    const struct source_options *options = watch->place->source;

    options->sink->begin(options->sink, options->index, watch->index);
}

static bool
on_put(void *user, const json_t *object)
{
    struct watch *watch = user;
    const struct source_options *options = watch->place->source;
    struct mapping *mapping = watch->place->mapping;
    struct err err = { 0 };

    if (!mapping_map(mapping, watch->resource, watch->index, object, &err)) {
        log_line(LOG_WARN, "source %s: %s: %s", watch->place->source->name,
            watch->reflector.name, err.text);
        return false;
    }
    options->sink->put(options->sink, options->index, &mapping->fact);
    return true;
}

static bool
on_drop(void *user, const json_t *object)
{
    struct watch *watch = user;
    const struct source_options *options = watch->place->source;
    struct err err = { 0 };
    struct str name;

    if (!mapping_name(watch->place->mapping, watch->resource, object, &name, &err))
        return false;
    options->sink->drop(options->sink, options->index, watch->index, name);
    return true;
}

static void
on_end(void *user, bool sweep)
{
    struct watch *watch = user;
    const struct source_options *options = watch->place->source;

    if (sweep)
        options->sink->end(options->sink, options->index, watch->index);
    else
        options->sink->abort(options->sink, options->index, watch->index);
}

static void
on_abort(void *user)
{
    on_end(user, false);
}

static void
on_changed(void *user)
{
    struct watch *watch = user;

    if (watch->started)
        changed(watch);
}

static const struct reflector_calls reflector_calls = { on_request, on_cancel, on_begin,
    on_put, on_drop, on_end, on_abort, on_changed };

void
watch_stop(struct watch *watch)
{
    if (!watch->started)
        return;
    reflector_stop(&watch->reflector);
    reflector_release(&watch->reflector);
    watch->started = false;
}

void
watch_start(struct watch *watch, const char *version)
{
    const struct dialect_resource *resource = watch->resource;
    char *path =
        resource->group[0]
            ? mem_print("/apis/%s/%s/%s", resource->group, version, resource->resource)
            : mem_print("/api/%s/%s", version, resource->resource);

    if (!watch->started || strcmp(path, watch->reflector.path) != 0) {
        watch_stop(watch);
        reflector_init(&watch->reflector, &reflector_calls, watch, path, resource->name);
        mapping_outline(resource, reflector_outline(&watch->reflector));
        watch->reflector.backoff.seed = random_u64();
        watch->started = true;
        reflector_start(&watch->reflector, monotonic_ms(watch));
    }
    free(path);
}

void
watch_tick(struct watch *watch)
{
    if (watch->refused_here) {
        watch->refused_here = false;
        reflector_done(&watch->reflector, &watch->refusal, monotonic_ms(watch));
    } else if (watch->started) {
        reflector_tick(&watch->reflector, monotonic_ms(watch));
    }
}

int64_t
watch_due_ms(const struct watch *watch)
{
    if (watch->refused_here)
        return 0;
    return watch->started ? reflector_due(&watch->reflector) : INT64_MAX;
}
