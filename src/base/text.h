/*
 * text -- the one door through which foreign text gets to a terminal, and UTF-8.
 *
 * text_safe makes any bytes drawable: valid UTF-8 of printable runes with a width of 1
 * or 2. Controls, C1, escapes, invalid bytes, bidi marks (U+202A-E, U+2066-9, U+200E-F,
 * U+061C), zero-width and combining runes, variation selectors and ZWJ each become
 * U+FFFD. Fuzzed.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define TEXT_BAD 0xFFFDu

/* Take one rune from *rest (never empty). Invalid bytes give TEXT_BAD, one byte at a
 * time. */
uint32_t text_rune(struct str *rest);
size_t text_put_rune(uint32_t rune, char out[4]);
int text_rune_width(
    uint32_t rune); /* 1 or 2; -1 if it must not be drawn. Needs no locale. */
bool text_is_valid(struct str text); /* UTF-8, no surrogates, nothing overlong */
/* The first C0 or C1 control, DEL, line or paragraph separator, or bidi control: where it
 * is, in bytes, and which. False: there is none. at and rune may be NULL. */
bool text_find_control(struct str text, size_t *at, uint32_t *rune);
bool text_has_control(struct str text);
void text_safe(struct buf *out, struct str text);
size_t text_width(struct str text); /* columns, as text_safe would show it */

/* The longest prefix of safe text that fits `columns`; *used says how many it takes. */
struct str text_fit(struct str text, size_t columns, size_t *used);

#endif
