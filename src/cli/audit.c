/* audit -- who did what: list, verify, export, recover. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "cli/document.h"
#include "cli/grid.h"
#include "cli/visit.h"
#include "fleet/sentence.h"
#include "net/http.h"
#include "wire/entry.h"
#include "wire/problem.h"

#define LIST_LIMIT 50
#define LIST_PAGE  1000

enum audit_format { AUDIT_TABLE, AUDIT_JSON, AUDIT_NDJSON, AUDIT_YAML };

static const char *const formats[] = { "table", "json", "ndjson", "yaml", NULL };
static const char *const filters[] = { "subject", "cluster", "verb", "since", "until",
    NULL };

struct audit {
    const struct invocation *invocation;
    struct visit visit;
    enum audit_format format;
    struct grid grid;
    struct buf out;
    int64_t now_ms, left;
};

/* "?subject=…&since=…" of the options given. */
static void
add_filters(const struct invocation *invocation, struct buf *path)
{
    char separator = '?';

    for (size_t i = 0; filters[i]; i++) {
        const char *value = invocation_value(invocation, filters[i]);

        if (!value)
            continue;
        buf_print(path, "%c%s=", separator, filters[i]);
        http_encode(path, str_from(value));
        separator = '&';
    }
}

/* --- list
 * ------------------------------------------------------------------------------------ */

static void
entry_row(struct audit *audit, const struct entry *entry)
{
    struct buf time = { 0 };
    char text[16];

    snprintf(text, sizeof(text), "%lld", (long long)entry->seq);
    grid_add(&audit->grid, str_from(text));
    clock_print_rfc3339(&time, entry->time_ms);
    grid_add(&audit->grid, buf_str(&time));
    grid_add(&audit->grid, str_from(entry->kind));
    grid_add(&audit->grid, str_from(entry->subject));
    grid_add(&audit->grid, str_from(entry->verb));
    grid_add(&audit->grid, str_from(entry->target));
    snprintf(text, sizeof(text), "%lld", (long long)entry->count);
    grid_add(&audit->grid, entry->count > 0 ? str_from(text) : STR("-"));
    grid_add(&audit->grid, str_from(entry->result));
    grid_add(&audit->grid, str_from(entry->window));
    grid_add(&audit->grid, str_from(entry->reason));
    buf_release(&time);
}

static void
entry_seen(void *user, const struct entry *entry)
{
    struct audit *audit = user;
    struct buf json = { 0 };
    struct err ignored = { 0 };

    if (audit->left-- <= 0)
        return;
    if (audit->format == AUDIT_TABLE) {
        entry_row(audit, entry);
        return;
    }
    entry_print(entry, &json);
    if (audit->format == AUDIT_YAML) {
        document_print_yaml(buf_str(&json), 0, true, &audit->out, &ignored);
    } else {
        if (audit->format == AUDIT_JSON && audit->out.length > 0)
            buf_add_text(&audit->out, ",\n");
        buf_add_str(&audit->out, buf_str(&json));
        if (audit->format == AUDIT_NDJSON)
            buf_add_char(&audit->out, '\n');
    }
    buf_release(&json);
}

static bool
list_pages(struct audit *audit, struct err *err)
{
    const char *from = invocation_value(audit->invocation, "before");
    int64_t before = 0;
    bool ok = true;

    if (from && (!str_to_i64(str_from(from), &before) || before < 1)) {
        err_set(err, ERR_USAGE, "--before: an entry's number, not '%.32s'", from);
        return false;
    }
    do {
        struct buf path = { 0 }, body = { 0 };

        buf_add_text(&path, "/v1/audit");
        add_filters(audit->invocation, &path);
        buf_print(&path, "%climit=%lld", strchr(path.at, '?') ? '&' : '?',
            (long long)(audit->left < LIST_PAGE ? audit->left : LIST_PAGE));
        if (before > 0)
            buf_print(&path, "&before=%lld", (long long)before);
        before = 0;
        ok = visit_get(&audit->visit, path.at, &body, err) &&
             entry_list_parse(buf_str(&body), entry_seen, audit, &before, err);
        buf_release(&path);
        buf_release(&body);
    } while (ok && before > 0 && audit->left > 0);
    if (ok && before > 0 && !invocation_has(audit->invocation, "limit"))
        notice(
            "the newest %d entries: there are more with --limit COUNT or --before %lld",
            LIST_LIMIT, (long long)before);
    return ok;
}

