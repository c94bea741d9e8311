/*
 * Read-only is structural: every key that is bound and every command of the palette is
 * driven on a pty, against a real hub behind a relay that writes down what is asked for.
 * With --read-only and as a viewer nothing but GET leaves the console; the same driving
 * as an operator does write, so the proof can fail.
 */
#include "console/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/keymap.h"
#include "helper/check.h"
#include "helper/relay.h"
#include "helper/vt.h"
#include "hub/hub.h"

struct stage {
    char folder[64], hub[96], socket[96], yaml[96], state[96];
    pid_t hub_pid;
    struct relay *relay;
    struct vt *vt;
    int steps;
};

static void
tell_ready(void *user)
{
    if (write(*(int *)user, "", 1) != 1)
        _exit(99);
}

/* A daemon with the role for our own uid, on 40 simulated stores. */
static void
start_hub(struct stage *stage, const char *role)
{
    struct hub_options options = { .config_path = stage->yaml,
        .socket_path = stage->hub,
        .state_path = stage->state,
        .ready = tell_ready };
    struct err err = { 0 };
    FILE *file = fopen(stage->yaml, "w");
    int pipes[2];
    char byte;

    assert_non_null(file);
    fprintf(file,
        "sources: [{name: demo, kind: simulated, clusters: 40}]\n"
        "bindings: [{uid: %u, role: %s}]\n",
        (unsigned)getuid(), role);
    fclose(file);
    assert_int_equal(pipe(pipes), 0);
    options.user = &pipes[1];
    fflush(stdout);
    stage->hub_pid = fork();
    if (!stage->hub_pid && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        _exit(hub_run(&options, &err) ? 0 : 1);
    close(pipes[1]);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    close(pipes[0]);
}

static struct stage *
stage_new(const char *role, const char *mode)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    char self[] = "/proc/self/exe", option[] = "--console", asked[16];
    char *argv[] = { self, option, stage->socket, asked, NULL };
    char state[128], config[128];
    const char *environment[] = { state, config, "COLORTERM", "LC_ALL=C.UTF-8", "TZ=UTC",
        NULL };
    struct vt_spawn spawn = {
        .width = 120, .height = 36, .argv = argv, .environment = environment, .job = true
    };

    strcpy(stage->folder, "/tmp/nocturne-readonly-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->hub, sizeof(stage->hub), "%s/hub.sock", stage->folder);
    snprintf(stage->socket, sizeof(stage->socket), "%s/relay.sock", stage->folder);
    snprintf(stage->yaml, sizeof(stage->yaml), "%s/hub.yaml", stage->folder);
    snprintf(stage->state, sizeof(stage->state), "%s/state", stage->folder);
    snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", stage->folder);
    snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s", stage->folder);
    snprintf(asked, sizeof(asked), "%s", mode);
    start_hub(stage, role);
    stage->relay = relay_new(stage->socket, stage->hub);
    stage->vt = vt_spawn(&spawn);
    return stage;
}

static void
stage_free(struct stage *stage)
{
    char command[128];
    int status = 0;

    assert_int_equal(vt_close(stage->vt, SIGTERM), 0);
    relay_free(stage->relay);
    kill(stage->hub_pid, SIGTERM);
    assert_int_equal(waitpid(stage->hub_pid, &status, 0), stage->hub_pid);
    assert_int_equal(status, 0);
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

/* Out of whatever was opened, and wait until the console has come so far: a command that
 * is typed, and not entered, is on the screen. */
static void
settle(struct stage *stage)
{
    char text[24];

    snprintf(text, sizeof(text), "step-%d.", ++stage->steps);
    vt_press(stage->vt, "ctrl-c n :");
    vt_send(stage->vt, text);
    shows(stage, text);
    vt_press(stage->vt, "ctrl-c n");
}

/* As one would go on after a verb: this site, yes, a reason, yes. */
static void
go_on(struct stage *stage)
{
    vt_press(stage->vt, "t enter");
    vt_send(stage->vt, "reason\r");
    settle(stage);
}

static void
drive_suspend(struct stage *stage)
{
    int status = 0;

    assert_int_equal(waitpid(vt_pid(stage->vt), &status, WUNTRACED), vt_pid(stage->vt));
    assert_true(WIFSTOPPED(status));
    vt_pump(stage->vt, 0);
    assert_false(vt_alternate(stage->vt));
    kill(vt_pid(stage->vt), SIGCONT);
    while (!vt_alternate(stage->vt)) /* before that, ctrl-c would be a signal */
        assert_true(vt_pump(stage->vt, VT_DEADLINE_MS));
    settle(stage);
}

static void
drive_key(struct stage *stage, const struct binding *binding)
{
    struct buf name = { 0 };

    vt_press(stage->vt, "1"); /* where there is something to act on */
    settle(stage);
    key_print(binding->key, &name);
    vt_press(stage->vt, name.at);
    buf_release(&name);
    if (strcmp(binding->action->name, "suspend") == 0)
        drive_suspend(stage);
    else
        go_on(stage);
}

static const char *
example(enum argument argument)
{
    switch (argument) {
    case ARGUMENT_NONE:
        return NULL;
    case ARGUMENT_VIEW:
        return "table";
    case ARGUMENT_SELECTOR:
        return "state!=down";
    case ARGUMENT_GROUPS:
        return "region size";
    case ARGUMENT_COLOUR:
        return "health";
    case ARGUMENT_FIELD:
        return "name";
    case ARGUMENT_CLUSTER:
        return "store-0001";
    case ARGUMENT_THEME:
        return "mono";
    case ARGUMENT_DIGIT:
        return "2";
    case ARGUMENT_TEXT:
        return "help";
    }
    return NULL;
}

static void
drive_command(struct stage *stage, const char *name, const char *argument)
{
    char text[80];

    snprintf(text, sizeof(text), ":%s%s%s\r", name, argument ? " " : "",
        argument ? argument : "");
    vt_send(stage->vt, text);
    if (strcmp(name, "suspend") == 0)
        drive_suspend(stage);
    else
        go_on(stage);
}

static void
drive_everything(struct stage *stage)
{
    struct keymap *keymap = calloc(1, sizeof(*keymap));
    struct err problem = { 0 }, err = { 0 };

    shows(stage, "40 sites");
    shows(stage, "live");
    assert_true(keymap_load(keymap, NULL, "default", &problem, &err));
    assert_true(keymap->count > 40);
    for (int i = 0; i < keymap->count; i++)
        drive_key(stage, &keymap->bindings[i]);
    for (const struct action *action = action_table; action->name; action++) {
        const char *argument = example(action->argument);

        vt_press(stage->vt, "2");
        settle(stage);
        drive_command(stage, action->name, NULL);
        if (argument)
            drive_command(stage, action->name, argument);
    }
    free(keymap);
    vt_send(stage->vt, ":map\r:filter-clear\r");
    shows(stage, "40 sites");
}

static void
only_get_was_sent(struct stage *stage)
{
    size_t all = relay_count(stage->relay, "");

    assert_true(relay_count(stage->relay, "GET /v1/watch ") > 0);
    assert_true(relay_count(stage->relay, "GET /v1/clusters/") > 0);
    assert_true(relay_count(stage->relay, "GET /v1/audit") > 0);
    assert_int_equal(relay_count(stage->relay, "GET "), all);
}

static void
read_only_sends_nothing_but_get(void **test)
{
    struct stage *stage = stage_new("admin", "--read-only");

    (void)test;
    drive_everything(stage);
    shows(stage, "read-only");
    only_get_was_sent(stage);
    stage_free(stage);
}

static void
a_viewer_sends_nothing_but_get(void **test)
{
    struct stage *stage = stage_new("viewer", "");

    (void)test;
    drive_everything(stage);
    shows(stage, "read-only");
    only_get_was_sent(stage);
    stage_free(stage);
}

static void
the_same_driving_as_an_operator_writes(void **test)
{
    struct stage *stage = stage_new("operator", "");

    (void)test;
    drive_everything(stage);
    assert_true(relay_count(stage->relay, "POST /v1/maintenance ") > 0);
    stage_free(stage);
}

static int
be_the_console(const char *socket, const char *mode)
{
    struct console_options options = {
        .unix_path = socket, .read_only = strcmp(mode, "--read-only") == 0, .depth = -1
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
        cmocka_unit_test(read_only_sends_nothing_but_get),
        cmocka_unit_test(a_viewer_sends_nothing_but_get),
        cmocka_unit_test(the_same_driving_as_an_operator_writes),
    };

    if (argc == 4 && strcmp(argv[1], "--console") == 0)
        return be_the_console(argv[2], argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
