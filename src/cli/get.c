/* get -- the fleet as rows and counts. */
#include "cli/get.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/document.h"
#include "fleet/sentence.h"
#include "wire/stream.h"

static const char *const formats[] = { "table", "wide", "name", "json", "ndjson", "yaml",
    "csv", NULL };

bool
get_open(struct get *get, const struct invocation *invocation, bool picture,
    const struct client_calls *calls, struct err *err)
{
    const char *selector = invocation_value(invocation, "selector");
    size_t format;

    *get = (struct get){ .invocation = invocation };
    get->names = invocation->words + 1;
    get->name_count = invocation->word_count - 1;
    if (!invocation_choice(invocation, "output", formats, &format, err))
        return false;
    get->format = (enum format)format;
    get->selector = selector_parse(str_from(selector), err);
    if (!get->selector)
        return false;
    if (!visit_open(&get->visit, invocation, calls, get, err))
        return false;
    if (!picture)
        return true;
    get->partial = !visit_sync(&get->visit, err);
    if (get->partial && err->code != ERR_TIMEOUT)
        return false;
    visit_warn(&get->visit, get->selector);
    if (get->format == FORMAT_TABLE || get->format == FORMAT_WIDE)
        visit_tell(&get->visit);
    return true;
}

void
get_release(struct get *get)
{
    visit_release(&get->visit);
    selector_free(get->selector);
    *get = (struct get){ 0 };
}

bool
get_print_document(const struct get *get, struct str json, struct err *err)
{
    struct buf out = { 0 };
    bool ok = true;

    if (get->format == FORMAT_YAML) {
        ok = document_print_yaml(json, 0, false, &out, err);
    } else {
        buf_add_str(&out, json);
        buf_add_char(&out, '\n');
    }
    ok = ok && output(&out, err);
    buf_release(&out);
    return ok;
}

bool
get_print_grid(const struct get *get, struct grid *grid, struct err *err)
{
    struct buf out = { 0 };
    bool ok;

    if (get->format == FORMAT_CSV)
        grid_print_csv(grid, &out);
    else
        grid_print(grid, &out);
    ok = output(&out, err);
    buf_release(&out);
    return ok;
}

static bool
is_document(const struct get *get)
{
    return get->format == FORMAT_JSON || get->format == FORMAT_NDJSON ||
           get->format == FORMAT_YAML;
}

void
get_add_number(const struct get *get, struct grid *grid, uint64_t number)
{
    char text[32];

    if (get->format == FORMAT_CSV)
        snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    else
        count_print(text, number);
    grid_add(grid, str_from(text));
}

/* --- get fleet
 * ---------------------------------------------------------------------------- */

static struct sentence
count(struct get *get)
{
    const struct fleet *fleet = client_fleet(get->visit.client);
    int64_t now_ms = client_hub_ms(get->visit.client);
    struct sentence sentence = { 0 };

    selector_bind(get->selector, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && selector_match(get->selector, fleet, cluster, now_ms, NULL))
            sentence_add(&sentence, (enum state)cluster->state);
    }
    return sentence;
}

static void
fleet_json(const struct get *get, const struct sentence *sentence, struct buf *out)
{
    const struct hello *hello = client_hello(get->visit.client);
    struct buf text = { 0 };
    int permille = sentence_permille(sentence);

    sentence_print(sentence, &text);
    buf_add_text(out, "{\"time\":");
    json_add_time(out, client_hub_ms(get->visit.client));
    buf_print(out, ",\"simulated\":%s", hello && hello->simulated ? "true" : "false");
    buf_print(out, ",\"total\":%u,\"operational\":%u,\"percent\":", sentence->total,
        sentence->operational);
    if (permille < 0)
        buf_add_text(out, "null");
    else
        buf_print(out, "%d.%d", permille / 10, permille % 10);
    buf_add_text(out, ",\"states\":{");
    for (int i = 0; i < STATES; i++)
        buf_print(out, "%s\"%s\":%u", i > 0 ? "," : "", state_name((enum state)i),
            sentence->states[i]);
    buf_add_text(out, "},\"sentence\":");
    buf_add_json(out, buf_str(&text));
    buf_add_char(out, '}');
    buf_release(&text);
}

