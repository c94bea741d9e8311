/* office -- see office.h. */
#include "helper/check.h"

#include "helper/office.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "hub/audit.h"

static void
bind_roles(struct office *office)
{
    static const struct {
        const char *subject, *role, *scope;
    } rows[] = {
        { "user:alice", "operator", "region=west" },
        { "user:alice", "viewer", "" },
        { "group:east", "viewer", "region=east" },
        { "uid:1002", "lead", "" },
        { "user:adam", "admin", "" },
        { "user:olga", "operator", "" },
    };
    struct err err = { 0 };

    office->authz = authz_new(false, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(authz_bind(
            office->authz, rows[i].subject, rows[i].role, str_from(rows[i].scope), &err));
}

static void
fill_fleet(struct office *office)
{
    office->fleet = fleet_new();
    for (int i = 1; i <= 10; i++) {
        char id[32];
        uint32_t slot;

        snprintf(id, sizeof id, "ocm:store-%04d", i);
        slot = fleet_touch(office->fleet, str_from(id));
        cluster_set_tag(fleet_at(office->fleet, slot), office->fleet->intern,
            STR("region"), i <= 6 ? STR("west") : STR("east"));
    }
}

void
office_folder(struct office *office)
{
    memset(office, 0, sizeof *office);
    snprintf(office->folder, sizeof office->folder, "/tmp/nocturne-test-XXXXXX");
    assert_non_null(mkdtemp(office->folder));
    snprintf(office->path, sizeof office->path, "%s/journal.db", office->folder);
}

static void
cover(void *user, struct str cluster, struct str window, int64_t until_ms)
{
    struct office *office = user;
    char *old = map_find(&office->covered, cluster);

    (void)until_ms;
    if (window.length) {
        office->covers++;
        map_put(&office->covered, cluster, mem_text_length(window.at, window.length));
    } else {
        office->uncovers++;
        map_remove(&office->covered, cluster);
    }
    free(old);
}

void
office_open(struct office *office)
{
    struct err err = { 0 };
    struct journal_options journal = { .path = office->path,
        .limit_bytes = office->limit_bytes };
    struct maintenance_options maintenance = { .cover = cover, .user = office };

    office->loop = loop_new();
    journal.loop = office->loop;
    journal.now_ms = loop_now_ms(office->loop);
    office->journal = journal_open(&journal, &err);
    if (!office->journal)
        fail_msg("journal: %s", err.text);
    office->actions = actions_new(office->journal, office->loop);
    if (!office->fleet)
        fill_fleet(office);
    bind_roles(office);
    maintenance.loop = office->loop;
    maintenance.journal = office->journal;
    maintenance.actions = office->actions;
    maintenance.fleet = office->fleet;
    office->maintenance = maintenance_new(&maintenance);
}

static void
forget_covered(struct office *office)
{
    struct str key;
    void *value;
    size_t at = 0;

    while (map_next(&office->covered, &at, &key, &value))
        free(value);
    map_release(&office->covered);
    memset(&office->covered, 0, sizeof office->covered);
    office->covers = office->uncovers = 0;
}

void
office_close(struct office *office)
{
    journal_close(office->journal);
    actions_free(office->actions);
    maintenance_free(office->maintenance);
    authz_free(office->authz);
    loop_free(office->loop);
    forget_covered(office);
}

void
office_remove(struct office *office)
{
    char command[128];

    fleet_free(office->fleet);
    snprintf(command, sizeof command, "rm -rf '%s'", office->folder);
    assert_int_equal(system(command), 0);
}

struct grant *
office_grant(struct office *office, uint32_t uid)
{
    static const char *const names[] = { "alice", "bob", "lena", "adam", "olga" };
    struct identity identity = { 0 };

    if (uid < STRANGER)
        snprintf(identity.user, sizeof identity.user, "%s", names[uid - ALICE]);
    if (uid == BOB)
        snprintf(identity.groups[identity.group_count++], 64, "east");
    return grant_new(office->authz, uid, &identity);
}

const char *
office_window_of(const struct office *office, const char *cluster)
{
    const char *window = map_find(&office->covered, str_from(cluster));

    return window ? window : "";
}

struct waiting {
    struct result *result;
    bool done;
};

static void
answered(void *user, int status, struct str body, const struct err *err, struct str extra)
{
    struct waiting *waiting = user;

    waiting->result->status = status;
    waiting->result->body = mem_text_length(body.at, body.length);
    waiting->result->extra = mem_text_length(extra.at, extra.length);
    waiting->result->err = *err;
    waiting->done = true;
}

static void
preview(struct office *office, struct grant *grant, const char *window, bool start,
    const struct maintenance_request *request, struct result *result)
{
    struct maintenance_want want = { grant, request, window, start };
    struct maintenance_answer answer;
    struct buf body = { 0 }, extra = { 0 };

    if (maintenance_preview(office->maintenance, &want, &answer, &extra, &result->err)) {
        result->status = 200;
        maintenance_answer_print(&answer, &body);
        maintenance_answer_release(&answer);
    }
    result->body = mem_text_length(body.at, body.length);
    result->extra = mem_text_length(extra.at, extra.length);
    buf_release(&body);
    buf_release(&extra);
}

struct result
office_call(struct office *office, uint32_t uid, bool start, const char *window,
    const char *body, const char *key)
{
    struct result result = { 0 };
    struct waiting waiting = { .result = &result };
    struct maintenance_request request;
    struct grant *grant = office_grant(office, uid);
    char route[64];
    struct maintenance_call call = { .grant = grant,
        .action = { .subject = grant_subject(grant),
            .origin = "unix uid 1 pid 2",
            .method = "POST",
            .route = route,
            .key = str_from(key),
            .body = str_from(body) },
        .request = &request,
        .window = window,
        .start = start,
        .done = answered,
        .user = &waiting };

    snprintf(route, sizeof route, "/v1/maintenance%s%s", start ? "" : "/end",
        window ? window : "");
    if (!maintenance_request_parse(&request, str_from(body), start, &result.err)) {
        result.refused = true;
    } else if (request.dry_run) {
        preview(office, grant, window, start, &request, &result);
    } else if (!maintenance_act(office->maintenance, &call, &result.err)) {
        result.refused = true;
    } else {
        while (!waiting.done)
            loop_turn(office->loop, true);
    }
    maintenance_request_release(&request);
    grant_free(grant);
    return result;
}

void
result_release(struct result *result)
{
    free(result->body);
    free(result->extra);
    memset(result, 0, sizeof *result);
}

char *
office_frozen(struct office *office, uint32_t uid, bool start, const char *members)
{
    struct maintenance_answer answer;
    struct buf body = { 0 };
    struct result result;

    buf_print(&body, "{%s,\"dry_run\":true}", members);
    result = office_call(office, uid, start, NULL, body.at, NULL);
    if (result.status != 200)
        fail_msg("preview of %s: %s", members, result.err.text);
    assert_true(maintenance_answer_parse(&answer, str_from(result.body), &result.err));
    buf_clear(&body);
    buf_print(&body, "{%s,\"frozen\":{\"count\":%zu,\"hash\":\"%s\",", members,
        answer.set.count, answer.set.hash);
    frozen_print_ids(&answer.set, "ids", SIZE_MAX, &body);
    buf_add_text(&body, "}}");
    maintenance_answer_release(&answer);
    result_release(&result);
    return buf_take(&body);
}

void
office_start(struct office *office, uint32_t uid, const char *members, const char *key,
    char id[32])
{
    char *body = office_frozen(office, uid, true, members);
    struct result result = office_call(office, uid, true, NULL, body, key);
    struct maintenance_answer answer;

    if (result.status != 201)
        fail_msg("start of %s: %s", members, result.err.text);
    assert_true(maintenance_answer_parse(&answer, str_from(result.body), &result.err));
    snprintf(id, 32, "%s", answer.window);
    maintenance_answer_release(&answer);
    result_release(&result);
    free(body);
}

bool
office_ask(struct office *office, const char *sql, char *text, size_t size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool row;

    assert_int_equal(sqlite3_open(office->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    row = sqlite3_step(statement) == SQLITE_ROW;
    if (row)
        snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return row;
}

int64_t
office_count(struct office *office, const char *sql)
{
    char text[32] = "";
    int64_t value = -1;

    assert_true(office_ask(office, sql, text, sizeof text));
    assert_true(str_to_i64(str_from(text), &value));
    return value;
}

void
office_sql(struct office *office, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(office->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

void
office_turn_until_quiet(struct office *office)
{
    while (journal_busy(office->journal) || actions_busy(office->actions))
        loop_turn(office->loop, true);
}

struct verifying {
    const char *path;
    struct verdict verdict;
};

static bool
run_verify(struct sqlite3 *db, void *user, struct err *err)
{
    struct verifying *verifying = user;

    return audit_verify(db, verifying->path, "", &verifying->verdict, err);
}

bool
office_is_consistent(struct office *office, char why[256])
{
    struct verifying verifying = { .path = office->path };
    struct err err = { 0 };

    if (!journal_load(office->journal, run_verify, &verifying, &err))
        fail_msg("verify: %s", err.text);
    snprintf(why, 256, "%s", verifying.verdict.why);
    return verifying.verdict.consistent;
}
