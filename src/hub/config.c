/* config -- see config.h. */
#include "hub/config.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "fleet/selector.h"
#include "hub/authz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 63

static const char *const top_keys[] = { "name", "fleet", "listen", "state", "sources",
    "bindings", NULL };
static const char *const source_keys[] = { "name", "kind", "kubeconfig", "context",
    "dialects", "fields", "attaches", "clusters", "seed", "speed", NULL };
static const char *const binding_keys[] = { "user", "group", "uid", "role", "within",
    NULL };
static const char *const kubernetes_only[] = { "kubeconfig", "context", "dialects",
    "fields", NULL };
static const char *const simulated_only[] = { "clusters", "seed", "speed", NULL };
static const char *const kinds[] = { "kubernetes", "simulated", NULL };
static const char *const roles[] = { "viewer", "operator", "lead", "admin", NULL };

bool
dns_label(struct str text)
{
    if (!text.length || text.length > NAME_BYTES || text.at[0] == '-' ||
        text.at[text.length - 1] == '-')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

/* Where a member stands, or the map itself. */
static const struct yaml *
place(const struct yaml *map, const char *key)
{
    const struct yaml *member = yaml_get(map, key);

    return member ? member : map;
}

static bool
read_text(const struct config *config, const struct yaml *map, const char *key,
    const char **value, struct err *err)
{
    if (!yaml_text(config->path, map, key, value, err))
        return false;
    if (*value && (!(*value)[0] || text_has_control(str_from(*value))))
        return yaml_err(config->path, place(map, key), err,
            "%s: expected some text without control characters", key);
    return true;
}

static bool
read_number(const struct config *config, const struct yaml *map, const char *key,
    int64_t most, int64_t *value, struct err *err)
{
    if (!yaml_int(config->path, map, key, value, err))
        return false;
    if (*value < 0 || *value > most)
        return yaml_err(config->path, place(map, key), err, "%s: expected 0 to %lld", key,
            (long long)most);
    return true;
}

/* One of a few words. */
static bool
read_word(const struct config *config, const struct yaml *map, const char *key,
    const char *const *words, const char **value, struct err *err)
{
    const char *near;
    struct buf list = { 0 };
    size_t count = 0;

    if (!yaml_text(config->path, map, key, value, err))
        return false;
    for (; words[count]; count++)
        if (*value && !strcmp(*value, words[count]))
            return true;
    for (size_t i = 0; i < count; i++)
        buf_print(&list, "%s%s", i ? ", " : "", words[i]);
    if (!*value) {
        yaml_err(config->path, map, err, "%s is missing: one of %s", key, list.at);
    } else {
        near = str_nearest(str_from(*value), words, count);
        yaml_err(config->path, place(map, key), err, "%s: there is no '%.40s'; %s%s%s%s",
            key, *value, near ? "did you mean '" : "expected one of ",
            near ? near : list.at, near ? "'" : "", near ? "?" : "");
    }
    buf_release(&list);
    return false;
}

static bool
refuse_keys(const struct config *config, const struct yaml *map, const char *const *keys,
    const char *kind, struct err *err)
{
    for (; *keys; keys++)
        if (yaml_get(map, *keys))
            return yaml_err(config->path, yaml_get(map, *keys), err,
                "%s means nothing for a source of kind %s", *keys, kind);
    return true;
}

static bool
read_dialects(const struct config *config, struct config_source *source, struct err *err)
{
    const struct yaml *list = yaml_get(source->at, "dialects");
    size_t count = 0;

    if (!list)
        return true;
    if (list->kind != YAML_LIST)
        return yaml_err(
            config->path, list, err, "dialects: expected a list of names, [ocm]");
    for (const struct yaml *item = list->first; item; item = item->next) {
        if (item->kind != YAML_SCALAR || !dns_label(str_from(item->text)))
            return yaml_err(config->path, item, err,
                "dialects: expected the name of a dialect, such as ocm");
        if (count == CONFIG_DIALECTS)
            return yaml_err(
                config->path, item, err, "dialects: more than %d", CONFIG_DIALECTS);
        source->dialects[count++] = item->text;
    }
    return true;
}

static bool
read_speed(const struct config *config, struct config_source *source, struct err *err)
{
    const char *text = NULL;

    source->speed = 1;
    if (!yaml_text(config->path, source->at, "speed", &text, err))
        return false;
    if (text && (!str_to_double(str_from(text), &source->speed) || source->speed <= 0 ||
                    source->speed > 100000))
        return yaml_err(config->path, place(source->at, "speed"), err,
            "speed: expected a number above 0, such as 60");
    return true;
}

static bool
read_simulated(const struct config *config, struct config_source *source, struct err *err)
{
    int64_t clusters = 1200, seed = 1;

    if (!refuse_keys(config, source->at, kubernetes_only, source->kind, err) ||
        !read_number(config, source->at, "clusters", CONFIG_CLUSTERS, &clusters, err) ||
        !read_number(config, source->at, "seed", INT64_MAX, &seed, err) ||
        !read_speed(config, source, err))
        return false;
    source->clusters = (uint32_t)clusters;
    source->seed = (uint64_t)seed;
    return true;
}

static bool
read_kubernetes(
    const struct config *config, struct config_source *source, struct err *err)
{
    source->fields = yaml_get(source->at, "fields");
    if (source->fields && source->fields->kind != YAML_MAP)
        return yaml_err(config->path, source->fields, err,
            "fields: expected a map of fields, as in a dialect");
    return refuse_keys(config, source->at, simulated_only, source->kind, err) &&
           read_text(config, source->at, "kubeconfig", &source->kubeconfig, err) &&
           read_text(config, source->at, "context", &source->context, err) &&
           read_dialects(config, source, err);
}

static bool
read_name(const struct config *config, struct config_source *source, uint32_t index,
    struct err *err)
{
    const char *name = NULL;

    if (!yaml_text(config->path, source->at, "name", &name, err))
        return false;
    if (!name)
        return yaml_err(config->path, source->at, err,
            "a source needs a name: it is the first half of its clusters' ids");
    if (!dns_label(str_from(name)))
        return yaml_err(config->path, yaml_get(source->at, "name"), err,
            "name: expected a DNS label: small letters, digits and '-' inside, at most "
            "63");
    for (uint32_t i = 0; i < index; i++)
        if (!strcmp(config->sources[i].name, name))
            return yaml_err(config->path, yaml_get(source->at, "name"), err,
                "name: another source is called %s already, in line %d", name,
                config->sources[i].at->line);
    snprintf(source->name, sizeof source->name, "%s", name);
    return true;
}

static bool
read_source(
    const struct config *config, uint32_t index, const struct yaml *at, struct err *err)
{
    struct config_source *source = &config->sources[index];
    const char *kind = NULL;

    source->at = at;
    if (!yaml_known(config->path, at, source_keys, err) ||
        !read_name(config, source, index, err) ||
        !read_word(config, at, "kind", kinds, &kind, err))
        return false;
    snprintf(source->kind, sizeof source->kind, "%s", kind);
    return strcmp(kind, "simulated") ? read_kubernetes(config, source, err)
                                     : read_simulated(config, source, err);
}

/* Names of other sources, known once all are read. */
static bool
read_attaches(const struct config *config, struct config_source *source, struct err *err)
{
    const struct yaml *list = yaml_get(source->at, "attaches");
    uint32_t i;

    if (list && list->kind != YAML_LIST)
        return yaml_err(config->path, list, err,
            "attaches: expected a list of sources whose clusters its objects may belong "
            "to");
    for (const struct yaml *item = list ? list->first : NULL; item; item = item->next) {
        for (i = 0; i < config->source_count; i++)
            if (item->kind == YAML_SCALAR && !strcmp(config->sources[i].name, item->text))
                break;
        if (i == config->source_count)
            return yaml_err(config->path, item, err, "attaches: there is no such source");
        source->attaches |= (uint32_t)1 << i;
    }
    return true;
}

static uint32_t
count_items(const struct yaml *list)
{
    uint32_t count = 0;

    for (const struct yaml *item = list ? list->first : NULL; item; item = item->next)
        count++;
    return count;
}

static bool
read_sources(struct config *config, struct err *err)
{
    const struct yaml *list = yaml_get(config->document, "sources");
    uint32_t count = count_items(list), index = 0, simulated = 0;

    if (!list || list->kind != YAML_LIST || !count)
        return yaml_err(config->path, place(config->document, "sources"), err,
            "sources: expected a list with one source at least");
    if (count > FLEET_SOURCES)
        return yaml_err(
            config->path, list, err, "sources: %u, at most %d", count, FLEET_SOURCES);
    config->sources = mem_zero(count, sizeof *config->sources);
    for (const struct yaml *item = list->first; item; item = item->next, index++) {
        if (!read_source(config, index, item, err))
            return false;
        config->source_count = index + 1;
        simulated += !strcmp(config->sources[index].kind, "simulated");
    }
    if (simulated && simulated < count)
        return yaml_err(config->path, list, err,
            "sources: simulated and real ones never mix; run two hubs");
    for (index = 0; index < count; index++)
        if (!read_attaches(config, &config->sources[index], err))
            return false;
    return true;
}

static bool
read_uid(const struct config *config, struct config_binding *binding, struct err *err)
{
    int64_t uid = 0;

    if (!read_number(config, binding->at, "uid", UINT32_MAX - 1, &uid, err))
        return false;
    snprintf(binding->subject, sizeof binding->subject, "uid:%lld", (long long)uid);
    return true;
}

/* Exactly one of user, group, uid. */
static bool
read_subject(const struct config *config, struct config_binding *binding, struct err *err)
{
    static const char *const who[] = { "user", "group", "uid" };
    const char *name = NULL;
    size_t kind = 0;
    int given = 0;

    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        if (!yaml_get(binding->at, who[i]))
            continue;
        kind = i;
        given++;
    }
    if (given != 1)
        return yaml_err(config->path, binding->at, err,
            "a binding names exactly one of user, group and uid; this one names %d",
            given);
    if (kind == 2)
        return read_uid(config, binding, err);
    if (!read_text(config, binding->at, who[kind], &name, err))
        return false;
    if (strlen(name) > NAME_BYTES)
        return yaml_err(config->path, yaml_get(binding->at, who[kind]), err,
            "%s: at most %d bytes", who[kind], NAME_BYTES);
    snprintf(binding->subject, sizeof binding->subject, "%s:%s", who[kind], name);
    return true;
}

