/*
 * keys -- bytes from a terminal become keys: UTF-8, CSI, SS3, xterm's modifiers, rxvt's,
 * the Linux console's and kitty's forms, bracketed paste, focus, cursor-position reports.
 * Mouse reports and replies (OSC, DCS, DA …) are swallowed. How the bytes are split makes
 * no difference. Pure and fuzzed; knows no terminal and no clock.
 *
 * Whatever comes, it finds back: a sequence is at most KEYS_SEQUENCE_BYTES long, a reply
 * KEYS_REPLY_BYTES, and a control byte inside either ends it and counts as itself.
 */
#ifndef TERM_KEYS_H
#define TERM_KEYS_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/key.h"

#define KEYS_PASTE_BYTES    65536
#define KEYS_SEQUENCE_BYTES 64
#define KEYS_REPLY_BYTES    4096

struct keys;

struct keys_calls { /* each may be NULL; none may free the keys */
    void (*key)(void *user, struct key key);
    void (*paste)(void *user, struct str text);        /* cut at KEYS_PASTE_BYTES */
    void (*position)(void *user, int row, int column); /* answer to CSI 6n, from 1 */
};

struct keys *keys_new(const struct keys_calls *calls, void *user);
void keys_free(struct keys *keys);
void keys_feed(struct keys *keys, const char *at, size_t length);

/* An ESC, alone or with the first byte of what it could start, waits for more. Feed
 * nothing for 25 ms, then say so: it is KEY_ESC, or alt and that byte. */
bool keys_waiting(const struct keys *keys);
void keys_timeout(struct keys *keys);

#endif
