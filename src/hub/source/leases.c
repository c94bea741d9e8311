/* leases -- a handful of small GETs, some at a time, while somebody looks. */
#include "hub/source/leases.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "hub/source/refusal.h"

#define LEASE_BYTES 65536

struct entry {
    struct leases *leases;
    char *key, *path;
    struct http_call *call;
    bool wanted, known;
    struct beat beat;
    int64_t skew_ms; /* the server's clock less ours */
    int64_t observed_ms;
    struct err fault;
};

struct leases {
    struct loop *loop;
    struct http *http;
    struct timer *timer;
    struct entry *entries[LEASES_MOST];
    uint32_t count, under_way;
    int64_t looked_ms; /* monotonic */
};

bool
beat_read(struct beat *beat, struct str body, int64_t now_ms, struct err *err)
{
    json_t *lease = json_loadb(body.at ? body.at : "", body.length, 0, NULL);
    const json_t *spec = json_object_get(lease, "spec");
    const json_t *renewed = json_object_get(spec, "renewTime");
    const json_t *seconds = json_object_get(spec, "leaseDurationSeconds");
    bool ok = false;

    *beat = (struct beat){ 0 };
    if (!json_is_string(renewed) ||
        !clock_parse_rfc3339(str_from(json_string_value(renewed)), &beat->renewed_ms))
        err_set(err, ERR_INPUT, "the lease was never renewed");
    else if (!json_is_integer(seconds) || json_integer_value(seconds) < 1 ||
             json_integer_value(seconds) > 1000000)
        err_set(err, ERR_INPUT, "the lease does not say how long it lasts");
    else
        ok = true;
    if (ok) {
        beat->every_ms = json_integer_value(seconds) * 1000;
        if (now_ms > beat->renewed_ms)
            beat->missed = (now_ms - beat->renewed_ms) / beat->every_ms;
    }
    json_decref(lease);
    return ok;
}

static void
entry_free(struct entry *entry)
{
    if (entry->call) {
        http_cancel(entry->call);
        entry->leases->under_way--;
    }
    free(entry->key);
    free(entry->path);
    free(entry);
}

static void leases_pump(struct leases *leases);

static void
entry_answered(void *user, const struct http_result *result)
{
    struct entry *entry = user;
    struct leases *leases = entry->leases;
    int64_t now_ms = loop_now_ms(leases->loop);
    struct refusal refusal;
    struct buf text = { 0 };
    struct err err = { 0 };

    entry->call = NULL;
    leases->under_way--;
    entry->observed_ms = now_ms;
    if (result->err.code != ERR_NONE)
        err = result->err;
    else if (result->head.status != 200) {
        refusal_parse(&refusal, result->head.status, result->body);
        refusal_explain(&refusal, "leases", &text);
        err_set(&err, ERR_UNAVAILABLE, "%s", text.at);
    } else {
        entry->skew_ms = result->head.date_ms ? result->head.date_ms - now_ms : 0;
        entry->known =
            beat_read(&entry->beat, result->body, now_ms + entry->skew_ms, &err);
    }
    entry->fault = err;
    buf_release(&text);
    leases_pump(leases);
}

static void
entry_ask(struct entry *entry)
{
    struct http_request request = {
        .path = entry->path,
        .total_timeout_ms = LEASES_EVERY_MS,
        .body_limit = LEASE_BYTES,
        .done = entry_answered,
        .user = entry,
    };
    struct err err = { 0 };

    entry->wanted = false;
    if (http_send(entry->leases->http, &request, &entry->call, &err))
        entry->leases->under_way++;
    else
        entry->fault = err;
}

static void
leases_pump(struct leases *leases)
{
    for (uint32_t i = 0; i < leases->count; i++) {
        if (leases->under_way == LEASES_AT_ONCE)
            return;
        if (leases->entries[i]->wanted && !leases->entries[i]->call)
            entry_ask(leases->entries[i]);
    }
}

static void
leases_clear(struct leases *leases)
{
    for (uint32_t i = 0; i < leases->count; i++)
        entry_free(leases->entries[i]);
    leases->count = 0;
    timer_stop(leases->timer);
}

static void
leases_fired(void *user)
{
    struct leases *leases = user;

    if (loop_monotonic_ms(leases->loop) - leases->looked_ms > LEASES_LOOK_MS) {
        leases_clear(leases);
        return;
    }
    for (uint32_t i = 0; i < leases->count; i++)
        leases->entries[i]->wanted = true;
    leases_pump(leases);
}

