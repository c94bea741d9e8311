/* session -- what the operator is doing. */
#include "console/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "console/ask.h"
#include "console/census.h"
#include "console/frame.h"
#include "console/palette.h"

#define RANK_EVERY_MS 60000 /* groups may change places so often */
#define LIST_EVERY_MS 10000 /* the lines of the worst too */
#define RANK_QUIET_MS 5000  /* and only when no key was pressed for so long */
#define COLOUR_MS     1000  /* a legend follows the data so often */
#define TICKER_MS     3000  /* what the ticker shows can be read */

void
session_say(struct session *session, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(session->message, sizeof(session->message), format, arguments);
    va_end(arguments);
    session->message_bad = false;
    session->dirty_now = true;
}

void
session_complain(struct session *session, const struct err *err)
{
    snprintf(session->message, sizeof(session->message), "%s", err->text);
    session->message_bad = true;
    session->dirty_now = true;
}

static void
file_problem(void *user, const struct err *err)
{
    session_complain(user, err);
}

/* ---- settings */

static void
choose_group(struct session *session)
{
    census_choose(session->fleet, session->group);
    session->grouped_sites = session->fleet->count;
    select_group(session->select, session->group);
}

static void
apply_group(struct session *session, const struct view *view)
{
    if (!view->has_group || (view->group_auto && session->group_by_hand))
        return;
    session->group_by_hand = false;
    session->group_auto = view->group_auto;
    if (view->group_auto) {
        choose_group(session);
        return;
    }
    memcpy(session->group, view->group, sizeof(session->group));
    select_group(session->select, session->group);
}

/* Half a picture says little of what to group by: it is chosen anew when the first sites
 * are there, when a source has loaded, and when all is there. */
static void
settle_group(struct session *session, bool whole)
{
    uint32_t synced = 0;
    bool first = session->grouped_sites == 0 && session->fleet->count > 0;

    for (uint32_t i = 0; i < session->fleet->source_count; i++)
        synced += session->fleet->sources[i].synced;
    if (session->group_auto && (whole || first || synced > session->synced_sources))
        choose_group(session);
    session->synced_sources = synced;
}

static void
apply_view(struct session *session, const struct view *view)
{
    struct err err = { 0 };

    apply_group(session, view);
    if (view->has_colour)
        session_set_colour(session, &view->colour);
    if (view->has_sort)
        session_set_sort(session, &view->sort, view->sort_reverse);
    if (view->has_filter && !session_set_filter(session, str_from(view->filter), &err))
        session_complain(session, &err);
}

void
session_push(struct session *session)
{
    struct step *step = NULL;

    if (session->step_count == SESSION_STEPS) {
        free(session->steps[0].filter);
        free(session->steps[0].cursor);
        memmove(session->steps, session->steps + 1,
            sizeof(session->steps[0]) * (SESSION_STEPS - 1));
        session->step_count--;
    }
    step = &session->steps[session->step_count++];
    step->view = session->view;
    step->filter = mem_text(session->filter);
    step->cursor = session->cursor_id[0] ? mem_text(session->cursor_id) : NULL;
}

static void
enter_view(struct session *session, const struct view *view)
{
    session->view = view;
    session->top = session->line = 0;
    session->disordered = true;
    session->hints_stale = session->dirty_now = true;
}

bool
session_back(struct session *session)
{
    struct step *step = NULL;
    struct err err = { 0 };

    if (session->step_count == 0)
        return false;
    step = &session->steps[--session->step_count];
    enter_view(session, step->view);
    if (strcmp(step->filter, session->filter) != 0)
        session_set_filter(session, str_from(step->filter), &err);
    if (step->cursor) {
        snprintf(session->cursor_id, sizeof(session->cursor_id), "%s", step->cursor);
        session->cursor = fleet_find(session->fleet, str_from(session->cursor_id));
    }
    free(step->filter);
    free(step->cursor);
    return true;
}

void
session_show_view(struct session *session, const struct view *view)
{
    if (view == session->view)
        return;
    session_push(session);
    enter_view(session, view);
    apply_view(session, view);
}

bool
session_set_filter(struct session *session, struct str text, struct err *err)
{
    struct selector *selector = selector_parse_filter(text, session->fleet, err);
    struct buf canonical = { 0 };

    if (!selector)
        return false;
    selector_print(selector, &canonical);
    if (canonical.length > SELECTOR_BYTES) { /* a part of it would select others */
        err_set(
            err, ERR_LIMIT, "written out, this filter has over %d bytes", SELECTOR_BYTES);
        selector_free(selector);
        buf_release(&canonical);
        return false;
    }
    snprintf(
        session->filter, sizeof(session->filter), "%s", canonical.at ? canonical.at : "");
    buf_release(&canonical);
    session->filter_error[0] = '\0';
    session->filter_on_sources = selector_reads_sources(selector);
    if (selector_is_empty(selector)) {
        selector_free(selector);
        selector = NULL;
    }
    select_filter(session->select, selector);
    session->disordered = true;
    session->colouring_stale = session->dirty_now = true;
    session->coloured_ms = 0;
    session->top = 0;
    return true;
}

