/*
 * colour -- 0xRRGGBB: its name in files, the nearest that a poorer terminal has, and how
 * well one reads on another. Pure.
 */
#ifndef UI_COLOUR_H
#define UI_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define COLOUR_DEFAULT UINT32_MAX /* the terminal's own */

bool colour_parse(struct str text, uint32_t *rgb); /* "#rrggbb" or "default" */

/* 16 to 255: the cube and the greys, which every terminal draws alike. */
int colour_nearest_256(uint32_t rgb);
int colour_nearest_8(uint32_t rgb); /* 0 black … 7 white, by hue */

/* WCAG 2 ratio, 1 to 21, of two real colours. */
double colour_contrast(uint32_t a, uint32_t b);

#endif
