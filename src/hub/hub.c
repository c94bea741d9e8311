/* hub -- see hub.h. */
#include "hub/hub.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "hub/action.h"
#include "hub/api.h"
#include "hub/cache.h"
#include "hub/config.h"
#include "hub/identity.h"
#include "hub/journal.h"
#include "hub/last.h"
#include "hub/maintenance.h"
#include "hub/model.h"
#include "hub/read.h"
#include "hub/source/dialect.h"
#include "hub/sources.h"
#include "hub/watch.h"
#include "hub/write.h"
#include "net/notify.h"
#include "wire/stream.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_HOUSE_MS 5000 /* between looks at the socket and at who is looked at */
#define NAMING_MS     3000 /* a source may take so long to find out what it is called */

struct hub {
    const struct hub_options *options;
    struct config config;
    bool configured;
    char *socket_path, *journal_path, *cache_path;
    struct loop *loop;
    struct fleet *fleet;
    struct feed *feed;
    struct model *model;
    struct sources *sources;
    struct journal *journal;
    struct cache *cache;
    struct actions *actions;
    struct maintenance *maintenance;
    struct authz *authz;
    struct identities *identities;
    struct watchers *watchers;
    struct api *api;
    struct server *server;
    struct parts parts;
    struct timer *model_timer, *house_timer, *linger_timer, *naming_timer;
    int64_t model_due_ms;      /* when model_timer fires; INT64_MAX not */
    uint64_t sources_revision; /* as of the last look */
    uint32_t synced_sources;   /* then */
    bool serving, stopping;
};

/* ---- what the parts ask of the hub ---- */

static int64_t
hub_now_ms(void *user)
{
    return loop_now_ms(((struct hub *)user)->loop);
}

static void
row_changed(void *user, uint32_t slot)
{
    struct hub *hub = user;

    if (hub->cache)
        cache_put(hub->cache, slot);
}

static void
row_gone(void *user, struct str id)
{
    struct hub *hub = user;

    if (hub->cache)
        cache_remove(hub->cache, id);
}

static bool
find_window(void *user, struct str id, struct str *window, int64_t *until_ms)
{
    struct hub *hub = user;

    return hub->maintenance && maintenance_find(hub->maintenance, id, window, until_ms);
}

static void
cover(void *user, struct str cluster, struct str window, int64_t until_ms)
{
    model_cover(((struct hub *)user)->model, cluster, window, until_ms);
}

static void
source_told(void *user, uint32_t source)
{
    struct hub *hub = user;

    if (hub->sources)
        sources_told(hub->sources, source);
}

static const char *
resource_name(void *user, uint32_t source, uint32_t resource)
{
    return sources_resource_name(((struct hub *)user)->sources, source, resource);
}

static void
look_at(void *user, uint32_t slot, struct buf *details)
{
    sources_look_at(((struct hub *)user)->sources, slot, details);
}

static bool
cache_print(void *user, uint32_t slot, struct cache_row *row, struct buf *text)
{
    struct hub *hub = user;
    const struct cluster *cluster = fleet_at(hub->fleet, slot);

    if (!cluster)
        return false;
    buf_add_str(text, feed_row(hub->feed, slot));
    row->id = cluster_id(cluster, hub->fleet->intern);
    row->source = intern_str(hub->fleet->intern, cluster->source);
    row->health = model_held_health(hub->model, slot);
    return true;
}

static bool
cache_print_source(void *user, uint32_t index, struct buf *text)
{
    struct hub *hub = user;

    if (index >= hub->fleet->source_count)
        return false;
    source_print(&hub->fleet->sources[index], text);
    return true;
}

/* ---- stopping ---- */

static void
drained(void *user)
{
    loop_stop(((struct hub *)user)->loop);
}

static void
hub_stop(void *user)
{
    struct hub *hub = user;

    if (hub->stopping)
        return;
    hub->stopping = true;
    log_line(LOG_INFO, "stopping");
    notify_service("STOPPING=1");
    timer_stop(hub->linger_timer);
    if (!hub->serving) {
        loop_stop(hub->loop);
        return;
    }
    watchers_end(hub->watchers);
    server_drain(hub->server, HUB_DRAIN_MS, drained, hub);
}

