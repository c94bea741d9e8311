/* view -- view files into structs, and structs into rectangles. */
#include "console/view.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "fleet/selector.h"

#define VIEW_FILE_BYTES 65536
#define SIZE_MOST       1000

static const char *const view_keys[] = { "name", "title", "help", "digit", "filter",
    "group", "colour", "sort", "rows", NULL };
static const char *const row_keys[] = { "height", "panels", NULL };
static const char *const panel_keys[] = { "panel", "width", "min", "drop", "with", NULL };

/* 3, or 2fr. */
static bool
parse_size(
    const char *file, const struct yaml *at, int *fixed, int *share, struct err *err)
{
    struct str text = str_from(at->kind == YAML_SCALAR ? at->text : "");
    int64_t number = 0;
    bool is_share = str_ends(text, "fr");

    if (is_share)
        text.length -= 2;
    if (!str_to_i64(text, &number) || number < 1 || number > SIZE_MOST)
        return yaml_err(file, at, err,
            "a size is a number of cells such as 3, or a share such as 2fr");
    *fixed = is_share ? 0 : (int)number;
    *share = is_share ? (int)number : 0;
    return true;
}

static bool
parse_min(
    const char *file, const struct yaml *at, struct view_panel *panel, struct err *err)
{
    struct str rest = str_from(at->kind == YAML_SCALAR ? at->text : "");
    struct str width = { 0 };
    int64_t columns = 0, lines = 0;

    if (!str_split(&rest, 'x', &width) || !str_to_i64(width, &columns) ||
        !str_to_i64(rest, &lines) || columns < 1 || lines < 1 || columns > SIZE_MOST ||
        lines > SIZE_MOST)
        return yaml_err(file, at, err, "min is WIDTHxHEIGHT, such as 40x8");
    panel->min_width = (int)columns;
    panel->min_height = (int)lines;
    return true;
}

static bool
parse_dimension(
    const char *file, const struct yaml *at, struct dimension *dimension, struct err *err)
{
    if (at->kind == YAML_SCALAR && dimension_parse(dimension, str_from(at->text)))
        return true;
    return yaml_err(file, at, err,
        "expected a field or a tag, such as state, version.model or region");
}

static bool
parse_columns(const char *file, const struct yaml *with, struct table_options *table,
    struct err *err)
{
    const struct yaml *columns = yaml_get(with, "columns");

    if (!columns)
        return true;
    if (columns->kind != YAML_LIST || !columns->first)
        return yaml_err(file, columns, err, "columns is a list: [name, state, reason]");
    for (const struct yaml *at = columns->first; at; at = at->next) {
        if (table->column_count == SCENE_COLUMNS)
            return yaml_err(file, at, err, "more than %d columns", SCENE_COLUMNS);
        if (!parse_dimension(file, at, &table->columns[table->column_count++], err))
            return false;
    }
    return true;
}

static bool
parse_class(
    const char *file, const struct yaml *map, struct view_panel *panel, struct err *err)
{
    const struct yaml *at = yaml_get(map, "panel");
    const char *names[32];
    size_t count = 0;
    const char *near = NULL;

    if (!at || at->kind != YAML_SCALAR)
        return yaml_err(file, at ? at : map, err, "a panel has a name: {panel: map}");
    panel->class = panel_class_find(str_from(at->text));
    if (panel->class && panel->class->frame)
        return yaml_err(file, at, err, "panel '%s' is on every screen already", at->text);
    if (panel->class)
        return true;
    for (const struct panel_class *class = panel_classes; class->name; class ++)
        if (!class->frame && count < 32)
            names[count++] = class->name;
    near = str_nearest(str_from(at->text), names, count);
    if (near)
        return yaml_err(
            file, at, err, "no panel '%s'; did you mean '%s'?", at->text, near);
    return yaml_err(file, at, err, "no panel '%s'; docs/views.md lists them", at->text);
}

