/* field -- the one table of what a cluster row has. */
#include "fleet/field.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "fleet/version.h"

#define NAMES 64 /* of the table, at most */

static const void *
member(const struct field *field, const struct cluster *cluster)
{
    return (const char *)cluster + field->offset;
}

static struct field_value
get_text(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    const uint32_t *number = member(field, cluster);

    return (struct field_value){ .known = *number != 0,
        .text = intern_str(fleet->intern, *number) };
}

static struct field_value
get_name(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    (void)field;
    return (
        struct field_value){ .known = true, .text = cluster_key(cluster, fleet->intern) };
}

static struct field_value
get_word(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    const uint8_t *value = member(field, cluster);

    (void)fleet;
    return (struct field_value){
        .known = true, .text = str_from(field->words[*value]), .number = *value
    };
}

static struct field_value
get_count(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    const int16_t *count = member(field, cluster);

    (void)fleet;
    return (struct field_value){ .known = *count >= 0, .number = *count };
}

static struct field_value
get_degrees(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    const float *degrees = member(field, cluster);

    (void)fleet;
    return (struct field_value){ .known = !isnan(*degrees), .number = (double)*degrees };
}

static struct field_value
get_age(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    const uint32_t *since_s = member(field, cluster);

    (void)fleet;
    return (struct field_value){ .known = *since_s != 0,
        .since_ms = (int64_t)*since_s * 1000 };
}

static struct field_value
get_seen(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    int64_t seen_ms = fleet_seen_ms(fleet, cluster);

    (void)field;
    return (struct field_value){ .known = seen_ms != 0, .since_ms = seen_ms };
}

static struct field_value
get_tags(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    (void)field;
    (void)fleet;
    return (struct field_value){ .known = cluster->tag_count != 0 };
}

static void
print_name(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    text_safe(out, fleet_display_name(fleet, cluster));
}

static void
print_tags(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    for (uint8_t i = 0; i < cluster->tag_count; i++) {
        if (i)
            buf_add_char(out, ',');
        text_safe(out, intern_str(fleet->intern, cluster->tags[i].key));
        buf_add_char(out, '=');
        text_safe(out, intern_str(fleet->intern, cluster->tags[i].value));
    }
}

static struct field_value
get_versions(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    struct field_value value = { 0 };

    (void)field;
    (void)fleet;
    for (int layer = 0; layer < LAYERS; layer++)
        value.known |=
            cluster->versions[layer].desired || cluster->versions[layer].actual;
    return value;
}

/* model 3.1→3.2: what runs, and what is wanted where that differs. */
static void
print_versions(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    const char *separator = "";

    for (int layer = 0; layer < LAYERS; layer++) {
        const struct versions *versions = &cluster->versions[layer];

        if (!versions->desired && !versions->actual)
            continue;
        buf_print(out, "%s%s ", separator, layer_name((enum layer)layer));
        text_safe(out,
            versions->actual ? intern_str(fleet->intern, versions->actual) : STR("-"));
        if (versions->desired && versions->desired != versions->actual) {
            buf_add_text(out, "→");
            text_safe(out, intern_str(fleet->intern, versions->desired));
        }
        separator = " ";
    }
}

static void
print_nodes(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    (void)fleet;
    if (cluster->nodes_ready >= 0)
        buf_print(out, "%d/%d", cluster->nodes_ready, cluster->nodes_total);
    else
        buf_print(out, "?/%d", cluster->nodes_total);
}

static struct field_value
get_location(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    (void)field;
    (void)fleet;
    return (struct field_value){ .known = !isnan(cluster->latitude) &&
                                          !isnan(cluster->longitude) };
}

/* Without printf's %f, whose decimal point is the locale's. */
static void
print_degrees(struct buf *out, double degrees)
{
    long hundredths = lround(degrees * 100);
    long size = hundredths < 0 ? -hundredths : hundredths;

    buf_print(out, "%s%ld.%02ld", hundredths < 0 ? "-" : "", size / 100, size % 100);
}

