/* discovery -- reads what Kubernetes API servers say of themselves. */
#include "hub/source/discovery.h"

#include <stdio.h>
#include <string.h>

#include "hub/source/refusal.h"

void
discovery_init(struct discovery *discovery, struct wanted *wanted, uint32_t count)
{
    *discovery = (struct discovery){ .wanted = wanted, .count = count };
}

void
discovery_release(struct discovery *discovery)
{
    json_decref(discovery->groups);
    discovery->groups = NULL;
}

static void
start_over(struct discovery *discovery)
{
    discovery_release(discovery);
    discovery->at = discovery->version_at = 0;
    discovery->began = discovery->core_done = false;
}

static const char *
text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text ? text : "";
}

static const json_t *
find_named(const json_t *list, const char *member, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(text_of(json_array_get(list, i), member), name) == 0)
            return json_array_get(list, i);
    return NULL;
}

/* The group in aggregated discovery, whose name is in its metadata. */
static const json_t *
find_group(const json_t *items, const char *name)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *group = json_array_get(items, i);

        if (strcmp(text_of(json_object_get(group, "metadata"), "name"), name) == 0)
            return group;
    }
    return NULL;
}

static bool
can_be_watched(const json_t *resource)
{
    const json_t *verbs = json_object_get(resource, "verbs");
    bool list = false, watch = false;

    for (size_t i = 0; i < json_array_size(verbs); i++) {
        const char *verb = json_string_value(json_array_get(verbs, i));

        list |= verb && strcmp(verb, "list") == 0;
        watch |= verb && strcmp(verb, "watch") == 0;
    }
    return list && watch;
}

/* Of a wanted resource, the best version that the document has. */
static const char *
best_version(const struct dialect_resource *resource, const json_t *group)
{
    const json_t *versions = json_object_get(group, "versions");

    for (size_t i = 0; resource->versions[i]; i++) {
        const json_t *version = find_named(versions, "version", resource->versions[i]);
        const json_t *found = find_named(
            json_object_get(version, "resources"), "resource", resource->resource);

        if (found && can_be_watched(found))
            return resource->versions[i];
    }
    return NULL;
}

static void
take_aggregated(struct discovery *discovery, const json_t *document)
{
    const json_t *items = json_object_get(document, "items");

    for (uint32_t i = 0; i < discovery->count; i++) {
        struct wanted *wanted = &discovery->wanted[i];

        if (wanted->resource->group[0])
            wanted->version = best_version(
                wanted->resource, find_group(items, wanted->resource->group));
    }
    discovery->at = discovery->count;
}

/* Does the classic list of groups have this version of the group? */
static bool
group_has(const json_t *groups, const char *group, const char *version)
{
    const json_t *found = find_named(groups, "name", group);

    return find_named(json_object_get(found, "versions"), "version", version) != NULL;
}

/* The classic way: one document for each group and version that might hold something. */
static const char *
next_classic(struct discovery *discovery)
{
    while (discovery->groups && discovery->at < discovery->count) {
        struct wanted *wanted = &discovery->wanted[discovery->at];
        const char *version = wanted->resource->versions[discovery->version_at];

        if (!wanted->resource->group[0] || wanted->version || !version) {
            discovery->at++;
            discovery->version_at = 0;
            continue;
        }
        if (group_has(discovery->groups, wanted->resource->group, version)) {
            snprintf(discovery->path, sizeof(discovery->path), "/apis/%.180s/%.60s",
                wanted->resource->group, version);
            return discovery->path;
        }
        discovery->version_at++;
    }
    return NULL;
}

static bool
wants_core(const struct discovery *discovery)
{
    for (uint32_t i = 0; i < discovery->count; i++)
        if (!discovery->wanted[i].resource->group[0])
            return true;
    return false;
}

const char *
discovery_next(struct discovery *discovery)
{
    const char *classic;

    if (!discovery->began) {
        for (uint32_t i = 0; i < discovery->count; i++)
            discovery->wanted[i].version = NULL;
        return "/apis";
    }
    classic = next_classic(discovery);
    if (classic)
        return classic;
    return !discovery->core_done && wants_core(discovery) ? "/api/v1" : NULL;
}

static bool
take_groups(struct discovery *discovery, const json_t *document, struct err *err)
{
    const char *kind = text_of(document, "kind");

    discovery->began = true;
    if (strcmp(kind, "APIGroupDiscoveryList") == 0) {
        take_aggregated(discovery, document);
        return true;
    }
    if (strcmp(kind, "APIGroupList") == 0) {
        discovery->groups = json_incref(json_object_get(document, "groups"));
        return true;
    }
    err_set(err, ERR_INPUT,
        "the answer to /apis is no list of API groups: is this a Kubernetes API server?");
    return false;
}

static void
take_resources(struct discovery *discovery, const json_t *document)
{
    const json_t *resources = json_object_get(document, "resources");

    for (uint32_t i = 0; i < discovery->count && !discovery->groups; i++) {
        struct wanted *wanted = &discovery->wanted[i];
        const json_t *found = find_named(resources, "name", wanted->resource->resource);

        if (!wanted->resource->group[0] && found && can_be_watched(found))
            wanted->version = wanted->resource->versions[0];
    }
}

static void
take_version(struct discovery *discovery, const json_t *document)
{
    struct wanted *wanted = &discovery->wanted[discovery->at];
    const json_t *found = find_named(
        json_object_get(document, "resources"), "name", wanted->resource->resource);

    if (found && can_be_watched(found))
        wanted->version = wanted->resource->versions[discovery->version_at];
    else
        discovery->version_at++;
}

static bool
take_document(struct discovery *discovery, const json_t *document, struct err *err)
{
    if (!discovery->began)
        return take_groups(discovery, document, err);
    if (discovery->groups && discovery->at < discovery->count) {
        take_version(discovery, document);
        return true;
    }
    json_decref(discovery->groups);
    discovery->groups = NULL;
    take_resources(discovery, document);
    discovery->core_done = true;
    return true;
}

bool
discovery_answer(
    struct discovery *discovery, int status, struct str body, struct err *err)
{
    struct refusal refusal;
    struct buf text = { 0 };
    json_t *document = NULL;
    bool ok = false;

    if (status != 200 && !(status == 404 && discovery->began)) {
        refusal_parse(&refusal, status, body);
        refusal_explain(&refusal, "the API's groups", &text);
        err_set(err, ERR_UNAVAILABLE, "%s", text.at);
        goto out;
    }
    document = status == 200 ? json_loadb(body.at ? body.at : "", body.length, 0, NULL)
                             : json_object();
    if (!json_is_object(document)) {
        err_set(
            err, ERR_INPUT, "the answer is no JSON: a login page or a proxy in between?");
        goto out;
    }
    ok = take_document(discovery, document, err);
out:
    json_decref(document);
    buf_release(&text);
    if (!ok)
        start_over(discovery);
    return ok;
}
