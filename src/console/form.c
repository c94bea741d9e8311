/* form -- maintenance from edit to answer. */
#include "console/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "console/session.h"

static struct line *
edited(struct form *form)
{
    return &form->inputs[form->edited];
}

/* The one place a phase changes. */
static void
form_enter(struct session *session, enum form_phase phase)
{
    session->form.phase = phase;
    session->dirty_now = true;
}

static void
form_notice(struct form *form, const char *text)
{
    snprintf(form->notice, sizeof(form->notice), "%s", text);
}

void
form_release(struct form *form)
{
    maintenance_request_release(&form->request);
    maintenance_answer_release(&form->preview);
    memset(form, 0, sizeof(*form));
}

void
form_open(struct session *session, bool start, struct frozen *ids, struct str selector)
{
    struct form *form = &session->form;

    form_release(form);
    form->session = session;
    form->start = start;
    form->edited = start ? FORM_DURATION : FORM_REASON;
    line_set(&form->inputs[FORM_DURATION], STR("2h"));
    if (ids && ids->count) {
        form->request.names = *ids;
        memset(ids, 0, sizeof(*ids));
        snprintf(form->target, sizeof(form->target), "%s%s", form->request.names.ids[0],
            form->request.names.count > 1 ? " and others that are marked" : "");
    } else {
        form->request.selector =
            mem_text_length(selector.at ? selector.at : "", selector.length);
        snprintf(form->target, sizeof(form->target), "%s",
            selector.length ? form->request.selector : "every site that you may change");
    }
    random_hex(form->key, 16);
    session->mode = MODE_FORM;
    form_enter(session, FORM_EDIT);
}

void
form_close(struct session *session)
{
    if (session->world.cancel)
        session->world.cancel(session->world.user, &session->form);
    form_release(&session->form);
    session->mode = MODE_NORMAL;
    session->dirty_now = true;
}

/* What was typed into the request. Which field is wrong, and why; FORM_INPUTS: none is.
 */
static enum form_input
form_read(struct form *form, struct err *err)
{
    struct str reason = str_trim(line_text(&form->inputs[FORM_REASON]));
    struct str duration = str_trim(line_text(&form->inputs[FORM_DURATION]));
    int64_t duration_ms = 0;

    if (form->start && !clock_parse_duration(duration, &duration_ms)) {
        err_set(err, ERR_INPUT, "a duration is such as 90m, 2h or 3d");
        return FORM_DURATION;
    }
    if (form->start && !maintenance_check_duration(duration_ms, err))
        return FORM_DURATION;
    if (!maintenance_check_reason(reason, err))
        return FORM_REASON;
    form->request.duration_ms = duration_ms;
    free(form->request.reason);
    form->request.reason = mem_text_length(reason.at, reason.length);
    return FORM_INPUTS;
}

/* What is wrong is said until it is mended, wherever the cursor is. */
static bool
form_check(struct form *form, enum form_input *wrong)
{
    struct err err = { 0 };

    *wrong = form_read(form, &err);
    form->wrong = *wrong != FORM_INPUTS;
    form_notice(form, form->wrong ? err.text : "");
    return !form->wrong;
}

/* What the preview says beside the set: it stays while the set is confirmed. */
static void
print_warning(struct form *form)
{
    const struct maintenance_answer *preview = &form->preview;
    struct buf warning = { 0 };

    if (preview->conflicts.count && form->start)
        buf_print(&warning, "%zu open window%s in the way (%s): the hub will refuse",
            preview->conflicts.count, preview->conflicts.count == 1 ? "" : "s",
            preview->conflicts.ids[0]);
    if (preview->not_permitted)
        buf_print(&warning, "%s%u more are selected that you may not change: left out",
            warning.length ? "; " : "", preview->not_permitted);
    snprintf(form->warning, sizeof(form->warning), "%s", warning.at ? warning.at : "");
    buf_release(&warning);
}

static void
take_preview(struct session *session, struct str body)
{
    struct form *form = &session->form;
    struct err err = { 0 };

    maintenance_answer_release(&form->preview);
    memset(&form->preview, 0, sizeof(form->preview));
    if (!maintenance_answer_parse(&form->preview, body, &err)) {
        form_notice(form, err.text);
        form_enter(session, FORM_EDIT);
        return;
    }
    form->name_count = 0;
    for (size_t i = 0; i < form->preview.set.count && i < FORM_NAMES; i++)
        form->names[form->name_count++] = form->preview.set.ids[i];
    form->confirm[0] = '\0';
    form->notice[0] = '\0';
    if (form->preview.set.count == 0) {
        form_notice(form, "nothing to do: no site that you may change is selected");
        form_enter(session, FORM_EDIT);
        return;
    }
    if (form->preview.set.count > FORM_TYPED)
        snprintf(form->confirm, sizeof(form->confirm), "%zu", form->preview.set.count);
    print_warning(form);
    line_set(&form->inputs[FORM_TYPED_COUNT], STR(""));
    form->edited = FORM_TYPED_COUNT;
    form_enter(session, FORM_CONFIRM);
}

