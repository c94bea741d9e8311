/* kubernetes -- drives discovery, reflectors and leases over one HTTP client. */
#include "hub/source/kubernetes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "hub/source/dialect.h"
#include "hub/source/discovery.h"
#include "hub/source/leases.h"
#include "hub/source/summary.h"
#include "hub/source/watch.h"

struct source {
    struct source_options options;
    char name[64];
    struct http *http;
    struct timer *timer;
    int64_t armed_ms; /* monotonic, when the timer fires; INT64_MAX: it does not */
    struct watch_place place;
    struct watch watches[KUBERNETES_RESOURCES];
    struct wanted wanted[KUBERNETES_RESOURCES];
    const struct dialect_resource *leased[KUBERNETES_RESOURCES + 1];
    uint32_t leased_count, count;
    struct discovery discovery;
    struct http_call *discovery_call;
    struct backoff discovery_backoff;
    int64_t discovery_due_ms; /* monotonic */
    struct err discovery_fault;
    struct leases *leases;
    struct mapping mapping;
    int64_t told_ms;
    bool stopping;
};

static int64_t
monotonic_ms(const struct source *source)
{
    return loop_monotonic_ms(source->options.loop);
}

/* --- what the source is worth: its struct fleet_source --------------------------------
 */

/* The names of the dialects that were found. */
static void
print_dialects(const struct source *source, char *at, size_t size)
{
    const struct dialect *last = NULL;
    size_t length = 0;

    at[0] = '\0';
    for (uint32_t i = 0; i < source->count; i++) {
        const struct dialect *dialect = source->watches[i].resource->dialect;

        if (!source->watches[i].started || dialect == last || length >= size)
            continue;
        length += (size_t)snprintf(
            at + length, size - length, "%s%s", last ? "," : "", dialect->name);
        last = dialect;
    }
}

static struct summary
summarise(const struct source *source)
{
    struct summary sum;

    summary_init(&sum);
    for (uint32_t i = 0; i < source->count; i++) {
        const struct watch *watch = &source->watches[i];

        if (watch->started)
            summary_add(
                &sum, &watch->reflector, watch->resource->inventory, watch->heard_ms);
    }
    if (source->discovery_fault.code != ERR_NONE)
        summary_add_discovery(&sum, &source->discovery_fault, source->discovery_due_ms);
    return sum;
}

/* Bring the status up to date; tell the sink if it shows, or if it is time to. */
static void
tell(struct source *source)
{
    struct fleet_source *status = source->options.status;
    struct summary sum = summarise(source);
    struct summary_clock clock = { loop_now_ms(source->options.loop),
        monotonic_ms(source) };
    bool shows;

    if (source->stopping)
        return;
    print_dialects(source, status->dialect, sizeof(status->dialect));
    status->promise_ms = KUBERNETES_PROMISE_MS;
    shows = summary_show(&sum, clock, source->name, status);
    if (!shows && clock.wall_ms - source->told_ms < KUBERNETES_TELL_MS)
        return;
    source->told_ms = clock.wall_ms;
    source->options.sink->status(source->options.sink, source->options.index);
}

/* --- the clock ------------------------------------------------------------------------
 */

static int64_t
earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Let the timer fire when the first thing is due; one that fires early does no harm. */
static void
arm(struct source *source)
{
    int64_t due_ms = source->discovery_call ? INT64_MAX : source->discovery_due_ms;
    int64_t now_ms = monotonic_ms(source);

    for (uint32_t i = 0; i < source->count; i++)
        due_ms = earliest(due_ms, watch_due_ms(&source->watches[i]));
    if (source->stopping || due_ms >= source->armed_ms)
        return;
    source->armed_ms = due_ms;
    timer_start(source->timer, due_ms > now_ms ? due_ms - now_ms : 0, 0);
}

/* A load is read as fast as it comes; of watches, what comes together is taken together.
 */
static void
pace(struct source *source)
{
    bool loading = source->discovery_call;

    for (uint32_t i = 0; i < source->count; i++) {
        enum reflector_phase phase = source->watches[i].reflector.phase;

        loading |= phase == REFLECTOR_STREAMING || phase == REFLECTOR_PAGING;
    }
    http_pace(source->http, loading ? 0 : KUBERNETES_PACE_MS);
}

