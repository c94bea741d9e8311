/*
 * keymap -- keys to actions, from a keymap file: keymaps/NAME.yaml, a user's own replaces
 * it whole.
 *
 *   name: default
 *   keys:
 *     q: leave
 *     "1": view map        # an action with its argument
 *     up: up
 *     k: up
 *
 * Every error is FILE:LINE:COLUMN with a hint. A key may be bound once: `shift-g` and `G`
 * are one key. Dangerous actions are not bound to keys that one leans on.
 */
#ifndef CONSOLE_KEYMAP_H
#define CONSOLE_KEYMAP_H

#include "base/err.h"
#include "console/action.h"
#include "ui/key.h"

#define KEYMAP_BINDINGS       256
#define KEYMAP_ARGUMENT_BYTES 256

struct binding {
    struct key key;
    const struct action *action;
    char argument[KEYMAP_ARGUMENT_BYTES];
    int line;
};

struct keymap { /* plain data */
    char name[32];
    struct binding bindings[KEYMAP_BINDINGS];
    int count;
};

bool keymap_parse(
    struct keymap *keymap, const char *file, struct str text, struct err *err);

/* The user's file of that name in `folder` (may be NULL), else the shipped one. A broken
 * one goes to *problem (code ERR_NONE otherwise) and the shipped one is loaded; false
 * only if there is none of that name. */
bool keymap_load(struct keymap *keymap, const char *folder, const char *name,
    struct err *problem, struct err *err);

const struct binding *keymap_find(const struct keymap *keymap, struct key key); /* NULL */

/* The keys of an action, "n" or "up k"; as many as fit. Without any argument bound if
 * plain. */
void keymap_keys(
    const struct keymap *keymap, const struct action *action, char *text, size_t room);
/* The first of them as hints show it: "Enter", "Space", "/". False without. */
bool keymap_key(const struct keymap *keymap, const struct action *action, char text[24]);

#endif