static bool
list_print(struct audit *audit, struct err *err)
{
    struct buf out = { 0 };
    bool ok;

    if (audit->format == AUDIT_TABLE)
        grid_print(&audit->grid, &out);
    else if (audit->format == AUDIT_JSON)
        buf_print(&out, "{\"entries\":[\n");
    buf_add_str(&out, buf_str(&audit->out));
    if (audit->format == AUDIT_JSON)
        buf_add_text(&out, "\n]}\n");
    else if (audit->format == AUDIT_YAML && out.length == 0)
        buf_add_text(&out, "[]\n");
    ok = output(&out, err);
    buf_release(&out);
    return ok;
}

static bool
run_list(struct audit *audit, struct err *err)
{
    static const char *const titles[] = { "seq", "time", "kind", "subject", "verb",
        "target", "clusters", "result", "window", "reason" };
    const char *limit = invocation_value(audit->invocation, "limit");
    size_t format;

    audit->left = LIST_LIMIT;
    if (limit && (!str_to_i64(str_from(limit), &audit->left) || audit->left < 1)) {
        err_set(err, ERR_USAGE, "--limit: a number from 1 on, not '%.32s'", limit);
        return false;
    }
    if (!invocation_choice(audit->invocation, "output", formats, &format, err))
        return false;
    audit->format = (enum audit_format)format;
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        grid_column(&audit->grid, titles[i], i == 0 || i == 6);
    return visit_open(&audit->visit, audit->invocation, NULL, NULL, err) &&
           list_pages(audit, err) && list_print(audit, err);
}

/* --- verify
 * ---------------------------------------------------------------------------------------
 */

static bool
run_verify(struct audit *audit, struct err *err)
{
    const char *head = invocation_value(audit->invocation, "head");
    struct buf path = { 0 }, body = { 0 };
    struct verdict verdict;
    size_t format;
    bool ok = false;

    if (!invocation_choice(audit->invocation, "output", formats, &format, err) ||
        !visit_open(&audit->visit, audit->invocation, NULL, NULL, err))
        return false;
    buf_add_text(&path, "/v1/audit/verify");
    if (head) {
        buf_add_text(&path, "?head=");
        http_encode(&path, str_from(head));
    }
    if (!visit_get(&audit->visit, path.at, &body, err) ||
        !verdict_parse(&verdict, buf_str(&body), err))
        goto out;
    if (format == AUDIT_YAML) {
        if (!document_print_yaml(buf_str(&body), 0, false, &audit->out, err))
            goto out;
    } else if (format != AUDIT_TABLE) {
        buf_add_str(&audit->out, buf_str(&body));
        buf_add_char(&audit->out, '\n');
    } else {
        buf_print(&audit->out, "segment %lld, %lld entries%s\nhead %s\n",
            (long long)verdict.segment, (long long)verdict.entries,
            verdict.simulated ? ", SIMULATED" : "", verdict.head);
    }
    ok = output(&audit->out, err) && verdict_judge(&verdict, err);
out:
    buf_release(&path);
    buf_release(&body);
    return ok;
}

/* --- export
 * ------------------------------------------------------------------------------------------
 */

/* The whole chain does not fit in memory: it goes out as it comes. */
struct export
{
    bool here, refused;
    struct buf refusal;
    struct http_head head;
    struct err err;
};

static void
export_head(void *user, const struct http_head *head)
{
    struct export *export = user;

    export->head = *head;
    export->refused = head->status != 200;
}

static bool
export_data(void *user, const char *at, size_t length)
{
    struct export *export = user;
    struct buf piece = { .at = (char *)(uintptr_t)at, .length = length };

    if (export->refused) {
        export->refusal.limit = LIST_PAGE * 16;
        buf_add(&export->refusal, at, length);
        return true;
    }
    return output(&piece, &export->err);
}

static void
export_done(void *user, const struct http_result *result)
{
    struct export *export = user;

    export->here = true;
    export->head = result->head;
    if (export->err.code == ERR_NONE)
        export->err = result->err;
}