static bool
parse_panel(
    const char *file, const struct yaml *map, struct view_panel *panel, struct err *err)
{
    static const char *const none[] = { NULL };
    const struct yaml *width = yaml_get(map, "width");
    const struct yaml *min = yaml_get(map, "min");
    const struct yaml *with = yaml_get(map, "with");
    int64_t drop = 0;

    if (!yaml_known(file, map, panel_keys, err) || !parse_class(file, map, panel, err))
        return false;
    panel->share = 1;
    panel->min_width = panel->class->min_width;
    panel->min_height = panel->class->min_height;
    if (width && !parse_size(file, width, &panel->width, &panel->share, err))
        return false;
    if (min && !parse_min(file, min, panel, err))
        return false;
    if (!yaml_int(file, map, "drop", &drop, err))
        return false;
    if (drop < 0 || drop > 99)
        return yaml_err(file, yaml_get(map, "drop"), err,
            "drop is 1 (leaves first) to 99; without it a panel never leaves");
    panel->drop = (int)drop;
    if (with && !yaml_known(file, with,
                    panel->class->options ? panel->class->options : none, err))
        return false;
    return !with || parse_columns(file, with, &panel->table, err);
}

static bool
parse_row(const char *file, const struct yaml *map, struct view_row *row, struct err *err)
{
    const struct yaml *height = NULL, *panels = NULL;

    if (!yaml_known(file, map, row_keys, err))
        return false;
    height = yaml_get(map, "height");
    panels = yaml_get(map, "panels");
    row->share = 1;
    if (height && !parse_size(file, height, &row->height, &row->share, err))
        return false;
    if (!panels || panels->kind != YAML_LIST || !panels->first)
        return yaml_err(
            file, panels ? panels : map, err, "a row has panels: [{panel: map}]");
    for (const struct yaml *at = panels->first; at; at = at->next) {
        struct view_panel *panel = &row->panels[row->count];

        if (row->count == VIEW_PANELS)
            return yaml_err(file, at, err, "more than %d panels in a row", VIEW_PANELS);
        if (!parse_panel(file, at, panel, err))
            return false;
        if (row->height && row->height < panel->class->min_height)
            return yaml_err(file, height, err, "panel '%s' needs a height of %d",
                panel->class->name, panel->class->min_height);
        row->count++;
    }
    return true;
}

static bool
parse_group(const char *file, const struct yaml *at, struct view *view, struct err *err)
{
    int level = 0;

    view->has_group = true;
    if (at->kind == YAML_SCALAR && str_is(str_from(at->text), "auto")) {
        view->group_auto = true;
        return true;
    }
    if (at->kind == YAML_SCALAR)
        return parse_dimension(file, at, &view->group[0], err);
    if (at->kind == YAML_LIST)
        for (const struct yaml *item = at->first; item; item = item->next) {
            if (level == SCENE_LEVELS)
                return yaml_err(
                    file, item, err, "grouping is at most %d deep", SCENE_LEVELS);
            if (!parse_dimension(file, item, &view->group[level++], err))
                return false;
        }
    if (level == 0)
        return yaml_err(file, at, err, "group is auto, a tag, or a list of two tags");
    for (int i = 0; i < level; i++)
        if (!dimension_groups(&view->group[i]))
            return yaml_err(file, at, err,
                "'%s' does not group: nearly every site would be a group of its own",
                view->group[i].name);
    return true;
}

static bool
parse_filter(const char *file, const struct yaml *map, struct view *view, struct err *err)
{
    const struct yaml *at = yaml_get(map, "filter");
    struct selector *selector = NULL;
    struct err why = { 0 };

    if (!at)
        return true;
    if (at->kind != YAML_SCALAR || strlen(at->text) >= sizeof(view->filter))
        return yaml_err(file, at, err, "filter is a selector of at most %zu bytes",
            sizeof(view->filter) - 1);
    selector = selector_parse(str_from(at->text), &why);
    if (!selector)
        return yaml_err(file, at, err, "filter: %s", why.text);
    selector_free(selector);
    view->has_filter = true;
    snprintf(view->filter, sizeof(view->filter), "%s", at->text);
    return true;
}

