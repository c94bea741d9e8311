/*
 * pull -- JSON read front to back, without a tree: for rows, of which a fleet sends a
 * hundred thousand at once (a tree of each takes five times as long). Strict RFC 8259,
 * UTF-8 checked, no NUL in a text. Fuzzed against jansson.
 *
 *   if (pull_open(pull, '{'))
 *       while (pull_member(pull, &name)) … one pull_text, pull_number, pull_skip … for
 * its value if (pull->bad) …
 *
 * What is read is in the text or in the pull's own memory: borrowed until pull_release.
 * Once bad, nothing more is read, and every call answers false.
 */
#ifndef WIRE_PULL_H
#define WIRE_PULL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define PULL_DEPTH 32

struct pull {
    struct str text;
    size_t at;
    struct buf words; /* texts that had escapes */
    bool bad;         /* malformed, at `at` */
    bool first;       /* no comma is due: the object or list has just begun */
};

void pull_start(struct pull *pull, struct str text);
void pull_release(struct pull *pull);

char pull_peek(struct pull *pull); /* what the next value begins with; 0 at the end */
bool pull_open(struct pull *pull, char bracket);       /* { or [; bad if it is not that */
bool pull_member(struct pull *pull, struct str *name); /* false behind the last */
bool pull_element(struct pull *pull);                  /* false behind the last */
bool pull_text(struct pull *pull, struct str *text);
bool pull_number(struct pull *pull, struct str *digits); /* as it is written */
bool pull_word(struct pull *pull, const char *word); /* true, false, null; bad if not */
bool pull_skip(struct pull *pull);                   /* any value */
bool pull_end(struct pull *pull);                    /* nothing but blanks is left */

#endif
