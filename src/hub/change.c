/* change -- the verb of maintenance.h: preview, start, end. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hub/target.h"
#include "hub/upkeep.h"

struct effect { /* what an action does to one open window */
    char id[MAINTENANCE_ID_BYTES];
    struct frozen out, left; /* clusters that leave it, and that stay */
};

struct change { /* a start or an end on its way: user of its action */
    struct maintenance *maintenance;
    struct grant *grant;
    struct maintenance_request request;
    char asked[MAINTENANCE_ID_BYTES]; /* end by id; "" otherwise */
    bool start;
    maintenance_done *done;
    void *user;
    struct maintenance_answer answer;
    struct effect *effects;
    size_t effect_count;
    struct window *window; /* that is started */
    char *target, *subject;
    struct buf detail;
    int64_t now_ms;
};

static bool
is_covered(void *user, struct str id)
{
    const struct maintenance *maintenance = user;

    return windows_of(&maintenance->windows, id) != NULL;
}

/* End of a window by its id: what of it the subject may end. */
static bool
live_of_window(struct maintenance *maintenance, struct grant *grant, const char *id,
    struct frozen *live, uint32_t *not_permitted, struct err *err)
{
    const struct window *window = windows_find(&maintenance->windows, str_from(id));
    struct frozen readable = { 0 };
    bool ok;

    grant_bind(grant, maintenance->fleet);
    if (window)
        upkeep_keep_permitted(
            maintenance, grant, PERMISSION_READ, &window->covered, &readable);
    ok = readable.count > 0;
    if (!ok)
        err_set(err, ERR_NOT_FOUND, "no open window \"%.32s\"", id);
    else
        upkeep_keep_permitted(
            maintenance, grant, PERMISSION_MAINTENANCE, &readable, live);
    *not_permitted = (uint32_t)(readable.count - live->count);
    if (ok && !live->count) {
        err_set(err, ERR_DENIED, "%s may not end window %s: it needs the permission %s",
            grant_subject(grant), id, permission_name(PERMISSION_MAINTENANCE));
        ok = false;
    }
    frozen_release(&readable);
    return ok;
}

/* The windows that the set touches, each once. */
static void
touched_windows(
    const struct maintenance *maintenance, const struct frozen *set, struct frozen *ids)
{
    const struct window *last = NULL;

    for (size_t i = 0; i < set->count; i++) {
        const struct window *window =
            windows_of(&maintenance->windows, str_from(set->ids[i]));

        if (window && window != last)
            frozen_add(ids, str_from(window->id));
        last = window;
    }
    frozen_seal(ids);
}

static void
print_conflicts(struct maintenance *maintenance, struct grant *grant,
    const struct frozen *ids, struct buf *extra)
{
    bool first = true;

    buf_add_text(extra, "\"conflicts\":[");
    for (size_t i = 0; i < ids->count; i++) {
        const struct window *window =
            windows_find(&maintenance->windows, str_from(ids->ids[i]));
        struct maintenance_window view;

        if (!maintenance_view(maintenance, grant, window, &view))
            continue;
        if (!first)
            buf_add_char(extra, ',');
        first = false;
        maintenance_window_print(&view, 100, extra);
        maintenance_window_release(&view);
    }
    buf_add_char(extra, ']');
}

static bool
check_force(struct maintenance *maintenance, const struct grant *grant,
    const struct frozen *set, struct err *err)
{
    for (size_t i = 0; i < set->count; i++) {
        struct str id = str_from(set->ids[i]);

        if (!is_covered(maintenance, id) ||
            upkeep_permits(maintenance, grant, PERMISSION_FORCE, id))
            continue;
        err_set(err, ERR_DENIED, "%s may not force \"%.*s\" out of its window",
            grant_subject(grant), STR_ARG(id));
        return false;
    }
    return true;
}

static bool
check_conflicts(struct maintenance *maintenance, const struct maintenance_want *want,
    const struct maintenance_answer *answer, struct buf *extra, struct err *err)
{
    size_t count = 0;

    if (!want->start || !answer->conflicts.count || want->request->dry_run)
        return true;
    if (want->request->force)
        return check_force(maintenance, want->grant, &answer->set, err);
    print_conflicts(maintenance, want->grant, &answer->conflicts, extra);
    for (size_t i = 0; i < answer->set.count; i++)
        count += is_covered(maintenance, str_from(answer->set.ids[i]));
    err_set(err, ERR_CONFLICT,
        "%zu of the clusters are in %zu open window(s) already, such as %s; a lead may "
        "replace them with force",
        count, answer->conflicts.count, answer->conflicts.ids[0]);
    return false;
}

