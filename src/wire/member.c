/* member -- see member.h. */
#include "wire/member.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fleet/cluster.h"

#define BODY_DEPTH 32

/* jansson recurses to its own limit of 2048; ours is far lower, so look first. */
static bool
depth_is_sane(struct str body)
{
    int depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < body.length; i++) {
        char c = body.at[i];

        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '{' || c == '['))
            depth++;
        else if (!in_text && (c == '}' || c == ']'))
            depth--;
        if (depth > BODY_DEPTH)
            return false;
    }
    return true;
}

json_t *
member_object(struct str body, size_t limit_bytes, struct err *err)
{
    json_error_t fault;
    json_t *object;

    if (!body.length) {
        err_set(err, ERR_INPUT, "the body is empty: expected a JSON object");
        return NULL;
    }
    if (body.length > limit_bytes) {
        err_set(err, ERR_LIMIT, "the body is longer than %zu bytes", limit_bytes);
        return NULL;
    }
    if (!depth_is_sane(body)) {
        err_set(err, ERR_INPUT, "the body is nested deeper than %d", BODY_DEPTH);
        return NULL;
    }
    object = json_loadb(body.at, body.length, JSON_REJECT_DUPLICATES, &fault);
    if (!object) {
        err_set(err, ERR_INPUT, "the body is not JSON: line %d, column %d: %s",
            fault.line, fault.column, fault.text);
        return NULL;
    }
    if (!json_is_object(object)) {
        err_set(err, ERR_INPUT, "the body is JSON, but not an object");
        json_decref(object);
        return NULL;
    }
    return object;
}

bool
member_known(const json_t *object, const char *const *known, struct err *err)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        size_t count = 0;
        bool found = false;
        const char *near;

        for (; known[count]; count++)
            found = found || !strcmp(known[count], name);
        if (found)
            continue;
        near = str_nearest(str_from(name), known, count);
        err_set(err, ERR_INPUT, "\"%.64s\": no such member%s%s%s", name,
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return false;
    }
    return true;
}

/* The member; NULL if it is absent. *ok is false if it had to be there. */
static json_t *
find(const json_t *object, const char *name, enum member_need need, bool *ok,
    struct err *err)
{
    json_t *value = json_object_get(object, name);

    *ok = true;
    if (value && !json_is_null(value))
        return value;
    if (need == MEMBER_NEEDED) {
        err_set(err, ERR_INPUT, "\"%s\" is missing", name);
        *ok = false;
    }
    return NULL;
}

static bool
wrong(const char *name, const char *expected, struct err *err)
{
    err_set(err, ERR_INPUT, "\"%s\": expected %s", name, expected);
    return false;
}

bool
member_view(const json_t *object, const char *name, enum member_need need,
    size_t limit_bytes, struct str *value, struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);

    if (!found)
        return ok;
    if (!json_is_string(found))
        return wrong(name, "a text", err);
    if (json_string_length(found) > limit_bytes) {
        err_set(err, ERR_LIMIT, "\"%s\": longer than %zu bytes", name, limit_bytes);
        return false;
    }
    *value = (struct str){ json_string_value(found), json_string_length(found) };
    return true;
}

bool
member_text(const json_t *object, const char *name, enum member_need need,
    size_t limit_bytes, char **value, struct err *err)
{
    struct str text = { 0 };

    if (!member_view(object, name, need, limit_bytes, &text, err))
        return false;
    if (text.at) {
        free(*value);
        *value = mem_text_length(text.at, text.length);
    }
    return true;
}

bool
member_copy(const json_t *object, const char *name, enum member_need need, char *value,
    size_t size, struct err *err)
{
    struct str text = { 0 };

    if (!member_view(object, name, need, size - 1, &text, err))
        return false;
    if (text.at)
        memcpy(value, text.at, text.length + 1);
    return true;
}

bool
member_i64(const json_t *object, const char *name, enum member_need need, int64_t *value,
    struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);

    if (!found)
        return ok;
    if (!json_is_integer(found))
        return wrong(name, "a whole number", err);
    *value = json_integer_value(found);
    return true;
}

bool
member_count(const json_t *object, const char *name, enum member_need need, int64_t most,
    int64_t *value, struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);
    int64_t number;

    if (!found)
        return ok;
    number = json_is_integer(found) ? json_integer_value(found) : -1;
    if (number < 0 || number > most) {
        err_set(err, ERR_INPUT, "\"%s\": expected a whole number from 0 to %lld", name,
            (long long)most);
        return false;
    }
    *value = number;
    return true;
}

bool
member_bool(const json_t *object, const char *name, enum member_need need, bool *value,
    struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);

    if (!found)
        return ok;
    if (!json_is_boolean(found))
        return wrong(name, "true or false", err);
    *value = json_is_true(found);
    return true;
}

bool
member_time(const json_t *object, const char *name, enum member_need need,
    int64_t *wall_ms, struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);

    if (!found)
        return ok;
    if (!json_is_string(found) ||
        !clock_parse_rfc3339(str_from(json_string_value(found)), wall_ms))
        return wrong(name, "a time as RFC 3339 has it", err);
    return true;
}

bool
member_ids(const json_t *object, const char *name, enum member_need need, size_t limit,
    struct frozen *set, struct err *err)
{
    bool ok;
    const json_t *found = find(object, name, need, &ok, err);
    const json_t *item;
    size_t i;

    if (!found)
        return ok;
    if (!json_is_array(found))
        return wrong(name, "a list of texts", err);
    if (json_array_size(found) > limit) {
        err_set(err, ERR_LIMIT, "\"%s\": more than %zu", name, limit);
        return false;
    }
    json_array_foreach(found, i, item)
    {
        struct str text = { json_string_value(item), json_string_length(item) };

        if (!json_is_string(item) || !text.length || text.length > CLUSTER_ID_BYTES ||
            memchr(text.at, '\n', text.length)) {
            err_set(err, ERR_INPUT, "\"%s\": item %zu: expected a text of 1 to %d bytes",
                name, i + 1, CLUSTER_ID_BYTES);
            return false;
        }
        frozen_add(set, text);
    }
    return true;
}
