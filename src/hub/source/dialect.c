/* dialect -- from a file to plain structs. */
#include "hub/source/dialect.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TEXT_BYTES 253 /* of a group, resource, namespace or name */

struct reader {
    const char *file;
    struct dialect *dialect;
    struct err *err;
};

static void
pairs_release(struct pairs *pairs)
{
    path_free(pairs->from);
    texts_free(pairs->only);
    texts_free(pairs->without);
    free(pairs->strip);
}

static void
resource_release(struct dialect_resource *resource)
{
    for (uint32_t i = 0; i < resource->tag_pairs; i++)
        pairs_release(&resource->tags[i]);
    for (uint32_t i = 0; i < resource->claim_pairs; i++)
        pairs_release(&resource->claims[i]);
    fields_free(resource->fields, resource->field_count);
    if (resource->lease) {
        free(resource->lease->namespace);
        free(resource->lease->name);
    }
    free(resource->lease);
    texts_free(resource->versions);
    path_free(resource->join_from);
    free(resource->group);
    free(resource->resource);
    free(resource->name);
    free(resource->join_key);
    free(resource->conditions);
}

void
dialect_free(struct dialect *dialect)
{
    if (!dialect)
        return;
    for (uint32_t i = 0; i < dialect->resource_count; i++)
        resource_release(&dialect->resources[i]);
    free(dialect->resources);
    free(dialect->name);
    free(dialect->help);
    free(dialect->file);
    free(dialect);
}

/* A DNS name: what groups and resources are called. */
static bool
is_dns_name(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > TEXT_BYTES)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) &&
            text[i] != '-' && text[i] != '.')
            return false;
    return true;
}

/* A member that must be there and be a DNS name; group alone may be "". */
static bool
read_name(struct reader *reader, const struct yaml *yaml, const char *key, bool empty,
    char **name)
{
    const char *text = NULL;

    if (!yaml_text(reader->file, yaml, key, &text, reader->err))
        return false;
    if (!text)
        return yaml_err(reader->file, yaml, reader->err, "`%s:` is missing", key);
    if (!(empty && !text[0]) && !is_dns_name(text))
        return yaml_err(reader->file, yaml_get(yaml, key), reader->err,
            "'%s' is no name of lower-case letters, digits, '-' and '.'", text);
    *name = mem_text(text);
    return true;
}

static bool
read_names(struct reader *reader, const struct yaml *yaml, const char *key, char ***names)
{
    const struct yaml *list = yaml_get(yaml, key);

    if (!list)
        return true;
    *names = texts_read(reader->file, list, DIALECT_NAMES, reader->err);
    return *names;
}

static bool
read_pair(struct reader *reader, const struct yaml *yaml, struct pairs *pairs)
{
    static const char *const keys[] = { "from", "only", "without", "strip", NULL };
    const struct yaml *from = yaml;
    const char *strip = NULL;

    if (yaml->kind == YAML_MAP) {
        if (!yaml_known(reader->file, yaml, keys, reader->err))
            return false;
        from = yaml_get(yaml, "from");
        if (!from)
            return yaml_err(reader->file, yaml, reader->err,
                "`from:` is missing: the path of a map, or of a list of name and value");
        if (!read_names(reader, yaml, "only", &pairs->only) ||
            !read_names(reader, yaml, "without", &pairs->without) ||
            !yaml_text(reader->file, yaml, "strip", &strip, reader->err))
            return false;
        pairs->strip = mem_text(strip);
    }
    pairs->from = path_read(reader->file, from, reader->err);
    return pairs->from;
}

/* tags: and claims:, one or a list of them. */
static bool
read_pairs(
    struct reader *reader, const struct yaml *yaml, struct pairs *pairs, uint32_t *count)
{
    const struct yaml *at = yaml && yaml->kind == YAML_LIST ? yaml->first : yaml;

    for (; at; at = yaml->kind == YAML_LIST ? at->next : NULL) {
        if (*count == DIALECT_PAIRS)
            return yaml_err(
                reader->file, at, reader->err, "more than %d places", DIALECT_PAIRS);
        ++*count;
        if (!read_pair(reader, at, &pairs[*count - 1]))
            return false;
    }
    return true;
}

static bool
read_kind(
    struct reader *reader, const struct yaml *yaml, struct dialect_resource *resource)
{
    const char *is = NULL, *key = NULL;

    if (!yaml_text(reader->file, yaml, "is", &is, reader->err) ||
        !yaml_text(reader->file, yaml, "key", &key, reader->err))
        return false;
    if (!is || (strcmp(is, "inventory") != 0 && strcmp(is, "facet") != 0))
        return yaml_err(reader->file, is ? yaml_get(yaml, "is") : yaml, reader->err,
            "`is:` must be inventory (each object is a cluster) or facet (it attaches to "
            "one)");
    resource->inventory = strcmp(is, "inventory") == 0;
    if (key && !resource->inventory)
        return yaml_err(reader->file, yaml_get(yaml, "key"), reader->err,
            "a facet has no key of its own, it has a `join:`");
    if (key && strcmp(key, "name") != 0 && strcmp(key, "namespace/name") != 0)
        return yaml_err(reader->file, yaml_get(yaml, "key"), reader->err,
            "`key:` is name or namespace/name");
    resource->namespaced_key = !resource->inventory || (key && strcmp(key, "name") != 0);
    return true;
}

