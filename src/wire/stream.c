/* stream -- the bodies of the watch stream's events. */
#include "wire/stream.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "wire/member.h"

#define BODY_BYTES 16384

void
json_add_time(struct buf *out, int64_t time_ms)
{
    int64_t rest = time_ms % 1000;

    if (!time_ms) {
        buf_add_text(out, "null");
        return;
    }
    if (rest < 0)
        rest += 1000;
    buf_add_char(out, '"');
    clock_print_rfc3339(out, time_ms - rest);
    if (!out->full && out->length && out->at[out->length - 1] == 'Z') {
        out->at[--out->length] = '\0';
        buf_print(out, ".%03dZ", (int)rest);
    }
    buf_add_char(out, '"');
}

static void
add_text(struct buf *out, const char *lead, const char *text)
{
    buf_add_text(out, lead);
    buf_add_json(out, str_from(text));
}

static void
add_time(struct buf *out, const char *lead, int64_t time_ms)
{
    buf_add_text(out, lead);
    json_add_time(out, time_ms);
}

static const char *
bool_text(bool value)
{
    return value ? "true" : "false";
}

void
hello_print(const struct hello *hello, struct buf *out)
{
    add_text(out, "{\"hub\":", hello->hub);
    buf_print(out, ",\"api\":%d", hello->api);
    add_text(out, ",\"version\":", hello->version);
    add_text(out, ",\"epoch\":", hello->epoch);
    add_time(out, ",\"time\":", hello->time_ms);
    buf_print(out, ",\"simulated\":%s", bool_text(hello->simulated));
    add_text(out, ",\"fleet\":", hello->fleet);
    add_text(out, ",\"subject\":", hello->subject);
    add_text(out, ",\"role\":", hello->role);
    add_text(out, ",\"scope\":", hello->scope);
    if (hello->read_only[0])
        add_text(out, ",\"read_only\":", hello->read_only);
    else
        buf_add_text(out, ",\"read_only\":null");
    buf_add_char(out, '}');
}

static bool
read_hello(struct hello *hello, const json_t *root, struct err *err)
{
    int64_t api = 0;

    if (!member_copy(root, "hub", MEMBER_MAY, hello->hub, sizeof hello->hub, err) ||
        !member_count(root, "api", MEMBER_NEEDED, 1000, &api, err) ||
        !member_copy(
            root, "version", MEMBER_MAY, hello->version, sizeof hello->version, err) ||
        !member_copy(root, "epoch", MEMBER_MAY, hello->epoch, sizeof hello->epoch, err) ||
        !member_time(root, "time", MEMBER_NEEDED, &hello->time_ms, err) ||
        !member_bool(root, "simulated", MEMBER_MAY, &hello->simulated, err) ||
        !member_copy(root, "fleet", MEMBER_MAY, hello->fleet, sizeof hello->fleet, err) ||
        !member_copy(
            root, "subject", MEMBER_MAY, hello->subject, sizeof hello->subject, err) ||
        !member_copy(root, "role", MEMBER_MAY, hello->role, sizeof hello->role, err) ||
        !member_copy(root, "scope", MEMBER_MAY, hello->scope, sizeof hello->scope, err) ||
        !member_copy(root, "read_only", MEMBER_MAY, hello->read_only,
            sizeof hello->read_only, err))
        return false;
    hello->api = (int)api;
    return true;
}

bool
hello_parse(struct hello *hello, struct str text, struct err *err)
{
    json_t *root = member_object(text, BODY_BYTES, err);
    struct hello fresh = { 0 };
    bool ok = root && read_hello(&fresh, root, err);

    if (ok)
        *hello = fresh;
    else
        err_wrap(err, "hello");
    json_decref(root);
    return ok;
}

void
mark_print_id(const struct mark *mark, char text[STREAM_MARK_BYTES])
{
    snprintf(text, STREAM_MARK_BYTES, "%s-%s-%llu", mark->epoch, mark->scope,
        (unsigned long long)mark->revision);
}

/* A part of hexadecimal digits or letters: it goes back to the hub in a header. */
static bool
take_part(struct str *rest, char *part, size_t size)
{
    struct str taken;

    if (!str_split(rest, '-', &taken) || !taken.length || taken.length >= size)
        return false;
    for (size_t i = 0; i < taken.length; i++)
        if (!((taken.at[i] >= '0' && taken.at[i] <= '9') ||
                (taken.at[i] >= 'a' && taken.at[i] <= 'z')))
            return false;
    memcpy(part, taken.at, taken.length);
    part[taken.length] = '\0';
    return true;
}

bool
mark_parse_id(struct mark *mark, struct str id)
{
    struct mark fresh = { 0 };
    int64_t revision;

    if (id.length >= STREAM_MARK_BYTES ||
        !take_part(&id, fresh.epoch, sizeof fresh.epoch) ||
        !take_part(&id, fresh.scope, sizeof fresh.scope) || !id.length ||
        id.at[0] < '0' || id.at[0] > '9' || !str_to_i64(id, &revision))
        return false;
    fresh.revision = (uint64_t)revision;
    *mark = fresh;
    return true;
}

void
source_print(const struct fleet_source *source, struct buf *out)
{
    add_text(out, "{\"name\":", source->name);
    add_text(out, ",\"kind\":", source->kind);
    add_text(out, ",\"dialect\":", source->dialect);
    add_text(out, ",\"phase\":", source->phase);
    add_text(out, ",\"fault\":", source->fault);
    add_text(out, ",\"suspect\":", source->suspect);
    add_time(out, ",\"fresh\":", source->fresh_ms);
    add_time(out, ",\"since\":", source->since_ms);
    add_time(out, ",\"retry\":", source->retry_ms);
    buf_print(out,
        ",\"clusters\":%u,\"orphans\":%u,\"events\":%llu,\"errors\":%llu,"
        "\"promise_ms\":%lld,\"synced\":%s,\"simulated\":%s,\"kept\":%s}",
        source->clusters, source->orphans, (unsigned long long)source->events,
        (unsigned long long)source->errors, (long long)source->promise_ms,
        bool_text(source->synced), bool_text(source->simulated), bool_text(source->kept));
}

