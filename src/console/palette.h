/*
 * palette -- the command line and the filter line: typing, completion, history. Commands
 * are actions with arguments; a view's name is a command too. Also what hints and help
 * say of the actions.
 */
#ifndef CONSOLE_PALETTE_H
#define CONSOLE_PALETTE_H

#include "base/str.h"
#include "ui/key.h"

struct session;

void palette_open_command(struct session *session, struct str text);
void palette_open_filter(struct session *session);
void palette_key(struct session *session, struct key key, struct str paste);

/* Run "group region size" as if it had been typed. */
void palette_run(struct session *session, struct str text);

void palette_release(struct session *session); /* all that is typed and remembered */
void palette_clear(struct session *session);   /* the choices */
void palette_describe(struct session
        *session); /* hints and help from the actions and the keymap in force */

/* The command that equals what is on screen. */
struct buf;
void palette_equal(const struct session *session, struct buf *out);

#endif
