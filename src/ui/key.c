/* key -- see key.h. */
#include "ui/key.h"

#include <string.h>

#include "base/text.h"

static const char *const names[KEY_CODES] = {
    [KEY_RUNE] = NULL,
    [KEY_ENTER] = "enter",
    [KEY_ESC] = "esc",
    [KEY_TAB] = "tab",
    [KEY_BACKSPACE] = "backspace",
    [KEY_DELETE] = "delete",
    [KEY_INSERT] = "insert",
    [KEY_UP] = "up",
    [KEY_DOWN] = "down",
    [KEY_LEFT] = "left",
    [KEY_RIGHT] = "right",
    [KEY_HOME] = "home",
    [KEY_END] = "end",
    [KEY_PAGE_UP] = "page-up",
    [KEY_PAGE_DOWN] = "page-down",
    [KEY_F1] = "f1",
    [KEY_F2] = "f2",
    [KEY_F3] = "f3",
    [KEY_F4] = "f4",
    [KEY_F5] = "f5",
    [KEY_F6] = "f6",
    [KEY_F7] = "f7",
    [KEY_F8] = "f8",
    [KEY_F9] = "f9",
    [KEY_F10] = "f10",
    [KEY_F11] = "f11",
    [KEY_F12] = "f12",
    [KEY_PASTE] = "paste",
    [KEY_FOCUS_IN] = "focus-in",
    [KEY_FOCUS_OUT] = "focus-out",
};

static const struct {
    const char *prefix;
    uint8_t modifier;
} modifiers[] = {
    { "ctrl-", KEY_CTRL },
    { "alt-", KEY_ALT },
    { "shift-", KEY_SHIFT },
};

#define MODIFIERS (sizeof modifiers / sizeof *modifiers)

/* Take one modifier off the front; a name that is only "ctrl-" is not a modifier. */
static uint8_t
take_modifier(struct str *name)
{
    for (size_t i = 0; i < MODIFIERS; i++) {
        size_t length = strlen(modifiers[i].prefix);
        if (name->length > length && str_starts(*name, modifiers[i].prefix)) {
            name->at += length;
            name->length -= length;
            return modifiers[i].modifier;
        }
    }
    return 0;
}

static bool
is_lower(uint32_t rune)
{
    return rune >= 'a' && rune <= 'z';
}

static bool
is_upper(uint32_t rune)
{
    return rune >= 'A' && rune <= 'Z';
}

struct key
key_plain(struct key key)
{
    bool ctrl = key.modifiers & KEY_CTRL;

    if (key.code != KEY_RUNE) {
        key.rune = 0;
        return key;
    }
    if (ctrl && is_upper(key.rune))
        key.rune += 'a' - 'A';
    if (!ctrl && key.modifiers & KEY_SHIFT && is_lower(key.rune))
        key.rune -= 'a' - 'A';
    if (!ctrl && key.rune != ' ') /* a shifted rune is another rune */
        key.modifiers &= (uint8_t)~KEY_SHIFT;
    return key;
}

static bool
parse_code(struct str name, struct key *key)
{
    for (int code = KEY_RUNE + 1; code < KEY_CODES; code++)
        if (str_is(name, names[code])) {
            key->code = (uint8_t)code;
            return true;
        }
    key->code = KEY_RUNE;
    if (str_is(name, "space")) {
        key->rune = ' ';
        return true;
    }
    if (!name.length)
        return false;
    key->rune = text_rune(&name);
    return !name.length && key->rune != ' ' && key->rune != TEXT_BAD &&
           text_rune_width(key->rune) > 0;
}

bool
key_parse(struct str name, struct key *key)
{
    struct key parsed = { 0 };
    uint8_t modifier;

    while ((modifier = take_modifier(&name))) {
        if (parsed.modifiers & modifier)
            return false;
        parsed.modifiers |= modifier;
    }
    if (!parse_code(name, &parsed))
        return false;
    *key = key_plain(parsed);
    return true;
}

void
key_print(struct key key, struct buf *out)
{
    for (size_t i = 0; i < MODIFIERS; i++)
        if (key.modifiers & modifiers[i].modifier)
            buf_add_text(out, modifiers[i].prefix);
    if (key.code != KEY_RUNE)
        buf_add_text(out, key.code < KEY_CODES ? names[key.code] : "?");
    else if (key.rune == ' ')
        buf_add_text(out, "space");
    else
        buf_add_rune(out, key.rune);
}

bool
key_same(struct key a, struct key b)
{
    return a.code == b.code && a.modifiers == b.modifiers &&
           (a.code != KEY_RUNE || a.rune == b.rune);
}
