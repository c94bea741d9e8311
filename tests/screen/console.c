/*
 * The whole console on a pty, with a scripted hub behind a Unix socket: it starts,
 * follows keys and sizes, keeps its picture when the hub goes, and gives the terminal
 * back however it ends. The program on the pty is this one, again.
 */
#include "console/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/check.h"
#include "helper/origin.h"
#include "helper/vt.h"
#include "wire/row.h"
#include "wire/stream.h"

#define STORES 40

struct stage {
    char folder[64], socket[96], state[96], config[96];
    struct buf reply;
    struct origin *origin;
    struct vt *vt;
};

static void
event(struct buf *out, const char *name, const char *id, const struct buf *data)
{
    buf_print(out, "event: %s\n", name);
    if (id)
        buf_print(out, "id: %s\n", id);
    buf_print(out, "data: %s\n\n", data->at);
}

/* What a hub says first: who it is, its clusters, and that this was all of them. */
static void
stream(struct buf *out)
{
    struct hello hello = { .api = STREAM_API,
        .hub = "hub",
        .fleet = "retail-edge",
        .subject = "alice",
        .role = "operator",
        .epoch = "e1",
        .version = "0.1.0",
        .time_ms = 1795528800000,
        .simulated = true };
    struct fleet *fleet = fleet_new();
    struct buf data = { 0 };

    buf_add_text(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
    buf_add_text(out, "\r\n");
    hello_print(&hello, &data);
    event(out, "hello", NULL, &data);
    buf_clear(&data);
    buf_add_text(&data, "{}");
    event(out, "reset", NULL, &data);
    for (int i = 1; i <= STORES; i++) {
        char id[64];
        struct cluster *cluster = NULL;

        snprintf(id, sizeof(id), "demo:store-%04d", i);
        cluster = fleet_at(fleet, fleet_touch(fleet, str_from(id)));
        cluster_set_tag(cluster, fleet->intern, STR("region"),
            i % 2 ? STR("west-coast") : STR("mountain"));
        cluster->axes[AXIS_CONNECTIVITY].value = CONNECTIVITY_UP;
        cluster->state = cluster->beneath = i == 17 ? STATE_DOWN : STATE_HEALTHY;
        cluster->since_s = 1795520000;
        buf_clear(&data);
        row_print(fleet, cluster, &data);
        event(out, "clusters", NULL, &data);
    }
    buf_clear(&data);
    buf_print(&data, "{\"clusters\":%d}", STORES);
    event(out, "sync", NULL, &data);
    buf_clear(&data);
    buf_add_text(&data, "{\"revision\":1,\"time\":\"2026-11-24T14:00:00Z\"}");
    event(out, "mark", "e1-0-1", &data);
    buf_release(&data);
    fleet_free(fleet);
}

static struct vt *
start(struct stage *stage, bool job)
{
    char self[] = "/proc/self/exe", option[] = "--console";
    char *argv[] = { self, option, stage->socket, NULL };
    char state[128], config[128];
    const char *environment[] = { state, config, "COLORTERM", "LC_ALL=C.UTF-8", "TZ=UTC",
        NULL };
    struct vt_spawn spawn = {
        .width = 120, .height = 36, .argv = argv, .environment = environment, .job = job
    };

    snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", stage->state);
    snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s", stage->config);
    return vt_spawn(&spawn);
}

static struct stage *
stage_open(bool job)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    struct origin_line script[2] = { { 0 } };

    strcpy(stage->folder, "/tmp/nocturne-screen-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->socket, sizeof(stage->socket), "%s/hub.sock", stage->folder);
    snprintf(stage->state, sizeof(stage->state), "%s/state", stage->folder);
    snprintf(stage->config, sizeof(stage->config), "%s/config", stage->folder);
    stream(&stage->reply);
    script[0].reply = stage->reply.at;
    stage->origin = origin_new(script, stage->socket, NULL);
    stage->vt = start(stage, job);
    return stage;
}

static struct stage *
stage_new(void)
{
    return stage_open(false);
}

static void
stage_free(struct stage *stage)
{
    char command[128];

    if (stage->origin)
        origin_free(stage->origin);
    buf_release(&stage->reply);
    snprintf(command, sizeof(command), "rm -rf %s", stage->folder);
    assert_int_equal(system(command), 0);
    free(stage);
}

static void
shows(struct stage *stage, const char *text)
{
    struct buf screen = { 0 };

    if (vt_wait(stage->vt, text))
        return;
    vt_text(stage->vt, &screen);
    fail_msg("no '%s' on\n%s", text, screen.at);
}

static void
a_live_map_answers_keys_and_sizes(void **test)
{
    struct stage *stage = stage_new();

    (void)test;
    shows(stage, "40 sites");
    shows(stage, "live");
    shows(stage, "SIMULATED");
    assert_true(vt_alternate(stage->vt));
    vt_send(stage->vt, "/region=mountain");
    shows(stage, "20 sites of 40");
    vt_press(stage->vt, "enter 2");
    shows(stage, "store-0002");
    vt_resize(stage->vt, 80, 24);
    shows(stage, "store-0014");
    vt_resize(stage->vt, 20, 5);
    shows(stage, "too small");
    vt_resize(stage->vt, 200, 50);
    shows(stage, "store-0040");
    vt_press(stage->vt, "ctrl-c");
    shows(stage, "leave nocturne?");
    vt_send(stage->vt, "y");
    assert_true(vt_wait_end(stage->vt));
    assert_false(vt_alternate(stage->vt));
    assert_int_equal(vt_close(stage->vt, 0), 0);
    stage_free(stage);
}

static void
what_was_selected_is_there_again(void **test)
{
    struct stage *stage = stage_new();
    struct origin_line script[2] = { { 0 } };

    (void)test;
    shows(stage, "40 sites");
    vt_press(stage->vt, "2");
    shows(stage, "store-0002");
    vt_send(stage->vt, "/region=west-coast\r");
    shows(stage, "20 sites of 40");
    vt_press(stage->vt, "ctrl-c y");
    assert_true(vt_wait_end(stage->vt));
    assert_int_equal(vt_close(stage->vt, 0), 0);
    origin_free(stage->origin);
    script[0].reply = stage->reply.at;
    unlink(stage->socket);
    stage->origin = origin_new(script, stage->socket, NULL);
    stage->vt = start(stage, false);
    shows(stage, "table");
    shows(stage, "/ region=west-coast");
    shows(stage, "20 sites of 40");
    assert_int_equal(vt_close(stage->vt, SIGTERM), 0);
    stage_free(stage);
}

static void
a_hub_that_goes_leaves_its_picture(void **test)
{
    struct stage *stage = stage_new();
    struct origin_line script[2] = { { 0 } };

    (void)test;
    shows(stage, "live");
    shows(stage, "40 sites");
    origin_free(stage->origin);
    stage->origin = NULL;
    shows(stage, "stale 00:");
    shows(stage, "40 sites");
    vt_press(stage->vt, "m");
    shows(stage, "refused");
    vt_send(stage->vt, "/~0017\r");
    shows(stage, "1 site of 40");
    unlink(stage->socket);
    script[0].reply = stage->reply.at;
    stage->origin = origin_new(script, stage->socket, NULL);
    shows(stage, "live"); /* by itself, and with what was selected */
    shows(stage, "1 site of 40");
    assert_int_equal(vt_close(stage->vt, SIGHUP), 0);
    stage_free(stage);
}

static void
suspended_and_back_the_screen_is_whole(void **test)
{
    struct stage *stage = stage_open(true);
    int status = 0;

    (void)test;
    shows(stage, "40 sites");
    vt_press(stage->vt, "ctrl-z");
    assert_int_equal(waitpid(vt_pid(stage->vt), &status, WUNTRACED), vt_pid(stage->vt));
    assert_true(WIFSTOPPED(status));
    vt_pump(stage->vt, 0);
    assert_false(vt_alternate(stage->vt));
    kill(vt_pid(stage->vt), SIGCONT);
    shows(stage, "40 sites");
    assert_true(vt_alternate(stage->vt));
    assert_int_equal(vt_close(stage->vt, SIGTERM), 0);
    stage_free(stage);
}

static void
without_a_shell_to_go_back_to_it_stays(void **test)
{
    struct stage *stage = stage_open(false);

    (void)test;
    shows(stage, "40 sites");
    vt_press(stage->vt, "ctrl-z");
    for (int i = 0; i < 100 && vt_switches(stage->vt) < 3; i++) /* away, and back */
        assert_true(vt_pump(stage->vt, VT_DEADLINE_MS / 100));
    vt_press(stage->vt, "2");
    shows(stage, "store-0002");
    assert_true(vt_alternate(stage->vt));
    assert_int_equal(vt_close(stage->vt, SIGTERM), 0);
    stage_free(stage);
}

static int
be_the_console(const char *socket)
{
    struct console_options options = {
        .unix_path = socket, .instance = "test", .depth = -1
    };
    struct err err = { 0 };

    if (console_run(&options, &err))
        return 0;
    fprintf(stderr, "%s\n", err.text);
    return 1;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_live_map_answers_keys_and_sizes),
        cmocka_unit_test(what_was_selected_is_there_again),
        cmocka_unit_test(a_hub_that_goes_leaves_its_picture),
        cmocka_unit_test(suspended_and_back_the_screen_is_whole),
        cmocka_unit_test(without_a_shell_to_go_back_to_it_stays),
    };

    if (argc == 3 && strcmp(argv[1], "--console") == 0)
        return be_the_console(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