/* `worst`, FIELD, or -FIELD for the other way round. */
static bool
parse_sort(const char *file, const struct yaml *at, struct view *view, struct err *err)
{
    struct str text = str_from(at->kind == YAML_SCALAR ? at->text : "");

    view->has_sort = true;
    if (str_is(text, "worst"))
        return true;
    view->sort_reverse = str_starts(text, "-");
    if (view->sort_reverse)
        text = (struct str){ text.at + 1, text.length - 1 };
    if (dimension_parse(&view->sort, text))
        return true;
    return yaml_err(file, at, err, "sort is worst, a field or a tag; -FIELD reverses");
}

static bool
copy_text(const char *file, const struct yaml *map, const char *key, char *to,
    size_t room, struct err *err)
{
    const char *text = NULL;

    if (!yaml_text(file, map, key, &text, err))
        return false;
    if (text && strlen(text) >= room)
        return yaml_err(
            file, yaml_get(map, key), err, "%s is longer than %zu bytes", key, room - 1);
    if (text)
        snprintf(to, room, "%s", text);
    return true;
}

static bool
parse_head(const char *file, const struct yaml *map, struct view *view, struct err *err)
{
    const struct yaml *name = yaml_get(map, "name");
    int64_t digit = -1;

    if (!name)
        return yaml_err(file, map, err, "a view has a name: name: map");
    if (!copy_text(file, map, "name", view->name, sizeof(view->name), err) ||
        !copy_text(file, map, "title", view->title, sizeof(view->title), err) ||
        !copy_text(file, map, "help", view->help, sizeof(view->help), err) ||
        !yaml_int(file, map, "digit", &digit, err))
        return false;
    for (const char *c = view->name; *c; c++)
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-')
            return yaml_err(file, name, err,
                "a view's name has lower-case letters, digits and '-' only");
    if (!view->name[0])
        return yaml_err(file, name, err, "a view's name is not empty");
    if (yaml_get(map, "digit") && (digit < 0 || digit > 9))
        return yaml_err(file, yaml_get(map, "digit"), err, "digit is 0 to 9");
    view->digit = (int)digit;
    return true;
}

static bool
parse_look(const char *file, const struct yaml *map, struct view *view, struct err *err)
{
    const struct yaml *group = yaml_get(map, "group");
    const struct yaml *colour = yaml_get(map, "colour");
    const struct yaml *sort = yaml_get(map, "sort");

    if (!parse_filter(file, map, view, err))
        return false;
    if (group && !parse_group(file, group, view, err))
        return false;
    if (sort && !parse_sort(file, sort, view, err))
        return false;
    if (!colour)
        return true;
    view->has_colour = true;
    if (!parse_dimension(file, colour, &view->colour, err))
        return false;
    if (view->colour.field && !view->colour.field->colours)
        return yaml_err(file, colour, err, "'%s' gives no colours", view->colour.name);
    return true;
}

static bool
parse_rows(const char *file, const struct yaml *map, struct view *view, struct err *err)
{
    const struct yaml *rows = yaml_get(map, "rows");
    const struct panel_class *list = NULL;

    if (!rows || rows->kind != YAML_LIST || !rows->first)
        return yaml_err(
            file, rows ? rows : map, err, "a view has rows: [{height: 1fr, panels: …}]");
    for (const struct yaml *at = rows->first; at; at = at->next) {
        struct view_row *row = &view->rows[view->count];

        if (view->count == VIEW_ROWS)
            return yaml_err(file, at, err, "more than %d rows", VIEW_ROWS);
        if (!parse_row(file, at, row, err))
            return false;
        view->count++;
        for (int i = 0; i < row->count; i++) {
            if (row->panels[i].class->list == LIST_NONE)
                continue;
            if (list && row->panels[i].class->list == LIST_LINES)
                return yaml_err(file, at, err,
                    "panel '%s' needs the cursor, which '%s' has already",
                    row->panels[i].class->name, list->name);
            list = row->panels[i].class;
        }
    }
    return true;
}

