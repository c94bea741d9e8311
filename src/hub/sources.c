/* sources -- see sources.h. */
#include "hub/sources.h"

#include "base/log.h"
#include "base/mem.h"
#include "hub/source/dialect.h"
#include "hub/source/rule.h"
#include "hub/source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIALECTS 64

struct entry {
    const struct source_class *class;
    struct source *source; /* NULL: it is not running */
    struct fleet_source *status;
    struct kubeconfig kubeconfig;
    struct dialect *dialects[DIALECTS + 1];
    uint32_t dialect_count;
    uint32_t clusters;
    uint64_t seed;
    double speed;
    bool one_dialect; /* of those there are, the first that is found */
    bool provisional; /* it takes the name of the dialect that it finds */
    struct err fault; /* why it cannot start */
};

struct look {
    char *id;
    uint32_t source;
    int64_t until_ms;
};

struct sources {
    struct loop *loop;
    struct model *model;
    struct entry entries[FLEET_SOURCES];
    uint32_t count;
    struct look looks[SOURCES_LOOKED_AT];
    uint32_t look_count;
};

struct sources *
sources_new(struct loop *loop, struct model *model)
{
    struct sources *sources = mem_zero(1, sizeof *sources);

    sources->loop = loop;
    sources->model = model;
    return sources;
}

static void
entry_release(struct entry *entry)
{
    if (entry->source)
        entry->class->stop(entry->source);
    for (uint32_t i = 0; i < entry->dialect_count; i++)
        dialect_free(entry->dialects[i]);
    kubeconfig_release(&entry->kubeconfig);
    memset(entry, 0, sizeof *entry);
}

void
sources_free(struct sources *sources)
{
    if (!sources)
        return;
    for (uint32_t i = 0; i < sources->count; i++)
        entry_release(&sources->entries[i]);
    for (uint32_t i = 0; i < sources->look_count; i++)
        free(sources->looks[i].id);
    free(sources);
}

/* A server may hold several kinds of clusters. Where nothing says which are the fleet, it
 * is the first of these that it has: what manages sites before what a user added, and
 * what merely makes clusters last. */
static int
preference(const char *name)
{
    return !strcmp(name, "ocm") ? 0 : !strcmp(name, "cluster-api") ? 2 : 1;
}

static int
preference_order(const void *a, const void *b)
{
    const struct dialect *const *x = a, *const *y = b;
    int order = preference((*x)->name) - preference((*y)->name);

    return order ? order : strcmp((*x)->name, (*y)->name);
}

/* A user's file that is broken is a log line, and the built-in one of its name is used.
 */
static struct dialect *
load_dialect(const char *name, struct err *err)
{
    struct dialect *dialect = dialect_load(name, err), *builtin;
    struct err ignored;

    if (dialect || err->code == ERR_NOT_FOUND)
        return dialect;
    builtin = dialect_load_builtin(name, &ignored);
    if (builtin)
        log_line(LOG_WARN, "%s; the built-in dialect is used", err->text);
    return builtin;
}

/* The dialects named, or all there are. A broken file of those not named is a log line.
 */
static bool
load_dialects(struct entry *entry, const char *const *names, struct err *err)
{
    bool all = !names || !names[0];
    char **every = all ? dialect_names() : NULL;

    if (all)
        names = (const char *const *)every;
    for (; names && *names && entry->dialect_count < DIALECTS; names++) {
        struct err why;
        struct dialect *dialect = load_dialect(*names, &why);

        if (!dialect && !all) {
            *err = why;
            return false;
        }
        if (dialect)
            entry->dialects[entry->dialect_count++] = dialect;
        else
            log_line(LOG_WARN, "%s", why.text);
    }
    if (every)
        texts_free(every);
    if (all && entry->dialect_count)
        qsort(entry->dialects, entry->dialect_count, sizeof *entry->dialects,
            preference_order);
    return true;
}

