/*
 * console -- the interactive program: a client, a session, a terminal and one loop, until
 * the operator leaves.
 *
 * console_run returns when that has happened, with the terminal as it was. console_frame
 * draws one view once, without a terminal, for `nocturne frame`.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "base/err.h"
#include "console/client.h"
#include "ui/canvas.h"
#include "ui/theme.h"

struct console_options {   /* texts are borrowed for the call */
    const char *unix_path; /* the hub's socket */
    const char *instance;  /* whose selection is remembered; NULL: none is */
    const char *command;   /* what `=` begins with: "nocturne --demo"; NULL: "nocturne" */
    const char *view, *selector, *theme,
        *keymap; /* NULL: what is remembered, or shipped */
    const char
        *site; /* of a frame: name or id of the cluster under the cursor, or NULL */
    bool read_only, ascii;
    int depth; /* enum depth; -1: find out */
    /* Called about every two seconds while no hub answers: start a private one again. May
     * be NULL. */
    void (*revive)(void *user);
    void *user;
};

/* ERR_UNAVAILABLE without a terminal; ERR_INPUT for a view, selector, theme that cannot
 * be. */
bool console_run(const struct console_options *options, struct err *err);

/* One frame of what the client knows now, on a canvas of the size wanted. Start the
 * client and wait until it is synced before, or the frame says what is missing. What its
 * view asks of the hub is waited for, turning the loop. ERR_NOT_FOUND: no such site. */
bool console_frame(const struct console_options *options, struct client *client,
    struct loop *loop, struct canvas *canvas, struct err *err);

/* The user's theme of that name, else the shipped one. NULL: dark. A broken one of the
 * user's goes to *problem (code ERR_NONE otherwise), and the shipped one is taken; false
 * only if there is none of that name. */
bool console_theme(
    struct theme *theme, const char *name, struct err *problem, struct err *err);

/* Check a view, keymap or theme file's text: `nocturne check`. False with
 * FILE:LINE:COLUMN and hint. */
bool console_check_view(const char *file, struct str text, struct err *err);
bool console_check_keymap(const char *file, struct str text, struct err *err);

#endif