static void
watch_changed(void *user, const struct watch *watch)
{
    struct source *source = user;

    if (watch->reflector.missing)
        source->discovery_due_ms =
            earliest(source->discovery_due_ms, monotonic_ms(source) + BACKOFF_MOST_MS);
    pace(source);
    tell(source);
    arm(source);
}

/* --- discovery ------------------------------------------------------------------------
 */

static void
nothing_found(struct source *source)
{
    struct buf names = { 0 };

    for (uint32_t i = 0; i < source->count; i++)
        if (source->watches[i].resource->inventory)
            buf_print(&names, "%s%s", names.length ? ", " : "",
                source->watches[i].resource->name);
    err_set(&source->discovery_fault, ERR_NOT_FOUND, "the server holds no %s",
        names.length ? names.at : "resource of any dialect");
    buf_release(&names);
}

static void
discovery_failed(struct source *source)
{
    int64_t now_ms = monotonic_ms(source);

    source->discovery_due_ms =
        now_ms + backoff_next(&source->discovery_backoff, -1, now_ms);
}

/* A resource that two entries of one dialect know is read by the first that is served. */
static bool
is_read_already(const struct source *source, uint32_t index)
{
    const struct dialect_resource *resource = source->watches[index].resource;

    for (uint32_t i = 0; i < index; i++)
        if (source->watches[i].started &&
            source->watches[i].resource->dialect == resource->dialect &&
            strcmp(source->watches[i].resource->name, resource->name) == 0)
            return true;
    return false;
}

/* The one dialect to read, where only one is wanted and several are served. */
static const struct dialect *
one_dialect(const struct source *source)
{
    for (uint32_t i = 0; i < source->count; i++)
        if (source->wanted[i].version && source->watches[i].resource->inventory)
            return source->watches[i].resource->dialect;
    return NULL;
}

static void
discovery_finished(struct source *source)
{
    const struct dialect *one = source->options.one_dialect ? one_dialect(source) : NULL;
    uint32_t inventory = 0;

    source->discovery_fault = (struct err){ 0 };
    discovery_release(&source->discovery);
    discovery_init(&source->discovery, source->wanted, source->count);
    for (uint32_t i = 0; i < source->count; i++) {
        struct watch *watch = &source->watches[i];

        if (source->wanted[i].version && !is_read_already(source, i) &&
            (!one || watch->resource->dialect == one))
            watch_start(watch, source->wanted[i].version);
        inventory += watch->started && watch->resource->inventory;
    }
    if (inventory) {
        source->discovery_due_ms = monotonic_ms(source) + KUBERNETES_LOOK_MS;
        return;
    }
    nothing_found(source);
    discovery_failed(source);
}

static void discovery_ask(struct source *source);

static void
discovery_done(void *user, const struct http_result *result)
{
    struct source *source = user;
    struct err err = { 0 };

    source->discovery_call = NULL;
    if (result->err.code != ERR_NONE) {
        err = result->err;
        discovery_release(&source->discovery);
        discovery_init(&source->discovery, source->wanted, source->count);
    } else if (discovery_answer(
                   &source->discovery, result->head.status, result->body, &err)) {
        discovery_ask(source);
        tell(source);
        arm(source);
        return;
    }
    source->discovery_fault = err;
    discovery_failed(source);
    tell(source);
    arm(source);
}

static void
discovery_ask(struct source *source)
{
    const char *path = discovery_next(&source->discovery);
    struct http_request request = {
        .path = path,
        .accept = DISCOVERY_ACCEPT,
        .compressed = true,
        .silence_timeout_ms = REFLECTOR_LOAD_SILENCE_MS,
        .done = discovery_done,
        .user = source,
    };

    if (!path) {
        discovery_finished(source);
        return;
    }
    source->discovery_due_ms = INT64_MAX;
    if (http_send(
            source->http, &request, &source->discovery_call, &source->discovery_fault))
        return;
    discovery_failed(source);
}

static void
source_fired(void *user)
{
    struct source *source = user;

    source->armed_ms = INT64_MAX;
    if (!source->discovery_call && monotonic_ms(source) >= source->discovery_due_ms)
        discovery_ask(source);
    for (uint32_t i = 0; i < source->count; i++)
        watch_tick(&source->watches[i]);
    pace(source);
    tell(source);
    arm(source);
}

/* --- the class ------------------------------------------------------------------------
 */

