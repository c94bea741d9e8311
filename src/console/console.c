/* console -- loop, terminal and client around a session. */
#include "console/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "console/ask.h"
#include "console/frame.h"
#include "console/memory.h"
#include "console/pace.h"
#include "console/session.h"
#include "net/loop.h"
#include "term/term.h"

#define TICK_MS     1000 /* ages and clocks run */
#define ESCAPE_MS   25   /* an ESC that nothing follows is a key */
#define REVIVE_MS   2000
#define SAVE_MS     5000 /* the selection is kept so often, if it changed */
#define THEME_BYTES 65536

struct console {
    const struct console_options *options;
    struct loop *loop;
    struct client *client;
    struct term *term;
    struct session *session;
    struct theme theme;
    struct canvas canvas;
    struct watch_fd *watch;
    struct timer *tick, *frame, *escape, *ship, *revive, *save;
    char *memory;
    struct buf kept; /* what the memory's file says */
    struct pace pace;
    bool sized, ended;
};

/* ---- themes */

/* The user's own. False with no problem: there is none. */
static bool
theme_read(struct theme *theme, const char *name, struct err *problem)
{
    char *home = file_config_home();
    char *path = home ? mem_print("%s/themes/%s.yaml", home, name) : NULL;
    struct buf text = { 0 };
    bool ok = path && file_exists(path) && file_read(path, THEME_BYTES, &text, problem) &&
              theme_parse(theme, path, buf_str(&text), problem);

    buf_release(&text);
    free(path);
    free(home);
    return ok;
}

bool
console_theme(struct theme *theme, const char *name, struct err *problem, struct err *err)
{
    const struct builtin *builtin = NULL;
    struct buf names = { 0 };
    char *path = NULL;

    *problem = (struct err){ 0 };
    if (!name)
        name = "dark";
    if (strchr(name, '/')) {
        err_set(err, ERR_INPUT, "a theme has a name, not a path: '%s'", name);
        return false;
    }
    if (theme_read(theme, name, problem))
        return true;
    path = mem_print("themes/%s.yaml", name);
    builtin = builtin_find(path);
    free(path);
    if (builtin)
        return theme_parse(
            theme, builtin->path, (struct str){ builtin->text, builtin->length }, err);
    builtin_names("themes", &names);
    err_set(err, ERR_NOT_FOUND, "no theme '%.64s'; there are: %s, and your own", name,
        names.at);
    if (problem->code != ERR_NONE)
        *err = *problem;
    buf_release(&names);
    return false;
}

/* ---- what the session asks of the world */

static bool
world_send(void *user, const struct client_request *request, struct err *err)
{
    return client_send(((struct console *)user)->client, request, err);
}

static void
world_cancel(void *user, const void *request_user)
{
    client_cancel(((struct console *)user)->client, request_user);
}

static void
world_copy(void *user, struct str text)
{
    term_copy(((struct console *)user)->term, text);
}

static void
world_retry(void *user)
{
    client_retry(((struct console *)user)->client);
}

static void
world_repaint(void *user)
{
    term_repaint(((struct console *)user)->term);
}

/* With the signal's own action, and the whole job: a script around us stops as well.
 * Where no shell would ever wake us again (a session's leader, `ssh host nocturne`) the
 * kernel does not stop us, and nothing has happened but another drawing. */
static void
world_suspend(void *user)
{
    struct console *console = user;
    struct sigaction caught, usual = { .sa_handler = SIG_DFL };

    term_suspend(console->term);
    sigaction(SIGTSTP, &usual, &caught);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &caught, NULL);
    term_resume(console->term);
    console->sized = false;
    console->session->dirty_now = true;
}

/* Does the operator see no colour at all? */
static bool
is_mono(const struct console *console)
{
    return term_depth(console->term) == DEPTH_NONE || theme_is_mono(&console->theme);
}

static bool
world_theme(void *user, struct str name, struct err *err)
{
    struct console *console = user;
    char *text = mem_text_length(name.at, name.length);
    struct theme theme;
    struct err problem;
    bool ok = console_theme(&theme, text, &problem, err);

    free(text);
    if (!ok)
        return false;
    console->theme = theme;
    term_set_theme(console->term, &console->theme);
    console->session->mono = is_mono(console);
    if (problem.code == ERR_NONE)
        return true;
    *err = problem; /* the shipped one is shown, and this said */
    return false;
}

