/* target -- see target.h. */
#include "hub/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "fleet/selector.h"

static bool
readable(const struct target *target, const struct cluster *cluster)
{
    return grant_covers(target->grant, PERMISSION_READ, target->fleet, cluster);
}

static bool
permitted(const struct target *target, const struct cluster *cluster)
{
    return readable(target, cluster) &&
           grant_covers(target->grant, target->permission, target->fleet, cluster);
}

static bool
admitted(const struct target *target, struct str id)
{
    return !target->admits || target->admits(target->user, id);
}

/* One that was matched and may be read: in, or counted as not the subject's. */
static void
take(const struct target *target, const struct cluster *cluster, struct frozen *live,
    uint32_t *not_permitted)
{
    struct str id = cluster_id(cluster, target->fleet->intern);

    if (!admitted(target, id))
        return;
    if (permitted(target, cluster))
        frozen_add(live, id);
    else
        ++*not_permitted;
}

static bool
live_by_selector(const struct target *target, const char *text, struct frozen *live,
    uint32_t *not_permitted, struct err *err)
{
    struct selector *selector = selector_parse(str_from(text), err);
    const struct fleet *fleet = target->fleet;

    if (!selector)
        return false;
    selector_bind(selector, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && readable(target, cluster) &&
            selector_match(selector, fleet, cluster, target->now_ms, NULL))
            take(target, cluster, live, not_permitted);
    }
    selector_free(selector);
    return true;
}

/* KEY → cluster of what may be read; a key that several have leads to the fleet itself,
 * as a sign. */
static void
index_keys(const struct target *target, struct map *keys)
{
    const struct fleet *fleet = target->fleet;

    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        struct cluster *cluster = fleet_at(fleet, slot);
        struct str key;

        if (!cluster || !readable(target, cluster))
            continue;
        key = cluster_key(cluster, fleet->intern);
        map_put(keys, key, map_find(keys, key) ? (void *)fleet : (void *)cluster);
    }
}

static bool
live_by_name(const struct target *target, const struct map *keys, struct str name,
    const struct cluster **cluster, struct err *err)
{
    uint32_t slot = fleet_find(target->fleet, name);

    *cluster = slot == FLEET_NONE ? NULL : fleet_at(target->fleet, slot);
    if (*cluster && readable(target, *cluster))
        return true;
    *cluster = map_find(keys, name);
    if ((const void *)*cluster == (const void *)target->fleet) {
        *cluster = NULL;
        err_set(err, ERR_INPUT,
            "name \"%.*s\": clusters of several sources have it: say SOURCE:%.*s",
            STR_ARG(name), STR_ARG(name));
        return false;
    }
    if (*cluster)
        return true;
    err_set(err, ERR_NOT_FOUND, "no cluster \"%.*s\"", STR_ARG(name));
    return false;
}

static bool
live_by_names(const struct target *target, const struct maintenance_request *request,
    struct frozen *live, uint32_t *not_permitted, struct err *err)
{
    struct map keys = { 0 };
    bool ok = true;

    index_keys(target, &keys);
    for (size_t i = 0; i < request->names.count && ok; i++) {
        struct str name = str_from(request->names.ids[i]);
        const struct cluster *cluster;

        if (!live_by_name(target, &keys, name, &cluster, err)) {
            /* A name that went after the preview is one who left, not an error. */
            ok = request->has_frozen && err->code == ERR_NOT_FOUND;
            continue;
        }
        if (!request->has_frozen && !permitted(target, cluster)) {
            err_set(err, ERR_DENIED,
                "%s may not do this to \"%.*s\": it needs the permission %s",
                grant_subject(target->grant), STR_ARG(name),
                permission_name(target->permission));
            ok = false;
            continue;
        }
        take(target, cluster, live, not_permitted);
    }
    map_release(&keys);
    return ok;
}

bool
target_live(const struct target *target, const struct maintenance_request *request,
    struct frozen *live, uint32_t *not_permitted, struct err *err)
{
    bool ok;

    memset(live, 0, sizeof *live);
    *not_permitted = 0;
    grant_bind(target->grant, target->fleet);
    if (!request->selector && !request->names.count) {
        err_set(err, ERR_INPUT,
            "neither \"selector\" nor \"names\": say which clusters; the empty selector "
            "is all");
        return false;
    }
    ok = request->selector
             ? live_by_selector(target, request->selector, live, not_permitted, err)
             : live_by_names(target, request, live, not_permitted, err);
    if (ok && live->count > FROZEN_IDS) {
        err_set(err, ERR_LIMIT, "more than %d clusters", FROZEN_IDS);
        ok = false;
    }
    if (ok)
        frozen_seal(live);
    else
        frozen_release(live);
    return ok;
}

static void
keep_in_scope(
    const struct target *target, const struct frozen *frozen, struct frozen *set)
{
    for (size_t i = 0; i < frozen->count; i++) {
        struct str id = str_from(frozen->ids[i]);
        uint32_t slot = fleet_find(target->fleet, id);

        if (slot != FLEET_NONE && permitted(target, fleet_at(target->fleet, slot)) &&
            admitted(target, id))
            frozen_add(set, id);
    }
    frozen_seal(set);
}

bool
target_settle(const struct target *target, const struct maintenance_request *request,
    const struct frozen *live, struct frozen *set, struct buf *extra, struct err *err)
{
    struct maintenance_moved moved = { 0 };

    memset(set, 0, sizeof *set);
    if (!request->has_frozen || !strcmp(request->frozen.hash, live->hash)) {
        frozen_copy(set, live);
        return true;
    }
    if (!strcmp(request->accept, live->hash)) {
        keep_in_scope(target, &request->frozen, set);
        return true;
    }
    if (request->hash_only) {
        buf_print(
            extra, "\"live\":{\"count\":%zu,\"hash\":\"%s\"}", live->count, live->hash);
        err_set(err, ERR_MOVED,
            "the clusters have changed since the preview: there are %zu now; look again",
            live->count);
        return false;
    }
    frozen_compare(live, &request->frozen, &moved.joined, &moved.left, NULL);
    moved.live_count = (uint32_t)live->count;
    memcpy(moved.live, live->hash, sizeof moved.live);
    maintenance_moved_print(&moved, extra);
    err_set(err, ERR_MOVED,
        "the clusters have changed since the preview: %zu joined, %zu left; look again, "
        "or "
        "accept %.12s… to act on those that were shown",
        moved.joined.count, moved.left.count, live->hash);
    maintenance_moved_release(&moved);
    return false;
}

char *
target_print(const struct maintenance_request *request)
{
    struct err ignored = { 0 };
    struct selector *selector;
    struct buf text = { 0 };

    if (request->selector) {
        selector = selector_parse(str_from(request->selector), &ignored);
        if (selector)
            selector_print(selector, &text);
        selector_free(selector);
    }
    for (size_t i = 0; i < request->names.count && text.length <= TARGET_TEXT_BYTES; i++)
        buf_print(&text, "%s%s", i ? " " : "", request->names.ids[i]);
    if (text.length > TARGET_TEXT_BYTES) {
        buf_clear(&text);
        buf_print(&text, "%zu names", request->names.count);
    }
    return text.at ? buf_take(&text) : mem_text("");
}
