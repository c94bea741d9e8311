/* ask -- details, audit and the state of its chain from the hub. */
#include "console/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/session.h"
#include "net/http.h"
#include "wire/entry.h"

#define DETAILS_EVERY_MS 10000
#define AUDIT_EVERY_MS   5000
#define VERIFY_EVERY_MS  60000
#define AUDIT_ENTRIES    400 /* shown; the hub is asked for no more */

static bool
shows(const struct session *session, const char *panel)
{
    for (int r = 0; r < session->view->count; r++)
        for (int i = 0; i < session->view->rows[r].count; i++)
            if (strcmp(session->view->rows[r].panels[i].class->name, panel) == 0)
                return true;
    return false;
}

static bool
ask(struct session *session, const char *path, const void *user,
    void (*done)(void *user, const struct client_answer *answer))
{
    struct client_request request = { .path = path, .done = done, .user = (void *)user };
    struct err err = { 0 };

    return session->world.send &&
           session->world.send(session->world.user, &request, &err);
}

/* What is under way for another cluster or view is not waited for. */
static void
forget(struct session *session)
{
    if (session->world.cancel)
        session->world.cancel(session->world.user, session);
    if (session->audit.fetch == FETCH_WAITING)
        session->audit.fetch = FETCH_NONE;
    session->verifying = false;
}

/* ---- details */

static void
details_came(void *user, const struct client_answer *answer)
{
    struct session *session = user;
    struct scene_details *details = &session->details;
    struct err err = { 0 };
    struct yaml *tree = NULL;

    session->dirty = true;
    if (answer->err.code != ERR_NONE) {
        details->fetch = FETCH_FAILED;
        snprintf(details->fault, sizeof(details->fault), "%.250s", answer->err.text);
        return;
    }
    tree = yaml_parse("details", answer->body, &err); /* JSON is YAML too */
    if (!tree) {
        details->fetch = FETCH_FAILED;
        snprintf(details->fault, sizeof(details->fault), "%.250s", err.text);
        return;
    }
    yaml_release(session->details_tree);
    session->details_tree = tree;
    details->tree = tree;
    details->fetch = FETCH_DONE;
    details->at_ms = session->now_ms;
}

static void
settle_details(struct session *session)
{
    struct scene_details *details = &session->details;
    bool other = strcmp(details->id, session->cursor_id) != 0;
    struct buf path = { 0 };

    if (!session_cluster(session) || session->link.phase != LINK_LIVE)
        return;
    if (!other && (details->fetch == FETCH_WAITING ||
                      session->now_ms - session->details_asked_ms < DETAILS_EVERY_MS))
        return;
    if (other) {
        forget(session);
        yaml_release(session->details_tree);
        session->details_tree = NULL;
        details->tree = NULL;
        snprintf(details->id, sizeof(details->id), "%s", session->cursor_id);
    }
    buf_add_text(&path, "/v1/clusters/");
    http_encode(&path, str_from(session->cursor_id));
    session->details_asked_ms = session->now_ms;
    if (ask(session, path.at, session, details_came))
        details->fetch = FETCH_WAITING;
    buf_release(&path);
}

/* ---- audit */

struct collected {
    struct session *session;
    char (*actions)[64]; /* of the entries, to join an intent with its outcome */
};

static void
copy(char *to, size_t room, const char *text)
{
    snprintf(to, room, "%s", text ? text : "");
}

static void
fill_fault(struct audit_entry *to, const struct entry *entry)
{
    struct err err = { 0 };
    struct yaml *detail = yaml_parse("detail", str_from(entry->detail), &err);
    const char *text = NULL;

    if (detail && yaml_text("detail", detail, "error", &text, &err) && text)
        copy(to->fault, sizeof(to->fault), text);
    yaml_release(detail);
}

static void
fill(struct audit_entry *to, const struct entry *entry)
{
    to->time_ms = entry->time_ms;
    if (entry->subject && entry->subject[0])
        copy(to->who, sizeof(to->who), entry->subject);
    if (entry->verb && entry->verb[0])
        copy(to->verb, sizeof(to->verb), entry->verb);
    if (entry->origin && entry->origin[0])
        copy(to->from, sizeof(to->from), entry->origin);
    if (entry->target && entry->target[0])
        copy(to->target, sizeof(to->target), entry->target);
    if (entry->reason && entry->reason[0])
        copy(to->reason, sizeof(to->reason), entry->reason);
    if (entry->count)
        to->count = entry->count;
    fill_fault(to, entry);
}

