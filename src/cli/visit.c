/* visit -- see visit.h. */
#include "cli/visit.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "hub/hub.h"
#include "net/process.h"
#include "wire/stream.h"

#define KNOCK_MS       5000
#define START_MS       15000
#define START_AGAIN_MS 20
#define NAMES          512 /* fields and tags that a misspelt one is held against */
#define HUB_LOG_BYTES  ((size_t)16 << 20)

/* --- which hub -------------------------------------------------------------------------
 */

static void
out_of_time(void *user)
{
    struct visit *visit = user;

    visit->late = true;
}

/* As a shell reads it back. */
static void
add_quoted(struct buf *buf, const char *text)
{
    bool plain = text[0] != '\0';

    for (const char *at = text; *at && plain; at++)
        plain = isalnum((unsigned char)*at) || strchr("/._-+:@%", *at);
    if (plain) {
        buf_add_text(buf, text);
        return;
    }
    buf_add_shell(buf, str_from(text));
}

/* The command line that leads here again, for `=` and for hints. */
static char *
command_of(const struct invocation *invocation)
{
    struct buf buf = { 0 };
    static const char *const names[] = { "hub", "kubeconfig", "context" };

    buf_add_text(&buf, "nocturne");
    if (invocation_has(invocation, "demo"))
        buf_add_text(&buf, " --demo");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = invocation_value(invocation, names[i]);

        if (!value)
            continue;
        buf_print(&buf, " --%s ", names[i]);
        add_quoted(&buf, value);
    }
    return buf_take(&buf);
}

static bool
find_private(struct visit *visit, const struct invocation *invocation, struct err *err)
{
    struct kubeconfig kubeconfig = { 0 };
    char name[sizeof(visit->instance.name)];
    bool ok = false;

    visit->private_hub = true;
    if (visit->demo) {
        instance_name(name, NULL);
    } else {
        if (!kubeconfig_load(&kubeconfig, invocation_value(invocation, "kubeconfig"),
                invocation_value(invocation, "context"), err))
            return false;
        instance_name(name, &kubeconfig);
        visit->kubeconfig =
            kubeconfig.path[0] == '/' ? mem_text(kubeconfig.path) : NULL; /* in-cluster */
        visit->context = mem_text(kubeconfig.context);
    }
    ok = instance_init(&visit->instance, name, err);
    if (ok)
        visit->socket_path = mem_text(visit->instance.socket_path);
    kubeconfig_release(&kubeconfig);
    return ok;
}

/* --demo, --kubeconfig and --context name a source for a private hub. */
static bool
names_source(const struct invocation *invocation, bool *named, struct err *err)
{
    bool demo = invocation_has(invocation, "demo");
    bool server =
        invocation_has(invocation, "kubeconfig") || invocation_has(invocation, "context");

    *named = demo || server;
    if (demo && server)
        err_set(err, ERR_USAGE, "--demo looks at no API server: leave out --kubeconfig");
    else if (*named && invocation_has(invocation, "hub"))
        err_set(err, ERR_USAGE, "--hub has its own sources: leave out the others");
    else
        return true;
    return false;
}

bool
visit_find(struct visit *visit, const struct invocation *invocation, struct err *err)
{
    const char *socket = invocation_value(invocation, "hub");
    bool named;

    *visit = (struct visit){ .wait_ms = VISIT_WAIT_MS };
    if (!names_source(invocation, &named, err) ||
        !invocation_duration(invocation, "wait", &visit->wait_ms, err))
        return false;
    if (!socket && !named)
        socket = getenv("NOCTURNE_HUB");
    if (!socket && !named && !getenv("KUBECONFIG") && file_exists(HUB_SYSTEM_SOCKET))
        socket = HUB_SYSTEM_SOCKET;
    visit->demo = invocation_has(invocation, "demo");
    visit->read_only = invocation_has(invocation, "read-only");
    visit->command = command_of(invocation);
    visit->loop = loop_new();
    visit->deadline = timer_new(visit->loop, out_of_time, visit);
    if (!socket || !socket[0])
        return find_private(visit, invocation, err);
    visit->socket_path = mem_text(socket);
    return true;
}