static const struct {
    const char *word;
    enum fact_join join;
    bool named;
    const char *from;
} joins[] = {
    { "namespace", JOIN_NAMESPACE, false, ".metadata.namespace" },
    { "name", JOIN_NAME, false, ".metadata.name" },
    { "tag ", JOIN_TAG, true, ".metadata.name" },
    { "claim ", JOIN_CLAIM, true, ".metadata.name" },
};

static bool
find_join(struct reader *reader, const struct yaml *at, struct dialect_resource *resource,
    const char **from)
{
    for (size_t i = 0; at->text && i < sizeof(joins) / sizeof(joins[0]); i++) {
        struct str text = str_from(at->text);

        if (joins[i].named ? !str_starts(text, joins[i].word)
                           : !str_is(text, joins[i].word))
            continue;
        resource->join = joins[i].join;
        resource->join_key =
            mem_text(joins[i].named ? at->text + strlen(joins[i].word) : "");
        *from = joins[i].from;
        return !joins[i].named || resource->join_key[0] ||
               yaml_err(reader->file, at, reader->err, "the name is missing");
    }
    return yaml_err(reader->file, at, reader->err,
        "`join:` is one of: namespace, name, tag NAME, claim NAME");
}

static bool
read_join(
    struct reader *reader, const struct yaml *yaml, struct dialect_resource *resource)
{
    const struct yaml *join = yaml_get(yaml, "join");
    const struct yaml *join_from = yaml_get(yaml, "join-from");
    struct err why = { 0 };
    const char *from = "";
    size_t column;

    if (resource->inventory) {
        if (join || join_from)
            return yaml_err(reader->file, join ? join : join_from, reader->err,
                "an inventory joins nothing: it makes the clusters");
        resource->join_key = mem_text("");
        return true;
    }
    if (!join)
        return yaml_err(reader->file, yaml, reader->err,
            "`join:` is missing: namespace, name, tag NAME or claim NAME");
    if (!find_join(reader, join, resource, &from))
        return false;
    resource->join_from = join_from ? path_read(reader->file, join_from, reader->err)
                                    : path_parse(str_from(from), &column, &why);
    return resource->join_from;
}

static bool
read_lease(
    struct reader *reader, const struct yaml *yaml, struct dialect_resource *resource)
{
    static const char *const keys[] = { "namespace", "name", NULL };
    const struct yaml *lease = yaml_get(yaml, "lease");
    const char *namespace = NULL, *name = NULL;

    if (!lease)
        return true;
    if (!resource->inventory)
        return yaml_err(reader->file, lease, reader->err, "only an inventory has leases");
    if (!yaml_known(reader->file, lease, keys, reader->err) ||
        !yaml_text(reader->file, lease, "namespace", &namespace, reader->err) ||
        !yaml_text(reader->file, lease, "name", &name, reader->err))
        return false;
    if (!namespace || !name)
        return yaml_err(reader->file, lease, reader->err,
            "`namespace:` and `name:` are due; {key} stands for the cluster's key");
    resource->lease = mem_zero(1, sizeof(*resource->lease));
    resource->lease->namespace = mem_text(namespace);
    resource->lease->name = mem_text(name);
    return true;
}

static bool
read_fields(
    struct reader *reader, const struct yaml *yaml, struct dialect_resource *resource)
{
    const struct yaml *conditions = yaml_get(yaml, "conditions");
    struct rule_reader rules = { reader->file, NULL };
    struct path *path;

    resource->conditions = mem_text(".status.conditions");
    if (conditions) {
        path = path_read(reader->file, conditions, reader->err);
        if (!path)
            return false;
        path_free(path);
        free(resource->conditions);
        resource->conditions = mem_text(conditions->text);
    }
    rules.conditions = resource->conditions;
    return fields_read(&rules, yaml_get(yaml, "fields"), &resource->fields,
        &resource->field_count, reader->err);
}

static bool
read_resource(
    struct reader *reader, const struct yaml *yaml, struct dialect_resource *resource)
{
    static const char *const keys[] = { "group", "versions", "resource", "is", "key",
        "join", "join-from", "conditions", "tags", "claims", "lease", "fields", NULL };
    const struct yaml *versions;

