/* complete -- choices for the bottom line. */
#include "console/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "console/palette.h"
#include "console/session.h"
#include "fleet/scan.h"

static bool
begins(struct str text, struct str prefix)
{
    return text.length >= prefix.length &&
           (prefix.length == 0 || memcmp(text.at, prefix.at, prefix.length) == 0);
}

static void
offer(struct session *session, struct str prefix, struct str text)
{
    if (session->choice_count == SESSION_CHOICES || !begins(text, prefix))
        return;
    session->choices[session->choice_count++] = mem_text_length(text.at, text.length);
}

/* A value as a selector has it: in quotes where it must be. */
static void
offer_value(struct session *session, struct str prefix, struct str value)
{
    struct buf word = { 0 };

    if (session->choice_count == SESSION_CHOICES || !begins(value, prefix))
        return;
    scan_print_word(value, &word);
    session->choices[session->choice_count++] = buf_take(&word);
}

/* The word behind the last of these characters before the cursor. */
static struct str
last_word(struct str text, const char *separators)
{
    size_t at = text.length;

    while (at > 0 && !strchr(separators, text.at[at - 1]))
        at--;
    return (struct str){ text.at + at, text.length - at };
}

static void
offer_keys(
    struct session *session, struct str prefix, bool (*wanted)(const struct field *field))
{
    struct census_row *rows = NULL;
    uint32_t count = fleet_tag_keys(session->fleet, &rows);

    for (uint32_t i = 0; i < count; i++)
        if (!field_find(intern_str(session->fleet->intern, rows[i].text)))
            offer(session, prefix, intern_str(session->fleet->intern, rows[i].text));
    free(rows);
    for (const struct field *field = fields; field->name; field++)
        if (wanted(field))
            offer(session, prefix, str_from(field->name));
}

static bool
wanted_any(const struct field *field)
{
    (void)field;
    return true;
}

static bool
wanted_group(const struct field *field)
{
    return field->groups;
}

static bool
wanted_colour(const struct field *field)
{
    return field->colours;
}

/* Values of what stands before the operator: a tag's from the census, an enum's words. */
static void
offer_values(struct session *session, struct str name, struct str prefix)
{
    struct dimension dimension;
    struct census_row *rows = NULL;
    uint32_t count = 0;

    if (!dimension_parse(&dimension, name))
        return;
    for (int i = 0;
         dimension.field && dimension.field->words && dimension.field->words[i]; i++)
        offer(session, prefix, str_from(dimension.field->words[i]));
    if (dimension.field)
        return;
    count = fleet_tag_values(
        session->fleet, dimension_key(&dimension, session->fleet), &rows);
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].text && !rows[i].without)
            offer_value(
                session, prefix, intern_str(session->fleet->intern, rows[i].text));
    free(rows);
}

static void
complete_selector(struct session *session, struct str text)
{
    struct str term = last_word(text, ", ");
    struct str word = last_word(term, "=!<>(~");

    session->choice_from = word.length;
    if (word.length < term.length && word.at > term.at) {
        struct str name = { term.at, (size_t)(word.at - term.at) };

        while (name.length && strchr("=!<>", name.at[name.length - 1]))
            name.length--;
        if (name.length) {
            offer_values(session, name, word);
            return;
        }
    }
    offer_keys(session, word, wanted_any);
}

static void
offer_clusters(struct session *session, struct str prefix)
{
    const struct selection *selection = select_view(session->select);

    for (uint32_t i = 0; i < selection->count && session->choice_count < SESSION_CHOICES;
         i++) {
        const struct cluster *cluster = fleet_at(session->fleet, selection->members[i]);

        if (cluster)
            offer(session, prefix, fleet_display_name(session->fleet, cluster));
    }
}

static void
offer_themes(struct session *session, struct str prefix)
{
    for (const struct builtin *at = builtins; at->path; at++) {
        struct str name = str_from(at->path);

        if (!str_starts(name, "themes/"))
            continue;
        offer(session, prefix, (struct str){ name.at + 7, name.length - 12 });
    }
}

static void
complete_argument(struct session *session, const struct action *action, struct str text)
{
    struct str word = last_word(text, " ");

    session->choice_from = word.length;
    switch (action->argument) {
    case ARGUMENT_VIEW:
        for (int i = 0; i < session->views.count; i++)
            offer(session, word, str_from(session->views.list[i]->name));
        return;
    case ARGUMENT_SELECTOR:
        complete_selector(session, text);
        return;
    case ARGUMENT_GROUPS:
        offer_keys(session, word, wanted_group);
        return;
    case ARGUMENT_COLOUR:
        offer_keys(session, word, wanted_colour);
        return;
    case ARGUMENT_FIELD:
        offer_keys(session, word, wanted_any);
        return;
    case ARGUMENT_CLUSTER:
        offer_clusters(session, word);
        return;
    case ARGUMENT_THEME:
        offer_themes(session, word);
        return;
    case ARGUMENT_NONE:
    case ARGUMENT_DIGIT:
    case ARGUMENT_TEXT:
        return;
    }
}

static void
complete_command(struct session *session, struct str text)
{
    struct str rest = text, name = { 0 };
    const struct action *action = NULL;

    if (memchr(text.at, ' ', text.length)) {
        str_split(&rest, ' ', &name);
        action = action_find(name);
        if (action && action_exists(session, action))
            complete_argument(session, action, rest);
        return;
    }
    session->choice_from = text.length;
    for (action = action_table; action->name; action++)
        if (action_exists(session, action) && !(action->conditions & ACTION_MOTION))
            offer(session, text, str_from(action->name));
    for (int i = 0; i < session->views.count; i++)
        if (!action_find(str_from(session->views.list[i]->name)))
            offer(session, text, str_from(session->views.list[i]->name));
}

void
complete(struct session *session)
{
    struct str text = { session->input.text, session->input.cursor };

    palette_clear(session);
    if (session->mode == MODE_FILTER)
        complete_selector(session, text);
    else
        complete_command(session, text);
    session->choice_at = session->choice_count;
}