static void
fleet_grid(const struct get *get, const struct sentence *sentence, struct grid *grid)
{
    grid_column(grid, "state", false);
    grid_column(grid, "clusters", true);
    for (int i = 0; i < STATES; i++) {
        grid_add(grid, str_from(state_name((enum state)i)));
        get_add_number(get, grid, sentence->states[i]);
    }
}

static bool
get_fleet(const struct invocation *invocation, struct err *err)
{
    struct get get;
    struct grid grid = { 0 };
    struct buf out = { 0 };
    struct sentence sentence;
    bool ok = get_open(&get, invocation, true, NULL, err);

    if (!ok)
        goto out;
    sentence = count(&get);
    if (is_document(&get)) {
        fleet_json(&get, &sentence, &out);
        ok = get_print_document(&get, buf_str(&out), err);
        goto out;
    }
    if (get.format != FORMAT_CSV) {
        sentence_print(&sentence, &out);
        buf_add_char(&out, '\n');
        ok = output(&out, err);
    }
    if (ok && get.format != FORMAT_NAME) {
        fleet_grid(&get, &sentence, &grid);
        ok = get_print_grid(&get, &grid, err);
    }
out:
    ok = ok && !get.partial;
    grid_release(&grid);
    buf_release(&out);
    get_release(&get);
    return ok;
}

/* --- get tags
 * ------------------------------------------------------------------------------ */

static void
tags_rows(const struct get *get, const struct census_row *rows, uint32_t row_count,
    struct grid *grid)
{
    const struct fleet *fleet = client_fleet(get->visit.client);

    for (uint32_t i = 0; i < row_count; i++) {
        grid_add(grid,
            rows[i].text ? intern_str(fleet->intern, rows[i].text) : STR("(without)"));
        get_add_number(get, grid, rows[i].count);
    }
}

static void
tag_json(const struct fleet *fleet, const struct census_row *key, struct buf *out)
{
    struct census_row *values;
    uint32_t count = fleet_tag_values(fleet, key->text, &values), printed = 0;

    buf_add_text(out, "{\"key\":");
    buf_add_json(out, intern_str(fleet->intern, key->text));
    buf_print(out, ",\"clusters\":%u,\"values\":[", key->count);
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].without)
            continue;
        buf_add_text(out, printed++ > 0 ? ",{\"value\":" : "{\"value\":");
        buf_add_json(out, intern_str(fleet->intern, values[i].text));
        buf_print(out, ",\"clusters\":%u}", values[i].count);
    }
    free(values);
    buf_add_text(out, "]}");
}

/* Every key with its values, or the one that was named. */
static bool
tags_json(const struct get *get, struct buf *out, struct err *err)
{
    const struct fleet *fleet = client_fleet(get->visit.client);
    const char *name = get->name_count > 0 ? get->names[0] : NULL;
    bool lines = get->format == FORMAT_NDJSON;
    struct census_row *keys;
    uint32_t count = fleet_tag_keys(fleet, &keys), printed = 0;

    if (!lines)
        buf_add_text(out, "{\"tags\":[");
    for (uint32_t i = 0; i < count; i++) {
        if (name && !str_is(intern_str(fleet->intern, keys[i].text), name))
            continue;
        if (printed++ > 0)
            buf_add_char(out, lines ? '\n' : ',');
        tag_json(fleet, &keys[i], out);
    }
    free(keys);
    if (!lines)
        buf_add_text(out, "]}");
    if (!name || printed > 0)
        return true;
    err_set(err, ERR_NOT_FOUND, "no cluster has a tag '%.100s'", name);
    return false;
}

static bool
tags_grid(const struct get *get, struct grid *grid, struct err *err)
{
    const struct fleet *fleet = client_fleet(get->visit.client);
    struct census_row *rows;
    uint32_t key = 0, row_count;

    if (get->name_count > 0) {
        key = intern_find(fleet->intern, str_from(get->names[0]));
        row_count = key ? fleet_tag_values(fleet, key, &rows) : 0;
        if (row_count == 0) {
            err_set(err, ERR_NOT_FOUND, "no cluster has a tag '%.100s'", get->names[0]);
            return false;
        }
    } else {
        row_count = fleet_tag_keys(fleet, &rows);
    }
    grid_column(grid, get->name_count > 0 ? get->names[0] : "tag", false);
    grid_column(grid, "clusters", true);
    tags_rows(get, rows, row_count, grid);
    free(rows);
    return true;
}

