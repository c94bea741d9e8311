/* mapping -- walks a dialect's rules over one object. */
#include "hub/source/mapping.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "hub/source/excerpt.h"
#include "hub/source/quantity.h"

static bool
set_axis(struct excerpt *excerpt, enum axis axis)
{
    struct fact_axis *fact = &excerpt->mapping->fact.axes[axis];
    const json_t *condition;
    struct str text;

    if (!excerpt_text(excerpt, &text) || !axis_value_named(axis, text, &fact->value))
        return false;
    condition = excerpt_evidence(excerpt);
    fact->known = true;
    excerpt_reason(excerpt, condition, axis);
    fact->since_ms = excerpt_since(excerpt, condition);
    return true;
}

static int16_t
count_of(double number)
{
    return number < 0 ? UNKNOWN_COUNT : (int16_t)fmin(number, INT16_MAX);
}

static bool
set_number(struct excerpt *excerpt, enum target target)
{
    struct fact *fact = &excerpt->mapping->fact;
    double number;

    if (!excerpt_number(excerpt, &number))
        return false;
    if (target == TARGET_NODES_READY)
        fact->nodes_ready = count_of(number);
    else if (target == TARGET_NODES_TOTAL)
        fact->nodes_total = count_of(number);
    else if (target == TARGET_GPUS)
        fact->gpus = count_of(number);
    else if (target == TARGET_LATITUDE)
        fact->latitude = fabs(number) <= 90 ? (float)number : NAN;
    else if (target == TARGET_LONGITUDE)
        fact->longitude = fabs(number) <= 180 ? (float)number : NAN;
    else
        fact->misses = count_of(number);
    return true;
}

/* One tag; it takes the place of a label of the same key. */
static void
set_tag(struct fact *fact, struct str key, struct str value)
{
    uint32_t at = 0;

    if (key.length == 0 || key.length > CLUSTER_TAG_BYTES ||
        value.length > CLUSTER_TAG_BYTES) {
        fact->tags_dropped++;
        return;
    }
    while (at < fact->tag_count && !str_same(fact->tags[at].key, key))
        at++;
    if (at == CLUSTER_TAGS) {
        fact->tags_dropped++;
        return;
    }
    fact->tags[at] = (struct fact_tag){ key, value };
    if (at == fact->tag_count)
        fact->tag_count++;
}

static bool
set_text(struct excerpt *excerpt, const struct field_rules *field)
{
    struct fact *fact = &excerpt->mapping->fact;
    enum target target = field->target;
    struct str text;

    if (!excerpt_text(excerpt, &text))
        return false;
    if (target < TARGET_ACTUAL)
        fact->versions[target - TARGET_DESIRED].desired = text;
    else if (target < TARGET_GPU_MODEL)
        fact->versions[target - TARGET_ACTUAL].actual = text;
    else if (target == TARGET_GPU_MODEL)
        fact->gpu_model = text;
    else if (target == TARGET_TIMEZONE)
        fact->timezone = text;
    else if (target == TARGET_PLACE)
        fact->place = text;
    else
        set_tag(fact, str_from(field->tag), text);
    return true;
}

static bool
set_time(struct excerpt *excerpt, enum target target)
{
    struct fact *fact = &excerpt->mapping->fact;
    int64_t time_ms = excerpt_time(excerpt);

    if (!time_ms)
        return false;
    if (target == TARGET_HEARTBEAT)
        fact->heartbeat_ms = time_ms;
    else if (target == TARGET_PENDING_SINCE)
        fact->pending_since_ms = time_ms;
    else
        fact->upstream_ms = time_ms;
    return true;
}