static bool
check_set(const struct maintenance *maintenance, const struct maintenance_want *want,
    const struct maintenance_answer *answer, struct err *err)
{
    if (want->request->dry_run)
        return true;
    if (!answer->set.count) {
        err_set(err, ERR_NOT_FOUND, "%s",
            want->start ? "no cluster is meant by this"
                        : "none of these clusters is in a window");
        return false;
    }
    if (want->start && maintenance->windows.count >= MAINTENANCE_WINDOWS) {
        err_set(err, ERR_LIMIT, "%d windows are open already", MAINTENANCE_WINDOWS);
        return false;
    }
    return true;
}

static bool
names_window(const struct maintenance_want *want)
{
    return want->window && want->window[0];
}

/* Which clusters, now: live, and held against what was frozen. */
static bool
settle_set(struct maintenance *maintenance, const struct maintenance_want *want,
    struct maintenance_answer *answer, struct buf *extra, struct err *err)
{
    struct target target = { .fleet = maintenance->fleet,
        .grant = want->grant,
        .permission = PERMISSION_MAINTENANCE,
        .admits = want->start ? NULL : is_covered,
        .user = maintenance,
        .now_ms = loop_now_ms(maintenance->loop) };
    struct frozen live = { 0 };
    bool ok = names_window(want) ? live_of_window(maintenance, want->grant, want->window,
                                       &live, &answer->not_permitted, err)
                                 : target_live(&target, want->request, &live,
                                       &answer->not_permitted, err);

    ok = ok && target_settle(&target, want->request, &live, &answer->set, extra, err);
    frozen_release(&live);
    return ok;
}

static bool
check_want(const struct maintenance_want *want, struct err *err)
{
    const struct maintenance_request *request = want->request;

    if (!grant_check(want->grant, PERMISSION_MAINTENANCE, err) ||
        (request->force && !grant_check(want->grant, PERMISSION_FORCE, err)))
        return false;
    if (request->dry_run || request->has_frozen || names_window(want))
        return true;
    err_set(err, ERR_INPUT,
        "\"frozen\" is missing: ask with \"dry_run\":true first, then send what it "
        "shows");
    return false;
}

bool
maintenance_preview(struct maintenance *maintenance, const struct maintenance_want *want,
    struct maintenance_answer *answer, struct buf *extra, struct err *err)
{
    memset(answer, 0, sizeof *answer);
    answer->dry_run = want->request->dry_run;
    if (!check_want(want, err) || !settle_set(maintenance, want, answer, extra, err))
        goto bad;
    if (want->start)
        answer->until_ms = loop_now_ms(maintenance->loop) + want->request->duration_ms;
    touched_windows(maintenance, &answer->set, &answer->conflicts);
    if (check_set(maintenance, want, answer, err) &&
        check_conflicts(maintenance, want, answer, extra, err))
        return true;
bad:
    maintenance_answer_release(answer);
    return false;
}

static void
plan_effects(struct change *change)
{
    const struct frozen *ids = &change->answer.conflicts;

    change->effects = mem_zero(ids->count + 1, sizeof *change->effects);
    for (size_t i = 0; i < ids->count; i++) {
        struct effect *effect = &change->effects[change->effect_count++];
        const struct window *window =
            windows_find(&change->maintenance->windows, str_from(ids->ids[i]));

        snprintf(effect->id, sizeof effect->id, "%s", window->id);
        frozen_compare(
            &window->covered, &change->answer.set, &effect->left, NULL, &effect->out);
    }
}

static void
plan_window(struct change *change)
{
    struct window *window = mem_zero(1, sizeof *window);
    char random[11];

    random_hex(random, 5);
    snprintf(window->id, sizeof window->id, "mw-%s", random);
    window->by = mem_text(change->subject);
    window->reason = mem_text(change->request.reason);
    window->target = mem_text(change->target);
    window->started_ms = change->now_ms;
    window->until_ms = change->now_ms + change->request.duration_ms;
    frozen_copy(&window->covered, &change->answer.set);
    frozen_copy(&window->first, &change->answer.set);
    change->answer.until_ms = window->until_ms;
    snprintf(change->answer.window, sizeof change->answer.window, "%s", window->id);
    change->window = window;
}

static void
print_detail(struct change *change)
{
    const struct maintenance_request *request = &change->request;
    struct buf *out = &change->detail;

    buf_add_char(out, '{');
    frozen_print_ids(&change->answer.conflicts, "windows", SIZE_MAX, out);
    if (change->window)
        buf_print(out, ",\"until_ms\":%" PRId64 ",\"force\":%s", change->window->until_ms,
            request->force ? "true" : "false");
    if (request->accept[0] && strcmp(request->frozen.hash, change->answer.set.hash))
        buf_print(out, ",\"accepted\":\"%s\",\"frozen\":{\"count\":%zu,\"hash\":\"%s\"}",
            request->accept, request->frozen.count, request->frozen.hash);
    else if (request->accept[0])
        buf_print(out, ",\"accepted\":\"%s\"", request->accept);
    buf_add_char(out, '}');
}

