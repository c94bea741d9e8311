/* The fleet API through a real server on a real socket, held to docs/openapi.yaml, seen
 * by several subjects. */
#include "hub/api.h"
#include "base/clock.h"
#include "base/mem.h"
#include "helper/openapi.h"
#include "hub/action.h"
#include "hub/feed.h"
#include "hub/identity.h"
#include "hub/journal.h"
#include "hub/maintenance.h"
#include "hub/model.h"
#include "hub/read.h"
#include "hub/watch.h"
#include "hub/write.h"
#include "net/http.h"
#include "net/process.h"
#include "net/server.h"
#include "wire/stream.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    char folder[64], socket[96], journal_path[96];
    struct loop *loop;
    struct fleet *fleet;
    struct feed *feed;
    struct model *model;
    struct journal *journal;
    struct actions *actions;
    struct maintenance *maintenance;
    struct authz *authz;
    struct identities *identities;
    struct watchers *watchers;
    struct parts parts;
    struct api *api;
    struct server *server;
    struct http *http;
    struct openapi *openapi;
    bool stopped;
};

struct answer {
    bool done;
    int status;
    char content_type[64];
    struct buf body;
    struct err err;
};

static const struct route *const tables[] = { read_routes, watch_routes, write_routes,
    NULL };

static int64_t
now_ms(void *user)
{
    return loop_now_ms(((struct bench *)user)->loop);
}

static void
cover(void *user, struct str cluster, struct str window, int64_t until_ms)
{
    model_cover(((struct bench *)user)->model, cluster, window, until_ms);
}

static void
stop(void *user)
{
    ((struct bench *)user)->stopped = true;
}

static void
look_at(void *user, uint32_t slot, struct buf *details)
{
    (void)user;
    (void)slot;
    buf_add_text(details, "\"lease\":{\"missed\":2}");
}

static const char *
resource_name(void *user, uint32_t source, uint32_t resource)
{
    (void)user;
    (void)source;
    return resource ? "works" : "clusters";
}

static void
put_cluster(struct bench *bench, const char *name, const char *region, uint8_t health)
{
    struct fact fact = { .object = str_from(name), .inventory = true };

    fact.axes[AXIS_CONNECTIVITY] =
        (struct fact_axis){ true, CONNECTIVITY_UP, STR("Available"), 1790000000000 };
    fact.axes[AXIS_HEALTH] = (struct fact_axis){ true, health, STR("Seen"), 0 };
    fact.tags[0] = (struct fact_tag){ STR("region"), str_from(region) };
    fact.tag_count = 1;
    fact.nodes_known = true;
    fact.nodes_ready = 2, fact.nodes_total = 3;
    fact.location_known = true;
    fact.latitude = 45.5f, fact.longitude = -122.6f;
    fact.timezone = STR("America/Los_Angeles");
    model_sink(bench->model)->put(model_sink(bench->model), 0, &fact);
}

static void
put_work(struct bench *bench, const char *name)
{
    char object[64];
    struct fact fact = {
        .resource = 1, .join = JOIN_NAMESPACE, .join_value = str_from(name)
    };

    snprintf(object, sizeof object, "%s/app", name);
    fact.object = str_from(object);
    fact.axes[AXIS_SYNC] = (struct fact_axis){ true, SYNC_UPDATING, STR("Applying"), 0 };
    fact.versions[LAYER_APP] = (struct fact_version){ true, STR("2"), STR("1") };
    model_sink(bench->model)->put(model_sink(bench->model), 0, &fact);
}

