/* The whole source against a small API server on a Unix socket. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "helper/check.h"
#include "hub/source/dialect.h"
#include "hub/source/source.h"
#include "net/server.h"

#define TURNS 20000

struct world {
    struct loop *loop;
    struct server *server;
    struct source *source;
    struct dialect *dialects[2];
    struct sink sink;
    struct fleet_source status;
    struct buf log; /* what reached the sink */
    char folder[32], socket[64];
    /* the server's side: */
    bool found, forbidden; /* managedclusters are served; manifestworks may not be read */
    struct exchange *watch; /* of managedclusters */
    struct buf pending;     /* to be sent there */
    uint32_t loads;
};

static struct world *
world_of(struct sink *sink)
{
    return (struct world *)((char *)sink - offsetof(struct world, sink));
}

static void
on_begin(struct sink *sink, uint32_t source, uint32_t resource)
{
    assert_int_equal(source, 5);
    buf_print(&world_of(sink)->log, "begin%u ", resource);
}

static void
on_put(struct sink *sink, uint32_t source, const struct fact *fact)
{
    assert_int_equal(source, 5);
    buf_print(&world_of(sink)->log, "+%.*s ", STR_ARG(fact->object));
}

static void
on_drop(struct sink *sink, uint32_t source, uint32_t resource, struct str object)
{
    (void)source;
    (void)resource;
    buf_print(&world_of(sink)->log, "-%.*s ", STR_ARG(object));
}

static void
on_end(struct sink *sink, uint32_t source, uint32_t resource)
{
    (void)source;
    buf_print(&world_of(sink)->log, "end%u ", resource);
}

static void
on_abort(struct sink *sink, uint32_t source, uint32_t resource)
{
    (void)source;
    buf_print(&world_of(sink)->log, "abort%u ", resource);
}

static void
on_status(struct sink *sink, uint32_t source)
{
    (void)sink;
    (void)source;
}

/* --- the API server -------------------------------------------------------------------
 */

static bool
pull(void *user, struct buf *out)
{
    struct world *world = user;

    buf_add_str(out, buf_str(&world->pending));
    buf_clear(&world->pending);
    return true;
}

static void
closed(void *user)
{
    struct world *world = user;

    world->watch = NULL;
}

#define EVENT(type, name)                                                                \
    "{\"type\":\"" type "\",\"object\":{\"metadata\":{\"name\":\"" name                  \
    "\",\"resourceVersion\":\"9\"}}}\n"
#define END                                                                              \
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"10\","       \
    "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}\n"
#define GROUP(name, resource)                                                            \
    "{\"metadata\":{\"name\":\"" name "\"},\"versions\":[{\"version\":\"v1\","           \
    "\"resources\":[{\"resource\":\"" resource "\",\"verbs\":[\"list\",\"watch\"]}]}]}"

static void
say(struct world *world, const char *events)
{
    buf_add_text(&world->pending, events);
    if (world->watch)
        exchange_wake(world->watch);
}

static void
serve_clusters(struct world *world, struct exchange *exchange)
{
    static const struct stream_calls calls = { pull, closed };

    if (str_contains_folded(exchange_query(exchange), STR("sendInitialEvents"))) {
        world->loads++;
        say(world, EVENT("ADDED", "a") EVENT("ADDED", "b") END);
    }
    world->watch = exchange;
    exchange_stream(exchange, "application/json", &calls, world);
}

