/* maintenance -- windows: start and end them over a set that was shown before. */
#include "wire/maintenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/get.h"
#include "fleet/sentence.h"
#include "net/http.h"

#define CONFIRM_ABOVE 10 /* clusters: what is larger must be typed */
#define NAMES_SHOWN   20
#define KEY_BYTES     16

struct change {
    const struct invocation *invocation;
    struct visit visit;
    struct maintenance_request request;
    struct maintenance_answer preview;
    bool start;
    char *path;   /* of the POST */
    char *window; /* ended by id; NULL otherwise */
    char key[2 * KEY_BYTES + 1];
};

/* --- what is asked for
 * ------------------------------------------------------------------ */

static bool
take_duration(struct change *change, struct err *err)
{
    if (!change->start)
        return true;
    if (!invocation_has(change->invocation, "for")) {
        err_set(err, ERR_USAGE, "for how long? --for 2h");
        return false;
    }
    return invocation_duration(
               change->invocation, "for", &change->request.duration_ms, err) &&
           maintenance_check_duration(change->request.duration_ms, err);
}

static bool
take_reason(struct change *change, struct err *err)
{
    const char *reason = invocation_value(change->invocation, "reason");

    if (!reason && change->start) {
        err_set(err, ERR_USAGE, "why? --reason TEXT goes into the audit");
        return false;
    }
    if (!reason)
        return true;
    change->request.reason = mem_text(reason);
    return maintenance_check_reason(str_from(reason), err);
}

/* -l SELECTOR or NAME…, never both, never neither. */
static bool
take_target(struct change *change, struct err *err)
{
    const struct invocation *invocation = change->invocation;
    const char *selector = invocation_value(invocation, "selector");

    if (!selector && invocation_has(invocation, "all"))
        selector = "";
    if (selector && invocation->word_count > 1) {
        err_set(err, ERR_USAGE, "a selector or names, not both");
        return false;
    }
    if (!selector && invocation->word_count < 2) {
        err_set(err, ERR_USAGE, "which clusters? -l SELECTOR, or their names%s",
            change->start ? "" : ", or the window's id");
        return false;
    }
    if (selector && selector[0] == '\0' && !invocation_has(invocation, "all")) {
        err_set(err, ERR_USAGE, "an empty selector is the whole fleet: say --all");
        return false;
    }
    change->request.selector = mem_text(selector);
    for (size_t i = 1; i < invocation->word_count; i++)
        frozen_add(&change->request.names, str_from(invocation->words[i]));
    return true;
}

static bool
take_request(struct change *change, struct err *err)
{
    const char *key = invocation_value(change->invocation, "key");

    change->request.force = invocation_has(change->invocation, "force");
    if (key && strlen(key) >= MAINTENANCE_KEY_BYTES) {
        err_set(
            err, ERR_USAGE, "--key: at most %d characters", MAINTENANCE_KEY_BYTES - 1);
        return false;
    }
    random_hex(change->key, KEY_BYTES);
    change->path = mem_text(change->start ? "/v1/maintenance" : "/v1/maintenance/end");
    return take_target(change, err) && take_duration(change, err) &&
           take_reason(change, err);
}

/* --- asking the hub
 * ------------------------------------------------------------------------ */

static bool
post(struct change *change, struct maintenance_answer *answer, struct buf *body,
    struct err *err)
{
    const char *key = invocation_value(change->invocation, "key");
    struct buf out = { 0 };
    struct client_request request = { .method = "POST", .path = change->path };
    bool ok;

    maintenance_request_print(&change->request, &out);
    request.body = buf_str(&out);
    if (!change->request.dry_run)
        request.key = key ? key : change->key;
    ok = visit_ask(&change->visit, &request, body, err) &&
         maintenance_answer_parse(answer, buf_str(body), err);
    buf_release(&out);
    return ok;
}

/* One word that is the id of a window ends that window. */
static bool
find_window(struct change *change, struct err *err)
{
    struct buf path = { 0 }, body = { 0 };
    struct err inner = { 0 };
    bool found, ok = true;

    if (change->start || change->request.names.count != 1)
        return true;
    buf_add_text(&path, "/v1/maintenance/");
    http_encode(&path, str_from(change->request.names.ids[0]));
    found = visit_get(&change->visit, path.at, &body, &inner);
    if (found) {
        change->window = mem_text(change->request.names.ids[0]);
        frozen_release(&change->request.names);
        free(change->path);
        change->path = mem_print("%s/end", path.at);
    } else if (inner.code != ERR_NOT_FOUND) {
        *err = inner;
        ok = false;
    }
    buf_release(&path);
    buf_release(&body);
    return ok;
}