static bool
set_field(struct excerpt *excerpt, const struct field_rules *field)
{
    struct str text;

    switch (target_kind(field->target)) {
    case KIND_AXIS:
        return set_axis(excerpt, (enum axis)field->target);
    case KIND_TEXT:
        return set_text(excerpt, field);
    case KIND_NUMBER:
        return set_number(excerpt, field->target);
    case KIND_DURATION:
        return excerpt_text(excerpt, &text) &&
               duration_parse(text, &excerpt->mapping->fact.promise_ms);
    case KIND_TIME:
        return set_time(excerpt, field->target);
    }
    return false;
}

static void
map_field(struct mapping *mapping, const struct field_rules *field, const json_t *object)
{
    for (uint32_t i = 0; i < field->count; i++) {
        struct excerpt excerpt = { mapping, object, &field->rules[i], { 0 } };

        if (excerpt_holds(&excerpt) && set_field(&excerpt, field))
            return;
    }
}

/* Is the name one of the list? A trailing * is any rest. */
static bool
name_listed(char **names, struct str name)
{
    for (size_t i = 0; names[i]; i++) {
        size_t length = strlen(names[i]);

        if (length && names[i][length - 1] == '*') {
            if (name.length >= length - 1 && memcmp(name.at, names[i], length - 1) == 0)
                return true;
        } else if (str_is(name, names[i]))
            return true;
    }
    return false;
}

struct pair_target {
    struct mapping *mapping;
    const struct pairs *pairs;
    bool claims;
};

static void
add_pair(const struct pair_target *to, struct str name, const json_t *value)
{
    const struct pairs *pairs = to->pairs;
    struct fact *fact = &to->mapping->fact;
    struct str text;

    if ((pairs->only && !name_listed(pairs->only, name)) ||
        (pairs->without && name_listed(pairs->without, name)))
        return;
    if (!excerpt_keep(to->mapping, value, &text))
        return;
    if (pairs->strip && str_starts(name, pairs->strip)) {
        name.at += strlen(pairs->strip);
        name.length -= strlen(pairs->strip);
    }
    if (!to->claims)
        set_tag(fact, name, text);
    else if (fact->claim_count < CLUSTER_TAGS)
        fact->claims[fact->claim_count++] = (struct fact_tag){ name, text };
}

static void
map_pairs(const struct pair_target *to, const json_t *object)
{
    const json_t *from = path_first(to->pairs->from, object);
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)from, key, value) add_pair(to, str_from(key), value);
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *pair = json_array_get(from, i);
        const json_t *name = json_object_get(pair, "name");

        value = json_object_get(pair, "value");
        if (value && json_is_string(name))
            add_pair(to, str_from(json_string_value(name)), value);
    }
}

/* A metadata member as a name: empty if absent. */
static bool
read_name(const json_t *object, const char *member, struct str *name, struct err *err)
{
    const json_t *value = json_object_get(json_object_get(object, "metadata"), member);

    *name = (struct str){ json_string_value(value), json_string_length(value) };
    if (name->length > MAPPING_NAME_BYTES) {
        err_set(err, ERR_INPUT, "a %s of %zu bytes, over %d", member, name->length,
            MAPPING_NAME_BYTES);
        return false;
    }
    if (text_has_control(*name)) {
        err_set(err, ERR_INPUT, "a %s with a control character in it", member);
        return false;
    }
    return true;
}

bool
mapping_name(struct mapping *mapping, const struct dialect_resource *resource,
    const json_t *object, struct str *name, struct err *err)
{
    struct str space, own;
    int length;

    if (!read_name(object, "name", &own, err) ||
        !read_name(object, "namespace", &space, err))
        return false;
    if (!own.length) {
        err_set(err, ERR_INPUT, "an object without a name");
        return false;
    }
    if (!resource->namespaced_key)
        space.length = 0;
    length = snprintf(mapping->object, sizeof(mapping->object), "%.*s%s%.*s",
        STR_ARG(space), space.length ? "/" : "", STR_ARG(own));
    *name = (struct str){ mapping->object, (size_t)length };
    return true;
}

