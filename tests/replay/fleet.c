/*
 * Plays every *.replay of this folder under a clock that is given, twice at once: as the
 * simulator's facts, and as the objects of an API server through reflector, dialect and
 * mapping. After each line both fleets must be the same, but for what only one of them
 * can know: upstream's own words and times.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "helper/check.h"
#include "helper/upstream.h"
#include "hub/model.h"
#include "hub/source/mapping.h"
#include "hub/source/reflector.h"

#define START_MS    INT64_C(1795500000000)
#define SEED        7
#define STORES      16
#define PIECE_BYTES 61 /* the stream comes in pieces that end anywhere */
#define FOLDER      "tests/replay"

struct side { /* a hub's memory of the fleet */
    struct fleet *fleet;
    struct feed *feed;
    struct model *model;
    struct sink *sink;
};

struct site {
    bool there;
    struct store store;
    struct store_traits traits;
};

struct world;

struct watch { /* of one resource, and the server at its other end */
    struct world *world;
    enum store_resource resource;
    struct reflector reflector;
    char path[512];
    bool asked, open; /* a request waits for its head; it has had it */
};

struct world {
    int64_t now_ms;
    struct side simulated, kubernetes;
    struct site sites[STORES + 1]; /* by number, from 1 */
    struct store_facts facts;
    struct dialect *dialect;
    struct mapping mapping;
    struct watch watches[STORE_RESOURCES];
};

/* --- the two hubs --------------------------------------------------------------------
 */

static int64_t
world_now_ms(void *user)
{
    return ((struct world *)user)->now_ms;
}

static void
side_init(struct side *side, struct world *world)
{
    struct model_options options = { .now_ms = world_now_ms, .user = world };
    struct model_source source = { .name = "retail", .kind = "kubernetes" };
    struct err err;

    side->fleet = fleet_new();
    side->feed = feed_new(side->fleet, "e", FEED_GRAVES, FEED_TOMBSTONES);
    options.feed = side->feed;
    side->model = model_new(&options);
    side->sink = model_sink(side->model);
    assert_int_equal(model_add_source(side->model, &source, &err), 0);
}

static void
side_release(struct side *side)
{
    model_free(side->model);
    feed_free(side->feed);
    fleet_free(side->fleet);
}

/* Its source is alive, and time has passed. */
static void
side_tick(struct side *side, int64_t now_ms)
{
    model_source(side->model, 0)->fresh_ms = now_ms;
    model_source(side->model, 0)->synced = true;
    side->sink->status(side->sink, 0);
    model_tick(side->model);
}

/* --- an API server -------------------------------------------------------------------
 */

static void
send(struct watch *watch, const struct buf *text)
{
    for (size_t at = 0; at < text->length; at += PIECE_BYTES) {
        size_t left = text->length - at;
        struct str piece = { text->at + at, left < PIECE_BYTES ? left : PIECE_BYTES };

        assert_true(reflector_data(&watch->reflector, piece, watch->world->now_ms));
    }
}

static void
print_event(struct watch *watch, const char *type, uint32_t number, struct buf *out)
{
    const struct site *site = &watch->world->sites[number];

    buf_print(out, "{\"type\":\"%s\",\"object\":", type);
    upstream_print(watch->resource, &site->store, &site->traits, number, out);
    buf_add_text(out, "}\n");
}

/* What there is, if that was asked for. */
static void
answer(struct watch *watch)
{
    struct http_head head = {
        .status = 200, .retry_after_ms = -1, .content_type = "application/json"
    };
    struct buf out = { 0 };

    watch->asked = false;
    watch->open = true;
    reflector_head(&watch->reflector, &head, watch->world->now_ms);
    assert_non_null(strstr(watch->path, "watch=true"));
    if (strstr(watch->path, "sendInitialEvents=true")) {
        for (uint32_t number = 1; number <= STORES; number++)
            if (watch->world->sites[number].there)
                print_event(watch, "ADDED", number, &out);
        buf_add_text(&out,
            "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\","
            "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}\n");
    }
    send(watch, &out);
    buf_release(&out);
}

