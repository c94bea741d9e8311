/* action -- see action.h. */
#include "hub/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "hub/audit.h"
#include "hub/idempotency.h"
#include "hub/statement.h"

enum phase { PHASE_WAITING, PHASE_LOOK_UP, PHASE_INTENT, PHASE_OUTCOME, PHASE_FAILING };

struct action {
    struct actions *actions;
    struct action *next; /* while it waits for its turn */
    enum phase phase;
    char id[24];
    char *scope; /* of its key: reserved in memory under this */
    char *origin;
    struct idempotency key;
    const struct action_class *class;
    void *user;
    struct entry intent, outcome;
    struct frozen set;
    struct buf extra, reply, detail;
    int status;
    struct err failure; /* why the effect did not happen */
    int64_t time_ms;
};

struct actions {
    struct journal *journal;
    struct loop *loop;
    struct map reserved;    /* scope of a key → its action */
    struct action *current; /* between look-up and outcome: one at a time */
    struct action *first, **last;
    uint32_t waiting;
};

static void start_next(struct actions *actions);

struct actions *
actions_new(struct journal *journal, struct loop *loop)
{
    struct actions *actions = mem_zero(1, sizeof *actions);

    actions->journal = journal;
    actions->loop = loop;
    actions->last = &actions->first;
    return actions;
}

bool
actions_busy(const struct actions *actions)
{
    return actions->current || actions->first;
}

static void
action_free(struct action *action)
{
    map_remove(&action->actions->reserved, str_from(action->scope));
    free(action->scope);
    free(action->origin);
    idempotency_release(&action->key);
    frozen_release(&action->set);
    buf_release(&action->extra);
    buf_release(&action->reply);
    buf_release(&action->detail);
    free(action);
}

/* The end of it: answer, make room for the next. */
static void
end(struct action *action, const struct err *err)
{
    struct actions *actions = action->actions;
    struct err none = { 0 };

    if (actions->current == action)
        actions->current = NULL;
    if (err)
        action->class->done(
            action->user, 0, (struct str){ 0 }, err, buf_str(&action->extra));
    else
        action->class->done(action->user, action->status, buf_str(&action->reply), &none,
            (struct str){ 0 });
    action_free(action);
    start_next(actions);
}

void
actions_free(struct actions *actions)
{
    struct err err = { 0 };
    struct action *action;

    if (!actions)
        return;
    err_set(&err, ERR_UNAVAILABLE, "the hub is stopping");
    while ((action = actions->first)) {
        actions->first = action->next;
        action->class->done(action->user, 0, (struct str){ 0 }, &err, (struct str){ 0 });
        action_free(action);
    }
    actions->last = &actions->first;
    if (actions->current)
        end(actions->current, &err);
    map_release(&actions->reserved);
    free(actions);
}

/* What the entries are about; an action need not be about clusters. */
static const struct frozen *
set_of(const struct action *action)
{
    return action->set.hash[0] ? &action->set : NULL;
}

static bool
run_look_up(struct sqlite3 *db, void *user, struct err *err)
{
    struct action *action = user;

    return idempotency_look_up(
        db, &action->key, action->time_ms, &action->status, &action->reply, err);
}

/* On the pool: transaction 1. */
static bool
run_intent(struct sqlite3 *db, void *user, struct err *err)
{
    struct action *action = user;

    if (!audit_append(db, &action->intent, set_of(action), err) ||
        !idempotency_keep(db, &action->key, action->id, action->time_ms, err))
        return false;
    failpoint_pass(journal_failpoint(action->actions->journal), "in-intent");
    return true;
}

/* On the pool: transaction 2. */
static bool
run_outcome(struct sqlite3 *db, void *user, struct err *err)
{
    struct action *action = user;
    struct failpoint *failpoint = journal_failpoint(action->actions->journal);

    if (!action->class->apply(db, action->user, failpoint, err) ||
        !audit_append(db, &action->outcome, set_of(action), err) ||
        !idempotency_answer(
            db, &action->key, action->status, buf_str(&action->reply), err))
        return false;
    failpoint_pass(failpoint, "in-outcome");
    return true;
}

/* On the pool: the effect was refused by the database, so the record says so. */
static bool
run_failed(struct sqlite3 *db, void *user, struct err *err)
{
    struct action *action = user;

    return audit_append(db, &action->outcome, set_of(action), err) &&
           idempotency_drop(db, &action->key, err);
}

static void step(void *user, const struct err *err);