void
session_set_group(struct session *session, const struct dimension group[SCENE_LEVELS])
{
    for (int level = 0; level < SCENE_LEVELS; level++)
        session->group[level] = group[level];
    session->group_auto = false;
    session->group_by_hand = true;
    select_group(session->select, session->group);
    session->top = 0;
    session->dirty_now = true;
}

void
session_set_colour(struct session *session, const struct dimension *by)
{
    session->colouring.by = *by;
    session->colouring_stale = session->dirty_now = true;
    session->coloured_ms = 0;
}

void
session_set_sort(struct session *session, const struct dimension *by, bool reverse)
{
    session->sort = *by;
    session->sort_reverse = reverse;
    select_sort(session->select, by, reverse);
    session->dirty_now = true;
}

void
session_set_cursor(struct session *session, uint32_t slot)
{
    const struct cluster *cluster =
        slot == FLEET_NONE ? NULL : fleet_at(session->fleet, slot);

    if (!cluster)
        return;
    session->cursor = slot;
    snprintf(session->cursor_id, sizeof(session->cursor_id), "%.*s",
        STR_ARG(cluster_id(cluster, session->fleet->intern)));
    session->dirty_now = true;
}

void
session_mark(struct session *session, uint32_t slot, bool mark)
{
    size_t before = session->mark_ceiling;

    if (slot >= before) {
        if (!mark)
            return;
        session->marks =
            mem_grow(session->marks, &session->mark_ceiling, (size_t)slot + 1, 1);
        memset(session->marks + before, 0, session->mark_ceiling - before);
    }
    if (session->marks[slot] == mark)
        return;
    session->marks[slot] = mark;
    session->mark_count += mark ? 1 : (uint32_t)-1;
    session->dirty_now = true;
}

bool
session_is_loading(const struct session *session)
{
    if (session->link.phase == LINK_STALE)
        return false;
    for (uint32_t i = 0; i < session->fleet->source_count; i++) {
        const char *phase = session->fleet->sources[i].phase;

        if (strcmp(phase, "discovering") == 0 || strcmp(phase, "loading") == 0)
            return true;
    }
    return session->link.phase != LINK_LIVE;
}

/* ---- who may what */

bool
session_may_write(const struct session *session)
{
    const char *role = session->hello.role;

    if (session->read_only_asked)
        return false;
    if (!session->has_hello)
        return false;
    return strcmp(role, "operator") == 0 || strcmp(role, "lead") == 0 ||
           strcmp(role, "admin") == 0;
}

const char *
session_read_only(const struct session *session)
{
    if (session->read_only_asked)
        return "started with --read-only";
    if (!session->has_hello)
        return "the hub has not said yet who you are";
    if (!session_may_write(session))
        return "your role is not operator";
    if (session->hello.read_only[0])
        return session->hello.read_only;
    return NULL;
}

const struct cluster *
session_cluster(const struct session *session)
{
    return session->cursor == FLEET_NONE ? NULL
                                         : fleet_at(session->fleet, session->cursor);
}

/* ---- what happens */

struct session *
session_new(const struct session_options *options, struct err *err)
{
    struct session *session = mem_zero(1, sizeof(*session));
    char *views =
        options->config_folder ? mem_print("%s/views", options->config_folder) : NULL;
    char *keymaps =
        options->config_folder ? mem_print("%s/keymaps", options->config_folder) : NULL;
    struct str view = str_from(options->view ? options->view : "map");
    struct err problem = { 0 };
    bool ok = false;

    session->fleet = options->fleet;
    session->world = options->world ? *options->world : (struct world){ 0 };
    session->command = options->command ? options->command : "nocturne";
    session->read_only_asked = options->read_only;
    session->ascii = options->ascii;
    session->mono = options->mono;
    session->cursor = FLEET_NONE;
    session->worst_first = session->ticker_stale = session->hints_stale = true;
    session->colouring_stale = true;
    session->select = select_new(session->fleet);
    views_load(&session->views, views, file_problem, session);
    session->view = session->home = views_find(&session->views, view);
    if (!session->view) {
        err_set(err, ERR_INPUT, "no view '%.*s'%s%s", STR_ARG(view),
            views_suggest(&session->views, view) ? "; did you mean " : "",
            views_suggest(&session->views, view) ? views_suggest(&session->views, view)
                                                 : "");
        goto out;
    }
    if (!keymap_load(&session->keymap, keymaps,
            options->keymap ? options->keymap : "default", &problem, err))
        goto out;
    if (problem.code != ERR_NONE)
        session_complain(session, &problem);
    apply_view(session, session->view);
    ok = !options->selector ||
         session_set_filter(session, str_from(options->selector), err);
out:
    free(views);
    free(keymaps);
    if (!ok) {
        session_free(session);
        return NULL;
    }
    return session;
}