/* --- what is said
 * ----------------------------------------------------------------------------- */

static void
print_set(const struct frozen *set, const char *what, struct buf *out)
{
    if (set->count == 0)
        return;
    buf_print(out, "%s:\n", what);
    for (size_t i = 0; i < set->count && i < NAMES_SHOWN; i++)
        buf_print(out, "  %s\n", set->ids[i]);
    if (set->count > NAMES_SHOWN)
        buf_print(out, "  and %zu more\n", set->count - NAMES_SHOWN);
}

static void
print_preview(const struct change *change, struct buf *out)
{
    const struct maintenance_answer *preview = &change->preview;
    char number[16];

    count_print(number, preview->set.count);
    buf_print(out, "%s maintenance of %s cluster%s", change->start ? "start" : "end",
        number, preview->set.count == 1 ? "" : "s");
    if (preview->until_ms > 0) {
        buf_add_text(out, " until ");
        clock_print_rfc3339(out, preview->until_ms);
    }
    buf_add_char(out, '\n');
    print_set(&preview->set, "clusters", out);
    if (preview->not_permitted > 0)
        buf_print(
            out, "%u more match and are not yours to change\n", preview->not_permitted);
    print_set(&preview->conflicts, change->start ? "windows in the way" : "windows", out);
}

static bool
print_answer(
    const struct change *change, const struct maintenance_answer *answer, struct err *err)
{
    struct buf out = { 0 };
    char number[16];
    bool ok;

    count_print(number, answer->set.count);
    if (change->start) {
        buf_print(&out, "%s: %s cluster%s in maintenance until ", answer->window, number,
            answer->set.count == 1 ? "" : "s");
        clock_print_rfc3339(&out, answer->until_ms);
        buf_add_char(&out, '\n');
    } else {
        buf_print(&out, "%s cluster%s out of maintenance\n", number,
            answer->set.count == 1 ? "" : "s");
    }
    ok = output(&out, err);
    buf_release(&out);
    return ok;
}

/* Who joined and who left since the preview. */
static void
tell_moved(const struct maintenance_moved *moved)
{
    notice("the selector has moved since the preview: %zu joined, %zu left",
        moved->joined.count, moved->left.count);
    for (size_t i = 0; i < moved->joined.count && i < NAMES_SHOWN; i++)
        notice("  joined %s", moved->joined.ids[i]);
    for (size_t i = 0; i < moved->left.count && i < NAMES_SHOWN; i++)
        notice("  left %s", moved->left.ids[i]);
}

/* --- the steps
 * ---------------------------------------------------------------------------------- */

/* More than a few clusters: the number is typed, or given as --confirm. */
static bool
confirm(const struct change *change, struct err *err)
{
    const char *given = invocation_value(change->invocation, "confirm");
    size_t count = change->preview.set.count;
    char line[32] = "", number[16];
    int64_t typed_count = -1;

    if (count <= CONFIRM_ABOVE && !given)
        return true;
    if (!given && isatty(STDIN_FILENO)) {
        fprintf(stderr, "type the number of clusters to go on: ");
        fflush(stderr);
        given = fgets(line, sizeof(line), stdin);
    }
    if (given) {
        struct str typed = str_from(given);

        typed = str_trim(typed);
        count_print(number, count); /* as it was shown: 1,200 */
        if (str_is(typed, number) ||
            (str_to_i64(typed, &typed_count) && typed_count == (int64_t)count))
            return true;
    }
    err_set(err, ERR_USAGE,
        "%zu clusters: nothing was done; --confirm %zu says that this is meant", count,
        count);
    return false;
}

/* The same set again, with the hub's word for where the selector is now. */
static bool
accept_moved(struct change *change, struct buf *body, struct maintenance_answer *answer,
    struct err *err)
{
    struct maintenance_moved moved = { 0 };
    struct err inner = { 0 };
    bool accepted = invocation_has(change->invocation, "accept-moved"), ok = false;

    if (!maintenance_moved_parse(&moved, buf_str(body), &inner))
        return false; /* err says what the hub did */
    tell_moved(&moved);
    if (accepted) {
        memcpy(change->request.accept, moved.live, sizeof(moved.live));
        buf_clear(body);
        random_hex(change->key, KEY_BYTES); /* another body */
        ok = post(change, answer, body, err);
    } else {
        err_set(err, ERR_MOVED,
            "nothing was done: look again, or say --accept-moved to act "
            "on those shown that are still there");
    }
    maintenance_moved_release(&moved);
    return ok;
}

