/* yaml -- see yaml.h: libyaml's events into a tree, without recursion over what a
 * stranger nests. */
#include "base/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#define YAML_DEPTH 32
#define YAML_NODES 200000

struct frame { /* a list or map that is still open */
    struct yaml *node, *last;
    struct map keys; /* of a map: what it has, for duplicates */
    char *key;       /* of a map: read, its value comes next */
    int key_line, key_column;
};

struct builder {
    const char *name;
    struct err *err;
    struct frame frames[YAML_DEPTH];
    int depth, nodes;
    struct yaml *root;
};

void
yaml_release(struct yaml *yaml)
{
    while (yaml) {
        struct yaml *next = yaml->next;
        yaml_release(yaml->first); /* at most YAML_DEPTH deep */
        free(yaml->key);
        free(yaml->text);
        free(yaml);
        yaml = next;
    }
}

__attribute__((format(printf, 3, 4))) static bool
fail_at(const struct builder *builder, yaml_mark_t mark, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(builder->err, ERR_INPUT, "%s:%zu:%zu: %s", builder->name, mark.line + 1,
        mark.column + 1, text);
    return false;
}

static void
builder_append(struct builder *builder, struct yaml *node)
{
    if (!builder->depth) {
        builder->root = node;
        return;
    }
    struct frame *frame = &builder->frames[builder->depth - 1];
    if (frame->node->kind == YAML_MAP) {
        node->key = frame->key;
        node->key_line = frame->key_line;
        node->key_column = frame->key_column;
        frame->key = NULL;
    }
    if (frame->last)
        frame->last->next = node;
    else
        frame->node->first = node;
    frame->last = node;
}

static bool
builder_key(struct builder *builder, struct frame *frame, const yaml_event_t *event)
{
    struct str key = { (const char *)event->data.scalar.value,
        event->data.scalar.length };

    if (memchr(key.at, '\0', key.length))
        return fail_at(builder, event->start_mark, "a key with a NUL in it");
    if (map_find(&frame->keys, key))
        return fail_at(builder, event->start_mark, "'%.*s' is there already",
            (int)(key.length < 64 ? key.length : 64), key.at);
    map_put(&frame->keys, key, frame);
    frame->key = mem_text_length(key.at, key.length);
    frame->key_line = (int)event->start_mark.line + 1;
    frame->key_column = (int)event->start_mark.column + 1;
    return true;
}

static bool
builder_node(struct builder *builder, const yaml_event_t *event, enum yaml_kind kind)
{
    if (++builder->nodes > YAML_NODES)
        return fail_at(builder, event->start_mark, "more than %d values", YAML_NODES);
    struct yaml *node = mem_zero(1, sizeof *node);
    node->kind = kind;
    node->line = (int)event->start_mark.line + 1;
    node->column = (int)event->start_mark.column + 1;
    builder_append(builder, node);
    if (kind == YAML_SCALAR) {
        node->text = mem_text_length(
            (const char *)event->data.scalar.value, event->data.scalar.length);
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        if (strlen(node->text) != event->data.scalar.length)
            return fail_at(builder, event->start_mark, "a text with a NUL in it");
        return true;
    }
    if (builder->depth == YAML_DEPTH)
        return fail_at(builder, event->start_mark, "nested deeper than %d", YAML_DEPTH);
    builder->frames[builder->depth++] = (struct frame){ .node = node };
    return true;
}

static void
builder_close(struct builder *builder)
{
    struct frame *frame = &builder->frames[--builder->depth];

    map_release(&frame->keys);
    free(frame->key);
}

static bool
builder_take(struct builder *builder, const yaml_event_t *event)
{
    struct frame *frame = builder->depth ? &builder->frames[builder->depth - 1] : NULL;
    bool wants_key = frame && frame->node->kind == YAML_MAP && !frame->key;

    if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT) {
        builder_close(builder);
        return true;
    }
    if (event->type == YAML_ALIAS_EVENT)
        return fail_at(builder, event->start_mark, "aliases are not allowed");
    if (wants_key && event->type != YAML_SCALAR_EVENT)
        return fail_at(builder, event->start_mark, "a key must be plain text");
    if (wants_key)
        return builder_key(builder, frame, event);
    if (event->type == YAML_SCALAR_EVENT)
        return builder_node(builder, event, YAML_SCALAR);
    return builder_node(
        builder, event, event->type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST);
}

static bool
has_anchor(const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return event->data.scalar.anchor;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return event->data.sequence_start.anchor;
    return event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor;
}

/* One event; *done at the end of the stream. */
static bool
builder_event(struct builder *builder, const yaml_event_t *event, bool *done)
{
    if (event->type == YAML_STREAM_END_EVENT) {
        *done = true;
        return true;
    }
    if (event->type == YAML_STREAM_START_EVENT || event->type == YAML_DOCUMENT_END_EVENT)
        return true;
    if (event->type == YAML_DOCUMENT_START_EVENT) {
        if (builder->root)
            return fail_at(builder, event->start_mark, "a second document");
        return true;
    }
    if (has_anchor(event))
        return fail_at(builder, event->start_mark, "anchors are not allowed");
    return builder_take(builder, event);
}

static bool
builder_run(struct builder *builder, yaml_parser_t *parser)
{
    bool done = false;

    while (!done) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            yaml_mark_t mark = parser->problem_mark;
            return fail_at(
                builder, mark, "%s", parser->problem ? parser->problem : "not YAML");
        }
        bool ok = builder_event(builder, &event, &done);
        yaml_event_delete(&event);
        if (!ok)
            return false;
    }
    return true;
}

