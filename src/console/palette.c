/* palette -- what is typed at the bottom. */
#include "console/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/complete.h"
#include "console/session.h"

void
palette_clear(struct session *session)
{
    for (uint32_t i = 0; i < session->choice_count; i++)
        free(session->choices[i]);
    session->choice_count = session->choice_at = 0;
}

static void
keys_forget(struct session *session)
{
    for (uint32_t i = 0; i < session->key_count; i++)
        free(session->keys[i]);
    session->key_count = 0;
}

void
palette_release(struct session *session)
{
    palette_clear(session);
    keys_forget(session);
    line_forget(&session->commands);
    line_forget(&session->filters);
}

void
palette_open_command(struct session *session, struct str text)
{
    palette_clear(session);
    line_set(&session->input, text);
    session->commands.at = session->commands.count;
    session->mode = MODE_COMMAND;
}

static void
keys_collect(struct session *session)
{
    struct census_row *rows = NULL;
    uint32_t count = fleet_tag_keys(session->fleet, &rows);

    keys_forget(session);
    for (uint32_t i = 0; i < count && i < SESSION_KEYS; i++)
        session->keys[session->key_count++] =
            mem_text(intern_text(session->fleet->intern, rows[i].text));
    free(rows);
}

void
palette_open_filter(struct session *session)
{
    palette_clear(session);
    keys_collect(session);
    snprintf(
        session->filter_before, sizeof(session->filter_before), "%s", session->filter);
    memcpy(session->cursor_before, session->cursor_id, sizeof(session->cursor_before));
    line_set(&session->input, str_from(session->filter));
    if (session->filter[0])
        line_insert(&session->input, STR(","));
    session->filters.at = session->filters.count;
    session->mode = MODE_FILTER;
}

/* A trailing comma is a term that is still to come. */
static struct str
typed_filter(const struct session *session)
{
    struct str text = str_trim(line_text(&session->input));

    while (text.length && text.at[text.length - 1] == ',')
        text.length--;
    return str_trim(text);
}

static bool
begins_longer(const char *text, struct str prefix)
{
    return strlen(text) > prefix.length && memcmp(text, prefix.at, prefix.length) == 0;
}

/* A last word that may still become a key says nothing yet: the picture does not jump
 * while one types it. */
static struct str
settled_part(const struct session *session, struct str text)
{
    struct str word = { text.at + text.length, 0 };
    bool unfinished = false;

    while (word.at > text.at && !strchr(", ", word.at[-1])) {
        word.at--;
        word.length++;
    }
    for (uint32_t i = 0; i < session->key_count && word.length; i++)
        unfinished = unfinished || begins_longer(session->keys[i], word);
    for (const struct field *field = fields; field->name && word.length; field++)
        unfinished = unfinished || begins_longer(field->name, word);
    if (!unfinished)
        return text;
    text.length -= word.length;
    while (text.length && strchr(", ", text.at[text.length - 1]))
        text.length--;
    return text;
}

/* Each keystroke filters our own copy; what does not parse yet leaves the last answer
 * standing and says why. */
static void
filter_live(struct session *session)
{
    struct err err = { 0 };

    if (!session_set_filter(session, settled_part(session, typed_filter(session)), &err))
        snprintf(
            session->filter_error, sizeof(session->filter_error), "%.250s", err.text);
}

static void
close_line(struct session *session)
{
    palette_clear(session);
    keys_forget(session);
    session->mode = MODE_NORMAL;
    session->filter_error[0] = '\0';
}

/* Esc goes back to the filter before, and to the site that the cursor was on: while one
 * typed, whoever the filter left took it over. */
static void
push_before(struct session *session)
{
    char committed[SELECTOR_BYTES + 1], cursor[CLUSTER_ID_BYTES + 1];

    snprintf(committed, sizeof(committed), "%s", session->filter);
    memcpy(cursor, session->cursor_id, sizeof(cursor));
    snprintf(session->filter, sizeof(session->filter), "%s", session->filter_before);
    memcpy(session->cursor_id, session->cursor_before, sizeof(cursor));
    session_push(session);
    snprintf(session->filter, sizeof(session->filter), "%s", committed);
    memcpy(session->cursor_id, cursor, sizeof(cursor));
}

