/* dimension -- fields and tags under one roof. */
#include "console/panel/dimension.h"

#include "fleet/scan.h"

#include <ctype.h>
#include <string.h>

static bool
name_is_sane(struct str name)
{
    if (name.length == 0 || name.length >= DIMENSION_BYTES)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.at[i];

        if (!isalnum(c) && !strchr("._-/", c))
            return false;
    }
    return true;
}

bool
dimension_parse(struct dimension *dimension, struct str name)
{
    struct str tag = { 0 };

    memset(dimension, 0, sizeof(*dimension));
    name = str_trim(name);
    if (!name_is_sane(name))
        return false;
    memcpy(dimension->name, name.at, name.length);
    dimension->field = field_find(name);
    if (dimension->field)
        return true;
    tag = name;
    if (str_starts(name, "tag."))
        tag = (struct str){ name.at + 4, name.length - 4 };
    if (tag.length == 0)
        return false;
    memcpy(dimension->tag, tag.at, tag.length);
    return true;
}

bool
dimension_is_none(const struct dimension *dimension)
{
    return dimension->name[0] == '\0';
}

bool
dimension_same(const struct dimension *a, const struct dimension *b)
{
    return a->field == b->field && strcmp(a->tag, b->tag) == 0;
}

bool
dimension_groups(const struct dimension *dimension)
{
    return !dimension->field || dimension->field->groups;
}

uint32_t
dimension_key(const struct dimension *dimension, const struct fleet *fleet)
{
    return dimension->tag[0] ? intern_find(fleet->intern, str_from(dimension->tag)) : 0;
}

bool
dimension_print(const struct dimension *dimension, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, struct buf *out)
{
    const struct tag *tag = NULL;
    struct field_value value;

    if (dimension->field) {
        value = field_get(dimension->field, fleet, cluster);
        if (!value.known)
            return false;
        field_print(dimension->field, fleet, cluster, now_ms, out);
        return true;
    }
    tag = cluster_tag(cluster, dimension_key(dimension, fleet));
    if (!tag)
        return false;
    buf_add_str(out, intern_str(fleet->intern, tag->value));
    return true;
}

void
dimension_term(
    const struct dimension *dimension, struct str value, bool known, struct buf *out)
{
    if (!known) {
        buf_print(out, "!%s", dimension->name);
        return;
    }
    buf_print(out, "%s=", dimension->name);
    scan_print_word(value, out);
}