/* ---- what happens */

static void
end(struct console *console)
{
    console->ended = true;
    loop_stop(console->loop);
}

static void
on_key(void *user, struct key key, struct str paste)
{
    struct console *console = user;

    session_key(console->session, key, paste);
    pace_touched(&console->pace, loop_monotonic_ms(console->loop));
    if (console->session->quit)
        end(console);
}

static void
on_terminal(void *user, int events)
{
    struct console *console = user;

    if ((events & FD_CLOSED) && !(events & FD_READABLE)) {
        end(console);
        return;
    }
    if ((events & FD_READABLE) &&
        !term_read(console->term, loop_monotonic_ms(console->loop))) {
        end(console);
        return;
    }
    if (term_escape_waiting(console->term))
        timer_start(console->escape, ESCAPE_MS, 0);
}

static void
on_escape(void *user)
{
    struct console *console = user;

    if (term_escape_waiting(console->term))
        term_escape_timeout(console->term);
}

static void
on_tick(void *user)
{
    struct console *console = user;

    console->session->dirty = true;
}

static void
on_nothing(void *user)
{
    (void)user; /* waking is all: on_sleep looks what is due */
}

static void
on_revive(void *user)
{
    struct console *console = user;
    struct link link = client_link(console->client);

    if (console->options->revive &&
        (link.phase == LINK_STALE || link.phase == LINK_CONNECTING) && link.attempts > 0)
        console->options->revive(console->options->user);
}

/* The memory goes to disk on the pool: an fsync may take longer than a frame. */
struct keep {
    char *path;
    struct buf text;
};

static void
keep_run(void *user)
{
    struct keep *keep = user;
    struct err err = { 0 };

    file_write(keep->path, keep->text.at, keep->text.length, &err); /* or is forgotten */
}

static void
keep_done(void *user)
{
    struct keep *keep = user;

    free(keep->path);
    buf_release(&keep->text);
    free(keep);
}

/* What there is to keep, if it is not what was kept last; NULL otherwise. */
static struct keep *
keep_new(struct console *console)
{
    struct keep *keep = NULL;
    struct buf text = { 0 };

    if (!console->memory || !console->session || !console->session->synced)
        return NULL;
    memory_print(console->session, &text);
    if (str_same(buf_str(&text), buf_str(&console->kept))) {
        buf_release(&text);
        return NULL;
    }
    buf_clear(&console->kept);
    buf_add_str(&console->kept, buf_str(&text));
    keep = mem_zero(1, sizeof(*keep));
    keep->path = mem_text(console->memory);
    keep->text = text;
    return keep;
}

static void
on_save(void *user)
{
    struct console *console = user;
    struct keep *keep = keep_new(console);

    if (keep)
        loop_work(console->loop, keep_run, keep_done, keep);
}

static void
on_signal(void *user, int signal)
{
    struct console *console = user;

    switch (signal) {
    case SIGWINCH:
    case SIGCONT:
        console->sized = false;
        if (signal == SIGCONT)
            term_resume(console->term);
        console->session->dirty_now = true;
        return;
    case SIGTSTP:
        world_suspend(console);
        return;
    default: /* SIGHUP, SIGTERM, SIGINT */
        end(console);
    }
}

static void
on_cluster(void *user, uint32_t slot, bool added)
{
    (void)added;
    session_touch(((struct console *)user)->session, slot);
}

static void
on_remove(void *user, uint32_t slot)
{
    session_gone(((struct console *)user)->session, slot);
}

static void
on_changed(void *user, unsigned what)
{
    struct console *console = user;
    struct link link = client_link(console->client);

    session_changed(console->session, what, client_hello(console->client), &link);
}

/* ---- drawing: once, just before the loop sleeps */

static void
draw(struct console *console)
{
    int width = 0, height = 0;
    struct link link = client_link(console->client);

    if (!console->sized) {
        term_size(console->term, &width, &height);
        canvas_resize(&console->canvas, width, height);
        console->sized = true;
    }
    session_changed(console->session, 0, NULL, &link);
    session_tick(console->session, client_hub_ms(console->client));
    frame_draw(console->session, &console->canvas);
    term_show(console->term, &console->canvas,
        console->session->mode == MODE_FORM && console->canvas.cursor_y >= 0
            ? console->canvas.cursor_y
            : console->canvas.height - 1);
    pace_drawn(&console->pace, loop_monotonic_ms(console->loop));
    timer_stop(console->frame);
}

