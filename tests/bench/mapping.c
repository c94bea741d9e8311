/*
 * mapping -- what an object costs from bytes to fact: splitting a list, cutting out what
 * nobody reads, jansson, 20 paths, a dialect's rules. Over objects recorded from a real
 * API server; a whole list in a file may be given: mapping FILE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "hub/source/dialect.h"
#include "hub/source/events.h"
#include "hub/source/mapping.h"
#include "hub/source/outline.h"

#define RECORDED "tests/unit/hub/source/data/managedclusters.json"
#define OBJECTS  6000
#define CHUNK    16384 /* what TLS brings at once */
#define RUNS     9

static const char *const paths[20] = {
    ".metadata.name",
    ".metadata.resourceVersion",
    ".metadata.labels.region",
    ".metadata.labels.tier",
    ".metadata.labels.hours",
    ".metadata.labels['feature.open-cluster-management.io/addon-*']",
    ".metadata.annotations['site.example.com/latitude']",
    ".metadata.annotations['site.example.com/longitude']",
    ".metadata.annotations['site.example.com/timezone']",
    ".spec.hubAcceptsClient",
    ".status.version.kubernetes",
    ".status.allocatable['nvidia.com/gpu']",
    ".status.allocatable.cpu",
    ".status.clusterClaims[?(@.name==\"id.k8s.io\")].value",
    ".status.conditions[?(@.type==\"ManagedClusterJoined\")].status",
    ".status.conditions[?(@.type==\"ManagedClusterConditionAvailable\")].status",
    ".status.conditions[?(@.type==\"ManagedClusterConditionAvailable\")].reason",
    ".status.conditions[?(@.type==\"ManagedClusterConditionAvailable\")].message",
    ".status.conditions[?(@.type==\"ManagedClusterConditionAvailable\")]."
    "lastTransitionTime",
    ".status.conditions[?(@.type==\"ManagedClusterConditionClockSynced\")].status",
};

struct bench {
    struct buf document;
    struct str *objects; /* into kept */
    struct buf kept;
    size_t count, cut_bytes;
    struct outline *outline;
    struct dialect *dialect;
    struct path *paths[20];
    struct mapping mapping;
};

/* Split the document as it would come; keep says to remember the objects. */
static size_t
split(struct bench *bench, bool keep)
{
    struct events events;
    struct str object;
    enum events_item item;
    size_t count = 0;

    events_init(&events, EVENTS_LIST);
    for (size_t at = 0; at < bench->document.length; at += CHUNK) {
        size_t left = bench->document.length - at;

        events_give(&events,
            (struct str){ bench->document.at + at, left < CHUNK ? left : CHUNK });
        while ((item = events_take(&events, &object)) != EVENTS_NONE) {
            if (item != EVENTS_OBJECT)
                continue;
            if (keep) {
                bench->objects[count] = (struct str){ NULL, object.length };
                buf_add_str(&bench->kept, object);
            }
            count++;
        }
    }
    events_release(&events);
    return count;
}

/* The objects of the file, again and again until there are enough of them. */
static void
read_document(struct bench *bench, const char *file)
{
    struct buf text = { 0 };
    struct err err = { 0 };
    size_t once;

    if (!file_read(file, (size_t)1 << 30, &text, &err)) {
        fprintf(stderr, "mapping: %s\n", err.text);
        exit(1);
    }
    bench->document = text;
    bench->objects = mem_zero(text.length / 2 + 1, sizeof(*bench->objects));
    once = split(bench, true);
    bench->document = (struct buf){ 0 };
    buf_add_text(&bench->document, "{\"metadata\":{},\"items\":[");
    for (size_t made = 0; made < OBJECTS || made < once;) {
        size_t at = 0;

        for (size_t i = 0; i < once && made < (OBJECTS > once ? OBJECTS : once);
             i++, made++) {
            buf_add_text(&bench->document, made ? "," : "");
            buf_add(&bench->document, bench->kept.at + at, bench->objects[i].length);
            at += bench->objects[i].length;
        }
    }
    buf_add_text(&bench->document, "]}");
    buf_clear(&bench->kept);
    free(bench->objects);
    bench->objects = mem_zero(OBJECTS + once, sizeof(*bench->objects));
    bench->count = split(bench, true);
    once = 0;
    for (size_t i = 0; i < bench->count; i++) {
        bench->objects[i].at = bench->kept.at + once;
        once += bench->objects[i].length;
    }
    buf_release(&text);
}

