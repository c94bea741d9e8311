/* write: the routes of maintenance and audit, through a socket, as the process's own
 * user. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "helper/office.h"
#include "hub/identity.h"
#include "hub/write.h"
#include "net/http.h"
#include "net/process.h"
#include "wire/entry.h"

#define WEST                                                                             \
    "\"selector\":\"region=west\",\"duration_ms\":7200000,\"reason\":\"new disks\""

struct desk {
    struct office office;
    struct parts parts;
    struct api *api;
    struct server *server;
    struct http *http;
    char socket_path[96];
};

struct reply {
    int status;
    char type[64];
    char *body;
    bool done;
};

static void
replied(void *user, const struct http_result *result)
{
    struct reply *reply = user;

    reply->status = result->head.status;
    snprintf(reply->type, sizeof reply->type, "%s",
        result->head.content_type ? result->head.content_type : "");
    reply->body = mem_text_length(result->body.at, result->body.length);
    reply->done = true;
}

static struct reply
call(struct desk *desk, const char *method, const char *path, const char *body,
    const char *key)
{
    char header[160];
    const char *const headers[] = { header, NULL };
    struct reply reply = { 0 };
    struct err err = { 0 };
    struct http_call *under_way;
    struct http_request request = { .method = method,
        .path = path,
        .headers = key ? headers : NULL,
        .content_type = body ? "application/json" : NULL,
        .body = str_from(body),
        .done = replied,
        .user = &reply };

    snprintf(header, sizeof header, "Idempotency-Key: %s", key ? key : "");
    if (!http_send(desk->http, &request, &under_way, &err))
        fail_msg("%s", err.text);
    while (!reply.done)
        loop_turn(desk->office.loop, true);
    return reply;
}

static void
assert_reply(struct reply reply, int status, const char *part)
{
    if (reply.status != status || !strstr(reply.body, part))
        fail_msg("got %d: %s\nwanted %d with %s", reply.status, reply.body, status, part);
    if (status >= 400)
        assert_string_equal(reply.type, "application/problem+json");
    free(reply.body);
}

/* The hub that serves us as this role in this scope. */
static void
open_desk(struct desk *desk, const char *role, const char *scope)
{
    static const struct route *const tables[] = { write_routes, NULL };
    struct http_target target = { .base_url = "http://hub", .user_agent = "nocturne" };
    struct err err = { 0 };
    char subject[32];

    office_open(&desk->office);
    snprintf(subject, sizeof subject, "uid:%u", process_uid());
    assert_true(authz_bind(desk->office.authz, subject, role, str_from(scope), &err));
    desk->parts = (struct parts){ .loop = desk->office.loop,
        .fleet = desk->office.fleet,
        .authz = desk->office.authz,
        .identities = identities_new(desk->office.loop),
        .journal = desk->office.journal,
        .actions = desk->office.actions,
        .maintenance = desk->office.maintenance,
        .name = "desk",
        .fleet_name = "fleet" };
    desk->api = api_new(&desk->parts, tables);
    snprintf(desk->socket_path, sizeof desk->socket_path, "%s/s", desk->office.folder);
    desk->server = server_new(
        desk->office.loop, desk->socket_path, false, api_handle, desk->api, &err);
    if (!desk->server)
        fail_msg("%s", err.text);
    target.unix_path = desk->socket_path;
    desk->http = http_new(desk->office.loop, &target, &err);
    assert_non_null(desk->http);
}

static void
close_desk(struct desk *desk)
{
    http_free(desk->http);
    server_free(desk->server);
    api_free(desk->api);
    identities_free(desk->parts.identities);
    office_close(&desk->office);
}

static int
set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    office_folder(&desk->office);
    *state = desk;
    return 0;
}

static int
tear_down(void **state)
{
    struct desk *desk = *state;

    close_desk(desk);
    office_remove(&desk->office);
    free(desk);
    return 0;
}

/* The body that acts on what a preview of these members shows. */
static char *
frozen_body(struct desk *desk, const char *path, const char *members)
{
    struct maintenance_answer answer;
    struct buf body = { 0 };
    struct err err = { 0 };
    struct reply reply;

    buf_print(&body, "{%s,\"dry_run\":true}", members);
    reply = call(desk, "POST", path, body.at, NULL);
    if (reply.status != 200 ||
        !maintenance_answer_parse(&answer, str_from(reply.body), &err))
        fail_msg("%d %s %s", reply.status, reply.body, err.text);
    buf_clear(&body);
    buf_print(&body, "{%s,\"frozen\":{\"count\":%zu,\"hash\":\"%s\",", members,
        answer.set.count, answer.set.hash);
    frozen_print_ids(&answer.set, "ids", SIZE_MAX, &body);
    buf_add_text(&body, "}}");
    maintenance_answer_release(&answer);
    free(reply.body);
    return buf_take(&body);
}

