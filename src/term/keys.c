/* keys -- see keys.h. */
#include "term/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define ESC       0x1B
#define DEL       0x7F
#define BEL       0x07
#define X10_BYTES 3 /* button, column, row */

enum phase {
    GROUND,
    RUNE, /* inside a rune of several bytes */
    ESCAPE,
    CSI,
    CSI_OVERLONG, /* swallowed to its end */
    CSI_LINUX,    /* the Linux console's F1 to F5 */
    SS3,
    REPLY,        /* OSC, DCS, APC: no terminal answers by another */
    REPLY_ESCAPE, /* perhaps its ST */
    X10_MOUSE,
    PASTE,
};

struct keys {
    struct keys_calls calls;
    void *user;
    enum phase phase;
    bool alt;                        /* an ESC came before */
    char bytes[KEYS_SEQUENCE_BYTES]; /* of a CSI or an SS3, without its introducer */
    size_t length, wanted;           /* wanted: of a rune or an X10 report */
    unsigned char introducer;
    struct buf paste;
    size_t ending; /* how much of the paste's end was seen */
};

static const char paste_end[] = "\033[201~";

static const struct {
    char final;
    uint8_t code, modifiers;
} finals[] = {
    /* of a CSI, or of an SS3 */
    { 'A', KEY_UP, 0 },
    { 'B', KEY_DOWN, 0 },
    { 'C', KEY_RIGHT, 0 },
    { 'D', KEY_LEFT, 0 },
    { 'F', KEY_END, 0 },
    { 'H', KEY_HOME, 0 },
    { 'P', KEY_F1, 0 },
    { 'Q', KEY_F2, 0 },
    { 'R', KEY_F3, 0 },
    { 'S', KEY_F4, 0 },
    { 'Z', KEY_TAB, KEY_SHIFT },
    { 'a', KEY_UP, KEY_SHIFT },
    { 'b', KEY_DOWN, KEY_SHIFT },
    { 'c', KEY_RIGHT, KEY_SHIFT },
    { 'd', KEY_LEFT, KEY_SHIFT },
};

static const struct {
    char final;
    uint8_t code, modifiers;
    char rune;
} keypad[] = {
    /* of an SS3 alone */
    { 'I', KEY_TAB, 0, 0 },
    { 'M', KEY_ENTER, 0, 0 },
    { 'X', KEY_RUNE, 0, '=' },
    { 'a', KEY_UP, KEY_CTRL, 0 },
    { 'b', KEY_DOWN, KEY_CTRL, 0 },
    { 'c', KEY_RIGHT, KEY_CTRL, 0 },
    { 'd', KEY_LEFT, KEY_CTRL, 0 },
};

static const struct {
    int number;
    uint8_t code;
} tildes[] = {
    /* CSI number ~ */
    { 1, KEY_HOME },
    { 2, KEY_INSERT },
    { 3, KEY_DELETE },
    { 4, KEY_END },
    { 5, KEY_PAGE_UP },
    { 6, KEY_PAGE_DOWN },
    { 7, KEY_HOME },
    { 8, KEY_END },
    { 11, KEY_F1 },
    { 12, KEY_F2 },
    { 13, KEY_F3 },
    { 14, KEY_F4 },
    { 15, KEY_F5 },
    { 17, KEY_F6 },
    { 18, KEY_F7 },
    { 19, KEY_F8 },
    { 20, KEY_F9 },
    { 21, KEY_F10 },
    { 23, KEY_F11 },
    { 24, KEY_F12 },
};