static void
on_request(void *user, const char *path, bool compressed)
{
    struct watch *watch = user;

    (void)compressed;
    assert_false(watch->asked || watch->open);
    watch->asked = true;
    snprintf(watch->path, sizeof watch->path, "%s", path);
}

static void
on_cancel(void *user)
{
    struct watch *watch = user;

    watch->asked = watch->open = false;
}

static void
on_begin(void *user)
{
    struct watch *watch = user;
    struct sink *sink = watch->world->kubernetes.sink;

    sink->begin(sink, 0, watch->resource);
}

static bool
on_put(void *user, const json_t *object)
{
    struct watch *watch = user;
    struct world *world = watch->world;
    struct err err;

    if (!mapping_map(&world->mapping, &world->dialect->resources[watch->resource],
            watch->resource, object, &err))
        fail_msg("%s", err.text);
    world->kubernetes.sink->put(world->kubernetes.sink, 0, &world->mapping.fact);
    return true;
}

static bool
on_drop(void *user, const json_t *object)
{
    struct watch *watch = user;
    struct world *world = watch->world;
    struct str name;
    struct err err;

    assert_true(mapping_name(&world->mapping, &world->dialect->resources[watch->resource],
        object, &name, &err));
    world->kubernetes.sink->drop(world->kubernetes.sink, 0, watch->resource, name);
    return true;
}

static void
on_end(void *user, bool sweep)
{
    struct watch *watch = user;
    struct sink *sink = watch->world->kubernetes.sink;

    assert_true(sweep);
    sink->end(sink, 0, watch->resource);
}

static void
on_abort(void *user)
{
    struct watch *watch = user;
    struct sink *sink = watch->world->kubernetes.sink;

    sink->abort(sink, 0, watch->resource);
}

static void
on_changed(void *user)
{
    (void)user;
}

static const struct reflector_calls calls = { on_request, on_cancel, on_begin, on_put,
    on_drop, on_end, on_abort, on_changed };

/* Time and requests, until nothing is left to be done now. */
static void
settle(struct world *world)
{
    for (size_t i = 0; i < STORE_RESOURCES; i++) {
        struct watch *watch = &world->watches[i];

        while (watch->asked || reflector_due(&watch->reflector) <= world->now_ms) {
            if (watch->asked)
                answer(watch);
            else
                reflector_tick(&watch->reflector, world->now_ms);
        }
    }
    side_tick(&world->simulated, world->now_ms);
    side_tick(&world->kubernetes, world->now_ms);
}

static bool
is_watching(const struct world *world)
{
    for (size_t i = 0; i < STORE_RESOURCES; i++)
        if (world->watches[i].reflector.phase != REFLECTOR_WATCHING)
            return false;
    return true;
}

/* --- what may happen to a store ------------------------------------------------------
 */

static void
do_enrol(struct site *site, int64_t now_ms)
{
    memset(&site->store, 0, sizeof site->store);
    site->there = true;
    site->store.link = CONNECTIVITY_NEVER_HEARD;
    site->store.work = SYNC_UNKNOWN;
    site->store.link_since_ms = site->store.work_since_ms = now_ms;
    site->store.app_desired = site->store.app_actual = STORE_APP_FIRST;
    site->store.model_desired = site->store.model_actual = STORE_MODEL_FIRST;
}

static void
do_work(struct site *site, enum sync work, int64_t now_ms)
{
    site->store.work = (uint8_t)work;
    site->store.work_since_ms = now_ms;
}

static void
do_done(struct site *site, int64_t now_ms)
{
    site->store.app_actual = site->store.app_desired;
    site->store.pending_since_ms = 0;
    do_work(site, SYNC_SYNCED, now_ms);
}

static void
do_link(struct site *site, enum connectivity link, int64_t now_ms)
{
    site->store.link = (uint8_t)link;
    site->store.link_since_ms = now_ms;
}

static void
do_join(struct site *site, int64_t now_ms)
{
    do_link(site, CONNECTIVITY_UP, now_ms);
    do_done(site, now_ms);
}