static void
open_fleet(struct bench *bench)
{
    struct model_options options = { .now_ms = now_ms, .user = bench };
    struct model_source source = { .name = "ocm", .kind = "kubernetes" };
    struct err err;

    bench->fleet = fleet_new();
    options.feed = bench->feed =
        feed_new(bench->fleet, NULL, FEED_GRAVES, FEED_TOMBSTONES);
    bench->model = model_new(&options);
    assert_int_equal(model_add_source(bench->model, &source, &err), 0);
    snprintf(model_source(bench->model, 0)->phase, 24, "synced");
    put_cluster(bench, "west-1", "west", HEALTH_HEALTHY);
    put_cluster(bench, "west-2", "west", HEALTH_FAILING);
    put_cluster(bench, "east-1", "east", HEALTH_DEGRADED);
    put_cluster(bench, "odd /%:é", "east", HEALTH_HEALTHY);
    put_work(bench, "west-1");
}

/* who: "uid:N" of ourselves gets that role within that scope; NULL: a private hub. */
static void
open_hub(struct bench *bench, const char *role, const char *within)
{
    struct journal_options journal = { .path = bench->journal_path, .loop = bench->loop };
    struct maintenance_options windows = {
        .loop = bench->loop, .cover = cover, .user = bench
    };
    char subject[24];
    struct err err = { 0 };

    open_fleet(bench);
    journal.now_ms = clock_wall_ms();
    bench->journal = journal_open(&journal, &err);
    assert_non_null(bench->journal);
    windows.journal = bench->journal;
    windows.actions = bench->actions = actions_new(bench->journal, bench->loop);
    windows.fleet = bench->fleet;
    bench->maintenance = maintenance_new(&windows);
    bench->authz = authz_new(!role, process_uid());
    snprintf(subject, sizeof subject, "uid:%u", process_uid());
    if (role && role[0])
        assert_true(authz_bind(bench->authz, subject, role, str_from(within), &err));
    bench->identities = identities_new(bench->loop);
    bench->watchers = watchers_new(bench->loop, bench->feed);
    bench->parts = (struct parts){ .loop = bench->loop,
        .fleet = bench->fleet,
        .model = bench->model,
        .feed = bench->feed,
        .watchers = bench->watchers,
        .authz = bench->authz,
        .identities = bench->identities,
        .journal = bench->journal,
        .actions = bench->actions,
        .maintenance = bench->maintenance,
        .name = "test",
        .fleet_name = "Test stores",
        .private_hub = !role,
        .started_ms = clock_wall_ms(),
        .resource_name = resource_name,
        .look_at = look_at,
        .stop = stop,
        .user = bench };
    bench->api = api_new(&bench->parts, tables);
    bench->server =
        server_new(bench->loop, bench->socket, true, api_handle, bench->api, &err);
    assert_non_null(bench->server);
    bench->parts.server = bench->server;
}

static int
setup(void **state)
{
    struct bench *bench = mem_zero(1, sizeof *bench);
    struct http_target target = { .base_url = "http://hub", .user_agent = "test" };
    struct err err = { 0 };

    snprintf(bench->folder, sizeof bench->folder, "/tmp/nocturne-api-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->socket, sizeof bench->socket, "%s/hub.sock", bench->folder);
    snprintf(
        bench->journal_path, sizeof bench->journal_path, "%s/journal.db", bench->folder);
    bench->loop = loop_new();
    target.unix_path = bench->socket;
    bench->http = http_new(bench->loop, &target, &err);
    assert_non_null(bench->http);
    bench->openapi = openapi_read();
    *state = bench;
    return 0;
}

static void
close_hub(struct bench *bench)
{
    http_free(bench->http);
    maintenance_free(bench->maintenance);
    actions_free(bench->actions);
    server_free(bench->server);
    api_free(bench->api);
    watchers_free(bench->watchers);
    identities_free(bench->identities);
    journal_close(bench->journal);
    authz_free(bench->authz);
    model_free(bench->model);
    feed_free(bench->feed);
    fleet_free(bench->fleet);
    loop_free(bench->loop);
}

static int
teardown(void **state)
{
    struct bench *bench = *state;
    struct dirent *entry;
    char path[400];
    DIR *folder;

    close_hub(bench);
    openapi_free(bench->openapi);
    folder = opendir(bench->folder);
    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof path, "%s/%s", bench->folder, entry->d_name);
        unlink(path);
    }
    if (folder)
        closedir(folder);
    rmdir(bench->folder);
    free(bench);
    return 0;
}

