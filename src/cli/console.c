/* console, frame -- the interactive program, and one picture of it. */
#include "console/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/visit.h"
#include "ui/pen.h"

#define FRAME_WIDTH      120
#define FRAME_HEIGHT     40
#define FRAME_WIDTH_MOST 1000
#define NO_DEPTH         (-1)

static void
revive(void *user)
{
    visit_revive(user);
}

static void
take_options(const struct invocation *invocation, const struct visit *visit,
    struct console_options *options)
{
    *options = (struct console_options){
        .unix_path = visit->socket_path,
        .instance = visit->private_hub ? visit->instance.name : NULL,
        .command = visit->command,
        .view = invocation_value(invocation, "view"),
        .selector = invocation_value(invocation, "selector"),
        .theme = invocation_value(invocation, "theme"),
        .keymap = invocation_value(invocation, "keymap"),
        .read_only = invocation_has(invocation, "read-only"),
        .ascii = invocation_has(invocation, "ascii"),
        .depth = NO_DEPTH,
    };
}

/* --- one frame
 * ------------------------------------------------------------------------------ */

static bool
parse_size(const char *text, int *width, int *height, struct err *err)
{
    struct str rest = str_from(text), part;
    int64_t w = FRAME_WIDTH, h = FRAME_HEIGHT;

    if (text && (!str_split(&rest, 'x', &part) || !str_to_i64(part, &w) ||
                    !str_to_i64(rest, &h) || w < 20 || h < 5 || w > FRAME_WIDTH_MOST ||
                    h > FRAME_WIDTH_MOST)) {
        err_set(err, ERR_USAGE, "--size: WIDTHxHEIGHT such as 200x50, not '%.32s'", text);
        return false;
    }
    *width = (int)w;
    *height = (int)h;
    return true;
}

static const char *const formats[] = { "text", "ansi", NULL };

/* What can be said of a frame's command line before there is a hub. */
static bool
check_frame(const struct invocation *invocation, struct err *err)
{
    struct selector *selector =
        selector_parse(str_from(invocation_value(invocation, "selector")), err);
    size_t format;
    int width, height;

    if (!selector)
        return false;
    selector_free(selector);
    return invocation_choice(invocation, "output", formats, &format, err) &&
           parse_size(invocation_value(invocation, "size"), &width, &height, err);
}

/* The visit is open: wait for the picture and print it. */
static bool
print_frame(struct visit *visit, const struct invocation *invocation,
    const struct console_options *options, struct err *err)
{
    struct canvas canvas = { 0 };
    struct theme theme;
    struct buf out = { 0 };
    struct err late = { 0 }, problem = { 0 };
    size_t format;
    int width, height;
    bool ok = false;

    if (!invocation_choice(invocation, "output", formats, &format, err) ||
        !parse_size(invocation_value(invocation, "size"), &width, &height, err))
        return false;
    if (!visit_sync(visit, &late) && late.code != ERR_TIMEOUT) {
        *err = late;
        return false;
    }
    struct console_options drawn = *options;

    canvas_init(&canvas, width, height);
    if (!console_theme(&theme, options->theme, &problem, err))
        goto out;
    if (format == 0 || theme_is_mono(&theme))
        drawn.depth = DEPTH_NONE; /* glyphs and attributes tell what colours cannot */
    if (!console_frame(&drawn, visit->client, visit->loop, &canvas, err))
        goto out;
    if (problem.code != ERR_NONE)
        notice("%s", problem.text);
    if (format == 0)
        canvas_to_text(&canvas, &out);
    else
        canvas_to_ansi(&canvas, &theme, DEPTH_TRUE, &out);
    ok = output_raw(&out, err);
    if (ok && late.code != ERR_NONE) {
        *err = late;
        ok = false;
    }
out:
    canvas_release(&canvas);
    buf_release(&out);
    return ok;
}

static bool
frame_run(struct invocation *invocation, struct err *err)
{
    struct visit visit = { 0 };
    struct console_options options;
    bool ok = false;

    if (invocation->word_count > 2) {
        err_set(err, ERR_USAGE, "a frame is of one view and of one cluster");
        return false;
    }
    if (check_frame(invocation, err) && visit_open(&visit, invocation, NULL, NULL, err)) {
        take_options(invocation, &visit, &options);
        options.instance = NULL; /* a frame tells nothing of who looked before */
        options.view = invocation->word_count > 0 ? invocation->words[0] : options.view;
        options.site = invocation->word_count > 1 ? invocation->words[1] : NULL;
        ok = print_frame(&visit, invocation, &options, err);
    }
    visit_release(&visit);
    return ok;
}

/* --- the console
 * --------------------------------------------------------------------------- */

static bool
console_command_run(struct invocation *invocation, struct err *err)
{
    struct visit visit = { 0 };
    struct console_options options;
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO), ok = false;

    if (invocation->word_count > 0) {
        err_set(err, ERR_USAGE, "no command '%.64s'; see nocturne help",
            invocation->words[0]);
        return false;
    }
    if (!check_frame(invocation, err) || !visit_open(&visit, invocation, NULL, NULL, err))
        goto out;
    take_options(invocation, &visit, &options);
    options.revive = visit.private_hub ? revive : NULL;
    options.user = &visit;
    if (terminal) {
        client_free(visit.client); /* the console has its own */
        visit.client = NULL;
        ok = console_run(&options, err);
        goto out;
    }
    options.instance = NULL;
    ok = print_frame(&visit, invocation, &options, err);
    if (ok)
        notice("one frame, since this is no terminal: run '%s' in one to see it live",
            visit.command);
out:
    visit_release(&visit);
    return ok;
}

/* clang-format off */
static const struct option console_options_table[] = {
    { 0,   "view",      "NAME",     "begin with this view" },
    { 'l', "selector",  "SELECTOR", "begin with this filter" },
    { 0,   "ascii",     NULL,       "no character beyond ASCII" },
    { 0,   "theme",     "NAME",     "dark, mono, or one of your own" },
    { 0,   "keymap",    "NAME",     "default, or one of your own" },
    { 0,   NULL,        NULL,       NULL },
};

static const struct option frame_options[] = {
    { 0,   "size",      "WxH",      "columns and rows (120x40)" },
    { 'o', "output",    "FORMAT",   "text, or ansi for colours" },
    { 'l', "selector",  "SELECTOR", "with this filter" },
    { 0,   "ascii",     NULL,       "no character beyond ASCII" },
    { 0,   "theme",     "NAME",     "dark, mono, or one of your own" },
    { 0,   NULL,        NULL,       NULL },
};
/* clang-format on */

const struct command console_command = {
    .name = "console",
    .usage = "[console] [--view NAME] [-l SELECTOR]",
    .help = "the fleet, live; a private hub is started if there is none",
    .options = console_options_table,
    .client = true,
    .run = console_command_run,
};

const struct command frame_command = {
    .name = "frame",
    .usage = "frame [VIEW [CLUSTER]]",
    .help = "one frame of a view, without a terminal",
    .more = "With CLUSTER the cursor is on it: frame cluster store-0042.",
    .options = frame_options,
    .client = true,
    .run = frame_run,
};