static void
do_cut(struct site *site, int64_t now_ms)
{
    do_link(site, CONNECTIVITY_DISCONNECTED, now_ms);
    if (site->store.work != SYNC_SYNCED)
        do_work(site, SYNC_QUEUED, now_ms);
}

static void
do_heal(struct site *site, int64_t now_ms)
{
    do_link(site, CONNECTIVITY_UP, now_ms);
    if (site->store.work == SYNC_QUEUED)
        do_work(site, SYNC_CATCHING_UP, now_ms);
}

static void
do_roll(struct site *site, int64_t now_ms)
{
    site->store.app_desired++;
    site->store.pending_since_ms = now_ms;
    do_work(
        site, site->store.link == CONNECTIVITY_UP ? SYNC_UPDATING : SYNC_QUEUED, now_ms);
}

static void
do_block(struct site *site, int64_t now_ms)
{
    do_work(site, SYNC_BLOCKED, now_ms);
}

static void
do_fault(struct site *site, enum fault_kind fault, int64_t now_ms)
{
    site->store.fault = (uint8_t)fault;
    site->store.health_since_ms = now_ms;
}

static void
do_down(struct site *site, int64_t now_ms)
{
    do_fault(site, FAULT_API, now_ms);
}

static void
do_degrade(struct site *site, int64_t now_ms)
{
    do_fault(site, FAULT_ADDON, now_ms);
}

static void
do_mend(struct site *site, int64_t now_ms)
{
    do_fault(site, FAULT_NONE, now_ms);
}

static void
do_retag(struct site *site, int64_t now_ms)
{
    (void)now_ms;
    store_draw(&site->traits, SEED, (uint32_t)(site->traits.hash % 1000) + STORES);
}

static void
do_drop(struct site *site, int64_t now_ms)
{
    (void)now_ms;
    site->there = false;
}

static const struct {
    const char *verb;
    void (*happens)(struct site *site, int64_t now_ms);
} verbs[] = {
    { "enrol", do_enrol },
    { "join", do_join },
    { "cut", do_cut },
    { "heal", do_heal },
    { "down", do_down },
    { "degrade", do_degrade },
    { "mend", do_mend },
    { "roll", do_roll },
    { "block", do_block },
    { "done", do_done },
    { "retag", do_retag },
    { "drop", do_drop },
};

/* --- telling both sides of it --------------------------------------------------------
 */

static void
tell_simulated(struct world *world, uint32_t number)
{
    struct site *site = &world->sites[number];
    struct sink *sink = world->simulated.sink;
    struct buf name = { 0 };

    if (site->there) {
        sink->put(sink, 0,
            store_cluster(
                &world->facts, &site->store, &site->traits, number, world->now_ms));
        sink->put(
            sink, 0, store_work(&world->facts, &site->store, number, world->now_ms));
        return;
    }
    store_print_name(number, &name);
    sink->drop(sink, 0, STORE_CLUSTER, buf_str(&name));
    buf_add_text(&name, "/retail-stack");
    sink->drop(sink, 0, STORE_WORK, buf_str(&name));
    buf_release(&name);
}

/* To watches that are open; the others will read it when they load. */
static void
tell_kubernetes(struct world *world, uint32_t number, bool was_there)
{
    bool there = world->sites[number].there;
    const char *type = !there ? "DELETED" : was_there ? "MODIFIED" : "ADDED";

    for (size_t i = 0; i < STORE_RESOURCES; i++) {
        struct buf out = { 0 };

        if (!world->watches[i].open)
            continue;
        print_event(&world->watches[i], type, number, &out);
        send(&world->watches[i], &out);
        buf_release(&out);
    }
}

static void
happen(struct world *world, const char *verb, uint32_t number)
{
    struct site *site = &world->sites[number];
    bool was_there = site->there;

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(verbs[i].verb, verb)) {
            verbs[i].happens(site, world->now_ms);
            tell_simulated(world, number);
            tell_kubernetes(world, number, was_there);
            return;
        }
    fail_msg("no verb '%s'", verb);
}