static void
answered(void *user, const struct http_result *result)
{
    struct answer *answer = user;

    answer->done = true;
    answer->status = result->head.status;
    answer->err = result->err;
    snprintf(answer->content_type, sizeof answer->content_type, "%s",
        result->head.content_type ? result->head.content_type : "");
    buf_add_str(&answer->body, result->body);
}

static struct answer
ask(struct bench *bench, const char *method, const char *path)
{
    struct http_request request = { .method = method, .path = path, .done = answered };
    struct answer answer = { 0 };
    struct err err = { 0 };

    request.user = &answer;
    if (!http_send(bench->http, &request, NULL, &err))
        fail_msg("%s", err.text);
    while (!answer.done)
        loop_turn(bench->loop, true);
    if (answer.err.code != ERR_NONE)
        fail_msg("%s: %s", path, answer.err.text);
    buf_add_text(&answer.body, "");
    return answer;
}

/* Ask, and hold the answer to the description of that route. */
static char *
get(struct bench *bench, const char *path, const char *route, int status)
{
    struct answer answer = ask(bench, "GET", path);
    struct err err = { 0 };

    assert_int_equal(answer.status, status);
    if (!openapi_judge(bench->openapi, "GET", route, status, answer.content_type,
            buf_str(&answer.body), &err))
        fail_msg("GET %s: %s\n%s", path, err.text, answer.body.at);
    if (!answer.body.at)
        return mem_text("");
    return buf_take(&answer.body);
}

static void
expect(struct bench *bench, const char *path, const char *route, int status,
    const char *what)
{
    char *body = get(bench, path, route, status);

    if (!strstr(body, what))
        fail_msg("GET %s: no %s in\n%s", path, what, body);
    free(body);
}

static void
refute(struct bench *bench, const char *path, const char *route, const char *what)
{
    char *body = get(bench, path, route, 200);

    if (strstr(body, what))
        fail_msg("GET %s: %s in\n%s", path, what, body);
    free(body);
}

static void
every_read_holds_to_its_description(void **state)
{
    struct bench *bench = *state;

    open_hub(bench, NULL, NULL);
    expect(bench, "/v1/fleet", "/v1/fleet", 200,
        "\"total\":4,\"operational\":3,\"percent\":\"75.0\"");
    expect(bench, "/v1/fleet?selector=region%3Dwest", "/v1/fleet", 200, "\"total\":2");
    expect(bench, "/v1/fleet?selector=region%3Dnowhere", "/v1/fleet", 200,
        "\"percent\":null");
    expect(bench, "/v1/tags", "/v1/tags", 200, "{\"value\":\"west\",\"clusters\":2}");
    expect(bench, "/v1/sources", "/v1/sources", 200, "\"name\":\"ocm\"");
    expect(bench, "/v1/clusters", "/v1/clusters", 200, "\"id\":\"ocm:west-1\"");
    expect(bench, "/v1/whoami", "/v1/whoami", 200, "\"role\":\"admin\"");
    expect(bench, "/v1/hub", "/v1/hub", 200, "\"busy\":false");
    expect(bench, "/v1/maintenance", "/v1/maintenance", 200, "\"windows\":[]");
    expect(bench, "/v1/audit", "/v1/audit", 200, "\"entries\":");
    expect(
        bench, "/v1/audit/verify", "/v1/audit/verify", 200, "\"verdict\":\"unproven\"");
    expect(bench, "/healthz", "/healthz", 200, "ok");
    expect(bench, "/metrics", "/metrics", 200, "nocturne_clusters{state=\"down\"} 1\n");
}