static bool
get_tags(const struct invocation *invocation, struct err *err)
{
    struct get get;
    struct grid grid = { 0 };
    struct buf out = { 0 };
    bool ok = get_open(&get, invocation, true, NULL, err);

    if (!ok)
        goto out;
    if (is_document(&get)) {
        ok = tags_json(&get, &out, err) && get_print_document(&get, buf_str(&out), err);
    } else {
        ok = tags_grid(&get, &grid, err) && get_print_grid(&get, &grid, err);
    }
out:
    ok = ok && !get.partial;
    grid_release(&grid);
    buf_release(&out);
    get_release(&get);
    return ok;
}

/* --- get sources
 * ----------------------------------------------------------------------------- */

void
get_add_time(const struct get *get, struct grid *grid, int64_t at_ms)
{
    int64_t now_ms = client_hub_ms(get->visit.client);
    struct buf cell = { 0 };
    char age[16];

    if (at_ms > 0 && get->format == FORMAT_CSV) {
        clock_print_rfc3339(&cell, at_ms);
    } else if (at_ms > 0) {
        clock_print_age(age, now_ms > at_ms ? now_ms - at_ms : at_ms - now_ms);
        buf_add_text(&cell, age);
    }
    grid_add(grid, buf_str(&cell));
    buf_release(&cell);
}

static void
sources_grid(const struct get *get, struct grid *grid)
{
    static const char *const titles[] = { "name", "kind", "dialect", "phase", "for",
        "heard", "clusters", "orphans", "events", "errors", "retry in", "fault" };
    static const char *const exact[] = { "name", "kind", "dialect", "phase", "since",
        "fresh", "clusters", "orphans", "events", "errors", "retry", "fault" };
    const struct fleet *fleet = client_fleet(get->visit.client);
    bool csv = get->format == FORMAT_CSV;

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        grid_column(grid, csv ? exact[i] : titles[i], i >= 4 && i <= 10);
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        const struct fleet_source *source = &fleet->sources[i];

        grid_add(grid, str_from(source->name));
        grid_add(grid, str_from(source->kind));
        grid_add(grid, str_from(source->dialect));
        grid_add(grid, str_from(source->phase));
        get_add_time(get, grid, source->since_ms);
        get_add_time(get, grid, source->fresh_ms);
        get_add_number(get, grid, source->clusters);
        get_add_number(get, grid, source->orphans);
        get_add_number(get, grid, source->events);
        get_add_number(get, grid, source->errors);
        get_add_time(get, grid, source->retry_ms);
        grid_add(grid, str_from(source->suspect[0] ? source->suspect : source->fault));
    }
}

/* Names alone, or the documents. */
static bool
sources_print(struct get *get, struct err *err)
{
    const struct fleet *fleet = client_fleet(get->visit.client);
    struct buf out = { 0 };
    bool ok;

    if (get->format != FORMAT_NAME && get->format != FORMAT_NDJSON)
        buf_add_text(&out, "{\"sources\":[");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        if (get->format == FORMAT_NAME)
            buf_print(&out, "%s\n", fleet->sources[i].name);
        else if (i > 0)
            buf_add_char(&out, get->format == FORMAT_NDJSON ? '\n' : ',');
        if (get->format != FORMAT_NAME)
            source_print(&fleet->sources[i], &out);
    }
    if (get->format == FORMAT_NAME) {
        ok = output(&out, err);
    } else {
        if (get->format != FORMAT_NDJSON)
            buf_add_text(&out, "]}");
        ok = get_print_document(get, buf_str(&out), err);
    }
    buf_release(&out);
    return ok;
}

