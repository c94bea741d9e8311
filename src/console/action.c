/* action -- what an operator can do: the functions, and the table that names them. */
#include "console/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/census.h"
#include "console/frame.h"
#include "console/motion.h"
#include "console/palette.h"
#include "console/session.h"

static void
complain(struct session *session, const char *what, struct str argument)
{
    struct err err = { 0 };

    err_set(&err, ERR_INPUT, "%s '%.*s'", what, STR_ARG(argument));
    session_complain(session, &err);
}

/* ---- views */

static void
run_view(struct session *session, struct str argument)
{
    const struct view *view = views_find(&session->views, argument);
    const char *near = NULL;

    if (view) {
        session_show_view(session, view);
        return;
    }
    near = views_suggest(&session->views, argument);
    if (near)
        session_say(
            session, "no view '%.*s'; did you mean '%s'?", STR_ARG(argument), near);
    else
        complain(session, "no view", argument);
    session->message_bad = true;
}

static void
run_pick(struct session *session, struct str argument)
{
    int64_t digit = -1;
    const struct view *view = NULL;

    if (str_to_i64(argument, &digit) && digit >= 0 && digit <= 9)
        view = views_digit(&session->views, (int)digit);
    if (view)
        session_show_view(session, view);
    else
        complain(session, "no view has the digit", argument);
}

static void
run_help(struct session *session, struct str argument)
{
    (void)argument;
    run_view(session, STR("help"));
}

/* A map that shows tiles or lines zooms into the group; otherwise the site opens. */
static bool
zoom_in(struct session *session)
{
    struct motion_place place;
    struct buf filter = { 0 };
    const struct group *group = NULL;
    struct err err = { 0 };

    if (!motion_zoomed_out(session, &place) ||
        select_view(session->select)->ranked_count < 2)
        return false;
    group = place.group;
    buf_add_text(&filter, session->filter);
    for (int level = 0; level < SCENE_LEVELS; level++) {
        if (dimension_is_none(&session->group[level]))
            continue;
        if (filter.length)
            buf_add_char(&filter, ',');
        dimension_term(&session->group[level],
            str_from(group->labels[level] ? group->labels[level] : ""),
            group->known[level], &filter);
    }
    session_push(session);
    if (!session_set_filter(session, buf_str(&filter), &err)) {
        session_back(session);
        session_complain(session, &err);
    }
    buf_release(&filter);
    return true;
}

static void
run_open(struct session *session, struct str argument)
{
    const struct view *view = views_find(&session->views, STR("cluster"));

    (void)argument;
    if (view_list(session->view) == panel_class_find(STR("map")) && zoom_in(session))
        return;
    if (view)
        session_show_view(session, view);
}

static void
run_back(struct session *session, struct str argument)
{
    (void)argument;
    if (!session_back(session))
        session_say(session, "this is where you began; q leaves");
}

/* Out of this view, whatever was done in it; from the first one, out of the console, if
 * so answered. */
static void
run_leave(struct session *session, struct str argument)
{
    const struct view *view = session->view;

    (void)argument;
    while (session->view == view && session_back(session))
        ;
    if (session->view != view)
        return;
    if (view != session->home) {
        session_show_view(session, session->home);
        session->step_count = 0;
        return;
    }
    session_ask(session, ASK_QUIT);
}

static void
run_quit(struct session *session, struct str argument)
{
    (void)argument;
    session_ask(session, ASK_QUIT);
}

/* ---- what is selected */

static void
run_filter(struct session *session, struct str argument)
{
    struct err err = { 0 };

    if (argument.length == 0) {
        palette_open_filter(session);
        return;
    }
    session_push(session);
    if (session_set_filter(session, argument, &err))
        return;
    session_back(session);
    session_complain(session, &err);
}

static void
run_filter_clear(struct session *session, struct str argument)
{
    struct err err = { 0 };

    (void)argument;
    if (!session->filter[0])
        return;
    session_push(session);
    session_set_filter(session, STR(""), &err);
}

static void
run_command(struct session *session, struct str argument)
{
    palette_open_command(session, argument);
}