static void
draw_if_due(struct console *console, int64_t now_ms)
{
    uint64_t sent_bytes = term_stats(console->term).bytes;
    int64_t wait_ms;

    if (session_is_loading(console->session))
        pace_touched(&console->pace, now_ms);
    wait_ms = pace_due_ms(&console->pace, sent_bytes, now_ms) - now_ms;
    if (console->session->dirty_now || (console->session->dirty && wait_ms <= 0))
        draw(console);
    else if (console->session->dirty && !timer_active(console->frame))
        timer_start(console->frame, wait_ms, 0);
}

static void
on_sleep(void *user)
{
    struct console *console = user;
    int64_t now_ms = loop_monotonic_ms(console->loop);
    int64_t wake_ms = 0;

    if (console->ended)
        return;
    draw_if_due(console, now_ms);
    if (!term_ship(console->term, now_ms)) {
        end(console);
        return;
    }
    watch_fd_set(console->watch,
        FD_READABLE | (term_wants_write(console->term) ? FD_WRITABLE : 0));
    wake_ms = term_wake_ms(console->term);
    if (wake_ms >= 0)
        timer_start(console->ship, wake_ms > now_ms ? wake_ms - now_ms : 1, 0);
}

/* ---- start and end */

static char *
memory_path(const struct console_options *options)
{
    char *home = options->instance ? file_state_home() : NULL;
    char *folder = home ? mem_print("%s/%s", home, options->instance) : NULL;
    struct err err = { 0 };
    char *path = folder && file_make_folders(folder, &err)
                     ? mem_print("%s/console.yaml", folder)
                     : NULL;

    free(folder);
    free(home);
    return path;
}

static bool
start_session(struct console *console, struct err *err)
{
    const struct console_options *options = console->options;
    const struct world world = { world_send, world_cancel, world_copy, world_retry,
        world_repaint, world_suspend, world_theme, console };
    char *home = file_config_home();
    struct session_options session = { .fleet = client_fleet(console->client),
        .world = &world,
        .config_folder = home,
        .view = options->view,
        .selector = options->selector,
        .keymap = options->keymap,
        .command = options->command,
        .read_only = options->read_only,
        .ascii = term_ascii(console->term),
        .mono = is_mono(console) };

    console->session = session_new(&session, err);
    free(home);
    if (!console->session)
        return false;
    console->memory = memory_path(options);
    /* What was asked for on the command line wins over what is remembered. */
    if (console->memory && !options->view && !options->selector)
        memory_load(console->session, console->memory);
    return true;
}

static bool
start(struct console *console, struct err *err)
{
    const struct console_options *options = console->options;
    struct term_options term = { .ascii = options->ascii, .depth = options->depth };
    struct client_target target = { .unix_path = options->unix_path,
        .own_uid = options->instance != NULL, /* a private hub */
        .read_only = options->read_only };
    const struct client_calls calls = { on_cluster, on_remove, on_changed };
    struct err problem;

    if (!console_theme(&console->theme, options->theme, &problem, err))
        return false;
    console->client = client_new(console->loop, &target, &calls, console, err);
    if (!console->client)
        return false;
    console->term = term_open(&term, err);
    if (!console->term || !start_session(console, err))
        return false;
    if (problem.code != ERR_NONE)
        session_complain(console->session, &problem);
    term_set_theme(console->term, &console->theme);
    term_on_key(console->term, on_key, console);
    console->watch =
        watch_fd_new(console->loop, term_fd(console->term), on_terminal, console);
    console->tick = timer_new(console->loop, on_tick, console);
    console->frame = timer_new(console->loop, on_nothing, console);
    console->ship = timer_new(console->loop, on_nothing, console);
    console->escape = timer_new(console->loop, on_escape, console);
    console->revive = timer_new(console->loop, on_revive, console);
    console->save = timer_new(console->loop, on_save, console);
    timer_start(console->tick, TICK_MS, TICK_MS);
    timer_start(console->revive, REVIVE_MS, REVIVE_MS);
    timer_start(console->save, SAVE_MS, SAVE_MS);
    console->session->dirty_now = true;
    loop_before_sleep(console->loop, on_sleep, console);
    client_start(console->client);
    return true;
}