void
session_free(struct session *session)
{
    if (!session)
        return;
    select_free(session->select);
    views_release(&session->views);
    for (int i = 0; i < session->step_count; i++) {
        free(session->steps[i].filter);
        free(session->steps[i].cursor);
    }
    palette_release(session);
    form_release(&session->form);
    yaml_release(session->details_tree);
    free(session->audit.entries);
    free(session->help);
    free(session->hints);
    free(session->marks);
    free(session);
}

static bool
needs_a_person(const struct cluster *cluster)
{
    return cluster->state <= STATE_OFFLINE;
}

/* What a source has not said whole may be otherwise a moment later. */
static bool
is_news(const struct session *session, const struct cluster *cluster)
{
    const struct fleet_source *source = NULL;

    if (!needs_a_person(cluster))
        return false;
    source =
        fleet_source(session->fleet, intern_str(session->fleet->intern, cluster->source));
    return !source || source->synced || source->kept;
}

void
session_touch(struct session *session, uint32_t slot)
{
    const struct cluster *cluster = fleet_at(session->fleet, slot);

    select_touch(session->select, slot);
    session->dirty = true;
    if (!cluster)
        return;
    if (session->ticker.any && session->ticker.slot == slot) {
        session->ticker_stale = true;
        return;
    }
    if (needs_a_person(cluster) &&
        (!session->ticker.any ||
            (int64_t)cluster->since_s * 1000 > session->ticker.since_ms))
        session->ticker_stale = true;
}

void
session_gone(struct session *session, uint32_t slot)
{
    select_gone(session->select, slot);
    session_mark(session, slot, false);
    if (session->ticker.slot == slot)
        session->ticker_stale = true;
    if (session->cursor == slot)
        session->cursor = FLEET_NONE; /* cursor_id stays: it may come back */
    session->dirty = true;
}

void
session_changed(struct session *session, unsigned what, const struct hello *hello,
    const struct link *link)
{
    if (hello && (what & CLIENT_HELLO)) {
        session->hello = *hello;
        session->has_hello = true;
        session->hints_stale = true;
    }
    if (link) {
        session->dirty_now |= link->phase != session->link.phase;
        session->link = *link;
    }
    if (what & CLIENT_SOURCES) {
        session->ticker_stale = true;
        if (session->filter_on_sources)
            select_refilter(session->select);
    }
    session->synced |= (what & CLIENT_SYNCED) != 0;
    settle_group(session, what & CLIENT_SYNCED);
    session->dirty = true;
}

/* A source that lost many sites at once, or one that is not heard any more; NULL. */
static const struct fleet_source *
source_with_news(const struct session *session)
{
    const struct fleet_source *silent = NULL;

    for (uint32_t i = 0; i < session->fleet->source_count; i++) {
        const struct fleet_source *source = &session->fleet->sources[i];

        if (source->suspect[0])
            return source;
        if (!silent && source_is_silent(source, session->now_ms))
            silent = source;
    }
    return silent;
}

static void
print_source_news(const struct session *session, const struct fleet_source *source,
    struct ticker *ticker)
{
    char age[16] = "";
    const char *why = source->fault[0] ? source->fault : "silent";

    ticker->any = true;
    ticker->since_ms = source->since_ms ? source->since_ms : session->now_ms;
    if (source->suspect[0]) {
        snprintf(ticker->text, sizeof(ticker->text), "%.64s: %.180s", source->name,
            source->suspect);
        return;
    }
    if (source->fresh_ms)
        clock_print_age(age, session->now_ms - source->fresh_ms);
    snprintf(ticker->text, sizeof(ticker->text), "%.64s: %s%s%s: %.120s", source->name,
        age[0] ? "last heard " : "not heard yet", age, age[0] ? " ago" : "", why);
}

/* What the ticker shows is there to be read: as long as it is true, it stays a moment.
 * A source's news never waits. */
static bool
ticker_holds(const struct session *session)
{
    const struct ticker *ticker = &session->ticker;
    const struct cluster *cluster = fleet_at(session->fleet, ticker->slot);

    if (source_with_news(session))
        return false;
    return ticker->any && cluster && needs_a_person(cluster) &&
           (int64_t)cluster->since_s * 1000 == ticker->since_ms &&
           session->now_ms - session->ticker_ms < TICKER_MS;
}

/* The newest thing that needs a person; what concerns a whole source comes before any
 * one site. */
