/* path -- compiled into steps; walked by recursion that is as deep as it has steps. */
#include "hub/source/path.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum step_kind { STEP_MEMBER, STEP_PREFIX, STEP_INDEX, STEP_EACH, STEP_FILTER };

enum filter_test { FILTER_EXISTS, FILTER_SAME, FILTER_DIFFERS };

struct step {
    enum step_kind kind;
    enum filter_test test;
    char *name; /* of a member; the literal of a filter */
    size_t length;
    int64_t index;
    struct path *inner; /* of a filter */
};

struct path {
    struct step steps[PATH_STEPS];
    size_t count;
};

struct cursor { /* what is left to parse */
    struct str text;
    size_t at;
    bool in_filter; /* a path inside [?( … )] ends at an operator */
    struct err *err;
};

static bool
cursor_fail(struct cursor *cursor, const char *what)
{
    err_set(cursor->err, ERR_INPUT, "path: %s", what);
    return false;
}

static char
cursor_peek(const struct cursor *cursor)
{
    return cursor->at < cursor->text.length ? cursor->text.at[cursor->at] : '\0';
}

static bool
cursor_take(struct cursor *cursor, const char *token)
{
    size_t length = strlen(token);

    if (cursor->text.length - cursor->at < length ||
        memcmp(cursor->text.at + cursor->at, token, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

static void
cursor_blanks(struct cursor *cursor)
{
    while (cursor_peek(cursor) == ' ')
        cursor->at++;
}

static bool
is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '/';
}

static bool
parse_name(struct cursor *cursor, struct step *step)
{
    size_t start = cursor->at;

    if (cursor_take(cursor, "*")) {
        step->kind = STEP_EACH;
        return true;
    }
    while (is_name_char(cursor_peek(cursor)))
        cursor->at++;
    if (cursor->at == start)
        return cursor_fail(
            cursor, "a member's name is due behind '.'; other names go as ['a.b/c']");
    step->kind = STEP_MEMBER;
    step->name = mem_text_length(cursor->text.at + start, cursor->at - start);
    step->length = cursor->at - start;
    return true;
}

/* 'text' or "text", no escapes. */
static bool
parse_quoted(struct cursor *cursor, struct str *text)
{
    char quote = cursor_peek(cursor);
    size_t start = cursor->at + 1;

    if (quote != '\'' && quote != '"')
        return cursor_fail(cursor, "a quoted text is due");
    cursor->at++;
    while (cursor->at < cursor->text.length && cursor->text.at[cursor->at] != quote)
        cursor->at++;
    if (cursor->at >= cursor->text.length)
        return cursor_fail(cursor, "the quote is not closed");
    *text = (struct str){ cursor->text.at + start, cursor->at - start };
    cursor->at++;
    return true;
}

static bool
parse_quoted_member(struct cursor *cursor, struct step *step)
{
    struct str name;

    if (!parse_quoted(cursor, &name))
        return false;
    if (!name.length)
        return cursor_fail(cursor, "a member's name is due between the quotes");
    step->kind = STEP_MEMBER;
    if (name.at[name.length - 1] == '*') {
        step->kind = STEP_PREFIX;
        name.length--;
    }
    step->name = mem_text_length(name.at, name.length);
    step->length = name.length;
    return true;
}

static bool
parse_index(struct cursor *cursor, struct step *step)
{
    size_t start = cursor->at;

    if (cursor_peek(cursor) == '-')
        cursor->at++;
    while (isdigit((unsigned char)cursor_peek(cursor)))
        cursor->at++;
    step->kind = STEP_INDEX;
    if (!str_to_i64(
            (struct str){ cursor->text.at + start, cursor->at - start }, &step->index) ||
        step->index > INT32_MAX || step->index < -INT32_MAX)
        return cursor_fail(
            cursor, "an index, '*', a quoted name or ?(…) is due behind '['");
    return true;
}

static bool parse_steps(struct cursor *cursor, struct path *path);

/* The right side: quoted, or a bare number or truth value. */
static bool
parse_literal(struct cursor *cursor, struct step *step)
{
    struct str text;
    size_t start = cursor->at;

    if (cursor_peek(cursor) == '"' || cursor_peek(cursor) == '\'') {
        if (!parse_quoted(cursor, &text))
            return false;
    } else {
        while (isalnum((unsigned char)cursor_peek(cursor)) ||
               cursor_peek(cursor) == '-' || cursor_peek(cursor) == '.')
            cursor->at++;
        text = (struct str){ cursor->text.at + start, cursor->at - start };
        if (!text.length)
            return cursor_fail(
                cursor, "a quoted text or a number is due behind the operator");
    }
    step->name = mem_text_length(text.at, text.length);
    step->length = text.length;
    return true;
}

static bool
parse_filter(struct cursor *cursor, struct step *step)
{
    if (cursor->in_filter)
        return cursor_fail(cursor, "a filter inside a filter is not understood");
    step->kind = STEP_FILTER;
    cursor_blanks(cursor);
    if (!cursor_take(cursor, "@"))
        return cursor_fail(cursor, "'@' is due behind '?('");
    step->inner = mem_zero(1, sizeof(*step->inner));
    cursor->in_filter = true;
    if (!parse_steps(cursor, step->inner))
        return false;
    cursor->in_filter = false;
    cursor_blanks(cursor);
    if (cursor_take(cursor, "=="))
        step->test = FILTER_SAME;
    else if (cursor_take(cursor, "!="))
        step->test = FILTER_DIFFERS;
    cursor_blanks(cursor);
    if (step->test != FILTER_EXISTS && !parse_literal(cursor, step))
        return false;
    cursor_blanks(cursor);
    if (!cursor_take(cursor, ")"))
        return cursor_fail(cursor, "'==', '!=' or ')' is due");
    return true;
}

static bool
parse_bracket(struct cursor *cursor, struct step *step)
{
    bool ok;

    if (cursor_take(cursor, "?("))
        ok = parse_filter(cursor, step);
    else if (cursor_take(cursor, "*")) {
        step->kind = STEP_EACH;
        ok = true;
    } else if (cursor_peek(cursor) == '\'' || cursor_peek(cursor) == '"')
        ok = parse_quoted_member(cursor, step);
    else
        ok = parse_index(cursor, step);
    if (ok && !cursor_take(cursor, "]"))
        return cursor_fail(cursor, "']' is due");
    return ok;
}

static bool
parse_steps(struct cursor *cursor, struct path *path)
{
    for (;;) {
        struct step *step = &path->steps[path->count];
        char next = cursor_peek(cursor);

        if (next != '.' && next != '[')
            return path->count > 0 ||
                   cursor_fail(cursor, "'.' and a member's name are due");
        if (path->count == PATH_STEPS)
            return cursor_fail(cursor, "more steps than a path may have (16)");
        path->count++;
        cursor->at++;
        if (next == '.' ? !parse_name(cursor, step) : !parse_bracket(cursor, step))
            return false;
    }
}

struct path *
path_parse(struct str text, size_t *column, struct err *err)
{
    struct cursor cursor = { .text = text, .err = err };
    struct path *path = mem_zero(1, sizeof(*path));
    bool ok = false;

    if (text.length > PATH_BYTES) {
        cursor_fail(&cursor, "longer than a path may be (512 bytes)");
        goto out;
    }
    cursor_take(&cursor, "$");
    if (!parse_steps(&cursor, path))
        goto out;
    if (cursor.at != text.length) {
        cursor_fail(&cursor, "'.' or '[' is due; other names go as ['a.b/c']");
        goto out;
    }
    ok = true;
out:
    *column = cursor.at + 1;
    if (ok)
        return path;
    path_free(path);
    return NULL;
}

void
path_free(struct path *path)
{
    if (!path)
        return;
    for (size_t i = 0; i < path->count; i++) {
        free(path->steps[i].name);
        path_free(path->steps[i].inner);
    }
    free(path);
}

struct tracing { /* a path, into an outline */
    const struct path *path;
    path_mark *mark;
    const void *user;
};

static void trace(const struct tracing *tracing, size_t at, struct outline *outline);

/* Does what equals the literal hold it as it is written? 100 may be written 1e2. */
static bool
is_verbatim(const struct step *step)
{
    return step->kind == STEP_FILTER && step->test == FILTER_SAME &&
           !isdigit((unsigned char)step->name[0]) && step->name[0] != '-';
}

/* The elements that the step takes, and what a filter reads of all of them. */
static void
trace_elements(const struct tracing *tracing, size_t at, struct outline *outline)
{
    const struct step *step = &tracing->path->steps[at];
    struct outline *element = outline_element(outline,
        is_verbatim(step) ? (struct str){ step->name, step->length } : (struct str){ 0 });

    if (step->inner)
        path_outline(step->inner, element);
    trace(tracing, at + 1, element);
}

static void
trace(const struct tracing *tracing, size_t at, struct outline *outline)
{
    const struct step *step = &tracing->path->steps[at];
    struct str name = { step->name, step->length };

    if (at == tracing->path->count) {
        tracing->mark(tracing->user, outline);
        return;
    }
    switch (step->kind) {
    case STEP_MEMBER:
        trace(tracing, at + 1, outline_member(outline, name, false));
        break;
    case STEP_PREFIX:
        trace(tracing, at + 1, outline_member(outline, name, true));
        break;
    case STEP_EACH:
        trace(tracing, at + 1, outline_member(outline, STR(""), true));
        trace_elements(tracing, at, outline);
        break;
    case STEP_INDEX:
    case STEP_FILTER:
        trace_elements(tracing, at, outline);
        break;
    }
}

void
path_outline_to(
    const struct path *path, struct outline *outline, path_mark *mark, const void *user)
{
    struct tracing tracing = { path, mark, user };

    trace(&tracing, 0, outline);
}

static void
mark_whole(const void *user, struct outline *end)
{
    (void)user;
    outline_whole(end);
}

void
path_outline(const struct path *path, struct outline *outline)
{
    path_outline_to(path, outline, mark_whole, NULL);
}

struct walk {
    const struct path *path;
    path_visit *visit;
    void *user;
};

static bool walk_from(
    const struct walk *walk, size_t at, const json_t *value, struct str star);

static bool
walk_members(const struct walk *walk, size_t at, const json_t *value)
{
    const struct step *step = &walk->path->steps[at];
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)value, key, member)
    {
        struct str name = str_from(key);

        if (step->length && !str_starts(name, step->name))
            continue;
        if (walk_from(walk, at + 1, member,
                (struct str){ key + step->length, name.length - step->length }))
            return true;
    }
    return false;
}