/* All but the arrays, whose counts are enough. */
static void
fact_clear(struct fact *fact)
{
    size_t tags = offsetof(struct fact, tags), behind = offsetof(struct fact, tag_count);
    size_t claims = offsetof(struct fact, claims),
           rest = offsetof(struct fact, claim_count);

    memset(fact, 0, tags);
    memset((char *)fact + behind, 0, claims - behind);
    memset((char *)fact + rest, 0, sizeof(*fact) - rest);
    fact->nodes_ready = fact->nodes_total = fact->gpus = UNKNOWN_COUNT;
    fact->latitude = fact->longitude = NAN;
}

static void
map_join(struct mapping *mapping, const struct dialect_resource *resource,
    const json_t *object)
{
    struct fact *fact = &mapping->fact;
    const json_t *from;

    fact->join = resource->join;
    fact->join_key = str_from(resource->join_key);
    from = path_first(resource->join_from, object);
    if (!from || !excerpt_keep(mapping, from, &fact->join_value))
        fact->join_value = (struct str){ 0 };
}

static void
finish(struct fact *fact)
{
    for (size_t i = 0; i < LAYERS; i++)
        fact->versions[i].known =
            fact->versions[i].desired.length || fact->versions[i].actual.length;
    fact->nodes_known =
        fact->nodes_total != UNKNOWN_COUNT && fact->nodes_ready != UNKNOWN_COUNT;
    fact->gpus_known = fact->gpus != UNKNOWN_COUNT;
    fact->location_known = !isnan(fact->latitude) && !isnan(fact->longitude);
}

bool
mapping_map(struct mapping *mapping, const struct dialect_resource *resource,
    uint32_t index, const json_t *object, struct err *err)
{
    struct fact *fact = &mapping->fact;

    fact_clear(fact);
    mapping->scratch_used = 0;
    fact->resource = index;
    fact->inventory = resource->inventory;
    if (!mapping_name(mapping, resource, object, &fact->object, err))
        return false;
    if (!resource->inventory)
        map_join(mapping, resource, object);
    for (uint32_t i = 0; i < resource->tag_pairs; i++)
        map_pairs(&(struct pair_target){ mapping, &resource->tags[i], false }, object);
    for (uint32_t i = 0; i < resource->claim_pairs; i++)
        map_pairs(&(struct pair_target){ mapping, &resource->claims[i], true }, object);
    for (uint32_t i = 0; i < resource->field_count; i++)
        map_field(mapping, &resource->fields[i], object);
    finish(fact);
    return true;
}

/* Of a list or a map that only some names are taken from, their pairs are read. */
static void
mark_pairs(const void *user, struct outline *end)
{
    const struct pairs *pairs = user;

    for (size_t i = 0; pairs->only[i]; i++) {
        struct str name = str_from(pairs->only[i]);
        bool prefix = name.length && name.at[name.length - 1] == '*';
        struct outline *element;

        name.length -= prefix;
        outline_whole(outline_member(end, name, prefix));
        element = outline_element(end, name);
        outline_whole(outline_member(element, STR("name"), false));
        outline_whole(outline_member(element, STR("value"), false));
    }
}

static void
pairs_outline(const struct pairs *pairs, uint32_t count, struct outline *outline)
{
    for (uint32_t i = 0; i < count; i++)
        if (pairs[i].only)
            path_outline_to(pairs[i].from, outline, mark_pairs, &pairs[i]);
        else
            path_outline(pairs[i].from, outline);
}

void
mapping_outline(const struct dialect_resource *resource, struct outline *outline)
{
    static const char *const name[] = { "metadata", "name", NULL };
    static const char *const namespace[] = { "metadata", "namespace", NULL };

    outline_names(outline, name);
    outline_names(outline, namespace);
    if (resource->join_from)
        path_outline(resource->join_from, outline);
    pairs_outline(resource->tags, resource->tag_pairs, outline);
    pairs_outline(resource->claims, resource->claim_pairs, outline);
    fields_outline(resource->fields, resource->field_count, outline);
}
