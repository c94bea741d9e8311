/* api_fleet -- the fleet as counts: the sentence, the tag census, the sources. */
#include "base/mem.h"
#include "fleet/selector.h"
#include "fleet/sentence.h"
#include "hub/read.h"
#include "wire/stream.h"

#include <stdlib.h>
#include <string.h>

#define CENSUS_KEYS   1000 /* in an answer; the rest is counted */
#define CENSUS_VALUES 1000 /* of one key */

const struct route read_routes[] = {
    /* clang-format off */
    { "GET",  "/v1/fleet",         PERMISSION_READ,   false, fleet_get,     "The sentence and its counts, of all or of a selector" },
    { "GET",  "/v1/tags",          PERMISSION_READ,   false, tags_get,      "The tag census: keys, their values, how many clusters" },
    { "GET",  "/v1/sources",       PERMISSION_READ,   false, sources_get,   "Each source's age and fault" },
    { "GET",  "/v1/clusters",      PERMISSION_READ,   false, clusters_get,  "Rows, one a line (NDJSON)" },
    { "GET",  "/v1/clusters/{id}", PERMISSION_READ,   false, cluster_get,   "All that is known of one cluster" },
    { "GET",  "/v1/whoami",        PERMISSION_READ,   false, whoami_get,    "Who you are here, and what you may do" },
    { "GET",  "/v1/hub",           PERMISSION_READ,   false, hub_get,       "The hub itself: version, clients, store" },
    { "POST", "/v1/hub/stop",      PERMISSION_RELOAD, false, hub_post_stop, "Drain and stop" },
    { "GET",  "/metrics",          PERMISSION_READ,   false, metrics_get,   "The hub's own metrics (Prometheus text); whole fleet only" },
    { "GET",  "/healthz",          PERMISSION_READ,   true,  healthz_get,   "200 while the hub answers" },
    { 0 },
    /* clang-format on */
};

struct selector *
request_selector(struct request *request, struct err *err)
{
    struct buf text = { 0 };
    struct selector *selector = NULL;

    if (request_query(request, "selector", &text, err))
        selector = selector_parse(buf_str(&text), err);
    if (selector)
        selector_bind(selector, request_parts(request)->fleet);
    buf_release(&text);
    return selector;
}

static void
print_states(const struct sentence *sentence, struct buf *out)
{
    for (int state = 0; state < STATES; state++)
        buf_print(out, "%s\"%s\":%u", state ? "," : "", state_name((enum state)state),
            sentence->states[state]);
}

static void
print_fleet(struct request *request, const struct sentence *sentence, struct buf *out)
{
    const struct parts *parts = request_parts(request);
    struct buf text = { 0 };
    char percent[8];

    sentence_print(sentence, &text);
    sentence_print_percent(sentence, percent);
    buf_add_text(out, "{\"fleet\":");
    buf_add_json(out, str_from(parts->fleet_name));
    buf_print(out, ",\"simulated\":%s,\"time\":", parts->simulated ? "true" : "false");
    json_add_time(out, request_now_ms(request));
    buf_print(out, ",\"total\":%u,\"operational\":%u,\"percent\":", sentence->total,
        sentence->operational);
    if (sentence->total)
        buf_add_json(out, str_from(percent));
    else
        buf_add_text(out, "null");
    buf_add_text(out, ",\"states\":{");
    print_states(sentence, out);
    buf_add_text(out, "},\"sentence\":");
    buf_add_json(out, buf_str(&text));
    buf_add_char(out, '}');
    buf_release(&text);
}

/* Each cluster that the subject may see and the selector of the request takes. False: the
 * selector is bad, and the request is answered. */
static bool
visit(struct request *request, void (*each)(void *user, const struct cluster *cluster),
    void *user)
{
    const struct fleet *fleet = request_parts(request)->fleet;
    struct scope scope = request_scope(request);
    struct err err;
    struct selector *selector = request_selector(request, &err);

    if (!selector) {
        request_problem(request, &err, NULL);
        return false;
    }
    scope_bind(&scope, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && scope_covers(&scope, fleet, cluster) &&
            selector_match(selector, fleet, cluster, request_now_ms(request), NULL))
            each(user, cluster);
    }
    selector_free(selector);
    return true;
}

static void
add_state(void *user, const struct cluster *cluster)
{
    sentence_add(user, (enum state)cluster->state);
}

void
fleet_get(struct request *request)
{
    struct sentence sentence = { 0 };
    struct buf out = { 0 };

    if (!visit(request, add_state, &sentence))
        return;
    print_fleet(request, &sentence, &out);
    request_json(request, 200, buf_str(&out));
    buf_release(&out);
}

