/*
 * theme -- what each role looks like: themes/NAME.yaml, one style a role.
 *
 *   name: dark
 *   background: "#11151c"
 *   roles:
 *     text: {colour: "#c5cbd6"}
 *     down: {colour: "#ff5d6c", bold: true, ansi: red}
 *
 * Every role but the background must be given. `colour` may be `default`, the terminal's
 * own. `ansi` is the colour of 8-colour terminals; without it the nearest is taken. bold,
 * underline and reverse come with the role, whatever the cell asks for.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"
#include "ui/canvas.h"
#include "ui/colour.h"

enum depth { DEPTH_NONE, DEPTH_8, DEPTH_256, DEPTH_TRUE };

#define ANSI_DEFAULT 9 /* the terminal's own, as in SGR 39 */

struct look {          /* of a role */
    uint32_t rgb;      /* 0xRRGGBB or COLOUR_DEFAULT */
    uint8_t index_256; /* the nearest; without meaning if rgb is COLOUR_DEFAULT */
    uint8_t ansi;      /* 0 to 7, or ANSI_DEFAULT */
    uint8_t attributes;
};

struct theme {
    char name[32];
    uint32_t background_rgb;  /* what the theme was made for; is never painted */
    struct look looks[ROLES]; /* ROLE_BACKGROUND's is used where it is a foreground */
};

/* ERR_INPUT reads "FILE:LINE:COLUMN: what", *theme unchanged. */
bool theme_parse(struct theme *theme, const char *file, struct str text, struct err *err);
bool theme_is_mono(const struct theme *theme); /* no role has a colour of its own */
const char *role_name(enum role role);
bool role_named(struct str name, enum role *role);

#endif