static void
previewed(void *user, const struct client_answer *answer)
{
    struct session *session = ((struct form *)user)->session;

    if (session->form.phase != FORM_ASKING)
        return; /* closed meanwhile */
    if (answer->err.code == ERR_NONE) {
        take_preview(session, answer->body);
        return;
    }
    form_notice(&session->form, answer->err.text);
    form_enter(session, FORM_EDIT);
}

static void form_accept(struct session *session);

/* A filter that never rests moves again while the answer is on its way. What was accepted
 * is the frozen set: as long as no more of it has left than was told, others that come
 * and go change nothing of that, and the newest hash is accepted without asking again. */
static void
take_moved(struct session *session, struct str body)
{
    struct form *form = &session->form;
    struct maintenance_moved moved = { 0 };
    struct err err = { 0 };
    bool accepted = false;

    if (!maintenance_moved_parse(&moved, body, &err)) {
        form_notice(form, err.text);
        form_enter(session, FORM_CONFIRM);
        return;
    }
    accepted = form->request.accept[0] && strcmp(form->left, moved.left.hash) == 0;
    snprintf(form->accept, sizeof(form->accept), "%s", moved.live);
    snprintf(form->left, sizeof(form->left), "%s", moved.left.hash);
    snprintf(form->notice, sizeof(form->notice),
        "since the preview %zu joined%s%s, %zu left%s%s", moved.joined.count,
        moved.joined.count ? ": " : "", moved.joined.count ? moved.joined.ids[0] : "",
        moved.left.count, moved.left.count ? ": " : "",
        moved.left.count ? moved.left.ids[0] : "");
    maintenance_moved_release(&moved);
    form_enter(session, FORM_MOVED);
    if (accepted && form->accepts < FORM_ACCEPTS)
        form_accept(session);
}

static void
take_done(struct session *session, struct str body)
{
    struct form *form = &session->form;
    struct maintenance_answer done = { 0 };
    struct err err = { 0 };

    if (!maintenance_answer_parse(&done, body, &err))
        session_complain(session, &err);
    else
        session_say(session,
            form->start ? "maintenance started for %zu site%s %s"
                        : "maintenance ended for %zu site%s %s",
            done.set.count, done.set.count == 1 ? "" : "s", done.window);
    maintenance_answer_release(&done);
    form_close(session);
}

static void
acted(void *user, const struct client_answer *answer)
{
    struct session *session = ((struct form *)user)->session;

    if (session->form.phase != FORM_SENDING)
        return;
    if (answer->err.code == ERR_NONE) {
        take_done(session, answer->body);
        return;
    }
    if (answer->err.code == ERR_MOVED) {
        take_moved(session, answer->body);
        return;
    }
    form_notice(&session->form, answer->err.text);
    form_enter(session, answer->err.code == ERR_CONFLICT ? FORM_CONFLICT : FORM_CONFIRM);
}

static bool
form_send(struct session *session, bool dry_run)
{
    struct form *form = &session->form;
    struct buf body = { 0 };
    struct err err = { 0 };
    struct client_request request = { .method = "POST", .user = form };
    bool ok = false;

    form->request.dry_run = dry_run;
    maintenance_request_print(&form->request, &body);
    request.path = form->start ? "/v1/maintenance" : "/v1/maintenance/end";
    request.body = buf_str(&body);
    request.key = dry_run ? NULL : form->key;
    request.done = dry_run ? previewed : acted;
    if (!session->world.send)
        err_set(&err, ERR_UNAVAILABLE, "no hub to ask");
    else
        ok = session->world.send(session->world.user, &request, &err);
    if (!ok)
        form_notice(form, err.text);
    buf_release(&body);
    return ok;
}

static void
form_preview(struct session *session)
{
    struct form *form = &session->form;
    enum form_input wrong = FORM_INPUTS;

    form->accept[0] = form->request.accept[0] = '\0';
    form->request.has_frozen = false;
    random_hex(form->key, 16); /* another request, another key */
    if (!form_check(form, &wrong)) {
        form->edited = wrong;
        form_enter(session, FORM_EDIT);
    } else if (form_send(session, true))
        form_enter(session, FORM_ASKING);
}

/* The frozen set of the preview goes along: what was shown is what is acted on. */
static void
form_act(struct session *session)
{
    struct form *form = &session->form;

    if (form->confirm[0] &&
        !str_is(str_trim(line_text(&form->inputs[FORM_TYPED_COUNT])), form->confirm)) {
        snprintf(form->notice, sizeof(form->notice), "that is not %s", form->confirm);
        return;
    }
    if (!form->request.has_frozen) {
        frozen_release(&form->request.frozen);
        memset(&form->request.frozen, 0, sizeof(form->request.frozen));
        frozen_copy(&form->request.frozen, &form->preview.set);
        form->request.has_frozen = true;
    }
    if (form_send(session, false))
        form_enter(session, FORM_SENDING);
}

/* Another body is another request: it gets a key of its own. */
static void
form_accept(struct session *session)
{
    struct form *form = &session->form;

    form->accepts++;
    snprintf(form->request.accept, sizeof(form->request.accept), "%s", form->accept);
    random_hex(form->key, 16);
    form_act(session);
}

