/* clusters -- `get clusters`: rows once, or as they change. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/column.h"
#include "cli/document.h"
#include "cli/get.h"
#include "net/process.h"
#include "wire/row.h"
#include "wire/stream.h"

#define REVIVE_MS 2000
#define READER_MS 1000 /* how often to look whether somebody still reads */

struct clusters {
    struct get get; /* first: the client's callbacks get it */
    struct column columns[GRID_COLUMNS];
    size_t column_count;
    struct column sort;
    bool reverse;
    uint32_t *slots; /* the rows, in order */
    size_t slot_count;
    struct grid grid;
    bool *found; /* by name of the command line */
    /* -w: */
    bool watching, marked, stop, lost, unread;
    struct map shown; /* ids that were printed and not said to have left or gone */
    uint8_t *dirty;   /* by slot */
    size_t dirty_capacity;
    struct buf gone;    /* ids, each ended by a newline */
    struct timer *flip; /* when the selector's answer may change by time alone */
    bool flipped;
    int64_t revive_ms;
};

/* clang-format off */
static const char *const table_columns[] = { "name", "state", "since", "seen", "nodes", "reason", NULL };
static const char *const wide_columns[] = { "name", "source", "state", "since", "connectivity", "health", "sync",
    "maintenance", "seen", "nodes", "gpus", "gpu.model", "versions", "place", "tags", "reason", NULL };
/* Put together from other fields. */
static const char *const composed[] = { "nodes", "location", "versions", NULL };
/* clang-format on */

static bool
add_column(struct clusters *clusters, struct str name, struct err *err)
{
    bool csv = clusters->get.format == FORMAT_CSV;
    struct column *column = &clusters->columns[clusters->column_count];
    const struct field *field;

    if (clusters->column_count == GRID_COLUMNS) {
        err_set(err, ERR_USAGE, "--columns: more than %d", GRID_COLUMNS);
        return false;
    }
    clusters->column_count++;
    if (!column_init(column, name, &clusters->get.visit, err)) {
        err_wrap(err, "--columns");
        return false;
    }
    field = column->field;
    grid_column(&clusters->grid, csv || !field ? column->name : field->title,
        !csv && field && (field->kind == FIELD_NUMBER || field->kind == FIELD_AGE));
    return true;
}

static bool
choose_columns(struct clusters *clusters, struct err *err)
{
    const char *asked = invocation_value(clusters->get.invocation, "columns");
    const char *const *names =
        clusters->get.format == FORMAT_WIDE ? wide_columns : table_columns;
    struct str rest = str_from(asked), name;
    bool ok = true;

    clusters->grid.titled = invocation_has(clusters->get.invocation, "no-headers");
    if (asked) {
        while (ok && str_split(&rest, ',', &name))
            ok = add_column(clusters, str_trim(name), err);
        return ok;
    }
    if (clusters->get.format != FORMAT_CSV) {
        for (; ok && *names; names++)
            ok = add_column(clusters, str_from(*names), err);
        return ok;
    }
    for (const struct field *field = fields; ok && field->name; field++)
        if (!str_among(field->name, composed))
            ok = add_column(clusters, str_from(field->name), err);
    return ok;
}

static bool
choose_sort(struct clusters *clusters, struct err *err)
{
    const char *name = invocation_value(clusters->get.invocation, "sort-by");

    clusters->reverse = name && name[0] == '-';
    if (clusters->reverse)
        name++;
    if (name && strcmp(name, "worst") == 0)
        name = "state"; /* whose words are in that order */
    if (column_init(
            &clusters->sort, str_from(name ? name : "name"), &clusters->get.visit, err))
        return true;
    err_wrap(err, "--sort-by");
    return false;
}

/* --- which rows
 * --------------------------------------------------------------------------- */

static bool
is_named(
    struct clusters *clusters, const struct fleet *fleet, const struct cluster *cluster)
{
    struct str id = cluster_id(cluster, fleet->intern);
    struct str key = cluster_key(cluster, fleet->intern);
    bool named = clusters->get.name_count == 0;

    for (size_t i = 0; i < clusters->get.name_count; i++) {
        if (str_is(id, clusters->get.names[i]) || str_is(key, clusters->get.names[i])) {
            clusters->found[i] = true;
            named = true;
        }
    }
    return named;
}

static bool
is_selected(struct clusters *clusters, const struct cluster *cluster, int64_t *flip_ms)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);

    return is_named(clusters, fleet, cluster) &&
           selector_match(clusters->get.selector, fleet, cluster,
               client_hub_ms(clusters->get.visit.client), flip_ms);
}

static int
compare_slots(const void *a, const void *b, void *user)
{
    const struct clusters *clusters = user;
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);
    int order = column_order(&clusters->sort, fleet,
        fleet_at(fleet, *(const uint32_t *)a), fleet_at(fleet, *(const uint32_t *)b));

    return clusters->reverse ? -order : order;
}