static bool
same_text(void *user, const json_t *value, struct str star)
{
    const struct step *step = user;
    char scratch[SCALAR_BYTES];
    struct str text;

    (void)star;
    return scalar_text(value, scratch, &text) &&
           str_same(text, (struct str){ step->name, step->length });
}

static bool
any_value(void *user, const json_t *value, struct str star)
{
    (void)user;
    (void)value;
    (void)star;
    return true;
}

static bool
filter_holds(const struct step *step, const json_t *value)
{
    switch (step->test) {
    case FILTER_EXISTS:
        return path_each(step->inner, value, any_value, NULL);
    case FILTER_SAME:
        return path_each(step->inner, value, same_text, (void *)(uintptr_t)step);
    case FILTER_DIFFERS:
        return !path_each(step->inner, value, same_text, (void *)(uintptr_t)step);
    }
    return false;
}

static bool
walk_elements(const struct walk *walk, size_t at, const json_t *value, struct str star)
{
    const struct step *step = &walk->path->steps[at];

    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *element = json_array_get(value, i);

        if (step->kind == STEP_FILTER && !filter_holds(step, element))
            continue;
        if (walk_from(walk, at + 1, element, star))
            return true;
    }
    return false;
}

static const json_t *
element_at(const json_t *value, int64_t index)
{
    int64_t size = (int64_t)json_array_size(value);

    if (index < 0)
        index += size;
    return index >= 0 && index < size ? json_array_get(value, (size_t)index) : NULL;
}

