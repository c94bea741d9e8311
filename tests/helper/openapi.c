/* openapi -- see openapi.h. */
#include "helper/openapi.h"

#include "base/mem.h"
#include "base/yaml.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct openapi {
    struct yaml *document;
};

struct judge {
    const struct openapi *openapi;
    char path[256]; /* in the body */
    struct err *err;
};

struct openapi *
openapi_read(void)
{
    struct openapi *openapi = mem_zero(1, sizeof *openapi);
    struct err err = { 0 };

    openapi->document = yaml_read("docs/openapi.yaml", &err);
    if (!openapi->document)
        fail_msg("%s", err.text);
    return openapi;
}

void
openapi_free(struct openapi *openapi)
{
    if (openapi)
        yaml_release(openapi->document);
    free(openapi);
}

static const struct yaml *
follow(const struct openapi *openapi, const struct yaml *node)
{
    const struct yaml *ref = yaml_get(node, "$ref");
    struct str rest, part;

    if (!ref)
        return node;
    rest = str_from(ref->text);
    node = openapi->document;
    while (str_split(&rest, '/', &part)) {
        char name[64];

        if (str_is(part, "#"))
            continue;
        snprintf(name, sizeof name, "%.*s", STR_ARG(part));
        node = yaml_get(node, name);
    }
    if (!node)
        fail_msg("openapi.yaml:%d: %s leads nowhere", ref->line, ref->text);
    return node;
}

static const struct yaml *
operation(const struct openapi *openapi, const char *method, const char *path)
{
    char lower[8] = "";

    for (size_t i = 0; method[i] && i + 1 < sizeof lower; i++)
        lower[i] = (char)(method[i] | 0x20);
    return yaml_get(yaml_get(yaml_get(openapi->document, "paths"), path), lower);
}

bool
openapi_has(const struct openapi *openapi, const char *method, const char *path)
{
    return operation(openapi, method, path) != NULL;
}

void
openapi_each(const struct openapi *openapi,
    void (*each)(void *user, const char *method, const char *path), void *user)
{
    const struct yaml *paths = yaml_get(openapi->document, "paths");

    for (const struct yaml *path = paths->first; path; path = path->next)
        for (const struct yaml *method = path->first; method; method = method->next)
            each(user, strcmp(method->key, "get") ? "POST" : "GET", path->key);
}

static bool
wrong(struct judge *judge, const char *what)
{
    err_set(judge->err, ERR_INPUT, "at %s: %s", judge->path[0] ? judge->path : "the top",
        what);
    return false;
}

static const char *
type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    case JSON_NULL:
        return "null";
    }
    return "";
}

static bool
is_type(const json_t *value, const char *type)
{
    return !strcmp(type_name(value), type) ||
           (!strcmp(type, "number") && json_is_integer(value));
}

static bool
check_type(struct judge *judge, const struct yaml *type, const json_t *value)
{
    char text[128];

    if (!type)
        return true;
    if (type->kind == YAML_SCALAR && is_type(value, type->text))
        return true;
    for (const struct yaml *one = type->first; one; one = one->next)
        if (is_type(value, one->text))
            return true;
    snprintf(text, sizeof text, "%s is not the type it should be", type_name(value));
    return wrong(judge, text);
}

static bool check(struct judge *judge, const struct yaml *schema, const json_t *value);

static bool
check_member(
    struct judge *judge, const struct yaml *schema, const char *name, const json_t *value)
{
    size_t length = strlen(judge->path);
    bool ok;

    snprintf(judge->path + length, sizeof judge->path - length, ".%s", name);
    ok = check(judge, schema, value);
    judge->path[length] = 0;
    return ok;
}

static bool
check_object(struct judge *judge, const struct yaml *schema, const json_t *value)
{
    const struct yaml *properties = yaml_get(schema, "properties");
    const struct yaml *others = yaml_get(schema, "additionalProperties");
    const struct yaml *required = yaml_get(schema, "required");
    const char *name;
    json_t *member;
    char text[128];

    for (const struct yaml *one = required ? required->first : NULL; one;
         one = one->next) {
        snprintf(text, sizeof text, "%s is missing", one->text);
        if (!json_object_get(value, one->text))
            return wrong(judge, text);
    }
    json_object_foreach((json_t *)value, name, member)
    {
        const struct yaml *property = yaml_get(properties, name);

        snprintf(text, sizeof text, "%s is not described", name);
        if (property ? !check_member(judge, property, name, member)
            : others && others->kind == YAML_MAP
                ? !check_member(judge, others, name, member)
                : properties && !others && !wrong(judge, text))
            return false;
    }
    return true;
}

static bool
check_enum(struct judge *judge, const struct yaml *words, const json_t *value)
{
    char text[128];

    for (const struct yaml *one = words->first; one; one = one->next)
        if (json_is_string(value) && !strcmp(json_string_value(value), one->text))
            return true;
    snprintf(text, sizeof text, "'%s' is none of the words",
        json_is_string(value) ? json_string_value(value) : "?");
    return wrong(judge, text);
}

static bool
check_any(struct judge *judge, const struct yaml *list, const json_t *value)
{
    for (const struct yaml *one = list->first; one; one = one->next)
        if (check(judge, one, value))
            return true;
    return false;
}

static bool
check(struct judge *judge, const struct yaml *schema, const json_t *value)
{
    const struct yaml *items;
    size_t i;
    json_t *item;
    char name[24];

    schema = follow(judge->openapi, schema);
    if (yaml_get(schema, "anyOf"))
        return check_any(judge, yaml_get(schema, "anyOf"), value);
    if (!check_type(judge, yaml_get(schema, "type"), value))
        return false;
    if (yaml_get(schema, "enum"))
        return check_enum(judge, yaml_get(schema, "enum"), value);
    items = yaml_get(schema, "items");
    if (json_is_array(value) && items) {
        json_array_foreach((json_t *)value, i, item)
        {
            snprintf(name, sizeof name, "%zu", i);
            if (!check_member(judge, items, name, item))
                return false;
        }
    }
    return !json_is_object(value) || check_object(judge, schema, value);
}

static bool
judge_text(struct judge *judge, const struct yaml *schema, struct str text)
{
    json_error_t error;
    json_t *value = json_loadb(
        text.at, text.length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    bool ok;

    if (!value)
        return wrong(judge, error.text);
    ok = check(judge, schema, value);
    json_decref(value);
    return ok;
}

bool
openapi_judge(const struct openapi *openapi, const char *method, const char *path,
    int status, const char *content_type, struct str body, struct err *err)
{
    struct judge judge = { .openapi = openapi, .err = err };
    const struct yaml *responses =
        yaml_get(operation(openapi, method, path), "responses");
    const struct yaml *content, *schema, *response;
    char name[64];
    struct str line;
    bool ok = true;

    snprintf(name, sizeof name, "%d", status);
    response = yaml_get(responses, name);
    if (!response)
        response = yaml_get(responses, "default");
    if (!response)
        return wrong(&judge, "a status that is not described");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(content_type, ";"), content_type);
    content = yaml_get(follow(openapi, response), "content");
    schema = yaml_get(yaml_get(content, name), "schema");
    if (!schema)
        return wrong(&judge, "a content type that is not described");
    if (strstr(name, "json") == NULL)
        return true;
    if (strcmp(name, "application/x-ndjson"))
        return judge_text(&judge, schema, body);
    while (ok && str_split(&body, '\n', &line))
        ok = !line.length || judge_text(&judge, schema, line);
    return ok;
}
