/* rule -- read from YAML into plain structs. */
#include "hub/source/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "hub/source/quantity.h"

/* clang-format off */
static const char *const target_names[] = {
    "connectivity", "health", "sync",
    "version.os.desired", "version.kubernetes.desired", "version.addons.desired",
    "version.app.desired", "version.model.desired",
    "version.os", "version.kubernetes", "version.addons", "version.app", "version.model",
    "gpu.model", "timezone", "place", "tag.NAME", "nodes.ready", "nodes.total", "gpus",
    "latitude", "longitude", "heartbeat.misses", "heartbeat.every", "heartbeat",
    "pending-since", "upstream-at",
};
/* clang-format on */

_Static_assert(sizeof(target_names) / sizeof(target_names[0]) == TARGETS,
    "each target has its name");

enum target_kind
target_kind(enum target target)
{
    if (target < TARGET_DESIRED)
        return KIND_AXIS;
    if (target <= TARGET_TAG)
        return KIND_TEXT;
    if (target <= TARGET_HEARTBEAT_MISSES)
        return KIND_NUMBER;
    return target == TARGET_HEARTBEAT_EVERY ? KIND_DURATION : KIND_TIME;
}

bool
duration_parse(struct str text, int64_t *duration_ms)
{
    double seconds;

    if (clock_parse_duration(text, duration_ms))
        return true;
    if (!str_to_double(text, &seconds) || seconds < 0 || seconds > 1e9)
        return false;
    *duration_ms = (int64_t)(seconds * 1000);
    return true;
}

static bool
axis_error(const char *file, const struct yaml *at, enum axis axis, const char *text,
    struct err *err)
{
    char names[256] = "";
    size_t length = 0;

    for (uint8_t i = 0; i < axis_values(axis); i++)
        length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
            i ? ", " : "", axis_value_name(axis, i));
    return yaml_err(
        file, at, err, "'%s' is no value of %s: %s", text, axis_name(axis), names);
}

/* May this constant stand for the field? */
static bool
check_constant(const char *file, const struct yaml *at, enum target target,
    const char *text, struct err *err)
{
    uint8_t value;
    double number;
    int64_t duration_ms;

    switch (target_kind(target)) {
    case KIND_AXIS:
        return axis_value_named((enum axis)target, str_from(text), &value) ||
               axis_error(file, at, (enum axis)target, text, err);
    case KIND_TEXT:
        return true;
    case KIND_NUMBER:
        return quantity_parse(str_from(text), &number) ||
               yaml_err(file, at, err, "'%s' is no number", text);
    case KIND_DURATION:
        return duration_parse(str_from(text), &duration_ms) ||
               yaml_err(file, at, err, "'%s' is no length of time, such as 60s", text);
    case KIND_TIME:
        return yaml_err(file, at, err, "a time is read `from: PATH`, it is no constant");
    }
    return false;
}

static void
rule_release(struct rule *rule)
{
    for (uint32_t i = 0; i < rule->when_count; i++)
        when_release(&rule->whens[i]);
    for (uint32_t i = 0; i < rule->path_count; i++)
        path_free(rule->paths[i]);
    for (uint32_t i = 0; i < rule->word_count; i++) {
        free(rule->words[i].from);
        free(rule->words[i].to);
    }
    free(rule->words);
    free(rule->value);
    free(rule->before);
    texts_free(rule->after);
    path_free(rule->reason_from);
    free(rule->reason);
    path_free(rule->since_from);
}

void
fields_free(struct field_rules *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < fields[i].count; k++)
            rule_release(&fields[i].rules[k]);
        free(fields[i].rules);
        free(fields[i].tag);
    }
    free(fields);
}

static bool
read_whens(const struct rule_reader *reader, const struct yaml *yaml, struct rule *rule,
    struct err *err)
{
    const struct yaml *when = yaml_get(yaml, "when");
    const struct yaml *at = when && when->kind == YAML_LIST ? when->first : when;

    for (; at; at = when->kind == YAML_LIST ? at->next : NULL) {
        if (rule->when_count == RULE_WHENS)
            return yaml_err(
                reader->file, at, err, "a rule has at most %d conditions", RULE_WHENS);
        if (!when_read(reader, at, &rule->whens[rule->when_count], err))
            return false;
        rule->when_count++;
    }
    return true;
}