/* On a map of tiles or lines what is marked is what is seen under the cursor: all sites
 * of it, and if all are marked already, none. */
static void
run_mark(struct session *session, struct str argument)
{
    struct motion_place place = { .sites = &session->cursor, .count = 1 };
    bool zoomed_out = motion_zoomed_out(session, &place), mark = false;

    (void)argument;
    for (uint32_t i = 0; i < place.count; i++)
        mark = mark || place.sites[i] >= session->mark_ceiling ||
               !session->marks[place.sites[i]];
    for (uint32_t i = 0; i < place.count; i++)
        session_mark(session, place.sites[i], mark);
    if (zoomed_out)
        session_say(session, "%u %s here, %u in all", place.count,
            mark ? "marked" : "no longer marked", session->mark_count);
    motion_run(session, MOTION_NEXT);
}

static void
run_mark_all(struct session *session, struct str argument)
{
    const struct selection *selection = select_view(session->select);

    (void)argument;
    for (uint32_t i = 0; i < selection->count; i++)
        session_mark(session, selection->members[i], true);
    session_say(session, "%u marked", session->mark_count);
}

static void
run_mark_none(struct session *session, struct str argument)
{
    (void)argument;
    for (uint32_t slot = 0; slot < session->mark_ceiling; slot++)
        session_mark(session, slot, false);
}

static void
run_cluster(struct session *session, struct str argument)
{
    const struct view *view = views_find(&session->views, STR("cluster"));
    uint32_t slot = fleet_find(session->fleet, argument);

    for (uint32_t at = 0; slot == FLEET_NONE && at < session->fleet->ceiling; at++) {
        const struct cluster *cluster = fleet_at(session->fleet, at);

        if (cluster && str_same(cluster_key(cluster, session->fleet->intern), argument))
            slot = at;
    }
    if (slot == FLEET_NONE) {
        complain(session, "no site that you may see is called", argument);
        return;
    }
    if (view)
        session_show_view(session, view);
    session_set_cursor(session, slot);
}

/* ---- how it is shown */

static void
run_group(struct session *session, struct str argument)
{
    struct dimension group[SCENE_LEVELS] = { 0 };
    struct dimension all[CENSUS_KEYS];
    uint32_t count = 0, at = 0;
    struct str word = { 0 };

    while (at < SCENE_LEVELS && str_split(&argument, ' ', &word)) {
        if (word.length == 0)
            continue;
        if (!dimension_parse(&group[at], word) || !dimension_groups(&group[at])) {
            complain(session, "cannot group by", word);
            return;
        }
        at++;
    }
    if (at == 0) { /* the next of those worth it, then none, then the first again */
        count = census_groups(session->fleet, all);
        while (at < count && !dimension_same(&all[at], &session->group[0]))
            at++;
        at = dimension_is_none(&session->group[0]) || at == count ? 0 : at + 1;
        if (at < count)
            group[0] = all[at];
    }
    session_set_group(session, group);
}

static void
run_group_inner(struct session *session, struct str argument)
{
    struct dimension group[SCENE_LEVELS] = { session->group[0] };
    struct dimension all[CENSUS_KEYS];
    uint32_t count = census_groups(session->fleet, all), at = 0;

    (void)argument;
    if (dimension_is_none(&session->group[0])) {
        run_group(session, STR(""));
        return;
    }
    while (at < count && !dimension_same(&all[at], &session->group[1]))
        at++;
    at = dimension_is_none(&session->group[1]) || at == count ? 0 : at + 1;
    if (at < count && dimension_same(&all[at], &session->group[0]))
        at++;
    if (at < count)
        group[1] = all[at];
    session_set_group(session, group);
}

static void
run_colour(struct session *session, struct str argument)
{
    struct dimension by = { 0 };

    if (argument.length == 0)
        colouring_next(&session->colouring.by, session->fleet, session->now_ms, &by);
    else if (!dimension_parse(&by, argument) || (by.field && !by.field->colours)) {
        complain(session, "cannot colour by", argument);
        return;
    }
    session_set_colour(session, &by);
}

static void
run_order(struct session *session, struct str argument)
{
    (void)argument;
    session->worst_first = !session->worst_first;
    select_order(session->select, session->worst_first);
}

