/*
 * scan -- a selector's text as tokens that know their column. Fuzzed through the
 * selector.
 *
 * A word is anything but blanks, controls and , ( ) = ! < > ~ " '. Quotes of either kind
 * make a word of anything; a backslash in them takes the next character as it is.
 */
#ifndef FLEET_SCAN_H
#define FLEET_SCAN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum token_kind {
    TOKEN_END,
    TOKEN_COMMA,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_TILDE,
    TOKEN_NOT, /* ! */
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_MORE,
    TOKEN_MORE_EQUAL,
    TOKEN_WORD,
};

struct token {
    enum token_kind kind;
    struct str text; /* a word's, without quotes; as written otherwise */
    bool quoted;
    bool spaced; /* a blank stood before it */
    int column;  /* in characters, from 1 */
};

struct scan {
    struct str rest;
    int column;
    struct token token; /* the one to look at */
    struct buf words;   /* where unquoted words are kept */
};

/* Look at the first token. False, ERR_INPUT: bytes that are no text, or an open quote. */
bool scan_start(struct scan *scan, struct str text, struct err *err);
bool scan_next(struct scan *scan, struct err *err);
void scan_release(struct scan *scan);

/* ERR_INPUT "selector: column N: …". Always false. */
bool scan_err(int column, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool scan_is_plain(struct str text); /* may stand as a word without quotes */
void scan_print_word(struct str text, struct buf *out); /* in quotes where it must */

#endif