static bool
read_paths(const char *file, const struct yaml *yaml, struct rule *rule, struct err *err)
{
    const struct yaml *at = yaml->kind == YAML_LIST ? yaml->first : yaml;

    for (; at; at = yaml->kind == YAML_LIST ? at->next : NULL) {
        if (rule->path_count == RULE_PATHS)
            return yaml_err(file, at, err, "at most %d paths are tried", RULE_PATHS);
        rule->paths[rule->path_count] = path_read(file, at, err);
        if (!rule->paths[rule->path_count])
            return false;
        rule->path_count++;
    }
    return rule->path_count > 0 || yaml_err(file, yaml, err, "a path is due here");
}

/* What the rule yields: a constant, the first of some paths, or their sum. */
static bool
read_yield(const char *file, const struct yaml *yaml, enum target target,
    struct rule *rule, struct err *err)
{
    const struct yaml *value = yaml_get(yaml, "value");
    const struct yaml *from = yaml_get(yaml, "from");
    const struct yaml *sum = yaml_get(yaml, "sum");

    if (!!value + !!from + !!sum != 1)
        return yaml_err(
            file, yaml, err, "a rule yields one of `value:`, `from:` and `sum:`");
    if (sum && target_kind(target) != KIND_NUMBER)
        return yaml_err(file, sum, err, "only a field that is a number can be a sum");
    rule->sum = sum != NULL;
    if (!value)
        return read_paths(file, from ? from : sum, rule, err);
    if (value->kind != YAML_SCALAR)
        return yaml_err(file, value, err, "a text or a number is due here");
    if (!check_constant(file, value, target, value->text, err))
        return false;
    rule->value = mem_text(value->text);
    return true;
}

static bool
read_map(const char *file, const struct yaml *yaml, enum target target, struct rule *rule,
    struct err *err)
{
    const struct yaml *map = yaml_get(yaml, "map");

    if (!map)
        return true;
    if (map->kind != YAML_MAP)
        return yaml_err(file, map, err, "`map:` is due as {FOUND: MEANT, …}");
    rule->words = mem_zero(RULE_WORDS, sizeof(*rule->words));
    for (const struct yaml *at = map->first; at; at = at->next) {
        struct word *word = &rule->words[rule->word_count];

        if (rule->word_count == RULE_WORDS)
            return yaml_err(file, at, err, "at most %d words are mapped", RULE_WORDS);
        if (at->kind != YAML_SCALAR)
            return yaml_err(file, at, err, "a text is due here");
        if (!check_constant(file, at, target, at->text, err))
            return false;
        word->from = mem_text(at->key);
        word->to = mem_text(at->text);
        rule->word_count++;
    }
    return true;
}

static bool
read_helpers(const char *file, const struct yaml *yaml, enum target target,
    struct rule *rule, struct err *err)
{
    const struct yaml *after = yaml_get(yaml, "after");
    const char *before = NULL;

    if (!yaml_text(file, yaml, "before", &before, err) ||
        !read_map(file, yaml, target, rule, err))
        return false;
    if ((before || after || rule->words) && rule->value)
        return yaml_err(
            file, yaml, err, "before, after and map change what is found `from:` a path");
    if (before && !before[0])
        return yaml_err(file, yaml_get(yaml, "before"), err, "a text is due here");
    rule->before = mem_text(before);
    if (!after)
        return true;
    rule->after = texts_read(file, after, RULE_CUTS, err);
    for (size_t i = 0; rule->after && rule->after[i]; i++)
        if (!rule->after[i][0])
            return yaml_err(file, after, err, "a text is due here");
    return rule->after;
}

/* reason and since: of an axis alone. */
static bool
read_evidence(const char *file, const struct yaml *yaml, enum target target,
    struct rule *rule, struct err *err)
{
    const struct yaml *reason = yaml_get(yaml, "reason");
    const struct yaml *since = yaml_get(yaml, "since");

    if ((reason || since) && target_kind(target) != KIND_AXIS)
        return yaml_err(file, reason ? reason : since, err,
            "only connectivity, health and sync have a reason and since when");
    if (reason && yaml_is_path(reason)) {
        rule->reason_from = path_read(file, reason, err);
        if (!rule->reason_from)
            return false;
    } else if (reason && reason->kind != YAML_SCALAR)
        return yaml_err(file, reason, err, "a text or a path is due here");
    else if (reason)
        rule->reason = mem_text(reason->text);
    if (!since)
        return true;
    if (since->kind == YAML_SCALAR && strcmp(since->text, "observed") == 0) {
        rule->since_observed = true;
        return true;
    }
    rule->since_from = path_read(file, since, err);
    return rule->since_from;
}