void
visit_release(struct visit *visit)
{
    client_free(visit->client);
    if (visit->deadline)
        timer_free(visit->deadline);
    loop_free(visit->loop);
    instance_release(&visit->instance);
    free(visit->socket_path);
    free(visit->kubeconfig);
    free(visit->context);
    free(visit->command);
    *visit = (struct visit){ 0 };
}

/* --- asking
 * ------------------------------------------------------------------------------ */

struct answer {
    bool here;
    struct buf *body;
    struct err err;
};

static void
answered(void *user, const struct client_answer *answer)
{
    struct answer *mine = user;

    mine->here = true;
    mine->err = answer->err;
    buf_add_str(mine->body, answer->body);
}

bool
visit_ask(struct visit *visit, const struct client_request *request, struct buf *body,
    struct err *err)
{
    struct answer answer = { .body = body };
    struct client_request mine = *request;

    mine.done = answered;
    mine.user = &answer;
    if (!client_send(visit->client, &mine, err))
        return false;
    while (!answer.here)
        loop_turn(visit->loop, true);
    if (answer.err.code == ERR_NONE)
        return true;
    *err = answer.err;
    return false;
}

bool
visit_get(struct visit *visit, const char *path, struct buf *body, struct err *err)
{
    return visit_ask(visit, &(struct client_request){ .path = path }, body, err);
}

/* The hub's API must be ours. */
static bool
check_version(struct visit *visit, struct str body, struct err *err)
{
    struct yaml *yaml = yaml_parse("hub", body, err);
    int64_t api = 0;
    bool ok = yaml && yaml_int("hub", yaml, "api", &api, err);

    yaml_release(yaml);
    if (!ok || api == STREAM_API)
        return ok;
    if (api == 0) {
        err_set(err, ERR_VERSION, "what answers at %s is no hub that this program knows",
            visit->socket_path);
        return false;
    }
    err_set(err, ERR_VERSION,
        "the hub at %s speaks API %lld, this program API %d: stop it with '%s hub stop', "
        "or "
        "use the program it belongs to",
        visit->socket_path, (long long)api, STREAM_API, visit->command);
    return false;
}

bool
visit_knock(struct visit *visit, struct err *err)
{
    struct buf body = { 0 };
    struct client_request request = { .path = "/v1/hub", .timeout_ms = KNOCK_MS };
    bool ok = visit_ask(visit, &request, &body, err);

    if (ok)
        ok = check_version(visit, buf_str(&body), err);
    else if (err->code == ERR_DENIED || err->code == ERR_UNAUTHENTICATED)
        err_wrap(err, "hub at %s", visit->socket_path);
    buf_release(&body);
    return ok;
}

/* --- a private hub
 * ------------------------------------------------------------------------ */

/* The last line of the hub's log, which says why it went. */
static void
explain_end(const struct visit *visit, struct err *err)
{
    struct buf log = { 0 };
    struct str rest, line, last = { 0 };
    struct err ignored = { 0 };

    if (file_read(visit->instance.log_path, HUB_LOG_BYTES, &log, &ignored)) {
        rest = buf_str(&log);
        while (str_split(&rest, '\n', &line))
            if (line.length > 0)
                last = line;
    }
    err_set(err, ERR_UNAVAILABLE, "the private hub did not start: %.*s (%s)",
        (int)(last.length > 300 ? 300 : last.length), last.at ? last.at : "",
        visit->instance.log_path);
    buf_release(&log);
}

struct birth {
    struct visit *visit;
    bool gone;
    bool again;
};

static void
alive_ready(void *user, int events)
{
    struct birth *birth = user;

    if (events & (FD_CLOSED | FD_READABLE))
        birth->gone = true;
}

static void
knock_again(void *user)
{
    struct birth *birth = user;

    birth->again = true;
}

static bool
spawn(struct visit *visit, int *alive_fd, struct err *err)
{
    char *self = process_self();
    const char *argv[10] = { self, "hub", "--private", visit->instance.name };
    size_t count = 4;
    bool ok;

    if (visit->demo)
        argv[count++] = "--demo";
    if (visit->kubeconfig) {
        argv[count++] = "--kubeconfig";
        argv[count++] = visit->kubeconfig;
        argv[count++] = "--context";
        argv[count++] = visit->context;
    }
    ok = process_daemon(argv, visit->instance.log_path, alive_fd, err);
    if (!ok)
        err_wrap(err, "cannot start a private hub");
    free(self);
    return ok;
}