static bool
run_export(struct audit *audit, struct err *err)
{
    struct export export = { 0 };
    struct http_target target = { .base_url = "http://hub" };
    struct http_request request = { .head = export_head,
        .data = export_data,
        .done = export_done,
        .user = &export,
        .accept = "application/x-ndjson",
        .silence_timeout_ms = 60000 };
    struct buf path = { 0 };
    struct http *http = NULL;
    bool ok = visit_open(&audit->visit, audit->invocation, NULL, NULL, err);

    if (!ok)
        return false;
    target.unix_path = audit->visit.socket_path;
    target.own_uid = audit->visit.private_hub;
    buf_add_text(&path, "/v1/audit/export");
    add_filters(audit->invocation, &path);
    request.path = path.at;
    http = http_new(audit->visit.loop, &target, err);
    ok = http && http_send(http, &request, NULL, err);
    while (ok && !export.here)
        loop_turn(audit->visit.loop, true);
    if (ok && export.err.code != ERR_NONE) {
        *err = export.err;
        ok = false;
    } else if (ok && export.head.status != 200) {
        problem_parse(err, export.head.status, buf_str(&export.refusal));
        ok = false;
    }
    http_free(http);
    buf_release(&path);
    buf_release(&export.refusal);
    return ok;
}

/* --- recover
 * --------------------------------------------------------------------------------------------
 */

static bool
run_recover(struct audit *audit, struct err *err)
{
    char key[33];
    struct buf body = { 0 };
    bool ok;

    random_hex(key, 16);
    ok = visit_open(&audit->visit, audit->invocation, NULL, NULL, err) &&
         visit_ask(&audit->visit,
             &(struct client_request){ .method = "POST",
                 .path = "/v1/audit/recover",
                 .body = STR("{}"),
                 .key = key },
             &body, err) &&
         document_print_text(buf_str(&body), 0, &audit->out, err) &&
         output(&audit->out, err);
    buf_release(&body);
    return ok;
}

static const struct verb {
    const char *name;
    bool (*run)(struct audit *audit, struct err *err);
} verbs[] = {
    { "list", run_list },
    { "verify", run_verify },
    { "export", run_export },
    { "recover", run_recover },
};

static bool
audit_run(struct invocation *invocation, struct err *err)
{
    struct audit audit = { .invocation = invocation };
    const char *asked = invocation->word_count > 0 ? invocation->words[0] : "list";
    bool found = false, ok = false;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]) && !found; i++) {
        found = strcmp(verbs[i].name, asked) == 0;
        if (found)
            ok = verbs[i].run(&audit, err);
    }
    if (!found)
        err_set(err, ERR_USAGE, "audit what? list, verify, export or recover");
    visit_release(&audit.visit);
    grid_release(&audit.grid);
    buf_release(&audit.out);
    return ok;
}

/* clang-format off */
static const struct option audit_options[] = {
    { 'o', "output",  "FORMAT", "table, json, ndjson, yaml" },
    { 0,   "subject", "NAME",   "only what that user did" },
    { 0,   "cluster", "NAME",   "only what was about clusters of that name, or that id" },
    { 0,   "verb",    "VERB",   "only maintenance-start, maintenance-end …" },
    { 0,   "since",   "TIME",   "from there on: 2026-11-24T00:00:00Z, or an age: 2h" },
    { 0,   "until",   "TIME",   "up to there" },
    { 0,   "limit",   "COUNT",  "list: so many, newest first (50)" },
    { 0,   "before",  "SEQ",    "list: only entries before that one" },
    { 0,   "head",    "HASH",   "verify: a hash that you kept must be in the chain" },
    { 0,   NULL,      NULL,     NULL },
};
/* clang-format on */

const struct command audit_command = {
    .name = "audit",
    .usage = "audit list|verify|export|recover",
    .help = "who did what, and whether the record is whole",
    .more =
        "verify ends with 3 when the chain is consistent but its origin is unproven,\n"
        "with 13 when it was tampered with or the file is damaged. export prints NDJSON, "
        "oldest first.\n"
        "recover (role admin) opens a new segment when the journal is unusable.",
    .options = audit_options,
    .client = true,
    .run = audit_run,
};