static void
start(struct desk *desk, const char *members, const char *key, char id[32])
{
    char *body = frozen_body(desk, "/v1/maintenance", members);
    struct reply reply = call(desk, "POST", "/v1/maintenance", body, key);
    struct maintenance_answer answer;
    struct err err = { 0 };

    if (reply.status != 201 ||
        !maintenance_answer_parse(&answer, str_from(reply.body), &err))
        fail_msg("%d %s", reply.status, reply.body);
    snprintf(id, 32, "%s", answer.window);
    maintenance_answer_release(&answer);
    free(reply.body);
    free(body);
}

static void
a_window_lives_through_its_routes(void **state)
{
    struct desk *desk = *state;
    char id[32], path[64], part[96];

    open_desk(desk, "operator", "");
    start(desk, WEST, "k1", id);
    snprintf(part, sizeof part, "{\"windows\":[{\"id\":\"%s\",\"how\":\"open\"", id);
    assert_reply(call(desk, "GET", "/v1/maintenance", NULL, NULL), 200, part);
    snprintf(path, sizeof path, "/v1/maintenance/%s", id);
    assert_reply(call(desk, "GET", path, NULL, NULL), 200, "ocm:store-0006");
    snprintf(path, sizeof path, "/v1/maintenance/%s/end", id);
    assert_reply(
        call(desk, "POST", path, "{\"reason\":\"early\"}", NULL), 400, "Idempotency-Key");
    assert_reply(call(desk, "POST", path, "{\"reason\":\"early\"}", "k2"), 200, id);
    assert_reply(call(desk, "POST", path, "{\"reason\":\"early\"}", "k2"), 200, id);
    assert_reply(
        call(desk, "POST", path, "{\"reason\":\"early\"}", "k3"), 404, "no open window");
    assert_reply(
        call(desk, "GET", "/v1/maintenance", NULL, NULL), 200, "{\"windows\":[]}");
    assert_reply(
        call(desk, "GET", "/v1/maintenance?all=1", NULL, NULL), 200, "\"how\":\"ended\"");
    snprintf(path, sizeof path, "/v1/maintenance/%s", id);
    assert_reply(call(desk, "GET", path, NULL, NULL), 200, "\"how\":\"ended\"");
    assert_reply(
        call(desk, "GET", "/v1/maintenance/mw-none", NULL, NULL), 404, "mw-none");
    assert_reply(
        call(desk, "GET", "/v1/maintenance?limit=0", NULL, NULL), 400, "expected 1 to");
}

static void
problems_carry_their_members(void **state)
{
    struct desk *desk = *state;
    char id[32];
    char *body;

    open_desk(desk, "operator", "");
    body = frozen_body(desk, "/v1/maintenance", WEST);
    fleet_remove(
        desk->office.fleet, fleet_find(desk->office.fleet, STR("ocm:store-0002")));
    assert_reply(call(desk, "POST", "/v1/maintenance", body, "k1"), 409,
        "\"left\":[\"ocm:store-0002\"],\"live\":{\"count\":5,");
    free(body);
    start(desk, WEST, "k1", id);
    body = frozen_body(desk, "/v1/maintenance", WEST);
    assert_reply(call(desk, "POST", "/v1/maintenance", body, "k2"), 409,
        "\"conflicts\":[{\"id\":\"mw-");
    assert_reply(call(desk, "POST", "/v1/maintenance", body, "k1"), 201, id);
    free(body);
    assert_reply(call(desk, "POST", "/v1/maintenance", "{", "k3"), 400, "not JSON");
    assert_reply(call(desk, "POST", "/v1/maintenance",
                     "{" WEST ",\"force\":true,\"dry_run\":true}", "k3"),
        403, "the role of lead");
}

static void
a_key_of_one_window_says_nothing_of_another(void **state)
{
    struct desk *desk = *state;
    char first[32], second[32], path[64];

    open_desk(desk, "operator", "");
    start(desk, WEST, "k1", first);
    start(desk, "\"selector\":\"region=east\",\"duration_ms\":60000,\"reason\":\"r\"",
        "k2", second);
    snprintf(path, sizeof path, "/v1/maintenance/%s/end", first);
    assert_reply(call(desk, "POST", path, "{}", "same"), 200, first);
    snprintf(path, sizeof path, "/v1/maintenance/%s/end", second);
    assert_reply(call(desk, "POST", path, "{}", "same"), 200, second);
    assert_int_equal(maintenance_open_count(desk->office.maintenance), 0);
}