/* Knock until it opens, it is gone, or it takes too long. */
static bool
await_birth(struct visit *visit, int alive_fd, struct err *err)
{
    struct birth birth = { .visit = visit };
    struct watch_fd *watch = watch_fd_new(visit->loop, alive_fd, alive_ready, &birth);
    struct timer *again = timer_new(visit->loop, knock_again, &birth);
    bool ok = false;

    visit->late = false;
    timer_start(visit->deadline, START_MS, 0);
    watch_fd_set(watch, FD_READABLE | FD_CLOSED);
    while (!(ok = visit_knock(visit, err)) &&
           (err->code == ERR_UNAVAILABLE || err->code == ERR_TIMEOUT) && !birth.gone &&
           !visit->late) {
        birth.again = false;
        timer_start(again, START_AGAIN_MS, 0);
        while (!birth.again && !birth.gone)
            loop_turn(visit->loop, true);
    }
    if (!ok && birth.gone)
        explain_end(visit, err);
    timer_stop(visit->deadline);
    watch_fd_free(watch);
    timer_free(again);
    return ok;
}

bool
visit_await_end(struct visit *visit, struct err *err)
{
    char *path = mem_print("%s/journal.db.lock", visit->instance.state_path);
    struct birth birth = { 0 };
    struct timer *again = timer_new(visit->loop, knock_again, &birth);
    int lock;

    visit->late = false;
    timer_start(visit->deadline, START_MS, 0);
    while ((lock = file_lock(path, false, err)) < 0 && err->code == ERR_CONFLICT &&
           !visit->late) {
        birth.again = false;
        timer_start(again, START_AGAIN_MS, 0);
        while (!birth.again)
            loop_turn(visit->loop, true);
    }
    timer_stop(visit->deadline);
    timer_free(again);
    free(path);
    if (lock >= 0)
        close(lock);
    return lock >= 0;
}

bool
visit_start(struct visit *visit, struct err *err)
{
    int alive_fd = -1, lock = file_lock(visit->instance.start_lock, true, err);
    bool ok = false;

    if (lock < 0)
        return false;
    /* Whoever had the lock before may have started it. */
    ok = visit_knock(visit, err);
    if (!ok && err->code == ERR_UNAVAILABLE) {
        ok = visit_await_end(visit, err) && spawn(visit, &alive_fd, err) &&
             await_birth(visit, alive_fd, err);
        if (alive_fd >= 0)
            close(alive_fd);
    }
    close(lock);
    return ok;
}

void
visit_revive(struct visit *visit)
{
    struct err err = { 0 };
    int lock =
        visit->private_hub ? file_lock(visit->instance.start_lock, false, &err) : -1;

    if (lock < 0)
        return; /* somebody else is at it */
    if (!spawn(visit, NULL, &err))
        log_line(LOG_WARN, "%s", err.text);
    close(lock);
}

bool
visit_connect(
    struct visit *visit, const struct client_calls *calls, void *user, struct err *err)
{
    struct client_target target = {
        .unix_path = visit->socket_path,
        .own_uid = visit->private_hub,
        .read_only = visit->read_only,
    };

    visit->client = client_new(visit->loop, &target, calls, user, err);
    return visit->client != NULL;
}

bool
visit_open(struct visit *visit, const struct invocation *invocation,
    const struct client_calls *calls, void *user, struct err *err)
{
    if (!visit_find(visit, invocation, err) || !visit_connect(visit, calls, user, err))
        return false;
    if (visit_knock(visit, err))
        return true;
    return err->code == ERR_UNAVAILABLE && visit->private_hub && visit_start(visit, err);
}

/* --- the whole picture
 * --------------------------------------------------------------------- */

/* Loaded, or what was last known of it is there and it could not be had anew. */
static bool
is_there(const struct fleet_source *source)
{
    return source->synced || (source->kept && source->fault[0]);
}

/* What can be said of it is known, if only what is wrong with it. */
static bool
is_settled(const struct fleet_source *source)
{
    return source->synced || source->fault[0];
}

typedef bool source_test(const struct fleet_source *source);