static bool
read_rule(const struct rule_reader *reader, const struct yaml *yaml, enum target target,
    struct rule *rule, struct err *err)
{
    static const char *const keys[] = { "when", "value", "from", "sum", "before", "after",
        "map", "reason", "since", NULL };

    if (yaml->kind == YAML_SCALAR && yaml_is_path(yaml))
        return read_paths(reader->file, yaml, rule, err);
    if (yaml->kind == YAML_SCALAR) {
        rule->value = mem_text(yaml->text);
        return check_constant(reader->file, yaml, target, yaml->text, err);
    }
    return yaml_known(reader->file, yaml, keys, err) &&
           read_whens(reader, yaml, rule, err) &&
           read_yield(reader->file, yaml, target, rule, err) &&
           read_helpers(reader->file, yaml, target, rule, err) &&
           read_evidence(reader->file, yaml, target, rule, err);
}

static bool
read_target(
    const char *file, const struct yaml *at, struct field_rules *field, struct err *err)
{
    const char *near;

    if (strncmp(at->key, "tag.", 4) == 0 && at->key[4]) {
        field->target = TARGET_TAG;
        field->tag = mem_text(at->key + 4);
        return true;
    }
    for (size_t i = 0; i < TARGETS; i++)
        if (i != TARGET_TAG && strcmp(at->key, target_names[i]) == 0) {
            field->target = (enum target)i;
            return true;
        }
    near = str_nearest(str_from(at->key), target_names, TARGETS);
    err_set(err, ERR_INPUT, "%s:%d:%d: no field is called '%s'%s%s%s", file, at->key_line,
        at->key_column, at->key, near ? ": did you mean '" : "", near ? near : "",
        near ? "'?" : "; docs/dialects.md lists them");
    return false;
}

static bool
read_field(const struct rule_reader *reader, const struct yaml *yaml,
    struct field_rules *field, struct err *err)
{
    const struct yaml *at = yaml->kind == YAML_LIST ? yaml->first : yaml;

    if (!read_target(reader->file, yaml, field, err))
        return false;
    if (!at)
        return yaml_err(reader->file, yaml, err, "a rule is due here");
    field->rules = mem_zero(RULES, sizeof(*field->rules));
    for (; at; at = yaml->kind == YAML_LIST ? at->next : NULL) {
        if (field->count == RULES)
            return yaml_err(reader->file, at, err, "a field has at most %d rules", RULES);
        field->count++;
        if (!read_rule(reader, at, field->target, &field->rules[field->count - 1], err))
            return false;
    }
    field->rules = mem_resize(field->rules, field->count, sizeof(*field->rules));
    return true;
}

bool
fields_read(const struct rule_reader *reader, const struct yaml *yaml,
    struct field_rules **fields, uint32_t *count, struct err *err)
{
    *fields = NULL;
    *count = 0;
    if (!yaml)
        return true;
    if (yaml->kind != YAML_MAP)
        return yaml_err(
            reader->file, yaml, err, "fields are due as a map of field to rules");
    *fields = mem_zero(FIELDS, sizeof(**fields));
    for (const struct yaml *at = yaml->first; at; at = at->next) {
        if (*count == FIELDS) {
            yaml_err(reader->file, at, err, "more than %d fields", FIELDS);
            goto fail;
        }
        ++*count;
        if (!read_field(reader, at, &(*fields)[*count - 1], err))
            goto fail;
    }
    return true;
fail:
    fields_free(*fields, *count);
    *fields = NULL;
    *count = 0;
    return false;
}

static void
rule_outline(const struct rule *rule, struct outline *outline)
{
    for (uint32_t i = 0; i < rule->path_count; i++)
        path_outline(rule->paths[i], outline);
    for (uint32_t i = 0; i < rule->when_count; i++)
        when_outline(&rule->whens[i], outline);
    if (rule->reason_from)
        path_outline(rule->reason_from, outline);
    if (rule->since_from)
        path_outline(rule->since_from, outline);
}

void
fields_outline(const struct field_rules *fields, uint32_t count, struct outline *outline)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < fields[i].count; k++)
            rule_outline(&fields[i].rules[k], outline);
}