/* ---- the census ---- */

struct pair {
    uint32_t key, value, count;
};

struct census { /* open addressing by (key, value); key 0 is free */
    struct pair *pairs;
    uint32_t capacity, count, clusters;
};

static struct pair *
pair_find(const struct census *census, uint32_t key, uint32_t value)
{
    uint32_t mask = census->capacity - 1;
    uint64_t h = ((uint64_t)key << 32 | value) * 0x9e3779b97f4a7c15u;
    uint32_t at = (uint32_t)(h >> 32) & mask;

    while (census->pairs[at].key &&
           (census->pairs[at].key != key || census->pairs[at].value != value))
        at = (at + 1) & mask;
    return &census->pairs[at];
}

static void
census_grow(struct census *census)
{
    struct pair *old = census->pairs;
    uint32_t capacity = census->capacity;

    census->capacity = capacity ? capacity * 2 : 256;
    census->pairs = mem_zero(census->capacity, sizeof *census->pairs);
    for (uint32_t i = 0; i < capacity; i++)
        if (old[i].key)
            *pair_find(census, old[i].key, old[i].value) = old[i];
    free(old);
}

static void
census_add(void *user, const struct cluster *cluster)
{
    struct census *census = user;

    census->clusters++;
    for (uint32_t i = 0; i < cluster->tag_count; i++) {
        struct pair *pair;

        if (census->count * 4 >= census->capacity * 3)
            census_grow(census);
        pair = pair_find(census, cluster->tags[i].key, cluster->tags[i].value);
        census->count += !pair->key;
        pair->key = cluster->tags[i].key;
        pair->value = cluster->tags[i].value;
        pair->count++;
    }
}

/* Keys together, the most frequent value of each first. */
static int
pair_order(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

static void
census_sort(struct census *census)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < census->capacity; i++)
        if (census->pairs[i].key)
            census->pairs[count++] = census->pairs[i];
    if (count)
        qsort(census->pairs, count, sizeof *census->pairs, pair_order);
}

static void
print_key(
    const struct fleet *fleet, const struct pair *pairs, uint32_t count, struct buf *out)
{
    uint32_t clusters = 0, shown = count < CENSUS_VALUES ? count : CENSUS_VALUES;

    for (uint32_t i = 0; i < count; i++)
        clusters += pairs[i].count;
    buf_add_text(out, "{\"key\":");
    buf_add_json(out, intern_str(fleet->intern, pairs->key));
    buf_print(out, ",\"clusters\":%u,\"distinct\":%u,\"values\":[", clusters, count);
    for (uint32_t i = 0; i < shown; i++) {
        buf_add_text(out, i ? ",{\"value\":" : "{\"value\":");
        buf_add_json(out, intern_str(fleet->intern, pairs[i].value));
        buf_print(out, ",\"clusters\":%u}", pairs[i].count);
    }
    buf_add_text(out, "]}");
}

static void
print_census(const struct fleet *fleet, const struct census *census, struct buf *out)
{
    uint32_t keys = 0;

    buf_print(out, "{\"clusters\":%u,\"keys\":[", census->clusters);
    for (uint32_t i = 0, end; i < census->count; i = end) {
        for (end = i;
             end < census->count && census->pairs[end].key == census->pairs[i].key;)
            end++;
        if (keys++ >= CENSUS_KEYS)
            continue;
        if (i)
            buf_add_char(out, ',');
        print_key(fleet, &census->pairs[i], end - i, out);
    }
    buf_print(out, "],\"distinct\":%u}", keys);
}

void
tags_get(struct request *request)
{
    struct census census = { 0 };
    struct buf out = { 0 };

    if (!visit(request, census_add, &census))
        return;
    census_sort(&census);
    print_census(request_parts(request)->fleet, &census, &out);
    free(census.pairs);
    request_json(request, 200, buf_str(&out));
    buf_release(&out);
}

void
sources_get(struct request *request)
{
    const struct fleet *fleet = request_parts(request)->fleet;
    struct scope scope = request_scope(request);
    struct fleet_source seen;
    struct buf out = { 0 };
    const char *comma = "";

    buf_add_text(&out, "{\"time\":");
    json_add_time(&out, request_now_ms(request));
    buf_add_text(&out, ",\"sources\":[");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        if (!scope_source(&scope, fleet, &fleet->sources[i], &seen))
            continue;
        buf_add_text(&out, comma);
        source_print(&seen, &out);
        comma = ",";
    }
    buf_add_text(&out, "]}");
    request_json(request, 200, buf_str(&out));
    buf_release(&out);
}