static bool
read_within(const struct config *config, struct config_binding *binding, struct err *err)
{
    struct selector *selector;
    struct err why;
    bool ok;

    if (!yaml_text(config->path, binding->at, "within", &binding->within, err))
        return false;
    if (!binding->within)
        return true;
    selector = selector_parse(str_from(binding->within), &why);
    ok = selector && selector_check_scope(selector, &why);
    selector_free(selector);
    return ok || yaml_err(config->path, yaml_get(binding->at, "within"), err,
                     "within: %s", why.text);
}

static bool
read_bindings(struct config *config, struct err *err)
{
    const struct yaml *list = yaml_get(config->document, "bindings");
    uint32_t count = count_items(list), index = 0;

    if (list && list->kind != YAML_LIST)
        return yaml_err(config->path, list, err, "bindings: expected a list");
    if (count > AUTHZ_BINDINGS)
        return yaml_err(
            config->path, list, err, "bindings: %u, at most %d", count, AUTHZ_BINDINGS);
    config->bindings = mem_zero(count ? count : 1, sizeof *config->bindings);
    for (const struct yaml *item = list ? list->first : NULL; item;
         item = item->next, index++) {
        struct config_binding *binding = &config->bindings[index];

        binding->at = item;
        if (!yaml_known(config->path, item, binding_keys, err) ||
            !read_subject(config, binding, err) ||
            !read_word(config, item, "role", roles, &binding->role, err) ||
            !read_within(config, binding, err))
            return false;
        config->binding_count = index + 1;
    }
    return true;
}