    if (!yaml_known(reader->file, yaml, keys, reader->err) ||
        !read_name(reader, yaml, "group", true, &resource->group) ||
        !read_name(reader, yaml, "resource", false, &resource->resource))
        return false;
    versions = yaml_get(yaml, "versions");
    if (!versions)
        return yaml_err(reader->file, yaml, reader->err,
            "`versions:` is missing: those it is written for, the best first");
    resource->versions =
        texts_read(reader->file, versions, DIALECT_VERSIONS, reader->err);
    for (size_t i = 0; resource->versions && resource->versions[i]; i++)
        if (!is_dns_name(resource->versions[i]))
            return yaml_err(reader->file, versions, reader->err, "'%s' is no version",
                resource->versions[i]);
    resource->name = mem_print(
        "%s%s%s", resource->resource, resource->group[0] ? "." : "", resource->group);
    return resource->versions && read_kind(reader, yaml, resource) &&
           read_join(reader, yaml, resource) &&
           read_pairs(
               reader, yaml_get(yaml, "tags"), resource->tags, &resource->tag_pairs) &&
           read_pairs(reader, yaml_get(yaml, "claims"), resource->claims,
               &resource->claim_pairs) &&
           read_lease(reader, yaml, resource) && read_fields(reader, yaml, resource);
}

static bool
read_resources(struct reader *reader, const struct yaml *yaml)
{
    const struct yaml *list = yaml_get(yaml, "resources");
    struct dialect *dialect = reader->dialect;

    if (!list || list->kind != YAML_LIST || !list->first)
        return yaml_err(reader->file, list ? list : yaml, reader->err,
            "`resources:` is due: a list of what is read");
    dialect->resources = mem_zero(DIALECT_RESOURCES, sizeof(*dialect->resources));
    for (const struct yaml *at = list->first; at; at = at->next) {
        struct dialect_resource *resource = &dialect->resources[dialect->resource_count];

        if (dialect->resource_count == DIALECT_RESOURCES)
            return yaml_err(reader->file, at, reader->err, "more than %d resources",
                DIALECT_RESOURCES);
        dialect->resource_count++;
        resource->dialect = dialect;
        if (!read_resource(reader, at, resource))
            return false;
    }
    return true;
}

static bool
read_dialect(struct reader *reader, const struct yaml *yaml, const char *want)
{
    static const char *const keys[] = { "dialect", "help", "resources", NULL };
    struct dialect *dialect = reader->dialect;
    const char *help = "";

    if (!yaml_known(reader->file, yaml, keys, reader->err) ||
        !read_name(reader, yaml, "dialect", false, &dialect->name) ||
        !yaml_text(reader->file, yaml, "help", &help, reader->err))
        return false;
    if (strlen(dialect->name) > DIALECT_NAME_BYTES || strchr(dialect->name, '.'))
        return yaml_err(reader->file, yaml_get(yaml, "dialect"), reader->err,
            "a dialect's name has no dot and at most %d characters", DIALECT_NAME_BYTES);
    if (want && strcmp(want, dialect->name) != 0)
        return yaml_err(reader->file, yaml_get(yaml, "dialect"), reader->err,
            "it calls itself '%s', but its file is called '%s'", dialect->name, want);
    dialect->help = mem_text(help);
    return read_resources(reader, yaml);
}

struct dialect *
dialect_parse(const char *file, const char *name, struct str text, struct err *err)
{
    struct dialect *dialect = mem_zero(1, sizeof(*dialect));
    struct reader reader = { file, dialect, err };
    struct yaml *yaml = yaml_parse(file, text, err);
    bool ok = false;

    dialect->file = mem_text(file);
    if (!yaml || !read_dialect(&reader, yaml, name))
        goto out;
    ok = true;
out:
    yaml_release(yaml);
    if (ok)
        return dialect;
    dialect_free(dialect);
    return NULL;
}

static bool
same_field(const struct field_rules *a, const struct field_rules *b)
{
    return a->target == b->target && (!a->tag || strcmp(a->tag, b->tag) == 0);
}

/* Put the fields in the place of those of the same name; takes what they hold. */
static void
replace_fields(
    struct dialect_resource *resource, struct field_rules *fields, uint32_t count)
{
    uint32_t total = resource->field_count;

    resource->fields =
        mem_resize(resource->fields, (size_t)total + count, sizeof(*resource->fields));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = 0;

        while (k < resource->field_count && !same_field(&resource->fields[k], &fields[i]))
            k++;
        if (k == resource->field_count) {
            resource->fields[total++] = fields[i];
            continue;
        }
        struct field_rules *old = mem_zero(1, sizeof(*old));
        *old = resource->fields[k];
        fields_free(old, 1);
        resource->fields[k] = fields[i];
    }
    resource->field_count = total;
    free(fields);
}

bool
dialect_overlay(
    struct dialect *dialect, const char *file, const struct yaml *fields, struct err *err)
{
    struct field_rules *read[DIALECT_RESOURCES] = { 0 };
    uint32_t counts[DIALECT_RESOURCES] = { 0 };
    bool ok = true;

    for (uint32_t i = 0; i < dialect->resource_count && ok; i++) {
        struct rule_reader reader = { file, dialect->resources[i].conditions };

        if (dialect->resources[i].inventory)
            ok = fields_read(&reader, fields, &read[i], &counts[i], err);
    }
    for (uint32_t i = 0; i < dialect->resource_count; i++) {
        if (ok && read[i])
            replace_fields(&dialect->resources[i], read[i], counts[i]);
        else
            fields_free(read[i], counts[i]);
    }
    return ok;
}