static void
select_rows(struct clusters *clusters)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);

    clusters->slots = mem_resize(clusters->slots, fleet->count + 1, sizeof(uint32_t));
    clusters->slot_count = 0;
    selector_bind(clusters->get.selector, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && is_selected(clusters, cluster, NULL))
            clusters->slots[clusters->slot_count++] = slot;
    }
    qsort_r(
        clusters->slots, clusters->slot_count, sizeof(uint32_t), compare_slots, clusters);
}

/* --- printing
 * ------------------------------------------------------------------------------ */

static void
add_row(struct clusters *clusters, const struct cluster *cluster)
{
    bool exact = clusters->get.format == FORMAT_CSV;
    struct buf cell = { 0 };

    for (size_t i = 0; i < clusters->column_count; i++) {
        buf_clear(&cell);
        column_print(&clusters->columns[i], &clusters->get.visit, cluster, exact, &cell);
        grid_add(&clusters->grid, buf_str(&cell));
    }
    buf_release(&cell);
}

/* A row that is in no grid: its name, its JSON line, its YAML item. */
static bool
print_line(const struct clusters *clusters, const struct cluster *cluster,
    struct buf *out, struct err *err)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);
    struct cluster seen = *cluster; /* while it is up: when its source was heard of */
    struct buf row = { 0 };
    bool ok = true;

    if (clusters->get.format == FORMAT_NAME) {
        buf_add_str(out, fleet_display_name(fleet, cluster));
        buf_add_char(out, '\n');
        return true;
    }
    seen.seen_s = (uint32_t)(fleet_seen_ms(fleet, cluster) / 1000);
    row_print(fleet, &seen, &row);
    if (clusters->get.format == FORMAT_YAML)
        ok = document_print_yaml(buf_str(&row), 2, true, out, err);
    else
        buf_add_str(out, buf_str(&row));
    if (clusters->get.format == FORMAT_NDJSON)
        buf_add_char(out, '\n');
    buf_release(&row);
    return ok;
}

static bool
has_grid(const struct clusters *clusters)
{
    enum format format = clusters->get.format;

    return format == FORMAT_TABLE || format == FORMAT_WIDE || format == FORMAT_CSV;
}

/* What stands before the rows of a document: as of when, and whether it is real. */
static void
print_head(const struct clusters *clusters, struct buf *out)
{
    const struct client *client = clusters->get.visit.client;
    const struct hello *hello = client_hello(client);
    const char *simulated = hello && hello->simulated ? "true" : "false";

    if (clusters->get.format == FORMAT_JSON) {
        buf_add_text(out, "{\"time\":");
        json_add_time(out, client_hub_ms(client));
        buf_print(out, ",\"simulated\":%s,\"clusters\":[", simulated);
    } else if (clusters->get.format == FORMAT_YAML) {
        buf_add_text(out, "time: ");
        json_add_time(out, client_hub_ms(client));
        buf_print(out, "\nsimulated: %s\nclusters:\n", simulated);
    }
}

static bool
print_rows(struct clusters *clusters, struct err *err)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);
    bool json = clusters->get.format == FORMAT_JSON, ok = true;
    bool yaml = clusters->get.format == FORMAT_YAML;
    struct buf out = { 0 };

    print_head(clusters, &out);
    for (size_t i = 0; i < clusters->slot_count && ok; i++) {
        const struct cluster *cluster = fleet_at(fleet, clusters->slots[i]);

        if (json)
            buf_add_text(&out, i > 0 ? ",\n" : "\n");
        if (has_grid(clusters))
            add_row(clusters, cluster);
        else
            ok = print_line(clusters, cluster, &out, err);
    }
    if (json)
        buf_add_text(&out, "\n]}\n");
    if (yaml && clusters->slot_count == 0)
        buf_add_text(&out, "  []\n");
    if (ok && has_grid(clusters))
        ok = get_print_grid(&clusters->get, &clusters->grid, err);
    else if (ok)
        ok = output(&out, err);
    grid_clear(&clusters->grid);
    buf_release(&out);
    return ok;
}

/* --- watching
 * ------------------------------------------------------------------------------- */

static void
cluster_changed(void *user, uint32_t slot, bool added)
{
    struct clusters *clusters = user;
    size_t before = clusters->dirty_capacity;

    (void)added;
    if (!clusters->watching)
        return;
    clusters->dirty =
        mem_grow(clusters->dirty, &clusters->dirty_capacity, (size_t)slot + 1, 1);
    memset(clusters->dirty + before, 0, clusters->dirty_capacity - before);
    clusters->dirty[slot] = 1;
}