static bool
check(void *user, struct entry *intent, struct frozen *set, struct buf *extra,
    struct err *err)
{
    struct change *change = user;
    struct maintenance *maintenance = change->maintenance;
    struct maintenance_want want = { change->grant, &change->request, change->asked,
        change->start };

    if (maintenance->loading) {
        err_set(err, ERR_UNAVAILABLE, "the journal is being read again: try once more");
        return false;
    }
    if (!maintenance_preview(maintenance, &want, &change->answer, extra, err))
        return false;
    change->now_ms = loop_now_ms(maintenance->loop);
    change->target =
        change->asked[0] ? mem_text(change->asked) : target_print(&change->request);
    plan_effects(change);
    if (change->start)
        plan_window(change);
    print_detail(change);
    intent->verb = change->start ? "maintenance-start" : "maintenance-end";
    intent->target = change->target;
    intent->reason = change->request.reason;
    intent->window = change->start ? change->window->id : change->asked;
    intent->detail = change->detail.at;
    frozen_copy(set, &change->answer.set);
    return true;
}

static int
reply(void *user, struct entry *outcome, struct buf *body)
{
    struct change *change = user;

    if (change->window)
        change->window->action = mem_text(outcome->action);
    maintenance_answer_print(&change->answer, body);
    return change->start ? 201 : 200;
}

/* On the pool, in transaction 2. */
static bool
apply(struct sqlite3 *db, void *user, struct failpoint *failpoint, struct err *err)
{
    struct change *change = user;

    for (size_t i = 0; i < change->effect_count; i++) {
        const struct effect *effect = &change->effects[i];
        bool ok = effect->left.count
                      ? window_shrink(db, effect->id, &effect->left, err)
                      : window_close(db, effect->id, change->now_ms, change->subject,
                            change->start ? "replaced" : "ended", err);

        if (!ok)
            return false;
    }
    if (change->window && !window_insert(db, change->window, err))
        return false;
    failpoint_pass(failpoint, "in-effect");
    return true;
}

static void
applied(void *user)
{
    struct change *change = user;
    struct maintenance *maintenance = change->maintenance;

    for (size_t i = 0; i < change->effect_count; i++) {
        const struct effect *effect = &change->effects[i];
        struct window *window = windows_find(&maintenance->windows, str_from(effect->id));

        if (window) /* the clock may have ended it meanwhile */
            windows_take_out(&maintenance->windows, window, &effect->out);
        if (!change->start)
            upkeep_uncover(maintenance, &effect->out);
    }
    if (change->window) {
        windows_add(&maintenance->windows, change->window);
        upkeep_cover(maintenance, change->window);
        change->window = NULL;
    }
    upkeep_schedule(maintenance);
}

static void
done(void *user, int status, struct str body, const struct err *err, struct str extra)
{
    struct change *change = user;

    change->done(change->user, status, body, err, extra);
    for (size_t i = 0; i < change->effect_count; i++) {
        frozen_release(&change->effects[i].out);
        frozen_release(&change->effects[i].left);
    }
    free(change->effects);
    window_free(change->window);
    maintenance_answer_release(&change->answer);
    maintenance_request_release(&change->request);
    buf_release(&change->detail);
    free(change->target);
    free(change->subject);
    free(change);
}

static const struct action_class change_class = {
    .check = check, .reply = reply, .apply = apply, .applied = applied, .done = done
};

bool
maintenance_act(
    struct maintenance *maintenance, const struct maintenance_call *call, struct err *err)
{
    struct change *change;

    if (!grant_check(call->grant, PERMISSION_MAINTENANCE, err) ||
        (call->request->force && !grant_check(call->grant, PERMISSION_FORCE, err)))
        return false;
    change = mem_zero(1, sizeof *change);
    change->maintenance = maintenance;
    change->grant = call->grant;
    change->request = *call->request;
    change->request.dry_run = false;
    snprintf(change->asked, sizeof change->asked, "%s", call->window ? call->window : "");
    change->start = call->start;
    change->done = call->done;
    change->user = call->user;
    change->subject = mem_text(grant_subject(call->grant));
    if (!action_start(maintenance->actions, &call->action, &change_class, change, err)) {
        free(change->subject);
        free(change);
        return false;
    }
    memset(call->request, 0, sizeof *call->request);
    return true;
}