static void
kubernetes_stop(struct source *source)
{
    if (!source)
        return;
    source->stopping = true;
    for (uint32_t i = 0; i < source->count; i++)
        watch_stop(&source->watches[i]);
    if (source->discovery_call)
        http_cancel(source->discovery_call);
    discovery_release(&source->discovery);
    leases_free(source->leases);
    timer_free(source->timer);
    http_free(source->http);
    free(source);
}

static bool
connect_to(struct source *source, const struct kubeconfig *kubeconfig, struct err *err)
{
    bool local = strncmp(kubeconfig->server, "unix:", 5) == 0;
    struct http_target target = {
        .unix_path = local ? kubeconfig->server + 5 : NULL,
        .base_url = local ? "http://kubernetes" : kubeconfig->server,
        .user_agent = "nocturne-hub/" NOCTURNE_VERSION,
        .ca_pem = str_from(kubeconfig->ca_pem),
        .cert_pem = str_from(kubeconfig->cert_pem),
        .key_pem = str_from(kubeconfig->key_pem),
        .server_name = kubeconfig->server_name,
        .token = kubeconfig->token,
        .token_file = kubeconfig->token_file,
        .get_only = true,
    };

    source->http = http_new(source->options.loop, &target, err);
    return source->http;
}

static bool
number_resource(
    struct source *source, const struct dialect_resource *resource, struct err *err)
{
    if (source->count == KUBERNETES_RESOURCES) {
        err_set(err, ERR_LIMIT, "source %s: more than %d resources in its dialects",
            source->name, KUBERNETES_RESOURCES);
        return false;
    }
    source->watches[source->count] = (struct watch){
        .place = &source->place, .resource = resource, .index = source->count
    };
    source->wanted[source->count++].resource = resource;
    if (resource->inventory && resource->lease)
        source->leased[source->leased_count++] = resource;
    return true;
}

/* Every resource of every dialect has its number for good, served or not. */
static bool
number_resources(struct source *source, struct err *err)
{
    for (size_t d = 0; source->options.dialects[d]; d++) {
        const struct dialect *dialect = source->options.dialects[d];

        for (uint32_t i = 0; i < dialect->resource_count; i++)
            if (!number_resource(source, &dialect->resources[i], err))
                return false;
    }
    return true;
}

static struct source *
kubernetes_start(const struct source_options *options, struct err *err)
{
    struct source *source = mem_zero(1, sizeof(*source));

    source->options = *options;
    snprintf(source->name, sizeof(source->name), "%s", options->name);
    if (!number_resources(source, err) || !connect_to(source, options->kubeconfig, err)) {
        err_wrap(err, "source %s", source->name);
        free(source);
        return NULL;
    }
    source->options.kubeconfig = NULL; /* borrowed for the start alone */
    source->options.name = source->name;
    source->place = (struct watch_place){ .source = &source->options,
        .http = source->http,
        .mapping = &source->mapping,
        .changed = watch_changed,
        .user = source };
    source->armed_ms = INT64_MAX;
    source->discovery_backoff.seed = random_u64();
    discovery_init(&source->discovery, source->wanted, source->count);
    source->leases = leases_new(options->loop, source->http);
    source->timer = timer_new(options->loop, source_fired, source);
    source->discovery_due_ms = monotonic_ms(source);
    tell(source);
    arm(source);
    return source;
}

static uint32_t
kubernetes_resources(const struct source *source)
{
    return source->count;
}

static const char *
kubernetes_resource_name(const struct source *source, uint32_t resource)
{
    return resource < source->count ? source->watches[resource].resource->name : "";
}

static void
kubernetes_look_at(struct source *source, const struct str *keys, uint32_t count)
{
    struct leases_look look = { source->leased, keys, count };

    leases_look_at(source->leases, &look);
}

static void
kubernetes_details(const struct source *source, struct str key, struct buf *out)
{
    leases_print(source->leases, key, out);
}

const struct source_class kubernetes_class = {
    .kind = "kubernetes",
    .help = "an API server, read by its dialects: Open Cluster Management, Cluster API, "
            "your own",
    .start = kubernetes_start,
    .stop = kubernetes_stop,
    .resources = kubernetes_resources,
    .resource_name = kubernetes_resource_name,
    .look_at = kubernetes_look_at,
    .details = kubernetes_details,
};