static void
details_tell_facets_source_window_and_audit(void **state)
{
    struct bench *bench = *state;
    char *body;

    open_hub(bench, NULL, NULL);
    body = get(bench, "/v1/clusters/ocm%3Awest-1", "/v1/clusters/{id}", 200);
    assert_non_null(strstr(body, "\"object\":\"west-1/app\""));
    assert_non_null(strstr(body, "\"lease\":{\"missed\":2}"));
    assert_non_null(strstr(body, "\"audit\":[]"));
    free(body);
    expect(
        bench, "/v1/clusters/west-2", "/v1/clusters/{id}", 200, "\"id\":\"ocm:west-2\"");
    expect(bench, "/v1/clusters/ocm:odd%20%2F%25%3A%C3%A9", "/v1/clusters/{id}", 200,
        "odd /%:é");
    expect(bench, "/v1/clusters/ocm%3Anobody", "/v1/clusters/{id}", 404,
        "no cluster ocm:nobody");
}

static void
what_is_malformed_is_a_problem_that_says_where(void **state)
{
    struct bench *bench = *state;

    open_hub(bench, NULL, NULL);
    expect(bench, "/v1/fleet?selector=region%3D%3D%3D", "/v1/fleet", 400,
        "selector: column ");
    expect(bench, "/v1/clusters?selector=((", "/v1/clusters", 400, "column 1");
    expect(bench, "/v1/tags?selector=%zz", "/v1/tags", 400, "percent-encoding");
    expect(bench, "/v1/tags?selector=%ff", "/v1/tags", 400, "UTF-8");
}

static void
an_unknown_path_is_404_and_a_wrong_method_405_with_allow(void **state)
{
    static const char *const nowhere[] = { "/", "/v1", "/v1/", "/v1/fleet/",
        "/v1/fleet/x", "/v2/fleet", "/v1//fleet", "/V1/fleet", "/v1/clusters/",
        "/v1/clusters/a/b" };
    struct bench *bench = *state;
    struct answer answer;

    open_hub(bench, NULL, NULL);
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        answer = ask(bench, "GET", nowhere[i]);
        if (answer.status != 404)
            fail_msg("%s is %d", nowhere[i], answer.status);
        assert_string_equal(answer.content_type, "application/problem+json");
        buf_release(&answer.body);
    }
    answer = ask(bench, "DELETE", "/v1/maintenance");
    assert_int_equal(answer.status, 405);
    assert_non_null(strstr(answer.body.at, "GET, POST"));
    buf_release(&answer.body);
    answer = ask(bench, "PUT", "/v1/clusters/x");
    assert_int_equal(answer.status, 405);
    buf_release(&answer.body);
}

static void
a_scope_holds_everywhere(void **state)
{
    struct bench *bench = *state;

    open_hub(bench, "viewer", "region=west");
    expect(bench, "/v1/fleet", "/v1/fleet", 200, "\"total\":2");
    refute(bench, "/v1/clusters", "/v1/clusters", "east");
    refute(bench, "/v1/tags", "/v1/tags", "east");
    expect(bench, "/v1/sources", "/v1/sources", 200, "\"clusters\":2");
    expect(
        bench, "/v1/clusters/ocm%3Aeast-1", "/v1/clusters/{id}", 404, "that you may see");
    expect(bench, "/v1/clusters/east-1", "/v1/clusters/{id}", 404, "that you may see");
    expect(
        bench, "/v1/clusters/west-1", "/v1/clusters/{id}", 200, "\"id\":\"ocm:west-1\"");
    expect(bench, "/v1/whoami", "/v1/whoami", 200, "\"read\":[\"region=west\"]");
    expect(bench, "/metrics", "/metrics", 403, "whole fleet");
}

static void
who_has_no_role_sees_nothing_but_that_the_hub_lives(void **state)
{
    struct bench *bench = *state;

    open_hub(bench, "", NULL);
    for (size_t t = 0; tables[t]; t++) {
        for (const struct route *route = tables[t]; route->method; route++) {
            struct answer answer = ask(bench, route->method, route->path);

            assert_int_equal(answer.status, route->open ? 200 : 403);
            assert_null(strstr(answer.body.at, "west"));
            buf_release(&answer.body);
        }
    }
}

