/*
 * version -- how texts that people compare compare: versions, and amounts with a unit.
 */
#ifndef FLEET_VERSION_H
#define FLEET_VERSION_H

#include <stdbool.h>

#include "base/str.h"
#include "fleet/field.h"

/* It begins with a digit, or with v and a digit. */
bool version_is(struct str text);

/* Digits compare as numbers, a leading v says nothing, 1.2-rc1 comes before 1.2. What is
 * no version compares in natural order. */
int version_order(struct str a, struct str b);

/* 80, 80C, 5m, 9d, 12GiB, 40%: the number in the unit's base (milliseconds, bytes).
 * False: it is not that. */
bool amount_parse(struct str text, double *number, enum field_unit *unit);

#endif