static bool
act(struct change *change, struct err *err)
{
    struct maintenance_answer answer = { 0 };
    struct buf body = { 0 };
    bool ok;

    change->request.dry_run = false;
    if (!change->window) {
        change->request.has_frozen = true;
        frozen_copy(&change->request.frozen, &change->preview.set);
    }
    ok = post(change, &answer, &body, err);
    if (!ok && err->code == ERR_MOVED)
        ok = accept_moved(change, &body, &answer, err);
    ok = ok && print_answer(change, &answer, err);
    maintenance_answer_release(&answer);
    buf_release(&body);
    return ok;
}

static bool
preview(struct change *change, struct err *err)
{
    struct buf body = { 0 }, out = { 0 };
    bool dry_run = invocation_has(change->invocation, "dry-run"), ok;

    change->request.dry_run = true;
    ok = post(change, &change->preview, &body, err);
    if (ok) {
        print_preview(change, &out);
        if (dry_run)
            ok = output(&out, err);
        else if (change->preview.set.count > 1)
            fprintf(stderr, "%s", out.at);
    }
    if (ok && !dry_run && change->preview.set.count == 0) {
        err_set(err, ERR_NOT_FOUND, "no cluster is selected%s: nothing was done",
            change->preview.not_permitted > 0 ? " that you may change" : "");
        ok = false;
    }
    /* With a key the hub looks first whether it has done just this already. */
    if (ok && !dry_run && change->start && change->preview.conflicts.count > 0 &&
        !change->request.force && !invocation_has(change->invocation, "key")) {
        err_set(err, ERR_CONFLICT,
            "%s is open on some of them: nothing was done; --force "
            "(role lead) replaces it",
            change->preview.conflicts.ids[0]);
        ok = false;
    }
    buf_release(&body);
    buf_release(&out);
    return ok;
}

/* Has the hub done just this under this key already? An empty set is never acted on: the
 * key is known, or the hub refuses. */
static bool
recall(struct change *change, bool *done, struct err *err)
{
    struct maintenance_answer answer = { 0 };
    struct buf body = { 0 };
    struct err inner = { 0 };
    bool ok = false;

    *done = false;
    if (!invocation_has(change->invocation, "key") ||
        invocation_has(change->invocation, "dry-run"))
        return true;
    if (!find_window(change, err))
        return false;
    if (change->window) /* ended by its id: there is no set that could move */
        return true;
    change->request.has_frozen = true;
    frozen_seal(&change->request.frozen);
    *done = post(change, &answer, &body, &inner);
    change->request.has_frozen = false;
    buf_release(&body);
    if (*done)
        ok = print_answer(change, &answer, err);
    else if (inner.code == ERR_IN_FLIGHT || inner.code == ERR_KEY_REUSED)
        *err = inner;
    else
        ok = true;
    maintenance_answer_release(&answer);
    return ok;
}

/* A selector needs the whole fleet. Names need those that they name: only what is not
 * found may be of a source that is not there yet. */
static bool
look(struct change *change, struct err *err)
{
    if (change->request.selector)
        return visit_sync(&change->visit, err) && preview(change, err);
    if (find_window(change, err) && preview(change, err))
        return true;
    if (err->code != ERR_NOT_FOUND)
        return false;
    maintenance_answer_release(&change->preview);
    return visit_settle(&change->visit, err) && find_window(change, err) &&
           preview(change, err);
}

static bool
change_run(struct change *change, struct err *err)
{
    bool done = false;

    if (!take_request(change, err) ||
        !visit_open(&change->visit, change->invocation, NULL, NULL, err) ||
        !recall(change, &done, err))
        return false;
    if (done)
        return true;
    if (!look(change, err))
        return false;
    if (invocation_has(change->invocation, "dry-run"))
        return true;
    return confirm(change, err) && act(change, err);
}

static bool
maintenance_run(struct invocation *invocation, struct err *err)
{
    const char *verb = invocation->word_count > 0 ? invocation->words[0] : "";
    struct change change = { .invocation = invocation };
    bool ok;

    change.start = strcmp(verb, "start") == 0;
    if (!change.start && strcmp(verb, "end") != 0) {
        err_set(err, ERR_USAGE, "maintenance what? start or end%s",
            verb[0] ? "" : "; nocturne get maintenance lists the windows");
        return false;
    }
    ok = change_run(&change, err);
    if (!ok && err->code == ERR_TIMEOUT && err->text[0] == '\0')
        err_set(err, ERR_TIMEOUT, "not all sources are loaded: nothing was done");
    visit_release(&change.visit);
    maintenance_request_release(&change.request);
    maintenance_answer_release(&change.preview);
    free(change.path);
    free(change.window);
    return ok;
}

/* --- get maintenance
 * ------------------------------------------------------------------------------ */