static void
handle(void *user, struct exchange *exchange)
{
    struct world *world = user;
    struct str path = exchange_path(exchange);
    const char *groups =
        world->found ? "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[" GROUP(
                           "cluster.open-cluster-management.io",
                           "managedclusters") "," GROUP("work.open-cluster-management.io",
                           "manifestworks") "]}"
                     : "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[]}";

    assert_true(str_is(exchange_method(exchange), "GET"));
    if (str_is(path, "/apis"))
        exchange_reply(exchange, 200, "application/json", NULL, str_from(groups));
    else if (str_ends(path, "/managedclusters"))
        serve_clusters(world, exchange);
    else if (str_ends(path, "/manifestworks"))
        exchange_reply(exchange, 403, "application/json", NULL,
            STR("{\"reason\":\"Forbidden\",\"message\":\"no works for you\"}"));
    else if (str_ends(path, "/namespaces/a/leases/managed-cluster-lease"))
        exchange_reply(exchange, 200, "application/json", NULL,
            STR("{\"spec\":{\"renewTime\":\"2020-01-01T00:00:00.5Z\","
                "\"leaseDurationSeconds\":60}}"));
    else
        exchange_reply(exchange, 404, "application/json", NULL, STR("{}"));
}

/* --- the plays ------------------------------------------------------------------------
 */

static void
begin(struct world *world, bool found)
{
    struct err err = { 0 };
    const struct dialect *const *dialects =
        (const struct dialect *const *)world->dialects;
    struct kubeconfig kubeconfig = { 0 };
    struct source_options options = { .index = 5, .name = "t", .dialects = dialects };

    *world = (struct world){ .folder = "/tmp/nocturne-test-XXXXXX", .found = found };
    world->sink = (struct sink){ on_begin, on_put, on_drop, on_end, on_abort, on_status };
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->socket, sizeof(world->socket), "unix:%s/s", world->folder);
    world->loop = loop_new();
    world->server =
        server_new(world->loop, world->socket + 5, false, handle, world, &err);
    if (!world->server)
        fail_msg("%s", err.text);
    world->dialects[0] = dialect_load("ocm", &err);
    kubeconfig.server = world->socket;
    options.loop = world->loop;
    options.sink = &world->sink;
    options.status = &world->status;
    options.kubeconfig = &kubeconfig;
    world->source = source_class_find("kubernetes")->start(&options, &err);
    if (!world->source)
        fail_msg("%s", err.text);
}

static void
finish(struct world *world)
{
    if (world->source)
        source_class_find("kubernetes")->stop(world->source);
    server_free(world->server);
    loop_turn(world->loop, false);
    loop_free(world->loop);
    dialect_free(world->dialects[0]);
    unlink(world->socket + 5);
    rmdir(world->folder);
    buf_release(&world->log);
    buf_release(&world->pending);
}

/* Turn until the sink's log holds the words, or the fault does. */
static void
turn_until(struct world *world, const char *log, const char *fault)
{
    for (int i = 0; i < TURNS; i++) {
        if (strstr(world->log.at ? world->log.at : "", log) &&
            strstr(world->status.fault, fault))
            return;
        loop_turn(world->loop, true);
    }
    fail_msg("log '%s', phase '%s', fault '%s'; not '%s', '%s'", world->log.at,
        world->status.phase, world->status.fault, log, fault);
}

static void
clusters_are_loaded_and_followed_and_one_resources_fault_is_its_own(void **state)
{
    struct world world;

    (void)state;
    begin(&world, true);
    turn_until(&world, "begin0 +a +b end0 ", "manifestworks.work");
    assert_non_null(strstr(world.status.fault, "not allowed to list and watch"));
    assert_non_null(strstr(world.status.fault, "no works for you"));
    assert_string_equal(world.status.phase, "synced");
    assert_string_equal(world.status.dialect, "ocm");
    assert_true(world.status.synced);
    assert_true(world.status.fresh_ms > 0);
    assert_true(world.status.retry_ms > 0);
    say(&world, EVENT("MODIFIED", "b") EVENT("DELETED", "a"));
    turn_until(&world, "end0 +b -a ", "");
    assert_int_equal(world.status.events, 5);
    finish(&world);
}