/* The server has forgotten the resume point, and hangs up. */
static void
expire(struct world *world)
{
    struct buf out = { 0 };
    struct err err = { 0 };

    buf_add_text(&out, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                       "\"reason\":\"Expired\"}}\n");
    for (size_t i = 0; i < STORE_RESOURCES; i++) {
        struct watch *watch = &world->watches[i];

        reflector_data(&watch->reflector, buf_str(&out), world->now_ms);
        if (watch->open) {
            watch->open = false;
            reflector_done(&watch->reflector, &err, world->now_ms);
        }
    }
    buf_release(&out);
}

/* --- comparing -----------------------------------------------------------------------
 */

static void
print_text(const struct fleet *fleet, const char *lead, uint32_t text, struct buf *out)
{
    buf_print(out, " %s%.*s", lead, STR_ARG(intern_str(fleet->intern, text)));
}

static void
print_row(const struct fleet *fleet, const struct cluster *c, struct buf *out)
{
    print_text(fleet, "", c->id, out);
    buf_print(out, " %s/%s", state_name((enum state)c->state),
        state_name((enum state)c->beneath));
    for (int axis = 0; axis < AXES; axis++)
        buf_print(out, " %s", axis_value_name((enum axis)axis, c->axes[axis].value));
    for (int layer = 0; layer < LAYERS; layer++) {
        print_text(fleet, "", c->versions[layer].desired, out);
        print_text(fleet, "", c->versions[layer].actual, out);
    }
    buf_print(out, " nodes %d/%d gpus %d", c->nodes_ready, c->nodes_total, c->gpus);
    print_text(fleet, "", c->gpu_model, out);
    print_text(fleet, "", c->timezone, out);
    print_text(fleet, "", c->place, out);
    buf_print(out, " %.3f %.3f", (double)c->latitude, (double)c->longitude);
    for (uint8_t i = 0; i < c->tag_count; i++) {
        print_text(fleet, "", c->tags[i].key, out);
        print_text(fleet, "=", c->tags[i].value, out);
    }
    buf_add_char(out, '\n');
}

static const struct cluster *
find(const struct side *side, uint32_t number)
{
    char id[32];
    uint32_t slot;

    snprintf(id, sizeof id, "retail:store-%04u", number);
    slot = fleet_find(side->fleet, str_from(id));
    return slot == FLEET_NONE ? NULL : fleet_at(side->fleet, slot);
}

static void
print_side(const struct side *side, struct buf *out)
{
    buf_print(out, "%u clusters\n", side->fleet->count);
    for (uint32_t number = 1; number <= STORES; number++) {
        const struct cluster *cluster = find(side, number);

        if (cluster)
            print_row(side->fleet, cluster, out);
    }
}

static void
compare(const struct world *world, const char *place)
{
    struct buf simulated = { 0 }, kubernetes = { 0 };

    print_side(&world->simulated, &simulated);
    print_side(&world->kubernetes, &kubernetes);
    if (strcmp(simulated.at, kubernetes.at) != 0)
        fail_msg(
            "%s:\nsimulated: %s\nkubernetes: %s", place, simulated.at, kubernetes.at);
    buf_release(&simulated);
    buf_release(&kubernetes);
}

/* --- the script ----------------------------------------------------------------------
 */

static struct str
next_word(struct str *rest)
{
    struct str word = { rest->at, 0 };

    *rest = str_trim(*rest);
    word.at = rest->at;
    while (word.length < rest->length && rest->at[word.length] != ' ')
        word.length++;
    rest->at += word.length;
    rest->length -= word.length;
    return word;
}

static void
check_state(
    const struct world *world, const char *place, const char *state, uint32_t number)
{
    const struct cluster *cluster = find(&world->kubernetes, number);
    const char *name = cluster ? state_name((enum state)cluster->state) : "not there";

    if (strcmp(name, state) != 0)
        fail_msg("%s: store %u is %s, not %s", place, number, name, state);
}