static void
run_sort(struct session *session, struct str argument)
{
    struct dimension by = { 0 };

    if (argument.length && !str_is(argument, "worst") &&
        !dimension_parse(&by, argument)) {
        complain(session, "cannot sort by", argument);
        return;
    }
    session_set_sort(session, &by, false);
}

static void
run_reverse(struct session *session, struct str argument)
{
    (void)argument;
    session_set_sort(session, &session->sort, !session->sort_reverse);
}

static const struct table_options *
columns_of(const struct session *session)
{
    for (int r = 0; r < session->view->count; r++)
        for (int i = 0; i < session->view->rows[r].count; i++)
            if (session->view->rows[r].panels[i].table.column_count)
                return &session->view->rows[r].panels[i].table;
    return NULL;
}

static void
sort_step(struct session *session, int step)
{
    const struct table_options *table = columns_of(session);
    struct dimension worst = { 0 };
    int count = table ? (int)table->column_count : 0, at = 0;

    if (!table)
        return;
    /* Place `count` is worst first: it stands between the last column and the first. */
    while (at < count && !dimension_same(&table->columns[at], &session->sort))
        at++;
    if (dimension_is_none(&session->sort))
        at = count;
    at = (at + step + count + 1) % (count + 1);
    session_set_sort(session, at == count ? &worst : &table->columns[at], false);
    session_say(
        session, "sorted by %s", at == count ? "worst first" : session->sort.name);
}

static void
run_sort_left(struct session *session, struct str argument)
{
    (void)argument;
    sort_step(session, -1);
}

static void
run_sort_right(struct session *session, struct str argument)
{
    (void)argument;
    sort_step(session, 1);
}

static void
run_equal(struct session *session, struct str argument)
{
    struct buf command = { 0 };

    (void)argument;
    palette_equal(session, &command);
    session_say(session, "%s", command.at);
    if (session->world.copy)
        session->world.copy(session->world.user, buf_str(&command));
    buf_release(&command);
}

static void
run_theme(struct session *session, struct str argument)
{
    struct err err = { 0 };

    if (!session->world.theme)
        return;
    if (!session->world.theme(session->world.user, argument, &err))
        session_complain(session, &err);
}

static void
run_repaint(struct session *session, struct str argument)
{
    (void)argument;
    if (session->world.repaint)
        session->world.repaint(session->world.user);
}

static void
run_suspend(struct session *session, struct str argument)
{
    (void)argument;
    if (session->world.suspend)
        session->world.suspend(session->world.user);
}

static void
run_reconnect(struct session *session, struct str argument)
{
    (void)argument;
    if (session->world.retry)
        session->world.retry(session->world.user);
}

/* ---- the write */

static void
maintenance(struct session *session, bool start)
{
    const struct panel_class *list = view_list(session->view);
    struct frozen ids = { 0 };

    if (list == panel_class_find(STR("cluster"))) { /* what one looks at is meant */
        if (session_cluster(session))
            frozen_add(&ids, str_from(session->cursor_id));
        form_open(session, start, &ids, STR(""));
        frozen_release(&ids);
        return;
    }
    if (session->mark_count == 0 && !session->filter[0]) {
        session_ask(session, start ? ASK_TARGET : ASK_TARGET_END);
        return;
    }
    for (uint32_t slot = 0; slot < session->mark_ceiling; slot++) {
        const struct cluster *cluster =
            session->marks[slot] ? fleet_at(session->fleet, slot) : NULL;

        if (cluster)
            frozen_add(&ids, cluster_id(cluster, session->fleet->intern));
    }
    form_open(session, start, &ids, str_from(session->filter));
    frozen_release(&ids);
}

static void
run_maintenance(struct session *session, struct str argument)
{
    (void)argument;
    maintenance(session, true);
}

static void
run_maintenance_end(struct session *session, struct str argument)
{
    (void)argument;
    maintenance(session, false);
}

/* ---- motions: one function each, since a row is one function */

#define MOTION_FUNCTION(name, motion)                                                    \
    static void run_##name(struct session *session, struct str argument)                 \
    {                                                                                    \
        (void)argument;                                                                  \
        motion_run(session, motion);                                                     \
    }

