/* stores -- a made-up fleet, and screens compared as text. */
#include "helper/stores.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/file.h"
#include "console/frame.h"
#include "fleet/state.h"

static const char *const regions[] = { "north-east", "west-coast", "south-east",
    "central", "mountain" };
static const char *const places[] = { "Boston MA", "Portland OR", "Atlanta GA",
    "Chicago IL", "Denver CO" };

static void
tag(struct fleet *fleet, struct cluster *cluster, const char *key, const char *value)
{
    assert_true(cluster_set_tag(cluster, fleet->intern, str_from(key), str_from(value)));
}

void
stores_set(struct fleet *fleet, uint32_t slot, enum axis axis, uint8_t value,
    const char *reason, int64_t since_ms)
{
    struct cluster *cluster = fleet_at(fleet, slot);

    cluster->axes[axis].value = value;
    cluster->axes[axis].since_s = (uint32_t)(since_ms / 1000);
    intern_set(fleet->intern, &cluster->axes[axis].reason, str_from(reason));
    if (axis == AXIS_CONNECTIVITY && value == CONNECTIVITY_DISCONNECTED)
        cluster->seen_s = (uint32_t)(since_ms / 1000);
    state_decide(cluster, fleet->intern, (uint32_t)(STORES_NOW_MS / 1000));
    cluster->since_s = (uint32_t)(since_ms / 1000);
}

static void
fill(struct fleet *fleet, uint32_t slot, uint32_t n)
{
    struct cluster *cluster = fleet_at(fleet, slot);
    uint32_t mixed = n * 2654435761u; /* the same trouble in the same places, always */
    int64_t old_ms = STORES_NOW_MS - 9 * 86400000LL;
    uint32_t region = (mixed >> 8) % 5;

    tag(fleet, cluster, "region", regions[region]);
    tag(fleet, cluster, "hours", mixed % 3 ? "24h" : "day");
    tag(fleet, cluster, "size", mixed % 4 ? "urban" : "rural");
    intern_set(fleet->intern, &cluster->place, str_from(places[region]));
    intern_set(fleet->intern, &cluster->versions[LAYER_MODEL].actual, STR("3.1"));
    intern_set(fleet->intern, &cluster->versions[LAYER_MODEL].desired, STR("3.1"));
    intern_set(fleet->intern, &cluster->versions[LAYER_KUBERNETES].actual, STR("1.33.4"));
    intern_set(fleet->intern, &cluster->gpu_model, STR("L4"));
    cluster->nodes_ready = cluster->nodes_total = 2;
    cluster->gpus = 2;
    stores_set(fleet, slot, AXIS_SYNC, SYNC_SYNCED, "", old_ms);
    stores_set(fleet, slot, AXIS_HEALTH, HEALTH_HEALTHY, "", old_ms);
    stores_set(fleet, slot, AXIS_CONNECTIVITY, CONNECTIVITY_UP, "Available", old_ms);
    if (n % 101 == 17)
        stores_set(fleet, slot, AXIS_HEALTH, HEALTH_FAILING, "API server: status 500",
            STORES_NOW_MS - 60000 * (int64_t)(n % 59 + 1));
    else if (n % 97 == 29) {
        stores_set(fleet, slot, AXIS_HEALTH, HEALTH_DEGRADED,
            "node-b missed 2 heartbeats", STORES_NOW_MS - 41000 - 1000 * (int64_t)n);
        cluster->nodes_ready = 1;
    } else if (n % 89 == 5)
        stores_set(fleet, slot, AXIS_CONNECTIVITY, CONNECTIVITY_DISCONNECTED,
            "lease not renewed", STORES_NOW_MS - 120000 * (int64_t)(n % 31 + 1));
    else if (n % 211 == 7)
        stores_set(fleet, slot, AXIS_CONNECTIVITY, CONNECTIVITY_NEVER_HEARD, "", 0);
    else if (n % 149 == 3)
        stores_set(fleet, slot, AXIS_SYNC, SYNC_CATCHING_UP, "2 works pending",
            STORES_NOW_MS - 5000);
    else if (n >= 400 && n < 420) {
        intern_set(fleet->intern, &cluster->versions[LAYER_MODEL].desired, STR("3.2"));
        stores_set(
            fleet, slot, AXIS_SYNC, SYNC_UPDATING, "model 3.2", STORES_NOW_MS - 9000);
    }
}