struct windows {
    struct get *get;
    struct grid grid;
    struct buf lines; /* of -o name and -o ndjson */
    bool any;
};

static void
window_line(struct windows *windows, const struct maintenance_window *window)
{
    if (windows->get->format == FORMAT_NAME)
        buf_add_text(&windows->lines, window->id);
    else
        maintenance_window_print(window, window->ids.count, &windows->lines);
    buf_add_char(&windows->lines, '\n');
}

static void
window_row(struct windows *windows, const struct maintenance_window *window)
{
    struct grid *grid = &windows->grid;
    bool csv = windows->get->format == FORMAT_CSV, ended = window->ended_ms > 0;

    grid_add(grid, str_from(window->id));
    grid_add(grid, str_from(window->how));
    get_add_number(windows->get, grid, window->count);
    get_add_time(windows->get, grid, window->started_ms);
    if (ended && !csv)
        grid_add(grid, STR("-"));
    else
        get_add_time(windows->get, grid, ended ? window->ended_ms : window->until_ms);
    grid_add(grid, str_from(window->by));
    grid_add(grid, str_from(window->target ? window->target : "(partly yours)"));
    grid_add(grid, str_from(window->reason));
}

static void
window_seen(void *user, const struct maintenance_window *window)
{
    struct windows *windows = user;

    windows->any = true;
    if (windows->get->format == FORMAT_NAME || windows->get->format == FORMAT_NDJSON)
        window_line(windows, window);
    else
        window_row(windows, window);
}

static bool
windows_print(struct windows *windows, struct str body, struct err *err)
{
    static const char *const titles[] = { "id", "how", "clusters", "age", "ends in", "by",
        "target", "reason" };
    static const char *const exact[] = { "id", "how", "clusters", "started", "ends", "by",
        "target", "reason" };
    enum format format = windows->get->format;

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        grid_column(&windows->grid, format == FORMAT_CSV ? exact[i] : titles[i],
            i >= 2 && i <= 4);
    if (!maintenance_list_parse(body, window_seen, windows, err))
        return false;
    if (!windows->any && format != FORMAT_CSV && format != FORMAT_NDJSON)
        notice(invocation_has(windows->get->invocation, "all")
                   ? "there was no window yet"
                   : "no window is open; --all lists those that ended, too");
    if (format == FORMAT_NAME || format == FORMAT_NDJSON)
        return output(&windows->lines, err);
    return get_print_grid(windows->get, &windows->grid, err);
}

bool
get_maintenance(const struct invocation *invocation, struct err *err)
{
    struct get get;
    struct windows windows = { .get = &get };
    struct buf body = { 0 };
    const char *path =
        invocation_has(invocation, "all") ? "/v1/maintenance?all=1" : "/v1/maintenance";
    bool ok = get_open(&get, invocation, false, NULL, err) &&
              visit_get(&get.visit, path, &body, err);

    if (!ok)
        goto out;
    if (get.format == FORMAT_JSON || get.format == FORMAT_YAML)
        ok = get_print_document(&get, buf_str(&body), err);
    else
        ok = windows_print(&windows, buf_str(&body), err);
out:
    grid_release(&windows.grid);
    buf_release(&windows.lines);
    buf_release(&body);
    get_release(&get);
    return ok;
}

/* clang-format off */
static const struct option maintenance_options[] = {
    { 'l', "selector",     "SELECTOR", "the clusters that it selects" },
    { 0,   "all",          NULL,       "the whole fleet" },
    { 0,   "for",          "DURATION", "how long: 30m, 2h, 1d" },
    { 0,   "reason",       "TEXT",     "why; it goes into the audit" },
    { 0,   "dry-run",      NULL,       "say what would happen, and do nothing" },
    { 0,   "confirm",      "COUNT",    "the number of clusters, when there is nobody to type it" },
    { 0,   "force",        NULL,       "replace windows in the way (role lead)" },
    { 0,   "accept-moved", NULL,       "act on those shown although the selector has moved" },
    { 0,   "key",          "KEY",      "idempotency key: the same command twice acts once" },
    { 0,   NULL,           NULL,       NULL },
};
/* clang-format on */

const struct command maintenance_command = {
    .name = "maintenance",
    .usage = "maintenance start|end [-l SELECTOR | NAME… | ID]",
    .help = "put clusters into a maintenance window, or take them out",
    .more =
        "start needs --for and --reason. More than 10 clusters ask for their number.\n"
        "end takes a window's id, or clusters. A selector needs every source there (it\n"
        "waits for --wait, then refuses with 11); names need only their own.",
    .options = maintenance_options,
    .client = true,
    .run = maintenance_run,
};