static bool
walk_from(const struct walk *walk, size_t at, const json_t *value, struct str star)
{
    const struct step *step = &walk->path->steps[at];

    if (!value || json_is_null(value))
        return false;
    if (at == walk->path->count)
        return walk->visit(walk->user, value, star);
    switch (step->kind) {
    case STEP_MEMBER:
        return walk_from(
            walk, at + 1, json_object_getn(value, step->name, step->length), star);
    case STEP_PREFIX:
        return walk_members(walk, at, value);
    case STEP_INDEX:
        return walk_from(walk, at + 1, element_at(value, step->index), star);
    case STEP_EACH:
        return json_is_object(value) ? walk_members(walk, at, value)
                                     : walk_elements(walk, at, value, star);
    case STEP_FILTER:
        return walk_elements(walk, at, value, star);
    }
    return false;
}

bool
path_each(const struct path *path, const json_t *root, path_visit *visit, void *user)
{
    struct walk walk = { path, visit, user };

    return walk_from(&walk, 0, root, (struct str){ 0 });
}

static bool
keep_first(void *user, const json_t *value, struct str star)
{
    const json_t **kept = user;

    (void)star;
    *kept = value;
    return true;
}

const json_t *
path_first(const struct path *path, const json_t *root)
{
    const json_t *kept = NULL;

    path_each(path, root, keep_first, &kept);
    return kept;
}

bool
scalar_text(const json_t *value, char scratch[SCALAR_BYTES], struct str *text)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        *text = (struct str){ json_string_value(value), json_string_length(value) };
        return true;
    case JSON_INTEGER:
        snprintf(
            scratch, SCALAR_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        snprintf(scratch, SCALAR_BYTES, "%.15g", json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        *text = str_from(json_is_true(value) ? "true" : "false");
        return true;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        return false;
    }
    *text = str_from(scratch);
    return true;
}