static void
a_viewer_may_not_write(void **state)
{
    struct bench *bench = *state;

    open_hub(bench, "viewer", "");
    for (size_t t = 0; tables[t]; t++) {
        for (const struct route *route = tables[t]; route->method; route++) {
            struct answer answer;

            if (!strcmp(route->method, "GET"))
                continue;
            answer = ask(bench, route->method, route->path);
            assert_int_equal(answer.status, 403);
            buf_release(&answer.body);
        }
    }
    assert_false(bench->stopped);
}

static void
an_admin_stops_the_hub(void **state)
{
    struct bench *bench = *state;
    struct answer answer;

    open_hub(bench, NULL, NULL);
    answer = ask(bench, "POST", "/v1/hub/stop");
    assert_int_equal(answer.status, 202);
    assert_true(bench->stopped);
    buf_release(&answer.body);
}

struct described {
    struct bench *bench;
    int missing;
};

static void
find_route(void *user, const char *method, const char *path)
{
    struct described *described = user;

    for (size_t t = 0; tables[t]; t++)
        for (const struct route *route = tables[t]; route->method; route++)
            if (!strcmp(route->method, method) && !strcmp(route->path, path))
                return;
    print_message("%s %s is described and is no route\n", method, path);
    described->missing++;
}

static void
each_route_is_described_and_each_description_is_a_route(void **state)
{
    struct described described = { .bench = *state };

    open_hub(described.bench, NULL, NULL);
    for (size_t t = 0; tables[t]; t++) {
        for (const struct route *route = tables[t]; route->method; route++) {
            assert_true(route->help && route->help[0]);
            if (!openapi_has(described.bench->openapi, route->method, route->path))
                fail_msg("%s %s is not described", route->method, route->path);
        }
    }
    openapi_each(described.bench->openapi, find_route, &described);
    assert_int_equal(described.missing, 0);
}

/* ---- the stream ---- */

struct stream {
    struct buf text;
    struct http_call *call;
    bool ended;
};

static bool
stream_data(void *user, const char *at, size_t length)
{
    buf_add(&((struct stream *)user)->text, at, length);
    return true;
}

static void
stream_done(void *user, const struct http_result *result)
{
    (void)result;
    ((struct stream *)user)->ended = true;
}

static void
stream_open(struct bench *bench, struct stream *stream, const char *last_id)
{
    char header[160];
    const char *headers[] = { header, NULL };
    struct http_request request = { .path = "/v1/watch",
        .accept = "text/event-stream",
        .headers = last_id ? headers : NULL,
        .data = stream_data,
        .done = stream_done,
        .user = stream };
    struct err err = { 0 };

    memset(stream, 0, sizeof *stream);
    snprintf(header, sizeof header, "Last-Event-ID: %s", last_id ? last_id : "");
    assert_true(http_send(bench->http, &request, &stream->call, &err));
}

static void
turn_until(struct bench *bench, struct stream *stream, const char *what)
{
    while (!stream->ended && (!stream->text.at || !strstr(stream->text.at, what))) {
        watchers_look(bench->watchers);
        loop_turn(bench->loop, true);
    }
}

static void
stream_close(struct bench *bench, struct stream *stream)
{
    if (!stream->ended)
        http_cancel(stream->call);
    loop_turn(bench->loop, false);
    buf_release(&stream->text);
}