static void
filter_commit(struct session *session)
{
    struct err err = { 0 };

    if (!session_set_filter(session, typed_filter(session), &err)) {
        snprintf(
            session->filter_error, sizeof(session->filter_error), "%.250s", err.text);
        return;
    }
    line_remember(&session->filters, str_from(session->filter));
    if (strcmp(session->filter, session->filter_before) != 0)
        push_before(session);
    close_line(session);
}

static void
line_close(struct session *session)
{
    struct err err = { 0 };

    if (session->mode == MODE_FILTER) {
        session_set_filter(session, str_from(session->filter_before), &err);
        memcpy(session->cursor_id, session->cursor_before, sizeof(session->cursor_id));
    }
    close_line(session);
}

static void
choose(struct session *session, int step)
{
    if (session->choice_count == 0) {
        complete(session);
        if (session->choice_count != 1)
            return;
        session->choice_at = 0;
    } else {
        uint32_t count = session->choice_count;

        session->choice_at =
            session->choice_at >= count
                ? (step > 0 ? 0 : count - 1)
                : (session->choice_at + count + (uint32_t)(step + (int)count)) % count;
    }
    session->choice_from = line_replace(&session->input, session->choice_from,
        str_from(session->choices[session->choice_at]));
    if (session->choice_count == 1)
        palette_clear(session);
}

static void
enter(struct session *session)
{
    char text[LINE_BYTES + 1];

    if (session->mode == MODE_FILTER) {
        filter_commit(session);
        return;
    }
    snprintf(text, sizeof(text), "%s", session->input.text);
    close_line(session);
    line_remember(&session->commands, str_from(text));
    palette_run(session, str_from(text));
}

void
palette_key(struct session *session, struct key key, struct str paste)
{
    struct line_history *history =
        session->mode == MODE_FILTER ? &session->filters : &session->commands;
    struct err err = { 0 };
    bool edited = true;

    if (key.code == KEY_ESC) {
        line_close(session);
        return;
    }
    if (key.code == KEY_ENTER) {
        enter(session);
        return;
    }
    if (key.code == KEY_TAB)
        choose(session, key.modifiers & KEY_SHIFT ? -1 : 1);
    else {
        palette_clear(session);
        if (key.code == KEY_PASTE)
            edited = line_paste(&session->input, paste, &err);
        else if (key.code == KEY_UP)
            edited = line_older(history, &session->input);
        else if (key.code == KEY_DOWN)
            edited = line_newer(history, &session->input);
        else if (key.code == KEY_BACKSPACE && session->input.length == 0)
            line_close(session);
        else
            edited = line_key(&session->input, key);
    }
    session->message[0] = '\0';
    if (err.code != ERR_NONE)
        session_complain(session, &err);
    if (edited && session->mode == MODE_FILTER)
        filter_live(session);
}

/* A unique prefix of an action that is there will do: `:q`, `:mark-a`. */
static const struct action *
find_prefix(const struct session *session, struct str name)
{
    const struct action *found = NULL;

    for (const struct action *action = action_table; action->name; action++) {
        if (!action_exists(session, action) || name.length > strlen(action->name) ||
            memcmp(action->name, name.at, name.length) != 0)
            continue;
        if (found)
            return NULL;
        found = action;
    }
    return found;
}

void
palette_run(struct session *session, struct str text)
{
    struct str rest = str_trim(text), name = { 0 };
    const struct action *action = NULL;
    struct err err = { 0 };

    if (!str_split(&rest, ' ', &name))
        return;
    rest = str_trim(rest);
    action = action_find(name);
    if (action && !action_exists(session, action))
        action = NULL;
    if (!action && views_find(&session->views, name)) {
        rest = name;
        action = action_find(STR("view"));
    }
    if (!action)
        action = find_prefix(session, name);
    if (!action) {
        const char *near = action_suggest(name);

        if (near && action_exists(session, action_find(str_from(near))))
            err_set(&err, ERR_INPUT, "no command '%.*s'; did you mean '%s'?",
                STR_ARG(name), near);
        else
            err_set(&err, ERR_INPUT, "no command '%.*s'; Tab shows them", STR_ARG(name));
        session_complain(session, &err);
        return;
    }
    if (rest.length && action->argument == ARGUMENT_NONE) {
        err_set(&err, ERR_INPUT, "'%s' takes no argument", action->name);
        session_complain(session, &err);
        return;
    }
    action_run(session, action, rest);
}