static void
run_split(struct bench *bench)
{
    split(bench, false);
}

static void
run_cut(struct bench *bench)
{
    struct buf scratch = { 0 };

    bench->cut_bytes = 0;
    for (size_t i = 0; i < bench->count; i++)
        bench->cut_bytes +=
            outline_cut(bench->outline, bench->objects[i], &scratch).length;
    buf_release(&scratch);
}

static void
run_whole(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++)
        json_decref(json_loadb(bench->objects[i].at, bench->objects[i].length, 0, NULL));
}

enum stage { STAGE_PARSE, STAGE_PATHS, STAGE_MAP };

static bool
any(void *user, const json_t *value, struct str star)
{
    (void)value;
    (void)star;
    ++*(size_t *)user;
    return true;
}

static void
run_stage(struct bench *bench, enum stage stage)
{
    struct buf scratch = { 0 };
    struct err err = { 0 };
    size_t found = 0;

    for (size_t i = 0; i < bench->count; i++) {
        struct str object = outline_cut(bench->outline, bench->objects[i], &scratch);
        json_t *json = json_loadb(object.at, object.length, 0, NULL);

        for (size_t k = 0; k < 20 && stage == STAGE_PATHS; k++)
            path_each(bench->paths[k], json, any, &found);
        if (stage == STAGE_MAP)
            mapping_map(&bench->mapping, &bench->dialect->resources[0], 0, json, &err);
        json_decref(json);
    }
    buf_release(&scratch);
}

static void
run_parse(struct bench *bench)
{
    run_stage(bench, STAGE_PARSE);
}

static void
run_paths(struct bench *bench)
{
    run_stage(bench, STAGE_PATHS);
}

static void
run_map(struct bench *bench)
{
    run_stage(bench, STAGE_MAP);
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double
cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Median of some runs, in microseconds of processor time an object. */
static double
measure(struct bench *bench, void (*run)(struct bench *bench))
{
    double us[RUNS];

    for (int i = 0; i < RUNS; i++) {
        double began_us = cpu_us();

        run(bench);
        us[i] = (cpu_us() - began_us) / (double)bench->count;
    }
    qsort(us, RUNS, sizeof(us[0]), by_value);
    return us[RUNS / 2];
}

int
main(int argc, char **argv)
{
    struct bench *bench = mem_zero(1, sizeof(*bench));
    struct err err = { 0 };
    double splitting, cutting, whole, parsing, walking, mapping;
    size_t column;

    bench->dialect = dialect_load("ocm", &err);
    if (!bench->dialect) {
        fprintf(stderr, "mapping: %s\n", err.text);
        return 1;
    }
    for (size_t i = 0; i < 20; i++)
        bench->paths[i] = path_parse(str_from(paths[i]), &column, &err);
    bench->outline = outline_new();
    mapping_outline(&bench->dialect->resources[0], bench->outline);
    read_document(bench, argc > 1 ? argv[1] : RECORDED);
    splitting = measure(bench, run_split);
    cutting = measure(bench, run_cut);
    whole = measure(bench, run_whole);
    parsing = measure(bench, run_parse) - cutting;
    walking = measure(bench, run_paths) - parsing - cutting;
    mapping = measure(bench, run_map) - parsing - cutting;
    printf("%zu objects of %zu bytes, %zu of them are read\n", bench->count,
        bench->kept.length / bench->count, bench->cut_bytes / bench->count);
    printf("  splitting         %6.2f us an object\n", splitting);
    printf("  cutting           %6.2f\n", cutting);
    printf("  jansson           %6.2f (%.2f uncut)\n", parsing, whole);
    printf("  20 paths          %6.2f\n", walking);
    printf("  dialect ocm       %6.2f, a fact of all rules\n", mapping);
    printf("  bytes to fact     %6.2f\n", splitting + cutting + parsing + mapping);
    for (size_t i = 0; i < 20; i++)
        path_free(bench->paths[i]);
    outline_free(bench->outline);
    dialect_free(bench->dialect);
    buf_release(&bench->document);
    buf_release(&bench->kept);
    free(bench->objects);
    free(bench);
    return 0;
}