static void
take_word(struct str *rest, char *word, size_t size)
{
    struct str taken = next_word(rest);

    snprintf(word, size, "%.*s", STR_ARG(taken));
}

static void
play_line(struct world *world, const char *place, struct str line)
{
    int64_t seconds, number;
    struct str word = next_word(&line);
    char verb[16], state[16];
    bool is;

    if (!str_to_i64(word, &seconds) || START_MS + seconds * 1000 < world->now_ms)
        fail_msg("%s: a time that does not go back was expected", place);
    world->now_ms = START_MS + seconds * 1000;
    settle(world);
    take_word(&line, verb, sizeof verb);
    is = !strcmp(verb, "is");
    if (is) {
        take_word(&line, state, sizeof state);
        assert_true(is_watching(world));
    } else if (!strcmp(verb, "expire")) {
        expire(world);
    }
    while ((word = next_word(&line)).length) {
        if (!str_to_i64(word, &number) || number < 1 || number > STORES)
            fail_msg("%s: a store from 1 to %d was expected", place, STORES);
        if (is)
            check_state(world, place, state, (uint32_t)number);
        else
            happen(world, verb, (uint32_t)number);
    }
    settle(world);
    if (is_watching(world))
        compare(world, place);
}

static void
world_init(struct world *world)
{
    struct err err;
    struct yaml *fields = yaml_parse("hub.yaml", str_from(upstream_fields), &err);

    world->now_ms = START_MS;
    side_init(&world->simulated, world);
    side_init(&world->kubernetes, world);
    for (uint32_t number = 1; number <= STORES; number++)
        store_draw(&world->sites[number].traits, SEED, number);
    world->dialect = dialect_load("ocm", &err);
    assert_non_null(world->dialect);
    if (!dialect_overlay(world->dialect, "hub.yaml", fields, &err))
        fail_msg("%s", err.text);
    yaml_release(fields);
    for (size_t i = 0; i < STORE_RESOURCES; i++) {
        struct watch *watch = &world->watches[i];
        const struct dialect_resource *resource = &world->dialect->resources[i];

        watch->world = world;
        watch->resource = (enum store_resource)i;
        reflector_init(&watch->reflector, &calls, watch, "/things", resource->name);
        mapping_outline(resource, reflector_outline(&watch->reflector));
        reflector_start(&watch->reflector, world->now_ms);
    }
}

static void
world_release(struct world *world)
{
    for (size_t i = 0; i < STORE_RESOURCES; i++) {
        reflector_stop(&world->watches[i].reflector);
        reflector_release(&world->watches[i].reflector);
    }
    store_facts_release(&world->facts);
    dialect_free(world->dialect);
    side_release(&world->simulated);
    side_release(&world->kubernetes);
}

static void
play(const char *name)
{
    struct world *world = mem_zero(1, sizeof *world);
    struct buf script = { 0 };
    struct str rest, line;
    struct err err;
    char path[300], place[340];
    int at = 0, steps = 0;

    snprintf(path, sizeof path, FOLDER "/%s", name);
    if (!file_read(path, 1 << 20, &script, &err))
        fail_msg("%s", err.text);
    world_init(world);
    rest = buf_str(&script);
    while (str_split(&rest, '\n', &line)) {
        at++;
        line = str_trim(line);
        if (!line.length || line.at[0] == '#')
            continue;
        snprintf(place, sizeof place, "%s:%d", path, at);
        play_line(world, place, line);
        steps++;
    }
    assert_true(steps > 0 && is_watching(world));
    compare(world, path);
    world_release(world);
    free(world);
    buf_release(&script);
}

static void
every_replay_gives_the_same_fleet_through_both_sources(void **state)
{
    DIR *folder = opendir(FOLDER);
    struct dirent *entry;
    int played = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)))
        if (str_ends(str_from(entry->d_name), ".replay")) {
            play(entry->d_name);
            played++;
        }
    closedir(folder);
    assert_true(played > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_replay_gives_the_same_fleet_through_both_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