MOTION_FUNCTION(up, MOTION_UP)
MOTION_FUNCTION(down, MOTION_DOWN)
MOTION_FUNCTION(left, MOTION_LEFT)
MOTION_FUNCTION(right, MOTION_RIGHT)
MOTION_FUNCTION(page_up, MOTION_PAGE_UP)
MOTION_FUNCTION(page_down, MOTION_PAGE_DOWN)
MOTION_FUNCTION(top, MOTION_TOP)
MOTION_FUNCTION(bottom, MOTION_BOTTOM)
MOTION_FUNCTION(next_problem, MOTION_NEXT_PROBLEM)
MOTION_FUNCTION(previous_problem, MOTION_PREVIOUS_PROBLEM)

/* clang-format off */
const struct action action_table[] = {
    { "open", "open the site under the cursor, or zoom into its group", "open", ACTION_NEEDS_LIST | ACTION_NEEDS_SITE, ARGUMENT_NONE, NULL, run_open },
    { "back", "go back one step; never leaves the console", "back", 0, ARGUMENT_NONE, NULL, run_back },
    { "filter", "filter what is shown, live while typing", "filter", 0, ARGUMENT_SELECTOR, "[SELECTOR]", run_filter },
    { "filter-clear", "show everything again", NULL, 0, ARGUMENT_NONE, NULL, run_filter_clear },
    { "group", "group by the next tag, or by those given", "group", ACTION_NEEDS_LIST, ARGUMENT_GROUPS, "[TAG [TAG]]", run_group },
    { "group-inner", "group within the groups by the next tag", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_group_inner },
    { "colour", "colour by the next axis, or by a field or tag", "colour", ACTION_NEEDS_LIST, ARGUMENT_COLOUR, "[FIELD | TAG]", run_colour },
    { "next-problem", "jump to the next site that is not healthy", "next problem", ACTION_MOTION | ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_next_problem },
    { "previous-problem", "jump to the one before", NULL, ACTION_MOTION | ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_previous_problem },
    { "mark", "mark the site for what acts on several", "mark", ACTION_NEEDS_LIST | ACTION_NEEDS_SITE, ARGUMENT_NONE, NULL, run_mark },
    { "mark-all", "mark all that the filter selects", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_mark_all },
    { "mark-none", "take all marks away", NULL, 0, ARGUMENT_NONE, NULL, run_mark_none },
    { "maintenance", "start maintenance for the marked, or for what is filtered", "maintenance", ACTION_WRITES | ACTION_DANGEROUS, ARGUMENT_NONE, NULL, run_maintenance },
    { "maintenance-end", "end maintenance for the marked, or for what is filtered", NULL, ACTION_WRITES | ACTION_DANGEROUS, ARGUMENT_NONE, NULL, run_maintenance_end },
    { "order", "groups worst first, or by name", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_order },
    { "sort", "sort rows by a field or tag; worst first without one", NULL, ACTION_NEEDS_LIST, ARGUMENT_FIELD, "[FIELD | TAG]", run_sort },
    { "sort-left", "sort by the column to the left", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_sort_left },
    { "sort-right", "sort by the column to the right", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_sort_right },
    { "reverse", "turn the sort order round", NULL, ACTION_NEEDS_LIST, ARGUMENT_NONE, NULL, run_reverse },
    { "cluster", "go to a site by name", NULL, 0, ARGUMENT_CLUSTER, "NAME", run_cluster },
    { "view", "show a view", NULL, 0, ARGUMENT_VIEW, "NAME", run_view },
    { "pick", "show the view of that digit", NULL, 0, ARGUMENT_DIGIT, "DIGIT", run_pick },
    { "help", "show the keys in force", "help", 0, ARGUMENT_NONE, NULL, run_help },
    { "command", "type a command", "command", 0, ARGUMENT_TEXT, "[COMMAND]", run_command },
    { "equal", "show and copy the command that equals the screen", NULL, 0, ARGUMENT_NONE, NULL, run_equal },
    { "leave", "leave the view; from the first one, the console", NULL, 0, ARGUMENT_NONE, NULL, run_leave },
    { "quit", "leave the console, after asking", NULL, 0, ARGUMENT_NONE, NULL, run_quit },
    { "up", "one up", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_up },
    { "down", "one down", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_down },
    { "left", "one to the left", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_left },
    { "right", "one to the right", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_right },
    { "page-up", "one screen up", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_page_up },
    { "page-down", "one screen down", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_page_down },
    { "top", "to the first", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_top },
    { "bottom", "to the last", NULL, ACTION_MOTION, ARGUMENT_NONE, NULL, run_bottom },
    { "theme", "change the theme", NULL, 0, ARGUMENT_THEME, "NAME", run_theme },
    { "reconnect", "try the hub again now", NULL, 0, ARGUMENT_NONE, NULL, run_reconnect },
    { "repaint", "paint the screen anew", NULL, 0, ARGUMENT_NONE, NULL, run_repaint },
    { "suspend", "back to the shell for a while", NULL, 0, ARGUMENT_NONE, NULL, run_suspend },
    { NULL, NULL, NULL, 0, ARGUMENT_NONE, NULL, NULL },
};
/* clang-format on */

