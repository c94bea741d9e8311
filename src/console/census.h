/*
 * census -- which tags are worth grouping by: what `g` goes through, and what `auto`
 * takes.
 */
#ifndef CONSOLE_CENSUS_H
#define CONSOLE_CENSUS_H

#include "console/panel/scene.h"

#define CENSUS_KEYS   64
#define CENSUS_VALUES 64 /* more values than that do not make a map */

/* Dimensions worth grouping by, best first; how many. */
uint32_t census_groups(const struct fleet *fleet, struct dimension groups[CENSUS_KEYS]);

/* `group: auto`: region or its like if the fleet has it, else the tag that says most,
 * else the source. */
void census_choose(const struct fleet *fleet, struct dimension group[SCENE_LEVELS]);

#endif
