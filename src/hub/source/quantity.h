/*
 * quantity -- a Kubernetes Quantity as a number: "4", "500m", "16Gi", "1e3",
 * "63709364Ki". Whole text or nothing: false leaves *value alone.
 */
#ifndef HUB_SOURCE_QUANTITY_H
#define HUB_SOURCE_QUANTITY_H

#include <stdbool.h>

#include "base/str.h"

bool quantity_parse(struct str text, double *value);

#endif