static void
caught(void *user, int signal)
{
    if (signal == SIGHUP)
        log_line(LOG_WARN,
            "SIGHUP: reloading is not built yet; restart to read hub.yaml anew");
    else
        hub_stop(user);
}

/* A window that must end, an action under way: the hub stays for those. */
static bool
has_work(const struct hub *hub)
{
    return actions_busy(hub->actions) || journal_busy(hub->journal) ||
           maintenance_open_count(hub->maintenance) > 0;
}

static int64_t
linger_ms(const struct hub *hub)
{
    return hub->options->linger_ms ? hub->options->linger_ms : HUB_LINGER_MS;
}

static void
linger(struct hub *hub, uint32_t connections)
{
    if (!hub->options->private_hub || linger_ms(hub) < 0 || hub->stopping)
        return;
    if (connections)
        timer_stop(hub->linger_timer);
    else
        timer_start(hub->linger_timer, linger_ms(hub), 0);
}

static void
linger_over(void *user)
{
    struct hub *hub = user;

    if (has_work(hub)) {
        linger(hub, 0);
        return;
    }
    log_line(LOG_INFO, "nobody looks and nothing is under way");
    hub_stop(hub);
}

static void
connections_changed(void *user, uint32_t connections)
{
    struct api *api = user;

    linger(api_parts(api)->user, connections);
}

/* ---- time ---- */

static void
model_due(void *user)
{
    struct hub *hub = user;

    hub->model_due_ms = INT64_MAX;
    model_tick(hub->model);
}

static void
keep_house(void *user)
{
    struct hub *hub = user;
    struct err err;

    sources_look_away(hub->sources);
    if (!hub->stopping && !server_rebind(hub->server, &err))
        log_line(LOG_ERROR, "socket: %s", err.text);
}

static void
journal_changed(void *user)
{
    struct hub *hub = user;

    if (hub->watchers)
        watchers_hello(hub->watchers);
}

/* A fleet that has just been loaded is kept at once: what comes later can wait a while.
 */
static void
keep_sources(struct hub *hub)
{
    uint32_t synced_sources = 0;

    for (uint32_t i = 0; i < hub->fleet->source_count; i++)
        synced_sources += hub->fleet->sources[i].synced;
    cache_put_sources(hub->cache);
    if (synced_sources > hub->synced_sources)
        cache_flush(hub->cache);
    hub->synced_sources = synced_sources;
}

/* The hub is ready for clients: let them in, and say so. */
static void
open_door(struct hub *hub)
{
    hub->serving = true;
    sources_keep_names(hub->sources);
    server_serve(hub->server, api_handle, hub->api);
    server_set_idle(hub->server, connections_changed);
    linger(hub, 0);
    log_line(LOG_INFO, "listening on %s", hub->socket_path);
    notify_service("READY=1");
    if (hub->options->ready)
        hub->options->ready(hub->options->user);
}

static void
before_sleep(void *user)
{
    struct hub *hub = user;
    int64_t due_ms = model_next_ms(hub->model), delay_ms;

    if (due_ms != hub->model_due_ms) {
        hub->model_due_ms = due_ms;
        delay_ms = due_ms - loop_now_ms(hub->loop);
        if (due_ms == INT64_MAX)
            timer_stop(hub->model_timer);
        else
            timer_start(hub->model_timer, delay_ms > 0 ? delay_ms : 0, 0);
    }
    if (hub->sources_revision != feed_sources_revision(hub->feed)) {
        hub->sources_revision = feed_sources_revision(hub->feed);
        if (hub->cache)
            keep_sources(hub);
    }
    watchers_look(hub->watchers);
    if (!hub->serving && !hub->stopping && sources_named(hub->sources))
        open_door(hub);
}

static void
naming_over(void *user)
{
    sources_keep_names(((struct hub *)user)->sources);
}

/* ---- starting ---- */

static const char *
first_of(const char *a, const char *b, const char *c)
{
    return a ? a : b ? b : c;
}