static bool
enter(struct action *action, enum phase phase, struct err *err)
{
    static const struct {
        bool (*run)(struct sqlite3 *db, void *user, struct err *err);
        const char *failpoint;
    } rows[] = {
        [PHASE_LOOK_UP] = { run_look_up, NULL },
        [PHASE_INTENT] = { run_intent, "intent-durable" },
        [PHASE_OUTCOME] = { run_outcome, "outcome-durable" },
        [PHASE_FAILING] = { run_failed, NULL },
    };
    struct journal_write write = { .run = rows[phase].run,
        .done = step,
        .user = action,
        .failpoint = rows[phase].failpoint };

    action->phase = phase;
    return journal_write(action->actions->journal, &write, err);
}

static bool
prepare_intent(struct action *action, struct err *err)
{
    struct entry *intent = &action->intent;

    action->time_ms = loop_now_ms(action->actions->loop);
    if (!action->class->check(action->user, intent, &action->set, &action->extra, err))
        return false;
    intent->time_ms = action->time_ms;
    intent->kind = "intent";
    intent->action = action->id;
    intent->subject = action->key.subject;
    intent->origin = action->origin;
    return true;
}

static void
prepare_outcome(struct action *action)
{
    struct entry *outcome = &action->outcome;

    *outcome = action->intent;
    outcome->time_ms = loop_now_ms(action->actions->loop);
    outcome->kind = "outcome";
    outcome->result = "ok";
    action->status = action->class->reply(action->user, outcome, &action->reply);
}

static void
prepare_failure(struct action *action, const struct err *err)
{
    action->failure = *err;
    buf_clear(&action->detail);
    buf_add_text(&action->detail, "{\"error\":");
    buf_add_json(&action->detail, str_from(err->text));
    buf_add_char(&action->detail, '}');
    action->outcome.result = "failed";
    action->outcome.detail = action->detail.at;
}

/* Look-up done: what was answered before, or on to the intent. */
static bool
looked_up(struct action *action, struct err *err)
{
    struct failpoint *failpoint = journal_failpoint(action->actions->journal);

    failpoint_pass(failpoint, "looked-up");
    if (!prepare_intent(action, err))
        return false;
    failpoint_pass(failpoint, "checked");
    if (enter(action, PHASE_INTENT, err))
        return true;
    buf_clear(&action->extra);
    return false;
}

static bool
intent_done(struct action *action, struct err *err)
{
    prepare_outcome(action);
    failpoint_pass(journal_failpoint(action->actions->journal), "before-outcome");
    return enter(action, PHASE_OUTCOME, err);
}

static void
outcome_done(struct action *action)
{
    struct failpoint *failpoint = journal_failpoint(action->actions->journal);

    failpoint_pass(failpoint, "before-applied");
    action->class->applied(action->user);
    failpoint_pass(failpoint, "before-reply");
    end(action, NULL);
    failpoint_pass(failpoint, "after-reply");
}

/* The database said no while it is whole itself: close the intent as failed. */
static bool
outcome_failed(struct action *action, const struct err *err, struct err *again)
{
    if (err->code == ERR_IO || err->code == ERR_CORRUPT || err->code == ERR_READ_ONLY) {
        *again = *err;
        err_wrap(again,
            "the outcome could not be recorded; ask again with the same key once the "
            "journal is mended");
        return false;
    }
    prepare_failure(action, err);
    return enter(action, PHASE_FAILING, again);
}

static void
step(void *user, const struct err *err)
{
    struct action *action = user;
    struct err failure = err ? *err : (struct err){ 0 };
    bool goes_on = false;

    switch (action->phase) {
    case PHASE_WAITING:
        break;
    case PHASE_LOOK_UP:
        if (!err && action->status) { /* answered before */
            end(action, NULL);
            return;
        }
        goes_on = !err && looked_up(action, &failure);
        break;
    case PHASE_INTENT:
        goes_on = !err && intent_done(action, &failure);
        break;
    case PHASE_OUTCOME:
        if (!err) {
            outcome_done(action);
            return;
        }
        goes_on = outcome_failed(action, err, &failure);
        break;
    case PHASE_FAILING:
        failure = action->failure;
        break;
    }
    if (!goes_on)
        end(action, &failure);
}

static void
start_next(struct actions *actions)
{
    struct err err = { 0 };
    struct action *action = actions->first;

    if (actions->current || !action)
        return;
    actions->first = action->next;
    if (!actions->first)
        actions->last = &actions->first;
    actions->waiting--;
    actions->current = action;
    if (!enter(action, PHASE_LOOK_UP, &err))
        end(action, &err);
}