static void
stop(struct console *console)
{
    struct keep *keep = NULL;

    loop_off_signals(console->loop);
    loop_never_before_sleep(console->loop, on_sleep, console);
    timer_free(console->tick);
    timer_free(console->frame);
    timer_free(console->ship);
    timer_free(console->escape);
    timer_free(console->revive);
    timer_free(console->save);
    if (console->watch)
        watch_fd_free(console->watch);
    if (console->client)
        client_free(console->client);
    keep = keep_new(console);
    if (keep) {
        keep_run(keep);
        keep_done(keep);
    }
    if (console->term)
        term_close(console->term);
    session_free(console->session);
    canvas_release(&console->canvas);
    free(console->memory);
    buf_release(&console->kept);
}

bool
console_run(const struct console_options *options, struct err *err)
{
    static const int signals[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGHUP, SIGTERM, SIGINT };
    struct console console = { .options = options };
    bool ok = false;

    canvas_init(&console.canvas, 80, 24);
    console.loop = loop_new();
    if (start(&console, err)) {
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
            loop_on_signal(console.loop, signals[i], on_signal, &console);
        loop_run(console.loop);
        ok = true;
    }
    stop(&console);
    loop_free(console.loop);
    return ok;
}

static bool
frame_send(void *user, const struct client_request *request, struct err *err)
{
    return client_send(user, request, err);
}

static void
frame_cancel(void *user, const void *request_user)
{
    client_cancel(user, request_user);
}

/* By its id, or by the name that it shares with no other. */
static bool
frame_point(struct session *session, const char *site, struct err *err)
{
    const struct fleet *fleet = session->fleet;
    uint32_t found = fleet_find(fleet, str_from(site));

    for (uint32_t slot = 0; slot < fleet->ceiling && found == FLEET_NONE; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && str_is(fleet_display_name(fleet, cluster), site))
            found = slot;
    }
    if (found != FLEET_NONE) {
        session_set_cursor(session, found);
        return true;
    }
    err_set(err, ERR_NOT_FOUND, "there is no cluster %.200s that you may see", site);
    return false;
}

/* The fleet goes on while an answer is waited for, so all is looked at again behind it;
 * at the same time, so that nothing is asked again. */
static void
frame_settle(struct session *session, struct client *client, struct loop *loop)
{
    int64_t now_ms = client_hub_ms(client);
    bool waited;

    do {
        struct link link = client_link(client);

        select_touch_all(session->select);
        session_changed(session, CLIENT_HELLO | CLIENT_SOURCES | CLIENT_SYNCED,
            client_hello(client), &link);
        session_tick(session, now_ms);
        waited = ask_waits(session);
        while (ask_waits(session))
            loop_turn(loop, true);
    } while (waited);
}

bool
console_frame(const struct console_options *options, struct client *client,
    struct loop *loop, struct canvas *canvas, struct err *err)
{
    const struct world world = {
        .send = frame_send, .cancel = frame_cancel, .user = client
    };
    char *home = file_config_home();
    struct session_options wanted = { .fleet = client_fleet(client),
        .world = &world,
        .config_folder = home,
        .view = options->view,
        .selector = options->selector,
        .keymap = options->keymap,
        .command = options->command,
        .read_only = options->read_only,
        .ascii = options->ascii,
        .mono = options->depth == DEPTH_NONE };
    struct session *session = session_new(&wanted, err);
    bool ok;

    free(home);
    if (!session)
        return false;
    ok = !options->site || frame_point(session, options->site, err);
    if (ok) {
        frame_settle(session, client, loop);
        frame_draw(session, canvas);
    }
    client_cancel(client, session);
    session_free(session);
    return ok;
}

bool
console_check_view(const char *file, struct str text, struct err *err)
{
    struct view *view = mem_zero(1, sizeof(*view));
    bool ok = view_parse(view, file, text, err);

    free(view);
    return ok;
}

bool
console_check_keymap(const char *file, struct str text, struct err *err)
{
    struct keymap *keymap = mem_zero(1, sizeof(*keymap));
    bool ok = keymap_parse(keymap, file, text, err);

    free(keymap);
    return ok;
}