static void
a_viewer_is_refused_every_write(void **state)
{
    static const char *const paths[] = { "/v1/maintenance", "/v1/maintenance/end",
        "/v1/maintenance/mw-1/end", "/v1/audit/recover" };
    struct desk *desk = *state;

    open_desk(desk, "viewer", "");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_reply(call(desk, "POST", paths[i], "{" WEST ",\"dry_run\":true}", "k"),
            403, "may not do this");
    assert_int_equal(office_count(&desk->office, "SELECT count(*) FROM audit"), 1);
}

static void
the_audit_is_listed_newest_first_and_by_filter(void **state)
{
    struct desk *desk = *state;
    char id[32], path[160];

    open_desk(desk, "operator", "");
    start(desk, WEST, "k1", id);
    assert_reply(call(desk, "GET", "/v1/audit", NULL, NULL), 200,
        "{\"simulated\":false,\"entries\":[{\"seq\":3,");
    assert_reply(call(desk, "GET", "/v1/audit?limit=1", NULL, NULL), 200, "\"next\":3}");
    assert_reply(call(desk, "GET", "/v1/audit?limit=1&before=3", NULL, NULL), 200,
        "\"entries\":[{\"seq\":2,");
    assert_reply(
        call(desk, "GET", "/v1/audit?before=2", NULL, NULL), 200, "\"next\":null}");
    assert_reply(call(desk, "GET", "/v1/audit?verb=journal-open", NULL, NULL), 200,
        "\"entries\":[{\"seq\":1,");
    assert_reply(call(desk, "GET", "/v1/audit?cluster=ocm:store-0009", NULL, NULL), 200,
        "\"entries\":[],\"next\":null}");
    assert_reply(
        call(desk, "GET", "/v1/audit?since=1h&cluster=ocm:store-0001", NULL, NULL), 200,
        "\"seq\":3");
    assert_reply(
        call(desk, "GET", "/v1/audit?until=1h", NULL, NULL), 200, "\"entries\":[]");
    assert_reply(call(desk, "GET", "/v1/audit?since=yesterday", NULL, NULL), 400,
        "since: expected");
    assert_reply(
        call(desk, "GET", "/v1/audit?limit=99999", NULL, NULL), 400, "limit: expected");
    snprintf(path, sizeof path, "/v1/audit?subject=%0100d", 1);
    assert_reply(call(desk, "GET", path, NULL, NULL), 413, "subject");
}

static void
a_scope_hides_the_rest_of_the_audit(void **state)
{
    struct desk *desk = *state;
    char id[32];
    struct reply reply;

    open_desk(desk, "viewer", "region=east");
    office_start(&desk->office, OLGA, WEST, "k1", id);
    assert_reply(call(desk, "GET", "/v1/audit", NULL, NULL), 200, "\"entries\":[]");
    office_start(&desk->office, LENA,
        "\"selector\":\"\",\"duration_ms\":60000,\"reason\":\"all\",\"force\":true", "k2",
        id);
    reply = call(desk, "GET", "/v1/audit/export", NULL, NULL);
    assert_null(strstr(reply.body, "store-0001"));
    assert_non_null(strstr(reply.body, "store-0010"));
    assert_reply(reply, 200, "\"count\":4,\"set\":\"\",\"detail\":{}");
    assert_reply(call(desk, "GET", "/v1/maintenance", NULL, NULL), 200,
        "\"count\":4,\"partial\":true");
    assert_reply(
        call(desk, "GET", "/v1/audit/verify", NULL, NULL), 403, "scope of everything");
}

