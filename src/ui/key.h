/*
 * key -- what a person pressed, and its name: "a", "G", "?", "space", "enter", "esc",
 * "tab", "backspace", "up", "page-down", "f5", "ctrl-c", "alt-x", "shift-tab". Keymaps
 * and tests use the names.
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum key_code {
    KEY_RUNE = 0, /* see rune */
    KEY_ENTER,
    KEY_ESC,
    KEY_TAB,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_INSERT,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_F1,
    KEY_F2,
    KEY_F3,
    KEY_F4,
    KEY_F5,
    KEY_F6,
    KEY_F7,
    KEY_F8,
    KEY_F9,
    KEY_F10,
    KEY_F11,
    KEY_F12,
    KEY_PASTE, /* bracketed paste: the text is in the event's paste */
    KEY_FOCUS_IN,
    KEY_FOCUS_OUT,
    KEY_CODES
};

enum { KEY_SHIFT = 1, KEY_ALT = 2, KEY_CTRL = 4 };

struct key {
    uint8_t code; /* enum key_code */
    uint8_t modifiers;
    uint32_t rune; /* of KEY_RUNE; space is a rune whose name is "space" */
};

/* False if it is no key's name. "shift-a" is "A", "ctrl-A" is "ctrl-a". */
bool key_parse(struct str name, struct key *key);
void key_print(struct key key, struct buf *out);
struct key key_plain(struct key key); /* as the two lines above: one form a key */
bool key_same(struct key a, struct key b);

#endif