static void
print_location(const struct fleet *fleet, const struct cluster *cluster, struct buf *out)
{
    (void)fleet;
    print_degrees(out, (double)cluster->latitude);
    buf_add_char(out, ',');
    print_degrees(out, (double)cluster->longitude);
}

#define AT(member) offsetof(struct cluster, member)

/* clang-format off */
#define TEXT_FIELD(n, t, w, at, h)  { .name = n, .title = t, .kind = FIELD_TEXT, .width = w, .help = h, .offset = AT(at), .get = get_text }
#define GROUP_FIELD(n, t, w, at, h) { .name = n, .title = t, .kind = FIELD_TEXT, .width = w, .help = h, .offset = AT(at), .get = get_text, .groups = true, .colours = true }
#define WORD_FIELD(n, t, w, at, list, h) { .name = n, .title = t, .kind = FIELD_ENUM, .width = w, .help = h, .offset = AT(at), .get = get_word, .words = list, .always = true, .groups = true, .colours = true }
#define AGE_FIELD(n, t, at, h)      { .name = n, .title = t, .kind = FIELD_AGE, .unit = UNIT_DURATION, .width = 5, .help = h, .offset = AT(at), .get = get_age }
#define COUNT_FIELD(n, t, at, h)    { .name = n, .title = t, .kind = FIELD_NUMBER, .unit = UNIT_COUNT, .width = 6, .help = h, .offset = AT(at), .get = get_count, .groups = true, .colours = true }
#define LAYER_FIELDS(word, number) \
    GROUP_FIELD("version." word, word, 12, versions[number].actual, "version of the " word " layer that runs"), \
    GROUP_FIELD("version." word ".desired", word " wanted", 12, versions[number].desired, "version of the " word " layer that is wanted")
#define AXIS_FIELDS(word, number, list, h) \
    WORD_FIELD(word, word, 13, axes[number].value, list, h), \
    TEXT_FIELD(word ".reason", word " reason", 28, axes[number].reason, "why " word " has its value"), \
    AGE_FIELD(word ".since", word " since", axes[number].since_s, "how long " word " has had its value")

const struct field fields[] = {
    { .name = "id", .title = "id", .kind = FIELD_TEXT, .always = true, .width = 24, .help = "SOURCE:KEY, unique in the fleet",
      .offset = AT(id), .get = get_text },
    { .name = "name", .title = "name", .kind = FIELD_TEXT, .always = true, .width = 20, .help = "what the upstream calls it",
      .get = get_name, .print = print_name },
    { .name = "source", .title = "source", .kind = FIELD_TEXT, .always = true, .groups = true, .colours = true, .width = 12,
      .help = "the source whose inventory it is in", .offset = AT(source), .get = get_text },
    { .name = "tags", .title = "tags", .kind = FIELD_LIST, .width = 40, .help = "key=value, as the upstream has them",
      .get = get_tags, .print = print_tags },
    WORD_FIELD("state", "state", 11, state, state_words, "what it all comes to, in one word"),
    WORD_FIELD("beneath", "beneath", 11, beneath, state_words, "the state that maintenance covers"),
    TEXT_FIELD("reason", "reason", 28, reason, "why it is in its state"),
    AGE_FIELD("since", "since", since_s, "how long it has been in its state"),
    { .name = "seen", .title = "seen", .kind = FIELD_AGE, .unit = UNIT_DURATION, .colours = true, .width = 5,
      .help = "how long since it was last heard of", .get = get_seen },
    AXIS_FIELDS("connectivity", AXIS_CONNECTIVITY, connectivity_words, "whether it is heard from"),
    AXIS_FIELDS("health", AXIS_HEALTH, health_words, "what was last observed of its health"),
    AXIS_FIELDS("sync", AXIS_SYNC, sync_words, "whether it runs what it should"),
    TEXT_FIELD("maintenance", "maintenance", 14, maintenance, "the open window that covers it"),
    { .name = "versions", .title = "versions", .kind = FIELD_LIST, .width = 30, .help = "what runs on each layer, and what is wanted",
      .get = get_versions, .print = print_versions },
    LAYER_FIELDS("os", LAYER_OS),
    LAYER_FIELDS("kubernetes", LAYER_KUBERNETES),
    LAYER_FIELDS("addons", LAYER_ADDONS),
    LAYER_FIELDS("app", LAYER_APP),
    LAYER_FIELDS("model", LAYER_MODEL),
    { .name = "nodes", .title = "nodes", .kind = FIELD_NUMBER, .unit = UNIT_COUNT, .groups = true, .width = 6,
      .help = "how many nodes it has; shown as ready/total", .offset = AT(nodes_total), .get = get_count, .print = print_nodes },
    COUNT_FIELD("nodes.ready", "ready", nodes_ready, "how many nodes are ready"),
    COUNT_FIELD("nodes.total", "total", nodes_total, "how many nodes it has"),
    COUNT_FIELD("gpus", "gpus", gpus, "how many GPUs it has"),
    GROUP_FIELD("gpu.model", "gpu", 10, gpu_model, "the GPUs' model"),
    { .name = "location", .title = "location", .kind = FIELD_LIST, .width = 14, .help = "latitude,longitude",
      .get = get_location, .print = print_location },
    { .name = "latitude", .title = "latitude", .kind = FIELD_NUMBER, .unit = UNIT_DEGREES, .width = 8, .help = "degrees north",
      .offset = AT(latitude), .get = get_degrees },
    { .name = "longitude", .title = "longitude", .kind = FIELD_NUMBER, .unit = UNIT_DEGREES, .width = 8, .help = "degrees east",
      .offset = AT(longitude), .get = get_degrees },
    GROUP_FIELD("timezone", "timezone", 20, timezone, "IANA name of its time zone"),
    GROUP_FIELD("place", "place", 20, place, "what people call where it is"),
    { .name = NULL },
};
/* clang-format on */