static void
settle_ticker(struct session *session)
{
    const struct fleet_source *source = source_with_news(session);
    struct ticker *ticker = &session->ticker;

    session->ticker_stale = false;
    session->ticker_ms = session->now_ms;
    memset(ticker, 0, sizeof(*ticker));
    ticker->slot = FLEET_NONE;
    if (source) {
        print_source_news(session, source, ticker);
        return;
    }
    for (uint32_t slot = 0; slot < session->fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(session->fleet, slot);

        if (!cluster ||
            (ticker->any && (int64_t)cluster->since_s * 1000 <= ticker->since_ms) ||
            !is_news(session, cluster))
            continue;
        ticker->any = true;
        ticker->slot = slot;
        ticker->since_ms = (int64_t)cluster->since_s * 1000;
    }
}

/* The cursor follows its cluster; when that is no longer selected, its neighbour takes
 * over, but only where the neighbours are seen: who reads of one site reads of no other.
 */
static void
settle_cursor(struct session *session)
{
    const struct selection *selection = select_view(session->select);
    const struct panel_class *list = view_list(session->view);
    uint32_t slot = session->cursor_id[0]
                        ? fleet_find(session->fleet, str_from(session->cursor_id))
                        : FLEET_NONE;
    uint32_t row = FLEET_NONE;

    session->cursor = slot;
    if (slot != FLEET_NONE)
        row = select_row_of(session->select, slot);
    if (row != FLEET_NONE) {
        session->cursor_row = row;
        return;
    }
    if (selection->count == 0 || !session->synced ||
        (session->cursor_id[0] && list && list->list != LIST_CLUSTERS))
        return;
    row = session->cursor_row < selection->count ? session->cursor_row
                                                 : selection->count - 1;
    session_set_cursor(session, selection->rows[row]);
}

/* Groups and the worst keep their places while one looks; not those of half a picture. */
static void
settle_order(struct session *session)
{
    bool loading = session_is_loading(session);
    bool fresh = loading || session->disordered;
    int64_t now_ms = session->now_ms;

    if (fresh || (now_ms - session->ranked_ms >= RANK_EVERY_MS &&
                     now_ms - session->key_ms >= RANK_QUIET_MS)) {
        select_rank(session->select);
        session->ranked_ms = now_ms;
    }
    if (fresh || now_ms - session->listed_ms >= LIST_EVERY_MS) {
        worst_anew(&session->worst);
        session->listed_ms = now_ms;
    }
    session->disordered = loading;
}

void
session_tick(struct session *session, int64_t now_ms)
{
    bool changed = false;

    session->now_ms = now_ms;
    settle_order(session);
    changed = select_settle(session->select, now_ms);
    if (changed)
        session->colouring_stale = true;
    settle_cursor(session);
    if (session->colouring_stale && now_ms - session->coloured_ms >= COLOUR_MS) {
        colouring_settle(
            &session->colouring, session->fleet, select_view(session->select), now_ms);
        session->colouring_stale = false;
        session->coloured_ms = now_ms;
    }
    if (source_with_news(session) || session->ticker.slot == FLEET_NONE)
        session->ticker_stale = true; /* its age runs, and time alone may end it */
    if (session->ticker_stale && !ticker_holds(session))
        settle_ticker(session);
    if (session->hints_stale)
        palette_describe(session);
    ask_settle(session);
}

void
session_resize(struct session *session, int width, int height)
{
    session->width = width;
    session->height = height;
    session->dirty_now = true;
}

/* ---- keys */

static void
normal_key(struct session *session, struct key key)
{
    const struct binding *binding = keymap_find(&session->keymap, key);
    struct buf name = { 0 };

    session->message[0] = '\0';
    if (binding) {
        action_run(session, binding->action, str_from(binding->argument));
        return;
    }
    if (key.code >= KEY_PASTE)
        return;
    key_print(key, &name);
    session_say(session, "%s does nothing; ? shows the keys", name.at ? name.at : "that");
    buf_release(&name);
}

void
session_key(struct session *session, struct key key, struct str paste)
{
    struct key quit = { .code = KEY_RUNE, .modifiers = KEY_CTRL, .rune = 'c' };

    session->key_ms = session->now_ms;
    session->dirty_now = true;
    if (key_same(key, quit) && session->mode != MODE_NORMAL) {
        if (session->mode == MODE_FORM)
            form_close(session);
        if (session->mode == MODE_FILTER)
            palette_key(session, (struct key){ .code = KEY_ESC }, paste);
        session_ask(session, ASK_QUIT);
        return;
    }
    switch (session->mode) {
    case MODE_NORMAL:
        normal_key(session, key);
        break;
    case MODE_FILTER:
    case MODE_COMMAND:
        palette_key(session, key, paste);
        break;
    case MODE_FORM:
        form_key(session, key, paste);
        break;
    case MODE_ASK:
        session_answer(session, key);
        break;
    }
}