/* What it needs to start, from hub.yaml. */
static bool
prepare(struct entry *entry, const struct config *config,
    const struct config_source *from, struct err *err)
{
    entry->clusters = from->clusters;
    entry->seed = from->seed;
    entry->speed = from->speed;
    if (!strcmp(from->kind, "simulated"))
        return true;
    if (!load_dialects(entry, from->dialects, err))
        return false;
    for (uint32_t i = 0; from->fields && i < entry->dialect_count; i++)
        if (!dialect_overlay(entry->dialects[i], config->path, from->fields, err))
            return false;
    return kubeconfig_load(&entry->kubeconfig, from->kubeconfig, from->context, err);
}

static struct entry *
entry_add(struct sources *sources, const struct model_source *what, struct err *err)
{
    uint32_t index = model_add_source(sources->model, what, err);
    struct entry *entry;

    if (index == FLEET_NONE)
        return NULL;
    entry = &sources->entries[index];
    entry->class = source_class_find(what->kind);
    entry->status = model_source(sources->model, index);
    sources->count = index + 1;
    return entry;
}

bool
sources_add_config(struct sources *sources, const struct config *config, struct err *err)
{
    for (uint32_t i = 0; i < config->source_count; i++) {
        const struct config_source *from = &config->sources[i];
        struct model_source what = { .name = from->name,
            .kind = from->kind,
            .simulated = !strcmp(from->kind, "simulated"),
            .attaches = from->attaches };
        struct entry *entry = entry_add(sources, &what, err);

        if (!entry)
            return false;
        /* What is wrong with one is its own fault, and its own alone. */
        if (!prepare(entry, config, from, &entry->fault))
            err_wrap(&entry->fault, "source %s", from->name);
    }
    return true;
}

bool
sources_add_simulated(struct sources *sources, uint32_t clusters, uint64_t seed,
    double speed, struct err *err)
{
    struct model_source what = { .name = "demo", .kind = "simulated", .simulated = true };
    struct entry *entry = entry_add(sources, &what, err);

    if (!entry)
        return false;
    entry->clusters = clusters;
    entry->seed = seed;
    entry->speed = speed;
    return true;
}

bool
sources_add_kubeconfig(struct sources *sources, const char *name, const char *file,
    const char *context, struct err *err)
{
    struct model_source what = { .name = name ? name : "kubernetes",
        .kind = "kubernetes" };
    struct entry *entry = entry_add(sources, &what, err);

    if (entry) {
        entry->one_dialect = true;
        entry->provisional = !name;
    }
    return entry && load_dialects(entry, NULL, err) &&
           kubeconfig_load(&entry->kubeconfig, file, context, err);
}

static void
start(struct sources *sources, uint32_t index)
{
    struct entry *entry = &sources->entries[index];
    struct source_options options = { .index = index,
        .name = entry->status->name,
        .loop = sources->loop,
        .sink = model_sink(sources->model),
        .status = entry->status,
        .kubeconfig = &entry->kubeconfig,
        .dialects = (const struct dialect *const *)entry->dialects,
        .one_dialect = entry->one_dialect,
        .clusters = entry->clusters,
        .seed = entry->seed,
        .speed = entry->speed };

    if (!entry->class)
        err_set(&entry->fault, ERR_UNSUPPORTED, "there is no kind of source '%s'",
            entry->status->kind);
    if (entry->fault.code == ERR_NONE)
        entry->source = entry->class->start(&options, &entry->fault);
    if (entry->source)
        return;
    log_line(LOG_ERROR, "%s", entry->fault.text);
    snprintf(entry->status->phase, sizeof entry->status->phase, "failed");
    snprintf(
        entry->status->fault, sizeof entry->status->fault, "%.255s", entry->fault.text);
    entry->status->since_ms = loop_now_ms(sources->loop);
    options.sink->status(options.sink, index);
}

void
sources_start(struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++)
        start(sources, i);
}

void
sources_told(struct sources *sources, uint32_t index)
{
    struct entry *entry = &sources->entries[index];
    char name[sizeof entry->status->name];
    size_t length = 0;

    if (!entry->provisional || !entry->status->dialect[0])
        return;
    /* Of several the first. */
    while (dns_label((struct str){ entry->status->dialect, length + 1 }) ||
           entry->status->dialect[length] == '-')
        length++;
    snprintf(name, sizeof name, "%.*s", (int)length, entry->status->dialect);
    entry->provisional = false;
    if (length)
        model_rename_source(sources->model, index, name);
}