static void
a_watch_that_is_cut_is_taken_up_without_loading_anew(void **state)
{
    struct world world;

    (void)state;
    begin(&world, true);
    turn_until(&world, "end0 ", "");
    say(&world, EVENT("MODIFIED", "a"));
    turn_until(&world, "end0 +a ", "");
    exchange_end(world.watch);
    while (world.watch)
        loop_turn(world.loop, true);
    while (!world.watch)
        loop_turn(world.loop, true);
    say(&world, EVENT("ADDED", "c"));
    turn_until(&world, "end0 +a +c ", "");
    assert_int_equal(world.loads, 1);
    finish(&world);
}

static void
a_server_without_any_cluster_is_said_to_hold_none(void **state)
{
    struct world world;

    (void)state;
    begin(&world, false);
    turn_until(&world, "", "the server holds no managedclusters");
    assert_string_equal(world.status.phase, "retrying");
    assert_false(world.status.synced);
    world.found = true;
    turn_until(&world, "end0 ", "");
    finish(&world);
}

static void
a_server_that_is_not_there_is_a_fault_and_stops_nobody(void **state)
{
    struct world world;

    (void)state;
    begin(&world, true);
    server_free(world.server);
    world.server = NULL;
    unlink(world.socket + 5);
    turn_until(&world, "", "onnect");
    assert_string_equal(world.status.phase, "retrying");
    finish(&world);
}

static void
the_lease_of_a_cluster_is_read_while_somebody_looks(void **state)
{
    const struct source_class *kubernetes = source_class_find("kubernetes");
    struct str keys[] = { STR("a"), STR("b") };
    struct world world;
    struct buf details = { 0 };

    (void)state;
    begin(&world, true);
    turn_until(&world, "end0 ", "");
    kubernetes->details(world.source, keys[0], &details);
    assert_int_equal(details.length, 0);
    kubernetes->look_at(world.source, keys, 2);
    for (int i = 0; i < TURNS && details.length == 0; i++) {
        loop_turn(world.loop, true);
        buf_clear(&details);
        kubernetes->details(world.source, keys[1], &details);
    }
    assert_non_null(strstr(details.at, "\"lease\":{\"fault\":"));
    buf_clear(&details);
    kubernetes->details(world.source, keys[0], &details);
    assert_non_null(strstr(
        details.at, "\"lease\":{\"renewed\":\"2020-01-01T00:00:00Z\",\"every_s\":60,"));
    kubernetes->look_at(world.source, keys + 1, 1);
    buf_clear(&details);
    kubernetes->details(world.source, keys[0], &details);
    assert_int_equal(details.length, 0);
    buf_release(&details);
    finish(&world);
}

static void
a_stopped_source_says_no_more(void **state)
{
    struct world world;

    (void)state;
    begin(&world, true);
    source_class_find("kubernetes")->stop(world.source);
    world.source = NULL;
    for (int i = 0; i < 10; i++)
        loop_turn(world.loop, false);
    assert_int_equal(world.log.length, 0);
    finish(&world);
}

static void
resources_keep_their_numbers_and_names(void **state)
{
    const struct source_class *kubernetes = source_class_find("kubernetes");
    struct world world;

    (void)state;
    begin(&world, false);
    assert_int_equal(kubernetes->resources(world.source), 2);
    assert_string_equal(kubernetes->resource_name(world.source, 0),
        "managedclusters.cluster.open-cluster-management.io");
    assert_string_equal(kubernetes->resource_name(world.source, 1),
        "manifestworks.work.open-cluster-management.io");
    assert_string_equal(kubernetes->resource_name(world.source, 2), "");
    assert_null(source_class_find("kubernets"));
    finish(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            clusters_are_loaded_and_followed_and_one_resources_fault_is_its_own),
        cmocka_unit_test(a_watch_that_is_cut_is_taken_up_without_loading_anew),
        cmocka_unit_test(a_server_without_any_cluster_is_said_to_hold_none),
        cmocka_unit_test(a_server_that_is_not_there_is_a_fault_and_stops_nobody),
        cmocka_unit_test(the_lease_of_a_cluster_is_read_while_somebody_looks),
        cmocka_unit_test(a_stopped_source_says_no_more),
        cmocka_unit_test(resources_keep_their_numbers_and_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