static bool
read_absolute(
    const struct config *config, const char *key, const char **value, struct err *err)
{
    if (!read_text(config, config->document, key, value, err))
        return false;
    if (*value && (*value)[0] != '/')
        return yaml_err(config->path, yaml_get(config->document, key), err,
            "%s: expected a path that begins with /", key);
    return true;
}

static bool
read_document(struct config *config, struct err *err)
{
    const struct yaml *top = config->document;

    if (!yaml_known(config->path, top, top_keys, err) ||
        !read_text(config, top, "name", &config->name, err) ||
        !read_text(config, top, "fleet", &config->fleet, err) ||
        !read_absolute(config, "listen", &config->listen, err) ||
        !read_absolute(config, "state", &config->state, err))
        return false;
    if (config->name && !dns_label(str_from(config->name)))
        return yaml_err(config->path, yaml_get(top, "name"), err,
            "name: expected a DNS label: small letters, digits and '-' inside, at most "
            "63");
    if (config->fleet && strlen(config->fleet) > NAME_BYTES)
        return yaml_err(
            config->path, yaml_get(top, "fleet"), err, "fleet: at most 63 bytes");
    return read_sources(config, err) && read_bindings(config, err);
}

bool
config_parse(struct config *config, const char *name, struct str text, struct err *err)
{
    memset(config, 0, sizeof *config);
    config->path = mem_text(name);
    config->document = yaml_parse(name, text, err);
    if (config->document && read_document(config, err))
        return true;
    config_release(config);
    return false;
}

bool
config_read(struct config *config, const char *path, struct err *err)
{
    struct buf text = { 0 };
    bool ok = file_read(path, YAML_LIMIT_BYTES, &text, err) &&
              config_parse(config, path, buf_str(&text), err);

    buf_release(&text);
    return ok;
}

void
config_release(struct config *config)
{
    free(config->path);
    free(config->sources);
    free(config->bindings);
    yaml_release(config->document);
    memset(config, 0, sizeof *config);
}