static void
read_paths(struct hub *hub)
{
    const struct hub_options *options = hub->options;
    const char *state =
        first_of(options->state_path, hub->config.state, HUB_SYSTEM_STATE);

    hub->socket_path =
        mem_text(first_of(options->socket_path, hub->config.listen, HUB_SYSTEM_SOCKET));
    hub->journal_path = mem_print("%s/journal.db", state);
    hub->cache_path = mem_print("%s/cache.db", state);
}

/* The address comes before the store: a second hub on it changes nothing. */
static bool
take_address(struct hub *hub, struct err *err)
{
    hub->server = server_new(
        hub->loop, hub->socket_path, !hub->options->private_hub, NULL, NULL, err);
    return hub->server != NULL;
}

static bool
is_simulated(const struct hub *hub)
{
    if (hub->configured)
        return !strcmp(hub->config.sources[0].kind, "simulated");
    return hub->options->demo;
}

static void
open_model(struct hub *hub)
{
    struct model_options options = { .now_ms = hub_now_ms,
        .changed = row_changed,
        .gone = row_gone,
        .window = find_window,
        .status = source_told,
        .user = hub };

    hub->fleet = fleet_new();
    hub->feed = feed_new(hub->fleet, NULL, FEED_GRAVES, FEED_TOMBSTONES);
    options.feed = hub->feed;
    hub->model = model_new(&options);
    hub->sources = sources_new(hub->loop, hub->model);
}

static bool
open_store(struct hub *hub, struct err *err)
{
    struct journal_options options = { .path = hub->journal_path,
        .simulated = is_simulated(hub),
        .now_ms = loop_now_ms(hub->loop),
        .loop = hub->loop };
    struct cache_calls calls = { cache_print, cache_print_source, hub };

    if (!cache_check(hub->cache_path, is_simulated(hub), err))
        return false;
    hub->journal = journal_open(&options, err);
    if (!hub->journal)
        return false;
    journal_on_fault(hub->journal, journal_changed, hub);
    hub->cache = cache_open(hub->cache_path, is_simulated(hub), hub->loop, &calls, err);
    return hub->cache != NULL;
}

static bool
add_sources(struct hub *hub, const struct last *last, struct err *err)
{
    const struct hub_options *options = hub->options;

    if (hub->configured)
        return sources_add_config(hub->sources, &hub->config, err);
    if (options->demo)
        return sources_add_simulated(hub->sources,
            options->clusters ? options->clusters : 1200,
            options->seed ? options->seed : 1, options->speed > 0 ? options->speed : 1,
            err);
    /* What it was called when it had clusters, it is called again: their ids must not
     * change. */
    return sources_add_kubeconfig(
        hub->sources, last_source_name(last), options->kubeconfig, options->context, err);
}

static bool
open_fleet(struct hub *hub, struct err *err)
{
    struct last *last = last_load(hub->cache);
    bool ok = add_sources(hub, last, err);

    if (ok)
        last_restore(last, hub->model);
    last_free(last);
    return ok;
}

static bool
open_authz(struct hub *hub, struct err *err)
{
    hub->authz = authz_new(hub->options->private_hub, process_uid());
    for (uint32_t i = 0; i < hub->config.binding_count; i++) {
        const struct config_binding *binding = &hub->config.bindings[i];
        struct err why;

        if (!authz_bind(hub->authz, binding->subject, binding->role,
                str_from(binding->within), &why))
            return yaml_err(hub->config.path, binding->at, err, "%s", why.text);
    }
    if (!hub->options->private_hub && !hub->config.binding_count)
        log_line(LOG_WARN, "hub.yaml has no bindings: nobody may do anything here");
    return true;
}