struct leases *
leases_new(struct loop *loop, struct http *http)
{
    struct leases *leases = mem_zero(1, sizeof(*leases));

    leases->loop = loop;
    leases->http = http;
    leases->timer = timer_new(loop, leases_fired, leases);
    return leases;
}

void
leases_free(struct leases *leases)
{
    if (!leases)
        return;
    leases_clear(leases);
    timer_free(leases->timer);
    free(leases);
}

/* The name with {key} filled in, as one path segment. */
static void
add_filled(struct buf *path, const char *pattern, struct str key)
{
    const char *hole = strstr(pattern, "{key}");
    struct buf text = { 0 };

    if (!hole)
        buf_add_text(&text, pattern);
    else {
        buf_add(&text, pattern, (size_t)(hole - pattern));
        buf_add_str(&text, key);
        buf_add_text(&text, hole + 5);
    }
    http_encode(path, buf_str(&text));
    buf_release(&text);
}

static struct entry *
entry_new(struct leases *leases, const struct lease *lease, struct str key)
{
    struct entry *entry = mem_zero(1, sizeof(*entry));
    struct buf path = { 0 };

    entry->leases = leases;
    entry->key = mem_text_length(key.at, key.length);
    buf_add_text(&path, "/apis/coordination.k8s.io/v1/namespaces/");
    add_filled(&path, lease->namespace, key);
    buf_add_text(&path, "/leases/");
    add_filled(&path, lease->name, key);
    entry->path = buf_take(&path);
    entry->wanted = true;
    return entry;
}

/* Which inventory a key is of is told by its form. */
static const struct lease *
lease_of(const struct leases_look *look, struct str key)
{
    bool namespaced = memchr(key.at, '/', key.length) != NULL;

    for (size_t i = 0; look->inventory[i]; i++)
        if (look->inventory[i]->namespaced_key == namespaced)
            return look->inventory[i]->lease;
    return NULL;
}

static struct entry *
take_entry(struct entry **entries, uint32_t count, struct str key)
{
    for (uint32_t i = 0; i < count; i++)
        if (entries[i] && str_is(key, entries[i]->key)) {
            struct entry *found = entries[i];

            entries[i] = NULL;
            return found;
        }
    return NULL;
}

void
leases_look_at(struct leases *leases, const struct leases_look *look)
{
    struct entry *before[LEASES_MOST];
    uint32_t count = leases->count;

    memcpy(before, leases->entries, sizeof(before));
    leases->count = 0;
    leases->looked_ms = loop_monotonic_ms(leases->loop);
    for (uint32_t i = 0; i < look->count && leases->count < LEASES_MOST; i++) {
        const struct lease *lease = lease_of(look, look->keys[i]);
        struct entry *entry = take_entry(before, count, look->keys[i]);

        if (!entry && lease)
            entry = entry_new(leases, lease, look->keys[i]);
        if (entry)
            leases->entries[leases->count++] = entry;
    }
    for (uint32_t i = 0; i < count; i++)
        if (before[i])
            entry_free(before[i]);
    if (leases->count && !timer_active(leases->timer))
        timer_start(leases->timer, LEASES_EVERY_MS, LEASES_EVERY_MS);
    leases_pump(leases);
}

void
leases_print(const struct leases *leases, struct str key, struct buf *out)
{
    const struct entry *entry = NULL;
    int64_t now_ms;

    for (uint32_t i = 0; i < leases->count && !entry; i++)
        if (str_is(key, leases->entries[i]->key))
            entry = leases->entries[i];
    if (!entry || !entry->observed_ms)
        return;
    buf_add_text(out, "\"lease\":{");
    if (entry->known) {
        now_ms = loop_now_ms(leases->loop) + entry->skew_ms;
        buf_add_text(out, "\"renewed\":\"");
        clock_print_rfc3339(out, entry->beat.renewed_ms);
        buf_print(out, "\",\"every_s\":%" PRId64 ",\"missed\":%" PRId64 ",",
            entry->beat.every_ms / 1000,
            now_ms > entry->beat.renewed_ms
                ? (now_ms - entry->beat.renewed_ms) / entry->beat.every_ms
                : 0);
    }
    if (entry->fault.code != ERR_NONE) {
        buf_add_text(out, "\"fault\":");
        buf_add_json(out, str_from(entry->fault.text));
        buf_add_char(out, ',');
    }
    buf_add_text(out, "\"observed\":\"");
    clock_print_rfc3339(out, entry->observed_ms);
    buf_add_text(out, "\"}");
}