bool
sources_named(const struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct entry *entry = &sources->entries[i];

        if (entry->provisional && entry->source && !entry->status->errors &&
            !entry->status->fault[0])
            return false;
    }
    return true;
}

void
sources_keep_names(struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++)
        sources->entries[i].provisional = false;
}

const char *
sources_context(const struct sources *sources)
{
    return sources->count ? sources->entries[0].kubeconfig.context : NULL;
}

const char *
sources_resource_name(const struct sources *sources, uint32_t source, uint32_t resource)
{
    const struct entry *entry = &sources->entries[source];

    if (source >= sources->count || !entry->source ||
        resource >= entry->class->resources(entry->source))
        return NULL;
    return entry->class->resource_name(entry->source, resource);
}

/* ---- who is looked at ---- */

static void
look_remove(struct sources *sources, uint32_t at)
{
    free(sources->looks[at].id);
    sources->looks[at] = sources->looks[--sources->look_count];
}

static struct str
key_of(const struct look *look)
{
    struct str key = str_from(look->id), name;

    str_split(&key, ':', &name);
    return key;
}

static void
tell(struct sources *sources, uint32_t index)
{
    struct entry *entry = &sources->entries[index];
    struct str keys[SOURCES_LOOKED_AT];
    uint32_t count = 0;

    if (!entry->source || !entry->class->look_at)
        return;
    for (uint32_t i = 0; i < sources->look_count; i++)
        if (sources->looks[i].source == index)
            keys[count++] = key_of(&sources->looks[i]);
    entry->class->look_at(entry->source, keys, count);
}

static void
look_touch(struct sources *sources, struct str id, uint32_t source)
{
    int64_t until_ms = loop_now_ms(sources->loop) + SOURCES_LOOKED_AT_MS;
    uint32_t oldest = 0;

    for (uint32_t i = 0; i < sources->look_count; i++) {
        if (str_is(id, sources->looks[i].id)) {
            sources->looks[i].until_ms = until_ms;
            return;
        }
        if (sources->looks[i].until_ms < sources->looks[oldest].until_ms)
            oldest = i;
    }
    if (sources->look_count == SOURCES_LOOKED_AT)
        look_remove(sources, oldest);
    sources->looks[sources->look_count++] =
        (struct look){ mem_text_length(id.at, id.length), source, until_ms };
}

void
sources_look_at(struct sources *sources, uint32_t slot, struct buf *details)
{
    const struct fleet *fleet = model_fleet(sources->model);
    const struct cluster *cluster = fleet_at(fleet, slot);
    struct str name = intern_str(fleet->intern, cluster->source);

    for (uint32_t i = 0; i < sources->count; i++) {
        struct entry *entry = &sources->entries[i];

        if (!str_is(name, entry->status->name))
            continue;
        look_touch(sources, cluster_id(cluster, fleet->intern), i);
        tell(sources, i);
        if (entry->source && entry->class->details)
            entry->class->details(
                entry->source, cluster_key(cluster, fleet->intern), details);
    }
}

void
sources_look_away(struct sources *sources)
{
    int64_t now_ms = loop_now_ms(sources->loop);
    uint32_t changed = 0;

    for (uint32_t i = sources->look_count; i-- > 0;) {
        if (sources->looks[i].until_ms > now_ms)
            continue;
        changed |= (uint32_t)1 << sources->looks[i].source;
        look_remove(sources, i);
    }
    for (uint32_t i = 0; i < sources->count; i++)
        if (changed >> i & 1)
            tell(sources, i);
}

bool
sources_check(const struct config *config, struct err *err)
{
    for (uint32_t i = 0; i < config->source_count; i++) {
        struct entry entry = { 0 };
        bool ok = prepare(&entry, config, &config->sources[i], err);

        entry_release(&entry);
        if (!ok) {
            err_wrap(err, "source %s", config->sources[i].name);
            return false;
        }
    }
    return true;
}