static void
open_api(struct hub *hub)
{
    static const struct route *const tables[] = { read_routes, watch_routes, write_routes,
        NULL };
    const char *context = sources_context(hub->sources);

    hub->identities = identities_new(hub->loop);
    hub->watchers = watchers_new(hub->loop, hub->feed);
    hub->parts = (struct parts){ .loop = hub->loop,
        .fleet = hub->fleet,
        .model = hub->model,
        .feed = hub->feed,
        .watchers = hub->watchers,
        .authz = hub->authz,
        .identities = hub->identities,
        .journal = hub->journal,
        .actions = hub->actions,
        .maintenance = hub->maintenance,
        .server = hub->server,
        .name = first_of(hub->options->name, hub->config.name, "hub"),
        .fleet_name = first_of(hub->config.fleet,
            hub->options->demo ? "simulated stores" : context, "fleet"),
        .private_hub = hub->options->private_hub,
        .simulated = is_simulated(hub),
        .started_ms = loop_now_ms(hub->loop),
        .resource_name = resource_name,
        .look_at = look_at,
        .stop = hub_stop,
        .user = hub };
    hub->api = api_new(&hub->parts, tables);
}

static bool
hub_open(struct hub *hub, struct err *err)
{
    struct maintenance_options windows = { .cover = cover, .user = hub };

    if (hub->options->config_path) {
        if (!config_read(&hub->config, hub->options->config_path, err))
            return false;
        hub->configured = true;
    }
    read_paths(hub);
    hub->loop = loop_new();
    open_model(hub);
    if (!take_address(hub, err) || !open_store(hub, err) || !open_fleet(hub, err) ||
        !open_authz(hub, err))
        return false;
    hub->actions = actions_new(hub->journal, hub->loop);
    windows.loop = hub->loop;
    windows.journal = hub->journal;
    windows.actions = hub->actions;
    windows.fleet = hub->fleet;
    hub->maintenance = maintenance_new(&windows);
    open_api(hub);
    hub->model_timer = timer_new(hub->loop, model_due, hub);
    hub->house_timer = timer_new(hub->loop, keep_house, hub);
    hub->linger_timer = timer_new(hub->loop, linger_over, hub);
    hub->naming_timer = timer_new(hub->loop, naming_over, hub);
    hub->model_due_ms = INT64_MAX;
    return true;
}

/* In the order that lets each part end in peace: nothing new, then who waits for an
 * answer, then what is on disk. */
static void
hub_close(struct hub *hub)
{
    struct timer *timers[] = { hub->model_timer, hub->house_timer, hub->linger_timer,
        hub->naming_timer };

    sources_free(hub->sources);
    hub->sources = NULL;
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        timer_free(timers[i]);
    /* What is under way gets to the disk; then who waits is told, through a server that
     * is still there. */
    journal_close(hub->journal);
    actions_free(hub->actions);
    maintenance_free(hub->maintenance);
    server_free(hub->server);
    api_free(hub->api);
    watchers_free(hub->watchers);
    identities_free(hub->identities);
    cache_close(hub->cache);
    hub->cache = NULL;
    authz_free(hub->authz);
    model_free(hub->model);
    feed_free(hub->feed);
    fleet_free(hub->fleet);
    loop_free(hub->loop);
    config_release(&hub->config);
    free(hub->socket_path);
    free(hub->journal_path);
    free(hub->cache_path);
}

static void
hub_loop(struct hub *hub)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        loop_on_signal(hub->loop, signals[i], caught, hub);
    loop_before_sleep(hub->loop, before_sleep, hub);
    timer_start(hub->house_timer, KEEP_HOUSE_MS, KEEP_HOUSE_MS);
    timer_start(hub->naming_timer, NAMING_MS, 0);
    sources_start(hub->sources);
    loop_run(hub->loop);
    loop_never_before_sleep(hub->loop, before_sleep, hub);
    loop_off_signals(hub->loop);
}

bool
hub_run(const struct hub_options *options, struct err *err)
{
    struct hub *hub = mem_zero(1, sizeof *hub);
    bool ok;

    process_harden();
    hub->options = options;
    ok = hub_open(hub, err);
    if (ok)
        hub_loop(hub);
    hub_close(hub);
    free(hub);
    return ok;
}

bool
hub_check(const char *config_path, struct err *err)
{
    struct config config;
    bool ok;

    if (!config_read(&config, config_path, err))
        return false;
    ok = sources_check(&config, err);
    config_release(&config);
    return ok;
}

bool
hub_check_dialect(const char *file, struct str text, struct err *err)
{
    struct dialect *dialect = dialect_parse(file, NULL, text, err);

    dialect_free(dialect);
    return dialect != NULL;
}