bool
view_parse(struct view *view, const char *file, struct str text, struct err *err)
{
    struct yaml *yaml = yaml_parse(file, text, err);
    bool ok = false;

    memset(view, 0, sizeof(*view));
    if (!yaml)
        return false;
    if (!yaml_known(file, yaml, view_keys, err))
        goto out;
    if (!parse_head(file, yaml, view, err) || !parse_look(file, yaml, view, err))
        goto out;
    ok = parse_rows(file, yaml, view, err);
out:
    yaml_release(yaml);
    return ok;
}

/* ---- the set of views */

/* Replaces the one of that name, or joins. */
static void
views_put(struct views *views, const struct view *view)
{
    for (int i = 0; i < views->count; i++)
        if (strcmp(views->list[i]->name, view->name) == 0) {
            *views->list[i] = *view;
            return;
        }
    if (views->count == VIEWS)
        return;
    views->list[views->count] = mem_alloc(sizeof(*view));
    *views->list[views->count++] = *view;
}

static int
order_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder's *.yaml, by name: what replaces what does not hang on the file system's
 * order. */
static int
list_files(const char *folder, char *names[VIEWS])
{
    DIR *open = opendir(folder);
    const struct dirent *entry = NULL;
    int count = 0;

    while (open && count < VIEWS && (entry = readdir(open)))
        if (str_ends(str_from(entry->d_name), ".yaml"))
            names[count++] = mem_print("%s/%s", folder, entry->d_name);
    if (open)
        closedir(open);
    qsort(names, (size_t)count, sizeof(names[0]), order_names);
    return count;
}

static bool
load_file(struct views *views, const char *path, struct err *err)
{
    struct buf text = { 0 };
    struct view *view = mem_zero(1, sizeof(*view));
    bool ok = file_read(path, VIEW_FILE_BYTES, &text, err) &&
              view_parse(view, path, buf_str(&text), err);

    if (ok)
        views_put(views, view);
    buf_release(&text);
    free(view);
    return ok;
}

static int
order_digits(const void *a, const void *b)
{
    const struct view *left = *(struct view *const *)a;
    const struct view *right = *(struct view *const *)b;
    int x = left->digit < 0 ? 100 : left->digit;
    int y = right->digit < 0 ? 100 : right->digit;

    return x != y ? x - y : strcmp(left->name, right->name);
}

void
views_load(struct views *views, const char *folder,
    void (*problem)(void *user, const struct err *err), void *user)
{
    struct view *view = mem_zero(1, sizeof(*view));
    char *names[VIEWS];
    struct err err = { 0 };
    int count = 0;

    memset(views, 0, sizeof(*views));
    for (const struct builtin *at = builtins; at->path; at++) {
        if (!str_starts(str_from(at->path), "views/"))
            continue;
        if (view_parse(view, at->path, (struct str){ at->text, at->length }, &err))
            views_put(views, view);
        else
            problem(user, &err);
    }
    free(view);
    if (folder)
        count = list_files(folder, names);
    for (int i = 0; i < count; i++) {
        if (!load_file(views, names[i], &err))
            problem(user, &err);
        free(names[i]);
    }
    qsort(views->list, (size_t)views->count, sizeof(views->list[0]), order_digits);
}

void
views_release(struct views *views)
{
    for (int i = 0; i < views->count; i++)
        free(views->list[i]);
    memset(views, 0, sizeof(*views));
}

const struct view *
views_find(const struct views *views, struct str name)
{
    for (int i = 0; i < views->count; i++)
        if (str_is(name, views->list[i]->name))
            return views->list[i];
    return NULL;
}

const char *
views_suggest(const struct views *views, struct str name)
{
    const char *names[VIEWS];

    for (int i = 0; i < views->count; i++)
        names[i] = views->list[i]->name;
    return str_nearest(name, names, (size_t)views->count);
}

const struct view *
views_digit(const struct views *views, int digit)
{
    for (int i = 0; i < views->count; i++)
        if (views->list[i]->digit == digit)
            return views->list[i];
    return NULL;
}

const struct panel_class *
view_list(const struct view *view)
{
    for (int r = 0; r < view->count; r++)
        for (int i = 0; i < view->rows[r].count; i++)
            if (view->rows[r].panels[i].class->list != LIST_NONE)
                return view->rows[r].panels[i].class;
    return NULL;
}