static bool
read_source_texts(struct fleet_source *source, const json_t *root, struct err *err)
{
    return member_copy(
               root, "name", MEMBER_MAY, source->name, sizeof source->name, err) &&
           member_copy(
               root, "kind", MEMBER_MAY, source->kind, sizeof source->kind, err) &&
           member_copy(root, "dialect", MEMBER_MAY, source->dialect,
               sizeof source->dialect, err) &&
           member_copy(
               root, "phase", MEMBER_MAY, source->phase, sizeof source->phase, err) &&
           member_copy(
               root, "fault", MEMBER_MAY, source->fault, sizeof source->fault, err) &&
           member_copy(root, "suspect", MEMBER_MAY, source->suspect,
               sizeof source->suspect, err) &&
           member_time(root, "fresh", MEMBER_MAY, &source->fresh_ms, err) &&
           member_time(root, "since", MEMBER_MAY, &source->since_ms, err) &&
           member_time(root, "retry", MEMBER_MAY, &source->retry_ms, err) &&
           member_bool(root, "synced", MEMBER_MAY, &source->synced, err) &&
           member_bool(root, "simulated", MEMBER_MAY, &source->simulated, err) &&
           member_bool(root, "kept", MEMBER_MAY, &source->kept, err);
}

static bool
read_source_counts(struct fleet_source *source, const json_t *root, struct err *err)
{
    int64_t clusters = 0, orphans = 0, events = 0, errors = 0;

    if (!member_count(root, "clusters", MEMBER_MAY, UINT32_MAX, &clusters, err) ||
        !member_count(root, "orphans", MEMBER_MAY, UINT32_MAX, &orphans, err) ||
        !member_count(root, "events", MEMBER_MAY, INT64_MAX, &events, err) ||
        !member_count(root, "errors", MEMBER_MAY, INT64_MAX, &errors, err) ||
        !member_count(
            root, "promise_ms", MEMBER_MAY, INT64_MAX, &source->promise_ms, err))
        return false;
    source->clusters = (uint32_t)clusters;
    source->orphans = (uint32_t)orphans;
    source->events = (uint64_t)events;
    source->errors = (uint64_t)errors;
    return true;
}

struct fleet_source *
source_parse(struct fleet *fleet, struct str text, struct err *err)
{
    json_t *root = member_object(text, BODY_BYTES, err);
    struct fleet_source fresh = { 0 }, *source = NULL;

    if (root && read_source_texts(&fresh, root, err) &&
        read_source_counts(&fresh, root, err)) {
        source = fleet_touch_source(fleet, str_from(fresh.name));
        if (source)
            *source = fresh;
        else
            err_set(
                err, ERR_INPUT, "name: missing, or more than %d sources", FLEET_SOURCES);
    }
    if (!source)
        err_wrap(err, "source");
    json_decref(root);
    return source;
}

void
time_print(int64_t time_ms, struct buf *out)
{
    add_time(out, "{\"time\":", time_ms);
    buf_add_char(out, '}');
}

bool
time_parse(struct str text, int64_t *time_ms, struct err *err)
{
    uint64_t revision;

    return mark_parse(text, &revision, time_ms, err);
}

void
mark_print(uint64_t revision, int64_t time_ms, struct buf *out)
{
    buf_print(out, "{\"revision\":%llu", (unsigned long long)revision);
    add_time(out, ",\"time\":", time_ms);
    buf_add_char(out, '}');
}

bool
mark_parse(struct str text, uint64_t *revision, int64_t *time_ms, struct err *err)
{
    json_t *root = member_object(text, BODY_BYTES, err);
    int64_t number = 0, time = 0;
    bool ok = root &&
              member_count(root, "revision", MEMBER_MAY, INT64_MAX, &number, err) &&
              member_time(root, "time", MEMBER_NEEDED, &time, err);

    if (ok) {
        *revision = (uint64_t)number;
        *time_ms = time;
    }
    json_decref(root);
    return ok;
}

void
sync_print(uint32_t clusters, struct buf *out)
{
    buf_print(out, "{\"clusters\":%u}", clusters);
}

bool
sync_parse(struct str text, uint32_t *clusters, struct err *err)
{
    json_t *root = member_object(text, BODY_BYTES, err);
    int64_t number = 0;
    bool ok =
        root && member_count(root, "clusters", MEMBER_NEEDED, UINT32_MAX, &number, err);

    if (ok)
        *clusters = (uint32_t)number;
    json_decref(root);
    return ok;
}

void
id_print(struct str id, struct buf *out)
{
    buf_add_text(out, "{\"id\":");
    buf_add_json(out, id);
    buf_add_char(out, '}');
}

bool
id_parse(struct str text, struct buf *id, struct err *err)
{
    json_t *root = member_object(text, BODY_BYTES, err);
    struct str value = { 0 };
    bool ok =
        root && member_view(root, "id", MEMBER_NEEDED, CLUSTER_ID_BYTES, &value, err);

    if (ok && !value.length) {
        err_set(err, ERR_INPUT, "\"id\" is empty");
        ok = false;
    }
    if (ok)
        buf_add_str(id, value);
    json_decref(root);
    return ok;
}