/* Newest first: an outcome comes before its intent, and one line tells of both. */
static void
collect(void *user, const struct entry *entry)
{
    struct collected *collected = user;
    struct scene_audit *audit = &collected->session->audit;
    const char *action = entry->action ? entry->action : "";
    struct audit_entry *to = NULL;
    bool intent = entry->kind && strcmp(entry->kind, "intent") == 0;

    for (uint32_t i = 0; i < audit->count && intent && action[0]; i++)
        if (strcmp(collected->actions[i], action) == 0) {
            fill(&audit->entries[i], entry);
            return;
        }
    if (audit->count == AUDIT_ENTRIES)
        return;
    to = &audit->entries[audit->count];
    memset(to, 0, sizeof(*to));
    copy(collected->actions[audit->count], 64, action);
    fill(to, entry);
    if (intent)
        copy(to->outcome, sizeof(to->outcome), "under way");
    else
        copy(to->outcome, sizeof(to->outcome),
            entry->result && entry->result[0] ? entry->result : "noted");
    to->refused =
        strcmp(to->outcome, "failed") == 0 || strcmp(to->outcome, "interrupted") == 0;
    audit->count++;
}

static void
audit_came(void *user, const struct client_answer *answer)
{
    struct session *session = user;
    struct scene_audit *audit = &session->audit;
    struct collected collected = { .session = session };
    struct err err = answer->err;
    int64_t next = 0;

    session->dirty = true;
    audit->fetch = FETCH_FAILED;
    if (err.code == ERR_NONE) {
        collected.actions = mem_zero(AUDIT_ENTRIES, sizeof(*collected.actions));
        if (!audit->entries)
            audit->entries = mem_zero(AUDIT_ENTRIES, sizeof(*audit->entries));
        audit->count = 0;
        if (entry_list_parse(answer->body, collect, &collected, &next, &err))
            audit->fetch = FETCH_DONE;
        free(collected.actions);
    }
    snprintf(audit->fault, sizeof(audit->fault), "%.250s",
        audit->fetch == FETCH_DONE ? "" : err.text);
}

static void
settle_audit(struct session *session)
{
    struct scene_audit *audit = &session->audit;

    if (session->link.phase != LINK_LIVE || audit->fetch == FETCH_WAITING ||
        (audit->fetch != FETCH_NONE &&
            session->now_ms - session->audit_asked_ms < AUDIT_EVERY_MS))
        return;
    session->audit_asked_ms = session->now_ms;
    if (ask(session, "/v1/audit?limit=400", session, audit_came) &&
        audit->fetch == FETCH_NONE)
        audit->fetch = FETCH_WAITING;
}

static void
verdict_came(void *user, const struct client_answer *answer)
{
    struct session *session = user;
    struct scene_audit *audit = &session->audit;
    struct verdict verdict;
    struct err err = answer->err;

    session->dirty = true;
    session->verifying = false;
    if (err.code == ERR_NONE && verdict_parse(&verdict, answer->body, &err))
        verdict_judge(&verdict, &err);
    audit->broken = err.code == ERR_CORRUPT;
    snprintf(audit->chain, sizeof(audit->chain), "%.250s", err.text);
}

static void
settle_verdict(struct session *session)
{
    if (session->link.phase != LINK_LIVE || session->verifying ||
        (session->audit.chain[0] &&
            session->now_ms - session->verified_ms < VERIFY_EVERY_MS))
        return;
    session->verified_ms = session->now_ms;
    session->verifying = ask(session, "/v1/audit/verify", session, verdict_came);
}

void
ask_settle(struct session *session)
{
    if (shows(session, "cluster"))
        settle_details(session);
    if (!shows(session, "audit"))
        return;
    settle_audit(session);
    settle_verdict(session);
}

bool
ask_waits(const struct session *session)
{
    return session->details.fetch == FETCH_WAITING ||
           session->audit.fetch == FETCH_WAITING || session->verifying;
}