struct fleet *
stores_new(uint32_t count)
{
    struct fleet *fleet = fleet_new();
    struct fleet_source *source = fleet_touch_source(fleet, STR("demo"));

    snprintf(source->kind, sizeof(source->kind), "simulated");
    snprintf(source->phase, sizeof(source->phase), "synced");
    setenv("TZ", "UTC", 1); /* clocks on screens */
    tzset();
    source->synced = source->simulated = true;
    source->fresh_ms = STORES_NOW_MS - 2000;
    source->promise_ms = 60000;
    source->clusters = count;
    source->events = 12345;
    for (uint32_t n = 1; n <= count; n++) {
        char id[64];
        uint32_t slot = FLEET_NONE;

        snprintf(id, sizeof(id), "demo:store-%04u", n);
        slot = fleet_touch(fleet, str_from(id));
        assert_int_not_equal(slot, FLEET_NONE);
        fill(fleet, slot, n);
    }
    return fleet;
}

struct session *
stores_session(struct fleet *fleet, const char *view, const char *role, bool ascii,
    const struct world *world)
{
    struct session_options options = { .fleet = fleet,
        .view = view,
        .ascii = ascii,
        .world = world,
        .command = "nocturne --demo" };
    struct hello hello = {
        .hub = "hub", .fleet = "retail-edge", .subject = "alice", .simulated = true
    };
    struct link link = { .phase = LINK_LIVE, .retry_ms = -1 };
    struct err err = { 0 };
    struct session *session = session_new(&options, &err);

    if (!session)
        fail_msg("%s", err.text);
    snprintf(hello.role, sizeof(hello.role), "%s", role ? role : "operator");
    session_changed(
        session, CLIENT_HELLO | CLIENT_SOURCES | CLIENT_SYNCED, &hello, &link);
    session_tick(session, STORES_NOW_MS);
    session_resize(session, 120, 36);
    return session;
}

void
stores_press(struct session *session, const char *keys)
{
    struct str rest = str_from(keys), name = { 0 };

    while (str_split(&rest, ' ', &name)) {
        struct key key;

        if (name.length == 0)
            continue;
        if (!key_parse(name, &key))
            fail_msg("no key '%.*s'", STR_ARG(name));
        session_key(session, key, STR(""));
        session_tick(session, session->now_ms);
    }
}

void
stores_type(struct session *session, const char *text)
{
    for (; *text; text++) {
        session_key(session,
            (struct key){ .code = KEY_RUNE, .rune = (unsigned char)*text }, STR(""));
        session_tick(session, session->now_ms);
    }
}

char *
stores_text(struct session *session, int width, int height)
{
    struct canvas canvas = { 0 };
    struct buf text = { 0 };

    canvas_init(&canvas, width, height);
    session_resize(session, width, height);
    session_tick(session, session->now_ms);
    frame_draw(session, &canvas);
    canvas_to_text(&canvas, &text);
    canvas_release(&canvas);
    return buf_take(&text);
}

void
stores_expect(struct session *session, int width, int height, const char *name)
{
    char path[256];
    char *text = stores_text(session, width, height);
    struct buf expected = { 0 };
    struct err err = { 0 };

    snprintf(
        path, sizeof(path), "tests/screen/expected/%s-%dx%d.screen", name, width, height);
    if (getenv("NOCTURNE_REWRITE")) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    } else if (!file_read(path, 1 << 20, &expected, &err))
        fail_msg("%s; NOCTURNE_REWRITE=1 writes what is drawn", err.text);
    else if (strcmp(expected.at, text) != 0)
        fail_msg("%s differs; is:\n%s\nshould be:\n%s", path, text, expected.at);
    buf_release(&expected);
    free(text);
}

/* The column of an ASCII text in a row of the canvas from a column on; -1 without. */
static int
column_of(const struct canvas *canvas, int y, int from, const char *text)
{
    int length = (int)strlen(text);

    for (int x = from; x + length <= canvas->width; x++) {
        const struct cell *cells = canvas->cells + y * canvas->width + x;
        int same = 0;

        while (same < length && cells[same].rune == (unsigned char)text[same])
            same++;
        if (same == length)
            return x;
    }
    return -1;
}

struct style
stores_style(
    struct session *session, int width, int height, const char *row, const char *text)
{
    struct canvas canvas = { 0 };
    struct style style = { 0 };
    int x = -1;

    canvas_init(&canvas, width, height);
    session_resize(session, width, height);
    session_tick(session, session->now_ms);
    frame_draw(session, &canvas);
    for (int y = 0; y < height && x < 0; y++) {
        const struct cell *cell = NULL;

        x = column_of(&canvas, y, 0, row);
        if (x < 0)
            continue;
        x = column_of(&canvas, y, x, text);
        if (x < 0)
            fail_msg("'%s' is not on the row of '%s'", text, row);
        cell = &canvas.cells[y * width + x];
        style = (struct style){ cell->fg, cell->bg, cell->attributes };
    }
    if (x < 0)
        fail_msg("'%s' is nowhere on the screen", row);
    canvas_release(&canvas);
    return style;
}