static const struct {
    uint32_t number;
    uint8_t code;
    char rune;
} kitty[] = {
    /* CSI number u */
    { 9, KEY_TAB, 0 },
    { 13, KEY_ENTER, 0 },
    { 27, KEY_ESC, 0 },
    { 127, KEY_BACKSPACE, 0 },
    { 57409, KEY_RUNE, '.' }, /* of the keypad from here on */
    { 57410, KEY_RUNE, '/' },
    { 57411, KEY_RUNE, '*' },
    { 57412, KEY_RUNE, '-' },
    { 57413, KEY_RUNE, '+' },
    { 57414, KEY_ENTER, 0 },
    { 57415, KEY_RUNE, '=' },
    { 57417, KEY_LEFT, 0 },
    { 57418, KEY_RIGHT, 0 },
    { 57419, KEY_UP, 0 },
    { 57420, KEY_DOWN, 0 },
    { 57421, KEY_PAGE_UP, 0 },
    { 57422, KEY_PAGE_DOWN, 0 },
    { 57423, KEY_HOME, 0 },
    { 57424, KEY_END, 0 },
    { 57425, KEY_INSERT, 0 },
    { 57426, KEY_DELETE, 0 },
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct keys *
keys_new(const struct keys_calls *calls, void *user)
{
    struct keys *keys = mem_zero(1, sizeof *keys);

    keys->calls = *calls;
    keys->user = user;
    return keys;
}

void
keys_free(struct keys *keys)
{
    if (!keys)
        return;
    buf_release(&keys->paste);
    free(keys);
}

static void
emit(struct keys *keys, uint8_t code, uint8_t modifiers, uint32_t rune)
{
    struct key key = { code, modifiers, rune };

    if (keys->alt)
        key.modifiers |= KEY_ALT;
    keys->alt = false;
    keys->phase = GROUND;
    if (keys->calls.key)
        keys->calls.key(keys->user, key_plain(key));
}

static void
drop(struct keys *keys)
{
    keys->phase = GROUND;
    keys->alt = false;
}

/* xterm's modifier parameter: one more than a sum. False: super and its like. */
static bool
modifiers_of(int parameter, uint8_t *modifiers)
{
    int bits = parameter > 1 ? parameter - 1 : 0;

    bits &= ~0xC0; /* the locks */
    *modifiers = (uint8_t)(bits & (KEY_SHIFT | KEY_ALT | KEY_CTRL));
    return bits < 8;
}

/* The parameters of a CSI. Of those with colons, the first two. */
struct parameters {
    int numbers[4], second[4]; /* 0 where nothing stands */
    int count;
};

static struct parameters
parameters_of(const struct keys *keys)
{
    struct parameters parameters = { .count = keys->length > 0 };
    int part = 0; /* behind how many colons */

    for (size_t i = 0; i < keys->length; i++) {
        char c = keys->bytes[i];
        int at = parameters.count - 1;
        if (c == ';') {
            if (++parameters.count > 4)
                break;
            part = 0;
        } else if (c == ':')
            part++;
        else if (c >= '0' && c <= '9' && part < 2) {
            int *number = part ? &parameters.second[at] : &parameters.numbers[at];
            *number = *number < 100000000 ? *number * 10 + (c - '0') : *number;
        }
    }
    return parameters;
}

/* "CSI code;modifiers u" of kitty, and xterm's "CSI 27;modifiers;code ~". */
static void
end_coded(struct keys *keys, uint32_t code, uint8_t modifiers)
{
    for (size_t i = 0; i < COUNT(kitty); i++)
        if (kitty[i].number == code) {
            emit(keys, kitty[i].code, modifiers, (unsigned char)kitty[i].rune);
            return;
        }
    if (code >= 57399 && code <= 57408)
        code = '0' + (code - 57399);
    if (code < ' ' || text_rune_width(code) < 0) /* a modifier alone, media keys … */
        drop(keys);
    else
        emit(keys, KEY_RUNE, modifiers, code);
}

static void
end_kitty(struct keys *keys, const struct parameters *parameters)
{
    uint32_t code = (uint32_t)parameters->numbers[0];
    uint8_t modifiers;

    if (!modifiers_of(parameters->numbers[1], &modifiers) || parameters->second[1] == 3) {
        drop(keys); /* 3: let go */
        return;
    }
    if (modifiers & KEY_SHIFT && !(modifiers & KEY_CTRL) && parameters->second[0])
        code = (uint32_t)parameters->second[0];
    end_coded(keys, code, modifiers);
}

/* more: what rxvt says by another final than ~. */
static void
end_tilde(struct keys *keys, const struct parameters *parameters, uint8_t more)
{
    uint8_t modifiers;

    if (!modifiers_of(parameters->numbers[1], &modifiers)) {
        drop(keys);
        return;
    }
    if (parameters->numbers[0] == 200) {
        drop(keys);
        keys->phase = PASTE;
        keys->ending = 0;
        buf_clear(&keys->paste);
        return;
    }
    if (parameters->numbers[0] == 27 && parameters->count == 3) {
        end_coded(keys, (uint32_t)parameters->numbers[2], modifiers);
        return;
    }
    for (size_t i = 0; i < COUNT(tildes); i++)
        if (tildes[i].number == parameters->numbers[0] && parameters->second[1] != 3) {
            emit(keys, tildes[i].code, modifiers | more, 0);
            return;
        }
    drop(keys);
}

static void
end_position(struct keys *keys, const struct parameters *parameters)
{
    drop(keys);
    if (keys->calls.position && parameters->numbers[0] > 0 && parameters->numbers[1] > 0)
        keys->calls.position(keys->user, parameters->numbers[0], parameters->numbers[1]);
}

static void
end_letter(struct keys *keys, char final, int modifier)
{
    uint8_t modifiers;

    for (size_t i = 0; i < COUNT(finals); i++)
        if (finals[i].final == final && modifiers_of(modifier, &modifiers)) {
            emit(keys, finals[i].code, modifiers | finals[i].modifiers, 0);
            return;
        }
    drop(keys);
}

/* By its last byte, when it has no mark of a reply. */
static void
end_plain(struct keys *keys, char final, const struct parameters *parameters)
{
    if (final == 'I' || final == 'O')
        emit(keys, final == 'I' ? KEY_FOCUS_IN : KEY_FOCUS_OUT, 0, 0);
    else if (final == 'u')
        end_kitty(keys, parameters);
    else if (final == '~')
        end_tilde(keys, parameters, 0);
    else if (final == '^' || final == '@')
        end_tilde(keys, parameters, final == '^' ? KEY_CTRL : KEY_CTRL | KEY_SHIFT);
    else if (final == 'R' && parameters->count == 2)
        end_position(keys, parameters);
    else if (parameters->second[1] == 3)
        drop(keys);
    else
        end_letter(keys, final, parameters->numbers[1]);
}

static void
end_csi(struct keys *keys, char final)
{
    struct parameters parameters = parameters_of(keys);
    bool reply = keys->length && strchr("<=>?", keys->bytes[0]);

    if (final == 'M' && !keys->length) {
        keys->phase = X10_MOUSE;
        keys->wanted = X10_BYTES;
    } else if (reply || final == 'M' || final == 'm')
        drop(keys);
    else
        end_plain(keys, final, &parameters);
}

static void
start(struct keys *keys, enum phase phase, unsigned char introducer)
{
    keys->phase = phase;
    keys->introducer = introducer;
    keys->length = 0;
}

static void take_ground(struct keys *keys, unsigned char c);

/* A control byte ends what it stands in, and counts. */
static void
interrupt(struct keys *keys, unsigned char c)
{
    drop(keys);
    take_ground(keys, c);
}

static void
take_csi(struct keys *keys, unsigned char c)
{
    if (c < 0x20 || c >= DEL) {
        interrupt(keys, c);
        return;
    }
    if (c == '[' && !keys->length && keys->phase == CSI) {
        keys->phase = CSI_LINUX;
        return;
    }
    bool rxvt_shift = c == '$' && keys->length && strchr("012345678", keys->bytes[0]);
    if (rxvt_shift && keys->phase == CSI) {
        struct parameters parameters = parameters_of(keys);
        end_tilde(keys, &parameters, KEY_SHIFT);
        return;
    }
    if (c >= 0x40) {
        if (keys->phase == CSI)
            end_csi(keys, (char)c);
        else
            drop(keys);
        return;
    }
    if (keys->length == KEYS_SEQUENCE_BYTES)
        keys->phase = CSI_OVERLONG;
    else
        keys->bytes[keys->length++] = (char)c;
}

static void
take_csi_linux(struct keys *keys, unsigned char c)
{
    if (c >= 'A' && c <= 'E')
        emit(keys, (uint8_t)(KEY_F1 + (c - 'A')), 0, 0);
    else
        interrupt(keys, c);
}

static void
take_ss3(struct keys *keys, unsigned char c)
{
    if (c >= '0' && c <= '9' && keys->length < 3) {
        keys->bytes[keys->length++] = (char)c;
        return;
    }
    if (c < 0x20 || c >= DEL) {
        interrupt(keys, c);
        return;
    }
    for (size_t i = 0; i < COUNT(keypad); i++)
        if (keypad[i].final == (char)c) {
            emit(
                keys, keypad[i].code, keypad[i].modifiers, (unsigned char)keypad[i].rune);
            return;
        }
    if (c >= 'j' && c <= 'y') {
        emit(keys, KEY_RUNE, 0, (unsigned char)"*+,-./0123456789"[c - 'j']);
        return;
    }
    struct parameters parameters = parameters_of(keys);
    end_letter(keys, (char)c, parameters.numbers[0]);
}

static void
take_reply(struct keys *keys, unsigned char c)
{
    if (c == ESC) {
        keys->phase = REPLY_ESCAPE;
        return;
    }
    if (c == BEL || ++keys->length > KEYS_REPLY_BYTES)
        drop(keys);
    else if (c < 0x20 || c == DEL)
        interrupt(keys, c);
}

static void
take_reply_escape(struct keys *keys, unsigned char c)
{
    drop(keys);
    if (c == '\\')
        return;
    take_ground(keys, ESC);
    keys_feed(keys, (const char *)&c, 1);
}

static void
take_escape(struct keys *keys, unsigned char c)
{
    keys->alt = true;
    if (c == '[')
        start(keys, CSI, c);
    else if (c == 'O')
        start(keys, SS3, c);
    else if (c && strchr("]P_", c))
        start(keys, REPLY, c);
    else if (c == ESC) { /* twice in a hurry, not alt-esc */
        keys->alt = false;
        emit(keys, KEY_ESC, 0, 0);
        keys->phase = ESCAPE;
    } else
        take_ground(keys, c);
    if (keys->phase == CSI || keys->phase == SS3 || keys->phase == REPLY)
        keys->alt = false;
}

static void
take_control(struct keys *keys, unsigned char c)
{
    static const struct {
        unsigned char byte;
        uint8_t code;
    } named[] = {
        { 0x08, KEY_BACKSPACE },
        { 0x09, KEY_TAB },
        { 0x0D, KEY_ENTER },
        { DEL, KEY_BACKSPACE },
    };

    for (size_t i = 0; i < COUNT(named); i++)
        if (named[i].byte == c) {
            emit(keys, named[i].code, 0, 0);
            return;
        }
    uint32_t rune = c ? c + 0x40u : ' ';
    emit(keys, KEY_RUNE, KEY_CTRL, rune); /* key_plain makes it a small letter */
}

static void
take_ground(struct keys *keys, unsigned char c)
{
    if (c == ESC) {
        keys->phase = ESCAPE;
        return;
    }
    if (c < 0x20 || c == DEL) {
        take_control(keys, c);
        return;
    }
    if (c < 0x80) {
        emit(keys, KEY_RUNE, 0, c);
        return;
    }
    if (c < 0xC2 || c > 0xF4) { /* starts no rune */
        drop(keys);
        return;
    }
    keys->phase = RUNE;
    keys->bytes[0] = (char)c;
    keys->length = 1;
    keys->wanted = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static void
take_rune(struct keys *keys, unsigned char c)
{
    if ((c & 0xC0) != 0x80) { /* cut short: what follows counts */
        drop(keys);
        take_ground(keys, c);
        return;
    }
    keys->bytes[keys->length++] = (char)c;
    if (keys->length < keys->wanted)
        return;
    struct str bytes = { keys->bytes, keys->length };
    uint32_t rune = text_rune(&bytes);
    if (bytes.length || text_rune_width(rune) < 0)
        drop(keys);
    else
        emit(keys, KEY_RUNE, 0, rune);
}

static void
paste_add(struct keys *keys, const char *at, size_t length)
{
    size_t room = KEYS_PASTE_BYTES - keys->paste.length;

    buf_add(&keys->paste, at, length < room ? length : room);
}

static void
take_paste(struct keys *keys, unsigned char c)
{
    if (c != (unsigned char)paste_end[keys->ending]) {
        paste_add(keys, paste_end, keys->ending);
        keys->ending = 0;
    }
    if (c == (unsigned char)paste_end[keys->ending])
        keys->ending++;
    else
        paste_add(keys, (const char *)&c, 1);
    if (keys->ending < sizeof paste_end - 1)
        return;
    drop(keys);
    if (keys->calls.paste)
        keys->calls.paste(keys->user, buf_str(&keys->paste));
    buf_release(&keys->paste);
}

static void
take_x10(struct keys *keys)
{
    if (!--keys->wanted)
        drop(keys);
}

static void
take(struct keys *keys, unsigned char c)
{
    switch (keys->phase) {
    case GROUND:
        take_ground(keys, c);
        return;
    case RUNE:
        take_rune(keys, c);
        return;
    case ESCAPE:
        take_escape(keys, c);
        return;
    case CSI:
    case CSI_OVERLONG:
        take_csi(keys, c);
        return;
    case CSI_LINUX:
        take_csi_linux(keys, c);
        return;
    case SS3:
        take_ss3(keys, c);
        return;
    case REPLY:
        take_reply(keys, c);
        return;
    case REPLY_ESCAPE:
        take_reply_escape(keys, c);
        return;
    case X10_MOUSE:
        take_x10(keys);
        return;
    case PASTE:
        take_paste(keys, c);
        return;
    }
}

void
keys_feed(struct keys *keys, const char *at, size_t length)
{
    for (size_t i = 0; i < length; i++)
        take(keys, (unsigned char)at[i]);
}

bool
keys_waiting(const struct keys *keys)
{
    if (keys->phase == ESCAPE || keys->phase == REPLY_ESCAPE || keys->phase == CSI_LINUX)
        return true;
    bool sequence = keys->phase == CSI || keys->phase == SS3 || keys->phase == REPLY;
    return sequence && !keys->length;
}

void
keys_timeout(struct keys *keys)
{
    if (!keys_waiting(keys))
        return;
    enum phase phase = keys->phase;
    drop(keys);
    if (phase == ESCAPE || phase == REPLY_ESCAPE)
        emit(keys, KEY_ESC, 0, 0);
    else {
        keys->alt = true;
        emit(keys, KEY_RUNE, 0, phase == CSI_LINUX ? '[' : keys->introducer);
    }
}
