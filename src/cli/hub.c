/* hub -- the daemon: in the foreground for systemd or a person, or private in the
 * background. */
#include "hub/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/document.h"
#include "cli/visit.h"

#define LOG_CAP_BYTES ((size_t)4 << 20)
#define STOP_TURN_MS  50

/* --- run
 * ------------------------------------------------------------------------------------ */

static bool
take_number(const struct invocation *invocation, const char *name, int64_t least,
    int64_t most, int64_t *number, struct err *err)
{
    const char *value = invocation_value(invocation, name);

    if (!value)
        return true;
    if (str_to_i64(str_from(value), number) && *number >= least && *number <= most)
        return true;
    err_set(err, ERR_USAGE, "--%s: a number from %lld to %lld, not '%.32s'", name,
        (long long)least, (long long)most, value);
    return false;
}

static bool
take_fleet(
    const struct invocation *invocation, struct hub_options *options, struct err *err)
{
    int64_t seed = 0, clusters = 0;
    const char *speed = invocation_value(invocation, "speed");

    if (!take_number(invocation, "seed", 1, INT64_MAX, &seed, err) ||
        !take_number(invocation, "clusters", 1, 200000, &clusters, err))
        return false;
    if (speed && (!str_to_double(str_from(speed), &options->speed) ||
                     options->speed <= 0 || options->speed > 1000)) {
        err_set(err, ERR_USAGE, "--speed: a factor up to 1000, not '%.32s'", speed);
        return false;
    }
    options->seed = (uint64_t)seed;
    options->clusters = (uint32_t)clusters;
    if ((seed || clusters || speed) && !options->demo) {
        err_set(err, ERR_USAGE, "--seed, --clusters and --speed are of --demo");
        return false;
    }
    return true;
}

static bool
run_private(const char *name, struct hub_options *options, struct err *err)
{
    struct instance instance;
    bool ok;

    if (!instance_init(&instance, name, err))
        return false;
    if (!log_to_file(instance.log_path, LOG_CAP_BYTES, LOG_INFO))
        log_to_stderr(LOG_INFO);
    options->private_hub = true;
    options->name = instance.name;
    options->socket_path = instance.socket_path;
    options->state_path = instance.state_path;
    ok = hub_run(options, err);
    instance_release(&instance);
    return ok;
}

/* A simulated fleet keeps out of the machine's folders: where `nocturne --demo` looks. */
static bool
run_demo(struct hub_options *options, struct err *err)
{
    struct instance instance;
    char name[sizeof(instance.name)];
    bool ok;

    instance_name(name, NULL);
    if (!instance_init(&instance, name, err))
        return false;
    if (!options->socket_path)
        options->socket_path = instance.socket_path;
    if (!options->state_path)
        options->state_path = instance.state_path;
    ok = hub_run(options, err);
    instance_release(&instance);
    return ok;
}

static bool
run_hub(const struct invocation *invocation, struct err *err)
{
    struct hub_options options = {
        .config_path = invocation_value(invocation, "config"),
        .socket_path = invocation_value(invocation, "socket"),
        .state_path = invocation_value(invocation, "state"),
        .kubeconfig = invocation_value(invocation, "kubeconfig"),
        .context = invocation_value(invocation, "context"),
        .demo = invocation_has(invocation, "demo"),
    };
    const char *instance = invocation_value(invocation, "private");

    if (options.config_path && (options.kubeconfig || options.context || options.demo)) {
        err_set(err, ERR_USAGE, "--config names the sources: leave out the others");
        return false;
    }
    if (!take_fleet(invocation, &options, err))
        return false;
    if (instance)
        return run_private(instance, &options, err);
    log_to_stderr(LOG_INFO);
    if (!options.config_path) { /* nobody is bound to a role: it is the caller's alone */
        options.private_hub = true;
        options.linger_ms = -1;
    }
    if (options.demo && !(options.socket_path && options.state_path))
        return run_demo(&options, err);
    return hub_run(&options, err);
}

/* --- status, stop
 * ----------------------------------------------------------------------------- */

/* A hub that is there already; none is started. */
static bool
knock(struct visit *visit, const struct invocation *invocation, struct err *err)
{
    if (visit_find(visit, invocation, err) && visit_connect(visit, NULL, NULL, err))
        return true;
    return false;
}