/* ---- hints and help */

/* Does the view have the sites that it is about? A write is for one site's view too. */
static bool
suits_view(const struct session *session, const struct action *action)
{
    const struct panel_class *list = view_list(session->view);

    if (!(action->conditions & (ACTION_NEEDS_LIST | ACTION_NEEDS_SITE | ACTION_WRITES)))
        return true;
    return list &&
           (list->list == LIST_CLUSTERS || (action->conditions & ACTION_WRITES &&
                                               strcmp(list->name, "cluster") == 0));
}

static void
add_hint(struct session *session, const struct action *action)
{
    struct scene_hint *hint = &session->hints[session->hint_count];

    if (!action->hint || !action_exists(session, action) ||
        !keymap_key(&session->keymap, action, hint->keys))
        return;
    if (!suits_view(session, action))
        return;
    if (strcmp(action->name, "back") == 0 && session->view == session->home)
        return; /* Esc has nowhere to go */
    hint->label = action->hint;
    hint->stays = strcmp(action->name, "help") == 0; /* who finds it finds the rest */
    session->hint_count++;
}

static void
add_help(struct session *session, const char *keys, const char *name, const char *help)
{
    struct scene_help *row = &session->help[session->help_count++];

    snprintf(row->keys, sizeof(row->keys), "%s", keys);
    row->name = name;
    row->help = help;
}

void
palette_describe(struct session *session)
{
    size_t actions = 0;

    while (action_table[actions].name)
        actions++;
    free(session->hints);
    free(session->help);
    session->hints = mem_zero(actions, sizeof(*session->hints));
    session->help =
        mem_zero(actions + (size_t)session->views.count + 4, sizeof(*session->help));
    session->hint_count = session->help_count = 0;
    add_help(session, "", NULL, "Keys and commands");
    for (const struct action *action = action_table; action->name; action++) {
        char keys[48];

        add_hint(session, action);
        if (!action_exists(session, action))
            continue;
        keymap_keys(&session->keymap, action, keys, sizeof(keys));
        add_help(session, keys, action->name, action->help);
    }
    add_help(session, "", NULL, "");
    add_help(session, "", NULL, "Views");
    for (int i = 0; i < session->views.count; i++) {
        const struct view *view = session->views.list[i];
        char keys[48] = "";

        if (view->digit >= 0)
            snprintf(keys, sizeof(keys), "%d", view->digit);
        add_help(session, keys, view->name, view->help);
    }
    session->hints_stale = false;
}

/* ---- the command that equals the screen */

static bool
has_panel(const struct session *session, const char *name)
{
    const struct panel_class *list = view_list(session->view);

    return list && strcmp(list->name, name) == 0;
}

void
palette_equal(const struct session *session, struct buf *out)
{
    buf_add_text(out, session->command);
    if (has_panel(session, "cluster") && session->cursor_id[0]) {
        buf_add_text(out, " describe cluster ");
        buf_add_shell(out, str_from(session->cursor_id));
        return;
    }
    if (has_panel(session, "sources") || has_panel(session, "audit")) {
        buf_add_text(out, has_panel(session, "audit") ? " audit list" : " get sources");
        return;
    }
    buf_add_text(out, " get clusters");
    if (session->filter[0]) {
        buf_add_text(out, " -l ");
        buf_add_shell(out, str_from(session->filter));
    }
    if (has_panel(session, "table") && !dimension_is_none(&session->sort)) {
        buf_add_text(out, " --sort-by ");
        buf_add_shell(out, str_from(session->sort.name));
    }
}