static void
an_export_has_a_stamp_every_entry_and_an_end(void **state)
{
    struct desk *desk = *state;
    struct reply reply;
    struct str rest, line;
    char before[DIGEST_HEX_LENGTH + 1];
    int entries = 0;

    open_desk(desk, "viewer", "");
    {
        char id[32], key[16];

        for (int i = 0; i < 260; i++) { /* more than a page of entries */
            snprintf(key, sizeof key, "k%d", i);
            office_start(&desk->office, LENA, WEST ",\"force\":true", key, id);
        }
    }
    reply = call(desk, "GET", "/v1/audit/export", NULL, NULL);
    assert_string_equal(reply.type, "application/x-ndjson");
    memset(before, '0', sizeof before - 1);
    before[sizeof before - 1] = '\0';
    rest = str_from(reply.body);
    assert_true(str_split(&rest, '\n', &line));
    assert_true(str_starts(line, "{\"stamp\":{\"simulated\":false,\"hub\":\"desk\""));
    while (str_split(&rest, '\n', &line) && !str_starts(line, "{\"end\":")) {
        struct entry entry;
        struct err err = { 0 };
        char hash[DIGEST_HEX_LENGTH + 1];

        if (!entry_parse(&entry, line, &err))
            fail_msg("%.*s: %s", STR_ARG(line), err.text);
        /* Whoever has the export can follow the chain by himself. */
        entry_hash(before, &entry, hash);
        assert_string_equal(hash, entry.hash);
        memcpy(before, hash, sizeof hash);
        entries++;
        entry_release(&entry);
    }
    assert_int_equal(entries, 521);
    assert_true(str_is(line, "{\"end\":{\"entries\":521}}"));
    assert_reply(reply, 200, "stamp");
}

static void
verify_tells_its_verdict(void **state)
{
    struct desk *desk = *state;
    char id[32];

    open_desk(desk, "operator", "");
    start(desk, WEST, "k1", id);
    assert_reply(call(desk, "GET", "/v1/audit/verify", NULL, NULL), 200,
        "{\"verdict\":\"unproven\",\"entries\":3,");
    assert_reply(call(desk, "GET",
                     "/v1/audit/verify?head="
                     "cafecafecafecafecafecafecafecafecafecafecafecafecafecafecafecafe",
                     NULL, NULL),
        200, "{\"verdict\":\"tampered\",\"entries\":3,\"at\":4,");
    assert_reply(call(desk, "GET", "/v1/audit/verify?head=cafe", NULL, NULL), 400,
        "a hash of 64 hex digits");
    office_sql(&desk->office, "UPDATE audit SET subject = 'eve' WHERE seq = 2");
    assert_reply(call(desk, "GET", "/v1/audit/verify", NULL, NULL), 200,
        "{\"verdict\":\"tampered\",\"entries\":1,\"at\":2,");
}

static void
recover_mends_a_broken_journal(void **state)
{
    struct desk *desk = *state;
    char id[32];
    FILE *file = fopen(desk->office.path, "w");

    fputs("this was never a database, whatever its name says", file);
    fclose(file);
    open_desk(desk, "admin", "");
    assert_reply(
        call(desk, "POST", "/v1/maintenance", "{" WEST ",\"dry_run\":true}", NULL), 200,
        "ocm:store-0001");
    {
        char *body = frozen_body(desk, "/v1/maintenance", WEST);

        assert_reply(
            call(desk, "POST", "/v1/maintenance", body, "k1"), 423, "not a database");
        free(body);
    }
    assert_reply(
        call(desk, "GET", "/v1/maintenance", NULL, NULL), 200, "{\"windows\":[]}");
    assert_reply(call(desk, "GET", "/v1/audit", NULL, NULL), 500, "not a database");
    assert_reply(call(desk, "POST", "/v1/audit/recover", "{}", "k2"), 200, "\"new\"");
    assert_reply(
        call(desk, "POST", "/v1/audit/recover", "{}", "k2"), 409, "nothing is wrong");
    start(desk, WEST, "k1", id);
    assert_reply(call(desk, "GET", "/v1/audit/verify", NULL, NULL), 200,
        "\"before\":\"journal.db.1\",\"before_state\":\"same\"");
    assert_reply(
        call(desk, "GET", "/v1/audit?verb=audit-recover", NULL, NULL), 200, "uid ");
}

static void
an_admin_of_a_part_does_not_recover(void **state)
{
    struct desk *desk = *state;

    open_desk(desk, "admin", "region=east");
    assert_reply(call(desk, "POST", "/v1/audit/recover", "{}", "k"), 403,
        "admin of the whole fleet");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_window_lives_through_its_routes),
        CASE(problems_carry_their_members),
        CASE(a_key_of_one_window_says_nothing_of_another),
        CASE(a_viewer_is_refused_every_write),
        CASE(the_audit_is_listed_newest_first_and_by_filter),
        CASE(a_scope_hides_the_rest_of_the_audit),
        CASE(an_export_has_a_stamp_every_entry_and_an_end),
        CASE(verify_tells_its_verdict),
        CASE(recover_mends_a_broken_journal),
        CASE(an_admin_of_a_part_does_not_recover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
