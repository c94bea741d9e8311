/* last -- see last.h. */
#include "hub/last.h"

#include "base/log.h"
#include "base/mem.h"
#include "wire/stream.h"

#include <stdlib.h>

struct row {
    char *text;
    uint8_t health;
};

struct last {
    struct fleet *sources; /* holds nothing but sources */
    struct row *rows;
    size_t count, capacity;
};

static bool
keep_row(void *user, const struct cache_row *row)
{
    struct last *last = user;

    last->rows =
        mem_grow(last->rows, &last->capacity, last->count + 1, sizeof *last->rows);
    last->rows[last->count++] =
        (struct row){ mem_text_length(row->text.at, row->text.length), row->health };
    return true;
}

static void
keep_source(void *user, struct str text)
{
    struct last *last = user;
    struct err err;

    if (!source_parse(last->sources, text, &err))
        log_line(LOG_WARN, "cache: %s", err.text);
}

struct last *
last_load(struct cache *cache)
{
    struct last *last = mem_zero(1, sizeof *last);

    last->sources = fleet_new();
    cache_load(cache, keep_row, keep_source, last);
    return last;
}

void
last_free(struct last *last)
{
    if (!last)
        return;
    for (size_t i = 0; i < last->count; i++)
        free(last->rows[i].text);
    free(last->rows);
    fleet_free(last->sources);
    free(last);
}

const char *
last_source_name(const struct last *last)
{
    for (uint32_t i = 0; i < last->sources->source_count; i++)
        if (last->sources->sources[i].clusters)
            return last->sources->sources[i].name;
    return NULL;
}

static void
restore_sources(const struct last *last, struct model *model)
{
    struct fleet_source *now;

    for (uint32_t i = 0; (now = model_source(model, i)); i++) {
        const struct fleet_source *was = fleet_source(last->sources, str_from(now->name));

        if (was)
            model_heard(model, i, was->fresh_ms);
    }
}

void
last_restore(const struct last *last, struct model *model)
{
    struct err err;
    size_t restored = 0;

    restore_sources(last, model);
    for (size_t i = 0; i < last->count; i++) {
        if (model_restore(
                model, str_from(last->rows[i].text), last->rows[i].health, &err))
            restored++;
        else
            log_line(LOG_WARN, "cache: a row is left out: %s", err.text);
    }
    if (restored)
        log_line(LOG_INFO, "%zu clusters as they were last known", restored);
}