static void
cluster_gone(void *user, uint32_t slot)
{
    struct clusters *clusters = user;
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);

    if (!clusters->watching)
        return;
    if (slot < clusters->dirty_capacity)
        clusters->dirty[slot] = 0;
    buf_add_str(&clusters->gone, cluster_id(fleet_at(fleet, slot), fleet->intern));
    buf_add_char(&clusters->gone, '\n');
}

static void
tell_link(struct clusters *clusters)
{
    struct link link = client_link(clusters->get.visit.client);

    if (link.phase == LINK_STALE && !clusters->lost) {
        notice("link lost: %s; what follows comes when it is back", link.fault.text);
        clusters->lost = true;
        clusters->revive_ms = loop_monotonic_ms(clusters->get.visit.loop) + REVIVE_MS;
    } else if (link.phase == LINK_LIVE && clusters->lost) {
        notice("link is back");
        clusters->lost = false;
    }
}

static void
changed(void *user, unsigned what)
{
    struct clusters *clusters = user;

    if (!clusters->watching)
        return;
    if (what & CLIENT_LINK)
        tell_link(clusters);
    if (what & CLIENT_MARK)
        clusters->marked = true;
}

static void
flipped(void *user)
{
    struct clusters *clusters = user;

    clusters->flipped = true;
}

static void
interrupted(void *user, int signal)
{
    struct clusters *clusters = user;

    (void)signal;
    clusters->stop = true;
}

/* A pipe whose reader has gone says so without a word to write. */
static void
look_for_reader(void *user)
{
    struct clusters *clusters = user;

    clusters->unread = process_is_unread(STDOUT_FILENO);
}

/* It was shown, and is not any more: it has `left` the selection, or is `gone` from the
 * fleet. */
static void
print_absence(struct clusters *clusters, struct str id, const char *word, struct buf *out)
{
    if (!map_remove(&clusters->shown, id))
        return;
    if (clusters->get.format == FORMAT_NDJSON) {
        buf_add_text(out, "{\"id\":");
        buf_add_json(out, id);
        buf_print(out, ",\"%s\":true}\n", word);
    }
    for (size_t i = 0; has_grid(clusters) && i < clusters->column_count; i++) {
        const char *name = clusters->columns[i].name;
        struct str cell = { 0 };

        if (strcmp(name, "name") == 0 || strcmp(name, "id") == 0)
            cell = id;
        else if (strcmp(name, "state") == 0)
            cell = str_from(word);
        grid_add(&clusters->grid, cell);
    }
}

static bool
print_change(struct clusters *clusters, uint32_t slot, int64_t *flip_ms, struct buf *out,
    struct err *err)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);
    const struct cluster *cluster = fleet_at(fleet, slot);
    bool dirty = slot < clusters->dirty_capacity && clusters->dirty[slot];
    struct str id;

    if (!cluster)
        return true;
    id = cluster_id(cluster, fleet->intern);
    if (!is_selected(clusters, cluster, flip_ms)) {
        print_absence(clusters, id, "left", out);
        return true;
    }
    if (!dirty && map_find(&clusters->shown, id))
        return true; /* a flip that changed nothing */
    map_put(&clusters->shown, id, clusters);
    if (!has_grid(clusters))
        return print_line(clusters, cluster, out, err);
    add_row(clusters, cluster);
    return true;
}

static bool
print_changes(struct clusters *clusters, struct err *err)
{
    const struct fleet *fleet = client_fleet(clusters->get.visit.client);
    int64_t flip_ms = INT64_MAX, now_ms;
    struct str rest = buf_str(&clusters->gone), id;
    struct buf out = { 0 };
    bool ok = true;

    selector_bind(clusters->get.selector, fleet);
    while (str_split(&rest, '\n', &id))
        if (id.length > 0 && fleet_find(fleet, id) == FLEET_NONE)
            print_absence(clusters, id, "gone", &out);
    buf_clear(&clusters->gone);
    for (uint32_t slot = 0; slot < fleet->ceiling && ok; slot++)
        ok = print_change(clusters, slot, &flip_ms, &out, err);
    if (clusters->dirty)
        memset(clusters->dirty, 0, clusters->dirty_capacity);
    if (ok && clusters->grid.count > 0)
        ok = get_print_grid(&clusters->get, &clusters->grid, err);
    if (ok && out.length > 0)
        ok = output(&out, err);
    grid_clear(&clusters->grid);
    buf_release(&out);
    now_ms = client_hub_ms(clusters->get.visit.client);
    if (flip_ms != INT64_MAX)
        timer_start(clusters->flip, flip_ms > now_ms ? flip_ms - now_ms : 0, 0);
    clusters->marked = clusters->flipped = false;
    return ok;
}

