/* memory -- the selection in a file. */
#include "console/memory.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"
#include "console/session.h"

#define MEMORY_BYTES 65536

static void
put(struct buf *out, const char *key, const char *text)
{
    buf_print(out, "%s: ", key);
    buf_add_json(out, str_from(text)); /* JSON is YAML too */
    buf_add_char(out, '\n');
}

void
memory_print(const struct session *session, struct buf *out)
{
    put(out, "view", session->view->name);
    put(out, "filter", session->filter);
    put(out, "cursor", session->cursor_id);
    put(out, "group", session->group_auto ? "auto" : session->group[0].name);
    put(out, "inner", session->group_auto ? "" : session->group[1].name);
    put(out, "colour", session->colouring.by.name);
    put(out, "sort", session->sort.name);
    put(out, "reverse", session->sort_reverse ? "true" : "false");
    put(out, "worst_first", session->worst_first ? "true" : "false");
}

static const char *
get(const struct yaml *yaml, const char *key)
{
    const struct yaml *at = yaml_get(yaml, key);

    return at && at->kind == YAML_SCALAR ? at->text : "";
}

static void
load_look(struct session *session, const struct yaml *yaml)
{
    struct dimension group[SCENE_LEVELS] = { 0 };
    struct dimension by = { 0 };

    if (strcmp(get(yaml, "group"), "auto") != 0) {
        dimension_parse(&group[0], str_from(get(yaml, "group")));
        dimension_parse(&group[1], str_from(get(yaml, "inner")));
        if (dimension_groups(&group[0]) && dimension_groups(&group[1]))
            session_set_group(session, group);
    }
    if (dimension_parse(&by, str_from(get(yaml, "colour"))) &&
        (!by.field || by.field->colours))
        session_set_colour(session, &by);
    memset(&by, 0, sizeof(by));
    dimension_parse(&by, str_from(get(yaml, "sort")));
    session_set_sort(session, &by, strcmp(get(yaml, "reverse"), "true") == 0);
    session->worst_first = strcmp(get(yaml, "worst_first"), "false") != 0;
    select_order(session->select, session->worst_first);
}

bool
memory_load(struct session *session, const char *path)
{
    struct buf text = { 0 };
    struct err err = { 0 };
    struct yaml *yaml = NULL;
    const struct view *view = NULL;

    if (file_read(path, MEMORY_BYTES, &text, &err))
        yaml = yaml_parse(path, buf_str(&text), &err);
    buf_release(&text);
    if (!yaml || yaml->kind != YAML_MAP) {
        yaml_release(yaml);
        return false;
    }
    view = views_find(&session->views, str_from(get(yaml, "view")));
    if (view) {
        if (view != session->home)
            session_show_view(session, view);
        load_look(session, yaml);
        session_set_filter(session, str_from(get(yaml, "filter")), &err);
    }
    snprintf(session->cursor_id, sizeof(session->cursor_id), "%s", get(yaml, "cursor"));
    yaml_release(yaml);
    return view != NULL;
}