const struct action *
action_find(struct str name)
{
    for (const struct action *action = action_table; action->name; action++)
        if (str_is(name, action->name))
            return action;
    return NULL;
}

const char *
action_suggest(struct str name)
{
    const char *names[sizeof(action_table) / sizeof(action_table[0])];
    size_t count = 0;

    while (action_table[count].name) {
        names[count] = action_table[count].name;
        count++;
    }
    return str_nearest(name, names, count);
}

bool
action_exists(const struct session *session, const struct action *action)
{
    return !(action->conditions & ACTION_WRITES) || session_may_write(session);
}

/* What has no cluster under a cursor cannot open or mark one. */
static bool
list_ready(const struct session *session, const struct action *action, struct err *err)
{
    const struct panel_class *list = view_list(session->view);

    if ((action->conditions & ACTION_WRITES) &&
        (!list || (list->list != LIST_CLUSTERS && (strcmp(list->name, "cluster") != 0 ||
                                                      !session_cluster(session))))) {
        err_set(err, ERR_NOT_FOUND, "'%s' wants a view with sites, such as map or table",
            action->name);
        return false;
    }
    if ((action->conditions & ACTION_NEEDS_LIST) &&
        (!list || list->list != LIST_CLUSTERS)) {
        err_set(err, ERR_NOT_FOUND, "'%s' wants a view with sites, such as map or table",
            action->name);
        return false;
    }
    if ((action->conditions & ACTION_NEEDS_SITE) && !session_cluster(session)) {
        err_set(err, ERR_NOT_FOUND, "no site is under the cursor");
        return false;
    }
    return true;
}

bool
action_ready(const struct session *session, const struct action *action, struct err *err)
{
    const char *read_only = session_read_only(session);
    int64_t stale_s = session->link.stale_ms / 1000;

    if (!list_ready(session, action, err))
        return false;
    if (!(action->conditions & ACTION_WRITES))
        return true;
    if (read_only) {
        err_set(err, ERR_READ_ONLY, "'%s' is refused: %s", action->name, read_only);
        return false;
    }
    if (session->link.phase == LINK_LIVE)
        return true;
    if (session->link.phase == LINK_STALE)
        err_set(err, ERR_UNAVAILABLE,
            "'%s' is refused: the hub has not answered for %02d:%02d", action->name,
            (int)(stale_s / 60), (int)(stale_s % 60));
    else
        err_set(err, ERR_UNAVAILABLE, "'%s' is refused: the picture is not whole yet",
            action->name);
    return false;
}

void
action_run(struct session *session, const struct action *action, struct str argument)
{
    struct err err = { 0 };

    if (!action_ready(session, action, &err)) {
        session_complain(session, &err);
        return;
    }
    if (action->argument_help && action->argument_help[0] != '[' && !argument.length) {
        err_set(&err, ERR_INPUT, "%s wants %s", action->name, action->argument_help);
        session_complain(session, &err);
        return;
    }
    action->run(session, argument);
}