static bool
run_status(const struct invocation *invocation, struct err *err)
{
    static const char *const formats[] = { "text", "json", "yaml", NULL };
    struct visit visit = { 0 };
    struct buf body = { 0 }, out = { 0 };
    size_t format;
    bool ok = invocation_choice(invocation, "output", formats, &format, err) &&
              knock(&visit, invocation, err) && visit_get(&visit, "/v1/hub", &body, err);

    if (!ok)
        goto out;
    if (format == 1) {
        buf_add_str(&out, buf_str(&body));
        buf_add_char(&out, '\n');
    } else if (format == 2) {
        ok = document_print_yaml(buf_str(&body), 0, false, &out, err);
    } else {
        buf_print(&out, "socket: %s\n", visit.socket_path);
        ok = document_print_text(buf_str(&body), client_hub_ms(visit.client), &out, err);
    }
    ok = ok && output(&out, err);
out:
    buf_release(&body);
    buf_release(&out);
    visit_release(&visit);
    return ok;
}

static void
turned(void *user)
{
    bool *flag = user;

    *flag = true;
}

/* Until it does not answer any more, or the time is over. */
static bool
await_end(struct visit *visit, struct err *err)
{
    struct err gone = { 0 };
    bool late = false, again;
    struct timer *deadline = timer_new(visit->loop, turned, &late);
    struct timer *turn = timer_new(visit->loop, turned, &again);
    struct buf body = { 0 };

    timer_start(deadline, visit->wait_ms, 0);
    while (!late && visit_get(visit, "/healthz", &body, &gone)) {
        client_free(visit->client); /* a connection that is kept would keep it draining */
        visit->client = NULL;
        if (!visit_connect(visit, NULL, NULL, err))
            break;
        again = false;
        timer_start(turn, STOP_TURN_MS, 0);
        while (!again)
            loop_turn(visit->loop, true);
    }
    if (late)
        err_set(err, ERR_TIMEOUT, "the hub at %s still answers after %lld s",
            visit->socket_path, (long long)(visit->wait_ms / 1000));
    timer_free(deadline);
    timer_free(turn);
    buf_release(&body);
    return !late;
}

static bool
run_stop(const struct invocation *invocation, struct err *err)
{
    struct visit visit = { 0 };
    struct buf body = { 0 };
    bool ok = knock(&visit, invocation, err) &&
              visit_ask(&visit,
                  &(struct client_request){
                      .method = "POST", .path = "/v1/hub/stop", .body = STR("{}") },
                  &body, err) &&
              await_end(&visit, err) &&
              (!visit.private_hub || visit_await_end(&visit, err));

    buf_release(&body);
    visit_release(&visit);
    return ok;
}

static bool
hub_command_run(struct invocation *invocation, struct err *err)
{
    const char *verb = invocation->word_count > 0 ? invocation->words[0] : NULL;

    if (!verb)
        return run_hub(invocation, err);
    if (strcmp(verb, "status") == 0 && invocation->word_count == 1)
        return run_status(invocation, err);
    if (strcmp(verb, "stop") == 0 && invocation->word_count == 1)
        return run_stop(invocation, err);
    err_set(err, ERR_USAGE, "no hub '%.64s': status, stop, or nothing to run it", verb);
    return false;
}

/* clang-format off */
static const struct option hub_options_table[] = {
    { 0,   "config",   "FILE",     "hub.yaml: its sources, roles, socket" },
    { 0,   "socket",   "PATH",     "listen there (" HUB_SYSTEM_SOCKET ")" },
    { 0,   "state",    "FOLDER",   "keep journal.db and cache.db there (" HUB_SYSTEM_STATE ")" },
    { 0,   "private",  "INSTANCE", "serve this user alone, and leave when unused" },
    { 0,   "seed",     "NUMBER",   "of the simulated fleet (1)" },
    { 0,   "clusters", "NUMBER",   "of the simulated fleet (1200)" },
    { 0,   "speed",    "FACTOR",   "how fast simulated time runs (1)" },
    { 'o', "output",   "FORMAT",   "status: text, json, yaml" },
    { 0,   NULL,       NULL,       NULL },
};
/* clang-format on */

const struct command hub_command = {
    .name = "hub",
    .usage = "hub [status|stop]",
    .help = "the daemon that consoles subscribe to; how it is; stop it",
    .more =
        "Without a word it runs in the foreground until SIGTERM; without --config it\n"
        "serves the user who started it, alone. With --demo its socket and files are "
        "where\n"
        "nocturne --demo looks for them. status and stop mean the hub that a client\n"
        "command with the same options would talk to.",
    .options = hub_options_table,
    .client = true,
    .run = hub_command_run,
};