static bool
get_sources(const struct invocation *invocation, struct err *err)
{
    struct get get;
    struct grid grid = { 0 };
    bool ok = get_open(&get, invocation, false, NULL, err);

    if (ok && !visit_settle(&get.visit, err))
        ok = get.partial = err->code == ERR_TIMEOUT;
    if (!ok)
        goto out;
    if (is_document(&get) || get.format == FORMAT_NAME) {
        ok = sources_print(&get, err);
    } else {
        sources_grid(&get, &grid);
        ok = get_print_grid(&get, &grid, err);
    }
out:
    ok = ok && !get.partial;
    grid_release(&grid);
    get_release(&get);
    return ok;
}

/* --- the command
 * ------------------------------------------------------------------------------ */

#define CLUSTER_OPTIONS                                                                  \
    {                                                                                    \
        "selector", "output", "sort-by", "watch", "columns", "no-headers"                \
    }

/* What a kind would ignore it refuses: options of get that it takes, words at most. */
static const struct kind {
    const char *name;
    bool (*run)(const struct invocation *invocation, struct err *err);
    const char *options[7];
    size_t words;
} kinds[] = {
    { "clusters", get_clusters, CLUSTER_OPTIONS, INVOCATION_WORDS },
    { "cluster", get_clusters, CLUSTER_OPTIONS, INVOCATION_WORDS },
    { "fleet", get_fleet, { "selector", "output" }, 0 },
    { "tags", get_tags, { "output" }, 1 },
    { "sources", get_sources, { "output" }, 0 },
    { "maintenance", get_maintenance, { "output", "all" }, 0 },
};

static bool
check_kind(const struct kind *kind, const struct invocation *invocation, struct err *err)
{
    for (const struct option *at = invocation->command->options; at->name; at++) {
        if (!invocation_has(invocation, at->name) || str_among(at->name, kind->options))
            continue;
        err_set(err, ERR_USAGE, "get %s takes no --%s", kind->name, at->name);
        return false;
    }
    if (invocation->word_count - 1 <= kind->words)
        return true;
    err_set(err, ERR_USAGE, "get %s: what is '%.64s'? nocturne %s", kind->name,
        invocation->words[kind->words + 1], invocation->command->usage);
    return false;
}

static bool
get_run(struct invocation *invocation, struct err *err)
{
    const char *names[sizeof(kinds) / sizeof(kinds[0])], *near;
    const char *asked = invocation->word_count > 0 ? invocation->words[0] : "";

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        names[i] = kinds[i].name;
        if (strcmp(kinds[i].name, asked) == 0)
            return check_kind(&kinds[i], invocation, err) &&
                   kinds[i].run(invocation, err);
    }
    near = str_nearest(str_from(asked), names, sizeof(kinds) / sizeof(kinds[0]));
    err_set(err, ERR_USAGE,
        "get what? clusters, fleet, tags, sources or maintenance%s%s%s",
        near ? "; did you mean '" : "", near ? near : "", near ? "'" : "");
    return false;
}

/* clang-format off */
static const struct option get_options[] = {
    { 'l', "selector", "SELECTOR", "only clusters that it selects: region=west-coast,state!=healthy" },
    { 'o', "output",   "FORMAT",   "table, wide, name, json, ndjson, yaml, csv" },
    { 0,   "sort-by",  "NAME",     "clusters by that field or tag, or worst; -NAME the other way round" },
    { 0,   "columns",  "NAMES",    "clusters: these fields and tags, name,state,region" },
    { 0,   "no-headers", NULL,     "clusters: no titles above the columns" },
    { 'w', "watch",    NULL,       "clusters: go on and print what changes" },
    { 0,   "all",      NULL,       "maintenance: windows that ended, too" },
    { 0,   NULL,       NULL,       NULL },
};
/* clang-format on */

const struct command get_command = {
    .name = "get",
    .usage = "get clusters [NAME…] | fleet | tags [KEY] | sources | maintenance",
    .help = "the fleet as rows, as counts, its tags, its sources, its windows",
    .more =
        "-w prints a row whenever it has changed, until a signal or until nobody reads.\n"
        "A cluster that the selector no longer selects has left, one that the fleet no\n"
        "longer has is gone: that word stands for its state, in ndjson it is\n"
        "{\"id\":ID,\"left\":true}. A name that is not there ends it with 5;\n"
        "-l name=NAME waits for one.",
    .options = get_options,
    .client = true,
    .run = get_run,
};