/* Sources that are not as is asked for. */
static uint32_t
count_without(const struct visit *visit, source_test *test)
{
    const struct fleet *fleet = client_fleet(visit->client);
    uint32_t count = 0;

    for (uint32_t i = 0; i < fleet->source_count; i++)
        count += !test(&fleet->sources[i]);
    return count;
}

static void
tell_missing(const struct visit *visit)
{
    const struct fleet *fleet = client_fleet(visit->client);

    for (uint32_t i = 0; i < fleet->source_count; i++) {
        const struct fleet_source *source = &fleet->sources[i];

        if (!source->synced || source->fault[0])
            notice("source %s: %s: %s%s", source->name, source->phase,
                source->fault[0] ? source->fault : "not loaded yet",
                is_there(source) ? "; showing what was last known" : "");
    }
}

static bool
await_sources(struct visit *visit, source_test *test, struct err *err)
{
    uint32_t missing;

    visit->late = false;
    timer_start(visit->deadline, visit->wait_ms, 0);
    client_start(visit->client);
    while (
        !visit->late && (!client_synced(visit->client) || count_without(visit, test) > 0))
        loop_turn(visit->loop, true);
    timer_stop(visit->deadline);
    if (!client_synced(visit->client)) {
        struct link link = client_link(visit->client);

        err_set(err, ERR_UNAVAILABLE, "the hub at %s gave no picture within %lld s%s%s",
            visit->socket_path, (long long)(visit->wait_ms / 1000),
            link.fault.text[0] ? ": " : "", link.fault.text);
        return false;
    }
    tell_missing(visit);
    missing = count_without(visit, is_there);
    if (missing == 0)
        return true;
    notice("%u of %u sources are not loaded: what follows is not the whole fleet",
        missing, client_fleet(visit->client)->source_count);
    err_set(err, ERR_TIMEOUT, "%s", "");
    return false;
}

bool
visit_sync(struct visit *visit, struct err *err)
{
    return await_sources(visit, is_there, err);
}

bool
visit_settle(struct visit *visit, struct err *err)
{
    return await_sources(visit, is_settled, err);
}

char *
visit_nearest(const struct visit *visit, const char *given)
{
    const struct fleet *fleet = client_fleet(visit->client);
    const char *names[NAMES], *near;
    char *tags[NAMES], *found;
    struct census_row *rows;
    uint32_t row_count = fleet_tag_keys(fleet, &rows);
    size_t count = 0, tag_count = 0;

    for (const struct field *field = fields; field->name && count < NAMES; field++)
        names[count++] = field->name;
    for (uint32_t i = 0; i < row_count && count < NAMES; i++) {
        struct str key = intern_str(fleet->intern, rows[i].text);

        tags[tag_count] = mem_text_length(key.at, key.length);
        names[count++] = tags[tag_count++];
    }
    near = str_nearest(str_from(given), names, count);
    found = near ? mem_text(near) : NULL;
    while (tag_count > 0)
        free(tags[--tag_count]);
    free(rows);
    return found;
}

void
visit_warn(const struct visit *visit, const struct selector *selector)
{
    const struct fleet *fleet = client_fleet(visit->client);
    const char *stranger;
    size_t at = 0;

    while (fleet->count > 0 && (stranger = selector_stranger(selector, fleet, &at))) {
        char *near = visit_nearest(visit, stranger);

        notice("no cluster has a tag '%.100s', and no field is called so%s%s%s", stranger,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        free(near);
    }
}

void
visit_tell(const struct visit *visit)
{
    const struct fleet *fleet = client_fleet(visit->client);
    const struct hello *hello = client_hello(visit->client);
    int64_t now_ms = client_hub_ms(visit->client);

    if (hello && hello->simulated)
        notice("SIMULATED: none of this fleet is real");
    for (uint32_t i = 0; i < fleet->source_count; i++) {
        const struct fleet_source *source = &fleet->sources[i];
        struct buf since = { 0 };

        if (!source->synced || source->fault[0] || !source_is_silent(source, now_ms))
            continue; /* loaded and sound, or said by visit_sync */
        clock_print_rfc3339(&since, source->fresh_ms);
        notice("source %s: silent since %s; showing what was last known", source->name,
            source->fresh_ms > 0 ? since.at : "its start");
        buf_release(&since);
    }
}