static bool
check_reserved(const struct actions *actions, const char *scope, const char *body_hash,
    struct err *err)
{
    const struct action *other = map_find(&actions->reserved, str_from(scope));

    if (!other)
        return true;
    if (strcmp(other->key.body_hash, body_hash))
        err_set(
            err, ERR_KEY_REUSED, "this Idempotency-Key is in use for another request");
    else
        err_set(err, ERR_IN_FLIGHT, "the request with this key is being worked on");
    return false;
}

static void
fill(struct action *action, const struct action_request *request)
{
    char random[17];

    random_hex(random, 8);
    snprintf(action->id, sizeof action->id, "a-%s", random);
    action->origin = mem_text(request->origin);
    action->key.subject = mem_text(request->subject);
    action->key.method = mem_text(request->method);
    action->key.route = mem_text(request->route);
    action->key.text = mem_text_length(request->key.at, request->key.length);
}

bool
action_start(struct actions *actions, const struct action_request *request,
    const struct action_class *class, void *user, struct err *err)
{
    struct action *action;
    char body_hash[DIGEST_HEX_LENGTH + 1];
    char *scope;

    if (!idempotency_check(request->key, err))
        return false;
    if (journal_fault(actions->journal)[0]) {
        err_set(err, ERR_READ_ONLY, "%s", journal_fault(actions->journal));
        return false;
    }
    if (actions->waiting >= ACTIONS_WAITING) {
        err_set(err, ERR_UNAVAILABLE, "%d actions wait already", ACTIONS_WAITING);
        return false;
    }
    digest_hex(request->body.at, request->body.length, body_hash);
    scope = mem_print("%s\n%s\n%s\n%.*s", request->subject, request->method,
        request->route, STR_ARG(request->key));
    if (!check_reserved(actions, scope, body_hash, err)) {
        free(scope);
        return false;
    }
    action = mem_zero(1, sizeof *action);
    action->actions = actions;
    action->class = class;
    action->user = user;
    action->scope = scope;
    memcpy(action->key.body_hash, body_hash, sizeof body_hash);
    action->time_ms = loop_now_ms(actions->loop);
    fill(action, request);
    map_put(&actions->reserved, str_from(scope), action);
    *actions->last = action;
    actions->last = &action->next;
    actions->waiting++;
    start_next(actions);
    return true;
}

/* The intent that an open key belongs to, told again as interrupted. */
static bool
append_interrupted(
    struct sqlite3 *db, const char *action, int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *statement = statement_new(db,
        "SELECT verb, target, reason, window, frozen, subject FROM audit"
        " WHERE action = ?1 AND kind = 'intent' ORDER BY seq DESC LIMIT 1",
        err);
    struct frozen set = { 0 };
    struct buf detail = { 0 };
    struct entry entry = { .time_ms = now_ms,
        .kind = "outcome",
        .action = action,
        .subject = "hub",
        .origin = "hub",
        .result = "interrupted" };
    char *texts[6] = { NULL };
    bool row = false, ok;

    if (!statement)
        return false;
    statement_text(statement, 1, str_from(action));
    ok = statement_step(statement, &row, err);
    for (int i = 0; row && i < 6; i++)
        texts[i] = statement_take_text(statement, i);
    statement_free(statement);
    if (!row)
        return ok;
    entry.verb = texts[0];
    entry.target = texts[1];
    entry.reason = texts[2];
    entry.window = texts[3];
    buf_add_text(&detail, "{\"of\":");
    buf_add_json(&detail, str_from(texts[5]));
    buf_add_char(&detail, '}');
    entry.detail = detail.at;
    ok = (!texts[4][0] || audit_load_set(db, texts[4], &set, err)) &&
         audit_append(db, &entry, texts[4][0] ? &set : NULL, err);
    frozen_release(&set);
    buf_release(&detail);
    for (int i = 0; i < 6; i++)
        free(texts[i]);
    return ok;
}

bool
action_recover(struct sqlite3 *db, int64_t now_ms, uint32_t *closed, struct err *err)
{
    struct frozen open; /* a list of texts is what it is */
    bool ok = idempotency_open(db, &open, err);

    for (size_t i = 0; i < open.count && ok; i++)
        ok = append_interrupted(db, open.ids[i], now_ms, err);
    ok = ok && idempotency_drop_open(db, err);
    *closed = (uint32_t)open.count;
    frozen_release(&open);
    return ok;
}