static void
edit_key(struct session *session, struct key key)
{
    struct form *form = &session->form;
    enum form_input wrong = FORM_INPUTS;

    if (line_key(edited(form), key)) {
        if (form->wrong)
            form_check(form, &wrong);
        return;
    }
    if (key.code == KEY_ENTER) {
        if (form->edited == FORM_DURATION)
            form->edited = FORM_REASON;
        else
            form_preview(session);
    } else if (form->start &&
               (key.code == KEY_TAB || key.code == KEY_UP || key.code == KEY_DOWN))
        form->edited = form->edited == FORM_DURATION ? FORM_REASON : FORM_DURATION;
}

static void
edit_paste(struct form *form, struct str paste)
{
    struct err err = { 0 };
    enum form_input wrong = FORM_INPUTS;

    if (!line_paste(edited(form), paste, &err))
        form_notice(form, err.text);
    else if (form->wrong)
        form_check(form, &wrong);
}

static void
confirm_key(struct session *session, struct key key)
{
    struct form *form = &session->form;

    if (key.code == KEY_ENTER)
        form_act(session);
    else if (form->confirm[0] && line_key(&form->inputs[FORM_TYPED_COUNT], key))
        form->notice[0] = '\0';
}

/* One step back; from the first, out. */
static void
form_back(struct session *session)
{
    struct form *form = &session->form;

    if (form->phase == FORM_EDIT || form->phase == FORM_SENDING) {
        if (form->phase == FORM_SENDING)
            session_say(
                session, "the request is under way: the audit view tells how it ended");
        form_close(session);
        return;
    }
    if (form->phase == FORM_ASKING && session->world.cancel)
        session->world.cancel(session->world.user, form);
    form->edited = FORM_REASON;
    form->notice[0] = '\0';
    form_enter(session, FORM_EDIT);
}

void
form_key(struct session *session, struct key key, struct str paste)
{
    struct form *form = &session->form;

    session->dirty_now = true;
    if (key.code == KEY_ESC) {
        form_back(session);
        return;
    }
    if (key.code == KEY_PASTE) {
        if (form->phase == FORM_EDIT)
            edit_paste(form, paste);
        return;
    }
    switch (form->phase) {
    case FORM_EDIT:
        edit_key(session, key);
        break;
    case FORM_CONFIRM:
        confirm_key(session, key);
        break;
    case FORM_MOVED:
        form->accepts = 0;
        if (key.code == KEY_RUNE && key.rune == 'a')
            form_accept(session);
        else if (key.code == KEY_RUNE && key.rune == 'p')
            form_preview(session);
        break;
    case FORM_CONFLICT:
        if (key.code == KEY_RUNE && key.rune == 'p')
            form_preview(session);
        break;
    case FORM_CLOSED:
    case FORM_ASKING:
    case FORM_SENDING:
    case FORM_DONE:
        break;
    }
}

static const char *
hint_of(const struct form *form)
{
    switch (form->phase) {
    case FORM_EDIT:
        return form->edited == FORM_DURATION
                   ? "Enter next   Esc leave"
                   : "Enter preview   Tab other field   Esc leave";
    case FORM_ASKING:
        return "Esc back";
    case FORM_CONFIRM:
        return form->start ? "Enter start maintenance   Esc back"
                           : "Enter end maintenance   Esc back";
    case FORM_SENDING:
        return "sent; Esc leaves it to the hub";
    case FORM_MOVED:
        return "a act on what was shown   p preview anew   Esc back";
    case FORM_CONFLICT:
        return "p preview anew   Esc back   (a lead may replace windows: --force)";
    case FORM_CLOSED:
    case FORM_DONE:
        break;
    }
    return "";
}

static void
print_field(const struct form *form, enum form_input which, const char *label,
    struct scene_form *out)
{
    struct form_field *field = &out->fields[out->field_count++];
    bool typing = form->phase == FORM_EDIT || form->phase == FORM_CONFIRM;

    field->label = label;
    field->text = form->inputs[which].text;
    field->cursor_column =
        typing && form->edited == which ? line_column(&form->inputs[which]) : -1;
}

void
form_print(const struct session *session, struct scene_form *out)
{
    const struct form *form = &session->form;

    memset(out, 0, sizeof(*out));
    out->phase = form->phase;
    out->start = form->start;
    out->target = form->target;
    if (form->start)
        print_field(form, FORM_DURATION, "duration", out);
    print_field(form, FORM_REASON, "reason", out);
    if (form->phase == FORM_CONFIRM && form->confirm[0])
        print_field(form, FORM_TYPED_COUNT, "confirm", out);
    out->counted = form->phase == FORM_CONFIRM || form->phase == FORM_SENDING ||
                   form->phase == FORM_MOVED || form->phase == FORM_CONFLICT;
    if (out->counted) {
        out->count = (uint32_t)form->preview.set.count;
        out->names = form->names;
        out->name_count = form->name_count;
    }
    out->notice =
        form->phase == FORM_CONFIRM && !form->notice[0] ? form->warning : form->notice;
    out->hint = hint_of(form);
    snprintf(out->confirm, sizeof(out->confirm), "%s", form->confirm);
}
