/* get -- the fleet as rows and counts. */
#include "cli/get.h"

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

static bool
no_names(const struct get *get, const char *kind, struct err *err)
{
    if (get->name_count == 0)
        return true;
    err_set(err, ERR_USAGE, "get %s takes no names", kind);
    return false;
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
    struct buf text = { 0 };
    int permille = sentence_permille(sentence);

    sentence_print(sentence, &text);
    buf_add_text(out, "{\"time\":");
    json_add_time(out, client_hub_ms(get->visit.client));
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
fleet_grid(const struct sentence *sentence, struct grid *grid)
{
    char number[16];

    grid_column(grid, "state", false);
    grid_column(grid, "clusters", true);
    for (int i = 0; i < STATES; i++) {
        grid_add(grid, str_from(state_name((enum state)i)));
        count_print(number, sentence->states[i]);
        grid_add(grid, str_from(number));
    }
}

static bool
get_fleet(const struct invocation *invocation, struct err *err)
{
    struct get get;
    struct grid grid = { 0 };
    struct buf out = { 0 };
    struct sentence sentence;
    bool ok = get_open(&get, invocation, true, NULL, err) && no_names(&get, "fleet", err);

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
        fleet_grid(&sentence, &grid);
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
tags_rows(const struct fleet *fleet, const struct census_row *rows, uint32_t row_count,
    struct grid *grid)
{
    char number[16];

    for (uint32_t i = 0; i < row_count; i++) {
        grid_add(grid,
            rows[i].text ? intern_str(fleet->intern, rows[i].text) : STR("(without)"));
        count_print(number, rows[i].count);
        grid_add(grid, str_from(number));
    }
}

static void
tags_json(const struct fleet *fleet, struct buf *out)
{
    struct census_row *keys, *values;
    uint32_t key_count = fleet_tag_keys(fleet, &keys), value_count;

    buf_add_text(out, "{\"tags\":[");
    for (uint32_t i = 0; i < key_count; i++) {
        buf_add_text(out, i > 0 ? ",{\"key\":" : "{\"key\":");
        buf_add_json(out, intern_str(fleet->intern, keys[i].text));
        buf_print(out, ",\"clusters\":%u,\"values\":[", keys[i].count);
        value_count = fleet_tag_values(fleet, keys[i].text, &values);
        for (uint32_t j = 0, n = 0; j < value_count; j++) {
            if (!values[j].text)
                continue;
            buf_add_text(out, n++ > 0 ? ",{\"value\":" : "{\"value\":");
            buf_add_json(out, intern_str(fleet->intern, values[j].text));
            buf_print(out, ",\"clusters\":%u}", values[j].count);
        }
        free(values);
        buf_add_text(out, "]}");
    }
    free(keys);
    buf_add_text(out, "]}");
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
    tags_rows(fleet, rows, row_count, grid);
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
        tags_json(client_fleet(get.visit.client), &out);
        ok = get_print_document(&get, buf_str(&out), err);
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

static void
add_age(struct grid *grid, int64_t at_ms, int64_t now_ms)
{
    char age[16] = "-";

    if (at_ms > 0)
        clock_print_age(age, now_ms > at_ms ? now_ms - at_ms : 0);
    grid_add(grid, str_from(age));
}

static void
add_number(struct grid *grid, uint64_t number)
{
    char text[16];

    count_print(text, number);
    grid_add(grid, str_from(text));
}

static void
sources_grid(const struct get *get, struct grid *grid)
{
    static const char *const titles[] = { "name", "kind", "dialect", "phase", "for",
        "heard", "clusters", "orphans", "events", "errors", "retry in", "fault" };
    const struct fleet *fleet = client_fleet(get->visit.client);
    int64_t now_ms = client_hub_ms(get->visit.client);

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        grid_column(grid, titles[i], i >= 4 && i <= 10);
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        const struct fleet_source *source = &fleet->sources[i];

        grid_add(grid, str_from(source->name));
        grid_add(grid, str_from(source->kind));
        grid_add(grid, str_from(source->dialect));
        grid_add(grid, str_from(source->phase));
        add_age(grid, source->since_ms, now_ms);
        add_age(grid, source->fresh_ms, now_ms);
        add_number(grid, source->clusters);
        add_number(grid, source->orphans);
        add_number(grid, source->events);
        add_number(grid, source->errors);
        add_age(grid, source->retry_ms > 0 ? now_ms : 0,
            source->retry_ms > now_ms ? source->retry_ms : now_ms);
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
    bool ok =
        get_open(&get, invocation, false, NULL, err) && no_names(&get, "sources", err);

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

static const struct kind {
    const char *name;
    bool (*run)(const struct invocation *invocation, struct err *err);
} kinds[] = {
    { "clusters", get_clusters },
    { "cluster", get_clusters },
    { "fleet", get_fleet },
    { "tags", get_tags },
    { "sources", get_sources },
    { "maintenance", get_maintenance },
};

static bool
get_run(struct invocation *invocation, struct err *err)
{
    const char *names[sizeof(kinds) / sizeof(kinds[0])], *near;
    const char *asked = invocation->word_count > 0 ? invocation->words[0] : "";

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        names[i] = kinds[i].name;
        if (strcmp(kinds[i].name, asked) == 0)
            return kinds[i].run(invocation, err);
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
    { 0,   "sort-by",  "FIELD",    "clusters by that field; -FIELD the other way round" },
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