/* At the first byte that is none: a bad one is taken alone, U+FFFD itself has three. */
static void
not_utf8(const char *name, struct str text, struct err *err)
{
    struct yaml place = { .line = 1, .column = 1 };

    while (text.length > 0) {
        size_t before = text.length;
        uint32_t rune = text_rune(&text);

        if (rune == TEXT_BAD && before - text.length == 1)
            break;
        place.line += rune == '\n';
        place.column = rune == '\n' ? 1 : place.column + 1;
    }
    yaml_err(name, &place, err, "this is not UTF-8");
}

struct yaml *
yaml_parse(const char *name, struct str text, struct err *err)
{
    struct builder builder = { .name = name, .err = err };
    yaml_parser_t parser;

    if (text.length > YAML_LIMIT_BYTES) {
        err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", name, YAML_LIMIT_BYTES);
        return NULL;
    }
    if (!text_is_valid(text)) {
        not_utf8(name, text, err);
        return NULL;
    }
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)(text.at ? text.at : ""), text.length);
    bool ok = builder_run(&builder, &parser);
    yaml_parser_delete(&parser);
    while (builder.depth)
        builder_close(&builder);
    if (ok && !builder.root) {
        err_set(err, ERR_INPUT, "%s:1:1: nothing in it", name);
        ok = false;
    }
    if (ok)
        return builder.root;
    yaml_release(builder.root);
    return NULL;
}

struct yaml *
yaml_read(const char *path, struct err *err)
{
    struct buf text = { 0 };
    struct yaml *yaml = NULL;

    if (file_read(path, YAML_LIMIT_BYTES, &text, err))
        yaml = yaml_parse(path, buf_str(&text), err);
    buf_release(&text);
    return yaml;
}

static bool
is_null(const struct yaml *yaml)
{
    return yaml->kind == YAML_SCALAR && yaml->plain &&
           (!*yaml->text || !strcmp(yaml->text, "~") || !strcmp(yaml->text, "null"));
}

const struct yaml *
yaml_get(const struct yaml *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (const struct yaml *at = map->first; at; at = at->next)
        if (!strcmp(at->key, key))
            return is_null(at) ? NULL : at;
    return NULL;
}

bool
yaml_err(
    const char *name, const struct yaml *at, struct err *err, const char *format, ...)
{
    char text[384];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(err, ERR_INPUT, "%s:%d:%d: %s", name, at->line, at->column, text);
    return false;
}

bool
yaml_known(
    const char *name, const struct yaml *map, const char *const *keys, struct err *err)
{
    size_t count = 0;

    if (map->kind != YAML_MAP)
        return yaml_err(name, map, err, "expected a map of names to values");
    while (keys[count])
        count++;
    for (const struct yaml *at = map->first; at; at = at->next) {
        size_t i = 0;
        while (i < count && strcmp(keys[i], at->key))
            i++;
        if (i < count)
            continue;
        const char *near = str_nearest(str_from(at->key), keys, count);
        err_set(err, ERR_INPUT, "%s:%d:%d: unknown key '%.64s'%s%s%s", name, at->key_line,
            at->key_column, at->key, near ? " (did you mean '" : "", near ? near : "",
            near ? "'?)" : "");
        return false;
    }
    return true;
}

/* The scalar under the key; *found is NULL if absent. */
static bool
scalar_of(const char *name, const struct yaml *map, const char *key,
    const struct yaml **found, struct err *err)
{
    *found = yaml_get(map, key);
    if (*found && (*found)->kind != YAML_SCALAR)
        return yaml_err(name, *found, err, "'%s' must be a single value", key);
    return true;
}

bool
yaml_text(const char *name, const struct yaml *map, const char *key, const char **value,
    struct err *err)
{
    const struct yaml *found;

    if (!scalar_of(name, map, key, &found, err))
        return false;
    if (found)
        *value = found->text;
    return true;
}

bool
yaml_int(const char *name, const struct yaml *map, const char *key, int64_t *value,
    struct err *err)
{
    const struct yaml *found;

    if (!scalar_of(name, map, key, &found, err))
        return false;
    if (found && !str_to_i64(str_from(found->text), value))
        return yaml_err(name, found, err, "'%s' must be a whole number, not '%.64s'", key,
            found->text);
    return true;
}

bool
yaml_bool(const char *name, const struct yaml *map, const char *key, bool *value,
    struct err *err)
{
    const struct yaml *found;

    if (!scalar_of(name, map, key, &found, err))
        return false;
    if (!found)
        return true;
    if (strcmp(found->text, "true") && strcmp(found->text, "false"))
        return yaml_err(name, found, err, "'%s' must be true or false, not '%.64s'", key,
            found->text);
    *value = !strcmp(found->text, "true");
    return true;
}

bool
yaml_duration(const char *name, const struct yaml *map, const char *key, int64_t *ms,
    struct err *err)
{
    const struct yaml *found;

    if (!scalar_of(name, map, key, &found, err))
        return false;
    if (found && !clock_parse_duration(str_from(found->text), ms))
        return yaml_err(name, found, err,
            "'%s' must be a duration such as 90s, 5m, 2h or 9d, not '%.64s'", key,
            found->text);
    return true;
}
