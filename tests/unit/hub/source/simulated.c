/* The simulated fleet as a source on a real loop: loads by generation, lives, stops. */
#include "hub/source/simulated.h"

#include <string.h>

#include "helper/check.h"

struct recorder {
    struct sink sink;
    struct fleet_source status;
    char order[16]; /* b, p (the first of a load), e, and l for live */
    int begun, ended, loaded[2];
    uint64_t live, statuses;
    bool loading;
};

static void
note(struct recorder *recorder, char c)
{
    size_t length = strlen(recorder->order);

    if (length + 1 < sizeof(recorder->order) &&
        (!length || recorder->order[length - 1] != c))
        recorder->order[length] = c;
}

static void
saw_begin(struct sink *sink, uint32_t source, uint32_t resource)
{
    struct recorder *recorder = (struct recorder *)sink;

    assert_int_equal(source, 3);
    assert_int_equal(resource, recorder->begun);
    recorder->begun++;
    recorder->loading = true;
    note(recorder, 'b');
}

static void
saw_put(struct sink *sink, uint32_t source, const struct fact *fact)
{
    struct recorder *recorder = (struct recorder *)sink;

    assert_int_equal(source, 3);
    assert_true(fact->resource < 2);
    if (recorder->loading)
        recorder->loaded[fact->resource]++;
    else
        recorder->live++;
    note(recorder, recorder->loading ? 'p' : 'l');
}

static void
saw_drop(struct sink *sink, uint32_t source, uint32_t resource, struct str object)
{
    struct recorder *recorder = (struct recorder *)sink;

    assert_int_equal(source, 3);
    assert_true(resource < 2 && object.length);
    recorder->live++;
}

static void
saw_end(struct sink *sink, uint32_t source, uint32_t resource)
{
    struct recorder *recorder = (struct recorder *)sink;

    assert_int_equal(source, 3);
    assert_int_equal(resource, recorder->ended);
    recorder->ended++;
    recorder->loading = false;
    note(recorder, 'e');
}

static void
saw_abort(struct sink *sink, uint32_t source, uint32_t resource)
{
    (void)sink;
    fail_msg("source %u aborted %u", source, resource);
}

static void
saw_status(struct sink *sink, uint32_t source)
{
    struct recorder *recorder = (struct recorder *)sink;

    assert_int_equal(source, 3);
    recorder->statuses++;
}

static struct recorder
recorder_new(void)
{
    return (struct recorder){
        .sink = { saw_begin, saw_put, saw_drop, saw_end, saw_abort, saw_status },
    };
}

static void
it_loads_and_then_lives(void **state)
{
    struct recorder recorder = recorder_new();
    struct source_options options = { .index = 3,
        .name = "demo",
        .loop = loop_new(),
        .sink = &recorder.sink,
        .status = &recorder.status,
        .clusters = 2500,
        .seed = 1,
        .speed = 500 };
    struct err err = { 0 };
    struct source *source = simulated_class.start(&options, &err);
    uint64_t live;

    (void)state;
    assert_non_null(source);
    assert_int_equal(recorder.begun, 0); /* nothing from within start */
    assert_int_equal(simulated_class.resources(source), 2);
    assert_string_equal(simulated_class.resource_name(source, 0), "clusters.simulated");
    assert_string_equal(simulated_class.resource_name(source, 1), "works.simulated");
    while (!recorder.status.synced)
        loop_turn(options.loop, true);
    assert_true(str_starts(str_from(recorder.order), "bpebpe"));
    assert_true(recorder.loaded[0] >= 2500);
    assert_int_equal(recorder.loaded[1], 2500);
    assert_string_equal(recorder.status.phase, "synced");
    assert_true(recorder.status.simulated);
    while (recorder.live < 100)
        loop_turn(options.loop, true);
    assert_true(recorder.status.fresh_ms > 0);
    assert_true(recorder.status.events >= 5100);
    assert_int_equal(recorder.statuses, 2);
    simulated_class.stop(source);
    live = recorder.live;
    for (int i = 0; i < 10; i++)
        loop_turn(options.loop, false);
    assert_int_equal(recorder.live, live);
    loop_free(options.loop);
}

static void
it_stops_in_the_middle_of_its_load(void **state)
{
    struct recorder recorder = recorder_new();
    struct source_options options = { .index = 3,
        .name = "demo",
        .loop = loop_new(),
        .sink = &recorder.sink,
        .status = &recorder.status,
        .clusters = 5000 };
    struct err err = { 0 };
    struct source *source = simulated_class.start(&options, &err);

    (void)state;
    assert_non_null(source);
    while (!recorder.begun)
        loop_turn(options.loop, true);
    assert_int_equal(recorder.ended, 0);
    assert_string_equal(recorder.status.phase, "loading");
    simulated_class.stop(source);
    loop_free(options.loop);
}

static void
a_senseless_fleet_is_refused_with_its_name(void **state)
{
    struct recorder recorder = recorder_new();
    struct source_options options = { .index = 3,
        .name = "demo",
        .loop = loop_new(),
        .sink = &recorder.sink,
        .status = &recorder.status,
        .clusters = 900000 };
    struct err err = { 0 };

    (void)state;
    assert_null(simulated_class.start(&options, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.text, "demo"));
    loop_free(options.loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_loads_and_then_lives),
        cmocka_unit_test(it_stops_in_the_middle_of_its_load),
        cmocka_unit_test(a_senseless_fleet_is_refused_with_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
