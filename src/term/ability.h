/*
 * ability -- what a terminal can do: from terminfo by its TERM, from COLORTERM, NO_COLOR
 * and the locale. Asked once, when the terminal is opened; nothing is kept.
 */
#ifndef TERM_ABILITY_H
#define TERM_ABILITY_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/theme.h"

struct ability {
    enum depth depth;
    bool ascii;           /* the locale is not UTF-8, or its font has no glyphs */
    bool erases_coloured; /* bce */
    bool alternate;       /* it has a second screen */
};

/* A TERM that terminfo does not know, or none, is taken for xterm-256color.
 * ERR_UNSUPPORTED: it cannot place its cursor, or not as ECMA-48 has it. */
bool ability_find(struct ability *ability, struct err *err);

#endif