const struct field *
field_find(struct str name)
{
    for (const struct field *field = fields; field->name; field++)
        if (str_is(name, field->name))
            return field;
    return NULL;
}

const char *
field_suggest(struct str name)
{
    const char *names[NAMES];
    size_t count = 0;

    for (; count < NAMES && fields[count].name; count++)
        names[count] = fields[count].name;
    return str_nearest(name, names, count);
}

struct field_value
field_get(
    const struct field *field, const struct fleet *fleet, const struct cluster *cluster)
{
    return field->get(field, fleet, cluster);
}

static void
print_number(const struct field *field, double number, struct buf *out)
{
    if (field->unit == UNIT_DEGREES)
        print_degrees(out, number);
    else
        buf_print(out, "%lld", (long long)number);
}

void
field_print(const struct field *field, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, struct buf *out)
{
    struct field_value value = field_get(field, fleet, cluster);
    char age[16];

    if (!value.known) {
        buf_add_char(out, '-');
        return;
    }
    if (field->print) {
        field->print(fleet, cluster, out);
        return;
    }
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_LIST:
        text_safe(out, value.text);
        break;
    case FIELD_NUMBER:
        print_number(field, value.number, out);
        break;
    case FIELD_AGE:
        clock_print_age(age, now_ms > value.since_ms ? now_ms - value.since_ms : 0);
        buf_add_text(out, age);
        break;
    }
}

static int
order_values(
    const struct field *field, const struct field_value *a, const struct field_value *b)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return version_order(a->text, b->text);
    case FIELD_NUMBER:
    case FIELD_ENUM:
        return (a->number > b->number) - (a->number < b->number);
    case FIELD_AGE: /* the younger first */
        return (a->since_ms < b->since_ms) - (a->since_ms > b->since_ms);
    case FIELD_LIST:
        break;
    }
    return 0;
}

int
field_order(const struct field *field, const struct fleet *fleet, const struct cluster *a,
    const struct cluster *b)
{
    struct field_value x = field_get(field, fleet, a);
    struct field_value y = field_get(field, fleet, b);
    int order;

    if (x.known != y.known)
        return x.known ? -1 : 1;
    order = x.known ? order_values(field, &x, &y) : 0;
    if (order)
        return order;
    return str_natural(cluster_id(a, fleet->intern), cluster_id(b, fleet->intern));
}