/* A private hub that was stopped is started again. */
static void
revive(struct clusters *clusters)
{
    struct visit *visit = &clusters->get.visit;

    if (!clusters->lost || !visit->private_hub ||
        loop_monotonic_ms(visit->loop) < clusters->revive_ms)
        return;
    clusters->revive_ms = loop_monotonic_ms(visit->loop) + REVIVE_MS;
    visit_revive(visit);
}

static bool
follow(struct clusters *clusters, struct err *err)
{
    struct visit *visit = &clusters->get.visit;
    const struct fleet *fleet = client_fleet(visit->client);
    struct timer *reader = timer_new(visit->loop, look_for_reader, clusters);
    bool ok;

    for (size_t i = 0; i < clusters->slot_count; i++)
        map_put(&clusters->shown,
            cluster_id(fleet_at(fleet, clusters->slots[i]), fleet->intern), clusters);
    clusters->flip = timer_new(visit->loop, flipped, clusters);
    clusters->watching = true;
    loop_on_signal(visit->loop, SIGINT, interrupted, clusters);
    loop_on_signal(visit->loop, SIGTERM, interrupted, clusters);
    timer_start(reader, READER_MS, READER_MS);
    ok = print_changes(clusters, err); /* sets the first flip */
    while (ok && !clusters->stop && !clusters->unread) {
        loop_turn(visit->loop, true);
        if (clusters->marked || clusters->flipped)
            ok = print_changes(clusters, err);
        revive(clusters);
    }
    loop_off_signals(visit->loop);
    timer_free(clusters->flip);
    timer_free(reader);
    if (!clusters->unread || !ok)
        return ok;
    err_set(err, ERR_IO, "%s", ""); /* as when a write says it: no news to anybody */
    return false;
}

/* --- the command
 * ------------------------------------------------------------------------------ */

/* A name is there, or was misspelt: nobody waits for it in vain. While a source is
 * missing it may be of that. */
static bool
names_found(const struct clusters *clusters, bool watch, struct err *err)
{
    for (size_t i = 0; i < clusters->get.name_count; i++) {
        const char *name = clusters->get.names[i];

        if (clusters->found[i])
            continue;
        if (clusters->get.partial)
            err_set(err, ERR_TIMEOUT,
                "there is no cluster %.200s in what is loaded; it may be of a source "
                "that "
                "is not",
                name);
        else
            err_set(err, ERR_NOT_FOUND,
                "there is no cluster %.200s that you may see%s%.200s%s", name,
                watch ? "; to wait for one: -l 'name=" : "", watch ? name : "",
                watch ? "'" : "");
        return false;
    }
    return true;
}

static bool
check_watch(const struct invocation *invocation, struct err *err)
{
    const char *format = invocation_value(invocation, "output");

    if (!invocation_has(invocation, "watch") || !format ||
        (strcmp(format, "json") != 0 && strcmp(format, "yaml") != 0))
        return true;
    err_set(err, ERR_USAGE, "--watch has no end, so no %s: take -o ndjson", format);
    return false;
}

/* Only what has columns takes them. */
static bool
check_columns(const struct invocation *invocation, struct err *err)
{
    static const char *const options[] = { "columns", "no-headers" };
    static const char *const formats[] = { "table", "wide", "csv", NULL };
    const char *format = invocation_value(invocation, "output");

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (!invocation_has(invocation, options[i]) || !format ||
            str_among(format, formats))
            continue;
        err_set(err, ERR_USAGE, "--%s is of -o table, wide and csv", options[i]);
        return false;
    }
    return true;
}

static bool
run(struct clusters *clusters, const struct invocation *invocation, struct err *err)
{
    static const struct client_calls calls = { cluster_changed, cluster_gone, changed };
    bool watch = invocation_has(invocation, "watch");

    clusters->found = mem_zero(invocation->word_count + 1, sizeof(bool));
    if (!check_watch(invocation, err) || !check_columns(invocation, err) ||
        !get_open(&clusters->get, invocation, true, &calls, err) ||
        !choose_sort(clusters, err) || !choose_columns(clusters, err))
        return false;
    select_rows(clusters);
    if (!print_rows(clusters, err))
        return false;
    if (!names_found(clusters, watch, err))
        return false;
    return watch ? follow(clusters, err) : !clusters->get.partial;
}

bool
get_clusters(const struct invocation *invocation, struct err *err)
{
    struct clusters clusters = { 0 };
    bool ok = run(&clusters, invocation, err);

    for (size_t i = 0; i < clusters.column_count; i++)
        column_release(&clusters.columns[i]);
    column_release(&clusters.sort);
    get_release(&clusters.get);
    grid_release(&clusters.grid);
    map_release(&clusters.shown);
    buf_release(&clusters.gone);
    free(clusters.dirty);
    free(clusters.slots);
    free(clusters.found);
    return ok;
}
