/* column -- see column.h. */
#include "cli/column.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "fleet/version.h"

bool
column_init(
    struct column *column, struct str name, const struct visit *visit, struct err *err)
{
    const struct fleet *fleet = client_fleet(visit->client);
    bool tag = str_starts(name, "tag.");
    char *near;

    *column = (struct column){ .name = mem_text_length(name.at, name.length) };
    column->field = tag ? NULL : field_find(name);
    column->tag = column->name + (tag ? 4 : 0);
    if (column->field || fleet->count == 0 || fleet_has_tag(fleet, str_from(column->tag)))
        return true;
    near = visit_nearest(visit, column->tag);
    err_set(err, ERR_USAGE, "no field '%.64s', and no cluster has such a tag%s%s%s",
        column->name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(near);
    return false;
}

void
column_release(struct column *column)
{
    free(column->name);
    *column = (struct column){ 0 };
}

/* False: it has none. */
static bool
tag_get(const struct column *column, const struct fleet *fleet,
    const struct cluster *cluster, struct str *value)
{
    uint32_t key = intern_find(fleet->intern, str_from(column->tag));
    const struct tag *tag = key ? cluster_tag(cluster, key) : NULL;

    *value = tag ? intern_str(fleet->intern, tag->value) : (struct str){ 0 };
    return tag != NULL;
}

static void
print_exact(const struct field *field, const struct fleet *fleet,
    const struct cluster *cluster, struct buf *out)
{
    struct field_value value = field_get(field, fleet, cluster);

    if (!value.known)
        return;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_ENUM:
        buf_add_str(out, value.text);
        break;
    case FIELD_NUMBER:
        if (value.number == floor(value.number))
            buf_print(out, "%.0f", value.number);
        else
            buf_print(out, "%.5f", value.number);
        break;
    case FIELD_AGE:
        clock_print_rfc3339(out, value.since_ms);
        break;
    case FIELD_LIST:
        field_print(field, fleet, cluster, 0, out);
        break;
    }
}

void
column_print(const struct column *column, const struct visit *visit,
    const struct cluster *cluster, bool exact, struct buf *out)
{
    const struct fleet *fleet = client_fleet(visit->client);
    struct str value;

    if (column->field && exact)
        print_exact(column->field, fleet, cluster, out);
    else if (column->field)
        field_print(column->field, fleet, cluster, client_hub_ms(visit->client), out);
    else if (tag_get(column, fleet, cluster, &value) && exact)
        buf_add_str(out, value);
    else
        text_safe(out, value);
}

int
column_order(const struct column *column, const struct fleet *fleet,
    const struct cluster *a, const struct cluster *b)
{
    struct str x, y;
    bool has_x, has_y;
    int order;

    if (column->field)
        return field_order(column->field, fleet, a, b);
    has_x = tag_get(column, fleet, a, &x);
    has_y = tag_get(column, fleet, b, &y);
    if (has_x != has_y)
        return has_x ? -1 : 1;
    order = version_order(x, y);
    if (order)
        return order;
    return str_natural(cluster_id(a, fleet->intern), cluster_id(b, fleet->intern));
}