static void
a_watch_shows_changes_and_resumes_where_it_was(void **state)
{
    struct bench *bench = *state;
    struct stream stream;
    char last_id[STREAM_MARK_BYTES];
    const char *mark;

    open_hub(bench, NULL, NULL);
    stream_open(bench, &stream, NULL);
    turn_until(bench, &stream, "event: mark");
    assert_non_null(strstr(stream.text.at, "event: hello"));
    assert_non_null(strstr(stream.text.at, "ocm:east-1"));
    assert_non_null(strstr(stream.text.at, "{\"clusters\":4}"));
    buf_clear(&stream.text);
    put_cluster(bench, "west-1", "north", HEALTH_HEALTHY);
    turn_until(bench, &stream, "event: mark");
    assert_non_null(strstr(stream.text.at, "north"));
    assert_null(strstr(stream.text.at, "ocm:east-1"));
    mark = strstr(stream.text.at, "id: ") + 4;
    snprintf(last_id, sizeof last_id, "%.*s", (int)strcspn(mark, "\n"), mark);
    stream_close(bench, &stream);

    model_sink(bench->model)->drop(model_sink(bench->model), 0, 0, STR("east-1"));
    stream_open(bench, &stream, last_id);
    turn_until(bench, &stream, "event: mark");
    assert_null(strstr(stream.text.at, "event: reset"));
    assert_non_null(
        strstr(stream.text.at, "event: remove\ndata: {\"id\":\"ocm:east-1\"}"));
    assert_null(strstr(stream.text.at, "ocm:west-2"));
    stream_close(bench, &stream);
}

static void
a_watch_within_a_scope_never_names_the_rest(void **state)
{
    struct bench *bench = *state;
    struct stream stream;

    open_hub(bench, "viewer", "region=west");
    stream_open(bench, &stream, NULL);
    turn_until(bench, &stream, "event: mark");
    put_cluster(bench, "east-1", "east", HEALTH_HEALTHY);
    put_cluster(bench, "west-2", "west", HEALTH_HEALTHY);
    buf_add_text(&stream.text, "|");
    turn_until(bench, &stream,
        "west-2\",\"source\":\"ocm\",\"tags\":{\"region\":\"west\"},"
        "\"connectivity\":{\"value\":\"up\",\"reason\":\"Available\","
        "\"since\":\"2026-09-21T14:13:20Z\"},\"health\":{\"value\":\"healthy\"");
    assert_null(strstr(stream.text.at, "east"));
    assert_non_null(strstr(stream.text.at, "\"scope\":\"region=west\""));
    stream_close(bench, &stream);
}

static void
a_source_row_follows_its_change(void **state)
{
    struct bench *bench = *state;
    struct stream stream;

    open_hub(bench, NULL, NULL);
    stream_open(bench, &stream, NULL);
    turn_until(bench, &stream, "event: mark");
    buf_clear(&stream.text);
    snprintf(model_source(bench->model, 0)->fault, 256, "429 from upstream");
    model_sink(bench->model)->status(model_sink(bench->model), 0);
    turn_until(bench, &stream, "429 from upstream");
    assert_false(stream.ended);
    stream_close(bench, &stream);
}

static void
the_hub_ends_its_streams_when_it_goes(void **state)
{
    struct bench *bench = *state;
    struct stream stream;

    open_hub(bench, NULL, NULL);
    stream_open(bench, &stream, NULL);
    turn_until(bench, &stream, "event: mark");
    watchers_end(bench->watchers);
    while (!stream.ended)
        loop_turn(bench->loop, true);
    buf_release(&stream.text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_route_is_described_and_each_description_is_a_route),
        TEST(every_read_holds_to_its_description),
        TEST(details_tell_facets_source_window_and_audit),
        TEST(what_is_malformed_is_a_problem_that_says_where),
        TEST(an_unknown_path_is_404_and_a_wrong_method_405_with_allow),
        TEST(a_scope_holds_everywhere),
        TEST(who_has_no_role_sees_nothing_but_that_the_hub_lives),
        TEST(a_viewer_may_not_write),
        TEST(an_admin_stops_the_hub),
        TEST(a_watch_shows_changes_and_resumes_where_it_was),
        TEST(a_watch_within_a_scope_never_names_the_rest),
        TEST(a_source_row_follows_its_change),
        TEST(the_hub_ends_its_streams_when_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
